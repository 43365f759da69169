//! Shared qspecs that come before the qspec that they refer to.

use crate::analysis::Analysis;
use crate::analysis::index::shared_chains::ChainEnd;
use crate::qspec::{EdgeOrNode, QSpec};

/// A group of edges and outputs that share an observer, where the first one has a
/// `SharedQuantizationSpec`.
///
/// torchao creates the observer of a group at the group's first edge or output. A
/// `SharedQuantizationSpec` must refer to an edge or output that already has an observer
/// (`_create_obs_or_fq_from_qspec` in `torchao/quantization/pt2e/prepare.py`). So `prepare_pt2e`
/// raises an AssertionError (torchao issue 4421).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateAnchor {
    /// The edge or output that comes first.
    pub first: EdgeOrNode,
    /// The edge or output at the end of its chain of shared qspecs.
    pub anchor: EdgeOrNode,
    /// The problem, and how to fix it.
    pub message: String,
    /// The nodes of the group before the anchor's node, as indices in
    /// [`crate::analysis::nodes::NodeIndex`].
    pub nodes: Vec<usize>,
}

impl Analysis {
    /// All late anchors, in graph order. Empty if the source has no graph, since only a graph has
    /// the order of the nodes.
    pub fn late_anchors(&self) -> Vec<LateAnchor> {
        if !self.has_graph() {
            return Vec::new();
        }
        let observers = self.observers();
        let firsts = observers.firsts().iter().enumerate();
        let late = firsts.filter_map(|(group_idx, first)| {
            let is_shared =
                matches!(self.annotations.qspec(self.report(), *first), Some(QSpec::Shared(_)));
            let ChainEnd::Root(anchor) = self.annotations.end(*first) else { return None };
            // A chain may end at a node that is not in the graph, so it has no observer.
            observers.number(anchor).filter(|_| is_shared)?;
            // Name IDs are in graph order.
            let last = self.annotations.owner(anchor);
            let owners = observers.group(group_idx + 1).map(|it| self.annotations.owner(it));
            // The first site may be an edge into the anchor's own node.
            let owners = owners.filter(|it| *it < last).chain([self.annotations.owner(*first)]);
            let mut nodes: Vec<usize> = owners.filter_map(|it| self.nodes().index_of(it)).collect();
            nodes.sort_unstable();
            nodes.dedup();
            let name = |site| self.annotations.edge_or_node(&self.names, site);
            let (first, anchor) = (name(*first), name(anchor));
            let message = format!(
                "{first} shares the observer of {anchor}, which comes later: prepare_pt2e raises an \
                 AssertionError. Give {first} the qspec of {anchor}, and let {anchor} share the \
                 observer of {first}"
            );
            Some(LateAnchor { first, anchor, message, nodes })
        });
        late.collect()
    }
}
