//! The title of a report, and the banners above its figures.

use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::text::number_format::{count, thousands};
use qspect_core::{Level, Lint, Summary};

use crate::components::SafeText;

/// The title, the facts about the report itself, and its result in one sentence.
#[component]
pub(super) fn Head(summary: Arc<Summary>) -> impl IntoView {
    let facts = facts(&summary).into_iter().map(|it| view! { <span><SafeText text=it /></span> });
    view! {
        <div class="qs-kicker">
            <h1><SafeText text=summary.report_title.clone() /></h1>
            {facts.collect_view()}
        </div>
        <p class="qs-headline"><SafeText text=summary.headline() /></p>
    }
}

fn facts(summary: &Summary) -> Vec<String> {
    let quantizers = count(summary.quantizers.len(), "quantizer", "quantizers");
    let level = (summary.totals.level == Level::Info).then(|| "INFO level".to_owned());
    let parameters = (summary.n_parameters > 0)
        .then(|| format!("{} listed too", count(summary.n_parameters, "parameter", "parameters")));
    let known = [summary.model.clone(), Some(quantizers), level, parameters].into_iter().flatten();
    known.chain(summary.packages.iter().cloned()).collect()
}

/// The problems of an incomplete report, and their effect on the figures.
#[component]
pub(super) fn Incomplete(summary: Arc<Summary>) -> impl IntoView {
    const MAX_PROBLEMS: usize = 8;
    let problems = summary.problems.iter().take(MAX_PROBLEMS);
    let problems = problems.map(|it| view! { <li><SafeText text=it.as_str() /></li> });
    let n_more = summary.problems.len().saturating_sub(MAX_PROBLEMS);
    let more = (n_more > 0).then(|| view! { <li>{format!("and {} more", thousands(n_more))}</li> });
    view! {
        <div class="qs-banner" role="status">
            <b>"This report is incomplete."</b>
            " Figures over all nodes are unknown, and a check fails. The nodes that it lists are \
             shown. Get the whole log, or use qspect.capture."
            <ul>
                {problems.collect_view()}
                {more}
            </ul>
        </div>
    }
}

/// Why no node is quantized.
#[component]
pub(super) fn NothingQuantized(summary: Arc<Summary>) -> impl IntoView {
    let findings = summary.findings.iter().flat_map(|it| &it.items);
    let mut hidden = findings.filter(|it| it.lint == Lint::HiddenSubgraph);
    let text = match hidden.next() {
        Some(it) => format!(" {} are {}.", count(it.n_nodes, "node", "nodes"), it.message),
        None => " The quantizers below matched no node, or are configured to leave them float. \
                 Compare what they target with the nodes of the model."
            .to_owned(),
    };
    view! {
        <div class="qs-banner" role="status">
            <b>"Nothing was quantized."</b>
            <SafeText text />
        </div>
    }
}
