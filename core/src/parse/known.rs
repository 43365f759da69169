//! What a damaged line of a report looks like: texts that ExecuTorch prints in parts.

use super::blocks::{QCONFIG, SUPPORTED, count, non_annotated};
use super::table;
use crate::python::is_word;
use crate::qspec::DType;
use crate::{InputQSpec, QSpec};

/// Quantizers' classes (`backends/arm/quantizer` and `backends/cortex_m/quantizer`).
const NAMES: [&str; 2] = ["PatternQuantizer", "SharedQspecQuantizer"];

/// What quantizers look at (`backends/cortex_m/quantizer/node_finders.py`), as far as it is always
/// the same.
const TARGETS: [&str; 3] = [
    "GlobalNodeFinder targeting all nodes",
    "InputNodeFinder targeting all placeholder nodes",
    "OutputNodeFinder targeting the output node",
];

/// How the other descriptions of targets begin.
const TARGETS_BEFORE_LISTS: [&str; 4] = [
    "NodeTargetNodeFinder targeting node targets: ",
    "ModuleTypeNodeFinder targeting module types: ",
    "ModuleNameNodeFinder targeting module names: ",
    "NodeNameNodeFinder targeting names: ",
];

/// Labels of qconfigs (`backends/cortex_m/quantizer/quantization_configs.py` in 1.2.0 and 1.5.1,
/// `backends/arm/quantizer/arm_quantizer_utils.py`).
const LABELS: [&str; 9] = [
    "NO_QCONFIG",
    "SHARED_QCONFIG",
    "TOSAQuantizationConfig",
    "shared qparams for connected targeted nodes",
    "executorch.backends.cortex_m.quantizer.quantization_configs.INT8_PER_CHANNEL_QCONFIG",
    "executorch.backends.cortex_m.quantizer.quantization_configs.INT8_PER_CHANNEL_CONFIG",
    "executorch.backends.cortex_m.quantizer.quantization_configs.INT8_PER_TENSOR_QCONFIG",
    "executorch.backends.cortex_m.quantizer.quantization_configs.INT8_PER_TENSOR_CONFIG",
    "executorch.backends.cortex_m.quantizer.quantization_configs.INT16_PER_TENSOR_CONFIG",
];

/// Where supported operators are defined (the same files).
const PATHS: [&str; 4] = [
    "None",
    "executorch.backends.cortex_m.quantizer.quantizer_support.CORTEX_M_QUANTIZER_SUPPORT_DICT",
    "executorch.backends.cortex_m.quantizer.quantizer.SharedQspecQuantizer.SHARED_QSPEC_OPS_DEFAULT",
    "executorch.backends.arm.quantizer.arm_quantizer_utils.SharedQspecQuantizer.SHARED_QSPEC_OPS_DEFAULT",
];

/// Reasons of rejections, as in `explain.rs`.
const REASONS: [&str; 9] = [
    "Tried annotating unsupported configuration of operators",
    "Tried annotating unsupported quantization config",
    "Tried annotating a large constant scalar value that is not supported for quantization.",
    "No float inputs nor outputs to annotate",
    "All inputs and outputs to these nodes are non-quantized.",
    "Shared-qspec bridge cluster touches uint8 model IO.",
    "Couldn't find any adjacent quantization spec to annotate while_loop.",
    "Couldn't find any floating point input to base shared quantization spec on.",
    "Couldn't find any adjacent quantization spec to base shared quantization spec on. You may \
     however quantize these nodes manually if required.",
];

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

/// Whether `text` is one of the known texts without a piece of it: of its end, or of its middle.
/// `n_kept` bytes of the beginning must be there.
fn is_part_of(text: &str, known: &[&str], n_kept: usize) -> bool {
    !known.contains(&text)
        && known.iter().any(|known| {
            let (text, known) = (text.as_bytes(), known.as_bytes());
            let n_same = text.iter().zip(known).take_while(|(a, b)| a == b).count();
            let ends = text.iter().rev().zip(known.iter().rev());
            let n_same_at_end = ends.take_while(|(a, b)| a == b).count();
            text.len() < known.len() && n_same >= n_kept && n_same + n_same_at_end >= text.len()
        })
}

/// Whether a quantizer's class lacks a part: its beginning, or a piece of its middle.
pub(super) fn is_name_damaged(name: &str) -> bool {
    let is_lower = name.starts_with(|it: char| !it.is_ascii_uppercase());
    !is_word(name)
        || is_part_of(name, &NAMES, 4)
        || (is_lower && NAMES.iter().any(|it| it.ends_with(name)))
}

