//! The lint `shared-without-root`: shared qspecs without a qspec at their end.

use std::collections::HashMap;

use super::{Finding, Groups, Lint};
use crate::analysis::Analysis;
use crate::analysis::index::shared_chains::ChainEnd;

impl Analysis {
    pub(super) fn shared_without_root(&self) -> impl Iterator<Item = Finding> + use<> {
        let mut nodes_of: Vec<(ChainEnd, Vec<usize>)> = Vec::new();
        let mut group_idx_of: HashMap<ChainEnd, usize> = HashMap::new();
        for site in 0..self.annotations.n_places() {
            let end = self.annotations.end(site);
            let node_idx = self.nodes().index_of(self.annotations.owner(site));
            if let (true, Some(node_idx)) = (end.is_lost(), node_idx) {
                let group_idx = *group_idx_of.entry(end).or_insert_with(|| {
                    nodes_of.push((end, Vec::new()));
                    nodes_of.len() - 1
                });
                nodes_of[group_idx].1.push(node_idx);
            }
        }
        let mut groups = Groups::default();
        for (end, nodes) in nodes_of {
            let (at, what) = match end {
                ChainEnd::Cycle(first) => (first, "lead in a circle, past"),
                ChainEnd::Dangling(last) => (last, "lead nowhere, past"),
                ChainEnd::NoQSpec | ChainEnd::Root(_) => continue,
            };
            let at = self.annotations.edge_or_node(&self.names, at);
            groups.add(format!("shared qspecs that {what} {at}"), nodes);
        }
        groups.findings(Lint::SharedWithoutRoot)
    }
}
