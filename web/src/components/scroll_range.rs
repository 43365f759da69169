//! Finds the rows of a long list that are in sight, even if the list is higher than browsers allow.
//!
//! Firefox ignores heights above 17.9 million pixels, and Chromium and WebKit cut them at 33.5
//! million: a million rows of 30 pixels do not fit. Such a list gets a body of [`MAX_BODY_HEIGHT`]
//! pixels, and this maps the element's scroll position to a position among the rows:
//! - a short scroll (wheel, trackpad, touch) moves the rows by its own pixels;
//! - a long one (the scrollbar's thumb) goes to the row at that share of the list;
//! - at the element's first and last position the first and the last row are in sight.
//!
//! No browser types here: `tests/fuzz/tests/scroll_range.rs` includes this file by its path.

/// Pixels of the highest body that all browsers take.
pub(crate) const MAX_BODY_HEIGHT: f64 = 10_000_000.0;

/// Rows kept above and below those in sight, so that a short scroll finds them there.
const OVERSCAN: usize = 12;

/// The part of the scroll range, at each end, in which a position counts pixels from that end.
const END_SHARE: f64 = 1.0 / 64.0;

/// Pixels by which a browser may round a scroll position that is set.
const ROUNDING: f64 = 2.0;

/// Rows of one height that scroll in an element. All heights are whole CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ScrollRange {
    pub(crate) n_rows: usize,
    pub(crate) row_height: f64,
    /// Height of the element's content apart from the rows, such as a header that stays in sight.
    pub(crate) header_height: f64,
    /// The height that the element shows at a time, including its header.
    pub(crate) view_height: f64,
    /// [`MAX_BODY_HEIGHT`], or less in a test.
    pub(crate) max_body_height: f64,
}

/// The scroll position of an element.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct ScrollPosition {
    /// The element's own scroll position.
    pub(crate) element_top: f64,
    /// Pixels of rows above the first one in sight, as if there were no maximum height.
    pub(crate) rows_top: f64,
}

impl ScrollPosition {
    /// The offset to subtract from a row's position in the list to get its position in the body.
    pub(crate) fn shift(self) -> f64 {
        self.rows_top - self.element_top
    }
}

impl ScrollRange {
    fn rows_height(self) -> f64 {
        self.n_rows as f64 * self.row_height
    }

    /// The height of the element that contains the rows.
    pub(crate) fn body_height(self) -> f64 {
        self.rows_height().min(self.max_body_height)
    }

    /// Whether the body is lower than the sum of its rows.
    pub(crate) fn is_scaled(self) -> bool {
        self.rows_height() > self.max_body_height
    }

    /// The last scroll position of the element.
    pub(crate) fn last_element_top(self) -> f64 {
        (self.body_height() + self.header_height - self.view_height).max(0.0)
    }

    /// The position among the rows that shows the last row.
    pub(crate) fn last_rows_top(self) -> f64 {
        (self.rows_height() + self.header_height - self.view_height).max(0.0)
    }

    /// The position after the element has scrolled to `element_top`.
    pub(crate) fn scrolled(self, from: ScrollPosition, element_top: f64) -> ScrollPosition {
        if !self.is_scaled() {
            return ScrollPosition { element_top, rows_top: element_top };
        }
        let (last_element, last_rows) = (self.last_element_top(), self.last_rows_top());
        let distance = element_top - from.element_top;
        let rows_top = if element_top <= 0.0 {
            0.0
        } else if element_top + 1.0 >= last_element {
            last_rows
        } else if distance.abs() > self.view_height {
            self.rows_top_at(element_top)
        } else if distance < 0.0 {
            self.left_after(from.element_top, from.rows_top, -distance)
        } else {
            let (element_left, rows_left) =
                (last_element - from.element_top, last_rows - from.rows_top);
            last_rows - self.left_after(element_left, rows_left, distance)
        };
        ScrollPosition { element_top, rows_top: rows_top.round().clamp(0.0, last_rows) }
    }

