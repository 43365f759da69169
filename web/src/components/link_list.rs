//! Figures, each with what it counts and a way to the nodes behind it.

use leptos::prelude::*;
use qspect_core::NodeQuery;
use qspect_core::figures::thousands;

use crate::parts::{part, small_link};

/// One line.
#[derive(Clone, Debug, Default)]
pub(crate) struct LinkRow {
    /// The figure.
    pub(crate) figure: String,
    /// What it counts.
    pub(crate) text: String,
    /// What there is to say besides.
    pub(crate) more: String,
    /// The nodes behind it; `None` where the report names none.
    pub(crate) query: Option<NodeQuery>,
}

/// A card with such lines, the first ones at first.
#[component]
pub(crate) fn LinkList(
    title: &'static str,
    rows: Vec<LinkRow>,
    /// How many are shown before the reader asks for all.
    n_at_first: usize,
    /// Lines that are left out even then.
    #[prop(default = 0)]
    n_left_out: usize,
    /// What stands in place of no lines.
    #[prop(default = "")]
    if_empty: &'static str,
    on_open: Callback<NodeQuery>,
) -> impl IntoView {
    let (is_whole, set_whole) = signal(false);
    let n_hidden = rows.len().saturating_sub(n_at_first);
    let is_empty = rows.is_empty();
    // On paper they all are.
    let rows = rows.into_iter().enumerate();
    let rows: Vec<_> = rows.map(|(at, row)| one(row, at >= n_at_first, on_open)).collect();
    let left_out = (n_left_out > 0).then(|| {
        let text = format!("and {} left out", thousands(n_left_out));
        part("p", "qs-print qs-small").text(&text).view()
    });
    let more = match n_left_out {
        0 => format!("{} more", thousands(n_hidden)),
        n => format!("{} more, and {} left out", thousands(n_hidden), thousands(n)),
    };
    view! {
        <section class="qs-card">
            <h2>{title}</h2>
            <ul class="qs-rows" class:qs-rows--whole=is_whole>{rows}</ul>
            {is_empty.then(|| part("p", "qs-muted").text(if_empty).view())}
            {move || (n_hidden > 0 && !is_whole.get()).then(|| {
                small_link(move || set_whole.set(true)).text(&more).view()
            })}
            {left_out}
        </section>
    }
    .into_any()
}

fn one(row: LinkRow, is_hidden: bool, on_open: Callback<NodeQuery>) -> AnyView {
    let LinkRow { figure, text, more, query } = row;
    let line = match query {
        Some(query) => part("button", "qs-row").on_click(move || on_open.run(query.clone())),
        None => part("div", "qs-row"),
    };
    let text = part("span", "qs-row__text").text(&text);
    let line = line
        .with(part("b", "qs-number").text(&figure))
        .with(text.with(part("span", "qs-muted").text(&more)));
    part("li", if is_hidden { "qs-print" } else { "" }).with(line).view()
}
