//! What lies over the page for a while.

use leptos::prelude::*;

use crate::keyboard::KEYS;

/// Shown while files are dragged over the page.
#[component]
pub(crate) fn DropOverlay(
    /// Whether files are being dragged.
    #[prop(into)]
    is_open: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class="qs-drop" class:qs-drop--on=is_open aria-hidden="true">
            <div class="qs-drop__text">"Drop to open"</div>
        </div>
    }
}

/// The keys and what they do.
#[component]
pub(crate) fn Help(
    /// Whether it is shown; its button and a click beside it close it.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let rows = || {
        KEYS.map(|(keys, what)| {
            let keys = keys.split("  ").map(|key| match key {
                "or" => view! { " or " }.into_any(),
                key => view! { <kbd>{key}</kbd> }.into_any(),
            });
            view! { <dt>{keys.collect_view()}</dt><dd>{what}</dd> }
        })
        .collect_view()
    };
    view! {
        <Show when=move || is_open.get()>
            <div class="qs-help" on:click=move |_| is_open.set(false)>
                <div class="qs-help__box" role="dialog" aria-label="Keys" aria-modal="true">
                    <h2>"Keys"</h2>
                    <dl>{rows()}</dl>
                    <button class="qs-button" on:click=move |_| is_open.set(false)>"Close"</button>
                </div>
            </div>
        </Show>
    }
}
