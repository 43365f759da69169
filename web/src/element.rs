//! The viewer in another page: the interface that `web/js/element.js` uses.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Function;
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos::tachys::view::any_view::AnyViewState;
use qspect_core::ParseError;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, HtmlElement};

use crate::browser;
use crate::host::Host;
use crate::keyboard;
use crate::state::{AppState, Load, OpenFile, ReportHandle, Source};
use crate::url::{Place, View};
use crate::viewer::{LoneSwitcher, shown_idx, viewer};
use crate::worker::client::Client;

/// One viewer. Freeing it removes its content from the page and its reports from the worker.
#[wasm_bindgen]
pub struct Viewer {
    state: AppState,
    client: Client,
    announced: Rc<Announced>,
    _mounted: UnmountHandle<AnyViewState>,
}

#[wasm_bindgen]
impl Viewer {
    /// Shows a viewer in `root`. `open_session` returns a port to a worker. `on_event` is called
    /// with `("select", place)` when the reader moves, with `("ready", reports)` when files have
    /// been read, and with `("error", failure)` for each file that cannot be read.
    ///
    /// # Errors
    /// If the browser refuses.
    #[wasm_bindgen(constructor)]
    pub fn new(
        root: HtmlElement,
        open_session: &Function,
        on_event: Function,
    ) -> Result<Viewer, JsValue> {
        crate::report_panics();
        let client = Client::new(open_session)?;
        root.set_inner_html("");
        let events = Events(on_event);
        let announced = Rc::new(Announced::new(events.clone()));
        let hears = announced.clone();
        let host = Host::new(root.clone(), Some(Rc::new(move |place| hears.went(place))));
        let its_client = client.clone();
        let (its_announced, its_root) = (announced.clone(), root.clone());
        // The state belongs to the mounted view, and is dropped with it.
        let made = Rc::new(Cell::new(None));
        let state = made.clone();
        let mounted = mount_to(root, move || {
            let it = AppState::new(its_client, host);
            made.set(Some(it));
            element(it, events, its_announced, its_root)
        });
        let state = state.get().ok_or("the viewer did not start")?;
        Ok(Self { state, client, announced, _mounted: mounted })
    }

    /// Reads one more file.
    pub fn open(&self, name: String, blob: Blob) {
        self.state.open(vec![Source { name, blob }]);
    }

    /// Shows an error in place of a file.
    pub fn refuse(&self, name: &str, message: &str, hint: &str) {
        self.state.refuse(name, message, hint);
    }

    /// Shows a view by its name; an unknown name shows the first view.
    pub fn show_view(&self, name: &str) {
        let view = View::of_name(name);
        let view = if self.state.views().contains(&view) { view } else { View::default() };
        self.announced.quietly(|| self.state.show_view(view));
    }

    /// The name of the view that is shown.
    pub fn view(&self) -> String {
        self.state.place().with_untracked(|it| it.view.as_str().to_owned())
    }

    /// Shows a report as soon as it is read: by its number, counted from 1, or by its model's name.
    /// Any other value shows the first report.
    pub fn show_report(&self, which: String) {
        self.announced.which.set(Some(which));
    }

    /// Redraws the canvases in the colours that the style has now.
    pub fn redraw(&self) {
        self.state.colors().notify();
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.client.close();
    }
}

/// The function that receives the events.
#[derive(Clone)]
struct Events(Function);

impl Events {
    fn send(&self, kind: &str, detail: &impl Serialize) {
        match serde_wasm_bindgen::to_value(detail) {
            // A listener reports its own errors.
            Ok(detail) => drop(self.0.call2(&JsValue::NULL, &kind.into(), &detail)),
            Err(error) => browser::log_error(&format!("no event {kind}: {error}")),
        }
    }
}

/// The requests of the page, and the selection that was last reported to it.
struct Announced {
    events: Events,
    /// The report that the page asks for, until it is shown. This exists before the mounted view.
    which: ArcRwSignal<Option<String>>,
    /// Whether the page moves the viewer now, and not its reader.
    is_page: Cell<bool>,
    selected: RefCell<Selected>,
}

impl Announced {
    fn new(events: Events) -> Self {
        Self {
            events,
            which: ArcRwSignal::new(None),
            is_page: Cell::new(false),
            selected: RefCell::default(),
        }
    }

    fn quietly(&self, move_viewer: impl FnOnce()) {
        self.is_page.set(true);
        move_viewer();
        self.is_page.set(false);
    }

