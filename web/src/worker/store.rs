//! The reports that the worker keeps, and the last results computed from them.

use std::collections::{BTreeMap, HashMap};

use qspect_core::diff::DiffList;
use qspect_core::fleet::Rejections;
use qspect_core::text::escape_hidden;
use qspect_core::view::filter::Filter;
use qspect_core::view::{
    AdviceList, ColorBy, Coloring, Column, IcicleWidth, ModuleColors, NodeGroup, NodeQuery,
    node_groups,
};
use qspect_core::{Analysis, Fleet, FleetRow, Level, Parsed, Report, Summary};

use wasm_bindgen::JsValue;

use super::comparison::Comparison;
use super::entry::{Entry, MAX_COLUMNS, Text};
use super::{
    ChangedNode, DiffAnswer, DiffRowsAnswer, ModulesAnswer, NodeAnswer, OpenedReport,
    ReasonsAnswer, ReportPlace, RowView, RowsAnswer, TextAnswer,
};

#[derive(Default)]
pub(super) struct Store {
    /// By id.
    reports: HashMap<usize, Slot>,
    next_report_id: usize,
    /// Counts the accesses.
    now: usize,
    /// The ids of the reports in memory, by their last access, oldest first.
    by_use: BTreeMap<usize, usize>,
    /// Nodes of the reports in memory.
    n_nodes: usize,
    /// The last comparison.
    comparison: Option<Comparison>,
    fleet: Fleet,
}

/// How many reasons the page shows.
const MAX_REASONS: usize = 50;

/// Nodes of all reports in memory. Beyond this number, reports are evicted, and read again when
/// they are requested. A node takes about a kilobyte.
const MAX_NODES: usize = 200_000;

/// A report, or where it can be read again.
struct Slot {
    source: Source,
    /// Its part of the reasons of all reports.
    rejections: Rejections,
    n_nodes: usize,
    /// The number of its last access.
    used: usize,
    entry: Option<Entry>,
}

/// The source of a report.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) blob: JsValue,
    /// The page's number for the file.
    pub(super) file_id: usize,
    /// The name that the page gave the blob.
    pub(super) name: String,
    /// Which report of the file. Names of entries need not be unique.
    pub(super) place: ReportPlace,
}

impl Store {
    /// Keeps the reports of one entry of a file, except the `closed` ones.
    pub(super) fn add(
        &mut self,
        source: &Source,
        entry: &str,
        modified: Option<&str>,
        parsed: Parsed,
        closed: &[ReportPlace],
    ) -> Vec<OpenedReport> {
        let places = (0..).map(|report_idx| ReportPlace { report_idx, ..source.place });
        let reports = places.zip(parsed.reports).filter(|it| !closed.contains(&it.0));
        let add = |(place, report): (ReportPlace, Report)| {
            let kept = Entry::of(report);
            let analysis = &kept.analysis;
            let summary = Summary::of(analysis, &kept.table);
            let metrics = analysis.metrics().into_iter().map(str::to_owned).collect();
            let blocks = analysis.module_blocks();
            let row = FleetRow::of(entry, place.report_idx, modified, analysis);
            let rejections = Rejections::of(analysis);
            self.fleet.add_rejections(&rejections);
            let report_id = self.next_report_id;
            self.next_report_id += 1;
            let source = Source { place, ..source.clone() };
            let slot = Slot { source, rejections, n_nodes: 0, used: 0, entry: None };
            self.reports.insert(report_id, slot);
            self.touch(report_id);
            self.keep(report_id, kept);
            OpenedReport { report_id, place, summary, row, metrics, blocks }
        };
        reports.map(add).collect()
    }

    /// Forgets reports.
    pub(super) fn close(&mut self, report_ids: &[usize]) {
        for report_id in report_ids {
            let Some(slot) = self.reports.remove(report_id) else { continue };
            self.by_use.remove(&slot.used);
            self.fleet.remove_rejections(&slot.rejections);
            if slot.entry.is_some() {
                self.n_nodes -= slot.n_nodes;
            }
            self.comparison.take_if(|it| it.has(*report_id));
        }
    }

    /// Forgets all reports of these files.
    pub(super) fn close_files(&mut self, file_ids: &[usize]) {
        let reports = self.reports.iter();
        let of_files = reports.filter(|(_, slot)| file_ids.contains(&slot.source.file_id));
        let report_ids: Vec<usize> = of_files.map(|it| *it.0).collect();
        self.close(&report_ids);
    }

