//! How the verdict of a node follows from the report.

use super::Verdict;
use crate::analysis::annotations::{Annotations, Effect};
use crate::analysis::index::names::Names;
use crate::analysis::index::shared_chains::QSpecSite;
use crate::analysis::nodes::{Node, NodeIndex};
use crate::report::counts::PREVIOUS_ANNOTATION;
use crate::report::{AcceptedPattern, GraphNode, QuantizerReport, Report};

/// What is true of every accepted pattern of every quantizer as a whole.
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
            // Only a text has counts, and where it has none, they are lost.
            None => report.has_graph(),
        });
        Self { states: patterns.collect(), are_all: are_all.collect() }
    }

    pub(crate) fn get(&self, quantizer_idx: usize, pattern_idx: usize) -> Option<&PatternState> {
        self.states.get(quantizer_idx)?.get(pattern_idx)
    }

    /// Whether an incomplete report has all accepted patterns of this quantizer and no others: it
    /// lists as many nodes as it counts.
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

/// Whether the rows that an incomplete report still has show this verdict. One that rests on a row
/// that is not there may be wrong, since that row may be lost.
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
        // It lists the rejection, and the node without an annotation.
        Verdict::Rejected => true,
        // A graph has the dtype. In a log a rejection shows it, if no other quantizer accepted the
        // node, whose row may be lost.
        Verdict::NotFloat => report.has_graph(),
        // Of the other nodes in the pattern a row with a qspec may be lost.
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

/// Whether the node makes a float tensor, as far as the source tells. A dtype that it does not record
/// counts as float.
pub(crate) fn makes_float(report: &Report, node: &Node) -> bool {
    let graph = report.graph.as_ref().filter(|it| !it.nodes.is_empty());
    match (graph, node.graph_idx) {
        (Some(graph), Some(graph_idx)) => {
            graph.nodes.get(graph_idx).is_none_or(GraphNode::makes_float)
        }
        (Some(_), None) => true,
        // A log has no dtypes, but one of ExecuTorch's quantizers looks at them.
        (None, _) => node.accepted_at().is_some() || !node.has_no_float(report),
    }
}

/// What is true of an accepted pattern as a whole.
#[derive(Debug)]
pub(crate) struct PatternState {
    n_nodes: usize,
    /// The output of the last node whose qspec quantizes it.
    pub(crate) output: Option<QSpecSite>,
    /// Whether any qspec in force quantizes.
    is_quantized: bool,
    /// Whether any qspec in force keeps a tensor float.
    keeps_float: bool,
    /// Whether the source does not show what a qspec in force does.
    is_unknown: bool,
    /// Whether it was accepted without any qspec.
    is_without_qspecs: bool,
}

impl PatternState {
    /// `ids` are the numbers of its nodes' names.
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
    // What was accepted and has no annotation at the end counts no more.
    let is_gone = node.is_emptied() || !is_annotated && node.graph_idx.is_some();
    if let Some((node_idx, pattern)) = pattern.filter(|_| !is_gone) {
        // A qspec of its inputs alone is enough for the last node: an `argmax`, say. What comes
        // before it hands its output on within the pattern.
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
        // Not in the list of nodes without an annotation, so a quantizer marked it. A quantizer that
        // found it annotated was not that one.
        Some(false) => match rejected {
            Some(it) if it.pattern.rejection_reason != PREVIOUS_ANNOTATION => {
                Verdict::AnnotatedEmpty
            }
            _ => Verdict::Unknown,
        },
        None => Verdict::Unknown,
    }
}