    /// Reports a new selection. A place can also change in other ways, such as another search text.
    fn went(&self, place: &Place) {
        let selected = Selected::of(place);
        let is_new = *self.selected.borrow() != selected;
        if is_new && !self.is_page.get() {
            // From here on the reader decides, even if the report that the page asked for is still
            // to come.
            self.which.set(None);
            self.events.send("select", &selected);
        }
        *self.selected.borrow_mut() = selected;
    }
}

/// The detail of `qspect:select`; npm/qspect.d.ts has the same types.
#[derive(Default, PartialEq, Serialize)]
struct Selected {
    /// Counted from 1.
    report: usize,
    view: &'static str,
    node: Option<String>,
}

impl Selected {
    fn of(place: &Place) -> Self {
        let Place { report_idx, view, node, .. } = place;
        Self { report: report_idx + 1, view: view.as_str(), node: node.clone() }
    }
}

/// One report in the detail of `qspect:ready`.
#[derive(Serialize)]
struct OpenedReport {
    file: String,
    title: String,
    model: Option<String>,
}

impl OpenedReport {
    fn of(report: &ReportHandle) -> Self {
        let ReportHandle { label, summary, .. } = report;
        Self {
            file: label.clone(),
            title: summary.report_title.as_str().to_owned(),
            model: summary.model.clone(),
        }
    }
}

/// The detail of `qspect:error`.
#[derive(Serialize)]
struct Failure<'a> {
    file: &'a str,
    message: &'a str,
    hint: Option<&'a str>,
}

impl<'a> Failure<'a> {
    fn of(error: &'a ParseError) -> Self {
        let ParseError { file, message, hint, .. } = error;
        Self { file, message, hint: hint.as_deref() }
    }
}

fn element(
    state: AppState,
    events: Events,
    announced: Rc<Announced>,
    root: HtmlElement,
) -> AnyView {
    keyboard::listen(state);
    let report_idx = shown_idx(state);
    let reports = Memo::new(move |_| state.reports());
    let report = Memo::new(move |_| reports.with(|it| it.get(report_idx.get()).cloned()));
    // Without a report the page's own content is visible.
    Effect::new(move |_| {
        // This fails only for an invalid name.
        let _ = root.toggle_attribute_with_force("data-empty", reports.with(Vec::is_empty));
    });
    let is_reading = Memo::new(move |_| {
        let is_reading = |it: &OpenFile| matches!(it.load, Load::Reading(_));
        state.files().with(|files| files.is_empty() || files.iter().any(is_reading))
    });
    Effect::new(move |_| {
        let Some(which) = announced.which.get() else { return };
        let found = reports.with(|reports| match which.parse::<usize>() {
            Ok(number) => Some(number.saturating_sub(1)),
            Err(_) => reports
                .iter()
                .position(|it| it.summary.model.as_deref() == Some(&which) || it.label == which),
        });
        let report_idx = found.unwrap_or_default();
        if state.place().with_untracked(|it| it.report_idx) != report_idx {
            announced.quietly(|| state.show_report(report_idx));
        }
        // A report that is read later may come before this one.
        if !is_reading.get() {
            announced.which.set(None);
        }
    });
    Effect::new(move |known: Option<Vec<(usize, bool)>>| {
        let mut known = known.unwrap_or_default();
        if is_reading.get() {
            // A file that is read again becomes ready again.
            known.retain(|it| it.1);
            return known;
        }
        state.files().with(|files| {
            let mut is_ready = false;
            let announced = files.iter().map(|file| {
                let failed = match &file.load {
                    Load::Failed(error) => Some(error),
                    _ => None,
                };
                let announced = (file.file_id, failed.is_some());
                match failed {
                    _ if known.contains(&announced) => {}
                    Some(error) => events.send("error", &Failure::of(error)),
                    None => is_ready = true,
                }
                announced
            });
            let announced = announced.collect();
            if is_ready {
                let reports = reports
                    .with_untracked(|it| it.iter().map(OpenedReport::of).collect::<Vec<_>>());
                events.send("ready", &reports);
            }
            announced
        })
    });
    // Until there is a report, the element shows the content that the page has put into it.
    let empty = || ().into_any();
    view! {
        <LoneSwitcher state reports selected=report_idx is_closable=false />
        {viewer(state, report, empty)}
    }
    .into_any()
}
