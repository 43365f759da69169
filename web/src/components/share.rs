//! The dialog that shares a report.

use leptos::prelude::*;

use super::Modal;
use crate::parts::{Part, part, plain, told};
use crate::worker::Export;

/// What a reader can do with the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    /// Copy a link that carries it.
    Link,
    /// Save the page with it inside.
    Page,
    /// Save it in a form.
    Save(Export),
    /// Copy it in a form.
    Copy(Export),
}

/// A form, what is said of it, and whether it is worth copying.
fn forms() -> [(&'static str, &'static str, Export, bool); 6] {
    [
        ("Report", "JSON, to open here again", Export::Json, true),
        ("Text", "as ExecuTorch prints it", Export::Text, true),
        ("Summary", "Markdown, for an issue or a pull request", Export::Markdown, true),
        ("Nodes", "CSV, a row each", Export::Csv, true),
        ("Strip", "SVG, the model in graph order", Export::Strip, false),
        ("Modules", "SVG, the icicle", Export::Icicle, false),
    ]
}

/// The ways to share a report: a link, a page, files.
#[component]
pub(crate) fn ShareDialog(
    is_open: RwSignal<bool>,
    /// Whether names are replaced before anything is shared.
    is_redacted: RwSignal<bool>,
    /// What the report is called.
    label: Memo<String>,
    /// What Model Explorer's nodes can be coloured by.
    #[prop(into)]
    metrics: Signal<Vec<String>>,
    /// What came of the last choice.
    #[prop(into)]
    note: Signal<String>,
    /// Called with what the reader chose.
    on_share: Callback<Share>,
) -> impl IntoView {
    let button = move |text: &str, share: Share| {
        let on_click = move || on_share.run(share.clone());
        part("button", "qs-button").on_click(on_click).text(text)
    };
    let line = |name: &str, what: &str| {
        part("li", "qs-share__line")
            .with(part("b", "").text(name))
            .with(part("span", "qs-share__what qs-muted").text(what))
    };
    let forms = forms().into_iter().map(|(name, what, export, is_copied)| {
        let copy = is_copied.then(|| button("Copy", Share::Copy(export.clone())));
        line(name, what).with_all(copy).with(button("Save", Share::Save(export)))
    });
    let by = RwSignal::new("verdict".to_owned());
    let bys = move || {
        let all = ["verdict", "dtype"].map(str::to_owned).into_iter().chain(metrics.get());
        all.map(|it| view! { <option value=it.clone()>{plain(&it)}</option> }.into_any())
            .collect::<Vec<_>>()
    };
    let by_list = view! {
        <select
            class="qs-switcher__list"
            aria-label="Colour nodes by"
            on:change:target=move |event| by.set(event.target().value())
        >
            {bys}
        </select>
    }
    .into_any();
    let node_data = line("Model Explorer", "node data: its graph, with verdicts or figures")
        .view_in(by_list)
        .with(part("button", "qs-button").text("Save").on_click(move || {
            // A metric that was chosen for another report may be none of this one's.
            let by = by.get_untracked();
            let is_known = by == "dtype" || metrics.with_untracked(|it| it.contains(&by));
            let by = if is_known { by } else { "verdict".to_owned() };
            on_share.run(Share::Save(Export::NodeData(by)));
        }));
    let list = part("ul", "qs-share__list")
        .with(
            line("Link", "the report is in the link itself: nothing is uploaded")
                .with(button("Copy link", Share::Link)),
        )
        .with(
            line("Page", "HTML: the viewer with the report inside")
                .with(button("Save", Share::Page)),
        )
        .with_all(forms)
        .with(node_data);
    let redact = view! {
        <label class="qs-share__redact">
            <input
                type="checkbox"
                prop:checked=is_redacted
                on:change:target=move |event| is_redacted.set(event.target().checked())
            />
            " Redact: replace the names of nodes, modules and the model in all but Model Explorer's"
        </label>
    }
    .into_any();
    let answer = view! { <p class="qs-share__note" role="status">{note}</p> }.into_any();
    let close = part("button", "qs-button").on_click(move || is_open.set(false)).text("Close");
    let content = part("div", "qs-help__box qs-share")
        .view_in(view! { <h2>"Share " {move || told(&label.get())}</h2> }.into_any())
        .view_in(redact)
        .with(list)
        .with(Part::view_in(part("div", "qs-share__end"), answer).with(close))
        .view();
    let on_close = Callback::new(move |()| is_open.set(false));
    view! { <Modal label="Share this report" is_open on_close content /> }
}
