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

mod counts;
mod detail;
mod nodes;
#[macro_use]
mod object;
pub mod parse;
mod python;
pub mod qspec;
pub mod render;
mod report;
#[cfg(feature = "schema")]
pub mod schema;
mod summary;
pub mod table;

pub use counts::{Counts, DistinctNodes, Totals};
pub use detail::{Act, AnnotationDetail, GraphDetail, NodeDetail, TrailStep};
pub use nodes::{Decision, Node, NodeIndex, Outcome};
pub use object::Unknown;
pub use parse::{ParseError, Parsed, Position, Warning, parse};
pub use qspec::{DType, EdgeOrNode, QScheme, QSpec};
pub use report::*;
pub use summary::{QuantizerSummary, Summary, Tally};
pub use table::{Facet, NodeQuery, NodeTable};

/// A name in a graph or of a class: a node, an input, an op, a dtype.
///
/// Reports repeat short names by the hundred thousand; this type keeps up to 23 bytes in place.
pub type Name = smol_str::SmolStr;
