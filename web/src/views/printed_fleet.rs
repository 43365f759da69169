//! Fleet for paper: all reports, not only those in sight.

use leptos::prelude::*;
use qspect_core::text::number_format::{count, percent, thousands};
use qspect_core::{Coverage, FleetRow, Share, VerdictCounts};

use super::printed::MAX_ROWS;
use crate::components::SafeText;
use crate::state::ReportHandle;

/// A table that is hidden on the screen.
#[component]
pub(super) fn PrintedFleet(
    reports: Memo<Vec<ReportHandle>>,
    /// The indices of the reports that are listed, in order.
    order: Memo<Vec<usize>>,
) -> impl IntoView {
    let content = move || {
        let (order, reports) = (order.read(), reports.read());
        let n_left = order.len().saturating_sub(MAX_ROWS);
        let rows = order.iter().take(MAX_ROWS).filter_map(|it| reports.get(*it));
        let rows = rows.map(|it| view! { <Row label=it.label.clone() row=(*it.row).clone() /> });
        let rows = rows.collect_view();
        view! {
            <table class="qs-table">
                <thead>
                    <tr>
                        <th>"Report"</th>
                        <th>"Coverage, nodes"</th>
                        <th>"MACs"</th>
                        <th>"Parameters"</th>
                        <th>"Float"</th>
                        <th>"Crossings"</th>
                        <th>"Findings"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {(n_left > 0).then(|| view! {
                <p>{format!("{} are left out", count(n_left, "report", "reports"))}</p>
            })}
        }
    };
    view! { <div class="qs-print qs-print--fleet">{content}</div> }
}

#[component]
fn Row(label: String, row: FleetRow) -> impl IntoView {
    let totals = row.totals;
    let unknown = || "unknown".to_owned();
    let share = |of: fn(Coverage) -> Share| {
        let share = totals.coverage.map(of).filter(|it| it.fraction().is_some());
        share.map_or_else(unknown, |it| percent(it.quantized, it.total))
    };
    let n = |it: Option<usize>| it.map_or_else(unknown, thousands);
    let figures = [
        share(|it| it.nodes),
        share(|it| it.macs),
        share(|it| it.params),
        n(totals.verdicts.map(VerdictCounts::n_float)),
        n(totals.n_crossings),
        n(totals.n_findings),
    ];
    let figures = figures.map(|it| view! { <td>{it}</td> });
    view! {
        <tr>
            <td>
                {row.model.map(|it| view! { <b><SafeText text=it /></b>" " })}
                <SafeText text=label />
            </td>
            {figures.collect_view()}
        </tr>
    }
}
