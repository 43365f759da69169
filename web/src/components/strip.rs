//! The model at a glance: one cell per node, in graph order.

use leptos::html;
use leptos::prelude::*;
use qspect_core::figures::thousands;
use qspect_core::{Cell, StripLayout, Verdict};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};

use crate::browser;
use crate::host::Resized;
use crate::parts::{plain, told};
use crate::reactive::effect;
use crate::theme::Theme;

/// The colour and the pattern of a cell, as a part of class names.
pub(super) fn cell_class(cell: Cell) -> &'static str {
    cell.as_str()
}

/// What the page calls a cell among `cells`: where some are wide, "quantized" alone would be both.
pub(crate) fn cell_label(cell: Cell, cells: &str) -> &'static str {
    cell.label(cells)
}

/// A canvas that works like a slider along the nodes: hover or arrow keys name one, a click or Enter
/// opens it.
#[component]
pub(crate) fn Strip(
    /// One [`Cell`] per node.
    cells: String,
    /// Whether these are all nodes. The legend counts none of an incomplete report.
    is_whole: bool,
    /// The node that the reader points at.
    current: RwSignal<Option<usize>>,
    /// What is told of that node.
    label: ReadSignal<String>,
    /// What colours depend on.
    theme: RwSignal<Theme>,
    /// Called with a node that the reader opens.
    on_open: Callback<usize>,
    /// Called with the kind of nodes that the reader wants to see.
    on_filter: Callback<Cell>,
) -> impl IntoView {
    let n_cells = cells.len();
    let labels = Cell::ALL.map(|it| cell_label(it, &cells));
    let cells = StoredValue::new(cells.into_bytes());
    let canvas = NodeRef::<html::Canvas>::new();
    let (layout, set_layout) = signal(StripLayout::default());
    // In a task of its own, with the next frame. Drawn again even if no cell moved: the colours may
    // be others.
    let redraw = move || {
        request_animation_frame(move || {
            let Some(canvas) = canvas.try_get_untracked().flatten() else { return };
            let room = canvas.parent_element().map_or(0, |it| it.client_width());
            let layout = StripLayout::of(n_cells, usize::try_from(room).unwrap_or_default());
            set_layout.set(layout);
            cells.with_value(|it| draw(&canvas, it, layout));
        });
    };
    let resized = Resized::here();
    effect(move || {
        theme.track();
        resized.track();
        if canvas.get().is_some() {
            redraw();
        }
    });

    draw_for_paper(canvas, move |canvas| {
        cells.with_value(|it| draw(canvas, it, layout.get_untracked()));
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
        cells.with_value(|it| !good.iter().any(|cell| it[at] == cell.as_char() as u8))
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
            "ArrowDown" => {
                if at + n_columns <= last {
                    at + n_columns
                } else {
                    at
                }
            }
            "ArrowUp" => at.checked_sub(n_columns).unwrap_or(at),
            "Home" => 0,
            "End" => last,
            "Enter" => return on_open.run(at),
            _ => return,
        };
        event.prevent_default();
        current.set(Some(next));
    };
    let legend = Cell::ALL.into_iter().zip(labels).filter_map(|(cell, label)| {
        let n = cells.with_value(|it| it.iter().filter(|it| **it == cell.as_char() as u8).count());
        (n > 0).then(|| view! {
            <button class="qs-legend__item" on:click=move |_| on_filter.run(cell)>
                <i class=format!("qs-mark qs-mark--{}", cell_class(cell)) aria-hidden="true"></i>
                {label}
                <b>{is_whole.then(|| thousands(n))}</b>
            </button>
        })
    });
    view! {
        <div
            class="qs-strip"
            role="slider"
            tabindex="0"
            aria-label="Nodes in order"
            aria-valuemin="1"
            aria-valuemax=n_cells.to_string()
            aria-valuenow=move || (current.get().unwrap_or_default() + 1).to_string()
            aria-valuetext=move || plain(&label.get())
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
            {move || {
                let layout = layout.get();
                current.get().filter(|_| layout.n_columns > 0).map(|at| {
                    let (x, y) = layout.place(at);
                    view! {
                        <i
                            class="qs-strip__cursor"
                            style:left=format!("{x}px")
                            style:top=format!("{y}px")
                            style:width=format!("{}px", layout.width)
                            style:height=format!("{}px", layout.height)
                        ></i>
                    }
                })
            }}
        </div>
        <p class="qs-strip__label" aria-hidden="true">
            {move || match label.get() {
                label if label.is_empty() => told("Point at a cell to name its node"),
                label => told(&label),
            }}
        </p>
        <div class="qs-legend">{legend.collect_view()}</div>
    }
    .into_any()
}

/// Draws a canvas of a card for paper, which is white, and again for the screen after that. Both at once:
/// who prints does not wait for a frame.
pub(super) fn draw_for_paper(
    canvas: NodeRef<html::Canvas>,
    draw: impl Fn(&HtmlCanvasElement) + Clone + 'static,
) {
    for (event, scheme) in [("beforeprint", "light"), ("afterprint", "")] {
        let draw = draw.clone();
        let listener = window_event_listener_untyped(event, move |_| {
            let Some(canvas) = canvas.try_get_untracked().flatten() else { return };
            let Some(card) = canvas.closest(".qs-card").ok().flatten() else { return };
            if let Some(card) = card.dyn_ref::<HtmlElement>() {
                // Only a property that is none fails.
                let _ = HtmlElement::style(card).set_property("color-scheme", scheme);
            }
            draw(&canvas);
        });
        on_cleanup(move || listener.remove());
    }
}

/// Draws all cells.
fn draw(canvas: &HtmlCanvasElement, cells: &[u8], layout: StripLayout) {
    let Some(card) = canvas.closest(".qs-card").ok().flatten() else { return };
    let context = canvas.get_context("2d").ok().flatten();
    let Some(context) = context.and_then(|it| it.dyn_into::<CanvasRenderingContext2d>().ok())
    else {
        return;
    };
    let ratio = browser::window().map_or(1.0, |it| it.device_pixel_ratio());
    let px = |it: usize| (it as f64 * ratio).ceil() as u32;
    let (width, height) = (layout.n_columns * layout.width, layout.n_rows * layout.height);
    canvas.set_width(px(width));
    canvas.set_height(px(height));
    let style = HtmlElement::style(canvas);
    // Only a property that is none fails.
    let _ = style.set_property("width", &format!("{width}px"));
    let _ = style.set_property("height", &format!("{height}px"));
    let _ = context.scale(ratio, ratio);
    let size = layout.cell_size();
    for cell in Cell::ALL {
        let mark = card.query_selector(&format!(".qs-mark--{}", cell_class(cell))).ok().flatten();
        // Without such a cell there is none in the legend, and nothing to draw.
        let Some(color) = mark.and_then(|it| browser::color_of(&it)) else { continue };
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
