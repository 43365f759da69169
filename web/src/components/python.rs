//! Python code, and the button that copies it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::SafeText;
use crate::browser;

/// Python code that wraps where a name or an argument begins, and not within.
#[component]
pub(crate) fn Python(code: String) -> impl IntoView {
    let pieces = code.split_inclusive(['.', '(']).map(|it| {
        let may_break = !it.starts_with(')');
        view! {
            {may_break.then(|| view! { <wbr /> })}
            <span><SafeText text=it /></span>
        }
    });
    view! { <pre class="qs-code"><code>{pieces.collect_view()}</code></pre> }
}

/// A button that copies a text, and says whether it could.
#[component]
pub(crate) fn CopyButton(label: &'static str, text: Signal<String>) -> impl IntoView {
    let (shown, set_shown) = signal(label);
    let copy = move |_| {
        let text = text.get_untracked();
        let copied = browser::copy(async move { Ok(text) });
        spawn_local(async move {
            let label = if copied.await.is_ok() { "Copied" } else { "Not allowed" };
            // The button may be gone by then.
            let _ = set_shown.try_set(label);
        });
    };
    view! { <button class="qs-link" on:click=copy>{shown}</button> }
}
