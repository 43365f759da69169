//! The first screen: what the report comes to, who decided, and why nodes stay float.

use leptos::prelude::*;
use qspect_core::{DistinctNodes, Facet, NodeQuery, Outcome, Summary, Tally};

use crate::components::{Mark, QuantizerCard, TAB_PANEL_ID, outcome_label};
use crate::format::{count, css_percent, percent, thousands};
use crate::place::View;
use crate::state::{AppState, ReportHandle};

/// Sums the report up. Every figure that has nodes behind it leads to them.
#[component]
pub(crate) fn OverviewView(state: AppState, report: ReportHandle) -> impl IntoView {
    let summary = report.summary;
    let show = Callback::new(move |(facet, value)| {
        state.show_nodes(NodeQuery { facets: vec![(facet, value)], ..NodeQuery::default() });
    });
    let distinct = summary.totals.distinct;
    let n_nodes = distinct.map_or_else(|| n_counted(&summary), |it| it.n_nodes);
    let quantizers = summary.quantizers.iter().cloned().enumerate().map(|(at, quantizer)| {
        let on_open = Callback::new(move |()| {
            let outcomes = [Outcome::Annotated, Outcome::NoQspec];
            let outcomes = outcomes.map(|it| (Facet::Outcome, it.as_str().to_owned()));
            let mut facets = vec![(Facet::Quantizer, (at + 1).to_string())];
            facets.extend(outcomes);
            state.show_nodes(NodeQuery { facets, ..NodeQuery::default() });
        });
        let on_open = distinct.map(|_| on_open);
        view! { <QuantizerCard quantizer n_nodes on_open /> }
    });
    view! {
        <main
            id=TAB_PANEL_ID
            class="qs-overview"
            role="tabpanel"
            aria-labelledby=format!("qs-tab-{}", View::Overview.as_str())
        >
            <div class="qs-kicker">
                <h1>{summary.report_title.clone()}</h1>
                {kicker(&summary).into_iter().map(|it| view! { <span>{it}</span> }).collect_view()}
            </div>
            <p class="qs-headline">{headline(&summary)}</p>
            {summary.is_nothing_quantized().then(|| view! {
                <div class="qs-banner" role="status">
                    <b>"Nothing was quantized."</b>
                    " Not one node has a qspec: the quantizers below matched no node, or were told \
                     to leave them float. Compare what they target with the nodes of the model."
                </div>
            })}
            {match distinct {
                Some(distinct) => outcomes(distinct, show).into_any(),
                None => counted(&summary).into_any(),
            }}
            <div class="qs-columns">
                <section class="qs-card">
                    <h2>"Who decided, in order of precedence"</h2>
                    <ol class="qs-quantizers">{quantizers.collect_view()}</ol>
                </section>
                <div>
                    {distinct.map(|it| why(&summary, it, show))}
                    {distinct.map(|_| outputs(&summary, show))}
                    {pre_transform(&summary)}
                </div>
            </div>
        </main>
    }
}

/// What the counts of an INFO report add up to: nodes over patterns, not distinct nodes.
fn n_counted(summary: &Summary) -> usize {
    let counts = summary.totals.counts;
    counts.accepted + counts.rejected + summary.totals.n_non_annotated.unwrap_or_default()
}

fn kicker(summary: &Summary) -> Vec<String> {
    let quantizers = count(summary.quantizers.len(), "quantizer", "quantizers");
    let level = match summary.totals.distinct {
        Some(_) => None,
        None => Some("INFO level".to_owned()),
    };
    let known = [summary.model.clone(), Some(quantizers), level].into_iter().flatten();
    known.chain(summary.packages.iter().cloned()).collect()
}

