//! Coverage in three ways, islands and findings; at INFO level ExecuTorch's own counts.

use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::text::number_format::{count, percent, short, thousands};
use qspect_core::view::glossary::{CROSSING, FLOAT_ISLAND};
use qspect_core::view::{NodeQuery, Selection, Truncated};
use qspect_core::{Counts, Coverage, Share, Summary};

use crate::components::SafeText;

#[component]
pub(super) fn Figures(summary: Arc<Summary>, on_open: Callback<NodeQuery>) -> impl IntoView {
    match (summary.totals.coverage, summary.totals.verdicts) {
        (Some(coverage), Some(verdicts)) => {
            let has_unknown = verdicts.unknown > 0;
            view! {
                <div class="qs-figures">
                    <Shares
                        coverage
                        has_graph=summary.totals.has_graph
                        has_unknown
                        on_open
                    />
                    <IslandFigure summary=summary.clone() on_open />
                    <FindingFigure summary on_open />
                </div>
            }
            .into_any()
        }
        _ => view! {
            <CountsAlone
                counts=summary.counts.unwrap_or_default()
                n_non_annotated=summary.totals.n_non_annotated
            />
        }
        .into_any(),
    }
}

/// The counts that ExecuTorch printed, for a report that lists no nodes.
#[component]
fn CountsAlone(counts: Counts, n_non_annotated: Option<usize>) -> impl IntoView {
    let non_annotated = n_non_annotated.map_or_else(|| "?".to_owned(), thousands);
    let previous = thousands(counts.rejected_previous_annotation);
    view! {
        <div>
            <div class="qs-figures qs-figures--idle">
                <Figure
                    figure=thousands(counts.accepted)
                    what="accepted, added up over patterns"
                />
                <Figure figure=thousands(counts.rejected) what="rejected" />
                <Figure figure=previous what="rejected: already annotated" />
                <Figure figure=non_annotated what="without an annotation" />
            </div>
            <p class="qs-muted qs-note-line">
                "Counts alone: this report was logged at INFO level, so verdicts are unknown. At \
                 DEBUG level it names every node, with its qspecs and the reasons."
            </p>
        </div>
    }
}

/// One figure; a button that leads to the nodes behind it, if there are any.
#[component]
fn Figure(
    figure: String,
    /// The description of the figure.
    #[prop(into)]
    what: String,
    /// What its words mean.
    #[prop(optional, into)]
    title: Option<String>,
    /// Finds the nodes behind it.
    #[prop(default = None)]
    query: Option<NodeQuery>,
    /// Called with that query.
    #[prop(optional)]
    on_open: Option<Callback<NodeQuery>>,
) -> impl IntoView {
    let is_idle = query.is_none();
    let open = move |_| {
        if let (Some(on_open), Some(query)) = (on_open, &query) {
            on_open.run(query.clone());
        }
    };
    view! {
        <button class="qs-figure" title=title disabled=is_idle on:click=open>
            <b>{figure}</b>
            <span>{what}</span>
        </button>
    }
}

/// Quantized nodes, MACs and parameters as shares of all.
#[component]
fn Shares(
    coverage: Coverage,
    has_graph: bool,
    /// Whether some verdicts are unknown, so that shares are lower bounds.
    has_unknown: bool,
    on_open: Callback<NodeQuery>,
) -> impl IntoView {
    // Readers look for the nodes that are not covered.
    let is_covered = coverage.nodes.quantized == coverage.nodes.total;
    let selection = if is_covered { Selection::Covered } else { Selection::Uncovered };
    let exact = thousands(usize::try_from(coverage.nodes.total).unwrap_or_default());
    // Without a graph, inputs and nodes with integer output are among them.
    let kind = if has_graph { "compute nodes" } else { "listed nodes" };
    let shares = [
        (coverage.nodes, format!("of {exact} {kind} quantized")),
        (coverage.macs, weight(coverage.macs, "MACs", has_graph)),
        (coverage.params, weight(coverage.params, "parameters", has_graph)),
    ];
    let shares = shares.map(|(share, what)| match share {
        Share { total: 0, n_unknown: 0, .. } if has_graph => {
            view! { <Figure figure="0".to_owned() what /> }.into_any()
        }
        Share { quantized, total: total @ 1.., n_unknown: 0 } => {
            let at_least = if has_unknown { "≥ " } else { "" };
            let figure = format!("{at_least}{}", percent(quantized, total));
            let query = Some(NodeQuery::of(selection.clone()));
            view! { <Figure figure what query on_open /> }.into_any()
        }
        _ => view! { <Figure figure="?".to_owned() what /> }.into_any(),
    });
    shares.collect_view()
}

/// The text below a share of MACs or parameters.
fn weight(share: Share, what: &str, has_graph: bool) -> String {
    match share {
        _ if !has_graph => format!("of {what}: unknown without a graph"),
        Share { total: 0, n_unknown: 0, .. } => format!("{what} in this model"),
        Share { total, n_unknown: 0, .. } => format!("of {} {what} quantized", short(total)),
        Share { n_unknown, .. } => {
            let nodes = count(n_unknown, "node lacks", "nodes lack");
            format!("of {what}: unknown, {nodes} shapes")
        }
    }
}

#[component]
fn IslandFigure(summary: Arc<Summary>, on_open: Callback<NodeQuery>) -> impl IntoView {
    let crossings = count(summary.totals.n_crossings.unwrap_or_default(), "crossing", "crossings");
    match summary.islands.as_ref().map(|it| it.n) {
        Some(n) => {
            let what = format!("float {}, {crossings}", if n == 1 { "island" } else { "islands" });
            let query = (n > 0).then(|| NodeQuery::of(Selection::Islands));
            let title = format!("Float island: {FLOAT_ISLAND}. Crossing: {CROSSING}.");
            view! { <Figure figure=thousands(n) what title query on_open /> }.into_any()
        }
        None => {
            let what = "float islands: unknown without a graph";
            view! { <Figure figure="?".to_owned() what /> }.into_any()
        }
    }
}

#[component]
fn FindingFigure(summary: Arc<Summary>, on_open: Callback<NodeQuery>) -> impl IntoView {
    let n = summary.findings.as_ref().map_or(0, |it| it.n);
    let what = if n == 1 { "finding" } else { "findings" };
    let mut listed = summary.findings.iter().flat_map(|it| &it.items);
    let query = listed.any(|it| it.n_nodes > 0).then(|| NodeQuery::of(Selection::Findings));
    view! { <Figure figure=thousands(n) what query on_open /> }
}

/// The line `Inputs and outputs: x float, output float`.
#[component]
pub(super) fn InputsOutputs(summary: Arc<Summary>) -> impl IntoView {
    const MAX_SHOWN: usize = 12;
    let Truncated { items, n } = &summary.inputs_outputs;
    let shown = items.iter().take(MAX_SHOWN).map(|it| format!("{} {}", it.name, it.state()));
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if *n > MAX_SHOWN {
        text.push_str(&format!(" and {} more", thousands(n - MAX_SHOWN)));
    }
    (!text.is_empty()).then(|| {
        let text = format!("Inputs and outputs, which are not counted: {text}");
        view! { <p class="qs-muted qs-note-line"><SafeText text /></p> }
    })
}
