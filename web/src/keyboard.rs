//! Keys that work everywhere.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::browser;
use crate::state::{AppState, Dialog};
use crate::url::View;

/// The keys that Help shows, with their effects.
pub(crate) const KEYS: [(&str, &str); 11] = [
    ("1  2  3  4  5  6", "Overview, Nodes, Modules, Compare, Fleet, Text"),
    ("/", "search the nodes"),
    ("j  k  or  ↓  ↑", "next, previous node"),
    ("Enter", "open the node"),
    ("←  →", "along the strip; with Shift to the next that is not quantized"),
    ("Shift ←  →", "on the head of a column: narrower, wider"),
    ("Esc", "close what is open"),
    ("[  ]", "previous, next report"),
    ("w", "close the report"),
    ("o", "open files"),
    ("?", "these keys"),
];

/// Listens for these keys.
pub(crate) fn listen(state: AppState) {
    state.listen_keys(move |event| {
        if event.default_prevented() {
            return;
        }
        let key = event.key();
        // Some keyboards type brackets with AltGr or Option, which counts as Alt, and as Ctrl on
        // Windows.
        let step = match key.as_str() {
            "[" => Some(-1),
            "]" => Some(1),
            _ => None,
        };
        let is_typed = step.is_some() && (event.alt_key() || !event.ctrl_key());
        if event.meta_key() || (!is_typed && (event.ctrl_key() || event.alt_key())) {
            return;
        }
        if key == "Escape" {
            return escape(state, event);
        }
        if browser::is_typing(event.target()) {
            return;
        }
        if let Some(step) = step {
            return state.step_report(step);
        }
        let has_reports = !untrack(|| state.reports()).is_empty();
        let view = state.views().iter().copied().find(|it| it.key() == key && has_reports);
        if let Some(view) = view {
            state.show_view(view);
            return state.focus_next(view.scroller());
        }
        match key.as_str() {
            "/" if has_reports => {
                event.prevent_default();
                state.show_view(View::Nodes);
                state.focus_next("#qs-search");
            }
            "?" if untrack(|| state.dialog()) == Some(Dialog::Help) => state.close_dialog(),
            "?" if state.is_page() => state.open_dialog(Dialog::Help),
            "o" => state.click("#qs-open"),
            // The page around an element decides which reports it shows.
            "w" if state.is_page() => state.close_shown(),
            _ => {}
        }
    });
}

/// Has `j` and `k` step through a grid wherever the focus is, so that the reader need not focus it
/// first.
pub(crate) fn listen_steps(
    state: AppState,
    grid: &'static str,
    on_step: impl Fn(&KeyboardEvent) + 'static,
) {
    state.listen_keys(move |event| {
        let is_step = matches!(event.key().as_str(), "j" | "k")
            && !(event.ctrl_key() || event.meta_key() || event.alt_key());
        if is_step && !event.default_prevented() && !browser::is_typing(event.target()) {
            state.focus(grid);
            on_step(event);
        }
    });
}

/// Clears the search, leaves it, or closes the node.
fn escape(state: AppState, event: &KeyboardEvent) {
    let (has_node, has_text) =
        state.place().with_untracked(|it| (it.node.is_some(), !it.query.text.is_empty()));
    let is_typing = browser::is_typing(event.target());
    // A key that closes something here must not close something around the element, too.
    if has_node || (is_typing && has_text) {
        event.prevent_default();
    }
    if is_typing {
        if !has_text {
            state.focus(".qs-grid");
        }
        state.set_query(|it| it.text.clear());
    } else {
        state.show_node(None);
    }
}
