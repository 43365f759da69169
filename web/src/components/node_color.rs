//! The colours of nodes, by classes.

use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::text::number_format::thousands;
use qspect_core::view::{ColorClass, Coloring};
use qspect_core::{Role, Verdict};

use super::{RowMark, SafeText, VerdictMark};

/// The colours of a report's nodes. `None` colours them by verdict, each with its own sign.
pub(crate) type NodeColors = Signal<Option<Arc<Coloring>>>;

/// The sign of a node: of its class if there are classes, else of its verdict or its role.
#[component]
pub(crate) fn NodeMark(
    node_idx: usize,
    /// Verdict alone if the role is not known here.
    #[prop(optional)]
    role: Option<Role>,
    verdict: Verdict,
    colors: NodeColors,
) -> impl IntoView {
    move || match colors.get() {
        Some(coloring) => {
            let class = coloring.class(node_idx);
            let (label, color) = class.map(|it| (it.label.clone(), variable(it))).unzip();
            view! {
                <i class="qs-mark qs-mark--class" title=label style:background=color></i>
            }
            .into_any()
        }
        None => match role {
            Some(role) => view! { <RowMark role verdict /> }.into_any(),
            None => view! { <VerdictMark verdict /> }.into_any(),
        },
    }
}

/// The classes, each with its colour and its number of nodes.
#[component]
pub(crate) fn ColorLegend(classes: Vec<ColorClass>) -> impl IntoView {
    let items = classes.into_iter().map(|it| {
        let color = variable(&it);
        view! {
            <span class="qs-legend__item">
                <i class="qs-mark qs-mark--class" style:background=color></i>
                <SafeText text=it.label />
                <b>{thousands(it.n_nodes)}</b>
            </span>
        }
    });
    view! { <div class="qs-legend">{items.collect_view()}</div> }
}

/// The colour as CSS.
pub(super) fn variable(class: &ColorClass) -> String {
    format!("var(--{})", class.color)
}
