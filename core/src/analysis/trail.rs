//! What each quantizer did with a node, in order of precedence.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Analysis;
use super::nodes::{Decision, Node};
use crate::qspec::QSpec;
use crate::report::counts::PREVIOUS_ANNOTATION;
use crate::report::{AcceptedPattern, InputQSpec};

/// What one quantizer did with a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrailStep {
    /// The quantizer's class.
    pub quantizer: String,
    /// Its qconfig's label.
    pub qconfig_label: String,
    /// All it did; if empty and `is_complete`, it did not touch the node.
    pub acts: Vec<Act>,
    /// Whether these are known to be all acts. Of an incomplete report some may be lost.
    pub is_complete: bool,
}

/// One thing that a quantizer did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Act {
    /// Accepted the node.
    Accepted {
        /// Which of its patterns, counted from 1.
        pattern_no: usize,
        /// What the qspecs of the pattern do, as they were recorded.
        qspecs: PatternQSpecs,
    },
    /// Rejected it.
    Rejected {
        /// Why.
        reason: String,
        /// The pattern's nodes; of many the first.
        pattern: Vec<String>,
    },
    /// Came too late: a node of the pattern was annotated already. ExecuTorch counts these, and lists
    /// none in its text.
    AlreadyAnnotated {
        /// The pattern's nodes; of many the first.
        pattern: Vec<String>,
    },
}

/// What the qspecs of an accepted pattern do, as they were recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PatternQSpecs {
    /// All of them are None: the nodes stay float.
    None,
    /// Those that have a dtype have a float one: the nodes are annotated to stay float.
    Float,
    /// Any other.
    Any,
}

impl PatternQSpecs {
    fn of(pattern: &AcceptedPattern) -> Self {
        let qspecs = pattern.nodes.iter().flat_map(|node| {
            let inputs = node.input_qspec_map.iter().map(|it| &it.qspec);
            inputs.chain([&node.output_qspec]).flatten().filter(|it| !it.is_no_qspec())
        });
        let effects: Vec<_> = qspecs.map(QSpec::quantizes).collect();
        if effects.is_empty() {
            Self::None
        } else if effects.iter().all(|it| *it == Some(false)) {
            Self::Float
        } else {
            Self::Any
        }
    }
}

/// Nodes of a pattern that a step names.
const MAX_TOLD: usize = 24;

/// An annotation that was accepted and is not in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overwrite {
    /// Which of [`crate::report::Report::quantizers`] had recorded it.
    pub quantizer_idx: usize,
    /// Which of them overwrote it; `None`: something that does not report.
    pub by: Option<usize>,
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pattern = match self {
            Self::Accepted { pattern_no, qspecs } => {
                let what = match qspecs {
                    PatternQSpecs::None => ", without a qspec",
                    PatternQSpecs::Float => ", annotated to stay float",
                    PatternQSpecs::Any => "",
                };
                return write!(f, "accepted, pattern {pattern_no}{what}");
            }
            Self::Rejected { reason, pattern } => {
                write!(f, "rejected: {reason}")?;
                pattern
            }
            Self::AlreadyAnnotated { pattern } => {
                f.write_str("already annotated")?;
                pattern
            }
        };
        match pattern.len() {
            0 | 1 => Ok(()),
            _ => write!(f, " (with {})", pattern.join(", ")),
        }
    }
}

impl Overwrite {
    /// Who overwrote it.
    pub fn by_whom(self) -> String {
        match self.by {
            Some(quantizer_idx) => format!("quantizer {}", quantizer_idx + 1),
            None => "something that does not report".to_owned(),
        }
    }
}

impl fmt::Display for Overwrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.quantizer_idx + 1;
        write!(f, "{} overwrote what quantizer {first} had annotated", self.by_whom())
    }
}

