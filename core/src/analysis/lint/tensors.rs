//! Lints for the qspecs of single tensors.

use std::collections::HashMap;

use super::{Finding, Groups, Lint};
use crate::analysis::Analysis;
use crate::analysis::index::shared_chains::{ChainEnd, QSpecSite};
use crate::qspec::QSpec;

impl Analysis {
    /// Ops with weights of both granularities. A weight is a constant with a known qscheme.
    pub(super) fn per_tensor_weights(&self) -> Vec<Finding> {
        // By op: the nodes with weights per tensor, and the number of nodes with weights per
        // channel.
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

    /// Compares the qspec of each tensor with that of each edge that reads it, shared ones
    /// followed.
    pub(super) fn edge_mismatches(&self) -> impl Iterator<Item = Finding> + use<> {
        let mut groups = Groups::default();
        for node in self.nodes().iter() {
            for (site, producer, _) in self.annotations.input_places(node.name_id) {
                let Some(producer_idx) = self.nodes().index_of(producer) else { continue };
                let quantized = |site: QSpecSite| self.annotations.quantized(site);
                let (Some(written), Some(read)) = (quantized(producer), quantized(site)) else {
                    continue;
                };
                if let Some(what) = mismatch(written, read)
                    && let Some(consumer_idx) = self.nodes().index_of(node.name_id)
                {
                    groups.add(what, [producer_idx, consumer_idx]);
                }
            }
        }
        groups.findings(Lint::EdgeMismatch)
    }

    /// Compares the annotations that the quantizers recorded with the final graph.
    pub(super) fn overwritten_annotations(&self) -> impl Iterator<Item = Finding> + use<> {
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

    pub(super) fn shared_without_root(&self) -> impl Iterator<Item = Finding> + use<> {
        let mut nodes_of: Vec<(ChainEnd, Vec<usize>)> = Vec::new();
        let mut group_idx_of: HashMap<ChainEnd, usize> = HashMap::new();
        for site in 0..self.annotations.n_places() {
            let end = self.annotations.end(site);
            let node_idx = self.nodes().index_of(self.annotations.owner(site));
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
                ChainEnd::Cycle(first) => (first, "lead in a circle, past"),
                ChainEnd::Dangling(last) => (last, "lead nowhere, past"),
                ChainEnd::NoQSpec | ChainEnd::Root(_) => continue,
            };
            let at = self.annotations.edge_or_node(&self.names, at);
            groups.add(format!("shared qspecs that {what} {at}"), nodes);
        }
        groups.findings(Lint::SharedWithoutRoot)
    }

    /// Quantized 16-bit nodes that have an 8-bit neighbour.
    pub(super) fn mixed_widths(&self) -> impl Iterator<Item = Finding> + use<> {
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

    /// The width in bits of a quantized node's activations, by their range of values.
    pub(crate) fn width(&self, node_idx: usize) -> Option<u32> {
        if !self.verdict(node_idx).is_quantized() {
            return None;
        }
        self.root_qspec(node_idx)?.bits()
    }
}

/// The difference between two qspecs of one tensor; `None` if no difference is known.
fn mismatch(written: &QSpec, read: &QSpec) -> Option<String> {
    // Most qspecs are the same object.
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
