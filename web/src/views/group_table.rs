//! The nodes that a query finds, grouped by a column.

use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::Summary;
use qspect_core::view::{Column, NodeGroup, NodeQuery, Selection};

use super::live_query::latest;
use crate::components::{GridCursor, GroupGrid, HEADER_HEIGHT, ROW_HEIGHT, VirtualScroll};
use crate::state::AppState;

/// The table of groups. A row leads to its nodes.
#[component]
pub(super) fn GroupTable(
    state: AppState,
    report_id: usize,
    query: Memo<NodeQuery>,
    by: Column,
    summary: StoredValue<Arc<Summary>>,
) -> impl IntoView {
    let (groups, set_groups) = signal(Vec::<NodeGroup>::new());
    let column = StoredValue::new(by.clone());
    let ask = move |query| state.groups(report_id, query, column.get_value());
    latest(move || query.get(), ask, move |_, it| set_groups.set(it.clone()));
    let n_rows = Memo::new(move |_| groups.with(Vec::len));
    let scroll = VirtualScroll::new(n_rows.into(), ROW_HEIGHT, HEADER_HEIGHT);
    let cursor = GridCursor::new(scroll, Signal::stored(false));
    let on_open = Callback::new(move |value| {
        let selection = Some(Selection::Group(column.get_value(), value));
        state.show_nodes(NodeQuery { selection, ..query.get_untracked() });
    });
    view! {
        <GroupGrid
            groups=Memo::new(move |_| groups.get())
            by
            has_ops=summary.with_value(|it| it.totals.has_graph)
            scroll
            cursor
            on_open
        />
    }
}
