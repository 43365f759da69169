//! The nodes that changed from one report to another, and the choice of which to list.

use leptos::prelude::*;
use qspect_core::diff::DiffList;
use qspect_core::text::number_format::{count, thousands};

use super::live_query::latest;
use super::printed_changes::PrintedChanges;
use crate::components::{
    CHANGE_HEIGHT, ChangeGrid, ChangedNodePanel, GridCursor, GridRows, ToggleChip, VirtualScroll,
};
use crate::keyboard::listen_steps;
use crate::state::AppState;
use crate::worker::{ChangedNode, DiffRowsAnswer};

/// A card with a grid of the changed nodes.
#[component]
pub(super) fn Changes(
    state: AppState,
    base_id: usize,
    head_id: usize,
    /// The lists that are not empty, with their numbers of nodes.
    lists: Vec<(DiffList, usize)>,
    /// How many nodes changed, each counted once.
    n_changed: usize,
) -> impl IntoView {
    // The address may name a list that this comparison does not have.
    let known: Vec<DiffList> = lists.iter().map(|it| it.0).collect();
    let list = Memo::new(move |_| state.place().with(|it| it.list).filter(|it| known.contains(it)));
    let all = (n_changed > 0).then_some((None, n_changed));
    let lists = lists.into_iter().map(|(list, n)| (Some(list), n));
    let chips = all.into_iter().chain(lists).map(|(it, n)| {
        let is_on = Signal::derive(move || list.get() == it);
        let label = format!("{} {}", it.map_or("all", DiffList::label), thousands(n));
        let on_choose = Callback::new(move |()| state.show_list(it));
        view! { <ToggleChip label is_on on_choose /> }
    });
    let (answer, set_answer) = signal(DiffRowsAnswer::default());
    let n_rows = Memo::new(move |_| answer.with(|it| it.n_rows));
    let rows =
        Memo::new(move |_| answer.with(|it| GridRows { start: it.start, rows: it.rows.clone() }));
    let scroll = VirtualScroll::new(n_rows.into(), CHANGE_HEIGHT, 0);
    // An open panel follows the keyboard.
    let is_open = RwSignal::new(false);
    let cursor = GridCursor::new(scroll, is_open.into());
    Effect::new(move |previous: Option<Option<DiffList>>| {
        let list = list.get();
        if previous.is_some_and(|it| it != list) {
            cursor.reset();
        }
        list
    });
    let ask = move |list| {
        let (start, len) = scroll.rows.get();
        state.diff_rows(base_id, head_id, list, start, len)
    };
    latest(move || list.get(), ask, move |_, it| set_answer.set(it.clone()));

    let open_node = Memo::new(move |_| state.place().with(|it| it.node.clone()));
    let (detail, set_detail) = signal(None::<ChangedNode>);
    let ask_node = move |(list, name): (Option<DiffList>, Option<String>)| async move {
        match name {
            Some(name) => state.changed_node(base_id, head_id, list, name).await,
            None => Ok(None),
        }
    };
    latest(
        move || (list.get(), open_node.get()),
        ask_node,
        move |_, answer| {
            if let Some(answer) = answer {
                cursor.reveal(answer.row_idx);
            }
            // An open panel closes, or is drawn again for another node: the focus in it is lost.
            if detail.with_untracked(Option::is_some) {
                let next = if answer.is_some() { ".qs-changed button" } else { ".qs-change-grid" };
                state.catch_focus(next);
            }
            is_open.set(answer.is_some());
            set_detail.set(answer.clone());
        },
    );
    listen_steps(state, ".qs-change-grid", move |event| cursor.press(event));
    let open_row = Memo::new(move |_| detail.with(|it| it.as_ref().map(|it| it.row_idx)));
    let on_open = Callback::new(move |name| state.show_node(Some(name)));
    let on_close = Callback::new(move |()| state.show_node(None));
    let on_go = Callback::new(move |name| state.show_among_all(name));
    view! {
        <section class="qs-card qs-changes">
            <h2>{count(n_changed, "changed node", "changed nodes")}</h2>
            <div class="qs-chips" role="group" aria-label="What to list">
                {chips.collect_view()}
            </div>
            <PrintedChanges state base_id head_id list />
            <div class="qs-changes__body" class:qs-changes__body--open=is_open>
                <ChangeGrid rows scroll cursor open_row on_open />
                {move || detail.get().map(|node| view! {
                    <ChangedNodePanel node on_open on_go on_close />
                })}
            </div>
        </section>
    }
}
