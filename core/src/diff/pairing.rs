//! Pairs of nodes of two reports.
//!
//! Names change from run to run: a layer inserted early renumbers all later ones (`conv2d_7`
//! becomes `conv2d_8`), and in a `Sequential` also the paths of modules (`features.6` becomes
//! `features.7`). So nodes are paired in two ways, by name and by their sequence, and the pairing
//! with fewer differences is used.

use std::collections::HashMap;

use super::align;
use crate::analysis::Analysis;
use crate::analysis::nodes::name_stem;
use crate::qspec::DType;
use crate::report::counts::PREVIOUS_ANNOTATION;
use crate::report::{Dim, GraphNode};

/// Pairs of nodes, as indices into the [`crate::analysis::nodes::NodeIndex`] of both reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NodePairs {
    /// By node index in the base.
    pub(super) head_of: Vec<Option<usize>>,
    /// By node index in the head.
    pub(super) base_of: Vec<Option<usize>>,
}

/// The two reports.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) base: &'a Analysis,
    pub(super) head: &'a Analysis,
}

/// The properties that nodes are paired by, in addition to the target.
#[derive(Clone, Copy)]
struct By {
    name: bool,
    /// The path of the innermost module.
    path: bool,
    /// Shape and dtype of the output, and shapes of the parameters.
    tensors: bool,
}

/// The rules of pairing by name: by name if the target agrees, else by target, module path and
/// order. Rules that compare all properties come first.
const BY_NAMES: [By; 6] = [
    By { name: true, path: true, tensors: true },
    By { name: false, path: true, tensors: true },
    By { name: true, path: true, tensors: false },
    By { name: true, path: false, tensors: true },
    By { name: true, path: false, tensors: false },
    By { name: false, path: true, tensors: false },
];

const BY_STRUCTURE: By = By { name: false, path: false, tensors: true };

/// The properties that paired nodes share.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    name: Option<&'a str>,
    target: &'a str,
    path: Option<&'a str>,
    tensors: Option<Tensors<'a>>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Tensors<'a> {
    shape: Option<&'a [Dim]>,
    dtype: Option<&'a DType>,
    parameters: Vec<Option<&'a [Dim]>>,
}

impl<'a> Sides<'a> {
    fn turned(self) -> Self {
        Self { base: self.head, head: self.base }
    }

    fn have_graphs(self) -> bool {
        self.base.has_graph() && self.head.has_graph()
    }

    /// Whether only one source has a graph; the other is a log.
    pub(super) fn have_one_graph(self) -> bool {
        self.base.has_graph() != self.head.has_graph()
    }

    /// Whether the other source would list a node of this one if its model had the node. A log
    /// lists the nodes of patterns and those without an annotation. It lists no nodes that were
    /// annotated outside of patterns, and none of control-flow submodules.
    pub(super) fn could_be_listed(self, side: &Analysis, node_idx: usize) -> bool {
        let Some(node) = side.nodes().get(node_idx) else { return false };
        if !side.has_graph() || !self.have_one_graph() {
            return true;
        }
        let is_in_pattern = node.accepted_at().is_some()
            || node
                .rejected(side.report())
                .is_some_and(|it| it.pattern.rejection_reason != PREVIOUS_ANNOTATION);
        let is_in_submodule = side.graph_node(node).is_some_and(|it| it.subgraph.is_some());
        is_in_pattern || !(is_in_submodule || side.annotations.is_annotated(node.name_id))
    }

    /// Numbers all nodes of both reports, with equal numbers for equal keys.
    fn numbers(self, by: By) -> (Vec<usize>, Vec<usize>) {
        let mut number_of = HashMap::new();
        let mut numbers = |side: &'a Analysis| -> Vec<usize> {
            let keys = (0..side.nodes().len()).map(|it| self.key(side, it, by));
            let numbers = keys.map(|key| {
                let next = number_of.len();
                *number_of.entry(key).or_insert(next)
            });
            numbers.collect()
        };
        (numbers(self.base), numbers(self.head))
    }

    fn key(self, side: &'a Analysis, node_idx: usize, by: By) -> Option<Key<'a>> {
        let node = side.nodes().get(node_idx)?;
        // Data that only one side has cannot be compared.
        let graph_node = side.graph_node(node).filter(|_| self.have_graphs());
        Some(Key {
            name: by.name.then_some(node.name.as_str()),
            target: graph_node.map_or_else(|| name_stem(&node.name), |it| &it.target),
            path: graph_node.filter(|_| by.path).map(path),
            tensors: graph_node.filter(|_| by.tensors).map(|it| tensors(side, node.name_id, it)),
        })
    }

    /// The differences of two paired nodes apart from quantization: whether their tensors differ,
    /// and how many of name and module do.
    pub(super) fn distance(self, base_idx: usize, head_idx: usize) -> (bool, usize) {
        let by = By { name: true, path: true, tensors: true };
        let base = self.key(self.base, base_idx, by);
        let head = self.key(self.head, head_idx, by);
        match (base, head) {
            (Some(base), Some(head)) => {
                let n_names = usize::from(base.name != head.name);
                (base.tensors != head.tensors, n_names + usize::from(base.path != head.path))
            }
            _ => (false, 0),
        }
    }
}

