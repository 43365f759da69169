//! The overview's lists: findings, islands, data types and ops.

use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::Summary;
use qspect_core::text::number_format::{count, thousands};
use qspect_core::view::{Facet, NodeQuery, Selection, Truncated};

use crate::components::{LinkList, LinkRow};

#[component]
pub(super) fn Findings(summary: Arc<Summary>, on_open: Callback<NodeQuery>) -> impl IntoView {
    let top = summary.findings.as_ref()?;
    let rows = top.items.iter().enumerate().map(|(at, it)| LinkRow {
        figure: if it.n_nodes > 0 { thousands(it.n_nodes) } else { "–".to_owned() },
        text: it.message.clone(),
        more: it.lint.as_str().to_owned(),
        query: (it.n_nodes > 0).then(|| NodeQuery::of(Selection::Finding(at))),
    });
    let rows = rows.collect();
    Some(view! {
        <LinkList
            title="Findings"
            rows
            n_at_first=6
            n_left_out=n_left_out(top)
            if_empty="Nothing looks wrong."
            on_open
        />
    })
}

#[component]
pub(super) fn Islands(summary: Arc<Summary>, on_open: Callback<NodeQuery>) -> impl IntoView {
    let top = summary.islands.as_ref()?;
    let rows = top.items.iter().enumerate().map(|(at, it)| LinkRow {
        figure: thousands(it.crossings),
        text: count(it.n_nodes, "node", "nodes"),
        more: format!("from {}", it.first),
        query: Some(NodeQuery::of(Selection::Island(at))),
    });
    let rows = rows.collect();
    Some(view! {
        <LinkList
            title="Float islands, by the tensors that cross their borders"
            rows
            n_at_first=8
            n_left_out=n_left_out(top)
            if_empty="No float compute nodes."
            on_open
        />
    })
}

#[component]
pub(super) fn DataTypes(summary: Arc<Summary>, on_open: Callback<NodeQuery>) -> impl IntoView {
    let rows = summary.dtypes.iter().map(|it| LinkRow {
        figure: thousands(it.n_nodes),
        text: it.what.clone(),
        more: String::new(),
        query: Some(NodeQuery::default().keep(Facet::DType, &it.what)),
    });
    let rows = rows.collect();
    view! {
        <LinkList
            title="Data types"
            rows
            n_at_first=6
            if_empty="The report lists no dtype."
            on_open
        />
    }
}

#[component]
pub(super) fn Ops(summary: Arc<Summary>, on_open: Callback<NodeQuery>) -> impl IntoView {
    let top = summary.ops.as_ref()?;
    let rows = top.items.iter().enumerate().map(|(at, it)| LinkRow {
        figure: thousands(it.n_nodes),
        text: it.op.clone(),
        more: it.how.clone(),
        query: Some(NodeQuery::of(Selection::Op(at))),
    });
    let rows = rows.collect();
    let title = if summary.totals.has_graph {
        "Ops, and how they are quantized"
    } else {
        "Ops by the nodes' names, as there is no graph"
    };
    Some(view! { <LinkList title rows n_at_first=12 n_left_out=n_left_out(top) on_open /> })
}

/// How many items a list of the report leaves out.
fn n_left_out<T>(top: &Truncated<T>) -> usize {
    top.n.saturating_sub(top.items.len())
}

/// The nodes that ExecuTorch lists before it transforms the graph.
#[component]
pub(super) fn PreTransform(summary: Arc<Summary>) -> impl IntoView {
    let n_nodes = summary.n_pre_transform_nodes;
    (n_nodes > 0).then(|| {
        let nodes = count(n_nodes, "node was", "nodes were");
        view! {
            <section class="qs-card">
                <h2>"Before the transform for annotation"</h2>
                <p class="qs-muted">
                    {format!("{nodes} not marked for quantization, so not decomposed either.")}
                </p>
            </section>
        }
    })
}
