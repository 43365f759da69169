//! The causes that keep compute nodes float.

use std::collections::HashMap;

use super::Advice;
use super::lines::{Lines, has_finder, target_words};
use crate::analysis::Analysis;
use crate::analysis::nodes::{Node, name_stem};
use crate::analysis::python_lines::qconfig_name;
use crate::analysis::verdict::Verdict;
use crate::report::QuantizerReport;
use crate::report::reasons::{KNOWN_REASONS, UNSUPPORTED_OPERATORS, UNSUPPORTED_QCONFIG};

/// The cause of one node; nodes with the same cause have the same key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Cause {
    /// Its qspecs have a float dtype.
    FloatDType(usize),
    /// The quantizer that took it has no qconfig.
    NoQConfig(usize),
    /// The quantizer accepted it and gave it no qspec.
    NoQSpec(usize),
    /// The quantizer rejected the qconfig for this op.
    QConfig(usize, String),
    /// The quantizer has the op but not this use of it.
    Use(usize, String),
    /// It takes the qspec of a neighbour.
    Neighbours,
    /// Another reason of a quantizer.
    Reason(usize, String),
    /// A quantizer looks at all nodes and has no pattern for the op.
    NoPattern(String),
    /// No quantizer looks at it, as far as the report shows.
    NotTargeted,
    /// It has an annotation without a qspec.
    Empty,
}

impl Analysis {
    /// All causes, in the order of their first nodes.
    pub(super) fn causes(&self) -> Vec<Advice> {
        let mut causes: Vec<(Cause, Vec<usize>)> = Vec::new();
        let mut cause_idx_of: HashMap<Cause, usize> = HashMap::new();
        for (node_idx, node) in self.compute_nodes() {
            if !self.verdict(node_idx).is_float() {
                continue;
            }
            let cause = self.cause(node_idx, node);
            let cause_idx = *cause_idx_of.entry(cause).or_insert_with_key(|cause| {
                causes.push((cause.clone(), Vec::new()));
                causes.len() - 1
            });
            causes[cause_idx].1.push(node_idx);
        }
        causes.into_iter().map(|(cause, nodes)| self.advice_for(&cause, nodes)).collect()
    }

    fn cause(&self, node_idx: usize, node: &Node) -> Cause {
        let accepted = node.accepted(self.report()).map(|it| it.quantizer_idx);
        match (self.verdict(node_idx), accepted) {
            (Verdict::FloatByConfig, Some(it)) if self.is_kept_float(node) => Cause::FloatDType(it),
            (Verdict::FloatByConfig, Some(it)) if self.is_on_purpose(node_idx, node) => {
                Cause::NoQConfig(it)
            }
            (Verdict::FloatByConfig, Some(it)) => Cause::NoQSpec(it),
            (Verdict::Rejected, _) => match node.rejected(self.report()) {
                Some(it) => {
                    let reason = it.pattern.rejection_reason.as_str();
                    let known = KNOWN_REASONS.iter().find(|it| it.reason == reason);
                    match reason {
                        UNSUPPORTED_QCONFIG => {
                            let first = it.pattern.node_names.first();
                            let first = first.and_then(|it| self.nodes().get(self.find(it)?));
                            Cause::QConfig(it.quantizer_idx, self.op(first.unwrap_or(node)))
                        }
                        UNSUPPORTED_OPERATORS => Cause::Use(it.quantizer_idx, self.op(node)),
                        _ if known.is_some_and(|it| it.is_by_neighbours) => Cause::Neighbours,
                        _ => Cause::Reason(it.quantizer_idx, reason.to_owned()),
                    }
                }
                None => Cause::Empty,
            },
            (Verdict::Unmatched, _) => match self.quantizer_for_all_nodes() {
                Some(_) => Cause::NoPattern(self.op(node)),
                None => Cause::NotTargeted,
            },
            _ => Cause::Empty,
        }
    }

    /// The op that a node calls; from a log, its name without a number.
    pub(crate) fn op(&self, node: &Node) -> String {
        let target = self.graph_node(node).map(|it| it.target.to_string());
        target.unwrap_or_else(|| name_stem(&node.name).to_owned())
    }

