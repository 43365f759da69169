//! Two models, one above the other, with lines between the nodes that changed.

use leptos::html;
use leptos::prelude::*;
use qspect_core::view::Cell;
use web_sys::HtmlCanvasElement;

use super::canvas::{card_of, context_of, legend_color, use_drawing};
use super::{CellMark, SafeText};
use crate::browser;

/// Height in pixels of a strip, and of the gap between the two with the lines.
const STRIP: f64 = 22.0;
const GAP: f64 = 44.0;
/// Height in pixels of the outer edge of a strip, which marks nodes that only that report has.
const EDGE: f64 = 6.0;

/// How many lines are drawn at most: more would be a grey field.
const MAX_LINES: usize = 2_000;

/// One of the two reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Base,
    Head,
}

impl Side {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Head => "head",
        }
    }
}

/// The base above, the head below. Each fills the width, whatever its number of nodes.
#[component]
pub(crate) fn DiffStrips(
    /// One [`Cell`] per node of the base.
    base: String,
    /// One per node of the head.
    head: String,
    /// Indices of the changed nodes, in the base and in the head.
    changed: Vec<(usize, usize)>,
    /// Indices of nodes that only the head has.
    added: Vec<usize>,
    /// Indices of nodes that only the base has.
    removed: Vec<usize>,
    /// The node that the reader points at.
    current: RwSignal<Option<(Side, usize)>>,
    /// Its name and state; empty if there is none.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let summary = format!(
        "Base with {} nodes above head with {}; {} changed, {} added, {} removed",
        base.len(),
        head.len(),
        changed.len(),
        added.len(),
        removed.len()
    );
    let cells = [base.as_str(), head.as_str()].concat();
    let legend = Cell::ALL.into_iter().filter(|it| cells.contains(it.as_char())).map(|cell| {
        view! {
            <span class="qs-legend__item">
                <CellMark cell />
                {cell.label(&cells)}
            </span>
        }
    });
    let legend = legend.collect_view();
    let (base, head) = (base.into_bytes(), head.into_bytes());
    let strips = StoredValue::new(Strips { base, head, changed, added, removed });
    let canvas = NodeRef::<html::Canvas>::new();
    let at_pointer = move |event: &web_sys::MouseEvent| {
        // WebKit rounds and scales `offsetY` of a canvas.
        let bounds = canvas.get_untracked()?.get_bounding_client_rect();
        let (x, y) = (
            f64::from(event.client_x()) - bounds.left(),
            f64::from(event.client_y()) - bounds.top(),
        );
        let width = bounds.width();
        let side = if y < EDGE + STRIP + GAP / 2.0 { Side::Base } else { Side::Head };
        let n_nodes = strips.with_value(|it| match side {
            Side::Base => it.base.len(),
            Side::Head => it.head.len(),
        });
        // Not negative, and cut to the strip.
        let at = (x / width.max(1.0) * n_nodes as f64).max(0.0) as usize;
        Some((side, at.min(n_nodes.checked_sub(1)?)))
    };
    use_drawing(canvas, Signal::stored(0), move |canvas| strips.with_value(|it| it.draw(canvas)));
    view! {
        <div class="qs-diff-strips">
            <span class="qs-muted">"base"</span>
            <canvas
                node_ref=canvas
                role="img"
                aria-label=summary
                on:mousemove=move |event| current.set(at_pointer(&event))
                on:mouseleave=move |_| current.set(None)
            ></canvas>
            <span class="qs-muted">"head"</span>
        </div>
        <p class="qs-strip__label" aria-hidden="true">
            {move || match label.get() {
                label if label.is_empty() => "Point at a node to name it".into_any(),
                text => view! { <SafeText text /> }.into_any(),
            }}
        </p>
        <div class="qs-legend">{legend}</div>
    }
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
        let width = canvas.parent_element().map_or(0.0, |it| f64::from(it.client_width()));
        let height = 2.0 * (STRIP + EDGE) + GAP;
        let Some(card) = card_of(canvas) else { return };
        let Some(context) = context_of(canvas, width, height) else { return };
        let x = |at: usize, n: usize| at as f64 / n.max(1) as f64 * width;
        let tops = [EDGE, EDGE + STRIP + GAP];
        for (cells, top) in [&self.base, &self.head].into_iter().zip(tops) {
            let step = (width / cells.len().max(1) as f64).max(1.0);
            let gap = if step > 4.0 { 1.0 } else { 0.0 };
            // Draw the worst last, so that it is visible where several cells share a pixel.
            for cell in Cell::ALL {
                let Some(color) = legend_color(&card, cell) else { continue };
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