/// Whether the description of a quantizer's targets lacks a part.
pub(super) fn is_description_damaged(name: &str, description: &str) -> bool {
    let is_list = TARGETS_BEFORE_LISTS.iter().any(|it| description.starts_with(it));
    let n_kept = description.len().min(4);
    let is_part = is_part_of(description, &TARGETS, n_kept)
        || (!is_list && is_part_of(description, &TARGETS_BEFORE_LISTS, n_kept.max(1)));
    // Only the one class prints an empty description.
    let is_lost = description.is_empty() && name == "PatternQuantizer";
    is_lost || (!description.is_empty() && is_part) || is_text_damaged(description)
}

/// Whether a qconfig's label lacks a part.
pub(super) fn is_label_damaged(label: &str) -> bool {
    label.is_empty() || is_part_of(label, &LABELS, 2) || is_text_damaged(label)
}

/// Whether the place of the supported operators lacks a part.
pub(super) fn is_path_damaged(path: &str) -> bool {
    path.is_empty() || is_part_of(path, &PATHS, 1) || is_text_damaged(path)
}

/// Whether a reason lacks a part.
pub(super) fn is_reason_damaged(reason: &str) -> bool {
    reason.trim().is_empty() || is_part_of(reason, &REASONS, 1) || is_garbled(reason)
}

/// Whether an input or its qspec lacks a part.
pub(super) fn is_input_damaged(input: &InputQSpec) -> bool {
    !is_node_name(&input.node) || is_qspec_damaged(input.qspec.as_ref())
}

/// Whether a qspec lacks a part. [`QSpec::is_damaged`] sees most of it.
pub(super) fn is_qspec_damaged(qspec: Option<&QSpec>) -> bool {
    match qspec {
        Some(QSpec::Other(spec)) => {
            let class = spec.class.as_str();
            let is_end = QSPECS.iter().any(|it| it.len() > class.len() && it.ends_with(class));
            is_part_of(class, &QSPECS, 1) || is_end || is_garbled(class)
        }
        // A dtype of which only a part is left.
        Some(qspec) => qspec.dtype().is_some_and(|it| !is_dtype(it)),
        None => false,
    }
}

fn is_dtype(dtype: &DType) -> bool {
    dtype.is_quantized().is_some() || dtype.is_integer().is_some()
}

/// Whether a list in a text is open at its end, or brackets are: the end is lost.
fn is_text_damaged(text: &str) -> bool {
    let n = |c: char| text.matches(c).count();
    let is_open = n('(') != n(')') || n('[') != n(']');
    is_open || is_garbled(text) || text.trim_end().ends_with([',', ':', '=', '.'])
}

/// Whether a text has bytes that no tool meant to write.
pub(super) fn is_garbled(text: &str) -> bool {
    text.contains(|it: char| it == char::REPLACEMENT_CHARACTER || it == '\0')
}

/// Whether `torch.fx` may give a node this name: a Python identifier.
pub(super) fn is_node_name(text: &str) -> bool {
    is_word(text) && !is_garbled(text)
}

/// Whether a line has no room for a sentence: it may be what is left of a line of the report.
pub(super) fn is_one_word(line: &str) -> bool {
    line.split_whitespace().nth(1).is_none()
}

/// Whether a line that cannot be read as a line of a report is a part of one all the same.
pub(super) fn is_of_report(line: &str) -> bool {
    line.starts_with(QCONFIG)
        || line.starts_with(SUPPORTED)
        || count(line).is_some()
        || non_annotated(line).is_some()
        || table::is_header(line)
        || is_of_table(line)
}

/// Whether a line that cannot be read as a row of a table looks like a part of one.
pub(super) fn is_of_table(line: &str) -> bool {
    const CODE: [&str; 12] = [
        "QuantizationSpec",
        "_QSPEC",
        "QSPEC MAP",
        "NODE NAME",
        "Rejected:",
        "edge_or_node",
        "derived_from",
        "dtype=",
        "range=(",
        "), (",
        ", dtype",
        ", range",
    ];
    let text = line.trim();
    let words = || text.split_whitespace();
    let is_entry = words().next().is_some_and(|it| it.strip_suffix(':').is_some_and(is_node_name))
        && words().nth(1).is_some_and(|it| it.starts_with(|it: char| it.is_ascii_uppercase()))
        && words().nth(2).is_none();
    let has_box =
        text.starts_with(['╒', '╘', '|', '?', '\u{fffd}', 'â', '├']) || text.starts_with("\\u25");
    CODE.iter().any(|it| text.contains(it))
        || is_entry
        || has_box
        || words().any(|it| it == "None")
        || text.matches(')').count() > text.matches('(').count()
        || is_dashes(text)
}

/// Whether a line is a part of a rule, or of the line below a table's titles.
pub(super) fn is_dashes(line: &str) -> bool {
    let dashes = line.trim();
    dashes.len() >= 2 && dashes.bytes().all(|it| matches!(it, b'-' | b' ' | b'\t'))
}
