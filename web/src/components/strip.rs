//! The model at a glance: one cell per node, in graph order.

use leptos::html;
use leptos::prelude::*;
use qspect_core::Verdict;
use qspect_core::text::number_format::thousands;
use qspect_core::view::{Cell, StripLayout};
use web_sys::HtmlCanvasElement;

use super::canvas::{card_of, context_of, legend_color, set_style, use_drawing};
use super::{CellMark, SafeText, safe_attribute};

/// A canvas that works like a slider along the nodes: hover or arrow keys name one, a click or
/// Enter opens it.
#[component]
pub(crate) fn Strip(
    /// One [`Cell`] per node.
    cells: String,
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
    use_drawing(canvas, move |canvas| {
        let room = canvas.parent_element().map_or(0, |it| it.client_width());
        let layout = StripLayout::of(n_cells, usize::try_from(room).unwrap_or_default());
        set_layout.set(layout);
        cells.with_value(|it| draw(canvas, it, layout));
    });

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
            on:mousemove=move |event| current.set(at_pointer(&event))
            on:mouseleave=move |_| current.set(None)
            on:click=move |event| {
                if let Some(at) = at_pointer(&event) {
                    on_open.run(at);
                }
            }
        >
            <canvas node_ref=canvas aria-hidden="true"></canvas>
            <Cursor layout current />
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
        <Legend cells=legend is_whole on_filter />
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

/// Draws all cells.
fn draw(canvas: &HtmlCanvasElement, cells: &[u8], layout: StripLayout) {
    let (width, height) = (layout.n_columns * layout.width, layout.n_rows * layout.height);
    let Some(card) = card_of(canvas) else { return };
    let Some(context) = context_of(canvas, width as f64, height as f64) else { return };
    set_style(canvas, "width", &format!("{width}px"));
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
