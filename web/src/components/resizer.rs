//! A handle that changes the width of a panel or of a column.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

/// Pixels for one press of an arrow key.
const STEP: i32 = 16;

/// The edge of what a handle resizes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    /// The handle is before what it resizes, and moving it to the left makes that wider.
    Left,
    /// The handle is inside what it resizes, and moving it to the right makes that wider.
    Right,
}

/// A separator that is dragged, or moved by the arrow keys.
#[component]
pub(crate) fn Resizer(
    /// Its accessible name.
    #[prop(into)]
    label: String,
    edge: Edge,
    /// The width now, in pixels.
    #[prop(into)]
    width: Signal<i32>,
    /// The smallest and the greatest width.
    range: (i32, i32),
    /// Whether Tab reaches it.
    #[prop(default = true)]
    is_focusable: bool,
    /// Called with each width while the handle moves.
    on_resize: Callback<i32>,
    /// Called with the last width when the handle is let go.
    #[prop(optional)]
    on_end: Option<Callback<i32>>,
) -> impl IntoView {
    // Where a drag began: the pointer, and the width.
    let drag = StoredValue::new(None::<(i32, i32)>);
    let sign = if edge == Edge::Left { -1 } else { 1 };
    let last = StoredValue::new(0);
    let resize = move |width: i32| {
        let width = width.clamp(range.0, range.1);
        last.set_value(width);
        on_resize.run(width);
    };
    let end = move || on_end.into_iter().for_each(|it| it.run(last.get_value()));
    // A click on the handle moves nothing.
    let has_moved = StoredValue::new(false);
    let release = move || {
        drag.set_value(None);
        if has_moved.get_value() {
            has_moved.set_value(false);
            end();
        }
    };
    let begin = move |event: PointerEvent| {
        event.prevent_default();
        let handle = event.current_target().and_then(|it| it.dyn_into::<Element>().ok());
        let own = handle.as_ref().filter(|_| edge == Edge::Right);
        let measured = own.and_then(|it| it.parent_element()).map(|it| it.client_width());
        drag.set_value(Some((event.client_x(), measured.unwrap_or(width.get_untracked()))));
        // Without the capture, the drag ends where the pointer leaves the handle.
        let _ = handle.map(|it| it.set_pointer_capture(event.pointer_id()));
    };
    let follow = move |event: PointerEvent| {
        if let Some((x, width)) = drag.get_value() {
            has_moved.set_value(true);
            resize(width + sign * (event.client_x() - x));
        }
    };
    let press = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" => -STEP,
            "ArrowRight" => STEP,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        resize(width.get_untracked() + sign * by);
        end();
    };
    view! {
        <div
            class="qs-resizer"
            role="separator"
            aria-orientation="vertical"
            aria-label=label
            aria-valuemin=range.0.to_string()
            aria-valuemax=range.1.to_string()
            aria-valuenow=move || width.get().to_string()
            tabindex=if is_focusable { "0" } else { "-1" }
            on:pointerdown=begin
            on:pointermove=follow
            on:pointerup=move |_| release()
            on:pointercancel=move |_| release()
            on:click=move |event| event.stop_propagation()
            on:keydown=press
        ></div>
    }
}
