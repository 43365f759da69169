//! Many reports, one row each.

use std::collections::HashSet;

use leptos::prelude::*;
use qspect_core::FleetRow;
use qspect_core::fleet::{FleetSort, ReasonOfOp, sorted};
use qspect_core::text::number_format::{count, thousands};

use super::fleet_baseline::FleetBaseline;
use super::fleet_cells::FleetCells;
use super::fleet_timelines::FleetTimelines;
use super::live_query::latest;
use super::printed_fleet::PrintedFleet;
use crate::components::{
    GridNames, GridRows, SafeText, SortHeader, TabPanel, VirtualGrid, VirtualScroll, next_order,
};
use crate::state::{AppState, ReportHandle};
use crate::url::View;

/// Pixels from one row to the next, and of the header, which stays in sight.
const ROW_HEIGHT: u16 = 44;
const HEADER_HEIGHT: u16 = 34;

/// The number of reports from which on there is a search.
const MIN_TO_SEARCH: usize = 10;

const NAMES: GridNames =
    GridNames { label: "Reports", row_class: "qs-fleet__row", row_id: "qs-report" };

/// Column titles and their sort keys.
const COLUMNS: [(&str, FleetSort); 8] = [
    ("model", FleetSort::Model),
    ("qconfigs", FleetSort::Config),
    ("nodes", FleetSort::Nodes),
    ("MACs", FleetSort::Macs),
    ("params", FleetSort::Params),
    ("float", FleetSort::Float),
    ("worst island", FleetSort::WorstIsland),
    ("findings", FleetSort::Findings),
];

/// A report and its index among all of them.
#[derive(Clone, PartialEq)]
struct Placed {
    report_idx: usize,
    report: ReportHandle,
}

/// A table of the reports and their figures. A row opens its report, and two checked rows open
/// Compare.
#[component]
pub(crate) fn FleetView(state: AppState) -> impl IntoView {
    let reports = Memo::new(move |_| state.reports());
    let n_reports = Memo::new(move |_| reports.with(Vec::len));
    // By id, because indices change while files come in.
    let checked = RwSignal::new(Vec::<usize>::new());
    let (reasons, set_reasons) = signal(Vec::<ReasonOfOp>::new());
    let ask = move |_| state.reasons();
    latest(move || n_reports.get(), ask, move |_, it| set_reasons.set(it.clone()));
    let compare = move |_| {
        let two = reports.with_untracked(|reports| {
            let checked = checked.read_untracked();
            let reports = reports.iter().enumerate();
            let places = reports.filter(|it| checked.contains(&it.1.report_id)).map(|it| it.0);
            places.collect::<Vec<_>>()
        });
        if let [base, head] = two[..] {
            state.compare(base, head);
        }
    };
    view! {
        <TabPanel view=View::Fleet class="qs-overview">
            <div class="qs-fleet__top">
                <h1 class="qs-headline">{move || reports.with(|it| sentence(it))}</h1>
                <button
                    class="qs-button"
                    disabled=move || checked.with(|it| it.len() != 2)
                    title="Select two reports to compare them"
                    on:click=compare
                >
                    {move || format!("Compare selected ({})", checked.with(Vec::len))}
                </button>
            </div>
            <FleetBaseline state reports />
            <FleetTimelines state reports />
            <FleetTable state reports n_reports checked />
            {move || {
                let reasons = reasons.get();
                (!reasons.is_empty()).then(|| view! { <Reasons reasons /> })
            }}
        </TabPanel>
    }
}

