//! Overlays of the page: the drop zone, dialogs, and the help.

use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use qspect_core::view::filter::FIELDS;
use qspect_core::view::glossary::glossary;
use wasm_bindgen::prelude::*;

use crate::browser;
use crate::keyboard::KEYS;

#[wasm_bindgen]
extern "C" {
    /// The notices for third-party code in the program. Defined in web/js/program.js.
    #[wasm_bindgen(js_name = loadLicences, catch)]
    async fn load_licences() -> Result<JsValue, JsValue>;
}

/// Shown while files are dragged over the page.
#[component]
pub(crate) fn DropOverlay(
    /// Whether files are being dragged.
    #[prop(into)]
    is_open: Signal<bool>,
    /// Whether the halves of the page take files differently: as the base, or as the head.
    #[prop(into)]
    is_split: Signal<bool>,
) -> impl IntoView {
    let texts = move || {
        if is_split.get() { vec!["Drop as base", "Drop as head"] } else { vec!["Drop to open"] }
    };
    view! {
        <div class="qs-drop" class:qs-drop--on=is_open aria-hidden="true">
            {move || {
                let texts = texts().into_iter();
                texts.map(|it| view! { <div class="qs-drop__text">{it}</div> }).collect_view()
            }}
        </div>
    }
}

/// A dialog over the page. It keeps the focus, and returns it when it closes.
#[component]
pub(crate) fn Modal(
    /// Its name for assistive technology.
    label: &'static str,
    /// Whether it is shown.
    #[prop(into)]
    is_open: Signal<bool>,
    /// Called when the reader presses Esc or clicks outside.
    on_close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let follow = move |is_open: bool| {
        let Some(dialog) = dialog.get() else { return };
        match (is_open, dialog.open()) {
            // Showing fails only for a dialog that is already open, or is not in the page.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    };
    Effect::new(move |_| follow(is_open.get()));
    view! {
        <dialog
            class="qs-help"
            aria-label=label
            node_ref=dialog
            on:close=move |_| {
                // This event comes in a later task: by then the dialog may be open again, or the
                // state may have closed it.
                if dialog.get_untracked().is_none_or(|it| it.open()) || !is_open.get_untracked() {
                    return;
                }
                on_close.run(());
                // Esc has closed the dialog, but the next question may already be waiting in it.
                untrack(|| follow(is_open.get()));
            }
            on:click=move |event| {
                // The box fills the dialog, so a click on the dialog itself is a click on the
                // backdrop.
                if event.target() == event.current_target() {
                    on_close.run(());
                }
            }
        >
            {children()}
        </dialog>
    }
}

/// The list of keys with their effects, and the licences.
#[component]
pub(crate) fn Help(
    /// Whether it is shown.
    #[prop(into)]
    is_open: Signal<bool>,
    /// Called by Esc, its button, and a click outside.
    on_close: Callback<()>,
    /// Whether single characters are shortcuts.
    has_shortcuts: RwSignal<bool>,
) -> impl IntoView {
    let (licences, set_licences) = signal(String::new());
    let load = move |_| {
        if licences.with_untracked(String::is_empty) {
            spawn_local(async move {
                let text = load_licences().await.map(|it| it.as_string().unwrap_or_default());
                set_licences.set(text.unwrap_or_else(|error| browser::describe(&error)));
            });
        }
    };
    let fields = FIELDS.into_iter().map(|it| {
        view! {
            <dt><code>{it.example}</code></dt>
            <dd>{it.help}</dd>
        }
    });
    let words = glossary().into_iter().map(|(word, meaning)| {
        view! {
            <dt>{word}</dt>
            <dd>{meaning}</dd>
        }
    });
    let rows = KEYS.map(|(keys, what)| view! { <KeyRow keys what /> });
    view! {
        <Modal label="Keys" is_open on_close>
            <div class="qs-help__box">
                <h2>"Keys"</h2>
                <dl>{rows.into_iter().collect_view()}</dl>
                <label class="qs-help__switch">
                    <input
                        type="checkbox"
                        role="switch"
                        prop:checked=has_shortcuts
                        on:change:target=move |event| has_shortcuts.set(event.target().checked())
                    />
                    " Single-key shortcuts: all of the above but Enter, Esc and the arrows"
                </label>
                <details>
                    <summary>"Search fields"</summary>
                    <p class="qs-small">
                        "Words and fields must all match. A - in front negates one. Quotes keep spaces."
                    </p>
                    <dl class="qs-help__fields">{fields.collect_view()}</dl>
                </details>
                <details>
                    <summary>"Words"</summary>
                    <dl class="qs-help__fields">{words.collect_view()}</dl>
                </details>
                <details on:toggle=load>
                    <summary>"Licences"</summary>
                    // Keys can scroll it, too.
                    <pre class="qs-code" tabindex="0">{licences}</pre>
                </details>
                // Focused first: the licences above it are folded.
                <button class="qs-button" autofocus on:click=move |_| on_close.run(())>
                    "Close"
                </button>
            </div>
        </Modal>
    }
}

#[component]
fn KeyRow(keys: &'static str, what: &'static str) -> impl IntoView {
    let keys = keys.split("  ").map(|key| match key {
        "or" => " or ".into_any(),
        key => view! { <kbd>{key}</kbd> }.into_any(),
    });
    view! {
        <dt>{keys.collect_view()}</dt>
        <dd>{what}</dd>
    }
}
