//! The annotations in force, with their shared qspecs followed.

use std::cmp::Reverse;
use std::sync::OnceLock;

use super::index::names::Names;
use super::index::shared_chains;
use super::index::shared_chains::{ChainEnd, Link, QSpecSite};
use super::nodes::NodeIndex;
use super::observers::Observers;
use crate::qspec::recent::Recent;
use crate::qspec::{EdgeOrNode, QSpec};
use crate::report::{InputQSpec, Report};

/// Up to this number of inputs, a node's edges are kept sorted by insertion.
const MANY_INPUTS: usize = 64;

/// The annotation of every node: the graph's, which is the final one, else the one from its last
/// accepted pattern.
#[derive(Debug, Default)]
pub(crate) struct Annotations {
    /// The source of each annotation, by name ID.
    sources: Vec<Source>,
    /// The start of each node's edges in `edges`; one entry more than there are names.
    starts: Vec<usize>,
    /// The annotated edges, sorted by consumer, then by producer.
    edges: Vec<Edge>,
    /// By site.
    links: Vec<Link>,
    /// By site.
    ends: Vec<ChainEnd>,
    /// The number of links in each chain, by site.
    lengths: Vec<u32>,
    /// The qspecs that are not shared: few, and each is used at many sites.
    kinds: Vec<QSpec>,
    /// By kind, the effect of the qspec in torchao.
    effects: Vec<Effect>,
    /// The sites that share an observer: see [`crate::analysis::Analysis::observers`].
    pub(crate) observers: OnceLock<Observers>,
}

/// The effect of a site's qspec, after shared qspecs are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// There is no qspec.
    None,
    /// The qspec quantizes the tensor.
    Quantizes,
    /// The qspec has a float dtype, so the tensor is annotated to stay float.
    KeepsFloat,
    /// The qspec leads nowhere, or the source does not show its dtype.
    Unknown,
}

/// Collects qspecs, and reuses a recent one if it is equal, as most are.
#[derive(Default)]
struct Kinds {
    all: Vec<QSpec>,
    /// Indices in `all`.
    recent: Recent<usize>,
}

impl Kinds {
    fn add(&mut self, qspec: &QSpec) -> usize {
        if let Some(known) = self.recent.find(|it| self.all[*it] == *qspec) {
            return *known;
        }
        self.all.push(qspec.clone());
        self.recent.push(self.all.len() - 1);
        self.all.len() - 1
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    None,
    /// The annotation of a node of the graph.
    Graph(usize),
    /// The annotation of a node of an accepted pattern: quantizer, pattern, node.
    Pattern(usize, usize, usize),
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    producer: usize,
    consumer: usize,
    /// The index in the `input_qspec_map`.
    input_idx: usize,
}

impl Annotations {
    /// Collects the annotations and follows every chain, in time linear in the report's size.
    pub(crate) fn of(report: &Report, names: &Names, nodes: &NodeIndex) -> Self {
        let mut this = Self { sources: vec![Source::None; names.len()], ..Self::default() };
        // A node that was accepted but is listed without an annotation has none at the end.
        for node in nodes.iter().filter(|it| !it.is_emptied()) {
            if let Some((quantizer_idx, pattern_idx, node_idx)) = node.accepted_at() {
                this.sources[node.name_id] = Source::Pattern(quantizer_idx, pattern_idx, node_idx);
            }
        }
        for (graph_idx, node) in report.graph.iter().flat_map(|it| &it.nodes).enumerate() {
            let name_id = names.graph_id(graph_idx);
            if names.graph_idx(name_id) == Some(graph_idx) {
                this.sources[name_id] = match node.annotation {
                    Some(_) => Source::Graph(graph_idx),
                    None => Source::None,
                };
            }
        }
        for consumer in 0..names.len() {
            let start = this.edges.len();
            this.starts.push(start);
            for (input_idx, producer) in this.input_ids(names, consumer).enumerate() {
                let edge = Edge { producer, consumer, input_idx };
                // Insertion is fast for a few inputs; with a million, it would take quadratic time.
                let own = &this.edges[start..];
                match own.len() {
                    0..MANY_INPUTS => {
                        let at = start + own.partition_point(|it| it.producer < producer);
                        match this.edges.get_mut(at).filter(|it| it.producer == producer) {
                            // Of entries with the same key the last counts, as in a Python dict.
                            Some(known) => *known = edge,
                            None => this.edges.insert(at, edge),
                        }
                    }
                    _ => this.edges.push(edge),
                }
            }
            if this.edges.len() - start > MANY_INPUTS {
                let mut own = this.edges.split_off(start);
                // `dedup` keeps the first of equal entries, so the last entries are sorted first.
                own.sort_unstable_by_key(|it| (it.producer, Reverse(it.input_idx)));
                own.dedup_by_key(|it| it.producer);
                this.edges.append(&mut own);
            }
        }
        this.starts.push(this.edges.len());
        let mut kinds = Kinds::default();
        let mut links = vec![Link::NoQSpec; this.sources.len() + this.edges.len()];
        // Node by node, in the report's order, and not site by site.
        for name_id in 0..names.len() {
            let of_edges = this.input_places(name_id).map(|it| it.0);
            for site in of_edges.chain([name_id]) {
                links[site] = match this.qspec(report, site) {
                    None => Link::NoQSpec,
                    Some(QSpec::Shared(spec)) => {
                        let other = this.site(names, &spec.edge_or_node, site);
                        other.map_or(Link::Nowhere, Link::Shared)
                    }
                    Some(qspec) => Link::Own(kinds.add(qspec)),
                };
            }
        }
        this.links = links;
        this.kinds = kinds.all;
        let effect = |qspec: &QSpec| match qspec.quantizes() {
            Some(true) => Effect::Quantizes,
            Some(false) => Effect::KeepsFloat,
            None => Effect::Unknown,
        };
        this.effects = this.kinds.iter().map(effect).collect();
        (this.ends, this.lengths) = shared_chains::ends(&this.links);
        this
    }

