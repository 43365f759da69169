//! Canvases that use the colours of the style around them.

use leptos::html;
use leptos::prelude::*;
use leptos_use_event_listener::use_event_listener;
use qspect_core::view::Cell;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, HtmlElement};

use crate::browser;
use crate::host::Resized;
use crate::theme::Colors;

/// Draws a canvas once it is in the page. Draws it again when the viewer's size or colours change,
/// when `version` changes, and for printing.
pub(super) fn use_drawing(
    canvas: NodeRef<html::Canvas>,
    version: Signal<u32>,
    draw: impl Fn(&HtmlCanvasElement) + Copy + 'static,
) {
    let (colors, resized) = (Colors::here(), Resized::here());
    Effect::new(move |_| {
        colors.track();
        resized.track();
        version.track();
        if canvas.get().is_some() {
            // By then the style is in force, and the room for the canvas is known.
            request_animation_frame(move || {
                if let Some(canvas) = canvas.try_get_untracked().flatten() {
                    draw(&canvas);
                }
            });
        }
    });
    // Paper is white. Draw at once: a browser that prints does not wait for a frame.
    let draw_in = move |scheme: &str| {
        let Some(canvas) = canvas.try_get_untracked().flatten() else { return };
        if let Some(card) = card_of(&canvas).and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
            set_style(&card, "color-scheme", scheme);
        }
        draw(&canvas);
    };
    let _ = use_event_listener(window(), leptos::ev::beforeprint, move |_| draw_in("light"));
    let _ = use_event_listener(window(), leptos::ev::afterprint, move |_| draw_in(""));
}

/// The context of a canvas, cleared and set to this size in CSS pixels, which are its unit. The
/// canvas has the screen's own resolution. The style decides how wide the page shows it. `None` if
/// the browser refuses a context.
pub(super) fn context_of(
    canvas: &HtmlCanvasElement,
    width: f64,
    height: f64,
) -> Option<CanvasRenderingContext2d> {
    let context = canvas.get_context("2d").ok()??;
    let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
    let ratio = browser::window().map_or(1.0, |it| it.device_pixel_ratio());
    canvas.set_width((width * ratio).ceil() as u32);
    canvas.set_height((height * ratio).ceil() as u32);
    set_style(canvas, "height", &format!("{height}px"));
    // This fails only for an infinite ratio.
    let _ = context.scale(ratio, ratio);
    Some(context)
}

/// The card that contains a canvas; its legend has the colours.
pub(super) fn card_of(canvas: &HtmlCanvasElement) -> Option<Element> {
    canvas.closest(".qs-card").ok()?
}

/// The colour of a cell in the legend of its card; `None` if the legend has no such cell.
pub(super) fn legend_color(card: &Element, cell: Cell) -> Option<String> {
    let mark = card.query_selector(&format!(".qs-mark--{}", cell.as_str())).ok()??;
    browser::color_of(&mark)
}

/// Sets one property of an element's own style.
pub(super) fn set_style(element: &HtmlElement, name: &str, value: &str) {
    // This fails only for a style that cannot be changed.
    let _ = element.style().set_property(name, value);
}
