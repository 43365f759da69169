//! Finds damage in the contents of a report, whatever format it was read from.

use std::collections::HashSet;

use super::{Completeness, ProblemKind};
use crate::qspec::QSpec;
use crate::report::counts::PREVIOUS_ANNOTATION;
use crate::report::reasons::{KNOWN_REASONS, NO_FLOAT};
use crate::report::{InputQSpec, Level, NonAnnotatedNodes, QuantizerReport, Report};
use crate::text::Name;
use crate::text::number_format::{count, thousands};

impl Report {
    /// Adds the problems that the contents show to [`Report::completeness`]. Called once, where the
    /// report is read; checking a report again changes nothing.
    ///
    /// Takes time linear in the report's size.
    pub fn check(&mut self) {
        let mut completeness = std::mem::take(&mut self.completeness);
        if self.n_non_annotated().is_none() {
            completeness.add_cut_off(None);
        }
        let level = self.level();
        for (quantizer_idx, quantizer) in self.quantizers.iter().enumerate() {
            quantizer.check(quantizer_idx + 1, level, &mut completeness);
        }
        if !self.has_graph() {
            self.check_list(&mut completeness);
        }
        let annotations = self.graph.iter().flat_map(|it| &it.nodes);
        let annotations = annotations.filter_map(|it| it.annotation.as_ref());
        let n_damaged = annotations
            .filter(|it| has_damaged_qspec(&it.input_qspec_map, &it.output_qspec))
            .count();
        completeness.add_damaged_qspecs(n_damaged, "of the graph");
        self.completeness = completeness;
    }

    /// Checks the nodes without an annotation against the quantizers' patterns. A graph shows each
    /// node's final annotation, so only a source without one depends on the list.
    ///
    /// ExecuTorch lists each node that has no final annotation
    /// (`QuantizerReporter.unannotated_nodes_report` in `backends/cortex_m/quantizer_reporter.py`).
    /// A quantizer that rejects a node leaves it without one: see [`leaves_without_annotation`]. So
    /// a node that was rejected, and that no quantizer accepted, is in the list.
    ///
    /// ExecuTorch prints tables and names at DEBUG level, and neither at INFO level
    /// (`QuantizerReporter.get_quantization_report`).
    fn check_list(&self, completeness: &mut Completeness) {
        let has_patterns = self
            .quantizers
            .iter()
            .any(|it| !it.accepted_patterns.is_empty() || !it.rejected_patterns.is_empty());
        let names = match &self.non_annotated_nodes {
            None => return,
            Some(NonAnnotatedNodes::Count(_)) => {
                if has_patterns {
                    let message = "the quantizers list their nodes, and the nodes without an \
                                   annotation are only counted";
                    completeness.add(ProblemKind::LinesLost, None, message);
                }
                return;
            }
            Some(NonAnnotatedNodes::Names(names)) => names,
        };
        let rejected = || self.quantizers.iter().flat_map(|it| &it.rejected_patterns);
        let mut missing: HashSet<&Name> = rejected()
            .filter(|it| leaves_without_annotation(&it.rejection_reason))
            .flat_map(|it| &it.node_names)
            .collect();
        // Another quantizer may have marked the node.
        for pattern in rejected().filter(|it| !leaves_without_annotation(&it.rejection_reason)) {
            for name in &pattern.node_names {
                missing.remove(name);
            }
        }
        let accepted = self.quantizers.iter().flat_map(|it| &it.accepted_patterns);
        for node in accepted.flat_map(|it| &it.nodes) {
            missing.remove(&node.name);
        }
        for name in names {
            missing.remove(name);
        }
        if !missing.is_empty() {
            let n_nodes = count(missing.len(), "rejected node", "rejected nodes");
            let message = format!("the nodes without an annotation lack {n_nodes}");
            completeness.add(ProblemKind::LinesLost, None, message);
        }
    }
}

/// Whether a quantizer of ExecuTorch that rejects a node for this reason leaves it without an
/// annotation, unless another quantizer has annotated it.
///
/// `PatternQuantizer.annotate` in `backends/arm/quantizer/arm_quantizer_utils.py` annotates only
/// what it accepts. `SharedQspecQuantizer._annotate_shared_cluster` marks a node as annotated when
/// it rejects it with [`NO_FLOAT`], and leaves it alone for every other reason. A pattern that is
/// rejected for a previous annotation has an annotated node. The quantizers of a user may do
/// anything, so only the known reasons count.
fn leaves_without_annotation(reason: &str) -> bool {
    reason != NO_FLOAT
        && reason != PREVIOUS_ANNOTATION
        && KNOWN_REASONS.iter().any(|it| it.reason == reason)
}

impl QuantizerReport {
    fn check(&self, quantizer_no: usize, level: Level, completeness: &mut Completeness) {
        match (self.counts, level) {
            (Some(counts), Level::Debug) => {
                let listed = self.count_patterns();
                for (what, counted, listed) in [
                    ("accepted", counts.accepted, listed.accepted),
                    ("rejected", counts.rejected, listed.rejected),
                ] {
                    if counted != listed {
                        completeness.add(
                            ProblemKind::CountsDiffer,
                            None,
                            format!(
                                "quantizer {quantizer_no} counts {} and lists {}",
                                count(counted, &format!("{what} node"), &format!("{what} nodes")),
                                thousands(listed),
                            ),
                        );
                    }
                }
            }
            (None, Level::Info) => completeness.add(
                ProblemKind::LinesLost,
                None,
                format!("quantizer {quantizer_no} has no counts"),
            ),
            (Some(_), Level::Info) | (None, Level::Debug) => {}
        }
        let nodes = self.accepted_patterns.iter().flat_map(|it| &it.nodes);
        let n_damaged =
            nodes.filter(|it| has_damaged_qspec(&it.input_qspec_map, &it.output_qspec)).count();
        completeness.add_damaged_qspecs(n_damaged, &format!("of quantizer {quantizer_no}"));
    }
}

fn has_damaged_qspec(inputs: &[InputQSpec], output: &Option<QSpec>) -> bool {
    let qspecs = inputs.iter().map(|it| &it.qspec).chain([output]);
    qspecs.flatten().any(QSpec::is_damaged)
}
