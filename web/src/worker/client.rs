//! The page's side of the worker: sends requests, and receives the answers.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use futures_channel::oneshot;
use gloo::events::EventListener;
use js_sys::{Array, Function, Uint8Array};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ErrorEvent, Event, MessageEvent, Worker};

use super::file_reader::read_for_worker;
use crate::browser;
use crate::worker::{Request, encoded};

/// Called with one answer after the other.
type Listener = Box<dyn FnMut(Vec<u8>)>;

/// A handle on the worker; clones share it.
#[derive(Clone)]
pub(crate) struct Client {
    inner: Rc<Inner>,
}

struct Inner {
    worker: RefCell<Worker>,
    open_session: Function,
    /// Listeners on the current worker.
    listeners: RefCell<Vec<EventListener>>,
    /// Calls that still wait for their last answer; a handful at a time.
    calls: RefCell<Vec<(u32, Listener)>>,
    next_call_id: RefCell<u32>,
    /// How many workers have stopped since the last answer.
    n_stopped: RefCell<usize>,
    /// Called with the reason when the worker stops.
    on_stop: RefCell<Box<dyn Fn(String)>>,
}

/// The worker stopped, or the session ended, before there was an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The reader stopped before it had an answer: please try again.")
    }
}

/// How many workers may stop in a row without an answer.
const MAX_STOPPED: usize = 3;

impl Client {
    /// `open_session` returns a port to a worker, which can `terminate` as a worker can.
    pub(crate) fn new(open_session: &Function) -> Result<Self, JsValue> {
        let worker: Worker = open_session.call0(&JsValue::NULL)?.unchecked_into();
        let client = Self {
            inner: Rc::new(Inner {
                worker: RefCell::new(worker),
                open_session: open_session.clone(),
                listeners: RefCell::default(),
                calls: RefCell::default(),
                next_call_id: RefCell::new(0),
                n_stopped: RefCell::new(0),
                on_stop: RefCell::new(Box::new(|_| ())),
            }),
        };
        client.listen();
        Ok(client)
    }

    /// Sets the function to call when the worker stops with an error. By then a new worker exists,
    /// without any report.
    pub(crate) fn set_on_stop(&self, on_stop: impl Fn(String) + 'static) {
        *self.inner.on_stop.borrow_mut() = Box::new(on_stop);
    }

    /// Ends the session: there are no more answers, and the worker forgets the reports.
    pub(crate) fn close(&self) {
        self.inner.listeners.borrow_mut().clear();
        self.inner.calls.borrow_mut().clear();
        // The function refers to the state, and the state refers to the client.
        *self.inner.on_stop.borrow_mut() = Box::new(|_| ());
        self.inner.worker.borrow().terminate();
    }

    /// Sends a request; `on_answer` is called with each of its answers.
    pub(crate) fn ask<A: DeserializeOwned>(
        &self,
        request: &Request,
        blob: Option<&Blob>,
        mut on_answer: impl FnMut(A) + 'static,
    ) {
        let listener = move |answer: Vec<u8>| {
            if let Some(answer) = read(&answer) {
                on_answer(answer);
            }
        };
        self.send(request, blob, Box::new(listener));
    }

    /// Sends a request that has one answer.
    ///
    /// # Errors
    /// [`Stopped`] if no answer can come any more.
    pub(crate) async fn request<A: DeserializeOwned + 'static>(
        &self,
        request: &Request,
    ) -> Result<A, Stopped> {
        let (sender, answer) = oneshot::channel();
        let mut sender = Some(sender);
        self.ask(request, None, move |answer| {
            // If the view that asked is gone, so is its future.
            sender.take().map(|it| it.send(answer).ok());
        });
        answer.await.map_err(|_| Stopped)
    }

    #[inline(never)]
    fn send(&self, request: &Request, blob: Option<&Blob>, listener: Listener) {
        let call_id = {
            let mut next = self.inner.next_call_id.borrow_mut();
            *next = next.wrapping_add(1);
            *next
        };
        self.inner.calls.borrow_mut().push((call_id, listener));
        let blob = blob.map_or(JsValue::UNDEFINED, JsValue::from);
        let posted = encoded(request).and_then(|it| {
            self.inner.worker.borrow().post_message(&Array::of3(&call_id.into(), &it, &blob))
        });
        if let Err(error) = posted {
            browser::log_error(&format!("the page cannot ask: {}", browser::describe(&error)));
        }
    }

    fn listen(&self) {
        let inner = Rc::downgrade(&self.inner);
        let on_message = move |event: &Event| {
            let (Some(inner), Some(event)) = (inner.upgrade(), event.dyn_ref::<MessageEvent>())
            else {
                return;
            };
            *inner.n_stopped.borrow_mut() = 0;
            let message: Array = event.data().unchecked_into();
            if message.get(0).is_null() {
                let event = event.clone();
                return leptos::task::spawn_local(async move {
                    read_for_worker(&event, &message).await;
                });
            }
            let Some(call_id) = message.get(0).as_f64().map(|it| it as u32) else { return };
            let is_last = message.get(1).is_truthy();
            // Removed while it runs, because it may send another request.
            let call_idx = inner.calls.borrow().iter().position(|it| it.0 == call_id);
            if let Some(call_idx) = call_idx {
                let mut call = inner.calls.borrow_mut().swap_remove(call_idx);
                (call.1)(Uint8Array::new(&message.get(2)).to_vec());
                if !is_last {
                    inner.calls.borrow_mut().push(call);
                }
            }
        };
        let client = self.clone();
        let on_error = move |event: &Event| {
            let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
            client.stopped(message.unwrap_or_default());
        };
        let worker = self.inner.worker.borrow();
        *self.inner.listeners.borrow_mut() = vec![
            EventListener::new(&worker, "message", on_message),
            EventListener::new(&worker, "error", on_error),
        ];
    }

    /// Replaces the worker, which is of no use after an error.
    fn stopped(&self, message: String) {
        self.inner.worker.borrow().terminate();
        self.inner.calls.borrow_mut().clear();
        *self.inner.n_stopped.borrow_mut() += 1;
        // If none of them sent even one answer, another one would not either.
        if *self.inner.n_stopped.borrow() > MAX_STOPPED {
            return (self.inner.on_stop.borrow())(message);
        }
        match self.inner.open_session.call0(&JsValue::NULL) {
            Ok(worker) => {
                *self.inner.worker.borrow_mut() = worker.unchecked_into();
                let client = self.clone();
                // After this event, because `listen` drops the listener of this event.
                leptos::task::spawn_local(async move { client.listen() });
            }
            Err(error) => {
                browser::log_error(&format!("no new worker: {}", browser::describe(&error)))
            }
        }
        (self.inner.on_stop.borrow())(message);
    }
}

/// Reads an answer. Calls for the same type share this: inlined, each would contain its own reader.
#[inline(never)]
fn read<A: DeserializeOwned>(answer: &[u8]) -> Option<A> {
    let answer = postcard::from_bytes(answer);
    answer.map_err(|it| browser::log_error(&format!("the page got a bad answer: {it}"))).ok()
}
