//! Long names, cut in the middle: the ends of two names differ more often than their beginnings.

use std::ops::Range;

use leptos::prelude::*;

use super::MarkedText;

/// How many characters at the end are always shown.
const N_END: usize = 12;

/// A name on one line. If it is too long for its place, characters in its middle are left out.
#[component]
pub(crate) fn MiddleCut(
    #[prop(into)] text: String,
    /// Marked parts of the text, in bytes.
    #[prop(optional)]
    marks: Vec<Range<usize>>,
) -> impl IntoView {
    // A short name is not cut.
    let at = text.char_indices().rev().nth(N_END - 1).map_or(0, |it| it.0);
    if text[..at].chars().count() <= N_END {
        return view! { <span><MarkedText text marks /></span> }.into_any();
    }
    let part = |range: Range<usize>| -> Vec<Range<usize>> {
        let inside = marks.iter().map(|it| it.start.max(range.start)..it.end.min(range.end));
        let inside = inside.filter(|it| it.start < it.end);
        inside.map(|it| it.start - range.start..it.end - range.start).collect()
    };
    let (start_marks, end_marks) = (part(0..at), part(at..text.len()));
    let (start, end) = text.split_at(at);
    view! {
        <span class="qs-cut">
            <span><MarkedText text=start marks=start_marks /></span>
            <span><MarkedText text=end marks=end_marks /></span>
        </span>
    }
    .into_any()
}
