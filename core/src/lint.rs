//! What looks wrong in a report, each finding with its nodes.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::chains::{End, Place};
use crate::sort::sort_once;
use crate::{Analysis, QSpec};

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lint {
    /// Not one node is quantized.
    NothingQuantized,
    /// A quantizer that accepted nothing.
    IdleQuantizer,
    /// Weights with one scale per tensor where those of the same op have one per channel.
    PerTensorWeight,
    /// A tensor that is written and read in different dtypes or ranges.
    EdgeMismatch,
    /// An annotation that is not in the final graph as it was accepted.
    OverwrittenAnnotation,
    /// Shared qspecs that lead to no qspec which says how to quantize.
    SharedWithoutRoot,
    /// A 16-bit activation beside 8-bit ones.
    MixedWidth,
}

impl Lint {
    /// All lints, gravest first.
    pub const ALL: [Self; 7] = [
        Self::NothingQuantized,
        Self::SharedWithoutRoot,
        Self::OverwrittenAnnotation,
        Self::EdgeMismatch,
        Self::MixedWidth,
        Self::PerTensorWeight,
        Self::IdleQuantizer,
    ];

    /// Its name, as in JSON and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NothingQuantized => "nothing-quantized",
            Self::IdleQuantizer => "idle-quantizer",
            Self::PerTensorWeight => "per-tensor-weight",
            Self::EdgeMismatch => "edge-mismatch",
            Self::OverwrittenAnnotation => "overwritten-annotation",
            Self::SharedWithoutRoot => "shared-without-root",
            Self::MixedWidth => "mixed-width",
        }
    }
}

/// Something that looks wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was looked for.
    pub lint: Lint,
    /// What was found.
    pub message: String,
    /// The nodes' places in [`crate::NodeIndex`]; none where the finding is of the whole report.
    pub nodes: Vec<usize>,
}

