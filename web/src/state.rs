//! The page's state. Only this module changes it.

mod address;
mod close_files;
mod dialog;
mod files;
mod requests;
mod restart;

use std::collections::BTreeMap;

use leptos::prelude::*;
use qspect_core::Level;
use qspect_core::diff::DiffList;
use qspect_core::fleet::FleetSort;
use qspect_core::view::{ColorBy, Column, NodeQuery};
use web_sys::KeyboardEvent;

use self::address::OpenLink;
pub(crate) use self::dialog::{Dialog, Offer};
use self::files::{Batch, KeptFile};
pub(crate) use self::files::{Download, Load, OpenFile, ReportHandle, Source};
use crate::host::{Host, Resized};
use crate::shortcut_setting;
use crate::theme::Colors;
use crate::url::{Place, View};
use crate::worker::BASE_ONLY;
use crate::worker::client::Client;

/// A handle on the page's state; copies share it.
#[derive(Clone, Copy)]
pub(crate) struct AppState {
    client: StoredValue<Client, LocalStorage>,
    host: StoredValue<Host, LocalStorage>,
    files: RwSignal<Vec<OpenFile>>,
    place: RwSignal<Place>,
    colors: Colors,
    next_file_id: StoredValue<usize>,
    /// The last drops to show, one for each side, until one of their reports is there.
    batches: StoredValue<Vec<Batch>>,
    /// How often the worker stopped without a file here to blame.
    innocent_stops: StoredValue<usize>,
    /// The files that have, or will have, reports, by id: they are read again if the worker stops.
    kept: StoredValue<BTreeMap<usize, KeptFile>, LocalStorage>,
    /// Files that are being fetched from an address.
    downloads: StoredValue<Vec<Download>, LocalStorage>,
    /// The links in the address, in its order, with the files that they opened.
    links: StoredValue<Vec<OpenLink>>,
    /// The files that the address names, while there is no report.
    wanted: RwSignal<Vec<String>>,
    /// The dialog that the reader opened.
    dialog: RwSignal<Option<Dialog>>,
    /// Reports from other pages that wait for the reader's consent.
    offers: RwSignal<Vec<Offer>>,
    has_shortcuts: RwSignal<bool>,
    /// The width of the node panel in pixels.
    panel_width: RwSignal<i32>,
}

