//! Shared qspecs that come before the qspec that they share.

use crate::analysis::Analysis;
use crate::analysis::index::shared_chains::ChainEnd;
use crate::qspec::{EdgeOrNode, QSpec};

/// A group of edges and outputs that share an observer, and whose first one has a
/// `SharedQuantizationSpec`.
///
/// torchao makes the observer of a group at the group's first edge or output, and a
/// `SharedQuantizationSpec` must then name one that has an observer already
/// (`_create_obs_or_fq_from_qspec` in `torchao/quantization/pt2e/prepare.py`). So `prepare_pt2e`
/// raises an AssertionError (torchao issue 4421).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateAnchor {
    /// The edge or output that comes first.
    pub first: EdgeOrNode,
    /// The edge or output whose qspec it shares in the end.
    pub anchor: EdgeOrNode,
    /// What is wrong, and the way out.
    pub message: String,
    /// The nodes of the group that come before the anchor's, as places in [`crate::analysis::nodes::NodeIndex`].
    pub nodes: Vec<usize>,
}

impl Analysis {
    /// All late anchors, in graph order. None where the source has no graph: nothing else shows the
    /// order of the nodes.
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
            // A chain may end at a node that is not in the graph, which has no observer.
            observers.number(anchor).filter(|_| is_shared)?;
            // Names are numbered in graph order.
            let last = self.annotations.owner(anchor);
            let owners = observers.group(group_idx + 1).map(|it| self.annotations.owner(it));
            // An edge of the anchor's own node may be the first.
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
