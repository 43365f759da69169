//! The size of a node: multiply-accumulates (MACs) and parameters, computed from shapes.

mod formulas;
mod op_table;

use super::Analysis;
use super::nodes::Node;
use crate::report::{Dim, GraphNode};
use formulas::Count;
use op_table::{Products, products};

impl Analysis {
    /// Multiply-accumulates of one run of the node; 0 for an op that does none, `None` if unknown.
    ///
    /// Convolutions, linear layers, matrix products and attention count. Any other op has 0 MACs,
    /// even if it multiplies. A report lists each tensor that a node reads once, so operands that
    /// are the same tensor, and the operands after them, are inferred from the shapes. All
    /// assignments of inputs to operands that torch allows must give the same number.
    pub fn macs(&self, node: &Node) -> Option<u64> {
        let graph_node = self.graph_node(node)?;
        let rules = match (graph_node.op.as_str(), products(&graph_node.target)) {
            ("placeholder" | "output" | "get_attr", _) | ("call_function", Products::No) => {
                return Some(0);
            }
            ("call_function", Products::Counted(rules)) => rules,
            // A module or a method may do anything.
            _ => return None,
        };
        let out = output_shape(graph_node)?;
        // Each input of a graph node has a name ID.
        let inputs = self.neighbours.inputs(node.name_id);
        let shape_of = |id: usize| shape(self.graph_node_of(id)?.shape.as_ref()?);
        let mut counts = Counts::default();
        for rule in rules {
            let n_inputs = if rule.reads_others { rule.n_required } else { inputs.len() };
            let n_operands = rule.n_required..=rule.n_required + rule.n_optional;
            if n_inputs == 0 || n_inputs > *n_operands.end() {
                continue;
            }
            let shapes: Option<Vec<Vec<u64>>> =
                inputs.clone().take(n_inputs).map(shape_of).collect();
            let shapes = shapes?;
            for n_operands in n_operands {
                let mut operands: Vec<&[u64]> = Vec::with_capacity(n_operands);
                counts.try_all(rule.count, &shapes, &out, n_operands, &mut operands, 0);
            }
        }
        counts.only()
    }

    /// The number of elements of the parameters and constants (`get_attr` nodes) that the node is
    /// the first to read; `None` if unknown.
    pub fn params(&self, node: &Node) -> Option<u64> {
        self.graph_node(node)?;
        let inputs = self.neighbours.inputs(node.name_id);
        let is_first_reader = |id: &usize| self.neighbours.users(*id).next() == Some(node.name_id);
        let mut ids: Vec<usize> = inputs.filter(is_first_reader).collect();
        // A node may read a parameter twice.
        ids.sort_unstable();
        ids.dedup();
        let parameters = ids.into_iter().filter_map(|it| self.graph_node_of(it));
        let mut parameters = parameters.filter(|it| it.op == "get_attr");
        parameters.try_fold(0_u64, |sum, it| sum.checked_add(product(&shape(it.shape.as_ref()?)?)?))
    }

    /// The graph's node with this name ID.
    pub(crate) fn graph_node_of(&self, name_id: usize) -> Option<&GraphNode> {
        self.report().graph.as_ref()?.nodes.get(self.names.graph_idx(name_id)?)
    }
}

/// The distinct counts over all assignments of inputs to operands.
#[derive(Default)]
struct Counts {
    first: Option<u128>,
    has_others: bool,
}

impl Counts {
    /// Tries each way to call an op with `n_operands` operands that uses all inputs. Each operand
    /// is the next input or one that an earlier operand uses: at most 15 ways for 4 operands.
    fn try_all<'s>(
        &mut self,
        count: Count,
        inputs: &'s [Vec<u64>],
        out: &[u64],
        n_operands: usize,
        operands: &mut Vec<&'s [u64]>,
        n_read: usize,
    ) {
        let n_left = n_operands - operands.len();
        if inputs.len() - n_read > n_left {
            return;
        }
        if n_left == 0 {
            match (count(operands, out), self.first) {
                (Some(count), None) => self.first = Some(count),
                (Some(count), Some(first)) => self.has_others |= count != first,
                (None, _) => {}
            }
            return;
        }
        for (input_idx, input) in inputs.iter().enumerate().take(n_read + 1) {
            operands.push(input);
            let n_read = n_read.max(input_idx + 1);
            self.try_all(count, inputs, out, n_operands, operands, n_read);
            operands.pop();
        }
    }

    /// The count, if it is unique.
    fn only(self) -> Option<u64> {
        if self.has_others { None } else { self.first?.try_into().ok() }
    }
}

/// The shape of a node's output; if it has several, as attention does, that of the first.
fn output_shape(node: &GraphNode) -> Option<Vec<u64>> {
    let first = || node.outputs.as_ref()?.first()?.as_ref()?.shape.as_ref();
    shape(node.shape.as_ref().or_else(first)?)
}

/// A shape as numbers, if all sizes are known. torch writes a symbolic size with a known value as a
/// number.
fn shape(shape: &[Dim]) -> Option<Vec<u64>> {
    let sizes = shape.iter().map(|dim| match dim {
        Dim::Size(size) => u64::try_from(*size).ok(),
        Dim::Symbol(name) => name.parse().ok(),
    });
    sizes.collect()
}

fn product(sizes: &[u64]) -> Option<u64> {
    sizes.iter().try_fold(1_u64, |product, size| product.checked_mul(*size))
}
