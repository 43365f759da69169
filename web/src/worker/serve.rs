//! The worker's side: it answers requests one after the other.

use std::cell::{Cell, RefCell};
use std::collections::{HashSet, VecDeque};
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

use super::file_reader::{ReadError, Reading, yield_to_event_loop};
use super::store::{Source, Store};
use super::{OpenAnswer, OpenedFile, ReportPlace, Request, encoded};
use crate::browser;

/// Serves one viewer, which sends its requests through the port, until it sends null. Its reports
/// are dropped then. Each answer waits for the one before it, because reading a file takes many
/// turns of the event loop.
pub(crate) fn serve(port: MessagePort) {
    let session = Rc::new(Session {
        page: port.clone(),
        store: RefCell::default(),
        waiting: RefCell::default(),
        cancelled: RefCell::default(),
        is_over: Cell::new(false),
    });
    let own = Rc::new(RefCell::new(None));
    let listener = own.clone();
    let listen = move |event: &Event| {
        let message = event.unchecked_ref::<MessageEvent>().data();
        let Ok(message) = message.dyn_into::<Array>() else {
            session.end();
            let listener = own.take();
            // After this event: a listener cannot remove itself. Leptos has no executor here.
            return spawn_local(async move { drop(listener) });
        };
        let request = Uint8Array::new(&message.get(1)).to_vec();
        match postcard::from_bytes(&request) {
            Ok(request) => {
                session.take(Call { call_id: message.get(0), request, blob: message.get(2) });
            }
            Err(error) => browser::log_error(&format!("the worker got a bad request: {error}")),
        }
    };
    *listener.borrow_mut() = Some(EventListener::new(&port, "message", listen));
    port.start();
}

/// One viewer's reports and requests.
struct Session {
    page: MessagePort,
    store: RefCell<Store>,
    /// The requests that wait. The first one is being answered.
    waiting: RefCell<VecDeque<Rc<Call>>>,
    /// Files that must not be read, or not to their end.
    cancelled: RefCell<HashSet<usize>>,
    /// Whether the viewer is gone.
    is_over: Cell<bool>,
}

/// A request to answer.
struct Call {
    call_id: JsValue,
    request: Request,
    blob: JsValue,
}

/// The files of an archive are sent to the page in parts: after this many milliseconds, and at most
/// this many files, because the page has to process a part between two frames.
const PART_MS: f64 = 100.0;
const PART_FILES: usize = 20;

/// A file that has been parsed.
struct ParsedFile {
    name: String,
    /// The index of the file in the archive.
    file_idx: usize,
    parsed: Result<Parsed, ParseError>,
    parse_ms: f64,
    modified: Option<String>,
}

impl Session {
    /// Queues a request. Cancelling takes effect at once, also on the file that is being read; its
    /// reports are dropped when the request's turn comes.
    fn take(self: &Rc<Self>, call: Call) {
        if let Request::Cancel { file_ids } = &call.request {
            self.cancelled.borrow_mut().extend(file_ids);
        }
        self.waiting.borrow_mut().push_back(Rc::new(call));
        if self.waiting.borrow().len() > 1 {
            return;
        }
        let session = self.clone();
        spawn_local(async move {
            loop {
                let Some(call) = session.waiting.borrow().front().cloned() else { break };
                session.answer(&call).await;
                session.waiting.borrow_mut().pop_front();
            }
        });
    }

    fn end(&self) {
        self.page.close();
        self.is_over.set(true);
        self.waiting.borrow_mut().clear();
    }

    fn is_cancelled(&self, file_id: usize) -> bool {
        self.is_over.get() || self.cancelled.borrow().contains(&file_id)
    }