    /// The pixels of rows that are left to an end after a short scroll towards it. Before the
    /// scroll, the element had `element_left` to go and the rows `rows_left`. Close to the end both
    /// arrive together.
    fn left_after(self, element_left: f64, rows_left: f64, distance: f64) -> f64 {
        if 0.0 < element_left && element_left <= self.end_zone() {
            rows_left * (element_left - distance) / element_left
        } else {
            (rows_left - distance).max(0.0)
        }
    }

    fn end_zone(self) -> f64 {
        (self.last_element_top() * END_SHARE).floor()
    }

    /// The position among the rows for a position of the scrollbar's thumb: pixel by pixel at the
    /// ends, a share of the list between them.
    fn rows_top_at(self, element_top: f64) -> f64 {
        let (last_element, last_rows, zone) =
            (self.last_element_top(), self.last_rows_top(), self.end_zone());
        if element_top <= zone {
            element_top
        } else if element_top >= last_element - zone {
            last_rows - (last_element - element_top)
        } else {
            zone + (element_top - zone) * self.scale()
        }
    }

    /// The inverse of [`Self::rows_top_at`], not rounded.
    fn element_top_at(self, rows_top: f64) -> f64 {
        let (last_element, last_rows, zone) =
            (self.last_element_top(), self.last_rows_top(), self.end_zone());
        if rows_top <= zone {
            rows_top
        } else if rows_top >= last_rows - zone {
            last_element - (last_rows - rows_top)
        } else {
            zone + (rows_top - zone) / self.scale()
        }
    }

    /// Pixels of rows for a pixel of the element, between the ends.
    fn scale(self) -> f64 {
        let both_ends = 2.0 * self.end_zone();
        (self.last_rows_top() - both_ends) / (self.last_element_top() - both_ends).max(1.0)
    }

    /// The nearest position that shows this row, with rows around it if there is room.
    pub(crate) fn revealing(self, from: ScrollPosition, row_idx: usize) -> ScrollPosition {
        let sight = self.view_height - self.header_height;
        let around = (2.0 * self.row_height).min(((sight - self.row_height) / 2.0).max(0.0));
        let top = row_idx as f64 * self.row_height - around;
        let bottom = top + self.row_height + 2.0 * around;
        let last_rows = self.last_rows_top();
        let rows_top = if top < from.rows_top {
            top
        } else if bottom > from.rows_top + sight {
            bottom - sight
        } else {
            return from;
        };
        let rows_top = rows_top.floor().clamp(0.0, last_rows);
        let last_element = self.last_element_top();
        let element_top = if !self.is_scaled() || rows_top == 0.0 {
            rows_top
        } else if rows_top == last_rows {
            last_element
        } else {
            // The first and the last position are reserved for the first and the last row.
            let inner = self.element_top_at(rows_top).round();
            inner.min(last_element - 1.0 - ROUNDING).max(ROUNDING)
        };
        ScrollPosition { element_top, rows_top }
    }

    /// The rows to have in the page: the first, and how many. They change in steps, so that most
    /// scrolls request nothing.
    pub(crate) fn rows(self, at: ScrollPosition) -> (usize, usize) {
        let step = OVERSCAN / 2;
        let in_sight = (at.rows_top / self.row_height) as usize;
        let first = (in_sight / step * step).saturating_sub(OVERSCAN - step);
        let len = (self.view_height / self.row_height) as usize + 2 * OVERSCAN;
        if !self.is_scaled() {
            return (first, len);
        }
        // Rows below the end of the body would make the element's content higher.
        let end = ((self.body_height() + at.shift()) / self.row_height).ceil() as usize;
        (first, len.min(end.saturating_sub(first)))
    }

    /// How many whole rows are in sight at a time, at least one.
    pub(crate) fn n_in_sight(self) -> usize {
        (((self.view_height - self.header_height) / self.row_height) as usize).max(1)
    }
}