    /// Where an evicted report can be read again.
    pub(super) fn missing(&mut self, report_id: usize) -> Option<Source> {
        self.touch(report_id);
        let slot = self.reports.get(&report_id)?;
        slot.entry.is_none().then(|| slot.source.clone())
    }

    pub(super) fn restore(&mut self, report_id: usize, report: Report) {
        self.keep(report_id, Entry::of(report));
    }

    fn touch(&mut self, report_id: usize) {
        if let Some(slot) = self.reports.get_mut(&report_id) {
            self.now += 1;
            self.by_use.remove(&slot.used);
            slot.used = self.now;
            self.by_use.insert(slot.used, report_id);
        }
    }

    fn keep(&mut self, report_id: usize, entry: Entry) {
        if let Some(slot) = self.reports.get_mut(&report_id) {
            slot.n_nodes = entry.analysis.nodes().len();
            self.n_nodes += slot.n_nodes;
            slot.entry = Some(entry);
            self.make_room();
        }
    }

    /// Evicts reports until the others fit, but never the last two: a comparison needs both.
    fn make_room(&mut self) {
        while self.n_nodes > MAX_NODES
            && let Some(oldest) = self.by_use.first_entry()
            && oldest.key() + 1 < self.now
        {
            // It is read again when it is requested.
            let report_id = oldest.remove();
            if let Some(slot) = self.reports.get_mut(&report_id)
                && slot.entry.take().is_some()
            {
                self.n_nodes -= slot.n_nodes;
            }
        }
    }

    fn entry(&mut self, report_id: usize) -> Option<&mut Entry> {
        self.reports.get_mut(&report_id)?.entry.as_mut()
    }

    pub(super) fn analysis(&self, report_id: usize) -> Option<&Analysis> {
        Some(&self.reports.get(&report_id)?.entry.as_ref()?.analysis)
    }

    pub(super) fn rows(
        &mut self,
        report_id: usize,
        query: &NodeQuery,
        start: usize,
        len: usize,
    ) -> RowsAnswer {
        let Some(entry) = self.entry(report_id) else { return RowsAnswer::default() };
        let (analysis, table, found, filter_error) = entry.found(query);
        let filter = Filter::parse_typed(&query.text, &analysis.metrics()).unwrap_or_default();
        let pattern_of = |row_idx: usize| {
            let node_idx = found.rows.get(row_idx)?;
            table.row(*node_idx)?.pattern
        };
        let rows = (start..start.saturating_add(len).min(found.rows.len())).filter_map(|row_idx| {
            let row = table.row(*found.rows.get(row_idx)?)?.clone();
            let joins = |other: Option<usize>| {
                row.pattern.is_some() && other.and_then(pattern_of) == row.pattern
            };
            let joins_above = joins(row_idx.checked_sub(1));
            let joins_below = joins(Some(row_idx + 1));
            let cells = query.columns.iter().map(|it| it.text(analysis, row.node_idx)).collect();
            let name_marks = filter.marks(&row.name);
            let op_marks = filter.marks(row.op.as_deref().unwrap_or_default());
            Some(RowView { row, joins_above, joins_below, cells, name_marks, op_marks })
        });
        RowsAnswer {
            n_rows: found.rows.len(),
            start,
            rows: rows.collect(),
            facets: found.facets.clone(),
            filter_error: filter_error.map(str::to_owned),
            histograms: found.histograms.clone(),
        }
    }

    pub(super) fn groups(
        &mut self,
        report_id: usize,
        query: &NodeQuery,
        by: &Column,
    ) -> Vec<NodeGroup> {
        let Some(entry) = self.entry(report_id) else { return Vec::new() };
        let (analysis, _, found, _) = entry.found(query);
        node_groups(analysis, &found.rows, by)
    }

    pub(super) fn field_values(&self, report_id: usize) -> Vec<(String, Vec<String>)> {
        self.analysis(report_id).map(Analysis::field_values).unwrap_or_default()
    }

    pub(super) fn node(
        &mut self,
        report_id: usize,
        name: &str,
        query: &NodeQuery,
    ) -> Option<NodeAnswer> {
        let entry = self.entry(report_id)?;
        let node_idx = entry.analysis.find(name)?;
        let detail = entry.analysis.detail(node_idx)?;
        let row_idx = entry.found(query).2.rows.iter().position(|it| *it == node_idx);
        Some(NodeAnswer { detail, row_idx })
    }

    pub(super) fn modules(&mut self, report_id: usize) -> ModulesAnswer {
        self.entry(report_id).map(|it| it.analysis.modules()).unwrap_or_default()
    }

