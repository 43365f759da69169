//! The head of a column that sorts rows.

use leptos::prelude::*;

use web_sys::KeyboardEvent;

use super::SafeText;

/// The head of a column of a grid.
#[component]
pub(crate) fn SortHeader(
    #[prop(into)] title: String,
    #[prop(into)] class: String,
    /// Whether the order is descending; `None`: the rows are sorted by another column.
    is_descending: Memo<Option<bool>>,
    on_sort: Callback<()>,
    /// What the head has beside its button.
    #[prop(optional_no_strip)]
    extra: Option<AnyView>,
    /// Called with a key that is pressed on the head.
    #[prop(optional)]
    on_key: Option<Callback<KeyboardEvent>>,
) -> impl IntoView {
    view! {
        <div
            class=class
            role="columnheader"
            aria-sort=move || aria_sort(is_descending.get())
            on:keydown=move |event| on_key.into_iter().for_each(|it| it.run(event.clone()))
        >
            <SortButton title is_descending on_sort />
            {extra}
        </div>
    }
}

/// The title of a column. A click sorts by it, and an arrow shows the order if the rows are sorted
/// by it.
#[component]
pub(crate) fn SortButton(
    #[prop(into)] title: String,
    /// As in [`SortHeader`].
    is_descending: Memo<Option<bool>>,
    on_sort: Callback<()>,
) -> impl IntoView {
    let arrow = move || match is_descending.get() {
        None => "",
        Some(false) => "▲",
        Some(true) => "▼",
    };
    view! {
        <button class="qs-grid__sort" on:click=move |_| on_sort.run(())>
            <SafeText text=title />
            <span class="qs-grid__arrow" aria-hidden="true">{arrow}</span>
        </button>
    }
}

/// The value of `aria-sort` for the head of a column.
pub(crate) fn aria_sort(is_descending: Option<bool>) -> &'static str {
    match is_descending {
        None => "none",
        Some(false) => "ascending",
        Some(true) => "descending",
    }
}

/// The order after a click on a column: `first` says whether its first order is descending. The
/// second click reverses the order, and the third one restores the order without a sort.
pub(crate) fn next_order<T: PartialEq>(
    current: Option<(T, bool)>,
    column: T,
    first: bool,
) -> Option<(T, bool)> {
    match current {
        Some((current, is_descending)) if current == column => {
            (is_descending == first).then_some((column, !first))
        }
        _ => Some((column, first)),
    }
}
