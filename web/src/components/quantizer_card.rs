//! One quantizer: its name, the nodes it targets, and its decisions.

use leptos::prelude::*;
use qspect_core::Counts;
use qspect_core::report::qconfig_parts;
use qspect_core::text::number_format::thousands;
use qspect_core::view::{NodeQuery, QuantizerSummary};

use super::{SafeText, safe_attribute};
use crate::format::css_percent;

/// A card. The list around it shows its place in the order of precedence.
#[component]
pub(crate) fn QuantizerCard(
    quantizer: QuantizerSummary,
    /// The number of nodes in the whole report, which is the full length of the bar.
    n_nodes: usize,
    /// Finds the nodes that it accepted; `None` if the report does not name them.
    query: Option<NodeQuery>,
    /// Called with the query when the reader wants to see the nodes.
    on_open: Callback<NodeQuery>,
) -> impl IntoView {
    let QuantizerSummary { counts, is_without_qspecs, .. } = quantizer;
    let (label, arguments) = qconfig_parts(&quantizer.qconfig_label);
    let label = view! { <code><SafeText text=label /></code> };
    let arguments = arguments.into_iter();
    let arguments = arguments.map(|it| view! { <code class="qs-tag"><SafeText text=it /></code> });
    let arguments = arguments.collect_view();
    let supports = quantizer.support_config_path.map(|path| {
        view! {
            <div class="qs-small qs-muted qs-path" title=safe_attribute(&path)>
                "supports "
                <SafeText text=last_segments(&path) />
            </div>
        }
    });
    view! {
        <li class="qs-quantizer">
            <div class="qs-quantizer__head">
                <b><SafeText text=quantizer.name /></b>
                " "
                <span class="qs-muted">
                    <SafeText text=quantizer.targeted_nodes_description />
                </span>
            </div>
            <div class="qs-quantizer__qconfig" title=safe_attribute(&quantizer.qconfig_label)>
                {label}
                {arguments}
            </div>
            <div class="qs-bar-chart" aria-hidden="true">
                {counts.map(|counts| view! { <Bars counts n_nodes is_without_qspecs /> })}
            </div>
            <div class="qs-small qs-muted">
                {match counts {
                    Some(counts) => {
                        view! { <Decisions counts is_without_qspecs query on_open /> }.into_any()
                    }
                    None => view! { <span>"counts are unknown"</span> }.into_any(),
                }}
            </div>
            {supports}
        </li>
    }
}

/// A bar of its decisions.
#[component]
fn Bars(counts: Counts, n_nodes: usize, is_without_qspecs: bool) -> impl IntoView {
    let accepted = if is_without_qspecs { "float_by_config" } else { "quantized" };
    let bars = [
        (accepted, counts.accepted),
        ("rejected", counts.rejected),
        ("previous", counts.rejected_previous_annotation),
    ];
    let bar = |(mark, n)| {
        let class = format!("qs-bar-chart__part qs-mark--{mark}");
        view! { <i class=class style:width=css_percent(n, n_nodes)></i> }
    };
    bars.map(bar).collect_view()
}

/// Its decisions in figures; the figure of the accepted nodes leads to them.
#[component]
fn Decisions(
    counts: Counts,
    is_without_qspecs: bool,
    query: Option<NodeQuery>,
    on_open: Callback<NodeQuery>,
) -> impl IntoView {
    let accepted = format!("{} accepted", thousands(counts.accepted));
    let accepted = match query {
        Some(query) => view! {
            <button class="qs-link" on:click=move |_| on_open.run(query.clone())>
                {accepted}
            </button>
        }
        .into_any(),
        None => view! { <span>{accepted}</span> }.into_any(),
    };
    let more = format!(
        "{} · {} rejected · {} already annotated",
        if is_without_qspecs { " without a qspec" } else { "" },
        thousands(counts.rejected),
        thousands(counts.rejected_previous_annotation),
    );
    view! {
        {accepted}
        {more}
    }
}

/// The last two parts of a dotted path, which name the class and its constant.
fn last_segments(path: &str) -> String {
    let mut parts: Vec<&str> = path.rsplit('.').take(2).collect();
    parts.reverse();
    parts.join(".")
}
