//! The nodes that a node reads and those that read it, as a list with arcs beside it: names stay
//! readable however long they are.

use leptos::prelude::*;
use qspect_core::view::{NearNode, Neighbourhood};

use super::{NodeColors, NodeMark, SafeText};

/// Pixels from one line to the next.
const LINE: usize = 24;
/// Pixels of the arcs' column.
const WIDTH: usize = 46;

/// The nodes, from the farthest input to the farthest reader.
#[component]
pub(crate) fn Neighbours(
    /// The nodes and the edges between them.
    around: Neighbourhood,
    colors: NodeColors,
    /// Called with the name of a node that the reader opens.
    on_open: Callback<String>,
) -> impl IntoView {
    let Neighbourhood { nodes, edges, n_more, is_complete } = around;
    // From inputs to readers; nodes at the same distance keep their order.
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by_key(|it| nodes[*it].distance);
    let line_of = |node: usize| order.iter().position(|it| *it == node).unwrap_or_default();
    // One path for each kind of arc: those at the node itself, and the others.
    let (mut own, mut others) = (String::new(), String::new());
    for (from, to) in edges {
        let is_own = [from, to].iter().any(|it| nodes.get(*it).is_some_and(is_self));
        let arc = arc(line_of(from), line_of(to));
        if is_own { &mut own } else { &mut others }.push_str(&arc);
    }
    let height = nodes.len() * LINE;
    let lines = order.iter().map(|it| view! { <Line node=nodes[*it].clone() colors on_open /> });
    let lines = lines.collect_view();
    let left_out = match (n_more, is_complete) {
        (0, true) => String::new(),
        (0, false) => "Without a graph, only the inputs of annotated nodes are known.".to_owned(),
        (n, _) => format!("{n} more are left out."),
    };
    view! {
        <div>
            <div class="qs-around">
                <svg width=WIDTH.to_string() height=height.to_string() aria-hidden="true">
                    <path class="qs-arc" d=others />
                    <path class="qs-arc qs-arc--own" d=own />
                </svg>
                <ul>{lines}</ul>
            </div>
            <p class="qs-muted qs-small">{left_out}</p>
        </div>
    }
}

/// One node. A click opens it, unless it is already open.
#[component]
fn Line(node: NearNode, colors: NodeColors, on_open: Callback<String>) -> impl IntoView {
    let is_self = is_self(&node);
    let NearNode { node_idx, name, verdict, .. } = node;
    let shown = name.clone();
    view! {
        <li class="qs-near" class:qs-near--self=is_self>
            <button
                class="qs-link"
                title=verdict.label()
                disabled=is_self
                on:click=move |_| on_open.run(name.clone())
            >
                <NodeMark node_idx verdict colors />
                <code><SafeText text=shown /></code>
            </button>
        </li>
    }
}

fn is_self(node: &NearNode) -> bool {
    node.distance == 0
}

/// An arc between two lines, as SVG's path data.
fn arc(from: usize, to: usize) -> String {
    let (a, b) = (from * LINE + LINE / 2, to * LINE + LINE / 2);
    let bend = WIDTH.saturating_sub(10 + 7 * from.abs_diff(to));
    format!("M{WIDTH} {a}C{bend} {a} {bend} {b} {WIDTH} {b}")
}
