//! The first screen: the report in figures, who decided, and why nodes stay float.

mod advice;
mod figures;
mod head;
mod lists;
mod quantizers;
mod strip_card;
mod why;

use leptos::prelude::*;
use qspect_core::Level;
use qspect_core::view::NodeQuery;

use self::advice::Advice;
use self::figures::{Figures, InputsOutputs};
use self::head::{Head, Incomplete, NothingQuantized};
use self::lists::{DataTypes, Findings, Islands, Ops, PreTransform};
use self::quantizers::Quantizers;
use self::strip_card::Model;
use self::why::Why;
use super::printed::Printed;
use crate::components::TabPanel;
use crate::state::{AppState, ReportHandle};
use crate::url::View;

/// The overview of a report. Every figure that has nodes behind it leads to them.
#[component]
pub(crate) fn OverviewView(state: AppState, report: ReportHandle) -> impl IntoView {
    let ReportHandle { report_id, summary, .. } = report;
    let has_nodes = summary.totals.level == Level::Debug || summary.totals.has_graph;
    let is_whole = summary.is_whole();
    // Lists over all nodes are unknown in an incomplete report.
    let lists_all = has_nodes && is_whole;
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
    let model =
        has_nodes.then(|| view! { <Model state report_id summary=summary.clone() on_open /> });
    let advice = lists_all.then(|| view! { <Advice state report_id on_open /> });
    let of_nodes = lists_all.then(|| {
        view! {
            <Islands summary=summary.clone() on_open />
            <DataTypes summary=summary.clone() on_open />
        }
    });
    let why = lists_all.then(|| view! { <Why summary=summary.clone() on_open /> });
    let printed = lists_all.then(|| {
        let query = Memo::new(|_| NodeQuery::float());
        view! { <Printed state report_id title="Nodes that stay float" output="Reason" query /> }
    });
    view! {
        <TabPanel view=View::Overview class="qs-overview">
            {head}
            {incomplete}
            {nothing_quantized}
            {figures}
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
        </TabPanel>
    }
}
