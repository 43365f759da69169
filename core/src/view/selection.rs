//! Selections of nodes by results of the analysis.

use serde::{Deserialize, Serialize};

use super::column::Column;
use crate::analysis::Analysis;
use crate::analysis::nodes::Node;
use crate::analysis::verdict::Verdict;

/// Nodes with a common property that is not a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Selection {
    /// The nodes of all float islands ([`Analysis::islands`]).
    Islands,
    /// The nodes of one float island, by its index.
    Island(usize),
    /// The nodes of all findings ([`Analysis::findings`]).
    Findings,
    /// The nodes of one finding, by its index.
    Finding(usize),
    /// The nodes of one kind of [`crate::view::strip::Cell`], by its character.
    Cell(char),
    /// Compute nodes that make a float tensor and count as quantized in the coverage.
    Covered,
    /// Compute nodes that make a float tensor and do not count as quantized in the coverage.
    Uncovered,
    /// The nodes of one line of ops ([`Analysis::ops`]), by its index.
    Op(usize),
    /// The nodes of one cause that keeps nodes float ([`Analysis::advice`]), by its index.
    Cause(usize),
    /// The compute nodes in the module with this path and in the modules below it.
    Module(String),
    /// The nodes with this text in a column: one of [`crate::view::node_groups`].
    Group(Column, String),
}

impl Analysis {
    /// The indices of the selected nodes, sorted; empty if the island, finding, op, cause or module
    /// does not exist.
    pub fn select(&self, selection: &Selection) -> Vec<usize> {
        let islands = || self.islands().unwrap_or_default().into_iter();
        let findings = || self.findings().into_iter();
        let ops = || self.ops().unwrap_or_default().into_iter();
        let filtered = |is_it: &dyn Fn(usize, &Node) -> bool| {
            let nodes = self.nodes().iter().enumerate();
            nodes.filter(|(node_idx, node)| is_it(*node_idx, node)).map(|it| it.0).collect()
        };
        let mut nodes: Vec<usize> = match selection {
            Selection::Islands => islands().flat_map(|it| it.nodes).collect(),
            Selection::Island(at) => islands().skip(*at).take(1).flat_map(|it| it.nodes).collect(),
            Selection::Findings => findings().flat_map(|it| it.nodes).collect(),
            Selection::Finding(at) => {
                findings().skip(*at).take(1).flat_map(|it| it.nodes).collect()
            }
            Selection::Op(at) => ops().skip(*at).take(1).flat_map(|it| it.nodes).collect(),
            Selection::Cause(at) => {
                self.advice().get(*at).map(|it| it.nodes.clone()).unwrap_or_default()
            }
            Selection::Cell(cell) => {
                filtered(&|node_idx, node| self.cell(node_idx, node).as_char() == *cell)
            }
            Selection::Covered => filtered(&|node_idx, node| {
                self.is_compute(node) && self.verdict(node_idx).is_quantized()
            }),
            Selection::Uncovered => filtered(&|node_idx, node| {
                let verdict = self.verdict(node_idx);
                self.is_compute(node) && verdict != Verdict::NotFloat && !verdict.is_quantized()
            }),
            Selection::Group(column, value) => {
                filtered(&|node_idx, _| column.text(self, node_idx) == *value)
            }
            Selection::Module(path) => filtered(&|_, node| {
                let stack = self.graph_node(node).map(|it| it.module_stack.as_slice());
                self.is_compute(node) && stack.unwrap_or_default().iter().any(|it| it.path == *path)
            }),
        };
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }
}
