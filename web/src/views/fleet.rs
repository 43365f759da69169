//! Many reports: a row for each.

use leptos::prelude::*;
use qspect_core::figures::{count, percent, thousands};
use qspect_core::fleet::{FleetSort, ReasonOfOp, sorted};
use qspect_core::{Coverage, FleetRow, NodeQuery, Share, Verdict, VerdictCounts};

use crate::components::{TabPanel, row, rows, scroll_window, sort_header};
use crate::format::{css_percent, file_name};
use crate::parts::{Part, link, part, plain};
use crate::reactive::{effect, memo};
use crate::state::{AppState, ReportHandle};
use crate::url::View;

/// Pixels from one row to the next, and of the header, which stays.
const ROW_HEIGHT: usize = 44;
const HEADER_HEIGHT: usize = 34;

/// Column titles and what they sort by.
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

/// A matrix of the reports and their figures. A row opens its report, two checked ones Compare.
#[component]
pub(crate) fn FleetView(state: AppState) -> impl IntoView {
    let reports = memo(move || state.reports());
    let sort = memo(move || state.place().with(|it| it.fleet_sort));
    let order = memo(move || {
        reports.with(|reports| match sort.get() {
            None => (0..reports.len()).collect::<Vec<_>>(),
            Some((by, is_descending)) => {
                let rows: Vec<&FleetRow> = reports.iter().map(|it| &*it.row).collect();
                sorted(&rows, by, is_descending)
            }
        })
    });
    // By their ids: places move while files come in.
    let checked = RwSignal::new(Vec::<usize>::new());
    let window = scroll_window(ROW_HEIGHT, HEADER_HEIGHT);
    let shown = move || {
        let (start, len) = window.rows.get();
        order.with(|order| {
            let rows = order.iter().copied().enumerate().skip(start).take(len);
            rows.filter_map(|(row_idx, report_idx)| {
                let report = reports.with(|it| it.get(report_idx).cloned())?;
                let key = format!("{row_idx} {report_idx} {}", report.report_id);
                Some(row(key, move || fleet_row(state, row_idx, report_idx, &report, checked)))
            })
            .collect()
        })
    };
    let on_sort = move |by: FleetSort| {
        // First the worst: least coverage, most of everything else.
        let is_text = matches!(by, FleetSort::Model | FleetSort::Config);
        let is_share = matches!(by, FleetSort::Nodes | FleetSort::Macs | FleetSort::Params);
        let first = !is_text && !is_share;
        state.sort_fleet(match sort.get_untracked() {
            Some((current, it)) if current == by && it == first => Some((by, !first)),
            Some((current, _)) if current == by => None,
            _ => Some((by, first)),
        });
    };
    let headers = COLUMNS.map(|(title, by)| {
        let is_descending = memo(move || sort.get().filter(|it| it.0 == by).map(|it| it.1));
        let on_sort = Callback::new(move |()| on_sort(by));
        sort_header(title, "qs-fleet__head".to_owned(), is_descending, on_sort)
    });
    let n_reports = memo(move || reports.with(Vec::len));
    let reasons = RwSignal::new(Vec::<ReasonOfOp>::new());
    effect(move || {
        n_reports.track();
        state.ask_reasons(move |it| {
            let _ = reasons.try_set(it);
        });
    });
    let compare = move |_| {
        let checked = checked.get_untracked();
        let reports = reports.get_untracked();
        let reports = reports.iter().enumerate().filter(|it| checked.contains(&it.1.report_id));
        if let [base, head] = reports.map(|it| it.0).collect::<Vec<_>>()[..] {
            state.compare(base, head);
        }
    };
    view! {
        <TabPanel view=View::Fleet class="qs-overview">
            <div class="qs-fleet__top">
                <h1 class="qs-headline">{move || sentence(&reports.get())}</h1>
                <button
                    class="qs-button"
                    disabled=move || checked.with(|it| it.len() != 2)
                    title="Check two reports to compare them"
                    on:click=compare
                >
                    "Compare the checked two"
                </button>
            </div>
            <div
                class="qs-card qs-fleet"
                role="table"
                aria-label="Reports"
                aria-rowcount=move || (n_reports.get() + 1).to_string()
                tabindex="0"
                node_ref=window.container
                on:scroll=move |_| window.on_scroll.run(())
            >
                <div class="qs-fleet__row qs-fleet__row--head" role="row" aria-rowindex="1">
                    <div role="columnheader"><span class="qs-hidden">"compare"</span></div>
                    {Vec::from(headers)}
                </div>
                <div
                    class="qs-grid__body"
                    role="rowgroup"
                    style:height=move || format!("{}px", n_reports.get() * ROW_HEIGHT)
                >
                    {rows(shown)}
                </div>
            </div>
            {move || reasons.with(|it| why(it))}
        </TabPanel>
    }
}

