//! The bar at the top: files, sharing, theme and keys.

use leptos::prelude::*;
use web_sys::FileList;

use crate::theme::Theme;

/// The name, the reports, and the actions that every view has.
#[component]
pub(crate) fn Bar(
    /// Light or dark; the bar's button changes it.
    theme: RwSignal<Theme>,
    /// Called with the files that the reader chose.
    on_files: Callback<Option<FileList>>,
    /// Whether there is a report to share.
    #[prop(into)]
    has_report: Signal<bool>,
    /// Called when the reader wants to share a report.
    on_share: Callback<()>,
    /// Called when the reader asks for the list of keys.
    on_help: Callback<()>,
    /// Shown beside the name.
    children: Children,
) -> impl IntoView {
    view! {
        <header class="qs-bar">
            <span class="qs-bar__name"><b>"Q"</b>"spect"</span>
            {children()}
            <span class="qs-bar__space"></span>
            <span class="qs-open">
                <FileInput id="qs-open" label="Open report files" on_files />
                <label class="qs-button qs-button--main" for="qs-open">"Open"</label>
            </span>
            <span class="qs-open qs-bar__folder">
                <FileInput
                    id="qs-open-folder"
                    label="Open a folder of reports"
                    is_folder=true
                    on_files
                />
                <label class="qs-button" for="qs-open-folder">"Folder"</label>
            </span>
            <Show when=move || has_report.get()>
                <button class="qs-button" aria-haspopup="dialog" on:click=move |_| on_share.run(())>
                    "Share"
                </button>
            </Show>
            <ThemeButton theme />
            <button
                class="qs-button qs-button--icon qs-bar__help"
                title="Keys (?)"
                aria-label="Keys"
                on:click=move |_| on_help.run(())
            >
                "?"
            </button>
        </header>
    }
}

/// A file input that is shown only by its label.
#[component]
fn FileInput(
    id: &'static str,
    /// Its name for a screen reader.
    label: &'static str,
    /// Whether it takes a folder instead of files.
    #[prop(optional)]
    is_folder: bool,
    /// Called with the files that the reader chose.
    on_files: Callback<Option<FileList>>,
) -> impl IntoView {
    view! {
        <input
            id=id
            class="qs-open__input"
            type="file"
            multiple=!is_folder
            prop:webkitdirectory=is_folder
            aria-label=label
            on:change:target=move |event| {
                on_files.run(event.target().files());
                // Lets the reader choose the same file again.
                event.target().set_value("");
            }
        />
    }
}

/// Switches from the system's theme to light, to dark, and back.
#[component]
fn ThemeButton(theme: RwSignal<Theme>) -> impl IntoView {
    let title = move || match theme.get() {
        Theme::Auto => "Theme: system",
        Theme::Light => "Theme: light",
        Theme::Dark => "Theme: dark",
    };
    let sign = move || match theme.get() {
        Theme::Auto => "◐",
        Theme::Light => "○",
        Theme::Dark => "●",
    };
    view! {
        <button
            class="qs-button qs-button--icon"
            title=title
            aria-label=title
            on:click=move |_| theme.update(|it| *it = it.next())
        >
            {sign}
        </button>
    }
}
