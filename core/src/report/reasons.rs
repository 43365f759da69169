//! The reasons of rejections that ExecuTorch's own quantizers give.

use super::counts::PREVIOUS_ANNOTATION;

/// The reason that ExecuTorch's `SharedQspecQuantizer` gives for a node whose tensors are integers
/// or booleans (`backends/arm/quantizer/arm_quantizer_utils.py`).
pub(crate) const NO_FLOAT: &str = "No float inputs nor outputs to annotate";

/// The reason of `PatternMatcher` for an op that its check does not pass
/// (`backends/cortex_m/quantizer/pattern_matcher.py`).
pub(crate) const UNSUPPORTED_OPERATORS: &str =
    "Tried annotating unsupported configuration of operators";

/// Its reason for a qconfig that the check of the op does not pass. It comes after the check of the op.
pub(crate) const UNSUPPORTED_QCONFIG: &str = "Tried annotating unsupported quantization config";

/// A reason that ExecuTorch 1.2.0 to 1.5.1 gives, and its meaning.
pub(crate) struct KnownReason {
    pub(crate) reason: &'static str,
    /// Its meaning, in plain words.
    pub(crate) meaning: &'static str,
    /// Whether the node's neighbours cause the rejection.
    pub(crate) is_by_neighbours: bool,
}

/// From `backends/cortex_m/quantizer/pattern_matcher.py` and
/// `backends/arm/quantizer/arm_quantizer_utils.py`; the last two from 1.2.0.
pub(crate) const KNOWN_REASONS: [KnownReason; 10] = [
    KnownReason {
        reason: PREVIOUS_ANNOTATION,
        meaning: "a quantizer that comes earlier had taken a node of this pattern already",
        is_by_neighbours: false,
    },
    KnownReason {
        reason: UNSUPPORTED_OPERATORS,
        meaning: "the op is supported, but not as it is used here",
        is_by_neighbours: false,
    },
    KnownReason {
        reason: UNSUPPORTED_QCONFIG,
        meaning: "the op is supported, but not with this qconfig: usual causes are activations \
                  wider than int8, or scales per channel where the kernel takes one per tensor",
        is_by_neighbours: false,
    },
    KnownReason {
        reason: "Tried annotating a large constant scalar value that is not supported for quantization.",
        meaning: "it holds or fills in a constant above 3.4e15, often the minus infinity of a mask; \
                  no observer can take its range",
        is_by_neighbours: false,
    },
    KnownReason {
        reason: NO_FLOAT,
        meaning: "it reads and makes no float tensor, so there is nothing to quantize",
        is_by_neighbours: false,
    },
    KnownReason {
        reason: "All inputs and outputs to these nodes are non-quantized.",
        meaning: "it takes the qspec of a neighbour, and no neighbour has one",
        is_by_neighbours: true,
    },
    KnownReason {
        reason: "Shared-qspec bridge cluster touches uint8 model IO.",
        meaning: "it takes the qspec of a neighbour; its group touches a uint8 input or output of \
                  the model, and an op of the group cannot take uint8",
        is_by_neighbours: true,
    },
    KnownReason {
        reason: "Couldn't find any adjacent quantization spec to annotate while_loop.",
        meaning: "the loop would take the qspec of a neighbour, and no neighbour has one",
        is_by_neighbours: true,
    },
    KnownReason {
        reason: "Couldn't find any floating point input to base shared quantization spec on.",
        meaning: "it takes the qspec of a float input, and has no such input",
        is_by_neighbours: true,
    },
    KnownReason {
        reason: "Couldn't find any adjacent quantization spec to base shared quantization spec on. \
                 You may however quantize these nodes manually if required.",
        meaning: "it takes the qspec of a neighbour, and no neighbour has one",
        is_by_neighbours: true,
    },
];
