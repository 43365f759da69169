//! A node's facts from the graph: its op, its module, its output, its metrics.

use leptos::prelude::*;
use qspect_core::text::number_format::{figure, short};
use qspect_core::view::GraphDetail;

use crate::components::SafeText;

#[component]
pub(super) fn GraphFacts(graph: GraphDetail) -> impl IntoView {
    let GraphDetail { op, target, module, tensor, macs, metrics } = graph;
    let metrics = metrics.into_iter().map(|(name, value)| {
        // Four digits to read; all of them in the exports.
        let value = value.map_or_else(|| "not finite".to_owned(), figure);
        view! { <Fact name value /> }
    });
    view! {
        <dl class="qs-facts">
            <Fact name=op value=target />
            {module.map(|(path, class)| view! { <Fact name="module" value=path more=class /> })}
            {tensor.map(|value| view! { <Fact name="output" value /> })}
            {macs.map(|it| view! { <Fact name="MACs" value=short(it) /> })}
            {metrics.collect_view()}
        </dl>
    }
}

/// One fact of the list.
#[component]
fn Fact(
    #[prop(into)] name: String,
    value: String,
    /// Details about the value.
    #[prop(optional)]
    more: String,
) -> impl IntoView {
    view! {
        <dt><span><SafeText text=name /></span></dt>
        <dd>
            <span>
                <code><SafeText text=value /></code>
                " "
                <span class="qs-muted"><SafeText text=more /></span>
            </span>
        </dd>
    }
}