    /// The last quantizer that looks at all nodes and has a qconfig.
    fn quantizer_for_all_nodes(&self) -> Option<(usize, &QuantizerReport)> {
        let quantizers = self.report().quantizers.iter().enumerate();
        quantizers.rev().find(|(_, it)| it.targets_all_nodes() && !it.is_without_qspecs())
    }

    fn advice_for(&self, cause: &Cause, nodes: Vec<usize>) -> Advice {
        let quantizer = |quantizer_idx: usize| format!("quantizer {}", quantizer_idx + 1);
        let first = |quantizer_idx: usize| format!("Quantizer {}", quantizer_idx + 1);
        let of = |quantizer_idx: usize| {
            self.report().quantizers.get(quantizer_idx).map(|it| &it.quantizer_info)
        };
        let config = |quantizer_idx: usize| of(quantizer_idx).map_or("", qconfig_name);
        let (text, lines, note) = match cause {
            Cause::FloatDType(it) => (
                format!("{} annotates them with a float dtype", first(*it)),
                Lines::default(),
                Some(
                    "torchao does not quantize to a float dtype: give them an integer qspec".into(),
                ),
            ),
            Cause::NoQConfig(it) => {
                let lines = self.lines_in_place_of(*it);
                let what = of(*it).map(|it| target_words(&it.targeted_nodes_description));
                let what = what.unwrap_or_default();
                let note =
                    lines.code.is_empty().then(|| "Give that quantizer a qconfig".to_owned());
                (format!("NO_QCONFIG excludes {what} ({})", quantizer(*it)), lines, note)
            }
            Cause::NoQSpec(it) => (
                format!("{} gave no qspec to nodes that it accepted", first(*it)),
                Lines::default(),
                None,
            ),
            Cause::QConfig(it, op) => (
                format!("{op} does not support {} ({})", config(*it), quantizer(*it)),
                match is_wide(config(*it)) {
                    true => self.lines_with_int8(self.rejected_chains(&nodes)),
                    false => Lines::default(),
                },
                None,
            ),
            Cause::Use(it, op) => (
                format!("{op} is used in a way that {} does not support", quantizer(*it)),
                Lines::default(),
                self.use_note(*it, op),
            ),
            Cause::Neighbours => (
                format!(
                    "Ops that take a neighbour's qspec, where no neighbour has one ({})",
                    self.ops_of(&nodes)
                ),
                Lines::default(),
                Some("They follow as soon as a neighbour is quantized".to_owned()),
            ),
            Cause::Reason(it, reason) => (
                format!("{} rejected them: {}", first(*it), reason.trim_end_matches('.')),
                Lines::default(),
                KNOWN_REASONS.iter().find(|it| it.reason == reason).map(|it| it.meaning.to_owned()),
            ),
            Cause::NoPattern(op) => (
                format!("No quantizer has a pattern for {op}"),
                Lines::default(),
                Some(self.no_pattern_note()),
            ),
            Cause::NotTargeted => {
                let lines = self.lines_for_all_nodes();
                let note = lines.code.is_empty().then(|| {
                    "The report does not say why; lines of Python are known only for the quantizers of \
                     ExecuTorch's Arm and Cortex-M backends"
                        .to_owned()
                });
                (self.not_targeted(), lines, note)
            }
            Cause::Empty => {
                ("Annotated without a qspec at the end".to_owned(), Lines::default(), None)
            }
        };
        Advice { cause: text, nodes, lines: lines.code, note, effect: None, added: lines.added }
    }

    /// The patterns that hold these nodes and were rejected first, each once, by name ID.
    fn rejected_chains(&self, nodes: &[usize]) -> Vec<Vec<usize>> {
        let mut chains: Vec<Vec<usize>> = Vec::new();
        let mut is_seen = std::collections::HashSet::new();
        for node in nodes.iter().filter_map(|it| self.nodes().get(*it)) {
            let Some(rejected) = node.rejected(self.report()) else { continue };
            let ids = rejected.pattern.node_names.iter().filter_map(|it| self.names.id(it));
            let ids: Vec<usize> = ids.collect();
            if ids.first().is_some_and(|it| is_seen.insert(*it)) {
                chains.push(ids);
            }
        }
        chains
    }

