//! The model at a glance: one cell per node, in graph order.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use qspect_core::Verdict;
use qspect_core::text::number_format::thousands;
use qspect_core::view::{Cell, Coloring, ModuleBlock, StripLayout};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::canvas::{card_of, context_of, legend_color, set_style, use_drawing};
use super::{CellMark, ColorLegend, NodeColors, SafeText, safe_attribute};
use crate::browser;

/// A canvas that works like a slider along the nodes: hover or arrow keys name one, a click or
/// Enter opens it.
#[component]
pub(crate) fn Strip(
    /// One [`Cell`] per node.
    cells: String,
    /// Their colours.
    colors: NodeColors,
    /// Where modules begin.
    blocks: Arc<[ModuleBlock]>,
    /// Whether these are all nodes. The legend of an incomplete report has no counts.
    is_whole: bool,
    /// The node that the reader points at.
    current: RwSignal<Option<usize>>,
    /// The name and the state of that node; empty if there is none.
    #[prop(into)]
    label: Signal<String>,
    /// Called with a node that the reader opens.
    on_open: Callback<usize>,
    /// Called with the kind of nodes that the reader wants to see.
    on_filter: Callback<Cell>,
) -> impl IntoView {
    let n_cells = cells.len();
    let legend = cells.clone();
    let cells = StoredValue::new(cells.into_bytes());
    let canvas = NodeRef::<html::Canvas>::new();
    let (layout, set_layout) = signal(StripLayout::default());
    let starts = StoredValue::new(blocks.iter().map(|it| it.start).collect::<Vec<_>>());
    // Drawn again with other colours.
    let is_drawn = RwSignal::new(0_u32);
    Effect::new(move |_| {
        colors.track();
        is_drawn.update(|it| *it = it.wrapping_add(1));
    });
    use_drawing(canvas, is_drawn.into(), move |canvas| {
        let room = canvas.parent_element().map_or(0, |it| it.client_width());
        let layout = StripLayout::of(n_cells, usize::try_from(room).unwrap_or_default());
        set_layout.set(layout);
        let Some(context) = prepared(canvas, layout) else { return };
        match colors.get_untracked() {
            Some(coloring) => draw_classes(canvas, &context, &coloring, layout),
            None => cells.with_value(|it| draw(canvas, &context, it, layout)),
        }
        starts.with_value(|it| draw_starts(canvas, &context, it, layout));
    });

    let is_pointed = RwSignal::new(false);
    let at_pointer = move |event: &web_sys::MouseEvent| {
        let layout = layout.get_untracked();
        let px = |it: i32| usize::try_from(it).ok();
        let (x, y) = (px(event.offset_x())?, px(event.offset_y())?);
        let column = x / layout.width.max(1);
        let at = y / layout.height.max(1) * layout.n_columns + column;
        (column < layout.n_columns && at < n_cells).then_some(at)
    };
    let is_worth_a_look = move |at: usize| {
        let good = [Cell::Verdict(Verdict::Quantized), Cell::Wide, Cell::Verdict(Verdict::Fused)];
        cells.with_value(|it| !good.iter().any(|cell| it.get(at) == Some(&(cell.as_char() as u8))))
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let at = current.get_untracked().unwrap_or_default();
        let n_columns = layout.get_untracked().n_columns;
        let last = n_cells.saturating_sub(1);
        let next = match event.key().as_str() {
            "ArrowRight" if event.shift_key() => {
                (at + 1..n_cells).find(|it| is_worth_a_look(*it)).unwrap_or(at)
            }
            "ArrowLeft" if event.shift_key() => {
                (0..at).rev().find(|it| is_worth_a_look(*it)).unwrap_or(at)
            }
            "ArrowRight" => (at + 1).min(last),
            "ArrowLeft" => at.saturating_sub(1),
            "ArrowDown" if at + n_columns > last => at,
            "ArrowDown" => at + n_columns,
            "ArrowUp" => at.checked_sub(n_columns).unwrap_or(at),
            "Home" => 0,
            "End" => last,
            "Enter" => return on_open.run(at),
            _ => return,
        };
        event.prevent_default();
        current.set(Some(next));
    };
    view! {
        <div
            class="qs-strip"
            role="slider"
            tabindex="0"
            aria-label="Nodes in order"
            aria-valuemin="1"
            aria-valuemax=n_cells.to_string()
            aria-valuenow=move || (current.get().unwrap_or_default() + 1).to_string()
            aria-valuetext=move || label.with(|it| safe_attribute(it))
            on:keydown=on_key
            on:focus=move |_| current.update(|it| *it = it.or(Some(0)))
            on:mousemove=move |event| {
                is_pointed.set(true);
                current.set(at_pointer(&event));
            }
            on:mouseleave=move |_| {
                is_pointed.set(false);
                current.set(None);
            }
            on:click=move |event| {
                if let Some(at) = at_pointer(&event) {
                    on_open.run(at);
                }
            }
        >
            <canvas node_ref=canvas aria-hidden="true"></canvas>
            <Cursor layout current />
            <Tip layout current label is_pointed />
        </div>
        <p class="qs-strip__label" aria-hidden="true">
            {move || {
                let label = label.get();
                if label.is_empty() {
                    "Point at a cell to name its node".into_any()
                } else {
                    view! { <SafeText text=label /> }.into_any()
                }
            }}
        </p>
        {move || match colors.get() {
            Some(it) => view! { <ColorLegend classes=it.classes.clone() /> }.into_any(),
            None => view! { <Legend cells=legend.clone() is_whole on_filter /> }.into_any(),
        }}
    }
}

