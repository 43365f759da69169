//! The first screen: the report in figures, who decided, and why nodes stay float.

mod advice;
mod figures;
mod head;
mod lists;
mod quantizers;
mod strip_card;
mod why;

use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::view::{AdviceList, NodeQuery};
use qspect_core::{Level, Summary};

use self::advice::Advice;
use self::figures::{Figures, InputsOutputs};
use self::head::{Head, Incomplete, NothingQuantized};
use self::lists::{DataTypes, Findings, Islands, Ops, PreTransform};
use self::quantizers::Quantizers;
use self::strip_card::Model;
use self::why::Why;
use super::live_query::latest;
use super::printed::Printed;
use crate::components::TabPanel;
use crate::state::{AppState, ReportHandle};
use crate::url::View;

/// The overview of a report. Every figure that has nodes behind it leads to them.
#[component]
pub(crate) fn OverviewView(state: AppState, report: ReportHandle) -> impl IntoView {
    let ReportHandle { report_id, summary, .. } = report.clone();
    let is_whole = summary.is_whole();
    let on_open = Callback::new(move |query| state.show_nodes(query));
    // `summary` is behind an `Arc`: each component has its own handle.
    let head = view! { <Head summary=summary.clone() /> };
    let incomplete = (!is_whole).then(|| view! { <Incomplete summary=summary.clone() /> });
    let nothing_quantized = summary
        .is_nothing_quantized
        .then(|| view! { <NothingQuantized summary=summary.clone() /> });
    let figures = is_whole.then(|| {
        view! {
            <Figures summary=summary.clone() on_open />
            <InputsOutputs summary=summary.clone() />
        }
    });
    // What follows waits for the advice: it stands first, and would push the rest down under the
    // reader's pointer.
    let (advice, set_advice) = signal((!has_lists(&summary)).then(Arc::default));
    if has_lists(&summary) {
        let ask = move |()| async move { state.advice(report_id).await.map(Arc::new) };
        latest(|| (), ask, move |(), it| set_advice.set(Some(it.clone())));
    }
    let details = move || {
        let advice = advice.get()?;
        Some(view! { <Details state report=report.clone() advice on_open /> })
    };
    view! {
        <TabPanel view=View::Overview class="qs-overview">
            {head}
            {incomplete}
            {nothing_quantized}
            {figures}
            {details}
        </TabPanel>
    }
}

fn has_nodes(summary: &Summary) -> bool {
    summary.totals.level == Level::Debug || summary.totals.has_graph
}

/// Whether there are lists over all nodes: they are unknown in an incomplete report.
fn has_lists(summary: &Summary) -> bool {
    has_nodes(summary) && summary.is_whole()
}

/// What follows the figures: advice, the strip, and the cards.
#[component]
fn Details(
    state: AppState,
    report: ReportHandle,
    advice: Arc<AdviceList>,
    on_open: Callback<NodeQuery>,
) -> impl IntoView {
    let ReportHandle { report_id, summary, .. } = report.clone();
    let (has_nodes, has_lists) = (has_nodes(&summary), has_lists(&summary));
    let advice = (!advice.items.is_empty())
        .then(|| view! { <Advice state report_id list=advice on_open /> });
    let model = has_nodes.then(|| view! { <Model state report=report.clone() on_open /> });
    let of_nodes = has_lists.then(|| {
        view! {
            <Islands summary=summary.clone() on_open />
            <DataTypes summary=summary.clone() on_open />
        }
    });
    let why = has_lists.then(|| view! { <Why summary=summary.clone() on_open /> });
    let printed = has_lists.then(|| {
        let query = Memo::new(|_| NodeQuery::float());
        view! { <Printed state report_id title="Nodes that stay float" output="Reason" query /> }
    });
    view! {
        {advice}
        {model}
        <div class="qs-columns">
            <div>
                <Quantizers summary=summary.clone() has_nodes on_open />
                {of_nodes}
            </div>
            <div>
                {why}
                <Findings summary=summary.clone() on_open />
                <Ops summary=summary.clone() on_open />
                <PreTransform summary />
            </div>
        </div>
        {printed}
    }
}
