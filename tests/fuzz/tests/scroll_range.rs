//! The arithmetic of the page's long lists. `web` is built for browsers alone, so that its own tests
//! would not run: this crate, which has proptest, includes the file.

#[path = "../../../web/src/components/scroll_range.rs"]
mod scroll_range;

use proptest::prelude::*;
use scroll_range::{MAX_BODY_HEIGHT, ScrollPosition, ScrollRange};

/// Lists of up to a billion rows, with the row heights and window sizes of the page and others.
fn range() -> impl Strategy<Value = ScrollRange> {
    let n_rows = prop_oneof![1..1_000_usize, 200_000..2_000_000_usize, 1..1_000_000_000_usize];
    (n_rows, 10..80_u16, 0..60_u16, 100..3_000_u16).prop_map(|(n_rows, row, header, view)| {
        ScrollRange {
            n_rows,
            row_height: f64::from(row),
            header_height: f64::from(header),
            view_height: f64::from(view.max(header + row)),
            max_body_height: MAX_BODY_HEIGHT,
        }
    })
}

fn long_range() -> impl Strategy<Value = ScrollRange> {
    range().prop_filter("scaled", |it| it.is_scaled())
}

/// A share of something, its ends included.
fn share() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1.0), 0.0..1.0]
}

fn row_at(range: ScrollRange, share: f64) -> usize {
    ((range.n_rows - 1) as f64 * share) as usize
}

/// The position after the thumb was dragged there.
fn dragged(range: ScrollRange, share: f64) -> ScrollPosition {
    let far = ScrollPosition { element_top: -MAX_BODY_HEIGHT, rows_top: 0.0 };
    range.scrolled(far, (range.last_element_top() * share).round())
}

