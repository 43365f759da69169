//! The sign of an outcome: a colour and a pattern, never colour alone.

use leptos::prelude::*;
use qspect_core::Outcome;

/// What the page calls an outcome.
pub(crate) fn outcome_label(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Annotated => "annotated",
        Outcome::NoQspec => "float by config",
        Outcome::Rejected => "rejected",
        Outcome::NonAnnotated => "not matched",
    }
}

/// A small sign; the words stand beside it.
#[component]
pub(crate) fn Mark(
    /// What became of the node.
    outcome: Outcome,
) -> impl IntoView {
    view! { <i class=format!("qs-mark qs-mark--{}", outcome.as_str()) aria-hidden="true"></i> }
}
