//! Node counts, as ExecuTorch counts them and over distinct nodes.

use serde::{Deserialize, Serialize};

use crate::{Level, NodeIndex, NonAnnotatedNodes, Outcome, QuantizerReport, Report};

/// The reason of a rejection that ExecuTorch counts apart and never lists
/// (`QuantizerReport._PREVIOUS_ANNOTATION_REJECT_REASON`).
pub(crate) const PREVIOUS_ANNOTATION: &str = "Tried annotating already quantized node.";

/// Node counts of one quantizer as ExecuTorch prints them: nodes added up over patterns, so a node
/// in two patterns counts twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counts {
    /// Nodes in accepted patterns.
    pub accepted: usize,
    /// Nodes in patterns rejected because a node had an annotation already.
    pub rejected_previous_annotation: usize,
    /// Nodes in patterns rejected for any other reason.
    pub rejected: usize,
}

impl QuantizerReport {
    /// This quantizer's counts: those in the source, else those of its patterns.
    pub fn node_counts(&self) -> Counts {
        self.counts.unwrap_or_else(|| self.count_patterns())
    }

    /// Counts of the patterns at hand, whatever the source printed.
    pub(crate) fn count_patterns(&self) -> Counts {
        let mut counts = Counts {
            accepted: self.accepted_patterns.iter().map(|it| it.nodes.len()).sum(),
            ..Counts::default()
        };
        for pattern in &self.rejected_patterns {
            let n_nodes = pattern.node_names.len();
            match pattern.rejection_reason == PREVIOUS_ANNOTATION {
                true => counts.rejected_previous_annotation += n_nodes,
                false => counts.rejected += n_nodes,
            }
        }
        counts
    }
}

impl Report {
    /// How many nodes have no annotation, `None` where the source cannot tell.
    pub fn n_non_annotated(&self) -> Option<usize> {
        match &self.non_annotated_nodes {
            Some(NonAnnotatedNodes::Count(n_nodes)) => Some(*n_nodes),
            _ => self.non_annotated().map(|it| it.len()),
        }
    }
}

/// Figures of a whole report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// ExecuTorch's counts, added up over the quantizers.
    pub counts: Counts,
    /// Nodes without an annotation, where the source can tell.
    pub n_non_annotated: Option<usize>,
    /// Distinct nodes by what became of them, where the source names them.
    pub distinct: Option<DistinctNodes>,
}

/// Distinct nodes by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DistinctNodes {
    /// All nodes that the report names as accepted, rejected or not annotated.
    pub n_nodes: usize,
    /// Nodes with [`Outcome::Annotated`].
    pub annotated: usize,
    /// Nodes with [`Outcome::NoQspec`].
    pub no_qspec: usize,
    /// Nodes with [`Outcome::Rejected`].
    pub rejected: usize,
    /// Nodes with [`Outcome::NonAnnotated`].
    pub non_annotated: usize,
}

impl Totals {
    /// Counts `report`, whose nodes are `nodes`.
    pub fn of(report: &Report, nodes: &NodeIndex) -> Self {
        let mut counts = Counts::default();
        for quantizer in &report.quantizers {
            let own = quantizer.node_counts();
            counts.accepted += own.accepted;
            counts.rejected_previous_annotation += own.rejected_previous_annotation;
            counts.rejected += own.rejected;
        }
        let distinct = (report.level() == Level::Debug).then(|| {
            let mut distinct = DistinctNodes { n_nodes: nodes.len(), ..DistinctNodes::default() };
            for node in nodes.iter() {
                *match node.outcome {
                    Outcome::Annotated => &mut distinct.annotated,
                    Outcome::NoQspec => &mut distinct.no_qspec,
                    Outcome::Rejected => &mut distinct.rejected,
                    Outcome::NonAnnotated => &mut distinct.non_annotated,
                } += 1;
            }
            distinct
        });
        Self { counts, n_non_annotated: report.n_non_annotated(), distinct }
    }
}
