//! Rows for paper: on the screen a table scrolls, and has no more rows than are in sight.

use leptos::prelude::*;
use qspect_core::NodeQuery;
use qspect_core::figures::{count, thousands};

use crate::components::row_mark;
use crate::parts::{Part, part};
use crate::reactive::effect;
use crate::state::AppState;
use crate::worker::RowsAnswer;

/// How many rows are printed: two pages of them.
const N_ROWS: usize = 100;

/// A section that is printed and never seen: the first rows that a query finds, with a count.
pub(super) fn printed(
    state: AppState,
    report_id: usize,
    title: &'static str,
    output: &'static str,
    query: Memo<NodeQuery>,
) -> AnyView {
    let (answer, set_answer) = signal(RowsAnswer::default());
    // Asked for at once: a browser that is about to print waits for no answer.
    effect(move || {
        state.ask_rows(report_id, query.get(), 0, N_ROWS, move |it| set_answer.set(it));
    });
    let content = move || answer.with(|it| (it.n_rows > 0).then(|| table(title, output, it)));
    view! { <div class="qs-print">{content}</div> }.into_any()
}

fn table(title: &str, output: &str, answer: &RowsAnswer) -> AnyView {
    let n_shown = answer.rows.len();
    let told = match answer.n_rows == n_shown {
        true => count(n_shown, "node", "nodes"),
        false => format!("{n_shown} of {}: the rest is left out", thousands(answer.n_rows)),
    };
    let heads = ["Node", "Op", "Verdict", output].map(|it| part("th", "").text(it));
    let rows = answer.rows.iter().map(|it| {
        let row = &it.row;
        let verdict = part("td", "").with(row_mark(row)).text(&row.state());
        part("tr", "")
            .with(cell(&row.name))
            .with(cell(row.op.as_deref().unwrap_or_default()))
            .with(verdict)
            .with(part("td", "").text(&row.output))
    });
    let table = part("table", "qs-table")
        .with(part("thead", "").with(part("tr", "").with_all(heads)))
        .with(part("tbody", "").with_all(rows));
    part("section", "")
        .with(part("h2", "").text(title))
        .with(part("p", "qs-muted qs-small").text(&told))
        .with(table)
        .view()
}

fn cell(text: &str) -> Part {
    part("td", "").with(part("code", "").text(text))
}
