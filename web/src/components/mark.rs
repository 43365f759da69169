//! The sign of a verdict: a colour and a pattern, never colour alone.

use qspect_core::Verdict;

use crate::parts::{Part, part};

/// A small sign; the words stand beside it.
pub(crate) fn mark(verdict: Verdict) -> Part {
    let class = match verdict {
        Verdict::Quantized => "qs-mark qs-mark--quantized",
        Verdict::Fused => "qs-mark qs-mark--fused",
        Verdict::FloatByConfig => "qs-mark qs-mark--float_by_config",
        Verdict::AnnotatedEmpty => "qs-mark qs-mark--annotated_empty",
        Verdict::Rejected => "qs-mark qs-mark--rejected",
        Verdict::Unmatched => "qs-mark qs-mark--unmatched",
        Verdict::Unknown => "qs-mark qs-mark--unknown",
    };
    part("i", class).aria("aria-hidden", "true")
}