    /// Why no quantizer looks at some nodes.
    fn not_targeted(&self) -> String {
        let quantizers = self.report().quantizers.iter().enumerate();
        let idle = quantizers.filter(|(_, it)| {
            let n_decided = it.accepted_patterns.len() + it.rejected_patterns.len();
            // Other quantizers describe no nodes.
            has_finder(&it.quantizer_info.targeted_nodes_description) && n_decided == 0
        });
        let idle = idle.map(|(quantizer_idx, it)| {
            let what = target_words(&it.quantizer_info.targeted_nodes_description);
            format!("quantizer {} targets {what}, and finds no node", quantizer_idx + 1)
        });
        let idle: Vec<String> = idle.take(2).collect();
        match idle.is_empty() {
            true => "No quantizer annotates them".to_owned(),
            false => format!("No quantizer annotates them ({})", idle.join("; ")),
        }
    }

    fn no_pattern_note(&self) -> String {
        let path = self
            .quantizer_for_all_nodes()
            .and_then(|(_, it)| it.quantizer_info.support_config_path.as_deref());
        match path {
            Some(path) => {
                format!("Use ops in its place that {path} has, or add a quantizer for it")
            }
            None => "Use other ops in its place, or add a quantizer for it".to_owned(),
        }
    }

    /// The conditions of the check that rejected the op.
    pub(crate) fn use_note(&self, quantizer_idx: usize, op: &str) -> Option<String> {
        let quantizer = self.report().quantizers.get(quantizer_idx)?;
        let path = quantizer.quantizer_info.support_config_path.as_deref().unwrap_or_default();
        if !path.contains(".cortex_m.") {
            return None;
        }
        let explicit = path.contains("EXPLICIT_LAYOUT");
        cortex_m_condition(op, explicit)
            .map(|it| format!("The report does not say why; the check of Cortex-M asks for {it}"))
    }

    /// The first ops of some nodes: `reshape, permute and 2 other ops`.
    fn ops_of(&self, nodes: &[usize]) -> String {
        let mut ops: Vec<(String, usize)> = Vec::new();
        for node in nodes.iter().filter_map(|it| self.nodes().get(*it)) {
            let op = self.op(node);
            let op = op.strip_prefix("aten.").unwrap_or(&op);
            let op = op.split('.').next().unwrap_or(op);
            match ops.iter_mut().find(|it| it.0 == op) {
                Some(it) => it.1 += 1,
                None => ops.push((op.to_owned(), 1)),
            }
        }
        ops.sort_by_key(|it| std::cmp::Reverse(it.1));
        let named: Vec<&str> = ops.iter().take(3).map(|it| it.0.as_str()).collect();
        match ops.len().saturating_sub(named.len()) {
            0 => named.join(", "),
            1 => format!("{} and 1 other op", named.join(", ")),
            n => format!("{} and {n} other ops", named.join(", ")),
        }
    }
}

/// Whether a qconfig has activations of 16 bits.
fn is_wide(qconfig: &str) -> bool {
    qconfig.contains("a16w8") || qconfig.contains("INT16")
}

/// What the checks of `CORTEX_M_QUANTIZER_SUPPORT_DICT` ask of an op
/// (`backends/cortex_m/quantizer/pattern_checkers.py` of ExecuTorch 1.5.1).
fn cortex_m_condition(op: &str, has_explicit_layout: bool) -> Option<&'static str> {
    let name = op.strip_prefix("aten.").unwrap_or(op).split('.').next()?;
    Some(match name.trim_end_matches('_') {
        "conv2d" if has_explicit_layout => "tensors with 4 dimensions",
        "conv1d" => "tensors with 3 dimensions",
        "conv2d" => "the memory format channels_last",
        "conv_transpose2d" if has_explicit_layout => "no groups, output_padding or dilation",
        "conv_transpose2d" => {
            "the memory format channels_last, and no groups, output_padding or dilation"
        }
        "add" | "sub" | "mul" | "hardswish" => {
            "inputs of one shape (or a broadcast over channels in channels_last), and an alpha that \
             the kernel can fold"
        }
        "div" => "inputs of one shape",
        "softmax" => "the softmax over the last dimension, or over the channels in channels_last",
        "avg_pool2d" => "no divisor_override",
        "bmm" => "two batches of matrices: 3 dimensions each",
        _ => return None,
    })
}
