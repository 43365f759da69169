//! Which rows of a long list are in sight.

use leptos::html;
use leptos::html::Div;
use leptos::prelude::*;

use crate::host::Resized;
use crate::reactive::{effect, memo};

/// Rows kept above and below those in sight, so that a short scroll finds them there.
const OVERSCAN: usize = 12;

/// The rows to have, and how to bring another into sight.
#[derive(Clone, Copy)]
pub(crate) struct ScrollWindow {
    /// To be set as the `node_ref` of the element that scrolls.
    pub(crate) container: NodeRef<html::Div>,
    /// The first row to have, and how many.
    pub(crate) rows: Memo<(usize, usize)>,
    /// To be called when the element scrolls.
    pub(crate) on_scroll: Callback<()>,
    row_height: usize,
    /// What stands above the first row and does not scroll.
    header_height: usize,
}

/// Follows an element in which rows of `row_height` pixels scroll under a header.
pub(crate) fn scroll_window(row_height: usize, header_height: usize) -> ScrollWindow {
    let container = NodeRef::<Div>::new();
    // Pixels scrolled, and pixels in sight.
    let (view, set_view) = signal((0_usize, 900_usize));
    let measure = move || {
        if let Some(element) = container.get_untracked() {
            let px = |it: i32| usize::try_from(it).unwrap_or_default();
            set_view.set((px(element.scroll_top()), px(element.client_height())));
        }
    };
    let resized = Resized::here();
    effect(move || {
        resized.track();
        if container.get().is_some() {
            measure();
        }
    });
    // In steps of half the overscan: most scrolling asks for nothing.
    let step = OVERSCAN / 2;
    let rows = memo(move || {
        let (top, height) = view.get();
        let first = (top / row_height / step * step).saturating_sub(OVERSCAN - step);
        (first, height / row_height + 2 * OVERSCAN)
    });
    let on_scroll = Callback::new(move |()| measure());
    ScrollWindow { container, rows, on_scroll, row_height, header_height }
}

impl ScrollWindow {
    /// Scrolls as little as needed to have the row in sight, and rows around it.
    pub(crate) fn reveal(self, row_idx: usize) {
        let Some(element) = self.container.get_untracked() else { return };
        let px = |it: usize| i32::try_from(it).unwrap_or(i32::MAX);
        let row_height = px(self.row_height);
        let height = element.client_height() - px(self.header_height);
        let around = (2 * row_height).min((height - row_height).max(0) / 2);
        let top = px(row_idx * self.row_height) - around;
        let bottom = top + row_height + 2 * around;
        // The element itself stops at its ends.
        if top < element.scroll_top() {
            element.set_scroll_top(top);
        } else if bottom > element.scroll_top() + height {
            element.set_scroll_top(bottom - height);
        }
    }

    /// Back to the first row.
    pub(crate) fn to_top(self) {
        if let Some(element) = self.container.get_untracked() {
            element.set_scroll_top(0);
        }
    }

    /// How many rows are in sight.
    pub(crate) fn n_in_sight(self) -> usize {
        let height = self.container.get_untracked().map_or(0, |it| it.client_height());
        usize::try_from(height).unwrap_or_default() / self.row_height
    }
}
