//! One changed node, base and head side by side.

use leptos::prelude::*;
use qspect_core::diff::{Fact, Pair};
use qspect_core::text::number_format::thousands;

use super::change_grid::ChangedName;
use super::{BreakableText, SafeText};
use crate::worker::{BASE_ONLY, ChangedNode};

/// A panel beside the list of changed nodes.
#[component]
pub(crate) fn ChangedNodePanel(
    node: ChangedNode,
    /// Called with another node of the same row.
    on_open: Callback<String>,
    /// Called with the node of the head that the reader wants to see among all nodes.
    on_go: Callback<String>,
    on_close: Callback<()>,
) -> impl IntoView {
    let ChangedNode { names, facts, group, .. } = node;
    let own = names.head.clone();
    let go = own.map(|name| {
        view! {
            <button class="qs-link" on:click=move |_| on_go.run(name.clone())>
                "Show in Nodes"
            </button>
        }
    });
    let n_more = group.n_nodes - group.names.len();
    let is_shown = |name: &str| match &names.head {
        Some(head) => head == name,
        None => names.base.as_deref() == name.strip_prefix(BASE_ONLY),
    };
    let others = (group.n_nodes > 1).then(|| {
        let links = group.names.iter().map(|name| {
            let text = name.strip_prefix(BASE_ONLY).unwrap_or(name).to_owned();
            let current = is_shown(name).then_some("true");
            let name = name.clone();
            view! {
                <button
                    class="qs-link"
                    aria-current=current
                    on:click=move |_| on_open.run(name.clone())
                >
                    <code><BreakableText text /></code>
                </button>
            }
        });
        let links = links.collect_view();
        view! {
            <details class="qs-changed__others">
                <summary>{format!("{} nodes changed in this way", thousands(group.n_nodes))}</summary>
                <p class="qs-list">{links}</p>
                {(n_more > 0).then(|| view! {
                    <p class="qs-muted qs-small">{format!("and {} more", thousands(n_more))}</p>
                })}
            </details>
        }
    });
    view! {
        <section class="qs-changed" aria-label="Changed node">
            <div class="qs-detail__head">
                <h3><code><ChangedName name=names /></code></h3>
                <button
                    class="qs-button qs-button--icon"
                    aria-label="Close"
                    title="Close (Esc)"
                    on:click=move |_| on_close.run(())
                >
                    "×"
                </button>
            </div>
            {go}
            {others}
            <Facts facts />
        </section>
    }
}

/// The facts, a row each. Those that changed are marked.
#[component]
fn Facts(facts: Vec<Fact>) -> impl IntoView {
    let mut part = String::new();
    let rows = facts.into_iter().map(|fact| {
        let head = (fact.part != part).then(|| fact.part.clone());
        part.clone_from(&fact.part);
        let Pair { base, head: value } = fact.values;
        let cell = |text: Option<String>| match text {
            Some(text) => view! { <td><BreakableText text /></td> }.into_any(),
            None => view! { <td class="qs-muted">"–"</td> }.into_any(),
        };
        view! {
            {head.map(|part| view! {
                <tr class="qs-changed__part">
                    <th scope="rowgroup" colspan="3"><SafeText text=part /></th>
                </tr>
            })}
            <tr class:qs-changed__fact=fact.is_changed>
                <th scope="row">
                    <BreakableText text=fact.name />
                    {fact.is_changed.then(|| view! { <span class="qs-hidden">" changed"</span> })}
                </th>
                {cell(base)}
                {cell(value)}
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table class="qs-changed__facts">
            <thead>
                <tr>
                    <th scope="col"><span class="qs-hidden">"fact"</span></th>
                    <th scope="col">"base"</th>
                    <th scope="col">"head"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
