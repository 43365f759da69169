//! Groups of edges and outputs that share one observer in the prepared model.
//!
//! This follows `_get_edge_or_node_to_group_id` in `torchao/quantization/pt2e/prepare.py`. Sharing
//! is explicit if a `SharedQuantizationSpec` refers to an edge or a node. Sharing is implicit if
//! torchao joins an input edge with the tensor's output and with the other edges that read the
//! tensor, because their qspecs are equal once shared ones are followed. An annotation can turn
//! implicit sharing off for its own edges (`allow_implicit_sharing`).

use std::collections::HashMap;

use serde_json::Value;

use super::Analysis;
use super::annotations::Annotations;
use super::index::jagged::Jagged;
use super::index::names::Names;
use super::index::shared_chains::{ChainEnd, QSpecSite};
use crate::qspec::QSpec;
use crate::report::Report;

/// The attributes that torchao compares (`_union_input_edge_with`). The observer is not one of
/// them.
const COMPARED: [&str; 8] =
    ["dtype", "is_dynamic", "quant_min", "quant_max", "qscheme", "ch_axis", "scale", "zero_point"];

/// The groups of sites that share an observer.
///
/// Each site whose qspec leads to one that is not shared is in one group. Without a graph, the
/// readers of a tensor are unknown, so the groups are those of explicit sharing only. With a graph,
/// only its nodes are prepared, so only their sites are in groups.
#[derive(Debug, Default)]
pub(crate) struct Observers {
    /// The number of each site's group, from 1; 0 for a site without a group.
    numbers: Vec<u32>,
    /// The sites of each group.
    groups: Jagged,
    /// The first site of each group, in the order of the annotations.
    firsts: Vec<QSpecSite>,
}

impl Observers {
    /// Groups the sites, in time linear in the report's size except for the factor of a union-find,
    /// which is nearly constant.
    pub(crate) fn of(report: &Report, names: &Names, annotations: &Annotations) -> Self {
        let sites = if report.has_graph() {
            graph_order(names, annotations)
        } else {
            (0..annotations.n_places()).collect()
        };
        let mut sets = Sets::new(annotations.n_places());
        for site in &sites {
            if let ChainEnd::Root(root) = annotations.end(*site) {
                sets.join(*site, root);
            }
        }
        if report.has_graph() {
            share_implicitly(report, names, annotations, &mut sets);
        }
        let mut this = Self { numbers: vec![0; annotations.n_places()], ..Self::default() };
        // By the first member of the set.
        let mut number_of = vec![0; annotations.n_places()];
        for site in sites {
            if !matches!(annotations.end(site), ChainEnd::Root(_)) {
                continue;
            }
            let number = &mut number_of[sets.find(site)];
            if *number == 0 {
                this.firsts.push(site);
                *number = this.firsts.len() as u32;
            }
            this.numbers[site] = *number;
        }
        let members = this.numbers.iter().enumerate().filter(|it| *it.1 > 0);
        let members = members.map(|(site, number)| (*number as usize - 1, site));
        this.groups = Jagged::of(this.firsts.len(), members);
        this
    }

    /// The number of the site's group, from 1, in the order of the annotations.
    pub(crate) fn number(&self, site: QSpecSite) -> Option<usize> {
        self.numbers.get(site).filter(|it| **it > 0).map(|it| *it as usize)
    }

    /// The sites of the group with this number, outputs before edges.
    pub(crate) fn group(
        &self,
        number: usize,
    ) -> impl ExactSizeIterator<Item = QSpecSite> + use<'_> {
        self.groups.get(number.wrapping_sub(1))
    }

    /// The first site of each group, in the order of the annotations.
    pub(crate) fn firsts(&self) -> &[QSpecSite] {
        &self.firsts
    }
}

impl Analysis {
    /// The groups of sites that share an observer; computed on first use.
    pub(crate) fn observers(&self) -> &Observers {
        let observers = &self.annotations.observers;
        observers.get_or_init(|| Observers::of(self.report(), &self.names, &self.annotations))
    }
}

/// The sites of the graph's nodes in the order in which torchao collects their qspecs
/// (`_get_edge_or_node_to_qspec`): nodes in graph order; for each node its inputs in the order of
/// its `input_qspec_map`, then its output.
fn graph_order(names: &Names, annotations: &Annotations) -> Vec<QSpecSite> {
    let mut sites = Vec::new();
    let mut by_input = Vec::new();
    // Name IDs are in graph order.
    for name_id in graph_names(names) {
        by_input.clear();
        for (site, _, input_idx) in annotations.input_places(name_id) {
            if by_input.len() <= input_idx {
                by_input.resize(input_idx + 1, None);
            }
            by_input[input_idx] = Some(site);
        }
        sites.extend(by_input.iter().flatten());
        sites.push(name_id);
    }
    sites
}

/// The name IDs of the graph's nodes.
fn graph_names(names: &Names) -> impl Iterator<Item = usize> + use<'_> {
    (0..names.len()).take_while(|it| names.graph_idx(*it).is_some())
}

