//! One line per op: the op, the way in which it is quantized, and its nodes.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

use super::Analysis;
use super::index::shared_chains::QSpecSite;
use super::nodes::{Node, name_stem};
use super::verdict::Verdict;
use crate::qspec::QSpec;

/// Nodes of one op that are quantized in the same way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpLine {
    /// The op that they call: `aten.linear`. Without a graph, the stem of their names, which
    /// `torch.fx` derives from the op: `linear`.
    pub op: String,
    /// The way in which they are quantized: `static, int8 per-channel symmetric, int8 activations`.
    pub how: String,
    /// The nodes' indices in [`crate::analysis::nodes::NodeIndex`], in order.
    pub nodes: Vec<usize>,
}

/// The format that executorch issue 7718 asks for: `aten.linear (static, int8 per-channel
/// symmetric, int8 activations): 10x`.
impl Display for OpLine {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}x", self.op, self.how, self.nodes.len())
    }
}

impl Analysis {
    /// One line per op and way of quantizing it, for compute nodes, most nodes first. `None` if the
    /// source does not list all nodes.
    pub fn ops(&self) -> Option<Vec<OpLine>> {
        if !self.knows_all_nodes() {
            return None;
        }
        let mut lines: Vec<OpLine> = Vec::new();
        let mut line_idx_of: HashMap<(String, String), usize> = HashMap::new();
        for (node_idx, node) in self.compute_nodes() {
            let key = (self.op_name(node).to_owned(), self.how(node_idx, node));
            let line_idx = *line_idx_of.entry(key).or_insert_with_key(|(op, how)| {
                lines.push(OpLine { op: op.clone(), how: how.clone(), nodes: Vec::new() });
                lines.len() - 1
            });
            lines[line_idx].nodes.push(node_idx);
        }
        // The sort is stable, so lines with equal counts stay in graph order.
        lines.sort_by_key(|it| Reverse(it.nodes.len()));
        Some(lines)
    }

    pub(crate) fn op_name<'a>(&'a self, node: &'a Node) -> &'a str {
        match self.graph_node(node) {
            Some(it) => it.target.strip_suffix(".default").unwrap_or(&it.target),
            None => name_stem(&node.name),
        }
    }

    fn how(&self, node_idx: usize, node: &Node) -> String {
        let verdict = self.verdict(node_idx);
        match verdict {
            Verdict::Quantized | Verdict::Fused => {}
            Verdict::FloatByConfig => return "float, by config".to_owned(),
            Verdict::AnnotatedEmpty => return "float, left without a qspec".to_owned(),
            Verdict::Rejected => return "float, rejected".to_owned(),
            Verdict::Unmatched => return "float, not matched".to_owned(),
            Verdict::NotFloat => return "integer or boolean".to_owned(),
            Verdict::Unknown => return "unknown".to_owned(),
        }
        let quantized = |site: QSpecSite| self.annotations.quantized(site);
        let weight = self.weight(node.name_id);
        let activation = self.activation(node.name_id).or_else(|| self.root_qspec(node_idx));
        let mut parts = Vec::new();
        match activation.and_then(QSpec::is_dynamic) {
            Some(true) => parts.push("dynamic".to_owned()),
            Some(false) => parts.push("static".to_owned()),
            None => {}
        }
        parts.extend(weight.map(of_weight));
        parts.extend(activation.map(|it| format!("{} activations", it.kind())));
        if let (Some(input), Some(output)) = (activation, quantized(node.name_id))
            && input.kind() != output.kind()
        {
            parts.push(format!("{} output", output.kind()));
        }
        parts.join(", ")
    }
}

/// `int8 per-channel symmetric`, or `int8 weights` if the qscheme is unknown.
fn of_weight(qspec: &QSpec) -> String {
    match qspec.qscheme() {
        Some(qscheme) => {
            let scheme = qscheme.short().replacen("per_", "per-", 1).replace('_', " ");
            format!("{} {scheme}", qspec.kind())
        }
        None => format!("{} weights", qspec.kind()),
    }
}
