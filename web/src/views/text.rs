//! The text that ExecuTorch prints, to read and to copy.

use leptos::prelude::*;
use leptos::task::spawn_local;
use qspect_core::Level;
use qspect_core::text::number_format::count;

use super::live_query::latest;
use crate::browser;
use crate::components::{SafeText, TabPanel, VirtualScroll};
use crate::format::stem;
use crate::state::{AppState, ReportHandle};
use crate::url::View;
use crate::worker::TextAnswer;

/// Pixels from one line to the next.
const LINE_HEIGHT: u16 = 18;
/// Pixels of the paddings above and below the lines.
const PADDINGS: u16 = 24;
/// A text of up to this many lines is in the page as a whole, so that the browser's own search
/// works in all of it.
const MAX_WHOLE: usize = 4000;

/// The report's text at one of its levels.
#[component]
pub(crate) fn TextView(state: AppState, report: ReportHandle) -> impl IntoView {
    let report_id = report.report_id;
    let fullest = report.summary.totals.level;
    let level = Memo::new(move |_| match fullest {
        Level::Info => Level::Info,
        Level::Debug => state.place().with(|it| it.level).unwrap_or(Level::Debug),
    });
    let (answer, set_answer) = signal(TextAnswer::default());
    let n_lines = Memo::new(move |_| answer.with(|it| it.n_lines));
    let scroll = VirtualScroll::new(n_lines.into(), LINE_HEIGHT, PADDINGS);
    Effect::new(move |previous: Option<Level>| {
        let level = level.get();
        if previous.is_some_and(|it| it != level) {
            scroll.to_top();
        }
        level
    });
    // A text that is loaded as a whole stays, wherever the reader scrolls.
    let lines = Memo::new(move |_| match n_lines.get() {
        0..=MAX_WHOLE => (0, MAX_WHOLE),
        _ => scroll.rows.get(),
    });
    let ask = move |level| {
        let (start, len) = lines.get();
        state.text(report_id, level, start, len)
    };
    latest(move || level.get(), ask, move |_, it| set_answer.set(it.clone()));
    let text = Memo::new(move |_| answer.with(|it| it.text.clone()));
    let start = Memo::new(move |_| answer.with(|it| it.start));
    view! {
        <TabPanel view=View::Text class="qs-text">
            <h1 class="qs-hidden">
                <SafeText text=report.summary.report_title.clone() />
            </h1>
            <TextBar state report_id label=report.label fullest level n_lines />
            {move || answer.with(|it| it.error.clone()).map(|text| view! {
                <div class="qs-alert" role="alert">
                    <div class="qs-alert__text">
                        <SafeText text />
                    </div>
                </div>
            })}
            <div
                class="qs-text__scroll"
                tabindex="0"
                role="region"
                aria-label="Report text"
                node_ref=scroll.container
                on:scroll=move |_| scroll.measure()
            >
                <pre
                    class="qs-text__lines"
                    style:height=move || scroll.body_height()
                    style:min-width=move || format!("{}ch", answer.with(|it| it.n_columns))
                >
                    <code style:transform=move || scroll.row_transform(start.get())>{text}</code>
                </pre>
            </div>
        </TabPanel>
    }
}

/// The level to show, the length of the text, and the ways to copy and save it.
#[component]
fn TextBar(
    state: AppState,
    report_id: usize,
    /// The report's label, which names the file to save.
    label: String,
    /// The most detailed level of the report.
    fullest: Level,
    level: Memo<Level>,
    n_lines: Memo<usize>,
) -> impl IntoView {
    let (note, set_note) = signal("");
    let copy = move |_| {
        let level = level.get_untracked();
        let copied = browser::copy(async move {
            state.whole_text(report_id, level).await.map_err(|it| it.to_string())
        });
        spawn_local(async move {
            let is_copied = copied.await.is_ok();
            let note = if is_copied { "Copied" } else { "The browser refused: use Save" };
            // Another view may be shown by then.
            let _ = set_note.try_set(note);
        });
    };
    let stem = stem(&label).to_owned();
    let save = move |_| {
        let level = level.get_untracked();
        let kind = if level == Level::Debug { "debug" } else { "info" };
        let name = format!("{stem}.{kind}.txt");
        spawn_local(async move {
            let Ok(text) = state.whole_text(report_id, level).await else { return };
            let saved = browser::text_blob(&(text + "\n"), "text/plain");
            if let Err(error) = saved.and_then(|it| browser::save(&name, &it)) {
                browser::log_error(&browser::describe(&error));
            }
        });
    };
    let levels = [Level::Debug, Level::Info].map(|it| {
        let (name, title) = match it {
            Level::Debug => ("DEBUG", "Node by node"),
            Level::Info => ("INFO", "Counts alone"),
        };
        view! {
            <button
                class="qs-button"
                class:qs-button--on=move || level.get() == it
                aria-pressed=move || (level.get() == it).to_string()
                disabled=it == Level::Debug && fullest == Level::Info
                title=title
                on:click=move |_| state.set_level(it)
            >
                {name}
            </button>
        }
    });
    view! {
        <div class="qs-text__bar">
            <div class="qs-segments" role="group" aria-label="Level">
                {levels.collect_view()}
            </div>
            <span class="qs-text__count qs-muted qs-small">
                {move || count(n_lines.get(), "line", "lines")} ", as ExecuTorch prints them"
            </span>
            <span class="qs-bar__space"></span>
            <span class="qs-muted qs-small" aria-live="polite">
                {note}
            </span>
            <button class="qs-button" on:click=copy>
                "Copy"
            </button>
            <button class="qs-button" on:click=save>
                "Save"
            </button>
        </div>
    }
}
