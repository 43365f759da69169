//! The sources of reports: inside the page, chosen, dropped, pasted, in a link, from another page,
//! or the example.

mod drop;
mod folder;
mod link;
mod message;
mod paste;

use leptos::ev;
use leptos::prelude::*;
use qspect_core::read::may_be_report;
use web_sys::FileList;

use crate::browser;
use crate::state::{AppState, Source};

/// Opens the reports in the address, and listens for drops, pastes, messages and changes of the
/// address. Returns whether files are being dragged over the page.
pub(crate) fn listen(state: AppState) -> ReadSignal<bool> {
    let is_dragging = drop::listen(state);
    paste::listen(state);
    message::listen(state);
    link::follow(state);
    let _ = window_event_listener(ev::popstate, move |_| link::follow(state));
    let _ = window_event_listener(ev::hashchange, move |_| link::follow(state));
    is_dragging
}

/// A real report: a small transformer, several quantizers, and some modules float on purpose.
const EXAMPLE: &[u8] = include_bytes!(
    "../../../tests/reports/executorch-1.5.1-exporter/tiny_transformer.mixed.qspect.json.gz"
);

/// Opens the built-in example.
pub(crate) fn open_example(state: AppState) {
    match browser::bytes_blob(EXAMPLE) {
        Ok(blob) => {
            state.open(vec![Source { name: "tiny_transformer.mixed (example)".to_owned(), blob }]);
        }
        Err(error) => browser::log_error(&browser::describe(&error)),
    }
}

/// Opens files that the reader chose.
pub(crate) fn open_list(state: AppState, files: Option<FileList>) {
    state.open(sources(files));
}

fn sources(files: Option<FileList>) -> Vec<Source> {
    let Some(files) = files else { return Vec::new() };
    let files = (0..files.length()).filter_map(|it| files.get(it));
    let files = files.map(|file| {
        // For a file in a chosen folder, its path in the folder.
        let path = js_sys::Reflect::get(&file, &"webkitRelativePath".into());
        let path = path.ok().and_then(|it| it.as_string()).filter(|it| !it.is_empty());
        Source { name: path.unwrap_or_else(|| file.name()), blob: file.into() }
    });
    files.filter(|it| !it.name.contains('/') || may_be_report(&it.name)).collect()
}
