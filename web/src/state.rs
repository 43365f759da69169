//! What the page knows, and the only place that changes it.

use std::ops::Range;
use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::fleet::FleetSort;
use qspect_core::{DiffList, FleetRow, Level, NodeQuery, ParseError, Summary, Warning};
use web_sys::Blob;

use crate::client::Client;
use crate::files::Source;
use crate::js;
use crate::place::{Place, View};
use crate::theme::Theme;
use crate::worker::{
    DiffAnswer, DiffRowsAnswer, ModulesAnswer, NodeAnswer, OpenAnswer, OpenedFile, OpenedReport,
    ReasonsAnswer, Request, RowsAnswer, TextAnswer,
};

/// A handle on the page's state; copies are the same state.
#[derive(Clone, Copy)]
pub(crate) struct AppState {
    client: StoredValue<Client, LocalStorage>,
    files: RwSignal<Vec<OpenFile>>,
    place: RwSignal<Place>,
    theme: RwSignal<Theme>,
    next_file_id: StoredValue<usize>,
    /// The last drops that were to be shown, one for each side, as long as no report of them is there.
    batches: StoredValue<Vec<Batch>>,
    /// The files themselves, with their ids and names: they are read again if the worker stops.
    blobs: StoredValue<Vec<(usize, String, Blob)>, LocalStorage>,
}

/// Files that came together. The first report among them is shown, or becomes the base.
#[derive(Clone)]
struct Batch {
    file_ids: Range<usize>,
    is_base: bool,
}

/// A file that was opened, in the order of opening.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OpenFile {
    pub(crate) file_id: usize,
    /// The file that it came in: the archive, of an entry.
    pub(crate) source_id: usize,
    pub(crate) name: String,
    pub(crate) load: Load,
}

/// How a file fares.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Load {
    /// How much of it has been read, from 0 to 1; parsing begins at 1.
    Reading(f64),
    Ready {
        reports: Vec<ReportHandle>,
        warnings: Vec<Warning>,
    },
    Failed(ParseError),
}

/// A report that the worker keeps.
#[derive(Clone, Debug)]
pub(crate) struct ReportHandle {
    pub(crate) report_id: usize,
    /// The file's name, with the report's place if the file has several.
    pub(crate) label: String,
    pub(crate) summary: Arc<Summary>,
    /// It as one of many.
    pub(crate) row: Arc<FleetRow>,
}

/// A report never changes once it is read.
impl PartialEq for ReportHandle {
    fn eq(&self, other: &Self) -> bool {
        self.report_id == other.report_id && Arc::ptr_eq(&self.summary, &other.summary)
    }
}

