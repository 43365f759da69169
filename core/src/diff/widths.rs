//! The widths that nodes compute in, in both reports.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::pairing::Sides;
use super::{NodeChange, Pair};
use crate::analysis::Analysis;
use crate::report::Level;

/// Compute nodes of both reports whose activations have another width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WidthChange {
    /// The widths in bits.
    pub bits: Pair<u32>,
    /// The number of nodes.
    pub n_nodes: usize,
}

/// The number of compute nodes with quantized activations of one width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BitsChange {
    /// The width in bits, from the range of values (see [`crate::qspec::QSpec::bits`]).
    pub bits: u32,
    /// The number of compute nodes; `None` if the report is not whole or lists no nodes.
    pub n_nodes: Pair<Option<usize>>,
    /// Their multiply-accumulates; `None` as above, and without a graph.
    pub n_macs: Pair<Option<u64>>,
}

impl WidthChange {
    pub(super) fn of(sides: Sides<'_>, changed: &[NodeChange]) -> Vec<Self> {
        let mut n_nodes: BTreeMap<(u32, u32), usize> = BTreeMap::new();
        for change in changed {
            let Pair { base, head } = change.node_idx;
            let is_compute =
                sides.head.nodes().get(head).is_some_and(|it| sides.head.is_compute(it));
            if let (true, Some(base), Some(head)) =
                (is_compute, sides.base.bits(base), sides.head.bits(head))
                && base != head
            {
                *n_nodes.entry((base, head)).or_default() += 1;
            }
        }
        let changes = n_nodes.into_iter();
        let changes =
            changes.map(|((base, head), n_nodes)| Self { bits: Pair { base, head }, n_nodes });
        let mut changes: Vec<Self> = changes.collect();
        changes.sort_by_key(|it| std::cmp::Reverse(it.n_nodes));
        changes
    }
}

impl BitsChange {
    pub(super) fn of(sides: Sides<'_>) -> Vec<Self> {
        let Sides { base, head } = sides;
        let counts = Pair { base, head }.map(by_bits);
        let widths = [&counts.base, &counts.head].into_iter().flatten().flat_map(BTreeMap::keys);
        let widths: BTreeSet<u32> = widths.copied().collect();
        let change = |bits| {
            let of = |side: &Option<BTreeMap<u32, (usize, u64)>>| {
                side.as_ref().map(|it| it.get(&bits).copied().unwrap_or_default())
            };
            let of_side = Pair { base: of(&counts.base), head: of(&counts.head) };
            let n_macs = Pair {
                base: of_side.base.map(|it| it.1).filter(|_| base.has_graph()),
                head: of_side.head.map(|it| it.1).filter(|_| head.has_graph()),
            };
            Self { bits, n_nodes: of_side.map(|it| it.map(|it| it.0)), n_macs }
        };
        widths.into_iter().map(change).collect()
    }
}

/// Compute nodes and their multiply-accumulates by the width of their activations; `None` if the
/// report is not whole or lists no nodes.
fn by_bits(side: &Analysis) -> Option<BTreeMap<u32, (usize, u64)>> {
    let report = side.report();
    if !report.completeness.is_whole() || report.level() == Level::Info {
        return None;
    }
    let mut counts: BTreeMap<u32, (usize, u64)> = BTreeMap::new();
    for (node_idx, node) in side.compute_nodes() {
        let Some(bits) = side.bits(node_idx) else { continue };
        let (n_nodes, n_macs) = counts.entry(bits).or_default();
        *n_nodes += 1;
        *n_macs = n_macs.saturating_add(side.macs(node).unwrap_or_default());
    }
    Some(counts)
}