impl Analysis {
    /// What each quantizer did with the node, those that did nothing included.
    pub fn trail(&self, node: &Node) -> Vec<TrailStep> {
        let quantizers = self.report().quantizers.iter().enumerate();
        let steps = quantizers.map(|(quantizer_idx, quantizer)| TrailStep {
            quantizer: quantizer.quantizer_info.name.clone(),
            qconfig_label: quantizer.quantizer_info.qconfig_label.clone(),
            acts: node.decisions.iter().filter_map(|it| self.act(quantizer_idx, *it)).collect(),
            is_complete: self.is_whole(),
        });
        steps.collect()
    }

    /// Whether what a quantizer recorded when it accepted the node was changed after that:
    /// `report_accept` keeps the qspecs of that moment, and the annotation may be overwritten.
    pub fn overwrite(&self, node_idx: usize) -> Option<Overwrite> {
        let node = self.nodes().get(node_idx)?;
        let recorded = || {
            node.all_accepted(self.report()).map(|it| {
                let annotated = it.annotated;
                (it.quantizer_idx, (annotated.output_qspec.as_ref(), &*annotated.input_qspec_map))
            })
        };
        let changed = recorded().zip(recorded().skip(1)).find(|((_, a), (_, b))| !is_same(*a, *b));
        if let Some(((quantizer_idx, _), (by, _))) = changed {
            return Some(Overwrite { quantizer_idx, by: Some(by) });
        }
        let (quantizer_idx, last) = recorded().next_back()?;
        let at_end = match self.graph_node(node) {
            Some(graph_node) => match &graph_node.annotation {
                Some(it) => (it.output_qspec.as_ref(), &*it.input_qspec_map),
                None => (None, [].as_slice()),
            },
            // A log shows no annotation at the end, but lists the nodes that have none.
            None if node.is_emptied() => (None, [].as_slice()),
            None => return None,
        };
        (!is_same(at_end, last)).then_some(Overwrite { quantizer_idx, by: None })
    }

    fn act(&self, own_idx: usize, decision: Decision) -> Option<Act> {
        let quantizer = self.report().quantizers.get(own_idx)?;
        match decision {
            Decision::Accepted { quantizer_idx, pattern_idx, .. } if quantizer_idx == own_idx => {
                let pattern = quantizer.accepted_patterns.get(pattern_idx)?;
                let qspecs = PatternQSpecs::of(pattern);
                Some(Act::Accepted { pattern_no: pattern_idx + 1, qspecs })
            }
            Decision::Rejected { quantizer_idx, pattern_idx } if quantizer_idx == own_idx => {
                let rejected = quantizer.rejected_patterns.get(pattern_idx)?;
                let names = &rejected.node_names;
                let told = names.iter().take(MAX_TOLD).map(ToString::to_string);
                let mut pattern: Vec<String> = told.collect();
                if names.len() > MAX_TOLD {
                    pattern.push(format!("{} more", names.len() - MAX_TOLD));
                }
                Some(match rejected.rejection_reason.as_str() {
                    PREVIOUS_ANNOTATION => Act::AlreadyAnnotated { pattern },
                    reason => Act::Rejected { reason: reason.to_owned(), pattern },
                })
            }
            _ => None,
        }
    }
}

/// A node's output and inputs, as recorded or as they are in the graph.
type Qspecs<'r> = (Option<&'r QSpec>, &'r [InputQSpec]);

fn is_same(a: Qspecs<'_>, b: Qspecs<'_>) -> bool {
    known(a.0) == known(b.0) && are_same_inputs(a.1, b.1)
}

/// The order of a Python dict does not matter, nor does an entry of None.
fn are_same_inputs(a: &[InputQSpec], b: &[InputQSpec]) -> bool {
    let sorted = |inputs: &[InputQSpec]| {
        let mut qspecs: Vec<_> = inputs
            .iter()
            .filter_map(|it| Some((it.node.clone(), known(it.qspec.as_ref())?.clone())))
            .collect();
        qspecs.sort_by(|a, b| a.0.cmp(&b.0));
        qspecs
    };
    a == b || sorted(a) == sorted(b)
}

fn known(qspec: Option<&QSpec>) -> Option<&QSpec> {
    qspec.filter(|it| !it.is_no_qspec())
}
