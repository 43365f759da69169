//! What to change: the causes that keep nodes float, with lines of Python and what they bring.

use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::text::number_format::{count, thousands};
use qspect_core::view::{AdviceItem, AdviceList, NodeQuery, Selection, is_import};

use crate::components::{CopyButton, Python, SafeText};
use crate::state::AppState;
use crate::views::live_query::latest;

/// How many causes are shown before the reader asks for all.
const N_AT_FIRST: usize = 3;

/// A card with the causes, the ones that bring most first.
#[component]
pub(super) fn Advice(
    state: AppState,
    report_id: usize,
    list: Arc<AdviceList>,
    on_open: Callback<NodeQuery>,
) -> impl IntoView {
    let (is_whole, set_whole) = signal(false);
    let n_hidden = list.items.len().saturating_sub(N_AT_FIRST);
    let with_lines = list.items.iter().enumerate().filter(|(_, it)| !it.lines.is_empty());
    let with_lines: Vec<usize> = with_lines.map(|it| it.0).collect();
    let are_several = with_lines.len() > 1;
    let chosen = RwSignal::new(with_lines);
    let items = list.items.iter().cloned().enumerate().map(|(cause_idx, item)| {
        let is_hidden = cause_idx >= N_AT_FIRST;
        view! { <Cause cause_idx item is_hidden chosen may_choose=are_several on_open /> }
    });
    let items = items.collect_view();
    let limits = list.limits.clone();
    let together = are_several.then(|| {
        view! { <Together state report_id list=list.clone() chosen /> }
    });
    view! {
        <section class="qs-card qs-advice">
            <h2>"What to change"</h2>
            <ol class="qs-advice__causes" class:qs-rows--whole=is_whole>{items}</ol>
            <Show when=move || n_hidden != 0 && !is_whole.get()>
                <button class="qs-link qs-small" on:click=move |_| set_whole.set(true)>
                    {format!("{} more", thousands(n_hidden))}
                </button>
            </Show>
            {limits.map(|it| view! { <p class="qs-muted qs-small">{it}</p> })}
            {together}
        </section>
    }
}

/// One cause: its nodes, what to do, and what that brings.
#[component]
fn Cause(
    cause_idx: usize,
    item: AdviceItem,
    /// Whether it is shown only on paper until the reader asks for the whole list.
    is_hidden: bool,
    /// The causes whose lines are copied together.
    chosen: RwSignal<Vec<usize>>,
    may_choose: bool,
    on_open: Callback<NodeQuery>,
) -> impl IntoView {
    let AdviceItem { cause, n_nodes, lines, note, gain, is_exact, .. } = item;
    let nodes = count(n_nodes, "node", "nodes");
    let open = move |_| on_open.run(NodeQuery::of(Selection::Cause(cause_idx)));
    let has_lines = !lines.is_empty();
    let choose = move |_| {
        chosen.update(|all| match all.iter().position(|it| *it == cause_idx) {
            Some(at) => drop(all.remove(at)),
            None => {
                all.push(cause_idx);
                all.sort_unstable();
            }
        });
    };
    let label = format!("Choose the lines for: {cause}");
    let checkbox = (has_lines && may_choose).then(|| {
        view! {
            <input
                type="checkbox"
                aria-label=label
                prop:checked=move || chosen.with(|all| all.contains(&cause_idx))
                on:change=choose
            />
        }
    });
    let effect = match (&gain, has_lines) {
        (Some(gain), _) => {
            let about = if is_exact { "Quantizes" } else { "Estimate: quantizes" };
            Some(format!("{about} {gain}"))
        }
        (None, true) => Some("The effect is unknown without a graph: use the exporter".to_owned()),
        (None, false) => None,
    };
    // The imports are copied, and not shown.
    let text = Signal::stored(lines.join("\n"));
    let code: Vec<String> = lines.into_iter().filter(|it| !is_import(it)).collect();
    let code = code.join("\n");
    let code = has_lines.then(|| {
        view! {
            <div class="qs-try qs-advice__code">
                <Python code />
                <CopyButton label="Copy with imports" text />
            </div>
        }
    });
    view! {
        <li class:qs-print=is_hidden>
            <div class="qs-advice__cause">
                {checkbox}
                <span>
                    <SafeText text=cause />
                    " · "
                    <button class="qs-link" on:click=open>{nodes}</button>
                </span>
            </div>
            <div class="qs-advice__effect">
                {effect.map(|it| view! { <p><SafeText text=it /></p> })}
                {note.map(|it| view! { <p class="qs-muted qs-small"><SafeText text=it /></p> })}
            </div>
            {code}
        </li>
    }
}

/// What the chosen lines bring together, and a button that copies them.
#[component]
fn Together(
    state: AppState,
    report_id: usize,
    list: Arc<AdviceList>,
    chosen: RwSignal<Vec<usize>>,
) -> impl IntoView {
    let (gain, set_gain) = signal(None::<String>);
    let ask =
        move |chosen: Vec<usize>| async move { state.combined_advice(report_id, chosen).await };
    latest(move || chosen.get(), ask, move |_, it| set_gain.set(it.clone()));
    let text = Signal::derive(move || chosen.with(|all| list.code(all)));
    let words = move || {
        let n_chosen = chosen.with(Vec::len);
        let what = match n_chosen {
            0 => return "Choose a change.".to_owned(),
            1 => "The chosen line".to_owned(),
            n => format!("The {n} chosen lines together"),
        };
        match gain.get() {
            Some(gain) => format!("{what}: {gain}"),
            None => format!("{what}: effect unknown"),
        }
    };
    view! {
        <p class="qs-advice__together">
            <span>{move || view! { <SafeText text=words() /> }}</span>
            <CopyButton label="Copy these lines" text />
        </p>
    }
}
