//! Explanations of why a node stays float, derived from the report.

mod suggestions;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::nodes::Node;
use super::python_lines::qconfig_name;
use super::verdict::Verdict;
use super::{Analysis, Role};
use crate::report::QuantizerReport;
use crate::report::reasons::{KNOWN_REASONS, UNSUPPORTED_OPERATORS, UNSUPPORTED_QCONFIG};
pub use suggestions::Suggestion;

/// Why a node is not quantized, which neighbours decide that, and what to try.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The reason, in plain words.
    pub reason: String,
    /// The neighbours that decide, if the reason lies with them.
    pub neighbours: Vec<Neighbour>,
    /// The number of further neighbours.
    pub n_more: usize,
    /// Whether these are all neighbours: a log has only the neighbours of annotated nodes.
    pub is_complete: bool,
    /// Advice in plain words, if no line of Python helps.
    pub advice: Option<String>,
    /// Suggestions, most promising first.
    pub suggestions: Vec<Suggestion>,
}

/// A node that another one reads or is read by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Its name.
    pub name: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// Whether it is an input of the other node; otherwise it reads the other node.
    pub is_input: bool,
}

/// The greatest number of neighbours that are listed.
const MAX_NEIGHBOURS: usize = 24;

impl Analysis {
    /// Why the node with index `node_idx` is not quantized; `None` if it is quantized.
    pub fn explain(&self, node_idx: usize) -> Option<Explanation> {
        let node = self.nodes().get(node_idx)?;
        let mut explanation =
            Explanation { is_complete: self.neighbours.is_complete, ..Explanation::default() };
        match self.verdict(node_idx) {
            Verdict::Quantized | Verdict::Fused => return None,
            Verdict::FloatByConfig => self.explain_config(node_idx, node, &mut explanation),
            Verdict::Rejected | Verdict::AnnotatedEmpty => {
                self.explain_rejection(node_idx, node, &mut explanation);
            }
            Verdict::Unmatched => self.explain_unmatched(node_idx, node, &mut explanation),
            Verdict::NotFloat => {
                explanation.reason =
                    "it makes integers or booleans alone: nothing to quantize".to_owned();
            }
            Verdict::Unknown if !self.is_whole() => {
                explanation.reason = format!(
                    "the report is incomplete ({}), so what became of it is unknown",
                    self.report().completeness
                );
            }
            Verdict::Unknown => {
                let output = self.resolved_output(node_idx);
                let inputs = self.resolved_inputs(node_idx, usize::MAX);
                let inputs = inputs.into_iter().filter_map(|it| it.1);
                let trouble = output.into_iter().chain(inputs).find_map(|it| it.trouble);
                explanation.reason = match trouble {
                    Some(trouble) => format!("its shared qspec {trouble}"),
                    None => "the source does not show its verdict".to_owned(),
                };
            }
        }
        Some(explanation)
    }

