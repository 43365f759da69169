//! Finds cells of a table that lack a part.

use super::damaged_words::{is_garbled, is_node_name, is_part_of};
use super::foreign_lines::has_log_line;
use crate::qspec::DType;
use crate::qspec::{EdgeOrNode, QSpec};
use crate::report::reasons::KNOWN_REASONS;
use crate::report::{AnnotatedNode, InputQSpec};
use crate::text::python::is_word;

/// Names of qspecs in ExecuTorch 1.2.0 (`backends/cortex_m/quantizer/quantization_configs.py`).
const QSPECS: [&str; 7] = [
    "None",
    "CUSTOM_QSPEC",
    "INT8_ACTIVATION_PER_CHANNEL_QSPEC",
    "INT8_ACTIVATION_PER_TENSOR_QSPEC",
    "INT8_WEIGHT_PER_CHANNEL_QSPEC",
    "INT8_WEIGHT_PER_TENSOR_QSPEC",
    "SOFTMAX_OUTPUT_FIXED_QSPEC",
];

/// Whether a reason lacks a part.
pub(super) fn is_reason_damaged(reason: &str) -> bool {
    reason.trim().is_empty()
        || is_part_of(reason, &KNOWN_REASONS.map(|it| it.reason), 1)
        || is_garbled(reason)
        || has_log_line(reason)
}

/// Whether an input or its qspec lacks a part.
pub(super) fn is_input_damaged(input: &InputQSpec) -> bool {
    !is_node_name(&input.node) || is_qspec_damaged(input.qspec.as_ref())
}

/// Whether a qspec lacks a part. [`QSpec::is_damaged`] finds most cases.
pub(super) fn is_qspec_damaged(qspec: Option<&QSpec>) -> bool {
    match qspec {
        Some(QSpec::Other(spec)) => is_class_damaged(&spec.class),
        Some(QSpec::Shared(spec)) => is_edge_damaged(&spec.edge_or_node),
        Some(QSpec::Derived(spec)) => is_edge_damaged(&spec.derived_from) || !is_dtype(&spec.dtype),
        // Only a part of the dtype is left.
        Some(qspec) => qspec.dtype().is_some_and(|it| !is_dtype(it)),
        None => false,
    }
}

/// Whether a text of unknown form cannot be a whole qspec. A class name is a word, and a newer
/// ExecuTorch may print other arguments.
fn is_class_damaged(text: &str) -> bool {
    if is_word(text) {
        let is_end = QSPECS.iter().any(|it| it.len() > text.len() && it.ends_with(text));
        return is_part_of(text, &QSPECS, 1) || is_end || is_garbled(text);
    }
    let call = text.split_once('(');
    let call = call.and_then(|(class, rest)| Some((class, rest.strip_suffix(')')?)));
    let Some((class, arguments)) = call else { return true };
    let arguments = split_arguments(arguments);
    let is_known = ARGUMENTS.iter().find(|it| it.0 == class);
    let is_first_lost = is_known
        .is_some_and(|(_, first)| !arguments.first().is_some_and(|it| it.starts_with(first)));
    let is_argument = |it: &str| {
        it.split_once('=').is_some_and(|(name, value)| {
            is_word(name)
                && !value.is_empty()
                && !value.contains(' ')
                && (name != "range" || is_range(value))
        })
    };
    is_first_lost || !is_word(class) || !arguments.iter().all(|it| is_argument(it))
}

/// `(-128,127)`
fn is_range(text: &str) -> bool {
    let inner = text.strip_prefix('(').and_then(|it| it.strip_suffix(')'));
    let bounds = inner.and_then(|it| it.split_once(','));
    let is_bound = |it: &str| it == "None" || it.parse::<i64>().is_ok();
    bounds.is_some_and(|(min, max)| is_bound(min) && is_bound(max))
}

/// The first argument of each class that ExecuTorch prints with arguments (`qspec_repr`).
const ARGUMENTS: [(&str, &str); 3] = [
    ("QuantizationSpec", "dtype="),
    ("SharedQuantizationSpec", "edge_or_node="),
    ("DerivedQuantizationSpec", "derived_from="),
];

fn is_edge_damaged(edge_or_node: &EdgeOrNode) -> bool {
    match edge_or_node {
        EdgeOrNode::Node(name) => !is_node_name(name),
        EdgeOrNode::Tuple(items) | EdgeOrNode::List(items) => items.iter().any(is_edge_damaged),
    }
}

fn is_dtype(dtype: &DType) -> bool {
    dtype.is_quantized().is_some() || dtype.is_integer().is_some()
}

/// Whether a node's inputs do not fit together. The qspec of a bias is derived from the edges of
/// other inputs of the same node (`_derived_bias_quant_spec` in `backends/arm/quantizer` and
/// `backends/cortex_m/quantizer`). If one of these is missing, its row is lost, or the bias belongs
/// to another node.
pub(super) fn lacks_inputs(node: &AnnotatedNode) -> bool {
    // Nodes with more inputs have no bias. The limit keeps the time linear.
    const MAX_INPUTS: usize = 16;
    let inputs = &node.input_qspec_map;
    if inputs.len() > MAX_INPUTS {
        return false;
    }
    let edges = inputs.iter().filter_map(|it| match &it.qspec {
        Some(QSpec::Derived(spec)) => match &spec.derived_from {
            EdgeOrNode::Tuple(edges) | EdgeOrNode::List(edges) => Some(edges),
            EdgeOrNode::Node(_) => None,
        },
        _ => None,
    });
    edges
        .flatten()
        .filter_map(EdgeOrNode::as_edge)
        .take(MAX_INPUTS * 4)
        .any(|(input, reader)| *reader != node.name || !inputs.iter().any(|it| it.node == *input))
}

/// The arguments of a call, split at the commas outside of brackets.
fn split_arguments(text: &str) -> Vec<&str> {
    let (mut arguments, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                arguments.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    arguments.push(&text[start..]);
    arguments.iter().map(|it| it.strip_prefix(' ').unwrap_or(it)).collect()
}
