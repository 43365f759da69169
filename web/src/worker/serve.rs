//! The worker's side: one message in, its answers out.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use gloo::events::EventListener;
use js_sys::{Array, Reflect, Uint8Array};
use qspect_core::unpack;
use qspect_core::{ParseError, Parsed, Report};
use qspect_reader::parse;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, MessageEvent, MessagePort, Performance};

use super::bytes::read;
use super::store::{Source, Store};
use super::{OpenAnswer, OpenedFile, Request, encoded};
use crate::browser;

/// Answers one viewer, which asks through the port, until it says null: reports go then too. Each answer
/// waits for the one before it, as reading a file takes many turns of the event loop.
pub(crate) fn serve(port: MessagePort) {
    let page = port.clone();
    let store = Rc::new(RefCell::new(Store::default()));
    // The first one is being answered.
    let waiting = Rc::new(RefCell::new(VecDeque::new()));
    let own = Rc::new(RefCell::new(None));
    let listener = own.clone();
    let listen = move |event: &Event| {
        let message = event.unchecked_ref::<MessageEvent>().data();
        let Ok(message) = message.dyn_into::<Array>() else {
            page.close();
            // What it still waits for, nobody hears.
            waiting.borrow_mut().clear();
            let listener = own.take();
            // After this event: a listener cannot take itself away. Leptos has no executor here.
            return spawn_local(async move { drop(listener) });
        };
        waiting.borrow_mut().push_back(message);
        if waiting.borrow().len() > 1 {
            return;
        }
        let (page, store, waiting) = (page.clone(), store.clone(), waiting.clone());
        spawn_local(async move {
            loop {
                let Some(message) = waiting.borrow().front().cloned() else { break };
                answer(&page, &store, &message).await;
                waiting.borrow_mut().pop_front();
            }
        });
    };
    *listener.borrow_mut() = Some(EventListener::new(&port, "message", listen));
    port.start();
}

async fn answer(page: &MessagePort, store: &RefCell<Store>, message: &Array) {
    let call = Call { page, call_id: message.get(0) };
    let request = Uint8Array::new(&message.get(1)).to_vec();
    match postcard::from_bytes(&request) {
        Ok(request) => call.answer(store, request, message.get(2)).await,
        Err(error) => browser::log_error(&format!("the worker got a bad request: {error}")),
    }
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
struct ParsedFile {
    name: String,
    /// Which of the archive's files it is.
    file_idx: usize,
    parsed: Result<Parsed, ParseError>,
    parse_ms: f64,
    modified: Option<String>,
}

impl Call<'_> {
    async fn answer(&self, store: &RefCell<Store>, request: Request, blob: JsValue) {
        // What was put aside is read again.
        for report_id in request.report_ids() {
            let missing = store.borrow_mut().missing(report_id);
            if let Some(source) = missing {
                restore(store, report_id, &source).await;
            }
        }
        let bytes = match request {
            Request::Open { .. } => read(&blob, &|it| self.more(&OpenAnswer::Reading(it))).await,
            _ => Ok(Vec::new()),
        };
        // Nothing waits from here on.
        let store = &mut *store.borrow_mut();
        match request {
            Request::Open { name, modified } => {
                let source = Source { blob, name, file_idx: 0, report_idx: 0 };
                self.open(store, &source, modified, bytes);
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
            Request::Reasons => self.last(&store.reasons()),
            Request::Diff { base_id, head_id } => self.last(&store.diff(base_id, head_id)),
            Request::DiffRows { base_id, head_id, list, start, len } => {
                self.last(&store.diff_rows(base_id, head_id, list, start, len));
            }
            Request::Export { report_ids, export, is_redacted } => {
                self.last(&store.export(&report_ids, &export, is_redacted));
            }
        }
    }

    /// Takes a file, or all files of an archive, and tells of them as they come.
    fn open(
        &self,
        store: &mut Store,
        source: &Source,
        modified: Option<String>,
        bytes: Result<Vec<u8>, String>,
    ) {
        let mut pending: Vec<ParsedFile> = Vec::new();
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(cause) => {
                let error = ParseError {
                    file: source.name.clone(),
                    position: None,
                    path: None,
                    message: format!("the browser cannot read this file: {cause}"),
                    hint: Some(
                        "is it a folder? If it was moved or changed since it was chosen, choose it again"
                            .to_owned(),
                    ),
                };
                pending.push(ParsedFile {
                    name: source.name.clone(),
                    file_idx: 0,
                    parsed: Err(error),
                    parse_ms: 0.0,
                    modified: None,
                });
                return self.tell(store, source, pending);
            }
        };
        let mut told = self.now();
        let mut files = unpack(&source.name, &bytes);
        let mut file_idx = 0;
        while let Some(file) = files.next() {
            let start = self.now();
            let parsed = file.content.and_then(|bytes| parse(&file.name, &bytes));
            pending.push(ParsedFile {
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
                self.tell(store, source, std::mem::take(&mut pending));
                told = self.now();
            }
        }
        // Gone before the last reports take their room.
        drop(bytes);
        self.tell(store, source, pending);
    }

    fn tell(&self, store: &mut Store, source: &Source, files: Vec<ParsedFile>) {
        let opened = files.into_iter().map(|it| {
            let ParsedFile { name, file_idx, parsed, parse_ms, modified } = it;
            let content = parsed.map(|parsed| {
                let warnings = parsed.warnings.clone();
                let source = Source { file_idx, ..source.clone() };
                (store.add(&source, &name, modified.as_deref(), parsed), warnings)
            });
            OpenedFile { name, content, parse_ms }
        });
        self.more(&OpenAnswer::Files(opened.collect()));
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
            browser::log_error(&format!("the worker cannot answer: {}", browser::describe(&error)));
        }
    }
}

/// Reads a report again that was put aside. If its file is gone, or is another by now, it stays away.
async fn restore(store: &RefCell<Store>, report_id: usize, source: &Source) {
    match read_again(source).await {
        Ok(report) => store.borrow_mut().restore(report_id, report),
        Err(cause) => browser::log_error(&format!("{} cannot be read again: {cause}", source.name)),
    }
}

async fn read_again(source: &Source) -> Result<Report, String> {
    let bytes = read(&source.blob, &|_| {}).await?;
    let file = unpack(&source.name, &bytes).nth(source.file_idx).ok_or("it has fewer files")?;
    let parsed = file.content.and_then(|bytes| parse(&file.name, &bytes));
    let reports = parsed.map_err(|it| it.to_string())?.reports;
    Ok(reports.into_iter().nth(source.report_idx).ok_or("it has fewer reports")?)
}
