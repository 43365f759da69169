//! The trail: the acts of each quantizer on a node, in order of precedence.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Analysis;
use super::nodes::{Decision, Node};
use crate::qspec::QSpec;
use crate::report::counts::PREVIOUS_ANNOTATION;
use crate::report::{AcceptedPattern, InputQSpec, QuantizerReport};

/// The acts of one quantizer on a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrailStep {
    /// The quantizer's class.
    pub quantizer: String,
    /// Its qconfig's label.
    pub qconfig_label: String,
    /// All acts. If there are none and `is_complete`, the quantizer did not touch the node.
    pub acts: Vec<Act>,
    /// Whether these are known to be all acts. In an incomplete report, some may be lost.
    pub is_complete: bool,
}

/// One act of a quantizer on a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Act {
    /// It accepted the node.
    Accepted {
        /// The number of the pattern, counted from 1.
        pattern_no: usize,
        /// The effect of the pattern's qspecs, as they were recorded.
        qspecs: PatternQSpecs,
    },
    /// It rejected the node.
    Rejected {
        /// The reason.
        reason: String,
        /// The first nodes of the pattern.
        pattern: Vec<String>,
    },
    /// It came too late: a node of the pattern was already annotated. ExecuTorch counts these nodes
    /// but does not list them in its text.
    AlreadyAnnotated {
        /// The first nodes of the pattern.
        pattern: Vec<String>,
    },
}

/// The effect of an accepted pattern's qspecs, as they were recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PatternQSpecs {
    /// All of them are None: the nodes stay float.
    None,
    /// All qspecs that are not None have a float dtype: the nodes are annotated to stay float.
    Float,
    /// Any other combination.
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

/// The greatest number of pattern nodes that an act lists.
const MAX_NAMES: usize = 24;

/// An accepted annotation that is no longer in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overwrite {
    /// The quantizer that recorded it, as an index in [`crate::report::Report::quantizers`].
    pub quantizer_idx: usize,
    /// The quantizer that overwrote it; `None` if no quantizer reported that.
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
    /// The quantizer that overwrote it, or a phrase if that is unknown.
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
    /// The acts of each quantizer on the node, including quantizers without any.
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

    /// The change to the node's annotation after a quantizer recorded it, if any: `report_accept`
    /// keeps the qspecs of that moment, and the annotation may be overwritten later.
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
            // A log does not show the final annotations, but lists the nodes that have none.
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
                let shown = names.iter().take(MAX_NAMES).map(ToString::to_string);
                let mut pattern: Vec<String> = shown.collect();
                if names.len() > MAX_NAMES {
                    pattern.push(format!("{} more", names.len() - MAX_NAMES));
                }
                Some(match rejected.rejection_reason.as_str() {
                    PREVIOUS_ANNOTATION => Act::AlreadyAnnotated { pattern },
                    reason => Act::Rejected { reason: reason.to_owned(), pattern },
                })
            }
            _ => None,
        }
    }

    /// The quantizer that decided: the last one that accepted the node, else one that rejected it.
    pub fn decider(&self, node: &Node) -> Option<usize> {
        let accepted = node.accepted(self.report()).map(|it| it.quantizer_idx);
        accepted.or_else(|| node.rejected(self.report()).map(|it| it.quantizer_idx))
    }

    /// The report of the quantizer that decided ([`Self::decider`]).
    pub(crate) fn owner(&self, node: &Node) -> Option<&QuantizerReport> {
        self.report().quantizers.get(self.decider(node)?)
    }

    /// The reason for the rejection of the node, if no quantizer accepted it.
    pub(crate) fn reason(&self, node: &Node) -> Option<&str> {
        match node.accepted_at() {
            Some(_) => None,
            None => Some(&node.rejected(self.report())?.pattern.rejection_reason),
        }
    }
}

/// The output and inputs of a node's annotation, as recorded or as in the graph.
type Qspecs<'r> = (Option<&'r QSpec>, &'r [InputQSpec]);

fn is_same(a: Qspecs<'_>, b: Qspecs<'_>) -> bool {
    known(a.0) == known(b.0) && are_same_inputs(a.1, b.1)
}

/// Compares input qspecs. The order of a Python dict does not matter, nor does an entry of None.
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
