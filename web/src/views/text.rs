//! What ExecuTorch prints, to read and to copy.

use leptos::prelude::*;
use qspect_core::Level;
use qspect_core::figures::count;

use crate::browser;
use crate::components::{TabPanel, scroll_window};
use crate::format::stem;
use crate::parts::{part, told};
use crate::reactive::memo;
use crate::state::{AppState, ReportHandle};
use crate::url::View;
use crate::worker::TextAnswer;

/// Pixels from one line to the next.
const LINE_HEIGHT: usize = 18;
/// A text of up to this many lines is in the page as a whole, so that the browser's own search
/// finds everything in it.
const MAX_WHOLE: usize = 4000;

/// The report's text at one of its levels.
#[component]
pub(crate) fn TextView(state: AppState, report: ReportHandle) -> impl IntoView {
    let report_id = report.report_id;
    let fullest = report.summary.level;
    let level = memo(move || match fullest {
        Level::Info => Level::Info,
        Level::Debug => state.place().with(|it| it.level).unwrap_or(Level::Debug),
    });
    let window = scroll_window(LINE_HEIGHT, 0);
    let (answer, set_answer) = signal(TextAnswer::default());
    let n_lines = memo(move || answer.with(|it| it.n_lines));
    Effect::new(move |previous: Option<Level>| {
        let level = level.get();
        if previous.is_some_and(|it| it != level) {
            window.to_top();
        }
        // A text that is there as a whole stays as it is, wherever the reader scrolls to.
        let (start, len) = match n_lines.get() {
            0..=MAX_WHOLE => (0, MAX_WHOLE),
            _ => window.rows.get(),
        };
        state.ask_text(report_id, level, start, len, move |it| set_answer.set(it));
        level
    });
    let (note, set_note) = signal("");
    let copy = move |_| {
        let level = level.get_untracked();
        let copied = browser::copy(async move { Ok(state.whole_text(report_id, level).await) });
        leptos::task::spawn_local(async move {
            let is_copied = copied.await.is_ok();
            let note = if is_copied { "Copied" } else { "The browser refused: use Save" };
            // By then another view may be shown.
            let _ = set_note.try_set(note);
        });
    };
    let stem = StoredValue::new(stem(&report.label).to_owned());
    let save = move |_| {
        let level = level.get_untracked();
        let kind = if level == Level::Debug { "debug" } else { "info" };
        let name = stem.with_value(|it| format!("{it}.{kind}.txt"));
        state.ask_whole_text(report_id, level, move |text| {
            let saved = browser::text_blob(&(text + "\n"), "text/plain");
            if let Err(error) = saved.and_then(|it| browser::save(&name, &it)) {
                browser::log_error(&browser::describe(&error));
            }
        });
    };
    let levels = [Level::Debug, Level::Info].map(|it| {
        let title = if it == Level::Debug { "DEBUG" } else { "INFO" };
        view! {
            <button
                class="qs-button"
                class:qs-button--on=move || level.get() == it
                aria-pressed=move || (level.get() == it).to_string()
                disabled={it == Level::Debug && fullest == Level::Info}
                title=if it == Level::Debug { "Node by node" } else { "Counts alone" }
                on:click=move |_| state.set_level(it)
            >
                {title}
            </button>
        }
    });
    view! {
        <TabPanel view=View::Text class="qs-text">
            <h1 class="qs-hidden">{told(&report.summary.report_title)}</h1>
            <div class="qs-text__bar">
                <div class="qs-segments" role="group" aria-label="Level">{levels.collect_view()}</div>
                <span class="qs-text__count qs-muted qs-small">
                    {move || count(n_lines.get(), "line", "lines")}
                    ", as ExecuTorch prints them"
                </span>
                <span class="qs-bar__space"></span>
                <span class="qs-muted qs-small" aria-live="polite">{note}</span>
                <button class="qs-button" on:click=copy>"Copy"</button>
                <button class="qs-button" on:click=save>"Save"</button>
            </div>
            {move || answer.with(|it| it.error.clone()).map(|error| {
                let text = part("div", "qs-alert__text").text(&error);
                part("div", "qs-alert").aria("role", "alert").with(text).view()
            })}
            <div
                class="qs-text__scroll"
                tabindex="0"
                role="region"
                aria-label="Report text"
                node_ref=window.container
                on:scroll=move |_| window.on_scroll.run(())
            >
                <pre
                    class="qs-text__lines"
                    style:height=move || format!("{}px", n_lines.get() * LINE_HEIGHT)
                    style:min-width=move || format!("{}ch", answer.with(|it| it.n_columns))
                >
                    <code style:transform=move || {
                        format!("translateY({}px)", answer.with(|it| it.start) * LINE_HEIGHT)
                    }>{move || answer.with(|it| it.text.clone())}</code>
                </pre>
            </div>
        </TabPanel>
    }
}
