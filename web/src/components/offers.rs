//! Asks before a report is shown that another page sends.

use leptos::prelude::*;

use super::Modal;
use crate::parts::part;
use crate::reactive::memo;

/// The first of the offers, each a title and the origin of the page that sends it.
#[component]
pub(crate) fn Offers(
    #[prop(into)] offers: Signal<Vec<(String, String)>>,
    /// Called with whether the first offer is taken.
    on_answer: Callback<bool>,
) -> impl IntoView {
    let told = move || {
        let first = offers.with(|it| it.first().cloned());
        let Some((title, origin)) = first else { return ().into_any() };
        let origin = match origin.as_str() {
            "null" => "A page without an address".to_owned(),
            origin => origin.to_owned(),
        };
        part("p", "qs-offer")
            .with(part("b", "").text(&origin))
            .text(" wants to show a report here: ")
            .with(part("b", "").text(&title))
            .view()
    };
    let answer = move |text: &str, class: &'static str, is_taken: bool| {
        part("button", class).text(text).on_click(move || on_answer.run(is_taken))
    };
    let content = part("div", "qs-help__box")
        .with(part("h2", "").text("A report from another page"))
        .view_in(told.into_any())
        .with(
            part("div", "qs-share__end")
                .with(answer("Do not show", "qs-button", false))
                .with(answer("Show it", "qs-button qs-button--main", true)),
        )
        .view();
    let is_open = memo(move || offers.with(|it| !it.is_empty()));
    let on_close = Callback::new(move |()| {
        if is_open.get_untracked() {
            on_answer.run(false);
        }
    });
    view! { <Modal label="A report from another page" is_open on_close content /> }
}
