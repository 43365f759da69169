//! One of many reports: its name and its figures.

use leptos::prelude::*;
use qspect_core::text::number_format::{count, percent, thousands};
use qspect_core::view::NodeQuery;
use qspect_core::{Coverage, FleetRow, Share, Verdict, VerdictCounts};

use crate::components::{MiddleCut, SafeText, safe_attribute};
use crate::format::{config_names, css_percent, file_name};
use crate::state::ReportHandle;

/// The cells of a report's row.
#[component]
pub(super) fn FleetCells(
    report: ReportHandle,
    /// Whether the report is checked, to be compared with another one.
    is_checked: Signal<bool>,
    on_check: Callback<()>,
    /// Called to open the report, with a query if its nodes are to be listed.
    on_open: Callback<Option<NodeQuery>>,
) -> impl IntoView {
    let it = &*report.row;
    let totals = &it.totals;
    let share = |of: fn(Coverage) -> Share| {
        let share = totals.coverage.map(of).filter(|it| it.fraction().is_some());
        share.map_or_else(unknown, |it| percent(it.quantized, it.total))
    };
    let [nodes, macs, params] = [share(|it| it.nodes), share(|it| it.macs), share(|it| it.params)]
        .map(|it| {
            view! {
                <div class="qs-number" role="cell">
                    {it}
                </div>
            }
        });
    // The tooltip has all.
    let config = config_names(&it.config);
    let lints: Vec<&str> = it.findings.iter().map(|it| it.0.as_str()).collect();
    view! {
        <div role="cell">
            <input
                type="checkbox"
                aria-label=safe_attribute(&format!("compare {}", report.label))
                prop:checked=is_checked
                on:change=move |_| on_check.run(())
            />
        </div>
        <NameCell label=report.label.clone() row=it.clone() on_open />
        <div class="qs-fleet__config" role="cell" title=safe_attribute(&it.config)>
            <span>
                <SafeText text=config />
            </span>
            <VerdictBars verdicts=totals.verdicts />
        </div>
        {nodes}
        {macs}
        {params}
        <FloatCell n_float=totals.verdicts.map(VerdictCounts::n_float) on_open />
        <IslandCell row=it.clone() />
        <div class="qs-number" role="cell" title=safe_attribute(&lints.join(", "))>
            {totals.n_findings.map_or_else(unknown, thousands)}
        </div>
    }
}

/// The model's name, which opens the report, and the file below it.
#[component]
fn NameCell(label: String, row: FleetRow, on_open: Callback<Option<NodeQuery>>) -> impl IntoView {
    let model = row.model.unwrap_or_else(|| file_name(&label).to_owned());
    let date = row.date.map(|it| format!(" · {it}")).unwrap_or_default();
    let incomplete = row.incomplete.map(|problem| {
        view! {
            <b class="qs-fleet__incomplete" title=safe_attribute(&problem)>
                "incomplete report"
            </b>
            " · "
        }
    });
    view! {
        <div class="qs-fleet__name" role="cell">
            <button
                class="qs-link"
                title=safe_attribute(&label)
                on:click=move |_| on_open.run(None)
            >
                <SafeText text=model />
            </button>
            <span class="qs-muted" title=safe_attribute(&label)>
                {incomplete}
                <MiddleCut text=label.clone() />
                {date}
            </span>
        </div>
    }
}

/// A bar as long as the number of nodes, with a part for each verdict.
#[component]
fn VerdictBars(verdicts: Option<VerdictCounts>) -> impl IntoView {
    let bars = Verdict::ALL.into_iter().filter_map(|verdict| {
        let verdicts = verdicts?;
        let n = verdicts.get(verdict);
        (n > 0).then(|| {
            let sign = format!("qs-mark--{}", verdict.as_str());
            view! {
                <i
                    class="qs-bar-chart__part"
                    title=verdict.label()
                    style:width=css_percent(n, verdicts.n_nodes())
                >
                    <i class=sign></i>
                </i>
            }
        })
    });
    view! { <div class="qs-bar-chart">{bars.collect_view()}</div> }
}

/// How many nodes stay float; the figure opens them.
#[component]
fn FloatCell(n_float: Option<usize>, on_open: Callback<Option<NodeQuery>>) -> impl IntoView {
    let figure = match n_float {
        None => unknown().into_any(),
        Some(0) => "0".into_any(),
        Some(n) => {
            let open = move |_| on_open.run(Some(NodeQuery::float()));
            view! {
                <button class="qs-link" on:click=open>
                    {thousands(n)}
                </button>
            }
            .into_any()
        }
    };
    view! {
        <div class="qs-number" role="cell">
            {figure}
        </div>
    }
}

#[component]
fn IslandCell(row: FleetRow) -> impl IntoView {
    let (text, title) = match (row.worst_island, row.totals.n_islands) {
        (Some(island), _) => {
            let nodes = count(island.n_nodes, "node", "nodes");
            let title = safe_attribute(&format!("{nodes} from {}", island.first));
            (count(island.crossings, "crossing", "crossings"), Some(title))
        }
        (None, Some(_)) => ("none".to_owned(), None),
        (None, None) => (unknown(), None),
    };
    view! {
        <div class="qs-fleet__island" role="cell" title=title>
            {text}
        </div>
    }
}

/// Stands for a figure that the source does not give.
fn unknown() -> String {
    "?".to_owned()
}
