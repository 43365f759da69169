//! The module tree of the model, with its compute nodes by verdict.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Analysis;
use super::nodes::Node;
use super::verdict::VerdictCounts;

/// A module, with the verdicts of the compute nodes in it and in the modules below.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleSummary {
    /// Its path from the model: `features.0`; empty for the model itself.
    pub path: String,
    /// Its class: `Conv2d`.
    pub class: String,
    /// The index of its parent in [`Analysis::modules`].
    pub parent: Option<usize>,
    /// The number of modules around it.
    pub depth: usize,
    /// All its compute nodes by verdict.
    pub verdicts: VerdictCounts,
    /// The number of its compute nodes that are not in a module below.
    pub n_own: usize,
    /// Multiply-accumulates of its nodes, as far as shapes are known.
    pub macs: u64,
    /// Elements of the parameters that its nodes read, as far as shapes are known.
    pub params: u64,
}

impl ModuleSummary {
    /// The last part of its path, or the class of the model itself.
    pub fn last_part(&self) -> &str {
        match self.path.rsplit('.').next() {
            None | Some("") if self.class.is_empty() => "the model",
            None | Some("") => &self.class,
            Some(part) => part,
        }
    }
}

impl Analysis {
    /// The modules that have compute nodes, each after its parent, in graph order of their first
    /// nodes. The first is the model itself, with all compute nodes. Empty if the source has no
    /// graph or is not whole.
    pub fn modules(&self) -> Vec<ModuleSummary> {
        let mut counted: Vec<ModuleSummary> = Vec::new();
        let mut modules = self.visit_modules(|node_idx, node, around| {
            let verdict = self.verdict(node_idx);
            let macs = self.macs(node).unwrap_or_default();
            let params = self.params(node).unwrap_or_default();
            for module_idx in around {
                if counted.len() <= *module_idx {
                    counted.resize(module_idx + 1, ModuleSummary::default());
                }
                let module = &mut counted[*module_idx];
                module.verdicts.add(verdict);
                module.macs = module.macs.saturating_add(macs);
                module.params = module.params.saturating_add(params);
            }
            if let Some(innermost) = around.last() {
                counted[*innermost].n_own += 1;
            }
        });
        for (module, counted) in modules.iter_mut().zip(counted) {
            let ModuleSummary { verdicts, n_own, macs, params, .. } = counted;
            *module = ModuleSummary { verdicts, n_own, macs, params, ..module.clone() };
        }
        modules
    }

    /// The modules without their figures, in the order of [`Analysis::modules`]. Calls `on_node`
    /// with each compute node, and with the indices of the modules around it, the model first.
    pub(crate) fn visit_modules(
        &self,
        mut on_node: impl FnMut(usize, &Node, &[usize]),
    ) -> Vec<ModuleSummary> {
        if !self.has_graph() || !self.is_whole() {
            return Vec::new();
        }
        let mut modules = vec![ModuleSummary::default()];
        // The same path below another parent is another module.
        let mut module_idx_of: HashMap<(usize, &str), usize> = HashMap::new();
        let mut around = Vec::new();
        for (node_idx, node) in self.compute_nodes() {
            let Some(graph_node) = self.graph_node(node) else { continue };
            around.clear();
            around.push(0);
            let mut innermost = 0;
            for module in &graph_node.module_stack {
                if module.path.is_empty() {
                    // The model itself.
                    modules[0].class = module.class.to_string();
                    continue;
                }
                let parent = innermost;
                innermost = *module_idx_of.entry((parent, &module.path)).or_insert_with(|| {
                    modules.push(ModuleSummary {
                        path: module.path.to_string(),
                        class: module.class.to_string(),
                        depth: modules[parent].depth + 1,
                        parent: Some(parent),
                        ..ModuleSummary::default()
                    });
                    modules.len() - 1
                });
                around.push(innermost);
            }
            on_node(node_idx, node, &around);
        }
        modules
    }
}
