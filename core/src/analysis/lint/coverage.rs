//! Lints for quantizers and submodules without quantized nodes.

use std::collections::HashMap;

use super::{Finding, Groups, Lint};
use crate::analysis::Analysis;
use crate::report::{QuantizerInfo, QuantizerReport};

/// A quantizer that ExecuTorch adds itself (`backends/arm/quantizer/arm_quantizer_utils.py`).
const BUILT_IN: &str = "SharedQspecQuantizer";

impl Analysis {
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

    pub(super) fn nothing_quantized(&self) -> Option<Finding> {
        self.is_nothing_quantized().then(|| Finding {
            lint: Lint::NothingQuantized,
            message: match self.verdict_counts() {
                Some(counts) if counts.unknown > 0 => {
                    "not one compute node is known to be quantized".to_owned()
                }
                _ => "not one compute node is quantized".to_owned(),
            },
            nodes: Vec::new(),
        })
    }

    /// Quantizers that accepted no node. A vendor's composable quantizer has a part for each of its
    /// patterns. Such parts count as one quantizer, which is idle if none of them accepted a node.
    pub(super) fn idle_quantizers(&self) -> Vec<Finding> {
        let quantizers = || self.report().quantizers.iter().enumerate();
        let mut accepted: HashMap<Configured<'_>, usize> = HashMap::new();
        for (quantizer_idx, quantizer) in quantizers() {
            let n_nodes = quantizer.node_counts().accepted;
            *accepted.entry(Configured::of(quantizer_idx, quantizer)).or_default() += n_nodes;
        }
        let mut findings = Vec::new();
        for (quantizer_idx, quantizer) in quantizers() {
            let info = &quantizer.quantizer_info;
            let is_first_idle = accepted
                .remove(&Configured::of(quantizer_idx, quantizer))
                .is_some_and(|n_nodes| n_nodes == 0);
            if is_first_idle && info.name != BUILT_IN {
                let targets = match info.targeted_nodes_description.as_str() {
                    "" => String::new(),
                    targets => format!(", {targets},"),
                };
                let message = format!(
                    "quantizer {} ({}){targets} accepted nothing",
                    quantizer_idx + 1,
                    info.name
                );
                findings.push(Finding { lint: Lint::IdleQuantizer, message, nodes: Vec::new() });
            }
        }
        findings
    }

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

/// A unit of the user's configuration: one quantizer, or all parts of a composable one.
#[derive(PartialEq, Eq, Hash)]
enum Configured<'r> {
    Quantizer(usize),
    Parts(&'r str, &'r str),
}

impl<'r> Configured<'r> {
    /// Parts of a composable quantizer have the same class and the same definition of supported
    /// operators. A quantizer that targets names of nodes or modules was configured by the user.
    fn of(quantizer_idx: usize, quantizer: &'r QuantizerReport) -> Self {
        let QuantizerInfo { name, support_config_path, targeted_nodes_description, .. } =
            &quantizer.quantizer_info;
        let by_name = ["targeting names: ", "targeting module names: ", "targeting module types: "];
        match support_config_path {
            Some(path) if !by_name.iter().any(|it| targeted_nodes_description.contains(it)) => {
                Self::Parts(name, path)
            }
            _ => Self::Quantizer(quantizer_idx),
        }
    }
}
