//! The search field of the nodes: a filter, with completions.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use qspect_core::view::filter::Completion;

use super::SafeText;

/// The id of the list, and the start of those of its options.
const LIST: &str = "qs-completions";

/// A field with a list of completions below it (the combobox pattern of ARIA).
#[component]
pub(crate) fn FilterBox(
    #[prop(into)] text: Signal<String>,
    /// The completions of the text.
    completions: Memo<Vec<Completion>>,
    /// Called with a text that was typed or completed.
    on_text: Callback<String>,
    /// Called when the reader goes on to what the filter found.
    on_leave: Callback<()>,
) -> impl IntoView {
    // Closed until the reader types, and after a completion was taken.
    let (is_asked, set_asked) = signal(false);
    let (active, set_active) = signal(None::<usize>);
    let n_shown = Memo::new(move |_| match is_asked.get() {
        true => completions.with(Vec::len),
        false => 0,
    });
    let take = Callback::new(move |at: usize| {
        let completed = completions.with_untracked(|all| {
            let it = all.get(at)?;
            let text = text.get_untracked();
            Some(format!("{}{}", text.get(..it.range.start)?, it.text))
        });
        if let Some(completed) = completed {
            set_active.set(None);
            // A field is completed; its values are next.
            set_asked.set(!completed.ends_with(' '));
            on_text.run(completed);
        }
    });
    let press = move |event: KeyboardEvent| {
        let n_shown = n_shown.get_untracked();
        let current = active.get_untracked();
        match (event.key().as_str(), current) {
            ("ArrowDown", None) if n_shown > 0 => set_active.set(Some(0)),
            ("ArrowDown", Some(at)) => set_active.set(Some((at + 1) % n_shown.max(1))),
            ("ArrowUp", Some(at)) => set_active.set(at.checked_sub(1)),
            ("Enter", Some(at)) => take.run(at),
            ("Tab", None) if n_shown > 0 && !event.shift_key() => take.run(0),
            ("Tab", Some(at)) if !event.shift_key() => take.run(at),
            ("Escape", _) if n_shown > 0 => {
                set_asked.set(false);
                set_active.set(None);
                event.stop_propagation();
            }
            ("ArrowDown" | "Enter", _) => on_leave.run(()),
            _ => return,
        }
        event.prevent_default();
    };
    let options = move || {
        let shown = if is_asked.get() { completions.get() } else { Vec::new() };
        let options = shown.into_iter().enumerate().map(|(at, it)| {
            // Not `click`: the field would lose the focus first, and the list would close.
            let press = move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                take.run(at);
            };
            view! {
                <li
                    id=format!("{LIST}-{at}")
                    role="option"
                    aria-selected=move || (active.get() == Some(at)).to_string()
                    on:mousedown=press
                >
                    <code><SafeText text=it.text /></code>
                    <span class="qs-muted qs-small">{it.help}</span>
                </li>
            }
        });
        options.collect_view()
    };
    view! {
        <div class="qs-filter">
            <input
                id="qs-search"
                class="qs-search"
                type="search"
                role="combobox"
                aria-label="Search nodes"
                aria-autocomplete="list"
                aria-controls=LIST
                aria-expanded=move || (n_shown.get() > 0).to_string()
                aria-activedescendant=move || active.get().map(|at| format!("{LIST}-{at}"))
                placeholder="Search nodes  ( / )"
                title="Words, or fields: conv -op:add weight:per_channel macs>1M. ? lists the fields."
                autocomplete="off"
                spellcheck="false"
                prop:value=text
                on:input:target=move |event| {
                    set_asked.set(true);
                    set_active.set(None);
                    on_text.run(event.target().value());
                }
                on:keydown=press
                on:blur=move |_| {
                    set_asked.set(false);
                    set_active.set(None);
                }
            />
            <ul id=LIST class="qs-filter__list" role="listbox" aria-label="Completions" hidden=move || n_shown.get() == 0>
                {options}
            </ul>
        </div>
    }
}
