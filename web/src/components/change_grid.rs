//! The grid of the nodes that changed.

use leptos::prelude::*;
use qspect_core::Verdict;
use qspect_core::diff::Pair;
use qspect_core::text::number_format::thousands;

use super::{
    GridCursor, GridNames, GridRows, SafeText, VerdictMark, VirtualGrid, VirtualScroll,
    safe_attribute, short_op,
};
use crate::worker::{BASE_ONLY, GroupView};

/// Pixels from one row to the next.
pub(crate) const CHANGE_HEIGHT: u16 = 46;

const NAMES: GridNames =
    GridNames { label: "Changed nodes", row_class: "qs-change", row_id: "qs-change" };

/// How many changes of a row are listed; the others are only counted.
const MAX_CHANGES: usize = 3;

/// How many nodes of a row are named.
const MAX_NAMES: usize = 10;

/// An ARIA grid over the rows of a list.
#[component]
pub(crate) fn ChangeGrid(
    /// The rows that are loaded.
    rows: Memo<GridRows<GroupView>>,
    /// Tracks the scroll position of the grid.
    scroll: VirtualScroll,
    /// The row that the keyboard is on.
    cursor: GridCursor,
    /// The index of the row whose nodes are shown.
    open_row: Memo<Option<usize>>,
    /// Called with the first node of a row that the reader opens.
    on_open: Callback<String>,
) -> impl IntoView {
    let cells = Callback::new(|(_, group)| view! { <ChangeCells group /> }.into_any());
    let on_open = Callback::new(move |it: GroupView| {
        if let Some(name) = it.names.into_iter().next() {
            on_open.run(name);
        }
    });
    let is_selected = Callback::new(move |it: GroupView| {
        Signal::derive(move || {
            let open = open_row.get();
            open.is_some_and(|at| rows.with(|rows| rows.get(at).is_some_and(|row| *row == it)))
        })
    });
    view! {
        <VirtualGrid
            names=NAMES
            class="qs-change-grid"
            scroll
            rows
            key=|it: &GroupView| it.names.first().cloned()
            cells
            cursor
            on_open
            is_selected
        />
    }
}

#[component]
fn ChangeCells(group: GroupView) -> impl IntoView {
    let GroupView { row, names, n_nodes } = group;
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
    let target = row.target.as_deref().unwrap_or_default();
    let name = if n_nodes == 1 {
        view! {
            <ChangedName name=row.name />
            <span class="qs-muted"><SafeText text=target /></span>
        }
        .into_any()
    } else {
        let op = if target.is_empty() { "nodes" } else { short_op(target) };
        let names = names.iter().map(|it| it.strip_prefix(BASE_ONLY).unwrap_or(it));
        let names = names.take(MAX_NAMES).collect::<Vec<_>>().join(", ");
        view! {
            <span><b>{thousands(n_nodes)}</b>" "<SafeText text=op /></span>
            <span class="qs-muted"><SafeText text=names /></span>
        }
        .into_any()
    };
    view! {
        <div class="qs-change__name" role="gridcell">{name}</div>
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
pub(super) fn ChangedName(name: Pair<Option<String>>) -> impl IntoView {
    let name = match (name.base, name.head) {
        (Some(base), Some(head)) if base != head => view! { <Changed base head /> }.into_any(),
        (_, Some(text)) => view! { <span><SafeText text /></span> }.into_any(),
        (Some(text), None) => view! { <del><SafeText text /></del> }.into_any(),
        (None, None) => ().into_any(),
    };
    view! { <span>{name}</span> }
}

#[component]
pub(crate) fn ChangedVerdict(verdict: Pair<Option<Verdict>>) -> impl IntoView {
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
pub(super) fn Changed(base: String, head: String) -> impl IntoView {
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
