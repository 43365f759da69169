//! Reads quantization reports of PyTorch models and shows what stayed float, and why.
//!
//! ExecuTorch's quantizers report which nodes of a graph they annotated with which quantization
//! spec (qspec), and which patterns they rejected and why. [`parse`] reads such reports from the
//! exporter's JSON or from any log with ExecuTorch's text in it. [`Analysis`] gives each node a
//! [`Verdict`], [`Diff`] compares two reports, and [`write`](mod@write) prints them. The crate uses no
//! browser, no files and no clock.
//!
//! ```
//! use qspect_core::{Analysis, Verdict, parse};
//!
//! let json = r#"{
//!     "format": "qspect-report", "version": 1, "report_title": "FINAL QUANTIZATION REPORT",
//!     "quantizers": [{
//!         "quantizer_info": { "name": "PatternQuantizer", "targeted_nodes_description": "all nodes",
//!                             "qconfig_label": "int8", "support_config_path": null },
//!         "accepted_patterns": [{ "nodes": [{ "name": "conv2d", "input_qspec_map": [],
//!             "output_qspec": { "type": "QuantizationSpec", "dtype": "torch.int8" } }] }],
//!         "rejected_patterns": [{ "node_names": ["relu"], "rejection_reason": "Not supported." }]
//!     }],
//!     "non_annotated_nodes": ["relu"]
//! }"#;
//! let parsed = parse("run.qspect.json", json.as_bytes())?;
//! for report in parsed.reports {
//!     let analysis = Analysis::of(report);
//!     let relu = analysis.find("relu").ok_or("no such node")?;
//!     assert_eq!(analysis.verdict(relu), Verdict::Rejected);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Layout
//!
//! Each module uses only the modules before it: [`text`] (words and figures), [`qspec`], [`report`],
//! then [`read`] and [`analysis`], [`view`] (what a screen shows), [`diff`], [`fleet`] and
//! [`write`](mod@write).
//!
//! # Features
//!
//! - `unpack` (default): [`unpack`](fn@unpack), for reports in gzip files and zip archives.
//! - `svg` (default): [`write::strip_svg`] and [`write::icicle_svg`].
//! - `schema`: [`report::schema`](report), the JSON Schema of the report format.

#[macro_use]
pub mod text;
pub mod analysis;
pub mod diff;
pub mod fleet;
pub mod qspec;
pub mod read;
mod redact;
pub mod report;
pub mod view;
pub mod write;

pub use analysis::{
    Analysis, Coverage, Explanation, Finding, Lint, Node, Role, Share, Totals, Verdict,
    VerdictCounts,
};
pub use diff::{Comparison, Diff};
pub use fleet::{Fleet, FleetRow};
pub use qspec::{DType, EdgeOrNode, QScheme, QSpec};
#[cfg(feature = "unpack")]
pub use read::unpack::{Unpack, Unpacked, unpack};
pub use read::{ParseError, ParseErrorKind, Parsed, Position, Warning, parse};
pub use redact::Redaction;
pub use report::{
    AcceptedPattern, AnnotatedNode, Completeness, Counts, Dim, Graph, GraphNode, InputQSpec, Level,
    NonAnnotatedNodes, QuantizerInfo, QuantizerReport, RejectedPattern, Report,
};
pub use text::Name;
pub use view::Summary;
