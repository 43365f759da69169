//! The nodes that changed. Only the rows in sight are in the page.

use leptos::prelude::*;
use qspect_core::{DiffList, DiffRow, Pair, Verdict};

use super::{mark, row, rows, scroll_window};
use crate::parts::{Part, part};
use crate::reactive::memo;
use crate::worker::DiffRowsAnswer;

/// Pixels from one row to the next.
const ROW_HEIGHT: usize = 46;

/// Changes of a row that are told; more are counted.
const MAX_CHANGES: usize = 3;

/// An ARIA grid over the rows of a list.
#[component]
pub(crate) fn ChangeGrid(
    /// Rows that were asked for, and how many there are in all.
    #[prop(into)]
    answer: Signal<DiffRowsAnswer>,
    /// Which list they are of.
    list: Memo<Option<DiffList>>,
    /// Called with the rows that are needed: the first, and how many.
    on_ask: Callback<(usize, usize)>,
    /// Called with a node of the head that the reader opens.
    on_open: Callback<String>,
) -> impl IntoView {
    let window = scroll_window(ROW_HEIGHT, 0);
    let active = RwSignal::new(0_usize);
    Effect::new(move |previous: Option<Option<DiffList>>| {
        let list = list.get();
        if previous.is_some_and(|it| it != list) {
            active.set(0);
            window.to_top();
        }
        on_ask.run(window.rows.get());
        list
    });
    let n_rows = memo(move || answer.with(|it| it.n_rows));
    let open = move |row_idx: usize| {
        let name = answer
            .with_untracked(|it| it.rows.get(row_idx.checked_sub(it.start)?)?.name.head.clone());
        if let Some(name) = name {
            on_open.run(name);
        }
    };
    let grid_row = move |row_idx: usize, row: &DiffRow| {
        view! {
            <div
                id=format!("qs-change-{row_idx}")
                class="qs-change"
                class:qs-grid__row--active=move || active.get() == row_idx
                role="row"
                aria-rowindex=(row_idx + 1).to_string()
                style:transform=format!("translateY({}px)", row_idx * ROW_HEIGHT)
                on:click=move |_| {
                    active.set(row_idx);
                    open(row_idx);
                }
            >
                {Vec::from(cells(row).map(Part::view))}
            </div>
        }
    };
    let shown = move || {
        answer.with(|answer| {
            let rows = (answer.start..).zip(answer.rows.iter().cloned());
            rows.map(|(row_idx, it)| {
                // A node may have had another name, or none.
                let key = format!("{row_idx} {:?} {:?}", it.name.base, it.name.head);
                row(key, move || grid_row(row_idx, &it))
            })
            .collect()
        })
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let last = n_rows.get_untracked().saturating_sub(1);
        let at = active.get_untracked();
        let page = window.n_in_sight().max(1);
        let next = match event.key().as_str() {
            "ArrowDown" | "j" => at + 1,
            "ArrowUp" | "k" => at.saturating_sub(1),
            "PageDown" => at + page,
            "PageUp" => at.saturating_sub(page),
            "Home" => 0,
            "End" => last,
            "Enter" => return open(at),
            _ => return,
        };
        event.prevent_default();
        active.set(next.min(last));
        window.reveal(next.min(last));
    };
    view! {
        <div
            class="qs-change-grid"
            role="grid"
            aria-label="Changed nodes"
            aria-rowcount=move || n_rows.get().to_string()
            aria-activedescendant=move || format!("qs-change-{}", active.get())
            tabindex="0"
            node_ref=window.container
            on:scroll=move |_| window.on_scroll.run(())
            on:keydown=on_key
        >
            <div
                class="qs-grid__body"
                role="rowgroup"
                style:height=move || format!("{}px", n_rows.get() * ROW_HEIGHT)
            >
                {rows(shown)}
            </div>
        </div>
    }
}

fn cells(row: &DiffRow) -> [Part; 3] {
    let Pair { base, head } = &row.name;
    let name = match (base, head) {
        (Some(base), Some(head)) if base != head => changed(part("span", ""), base, head),
        (_, Some(name)) => part("span", "").with(part("span", "").text(name)),
        (Some(base), None) => part("span", "").with(part("del", "").text(base)),
        (None, None) => part("span", ""),
    };
    let cell = |class| part("div", class).aria("role", "gridcell");
    let name = cell("qs-change__name")
        .with(name)
        .with(part("span", "qs-muted").text(row.target.as_deref().unwrap_or_default()));
    let verdict = |it: Option<Verdict>| {
        it.map(|it| part("span", "qs-change__was").with(mark(it)).text(it.label()))
    };
    let verdicts = match (row.verdict.base, row.verdict.head) {
        (Some(base), Some(head)) if base == head => vec![verdict(Some(head))],
        (Some(base), Some(head)) => vec![verdict(Some(base)), verdict(Some(head))],
        (None, Some(head)) => vec![Some(part("span", "").text("added")), verdict(Some(head))],
        (Some(base), None) => vec![verdict(Some(base)), Some(part("span", "").text("removed"))],
        (None, None) => Vec::new(),
    };
    let verdicts = cell("qs-change__verdict").with_all(verdicts.into_iter().flatten());
    let told = row.changes.iter().take(MAX_CHANGES).map(|it| {
        let what = part("span", "qs-change__what").with(part("b", "").text(&it.what)).text(" ");
        changed(what, &it.values.base, &it.values.head)
    });
    let n_more = row.changes.len().saturating_sub(MAX_CHANGES);
    let more = (n_more > 0).then(|| part("span", "qs-muted").text(&format!("and {n_more} more")));
    let title: Vec<String> = row
        .changes
        .iter()
        .map(|it| format!("{}: {} → {}", it.what, it.values.base, it.values.head))
        .collect();
    let changes = cell("qs-change__changes").title(&title.join("\n")).with_all(told).with_all(more);
    [name, verdicts, changes]
}

/// What was, struck out, and what is.
fn changed(into: Part, base: &str, head: &str) -> Part {
    into.with(part("del", "").text(base)).text(" → ").with(part("ins", "").text(head))
}
