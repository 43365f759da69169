//! Fleet against a baseline: the reports of one folder, day or file, and those that regressed since.

use std::collections::HashSet;

use leptos::prelude::*;
use qspect_core::FleetRow;
use qspect_core::diff::capitalized;
use qspect_core::fleet::{Origin, ReportPairs, ReportSet, default_baseline, sets};
use qspect_core::text::number_format::{count, percent, thousands};

use super::live_query::latest;
use crate::components::{SafeText, safe_attribute};
use crate::state::{AppState, ReportHandle};

/// A report that changed since the baseline.
#[derive(Clone, PartialEq)]
struct ChangedReport {
    base: ReportHandle,
    head: ReportHandle,
    /// `None` if that is unknown.
    is_regression: Option<bool>,
    /// The changes in one sentence.
    headline: String,
}

/// The comparison of a set of reports with all others.
#[derive(Clone, PartialEq)]
struct Compared {
    /// The days that are compared, if the sets are days.
    names: Option<(String, String)>,
    n_pairs: usize,
    /// Those that changed, regressions first.
    changed: Vec<ChangedReport>,
    /// How many reports have no partner.
    n_alone: usize,
}

/// The choice of a baseline, and what changed since. Nothing if the reports are one set.
#[component]
pub(super) fn FleetBaseline(state: AppState, reports: Memo<Vec<ReportHandle>>) -> impl IntoView {
    let all_sets = Memo::new(move |_| {
        let rows: Vec<FleetRow> =
            reports.with(|it| it.iter().map(|it| (*it.row).clone()).collect());
        Sets(sets(&rows))
    });
    let base_name = Memo::new(move |_| match state.place().with(|it| it.fleet_base.clone()) {
        Some(name) => (!name.is_empty()).then_some(name),
        None => all_sets.with(|it| default_baseline(&it.0).map(|it| it.name.clone())),
    });
    let (compared, set_compared) = signal(None::<Compared>);
    let ask = move |subject: (Option<String>, Sets)| async move {
        let (Some(name), sets) = subject else { return Ok(None) };
        let reports = reports.get_untracked();
        let Some(base_set) = sets.0.iter().find(|it| it.name == name) else { return Ok(None) };
        let is_base: HashSet<usize> = base_set.rows.iter().copied().collect();
        // Of several days, only the last one is compared.
        let last = sets.0.last().filter(|it| it.name != name);
        let last = last.filter(|_| sets.0.iter().all(ReportSet::is_dated));
        let is_head = |it: &usize| last.is_none_or(|last| last.rows.contains(it));
        let (bases, heads): (Vec<_>, Vec<_>) = { reports.into_iter().enumerate() }
            .filter(|it| is_base.contains(&it.0) || is_head(&it.0))
            .partition(|it| is_base.contains(&it.0));
        let rows = |it: &[(usize, ReportHandle)]| -> Vec<FleetRow> {
            it.iter().map(|it| (*it.1.row).clone()).collect()
        };
        let pairs = ReportPairs::of(&rows(&bases), &rows(&heads), Origin::Folders);
        let mut compared = Compared {
            names: last.map(|it| (name.clone(), it.name.clone())),
            n_pairs: 0,
            changed: Vec::new(),
            n_alone: pairs.removed.len() + pairs.added().count(),
        };
        for (base_idx, head_idx) in pairs.pairs() {
            let (Some(base), Some(head)) = (bases.get(base_idx), heads.get(head_idx)) else {
                continue;
            };
            let (base, head) = (base.1.clone(), head.1.clone());
            compared.n_pairs += 1;
            let Some(diff) = state.diff(base.report_id, head.report_id).await? else { continue };
            if diff.has_changes {
                let (is_regression, headline) = (diff.is_regression, diff.headline);
                compared.changed.push(ChangedReport { base, head, is_regression, headline });
            }
        }
        compared.changed.sort_by_key(|it| match it.is_regression {
            Some(true) => 0,
            None => 1,
            Some(false) => 2,
        });
        Ok(Some(compared))
    };
    latest(
        move || (base_name.get(), all_sets.get()),
        ask,
        move |_, it| set_compared.set(it.clone()),
    );
    move || {
        let sets = all_sets.get().0;
        (sets.len() > 1).then(|| view! {
            <section class="qs-card qs-baseline">
                <BaselineChoice state sets base_name />
                {move || compared.get().map(|it| view! { <Changes state reports compared=it /> })}
            </section>
        })
    }
}

/// So that a memo can compare them.
#[derive(Clone, PartialEq)]
struct Sets(Vec<ReportSet>);

