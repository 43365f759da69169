//! Qspecs followed to where they lead.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Analysis;
use super::index::shared_chains::{ChainEnd, QSpecSite};
use super::verdict::Verdict;
use crate::qspec::{EdgeOrNode, QSpec};

/// What a qspec comes to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Resolved {
    /// The qspec at the end of the chain, in its full form; `None` where the chain leads nowhere.
    pub qspec: Option<String>,
    /// What the chain passes, one edge or node after the other, its end included; at most
    /// [`MAX_CHAIN`] of them. A chain that leads nowhere ends with what has no qspec, and one that
    /// leads in a circle with the first edge or node that it comes to again. Empty for a qspec that
    /// is not shared.
    pub chain: Vec<String>,
    /// How many more edges and nodes the chain passes.
    pub n_more: usize,
    /// Why the chain leads nowhere.
    pub trouble: Option<String>,
    /// Of a derived qspec what it is computed from, each with the qspec that comes to; of many the
    /// first.
    pub sources: Vec<(String, Option<String>)>,
}

/// Links of a chain that are listed one by one.
pub const MAX_CHAIN: usize = 20;

impl Analysis {
    /// What the output qspec of a node comes to; `None` if it has none.
    pub fn resolved_output(&self, node_idx: usize) -> Option<Resolved> {
        self.resolve(self.nodes().get(node_idx)?.name_id)
    }

    /// The first `n` annotated inputs of a node, each with what its qspec comes to, in the source's
    /// order.
    pub fn resolved_inputs(&self, node_idx: usize, n: usize) -> Vec<(String, Option<Resolved>)> {
        let Some(node) = self.nodes().get(node_idx) else { return Vec::new() };
        let inputs = self.annotations.inputs(self.report(), node.name_id).iter().take(n);
        let resolved = inputs.map(|input| {
            let producer = self.names.id(&input.node);
            let site = producer.and_then(|it| self.annotations.edge(it, node.name_id));
            (input.node.to_string(), site.and_then(|it| self.resolve(it)))
        });
        resolved.collect()
    }

    /// The qspec that a node's output is quantized with; of a fused node the one of its pattern, and of
    /// a node without an output qspec the one of its first quantized input that is no parameter.
    pub fn root_qspec(&self, node_idx: usize) -> Option<&QSpec> {
        let node = self.nodes().get(node_idx)?;
        let of = |site: QSpecSite| self.annotations.quantized(site);
        let of_pattern = || {
            let (quantizer_idx, pattern_idx, _) = node.accepted_at()?;
            of(self.patterns.get(quantizer_idx, pattern_idx)?.output?)
        };
        let of_pattern = || of_pattern().filter(|_| self.verdict(node_idx) == Verdict::Fused);
        let of_input = || self.activation(node.name_id);
        of(node.name_id).or_else(of_pattern).or_else(of_input)
    }

    /// The data type of a node: of its qspec ([`QSpec::kind`]), or, without one that quantizes, of its
    /// tensor.
    pub fn dtype(&self, node_idx: usize) -> Option<Cow<'_, str>> {
        if let Some(qspec) = self.root_qspec(node_idx) {
            return Some(qspec.kind());
        }
        let node = self.nodes().get(node_idx)?;
        Some(self.graph_node(node)?.dtype.as_ref()?.short().into())
    }

    /// The edges and outputs that share an observer with the node's output, itself included, as
    /// qspecs name them: outputs first. Empty if none does.
    ///
    /// Both kinds of sharing count, as in torchao: explicit, by a `SharedQuantizationSpec`, and
    /// implicit, between edges and output of one tensor. Without a graph only explicit sharing is
    /// known. Qspecs that share each other in a circle share no observer.
    pub fn shared_group(&self, node_idx: usize) -> Vec<EdgeOrNode> {
        let Some(node) = self.nodes().get(node_idx) else { return Vec::new() };
        let observers = self.observers();
        let Some(number) = observers.number(node.name_id) else { return Vec::new() };
        let group = observers.group(number);
        if group.len() < 2 {
            return Vec::new();
        }
        group.map(|it| self.annotations.edge_or_node(&self.names, it)).collect()
    }

    fn resolve(&self, site: QSpecSite) -> Option<Resolved> {
        let report = self.report();
        self.annotations.qspec(report, site)?;
        let mut resolved = Resolved { trouble: self.trouble(site), ..Resolved::default() };
        let n_links = self.annotations.length(site);
        let mut here = site;
        while resolved.chain.len() < n_links.min(MAX_CHAIN) {
            let Some(QSpec::Shared(spec)) = self.annotations.qspec(report, here) else { break };
            resolved.chain.push(spec.edge_or_node.to_string());
            let next = self.annotations.site(&self.names, &spec.edge_or_node, here);
            let Some(next) = next else { break };
            here = next;
        }
        resolved.n_more = n_links.saturating_sub(resolved.chain.len());
        let root = self.annotations.resolved(site);
        resolved.qspec = root.map(QSpec::full);
        if let Some(QSpec::Derived(spec)) = root {
            resolved.sources = self.sources(&spec.derived_from, site);
        }
        Some(resolved)
    }

    /// Why the chain of a place leads to no qspec.
    fn trouble(&self, site: QSpecSite) -> Option<String> {
        match self.annotations.end(site) {
            ChainEnd::NoQSpec | ChainEnd::Root(_) => None,
            ChainEnd::Cycle(_) => Some("leads in a circle, past no qspec".to_owned()),
            ChainEnd::Dangling(last) => {
                let QSpec::Shared(spec) = self.annotations.qspec(self.report(), last)? else {
                    return None;
                };
                let what = &spec.edge_or_node;
                Some(format!("leads nowhere: {what} has no qspec in this report"))
            }
        }
    }

    /// The edges and nodes that a derived qspec names, each with the qspec it comes to.
    fn sources(&self, derived_from: &EdgeOrNode, near: QSpecSite) -> Vec<(String, Option<String>)> {
        let items = match (derived_from, derived_from.as_edge()) {
            (EdgeOrNode::Tuple(items) | EdgeOrNode::List(items), None) => items.as_slice(),
            _ => std::slice::from_ref(derived_from),
        };
        let resolved = |item: &EdgeOrNode| {
            let site = self.annotations.site(&self.names, item, near)?;
            self.annotations.resolved(site).map(QSpec::full)
        };
        items.iter().take(MAX_CHAIN).map(|item| (item.to_string(), resolved(item))).collect()
    }
}
