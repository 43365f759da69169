//! The messages between page and worker.
//!
//! A message to the worker is `[call_id, Request, Blob?]`; each answer is
//! `[call_id, is_last, answer]`. The request documents the type of its answers. postcard encodes
//! requests and answers: an array of bytes is copied much faster than objects are.
//!
//! One message goes the other way: a worker that cannot read a blob asks the page for a piece of
//! it, with `[null, blob, start, end]` and a port. The page answers through the port with an
//! `ArrayBuffer`, or with a text that gives the reason why it cannot read the blob either. Without
//! a blob, the message asks for a blob to try: the worker learns whether it can read the page's
//! blobs at all.

use std::ops::Range;

use js_sys::Uint8Array;
use qspect_core::analysis::ModuleSummary;
use qspect_core::diff::{DiffList, DiffRow, Fact, FigureChange, Pair};
use qspect_core::fleet::ReasonOfOp;
use qspect_core::view::{
    ColorBy, Column, Histogram, IcicleWidth, ModuleBlock, NodeDetail, NodeQuery, Tally,
};
use qspect_core::{FleetRow, Level, ParseError, Summary, Warning, view};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

/// Encodes a request or an answer for sending.
pub(crate) fn encoded(message: &impl Serialize) -> Result<Uint8Array, JsValue> {
    let bytes = postcard::to_allocvec(message).map_err(|it| it.to_string())?;
    Ok(Uint8Array::from(bytes.as_slice()))
}

/// A request from the page. A `report_id` is that of an [`OpenedReport`].
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    /// Read the blob that comes with this. Answered by [`OpenAnswer`]s.
    Open {
        /// The page's number for the file.
        file_id: usize,
        /// The file's name, for errors.
        name: String,
        /// When it was written, as `YYYY-MM-DD HH:MM` in UTC, if known.
        modified: Option<String>,
        /// Reports to leave out, because the reader closed them before.
        closed: Vec<ReportPlace>,
    },
    /// Forget reports. Answered by `()`.
    Close { report_ids: Vec<usize> },
    /// Stop reading these files, and forget their reports. This overtakes the requests that wait.
    /// Answered by `()`.
    Cancel { file_ids: Vec<usize> },
    /// Some rows of the node table. Answered by [`RowsAnswer`].
    Rows {
        report_id: usize,
        query: NodeQuery,
        /// The first row to send.
        start: usize,
        /// How many rows to send at most.
        len: usize,
    },
    /// The nodes that a query finds, grouped by a column. Answered by a list of
    /// [`view::NodeGroup`].
    Groups { report_id: usize, query: NodeQuery, by: Column },
    /// The values that complete a filter. Answered by a list of fields, each with its values.
    FieldValues { report_id: usize },
    /// One node. Answered by an `Option` of [`NodeAnswer`].
    Node {
        report_id: usize,
        name: String,
        /// The query among whose rows the node's row is looked for.
        query: NodeQuery,
    },
    /// The module tree. Answered by a list of [`ModuleSummary`].
    Modules { report_id: usize },
    /// The colours of all nodes; `base_id` is the report that changes are counted from. Answered by
    /// [`view::Coloring`].
    Coloring { report_id: usize, base_id: Option<usize>, by: ColorBy },
    /// The colours of the modules. Answered by [`view::ModuleColors`].
    ModuleColors { report_id: usize, base_id: Option<usize>, by: ColorBy, width: IcicleWidth },
    /// What to change. Answered by [`view::AdviceList`].
    Advice { report_id: usize },
    /// What the lines of these causes bring together. Answered by an `Option` of a `String`.
    CombinedAdvice { report_id: usize, cause_idxs: Vec<usize> },
    /// The changes from one report to another. Answered by [`DiffAnswer`].
    Diff { base_id: usize, head_id: usize },
    /// Some rows of a comparison. Answered by [`DiffRowsAnswer`].
    DiffRows { base_id: usize, head_id: usize, list: Option<DiffList>, start: usize, len: usize },
    /// A node of a comparison's list. Answered by an `Option` of [`ChangedNode`].
    ChangedNode { base_id: usize, head_id: usize, list: Option<DiffList>, name: String },
    /// Why nodes were rejected, over all reports. Answered by [`ReasonsAnswer`].
    Reasons,
    /// Some lines of the report's text. Answered by [`TextAnswer`].
    Text { report_id: usize, level: Level, start: usize, len: usize },
    /// The whole text, to copy or to save. Answered by a `String`.
    WholeText { report_id: usize, level: Level },
    /// Reports in a format to share. Answered by [`ExportAnswer`].
    Export {
        report_ids: Vec<usize>,
        export: Export,
        /// Whether names are replaced.
        is_redacted: bool,
    },
}

