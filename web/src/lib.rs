//! Qspect's viewer: reads quantization reports and shows them in the browser.
//!
//! One program serves the page and the element `<qspect-report>`. It runs twice: where the viewer
//! is visible, and in a worker, which reads the files. `web/js/page.js` and `web/js/element.js`
//! start it.

// Any call to JavaScript may fail.
#![deny(clippy::unwrap_used, clippy::expect_used)]

mod browser;
mod components;
mod element;
mod export;
mod format;
mod host;
mod keyboard;
mod page;
mod params;
mod shortcut_setting;
mod sources;
mod state;
mod stored_setting;
mod theme;
mod url;
mod viewer;
mod views;
mod worker;

use js_sys::Function;
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, MessagePort};

use crate::host::Host;
use crate::state::Source;
use crate::worker::client::Client;

#[wasm_bindgen]
extern "C" {
    /// Throws an error with this message, which no caller in this program catches. Defined in
    /// web/js/crash.js.
    #[wasm_bindgen(js_name = throwPanic)]
    fn throw_panic(text: &str);
}

/// Gives panics a message: without the hook a panic is a bare `unreachable`.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| throw_panic(&panic.to_string())));
}

/// A report inside the page.
#[derive(Deserialize)]
struct Embedded {
    name: String,
    /// A `Blob`.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    blob: JsValue,
}

/// Starts the page in `root`. `open_session` opens a port to a worker; `reports` is an array of
/// `{name, blob}`.
///
/// # Errors
/// If the browser refuses.
#[wasm_bindgen]
pub fn start_page(
    root: HtmlElement,
    open_session: &Function,
    reports: JsValue,
) -> Result<(), JsValue> {
    report_panics();
    let client = Client::new(open_session)?;
    let reports: Vec<Embedded> = serde_wasm_bindgen::from_value(reports)?;
    let reports =
        reports.into_iter().map(|it| Source { name: it.name, blob: it.blob.unchecked_into() });
    let reports = reports.collect();
    let document = browser::document().ok_or("no document")?;
    // The place at which the page was saved, unless the address names one.
    let place = document.document_element().and_then(|it| it.get_attribute("data-place"));
    if let Some(place) = place.filter(|_| browser::fragment().is_empty()) {
        browser::set_first_fragment(&place);
    }
    // The shell was visible while the program was loading.
    root.set_inner_html("");
    let host = Host::new(root.clone(), None);
    leptos::mount::mount_to(root, || page::page(client, host, reports)).forget();
    browser::measure("qspect ready", 0.0);
    Ok(())
}

/// Serves a viewer that sends requests through the port: in a worker, or beside the viewer if no
/// worker is available.
#[wasm_bindgen]
pub fn serve(port: MessagePort) {
    report_panics();
    worker::serve(port);
}
