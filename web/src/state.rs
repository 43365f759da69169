//! What the page knows, and the only place that changes it.

mod address;
mod closing;
mod dialog;
mod files;
mod requests;
mod restart;

use std::collections::BTreeMap;

use leptos::prelude::*;
use qspect_core::Level;
use qspect_core::diff::DiffList;
use qspect_core::fleet::FleetSort;
use qspect_core::view::NodeQuery;
use web_sys::KeyboardEvent;

use self::address::OpenLink;
pub(crate) use self::dialog::{Dialog, Offer};
use self::files::{Batch, KeptFile};
pub(crate) use self::files::{Download, Load, OpenFile, ReportHandle, Source};
use crate::host::{Host, Resized};
use crate::shortcuts;
use crate::theme::Colors;
use crate::url::{Place, View};
use crate::worker::client::Client;

/// A handle on the page's state; copies are the same state.
#[derive(Clone, Copy)]
pub(crate) struct AppState {
    client: StoredValue<Client, LocalStorage>,
    host: StoredValue<Host, LocalStorage>,
    files: RwSignal<Vec<OpenFile>>,
    place: RwSignal<Place>,
    colors: Colors,
    next_file_id: StoredValue<usize>,
    /// The last drops that were to be shown, one for each side, as long as no report of them is there.
    batches: StoredValue<Vec<Batch>>,
    /// How often the worker stopped, and no file here was to blame.
    innocent_stops: StoredValue<usize>,
    /// The files of which there are reports, or will be, by their ids: they are read again if the worker stops.
    kept: StoredValue<BTreeMap<usize, KeptFile>, LocalStorage>,
    /// Files that are on their way from an address.
    downloads: StoredValue<Vec<Download>, LocalStorage>,
    /// The links in the address, in its order, with the files that they opened.
    links: StoredValue<Vec<OpenLink>>,
    /// The files that the address names, as long as there is no report.
    wanted: RwSignal<Vec<String>>,
    /// The dialog that the reader opened.
    dialog: RwSignal<Option<Dialog>>,
    /// Reports of other pages that wait for the reader's consent.
    offers: RwSignal<Vec<Offer>>,
    has_shortcuts: RwSignal<bool>,
}

impl AppState {
    pub(crate) fn new(client: Client, host: Host) -> Self {
        let state = Self {
            client: StoredValue::new_local(client.clone()),
            files: RwSignal::new(Vec::new()),
            place: RwSignal::new(host.place()),
            wanted: RwSignal::new(host.files()),
            host: StoredValue::new_local(host),
            colors: Colors::new(),
            next_file_id: StoredValue::new(0),
            batches: StoredValue::new(Vec::new()),
            innocent_stops: StoredValue::new(0),
            kept: StoredValue::new_local(BTreeMap::new()),
            downloads: StoredValue::new_local(Vec::new()),
            links: StoredValue::new(Vec::new()),
            dialog: RwSignal::new(None),
            offers: RwSignal::new(Vec::new()),
            has_shortcuts: shortcuts::kept(),
        };
        client.set_on_stop(move |message| state.worker_stopped(&message));
        state
    }

    // What there is.

    pub(crate) fn files(self) -> ReadSignal<Vec<OpenFile>> {
        self.files.read_only()
    }

    pub(crate) fn place(self) -> ReadSignal<Place> {
        self.place.read_only()
    }

    /// All reports, in the order of their files.
    pub(crate) fn reports(self) -> Vec<ReportHandle> {
        self.files.with(|files| {
            let ready = files.iter().filter_map(|it| match &it.load {
                Load::Ready { reports, .. } => Some(reports),
                Load::Reading(_) | Load::Failed(_) => None,
            });
            ready.flatten().cloned().collect()
        })
    }

    /// Which report a head is compared with: the one before it, unless the reader chose another; of the
    /// first one the second.
    pub(crate) fn base_idx(self, head_idx: usize) -> usize {
        let n_reports = self.reports().len();
        let chosen = self.place().with(|it| it.base_idx);
        chosen.filter(|it| *it < n_reports).unwrap_or(match head_idx {
            0 => 1,
            _ => head_idx - 1,
        })
    }

    /// The report that a head is compared with, if there is one.
    pub(crate) fn base_of(self, head_id: usize) -> Option<ReportHandle> {
        let reports = self.reports();
        let head_idx = reports.iter().position(|it| it.report_id == head_id)?;
        reports.get(self.base_idx(head_idx)).cloned()
    }

    // What the reader does.

    pub(crate) fn show_report(self, report_idx: usize) {
        self.go(|place| {
            place.report_idx = report_idx;
            place.node = None;
            // Other words may be looked for in another report, but it has other values.
            place.query.facets.clear();
        });
    }

    /// Shows the next report, or the one before; at the ends it stays.
    pub(crate) fn step_report(self, step: isize) {
        let last = untrack(|| self.reports()).len().saturating_sub(1);
        let report_idx = self.place.with_untracked(|it| it.report_idx).min(last);
        let next = report_idx.saturating_add_signed(step).min(last);
        if next != report_idx {
            self.show_report(next);
        }
    }