/// An annotated edge of the graph.
#[derive(Clone, Copy)]
struct Reader {
    producer: usize,
    site: QSpecSite,
    /// The class of its resolved qspec: see [`classes`].
    class: usize,
    /// Whether its node's arguments include the producer. A quantizer may annotate other edges too;
    /// these look for partners but are not found, since torchao goes through `arg.users`.
    is_read: bool,
    /// Whether it looks for partners: `allow_implicit_sharing` of its node's annotation.
    is_allowed: bool,
}

/// The sites of one tensor that have the same class of qspec.
#[derive(Clone, Copy, Default)]
struct Tensor {
    /// A site that can be found by an edge that looks for partners.
    found: Option<QSpecSite>,
    /// Whether any edge looks for partners. It finds all of them, so one such edge joins them all.
    is_joined: bool,
}

/// Joins the sites of each tensor that have equal resolved qspecs, if one of the edges allows it.
fn share_implicitly(report: &Report, names: &Names, annotations: &Annotations, sets: &mut Sets) {
    let (classes, n_classes) = classes(annotations.kinds());
    let readers = readers(report, names, annotations, &classes);
    let by_producer = readers.iter().enumerate().map(|(idx, it)| (it.producer, idx));
    let by_producer = Jagged::of(names.len(), by_producer);
    let mut tensors = vec![Tensor::default(); n_classes];
    for producer in 0..names.len() {
        let readers = by_producer.get(producer).map(|idx| &readers[idx]);
        let output = annotations.kind(producer).map(|kind| &mut tensors[classes[kind]]);
        if let Some(output) = output.filter(|_| names.graph_idx(producer).is_some()) {
            output.found = Some(producer);
        }
        for reader in readers.clone() {
            let tensor = &mut tensors[reader.class];
            tensor.is_joined |= reader.is_allowed;
            if reader.is_read {
                tensor.found.get_or_insert(reader.site);
            }
        }
        for reader in readers.clone() {
            let Tensor { found, is_joined } = tensors[reader.class];
            if let Some(found) =
                found.filter(|_| is_joined && (reader.is_read || reader.is_allowed))
            {
                sets.join(found, reader.site);
            }
        }
        for reader in readers {
            tensors[reader.class] = Tensor::default();
        }
        if let Some(kind) = annotations.kind(producer) {
            tensors[classes[kind]] = Tensor::default();
        }
    }
}

/// The annotated edges of the graph whose qspec leads to one that is not shared.
fn readers(
    report: &Report,
    names: &Names,
    annotations: &Annotations,
    classes: &[usize],
) -> Vec<Reader> {
    let nodes = report.graph.as_ref().map_or(&[][..], |it| &it.nodes);
    let mut readers = Vec::new();
    // By producer, the last node seen to read it.
    let mut last_reader = vec![None; names.len()];
    for consumer in graph_names(names) {
        let Some(graph_idx) = names.graph_idx(consumer) else { continue };
        for producer in names.graph_inputs().get(graph_idx) {
            last_reader[producer] = Some(consumer);
        }
        let annotation = nodes.get(graph_idx).and_then(|it| it.annotation.as_ref());
        let is_allowed = annotation.is_some_and(|it| it.allow_implicit_sharing != Some(false));
        for (site, producer, _) in annotations.input_places(consumer) {
            if let Some(kind) = annotations.kind(site) {
                let (class, is_read) = (classes[kind], last_reader[producer] == Some(consumer));
                readers.push(Reader { producer, site, class, is_read, is_allowed });
            }
        }
    }
    readers
}

/// The class of each qspec, and the number of classes. torchao treats qspecs of a class as equal.
fn classes(qspecs: &[QSpec]) -> (Vec<usize>, usize) {
    let mut class_of: HashMap<String, usize> = HashMap::new();
    let classes = qspecs.iter().map(|qspec| {
        let n_classes = class_of.len();
        *class_of.entry(compared(qspec)).or_insert(n_classes)
    });
    (classes.collect(), class_of.len())
}

/// The attributes of a qspec that torchao compares, as JSON. An attribute of None differs from one
/// that the class does not have.
fn compared(qspec: &QSpec) -> String {
    let Ok(Value::Object(fields)) = serde_json::to_value(qspec) else { return String::new() };
    let attributes = COMPARED.iter().flat_map(|name| {
        // The exporter writes values of unexpected types as text.
        let text = fields.get(&format!("{name}_text"));
        [fields.get(*name), text]
    });
    attributes.map(|it| it.map_or_else(|| ",".to_owned(), |it| format!("{it},"))).collect()
}

/// Sets of sites, each identified by one member (union-find).
struct Sets {
    parents: Vec<u32>,
}

impl Sets {
    fn new(n_places: usize) -> Self {
        Self { parents: (0..n_places as u32).collect() }
    }

    /// The member that identifies the set. Halves the path to it.
    fn find(&mut self, mut site: QSpecSite) -> QSpecSite {
        loop {
            let parent = self.parents[site];
            if parent as usize == site {
                return site;
            }
            let above = self.parents[parent as usize];
            self.parents[site] = above;
            site = above as usize;
        }
    }

    fn join(&mut self, a: QSpecSite, b: QSpecSite) {
        let (a, b) = (self.find(a), self.find(b));
        self.parents[a.max(b)] = a.min(b) as u32;
    }
}