impl AppState {
    pub(crate) fn new(client: Client, theme: RwSignal<Theme>) -> Self {
        let fragment = js::window().and_then(|it| it.location().hash().ok()).unwrap_or_default();
        let state = Self {
            client: StoredValue::new_local(client.clone()),
            files: RwSignal::new(Vec::new()),
            place: RwSignal::new(Place::from_fragment(&fragment)),
            theme,
            next_file_id: StoredValue::new(0),
            batches: StoredValue::new(Vec::new()),
            blobs: StoredValue::new_local(Vec::new()),
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

    // What the reader does.

    /// What colours depend on.
    pub(crate) fn theme(self) -> RwSignal<Theme> {
        self.theme
    }

    /// Reads files. The first report among them is shown.
    pub(crate) fn open(self, sources: Vec<Source>) {
        self.open_as(sources, false);
    }

    /// Whether the left half of the page takes files as the base, and the right one as the head.
    pub(crate) fn splits_drops(self) -> bool {
        self.place.with(|it| it.view == View::Compare) && !self.reports().is_empty()
    }

    /// Reads files. The first report among them is shown, or becomes the base.
    pub(crate) fn open_as(self, sources: Vec<Source>, is_base: bool) {
        if sources.is_empty() {
            return;
        }
        // As long as there is none, the address says which report is shown.
        let has_reports = !untrack(|| self.reports()).is_empty();
        let first = self.next_file_id.get_value();
        self.batches.update_value(|drops| {
            drops.retain(|it| it.is_base != is_base);
            if has_reports {
                drops.push(Batch { file_ids: first..first + sources.len(), is_base });
            }
        });
        // All of them at once: a folder may have thousands.
        let opened = sources.into_iter().map(|Source { name, blob }| {
            let file_id = self.take_file_id();
            (OpenFile { file_id, source_id: file_id, name, load: Load::Reading(0.0) }, blob)
        });
        let (files, blobs): (Vec<OpenFile>, Vec<Blob>) = opened.unzip();
        self.files.update(|it| it.extend(files.iter().cloned()));
        for (OpenFile { file_id, name, .. }, blob) in files.into_iter().zip(blobs) {
            self.read(file_id, name.clone(), &blob);
            self.blobs.update_value(|it| it.push((file_id, name, blob)));
        }
    }

    fn take_file_id(self) -> usize {
        let file_id = self.next_file_id.get_value();
        self.next_file_id.set_value(file_id + 1);
        file_id
    }

    fn read(self, file_id: usize, name: String, blob: &Blob) {
        let modified = js::modified(blob);
        let request = Request::Open { name: name.clone(), modified };
        self.client.with_value(|client| {
            client.ask(&request, Some(blob), move |answer| {
                match answer {
                    OpenAnswer::Reading(share) => self.files.update(|files| {
                        if let Some(file) = files.iter_mut().find(|it| it.file_id == file_id) {
                            file.load = Load::Reading(share);
                        }
                    }),
                    OpenAnswer::Files(opened) => self.loaded(file_id, &name, opened),
                    // An archive has become the files in it.
                    OpenAnswer::Done => self.files.update(|files| {
                        let is_reading = |it: &OpenFile| matches!(it.load, Load::Reading(_));
                        files.retain(|it| it.file_id != file_id || !is_reading(it));
                    }),
                }
            });
        });
    }

    /// Takes in what has been read of a file: itself, or entries of the archive that it is.
    fn loaded(self, source_id: usize, source: &str, opened: Vec<OpenedFile>) {
        let mut first_report = None;
        let entries = opened.into_iter().map(|OpenedFile { name, content, parse_ms }| {
            js::measure(&format!("qspect parse {name}"), parse_ms);
            let is_entry = name.strip_prefix(source).is_some_and(|it| it.starts_with('/'));
            let (file_id, name) = match is_entry {
                true => (self.take_file_id(), name),
                false => (source_id, source.to_owned()),
            };
            let load = match content {
                Ok((reports, warnings)) => {
                    first_report = first_report.or(reports.first().map(|it| it.report_id));
                    Load::Ready { reports: handles(&name, reports), warnings }
                }
                Err(error) => Load::Failed(error),
            };
            OpenFile { file_id, source_id, name, load }
        });
        let entries: Vec<OpenFile> = entries.collect();
        self.files.update(|files| {
            let Some(own) = files.iter().position(|it| it.file_id == source_id) else { return };
            for entry in entries {
                if entry.file_id == source_id {
                    files[own].load = entry.load;
                    continue;
                }
                // Behind the others of its archive, so that no report changes its place for another's.
                let n_before = files[own..].iter().take_while(|it| it.source_id == source_id);
                let at = own + n_before.count();
                files.insert(at, entry);
            }
        });
        let Some(first_report) = first_report else { return };
        let drops = self.batches.get_value();
        let Some(at) = drops.iter().position(|it| it.file_ids.contains(&source_id)) else { return };
        self.batches.update_value(|it| {
            it.remove(at);
        });
        let reports = untrack(|| self.reports());
        let report_idx = reports.iter().position(|it| it.report_id == first_report);
        let report_idx = report_idx.unwrap_or_default();
        match drops[at].is_base {
            true => self.go(|place| place.base_idx = Some(report_idx)),
            false => self.show_report(report_idx),
        }
    }

    /// Takes a file's error or note away.
    pub(crate) fn dismiss(self, file_id: usize) {
        self.files.update(|files| {
            files.retain_mut(|file| {
                if let Load::Ready { warnings, .. } = &mut file.load
                    && file.file_id == file_id
                {
                    warnings.clear();
                }
                file.file_id != file_id || matches!(file.load, Load::Ready { .. })
            });
        });
    }

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
        self.go(|place| place.view = view);
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
        js::set_fragment(&place.to_fragment(), is_step);
        self.place.set(place);
    }

    /// The address changed: back, forward, or a link.
    pub(crate) fn follow_address(self) {
        let Some(Ok(fragment)) = js::window().map(|it| it.location().hash()) else { return };
        let place = Place::from_fragment(&fragment);
        if place != self.place.get_untracked() {
            self.place.set(place);
        }
    }

    // What the worker answers.

    pub(crate) fn ask_rows(
        self,
        report_id: usize,
        query: NodeQuery,
        start: usize,
        len: usize,
        on_answer: impl FnMut(RowsAnswer) + 'static,
    ) {
        let request = Request::Rows { report_id, query, start, len };
        self.client.with_value(|it| it.ask(&request, None, on_answer));
    }

    pub(crate) fn ask_node(
        self,
        report_id: usize,
        name: String,
        query: NodeQuery,
        on_answer: impl FnMut(Option<NodeAnswer>) + 'static,
    ) {
        let request = Request::Node { report_id, name, query };
        self.client.with_value(|it| it.ask(&request, None, on_answer));
    }

    pub(crate) fn ask_modules(
        self,
        report_id: usize,
        on_answer: impl FnMut(ModulesAnswer) + 'static,
    ) {
        let request = Request::Modules { report_id };
        self.client.with_value(|it| it.ask(&request, None, on_answer));
    }

    pub(crate) fn ask_reasons(self, on_answer: impl FnMut(ReasonsAnswer) + 'static) {
        self.client.with_value(|it| it.ask(&Request::Reasons, None, on_answer));
    }

    pub(crate) fn ask_diff(
        self,
        base_id: usize,
        head_id: usize,
        on_answer: impl FnMut(Option<DiffAnswer>) + 'static,
    ) {
        let request = Request::Diff { base_id, head_id };
        self.client.with_value(|it| it.ask(&request, None, on_answer));
    }

    pub(crate) fn ask_diff_rows(
        self,
        base_id: usize,
        head_id: usize,
        list: Option<DiffList>,
        start: usize,
        len: usize,
        on_answer: impl FnMut(DiffRowsAnswer) + 'static,
    ) {
        let request = Request::DiffRows { base_id, head_id, list, start, len };
        self.client.with_value(|it| it.ask(&request, None, on_answer));
    }

    pub(crate) fn ask_text(
        self,
        report_id: usize,
        level: Level,
        start: usize,
        len: usize,
        on_answer: impl FnMut(TextAnswer) + 'static,
    ) {
        let request = Request::Text { report_id, level, start, len };
        self.client.with_value(|it| it.ask(&request, None, on_answer));
    }

    pub(crate) fn ask_whole_text(
        self,
        report_id: usize,
        level: Level,
        on_answer: impl FnMut(String) + 'static,
    ) {
        let request = Request::WholeText { report_id, level };
        self.client.with_value(|it| it.ask(&request, None, on_answer));
    }

    fn archive_name(self, source_id: usize) -> String {
        self.blobs.with_value(|blobs| {
            let archive = blobs.iter().find(|it| it.0 == source_id);
            archive.map(|it| it.1.clone()).unwrap_or_default()
        })
    }

    /// The reports went with the worker that kept them. The file that it was reading is to blame;
    /// the others are read again. If it was reading none, reading again would not help.
    fn worker_stopped(self, message: &str) {
        let is_reading = |it: &OpenFile| matches!(it.load, Load::Reading(_));
        let mut read_again = Vec::new();
        self.files.update(|files| {
            let to_blame = files.iter().find(|it| is_reading(it)).map(|it| it.file_id);
            // An archive is read again as a whole, and stands where its first entry stood.
            let is_entry = |it: &OpenFile| it.file_id != it.source_id;
            let mut whole: Vec<OpenFile> = Vec::new();
            for mut file in files.drain(..) {
                if is_entry(&file) {
                    let known = whole.iter_mut().find(|it| it.file_id == file.source_id);
                    if let Some(archive) = known {
                        archive.load = Load::Reading(0.0);
                        continue;
                    }
                    file.file_id = file.source_id;
                    file.name = self.archive_name(file.source_id);
                    file.load = Load::Reading(0.0);
                }
                whole.push(file);
            }
            *files = whole;
            for file in files.iter_mut().filter(|it| !matches!(it.load, Load::Failed(_))) {
                if to_blame.is_some_and(|it| it != file.file_id) {
                    file.load = Load::Reading(0.0);
                    read_again.push((file.file_id, file.name.clone()));
                    continue;
                }
                file.load = Load::Failed(ParseError {
                    file: file.name.clone(),
                    position: None,
                    path: None,
                    message: format!("the reader stopped: {message}"),
                    hint: Some("open the file again; a very large one may not fit".to_owned()),
                });
            }
        });
        for (file_id, name) in read_again {
            let blob = self
                .blobs
                .with_value(|blobs| blobs.iter().find(|it| it.0 == file_id).map(|it| it.2.clone()));
            if let Some(blob) = blob {
                self.read(file_id, name, &blob);
            }
        }
    }
}

fn handles(name: &str, reports: Vec<OpenedReport>) -> Vec<ReportHandle> {
    let n_reports = reports.len();
    let handles = reports.into_iter().enumerate().map(|(report_idx, it)| ReportHandle {
        report_id: it.report_id,
        label: match n_reports {
            1 => name.to_owned(),
            _ => format!("{name} · {} of {n_reports}", report_idx + 1),
        },
        summary: Arc::new(it.summary),
        row: Arc::new(it.row),
    });
    handles.collect()
}
