//! Figures, each with a description and a link to the nodes behind it.

use leptos::prelude::*;
use qspect_core::text::number_format::thousands;
use qspect_core::view::NodeQuery;

use super::SafeText;

/// One line.
#[derive(Clone, Debug, Default)]
pub(crate) struct LinkRow {
    /// The figure.
    pub(crate) figure: String,
    /// The description of the figure.
    pub(crate) text: String,
    /// Details, in small print.
    pub(crate) more: String,
    /// Finds the nodes behind it; `None` if the report does not name them.
    pub(crate) query: Option<NodeQuery>,
}

/// A card of these lines: some at first, all of them on demand and on paper.
#[component]
pub(crate) fn LinkList(
    title: &'static str,
    rows: Vec<LinkRow>,
    /// How many lines are shown before the reader asks for all.
    n_at_first: usize,
    /// How many lines are left out even then.
    #[prop(default = 0)]
    n_left_out: usize,
    /// Shown if there are no lines.
    #[prop(default = "")]
    if_empty: &'static str,
    /// Called with the query of a line that the reader opens.
    on_open: Callback<NodeQuery>,
) -> impl IntoView {
    let (is_whole, set_whole) = signal(false);
    let n_hidden = rows.len().saturating_sub(n_at_first);
    let is_empty = rows.is_empty();
    let rows = rows.into_iter().enumerate().map(|(at, row)| {
        let is_hidden = at >= n_at_first;
        view! { <Line row is_hidden on_open /> }
    });
    let rows = rows.collect_view();
    let left_out = (n_left_out > 0).then(|| format!("and {} left out", thousands(n_left_out)));
    let more = match &left_out {
        None => format!("{} more", thousands(n_hidden)),
        Some(left_out) => format!("{} more, {left_out}", thousands(n_hidden)),
    };
    view! {
        <section class="qs-card">
            <h2>{title}</h2>
            <ul class="qs-rows" class:qs-rows--whole=is_whole>
                {rows}
            </ul>
            {is_empty.then(|| view! { <p class="qs-muted">{if_empty}</p> })}
            <Show when=move || n_hidden != 0 && !is_whole.get()>
                <button class="qs-link qs-small" on:click=move |_| set_whole.set(true)>
                    {more.clone()}
                </button>
            </Show>
            {left_out.map(|it| view! { <p class="qs-print qs-small">{it}</p> })}
        </section>
    }
}

/// One line; a button if it leads somewhere.
#[component]
fn Line(
    row: LinkRow,
    /// Whether the line is shown only on paper until the reader asks for the whole list.
    is_hidden: bool,
    on_open: Callback<NodeQuery>,
) -> impl IntoView {
    let LinkRow { figure, text, more, query } = row;
    let content = view! {
        <b class="qs-number">{figure}</b>
        <span class="qs-row__text">
            <SafeText text />
            <span class="qs-muted"><SafeText text=more /></span>
        </span>
    };
    let line = match query {
        Some(query) => view! {
            <button class="qs-row" on:click=move |_| on_open.run(query.clone())>
                {content}
            </button>
        }
        .into_any(),
        None => view! { <div class="qs-row">{content}</div> }.into_any(),
    };
    view! { <li class:qs-print=is_hidden>{line}</li> }
}
