//! The distinct nodes behind a report's patterns.
//!
//! One node can stand in a rejected pattern and in an accepted one (longer patterns are tried
//! first), in the patterns of several quantizers, and in the list of nodes without an annotation.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::{Deserialize, Serialize};

use crate::counts::PREVIOUS_ANNOTATION;
use crate::{AcceptedPattern, AnnotatedNode, Name, RejectedPattern, Report};

/// Every node that a report names as accepted, rejected or not annotated, once.
///
/// In graph order where the source has a graph, and behind it, or without a graph, in the order in
/// which the report first names them, accepted patterns before rejected ones in each quantizer.
#[derive(Clone, Debug, Default)]
pub struct NodeIndex {
    nodes: Vec<Node>,
}

/// One node and all that was decided about it.
#[derive(Clone, Debug)]
pub struct Node {
    /// The node's name in the graph.
    pub name: Name,
    /// Its place in [`crate::Graph::nodes`], where there is a graph and the node is in it.
    pub graph_idx: Option<usize>,
    /// What became of it in the end.
    pub outcome: Outcome,
    /// What the quantizers did, in order of precedence.
    pub decisions: Vec<Decision>,
}

/// What became of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Outcome {
    /// In a pattern with a qspec, so annotated to be quantized.
    Annotated,
    /// Only in accepted patterns without any qspec: float on purpose, by a qconfig of None.
    NoQspec,
    /// Rejected, and accepted by nobody.
    Rejected,
    /// Without an annotation, and in no pattern that the report lists.
    NonAnnotated,
}

/// What one quantizer did with a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Annotated it as a part of an accepted pattern.
    Accepted {
        /// Which of [`Report::quantizers`].
        quantizer_idx: usize,
        /// Which of its accepted patterns.
        pattern_idx: usize,
        /// Which of the pattern's nodes.
        node_idx: usize,
    },
    /// Rejected it as a part of a pattern.
    Rejected {
        /// Which of [`Report::quantizers`].
        quantizer_idx: usize,
        /// Which of its rejected patterns.
        pattern_idx: usize,
    },
}

impl NodeIndex {
    /// Collects the nodes of `report`, in time linear in the report's size.
    pub fn of(report: &Report) -> Self {
        let mut collector = Collector::default();
        for (graph_idx, node) in report.graph.iter().flat_map(|it| &it.nodes).enumerate() {
            // Parameters are no nodes that a quantizer decides on, unless one did.
            if node.op == "get_attr" {
                collector.graph_idx_of_parameters.insert(node.name.clone(), graph_idx);
            } else {
                collector.node(&node.name).graph_idx = Some(graph_idx);
            }
        }
        for (quantizer_idx, quantizer) in report.quantizers.iter().enumerate() {
            for (pattern_idx, pattern) in quantizer.accepted_patterns.iter().enumerate() {
                let has_qspec = pattern.has_qspec();
                for (node_idx, annotated) in pattern.nodes.iter().enumerate() {
                    let node = collector.node(&annotated.name);
                    node.decisions.push(Decision::Accepted {
                        quantizer_idx,
                        pattern_idx,
                        node_idx,
                    });
                    let outcome = if has_qspec { Outcome::Annotated } else { Outcome::NoQspec };
                    node.outcome = node.outcome.min(outcome);
                }
            }
            for (pattern_idx, pattern) in quantizer.rejected_patterns.iter().enumerate() {
                for name in &pattern.node_names {
                    let node = collector.node(name);
                    node.decisions.push(Decision::Rejected { quantizer_idx, pattern_idx });
                    node.outcome = node.outcome.min(Outcome::Rejected);
                }
            }
        }
        for name in report.non_annotated().unwrap_or_default() {
            collector.node(name);
        }
        // Stable, so without a graph the order stays.
        collector.nodes.sort_by_key(|it| it.graph_idx.unwrap_or(usize::MAX));
        Self { nodes: collector.nodes }
    }

    /// The nodes, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Node> {
        self.nodes.iter()
    }

    /// The node in place `node_idx`.
    pub fn get(&self, node_idx: usize) -> Option<&Node> {
        self.nodes.get(node_idx)
    }

    /// How many distinct nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the report names no node at all, as at INFO level.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

#[derive(Default)]
struct Collector {
    nodes: Vec<Node>,
    node_idx_of: HashMap<Name, usize>,
    graph_idx_of_parameters: HashMap<Name, usize>,
}

impl Collector {
    /// The node of that name, added where it is new.
    fn node(&mut self, name: &Name) -> &mut Node {
        let node_idx = match self.node_idx_of.entry(name.clone()) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                new.insert(self.nodes.len());
                self.nodes.push(Node {
                    name: name.clone(),
                    graph_idx: self.graph_idx_of_parameters.get(name).copied(),
                    outcome: Outcome::NonAnnotated,
                    decisions: Vec::new(),
                });
                self.nodes.len() - 1
            }
        };
        &mut self.nodes[node_idx]
    }
}

impl Node {
    /// The last accepted decision, which annotated the node last: the quantizer's place, the
    /// pattern and the annotation in it.
    pub fn accepted<'r>(
        &self,
        report: &'r Report,
    ) -> Option<(usize, &'r AcceptedPattern, &'r AnnotatedNode)> {
        self.decisions.iter().rev().find_map(|decision| match *decision {
            Decision::Accepted { quantizer_idx, pattern_idx, node_idx } => {
                let pattern =
                    report.quantizers.get(quantizer_idx)?.accepted_patterns.get(pattern_idx)?;
                Some((quantizer_idx, pattern, pattern.nodes.get(node_idx)?))
            }
            Decision::Rejected { .. } => None,
        })
    }

    /// Which accepted pattern of which quantizer the node was last annotated in, if that has
    /// several nodes.
    pub(crate) fn accepted_pattern(&self, report: &Report) -> Option<(usize, usize)> {
        self.decisions
            .iter()
            .rev()
            .find_map(|decision| match *decision {
                Decision::Accepted { quantizer_idx, pattern_idx, .. } => {
                    Some((quantizer_idx, pattern_idx))
                }
                Decision::Rejected { .. } => None,
            })
            .filter(|(quantizer_idx, pattern_idx)| {
                let quantizer = report.quantizers.get(*quantizer_idx);
                let pattern = quantizer.and_then(|it| it.accepted_patterns.get(*pattern_idx));
                pattern.is_some_and(|it| it.nodes.len() > 1)
            })
    }

    /// The first rejection for a reason of its own, else the first one for an earlier annotation:
    /// the quantizer's place and the pattern.
    pub fn rejected<'r>(&self, report: &'r Report) -> Option<(usize, &'r RejectedPattern)> {
        let rejections = || {
            self.decisions.iter().filter_map(|decision| match *decision {
                Decision::Rejected { quantizer_idx, pattern_idx } => {
                    let quantizer = report.quantizers.get(quantizer_idx)?;
                    Some((quantizer_idx, quantizer.rejected_patterns.get(pattern_idx)?))
                }
                Decision::Accepted { .. } => None,
            })
        };
        rejections()
            .find(|(_, pattern)| pattern.rejection_reason != PREVIOUS_ANNOTATION)
            .or_else(|| rejections().next())
    }
}

impl AcceptedPattern {
    /// Whether any tensor of the pattern has a qspec; without one its nodes stay float on purpose.
    pub fn has_qspec(&self) -> bool {
        self.nodes.iter().any(|node| {
            let inputs = node.input_qspec_map.iter().map(|it| &it.qspec);
            inputs.chain([&node.output_qspec]).flatten().any(|qspec| !qspec.is_no_qspec())
        })
    }
}
