//! The viewer in somebody else's page: what `web/element.js` can ask of it.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Function;
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos::tachys::view::any_view::AnyViewState;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, HtmlElement};

use crate::client::Client;
use crate::host::Host;
use crate::keyboard;
use crate::place::{Place, View};
use crate::state::{AppState, Load, OpenFile, Source};
use crate::theme::Theme;
use crate::viewer::{lone_switcher, shown_idx, viewer};

/// One viewer. Freed, it takes its content out of the page, and its reports out of the worker.
#[wasm_bindgen]
pub struct Viewer {
    state: AppState,
    client: Client,
    _mounted: UnmountHandle<AnyViewState>,
}

#[wasm_bindgen]
impl Viewer {
    /// Shows a viewer in `root`. `open_session` gives a port to a worker; `on_event` hears
    /// `("select", place)` where the reader goes, `("ready", reports)` when files have been read, and
    /// `("error", failure)` for each that cannot be.
    ///
    /// # Errors
    /// Where the browser refuses.
    #[wasm_bindgen(constructor)]
    pub fn new(
        root: HtmlElement,
        open_session: &Function,
        on_event: Function,
    ) -> Result<Viewer, JsValue> {
        crate::js::report_panics();
        let client = Client::new(open_session)?;
        root.set_inner_html("");
        let events = Events(on_event);
        let selected = events.clone();
        let on_place = Rc::new(move |place: &Place| selected.send("select", &Selected::of(place)));
        let host = Host::new(root.clone(), Some(on_place));
        let its_client = client.clone();
        // The state belongs to what is mounted, and goes with it.
        let made = Rc::new(Cell::new(None));
        let state = made.clone();
        let mounted = mount_to(root, move || {
            let it = AppState::new(its_client, host, RwSignal::new(Theme::Auto));
            made.set(Some(it));
            element(it, events)
        });
        let state = state.get().ok_or("the viewer did not start")?;
        Ok(Self { state, client, _mounted: mounted })
    }

    /// Reads one more file.
    pub fn open(&self, name: String, blob: Blob) {
        self.state.open(vec![Source { name, blob }]);
    }

    /// Shows why there is no file.
    pub fn refuse(&self, name: &str, message: &str, hint: &str) {
        self.state.refuse(name, message, hint);
    }

    /// Shows a view by its name; another name shows the first.
    pub fn show_view(&self, name: &str) {
        self.state.show_view(View::of_name(name));
    }

    /// The name of the view that is shown.
    pub fn view(&self) -> String {
        self.state.place().with_untracked(|it| it.view.as_str().to_owned())
    }

    /// Shows a report, counted from 0.
    pub fn show_report(&self, report_idx: usize) {
        self.state.show_report(report_idx);
    }

    /// Draws anew what is drawn by colour, or by size.
    pub fn redraw(&self) {
        self.state.theme().update(|_| ());
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.client.close();
    }
}

/// The function that hears what happens.
#[derive(Clone)]
struct Events(Function);

impl Events {
    fn send(&self, kind: &str, detail: &impl Serialize) {
        // What is told is plain, and who hears it reports its own errors.
        if let Ok(detail) = serde_wasm_bindgen::to_value(detail) {
            let _ = self.0.call2(&JsValue::NULL, &kind.into(), &detail);
        }
    }
}

/// What `qspect:select` tells.
#[derive(Serialize)]
struct Selected<'a> {
    /// Counted from 1.
    report: usize,
    view: &'a str,
    node: Option<&'a str>,
}

impl<'a> Selected<'a> {
    fn of(place: &'a Place) -> Self {
        let Place { report_idx, view, node, .. } = place;
        Self { report: report_idx + 1, view: view.as_str(), node: node.as_deref() }
    }
}

/// A report, as `qspect:ready` tells it.
#[derive(Serialize)]
struct Opened {
    file: String,
    title: String,
    model: Option<String>,
}

/// What `qspect:error` tells.
#[derive(Serialize)]
struct Failure {
    file: String,
    message: String,
    hint: Option<String>,
}

fn element(state: AppState, events: Events) -> AnyView {
    keyboard::listen(state, None);
    let report_idx = shown_idx(state);
    let reports = Memo::new(move |_| state.reports());
    let report = Memo::new(move |_| reports.with(|it| it.get(report_idx.get()).cloned()));
    let events = StoredValue::new_local(events);
    Effect::new(move |told: Option<usize>| {
        let told = told.unwrap_or_default();
        state.files().with(|files| {
            let is_reading = |it: &OpenFile| matches!(it.load, Load::Reading(_));
            if files.is_empty() || files.iter().any(is_reading) {
                return 0;
            }
            // Files that have been told of already, and are still there.
            for file in files.iter().skip(told) {
                if let Load::Failed(error) = &file.load {
                    let (message, hint) = (error.message.clone(), error.hint.clone());
                    let failure = Failure { file: error.file.clone(), message, hint };
                    events.with_value(|it| it.send("error", &failure));
                }
            }
            let reports = reports.with_untracked(|reports| {
                let opened = reports.iter().map(|it| Opened {
                    file: it.label.clone(),
                    title: it.summary.report_title.clone(),
                    model: it.summary.model.clone(),
                });
                opened.collect::<Vec<_>>()
            });
            if !reports.is_empty() && told < files.len() {
                events.with_value(|it| it.send("ready", &reports));
            }
            files.len()
        })
    });
    // Before there is a report the element shows what the page has put into it.
    let empty = || ().into_any();
    view! {
        {lone_switcher(state, reports, report_idx)}
        {viewer(state, report, empty)}
    }
    .into_any()
}
