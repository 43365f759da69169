//! The rules that derive the verdict of a node from the report.

use super::Verdict;
use crate::analysis::Analysis;
use crate::analysis::annotations::{Annotations, Effect};
use crate::analysis::index::names::Names;
use crate::analysis::index::shared_chains::QSpecSite;
use crate::analysis::nodes::{Node, NodeIndex};
use crate::report::counts::PREVIOUS_ANNOTATION;
use crate::report::{AcceptedPattern, GraphNode, QuantizerReport, Report};

/// The state of every accepted pattern of every quantizer.
#[derive(Debug)]
pub(crate) struct Patterns {
    /// By quantizer and pattern.
    states: Vec<Vec<PatternState>>,
    /// By quantizer: see [`Self::are_all`].
    are_all: Vec<bool>,
}

impl Patterns {
    pub(crate) fn of(report: &Report, names: &Names, annotations: &Annotations) -> Self {
        let quantizers = report.quantizers.iter().zip(&names.decided);
        let patterns = quantizers.map(|(quantizer, decided)| {
            let patterns = quantizer.accepted_patterns.iter().enumerate();
            let state = |(pattern_idx, pattern)| {
                PatternState::of(pattern, decided.accepted.get(pattern_idx), annotations)
            };
            patterns.map(state).collect()
        });
        let are_all = report.quantizers.iter().map(|quantizer| match quantizer.counts {
            Some(counts) => counts.accepted == quantizer.count_patterns().accepted,
            // Only text reports have counts. In a text report without counts, they are lost.
            None => report.has_graph(),
        });
        Self { states: patterns.collect(), are_all: are_all.collect() }
    }

    pub(crate) fn get(&self, quantizer_idx: usize, pattern_idx: usize) -> Option<&PatternState> {
        self.states.get(quantizer_idx)?.get(pattern_idx)
    }

    /// Whether the report, even if incomplete, has all accepted patterns of this quantizer and no
    /// others: the list has as many nodes as the count.
    pub(crate) fn are_all(&self, quantizer_idx: usize) -> bool {
        self.are_all.get(quantizer_idx).copied().unwrap_or_default()
    }
}

/// The verdict of every node, in the order of `nodes`.
pub(crate) fn verdicts(
    report: &Report,
    nodes: &NodeIndex,
    annotations: &Annotations,
    patterns: &Patterns,
) -> Vec<Verdict> {
    let verdict = |node: &Node| {
        let pattern = node.accepted_at().and_then(|(quantizer_idx, pattern_idx, node_idx)| {
            Some((node_idx, patterns.get(quantizer_idx, pattern_idx)?))
        });
        let verdict = if makes_float(report, node) {
            verdict(report, annotations, node, pattern)
        } else {
            Verdict::NotFloat
        };
        if report.completeness.is_whole() || is_shown(report, annotations, patterns, node, verdict)
        {
            verdict
        } else {
            Verdict::Unknown
        }
    };
    nodes.iter().map(verdict).collect()
}

/// Whether the remaining rows of an incomplete report prove this verdict. A verdict that depends on
/// the absence of a row may be wrong, since that row may be lost.
fn is_shown(
    report: &Report,
    annotations: &Annotations,
    patterns: &Patterns,
    node: &Node,
    verdict: Verdict,
) -> bool {
    match verdict {
        // The source lists the qspecs.
        Verdict::Quantized | Verdict::Fused => true,
        // The source lists the rejection, and the node among those without an annotation.
        Verdict::Rejected => true,
        // A graph has the dtype. A log shows it only by a rejection, and a row of another quantizer
        // that accepted the node may be lost.
        Verdict::NotFloat => report.has_graph(),
        // Lost rows may have qspecs for other nodes of the pattern.
        Verdict::FloatByConfig => {
            let is_none = |quantizer_idx: usize| {
                let quantizer = report.quantizers.get(quantizer_idx);
                patterns.are_all(quantizer_idx)
                    || quantizer.is_some_and(QuantizerReport::has_no_qconfig)
            };
            has_effect(annotations, node.name_id, Effect::KeepsFloat)
                || node.accepted_at().is_some_and(|it| is_none(it.0))
        }
        Verdict::AnnotatedEmpty => node.is_emptied(),
        Verdict::Unmatched | Verdict::Unknown => false,
    }
}

/// Whether the node makes a float tensor or may do so: an unknown dtype counts as float.
pub(crate) fn makes_float(report: &Report, node: &Node) -> bool {
    let graph = report.graph.as_ref().filter(|it| !it.nodes.is_empty());
    match (graph, node.graph_idx) {
        (Some(graph), Some(graph_idx)) => {
            graph.nodes.get(graph_idx).is_none_or(GraphNode::makes_float)
        }
        (Some(_), None) => true,
        // A log has no dtypes, but one of ExecuTorch's quantizers checks them.
        (None, _) => node.accepted_at().is_some() || !node.has_no_float(report),
    }
}

