//! Quantization reports of PyTorch models: read, count, print.
//!
//! ExecuTorch's quantizers report which nodes of a graph they annotated with which quantization
//! spec (qspec), and which patterns they rejected and why. This crate reads such reports, from the
//! JSON of the exporter or from any log that holds ExecuTorch's own text, into one [`Report`], and
//! writes them back. It knows no browser, no files and no clock.
//!
//! ```
//! use qspect_core::{Level, parse, render};
//!
//! let log = format!(
//!     "INFO:root:quantizing\n{rule}\n{title:^100}\n{rule}\nNon annotated nodes: 3\n{rule}\n",
//!     rule = "-".repeat(100),
//!     title = "FINAL QUANTIZATION REPORT",
//! );
//! let parsed = parse("run.log", log.as_bytes())?;
//! let report = &parsed.reports[0];
//! assert_eq!(report.report_title, "FINAL QUANTIZATION REPORT");
//! assert_eq!(report.n_non_annotated(), Some(3));
//! assert!(log.contains(&render::text(report, Level::Info)?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod analysis;
mod annotations;
mod baseline;
mod chains;
#[macro_use]
mod object;
mod completeness;
mod counts;
mod coverage;
mod detail;
mod diff;
mod digits;
mod explain;
pub mod figures;
pub mod fleet;
mod headline;
mod icicle;
mod islands;
mod lint;
mod lists;
mod modules;
mod names;
mod neighbours;
mod nodes;
mod observers;
mod ops;
pub mod parse;
mod python;
pub mod qspec;
mod reasons;
mod record;
mod redact;
pub mod render;
mod report;
mod resolved;
#[cfg(feature = "schema")]
pub mod schema;
mod shown;
mod strip;
mod summary;
pub mod table;
mod totals;
mod trail;
mod tries;
pub mod unpack;
mod verdict;
mod verdicts;
mod weight;
mod within;

pub use analysis::{Analysis, Role};
pub use completeness::{Completeness, Problem, ProblemKind};
pub use counts::Counts;
pub use coverage::{Coverage, CoverageOf, GroupBy, Share};
pub use detail::{
    AnnotationDetail, GraphDetail, InputDetail, NearNode, Neighbourhood, NodeDetail, QSpecDetail,
};
pub use diff::{
    BitsChange, Change, ChangeCount, ChangeGroup, ChangeKind, ChangeList, Comparison, Diff,
    DiffList, DiffRow, FieldChange, FigureChange, NodeBrief, NodeChange, Owner, Pair,
    QuantizerChange, ReportName,
};
pub use explain::{Explanation, Neighbour};
pub use fleet::{Fleet, FleetRow, Rejections};
pub use icicle::{IcicleCell, icicle};
pub use islands::Island;
pub use lint::{Finding, LateAnchor, Lint};
pub use modules::ModuleSummary;
pub use nodes::{Accepted, Decision, Node, NodeIndex, Rejected};
pub use object::Unknown;
pub use ops::OpLine;
pub use parse::{ParseError, Parsed, Position, Warning, parse};
pub use qspec::{DType, EdgeOrNode, QScheme, QSpec};
pub use record::{InputRecord, NodeRecord};
pub use redact::Redaction;
pub use report::*;
pub use resolved::Resolved;
pub use shown::{is_hidden, shown, shown_line};
pub use strip::{Cell, StripLayout};
pub use summary::{
    FindingSummary, InputOutput, IslandSummary, OpTally, QuantizerSummary, Summary, Tally, Top,
};
pub use table::{Facet, NodeQuery, NodeTable};
pub use totals::Totals;
pub use trail::{Act, Overwrite, PatternQSpecs, TrailStep};
pub use tries::Try;
pub use unpack::{Unpack, Unpacked, unpack};
pub use verdict::{Verdict, VerdictCounts};
pub use within::Within;

/// A name in a graph or of a class: a node, an input, an op, a dtype.
///
/// Reports repeat short names by the hundred thousand; this type keeps up to 23 bytes in place.
pub type Name = smol_str::SmolStr;
