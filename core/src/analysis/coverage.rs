//! Coverage: the quantized share of the model.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Analysis;
use super::nodes::Node;
use super::verdict::Verdict;

/// A quantized share of a total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The quantized part.
    pub quantized: u64,
    /// The total.
    pub total: u64,
    /// The number of nodes whose size is unknown because a shape is missing. They are in neither
    /// figure.
    pub n_unknown: usize,
}

impl Share {
    /// The share from 0 to 1; `None` if the total is 0 or the size of a node is unknown.
    pub fn fraction(self) -> Option<f64> {
        // Both are far below 2^53, except for hostile shapes, where a rounded figure is enough.
        (self.total > 0 && self.n_unknown == 0).then(|| self.quantized as f64 / self.total as f64)
    }

    fn add(&mut self, weight: Option<u64>, is_quantized: bool) {
        let Some(weight) = weight else {
            self.n_unknown += 1;
            return;
        };
        self.total = self.total.saturating_add(weight);
        if is_quantized {
            self.quantized = self.quantized.saturating_add(weight);
        }
    }
}

/// The share of compute nodes that is quantized or fused into a quantized node.
///
/// It counts the compute nodes ([`crate::analysis::Role::Compute`]) that make a float tensor or may
/// do so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// By number of nodes.
    pub nodes: Share,
    /// By multiply-accumulates.
    pub macs: Share,
    /// By elements of parameters.
    pub params: Share,
    /// The number of nodes with an unknown verdict. They count as not quantized, so the coverage is
    /// a lower bound.
    pub n_unknown: usize,
    /// The number of quantized nodes that may be inputs of the model: without a graph, those
    /// without an annotated input. If they are inputs, the model's coverage is lower.
    pub n_maybe_inputs: usize,
}

impl Coverage {
    /// The smallest and the largest share of nodes that may be quantized, given the facts that the
    /// source does not show; they are equal if it shows everything.
    pub fn bounds(&self) -> (Share, Share) {
        let Share { quantized, total, .. } = self.nodes;
        let n_maybe = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let n_inputs = n_maybe(self.n_maybe_inputs);
        // If all nodes may be inputs, the source has too little data for a bound.
        let n_inputs = if n_inputs < total { n_inputs } else { 0 };
        let least = Share {
            quantized: quantized.saturating_sub(n_inputs),
            total: total.saturating_sub(n_inputs),
            ..self.nodes
        };
        let quantized = quantized.saturating_add(n_maybe(self.n_unknown));
        let most = Share { quantized, ..self.nodes };
        (least, most)
    }
}

/// The property that nodes are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// The quantizer that decided, by its index, counted from 1; `none` without one.
    Quantizer,
    /// The op that the node calls.
    Op,
    /// The path of the innermost module around it.
    Module,
    /// Its data type: the dtype of its qspec, else that of its tensor.
    DType,
}

/// A group of nodes and its coverage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageOf {
    /// The value of the property that they share.
    pub what: String,
    /// Their coverage.
    pub coverage: Coverage,
}

impl Analysis {
    /// Coverage of the whole model; `None` if the source does not list all nodes.
    pub fn coverage(&self) -> Option<Coverage> {
        self.coverage_of(|_| true)
    }

    /// Coverage of the nodes that a condition on their indices holds for; `None` if the source does
    /// not list all nodes.
    pub fn coverage_of(&self, is_counted: impl Fn(usize) -> bool) -> Option<Coverage> {
        if !self.knows_all_nodes() {
            return None;
        }
        let mut coverage = Coverage::default();
        for (node_idx, node) in self.compute_nodes().filter(|it| is_counted(it.0)) {
            self.add(&mut coverage, node_idx, node);
        }
        Some(coverage)
    }

    /// Coverage by group, in the order in which the groups first appear.
    pub fn coverage_by(&self, group_by: GroupBy) -> Vec<CoverageOf> {
        let mut groups: Vec<CoverageOf> = Vec::new();
        let mut group_idx_of: HashMap<String, usize> = HashMap::new();
        for (node_idx, node) in self.compute_nodes() {
            let what = self.group(group_by, node_idx, node);
            let group_idx = *group_idx_of.entry(what).or_insert_with_key(|what| {
                let coverage = Coverage::default();
                groups.push(CoverageOf { what: what.clone(), coverage });
                groups.len() - 1
            });
            self.add(&mut groups[group_idx].coverage, node_idx, node);
        }
        groups
    }

    /// The nodes that compute, including those that make no float tensor.
    pub fn compute_nodes(&self) -> impl Iterator<Item = (usize, &Node)> {
        self.nodes().iter().enumerate().filter(|(_, node)| self.is_compute(node))
    }

    fn add(&self, coverage: &mut Coverage, node_idx: usize, node: &Node) {
        let verdict = self.verdict(node_idx);
        if verdict == Verdict::NotFloat {
            return;
        }
        let is_quantized = verdict.is_quantized();
        coverage.n_unknown += usize::from(verdict == Verdict::Unknown);
        let may_be_input = is_quantized
            && !self.has_graph()
            && self.annotations.input_places(node.name_id).next().is_none()
            && verdict != Verdict::Fused;
        coverage.n_maybe_inputs += usize::from(may_be_input);
        coverage.nodes.add(Some(1), is_quantized);
        coverage.macs.add(self.macs(node), is_quantized);
        coverage.params.add(self.params(node), is_quantized);
    }

    fn group(&self, group_by: GroupBy, node_idx: usize, node: &Node) -> String {
        let graph_node = self.graph_node(node);
        let unknown = || "unknown".to_owned();
        match group_by {
            GroupBy::Quantizer => match self.decider(node) {
                Some(quantizer_idx) => (quantizer_idx + 1).to_string(),
                None => "none".to_owned(),
            },
            GroupBy::Op => graph_node.map_or_else(unknown, |it| it.target.to_string()),
            GroupBy::Module => match graph_node {
                Some(it) => it.module_stack.last().map_or("", |it| it.path.as_str()).to_owned(),
                None => unknown(),
            },
            GroupBy::DType => self.dtype(node_idx).map_or_else(unknown, Cow::into_owned),
        }
    }

    /// Whether no compute node is quantized. Always false for a report that is not whole.
    pub fn is_nothing_quantized(&self) -> bool {
        let report = self.report();
        match self.verdict_counts() {
            Some(counts) => counts.n_floating() > 0 && counts.n_quantized() == 0,
            // An INFO report has only counts, which include accepted nodes without a qspec.
            None if self.is_whole() => {
                let quantizers = report.quantizers.iter().filter(|it| !it.is_without_qspecs());
                quantizers.map(|it| it.node_counts().accepted).all(|it| it == 0)
            }
            None => false,
        }
    }
}
