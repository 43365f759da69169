//! How much a node weighs: multiply-accumulates (MACs) and parameters, as far as shapes tell.

use crate::sort::sort_once;
use crate::{Analysis, Dim, GraphNode, Node};

impl Analysis {
    /// Multiply-accumulates of one run of the node; 0 for an op that does none, `None` where the
    /// source does not tell.
    ///
    /// Counted are convolutions, linear layers, matrix products and attention. An op that is none of
    /// these has none, however often it multiplies.
    pub fn macs(&self, node: &Node) -> Option<u64> {
        let graph_node = self.graph_node(node)?;
        // All names of a graph's inputs have a number.
        let inputs = self.neighbours.inputs(node.name_id);
        let shape_of = |input_idx: usize| -> Option<Vec<u64>> {
            shape(self.graph_node_of(inputs.clone().nth(input_idx)?)?)
        };
        // `aten.conv2d.default` and `aten.conv2d.padding` weigh the same.
        let mut parts = graph_node.target.split('.');
        let (_, op) = (parts.next(), parts.next().unwrap_or_default());
        let output = || shape(graph_node);
        match op {
            // One product per output element and element of the filter that made it.
            "conv1d" | "conv2d" | "conv3d" => {
                let weight = shape_of(1)?;
                product(&output()?)?.checked_mul(product(weight.get(1..)?)?)
            }
            // The same with inputs and outputs changed about.
            "conv_transpose1d" | "conv_transpose2d" | "conv_transpose3d" => {
                let weight = shape_of(1)?;
                product(&shape_of(0)?)?.checked_mul(product(weight.get(1..)?)?)
            }
            // The report has no arguments but nodes, so only the shapes tell which of the two it is.
            "convolution" => {
                let (weight, input, output) = (shape_of(1)?, shape_of(0)?, output()?);
                let (n_in, n_out) = (product(&input)?, product(&output)?);
                let whole = match weight.first() {
                    // A transposed one of as many channels makes its output larger.
                    it if it == output.get(1) && it == input.get(1) && n_out > n_in => return None,
                    it if it == output.get(1) => n_out,
                    it if it == input.get(1) => n_in,
                    _ => return None,
                };
                whole.checked_mul(product(weight.get(1..)?)?)
            }
            "linear" => product(&output()?)?.checked_mul(*shape_of(1)?.last()?),
            "mm" | "bmm" | "matmul" => product(&output()?)?.checked_mul(*shape_of(0)?.last()?),
            "addmm" | "baddbmm" => product(&output()?)?.checked_mul(*shape_of(1)?.last()?),
            // Queries by keys, and these by values.
            "scaled_dot_product_attention" => {
                let (query, key, value) = (shape_of(0)?, shape_of(1)?, shape_of(2)?);
                let n_keys = *key.get(key.len().checked_sub(2)?)?;
                let n_queries = product(&query[..query.len().checked_sub(1)?])?;
                let width = query.last()?.checked_add(*value.last()?)?;
                n_queries.checked_mul(n_keys)?.checked_mul(width)
            }
            // What they do depends on arguments that the report does not have.
            "einsum" | "lstm" | "gru" | "rnn_tanh" | "rnn_relu" => None,
            _ => Some(0),
        }
    }

    /// Elements of the parameters and constants (`get_attr` nodes) that the node is the first to
    /// read; `None` where the source does not tell.
    pub fn params(&self, node: &Node) -> Option<u64> {
        self.graph_node(node)?;
        let inputs = self.neighbours.inputs(node.name_id);
        let is_first_reader = |id: &usize| self.neighbours.users(*id).next() == Some(node.name_id);
        let mut ids: Vec<usize> = inputs.filter(is_first_reader).collect();
        // It may read one twice.
        sort_once(&mut ids);
        let parameters = ids.into_iter().filter_map(|it| self.graph_node_of(it));
        let mut parameters = parameters.filter(|it| it.op == "get_attr");
        parameters.try_fold(0_u64, |sum, it| sum.checked_add(product(&shape(it)?)?))
    }

    /// The graph's node whose name has this number.
    pub(crate) fn graph_node_of(&self, name_id: usize) -> Option<&GraphNode> {
        self.report().graph.as_ref()?.nodes.get(self.names.graph_idx(name_id)?)
    }
}

/// A shape whose sizes are all known. A symbolic one that torch has found the value of is written as
/// that number.
fn shape(node: &GraphNode) -> Option<Vec<u64>> {
    let sizes = node.shape.as_ref()?.iter().map(|dim| match dim {
        Dim::Size(size) => u64::try_from(*size).ok(),
        Dim::Symbol(name) => name.parse().ok(),
    });
    sizes.collect()
}

fn product(sizes: &[u64]) -> Option<u64> {
    sizes.iter().try_fold(1_u64, |product, size| product.checked_mul(*size))
}
