//! The worker's side: one message in, its answers out.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use js_sys::{Array, Reflect, Uint8Array};
#[cfg(feature = "page")]
use qspect_core::unpack;
// Docs have small reports, and readers who pay for each byte of the element.
#[cfg(not(feature = "page"))]
use qspect_core::parse;
use qspect_core::{ParseError, Parsed};
#[cfg(feature = "page")]
use qspect_reader::parse;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, Event, FileReaderSync, MessageEvent, MessagePort, Performance};

#[cfg(not(feature = "page"))]
use super::alone::unpack;
use super::store::{Source, Store};
use super::{OpenAnswer, OpenedFile, Request, encoded};
use crate::js;

/// Bytes of a file that are read at once: small enough for a moving progress bar.
const CHUNK: usize = 8 << 20;

/// Answers one viewer, which asks through the port, until it says null: reports go then too.
pub(crate) fn serve(port: MessagePort) {
    let page = port.clone();
    let mut store = Store::default();
    let own = Rc::new(RefCell::new(None));
    let listener = own.clone();
    let listen = move |event: &Event| {
        let message = event.unchecked_ref::<MessageEvent>().data();
        let Ok(message) = message.dyn_into::<Array>() else {
            page.close();
            let listener = own.take();
            // After this event: a listener cannot take itself away. Leptos has no executor here.
            return wasm_bindgen_futures::spawn_local(async move { drop(listener) });
        };
        let call = Call { page: &page, call_id: message.get(0) };
        let request = Uint8Array::new(&message.get(1)).to_vec();
        match postcard::from_bytes(&request) {
            Ok(request) => call.answer(&mut store, request, message.get(2)),
            Err(error) => js::log_error(&format!("the worker got a bad request: {error}")),
        }
    };
    *listener.borrow_mut() = Some(EventListener::new(&port, "message", listen));
    port.start();
}

/// One request, to be answered.
struct Call<'a> {
    page: &'a MessagePort,
    call_id: JsValue,
}

/// How often the page hears of an archive's files, in milliseconds, and of how many at most: it has to
/// take them in between two frames.
const PART_MS: f64 = 100.0;
const PART_FILES: usize = 20;

/// A file that has been parsed.
struct Read {
    name: String,
    /// Which of the archive's files it is.
    file_idx: usize,
    parsed: Result<Parsed, ParseError>,
    parse_ms: f64,
    modified: Option<String>,
}

