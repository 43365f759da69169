//! The model as a strip of cells, one for each node.

use leptos::prelude::*;
use leptos::task::spawn_local;
use qspect_core::view::{Cell, Column, NodeQuery, Selection};

use crate::components::Strip;
use crate::state::{AppState, ReportHandle};
use crate::views::coloring::node_colors;
use crate::views::live_query::latest;

/// A card with the strip. It requests the name of the node that the reader points at.
#[component]
pub(super) fn Model(
    state: AppState,
    report: ReportHandle,
    on_open: Callback<NodeQuery>,
) -> impl IntoView {
    let ReportHandle { report_id, summary, blocks, .. } = report;
    let colors = node_colors(state, report_id);
    let row_at = move |at: usize| {
        let query = NodeQuery { columns: vec![Column::Module], ..NodeQuery::default() };
        let answer = state.rows(report_id, query, at, 1);
        async move { answer.await.map(|it| it.rows.into_iter().next()) }
    };
    let current = RwSignal::new(None::<usize>);
    let (label, set_label) = signal(String::new());
    let ask = move |at: Option<usize>| async move {
        match at {
            Some(at) => row_at(at).await,
            None => Ok(None),
        }
    };
    latest(
        move || current.get(),
        ask,
        move |_, row| {
            let label = row.as_ref().map(|it| {
                let module = it.cells.first().filter(|it| !it.is_empty());
                match module {
                    Some(module) => format!("{} · in {module}", it.row.describe()),
                    None => it.row.describe(),
                }
            });
            set_label.set(label.unwrap_or_default());
        },
    );
    let on_node = Callback::new(move |at| {
        spawn_local(async move {
            if let Ok(Some(row)) = row_at(at).await {
                state.show_among_all(row.row.name.to_string());
            }
        });
    });
    let on_filter = Callback::new(move |cell: Cell| {
        on_open.run(NodeQuery::of(Selection::Cell(cell.as_char())));
    });
    let title = if summary.totals.has_graph {
        "The model, in graph order"
    } else {
        "The nodes, in the order of the report"
    };
    view! {
        <section class="qs-card">
            <h2>{title}</h2>
            <Strip
                cells=summary.strip.clone()
                colors
                blocks
                is_whole=summary.is_whole()
                current
                label
                on_open=on_node
                on_filter
            />
        </section>
    }
}