    /// The reason for the absence of a qspec, in brief for a table; `None` if the qspecs or
    /// ExecuTorch's own reason show it.
    pub(crate) fn brief_reason(&self, node_idx: usize, node: &Node) -> Option<&'static str> {
        Some(match self.verdict(node_idx) {
            Verdict::Unmatched if node.is_parameter => return None,
            Verdict::NotFloat => "integer or boolean: nothing to quantize",
            Verdict::FloatByConfig if self.is_kept_float(node) => "annotated to stay float",
            Verdict::FloatByConfig if self.is_on_purpose(node_idx, node) => "qconfig of None",
            Verdict::FloatByConfig => "accepted without a qspec",
            Verdict::Unmatched if self.family().is_none() => "no quantizer annotated it",
            Verdict::Unmatched => "no quantizer matched it",
            _ => return None,
        })
    }

    fn explain_config(&self, node_idx: usize, node: &Node, explanation: &mut Explanation) {
        if self.is_kept_float(node) {
            explanation.reason =
                "annotated to stay float: torchao does not quantize to the dtype of its qspecs"
                    .to_owned();
            return;
        }
        let Some(accepted) = node.accepted(self.report()) else { return };
        let Some(quantizer) = self.report().quantizers.get(accepted.quantizer_idx) else { return };
        let who = describe(accepted.quantizer_idx, quantizer);
        if self.is_on_purpose(node_idx, node) {
            explanation.reason = format!("kept float on purpose: {who} has no qconfig");
            explanation.suggestions = self.suggestions(node_idx, node);
        } else {
            explanation.reason = format!("{who} accepted it and gave it no qspec");
        }
    }

    fn explain_rejection(&self, node_idx: usize, node: &Node, explanation: &mut Explanation) {
        if let Some(overwrite) = self.overwrite(node_idx) {
            let first = overwrite.quantizer_idx + 1;
            explanation.reason = if node.is_emptied() {
                format!("quantizer {first} annotated it, and at the end it has no annotation")
            } else {
                format!("quantizer {first} annotated it, and after that its qspecs were taken away")
            };
            return;
        }
        let Some(rejected) = node.rejected(self.report()) else {
            explanation.reason = "something annotated it without any qspec".to_owned();
            return;
        };
        let Some(quantizer) = self.report().quantizers.get(rejected.quantizer_idx) else { return };
        let who = describe(rejected.quantizer_idx, quantizer);
        let reason = rejected.pattern.rejection_reason.as_str();
        let Some(known) = KNOWN_REASONS.iter().find(|it| it.reason == reason) else {
            explanation.reason = format!("{who} rejected it: {}", reason.trim_end_matches('.'));
            explanation.suggestions = self.suggestions(node_idx, node);
            return;
        };
        explanation.reason = format!("{who} rejected it: {}", known.meaning);
        if known.is_by_neighbours {
            let group = rejected.pattern.node_names.iter().filter_map(|it| self.find(it)).collect();
            explanation.neighbours = self.neighbours_around(&group);
            explanation.suggestions = self.suggestions_at_neighbours(&explanation.neighbours);
            explanation.n_more = explanation.neighbours.len().saturating_sub(MAX_NEIGHBOURS);
            explanation.neighbours.truncate(MAX_NEIGHBOURS);
        } else if reason == UNSUPPORTED_OPERATORS {
            explanation.advice = self.use_note(rejected.quantizer_idx, &self.op(node));
        } else if reason == UNSUPPORTED_QCONFIG {
            explanation.suggestions =
                self.tries_with_other_config(node_idx, node, rejected.quantizer_idx);
        }
    }

    fn explain_unmatched(&self, node_idx: usize, node: &Node, explanation: &mut Explanation) {
        if node.is_parameter {
            explanation.reason =
                "a parameter: its qspec is that of the edge to the node that reads it".to_owned();
            return;
        }
        if self.role(node) == Role::InputOutput {
            explanation.reason =
                "an input or the output of the model, which no quantizer annotated".to_owned();
            explanation.suggestions = self.suggestions(node_idx, node);
            return;
        }
        let quantizers = self.report().quantizers.iter().enumerate();
        let mut everywhere =
            quantizers.filter(|(_, it)| it.targets_all_nodes() && !it.is_without_qspecs());
        match everywhere.next_back() {
            Some((quantizer_idx, quantizer)) => {
                explanation.reason = format!(
                    "no quantizer matched it: {} looks at all nodes and has no pattern for this op",
                    describe(quantizer_idx, quantizer)
                );
                explanation.advice = Some(self.advice_without_pattern(node, quantizer));
            }
            // Only ExecuTorch's Arm and Cortex-M quantizers report what they reject.
            None if self.family().is_none() => {
                explanation.reason =
                    "no quantizer annotated it; the quantizers of this report give \
                     no reasons"
                        .to_owned();
            }
            None => {
                explanation.reason = "no quantizer matched it: none looks at it, or none has a \
                     pattern for its op; compare what they target with this node"
                    .to_owned();
                explanation.suggestions = self.suggestions(node_idx, node);
            }
        }
    }

    /// The neighbours of a group of nodes, without the group itself, each once, inputs first.
    fn neighbours_around(&self, group: &HashSet<usize>) -> Vec<Neighbour> {
        let mut members: Vec<usize> = group.iter().copied().collect();
        members.sort_unstable();
        let mut around: Vec<(usize, bool)> = Vec::new();
        let mut is_seen = HashSet::new();
        for member in members {
            for (other, is_input) in self.neighbours_of(member) {
                if !group.contains(&other) && is_seen.insert((other, is_input)) {
                    around.push((other, is_input));
                }
            }
        }
        around.sort_unstable_by_key(|(node_idx, is_input)| (!is_input, *node_idx));
        let neighbour = |(node_idx, is_input): (usize, bool)| {
            let name = self.nodes().get(node_idx)?.name.to_string();
            Some(Neighbour { name, verdict: self.verdict(node_idx), is_input })
        };
        around.into_iter().filter_map(neighbour).collect()
    }
}

/// `quantizer 1 (PatternQuantizer with NO_QCONFIG, NodeTargetNodeFinder targeting …)`.
fn describe(quantizer_idx: usize, quantizer: &QuantizerReport) -> String {
    let info = &quantizer.quantizer_info;
    let mut text =
        format!("quantizer {} ({} with {}", quantizer_idx + 1, info.name, qconfig_name(info));
    if !info.targeted_nodes_description.is_empty() {
        text.push_str(", ");
        text.push_str(&info.targeted_nodes_description);
    }
    text.push(')');
    text
}
