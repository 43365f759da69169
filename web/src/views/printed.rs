//! Rows for paper: on the screen a table scrolls, and contains only the rows in sight.

use leptos::prelude::*;
use leptos_use_signal_debounce_throttle::signal_debounced;
use qspect_core::text::number_format::{count, thousands};
use qspect_core::view::NodeQuery;

use super::live_query::latest;
use crate::components::{RowMark, SafeText};
use crate::state::AppState;
use crate::worker::{RowView, RowsAnswer};

/// The most rows of a comparison or of a fleet that are printed.
pub(super) const MAX_ROWS: usize = 500;

/// How many nodes are printed: two pages.
const N_ROWS: usize = 100;

/// Milliseconds for which a query must stay the same: rows are not fetched for every letter of a
/// search.
const QUIET: f64 = 500.0;

/// A section for paper, hidden on the screen: the first rows that a query finds, with a count.
///
/// The rows are loaded before the reader prints, because a browser that prints does not wait for an
/// answer. Rows of an earlier query are never printed.
#[component]
pub(super) fn Printed(
    state: AppState,
    report_id: usize,
    title: &'static str,
    /// The head of the last column.
    output: &'static str,
    query: Memo<NodeQuery>,
) -> impl IntoView {
    let quiet_query: Signal<NodeQuery> = signal_debounced(query, QUIET);
    let (found, set_found) = signal(None::<(NodeQuery, RowsAnswer)>);
    latest(
        move || quiet_query.get(),
        move |query| state.rows(report_id, query, 0, N_ROWS),
        move |query, answer| set_found.set(Some((query.clone(), answer.clone()))),
    );
    let content = move || {
        let query = query.get();
        match found.get().filter(|it| it.0 == query).map(|it| it.1) {
            Some(answer) if answer.n_rows == 0 => ().into_any(),
            Some(answer) => view! { <Table title output answer /> }.into_any(),
            None => view! {
                <h2>{title}</h2>
                <p>"These rows were not ready in time. Wait a second and print again."</p>
            }
            .into_any(),
        }
    };
    view! { <div class="qs-print">{content}</div> }
}

#[component]
fn Table(title: &'static str, output: &'static str, answer: RowsAnswer) -> impl IntoView {
    let n_shown = answer.rows.len();
    let note = if answer.n_rows == n_shown {
        count(n_shown, "node", "nodes")
    } else {
        format!("{n_shown} of {}: the rest is left out", thousands(answer.n_rows))
    };
    let rows = answer.rows.into_iter().map(|row| view! { <Row row /> });
    let rows = rows.collect_view();
    view! {
        <section>
            <h2>{title}</h2>
            <p class="qs-muted qs-small">{note}</p>
            <table class="qs-table">
                <thead>
                    <tr>
                        <th>"Node"</th>
                        <th>"Op"</th>
                        <th>"Verdict"</th>
                        <th>{output}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

#[component]
fn Row(row: RowView) -> impl IntoView {
    let row = row.row;
    let state = row.state();
    view! {
        <tr>
            <td><code><SafeText text=row.name /></code></td>
            <td><code><SafeText text=row.op.unwrap_or_default() /></code></td>
            <td><RowMark role=row.role verdict=row.verdict /><SafeText text=state /></td>
            <td><SafeText text=row.output /></td>
        </tr>
    }
}