/// The sentence that answers the question.
fn headline(summary: &Summary) -> String {
    let Some(distinct) = summary.totals.distinct else {
        return match summary.totals.n_non_annotated {
            Some(0) => {
                "Every node has an annotation; which stay float, a DEBUG report tells".to_owned()
            }
            Some(n_nodes) => format!(
                "{} without an annotation",
                count(n_nodes, "node has stayed", "nodes have stayed")
            ),
            None => "This report is cut off before it tells what stayed float".to_owned(),
        };
    };
    let DistinctNodes { n_nodes, annotated, no_qspec, .. } = distinct;
    if summary.is_cut_off {
        let counted = summary.totals.counts.accepted;
        let listed = count(n_nodes, "node", "nodes");
        return format!(
            "This report is cut off: it lists {listed}, and counts {} accepted",
            thousands(counted)
        );
    }
    let n_float = n_nodes - annotated;
    let on_purpose = match no_qspec {
        0 => String::new(),
        all if all == n_float => ", all of them on purpose".to_owned(),
        some => format!(", {} of them on purpose", thousands(some)),
    };
    match (n_nodes, n_float) {
        (0, _) => "This report names no node".to_owned(),
        (1, 0) => "The only node is quantized".to_owned(),
        (_, 0) => format!("All {} nodes are quantized", thousands(n_nodes)),
        (_, all) if all == n_nodes => {
            format!("None of {} is quantized{on_purpose}", count(n_nodes, "node", "nodes"))
        }
        _ => {
            let verb = if n_float == 1 { "stays" } else { "stay" };
            let of = count(n_nodes, "node", "nodes");
            format!("{} of {of} {verb} unquantized{on_purpose}", thousands(n_float))
        }
    }
}

/// Distinct nodes by what became of them, as figures and as one bar.
fn outcomes(distinct: DistinctNodes, show: Callback<(Facet, String)>) -> impl IntoView {
    let DistinctNodes { n_nodes, .. } = distinct;
    let n_of = move |outcome: Outcome| match outcome {
        Outcome::Annotated => distinct.annotated,
        Outcome::NoQspec => distinct.no_qspec,
        Outcome::Rejected => distinct.rejected,
        Outcome::NonAnnotated => distinct.non_annotated,
    };
    let figures = Outcome::ALL.map(|outcome| {
        let n = n_of(outcome);
        let figure = match outcome {
            Outcome::Annotated => percent(n, n_nodes),
            _ => thousands(n),
        };
        let what = match outcome {
            Outcome::Annotated => format!("annotated, {} of {}", thousands(n), thousands(n_nodes)),
            Outcome::NoQspec => "kept float by config".to_owned(),
            Outcome::Rejected => "rejected, and accepted by nobody".to_owned(),
            Outcome::NonAnnotated => "not matched by any quantizer".to_owned(),
        };
        let show = move |_| show.run((Facet::Outcome, outcome.as_str().to_owned()));
        view! {
            <button class="qs-figure" disabled={n == 0} on:click=show>
                <b>{figure}</b>
                <span><Mark outcome />{what}</span>
            </button>
        }
    });
    let parts = Outcome::ALL.map(|outcome| {
        let title = format!("{} {}", thousands(n_of(outcome)), outcome_label(outcome));
        view! {
            <i
                class=format!("qs-bar-chart__part qs-mark--{}", outcome.as_str())
                title=title
                style:width=css_percent(n_of(outcome), n_nodes)
            ></i>
        }
    });
    view! {
        <div class="qs-figures">
            {figures.collect_view()}
            <div class="qs-bar-chart qs-bar-chart--whole" aria-hidden="true">
                {parts.collect_view()}
            </div>
        </div>
    }
}

/// ExecuTorch's own counts, where there is nothing else.
fn counted(summary: &Summary) -> impl IntoView + use<> {
    let counts = summary.totals.counts;
    let non_annotated = summary.totals.n_non_annotated.map_or_else(|| "?".to_owned(), thousands);
    let figures = [
        (thousands(counts.accepted), "accepted, added up over patterns"),
        (thousands(counts.rejected), "rejected"),
        (thousands(counts.rejected_previous_annotation), "rejected: already annotated"),
        (non_annotated, "without an annotation"),
    ];
    let figures = figures.map(|(figure, what)| {
        view! { <div class="qs-figure"><b>{figure}</b><span>{what}</span></div> }
    });
    view! {
        <div class="qs-figures">{figures.collect_view()}</div>
        <p class="qs-muted qs-note-line">
            "Counts alone: this report was logged at INFO level. At DEBUG level it names every node, \
             with its qspecs and the reasons."
        </p>
    }
}

