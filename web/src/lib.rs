//! Qspect's viewer: quantization reports, read and shown inside the browser.
//!
//! One program serves the page and the element `<qspect-report>`. It runs twice: where the viewer is
//! visible, and in a worker, which reads the files. `web/js/page.js` and `web/js/element.js` start it.

// JavaScript may say no to anything.
#![deny(clippy::unwrap_used, clippy::expect_used)]

mod browser;
mod components;
mod element;
mod files;
mod folders;
mod format;
mod host;
mod keyboard;
mod outside;
mod page;
mod params;
mod parts;
mod reactive;
mod share;
mod state;
mod theme;
mod url;
mod viewer;
mod views;
mod worker;

use wasm_bindgen::prelude::*;
use web_sys::MessagePort;

/// Runs in the page, once the program is there. `open_session` gives a port to a worker; `licences` are
/// those of all who have code in the program.
///
/// # Errors
/// Where the page has no element `#qspect`, or the browser refuses a worker.
#[wasm_bindgen]
pub fn start_page(open_session: &js_sys::Function, licences: String) -> Result<(), JsValue> {
    browser::report_panics();
    let document = browser::document().ok_or("no document")?;
    let root = document.get_element_by_id("qspect").ok_or("the page has no #qspect")?;
    let root: web_sys::HtmlElement = root.dyn_into()?;
    let client = worker::client::Client::new(open_session)?;
    let embedded = files::embedded(&document)?;
    // Where the page was saved, unless its address says where to go.
    let place = document.document_element().and_then(|it| it.get_attribute("data-place"));
    if let Some(place) = place.filter(|_| browser::fragment().is_empty()) {
        browser::set_fragment(&place, false);
    }
    // The shell has been shown while the program was loading.
    root.set_inner_html("");
    let host = host::Host::new(root.clone(), None);
    leptos::mount::mount_to(root, || page::page(client, host, embedded, licences)).forget();
    browser::measure("qspect ready", 0.0);
    Ok(())
}

/// Answers a viewer that asks through the port: in a worker, or beside the viewer where no worker can
/// be had.
#[wasm_bindgen]
pub fn serve(port: MessagePort) {
    browser::report_panics();
    worker::serve(port);
}
