//! The worker's side: one message in, its answers out.

use js_sys::{Array, Uint8Array};
use qspect_core::{ParseError, Parsed, parse};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, DedicatedWorkerGlobalScope, FileReaderSync, MessageEvent};

use super::store::Store;
use super::{OpenAnswer, Request};
use crate::js;

/// Bytes of a file that are read at once: small enough for a moving progress bar.
const CHUNK: usize = 8 << 20;

/// Installs the listener for the page's messages.
pub(crate) fn serve() -> Result<(), JsValue> {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().dyn_into()?;
    let page = scope.clone();
    let mut store = Store::default();
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message: Array = event.data().unchecked_into();
        let call = Call { page: &page, call_id: message.get(0) };
        match serde_wasm_bindgen::from_value(message.get(1)) {
            Ok(request) => call.answer(&mut store, request, message.get(2)),
            Err(error) => js::log_error(&format!("the worker got a bad request: {error}")),
        }
    });
    scope.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    listener.forget(); // as long as the worker lives
    Ok(())
}

/// One request, to be answered.
struct Call<'a> {
    page: &'a DedicatedWorkerGlobalScope,
    call_id: JsValue,
}

impl Call<'_> {
    fn answer(&self, store: &mut Store, request: Request, blob: JsValue) {
        match request {
            Request::Open { name } => {
                let answer = match self.open(&name, &blob) {
                    Ok((parsed, parse_ms)) => {
                        let warnings = parsed.warnings.clone();
                        OpenAnswer::Ready { reports: store.add(&name, parsed), warnings, parse_ms }
                    }
                    Err(error) => OpenAnswer::Failed(error),
                };
                self.last(&answer);
            }
            Request::Rows { report_id, query, start, len } => {
                self.last(&store.rows(report_id, &query, start, len));
            }
            Request::Node { report_id, name, query } => {
                self.last(&store.node(report_id, &name, &query));
            }
            Request::Modules { report_id } => self.last(&store.modules(report_id)),
            Request::Reasons => self.last(&store.reasons()),
            Request::Diff { base_id, head_id } => self.last(&store.diff(base_id, head_id)),
            Request::DiffRows { base_id, head_id, list, start, len } => {
                self.last(&store.diff_rows(base_id, head_id, list, start, len));
            }
            Request::Text { report_id, level, start, len } => {
                self.last(&store.text(report_id, level, start, len));
            }
            Request::WholeText { report_id, level } => {
                self.last(&store.whole_text(report_id, level));
            }
        }
    }

    /// What the file holds, and how many milliseconds it took from its bytes to that.
    fn open(&self, name: &str, blob: &JsValue) -> Result<(Parsed, f64), ParseError> {
        let cannot_read = |cause: String, hint: &str| ParseError {
            file: name.to_owned(),
            position: None,
            path: None,
            message: cause,
            hint: Some(hint.to_owned()),
        };
        let bytes = self.read(blob).map_err(|cause| {
            cannot_read(
                format!("the browser cannot read this file: {cause}"),
                "is it a folder, or was it moved or changed since it was chosen?",
            )
        })?;
        let start = self.now();
        let parsed = parse(name, &bytes)?;
        Ok((parsed, self.now() - start))
    }

    /// The blob's bytes, read in pieces so that the page sees how far it got.
    fn read(&self, blob: &JsValue) -> Result<Vec<u8>, String> {
        let blob: &Blob = blob.dyn_ref().ok_or("no file came with the request")?;
        let reader = FileReaderSync::new().map_err(|it| js::describe(&it))?;
        // Sizes are whole numbers below 2^53, and here below the 4 GiB that a program can have.
        let size = blob.size();
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(size as usize)
            .map_err(|_| format!("it has {size} bytes, more than this page can hold"))?;
        while (bytes.len() as f64) < size {
            let start = bytes.len();
            let piece = blob
                .slice_with_f64_and_f64(start as f64, (start + CHUNK) as f64)
                .and_then(|it| reader.read_as_array_buffer(&it))
                .map_err(|it| js::describe(&it))?;
            let piece = Uint8Array::new(&piece);
            if piece.length() == 0 {
                return Err("it became shorter while it was read".to_owned());
            }
            bytes.resize(start + piece.length() as usize, 0);
            piece.copy_to(&mut bytes[start..]);
            self.more(&OpenAnswer::Reading(bytes.len() as f64 / size));
        }
        Ok(bytes)
    }

    /// Milliseconds on the worker's own clock.
    fn now(&self) -> f64 {
        self.page.performance().map_or(0.0, |it| it.now())
    }

    /// An answer that others follow.
    fn more(&self, answer: &impl Serialize) {
        self.post(false, answer);
    }

    /// The last answer.
    fn last(&self, answer: &impl Serialize) {
        self.post(true, answer);
    }

    fn post(&self, is_last: bool, answer: &impl Serialize) {
        let posted = match postcard::to_allocvec(answer) {
            Ok(bytes) => {
                let bytes = Uint8Array::from(bytes.as_slice());
                self.page.post_message(&Array::of3(&self.call_id, &is_last.into(), &bytes))
            }
            Err(error) => Err(error.to_string().into()),
        };
        if let Err(error) = posted {
            js::log_error(&format!("the worker cannot answer: {}", js::describe(&error)));
        }
    }
}
