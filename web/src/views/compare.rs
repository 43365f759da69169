//! The changes from one report to another.

use leptos::prelude::*;
use qspect_core::view::NodeQuery;

use super::changes::Changes;
use super::compare_figures::Figures;
use super::live_query::latest;
use crate::components::{DiffStrips, SafeText, Side, TabPanel, safe_attribute};
use crate::format::without_common_folders;
use crate::state::{AppState, ReportHandle};
use crate::url::View;
use crate::worker::DiffAnswer;

/// The report that is shown, compared with another one.
#[component]
pub(crate) fn CompareView(state: AppState, report: ReportHandle) -> impl IntoView {
    let reports = Memo::new(move |_| state.reports());
    let head_id = report.report_id;
    let head_idx = Memo::new(move |_| {
        reports.with(|it| it.iter().position(|it| it.report_id == head_id)).unwrap_or_default()
    });
    let base_idx = Memo::new(move |_| state.base_idx(head_idx.get()));
    let base = Memo::new(move |_| reports.with(|it| it.get(base_idx.get()).cloned()));
    let has_base = Memo::new(move |_| base.with(Option::is_some));
    let labels = Memo::new(move |_| {
        let labels: Vec<String> = reports.with(|it| it.iter().map(|it| it.label.clone()).collect());
        without_common_folders(&labels)
    });
    view! {
        <TabPanel view=View::Compare class="qs-overview qs-compare">
            <h1 class="qs-hidden">"Compare"</h1>
            {move || {
                if has_base.get() {
                    view! {
                        <Pickers state labels base_idx head_idx />
                        <Compared state base head=report.clone() />
                    }
                        .into_any()
                } else {
                    view! { <OneReport /> }.into_any()
                }
            }}
        </TabPanel>
    }
}

#[component]
fn OneReport() -> impl IntoView {
    view! {
        <div class="qs-compare__none">
            <p>
                <b>"Open a second report to compare this one with"</b>
            </p>
            <p class="qs-muted">
                "Drop it on the left half of the page to make it the base, on the right half to make it the head."
            </p>
            <label class="qs-button qs-button--main" for="qs-open">
                "Open…"
            </label>
        </div>
    }
}

/// The choice of the reports to compare.
#[component]
fn Pickers(
    state: AppState,
    labels: Memo<Vec<String>>,
    base_idx: Memo<usize>,
    head_idx: Memo<usize>,
) -> impl IntoView {
    // The view is drawn again for another head, and the focus returns to where it was.
    let compare = move |base_idx, head_idx, focused| {
        state.compare(base_idx, head_idx);
        state.catch_focus(focused);
    };
    let pick_base = Callback::new(move |it| {
        compare(it, head_idx.get_untracked(), ".qs-picker:first-child select");
    });
    let pick_head = Callback::new(move |it| {
        compare(base_idx.get_untracked(), it, ".qs-picker:last-child select");
    });
    let swap = move |_| {
        compare(head_idx.get_untracked(), base_idx.get_untracked(), ".qs-pickers button");
    };
    view! {
        <div class="qs-pickers">
            <Picker name="base" labels selected=base_idx on_select=pick_base />
            <button
                class="qs-button qs-button--icon"
                aria-label="Swap base and head"
                title="Swap base and head"
                on:click=swap
            >
                "⇄"
            </button>
            <Picker name="head" labels selected=head_idx on_select=pick_head />
        </div>
    }
}

#[component]
fn Picker(
    name: &'static str,
    labels: Memo<Vec<String>>,
    selected: Memo<usize>,
    on_select: Callback<usize>,
) -> impl IntoView {
    let options = move || {
        let option = |(at, label): (usize, &String)| {
            view! {
                <option value=at.to_string() prop:selected=move || selected.get() == at>
                    {safe_attribute(label)}
                </option>
            }
        };
        labels.with(|it| it.iter().enumerate().map(option).collect_view())
    };
    view! {
        <label class="qs-picker">
            <span>{name}</span>
            <select
                class="qs-switcher__list"
                on:change:target=move |event| {
                    if let Ok(at) = event.target().value().parse() {
                        on_select.run(at);
                    }
                }
            >
                {options}
            </select>
        </label>
    }
}