#[component]
fn BaselineChoice(
    state: AppState,
    sets: Vec<ReportSet>,
    base_name: Memo<Option<String>>,
) -> impl IntoView {
    let options = sets.into_iter().map(|it| {
        let n_reports = count(it.rows.len(), "report", "reports");
        let label = format!("{} ({n_reports})", safe_attribute(&it.name));
        let name = it.name.clone();
        view! {
            <option value=it.name prop:selected=move || base_name.with(|it| *it == Some(name.clone()))>
                {label}
            </option>
        }
    });
    view! {
        <label class="qs-picker">
            <span>"Compare with"</span>
            <select
                class="qs-switcher__list"
                on:change:target=move |event| state.set_fleet_base(event.target().value())
            >
                <option value="" prop:selected=move || base_name.with(Option::is_none)>
                    "nothing"
                </option>
                {options.collect_view()}
            </select>
        </label>
    }
}

/// The sentence of `qspect diff` for two folders, and a row for each report that changed.
#[component]
fn Changes(state: AppState, reports: Memo<Vec<ReportHandle>>, compared: Compared) -> impl IntoView {
    let sentence = sentence(&compared);
    let has_rows = !compared.changed.is_empty();
    let rows =
        compared.changed.into_iter().map(|it| view! { <ChangedRow state reports changed=it /> });
    let rows = rows.collect_view();
    view! {
        <p class="qs-baseline__sentence" role="status">{sentence}</p>
        {has_rows.then(|| view! {
            <table class="qs-before qs-baseline__table">
                <thead>
                    <tr>
                        <th scope="col">"report"</th>
                        <th scope="col">"coverage"</th>
                        <th scope="col">"float"</th>
                        <th scope="col">"crossings"</th>
                        <th scope="col">"change"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        })}
    }
}

fn sentence(compared: &Compared) -> String {
    let n_of =
        |kind: Option<bool>| compared.changed.iter().filter(|it| it.is_regression == kind).count();
    let (n_regressed, n_unknown, n_other) = (n_of(Some(true)), n_of(None), n_of(Some(false)));
    let mut parts = vec![match n_regressed {
        0 => format!("none of {} regressed", count(compared.n_pairs, "report", "reports")),
        n => format!(
            "{} of {} regressed",
            thousands(n),
            count(compared.n_pairs, "report", "reports")
        ),
    }];
    if n_unknown > 0 {
        parts.push(format!("{} cannot be judged", thousands(n_unknown)));
    }
    if n_other > 0 {
        parts.push(format!("{} changed otherwise", thousands(n_other)));
    }
    if compared.n_alone > 0 {
        parts.push(format!("{} without a partner", thousands(compared.n_alone)));
    }
    let sentence = parts.join("; ");
    match &compared.names {
        Some((base, head)) => format!("{head} against {base}: {sentence}"),
        None => capitalized(&sentence),
    }
}

#[component]
fn ChangedRow(
    state: AppState,
    reports: Memo<Vec<ReportHandle>>,
    changed: ChangedReport,
) -> impl IntoView {
    let ChangedReport { base, head, is_regression, headline } = changed;
    let name = head.row.model.clone().unwrap_or_else(|| head.label.clone());
    let file = head.label.clone();
    let (class, sign) = match is_regression {
        Some(true) => ("qs-delta qs-delta--worse", "regressed: "),
        None => ("qs-delta", "unknown: "),
        Some(false) => ("qs-delta", ""),
    };
    let (was, is) = (base.row.totals, head.row.totals);
    let share = |it: &FleetRow| {
        let nodes = it.totals.coverage.map(|it| it.nodes);
        nodes.map_or_else(|| "?".to_owned(), |it| percent(it.quantized, it.total))
    };
    let coverage = arrow(share(&base.row), share(&head.row));
    let n = |it: Option<usize>| it.map_or_else(|| "?".to_owned(), thousands);
    let float =
        arrow(n(was.verdicts.map(|it| it.n_float())), n(is.verdicts.map(|it| it.n_float())));
    let crossings = arrow(n(was.n_crossings), n(is.n_crossings));
    let (base_id, head_id) = (base.report_id, head.report_id);
    let open = move |_| {
        let at =
            |id: usize| reports.with_untracked(|it| it.iter().position(|it| it.report_id == id));
        if let (Some(base_idx), Some(head_idx)) = (at(base_id), at(head_id)) {
            state.compare(base_idx, head_idx);
        }
    };
    view! {
        <tr>
            <td>
                <button class="qs-link" title=safe_attribute(&file) on:click=open>
                    <SafeText text=name />
                </button>
            </td>
            <td class="qs-number">{coverage}</td>
            <td class="qs-number">{float}</td>
            <td class="qs-number">{crossings}</td>
            <td class=class>
                {sign}
                <SafeText text=headline />
            </td>
        </tr>
    }
}

/// `87.9 → 90.3 %`, or one value if both are equal.
fn arrow(was: String, is: String) -> String {
    if was == is { is } else { format!("{} → {is}", was.trim_end_matches(" %")) }
}