/// Whether the whole row is in sight and among the rows that the page then has.
fn shows(range: ScrollRange, at: ScrollPosition, row_idx: usize) -> bool {
    let (first, len) = range.rows(at);
    let top = row_idx as f64 * range.row_height;
    let sight = range.view_height - range.header_height;
    (first..first + len).contains(&row_idx)
        && at.rows_top <= top
        && top + range.row_height <= at.rows_top + sight
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_row_can_be_revealed(range in range(), from in share(), row in share()) {
        let row_idx = row_at(range, row);
        let at = range.revealing(dragged(range, from), row_idx);
        prop_assert!(shows(range, at, row_idx), "{at:?}");
        prop_assert!((0.0..=range.last_element_top()).contains(&at.element_top), "{at:?}");
        // The scroll event that follows changes nothing, also where the browser rounded the position.
        for rounded in [-1.0, 0.0, 1.0] {
            let element_top = (at.element_top + rounded).clamp(0.0, range.last_element_top());
            let set = ScrollPosition { element_top, ..at };
            if range.is_scaled() {
                prop_assert_eq!(range.scrolled(set, element_top), set);
            }
        }
        prop_assert_eq!(range.scrolled(at, at.element_top), at);
        // The row's place in the body is where the element shows it.
        let in_body = row_idx as f64 * range.row_height - at.shift();
        prop_assert!(in_body >= at.element_top && in_body.fract() == 0.0);
        prop_assert!(in_body + range.row_height <= range.body_height(), "{in_body}");
    }

    /// From one end to the other, page by page, each row is in sight once.
    #[test]
    fn paging_skips_no_row(range in range(), from in share()) {
        let first = row_at(range, from);
        let at = range.revealing(ScrollPosition::default(), first);
        let last = (first + range.n_in_sight() - 1).min(range.n_rows - 1);
        let next = range.revealing(at, last);
        prop_assert!(shows(range, next, last));
        let sight = range.view_height - range.header_height;
        prop_assert!(next.rows_top - at.rows_top <= sight);
        let n = range.n_in_sight() as f64;
        prop_assert!(n * range.row_height <= sight && sight < (n + 1.0) * range.row_height);
    }

    #[test]
    fn a_row_in_sight_moves_nothing(range in range(), row in share()) {
        let row_idx = row_at(range, row);
        let at = range.revealing(ScrollPosition::default(), row_idx);
        prop_assert_eq!(range.revealing(at, row_idx), at);
    }

    #[test]
    fn below_the_maximum_nothing_is_scaled(
        n_rows in 0..200_000_usize, from in range(), at in share(), to in 0..10_000_000_i32
    ) {
        let range = ScrollRange { n_rows, row_height: 50.0, ..from };
        prop_assert!(!range.is_scaled());
        let to = range.scrolled(dragged(range, at), f64::from(to));
        prop_assert_eq!(to.rows_top, to.element_top);
        prop_assert_eq!(to.shift(), 0.0);
        prop_assert_eq!(range.body_height(), n_rows as f64 * 50.0);
        let revealed = range.revealing(to, row_at(from, at).min(n_rows));
        prop_assert_eq!(revealed.shift(), 0.0);
    }

    #[test]
    fn the_body_is_never_higher_than_a_browser_allows(range in range()) {
        prop_assert!(range.body_height() <= MAX_BODY_HEIGHT);
    }

    #[test]
    fn dragging_is_monotonic_and_reaches_both_ends(
        range in range(), shares in (share(), share())
    ) {
        let (low, high) = (shares.0.min(shares.1), shares.0.max(shares.1));
        prop_assert!(dragged(range, low).rows_top <= dragged(range, high).rows_top);
        prop_assert_eq!(dragged(range, 0.0).rows_top, 0.0);
        let last = dragged(range, 1.0);
        prop_assert_eq!(last.rows_top, range.last_rows_top());
        prop_assert!(shows(range, last, range.n_rows - 1));
        // A browser whose last position has a fraction reports its whole pixels.
        if range.is_scaled() {
            let rounded = range.scrolled(dragged(range, 0.5), range.last_element_top() - 1.0);
            prop_assert_eq!(rounded.rows_top, range.last_rows_top());
        }
    }

    /// Where the thumb is set to a row's share of the list, that row is at most as far away as the
    /// thumb's pixel is coarse.
    #[test]
    fn a_drag_goes_to_its_share(range in long_range(), row in share()) {
        let row_idx = row_at(range, row);
        let at = range.revealing(ScrollPosition::default(), row_idx);
        let dragged = range.scrolled(ScrollPosition { element_top: -1e9, rows_top: 0.0 }, at.element_top);
        let coarse = 4.0 * range.last_rows_top() / range.last_element_top() + 1.0;
        prop_assert!((dragged.rows_top - at.rows_top).abs() <= coarse, "{dragged:?} {at:?}");
    }

    /// Away from the ends a wheel moves rows by its own pixels, in both directions.
    #[test]
    fn a_short_scroll_moves_by_pixels(
        range in long_range(), from in 0.05..0.95, distances in prop::collection::vec(-100..100_i32, 1..50)
    ) {
        let start = dragged(range, from);
        let mut at = start;
        for distance in distances {
            let next = range.scrolled(at, at.element_top + f64::from(distance));
            prop_assert_eq!(next.rows_top - at.rows_top, f64::from(distance));
            prop_assert_eq!(next.shift(), start.shift());
            at = next;
        }
    }

    /// From the very start, too: no row is skipped on the first screens of a list.
    #[test]
    fn the_first_and_the_last_rows_scroll_by_pixels(range in long_range(), n in 1..500_u16) {
        let (first, last) = (dragged(range, 0.0), dragged(range, 1.0));
        let (mut down, mut up) = (first, last);
        for _ in 0..n {
            down = range.scrolled(down, down.element_top + 100.0);
            up = range.scrolled(up, up.element_top - 100.0);
        }
        prop_assert_eq!(down.rows_top, 100.0 * f64::from(n));
        prop_assert_eq!(last.rows_top - up.rows_top, 100.0 * f64::from(n));
    }

    /// Rows below the end of the body would make the element's content higher, and the scroll range
    /// with it.
    #[test]
    fn no_row_stands_below_the_body(range in long_range(), from in share(), left in 0..900_u16) {
        let near_end = (range.last_element_top() - f64::from(left)).max(0.0);
        let mut at = dragged(range, from);
        let later = (near_end + 50.0).min(range.last_element_top());
        for element_top in [near_end, later, range.last_element_top()] {
            let (first, len) = range.rows(at);
            let bottom = (first + len) as f64 * range.row_height - at.shift();
            prop_assert!(bottom < range.body_height() + range.row_height, "{at:?}");
            // Those in sight are there.
            let last_in_sight = at.rows_top + range.view_height - range.header_height;
            prop_assert!((first + len) as f64 * range.row_height >= last_in_sight, "{at:?}");
            at = range.scrolled(at, element_top);
        }
    }

    /// Wheeled on, a list comes to its end with the element, row by row, wherever it was dragged to
    /// before.
    #[test]
    fn a_wheel_reaches_both_ends(range in long_range(), near in 0.0..0.03, step in 20..100_i32) {
        // Both arrive together: no step moves the rows farther than the scrollbar's thumb would.
        let scale = range.last_rows_top() / range.last_element_top() + 1.0;
        let most = f64::from(step) * scale + 1.0;
        let mut at = dragged(range, near);
        while at.element_top > 0.0 {
            let next = range.scrolled(at, (at.element_top - f64::from(step)).max(0.0));
            prop_assert!((0.0..=most).contains(&(at.rows_top - next.rows_top)), "{at:?} {next:?}");
            at = next;
        }
        prop_assert_eq!(at.rows_top, 0.0);
        let mut at = dragged(range, 1.0 - near);
        while at.element_top < range.last_element_top() {
            let to = (at.element_top + f64::from(step)).min(range.last_element_top());
            let next = range.scrolled(at, to);
            prop_assert!((0.0..=most).contains(&(next.rows_top - at.rows_top)), "{at:?} {next:?}");
            at = next;
        }
        prop_assert_eq!(at.rows_top, range.last_rows_top());
    }
}

/// A position one pixel from an end is not taken for the end, as the browser may round it.
#[test]
fn rows_beside_the_ends_are_revealed() {
    let range = ScrollRange {
        n_rows: 1_000_000,
        row_height: 30.0,
        header_height: 34.0,
        view_height: 34.0 + 30.0 * 30.0 - 1.0,
        max_body_height: MAX_BODY_HEIGHT,
    };
    let first = range.revealing(ScrollPosition::default(), 27);
    assert_eq!(first.rows_top, 1.0);
    let last = range.revealing(dragged(range, 1.0), 1_000_000 - 28);
    assert_eq!(last.rows_top, range.last_rows_top() - 1.0);
    for (at, rounded) in [(first, -1.0), (first, 1.0), (last, -1.0), (last, 1.0)] {
        let element_top = at.element_top + rounded;
        let set = ScrollPosition { element_top, ..at };
        assert_eq!(range.scrolled(set, element_top), set);
    }
}

/// The limits of the browsers, and the longest lists of the page.
#[test]
fn a_million_rows_fit_every_browser() {
    for row_height in [18.0, 30.0, 44.0, 46.0] {
        let range = ScrollRange {
            n_rows: 1_000_000,
            row_height,
            header_height: 34.0,
            view_height: 900.0,
            max_body_height: MAX_BODY_HEIGHT,
        };
        assert!(range.is_scaled());
        assert!(range.body_height() < 17_900_000.0);
        let at = range.revealing(ScrollPosition::default(), 999_999);
        assert_eq!(at.element_top, range.last_element_top());
        assert!(shows(range, at, 999_999));
    }
}
