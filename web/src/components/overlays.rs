//! Overlays of the page: the drop zone, dialogs, and the help.

use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;

use crate::browser;
use crate::keyboard::KEYS;

#[wasm_bindgen]
extern "C" {
    /// The notices of third parties whose code is in the program. Defined in web/js/program.js.
    #[wasm_bindgen(js_name = loadLicences, catch)]
    async fn load_licences() -> Result<JsValue, JsValue>;
}

/// Shown while files are dragged over the page.
#[component]
pub(crate) fn DropOverlay(
    /// Whether files are being dragged.
    #[prop(into)]
    is_open: Signal<bool>,
    /// Whether each half of the page takes them as something else: the base, or the head.
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

/// A dialog over the page, which keeps the focus and gives it back.
#[component]
pub(crate) fn Modal(
    /// Its name for assistive technology.
    label: &'static str,
    /// Whether it is shown.
    #[prop(into)]
    is_open: Signal<bool>,
    /// Called by Esc and by a click beside it.
    on_close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let follow = move |is_open: bool| {
        let Some(dialog) = dialog.get() else { return };
        match (is_open, dialog.open()) {
            // Only a dialog that is open already, or is not in the page, cannot be shown.
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
                // This event comes in a later task: by then the dialog may be open again, or be closed by
                // the state.
                if dialog.get_untracked().is_none_or(|it| it.open()) || !is_open.get_untracked() {
                    return;
                }
                on_close.run(());
                // Esc has closed it, and the next question may be waiting in it.
                untrack(|| follow(is_open.get()));
            }
            on:click=move |event| {
                // The box fills the dialog: what is beside it is the backdrop.
                if event.target() == event.current_target() {
                    on_close.run(());
                }
            }
        >
            {children()}
        </dialog>
    }
}

/// The keys and what they do, and the licences.
#[component]
pub(crate) fn Help(
    /// Whether it is shown.
    #[prop(into)]
    is_open: Signal<bool>,
    /// Called by Esc, its button, and a click beside it.
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
                <details on:toggle=load>
                    <summary>"Licences"</summary>
                    // Scrolled by keys, too.
                    <pre class="qs-code" tabindex="0">{licences}</pre>
                </details>
                // Focused first: what is above it is folded.
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
