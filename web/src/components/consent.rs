//! Asks for consent before a report from another page is shown.

use leptos::prelude::*;

use super::{Modal, SafeText};

/// A question about the first offer. Each offer has a title and the origin of the page that sends
/// it.
#[component]
pub(crate) fn Consent(
    #[prop(into)] offers: Signal<Vec<(String, String)>>,
    /// Whether it is shown; another dialog may be open.
    #[prop(into)]
    is_open: Signal<bool>,
    /// Called with whether the reader accepts the first offer.
    on_answer: Callback<bool>,
) -> impl IntoView {
    let question = move || {
        let (title, origin) = offers.with(|it| it.first().cloned())?;
        let origin = if origin == "null" { "A page without an address".to_owned() } else { origin };
        Some(view! {
            <p class="qs-offer">
                <b><SafeText text=origin /></b>
                " wants to show a report here: "
                <b><SafeText text=title /></b>
            </p>
        })
    };
    view! {
        <Modal
            label="A report from another page"
            is_open
            on_close=Callback::new(move |()| on_answer.run(false))
        >
            <div class="qs-help__box">
                <h2>"A report from another page"</h2>
                {question}
                <div class="qs-share__end">
                    <button class="qs-button" on:click=move |_| on_answer.run(false)>
                        "Do not show"
                    </button>
                    <button
                        class="qs-button qs-button--main"
                        on:click=move |_| on_answer.run(true)
                    >
                        "Show it"
                    </button>
                </div>
            </div>
        </Modal>
    }
}