/// A frame around the cell that the reader points at.
#[component]
fn Cursor(
    layout: ReadSignal<StripLayout>,
    #[prop(into)] current: Signal<Option<usize>>,
) -> impl IntoView {
    move || {
        let layout = layout.get();
        let at = current.get().filter(|_| layout.n_columns > 0)?;
        let (x, y) = layout.place(at);
        Some(view! {
            <i
                class="qs-strip__cursor"
                style:left=format!("{x}px")
                style:top=format!("{y}px")
                style:width=format!("{}px", layout.width)
                style:height=format!("{}px", layout.height)
            ></i>
        })
    }
}

/// What the cell at the pointer is, beside it. With the keyboard, the line below the strip says it.
#[component]
fn Tip(
    layout: ReadSignal<StripLayout>,
    current: RwSignal<Option<usize>>,
    label: Signal<String>,
    is_pointed: RwSignal<bool>,
) -> impl IntoView {
    move || {
        let layout = layout.get();
        let at = current.get().filter(|_| is_pointed.get() && layout.n_columns > 0)?;
        let label = label.get();
        if label.is_empty() {
            return None;
        }
        let (x, y) = layout.place(at);
        // On the side with more room.
        let is_right = x * 2 > layout.n_columns * layout.width;
        let right = (layout.n_columns * layout.width).saturating_sub(x);
        let side = |px: usize| format!("{px}px");
        Some(view! {
            <span
                class="qs-strip__tip"
                aria-hidden="true"
                style:left=(!is_right).then(|| side(x))
                style:right=is_right.then(|| format!("calc(100% - {}px)", x))
                style:max-width=side(if is_right { x } else { right }.max(160))
                style:top=side(y + layout.height)
            >
                <SafeText text=label />
            </span>
        })
    }
}

/// The kinds of cells that occur, each with its count and a link to its nodes.
#[component]
fn Legend(cells: String, is_whole: bool, on_filter: Callback<Cell>) -> impl IntoView {
    let items = Cell::ALL.into_iter().filter_map(|cell| {
        let n = cells.matches(cell.as_char()).count();
        (n > 0).then(|| {
            view! {
                <button class="qs-legend__item" on:click=move |_| on_filter.run(cell)>
                    <CellMark cell />
                    {cell.label(&cells)}
                    <b>{is_whole.then(|| thousands(n))}</b>
                </button>
            }
        })
    });
    let items = items.collect_view();
    view! { <div class="qs-legend">{items}</div> }
}

/// The context of the canvas in the size of the strip.
fn prepared(canvas: &HtmlCanvasElement, layout: StripLayout) -> Option<CanvasRenderingContext2d> {
    let (width, height) = (layout.n_columns * layout.width, layout.n_rows * layout.height);
    let context = context_of(canvas, width as f64, height as f64)?;
    set_style(canvas, "width", &format!("{width}px"));
    Some(context)
}

/// Draws all cells.
fn draw(
    canvas: &HtmlCanvasElement,
    context: &CanvasRenderingContext2d,
    cells: &[u8],
    layout: StripLayout,
) {
    let Some(card) = card_of(canvas) else { return };
    let size = layout.cell_size();
    for cell in Cell::ALL {
        // A kind that is not in the legend has no cells.
        let Some(color) = legend_color(&card, cell) else { continue };
        context.set_fill_style_str(&color);
        let shape = cell.shape(size);
        let is_it = |at: &usize| cells[*at] == cell.as_char() as u8;
        for at in (0..cells.len()).filter(is_it) {
            let (x, y) = layout.place(at);
            for [left, top, width, height] in &shape {
                context.fill_rect(x as f64 + left, y as f64 + top, *width, *height);
            }
        }
    }
}

/// Draws all cells in the colours of their classes.
fn draw_classes(
    canvas: &HtmlCanvasElement,
    context: &CanvasRenderingContext2d,
    coloring: &Coloring,
    layout: StripLayout,
) {
    let (width, height) = layout.cell_size();
    for (class_idx, class) in coloring.classes.iter().enumerate() {
        let Some(color) = browser::variable_of(canvas, &class.color) else { continue };
        context.set_fill_style_str(&color);
        let nodes = coloring.class_of.iter().enumerate();
        for (at, _) in nodes.filter(|it| usize::from(*it.1) == class_idx) {
            let (x, y) = layout.place(at);
            context.fill_rect(x as f64, y as f64, width, height);
        }
    }
}

/// Marks the cells at which a module begins.
fn draw_starts(
    canvas: &HtmlCanvasElement,
    context: &CanvasRenderingContext2d,
    starts: &[usize],
    layout: StripLayout,
) {
    let Some(ink) = card_of(canvas).and_then(|it| browser::color_of(&it)) else { return };
    context.set_fill_style_str(&ink);
    let (_, height) = layout.cell_size();
    // The first cell needs no mark.
    for at in starts.iter().filter(|it| **it > 0) {
        let (x, y) = layout.place(*at);
        context.fill_rect(x as f64 - 1.0, y as f64, 1.0, height);
    }
}
