//! Which of the open reports is shown.

use leptos::prelude::*;

use crate::format::file_name;
use crate::parts::{plain, told};

/// Up to this many reports stand side by side; more go into a list.
const MAX_CHIPS: usize = 3;

/// Nothing for no report; chips for a few; a list with steps to both sides for many.
#[component]
pub(crate) fn ReportSwitcher(
    /// The reports' names, in order.
    labels: Memo<Vec<String>>,
    /// Which of them is shown.
    selected: Memo<usize>,
    /// Called with the place of the report to show.
    on_select: Callback<usize>,
) -> impl IntoView {
    move || {
        let labels = labels.get();
        match labels.len() {
            0 => ().into_any(),
            1..=MAX_CHIPS => chips(labels, selected, on_select).into_any(),
            _ => list(labels, selected, on_select).into_any(),
        }
    }
}

fn chips(labels: Vec<String>, selected: Memo<usize>, on_select: Callback<usize>) -> impl IntoView {
    let chips = labels.into_iter().enumerate().map(|(report_idx, label)| {
        let is_selected = move || selected.get() == report_idx;
        view! {
            <button
                class="qs-chip"
                class:qs-chip--on=is_selected
                aria-current=move || is_selected().then_some("true")
                title=plain(&label)
                on:click=move |_| on_select.run(report_idx)
            >
                {told(file_name(&label))}
            </button>
        }
    });
    view! { <nav class="qs-chips" aria-label="Reports">{chips.collect_view()}</nav> }
}

fn list(labels: Vec<String>, selected: Memo<usize>, on_select: Callback<usize>) -> impl IntoView {
    let n_reports = labels.len();
    let options = labels.into_iter().enumerate().map(|(report_idx, label)| {
        view! {
            <option value=report_idx.to_string() prop:selected=move || selected.get() == report_idx>
                {plain(&label)}
            </option>
        }
    });
    view! {
        <nav class="qs-switcher" aria-label="Reports">
            <button
                class="qs-button qs-button--icon"
                aria-label="Previous report"
                title="Previous report ([)"
                disabled=move || selected.get() == 0
                on:click=move |_| on_select.run(selected.get_untracked().saturating_sub(1))
            >
                "‹"
            </button>
            <select
                class="qs-switcher__list"
                aria-label="Report"
                on:change:target=move |event| {
                    if let Ok(report_idx) = event.target().value().parse() {
                        on_select.run(report_idx);
                    }
                }
            >
                {options.collect_view()}
            </select>
            <button
                class="qs-button qs-button--icon"
                aria-label="Next report"
                title="Next report (])"
                disabled=move || { selected.get() + 1 >= n_reports }
                on:click=move |_| on_select.run(selected.get_untracked() + 1)
            >
                "›"
            </button>
            <span class="qs-switcher__place">
                {move || format!("{} of {n_reports}", selected.get() + 1)}
            </span>
        </nav>
    }
}
