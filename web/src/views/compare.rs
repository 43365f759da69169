//! What changed from one report to another.

use leptos::prelude::*;
use qspect_core::figures::{count, thousands};
use qspect_core::{DiffList, FigureChange};

use crate::components::{ChangeGrid, DiffStrips, TabPanel};
use crate::parts::{part, plain};
use crate::reactive::memo;
use crate::state::{AppState, ReportHandle};
use crate::url::View;
use crate::worker::{DiffAnswer, DiffRowsAnswer};

/// The report that is shown, compared with another one.
#[component]
pub(crate) fn CompareView(state: AppState, report: ReportHandle) -> impl IntoView {
    let reports = memo(move || state.reports());
    let head_id = report.report_id;
    let head_idx = memo(move || {
        reports.with(|it| it.iter().position(|it| it.report_id == head_id)).unwrap_or_default()
    });
    let base_idx = memo(move || state.base_idx(head_idx.get()));
    let base = memo(move || reports.with(|it| it.get(base_idx.get()).cloned()));
    let pickers = move || {
        let labels: Vec<String> = reports.with(|it| it.iter().map(|it| it.label.clone()).collect());
        let (base_idx, head_idx) = (base_idx.get(), head_idx.get());
        // The pickers are made anew, and the focus goes to the one that had it.
        let compare = move |base_idx, head_idx, picker| {
            state.compare(base_idx, head_idx);
            state.catch_focus(picker);
        };
        let pick_base = Callback::new(move |it| {
            compare(it, head_idx, ".qs-picker:first-child select");
        });
        let pick_head = Callback::new(move |it| {
            compare(base_idx, it, ".qs-picker:last-child select");
        });
        view! {
            <div class="qs-pickers">
                {picker("base", labels.clone(), base_idx, pick_base)}
                <button
                    class="qs-button qs-button--icon"
                    aria-label="Change base and head about"
                    title="Change base and head about"
                    on:click=move |_| compare(head_idx, base_idx, ".qs-pickers button")
                >
                    "⇄"
                </button>
                {picker("head", labels, head_idx, pick_head)}
            </div>
        }
    };
    view! {
        <TabPanel view=View::Compare class="qs-overview qs-compare">
            <h1 class="qs-hidden">"Compare"</h1>
            {move || match base.get() {
                None => one_report().into_any(),
                Some(base) => view! {
                    {pickers}
                    {compared(state, base, report.clone())}
                }
                .into_any(),
            }}
        </TabPanel>
    }
}

fn one_report() -> AnyView {
    part("div", "qs-compare__none")
        .with(part("p", "").with(part("b", "").text("Open a second report to compare this one with")))
        .with(part("p", "qs-muted").text(
            "Drop it on the left half of the page to make it the base, on the right half to make it \
             the head.",
        ))
        .view_in(view! { <label class="qs-button qs-button--main" for="qs-open">"Open…"</label> }.into_any())
        .view()
}

fn picker(
    name: &'static str,
    labels: Vec<String>,
    selected: usize,
    on_select: Callback<usize>,
) -> impl IntoView {
    let options = labels.into_iter().enumerate().map(|(at, label)| {
        view! { <option value=at.to_string() prop:selected=at == selected>{plain(&label)}</option> }
    });
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
                {options.collect_view()}
            </select>
        </label>
    }
}

/// Figures, strips and changed nodes, as soon as the worker has them.
fn compared(state: AppState, base: ReportHandle, head: ReportHandle) -> AnyView {
    let answer = RwSignal::new(None::<Option<DiffAnswer>>);
    let (base_id, head_id) = (base.report_id, head.report_id);
    state.ask_diff(base_id, head_id, move |it| {
        // Whoever asked may be gone by now.
        let _ = answer.try_set(Some(it));
    });
    let gone = || {
        let text = "One of the two cannot be read again: its file was moved or changed since it was \
                    opened. Open it anew.";
        part("p", "qs-banner").aria("role", "alert").text(text).view()
    };
    view! {
        {move || answer.get().map(|it| match it {
            Some(it) => shown(state, &base, &head, it),
            None => gone(),
        })}
    }
    .into_any()
}

