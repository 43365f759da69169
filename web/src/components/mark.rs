//! The sign of a verdict: a colour and a pattern, never colour alone.

use qspect_core::table::Row;
use qspect_core::{Role, Verdict};

use crate::parts::{Part, part};

/// The sign of a row: of its verdict, if the node computes.
pub(crate) fn row_mark(row: &Row) -> Part {
    match row.role {
        Role::Compute => mark(row.verdict),
        role => role_mark(role),
    }
}

/// The sign of a node that does not compute.
pub(crate) fn role_mark(role: Role) -> Part {
    let class = match role {
        Role::Parameter => "qs-mark qs-mark--parameter",
        Role::InputOutput => "qs-mark qs-mark--input_output",
        Role::Compute | Role::NotInGraph => "qs-mark qs-mark--unknown",
    };
    part("i", class).aria("aria-hidden", "true")
}

/// A small sign; the words stand beside it.
pub(crate) fn mark(verdict: Verdict) -> Part {
    let class = match verdict {
        Verdict::Quantized => "qs-mark qs-mark--quantized",
        Verdict::Fused => "qs-mark qs-mark--fused",
        Verdict::FloatByConfig => "qs-mark qs-mark--float_by_config",
        Verdict::AnnotatedEmpty => "qs-mark qs-mark--annotated_empty",
        Verdict::Rejected => "qs-mark qs-mark--rejected",
        Verdict::Unmatched => "qs-mark qs-mark--unmatched",
        Verdict::NotFloat => "qs-mark qs-mark--not_float",
        Verdict::Unknown => "qs-mark qs-mark--unknown",
    };
    part("i", class).aria("aria-hidden", "true")
}
