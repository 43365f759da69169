//! One report in memory.

use qspect_core::view::filter::Filter;
use qspect_core::view::{Found, NodeQuery, NodeTable, Selection};
use qspect_core::{Analysis, Level, Report, write};

/// The most characters of a line of text that the page gets, because it lays them all out. Copied
/// and saved text is complete.
pub(super) const MAX_COLUMNS: usize = 10_000;

/// A report in memory, with what the page asked for last.
pub(super) struct Entry {
    pub(super) analysis: Analysis,
    pub(super) table: NodeTable,
    /// The last query and its result: scrolling repeats the same query.
    /// With the reason why the filter cannot be read, if it cannot.
    pub(super) found: Option<(NodeQuery, Found, Option<String>)>,
    /// The last selection that a query was limited to, with its nodes.
    pub(super) selection: Option<(Selection, Vec<usize>)>,
    /// The last text.
    pub(super) text: Option<Text>,
}

/// A report as ExecuTorch prints it.
pub(super) struct Text {
    pub(super) level: Level,
    /// The text, or why there is none.
    pub(super) text: Result<String, String>,
    /// The start of each line, and the end of the last one (as if a newline followed it).
    pub(super) line_starts: Vec<usize>,
    pub(super) n_columns: usize,
}

impl Entry {
    pub(super) fn of(report: Report) -> Self {
        let analysis = Analysis::of(report);
        let table = NodeTable::of(&analysis);
        Self { analysis, table, found: None, selection: None, text: None }
    }

    pub(super) fn found(
        &mut self,
        query: &NodeQuery,
    ) -> (&Analysis, &NodeTable, &Found, Option<&str>) {
        if self.found.as_ref().is_none_or(|(known, ..)| known != query) {
            self.found = None;
        }
        if self.selection.as_ref().map(|it| &it.0) != query.selection.as_ref() {
            let nodes = |selection: Selection| {
                let nodes = self.analysis.select(&selection);
                (selection, nodes)
            };
            self.selection = query.selection.clone().map(nodes);
        }
        let selection = self.selection.as_ref().map(|it| it.1.as_slice());
        let found = self.found.get_or_insert_with(|| {
            let (found, error) = match self.table.find(&self.analysis, query, selection) {
                Ok(found) => (found, unanswerable(&self.analysis, query)),
                Err(error) => (Found::default(), Some(error.to_string())),
            };
            (query.clone(), found, error)
        });
        (&self.analysis, &self.table, &found.1, found.2.as_deref())
    }

    pub(super) fn text(&mut self, level: Level) -> &Text {
        if self.text.as_ref().is_none_or(|it| it.level != level) {
            self.text = None;
        }
        self.text.get_or_insert_with(|| {
            let text = write::text(self.analysis.report(), level).map_err(|it| it.to_string());
            let mut line_starts = vec![0];
            let mut n_columns = 0;
            for line in text.iter().flat_map(|it| it.split('\n')) {
                line_starts.push(line_starts[line_starts.len() - 1] + line.len() + 1);
                n_columns = n_columns.max(line.chars().count()).min(MAX_COLUMNS);
            }
            Text { level, text, line_starts, n_columns }
        })
    }
}

/// Why the filter of a query cannot find anything in the report.
fn unanswerable(analysis: &Analysis, query: &NodeQuery) -> Option<String> {
    let filter = Filter::parse_typed(&query.text, &analysis.metrics()).ok()?;
    filter.unanswerable(analysis).map(str::to_owned)
}
