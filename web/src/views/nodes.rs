//! All nodes: searched, filtered, sorted, and one of them in detail.

use leptos::prelude::*;
use qspect_core::view::{Column, NodeQuery};
use qspect_core::{Level, Summary};

use super::coloring::node_colors;
use super::group_table::GroupTable;
use super::live_query::{Pending, latest};
use super::node_filters::{NodeFilters, clear_filters, is_filtered};
use super::printed::Printed;
use crate::components::{
    GridCursor, GridRows, HEADER_HEIGHT, NodeDetail, NodeGrid, ROW_HEIGHT, SafeText, TabPanel,
    VirtualScroll, next_order,
};
use crate::keyboard::listen_steps;
use crate::state::{AppState, ReportHandle};
use crate::url::View;
use crate::worker::{NodeAnswer, RowsAnswer};

/// The table, its filters, and the node that is open.
#[component]
pub(crate) fn NodesView(state: AppState, report: ReportHandle) -> impl IntoView {
    let report_id = report.report_id;
    let colors = node_colors(state, report_id);
    let summary = StoredValue::new(report.summary);
    let place = state.place();
    let query = Memo::new(move |_| place.with(|it| it.query.clone()));
    let open_node = Memo::new(move |_| place.with(|it| it.node.clone()));

    // Rows of other columns are drawn when they are there.
    let (columns, set_columns) = signal(query.with_untracked(|it| it.columns.clone()));
    let (answer, set_answer) = signal(RowsAnswer::default());
    let n_rows = Memo::new(move |_| answer.with(|it| it.n_rows));
    let rows =
        Memo::new(move |_| answer.with(|it| GridRows { start: it.start, rows: it.rows.clone() }));
    let facets = Memo::new(move |_| answer.with(|it| it.facets.clone()));
    let histograms = Memo::new(move |_| answer.with(|it| it.histograms.clone()));
    let widths = Memo::new(move |_| place.with(|it| it.widths.clone()));
    let group_by = Memo::new(move |_| place.with(|it| it.group_by.clone()));
    let filter_error = Memo::new(move |_| answer.with(|it| it.filter_error.clone()));
    let scroll = VirtualScroll::new(n_rows.into(), ROW_HEIGHT, HEADER_HEIGHT);
    // An open panel follows the keyboard.
    let opens_on_move = Signal::derive(move || open_node.with(Option::is_some));
    let cursor = GridCursor::new(scroll, opens_on_move);
    Effect::new(move |previous: Option<NodeQuery>| {
        let query = query.get();
        if previous.is_some_and(|it| it != query) {
            cursor.reset();
        }
        query
    });
    let pending = Pending::new();
    let ask = move |query| {
        let (start, len) = scroll.rows.get();
        pending.count(state.rows(report_id, query, start, len))
    };
    latest(
        move || query.get(),
        ask,
        move |query, it| {
            if columns.with_untracked(|it| *it != query.columns) {
                set_columns.set(query.columns.clone());
            }
            set_answer.set(it.clone());
        },
    );

    let (detail, set_detail) = signal(None::<NodeAnswer>);
    // The name of a requested node that the report does not have.
    let (missing, set_missing) = signal(None::<String>);
    let ask = move |name: Option<String>| async move {
        match name {
            Some(name) => state.node(report_id, name, query.get_untracked()).await,
            None => Ok(None),
        }
    };
    let on_answer = move |name: &Option<String>, answer: &Option<NodeAnswer>| {
        if let Some(row_idx) = answer.as_ref().and_then(|it| it.row_idx) {
            cursor.reveal(row_idx);
        }
        // An open panel closes, or is drawn again for another node: the focus in it is lost.
        if detail.with_untracked(Option::is_some) {
            let next = if name.is_some() { ".qs-detail button" } else { ".qs-grid" };
            state.catch_focus(next);
        }
        set_missing.set(name.clone().filter(|_| answer.is_none()));
        set_detail.set(answer.clone());
    };
    latest(move || open_node.get(), ask, on_answer);

    listen_steps(state, ".qs-grid", move |event| {
        // The table of groups has a cursor of its own.
        if group_by.with_untracked(Option::is_none) {
            cursor.press(event);
        }
    });

    let on_sort = Callback::new(move |column: Column| {
        state.set_query(|query| {
            let current = query.sort_by.take().map(|it| (it, query.is_descending));
            let (sort_by, is_descending) = next_order(current, column.clone(), false).unzip();
            query.sort_by = sort_by;
            query.is_descending = is_descending.unwrap_or_default();
        });
    });
    let on_resize = Callback::new(move |(column, width)| state.set_width(column, width));
    let on_open = Callback::new(move |name| state.show_node(Some(name)));
    let on_close = Callback::new(move |()| state.show_node(None));
    let is_open = Memo::new(move |_| detail.with(Option::is_some));
    let why_empty = move || {
        let filtered = query.with(is_filtered);
        (n_rows.get() == 0).then(|| summary.with_value(|it| why_empty(it, filtered)))
    };

    view! {
        <TabPanel view=View::Nodes class="qs-nodes" state=("qs-nodes--open", is_open)>
            <h1 class="qs-hidden">
                <SafeText text=summary.with_value(|it| it.report_title.clone()) />
            </h1>
            <NodeFilters state report_id summary query n_rows facets filter_error colors />
            <div class="qs-nodes__table" aria-busy=move || pending.is_slow.get().to_string()>
                <div class="qs-nodes__busy" hidden=move || !pending.is_slow.get()></div>
                {move || match group_by.get() {
                    Some(by) => view! { <GroupTable state report_id query by summary /> }.into_any(),
                    None => view! {
                    <NodeGrid
                        rows
                        columns=columns.get()
                        histograms
                        widths
                        colors
                        has_ops=summary.with_value(|it| it.totals.has_graph)
                        scroll
                        cursor
                        open_node
                        sort=Memo::new(move |_| {
                            query.with(|it| (it.sort_by.clone(), it.is_descending))
                        })
                        on_sort
                        on_resize
                        on_open
                    />
                    }
                    .into_any(),
                }}
                {move || missing.get().map(|name| view! { <Missing name /> })}
                {move || why_empty().map(|why| view! {
                    <p class="qs-nodes__none">
                        {why}
                        {query.with(is_filtered).then(|| view! {
                            " "
                            <button class="qs-link" on:click=move |_| clear_filters(state)>
                                "Clear filters"
                            </button>
                        })}
                    </p>
                })}
            </div>
            <Printed
                state
                report_id
                title="Nodes"
                output="Output, or why it has none"
                query
            />
            {move || {
                detail.get().map(|it| view! {
                    <NodeDetail
                        detail=it.detail
                        colors
                        on_open
                        on_close
                        width=state.panel_width()
                    />
                })
            }}
        </TabPanel>
    }
}

/// A message that the report lacks the node that an address names.
#[component]
fn Missing(name: String) -> impl IntoView {
    view! {
        <p class="qs-nodes__missing" role="status">
            <code>
                <SafeText text=name />
            </code>
            " is not among this report's nodes: parameters are not, and a link may be of another report."
        </p>
    }
}

/// Why the table has no rows.
fn why_empty(summary: &Summary, is_filtered: bool) -> &'static str {
    match summary.strip.len() {
        0 if summary.totals.level == Level::Info => {
            "This report lists no nodes: it was logged at INFO level."
        }
        0 => "This report lists no nodes.",
        _ if is_filtered => "No nodes match.",
        // The rows are not loaded yet.
        _ => "",
    }
}
