//! The lint `hidden-subgraph`: compute nodes in a submodule that the quantizer does not enter.

use std::collections::HashMap;

use super::{Finding, Groups, Lint};
use crate::analysis::Analysis;

impl Analysis {
    /// Compute nodes in control-flow submodules without any annotated node.
    pub(super) fn hidden_subgraphs(&self) -> impl Iterator<Item = Finding> + use<> {
        // By the path of the submodule: whether any node in it is annotated, and its float nodes.
        let mut order: Vec<&str> = Vec::new();
        let mut of_subgraph: HashMap<&str, (bool, Vec<usize>)> = HashMap::new();
        for (node_idx, node) in self.nodes().iter().enumerate() {
            let graph_node = self.graph_node(node);
            let Some(path) = graph_node.and_then(|it| it.subgraph.as_deref()) else { continue };
            let (is_entered, nodes) = of_subgraph.entry(path).or_insert_with(|| {
                order.push(path);
                (false, Vec::new())
            });
            *is_entered |= self.annotations.is_annotated(node.name_id);
            if self.is_compute(node) && self.verdict(node_idx).is_float() {
                nodes.push(node_idx);
            }
        }
        let mut groups = Groups::default();
        for path in order {
            let Some((false, nodes)) = of_subgraph.remove(path) else { continue };
            if !nodes.is_empty() {
                groups.add(self.hidden_in(path), nodes);
            }
        }
        groups.findings(Lint::HiddenSubgraph)
    }

    /// The reason why the nodes of a submodule are hidden, and how to avoid it.
    fn hidden_in(&self, path: &str) -> String {
        // In `cond/true_graph_0`, the node that runs the submodule and the attribute that holds it.
        let runner = path.rsplit_once('/').map_or(path, |it| it.0);
        let runner = self.find(runner).and_then(|it| self.nodes().get(it));
        let target = runner.and_then(|it| self.graph_node(it)).map_or("", |it| it.target.as_str());
        let op = target.rsplit('.').next().unwrap_or_default();
        match op {
            "wrap_with_set_grad_enabled" => {
                "hidden in wrap_with_set_grad_enabled, which the quantizer does not enter: export \
                 under `torch.no_grad()` instead of calling it in `forward`"
                    .to_owned()
            }
            "wrap_with_autocast" => {
                "hidden in wrap_with_autocast, which the quantizer does not enter: export without \
                 `torch.autocast` in `forward`"
                    .to_owned()
            }
            "" => "hidden in a submodule that the quantizer does not enter".to_owned(),
            "cond" | "while_loop" | "map" | "map_impl" | "scan" | "associative_scan" => format!(
                "hidden in {op}, which the quantizer does not enter: quantize the submodule by a call \
                 of its own, or write the model without {op}"
            ),
            _ => format!("hidden in {op}, which the quantizer does not enter"),
        }
    }
}
