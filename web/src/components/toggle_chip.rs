//! One of several choices.

use leptos::prelude::*;

/// A choice that is on or off. A screen reader says which.
#[component]
pub(crate) fn ToggleChip(
    #[prop(into)] label: String,
    #[prop(into)] is_on: Signal<bool>,
    on_choose: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            class="qs-chip"
            class:qs-chip--on=is_on
            aria-pressed=move || is_on.get().to_string()
            on:click=move |_| on_choose.run(())
        >
            {label}
        </button>
    }
}