fn fleet_row(
    state: AppState,
    row_idx: usize,
    report_idx: usize,
    report: &ReportHandle,
    checked: RwSignal<Vec<usize>>,
) -> AnyView {
    let it = &*report.row;
    let report_id = report.report_id;
    let totals = &it.totals;
    let cell = |class| part("div", class).aria("role", "cell");
    let number = |text: String| cell("qs-number").text(&text);
    let share = |of: fn(Coverage) -> Share| {
        let share = totals.coverage.map(of).filter(|it| it.fraction().is_some());
        number(share.map_or_else(unknown, |it| percent(it.quantized, it.total)))
    };
    let open = link(move || state.show_one(report_idx, None))
        .title(&report.label)
        .text(it.model.as_deref().unwrap_or_else(|| file_name(&report.label)));
    let date = it.date.as_ref().map(|it| format!(" · {it}")).unwrap_or_default();
    let incomplete = it
        .incomplete
        .as_ref()
        .map(|problem| part("b", "qs-fleet__incomplete").title(problem).text("incomplete report"));
    let between = if incomplete.is_some() { " · " } else { "" };
    let file = part("span", "qs-muted")
        .title(&report.label)
        .with_all(incomplete)
        .text(between)
        .text(&report.label)
        .text(&date);
    let bars = Verdict::ALL.into_iter().filter_map(|verdict| {
        let n = totals.verdicts?.get(verdict);
        let width = css_percent(n, totals.verdicts?.n_nodes());
        (n > 0).then(|| verdict_part(verdict).width(&width))
    });
    let config = cell("qs-fleet__config").title(&it.config).with(part("span", "").text(&it.config));
    let float = match totals.verdicts.map(VerdictCounts::n_float) {
        None => number(unknown()),
        Some(0) => number("0".to_owned()),
        Some(n) => {
            let open = move || state.show_one(report_idx, Some(NodeQuery::float()));
            cell("qs-number").with(link(open).text(&thousands(n)))
        }
    };
    let island = match (&it.worst_island, totals.n_islands) {
        (Some(island), _) => {
            let crossings = count(island.crossings, "crossing", "crossings");
            let nodes = count(island.n_nodes, "node", "nodes");
            cell("qs-fleet__island")
                .title(&format!("{nodes} from {}", island.first))
                .text(&crossings)
        }
        (None, Some(_)) => cell("qs-fleet__island").text("none"),
        (None, None) => cell("qs-fleet__island").text(&unknown()),
    };
    let lints: Vec<&str> = it.findings.iter().map(|it| it.0.as_str()).collect();
    let cells = vec![
        cell("qs-fleet__name").with(open).with(file),
        config.with(part("div", "qs-bar-chart").with_all(bars)),
        share(|it| it.nodes),
        share(|it| it.macs),
        share(|it| it.params),
        float,
        island,
        number(totals.n_findings.map_or_else(unknown, thousands)).title(&lints.join(", ")),
    ];
    let label = format!("compare {}", report.label);
    view! {
        <div
            class="qs-fleet__row"
            role="row"
            aria-rowindex=(row_idx + 2).to_string()
            style:transform=format!("translateY({}px)", row_idx * ROW_HEIGHT)
        >
            <div role="cell">
                <input
                    type="checkbox"
                    aria-label=plain(&label)
                    prop:checked=move || checked.with(|it| it.contains(&report_id))
                    on:change=move |_| checked.update(|checked| toggle(checked, report_id))
                />
            </div>
            {cells.into_iter().map(Part::view).collect::<Vec<_>>()}
        </div>
    }
    .into_any()
}

/// Two can be checked: a third takes the place of the one that was checked first.
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

fn verdict_part(verdict: Verdict) -> Part {
    let class = match verdict {
        Verdict::Quantized => "qs-mark--quantized",
        Verdict::Fused => "qs-mark--fused",
        Verdict::FloatByConfig => "qs-mark--float_by_config",
        Verdict::AnnotatedEmpty => "qs-mark--annotated_empty",
        Verdict::Rejected => "qs-mark--rejected",
        Verdict::Unmatched => "qs-mark--unmatched",
        Verdict::NotFloat => "qs-mark--not_float",
        Verdict::Unknown => "qs-mark--unknown",
    };
    part("i", "qs-bar-chart__part").title(verdict.label()).with(part("i", class))
}

/// A figure that the source does not give.
fn unknown() -> String {
    "?".to_owned()
}

/// `15 reports of 8 models: 1,204 of 9,310 nodes stay float`. Reports without known figures are
/// counted apart.
fn sentence(reports: &[ReportHandle]) -> String {
    let mut models: Vec<&str> = Vec::new();
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
        let model = report.row.model.as_deref().unwrap_or_default();
        if !model.is_empty() && !models.contains(&model) {
            models.push(model);
        }
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
fn why(reasons: &[ReasonOfOp]) -> Option<AnyView> {
    let rows = reasons.iter().map(|it| {
        part("tr", "")
            .with(part("td", "qs-number").text(&thousands(it.n_nodes)))
            .with(part("td", "qs-number").text(&thousands(it.n_reports)))
            .with(part("td", "").with(part("code", "").text(&it.op)))
            .with(part("td", "").text(&it.reason))
    });
    let heads = ["nodes", "reports", "op", "reason"];
    let heads = heads.map(|it| part("th", "").aria("scope", "col").text(it));
    let table = part("table", "qs-before qs-why")
        .with(part("thead", "").with(part("tr", "").with_all(heads)))
        .with(part("tbody", "").with_all(rows));
    let card = part("section", "qs-card")
        .with(part("h2", "").text("Why nodes were rejected, over all reports"))
        .with(table);
    (!reasons.is_empty()).then(|| card.view())
}
