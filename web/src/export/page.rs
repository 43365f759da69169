//! Pages with reports inside.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::{Shown, file};
use crate::browser;
use crate::state::AppState;
use crate::worker::Export;

#[wasm_bindgen]
extern "C" {
    /// Defined in web/js/share.js.
    #[wasm_bindgen(js_name = pageWith, catch)]
    async fn page_with(reports: &Array, place: &str) -> Result<JsValue, JsValue>;
}

/// Saves this page with the reports inside.
///
/// # Errors
/// A message for the reader.
pub(super) async fn save(
    state: AppState,
    shown: &Shown,
    is_redacted: bool,
) -> Result<String, String> {
    let lines = state.export(shown.ids.clone(), Export::Lines, is_redacted).await?;
    let named = shown.names.iter().zip(lines.lines());
    let named: Array = named.map(|(name, json)| Array::of2(&name.into(), &json.into())).collect();
    let page = page_with(&named, &shown.place.to_fragment()).await;
    let page: Blob = page.map_err(|it| browser::describe(&it))?.unchecked_into();
    file::keep(&format!("{}.html", shown.stem), &page)
}