impl Call<'_> {
    fn answer(&self, store: &mut Store, request: Request, blob: JsValue) {
        // What was put aside is read again.
        for report_id in request.report_ids() {
            if let Some(source) = store.missing(report_id) {
                self.restore(store, report_id, &source);
            }
        }
        match request {
            Request::Open { name, modified } => {
                self.open(store, &name, modified, &blob);
                self.last(&OpenAnswer::Done);
            }
            Request::Rows { report_id, query, start, len } => {
                self.last(&store.rows(report_id, &query, start, len));
            }
            Request::Node { report_id, name, query } => {
                self.last(&store.node(report_id, &name, &query));
            }
            Request::Modules { report_id } => self.last(&store.modules(report_id)),
            Request::Text { report_id, level, start, len } => {
                self.last(&store.text(report_id, level, start, len));
            }
            Request::WholeText { report_id, level } => {
                self.last(&store.whole_text(report_id, level));
            }
            #[cfg(feature = "page")]
            Request::Reasons => self.last(&store.reasons()),
            #[cfg(feature = "page")]
            Request::Diff { base_id, head_id } => self.last(&store.diff(base_id, head_id)),
            #[cfg(feature = "page")]
            Request::DiffRows { base_id, head_id, list, start, len } => {
                self.last(&store.diff_rows(base_id, head_id, list, start, len));
            }
            #[cfg(feature = "page")]
            Request::Export { report_ids, export, is_redacted } => {
                self.last(&store.export(&report_ids, &export, is_redacted));
            }
        }
    }

    /// Reads a file, or all files of an archive, and tells of them as they come.
    fn open(&self, store: &mut Store, name: &str, modified: Option<String>, blob: &JsValue) {
        let source =
            Source { blob: blob.clone(), name: name.to_owned(), file_idx: 0, report_idx: 0 };
        let mut pending: Vec<Read> = Vec::new();
        let bytes = match self.read(blob, true) {
            Ok(bytes) => bytes,
            Err(cause) => {
                let error = ParseError {
                    file: name.to_owned(),
                    position: None,
                    path: None,
                    message: format!("the browser cannot read this file: {cause}"),
                    hint: Some(
                        "is it a folder? If it was moved or changed since it was chosen, choose it again"
                            .to_owned(),
                    ),
                };
                let name = name.to_owned();
                pending.push(Read {
                    name,
                    file_idx: 0,
                    parsed: Err(error),
                    parse_ms: 0.0,
                    modified: None,
                });
                return self.tell(store, &source, pending);
            }
        };
        let mut told = self.now();
        let mut files = unpack(name, &bytes);
        let mut file_idx = 0;
        while let Some(file) = files.next() {
            let start = self.now();
            let parsed = file.content.and_then(|bytes| parse(&file.name, &bytes));
            pending.push(Read {
                name: file.name,
                file_idx,
                parsed,
                parse_ms: self.now() - start,
                modified: file.modified.or_else(|| modified.clone()),
            });
            file_idx += 1;
            if files.done() < files.total()
                && (pending.len() == PART_FILES || self.now() - told > PART_MS)
            {
                self.more(&OpenAnswer::Reading(files.done() as f64 / files.total() as f64));
                self.tell(store, &source, std::mem::take(&mut pending));
                told = self.now();
            }
        }
        // Gone before the last reports take their room.
        drop(bytes);
        self.tell(store, &source, pending);
    }

    fn tell(&self, store: &mut Store, source: &Source, read: Vec<Read>) {
        let opened = read.into_iter().map(|it| {
            let Read { name, file_idx, parsed, parse_ms, modified } = it;
            let content = parsed.map(|parsed| {
                let warnings = parsed.warnings.clone();
                let source = Source { file_idx, ..source.clone() };
                (store.add(&source, &name, modified.as_deref(), parsed), warnings)
            });
            OpenedFile { name, content, parse_ms }
        });
        self.more(&OpenAnswer::Files(opened.collect()));
    }

    /// Reads a report again that was put aside. If its file is gone, it stays away.
    fn restore(&self, store: &mut Store, report_id: usize, source: &Source) {
        let bytes = match self.read(&source.blob, false) {
            Ok(bytes) => bytes,
            Err(cause) => {
                return js::log_error(&format!("{} cannot be read again: {cause}", source.name));
            }
        };
        let file = unpack(&source.name, &bytes).nth(source.file_idx);
        let parsed = file.and_then(|it| parse(&it.name, &it.content.ok()?).ok());
        drop(bytes);
        let report = parsed.and_then(|it| it.reports.into_iter().nth(source.report_idx));
        if let Some(report) = report {
            store.restore(report_id, report);
        }
    }

    /// The blob's bytes, read in pieces so that the page sees how far it got. Where there is no worker
    /// they come as bytes: only a worker may wait for a file.
    fn read(&self, blob: &JsValue, is_told: bool) -> Result<Vec<u8>, String> {
        if let Some(bytes) = blob.dyn_ref::<Uint8Array>() {
            return Ok(bytes.to_vec());
        }
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
            if is_told {
                self.more(&OpenAnswer::Reading(bytes.len() as f64 / size));
            }
        }
        Ok(bytes)
    }

    /// Milliseconds on the worker's own clock.
    fn now(&self) -> f64 {
        let performance = Reflect::get(&js_sys::global(), &"performance".into());
        performance.map_or(0.0, |it| it.unchecked_into::<Performance>().now())
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
        let posted = encoded(answer).and_then(|it| {
            self.page.post_message(&Array::of3(&self.call_id, &is_last.into(), &it))
        });
        if let Err(error) = posted {
            js::log_error(&format!("the worker cannot answer: {}", js::describe(&error)));
        }
    }
}
