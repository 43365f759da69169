//! The lines of Python that remove a cause, and the quantizers that they add.

use super::finder::{Finder, NewQuantizer};
use crate::analysis::Analysis;
use crate::analysis::python_lines::{
    Family, QConfig, TORCH_MODULES, arm_qconfig, is_identifier, python_str,
};
use crate::text::Name;

/// Lines of Python, the import that they need first, and what they add.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) code: Vec<String>,
    pub(super) added: Vec<NewQuantizer>,
}

impl Lines {
    fn add(&mut self, qconfig: &QConfig, code: String, quantizer: NewQuantizer) {
        for import in qconfig.import.lines() {
            if !self.code.iter().any(|it| it == import) {
                self.code.push(import.to_owned());
            }
        }
        self.code.push(code);
        self.added.push(quantizer);
    }
}

/// ExecuTorch's target as a finder describes it, `aten::add.Tensor` or `aten::relu`, as a report
/// spells it.
fn target_of(description: &str) -> Option<Name> {
    let name = description.replace("::", ".");
    let target = if name.matches('.').count() == 1 { format!("{name}.default") } else { name };
    target.split('.').all(is_identifier).then(|| target.into())
}

/// The items of a finder's description (`backends/cortex_m/quantizer/node_finders.py`).
fn finders(description: &str) -> Vec<Finder> {
    let items = |prefix: &str| {
        let rest = description.split_once(prefix)?.1;
        Some(rest.split(", ").filter(|it| !it.is_empty()).map(Name::from))
    };
    if description.contains("targeting all nodes") {
        return vec![Finder::All];
    }
    if let Some(it) = items("targeting node targets: ") {
        return it.filter_map(|it| target_of(&it)).map(Finder::Target).collect();
    }
    if let Some(it) = items("targeting module types: ") {
        return it.map(Finder::ModuleType).collect();
    }
    if let Some(it) = items("targeting module names: ") {
        return it.map(Finder::ModuleName).collect();
    }
    items("targeting names: ").map(|it| it.map(Finder::NodeName).collect()).unwrap_or_default()
}

/// Whether a quantizer's description is that of a finder.
pub(super) fn has_finder(description: &str) -> bool {
    !finders(description).is_empty()
}

/// What a finder looks at, in words: `aten.add.Tensor`, `modules of type Softmax`.
pub(super) fn target_words(description: &str) -> String {
    let listed = |what: &str, items: Vec<Name>| match items.as_slice() {
        [item] => format!("{what}{item}"),
        [first, rest @ ..] => format!("{what}{first} and {} more", rest.len()),
        [] => description.to_owned(),
    };
    let finders = finders(description);
    let names: Vec<Name> = finders.iter().filter_map(Finder::item).cloned().collect();
    match finders.first() {
        Some(Finder::All) => "all nodes".to_owned(),
        Some(Finder::Target(_)) => listed("", names),
        Some(Finder::ModuleType(_)) => listed("modules of type ", names),
        Some(Finder::ModuleName(_)) => listed("module ", names),
        Some(Finder::NodeName(_)) => listed("", names),
        Some(Finder::Known { .. }) | None => description.to_owned(),
    }
}

impl Analysis {
    /// Lines that give the nodes of a quantizer without a qconfig the qconfig of the others.
    pub(super) fn lines_in_place_of(&self, quantizer_idx: usize) -> Lines {
        let mut lines = Lines::default();
        let quantizer = self.report().quantizers.get(quantizer_idx);
        let (Some(quantizer), Some(Family::Arm)) = (quantizer, self.family()) else { return lines };
        let qconfig = self.qconfig_or_default();
        let code = &qconfig.code;
        for finder in finders(&quantizer.quantizer_info.targeted_nodes_description) {
            let line = match &finder {
                Finder::All => format!("quantizer.set_global({code})"),
                Finder::Target(it) => format!("quantizer.set_node_target(torch.ops.{it}, {code})"),
                Finder::ModuleType(it) if TORCH_MODULES.contains(&it.as_str()) => {
                    format!("quantizer.set_module_type(torch.nn.{it}, {code})")
                }
                Finder::ModuleName(it) => {
                    format!("quantizer.set_module_name({}, {code})", python_str(it))
                }
                Finder::NodeName(it) => {
                    format!("quantizer.set_node_name({}, {code})", python_str(it))
                }
                // The module of another class is not known.
                Finder::ModuleType(_) | Finder::Known { .. } => continue,
            };
            let is_global = finder == Finder::All;
            lines.add(&qconfig, line, NewQuantizer { finder, is_global });
        }
        lines
    }

    /// The line that makes a quantizer look at all nodes.
    pub(super) fn lines_for_all_nodes(&self) -> Lines {
        let mut lines = Lines::default();
        if self.family() == Some(Family::Arm) {
            let qconfig = self.qconfig_or_default();
            let line = format!("quantizer.set_global({})", qconfig.code);
            lines.add(&qconfig, line, NewQuantizer { finder: Finder::All, is_global: true });
        }
        lines
    }

    /// Lines that quantize ops with int8 after a quantizer rejected a 16-bit qconfig for these chains.
    /// The chains match: `PatternMatcher` checks the ops before the qconfig.
    pub(super) fn lines_with_int8(&self, chains: Vec<Vec<usize>>) -> Lines {
        let mut lines = Lines::default();
        let mut targets: Vec<Name> = Vec::new();
        for id in chains.iter().flatten() {
            let Some(target) = self.graph_target(*id) else { return lines };
            if !target.starts_with("aten.") || !target.split('.').all(is_identifier) {
                return lines;
            }
            if !targets.contains(target) {
                targets.push(target.clone());
            }
        }
        let Some(family) = self.family().filter(|_| !targets.is_empty()) else { return lines };
        let ops: Vec<String> = targets.iter().map(|it| format!("torch.ops.{it}")).collect();
        let (qconfig, line) = match family {
            Family::Arm => {
                let qconfig = arm_qconfig("get_symmetric_quantization_config", "");
                let line = format!("quantizer.set_node_target({}, {})", ops[0], qconfig.code);
                (qconfig, line)
            }
            Family::CortexM => {
                let finders = "executorch.backends.cortex_m.quantizer.node_finders";
                let configs = "executorch.backends.cortex_m.quantizer.quantization_configs";
                let qconfig = QConfig {
                    code: "INT8_PER_TENSOR_CONFIG".to_owned(),
                    import: format!(
                        "from {configs} import INT8_PER_TENSOR_CONFIG\n\
                         from executorch.backends.arm.quantizer.arm_quantizer_utils import \
                         PatternQuantizer\n\
                         from {finders} import NodeTargetNodeFinder"
                    ),
                };
                let line = format!(
                    "quantizer.quantizers.insert(0, PatternQuantizer({}, \
                     node_finder=NodeTargetNodeFinder([{}]), \
                     pattern_matcher=quantizer.quantizers[0].pattern_matcher))",
                    qconfig.code,
                    ops.join(", ")
                );
                (qconfig, line)
            }
        };
        let finder = Finder::Known { targets, chains };
        lines.add(&qconfig, line, NewQuantizer { finder, is_global: false });
        lines
    }

    fn graph_target(&self, id: usize) -> Option<&Name> {
        let graph_idx = self.names.graph_idx(id)?;
        Some(&self.report().graph.as_ref()?.nodes.get(graph_idx)?.target)
    }

    fn qconfig_or_default(&self) -> QConfig {
        self.qconfig().unwrap_or_else(|| arm_qconfig("get_symmetric_quantization_config", ""))
    }
}
