//! The dialog that shares a report.

use leptos::prelude::*;
use qspect_core::text::number_format::thousands;

use super::{Modal, SafeText, safe_attribute};
use crate::worker::Export;

/// A way to share the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    /// Copy a link that contains the report.
    Link,
    /// Save the page with the report inside.
    Page,
    /// Save the report in a format.
    Save(Export),
    /// Copy the report in a format.
    Copy(Export),
}

/// What is shared: it follows the view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// One report, by name.
    Report(String),
    /// Two reports that are compared, the base first.
    Comparison(String, String),
    /// All reports: how many there are, and whether one page can hold them.
    Fleet(usize, bool),
}

impl Scope {
    fn title(&self) -> String {
        match self {
            Self::Report(name) => name.clone(),
            Self::Comparison(base, head) => format!("the comparison of {base} with {head}"),
            Self::Fleet(n, true) => format!("{} reports", thousands(*n)),
            Self::Fleet(_, false) => "one report: all of them are too large for a page".to_owned(),
        }
    }

    fn page(&self) -> &'static str {
        match self {
            Self::Report(_) | Self::Fleet(_, false) => "HTML: the viewer with the report inside",
            Self::Comparison(..) => "HTML: the viewer with both reports inside",
            Self::Fleet(_, true) => "HTML: the viewer with all reports inside",
        }
    }
}

/// Each format with its name, its description, and whether it can also be copied.
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
    /// Whether it is shown.
    #[prop(into)]
    is_open: Signal<bool>,
    /// Called by Esc, its button, and a click outside.
    on_close: Callback<()>,
    /// Whether names are replaced before anything is shared.
    is_redacted: RwSignal<bool>,
    /// Whether others can open the page's address.
    has_address: bool,
    /// What is shared.
    #[prop(into)]
    scope: Signal<Scope>,
    /// The metrics that Model Explorer can colour nodes by.
    #[prop(into)]
    metrics: Signal<Vec<String>>,
    /// The result of the last choice.
    #[prop(into)]
    note: Signal<String>,
    /// Called with the reader's choice.
    on_share: Callback<Share>,
) -> impl IntoView {
    let link = if has_address {
        "the report is in the link itself: nothing is uploaded"
    } else {
        "this page has no address that others can open: save the page instead, or share from a page on \
         a web server"
    };
    let forms = forms().into_iter().map(move |(name, what, export, is_copied)| {
        let copy = is_copied.then(|| Share::Copy(export.clone()));
        view! {
            <Line name what>
                {copy.map(|share| view! { <Choice text="Copy" share on_share /> })}
                <Choice text="Save" share=Share::Save(export) on_share />
            </Line>
        }
    });
    view! {
        <Modal label="Share this report" is_open on_close>
            <div class="qs-help__box qs-share">
                <h2>"Share " {move || view! { <SafeText text=scope.with(Scope::title) /> }}</h2>
                <label class="qs-share__redact">
                    <input
                        type="checkbox"
                        prop:checked=is_redacted
                        on:change:target=move |event| is_redacted.set(event.target().checked())
                    />
                    " Redact: replace the names of nodes, modules and the model in all but Model Explorer's"
                </label>
                <ul class="qs-share__list">
                    <Line name="Link" what=link>
                        <Choice
                            text="Copy link"
                            share=Share::Link
                            is_disabled=!has_address
                            on_share
                        />
                    </Line>
                    {move || view! {
                        <Line name="Page" what=scope.with(Scope::page)>
                            <Choice text="Save" share=Share::Page on_share />
                        </Line>
                    }}
                    {move || {
                        let is_fleet = scope.with(|it| matches!(it, Scope::Fleet(..)));
                        is_fleet.then(|| {
                            let table = |is_csv| Export::Fleet { files: Vec::new(), is_csv };
                            view! {
                                <Line name="Table" what="all reports, a row each: CSV">
                                    <Choice text="Copy" share=Share::Copy(table(true)) on_share />
                                    <Choice text="Save" share=Share::Save(table(true)) on_share />
                                </Line>
                                <Line name="Markdown table" what="all reports, for a pull request">
                                    <Choice text="Copy" share=Share::Copy(table(false)) on_share />
                                    <Choice text="Save" share=Share::Save(table(false)) on_share />
                                </Line>
                            }
                        })
                    }}
                    {move || {
                        let is_comparison = scope.with(|it| matches!(it, Scope::Comparison(..)));
                        is_comparison.then(|| view! {
                            <Line name="Comparison" what="Markdown, for a pull request">
                                <Choice text="Copy" share=Share::Copy(Export::Comparison) on_share />
                                <Choice text="Save" share=Share::Save(Export::Comparison) on_share />
                            </Line>
                        })
                    }}
                    {forms.collect_view()}
                    <NodeData metrics on_share />
                </ul>
                <div class="qs-share__end">
                    <p class="qs-share__note" role="status">
                        {note}
                    </p>
                    <button class="qs-button" on:click=move |_| on_close.run(())>
                        "Close"
                    </button>
                </div>
            </div>
        </Modal>
    }
}

#[component]
fn Line(name: &'static str, what: &'static str, children: Children) -> impl IntoView {
    view! {
        <li class="qs-share__line">
            <b>{name}</b>
            <span class="qs-share__what qs-muted">{what}</span>
            {children()}
        </li>
    }
}

#[component]
fn Choice(
    text: &'static str,
    share: Share,
    #[prop(optional)] is_disabled: bool,
    on_share: Callback<Share>,
) -> impl IntoView {
    view! {
        <button
            class="qs-button"
            disabled=is_disabled
            on:click=move |_| on_share.run(share.clone())
        >
            {text}
        </button>
    }
}

/// The line of Model Explorer's node data, with the choice of the value that colours the nodes.
#[component]
fn NodeData(metrics: Signal<Vec<String>>, on_share: Callback<Share>) -> impl IntoView {
    let by = RwSignal::new("verdict".to_owned());
    let options = move || {
        let all = ["verdict", "dtype"].map(str::to_owned).into_iter().chain(metrics.get());
        all.map(|it| view! { <option value=it.clone()>{safe_attribute(&it)}</option> })
            .collect_view()
    };
    let save = move |_| {
        // The metric may have been chosen for another report, and this report may lack it.
        let by = by.get_untracked();
        let is_known = by == "dtype" || metrics.with_untracked(|it| it.contains(&by));
        let by = if is_known { by } else { "verdict".to_owned() };
        on_share.run(Share::Save(Export::NodeData(by)));
    };
    view! {
        <Line name="Model Explorer" what="node data: its graph, with verdicts or figures">
            <select
                class="qs-switcher__list"
                aria-label="Colour nodes by"
                on:change:target=move |event| by.set(event.target().value())
            >
                {options}
            </select>
            <button class="qs-button" on:click=save>
                "Save"
            </button>
        </Line>
    }
}
