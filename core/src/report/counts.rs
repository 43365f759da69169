//! Node counts, as ExecuTorch counts them: over patterns.

use serde::{Deserialize, Serialize};

use super::{NonAnnotatedNodes, QuantizerReport, Report};

/// The rejection reason that ExecuTorch counts separately and never lists
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

    /// Counts of the patterns, whatever the source printed.
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
    /// ExecuTorch's counts, added up over the quantizers.
    pub fn node_counts(&self) -> Counts {
        let mut sum = Counts::default();
        for counts in self.quantizers.iter().map(QuantizerReport::node_counts) {
            // The source's own counts may have any value.
            sum.accepted = sum.accepted.saturating_add(counts.accepted);
            sum.rejected = sum.rejected.saturating_add(counts.rejected);
            let previous = counts.rejected_previous_annotation;
            sum.rejected_previous_annotation =
                sum.rejected_previous_annotation.saturating_add(previous);
        }
        sum
    }

    /// How many nodes have no annotation; `None` if the source does not show it.
    pub fn n_non_annotated(&self) -> Option<usize> {
        match &self.non_annotated_nodes {
            Some(NonAnnotatedNodes::Count(n_nodes)) => Some(*n_nodes),
            _ => self.non_annotated().map(|it| it.len()),
        }
    }
}
