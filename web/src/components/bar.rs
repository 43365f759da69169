//! The bar on top.

use leptos::prelude::*;
use web_sys::FileList;

use crate::theme::Theme;

/// The name, the reports, and what can be done everywhere.
#[component]
pub(crate) fn Bar(
    /// Light or dark; the bar's button changes it.
    theme: RwSignal<Theme>,
    /// Called with the files that the reader chose.
    on_files: Callback<Option<FileList>>,
    /// Whether there is a report to share.
    #[prop(into)]
    has_report: Signal<bool>,
    /// Called when the reader wants to share it.
    on_share: Callback<()>,
    /// Called when the reader asks for the keys.
    on_help: Callback<()>,
    /// What stands beside the name.
    children: Children,
) -> impl IntoView {
    let theme_title = move || match theme.get() {
        Theme::Auto => "Theme: as the system",
        Theme::Light => "Theme: light",
        Theme::Dark => "Theme: dark",
    };
    let theme_sign = move || match theme.get() {
        Theme::Auto => "◐",
        Theme::Light => "○",
        Theme::Dark => "●",
    };
    view! {
        <header class="qs-bar">
            <span class="qs-bar__name"><b>"Q"</b>"spect"</span>
            {children()}
            <span class="qs-bar__space"></span>
            <span class="qs-open">
                <input
                    id="qs-open"
                    class="qs-open__input"
                    type="file"
                    multiple
                    aria-label="Open report files"
                    on:change:target=move |event| {
                        on_files.run(event.target().files());
                        // The same file can be chosen again.
                        event.target().set_value("");
                    }
                />
                <label class="qs-button qs-button--main" for="qs-open">"Open"</label>
            </span>
            <span class="qs-open qs-bar__folder">
                <input
                    id="qs-open-folder"
                    class="qs-open__input"
                    type="file"
                    prop:webkitdirectory=true
                    aria-label="Open a folder of reports"
                    on:change:target=move |event| {
                        on_files.run(event.target().files());
                        event.target().set_value("");
                    }
                />
                <label class="qs-button" for="qs-open-folder">"Folder"</label>
            </span>
            <Show when=move || has_report.get()>
                <button class="qs-button" aria-haspopup="dialog" on:click=move |_| on_share.run(())>
                    "Share"
                </button>
            </Show>
            <button
                class="qs-button qs-button--icon"
                title=theme_title
                aria-label=theme_title
                on:click=move |_| theme.update(|it| *it = it.next())
            >
                {theme_sign}
            </button>
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
