//! What lies over the page for a while.

use leptos::html::Dialog;
use leptos::prelude::*;

use crate::keyboard::KEYS;
use crate::parts::part;
use crate::reactive::effect;

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
    let texts = move || match is_split.get() {
        true => vec!["Drop as base", "Drop as head"],
        false => vec!["Drop to open"],
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
    /// What it is called.
    label: &'static str,
    /// Whether it is shown.
    #[prop(into)]
    is_open: Signal<bool>,
    /// Called by Esc and by a click beside it.
    on_close: Callback<()>,
    content: AnyView,
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
    effect(move || follow(is_open.get()));
    view! {
        <dialog
            class="qs-help"
            aria-label=label
            node_ref=dialog
            on:close=move |_| {
                // Told of in a later task: by then it may ask something else.
                if dialog.get_untracked().is_none_or(|it| it.open()) {
                    return;
                }
                on_close.run(());
                // Esc has closed it, and there may be more to ask.
                untrack(|| follow(is_open.get()));
            }
            on:click=move |event| {
                // The box fills the dialog: what is beside it is the backdrop.
                if event.target() == event.current_target() {
                    on_close.run(());
                }
            }
        >
            {content}
        </dialog>
    }
}

/// The keys and what they do, and the licences.
#[component]
pub(crate) fn Help(
    /// Whether it is shown; Esc, its button and a click beside it close it.
    is_open: RwSignal<bool>,
    /// Of all who have code in the program.
    licences: String,
) -> impl IntoView {
    let rows = KEYS.into_iter().flat_map(|(keys, what)| {
        let keys = keys.split("  ").fold(part("dt", ""), |row, key| match key {
            "or" => row.text(" or "),
            key => row.with(part("kbd", "").text(key)),
        });
        [keys, part("dd", "").text(what)]
    });
    let close = part("button", "qs-button").on_click(move || is_open.set(false)).text("Close");
    // Before what is folded above it.
    let close = close.aria("autofocus", "");
    let content = part("div", "qs-help__box")
        .with(part("h2", "").text("Keys"))
        .with(part("dl", "").with_all(rows))
        .with(
            part("details", "")
                .with(part("summary", "").text("Licences"))
                // Scrolled by keys, too.
                .with(part("pre", "qs-code").aria("tabindex", "0").view_in(licences.into_any())),
        )
        .with(close)
        .view();
    view! {
        <Modal label="Keys" is_open on_close=Callback::new(move |()| is_open.set(false)) content />
    }
}
