//! Reports that other pages send: `{qspect: {buffer, title}}`.

use js_sys::{Array, ArrayBuffer};
use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, MessageEvent, Window};

use crate::browser;
use crate::state::{AppState, Offer, Source};

#[derive(Deserialize)]
struct Message {
    qspect: Report,
}

#[derive(Deserialize)]
struct Report {
    /// A text, an `ArrayBuffer`, or a view of one.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    buffer: JsValue,
    /// The report's name, if this is a text.
    #[serde(default = "undefined", with = "serde_wasm_bindgen::preserve")]
    title: JsValue,
}

fn undefined() -> JsValue {
    JsValue::UNDEFINED
}

/// Opens reports that pages of the same origin send, and asks the reader about all others.
pub(super) fn listen(state: AppState) {
    let _ = window_event_listener(leptos::ev::message, move |event| {
        let data = event.data();
        if let Some(text) = data.as_string() {
            return answer_ping(&event, &text);
        }
        let Ok(Message { qspect: report }) = serde_wasm_bindgen::from_value(data) else { return };
        let is_bytes =
            report.buffer.is_instance_of::<ArrayBuffer>() || ArrayBuffer::is_view(&report.buffer);
        if !is_bytes && !report.buffer.is_string() {
            return;
        }
        let Ok(blob) = Blob::new_with_buffer_source_sequence(&Array::of1(&report.buffer)) else {
            return;
        };
        let title = report.title.as_string().filter(|it| !it.is_empty());
        let title = title.unwrap_or_else(|| "report".to_owned());
        let origin = event.origin();
        let own = browser::window().and_then(|it| it.location().origin().ok());
        if origin != "null" && Some(&origin) == own.as_ref() {
            return state.open(vec![Source { name: title, blob }]);
        }
        state.offer(Offer { title, origin, blob: StoredValue::new_local(blob) });
    });
}

/// Answers a page that sends "PING" to learn whether this page is listening yet, as pages do that
/// open traces in Perfetto. Any page gets the answer, because it contains nothing about the reader.
fn answer_ping(event: &MessageEvent, text: &str) {
    let answer = match text {
        "ping" => "pong",
        _ if text.eq_ignore_ascii_case("ping") => "PONG",
        _ => return,
    };
    let Some(source) = event.source() else { return };
    // The window of another origin is not an `instanceof` this origin's `Window`.
    let source: Window = source.unchecked_into();
    if let Err(error) = source.post_message(&answer.into(), "*") {
        browser::log_error(&browser::describe(&error));
    }
}
