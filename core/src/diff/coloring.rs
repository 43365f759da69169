//! The head's nodes, coloured by what changed.

use std::collections::HashMap;

use super::{ChangeKind, Diff, DiffList};
use crate::view::Coloring;

impl Diff {
    /// The colours of the head's nodes by their most severe change. `n_nodes` is their number.
    pub fn coloring(&self, n_nodes: usize) -> Coloring {
        let mut list_of: HashMap<usize, DiffList> = HashMap::new();
        for change in &self.changed {
            if let Some(kind) = change.kinds.first() {
                list_of.insert(change.node_idx.head, DiffList::Changed(*kind));
            }
        }
        list_of.extend(self.added.iter().map(|it| (it.node_idx, DiffList::Added)));
        let order = DiffList::ALL.map(|it| it.label().to_owned());
        let class = |node_idx: usize| match list_of.get(&node_idx) {
            None => ("unchanged".to_owned(), "previous".to_owned()),
            Some(list) => (list.label().to_owned(), color(*list).to_owned()),
        };
        Coloring::of(&order, (0..n_nodes).map(class))
    }
}

fn color(list: DiffList) -> &'static str {
    match list {
        DiffList::Changed(ChangeKind::BecameFloat) => "rejected",
        DiffList::Changed(ChangeKind::BecameQuantized) => "quantized",
        DiffList::Changed(ChangeKind::QspecChanged) => "kind-1",
        DiffList::Changed(ChangeKind::OwnerChanged) => "kind-2",
        DiffList::Changed(ChangeKind::QconfigChanged) => "kind-3",
        DiffList::Changed(ChangeKind::ReasonChanged) => "kind-4",
        DiffList::Changed(ChangeKind::VerdictChanged) => "kind-5",
        DiffList::Added | DiffList::Removed | DiffList::Renamed => "kind-6",
    }
}
