//! The table of nodes.

use leptos::prelude::*;
use qspect_core::view::Column;

use super::{
    GridCursor, GridNames, GridRows, MarkedText, MiddleCut, RowMark, SafeText, SortHeader,
    VirtualGrid, VirtualScroll, safe_attribute, short_op,
};
use crate::worker::RowView;

/// Pixels from one row to the next.
pub(crate) const ROW_HEIGHT: u16 = 30;
/// Pixels of the header, which stays in sight.
pub(crate) const HEADER_HEIGHT: u16 = 34;

const NAMES: GridNames = GridNames { label: "Nodes", row_class: "qs-grid__row", row_id: "qs-row" };

/// The layout of a column.
struct Layout {
    /// The part of the class name.
    class: &'static str,
    /// The smallest width among chosen columns, in pixels.
    min_width: u32,
    /// Its share of the width that is left, in tenths.
    share: u32,
}

impl Layout {
    fn of(column: &Column) -> Self {
        let (class, min_width, share) = match column {
            Column::Name => ("name", 130, 10),
            Column::Op => ("op", 110, 8),
            Column::Verdict => ("verdict", 138, 0),
            Column::Output => ("output", 180, 16),
            Column::Quantizer => ("by", 44, 0),
            other if other.is_number() => ("number", 92, 0),
            _ => ("text", 120, 10),
        };
        Self { class, min_width, share }
    }

    fn width(&self) -> String {
        let Self { min_width, share, .. } = self;
        match share {
            0 => format!("{min_width}px"),
            _ => format!("minmax({min_width}px,{share}fr)"),
        }
    }
}

/// An ARIA grid over all rows.
#[component]
pub(crate) fn NodeGrid(
    /// The rows that are loaded.
    rows: Memo<GridRows<RowView>>,
    /// The columns that the reader chose; empty for the usual ones.
    columns: Vec<Column>,
    /// Whether the source has ops to show.
    has_ops: bool,
    /// Tracks the scroll position of the grid.
    scroll: VirtualScroll,
    /// The row that the keyboard is on.
    cursor: GridCursor,
    /// The node whose details are shown.
    open_node: Memo<Option<String>>,
    /// The column that the rows are sorted by, and whether the order is descending.
    sort: Memo<(Option<Column>, bool)>,
    /// Called with the column to sort by.
    on_sort: Callback<Column>,
    /// Called with a node that the reader opens.
    on_open: Callback<String>,
) -> impl IntoView {
    let is_chosen = !columns.is_empty();
    let shown = if is_chosen { columns } else { Column::DEFAULT.to_vec() };
    let shown: Vec<Column> = shown.into_iter().filter(|it| has_ops || !it.needs_graph()).collect();
    let headers = shown.iter().cloned().map(|column| {
        let title = column.title().to_owned();
        let class = format!("qs-grid__head qs-grid__{}", Layout::of(&column).class);
        let sorted_by = column.clone();
        let is_descending = Memo::new(move |_| {
            let (current, is_descending) = sort.get();
            (current.as_ref() == Some(&sorted_by)).then_some(is_descending)
        });
        let on_sort = Callback::new(move |()| on_sort.run(column.clone()));
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
    // Each row is a grid of its own, so a width must not depend on the contents.
    let widths: Vec<String> = shown.iter().map(|it| Layout::of(it).width()).collect();
    let widths = widths.join(" ");
    let min_width: u32 = shown.iter().map(|it| Layout::of(it).min_width).sum();
    let class = match (is_chosen, has_ops) {
        (true, _) => "qs-grid qs-grid--chosen",
        (false, true) => "qs-grid qs-grid--ops",
        (false, false) => "qs-grid",
    };
    let shown = StoredValue::new(shown);
    let cells = Callback::new(move |(_, it): (usize, RowView)| {
        shown.with_value(|shown| node_cells(it, shown))
    });
    view! {
        <VirtualGrid
            names=NAMES
            class
            column_widths=(widths, format!("{min_width}px"))
            scroll
            rows
            key=|it: &RowView| {
                let marks = (it.name_marks.clone(), it.op_marks.clone());
                (it.row.node_idx, it.joins_above, it.joins_below, marks)
            }
            cells
            header=Some(header.into_any())
            cursor
            on_open=Callback::new(move |it: RowView| on_open.run(it.row.name.to_string()))
            is_selected
        />
    }
}

/// The cells of a row. `cells` of the view are those of the columns, if the reader chose columns.
fn node_cells(view: RowView, columns: &[Column]) -> AnyView {
    let texts = view.cells.iter().map(Some).chain(std::iter::repeat(None));
    let cells = columns.iter().zip(texts).map(|(column, text)| match column {
        Column::Name => name_cell(&view),
        Column::Verdict => view! {
            <div class="qs-grid__cell qs-grid__verdict" role="gridcell">
                <RowMark role=view.row.role verdict=view.row.verdict />
                {view.row.state()}
            </div>
        }
        .into_any(),
        Column::Op => op_cell(&view),
        Column::Output => view! {
            <div
                class="qs-grid__cell qs-grid__output"
                class:qs-muted=view.row.is_reason
                role="gridcell"
                title=safe_attribute(&view.row.output)
            >
                <SafeText text=view.row.output.clone() />
            </div>
        }
        .into_any(),
        Column::Quantizer => {
            let number = view.row.quantizer.map(|it| it.to_string()).unwrap_or_default();
            text_cell("by", &number, None)
        }
        other => text_cell(Layout::of(other).class, text.map_or("", String::as_str), None),
    });
    cells.collect_view().into_any()
}

fn text_cell(class: &str, text: &str, title: Option<&str>) -> AnyView {
    view! {
        <div
            class=format!("qs-grid__cell qs-grid__{class}")
            role="gridcell"
            title=safe_attribute(title.unwrap_or(text))
        >
            <MiddleCut text />
        </div>
    }
    .into_any()
}

fn name_cell(view: &RowView) -> AnyView {
    let RowView { row, joins_above, joins_below, name_marks, .. } = view;
    let bracket = match (joins_above, joins_below) {
        (false, false) => "",
        (false, true) => " qs-grid__name--first",
        (true, true) => " qs-grid__name--middle",
        (true, false) => " qs-grid__name--last",
    };
    view! {
        <div
            class=format!("qs-grid__cell qs-grid__name{bracket}")
            role="gridcell"
            title=safe_attribute(&row.name)
        >
            <MiddleCut text=row.name.to_string() marks=name_marks.clone() />
        </div>
    }
    .into_any()
}

fn op_cell(view: &RowView) -> AnyView {
    let op = view.row.op.as_deref().unwrap_or_default();
    let short = short_op(op);
    let start = op.find(short).unwrap_or_default();
    let end = start + short.len();
    // The marks are those of the whole op.
    let marks = view.op_marks.iter().map(|it| it.start.max(start)..it.end.min(end));
    let marks = marks.filter(|it| it.start < it.end);
    let marks = marks.map(|it| it.start - start..it.end - start).collect();
    view! {
        <div class="qs-grid__cell qs-grid__op" role="gridcell" title=safe_attribute(op)>
            <MarkedText text=short marks />
        </div>
    }
    .into_any()
}
