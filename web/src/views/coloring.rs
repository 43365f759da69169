//! The colours of nodes in all views of a report, and the switch between them.

use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::view::{ColorBy, Coloring, Column};

use super::live_query::latest;
use crate::components::{NodeColors, safe_attribute};
use crate::state::{AppState, ReportHandle};
use crate::url::View;

/// The colours of a report's nodes; `None` for verdicts, which have signs of their own.
pub(super) fn node_colors(state: AppState, report_id: usize) -> NodeColors {
    let (coloring, set_coloring) = signal(None::<Arc<Coloring>>);
    let ask = move |(by, base_id): (ColorBy, Option<usize>)| async move {
        match by {
            ColorBy::Verdict => Ok(None),
            by => state.coloring(report_id, base_id, by).await.map(|it| Some(Arc::new(it))),
        }
    };
    latest(
        move || choice(state, report_id),
        ask,
        move |_, it| {
            // Setting nothing again would draw the legend again, under the reader's pointer.
            if it.is_some() || coloring.with_untracked(Option::is_some) {
                set_coloring.set(it.clone());
            }
        },
    );
    coloring.into()
}

/// What nodes are coloured by, and the report that changes are counted from.
pub(super) fn choice(state: AppState, report_id: usize) -> (ColorBy, Option<usize>) {
    let by = state.place().with(|it| it.color_by.clone());
    let base = (by == ColorBy::Change).then(|| state.base_of(report_id)).flatten();
    (by, base.map(|it| it.report_id))
}

/// The choice of what nodes are coloured by, for the views that show nodes.
#[component]
pub(crate) fn ColorSwitch(state: AppState, report: ReportHandle, view: View) -> impl IntoView {
    let shows_nodes = matches!(view, View::Overview | View::Nodes | View::Modules);
    if !shows_nodes || report.summary.strip.is_empty() {
        return ().into_any();
    }
    let has_base = Memo::new(move |_| state.reports().len() > 1);
    let has_graph = report.summary.totals.has_graph;
    let numbers = [Column::Macs, Column::Params].into_iter().filter(|_| has_graph);
    let metrics = report.metrics.iter().map(|it| Column::Metric(it.as_str().into()));
    let numbers: Vec<Column> = numbers.chain(metrics).collect();
    let chosen = Memo::new(move |_| state.place().with(|it| it.color_by.clone()));
    let options = move || {
        let mut all = vec![
            (ColorBy::Verdict, "verdict".to_owned()),
            (ColorBy::Bits, "bits".to_owned()),
            (ColorBy::Quantizer, "quantizer".to_owned()),
        ];
        let numbers = numbers.iter().cloned();
        all.extend(numbers.map(|it| (ColorBy::Number(it.clone()), it.title().to_owned())));
        all.extend(has_base.get().then(|| (ColorBy::Change, "change since the base".to_owned())));
        let options = all.into_iter().map(|(by, label)| {
            let name = by.as_str().to_owned();
            view! {
                <option value=name prop:selected=move || chosen.with(|it| *it == by)>
                    {safe_attribute(&label)}
                </option>
            }
        });
        options.collect_view()
    };
    view! {
        <label class="qs-color-by">
            <span>"Colour by"</span>
            <select
                class="qs-switcher__list"
                on:change:target=move |event| {
                    state.color_by(ColorBy::from_name(&event.target().value()));
                }
            >
                {options}
            </select>
        </label>
    }
    .into_any()
}