#[component]
fn FleetTable(
    state: AppState,
    reports: Memo<Vec<ReportHandle>>,
    n_reports: Memo<usize>,
    checked: RwSignal<Vec<usize>>,
) -> impl IntoView {
    let sort = Memo::new(move |_| state.place().with(|it| it.fleet_sort));
    let text = Memo::new(move |_| state.place().with(|it| it.fleet_text.clone()));
    let order = Memo::new(move |_| {
        let text = text.get().to_lowercase();
        reports.with(|reports| {
            let rows: Vec<&FleetRow> = reports.iter().map(|it| &*it.row).collect();
            let mut order = match sort.get() {
                None => (0..reports.len()).collect::<Vec<_>>(),
                Some((by, is_descending)) => sorted(&rows, by, is_descending),
            };
            order.retain(|at| rows.get(*at).is_some_and(|it| has_text(it, &text)));
            order
        })
    });
    let n_found = Memo::new(move |_| order.with(Vec::len));
    let scroll = VirtualScroll::new(n_found.into(), ROW_HEIGHT, HEADER_HEIGHT);
    let rows = Memo::new(move |_| {
        let (start, len) = scroll.rows.get();
        let (order, reports) = (order.read(), reports.read());
        let rows = order.iter().skip(start).take(len).filter_map(|report_idx| {
            let report = reports.get(*report_idx)?.clone();
            Some(Placed { report_idx: *report_idx, report })
        });
        GridRows { start, rows: rows.collect() }
    });
    let on_sort = move |by: FleetSort| {
        // The worst first: lowest coverage, but the most of everything else.
        let is_text = matches!(by, FleetSort::Model | FleetSort::Config);
        let is_share = matches!(by, FleetSort::Nodes | FleetSort::Macs | FleetSort::Params);
        let first = !is_text && !is_share;
        state.sort_fleet(next_order(sort.get_untracked(), by, first));
    };
    let headers = COLUMNS.map(|(title, by)| {
        let is_descending = Memo::new(move |_| sort.get().filter(|it| it.0 == by).map(|it| it.1));
        let on_sort = Callback::new(move |()| on_sort(by));
        view! { <SortHeader title class="qs-fleet__head" is_descending on_sort /> }
    });
    let header = view! {
        <div class="qs-fleet__row qs-fleet__row--head" role="row" aria-rowindex="1">
            <div role="columnheader">
                <span class="qs-hidden">"compare"</span>
            </div>
            {headers.collect_view()}
        </div>
    };
    let cells = Callback::new(move |(_, it): (usize, Placed)| {
        let Placed { report_idx, report } = it;
        let report_id = report.report_id;
        let is_checked = Signal::derive(move || checked.with(|it| it.contains(&report_id)));
        let on_check = Callback::new(move |()| checked.update(|it| toggle(it, report_id)));
        let on_open = Callback::new(move |query| state.show_one(report_idx, query));
        view! { <FleetCells report is_checked on_check on_open /> }.into_any()
    });
    let is_large =
        Memo::new(move |_| n_reports.get() >= MIN_TO_SEARCH || text.with(|it| !it.is_empty()));
    view! {
        <Show when=move || is_large.get()>
            <div class="qs-fleet__search">
                <input
                    class="qs-search"
                    type="search"
                    placeholder="Search models, files and qconfigs"
                    aria-label="Search reports"
                    prop:value=text
                    on:input:target=move |event| state.search_fleet(event.target().value())
                />
                <span class="qs-muted" role="status">
                    {move || text.with(|it| !it.is_empty()).then(|| {
                        format!("{} of {}", thousands(n_found.get()), thousands(n_reports.get()))
                    })}
                </span>
            </div>
        </Show>
        <PrintedFleet reports order />
        <VirtualGrid
            names=NAMES
            class="qs-card qs-fleet"
            scroll
            rows
            key=|it: &Placed| (it.report_idx, it.report.report_id)
            cells
            header=Some(header.into_any())
        />
    }
}

/// Whether the row has the text, which is in lower case, in a name or a qconfig.
fn has_text(row: &FleetRow, text: &str) -> bool {
    let names = [row.model.as_deref(), Some(row.file.as_str()), Some(row.config.as_str())];
    names.into_iter().flatten().any(|it| it.to_lowercase().contains(text))
}

/// Two can be checked: a third replaces the one that was checked first.
fn toggle(checked: &mut Vec<usize>, report_id: usize) {
    match checked.iter().position(|it| *it == report_id) {
        Some(at) => drop(checked.remove(at)),
        None => {
            if checked.len() == 2 {
                checked.remove(0);
            }
            checked.push(report_id);
        }
    }
}

/// `15 reports of 8 models: 1,204 of 9,310 nodes stay float`. Reports without known figures are
/// counted separately.
fn sentence(reports: &[ReportHandle]) -> String {
    let mut models = HashSet::new();
    let (mut n_nodes, mut n_float, mut n_incomplete, mut n_counts_alone) = (0, 0, 0, 0);
    for report in reports {
        match report.row.totals.verdicts {
            Some(verdicts) => {
                n_nodes += verdicts.n_floating();
                n_float += verdicts.n_float();
            }
            None if report.row.incomplete.is_some() => n_incomplete += 1,
            None => n_counts_alone += 1,
        }
        models.extend(report.row.model.as_deref().filter(|it| !it.is_empty()));
    }
    let of_models = match models.len() {
        0 => String::new(),
        n => format!(" of {}", count(n, "model", "models")),
    };
    let mut parts = Vec::new();
    if n_incomplete + n_counts_alone < reports.len() {
        let (float, all) = (thousands(n_float), thousands(n_nodes));
        parts.push(format!("{float} of {all} compute nodes stay float"));
    }
    if n_incomplete > 0 {
        parts.push(format!("{} incomplete", thousands(n_incomplete)));
    }
    if n_counts_alone > 0 {
        parts.push(format!("{} at INFO level", thousands(n_counts_alone)));
    }
    let reports = count(reports.len(), "report", "reports");
    format!("{reports}{of_models}: {}", parts.join(", "))
}

/// Why nodes were rejected, by op.
#[component]
fn Reasons(reasons: Vec<ReasonOfOp>) -> impl IntoView {
    let rows = reasons.into_iter().map(|it| {
        view! {
            <tr>
                <td class="qs-number">{thousands(it.n_nodes)}</td>
                <td class="qs-number">{thousands(it.n_reports)}</td>
                <td>
                    <code>
                        <SafeText text=it.op />
                    </code>
                </td>
                <td>
                    <SafeText text=it.reason />
                </td>
            </tr>
        }
    });
    let heads = ["nodes", "reports", "op", "reason"].map(|it| view! { <th scope="col">{it}</th> });
    view! {
        <section class="qs-card">
            <h2>"Why nodes were rejected, over all reports"</h2>
            <table class="qs-before qs-why">
                <thead>
                    <tr>{heads.collect_view()}</tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
}