    async fn answer(&self, call: &Call) {
        // Evicted reports are read again.
        for report_id in call.request.report_ids() {
            let missing = self.store.borrow_mut().missing(report_id);
            if let Some(source) = missing {
                self.restore(report_id, &source).await;
            }
        }
        if let Request::Open { file_id, name, modified, closed } = &call.request {
            let (blob, name) = (call.blob.clone(), name.clone());
            let place = ReportPlace { entry_idx: 0, report_idx: 0 };
            let source = Source { blob, file_id: *file_id, name, place };
            self.open(call, &source, modified.as_deref(), closed).await;
            return self.last(call, &OpenAnswer::Done);
        }
        // There is no `await` from here on.
        let store = &mut *self.store.borrow_mut();
        match &call.request {
            Request::Open { .. } => {}
            Request::Close { report_ids } => {
                store.close(report_ids);
                self.last(call, &());
            }
            Request::Cancel { file_ids } => {
                store.close_files(file_ids);
                self.cancelled.borrow_mut().retain(|it| !file_ids.contains(it));
                self.last(call, &());
            }
            Request::Rows { report_id, query, start, len } => {
                self.last(call, &store.rows(*report_id, query, *start, *len));
            }
            Request::Groups { report_id, query, by } => {
                self.last(call, &store.groups(*report_id, query, by));
            }
            Request::FieldValues { report_id } => {
                self.last(call, &store.field_values(*report_id));
            }
            Request::Node { report_id, name, query } => {
                self.last(call, &store.node(*report_id, name, query));
            }
            Request::Modules { report_id } => self.last(call, &store.modules(*report_id)),
            Request::Coloring { report_id, base_id, by } => {
                self.last(call, &store.coloring(*report_id, *base_id, by));
            }
            Request::ModuleColors { report_id, base_id, by, width } => {
                self.last(call, &store.module_colors(*report_id, *base_id, by, *width));
            }
            Request::Advice { report_id } => self.last(call, &store.advice(*report_id)),
            Request::CombinedAdvice { report_id, cause_idxs } => {
                self.last(call, &store.combined_advice(*report_id, cause_idxs));
            }
            Request::Text { report_id, level, start, len } => {
                self.last(call, &store.text(*report_id, *level, *start, *len));
            }
            Request::WholeText { report_id, level } => {
                self.last(call, &store.whole_text(*report_id, *level));
            }
            Request::Reasons => self.last(call, &store.reasons()),
            Request::Diff { base_id, head_id } => {
                self.last(call, &store.diff(*base_id, *head_id));
            }
            Request::DiffRows { base_id, head_id, list, start, len } => {
                self.last(call, &store.diff_rows(*base_id, *head_id, *list, *start, *len));
            }
            Request::ChangedNode { base_id, head_id, list, name } => {
                self.last(call, &store.changed_node(*base_id, *head_id, *list, name));
            }
            Request::Export { report_ids, export, is_redacted } => {
                self.last(call, &store.export(report_ids, export, *is_redacted));
            }
        }
    }

    /// Reads a file, or all files of an archive, and reports them as they come.
    async fn open(
        &self,
        call: &Call,
        source: &Source,
        modified: Option<&str>,
        closed: &[ReportPlace],
    ) {
        let is_cancelled = || self.is_cancelled(source.file_id);
        let reading = Reading {
            page: &self.page,
            on_progress: &|it| self.more(call, &OpenAnswer::Reading(it)),
            is_cancelled: &is_cancelled,
        };
        let bytes = match reading.bytes_of(&source.blob).await {
            Ok(bytes) => bytes,
            Err(ReadError::Cancelled) => return,
            Err(ReadError::Failed(cause)) => {
                let failed = vec![unreadable(&source.name, &cause)];
                return self.add(call, source, closed, failed);
            }
        };
        let mut pending: Vec<ParsedFile> = Vec::new();
        let mut reported = now();
        let mut files = unpack(&source.name, &bytes);
        let mut file_idx = 0;
        while let Some(file) = files.next() {
            let start = now();
            let parsed = file.content.and_then(|bytes| parse(&file.name, &bytes));
            pending.push(ParsedFile {
                name: file.name,
                file_idx,
                parsed,
                parse_ms: now() - start,
                modified: file.modified.or_else(|| modified.map(str::to_owned)),
            });
            file_idx += 1;
            if files.done() < files.total()
                && (pending.len() == PART_FILES || now() - reported > PART_MS)
            {
                self.more(call, &OpenAnswer::Reading(files.done() as f64 / files.total() as f64));
                self.add(call, source, closed, std::mem::take(&mut pending));
                if let Err(error) = yield_to_event_loop().await {
                    browser::log_error(&browser::describe(&error));
                }
                if is_cancelled() {
                    return;
                }
                reported = now();
            }
        }
        // Freed before the last reports are analysed.
        drop(bytes);
        self.add(call, source, closed, pending);
    }

