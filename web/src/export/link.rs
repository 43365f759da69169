//! Links that contain reports.

use wasm_bindgen::prelude::*;

use super::Shown;
use crate::browser;
use crate::state::AppState;
use crate::url::{Link, fragment_of};
use crate::worker::Export;

#[wasm_bindgen]
extern "C" {
    /// Defined in web/js/share.js.
    #[wasm_bindgen(js_name = toLink, catch)]
    async fn to_link(text: &str) -> Result<JsValue, JsValue>;
}

/// The most characters of a link: many of the programs that pass links on cut longer ones.
const MAX_LINK: usize = 32 << 10;

/// The link that contains the reports, and leads to the place among them.
///
/// # Errors
/// A message for the reader: the link would be too long, or the reports cannot be written.
pub(super) async fn of(state: AppState, shown: Shown, is_redacted: bool) -> Result<String, String> {
    let json = state.export(shown.ids, Export::Lines, is_redacted).await?;
    let digits = to_link(&json).await.map_err(|it| browser::describe(&it))?;
    let links = [Link::Report(digits.as_string().unwrap_or_default())];
    let link = format!("{}#{}", browser::address(), fragment_of(&links, &shown.place, &[]));
    match link.len() {
        0..=MAX_LINK => Ok(link),
        n => Err(format!(
            "Too large for a link: {} kB of at most {} kB. Save the page instead, or the report.",
            n.div_ceil(1024),
            MAX_LINK / 1024
        )),
    }
}
