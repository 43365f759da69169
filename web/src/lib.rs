//! Qspect's page: quantization reports, read and shown inside the browser.
//!
//! One program runs twice: in the page and in its worker. `web/boot.js` starts both.

// JavaScript may say no to anything.
#![deny(clippy::unwrap_used, clippy::expect_used)]

mod app;
mod client;
mod components;
mod files;
mod folders;
mod format;
mod js;
mod keyboard;
mod parts;
mod place;
mod state;
mod theme;
mod views;
mod worker;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::client::Client;

/// Runs in the page, once the program is there. `spawn_worker` returns a new `Worker`.
///
/// # Errors
/// Where the page has no element `#qspect`, or the browser refuses a worker.
#[wasm_bindgen]
pub fn start_page(spawn_worker: &Function) -> Result<(), JsValue> {
    js::report_panics();
    let document = js::document().ok_or("no document")?;
    let root = document.get_element_by_id("qspect").ok_or("the page has no #qspect")?;
    let client = Client::new(spawn_worker)?;
    let embedded = files::embedded(&document)?;
    // The shell has been shown while the program was loading.
    root.set_inner_html("");
    leptos::mount::mount_to(root.unchecked_into::<HtmlElement>(), || app::app(client, embedded))
        .forget();
    js::measure("qspect ready", 0.0);
    Ok(())
}

/// Runs in a worker, once the program is there: installs the listener for messages.
///
/// # Errors
/// Where this is no worker.
#[wasm_bindgen]
pub fn start_worker() -> Result<(), JsValue> {
    js::report_panics();
    worker::serve()
}
