//! The reports that the worker keeps, and what was last worked out of them.

use qspect_core::{
    Analysis, Diff, DiffList, Fleet, Level, NodeQuery, NodeTable, Parsed, Report, Summary, Within,
    render, table::Found,
};

use super::{
    DiffAnswer, DiffRowsAnswer, ModulesAnswer, NodeAnswer, OpenedReport, ReasonsAnswer, RowView,
    RowsAnswer, TextAnswer,
};

#[derive(Default)]
pub(super) struct Store {
    reports: Vec<Entry>,
    /// The last comparison, with the reports that it is of.
    diff: Option<(usize, usize, Diff)>,
    fleet: Fleet,
}

/// Reasons that the page tells.
const MAX_REASONS: usize = 50;

struct Entry {
    analysis: Analysis,
    table: NodeTable,
    /// The last query and what it found: scrolling asks for the same again and again.
    found: Option<(NodeQuery, Found)>,
    /// The last nodes that a query was confined to.
    within: Option<(Within, Vec<usize>)>,
    /// The last text.
    text: Option<Text>,
}

struct Text {
    level: Level,
    /// The text, or why there is none.
    text: Result<String, String>,
    /// Where each line begins, and where the last one ends (with a newline that is not there).
    line_starts: Vec<usize>,
    n_columns: usize,
}

impl Store {
    pub(super) fn add(&mut self, name: &str, parsed: Parsed) -> Vec<OpenedReport> {
        let add = |(report_idx, report): (usize, Report)| {
            let analysis = Analysis::of(report);
            let table = NodeTable::of(&analysis);
            let summary = Summary::of(&analysis, &table);
            let row = self.fleet.add(name, report_idx, None, &analysis);
            let report_id = self.reports.len();
            self.reports.push(Entry { analysis, table, found: None, within: None, text: None });
            OpenedReport { report_id, summary, row }
        };
        parsed.reports.into_iter().enumerate().map(add).collect()
    }

    pub(super) fn rows(
        &mut self,
        report_id: usize,
        query: &NodeQuery,
        start: usize,
        len: usize,
    ) -> RowsAnswer {
        let Some(entry) = self.reports.get_mut(report_id) else { return RowsAnswer::default() };
        let (table, found) = entry.found(query);
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
            Some(RowView { row, joins_above, joins_below })
        });
        RowsAnswer {
            n_rows: found.rows.len(),
            start,
            rows: rows.collect(),
            facets: found.facets.clone(),
        }
    }

    pub(super) fn node(
        &mut self,
        report_id: usize,
        name: &str,
        query: &NodeQuery,
    ) -> Option<NodeAnswer> {
        let entry = self.reports.get_mut(report_id)?;
        let node_idx = entry.analysis.find(name)?;
        let detail = entry.analysis.detail(node_idx)?;
        let row_idx = entry.found(query).1.rows.iter().position(|it| *it == node_idx);
        Some(NodeAnswer { detail, row_idx })
    }

    pub(super) fn modules(&self, report_id: usize) -> ModulesAnswer {
        self.reports.get(report_id).map(|it| it.analysis.modules()).unwrap_or_default()
    }

    pub(super) fn reasons(&self) -> ReasonsAnswer {
        let mut reasons = self.fleet.reasons();
        reasons.truncate(MAX_REASONS);
        reasons
    }

    pub(super) fn diff(&mut self, base_id: usize, head_id: usize) -> Option<DiffAnswer> {
        let diff = self.compared(base_id, head_id)?;
        let lists = DiffList::ALL.into_iter().map(|it| (it, diff.n_nodes(it)));
        Some(DiffAnswer {
            headline: diff.headline(),
            figures: diff.figures(),
            lists: lists.filter(|it| it.1 > 0).collect(),
            changed: diff.changed.iter().map(|it| (it.node_idx.base, it.node_idx.head)).collect(),
            added: diff.added.iter().map(|it| it.node_idx).collect(),
            removed: diff.removed.iter().map(|it| it.node_idx).collect(),
        })
    }

    pub(super) fn diff_rows(
        &mut self,
        base_id: usize,
        head_id: usize,
        list: Option<DiffList>,
        start: usize,
        len: usize,
    ) -> DiffRowsAnswer {
        let Some(diff) = self.compared(base_id, head_id) else { return DiffRowsAnswer::default() };
        let n_rows = match list {
            Some(list) => diff.n_nodes(list),
            None => diff.changed.len() + diff.added.len() + diff.removed.len(),
        };
        let rows = diff.rows(list).skip(start).take(len).collect();
        DiffRowsAnswer { n_rows, start, rows }
    }

    fn compared(&mut self, base_id: usize, head_id: usize) -> Option<&Diff> {
        if self.diff.as_ref().is_none_or(|it| (it.0, it.1) != (base_id, head_id)) {
            let (base, head) = (self.reports.get(base_id)?, self.reports.get(head_id)?);
            self.diff = Some((base_id, head_id, Diff::of(&base.analysis, &head.analysis)));
        }
        self.diff.as_ref().map(|it| &it.2)
    }

    pub(super) fn text(
        &mut self,
        report_id: usize,
        level: Level,
        start: usize,
        len: usize,
    ) -> TextAnswer {
        let Some(entry) = self.reports.get_mut(report_id) else { return TextAnswer::default() };
        let Text { text, line_starts, n_columns, .. } = entry.text(level);
        let n_lines = line_starts.len().saturating_sub(1);
        let start = start.min(n_lines);
        let end = start.saturating_add(len).min(n_lines);
        let (text, error) = match text {
            Ok(text) if start < end => {
                (text[line_starts[start]..line_starts[end] - 1].to_owned(), None)
            }
            Ok(_) => (String::new(), None),
            Err(error) => (String::new(), Some(error.clone())),
        };
        TextAnswer { n_lines, n_columns: *n_columns, start, text, error }
    }

    pub(super) fn whole_text(&mut self, report_id: usize, level: Level) -> String {
        let entry = self.reports.get_mut(report_id);
        entry.and_then(|it| it.text(level).text.clone().ok()).unwrap_or_default()
    }
}

impl Entry {
    fn found(&mut self, query: &NodeQuery) -> (&NodeTable, &Found) {
        if self.found.as_ref().is_none_or(|(known, _)| known != query) {
            self.found = None;
        }
        if self.within.as_ref().map(|it| &it.0) != query.within.as_ref() {
            let nodes = |within: Within| {
                let nodes = self.analysis.nodes_within(&within);
                (within, nodes)
            };
            self.within = query.within.clone().map(nodes);
        }
        let within = self.within.as_ref().map(|it| it.1.as_slice());
        let found =
            self.found.get_or_insert_with(|| (query.clone(), self.table.find(query, within)));
        (&self.table, &found.1)
    }

    fn text(&mut self, level: Level) -> &Text {
        if self.text.as_ref().is_none_or(|it| it.level != level) {
            self.text = None;
        }
        self.text.get_or_insert_with(|| {
            let text = render::text(self.analysis.report(), level).map_err(|it| it.to_string());
            let mut line_starts = vec![0];
            let mut n_columns = 0;
            for line in text.iter().flat_map(|it| it.split('\n')) {
                line_starts.push(line_starts[line_starts.len() - 1] + line.len() + 1);
                n_columns = n_columns.max(line.chars().count());
            }
            Text { level, text, line_starts, n_columns }
        })
    }
}
