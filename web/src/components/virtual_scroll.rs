//! Long lists of which only the rows in sight are in the page.

use leptos::html::Div;
use leptos::prelude::*;

use super::scroll_range::{MAX_BODY_HEIGHT, ScrollPosition, ScrollRange};
use crate::host::Resized;

/// The assumed height of an element before it is measured, in pixels.
const ASSUMED_HEIGHT: f64 = 900.0;

/// Tracks an element in which rows scroll. Copies share the state.
#[derive(Clone, Copy)]
pub(crate) struct VirtualScroll {
    /// Set this as the `node_ref` of the element that scrolls.
    pub(crate) container: NodeRef<Div>,
    /// The rows to load: the first, and how many.
    pub(crate) rows: Memo<(usize, usize)>,
    range: Memo<ScrollRange>,
    position: RwSignal<ScrollPosition>,
    /// Pixels that the element shows at a time.
    view_height: RwSignal<f64>,
    /// A row to reveal as soon as the list has it.
    awaited: RwSignal<Option<usize>>,
}

impl VirtualScroll {
    /// `header_height` is the height of the element's content apart from the rows, in pixels.
    pub(crate) fn new(n_rows: Signal<usize>, row_height: u16, header_height: u16) -> Self {
        let view_height = RwSignal::new(ASSUMED_HEIGHT);
        let position = RwSignal::new(ScrollPosition::default());
        let range = Memo::new(move |_| ScrollRange {
            n_rows: n_rows.get(),
            row_height: f64::from(row_height),
            header_height: f64::from(header_height),
            view_height: view_height.get(),
            max_body_height: MAX_BODY_HEIGHT,
        });
        let rows = Memo::new(move |_| range.get().rows(position.get()));
        let container = NodeRef::new();
        let awaited = RwSignal::new(None);
        let scroll = Self { container, rows, range, position, view_height, awaited };
        let resized = Resized::here();
        Effect::new(move |_| {
            resized.track();
            if container.get().is_some() {
                scroll.measure();
            }
        });
        Effect::new(move |_| {
            let n_rows = n_rows.get();
            let Some(row_idx) = awaited.get().filter(|it| *it < n_rows) else { return };
            awaited.set(None);
            // The body has its height by then.
            request_animation_frame(move || scroll.reveal(row_idx));
        });
        scroll
    }

    /// Call this when the element scrolls.
    pub(crate) fn measure(self) {
        let Some(element) = self.container.get_untracked() else { return };
        let height = f64::from(element.client_height());
        if height != self.view_height.get_untracked() {
            self.view_height.set(height);
        }
        let from = self.position.get_untracked();
        let at = self.range.get_untracked().scrolled(from, f64::from(element.scroll_top()));
        if at != from {
            self.position.set(at);
        }
    }

    /// How many rows the list has.
    pub(crate) fn n_rows(self) -> usize {
        self.range.with(|it| it.n_rows)
    }

    /// The height of the element that contains the rows, for its style.
    pub(crate) fn body_height(self) -> String {
        format!("{}px", self.range.with(|it| it.body_height()))
    }

    /// The position of a row in that element, for its style.
    pub(crate) fn row_transform(self, row_idx: usize) -> String {
        let row_height = self.range.with(|it| it.row_height);
        let shift = self.position.with(|it| it.shift());
        format!("translateY({}px)", row_idx as f64 * row_height - shift)
    }

    /// Scrolls as little as needed to show the row, with rows around it. A row that the list does
    /// not have yet is revealed once it has.
    pub(crate) fn reveal(self, row_idx: usize) {
        // The reader may have left this view since the frame was requested.
        let Some(range) = self.range.try_get_untracked() else { return };
        if row_idx >= range.n_rows {
            return self.awaited.set(Some(row_idx));
        }
        let from = self.position.get_untracked();
        let at = range.revealing(from, row_idx);
        if at != from {
            self.set_position(at);
        }
    }

    /// Returns to the first row.
    pub(crate) fn to_top(self) {
        self.awaited.set(None);
        self.set_position(ScrollPosition::default());
    }

    fn set_position(self, at: ScrollPosition) {
        let Some(element) = self.container.get_untracked() else { return };
        // This is below the maximum height, which an `i32` can hold.
        element.set_scroll_top(at.element_top as i32);
        // The browser may round it.
        let element_top = f64::from(element.scroll_top());
        let range = self.range.get_untracked();
        let rows_top = if range.is_scaled() { at.rows_top } else { element_top };
        self.position.set(ScrollPosition { element_top, rows_top });
    }

    /// How many whole rows are in sight at a time.
    pub(crate) fn n_in_sight(self) -> usize {
        self.range.get_untracked().n_in_sight()
    }
}