    /// Keeps the reports of some files, and sends them to the page.
    fn add(&self, call: &Call, source: &Source, closed: &[ReportPlace], files: Vec<ParsedFile>) {
        let store = &mut *self.store.borrow_mut();
        let opened = files.into_iter().map(|it| {
            let ParsedFile { name, file_idx, parsed, parse_ms, modified } = it;
            let n_reports = parsed.as_ref().map_or(0, |it| it.reports.len());
            let content = parsed.map(|parsed| {
                let warnings = parsed.warnings.clone();
                let place = ReportPlace { entry_idx: file_idx, report_idx: 0 };
                let source = Source { place, ..source.clone() };
                (store.add(&source, &name, modified.as_deref(), parsed, closed), warnings)
            });
            OpenedFile { name, n_reports, content, parse_ms }
        });
        let opened = opened.collect();
        self.more(call, &OpenAnswer::Files(opened));
    }

    /// Reads an evicted report again. If its file is gone or has changed, the report stays evicted.
    async fn restore(&self, report_id: usize, source: &Source) {
        match self.read_again(source).await {
            Ok(report) => self.store.borrow_mut().restore(report_id, report),
            Err(cause) => {
                browser::log_error(&format!("{} cannot be read again: {cause}", source.name));
            }
        }
    }

    async fn read_again(&self, source: &Source) -> Result<Report, String> {
        let reading = Reading {
            page: &self.page,
            on_progress: &|_| {},
            is_cancelled: &|| self.is_cancelled(source.file_id),
        };
        let bytes = reading.bytes_of(&source.blob).await.map_err(|it| match it {
            ReadError::Cancelled => "it is closed".to_owned(),
            ReadError::Failed(cause) => cause,
        })?;
        let ReportPlace { entry_idx, report_idx } = source.place;
        let file = unpack(&source.name, &bytes).nth(entry_idx).ok_or("it has fewer files")?;
        let parsed = file.content.and_then(|bytes| parse(&file.name, &bytes));
        let reports = parsed.map_err(|it| it.to_string())?.reports;
        Ok(reports.into_iter().nth(report_idx).ok_or("it has fewer reports")?)
    }

    /// Sends an answer that more answers follow.
    fn more(&self, call: &Call, answer: &impl Serialize) {
        self.post(call, false, answer);
    }

    /// Sends the last answer.
    fn last(&self, call: &Call, answer: &impl Serialize) {
        self.post(call, true, answer);
    }

    fn post(&self, call: &Call, is_last: bool, answer: &impl Serialize) {
        let posted = encoded(answer).and_then(|it| {
            self.page.post_message(&Array::of3(&call.call_id, &is_last.into(), &it))
        });
        if let Err(error) = posted {
            browser::log_error(&format!("the worker cannot answer: {}", browser::describe(&error)));
        }
    }
}

fn unreadable(name: &str, cause: &str) -> ParsedFile {
    let hint = "is it a folder? If it was moved or changed since it was chosen, choose it again";
    let message = format!("the browser cannot read this file: {cause}");
    let error = ParseError::unreadable(name, &message, hint);
    let parsed = Err(error);
    ParsedFile { name: name.to_owned(), file_idx: 0, parsed, parse_ms: 0.0, modified: None }
}

/// Milliseconds on the worker's own clock.
fn now() -> f64 {
    let performance = Reflect::get(&js_sys::global(), &"performance".into());
    performance.map_or(0.0, |it| it.unchecked_into::<Performance>().now())
}