/// A format in which reports are shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Export {
    /// The report, indented.
    Json,
    /// Each report in a line of its own.
    Lines,
    /// As ExecuTorch prints it.
    Text,
    /// The summary.
    Markdown,
    /// The comparison of two reports, the base first, as Markdown.
    Comparison,
    /// The reports as a table, by the names of their files; `true` as CSV, else as Markdown.
    Fleet { files: Vec<String>, is_csv: bool },
    /// The nodes.
    Csv,
    /// The strip, as SVG.
    Strip,
    /// The icicle, as SVG.
    Icicle,
    /// Model Explorer's node data, by verdict, dtype, or a metric.
    NodeData(String),
}

/// The text that was written, or why it cannot be written.
pub(crate) type ExportAnswer = Result<String, String>;

impl Request {
    /// The reports that the request needs.
    pub(crate) fn report_ids(&self) -> Vec<usize> {
        match self {
            // Do not read a report again only to forget it.
            Self::Open { .. } | Self::Close { .. } | Self::Cancel { .. } | Self::Reasons => {
                Vec::new()
            }
            Self::Rows { report_id, .. }
            | Self::Groups { report_id, .. }
            | Self::FieldValues { report_id }
            | Self::Node { report_id, .. }
            | Self::Modules { report_id }
            | Self::Advice { report_id }
            | Self::CombinedAdvice { report_id, .. }
            | Self::Text { report_id, .. }
            | Self::WholeText { report_id, .. } => vec![*report_id],
            Self::Coloring { report_id, base_id, .. }
            | Self::ModuleColors { report_id, base_id, .. } => {
                base_id.iter().copied().chain([*report_id]).collect()
            }
            Self::Export { report_ids, .. } => report_ids.clone(),
            Self::Diff { base_id, head_id }
            | Self::DiffRows { base_id, head_id, .. }
            | Self::ChangedNode { base_id, head_id, .. } => vec![*base_id, *head_id],
        }
    }
}

/// The position of a report in an opened file: the index of its entry in the archive (0 if the file
/// is not an archive), and the report's index in that entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct ReportPlace {
    pub(crate) entry_idx: usize,
    pub(crate) report_idx: usize,
}

/// The state of a file that is being opened.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum OpenAnswer {
    /// How much of it has been read, from 0 to 1. At 1, a file that is not an archive is being
    /// parsed.
    Reading(f64),
    /// The contents of the file: one file, or some files of an archive.
    Files(Vec<OpenedFile>),
    /// The last answer.
    Done,
}

/// A file that has been read, which may be an entry of an archive.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OpenedFile {
    /// For an entry, the archive's name with the path in it.
    pub(crate) name: String,
    /// The number of reports in it, including those that are left out.
    pub(crate) n_reports: usize,
    /// Its reports and the warnings about them, or why there are none.
    pub(crate) content: Result<(Vec<OpenedReport>, Vec<Warning>), ParseError>,
    /// Milliseconds from the file's bytes to its reports, without reading and counting.
    pub(crate) parse_ms: f64,
}