    /// Shows one of many reports: what it comes to, or these nodes of it.
    pub(crate) fn show_one(self, report_idx: usize, query: Option<NodeQuery>) {
        self.go(|place| {
            let view = if query.is_some() { View::Nodes } else { View::Overview };
            let query = query.unwrap_or_default();
            let fleet_sort = place.fleet_sort;
            *place = Place { report_idx, view, query, fleet_sort, ..Place::default() };
        });
    }

    /// Shows what changed from one report to another.
    pub(crate) fn compare(self, base_idx: usize, head_idx: usize) {
        self.go(|place| {
            place.view = View::Compare;
            place.base_idx = Some(base_idx);
            place.report_idx = head_idx;
            place.node = None;
            place.query.facets.clear();
        });
    }

    /// Lists one kind of change, or all.
    pub(crate) fn show_list(self, list: Option<DiffList>) {
        self.move_to(|place| place.list = list);
    }

    pub(crate) fn sort_fleet(self, sort: Option<(FleetSort, bool)>) {
        self.move_to(|place| place.fleet_sort = sort);
    }

    pub(crate) fn show_view(self, view: View) {
        let n_reports = untrack(|| self.reports()).len();
        self.go(|place| {
            place.view = view;
            // Of two that were opened together the first is what was, the second what is.
            if view == View::Compare && place.base_idx.is_none() && n_reports > 1 {
                place.report_idx = place.report_idx.max(1);
                place.base_idx = Some(place.report_idx - 1);
            }
        });
    }

    /// Shows a module and what is in it.
    pub(crate) fn show_module(self, path: String) {
        self.go(|place| place.module = path);
    }

    /// Shows the nodes that have these in common.
    pub(crate) fn show_nodes(self, query: NodeQuery) {
        self.go(|place| {
            place.view = View::Nodes;
            place.query = query;
            place.node = None;
        });
    }

    /// Shows all nodes, and one of them open: one step for "back".
    pub(crate) fn show_among_all(self, node: String) {
        self.go(|place| {
            place.view = View::Nodes;
            place.query = NodeQuery::default();
            place.node = Some(node);
        });
    }

    /// Opening a node is a step that "back" takes back; going on to another is none.
    pub(crate) fn show_node(self, node: Option<String>) {
        let is_opened = node.is_some() && self.place.with_untracked(|it| it.node.is_none());
        self.move_to_with(|place| place.node = node, is_opened);
    }

    pub(crate) fn set_query(self, change: impl FnOnce(&mut NodeQuery)) {
        self.move_to(|place| change(&mut place.query));
    }

    pub(crate) fn set_level(self, level: Level) {
        self.move_to(|place| place.level = Some(level));
    }

    /// A step that "back" takes back.
    fn go(self, change: impl FnOnce(&mut Place)) {
        self.move_to_with(change, true);
    }

    /// A step too small for that.
    fn move_to(self, change: impl FnOnce(&mut Place)) {
        self.move_to_with(change, false);
    }

    fn move_to_with(self, change: impl FnOnce(&mut Place), is_step: bool) {
        let mut place = self.place.get_untracked();
        change(&mut place);
        if place == self.place.get_untracked() {
            return;
        }
        self.place.set(place);
        self.write_address(is_step);
    }

    // What is around.

    pub(crate) fn focus(self, selector: &str) {
        self.host.with_value(|it| it.focus(selector));
    }

    /// Puts the focus there when the view is shown, unless the reader moves it before.
    pub(crate) fn focus_next(self, selector: &'static str) {
        self.host.with_value(|it| it.focus_next(selector));
    }

    /// Puts the focus there if what had it is gone.
    pub(crate) fn catch_focus(self, selector: &'static str) {
        self.host.with_value(|it| it.catch_focus(selector));
    }

    pub(crate) fn click(self, selector: &str) {
        self.host.with_value(|it| it.click(selector));
    }

    pub(crate) fn is_page(self) -> bool {
        self.host.with_value(Host::is_page)
    }

    /// The views that have a tab here.
    pub(crate) fn views(self) -> &'static [View] {
        if self.is_page() { &View::ALL } else { &View::OF_ONE_REPORT }
    }

    pub(crate) fn is_wide(self) -> bool {
        self.host.with_value(Host::is_wide)
    }

    /// The colours that the viewer's style has.
    pub(crate) fn colors(self) -> Colors {
        self.colors
    }

    pub(crate) fn resized(self) -> Resized {
        self.host.with_value(Host::resized)
    }

    /// Calls `on_key` with the keys that mean the viewer, for as long as its owner is there.
    ///
    /// With a dialog open no key means what is behind it. A character is a key of its own only where the
    /// reader has not turned that off.
    pub(crate) fn listen_keys(self, on_key: impl Fn(&KeyboardEvent) + 'static) {
        let filtered = move |event: &KeyboardEvent| {
            let is_free = untrack(|| self.dialog()).is_none_or(|it| it.is_closed_by(&event.key()));
            let is_on = self.has_shortcuts.get_untracked() || !shortcuts::is_one(event);
            if is_free && is_on {
                on_key(event);
            }
        };
        StoredValue::new_local(self.host.with_value(|it| it.on_key(filtered)));
    }

    /// Whether single characters are shortcuts.
    pub(crate) fn has_shortcuts(self) -> RwSignal<bool> {
        self.has_shortcuts
    }
}
