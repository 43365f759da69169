//! The grid of the nodes that changed.

use leptos::prelude::*;
use qspect_core::Verdict;
use qspect_core::diff::{DiffRow, Pair};

use super::{
    GridCursor, GridNames, GridRows, SafeText, VerdictMark, VirtualGrid, VirtualScroll,
    safe_attribute,
};

/// Pixels from one row to the next.
pub(crate) const CHANGE_HEIGHT: u16 = 46;

const NAMES: GridNames =
    GridNames { label: "Changed nodes", row_class: "qs-change", row_id: "qs-change" };

/// How many changes of a row are listed; the others are only counted.
const MAX_CHANGES: usize = 3;

/// An ARIA grid over the rows of a list.
#[component]
pub(crate) fn ChangeGrid(
    /// The rows that are loaded.
    rows: Memo<GridRows<DiffRow>>,
    /// Tracks the scroll position of the grid.
    scroll: VirtualScroll,
    /// The row that the keyboard is on.
    cursor: GridCursor,
    /// Called with a node of the head that the reader opens.
    on_open: Callback<String>,
) -> impl IntoView {
    let cells = Callback::new(|(_, row)| view! { <ChangeCells row /> }.into_any());
    let on_open = Callback::new(move |it: DiffRow| {
        if let Some(name) = it.name.head {
            on_open.run(name);
        }
    });
    view! {
        <VirtualGrid
            names=NAMES
            class="qs-change-grid"
            scroll
            rows
            // A node in only one report has only one name.
            key=|it: &DiffRow| (it.name.base.clone(), it.name.head.clone())
            cells
            cursor
            on_open
        />
    }
}

#[component]
fn ChangeCells(row: DiffRow) -> impl IntoView {
    let title: Vec<String> = row
        .changes
        .iter()
        .map(|it| format!("{}: {} → {}", it.what, it.values.base, it.values.head))
        .collect();
    let n_more = row.changes.len().saturating_sub(MAX_CHANGES);
    let changes = row.changes.into_iter().take(MAX_CHANGES).map(|it| {
        view! {
            <span class="qs-change__what">
                <b>
                    <SafeText text=it.what />
                </b>
                " "
                <Changed base=it.values.base head=it.values.head />
            </span>
        }
    });
    view! {
        <div class="qs-change__name" role="gridcell">
            <ChangedName name=row.name />
            <span class="qs-muted">
                <SafeText text=row.target.as_deref().unwrap_or_default() />
            </span>
        </div>
        <div class="qs-change__verdict" role="gridcell">
            <ChangedVerdict verdict=row.verdict />
        </div>
        <div class="qs-change__changes" role="gridcell" title=safe_attribute(&title.join("\n"))>
            {changes.collect_view()}
            {(n_more > 0).then(|| view! { <span class="qs-muted">{format!("and {n_more} more")}</span> })}
        </div>
    }
}

/// The name in both reports, or in the one that has the node.
#[component]
fn ChangedName(name: Pair<Option<String>>) -> impl IntoView {
    let name = match (name.base, name.head) {
        (Some(base), Some(head)) if base != head => view! { <Changed base head /> }.into_any(),
        (_, Some(text)) => view! { <span><SafeText text /></span> }.into_any(),
        (Some(text), None) => view! { <del><SafeText text /></del> }.into_any(),
        (None, None) => ().into_any(),
    };
    view! { <span>{name}</span> }
}

#[component]
fn ChangedVerdict(verdict: Pair<Option<Verdict>>) -> impl IntoView {
    let label = |it: Option<Verdict>| {
        it.map(|verdict| {
            view! {
                <span class="qs-change__was">
                    <VerdictMark verdict />
                    {verdict.label()}
                </span>
            }
        })
    };
    let Pair { base, head } = verdict;
    if base == head {
        return label(head).into_any();
    }
    let (added, removed) = (base.is_none(), head.is_none());
    view! {
        {added.then(|| view! { <span>"added"</span> })}
        {label(base)}
        {label(head)}
        {removed.then(|| view! { <span>"removed"</span> })}
    }
    .into_any()
}

/// The old text, struck out, then the new one.
#[component]
fn Changed(base: String, head: String) -> impl IntoView {
    view! {
        <del>
            <SafeText text=base />
        </del>
        " → "
        <ins>
            <SafeText text=head />
        </ins>
    }
}
