//! The head of a column that sorts rows.

use leptos::prelude::*;

use super::SafeText;

/// A column's title. A click sorts by it, and an arrow shows the order if the rows are sorted by
/// it.
#[component]
pub(crate) fn SortHeader(
    #[prop(into)] title: String,
    #[prop(into)] class: String,
    /// Whether the order is descending; `None`: the rows are sorted by another column.
    is_descending: Memo<Option<bool>>,
    on_sort: Callback<()>,
) -> impl IntoView {
    let order = move || match is_descending.get() {
        None => "none",
        Some(false) => "ascending",
        Some(true) => "descending",
    };
    let arrow = move || match is_descending.get() {
        None => "",
        Some(false) => "▲",
        Some(true) => "▼",
    };
    view! {
        <div class=class role="columnheader" aria-sort=order>
            <button class="qs-grid__sort" on:click=move |_| on_sort.run(())>
                <SafeText text=title />
                <span class="qs-grid__arrow" aria-hidden="true">{arrow}</span>
            </button>
        </div>
    }
}
