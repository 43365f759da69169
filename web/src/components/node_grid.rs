//! The table of nodes.

use leptos::prelude::*;
use qspect_core::view::SortBy;

use super::{
    GridCursor, GridNames, GridRows, RowMark, SafeText, SortHeader, VirtualGrid, VirtualScroll,
    safe_attribute,
};
use crate::worker::RowView;

/// Pixels from one row to the next.
pub(crate) const ROW_HEIGHT: u16 = 30;
/// Pixels of the header, which stays in sight.
pub(crate) const HEADER_HEIGHT: u16 = 34;

const NAMES: GridNames = GridNames { label: "Nodes", row_class: "qs-grid__row", row_id: "qs-row" };

/// Column titles, sort keys, and the part of the class name that sets the width.
const COLUMNS: [(&str, SortBy, &str); 5] = [
    ("node", SortBy::Name, "name"),
    ("op", SortBy::Op, "op"),
    ("verdict", SortBy::Verdict, "verdict"),
    ("output qspec, or why not", SortBy::Output, "output"),
    ("by", SortBy::Quantizer, "by"),
];

/// An ARIA grid over all rows.
#[component]
pub(crate) fn NodeGrid(
    /// The rows that are loaded.
    rows: Memo<GridRows<RowView>>,
    /// Whether the source has ops to show.
    has_ops: bool,
    /// Tracks the scroll position of the grid.
    scroll: VirtualScroll,
    /// The row that the keyboard is on.
    cursor: GridCursor,
    /// The node whose details are shown.
    open_node: Memo<Option<String>>,
    /// The column that the rows are sorted by, and whether the order is descending.
    sort: Memo<(Option<SortBy>, bool)>,
    /// Called with the column to sort by.
    on_sort: Callback<SortBy>,
    /// Called with a node that the reader opens.
    on_open: Callback<String>,
) -> impl IntoView {
    let headers = COLUMNS.into_iter().filter(|it| has_ops || it.2 != "op").map(|column| {
        let (title, sort_by, class) = column;
        let is_descending = Memo::new(move |_| {
            let (current, is_descending) = sort.get();
            (current == Some(sort_by)).then_some(is_descending)
        });
        let class = format!("qs-grid__head qs-grid__{class}");
        let on_sort = Callback::new(move |()| on_sort.run(sort_by));
        view! { <SortHeader title class is_descending on_sort /> }
    });
    let header = view! {
        <div class="qs-grid__row qs-grid__row--head" role="row" aria-rowindex="1">
            {headers.collect_view()}
        </div>
    };
    let is_selected = Callback::new(move |it: RowView| {
        Signal::derive(move || open_node.with(|open| open.as_deref() == Some(it.row.name.as_str())))
    });
    let cells = Callback::new(move |(_, it): (usize, RowView)| {
        view! { <NodeCells view=it has_ops /> }.into_any()
    });
    view! {
        <VirtualGrid
            names=NAMES
            class=if has_ops { "qs-grid qs-grid--ops" } else { "qs-grid" }
            scroll
            rows
            key=|it: &RowView| (it.row.node_idx, it.joins_above, it.joins_below)
            cells
            header=Some(header.into_any())
            cursor
            on_open=Callback::new(move |it: RowView| on_open.run(it.row.name.to_string()))
            is_selected
        />
    }
}

#[component]
fn NodeCells(view: RowView, has_ops: bool) -> impl IntoView {
    let RowView { row, joins_above, joins_below } = view;
    let bracket = match (joins_above, joins_below) {
        (false, false) => "",
        (false, true) => " qs-grid__name--first",
        (true, true) => " qs-grid__name--middle",
        (true, false) => " qs-grid__name--last",
    };
    let op = has_ops.then(|| {
        let op = row.op.as_deref().unwrap_or_default();
        view! {
            <div class="qs-grid__cell qs-grid__op" role="gridcell" title=safe_attribute(op)>
                <SafeText text=short_op(op) />
            </div>
        }
    });
    view! {
        <div
            class=format!("qs-grid__cell qs-grid__name{bracket}")
            role="gridcell"
            title=safe_attribute(&row.name)
        >
            <span>
                <SafeText text=row.name.to_string() />
            </span>
        </div>
        {op}
        <div class="qs-grid__cell qs-grid__verdict" role="gridcell">
            <RowMark role=row.role verdict=row.verdict />
            {row.state()}
        </div>
        <div
            class="qs-grid__cell qs-grid__output"
            class:qs-muted=row.is_reason
            role="gridcell"
            title=safe_attribute(&row.output)
        >
            <SafeText text=row.output.clone() />
        </div>
        <div class="qs-grid__cell qs-grid__by" role="gridcell">
            {row.quantizer.map(|it| it.to_string())}
        </div>
    }
}

/// `conv2d` for `aten.conv2d.default`: the part that distinguishes ops.
fn short_op(op: &str) -> &str {
    let op = op.strip_prefix("aten.").unwrap_or(op);
    op.strip_suffix(".default").unwrap_or(op)
}
