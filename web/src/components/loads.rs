//! Files on their way, and files that could not be read.

use leptos::prelude::*;
use qspect_core::{ParseError, Position, Warning};

use super::{row, rows};
use crate::parts::{part, plain, told};
use crate::reactive::memo;
use crate::state::{Load, OpenFile};
use qspect_core::figures::{count, thousands};

/// A progress bar for each file that is being read, an alert for each that could not be, and a
/// note for each that could be read in part. The styles show a bar only after 200 ms.
#[component]
pub(crate) fn Loads(
    /// All files, in the order of opening.
    files: ReadSignal<Vec<OpenFile>>,
    /// Called with the file whose error or note the reader has read.
    on_dismiss: Callback<usize>,
) -> impl IntoView {
    let is_reading = |it: &&OpenFile| matches!(it.load, Load::Reading(_));
    let n_reading = memo(move || files.with(|it| it.iter().filter(is_reading).count()));
    // Many files have one bar together.
    let is_crowd = memo(move || n_reading.get() > MAX_BARS);
    let shown = memo(move || {
        let is_crowd = is_crowd.get();
        files.with(|files| {
            let shown = files.iter().filter(|it| is_shown(&it.load));
            shown.filter(|it| !is_crowd || !is_reading(it)).cloned().collect::<Vec<_>>()
        })
    });
    view! {
        <div class="qs-loads">
            {move || is_crowd.get().then(|| crowd(files, n_reading))}
            {rows(move || shown.get().into_iter().map(|file| {
                let state = match file.load {
                    Load::Reading(_) => "reading",
                    Load::Failed(_) => "failed",
                    Load::Ready { .. } => "ready",
                };
                row(format!("{} {state}", file.file_id), move || one(file, files, on_dismiss))
            }).collect())}
        </div>
    }
}

/// So many files that are being read have a bar each.
const MAX_BARS: usize = 5;

fn crowd(files: ReadSignal<Vec<OpenFile>>, n_reading: Memo<usize>) -> AnyView {
    let n_files = move || files.with(Vec::len);
    let n_read = move || n_files().saturating_sub(n_reading.get());
    let share = move || 100 * n_read() / n_files().max(1);
    view! {
        <div
            class="qs-progress"
            role="progressbar"
            aria-label="Reading files"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || share().to_string()
        >
            <span class="qs-progress__name">
                {move || format!("{} of {} files", thousands(n_read()), thousands(n_files()))}
            </span>
            <span class="qs-progress__track">
                <span class="qs-progress__bar" style:width=move || format!("{}%", share())></span>
            </span>
        </div>
    }
    .into_any()
}

fn is_shown(load: &Load) -> bool {
    match load {
        Load::Reading(_) | Load::Failed(_) => true,
        Load::Ready { warnings, .. } => !warnings.is_empty(),
    }
}

fn one(file: OpenFile, files: ReadSignal<Vec<OpenFile>>, on_dismiss: Callback<usize>) -> AnyView {
    let OpenFile { file_id, name, load, .. } = file;
    let dismiss = move || {
        view! {
            <button
                class="qs-button qs-button--icon"
                aria-label="Dismiss"
                on:click=move |_| on_dismiss.run(file_id)
            >
                "×"
            </button>
        }
    };
    match load {
        Load::Reading(_) => {
            let share = memo(move || {
                files.with(|files| match &files.iter().find(|it| it.file_id == file_id)?.load {
                    Load::Reading(share) if *share < 1.0 => Some((share * 100.0).round() as u32),
                    _ => None,
                })
            });
            view! {
                <div
                    class="qs-progress"
                    role="progressbar"
                    aria-label=plain(&format!("Reading {name}"))
                    aria-valuemin="0"
                    aria-valuemax="100"
                    // Without a value the bar says "busy": the file is read, and is parsed now.
                    aria-valuenow=move || share.get().map(|it| it.to_string())
                >
                    <span class="qs-progress__name">{told(&name)}</span>
                    <span class="qs-progress__track">
                        <span
                            class="qs-progress__bar"
                            class:qs-progress__bar--busy=move || share.get().is_none()
                            style:width=move || {
                                share.get().map_or_else(|| "100%".to_owned(), |it| format!("{it}%"))
                            }
                        ></span>
                    </span>
                </div>
            }
            .into_any()
        }
        Load::Failed(error) => view! {
            <div class="qs-alert" role="alert">
                {failure(error)}
                {dismiss()}
            </div>
        }
        .into_any(),
        Load::Ready { warnings, .. } => view! {
            <div class="qs-note" role="status">
                {note(name, warnings)}
                {dismiss()}
            </div>
        }
        .into_any(),
    }
}

fn failure(error: ParseError) -> impl IntoView {
    let ParseError { file, position, path, message, hint } = error;
    let place = position.map(|Position { line, column }| format!(", line {line}, column {column}"));
    view! {
        <div class="qs-alert__text">
            <b>{told(&file)}</b>
            {place}
            ": "
            {told(&message)}
            {path.map(|path| part("span", "").text(" at ").with(part("code", "").text(&path)).view())}
            {hint.map(|hint| part("p", "qs-alert__hint").text(&hint).view())}
        </div>
    }
}

fn note(name: String, warnings: Vec<Warning>) -> impl IntoView {
    let n_warnings = warnings.len();
    let lines = warnings.iter().take(100).map(|it| part("li", "").text(&it.to_string()));
    let lines = part("ul", "").with_all(lines);
    view! {
        <details class="qs-note__text">
            <summary>
                <b>{told(&name)}</b>
                {format!(": {} to know", count(n_warnings, "thing", "things"))}
            </summary>
            {lines.view()}
            {(n_warnings > 100).then(|| format!("and {} more", n_warnings - 100))}
        </details>
    }
}