/// The state of an accepted pattern as a whole.
#[derive(Debug)]
pub(crate) struct PatternState {
    n_nodes: usize,
    /// The output of the last node whose qspec quantizes it.
    pub(crate) output: Option<QSpecSite>,
    /// Whether any qspec in force quantizes.
    is_quantized: bool,
    /// Whether any qspec in force keeps a tensor float.
    keeps_float: bool,
    /// Whether the source does not show the effect of a qspec in force.
    is_unknown: bool,
    /// Whether it was accepted without any qspec.
    is_without_qspecs: bool,
}

impl PatternState {
    /// `ids` are the name IDs of its nodes.
    fn of(
        pattern: &AcceptedPattern,
        mut ids: impl DoubleEndedIterator<Item = usize> + Clone,
        annotations: &Annotations,
    ) -> Self {
        let members = ids.clone();
        let any = |effect| members.clone().any(|it| has_effect(annotations, it, effect));
        Self {
            n_nodes: pattern.nodes.len(),
            is_quantized: any(Effect::Quantizes),
            keeps_float: any(Effect::KeepsFloat),
            is_unknown: any(Effect::Unknown),
            output: ids.rfind(|it| annotations.effect(*it) == Effect::Quantizes),
            is_without_qspecs: !pattern.has_qspec(),
        }
    }
}

/// Whether any qspec of a node has this effect.
pub(crate) fn has_effect(annotations: &Annotations, name_id: usize, effect: Effect) -> bool {
    let inputs = annotations.input_places(name_id).map(|it| it.0);
    inputs.chain([name_id]).any(|it| annotations.effect(it) == effect)
}

fn verdict(
    report: &Report,
    annotations: &Annotations,
    node: &Node,
    pattern: Option<(usize, &PatternState)>,
) -> Verdict {
    let output = annotations.effect(node.name_id);
    if output == Effect::Quantizes {
        return Verdict::Quantized;
    }
    let has = |effect| has_effect(annotations, node.name_id, effect);
    let is_annotated = annotations.is_annotated(node.name_id);
    // An accepted pattern does not count if the node has no annotation at the end.
    let is_gone = node.is_emptied() || !is_annotated && node.graph_idx.is_some();
    if let Some((node_idx, pattern)) = pattern.filter(|_| !is_gone) {
        // The last node is quantized even if only its inputs have a qspec, as with `argmax`.
        // Earlier nodes pass their outputs on within the pattern.
        let is_inside = node_idx + 1 < pattern.n_nodes || !has(Effect::Quantizes);
        if output == Effect::None && pattern.is_quantized && pattern.n_nodes > 1 && is_inside {
            return Verdict::Fused;
        }
    }
    if has(Effect::Quantizes) {
        return Verdict::Quantized;
    }
    let pattern = pattern.map(|it| it.1);
    if has(Effect::Unknown) || pattern.is_some_and(|it| it.is_unknown) {
        return Verdict::Unknown;
    }
    if has(Effect::KeepsFloat) {
        return Verdict::FloatByConfig;
    }
    match pattern {
        Some(pattern) if pattern.is_without_qspecs || pattern.keeps_float => {
            return Verdict::FloatByConfig;
        }
        Some(_) => return Verdict::AnnotatedEmpty,
        None => {}
    }
    let rejected = node.rejected(report);
    match node.is_non_annotated {
        Some(true) if rejected.is_some() => Verdict::Rejected,
        Some(true) => Verdict::Unmatched,
        _ if is_annotated => Verdict::AnnotatedEmpty,
        // The node is not in the list of nodes without an annotation, so a quantizer marked it. A
        // quantizer that rejected it for an earlier annotation did not mark it.
        Some(false) => match rejected {
            Some(it) if it.pattern.rejection_reason != PREVIOUS_ANNOTATION => {
                Verdict::AnnotatedEmpty
            }
            _ => Verdict::Unknown,
        },
        None => Verdict::Unknown,
    }
}

impl Analysis {
    /// Whether the node is float by a qconfig of None or by qspecs of a float dtype.
    pub(crate) fn is_on_purpose(&self, node_idx: usize, node: &Node) -> bool {
        let accepted = node.accepted(self.report());
        let quantizer = accepted.and_then(|it| self.report().quantizers.get(it.quantizer_idx));
        self.verdict(node_idx) == Verdict::FloatByConfig
            && (quantizer.is_some_and(QuantizerReport::has_no_qconfig) || self.is_kept_float(node))
    }

    /// Whether a qspec of the node has a float dtype.
    pub(crate) fn is_kept_float(&self, node: &Node) -> bool {
        has_effect(&self.annotations, node.name_id, Effect::KeepsFloat)
    }
}
