//! The table of nodes.

use leptos::prelude::*;
use qspect_core::text::number_format::short;
use qspect_core::view::{Column, Histogram};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::{
    Edge, GridCursor, GridNames, GridRows, HistogramBars, MarkedText, MiddleCut, NodeColors,
    NodeMark, Resizer, SafeText, SortHeader, VirtualGrid, VirtualScroll, any_figure,
    safe_attribute, short_op,
};
use crate::url::COLUMN_WIDTHS;
use crate::worker::RowView;

/// Pixels from one row to the next.
pub(crate) const ROW_HEIGHT: u16 = 30;
/// Pixels of the header, which stays in sight.
pub(crate) const HEADER_HEIGHT: u16 = 34;

const NAMES: GridNames = GridNames { label: "Nodes", row_class: "qs-grid__row", row_id: "qs-row" };

/// Pixels for one press of Shift with an arrow key.
const KEY_STEP: i32 = 16;

/// The layout of a column.
struct Layout {
    /// The part of the class name.
    class: &'static str,
    /// The smallest width among chosen columns, in pixels.
    min_width: i32,
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
    /// The histograms of those columns.
    histograms: Memo<Vec<Option<Histogram>>>,
    /// The widths that the reader gave to columns, in pixels.
    widths: Memo<Vec<(Column, i32)>>,
    /// Whether the source has ops to show.
    has_ops: bool,
    /// The colours of the nodes' signs.
    colors: NodeColors,
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
    /// Called with a column and its new width.
    on_resize: Callback<(Column, i32)>,
    /// Called with a node that the reader opens.
    on_open: Callback<String>,
) -> impl IntoView {
    let is_chosen = !columns.is_empty();
    let shown = if is_chosen { columns.clone() } else { Column::DEFAULT.to_vec() };
    let shown: Vec<Column> = shown.into_iter().filter(|it| has_ops || !it.needs_graph()).collect();
    // While a handle moves, the address keeps the width from before: browsers limit its changes.
    let dragged = RwSignal::new(None::<(Column, i32)>);
    let widths = Memo::new(move |_| {
        let mut widths = widths.get();
        if let Some((column, width)) = dragged.get() {
            widths.retain(|it| it.0 != column);
            widths.push((column, width));
        }
        widths
    });
    let headers = shown.iter().cloned().map(|column| {
        let histogram_idx = columns.iter().position(|it| *it == column);
        let histogram =
            Memo::new(move |_| histograms.with(|it| it.get(histogram_idx?).cloned().flatten()));
        view! { <Head column sort on_sort histogram widths dragged on_resize /> }
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
    let all = shown.clone();
    let column_widths = Signal::derive(move || {
        let given = widths.get();
        let layouts = all.iter().map(|it| {
            let layout = Layout::of(it);
            match given.iter().find(|given| given.0 == *it) {
                Some((_, width)) => (format!("{width}px"), *width),
                None => (layout.width(), layout.min_width),
            }
        });
        let (widths, least): (Vec<String>, Vec<i32>) = layouts.unzip();
        (widths.join(" "), format!("{}px", least.iter().sum::<i32>()))
    });
    let all = shown.clone();
    let is_resized = move || widths.with(|given| given.iter().any(|it| all.contains(&it.0)));
    let class = Signal::derive(move || match (is_chosen || is_resized(), has_ops) {
        (true, _) => "qs-grid qs-grid--chosen".to_owned(),
        (false, true) => "qs-grid qs-grid--ops".to_owned(),
        (false, false) => "qs-grid".to_owned(),
    });
    let shown = StoredValue::new(shown);
    let cells = Callback::new(move |(_, it): (usize, RowView)| {
        shown.with_value(|shown| node_cells(it, shown, colors))
    });
    view! {
        <VirtualGrid
            names=NAMES
            class
            column_widths
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

/// The head of a column: a button that sorts, a histogram, and a handle that resizes. Shift with an
/// arrow key resizes, too.
#[component]
fn Head(
    column: Column,
    sort: Memo<(Option<Column>, bool)>,
    on_sort: Callback<Column>,
    histogram: Memo<Option<Histogram>>,
    widths: Memo<Vec<(Column, i32)>>,
    /// The column whose handle moves, with its width.
    dragged: RwSignal<Option<(Column, i32)>>,
    on_resize: Callback<(Column, i32)>,
) -> impl IntoView {
    let title = column.title().to_owned();
    let layout = Layout::of(&column);
    let class = format!("qs-grid__head qs-grid__{}", layout.class);
    let column = StoredValue::new(column);
    let is_descending = Memo::new(move |_| {
        let (current, is_descending) = sort.get();
        column.with_value(|it| current.as_ref() == Some(it)).then_some(is_descending)
    });
    let on_sort = Callback::new(move |()| on_sort.run(column.get_value()));
    let width = Signal::derive(move || {
        let given = widths.with(|it| {
            column.with_value(|column| it.iter().find(|it| it.0 == *column).map(|it| it.1))
        });
        given.unwrap_or(layout.min_width)
    });
    let is_macs = column.with_value(|it| !matches!(it, Column::Metric(_)));
    let write = if is_macs { short_figure } else { any_figure };
    let bars = move || histogram.get().map(|histogram| view! { <HistogramBars histogram write /> });
    let label = format!("Width of {title}");
    let extra = view! {
        {bars}
        <Resizer
            label
            edge=Edge::Right
            width
            range=COLUMN_WIDTHS
            is_focusable=false
            on_resize=Callback::new(move |width| dragged.set(Some((column.get_value(), width))))
            on_end=Callback::new(move |width| {
                on_resize.run((column.get_value(), width));
                dragged.set(None);
            })
        />
    };
    let on_key = Callback::new(move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" if event.shift_key() => -KEY_STEP,
            "ArrowRight" if event.shift_key() => KEY_STEP,
            _ => return,
        };
        event.prevent_default();
        let head = event.current_target().and_then(|it| it.dyn_into::<Element>().ok());
        let (least, most) = COLUMN_WIDTHS;
        let Some(width) = head.map(|it| (it.client_width() + by).clamp(least, most)) else {
            return;
        };
        on_resize.run((column.get_value(), width));
    });
    view! { <SortHeader title class is_descending on_sort extra=Some(extra.into_any()) on_key /> }
}

/// A number of MACs or of parameters, which is whole.
fn short_figure(value: f64) -> String {
    short(value as u64)
}

/// The cells of a row. `cells` of the view are those of the columns, if the reader chose columns.
fn node_cells(view: RowView, columns: &[Column], colors: NodeColors) -> AnyView {
    let texts = view.cells.iter().map(Some).chain(std::iter::repeat(None));
    let cells = columns.iter().zip(texts).map(|(column, text)| match column {
        Column::Name => name_cell(&view),
        Column::Verdict => view! {
            <div class="qs-grid__cell qs-grid__verdict" role="gridcell">
                <NodeMark
                    node_idx=view.row.node_idx
                    role=view.row.role
                    verdict=view.row.verdict
                    colors
                />
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