/// A report that the worker keeps.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OpenedReport {
    /// Never reused, not even after the report is closed.
    pub(crate) report_id: usize,
    pub(crate) place: ReportPlace,
    pub(crate) summary: Summary,
    /// The report as a row of Fleet.
    pub(crate) row: FleetRow,
    /// The names of its nodes' metrics.
    pub(crate) metrics: Vec<String>,
    /// Where modules begin.
    pub(crate) blocks: Vec<ModuleBlock>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RowsAnswer {
    /// How many rows the query finds.
    pub(crate) n_rows: usize,
    /// The index of the first row of `rows`.
    pub(crate) start: usize,
    pub(crate) rows: Vec<RowView>,
    /// The values to filter by.
    pub(crate) facets: Vec<(view::Facet, Vec<Tally>)>,
    /// Why the filter cannot be read, if it cannot.
    pub(crate) filter_error: Option<String>,
    /// The histogram of each column that the query shows.
    pub(crate) histograms: Vec<Option<Histogram>>,
}

/// A row, and how it is joined to its neighbours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RowView {
    pub(crate) row: view::Row,
    /// Whether the row above belongs to the same pattern.
    pub(crate) joins_above: bool,
    /// Whether the row below does.
    pub(crate) joins_below: bool,
    /// The text of each column that the query shows; empty for the usual columns.
    pub(crate) cells: Vec<String>,
    /// The parts of the name and of the op that the filter matches, in bytes.
    pub(crate) name_marks: Vec<Range<usize>>,
    pub(crate) op_marks: Vec<Range<usize>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NodeAnswer {
    pub(crate) detail: NodeDetail,
    /// The index of its row among those that the query finds.
    pub(crate) row_idx: Option<usize>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct TextAnswer {
    /// How many lines the text has.
    pub(crate) n_lines: usize,
    /// Characters in its longest line.
    pub(crate) n_columns: usize,
    /// The index of the first line of `text`.
    pub(crate) start: usize,
    /// The lines, joined by newlines.
    pub(crate) text: String,
    /// Why there is no text.
    pub(crate) error: Option<String>,
}

/// A comparison without its rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct DiffAnswer {
    pub(crate) headline: String,
    /// Whether the head is worse; `None` if that is unknown.
    pub(crate) is_regression: Option<bool>,
    /// Whether anything but names changed.
    pub(crate) has_changes: bool,
    pub(crate) figures: Vec<FigureChange>,
    /// The lists that are not empty, with their numbers of nodes.
    pub(crate) lists: Vec<(DiffList, usize)>,
    /// The indices of changed nodes, base and head.
    pub(crate) changed: Vec<(usize, usize)>,
    pub(crate) added: Vec<usize>,
    pub(crate) removed: Vec<usize>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct DiffRowsAnswer {
    /// How many rows the list has.
    pub(crate) n_rows: usize,
    /// The index of the first row of `rows`.
    pub(crate) start: usize,
    pub(crate) rows: Vec<GroupView>,
}

/// How the name of a node begins that only the base has: the head may have another of that name.
pub(crate) const BASE_ONLY: &str = "base:";

/// Nodes that changed in the same way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct GroupView {
    /// The first of them.
    pub(crate) row: DiffRow,
    /// The names of the first ones, as the address has them.
    pub(crate) names: Vec<String>,
    /// How many there are.
    pub(crate) n_nodes: usize,
}

/// A changed node in both reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ChangedNode {
    /// Its name; `None` in a report that does not have it.
    pub(crate) names: Pair<Option<String>>,
    pub(crate) facts: Vec<Fact>,
    /// The nodes that changed in the same way.
    pub(crate) group: GroupView,
    /// The index of their row in the list.
    pub(crate) row_idx: usize,
}

/// The answer to [`Request::Reasons`]: the first reasons of the list.
pub(crate) type ReasonsAnswer = Vec<ReasonOfOp>;

/// The answer to [`Request::Modules`].
pub(crate) type ModulesAnswer = Vec<ModuleSummary>;
