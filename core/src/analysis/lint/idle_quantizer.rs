//! The lint `idle-quantizer`: quantizers that accept nothing.

use std::collections::HashMap;

use super::{Finding, Lint};
use crate::analysis::Analysis;
use crate::report::{QuantizerInfo, QuantizerReport};

/// A quantizer that ExecuTorch adds itself (`backends/arm/quantizer/arm_quantizer_utils.py`).
const BUILT_IN: &str = "SharedQspecQuantizer";

impl Analysis {
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