/// Figures, strips and changed nodes, as soon as the worker has sent them.
#[component]
fn Compared(
    state: AppState,
    base: Memo<Option<ReportHandle>>,
    head: ReportHandle,
) -> impl IntoView {
    let head_id = head.report_id;
    let head_model = head.summary.model.clone();
    // Two models have little in common: compare them only if the reader means it.
    let models = Memo::new(move |_| {
        let base = base.with(|it| it.as_ref().and_then(|it| it.summary.model.clone()));
        base.zip(head_model.clone()).filter(|(base, head)| base != head)
    });
    let is_meant = Memo::new(move |_| {
        models.with(Option::is_none) || state.place().with(|it| it.is_across_models)
    });
    // The answer with its base: the next base may not be compared yet.
    let (answer, set_answer) = signal(None::<(ReportHandle, Option<DiffAnswer>)>);
    let ask = move |base: Option<ReportHandle>| async move {
        let Some(base) = base else { return Ok(None) };
        let diff = state.diff(base.report_id, head_id).await?;
        Ok(Some((base, diff)))
    };
    let asked = move || base.get().filter(|_| is_meant.get());
    latest(asked, ask, move |_, it| set_answer.set(it.clone()));
    move || {
        if !is_meant.get() {
            return models
                .get()
                .map(|(base, head)| view! { <DifferentModels state base head /> }.into_any());
        }
        let (base, diff) = answer.get()?;
        Some(match diff {
            Some(diff) => view! { <Difference state base head=head.clone() diff /> }.into_any(),
            None => view! {
                <p class="qs-banner" role="alert">
                    "One of the two cannot be read again: its file was moved or changed since it was opened. Open it again."
                </p>
            }
            .into_any(),
        })
    }
}

/// The question before two models are compared.
#[component]
fn DifferentModels(state: AppState, base: String, head: String) -> impl IntoView {
    view! {
        <div class="qs-compare__none">
            <p>
                <b>"These are two models: "<SafeText text=base />" and "<SafeText text=head /></b>
            </p>
            <p class="qs-muted">
                "Their nodes are paired by name and by structure, so most of them will count as added or removed."
            </p>
            <button class="qs-button qs-button--main" on:click=move |_| state.compare_models()>
                "Compare them anyway"
            </button>
        </div>
    }
}

#[component]
fn Difference(
    state: AppState,
    base: ReportHandle,
    head: ReportHandle,
    diff: DiffAnswer,
) -> impl IntoView {
    let (base_id, head_id) = (base.report_id, head.report_id);
    let n_changed = diff.changed.len() + diff.added.len() + diff.removed.len();
    let current = RwSignal::new(None::<(Side, usize)>);
    let (label, set_label) = signal(String::new());
    let ask = move |at: Option<(Side, usize)>| async move {
        let Some((side, at)) = at else { return Ok(None) };
        let report_id = if side == Side::Base { base_id } else { head_id };
        let answer = state.rows(report_id, NodeQuery::default(), at, 1).await?;
        Ok(answer.rows.into_iter().next())
    };
    latest(
        move || current.get(),
        ask,
        move |at, row| {
            let label = at
                .zip(row.as_ref())
                .map(|((side, _), it)| format!("{}: {}", side.label(), it.row.describe()));
            set_label.set(label.unwrap_or_default());
        },
    );
    let has_strips = !base.summary.strip.is_empty() || !head.summary.strip.is_empty();
    let strips = has_strips.then(|| {
        view! {
            <section class="qs-card">
                <h2>"Both, node by node"</h2>
                <DiffStrips
                    base=base.summary.strip.clone()
                    head=head.summary.strip.clone()
                    changed=diff.changed
                    added=diff.added
                    removed=diff.removed
                    current
                    label
                />
            </section>
        }
    });
    let lists = diff.lists;
    let changes =
        (!lists.is_empty()).then(|| view! { <Changes state base_id head_id lists n_changed /> });
    view! {
        <p class="qs-print">
            "From " <SafeText text=base.label.clone() /> " to " <SafeText text=head.label.clone() />
        </p>
        <p class="qs-headline">
            <SafeText text=diff.headline />
        </p>
        {strips}
        <div class="qs-compare__body">
            <section class="qs-card">
                <h2>"Before and after"</h2>
                <Figures figures=diff.figures />
            </section>
            {changes}
        </div>
    }
}
