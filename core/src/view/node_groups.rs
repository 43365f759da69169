//! Nodes grouped by the values of a column, with sums.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::column::Column;
use crate::analysis::Analysis;

/// The nodes with one value of a column.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NodeGroup {
    /// The value as text; empty for nodes without one.
    pub value: String,
    /// The number of nodes.
    pub n_nodes: usize,
    /// The number of compute nodes among them that stay float.
    pub n_float: usize,
    /// Their multiply-accumulates; `None` if no node's are known.
    pub n_macs: Option<u64>,
    /// The multiply-accumulates of those that stay float.
    pub n_float_macs: Option<u64>,
    /// Elements of their parameters; `None` if no node's are known.
    pub n_params: Option<u64>,
}

/// The columns that nodes can be grouped by.
pub const GROUPINGS: [Column; 8] = [
    Column::Module,
    Column::Class,
    Column::Op,
    Column::Output,
    Column::Reason,
    Column::Quantizer,
    Column::Verdict,
    Column::DType,
];

/// The groups of these nodes by the values of a column: most nodes first, then in the order of
/// their first nodes.
pub fn node_groups(analysis: &Analysis, nodes: &[usize], by: &Column) -> Vec<NodeGroup> {
    let mut groups: Vec<NodeGroup> = Vec::new();
    let mut group_idx_of: HashMap<String, usize> = HashMap::new();
    for node_idx in nodes {
        let Some(node) = analysis.nodes().get(*node_idx) else { continue };
        let value = by.text(analysis, *node_idx);
        let group_idx = *group_idx_of.entry(value).or_insert_with_key(|value| {
            groups.push(NodeGroup::new(value.clone()));
            groups.len() - 1
        });
        let group = &mut groups[group_idx];
        let is_float = analysis.is_compute(node) && analysis.verdict(*node_idx).is_float();
        let (macs, params) = (analysis.macs(node), analysis.params(node));
        group.n_nodes += 1;
        group.n_float += usize::from(is_float);
        add(&mut group.n_macs, macs);
        add(&mut group.n_float_macs, macs.filter(|_| is_float));
        add(&mut group.n_params, params);
    }
    groups.sort_by_key(|it| std::cmp::Reverse(it.n_nodes));
    groups
}

impl NodeGroup {
    fn new(value: String) -> Self {
        Self { value, n_nodes: 0, n_float: 0, n_macs: None, n_float_macs: None, n_params: None }
    }
}

fn add(sum: &mut Option<u64>, n: Option<u64>) {
    if let Some(n) = n {
        *sum = Some(sum.unwrap_or_default().saturating_add(n));
    }
}