    /// Whether the node has an annotation.
    pub(crate) fn is_annotated(&self, name_id: usize) -> bool {
        self.sources.get(name_id).is_some_and(|it| *it != Source::None)
    }

    /// The qspecs of the node's inputs.
    pub(crate) fn inputs<'r>(&self, report: &'r Report, name_id: usize) -> &'r [InputQSpec] {
        self.annotation(report, name_id).map_or(&[], |it| it.0)
    }

    /// The name IDs of these inputs.
    pub(crate) fn input_ids<'n>(
        &self,
        names: &'n Names,
        name_id: usize,
    ) -> impl Iterator<Item = usize> + use<'n> {
        let source = self.sources.get(name_id).copied().unwrap_or(Source::None);
        let (graph, pattern) = match source {
            Source::None => (None, None),
            Source::Graph(graph_idx) => (Some(names.graph_annotated(graph_idx)), None),
            Source::Pattern(quantizer_idx, pattern_idx, node_idx) => {
                let decided = names.decided.get(quantizer_idx);
                (None, decided.map(|it| it.inputs(pattern_idx, node_idx)))
            }
        };
        graph.into_iter().flatten().chain(pattern.into_iter().flatten())
    }

    /// The node's qspec for its output.
    pub(crate) fn output<'r>(&self, report: &'r Report, name_id: usize) -> Option<&'r QSpec> {
        self.annotation(report, name_id)?.1.filter(|it| !it.is_no_qspec())
    }

    fn annotation<'r>(
        &self,
        report: &'r Report,
        name_id: usize,
    ) -> Option<(&'r [InputQSpec], Option<&'r QSpec>)> {
        match *self.sources.get(name_id)? {
            Source::None => None,
            Source::Graph(graph_idx) => {
                let node = report.graph.as_ref()?.nodes.get(graph_idx)?;
                let annotation = node.annotation.as_ref()?;
                Some((&annotation.input_qspec_map, annotation.output_qspec.as_ref()))
            }
            Source::Pattern(quantizer_idx, pattern_idx, node_idx) => {
                let quantizer = report.quantizers.get(quantizer_idx)?;
                let node = quantizer.accepted_patterns.get(pattern_idx)?.nodes.get(node_idx)?;
                Some((&node.input_qspec_map, node.output_qspec.as_ref()))
            }
        }
    }

    /// The number of sites.
    pub(crate) fn n_places(&self) -> usize {
        self.links.len()
    }

    /// The sites of the node's annotated inputs, sorted by the name ID of the input. Each comes
    /// with that ID and with its index in the source's order.
    pub(crate) fn input_places(
        &self,
        name_id: usize,
    ) -> impl Iterator<Item = (QSpecSite, usize, usize)> + use<'_> {
        let n_names = self.sources.len();
        let range = match (self.starts.get(name_id), self.starts.get(name_id + 1)) {
            (Some(start), Some(end)) => *start..*end,
            _ => 0..0,
        };
        range.map(move |edge_idx| {
            let Edge { producer, input_idx, .. } = self.edges[edge_idx];
            (n_names + edge_idx, producer, input_idx)
        })
    }

    /// The site of an edge, if it is annotated.
    pub(crate) fn edge(&self, producer: usize, consumer: usize) -> Option<QSpecSite> {
        let (start, end) = (*self.starts.get(consumer)?, *self.starts.get(consumer + 1)?);
        let edges = self.edges.get(start..end)?;
        let edge_idx = edges.binary_search_by_key(&producer, |it| it.producer).ok()?;
        Some(self.sources.len() + start + edge_idx)
    }

    /// The site that a shared or derived qspec refers to, if the report has it; `near` is the site
    /// of that qspec.
    pub(crate) fn site(
        &self,
        names: &Names,
        what: &EdgeOrNode,
        near: QSpecSite,
    ) -> Option<QSpecSite> {
        let near = self.owner(near);
        match (what, what.as_edge()) {
            (EdgeOrNode::Node(name), _) => names.id_near(name, near),
            (_, Some((producer, consumer))) => {
                self.edge(names.id_near(producer, near)?, names.id_near(consumer, near)?)
            }
            _ => None,
        }
    }

    /// The edge or node of a site.
    pub(crate) fn edge_or_node(&self, names: &Names, site: QSpecSite) -> EdgeOrNode {
        match site.checked_sub(self.sources.len()) {
            None => EdgeOrNode::Node(names.name(site).clone()),
            Some(edge_idx) => {
                let Edge { producer, consumer, .. } = self.edges[edge_idx];
                EdgeOrNode::edge(names.name(producer).clone(), names.name(consumer).clone())
            }
        }
    }

    /// The node whose annotation has the qspec of this site.
    pub(crate) fn owner(&self, site: QSpecSite) -> usize {
        match site.checked_sub(self.sources.len()) {
            None => site,
            Some(edge_idx) => self.edges[edge_idx].consumer,
        }
    }

    /// The qspec of a site.
    pub(crate) fn qspec<'r>(&self, report: &'r Report, site: QSpecSite) -> Option<&'r QSpec> {
        let qspec = match site.checked_sub(self.sources.len()) {
            None => return self.output(report, site),
            Some(edge_idx) => {
                let Edge { consumer, input_idx, .. } = self.edges.get(edge_idx)?;
                self.inputs(report, *consumer).get(*input_idx)?.qspec.as_ref()
            }
        };
        qspec.filter(|it| !it.is_no_qspec())
    }

    /// The end of the chain that starts at a site.
    pub(crate) fn end(&self, site: QSpecSite) -> ChainEnd {
        self.ends.get(site).copied().unwrap_or(ChainEnd::NoQSpec)
    }

    /// The number of links in the chain of a site: see [`shared_chains::ends`].
    pub(crate) fn length(&self, site: QSpecSite) -> usize {
        self.lengths.get(site).map_or(0, |it| *it as usize)
    }

    /// The effect of the qspec of a site.
    pub(crate) fn effect(&self, site: QSpecSite) -> Effect {
        match self.end(site) {
            ChainEnd::NoQSpec => Effect::None,
            ChainEnd::Dangling(_) | ChainEnd::Cycle(_) => Effect::Unknown,
            ChainEnd::Root(root) => match self.links.get(root) {
                Some(Link::Own(kind)) => {
                    self.effects.get(*kind).copied().unwrap_or(Effect::Unknown)
                }
                _ => Effect::Unknown,
            },
        }
    }

    /// The qspec at the end of a site's chain, if it quantizes the tensor.
    pub(crate) fn quantized(&self, site: QSpecSite) -> Option<&QSpec> {
        self.resolved(site).filter(|_| self.effect(site) == Effect::Quantizes)
    }

    /// The qspec at the end of a site's chain.
    pub(crate) fn resolved(&self, site: QSpecSite) -> Option<&QSpec> {
        self.kinds.get(self.kind(site)?)
    }

    /// The index of that qspec in [`Self::kinds`].
    pub(crate) fn kind(&self, site: QSpecSite) -> Option<usize> {
        let ChainEnd::Root(root) = self.end(site) else { return None };
        match *self.links.get(root)? {
            Link::Own(kind) => Some(kind),
            Link::NoQSpec | Link::Shared(_) | Link::Nowhere => None,
        }
    }

    /// The qspecs that are not shared; equal ones may occur more than once.
    pub(crate) fn kinds(&self) -> &[QSpec] {
        &self.kinds
    }
}