    pub(super) fn coloring(
        &mut self,
        report_id: usize,
        base_id: Option<usize>,
        by: &ColorBy,
    ) -> Coloring {
        if let (ColorBy::Change, Some(base_id)) = (by, base_id)
            && self.compare(base_id, report_id).is_some()
        {
            let n_nodes = self.analysis(report_id).map_or(0, |it| it.nodes().len());
            return self.comparison.as_ref().map(|it| it.coloring(n_nodes)).unwrap_or_default();
        }
        self.analysis(report_id).map(|it| it.coloring(by)).unwrap_or_default()
    }

    pub(super) fn module_colors(
        &mut self,
        report_id: usize,
        base_id: Option<usize>,
        by: &ColorBy,
        width: IcicleWidth,
    ) -> ModuleColors {
        let coloring = self.coloring(report_id, base_id, by);
        let analysis = self.analysis(report_id);
        analysis.map(|it| it.module_colors(&coloring, width)).unwrap_or_default()
    }

    pub(super) fn advice(&mut self, report_id: usize) -> AdviceList {
        self.entry(report_id).map(|it| AdviceList::of(&it.analysis)).unwrap_or_default()
    }

    pub(super) fn combined_advice(
        &mut self,
        report_id: usize,
        cause_idxs: &[usize],
    ) -> Option<String> {
        AdviceList::combined(&self.entry(report_id)?.analysis, cause_idxs)
    }

    pub(super) fn reasons(&self) -> ReasonsAnswer {
        let mut reasons = self.fleet.reasons();
        reasons.truncate(MAX_REASONS);
        reasons
    }

    pub(super) fn diff(&mut self, base_id: usize, head_id: usize) -> Option<DiffAnswer> {
        self.compare(base_id, head_id)?;
        Some(self.comparison.as_ref()?.answer())
    }

    pub(super) fn diff_rows(
        &mut self,
        base_id: usize,
        head_id: usize,
        list: Option<DiffList>,
        start: usize,
        len: usize,
    ) -> DiffRowsAnswer {
        let comparison = self.compare(base_id, head_id).and(self.comparison.as_mut());
        comparison.map(|it| it.rows(list, start, len)).unwrap_or_default()
    }

    pub(super) fn changed_node(
        &mut self,
        base_id: usize,
        head_id: usize,
        list: Option<DiffList>,
        name: &str,
    ) -> Option<ChangedNode> {
        self.compare(base_id, head_id)?;
        let analysis = |it: usize| Some(&self.reports.get(&it)?.entry.as_ref()?.analysis);
        let (base, head) = (analysis(base_id)?, analysis(head_id)?);
        self.comparison.as_mut()?.node(base, head, list, name)
    }

    /// Compares two reports, unless that was the last comparison.
    fn compare(&mut self, base_id: usize, head_id: usize) -> Option<()> {
        let ids = (base_id, head_id);
        if self.comparison.as_ref().is_none_or(|it| !it.is_of(ids)) {
            let (base, head) = (self.analysis(base_id)?, self.analysis(head_id)?);
            self.comparison = Some(Comparison::of(ids, base, head));
        }
        Some(())
    }

    pub(super) fn text(
        &mut self,
        report_id: usize,
        level: Level,
        start: usize,
        len: usize,
    ) -> TextAnswer {
        let Some(entry) = self.entry(report_id) else { return TextAnswer::default() };
        let Text { text, line_starts, n_columns, .. } = entry.text(level);
        let n_lines = line_starts.len().saturating_sub(1);
        let start = start.min(n_lines);
        let end = start.saturating_add(len).min(n_lines);
        let (text, error) = match text {
            Ok(text) if start < end => {
                let text = &text[line_starts[start]..line_starts[end] - 1];
                (text.split('\n').map(line_in_sight).collect::<Vec<_>>().join("\n"), None)
            }
            Ok(_) => (String::new(), None),
            Err(error) => (String::new(), Some(error.clone())),
        };
        TextAnswer { n_lines, n_columns: *n_columns, start, text, error }
    }

    pub(super) fn whole_text(&mut self, report_id: usize, level: Level) -> String {
        let entry = self.entry(report_id);
        entry.and_then(|it| it.text(level).text.clone().ok()).unwrap_or_default()
    }
}

fn line_in_sight(line: &str) -> String {
    match line.char_indices().nth(MAX_COLUMNS) {
        Some((at, _)) => escape_hidden(&line[..at]).into_owned() + "…",
        None => escape_hidden(line).into_owned(),
    }
}