/// The width of the node panel until the reader changes it: wide enough for a table of qspecs.
const PANEL_WIDTH: i32 = 520;

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
            has_shortcuts: shortcut_setting::kept(),
            panel_width: RwSignal::new(PANEL_WIDTH),
        };
        client.set_on_stop(move |message| state.worker_stopped(&message));
        state
    }

    // The state that views read.

    pub(crate) fn files(self) -> ReadSignal<Vec<OpenFile>> {
        self.files.read_only()
    }

    pub(crate) fn panel_width(self) -> RwSignal<i32> {
        self.panel_width
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

    /// The report that a head is compared with: the one before it, unless the reader chose another.
    /// The first report is compared with the second.
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

    // The reader's actions.

    pub(crate) fn show_report(self, report_idx: usize) {
        self.go(|place| {
            place.report_idx = report_idx;
            place.node = None;
            // The search text may suit another report, but its facets have other values.
            place.query.facets.clear();
        });
    }

    /// Shows the next or the previous report, and stops at the ends.
    pub(crate) fn step_report(self, step: isize) {
        let last = untrack(|| self.reports()).len().saturating_sub(1);
        let report_idx = self.place.with_untracked(|it| it.report_idx).min(last);
        let next = report_idx.saturating_add_signed(step).min(last);
        if next != report_idx {
            self.show_report(next);
        }
    }

    /// Shows one of many reports: its overview, or these nodes of it.
    pub(crate) fn show_one(self, report_idx: usize, query: Option<NodeQuery>) {
        self.go(|place| {
            let view = if query.is_some() { View::Nodes } else { View::Overview };
            let query = query.unwrap_or_default();
            let (fleet_sort, fleet_text) =
                (place.fleet_sort, std::mem::take(&mut place.fleet_text));
            *place = Place { report_idx, view, query, fleet_sort, fleet_text, ..Place::default() };
        });
    }

    /// Shows the changes from one report to another.
    pub(crate) fn compare(self, base_idx: usize, head_idx: usize) {
        self.go(|place| {
            place.view = View::Compare;
            place.base_idx = Some(base_idx);
            place.report_idx = head_idx;
            place.node = None;
            place.query.facets.clear();
        });
    }

    /// Compares two models, which the reader was asked about.
    pub(crate) fn compare_models(self) {
        self.move_to(|place| place.is_across_models = true);
    }

    /// Lists one kind of change, or all kinds.
    pub(crate) fn show_list(self, list: Option<DiffList>) {
        self.move_to(|place| place.list = list);
    }

    pub(crate) fn sort_fleet(self, sort: Option<(FleetSort, bool)>) {
        self.move_to(|place| place.fleet_sort = sort);
    }

    /// Compares Fleet with the set of this name; with none if the name is empty.
    pub(crate) fn set_fleet_base(self, name: String) {
        self.move_to(|place| place.fleet_base = Some(name));
    }

    pub(crate) fn search_fleet(self, text: String) {
        self.move_to(|place| place.fleet_text = text);
    }

    pub(crate) fn show_view(self, view: View) {
        let n_reports = untrack(|| self.reports()).len();
        self.go(|place| {
            place.view = view;
            // Only a comparison has nodes of a base.
            place.node.take_if(|it| it.starts_with(BASE_ONLY));
            // Of two reports that were opened together, the first is the base and the second the
            // head.
            if view == View::Compare && place.base_idx.is_none() && n_reports > 1 {
                place.report_idx = place.report_idx.max(1);
                place.base_idx = Some(place.report_idx - 1);
            }
        });
    }

    /// Shows a module and its contents.
    pub(crate) fn show_module(self, path: String) {
        self.go(|place| place.module = path);
    }

    /// Shows the nodes that a query finds.
    pub(crate) fn show_nodes(self, query: NodeQuery) {
        self.go(|place| {
            place.view = View::Nodes;
            place.query = query;
            place.group_by = None;
            place.node = None;
        });
    }

    /// Shows all nodes with one of them open, in one step for "back".
    pub(crate) fn show_among_all(self, node: String) {
        self.go(|place| {
            place.view = View::Nodes;
            place.query = NodeQuery::default();
            place.group_by = None;
            place.node = Some(node);
        });
    }

    /// Shows a node's details. Opening them is a step for "back"; going on to another node is not.
    pub(crate) fn show_node(self, node: Option<String>) {
        let is_opened = node.is_some() && self.place.with_untracked(|it| it.node.is_none());
        self.move_to_with(|place| place.node = node, is_opened);
    }

    pub(crate) fn set_query(self, change: impl FnOnce(&mut NodeQuery)) {
        self.move_to(|place| change(&mut place.query));
    }

    pub(crate) fn color_by(self, by: ColorBy) {
        self.move_to(|place| place.color_by = by);
    }

    /// Groups the nodes by a column, or lists them one by one.
    pub(crate) fn group_by(self, column: Option<Column>) {
        self.go(|place| {
            place.group_by = column;
            place.node = None;
        });
    }

    pub(crate) fn set_width(self, column: Column, width: i32) {
        self.move_to(|place| match place.widths.iter_mut().find(|it| it.0 == column) {
            Some(known) => known.1 = width,
            None => place.widths.push((column, width)),
        });
    }

    pub(crate) fn set_level(self, level: Level) {
        self.move_to(|place| place.level = Some(level));
    }

    /// Changes the place as a step that "back" takes back.
    fn go(self, change: impl FnOnce(&mut Place)) {
        self.move_to_with(change, true);
    }

    /// Changes the place without a step for "back".
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

    // The surroundings of the viewer.

    pub(crate) fn focus(self, selector: &str) {
        self.host.with_value(|it| it.focus(selector));
    }

    /// Focuses the element when the view is shown, unless the reader moves the focus first.
    pub(crate) fn focus_next(self, selector: &'static str) {
        self.host.with_value(|it| it.focus_next(selector));
    }

    /// Focuses the element if the one that had the focus is gone.
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

    /// The colours of the viewer's style.
    pub(crate) fn colors(self) -> Colors {
        self.colors
    }

    pub(crate) fn resized(self) -> Resized {
        self.host.with_value(Host::resized)
    }

    /// Calls `on_key` with the keys for the viewer, for as long as its owner exists.
    ///
    /// While a dialog is open, no key reaches the view behind it. A character is a shortcut only if
    /// the reader has not turned shortcuts off.
    pub(crate) fn listen_keys(self, on_key: impl Fn(&KeyboardEvent) + 'static) {
        let filtered = move |event: &KeyboardEvent| {
            let is_free = untrack(|| self.dialog()).is_none_or(|it| it.is_closed_by(&event.key()));
            let is_on = self.has_shortcuts.get_untracked() || !shortcut_setting::is_one(event);
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