fn path(node: &GraphNode) -> &str {
    node.module_stack.last().map_or("", |it| &it.path)
}

fn tensors<'a>(side: &'a Analysis, name_id: usize, node: &'a GraphNode) -> Tensors<'a> {
    let inputs = side.neighbours.inputs(name_id).filter_map(|it| side.graph_node_of(it));
    let parameters = inputs.filter(|it| it.op == "get_attr");
    Tensors {
        shape: node.shape.as_deref(),
        dtype: node.dtype.as_ref(),
        parameters: parameters.map(|it| it.shape.as_deref()).collect(),
    }
}

impl NodePairs {
    /// A matching without pairs.
    pub(super) fn none(sides: Sides<'_>) -> Self {
        Self {
            head_of: vec![None; sides.base.nodes().len()],
            base_of: vec![None; sides.head.nodes().len()],
        }
    }

    /// Pairs nodes by name.
    pub(super) fn by_names(sides: Sides<'_>) -> Self {
        let mut matching = Self::none(sides);
        matching.pair_by_names(sides, &BY_NAMES);
        matching
    }

    /// Pairs only nodes with equal names: if a report is not whole, the next best node may be a
    /// different one.
    pub(super) fn by_equal_names(sides: Sides<'_>) -> Self {
        let rules: Vec<By> = BY_NAMES.into_iter().filter(|it| it.name).collect();
        let mut matching = Self::none(sides);
        matching.pair_by_names(sides, &rules);
        matching
    }

    /// Pairs nodes by their sequence, and the rest by name.
    pub(super) fn by_structure<'a>(sides: Sides<'a>) -> Self {
        // There may be several best alignments. The result must not depend on which report is the
        // base.
        let called = |side: &'a Analysis| {
            side.nodes().iter().map(|node| {
                let graph_node = side.graph_node(node);
                let aligned_by = |it: &'a GraphNode| (&it.target, tensors(side, node.name_id, it));
                (&node.name, graph_node.map(aligned_by))
            })
        };
        if called(sides.head).lt(called(sides.base)) {
            let Self { head_of, base_of } = Self::by_structure(sides.turned());
            return Self { head_of: base_of, base_of: head_of };
        }
        let mut matching = Self::none(sides);
        let (base, head) = sides.numbers(BY_STRUCTURE);
        for (base_idx, head_idx) in align::align(&base, &head) {
            matching.pair(base_idx, head_idx);
        }
        matching.pair_by_names(sides, &BY_NAMES);
        matching
    }

    fn pair_by_names(&mut self, sides: Sides<'_>, rules: &[By]) {
        for by in rules.iter().copied() {
            if self.is_full(sides) {
                return;
            }
            let (base, head) = sides.numbers(by);
            // By number, the unpaired nodes, in reverse order.
            let mut waiting = vec![Vec::new(); base.len() + head.len()];
            let removed: Vec<usize> = self.removed(sides).collect();
            for base_idx in removed.into_iter().rev() {
                waiting[base[base_idx]].push(base_idx);
            }
            let added: Vec<usize> = self.added(sides).collect();
            for head_idx in added {
                if let Some(base_idx) = waiting[head[head_idx]].pop() {
                    self.pair(base_idx, head_idx);
                }
            }
        }
    }

    fn pair(&mut self, base_idx: usize, head_idx: usize) {
        self.head_of[base_idx] = Some(head_idx);
        self.base_of[head_idx] = Some(base_idx);
    }

    /// All pairs of base and head, in the head's order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        self.base_of.iter().enumerate().filter_map(|(head_idx, base)| Some(((*base)?, head_idx)))
    }

    /// Unpaired nodes of the base, except parameters: a report names them only if a quantizer or a
    /// list has them.
    pub(super) fn removed(&self, sides: Sides<'_>) -> impl Iterator<Item = usize> {
        alone(&self.head_of, sides.base)
    }

    /// Unpaired nodes of the head, except parameters.
    pub(super) fn added(&self, sides: Sides<'_>) -> impl Iterator<Item = usize> {
        alone(&self.base_of, sides.head)
    }

    /// The number of unpaired nodes.
    pub(super) fn n_alone(&self, sides: Sides<'_>) -> usize {
        self.added(sides).count() + self.removed(sides).count()
    }

    /// Whether no other matching leaves fewer nodes unpaired.
    pub(super) fn is_full(&self, sides: Sides<'_>) -> bool {
        self.removed(sides).next().is_none() || self.added(sides).next().is_none()
    }
}

fn alone(other_of: &[Option<usize>], side: &Analysis) -> impl Iterator<Item = usize> {
    let nodes = side.nodes().iter().zip(other_of).enumerate();
    nodes.filter(|(_, (node, other))| other.is_none() && !node.is_parameter).map(|it| it.0)
}
