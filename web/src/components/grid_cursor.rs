//! The row of a grid that the keyboard is on.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::VirtualScroll;

/// The row that the keyboard is on, and the keys that move it. Copies share the state.
#[derive(Clone, Copy)]
pub(crate) struct GridCursor {
    scroll: VirtualScroll,
    active_row: RwSignal<usize>,
    /// A row to open as soon as it is loaded.
    wanted_row: RwSignal<Option<usize>>,
    /// Whether moving to a row opens it.
    opens_on_move: Signal<bool>,
}

impl GridCursor {
    /// Starts on the first row. While `opens_on_move`, moving to a row opens it.
    pub(crate) fn new(scroll: VirtualScroll, opens_on_move: Signal<bool>) -> Self {
        let (active_row, wanted_row) = (RwSignal::new(0), RwSignal::new(None::<usize>));
        // A key may be pressed before the answer to a query that finds fewer rows arrives.
        Effect::new(move |_| {
            let Some(last) = scroll.n_rows().checked_sub(1) else { return };
            if active_row.get_untracked() > last {
                active_row.set(last);
            }
            if wanted_row.get_untracked().is_some_and(|it| it > last) {
                wanted_row.set(Some(last));
            }
        });
        Self { scroll, active_row, wanted_row, opens_on_move }
    }

    pub(crate) fn active_row(self) -> usize {
        self.active_row.get()
    }

    /// The row to open as soon as it is loaded.
    pub(super) fn wanted_row(self) -> RwSignal<Option<usize>> {
        self.wanted_row
    }

    /// Moves the keyboard to a row, without scrolling.
    pub(crate) fn set(self, row_idx: usize) {
        self.active_row.set(row_idx);
    }

    /// Moves the keyboard to a row and scrolls it into view.
    pub(crate) fn reveal(self, row_idx: usize) {
        self.active_row.set(row_idx);
        self.scroll.reveal(row_idx);
    }

    /// Returns to the first row, for a list with other rows.
    pub(crate) fn reset(self) {
        self.active_row.set(0);
        self.wanted_row.set(None);
        self.scroll.to_top();
    }

    /// Handles a key: moves, or opens the row that the keyboard is on.
    pub(crate) fn press(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let last = untrack(|| self.scroll.n_rows()).saturating_sub(1);
        let row_idx = self.active_row.get_untracked();
        // A page repeats one row of the page before it.
        let page = self.scroll.n_in_sight().saturating_sub(1).max(1);
        let next = match event.key().as_str() {
            "ArrowDown" | "j" => row_idx + 1,
            "ArrowUp" | "k" => row_idx.saturating_sub(1),
            "PageDown" => row_idx + page,
            "PageUp" => row_idx.saturating_sub(page),
            "Home" => 0,
            "End" => last,
            "Enter" | " " => {
                event.prevent_default();
                return self.wanted_row.set(Some(row_idx));
            }
            _ => return,
        };
        event.prevent_default();
        let next = next.min(last);
        self.reveal(next);
        self.wanted_row.set(self.opens_on_move.get_untracked().then_some(next));
    }
}
