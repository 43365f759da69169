//! Who a node reads and who reads it, as a list with arcs beside it: names stay readable however
//! long they are.

use leptos::prelude::*;
use qspect_core::Neighbourhood;

use super::mark;
use crate::parts::{Part, link, part};

/// Pixels from one line to the next.
const LINE: usize = 24;
/// Pixels of the arcs' column.
const WIDTH: usize = 46;

/// The nodes from the farthest that is read to the farthest that reads. `on_open` is called with the
/// name of a node that the reader opens.
pub(crate) fn neighbours(around: Neighbourhood, on_open: Callback<String>) -> Part {
    let Neighbourhood { nodes, edges, n_more, is_complete } = around;
    // From what is read to what reads, the nodes of one distance in their own order.
    let mut order = Vec::new();
    for distance in -2..=2 {
        order.extend((0..nodes.len()).filter(|it| nodes[*it].distance == distance));
    }
    let line_of = |node: usize| order.iter().position(|it| *it == node).unwrap_or_default();
    // One path for all arcs of a kind: those at the node itself, and the others.
    let mut arcs = [String::new(), String::new()];
    for (from, to) in edges {
        let is_own = nodes[from].distance == 0 || nodes[to].distance == 0;
        let (from, to) = (line_of(from), line_of(to));
        let (a, b) = (from * LINE + LINE / 2, to * LINE + LINE / 2);
        let bend = WIDTH.saturating_sub(10 + 7 * from.abs_diff(to));
        let arc = format!("M{WIDTH} {a}C{bend} {a} {bend} {b} {WIDTH} {b}");
        arcs[usize::from(is_own)].push_str(&arc);
    }
    let height = nodes.len() * LINE;
    let [others, own] = arcs;
    let svg = view! {
        <svg width=WIDTH.to_string() height=height.to_string() aria-hidden="true">
            <path class="qs-arc" d=others />
            <path class="qs-arc qs-arc--own" d=own />
        </svg>
    };
    let lines = order.iter().map(|it| {
        let node = nodes[*it].clone();
        let is_self = node.distance == 0;
        let target = node.name.clone();
        let link = link(move || on_open.run(target.clone()))
            .title(node.verdict.label())
            .disabled(is_self)
            .with(mark(node.verdict))
            .with(part("code", "").text(&node.name));
        part("li", if is_self { "qs-near qs-near--self" } else { "qs-near" }).with(link)
    });
    let list = part("ul", "").with_all(lines);
    let left_out = match (n_more, is_complete) {
        (0, true) => String::new(),
        (0, false) => "Without a graph, the inputs of annotated nodes alone are known.".to_owned(),
        (n, _) => format!("{n} more are left out."),
    };
    part("div", "")
        .with(part("div", "qs-around").view_in(svg.into_any()).with(list))
        .with(part("p", "qs-muted qs-small").text(&left_out))
}
