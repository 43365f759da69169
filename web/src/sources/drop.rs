//! Files and folders that are dropped on the page.

use leptos::ev;
use leptos::prelude::*;
use web_sys::{DataTransfer, DragEvent};

use super::folder;
use crate::browser;
use crate::state::AppState;

/// Makes the whole page a place to drop files on. Returns whether files are being dragged over it.
pub(super) fn listen(state: AppState) -> ReadSignal<bool> {
    let (is_dragging, set_dragging) = signal(false);
    // Entering a child is reported before leaving its parent, so both are counted.
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
                folder::open(state, &data, is_base);
            }
        }
    });
    is_dragging
}

/// Whether files are dragged. Dragged text is left to the browser.
fn has_files(dragged: Option<DataTransfer>) -> bool {
    dragged.is_some_and(|it| {
        it.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files"))
    })
}
