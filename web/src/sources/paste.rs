//! Files and text that are pasted into the page.

use leptos::ev;
use leptos::prelude::*;

use super::open_list;
use crate::browser;
use crate::state::{AppState, Source};

/// Opens files and text that are pasted anywhere except into a field.
pub(super) fn listen(state: AppState) {
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
}
