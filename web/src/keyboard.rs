//! Keys that work everywhere.

use leptos::prelude::*;

use crate::browser;
use crate::state::AppState;
use crate::url::View;

/// What `?` shows: keys and what they do.
pub(crate) const KEYS: [(&str, &str); 9] = [
    ("1  2  3  4  5  6", "Overview, Nodes, Modules, Compare, Fleet, Text"),
    ("/", "search the nodes"),
    ("j  k  or  ↓  ↑", "next, previous node"),
    ("Enter", "open the node"),
    ("←  →", "along the strip; with Shift to the next that is not quantized"),
    ("Esc", "close what is open"),
    ("[  ]", "previous, next report"),
    ("o", "open files"),
    ("?", "these keys"),
];

/// Listens for them. `help` is whether they are shown, where they can be.
pub(crate) fn listen(state: AppState, help: Option<RwSignal<bool>>) {
    state.listen_keys(move |event| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() || event.default_prevented() {
            return;
        }
        let key = event.key();
        let is_help_open = help.is_some_and(|it| it.get_untracked());
        if key == "Escape" {
            let (has_node, has_text) =
                state.place().with_untracked(|it| (it.node.is_some(), !it.query.text.is_empty()));
            let is_typing = browser::is_typing(event.target());
            // What it closes here it does not close around here too.
            if has_node || (is_typing && has_text) {
                event.prevent_default();
            }
            if let Some(help) = help.filter(|_| is_help_open) {
                help.set(false);
            } else if is_typing {
                if !has_text {
                    state.focus(".qs-grid");
                }
                state.set_query(|it| it.text.clear());
            } else {
                state.show_node(None);
            }
            return;
        }
        if browser::is_typing(event.target()) {
            return;
        }
        if is_help_open && key != "?" {
            // What lies behind the help does not move.
            if matches!(key.as_str(), "j" | "k") {
                event.prevent_default();
            }
            return;
        }
        let n_reports = untrack(|| state.reports()).len();
        let view = state.views().iter().copied().find(|it| it.key() == key && n_reports > 0);
        if let Some(view) = view {
            state.show_view(view);
            // The view is there after this event.
            return request_animation_frame(move || state.focus(view.scroller()));
        }
        match key.as_str() {
            "/" if n_reports > 0 => {
                event.prevent_default();
                state.show_view(View::Nodes);
                // The view is there after this event.
                request_animation_frame(move || state.focus("#qs-search"));
            }
            "?" => {
                if let Some(help) = help {
                    help.set(!is_help_open);
                }
            }
            "o" => state.click("#qs-open"),
            "[" => state.step_report(-1),
            "]" => state.step_report(1),
            _ => {}
        }
    });
}
