//! Files that are being read, and files that could not be read.

use leptos::prelude::*;
use qspect_core::text::number_format::{count, thousands};
use qspect_core::{ParseError, Position, Warning};

use super::{SafeText, safe_attribute};
use crate::state::{Load, OpenFile};

/// Up to this many files that are being read have a bar each.
const MAX_BARS: usize = 5;

/// How many warnings of a file are listed.
const MAX_WARNINGS: usize = 100;

/// A progress bar for each file that is being read, an alert for each that could not be, and a
/// note for each that could be read in part. The styles show a bar only after 200 ms.
#[component]
pub(crate) fn FileLoading(
    /// All files, in the order of opening.
    files: ReadSignal<Vec<OpenFile>>,
    /// Called with the file whose error or note the reader dismisses.
    on_dismiss: Callback<usize>,
    /// Called with the files that the reader no longer wants to wait for.
    on_cancel: Callback<Vec<usize>>,
) -> impl IntoView {
    let is_reading = |it: &&OpenFile| matches!(it.load, Load::Reading(_));
    let n_reading = Memo::new(move |_| files.with(|it| it.iter().filter(is_reading).count()));
    // Many files share one bar.
    let is_crowd = Memo::new(move |_| n_reading.get() > MAX_BARS);
    let shown = Memo::new(move |_| {
        let is_crowd = is_crowd.get();
        files.with(|files| {
            let shown = files.iter().filter(|it| is_shown(&it.load));
            shown.filter(|it| !is_crowd || !is_reading(it)).cloned().collect::<Vec<_>>()
        })
    });
    let cancel_all = Callback::new(move |()| {
        let reading = files.with_untracked(|files| {
            files.iter().filter(is_reading).map(|it| it.source_id).collect::<Vec<_>>()
        });
        on_cancel.run(reading);
    });
    // A file that has been read gets another element in the page.
    let key = |file: &OpenFile| match file.load {
        Load::Reading(_) => (file.file_id, "reading"),
        Load::Failed(_) => (file.file_id, "failed"),
        Load::Ready { .. } => (file.file_id, "ready"),
    };
    view! {
        <div class="qs-loads">
            <Show when=move || is_crowd.get()>
                <Crowd files n_reading on_cancel=cancel_all />
            </Show>
            <For each=move || shown.get() key let:file>
                <OneFile file files on_dismiss on_cancel />
            </For>
        </div>
    }
}

fn is_shown(load: &Load) -> bool {
    match load {
        Load::Reading(_) | Load::Failed(_) => true,
        Load::Ready { warnings, .. } => !warnings.is_empty(),
    }
}

/// The bar that many files share.
#[component]
fn Crowd(
    files: ReadSignal<Vec<OpenFile>>,
    n_reading: Memo<usize>,
    on_cancel: Callback<()>,
) -> impl IntoView {
    let n_files = move || files.with(Vec::len);
    let n_read = move || n_files().saturating_sub(n_reading.get());
    let percent = Signal::derive(move || Some((100 * n_read() / n_files().max(1)) as u32));
    view! {
        <div class="qs-progress">
            <span class="qs-progress__name">
                {move || format!("{} of {} files", thousands(n_read()), thousands(n_files()))}
            </span>
            <Track label="Reading files" percent />
            <button class="qs-button" on:click=move |_| on_cancel.run(())>
                "Cancel"
            </button>
        </div>
    }
}

/// The bar itself. It contains no button: assistive technology sees a progress bar as one thing.
#[component]
fn Track(
    #[prop(into)] label: String,
    /// Without a value the bar shows "busy".
    percent: Signal<Option<u32>>,
) -> impl IntoView {
    view! {
        <span
            class="qs-progress__track"
            role="progressbar"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || percent.get().map(|it| it.to_string())
        >
            <span
                class="qs-progress__bar"
                class:qs-progress__bar--busy=move || percent.get().is_none()
                style:width=move || format!("{}%", percent.get().unwrap_or(100))
            ></span>
        </span>
    }
}

#[component]
fn OneFile(
    file: OpenFile,
    files: ReadSignal<Vec<OpenFile>>,
    on_dismiss: Callback<usize>,
    on_cancel: Callback<Vec<usize>>,
) -> impl IntoView {
    let OpenFile { file_id, source_id, name, load } = file;
    let on_dismiss = Callback::new(move |()| on_dismiss.run(file_id));
    match load {
        Load::Reading(_) => {
            let on_cancel = Callback::new(move |()| on_cancel.run(vec![source_id]));
            view! { <Reading file_id name files on_cancel /> }.into_any()
        }
        Load::Failed(error) => view! { <Failure error on_dismiss /> }.into_any(),
        Load::Ready { warnings, .. } => view! { <Warnings name warnings on_dismiss /> }.into_any(),
    }
}

/// A file that is being read.
#[component]
fn Reading(
    file_id: usize,
    name: String,
    files: ReadSignal<Vec<OpenFile>>,
    on_cancel: Callback<()>,
) -> impl IntoView {
    // At 1 the file is read and is being parsed. Parsing takes a time that is not measured.
    let percent = Memo::new(move |_| {
        files.with(|files| match &files.iter().find(|it| it.file_id == file_id)?.load {
            Load::Reading(share) if *share < 1.0 => Some((share * 100.0).round() as u32),
            _ => None,
        })
    });
    let label = safe_attribute(&format!("Reading {name}"));
    view! {
        <div class="qs-progress">
            <span class="qs-progress__name"><SafeText text=name.clone() /></span>
            <Track label percent=percent.into() />
            <CrossButton
                label=safe_attribute(&format!("Cancel reading {name}"))
                on_click=on_cancel
            />
        </div>
    }
}

/// A file that could not be read.
#[component]
fn Failure(error: ParseError, on_dismiss: Callback<()>) -> impl IntoView {
    let ParseError { file, position, path, message, hint, .. } = error;
    let place = position.map(|Position { line, column }| format!(", line {line}, column {column}"));
    let path = path.map(String::from);
    let path = path.map(|it| view! { <span>" at "<code><SafeText text=it /></code></span> });
    let hint = hint.map(|it| view! { <p class="qs-alert__hint"><SafeText text=it /></p> });
    view! {
        <div class="qs-alert" role="alert">
            <div class="qs-alert__text">
                <b><SafeText text=file /></b>
                {place}
                ": "
                <SafeText text=message />
                {path}
                {hint}
            </div>
            <CrossButton label="Dismiss" on_click=on_dismiss />
        </div>
    }
}

/// A file that was read only in part.
#[component]
fn Warnings(name: String, warnings: Vec<Warning>, on_dismiss: Callback<()>) -> impl IntoView {
    let n_warnings = warnings.len();
    let lines = warnings.iter().take(MAX_WARNINGS).map(|it| {
        view! { <li><SafeText text=it.to_string() /></li> }
    });
    let more = n_warnings.checked_sub(MAX_WARNINGS).filter(|it| *it > 0);
    view! {
        <div class="qs-note" role="status">
            <details class="qs-note__text">
                <summary>
                    <b><SafeText text=name /></b>
                    {format!(": {}", count(n_warnings, "warning", "warnings"))}
                </summary>
                <ul>{lines.collect_view()}</ul>
                {more.map(|it| format!("and {it} more"))}
            </details>
            <CrossButton label="Dismiss" on_click=on_dismiss />
        </div>
    }
}

#[component]
fn CrossButton(#[prop(into)] label: String, on_click: Callback<()>) -> impl IntoView {
    view! {
        <button
            class="qs-button qs-button--icon"
            aria-label=label
            on:click=move |_| on_click.run(())
        >
            "×"
        </button>
    }
}
