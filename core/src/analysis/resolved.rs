//! Resolved qspecs: shared and derived qspecs followed to their source.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Analysis;
use super::index::shared_chains::{ChainEnd, QSpecSite};
use super::verdict::Verdict;
use crate::qspec::{EdgeOrNode, QSpec};

/// The result of following a qspec.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Resolved {
    /// The qspec at the end of the chain, in full; `None` if the chain leads nowhere.
    pub qspec: Option<String>,
    /// The edges and nodes on the chain, in order, including its end; at most [`MAX_CHAIN`]. A
    /// chain that leads nowhere ends with the edge or node without a qspec. A chain with a cycle
    /// ends with the first edge or node that it reaches again. Empty if the qspec is not shared.
    pub chain: Vec<String>,
    /// The number of further edges and nodes on the chain.
    pub n_more: usize,
    /// The reason why the chain leads nowhere, if it does.
    pub trouble: Option<String>,
    /// The first sources of a derived qspec, each with its own qspec after shared qspecs are
    /// followed.
    pub sources: Vec<(String, Option<String>)>,
}

/// The greatest number of links that a chain lists.
pub const MAX_CHAIN: usize = 20;

impl Analysis {
    /// The resolved output qspec of a node; `None` if it has none.
    pub fn resolved_output(&self, node_idx: usize) -> Option<Resolved> {
        self.resolve(self.nodes().get(node_idx)?.name_id)
    }

    /// The first `n` annotated inputs of a node with their resolved qspecs, in the source's order.
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

    /// The qspec that quantizes the node's output. For a fused node, the one of its pattern. For a
    /// node without an output qspec, the one of its first quantized input that is not a parameter.
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

    /// The data type of a node: that of the qspec that quantizes it ([`QSpec::kind`]), else that of
    /// its tensor.
    pub fn dtype(&self, node_idx: usize) -> Option<Cow<'_, str>> {
        if let Some(qspec) = self.root_qspec(node_idx) {
            return Some(qspec.kind());
        }
        let node = self.nodes().get(node_idx)?;
        Some(self.graph_node(node)?.dtype.as_ref()?.short().into())
    }

    /// The edges and outputs that share an observer with the node's output, including the output
    /// itself: outputs first. Empty if none does.
    ///
    /// Both kinds of sharing count, as in torchao: explicit, by a `SharedQuantizationSpec`, and
    /// implicit, between the edges and the output of one tensor. Without a graph, only explicit
    /// sharing is known. Qspecs that share each other in a cycle have no observer.
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

    /// The reason why the chain of a site leads to no qspec.
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

    /// The edges and nodes that a derived qspec refers to, each with its resolved qspec.
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

    /// The qspec of the first parameter that a node reads, except derived qspecs: those are for
    /// biases.
    pub(crate) fn weight(&self, name_id: usize) -> Option<&QSpec> {
        self.first_input(name_id, |producer, qspec| {
            self.is_parameter_named(producer) && !matches!(qspec, QSpec::Derived(_))
        })
    }

    /// The qspec of the first input that is not a parameter.
    pub(crate) fn activation(&self, name_id: usize) -> Option<&QSpec> {
        self.first_input(name_id, |producer, _| !self.is_parameter_named(producer))
    }

    /// The qspec of the first input, in the source's order, that fulfils the condition.
    fn first_input(&self, name_id: usize, is_it: impl Fn(usize, &QSpec) -> bool) -> Option<&QSpec> {
        let edges = self.annotations.input_places(name_id);
        let edges = edges.filter_map(|(site, producer, input_idx)| {
            let qspec = self.annotations.quantized(site)?;
            is_it(producer, qspec).then_some((input_idx, qspec))
        });
        edges.min_by_key(|it| it.0).map(|it| it.1)
    }

    /// Whether a name is that of a parameter: a `get_attr` node, or, without a graph, a name that
    /// is not a node of the report.
    pub(crate) fn is_parameter_named(&self, name_id: usize) -> bool {
        if self.has_graph() {
            return self.graph_node_of(name_id).is_some_and(|it| it.op == "get_attr");
        }
        match self.nodes().index_of(name_id).and_then(|it| self.nodes().get(it)) {
            Some(node) => node.is_parameter,
            // An incomplete report does not name all nodes.
            None => self.is_whole(),
        }
    }
}