fn shown(state: AppState, base: &ReportHandle, head: &ReportHandle, diff: DiffAnswer) -> AnyView {
    let (base_id, head_id) = (base.report_id, head.report_id);
    let headline = part("p", "qs-headline").text(&diff.headline).view();
    let figures = part("section", "qs-card")
        .with(part("h2", "").text("Before and after"))
        .with(figures(&diff.figures))
        .view();
    let n_changed = diff.changed.len() + diff.added.len() + diff.removed.len();
    let strips = (!base.summary.strip.is_empty() || !head.summary.strip.is_empty()).then(|| {
        view! {
            <section class="qs-card">
                <h2>"Both, node by node"</h2>
                <DiffStrips
                    base=base.summary.strip.clone()
                    head=head.summary.strip.clone()
                    changed=diff.changed.clone()
                    added=diff.added.clone()
                    removed=diff.removed.clone()
                />
            </section>
        }
    });
    let lists = diff.lists.clone();
    let nodes = (!lists.is_empty()).then(|| nodes(state, base_id, head_id, lists, n_changed));
    view! {
        {headline}
        <div class="qs-columns">
            <div>{figures}</div>
            <div>{strips}</div>
        </div>
        {nodes}
    }
    .into_any()
}

fn figures(figures: &[FigureChange]) -> crate::parts::Part {
    let rows = figures.iter().map(|it| {
        let (class, sign) = match it.is_better {
            Some(true) => ("qs-delta qs-delta--better", " better"),
            Some(false) => ("qs-delta qs-delta--worse", " worse"),
            None => ("qs-delta", ""),
        };
        // `90.3 % (93 of 103)`: what is in brackets is a second look.
        let value = |it: &str| {
            let brief = it.split_once(" (").map_or(it, |it| it.0);
            part("td", "qs-number").title(it).text(brief)
        };
        part("tr", "")
            .with(part("th", "").aria("scope", "row").text(&it.name))
            .with(value(&it.values.base))
            .with(value(&it.values.head))
            .with(part("td", class).text(&it.delta).with(part("span", "").text(sign)))
    });
    let head = |class, it| part("th", "").aria("scope", "col").with(part("span", class).text(it));
    let heads = ["base", "head", "change"].map(|it| head("", it));
    part("table", "qs-before")
        .with(
            part("thead", "")
                .with(part("tr", "").with(head("qs-hidden", "figure")).with_all(heads)),
        )
        .with(part("tbody", "").with_all(rows))
}

/// The changed nodes, and what to list of them.
fn nodes(
    state: AppState,
    base_id: usize,
    head_id: usize,
    lists: Vec<(DiffList, usize)>,
    n_changed: usize,
) -> AnyView {
    // A list that this comparison has not got, as of the one before, is none.
    let known: Vec<DiffList> = lists.iter().map(|it| it.0).collect();
    let list = memo(move || state.place().with(|it| it.list).filter(|it| known.contains(it)));
    let all = (n_changed > 0).then_some((None, n_changed));
    let lists = lists.into_iter().map(|(list, n)| (Some(list), n));
    let chips = all.into_iter().chain(lists).map(|(it, n)| {
        let is_on = move || list.get() == it;
        let label = it.map_or("all", DiffList::label);
        view! {
            <button
                class="qs-chip"
                class:qs-chip--on=is_on
                aria-pressed=move || is_on().to_string()
                on:click=move |_| state.show_list(it)
            >
                {format!("{label} {}", thousands(n))}
            </button>
        }
    });
    let answer = RwSignal::new(DiffRowsAnswer::default());
    let ask = Callback::new(move |(start, len): (usize, usize)| {
        let wanted = list.get_untracked();
        state.ask_diff_rows(base_id, head_id, wanted, start, len, move |it| {
            // An answer to what is asked for no more is late.
            if list.try_get_untracked() == Some(wanted) {
                let _ = answer.try_set(it);
            }
        });
    });
    let on_open = Callback::new(move |name: String| state.show_among_all(name));
    view! {
        <section class="qs-card qs-changes">
            <h2>{count(n_changed, "changed node", "changed nodes")}</h2>
            <div class="qs-chips" role="group" aria-label="What to list">{chips.collect_view()}</div>
            <ChangeGrid answer list on_ask=ask on_open />
        </section>
    }
    .into_any()
}
