//! Qspect's viewer: quantization reports, read and shown inside the browser.
//!
//! One program is the page of its own (the feature `page`) and, without what only a page needs, the
//! element `<qspect-report>`. Each runs twice: where it is seen, and in a worker. `web/boot.js` and
//! `web/element.js` start them.

// JavaScript may say no to anything.
#![deny(clippy::unwrap_used, clippy::expect_used)]
// The compiler drops what only the page has use for.
#![cfg_attr(not(feature = "page"), allow(dead_code, unused_imports, unused_variables))]

mod client;
mod components;
mod format;
mod host;
mod js;
mod keyboard;
mod params;
mod parts;
mod place;
mod reactive;
mod state;
mod theme;
mod viewer;
mod views;
mod worker;

#[cfg(not(feature = "page"))]
mod element;
#[cfg(feature = "page")]
mod files;
#[cfg(feature = "page")]
mod folders;
#[cfg(feature = "page")]
mod outside;
#[cfg(feature = "page")]
mod page;
#[cfg(feature = "page")]
mod share;

use wasm_bindgen::prelude::*;
use web_sys::MessagePort;

/// Runs in the page, once the program is there. `open_session` gives a port to a worker; `licences` are
/// those of all who have code in the program.
///
/// # Errors
/// Where the page has no element `#qspect`, or the browser refuses a worker.
#[cfg(feature = "page")]
#[wasm_bindgen]
pub fn start_page(open_session: &js_sys::Function, licences: String) -> Result<(), JsValue> {
    js::report_panics();
    let document = js::document().ok_or("no document")?;
    let root = document.get_element_by_id("qspect").ok_or("the page has no #qspect")?;
    let root: web_sys::HtmlElement = root.dyn_into()?;
    let client = client::Client::new(open_session)?;
    let embedded = files::embedded(&document)?;
    // Where the page was saved, unless its address says where to go.
    let place = document.document_element().and_then(|it| it.get_attribute("data-place"));
    if let Some(place) = place.filter(|_| js::fragment().is_empty()) {
        js::set_fragment(&place, false);
    }
    // The shell has been shown while the program was loading.
    root.set_inner_html("");
    let host = host::Host::new(root.clone(), None);
    leptos::mount::mount_to(root, || page::page(client, host, embedded, licences)).forget();
    js::measure("qspect ready", 0.0);
    Ok(())
}

/// Answers a viewer that asks through the port: in a worker, or beside the viewer where no worker can
/// be had.
#[wasm_bindgen]
pub fn serve(port: MessagePort) {
    js::report_panics();
    worker::serve(port);
}
