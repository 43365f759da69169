//! The names of a report, each once.

use std::hash::BuildHasher;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

use super::jagged::Jagged;
use crate::report::{Graph, Report};
use crate::text::Name;

/// All names of nodes in a report, numbered: those of the graph first, in its order.
///
/// With it the numbers in the places where the report has the names: whoever goes through the
/// report again need not look one up, nor follow the report's pointers to it. With a million nodes
/// that is what takes the time.
#[derive(Debug, Default)]
pub(crate) struct Names {
    names: Vec<Name>,
    /// All numbers, by the hash of their names.
    ids: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// By number, the place in the graph; of equal names the first.
    graph_idx_of: Vec<u32>,
    /// By place in the graph.
    graph_ids: Vec<u32>,
    /// By place in the graph, what the node reads.
    graph_inputs: Jagged,
    /// By place in the graph, what its annotation's inputs are.
    graph_annotated: Jagged,
    /// One per quantizer.
    pub(crate) decided: Vec<Decided>,
    /// Those of [`Report::non_annotated`].
    pub(crate) non_annotated: Option<Vec<u32>>,
}

/// The numbers in one quantizer's report.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    /// By accepted pattern, its nodes.
    pub(crate) accepted: Jagged,
    /// By node of these, one pattern's behind the other's, the inputs that it is annotated with.
    inputs: Jagged,
    /// By rejected pattern, its nodes.
    pub(crate) rejected: Jagged,
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
            let mut decided = Decided::default();
            for pattern in &quantizer.accepted_patterns {
                for node in &pattern.nodes {
                    decided.accepted.push(names.add(&node.name, &mut last));
                    for input in &node.input_qspec_map {
                        decided.inputs.push(names.add(&input.node, &mut last));
                    }
                    decided.inputs.end_list();
                }
                decided.accepted.end_list();
            }
            for pattern in &quantizer.rejected_patterns {
                for name in &pattern.node_names {
                    decided.rejected.push(names.add(name, &mut last));
                }
                decided.rejected.end_list();
            }
            names.decided.push(decided);
        }
        let listed = report.non_annotated();
        names.non_annotated =
            listed.map(|it| it.into_iter().map(|it| names.add(it, &mut last)).collect());
        names
    }

    fn add_graph(&mut self, graph: &Graph) {
        let Self { names, ids, hasher, .. } = self;
        ids.reserve(graph.nodes.len(), |it| hasher.hash_one(names[*it as usize].as_str()));
        for (graph_idx, node) in graph.nodes.iter().enumerate() {
            let id = self.number(&node.name);
            if id as usize == self.graph_idx_of.len() {
                self.graph_idx_of.push(graph_idx as u32);
            }
            self.graph_ids.push(id);
        }
        for (graph_idx, node) in graph.nodes.iter().enumerate() {
            let mut last = self.graph_ids[graph_idx];
            for name in &node.inputs {
                let id = self.add(name, &mut last);
                self.graph_inputs.push(id);
            }
            self.graph_inputs.end_list();
            for input in node.annotation.iter().flat_map(|it| &it.input_qspec_map) {
                let id = self.add(&input.node, &mut last);
                self.graph_annotated.push(id);
            }
            self.graph_annotated.end_list();
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
    /// wait for a far part of the memory.
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
        self.graph_ids[graph_idx] as usize
    }

    /// Where in the graph the node of that number is, if it is there.
    pub(crate) fn graph_idx(&self, id: usize) -> Option<usize> {
        self.graph_idx_of.get(id).map(|it| *it as usize)
    }

    /// What the nodes of the graph read, by their place in it.
    pub(crate) fn graph_inputs(&self) -> &Jagged {
        &self.graph_inputs
    }

    /// The inputs that a node of the graph is annotated with in the end.
    pub(crate) fn graph_annotated(
        &self,
        graph_idx: usize,
    ) -> impl Iterator<Item = usize> + use<'_> {
        self.graph_annotated.get(graph_idx)
    }

    /// The number of a name that stands near the last one.
    fn add(&mut self, name: &Name, last: &mut u32) -> u32 {
        *last = match self.find_near(name, *last as usize) {
            Some(id) => id as u32,
            None => self.number(name),
        };
        *last
    }

    /// The number of a name, a new one if it has none.
    fn number(&mut self, name: &Name) -> u32 {
        let Self { names, ids, hasher, .. } = self;
        let hash = |name: &Name| hasher.hash_one(name.as_str());
        let is_it = |id: &u32| names[*id as usize] == *name;
        match ids.entry(hash(name), is_it, |id| hash(&names[*id as usize])) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                // A report with more names than this number can count fits no memory.
                let id = names.len() as u32;
                new.insert(id);
                names.push(name.clone());
                id
            }
        }
    }
}

impl Decided {
    /// The inputs that a node of an accepted pattern was annotated with.
    pub(crate) fn inputs(
        &self,
        pattern_idx: usize,
        node_idx: usize,
    ) -> impl Iterator<Item = usize> + use<'_> {
        self.inputs.get(self.accepted.start(pattern_idx) + node_idx)
    }
}
