//! The table of groups of nodes.

use leptos::prelude::*;
use qspect_core::text::number_format::{short, thousands};
use qspect_core::view::{Column, NodeGroup};

use super::{
    GridCursor, GridNames, GridRows, MiddleCut, VirtualGrid, VirtualScroll, safe_attribute,
};
use crate::format::css_share;

const NAMES: GridNames =
    GridNames { label: "Groups of nodes", row_class: "qs-grid__row", row_id: "qs-group" };

/// The heads after that of the group itself.
const HEADS: [&str; 5] = ["nodes", "float", "MACs", "float MACs", "parameters"];

/// An ARIA grid with a row for each group.
#[component]
pub(crate) fn GroupGrid(
    groups: Memo<Vec<NodeGroup>>,
    /// What the nodes are grouped by.
    by: Column,
    /// Whether MACs and parameters are known.
    has_ops: bool,
    scroll: VirtualScroll,
    cursor: GridCursor,
    /// Called with the value of a group that the reader opens.
    on_open: Callback<String>,
) -> impl IntoView {
    let rows = Memo::new(move |_| {
        let (start, len) = scroll.rows.get();
        let rows = groups.with(|it| it.iter().skip(start).take(len).cloned().collect());
        GridRows { start, rows }
    });
    let most = Memo::new(move |_| groups.with(|it| it.iter().map(|it| it.n_nodes).max()));
    let n_heads = if has_ops { HEADS.len() } else { 2 };
    let heads = HEADS.into_iter().take(n_heads).map(|it| {
        view! { <div class="qs-groups__head qs-number" role="columnheader">{it}</div> }
    });
    let header = view! {
        <div class="qs-grid__row qs-grid__row--head" role="row" aria-rowindex="1">
            <div class="qs-groups__head" role="columnheader">{by.title().to_owned()}</div>
            {heads.collect_view()}
        </div>
    };
    let cells = Callback::new(move |(_, group): (usize, NodeGroup)| {
        let most = most.get().unwrap_or(1);
        view! { <GroupCells group most n_figures=n_heads /> }.into_any()
    });
    let columns = format!("minmax(160px,1fr) repeat({n_heads},minmax(86px,130px))");
    view! {
        <VirtualGrid
            names=NAMES
            class="qs-grid qs-grid--chosen qs-groups"
            column_widths=Signal::stored((columns, "0".to_owned()))
            scroll
            rows
            key=|it: &NodeGroup| it.clone()
            cells
            header=Some(header.into_any())
            cursor
            on_open=Callback::new(move |it: NodeGroup| on_open.run(it.value))
        />
    }
}

#[component]
fn GroupCells(
    group: NodeGroup,
    /// The nodes of the largest group.
    most: usize,
    n_figures: usize,
) -> impl IntoView {
    let name = match group.value.as_str() {
        "" => view! { <span class="qs-muted">"none"</span> }.into_any(),
        value => view! { <MiddleCut text=value /> }.into_any(),
    };
    let sum = |it: Option<u64>| it.map(short).unwrap_or_default();
    let figures = [
        thousands(group.n_nodes),
        thousands(group.n_float),
        sum(group.n_macs),
        sum(group.n_float_macs),
        sum(group.n_params),
    ];
    let figures = figures.into_iter().take(n_figures).map(|it| {
        view! { <div class="qs-grid__cell qs-grid__number" role="gridcell">{it}</div> }
    });
    let title = safe_attribute(&group.value);
    view! {
        <div class="qs-grid__cell qs-grid__text qs-groups__name" role="gridcell" title=title>
            <i
                class="qs-groups__bar"
                style:width=css_share(group.n_nodes as u64, most as u64)
            ></i>
            {name}
        </div>
        {figures.collect_view()}
    }
}
