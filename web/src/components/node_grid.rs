//! The nodes' table. Only the rows in sight are in the page.

use leptos::prelude::*;
use qspect_core::table::SortBy;

use super::{ScrollWindow, row, row_mark, rows, sort_header};
use crate::parts::{plain, told};
use crate::reactive::memo;
use crate::worker::{RowView, RowsAnswer};

/// Pixels from one row to the next.
pub(crate) const ROW_HEIGHT: usize = 30;
/// Pixels of the header, which stays.
pub(crate) const HEADER_HEIGHT: usize = 34;

/// Column titles, what they sort by, and the part of the class name that sizes them.
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
    /// Rows that were asked for, and how many there are in all.
    answer: ReadSignal<RowsAnswer>,
    /// Whether the source has ops to show.
    has_ops: bool,
    /// Which rows are in sight.
    window: ScrollWindow,
    /// The row that the keyboard is on.
    active_row: ReadSignal<usize>,
    /// The node whose details are shown.
    open_node: Memo<Option<String>>,
    /// The order, and whether it is turned round.
    sort: Memo<(Option<SortBy>, bool)>,
    /// Called with a column to sort by.
    on_sort: Callback<SortBy>,
    /// Called with a row and its node that the reader opens.
    on_open: Callback<(usize, String)>,
    /// Called with keys that are pressed in the grid.
    on_key: Callback<web_sys::KeyboardEvent>,
) -> impl IntoView {
    let n_rows = memo(move || answer.with(|it| it.n_rows));
    let shown = move || {
        answer.with(|answer| {
            let rows = (answer.start..).zip(answer.rows.iter().cloned());
            rows.map(|(row_idx, view)| {
                row(format!("{row_idx} {}", view.row.node_idx), move || {
                    grid_row(row_idx, view, has_ops, active_row, open_node, on_open)
                })
            })
            .collect()
        })
    };
    let headers = COLUMNS.into_iter().filter(|it| has_ops || it.2 != "op").map(|column| {
        let (title, sort_by, class) = column;
        let is_descending = memo(move || {
            let (current, is_descending) = sort.get();
            (current == Some(sort_by)).then_some(is_descending)
        });
        let on_sort = Callback::new(move |()| on_sort.run(sort_by));
        sort_header(title, format!("qs-grid__head qs-grid__{class}"), is_descending, on_sort)
    });
    view! {
        <div
            class="qs-grid"
            class:qs-grid--ops=has_ops
            role="grid"
            aria-label="Nodes"
            aria-rowcount=move || (n_rows.get() + 1).to_string()
            aria-activedescendant=move || {
                let row_idx = active_row.get();
                let is_there = answer.with(|it| {
                    (it.start..it.start + it.rows.len()).contains(&row_idx)
                });
                is_there.then(|| format!("qs-row-{row_idx}"))
            }
            tabindex="0"
            node_ref=window.container
            on:scroll=move |_| window.on_scroll.run(())
            on:keydown=move |event: web_sys::KeyboardEvent| {
                // A column's button has keys of its own.
                if event.target() == event.current_target() {
                    on_key.run(event);
                }
            }
        >
            <div class="qs-grid__row qs-grid__row--head" role="row" aria-rowindex="1">
                {headers.collect_view()}
            </div>
            <div
                class="qs-grid__body"
                role="rowgroup"
                style:height=move || format!("{}px", n_rows.get() * ROW_HEIGHT)
            >
                {rows(shown)}
            </div>
        </div>
    }
}

fn grid_row(
    row_idx: usize,
    view: RowView,
    has_ops: bool,
    active_row: ReadSignal<usize>,
    open_node: Memo<Option<String>>,
    on_open: Callback<(usize, String)>,
) -> impl IntoView {
    let RowView { row, joins_above, joins_below } = view;
    let bracket = match (joins_above, joins_below) {
        (false, false) => "",
        (false, true) => " qs-grid__name--first",
        (true, true) => " qs-grid__name--middle",
        (true, false) => " qs-grid__name--last",
    };
    let name = row.name.clone();
    let is_open = {
        let name = row.name.clone();
        memo(move || open_node.with(|it| it.as_deref() == Some(name.as_str())))
    };
    let op = has_ops.then(|| {
        let op = row.op.clone().unwrap_or_default();
        view! { <div class="qs-grid__cell qs-grid__op" role="gridcell" title=plain(&op)>{told(short_op(&op))}</div> }
    });
    view! {
        <div
            id=format!("qs-row-{row_idx}")
            class="qs-grid__row"
            class:qs-grid__row--active=move || active_row.get() == row_idx
            role="row"
            aria-rowindex=(row_idx + 2).to_string()
            aria-selected=move || is_open.get().to_string()
            style:transform=format!("translateY({}px)", row_idx * ROW_HEIGHT)
            on:click=move |_| on_open.run((row_idx, name.clone()))
        >
            <div class=format!("qs-grid__cell qs-grid__name{bracket}") role="gridcell" title=plain(&row.name)>
                <span>{told(&row.name)}</span>
            </div>
            {op}
            <div class="qs-grid__cell qs-grid__verdict" role="gridcell">
                {row_mark(&row).view()}
                {row.state()}
            </div>
            <div
                class="qs-grid__cell qs-grid__output"
                class:qs-muted=row.is_reason
                role="gridcell"
                title=plain(&row.output)
            >
                {told(&row.output)}
            </div>
            <div class="qs-grid__cell qs-grid__by" role="gridcell">
                {row.quantizer.map(|it| it.to_string())}
            </div>
        </div>
    }
}

/// `conv2d` for `aten.conv2d.default`: what tells ops apart.
fn short_op(op: &str) -> &str {
    let op = op.strip_prefix("aten.").unwrap_or(op);
    op.strip_suffix(".default").unwrap_or(op)
}
