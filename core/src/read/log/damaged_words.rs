//! Finds texts in the head of a quantizer's section that lack a part. They are compared with the
//! texts that ExecuTorch always prints in the same form.

use crate::text::python::is_word;

/// The classes of quantizers (`backends/arm/quantizer` and `backends/cortex_m/quantizer`).
pub(super) const NAMES: [&str; 2] = ["PatternQuantizer", "SharedQspecQuantizer"];

/// The descriptions of targets that are always the same
/// (`backends/cortex_m/quantizer/node_finders.py`).
const TARGETS: [&str; 4] = [
    "GlobalNodeFinder targeting all nodes",
    "InputNodeFinder targeting all placeholder nodes",
    "OutputNodeFinder targeting the output node",
    // From Qspect's exporter, for quantizers that do not report.
    "nodes whose annotation it changed",
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
const LABELS: [&str; 10] = [
    "NO_QCONFIG",
    // From Qspect's exporter, for quantizers that do not report.
    "a qconfig it does not report",
    "SHARED_QCONFIG",
    "TOSAQuantizationConfig",
    "shared qparams for connected targeted nodes",
    "executorch.backends.cortex_m.quantizer.quantization_configs.INT8_PER_CHANNEL_QCONFIG",
    "executorch.backends.cortex_m.quantizer.quantization_configs.INT8_PER_CHANNEL_CONFIG",
    "executorch.backends.cortex_m.quantizer.quantization_configs.INT8_PER_TENSOR_QCONFIG",
    "executorch.backends.cortex_m.quantizer.quantization_configs.INT8_PER_TENSOR_CONFIG",
    "executorch.backends.cortex_m.quantizer.quantization_configs.INT16_PER_TENSOR_CONFIG",
];

/// Where supported operators are defined (the same files), and the module alone.
const PATHS: [&str; 5] = [
    "None",
    "executorch.backends.cortex_m.quantizer.quantizer_support",
    "executorch.backends.cortex_m.quantizer.quantizer_support.CORTEX_M_QUANTIZER_SUPPORT_DICT",
    "executorch.backends.cortex_m.quantizer.quantizer.SharedQspecQuantizer.SHARED_QSPEC_OPS_DEFAULT",
    "executorch.backends.arm.quantizer.arm_quantizer_utils.SharedQspecQuantizer.SHARED_QSPEC_OPS_DEFAULT",
];

/// Whether `text` is one of the known texts without its end or a piece of its middle. The first
/// `n_kept` bytes must be there.
pub(super) fn is_part_of(text: &str, known: &[&str], n_kept: usize) -> bool {
    !known.contains(&text)
        && known.iter().any(|known| {
            let (text, known) = (text.as_bytes(), known.as_bytes());
            let n_same = text.iter().zip(known).take_while(|(a, b)| a == b).count();
            let ends = text.iter().rev().zip(known.iter().rev());
            let n_same_at_end = ends.take_while(|(a, b)| a == b).count();
            text.len() < known.len() && n_same >= n_kept && n_same + n_same_at_end >= text.len()
        })
}

/// Whether a text in a quantizer's head is one of the known ones, and therefore whole.
pub(super) fn is_known(text: &str) -> bool {
    TARGETS.contains(&text) || LABELS.contains(&text) || PATHS.contains(&text)
}

/// Whether a quantizer's class lacks a part: its beginning, or a piece of its middle.
pub(super) fn is_name_damaged(name: &str) -> bool {
    let is_lower = name.starts_with(|it: char| !it.is_ascii_uppercase());
    !is_node_name(name)
        || is_part_of(name, &NAMES, 2)
        || (is_lower && NAMES.iter().any(|it| it.ends_with(name)))
}

/// Whether the description of a quantizer's targets lacks a part. A newer ExecuTorch may print
/// other descriptions, so only parts of the known ones count as damage.
pub(super) fn is_description_damaged(name: &str, description: &str) -> bool {
    if description.is_empty() {
        // Of the two classes, only `SharedQspecQuantizer` prints an empty description.
        return name == "PatternQuantizer";
    }
    if let Some(items) = TARGETS_BEFORE_LISTS.iter().find_map(|it| description.strip_prefix(it)) {
        return items.split(", ").any(|it| it.trim().is_empty() || is_text_damaged(it));
    }
    let n_kept = description.len().min(4);
    // The end of a description whose finder is cut: `nder targeting all nodes`.
    let has_end = TARGETS.iter().any(|it| {
        let end = it.split_once(' ').map_or(*it, |it| it.1);
        description.ends_with(end)
    });
    let is_lower = description.starts_with(|it: char| !it.is_ascii_uppercase());
    is_part_of(description, &TARGETS, n_kept)
        || is_part_of(description, &TARGETS_BEFORE_LISTS, n_kept)
        || (description.contains(" targeting ") && has_end && is_lower)
        || is_text_damaged(description)
}

/// Whether a qconfig's label lacks a part.
pub(super) fn is_label_damaged(label: &str) -> bool {
    label.is_empty()
        || is_part_of(label, &LABELS, 2)
        || is_text_damaged(label)
        || (label.starts_with(ARM_LABEL) && label.contains('(') && !label.ends_with(')'))
}

/// How the labels of Arm's qconfigs begin: calls with the arguments that made them
/// (`QuantizationConfig.label` in `backends/arm/quantizer/arm_quantizer.py`).
const ARM_LABEL: &str = "arm_quantizer.";

/// Whether the path of the supported operators lacks a part.
pub(super) fn is_path_damaged(path: &str) -> bool {
    is_part_of(path, &PATHS, 1) || is_garbled(path)
}

/// Whether the end of a text is lost: a list or a bracket is still open, or bytes are invalid.
fn is_text_damaged(text: &str) -> bool {
    let n = |c: char| text.matches(c).count();
    let is_open = n('(') != n(')') || n('[') != n(']');
    is_open || is_garbled(text) || text.trim_end().ends_with([',', ':', '=', '.'])
}

/// Whether a text has control characters or invalid bytes, which no tool writes on purpose.
pub(super) fn is_garbled(text: &str) -> bool {
    text.contains(|it: char| it == char::REPLACEMENT_CHARACTER || it.is_control())
}

/// Whether `torch.fx` may give a node this name: a Python identifier.
pub(super) fn is_node_name(text: &str) -> bool {
    is_word(text) && !is_garbled(text)
}
