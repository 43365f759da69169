//! Lints: likely mistakes in a report, as findings with their nodes.

mod edge_mismatch;
mod hidden_subgraph;
mod idle_quantizer;
mod late_anchor;
mod mixed_width;
mod nothing_quantized;
mod overwritten_annotation;
mod per_tensor_weight;
mod shared_without_root;

pub use late_anchor::LateAnchor;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Analysis;

/// A kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Lint {
    /// No compute node is quantized.
    NothingQuantized,
    /// Compute nodes in a control-flow submodule that the quantizer never entered.
    HiddenSubgraph,
    /// A shared qspec whose anchor comes later in the graph: `prepare_pt2e` raises.
    LateAnchor,
    /// Shared qspecs that do not lead to a qspec with a dtype.
    SharedWithoutRoot,
    /// An accepted annotation that differs from the one in the final graph.
    OverwrittenAnnotation,
    /// A tensor that is written and read with different dtypes or ranges.
    EdgeMismatch,
    /// A 16-bit activation next to 8-bit ones.
    MixedWidth,
    /// Weights with one scale per tensor, while others of the same op have one per channel.
    PerTensorWeight,
    /// A quantizer that the user configured but that accepted no node.
    IdleQuantizer,
}

impl Lint {
    /// All lints, most severe first.
    pub const ALL: [Self; 9] = [
        Self::NothingQuantized,
        Self::HiddenSubgraph,
        Self::LateAnchor,
        Self::SharedWithoutRoot,
        Self::OverwrittenAnnotation,
        Self::EdgeMismatch,
        Self::MixedWidth,
        Self::PerTensorWeight,
        Self::IdleQuantizer,
    ];

    /// The name, as in JSON and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NothingQuantized => "nothing-quantized",
            Self::HiddenSubgraph => "hidden-subgraph",
            Self::LateAnchor => "late-anchor",
            Self::SharedWithoutRoot => "shared-without-root",
            Self::OverwrittenAnnotation => "overwritten-annotation",
            Self::EdgeMismatch => "edge-mismatch",
            Self::MixedWidth => "mixed-width",
            Self::PerTensorWeight => "per-tensor-weight",
            Self::IdleQuantizer => "idle-quantizer",
        }
    }
}

impl Lint {
    /// What it finds, in one sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::NothingQuantized => "no compute node is quantized",
            Self::HiddenSubgraph => "nodes of a control-flow submodule that no quantizer entered",
            Self::LateAnchor => "a shared qspec that refers to a later one: prepare_pt2e raises",
            Self::SharedWithoutRoot => "shared qspecs that lead to no dtype",
            Self::OverwrittenAnnotation => "an annotation that a later quantizer changed",
            Self::EdgeMismatch => {
                "a tensor that is written and read with different dtypes or ranges"
            }
            Self::MixedWidth => "a 16-bit activation next to 8-bit ones",
            Self::PerTensorWeight => {
                "one scale per tensor, where other weights of the op have one per channel"
            }
            Self::IdleQuantizer => "a quantizer that accepted no node",
        }
    }
}

/// A likely mistake that a lint found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The lint that found it.
    pub lint: Lint,
    /// The message for the reader.
    pub message: String,
    /// The nodes' indices in [`crate::analysis::nodes::NodeIndex`]; empty if the finding is about
    /// the whole report.
    pub nodes: Vec<usize>,
}

impl Analysis {
    /// All findings, most severe first; empty if the report is not whole, since lost rows could
    /// change them. [`Self::unanswerable`] shows which lints the source cannot answer.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for lint in Lint::ALL {
            // A log shows some overwritten annotations, but not all.
            let shows_some = lint == Lint::OverwrittenAnnotation && self.knows_all_nodes();
            if self.unanswerable(lint).is_some() && !shows_some {
                continue;
            }
            match lint {
                Lint::NothingQuantized => findings.extend(self.nothing_quantized()),
                Lint::HiddenSubgraph => findings.extend(self.hidden_subgraphs()),
                Lint::LateAnchor => {
                    let late = self.late_anchors().into_iter();
                    findings.extend(late.map(|it| Finding {
                        lint,
                        message: it.message,
                        nodes: it.nodes,
                    }));
                }
                Lint::SharedWithoutRoot => findings.extend(self.shared_without_root()),
                Lint::OverwrittenAnnotation => findings.extend(self.overwritten_annotations()),
                Lint::EdgeMismatch => findings.extend(self.edge_mismatches()),
                Lint::MixedWidth => findings.extend(self.mixed_widths()),
                Lint::PerTensorWeight => findings.extend(self.per_tensor_weights()),
                Lint::IdleQuantizer => findings.extend(self.idle_quantizers()),
            }
        }
        findings
    }

    /// The reason why the source cannot answer a lint, with advice; `None` if it can.
    pub fn unanswerable(&self, lint: Lint) -> Option<String> {
        if !self.is_whole() {
            return Some(format!("the report is incomplete: {}", self.report().completeness));
        }
        if !self.knows_all_nodes() {
            return match lint {
                Lint::IdleQuantizer => None,
                // Accepted nodes may have no qspec, or one of a float dtype.
                Lint::NothingQuantized if self.is_nothing_quantized() => None,
                Lint::NothingQuantized => Some(
                    "a report at INFO level counts accepted nodes and does not list their qspecs: \
                     log at DEBUG level, or use `qspect.capture`"
                        .to_owned(),
                ),
                _ => Some(
                    "a report at INFO level lists no nodes: log at DEBUG level, or use \
                     `qspect.capture`"
                        .to_owned(),
                ),
            };
        }
        let needs = match lint {
            _ if self.has_graph() => return None,
            Lint::PerTensorWeight => "a log has no qscheme",
            Lint::HiddenSubgraph => "a log has no control-flow submodules",
            Lint::LateAnchor => "a log does not have the order of the graph",
            Lint::OverwrittenAnnotation => "a log does not have all final annotations",
            Lint::NothingQuantized
            | Lint::SharedWithoutRoot
            | Lint::EdgeMismatch
            | Lint::MixedWidth
            | Lint::IdleQuantizer => return None,
        };
        Some(format!("{needs}: use `qspect.capture`"))
    }
}

/// Nodes grouped by message, in the order in which the messages first appear.
#[derive(Default)]
struct Groups {
    groups: Vec<(String, Vec<usize>)>,
    group_idx_of: HashMap<String, usize>,
}

impl Groups {
    fn add(&mut self, what: String, nodes: impl IntoIterator<Item = usize>) {
        let group_idx = *self.group_idx_of.entry(what).or_insert_with_key(|what| {
            self.groups.push((what.clone(), Vec::new()));
            self.groups.len() - 1
        });
        self.groups[group_idx].1.extend(nodes);
    }

    fn findings(self, lint: Lint) -> impl Iterator<Item = Finding> {
        self.groups.into_iter().map(move |(message, mut nodes)| {
            nodes.sort_unstable();
            nodes.dedup();
            Finding { lint, message, nodes }
        })
    }
}
