//! The names of a report, each once.

use std::hash::BuildHasher;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

use crate::{Graph, Name, NonAnnotatedNodes, Report};

/// All names of nodes in a report, numbered: those of the graph first, in its order.
#[derive(Debug, Default)]
pub(crate) struct Names {
    names: Vec<Name>,
    /// All numbers, by the hash of their names.
    ids: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// By number, the place in the graph; of equal names the first.
    graph_idx_of: Vec<usize>,
    /// By place in the graph, the number.
    graph_ids: Vec<usize>,
}

impl Names {
    /// Numbers the names of the graph's nodes, of the patterns and of the inputs they are annotated
    /// with, and of the nodes that are not annotated.
    pub(crate) fn of(report: &Report) -> Self {
        let mut names = Self::default();
        if let Some(graph) = &report.graph {
            names.add_graph(graph);
        }
        let mut last = 0;
        for quantizer in &report.quantizers {
            for node in quantizer.accepted_patterns.iter().flat_map(|it| &it.nodes) {
                names.add(&node.name, &mut last);
                node.input_qspec_map.iter().for_each(|it| names.add(&it.node, &mut last));
            }
            let rejected = quantizer.rejected_patterns.iter();
            rejected.flat_map(|it| &it.node_names).for_each(|it| names.add(it, &mut last));
        }
        if let Some(NonAnnotatedNodes::Names(listed)) = &report.non_annotated_nodes {
            listed.iter().for_each(|it| names.add(it, &mut last));
        }
        names
    }

    fn add_graph(&mut self, graph: &Graph) {
        let Self { names, ids, hasher, .. } = self;
        ids.reserve(graph.nodes.len(), |it| hasher.hash_one(names[*it as usize].as_str()));
        for (graph_idx, node) in graph.nodes.iter().enumerate() {
            let id = self.number(&node.name);
            if id == self.graph_idx_of.len() {
                self.graph_idx_of.push(graph_idx);
            }
            self.graph_ids.push(id);
        }
        for (graph_idx, node) in graph.nodes.iter().enumerate() {
            let mut last = self.graph_ids[graph_idx];
            node.inputs.iter().for_each(|it| self.add(it, &mut last));
            let annotated = node.annotation.iter().flat_map(|it| &it.input_qspec_map);
            annotated.for_each(|it| self.add(&it.node, &mut last));
        }
    }

    /// How many names there are.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The number of a name.
    pub(crate) fn id(&self, name: &str) -> Option<usize> {
        let hash = self.hasher.hash_one(name);
        self.ids.find(hash, |it| self.names[*it as usize] == name).map(|it| *it as usize)
    }

    /// The number of a name that stands near another one: it is looked for beside that first.
    ///
    /// A report names its nodes in an order, so most lookups find it there, and none of these has to
    /// wait for a far part of the memory: with a million nodes that is what takes the time.
    pub(crate) fn id_near(&self, name: &str, near: usize) -> Option<usize> {
        self.find_near(name, near).or_else(|| self.id(name))
    }

    fn find_near(&self, name: &str, near: usize) -> Option<usize> {
        // The node itself, the next ones, and those before, which are its inputs.
        let beside = [0, 1, -1, 2, -2, 3, -3, 4];
        let mut beside = beside.iter().filter_map(|it| near.checked_add_signed(*it));
        beside.find(|id| self.names.get(*id).is_some_and(|it| it == name))
    }

    /// The name of a number.
    pub(crate) fn name(&self, id: usize) -> &Name {
        &self.names[id]
    }

    /// The number of the name of a node of the graph.
    pub(crate) fn graph_id(&self, graph_idx: usize) -> usize {
        self.graph_ids[graph_idx]
    }

    /// Where in the graph the node of that number is, if it is there.
    pub(crate) fn graph_idx(&self, id: usize) -> Option<usize> {
        self.graph_idx_of.get(id).copied()
    }

    fn add(&mut self, name: &Name, last: &mut usize) {
        *last = match self.find_near(name, *last) {
            Some(id) => id,
            None => self.number(name),
        };
    }

    /// The number of a name, a new one if it has none.
    fn number(&mut self, name: &Name) -> usize {
        let Self { names, ids, hasher, .. } = self;
        let hash = |name: &Name| hasher.hash_one(name.as_str());
        let is_it = |id: &u32| names[*id as usize] == *name;
        match ids.entry(hash(name), is_it, |id| hash(&names[*id as usize])) {
            Entry::Occupied(known) => *known.get() as usize,
            Entry::Vacant(new) => {
                let id = names.len();
                // A report with more names than this number can count fits no memory.
                new.insert(id as u32);
                names.push(name.clone());
                id
            }
        }
    }
}
