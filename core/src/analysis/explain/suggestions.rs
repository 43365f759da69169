//! Suggestions: lines of Python with the node's real names.
//!
//! The lines are for the quantizers of ExecuTorch's Arm backend (`TOSAQuantizer`,
//! `EthosUQuantizer`, `VgfQuantizer` in `backends/arm/quantizer/arm_quantizer.py`), where a later
//! `set_…` takes precedence over an earlier one. They are also for `CortexMQuantizer`
//! (`backends/cortex_m/quantizer/quantizer.py`), which is a list of quantizers in order of
//! precedence.

use serde::{Deserialize, Serialize};

use super::Neighbour;
use crate::analysis::Analysis;
use crate::analysis::nodes::Node;
use crate::analysis::python_lines::{
    Family, QConfig, TORCH_MODULES, arm_qconfig, cortex_m_qconfig, is_identifier, python_str,
};
use crate::analysis::verdict::Verdict;
use crate::report::QuantizerReport;

/// A line of Python to try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The nodes that the line changes.
    pub what: String,
    /// The line to copy; `quantizer` is the quantizer of the model.
    pub code: String,
    /// The import that the line needs, if any.
    pub import: Option<String>,
}

impl Analysis {
    /// Lines that quantize a node: by its name, or by properties that it shares with other nodes.
    pub(crate) fn suggestions(&self, node_idx: usize, node: &Node) -> Vec<Suggestion> {
        if !self.may_be_float(node_idx) {
            return Vec::new();
        }
        match (self.family(), self.qconfig()) {
            (Some(Family::Arm), Some(qconfig)) => self.arm_suggestions(node, &qconfig),
            (Some(Family::CortexM), Some(qconfig)) => vec![cortex_m_suggestion(node, &qconfig)],
            _ => Vec::new(),
        }
    }

    /// Lines that quantize the first neighbour that is float by config, if there is one.
    pub(crate) fn suggestions_at_neighbours(&self, neighbours: &[Neighbour]) -> Vec<Suggestion> {
        let on_purpose = neighbours.iter().filter(|it| it.verdict == Verdict::FloatByConfig);
        let mut suggestions = on_purpose.filter_map(|it| {
            let node_idx = self.find(&it.name)?;
            let mut suggestions = self.suggestions(node_idx, self.nodes().get(node_idx)?);
            if let Some(first) = suggestions.first_mut() {
                first.what = format!("{}, and this follows", it.name);
            }
            Some(suggestions)
        });
        suggestions.find(|it| !it.is_empty()).unwrap_or_default()
    }

    /// A line that quantizes a node with int8 after a quantizer rejected a 16-bit qconfig for it.
    pub(crate) fn tries_with_other_config(
        &self,
        node_idx: usize,
        node: &Node,
        quantizer_idx: usize,
    ) -> Vec<Suggestion> {
        let refused = self.report().quantizers.get(quantizer_idx).map(|it| &it.quantizer_info);
        let is_wide = refused.is_some_and(|it| {
            it.qconfig_label.contains("a16w8") || it.qconfig_label.contains("INT16")
        });
        match self.family() {
            Some(Family::Arm) if is_wide && self.may_be_float(node_idx) => {
                self.arm_suggestions(node, &arm_qconfig("get_symmetric_quantization_config", ""))
            }
            Some(Family::CortexM) if is_wide && self.may_be_float(node_idx) => {
                vec![cortex_m_suggestion(node, &cortex_m_qconfig("INT8_PER_TENSOR_CONFIG"))]
            }
            _ => Vec::new(),
        }
    }

    /// Advice for an op that `quantizer` has no pattern for: another qconfig does not help.
    pub(crate) fn advice_without_pattern(
        &self,
        node: &Node,
        quantizer: &QuantizerReport,
    ) -> String {
        let op = self.graph_node(node).map_or("its op", |it| it.target.as_str());
        let supported = match &quantizer.quantizer_info.support_config_path {
            Some(path) => format!(" ({path} has those of this quantizer)"),
            None => String::new(),
        };
        format!(
            "no other qconfig changes that: it takes a quantizer with a pattern for {op}, or ops in \
             its place that there are patterns for{supported}"
        )
    }

    fn arm_suggestions(&self, node: &Node, qconfig: &QConfig) -> Vec<Suggestion> {
        let QConfig { code, import } = qconfig;
        let graph_node = self.graph_node(node);
        let mut suggestions = Vec::new();
        let mut add = |what: &str, line: String| {
            suggestions.push(Suggestion {
                what: what.to_owned(),
                code: line,
                import: Some(import.clone()),
            });
        };
        if graph_node.is_some_and(|it| matches!(it.op.as_str(), "placeholder" | "output")) {
            add("the model's inputs and outputs", format!("quantizer.set_io({code})"));
            return suggestions;
        }
        let name = python_str(&node.name);
        add("this node alone", format!("quantizer.set_node_name({name}, {code})"));
        let Some(graph_node) = graph_node else { return suggestions };
        if let Some(module) = graph_node.module_stack.last().filter(|it| !it.path.is_empty()) {
            let path = python_str(&module.path);
            add("or all of its module", format!("quantizer.set_module_name({path}, {code})"));
            if TORCH_MODULES.contains(&module.class.as_str()) {
                let class = &module.class;
                add(
                    "or every module of that type",
                    format!("quantizer.set_module_type(torch.nn.{class}, {code})"),
                );
            }
        }
        let target = &graph_node.target;
        if target.starts_with("aten.") && target.split('.').all(is_identifier) {
            add(
                "or every node of that op",
                format!("quantizer.set_node_target(torch.ops.{target}, {code})"),
            );
        }
        suggestions
    }
}

/// Inserts a quantizer before the others, since `CortexMQuantizer` has no `set_…`.
fn cortex_m_suggestion(node: &Node, qconfig: &QConfig) -> Suggestion {
    let name = python_str(&node.name);
    Suggestion {
        what: "this node alone".to_owned(),
        code: format!(
            "quantizer.quantizers.insert(0, PatternQuantizer({}, \
             node_finder=NodeNameNodeFinder({name}), \
             pattern_matcher=quantizer.quantizers[0].pattern_matcher))",
            qconfig.code
        ),
        import: Some(format!(
            "{}\nfrom executorch.backends.arm.quantizer.arm_quantizer_utils import PatternQuantizer\n\
             from executorch.backends.cortex_m.quantizer.node_finders import NodeNameNodeFinder",
            qconfig.import
        )),
    }
}
