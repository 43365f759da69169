//! Two models above each other, with lines between the nodes that changed.

use leptos::html;
use leptos::prelude::*;
use qspect_core::Cell;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};

use super::strip::{cell_class, draw_for_paper};
use crate::browser;
use crate::host::Resized;
use crate::reactive::effect;
use crate::theme::Theme;

/// Pixels of a strip, and of the lines between the two.
const STRIP: f64 = 22.0;
const GAP: f64 = 44.0;
/// Beside a strip, what is in that report alone is marked.
const EDGE: f64 = 6.0;

/// Lines that are drawn: more are a grey field.
const MAX_LINES: usize = 2_000;

/// The base above, the head below; each as wide as there is room, whatever the number of nodes.
#[component]
pub(crate) fn DiffStrips(
    /// One [`Cell`] per node of the base.
    base: String,
    /// One per node of the head.
    head: String,
    /// Places of nodes that changed, in the base and in the head.
    changed: Vec<(usize, usize)>,
    /// Places of nodes that the head alone has.
    added: Vec<usize>,
    /// Places of nodes that the base alone has.
    removed: Vec<usize>,
    /// What colours depend on.
    theme: RwSignal<Theme>,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let label = format!(
        "Base with {} nodes above head with {}; {} changed, {} added, {} removed",
        base.len(),
        head.len(),
        changed.len(),
        added.len(),
        removed.len()
    );
    let legend = Cell::ALL
        .into_iter()
        .filter(|it| base.contains(it.as_char()) || head.contains(it.as_char()));
    let cells = [base.as_str(), head.as_str()].concat();
    let legend = legend.map(|it| {
        view! {
            <span class="qs-legend__item">
                <i class=format!("qs-mark qs-mark--{}", cell_class(it)) aria-hidden="true"></i>
                {super::cell_label(it, &cells)}
            </span>
        }
    });
    let legend = legend.collect_view();
    let strips = StoredValue::new(Strips {
        base: base.into_bytes(),
        head: head.into_bytes(),
        changed,
        added,
        removed,
    });
    let redraw = move || {
        request_animation_frame(move || {
            if let Some(canvas) = canvas.try_get_untracked().flatten() {
                strips.with_value(|it| it.draw(&canvas));
            }
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
    draw_for_paper(canvas, move |canvas| strips.with_value(|it| it.draw(canvas)));
    view! {
        <div class="qs-diff-strips">
            <span class="qs-muted">"base"</span>
            <canvas node_ref=canvas role="img" aria-label=label></canvas>
            <span class="qs-muted">"head"</span>
        </div>
        <div class="qs-legend">{legend}</div>
    }
    .into_any()
}

struct Strips {
    base: Vec<u8>,
    head: Vec<u8>,
    changed: Vec<(usize, usize)>,
    added: Vec<usize>,
    removed: Vec<usize>,
}

impl Strips {
    fn draw(&self, canvas: &HtmlCanvasElement) {
        let Some(card) = canvas.closest(".qs-card").ok().flatten() else { return };
        let context = canvas.get_context("2d").ok().flatten();
        let Some(context) = context.and_then(|it| it.dyn_into::<CanvasRenderingContext2d>().ok())
        else {
            return;
        };
        let width = canvas.parent_element().map_or(0.0, |it| f64::from(it.client_width()));
        let height = 2.0 * (STRIP + EDGE) + GAP;
        let ratio = browser::window().map_or(1.0, |it| it.device_pixel_ratio());
        canvas.set_width((width * ratio) as u32);
        canvas.set_height((height * ratio) as u32);
        let style = HtmlElement::style(canvas);
        // Only a property that is none fails.
        let _ = style.set_property("height", &format!("{height}px"));
        let _ = context.scale(ratio, ratio);
        let x = |at: usize, n: usize| at as f64 / n.max(1) as f64 * width;
        let tops = [EDGE, EDGE + STRIP + GAP];
        for (cells, top) in [&self.base, &self.head].into_iter().zip(tops) {
            let step = (width / cells.len().max(1) as f64).max(1.0);
            let gap = if step > 4.0 { 1.0 } else { 0.0 };
            // The worst last, so that it is seen where several share a pixel.
            for cell in Cell::ALL {
                let mark = card.query_selector(&format!(".qs-mark--{}", cell_class(cell)));
                let Some(color) = mark.ok().flatten().and_then(|it| browser::color_of(&it)) else {
                    continue;
                };
                context.set_fill_style_str(&color);
                let is_it = |it: &(usize, &u8)| *it.1 == cell.as_char() as u8;
                for (at, _) in cells.iter().enumerate().filter(is_it) {
                    context.fill_rect(x(at, cells.len()), top, step - gap, STRIP);
                }
            }
        }
        let Some(ink) = browser::color_of(&card) else { return };
        context.set_fill_style_str(&ink);
        let (n_base, n_head) = (self.base.len(), self.head.len());
        let middle = |at: usize, n: usize| x(at, n) + width / n.max(1) as f64 / 2.0;
        for at in &self.removed {
            context.fill_rect(middle(*at, n_base) - 1.0, 0.0, 2.0, EDGE - 1.0);
        }
        for at in &self.added {
            context.fill_rect(middle(*at, n_head) - 1.0, height - EDGE + 1.0, 2.0, EDGE - 1.0);
        }
        context.set_stroke_style_str(&ink);
        context.set_global_alpha(if self.changed.len() > 100 { 0.2 } else { 0.6 });
        context.begin_path();
        let step = self.changed.len().div_ceil(MAX_LINES).max(1);
        for (base, head) in self.changed.iter().step_by(step) {
            context.move_to(middle(*base, n_base), EDGE + STRIP + 1.0);
            context.line_to(middle(*head, n_head), EDGE + STRIP + GAP - 1.0);
        }
        context.stroke();
    }
}