/// Why nodes are not quantized, most nodes first.
fn why(
    summary: &Summary,
    distinct: DistinctNodes,
    show: Callback<(Facet, String)>,
) -> impl IntoView + use<> {
    let by_outcome = |outcome: Outcome, n: usize, why: &str, more: &str| {
        (n > 0).then(|| {
            (n, why.to_owned(), more.to_owned(), Facet::Outcome, outcome.as_str().to_owned())
        })
    };
    let by_reason = summary.reasons.iter().map(|Tally { what, n_nodes }| {
        (*n_nodes, what.clone(), "rejected".to_owned(), Facet::Reason, what.clone())
    });
    let by_outcome = [
        by_outcome(
            Outcome::NoQspec,
            distinct.no_qspec,
            "float by config",
            "accepted with every qspec None: by a qconfig of None, or with nothing to quantize",
        ),
        by_outcome(
            Outcome::NonAnnotated,
            distinct.non_annotated,
            "not matched",
            "no quantizer listed here accepted or rejected them",
        ),
    ];
    // The reasons are in order already.
    let mut rows: Vec<_> = by_reason.collect();
    for row in by_outcome.into_iter().flatten() {
        let at = rows.iter().position(|it| it.0 < row.0).unwrap_or(rows.len());
        rows.insert(at, row);
    }
    let is_empty = rows.is_empty();
    let rows = rows.into_iter().map(|(n, why, more, facet, value)| {
        view! {
            <li class="qs-why">
                <div><b>{thousands(n)}</b>" × "{why}</div>
                <div class="qs-muted">
                    {more}
                    " · "
                    <button class="qs-link" on:click=move |_| show.run((facet, value.clone()))>
                        "show nodes"
                    </button>
                </div>
            </li>
        }
    });
    view! {
        <section class="qs-card">
            <h2>"Why nodes are not quantized"</h2>
            <ul class="qs-whys">{rows.collect_view()}</ul>
            {(is_empty && !summary.is_cut_off)
                .then(|| view! { <p class="qs-muted">"Every node is annotated."</p> })}
        </section>
    }
}

/// What outputs become.
fn outputs(summary: &Summary, show: Callback<(Facet, String)>) -> impl IntoView + use<> {
    let n_nodes: usize = summary.outputs.iter().map(|it| it.n_nodes).sum();
    let rows = summary.outputs.iter().cloned().map(|Tally { what, n_nodes: n }| {
        let value = what.clone();
        view! {
            <tr>
                <th scope="row">
                    <button class="qs-link" on:click=move |_| show.run((Facet::Output, value.clone()))>
                        {what}
                    </button>
                </th>
                <td class="qs-number">{thousands(n)}</td>
                <td class="qs-share">
                    <i class="qs-share__bar" style:width=css_percent(n, n_nodes)></i>
                </td>
            </tr>
        }
    });
    (n_nodes > 0).then(|| {
        view! {
            <section class="qs-card">
                <h2>"What the outputs of accepted nodes become"</h2>
                <table class="qs-table">{rows.collect_view()}</table>
            </section>
        }
    })
}

/// The list that ExecuTorch logs before it transforms the graph.
fn pre_transform(summary: &Summary) -> impl IntoView + use<> {
    let n_nodes = summary.n_pre_transform_nodes;
    (n_nodes > 0).then(|| {
        view! {
            <section class="qs-card">
                <h2>"Before the transform for annotation"</h2>
                <p class="qs-muted">
                    {format!(
                        "{} not marked for quantization, so not decomposed either.",
                        count(n_nodes, "node was", "nodes were"),
                    )}
                </p>
            </section>
        }
    })
}
