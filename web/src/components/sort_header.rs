//! The head of a column that rows can be sorted by.

use leptos::prelude::*;

/// A column's title, which sorts by it, and an arrow where the rows are sorted so.
pub(crate) fn sort_header(
    title: &'static str,
    class: String,
    // Whether the order is turned round; `None`: it is another column's.
    is_descending: Memo<Option<bool>>,
    on_sort: Callback<()>,
) -> AnyView {
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
                {title}
                <span class="qs-grid__arrow" aria-hidden="true">{arrow}</span>
            </button>
        </div>
    }
    .into_any()
}
