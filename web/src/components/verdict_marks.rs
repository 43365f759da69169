//! The sign of a verdict: a colour and a pattern, never colour alone. The words are beside it.

use leptos::prelude::*;
use qspect_core::view::Cell;
use qspect_core::{Role, Verdict};

/// The sign of a verdict.
#[component]
pub(crate) fn VerdictMark(verdict: Verdict) -> impl IntoView {
    sign(verdict.as_str())
}

/// The sign of a node that does not compute.
#[component]
pub(crate) fn RoleMark(role: Role) -> impl IntoView {
    sign(match role {
        Role::Parameter => "parameter",
        Role::InputOutput => "input_output",
        Role::Compute | Role::NotInGraph => "unknown",
    })
}

/// The sign of a row: of its verdict if the node computes, else of its role.
#[component]
pub(crate) fn RowMark(role: Role, verdict: Verdict) -> impl IntoView {
    match role {
        Role::Compute => view! { <VerdictMark verdict /> }.into_any(),
        role => view! { <RoleMark role /> }.into_any(),
    }
}

/// The sign of a strip's cell.
#[component]
pub(crate) fn CellMark(cell: Cell) -> impl IntoView {
    sign(cell.as_str())
}

fn sign(name: &'static str) -> impl IntoView {
    view! { <i class=format!("qs-mark qs-mark--{name}") aria-hidden="true"></i> }
}
