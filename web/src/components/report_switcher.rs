//! Switches between the open reports.

use leptos::prelude::*;

use super::{SafeText, safe_attribute};
use crate::format::file_name;

/// Up to this many reports are shown as chips, side by side; more are shown as a list.
const MAX_CHIPS: usize = 3;

/// Shows nothing for no report, chips for a few, and a list with step buttons for many.
#[component]
pub(crate) fn ReportSwitcher(
    /// The reports' names, in order.
    labels: Memo<Vec<String>>,
    /// The index of the report that is shown.
    selected: Memo<usize>,
    /// Called with the index of the report to show.
    on_select: Callback<usize>,
    /// Called with the index of the report to close. If `None`, reports cannot be closed.
    on_close: Option<Callback<usize>>,
) -> impl IntoView {
    move || {
        let labels = labels.get();
        match labels.len() {
            0 => ().into_any(),
            1..=MAX_CHIPS => view! { <Chips labels selected on_select on_close /> }.into_any(),
            _ => view! { <List labels selected on_select on_close /> }.into_any(),
        }
    }
}

#[component]
fn Chips(
    labels: Vec<String>,
    selected: Memo<usize>,
    on_select: Callback<usize>,
    on_close: Option<Callback<usize>>,
) -> impl IntoView {
    let chips = labels.into_iter().enumerate().map(|(report_idx, label)| {
        let is_selected = Signal::derive(move || selected.get() == report_idx);
        let on_select = Callback::new(move |()| on_select.run(report_idx));
        match on_close {
            None => view! { <Chip label is_selected on_select /> }.into_any(),
            Some(on_close) => {
                let on_close = Callback::new(move |()| on_close.run(report_idx));
                view! { <ClosableChip label is_selected on_select on_close /> }.into_any()
            }
        }
    });
    view! { <nav class="qs-chips" aria-label="Reports">{chips.collect_view()}</nav> }
}

#[component]
fn Chip(label: String, is_selected: Signal<bool>, on_select: Callback<()>) -> impl IntoView {
    view! {
        <button
            class="qs-chip"
            class:qs-chip--on=is_selected
            aria-current=move || is_selected.get().then_some("true")
            title=safe_attribute(&label)
            on:click=move |_| on_select.run(())
        >
            <SafeText text=file_name(&label) />
        </button>
    }
}

#[component]
fn ClosableChip(
    label: String,
    is_selected: Signal<bool>,
    on_select: Callback<()>,
    on_close: Callback<()>,
) -> impl IntoView {
    view! {
        <span
            class="qs-chip qs-chip--closable"
            class:qs-chip--on=is_selected
            title=safe_attribute(&label)
        >
            <button
                class="qs-chip__name"
                aria-current=move || is_selected.get().then_some("true")
                on:click=move |_| on_select.run(())
            >
                <SafeText text=file_name(&label) />
            </button>
            <button
                class="qs-chip__close"
                aria-label=format!("Close {}", safe_attribute(file_name(&label)))
                title="Close the report (w)"
                on:click=move |_| on_close.run(())
            >
                "×"
            </button>
        </span>
    }
}

#[component]
fn List(
    labels: Vec<String>,
    selected: Memo<usize>,
    on_select: Callback<usize>,
    on_close: Option<Callback<usize>>,
) -> impl IntoView {
    let n_reports = labels.len();
    let options = labels.into_iter().enumerate().map(|(report_idx, label)| {
        view! {
            <option value=report_idx.to_string() prop:selected=move || selected.get() == report_idx>
                {safe_attribute(&label)}
            </option>
        }
    });
    let close = on_close.map(|on_close| {
        view! {
            <button
                class="qs-button qs-button--icon"
                aria-label="Close report"
                title="Close the report (w)"
                on:click=move |_| on_close.run(selected.get_untracked())
            >
                "×"
            </button>
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
            {close}
            <span class="qs-switcher__place">
                {move || format!("{} of {n_reports}", selected.get() + 1)}
            </span>
        </nav>
    }
}
