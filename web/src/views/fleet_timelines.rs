//! How the coverage of each model went over dated reports.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::fleet::{TimePoint, Timeline, timelines};
use qspect_core::text::number_format::{count, percent};
use qspect_core::{FleetRow, Share};

use crate::components::{SafeText, safe_attribute};
use crate::format::config_names;
use crate::state::{AppState, ReportHandle};

/// The most models that are shown.
const MAX_LINES: usize = 100;

/// A card with a line for each model that has several dated reports. A click on a step compares the
/// reports before and after it.
#[component]
pub(super) fn FleetTimelines(state: AppState, reports: Memo<Vec<ReportHandle>>) -> impl IntoView {
    let lines = Memo::new(move |_| {
        let rows: Vec<FleetRow> =
            reports.with(|it| it.iter().map(|it| (*it.row).clone()).collect());
        timelines(&rows)
    });
    move || {
        let lines = lines.get();
        let n_more = lines.len().saturating_sub(MAX_LINES);
        (!lines.is_empty()).then(|| {
            // All lines have one axis.
            let dates = lines.iter().flat_map(|it| &it.points).map(|it| it.date.clone());
            let dates: BTreeSet<String> = dates.collect();
            let dates: Arc<[String]> = dates.into_iter().collect();
            let span = [dates.first(), dates.last()].map(|it| it.cloned().unwrap_or_default());
            let [first, last] = span;
            let rows = lines.into_iter().take(MAX_LINES);
            let rows = rows.map(|line| view! { <Line state line dates=dates.clone() /> });
            let rows = rows.collect_view();
            view! {
                <section class="qs-card">
                    <h2>"Coverage by nodes over time"</h2>
                    <ul class="qs-times">
                        <li class="qs-times__dates qs-muted qs-small" aria-hidden="true">
                            <div class="qs-times__axis">
                                <span>{first}</span>
                                <span>{last}</span>
                            </div>
                        </li>
                        {rows}
                    </ul>
                    {(n_more > 0).then(|| view! {
                        <p class="qs-muted qs-small">{format!("and {n_more} more")}</p>
                    })}
                </section>
            }
        })
    }
}

#[component]
fn Line(
    state: AppState,
    line: Timeline,
    /// The times of all lines, in order.
    dates: Arc<[String]>,
) -> impl IntoView {
    let Timeline { model, config, points } = line;
    let configs = config_names(&config);
    // From the lowest coverage of the line to 100 %.
    let fraction = |it: Option<Share>| it.and_then(Share::fraction);
    let lowest = points.iter().filter_map(|it| fraction(it.coverage)).fold(1.0, f64::min);
    let span = (1.0 - lowest).max(0.01);
    let height = move |it: Option<Share>| fraction(it).map(|it| (1.0 - it) / span);
    let place = |it: &TimePoint| dates.binary_search(&it.date).unwrap_or_default();
    // The room before the first report and after the last one.
    let gap = |n: usize| view! { <span style:flex-grow=n.to_string()></span> };
    let before = gap(points.first().map_or(0, place));
    let after = gap(points.last().map_or(0, |it| dates.len().saturating_sub(place(it) + 1)));
    let steps = points.windows(2).map(|pair| {
        let [base, head] = pair else { return ().into_any() };
        let n_times = place(head).saturating_sub(place(base));
        view! { <Step state base=base.clone() head=head.clone() n_times height /> }.into_any()
    });
    let steps = view! { {before}{steps.collect_view()}{after} };
    let shares = [points.first(), points.last()].map(|it| share(it.and_then(|it| it.coverage)));
    let [first, last] = shares;
    let n_reports = count(points.len(), "report", "reports");
    view! {
        <li>
            <span class="qs-times__name" title=safe_attribute(&config)>
                <b><SafeText text=model /></b>
                <span class="qs-muted"><SafeText text=configs /></span>
            </span>
            <span class="qs-number">{first}</span>
            <div class="qs-times__line" role="group" aria-label=n_reports>{steps}</div>
            <span class="qs-number">{last}</span>
        </li>
    }
}

/// The way from one report to the next.
#[component]
fn Step(
    state: AppState,
    base: TimePoint,
    head: TimePoint,
    /// How many times of the axis it covers.
    n_times: usize,
    /// The height of a share: 0 at the top, 1 at the bottom.
    height: impl Fn(Option<Share>) -> Option<f64>,
) -> impl IntoView {
    let versions = head
        .versions
        .iter()
        .map(|it| format!(", {} {} → {}", it.package, it.versions.base, it.versions.head));
    let mut versions: String = versions.collect();
    if head.is_other_config {
        versions.push_str(", other qconfigs");
    }
    let label = format!(
        "{} to {}: {} → {}{versions}",
        base.date,
        head.date,
        share(base.coverage),
        share(head.coverage)
    );
    let heights = height(base.coverage).zip(height(head.coverage));
    // The top is 100 %.
    let is_worse = heights.is_some_and(|(base, head)| head > base);
    let line = heights.map(|(y1, y2)| {
        let y = |it: f64| format!("{:.2}", 3.0 + 22.0 * it);
        view! { <line x1="0" y1=y(y1) x2="100" y2=y(y2)></line> }
    });
    let is_marked = head.is_other_config || !head.versions.is_empty();
    let mark = is_marked.then(|| {
        view! { <i class="qs-times__version" aria-hidden="true">"▲"</i> }
    });
    let (base_idx, head_idx) = (base.row_idx, head.row_idx);
    view! {
        <button
            class="qs-times__step"
            class:qs-times__step--worse=is_worse
            style:flex-grow=n_times.to_string()
            title=safe_attribute(&label)
            aria-label=safe_attribute(&format!("Compare {label}"))
            on:click=move |_| state.compare(base_idx, head_idx)
        >
            <svg viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true">{line}</svg>
            {mark}
        </button>
    }
}

fn share(coverage: Option<Share>) -> String {
    coverage.map_or_else(|| "unknown".to_owned(), |it| percent(it.quantized, it.total))
}