impl Analysis {
    /// All findings, gravest first.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for lint in Lint::ALL {
            match lint {
                Lint::NothingQuantized => findings.extend(self.nothing_quantized()),
                Lint::IdleQuantizer => findings.extend(self.idle_quantizers()),
                Lint::PerTensorWeight => findings.extend(self.per_tensor_weights()),
                Lint::EdgeMismatch => findings.extend(self.edge_mismatches()),
                Lint::OverwrittenAnnotation => findings.extend(self.overwritten_annotations()),
                Lint::SharedWithoutRoot => findings.extend(self.shared_without_root()),
                Lint::MixedWidth => findings.extend(self.mixed_widths()),
            }
        }
        findings
    }

    /// Whether not one node is quantized, as far as the source tells.
    pub fn is_nothing_quantized(&self) -> bool {
        let report = self.report();
        // One that is cut off does not tell, nor one whose nodes nobody can.
        if report.n_non_annotated().is_none() || self.verdict_counts().unknown > 0 {
            return false;
        }
        match self.nodes().is_empty() {
            // At INFO level there are counts alone, which count accepted nodes without a qspec too.
            true => {
                let quantizers = report.quantizers.iter().filter(|it| !it.is_without_qspecs());
                quantizers.map(|it| it.node_counts().accepted).all(|it| it == 0)
            }
            false => self.verdict_counts().n_quantized() == 0,
        }
    }

    fn nothing_quantized(&self) -> Option<Finding> {
        self.is_nothing_quantized().then(|| Finding {
            lint: Lint::NothingQuantized,
            message: "not one node is quantized".to_owned(),
            nodes: Vec::new(),
        })
    }

    fn idle_quantizers(&self) -> Vec<Finding> {
        // What a report that is cut off does not tell may have been accepted.
        let is_whole = self.report().n_non_annotated().is_some();
        let quantizers = self.report().quantizers.iter().enumerate();
        let idle = quantizers.filter(|(_, it)| is_whole && it.node_counts().accepted == 0);
        let findings = idle.map(|(quantizer_idx, quantizer)| {
            let info = &quantizer.quantizer_info;
            let targets = match info.targeted_nodes_description.as_str() {
                "" => String::new(),
                targets => format!(", {targets},"),
            };
            let message = format!(
                "quantizer {} ({}){targets} accepted nothing",
                quantizer_idx + 1,
                info.name
            );
            Finding { lint: Lint::IdleQuantizer, message, nodes: Vec::new() }
        });
        findings.collect()
    }

    /// Weights are the constants of an edge with a `QuantizationSpec` whose qscheme is known.
    fn per_tensor_weights(&self) -> Vec<Finding> {
        // By op: the nodes with weights per tensor, and how many have them per channel.
        let mut ops: Vec<(&str, Vec<usize>, usize)> = Vec::new();
        let mut op_idx_of: HashMap<&str, usize> = HashMap::new();
        for (node_idx, node) in self.compute_nodes() {
            let Some(graph_node) = self.graph_node(node) else { continue };
            let weight = self.weight(node.name_id).and_then(QSpec::qscheme);
            let Some(qscheme) = weight else { continue };
            let op_idx = *op_idx_of.entry(&graph_node.target).or_insert_with(|| {
                ops.push((&graph_node.target, Vec::new(), 0));
                ops.len() - 1
            });
            match qscheme.is_per_channel() {
                true => ops[op_idx].2 += 1,
                false => ops[op_idx].1.push(node_idx),
            }
        }
        let mixed = ops.into_iter().filter(|it| it.2 > 0 && !it.1.is_empty());
        let findings = mixed.map(|(op, nodes, n_per_channel)| Finding {
            lint: Lint::PerTensorWeight,
            message: format!(
                "{} of {op} with weights per tensor, beside {n_per_channel} per channel",
                nodes.len()
            ),
            nodes,
        });
        findings.collect()
    }

    /// The tensor's own qspec against that of each edge that reads it, both followed to their end.
    fn edge_mismatches(&self) -> impl Iterator<Item = Finding> + use<> {
        let mut groups = Groups::default();
        for node in self.nodes().iter() {
            for (place, producer, _) in self.annotations.input_places(node.name_id) {
                let Some(producer_idx) = self.nodes().place(producer) else { continue };
                let resolved = |place: Place| self.annotations.resolved(place);
                let (Some(written), Some(read)) = (resolved(producer), resolved(place)) else {
                    continue;
                };
                if let Some(what) = mismatch(written, read)
                    && let Some(consumer_idx) = self.nodes().place(node.name_id)
                {
                    groups.add(what, [producer_idx, consumer_idx]);
                }
            }
        }
        groups.findings(Lint::EdgeMismatch)
    }

    /// What the quantizers recorded when they accepted a node, against the graph at the end.
    fn overwritten_annotations(&self) -> impl Iterator<Item = Finding> + use<> {
        let mut groups = Groups::default();
        for node_idx in 0..self.nodes().len() {
            if let Some(overwrite) = self.overwrite(node_idx) {
                let (first, by) = (overwrite.quantizer_idx + 1, overwrite.by_whom());
                groups.add(
                    format!("what quantizer {first} had annotated was overwritten by {by}"),
                    [node_idx],
                );
            }
        }
        groups.findings(Lint::OverwrittenAnnotation)
    }

    fn shared_without_root(&self) -> impl Iterator<Item = Finding> + use<> {
        let mut nodes_of: Vec<(End, Vec<usize>)> = Vec::new();
        let mut group_idx_of: HashMap<End, usize> = HashMap::new();
        for place in 0..self.annotations.n_places() {
            let end = self.annotations.end(place);
            let node_idx = self.nodes().place(self.annotations.owner(place));
            if let (true, Some(node_idx)) = (end.is_lost(), node_idx) {
                let group_idx = *group_idx_of.entry(end).or_insert_with(|| {
                    nodes_of.push((end, Vec::new()));
                    nodes_of.len() - 1
                });
                nodes_of[group_idx].1.push(node_idx);
            }
        }
        let mut groups = Groups::default();
        for (end, nodes) in nodes_of {
            let (at, what) = match end {
                End::Cycle(first) => (first, "lead in a circle, past"),
                End::Dangling(last) => (last, "lead nowhere, past"),
                End::NoQSpec | End::Root(_) => continue,
            };
            let at = self.annotations.edge_or_node(&self.names, at);
            groups.add(format!("shared qspecs that {what} {at}"), nodes);
        }
        groups.findings(Lint::SharedWithoutRoot)
    }

    /// Quantized nodes of 16 bits that have a neighbour of 8 bits.
    fn mixed_widths(&self) -> impl Iterator<Item = Finding> + use<> {
        let mut groups = Groups::default();
        for (node_idx, _) in self.compute_nodes() {
            if self.width(node_idx) != Some(16) {
                continue;
            }
            let mut narrow =
                self.neighbours_of(node_idx).map(|it| it.0).filter(|it| self.width(*it) == Some(8));
            if narrow.next().is_some() {
                groups.add("16-bit activations beside 8-bit ones".to_owned(), [node_idx]);
            }
        }
        groups.findings(Lint::MixedWidth)
    }

    /// Bits of a quantized node's activations.
    pub(crate) fn width(&self, node_idx: usize) -> Option<u32> {
        if !self.verdict(node_idx).is_quantized() {
            return None;
        }
        self.root_qspec(node_idx)?.dtype()?.bits()
    }
}

/// How two qspecs of one tensor differ; `None` if they do not, as far as both tell.
fn mismatch(written: &QSpec, read: &QSpec) -> Option<String> {
    // Most are one and the same.
    if std::ptr::eq(written, read)
        || matches!(written, QSpec::Derived(_))
        || matches!(read, QSpec::Derived(_))
    {
        return None;
    }
    let (from, to) = (written.dtype()?, read.dtype()?);
    if from != to {
        return Some(format!("written as {}, read as {}", from.short(), to.short()));
    }
    let ((min, max), (other_min, other_max)) = (written.range()?, read.range()?);
    ((min, max) != (other_min, other_max)).then(|| {
        format!("{} written as ({min},{max}), read as ({other_min},{other_max})", from.short())
    })
}

/// Nodes by what was found of them, in the order of finding.
#[derive(Default)]
struct Groups {
    groups: Vec<(String, Vec<usize>)>,
    group_idx_of: HashMap<String, usize>,
}

impl Groups {
    fn add(&mut self, what: String, nodes: impl IntoIterator<Item = usize>) {
        let group_idx = *self.group_idx_of.entry(what).or_insert_with_key(|what| {
            self.groups.push((what.clone(), Vec::new()));
            self.groups.len() - 1
        });
        self.groups[group_idx].1.extend(nodes);
    }

    fn findings(self, lint: Lint) -> impl Iterator<Item = Finding> {
        self.groups.into_iter().map(move |(message, mut nodes)| {
            sort_once(&mut nodes);
            Finding { lint, message, nodes }
        })
    }
}
