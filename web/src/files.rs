//! Where reports come from: inside the page, chosen, dropped, pasted, or the example.

use leptos::ev;
use leptos::prelude::*;
use web_sys::{DataTransfer, DragEvent, FileList};

use qspect_core::unpack;

use crate::browser;
use crate::folders;
use crate::state::{AppState, Source};

/// A real report: a small transformer, several quantizers, some modules float on purpose.
const EXAMPLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/example.qspect.json"));

/// The built-in example.
pub(crate) fn open_example(state: AppState) {
    match browser::bytes_blob(EXAMPLE) {
        Ok(blob) => {
            state.open(vec![Source { name: "tiny_transformer.mixed (example)".to_owned(), blob }]);
        }
        Err(error) => browser::log_error(&browser::describe(&error)),
    }
}

/// Files that were chosen.
pub(crate) fn open_list(state: AppState, files: Option<FileList>) {
    state.open(sources(files));
}

fn sources(files: Option<FileList>) -> Vec<Source> {
    let Some(files) = files else { return Vec::new() };
    let files = (0..files.length()).filter_map(|it| files.get(it));
    let files = files.map(|file| {
        // Of a file in a chosen folder its path there.
        let path = js_sys::Reflect::get(&file, &"webkitRelativePath".into());
        let path = path.ok().and_then(|it| it.as_string()).filter(|it| !it.is_empty());
        Source { name: path.unwrap_or_else(|| file.name()), blob: file.into() }
    });
    files.filter(|it| !it.name.contains('/') || unpack::may_be_report(&it.name)).collect()
}

/// Makes the whole page a place to drop files on and to paste into. Gives whether files are being
/// dragged over it.
pub(crate) fn listen(state: AppState) -> ReadSignal<bool> {
    let (is_dragging, set_dragging) = signal(false);
    // Entering a child comes before leaving its parent, so they are counted.
    let depth = StoredValue::new(0_i32);
    let end = move || {
        depth.set_value(0);
        set_dragging.set(false);
    };
    let _ = window_event_listener(ev::dragenter, move |event: DragEvent| {
        if has_files(event.data_transfer()) {
            event.prevent_default();
            depth.update_value(|it| *it += 1);
            set_dragging.set(true);
        }
    });
    let _ = window_event_listener(ev::dragover, |event: DragEvent| {
        if has_files(event.data_transfer()) {
            event.prevent_default();
        }
    });
    let _ = window_event_listener(ev::dragleave, move |event: DragEvent| {
        if has_files(event.data_transfer()) {
            depth.update_value(|it| *it -= 1);
            if depth.get_value() <= 0 {
                end();
            }
        }
    });
    let _ = window_event_listener(ev::drop, move |event: DragEvent| {
        end();
        if has_files(event.data_transfer()) {
            event.prevent_default();
            let width = browser::window().and_then(|it| it.inner_width().ok()?.as_f64());
            let is_left = width.is_some_and(|it| f64::from(event.client_x()) < it / 2.0);
            let is_base = is_left && untrack(|| state.splits_drops());
            if let Some(data) = event.data_transfer() {
                folders::open(state, &data, is_base);
            }
        }
    });
    let _ = window_event_listener(ev::paste, move |event| {
        let Some(pasted) = event.clipboard_data() else { return };
        let files = pasted.files().filter(|it| it.length() > 0);
        if files.is_some() {
            event.prevent_default();
            return open_list(state, files);
        }
        if browser::is_typing(event.target()) {
            return;
        }
        let text = pasted.get_data("text/plain").unwrap_or_default();
        if text.trim().is_empty() {
            return;
        }
        match browser::text_blob(&text, "text/plain") {
            Ok(blob) => state.open(vec![Source { name: "pasted text".to_owned(), blob }]),
            Err(error) => browser::log_error(&browser::describe(&error)),
        }
    });
    is_dragging
}

/// Text that is dragged about is none of our business.
fn has_files(dragged: Option<DataTransfer>) -> bool {
    dragged.is_some_and(|it| {
        it.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files"))
    })
}
