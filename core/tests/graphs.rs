//! Random graphs, with chains of shared qspecs that may be cyclic and dangle, against plain
//! reference implementations.

#[path = "common/build.rs"]
mod build;
mod common;

use std::collections::{BTreeSet, HashMap, HashSet};

use build::report;
use proptest::prelude::*;
use proptest::sample::Index;
use qspect_core::{Analysis, EdgeOrNode, InputQSpec, NodeRecord, QSpec, Report, Verdict};
use serde_json::{Value, json};

/// What a random qspec is.
#[derive(Clone, Debug)]
enum Kind {
    None,
    Int8,
    Int16,
    /// Shared with the output of a node, which may not be there.
    WithNode(Index),
    /// Shared with an edge, which may not be there.
    WithEdge(Index, Index),
}

#[derive(Clone, Debug)]
struct RandomNode {
    inputs: Vec<Index>,
    /// Of each input; cut to as many as there are.
    input_kinds: Vec<Kind>,
    output_kind: Kind,
    is_annotated: bool,
    allow_implicit_sharing: Option<bool>,
    dtype: Option<&'static str>,
    op: &'static str,
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        2 => Just(Kind::None),
        2 => Just(Kind::Int8),
        1 => Just(Kind::Int16),
        4 => any::<Index>().prop_map(Kind::WithNode),
        4 => (any::<Index>(), any::<Index>()).prop_map(|it| Kind::WithEdge(it.0, it.1)),
    ]
}

fn random_node() -> impl Strategy<Value = RandomNode> {
    let inputs = prop::collection::vec(any::<Index>(), 0..4);
    let input_kinds = prop::collection::vec(kind(), 4);
    let dtypes = [Some("torch.float32"), Some("torch.float32"), Some("torch.int64"), None];
    let ops = ["call_function", "call_function", "call_function", "placeholder", "output"];
    let dtype = prop::sample::select(dtypes.to_vec());
    let op = prop::sample::select(ops.to_vec());
    let flags = prop::sample::select(vec![None, None, Some(true), Some(false), Some(false)]);
    (inputs, input_kinds, kind(), prop::bool::weighted(0.6), flags, dtype, op).prop_map(
        |(inputs, input_kinds, output_kind, is_annotated, flag, dtype, op)| RandomNode {
            inputs,
            input_kinds,
            output_kind,
            is_annotated,
            allow_implicit_sharing: flag,
            dtype,
            op,
        },
    )
}

/// A report whose graph has these nodes; an input is any node before it.
fn random_report() -> impl Strategy<Value = Report> {
    prop::collection::vec(random_node(), 1..30).prop_map(|nodes| {
        // One more than there are: the last one is nowhere.
        let name = |at: usize| format!("n{at}");
        let n_names = nodes.len() + 1;
        let qspec = |kind: &Kind| match kind {
            Kind::None => Value::Null,
            Kind::Int8 => build::int8(),
            Kind::Int16 => json!({ "type": "QuantizationSpec", "dtype": "torch.int16" }),
            Kind::WithNode(at) => build::shared(json!(name(at.index(n_names)))),
            Kind::WithEdge(from, to) => {
                build::shared(json!([name(from.index(n_names)), name(to.index(n_names))]))
            }
        };
        let graph_nodes = nodes.iter().enumerate().map(|(at, node)| {
            let inputs = node.inputs.iter().filter(|_| at > 0).map(|it| name(it.index(at)));
            let inputs: Vec<String> = inputs.collect();
            let mut json = json!({
                "name": name(at), "op": node.op, "target": "t", "inputs": inputs,
            });
            if let Some(dtype) = node.dtype {
                json["dtype"] = json!(dtype);
            }
            if node.is_annotated {
                let entries = inputs.iter().zip(&node.input_kinds);
                let entries = entries.map(|(it, kind)| json!({ "node": it, "qspec": qspec(kind) }));
                let entries: Vec<Value> = entries.collect();
                let output = qspec(&node.output_kind);
                json = build::annotated(json, json!(entries), output);
                if let Some(flag) = node.allow_implicit_sharing {
                    json["annotation"]["allow_implicit_sharing"] = json!(flag);
                }
            }
            json
        });
        let graph_nodes: Vec<Value> = graph_nodes.collect();
        report(json!([]), json!({ "graph": { "nodes": graph_nodes } }))
    })
}

type Key = EdgeOrNode;

/// The qspec of every edge and node, as torchao collects them.
fn qspecs(report: &Report) -> HashMap<Key, &QSpec> {
    let mut qspecs = HashMap::new();
    for node in report.graph.iter().flat_map(|it| &it.nodes) {
        let Some(annotation) = &node.annotation else { continue };
        for InputQSpec { node: input, qspec, .. } in &annotation.input_qspec_map {
            let edge = EdgeOrNode::edge(input.clone(), node.name.clone());
            match qspec {
                Some(qspec) => qspecs.insert(edge, qspec),
                None => qspecs.remove(&edge),
            };
        }
        if let Some(qspec) = &annotation.output_qspec {
            qspecs.insert(EdgeOrNode::Node(node.name.clone()), qspec);
        }
    }
    qspecs
}

/// The qspec at the end of a chain, or why there is none.
fn resolve<'r>(qspecs: &HashMap<Key, &'r QSpec>, start: &Key) -> Result<&'r QSpec, &'static str> {
    let mut seen = HashSet::new();
    let mut here = start.clone();
    loop {
        if !seen.insert(here.clone()) {
            return Err("circle");
        }
        match qspecs.get(&here) {
            None => return Err("nowhere"),
            Some(QSpec::Shared(spec)) => here = spec.edge_or_node.clone(),
            Some(qspec) => return Ok(qspec),
        }
    }
}

/// All edges and outputs in the order of the annotations, and of those that get an observer the
/// group: pair by pair, as `_get_edge_or_node_to_group_id` in torchao's `prepare.py` goes.
fn groups(report: &Report) -> (Vec<Key>, HashMap<Key, usize>) {
    let qspecs = qspecs(report);
    let nodes = || report.graph.iter().flat_map(|it| &it.nodes);
    let mut places = Vec::new();
    let mut pairs = Vec::new();
    for node in nodes() {
        let Some(annotation) = &node.annotation else { continue };
        for input in &annotation.input_qspec_map {
            let edge = EdgeOrNode::edge(input.node.clone(), node.name.clone());
            if !qspecs.contains_key(&edge) {
                continue;
            }
            // Of equal inputs the last counts.
            places.retain(|it| *it != edge);
            if annotation.allow_implicit_sharing != Some(false) {
                let users = nodes().filter(|it| it.inputs.contains(&input.node));
                let users = users.filter(|it| it.name != node.name);
                let others = users.map(|it| EdgeOrNode::edge(input.node.clone(), it.name.clone()));
                let others = others.chain([EdgeOrNode::Node(input.node.clone())]);
                let root = resolve(&qspecs, &edge).ok();
                let others = others.filter(|it| resolve(&qspecs, it).ok() == root);
                pairs.extend(others.map(|it| (edge.clone(), it)));
            }
            places.push(edge);
        }
        if annotation.output_qspec.is_some() {
            places.push(EdgeOrNode::Node(node.name.clone()));
        }
    }
    for place in &places {
        if let QSpec::Shared(spec) = qspecs[place] {
            pairs.push((place.clone(), spec.edge_or_node.clone()));
        }
    }
    let with_observer = places.iter().filter(|it| resolve(&qspecs, it).is_ok());
    let mut group_of: HashMap<Key, usize> = with_observer.cloned().zip(0..).collect();
    loop {
        let mut is_changed = false;
        for (a, b) in &pairs {
            let (Some(&in_a), Some(&in_b)) = (group_of.get(a), group_of.get(b)) else { continue };
            if in_a != in_b {
                group_of.values_mut().filter(|it| **it == in_b).for_each(|it| *it = in_a);
                is_changed = true;
            }
        }
        if !is_changed {
            return (places, group_of);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn chains_resolve_as_by_the_plain_way(report in random_report()) {
        let analysis = Analysis::of(report.clone());
        let qspecs = qspecs(&report);
        let check = |key: Key, found: Option<qspect_core::Resolved>| {
            let expected = qspecs.contains_key(&key).then(|| resolve(&qspecs, &key));
            match (expected, found) {
                (None, None) => {}
                (Some(Ok(qspec)), Some(found)) => {
                    assert_eq!(found.qspec, Some(qspec.full()), "{key}");
                    assert_eq!(found.trouble, None, "{key}");
                }
                (Some(Err(why)), Some(found)) => {
                    assert_eq!(found.qspec, None, "{key}");
                    assert!(found.trouble.is_some_and(|it| it.contains(why)), "{key}");
                }
                (expected, found) => panic!("{key}: {expected:?}, {found:?}"),
            }
        };
        for (node_idx, node) in analysis.nodes().iter().enumerate() {
            check(EdgeOrNode::Node(node.name.clone()), analysis.resolved_output(node_idx));
            for (input, found) in analysis.resolved_inputs(node_idx, usize::MAX) {
                check(EdgeOrNode::edge(input, node.name.clone()), found);
            }
        }
    }

    #[test]
    fn groups_are_those_of_the_plain_way(report in random_report()) {
        let analysis = Analysis::of(report.clone());
        let (places, group_of) = groups(&report);
        let records: Vec<NodeRecord> = analysis.records(QSpec::full).collect();
        let numbers = records.iter().flat_map(|record| {
            let edges = record.inputs.iter().map(|input| {
                let edge = EdgeOrNode::edge(input.node.as_str(), record.name.as_str());
                (edge, input.observer)
            });
            let output = EdgeOrNode::Node(record.name.as_str().into());
            edges.chain([(output, record.output_observer)])
        });
        let numbers: HashMap<Key, usize> = numbers.filter_map(|it| Some((it.0, it.1?))).collect();
        let found: BTreeSet<String> = numbers.keys().map(ToString::to_string).collect();
        let expected: BTreeSet<String> = group_of.keys().map(ToString::to_string).collect();
        prop_assert_eq!(found, expected);
        // Numbered as they come.
        let mut n_groups = 0;
        for place in places.iter().filter(|it| group_of.contains_key(it)) {
            for other in places.iter().filter(|it| group_of.contains_key(it)) {
                let is_one = numbers[place] == numbers[other];
                prop_assert_eq!(is_one, group_of[place] == group_of[other], "{} {}", place, other);
            }
            prop_assert!(numbers[place] <= n_groups + 1, "{}", place);
            n_groups = n_groups.max(numbers[place]);
        }
        for (node_idx, node) in analysis.nodes().iter().enumerate() {
            let group = group_of.get(&EdgeOrNode::Node(node.name.clone()));
            let members = group_of.iter().filter(|it| Some(it.1) == group);
            let expected: BTreeSet<String> = members.map(|it| it.0.to_string()).collect();
            let found = analysis.shared_group(node_idx);
            prop_assert_eq!(found.is_empty(), expected.len() < 2);
            let found: BTreeSet<String> = found.iter().map(ToString::to_string).collect();
            if !found.is_empty() {
                prop_assert_eq!(found, expected);
            }
        }
    }

    /// An anchor is late where the first edge or output of its group is a shared one.
    #[test]
    fn late_anchors_are_those_of_the_plain_way(report in random_report()) {
        let analysis = Analysis::of(report.clone());
        let qspecs = qspecs(&report);
        let (places, group_of) = groups(&report);
        let mut seen = HashSet::new();
        let firsts = places.iter().filter(|it| group_of.get(it).is_some_and(|it| seen.insert(*it)));
        let late = firsts.filter(|it| matches!(qspecs[it], QSpec::Shared(_)));
        let expected: Vec<Key> = late.cloned().collect();
        let late = analysis.late_anchors();
        prop_assert_eq!(late.iter().map(|it| it.first.clone()).collect::<Vec<_>>(), expected);
        for it in late {
            prop_assert_eq!(group_of[&it.first], group_of[&it.anchor]);
            prop_assert!(!matches!(qspecs[&it.anchor], QSpec::Shared(_)));
            prop_assert!(!it.nodes.is_empty() && it.nodes.is_sorted());
        }
    }

    #[test]
    fn verdicts_follow_from_the_qspecs(report in random_report()) {
        let analysis = Analysis::of(report.clone());
        let qspecs = qspecs(&report);
        for (node_idx, node) in analysis.nodes().iter().enumerate() {
            let graph_node = analysis.graph_node(node).expect("all are in the graph");
            let inputs = graph_node.inputs.iter();
            let inputs = inputs.map(|it| EdgeOrNode::edge(it.clone(), node.name.clone()));
            let ends: Vec<_> = inputs
                .chain([EdgeOrNode::Node(node.name.clone())])
                .filter(|it| qspecs.contains_key(it))
                .map(|it| resolve(&qspecs, &it).is_ok())
                .collect();
            let is_integer = graph_node.dtype.as_ref().is_some_and(|it| it.0 == "torch.int64");
            let expected = match (&graph_node.annotation, ends.iter().any(|it| *it)) {
                _ if is_integer => Verdict::NotFloat,
                (None, _) => Verdict::Unmatched,
                (Some(_), true) => Verdict::Quantized,
                (Some(_), false) if ends.is_empty() => Verdict::AnnotatedEmpty,
                (Some(_), false) => Verdict::Unknown,
            };
            prop_assert_eq!(analysis.verdict(node_idx), expected);
        }
    }

    /// A plain flood fill, and sets of the tensors that cross the shore.
    #[test]
    fn islands_are_those_of_the_plain_way(report in random_report()) {
        let analysis = Analysis::of(report.clone());
        let nodes = &report.graph.as_ref().expect("a graph").nodes;
        let qspecs = qspecs(&report);
        let at = |name: &str| nodes.iter().position(|it| it.name == name).expect("a node");
        let edges = nodes.iter().enumerate();
        let edges: Vec<(usize, usize)> =
            edges.flat_map(|(to, node)| node.inputs.iter().map(move |it| (at(it), to))).collect();
        let is_float = |it: usize| {
            let dtype = nodes[it].dtype.as_ref().map(|it| it.0.as_str());
            nodes[it].op == "call_function"
                && analysis.verdict(it).is_float()
                && dtype != Some("torch.int64")
        };
        let mut expected = BTreeSet::new();
        for start in (0..nodes.len()).filter(|it| is_float(*it)) {
            let mut island = BTreeSet::from([start]);
            loop {
                let grown: BTreeSet<usize> = edges
                    .iter()
                    .flat_map(|(a, b)| [(*a, *b), (*b, *a)])
                    .filter(|(from, to)| island.contains(from) && is_float(*to))
                    .map(|it| it.1)
                    .chain(island.iter().copied())
                    .collect();
                if grown == island {
                    break;
                }
                island = grown;
            }
            let is_resolved = |key: Key| resolve(&qspecs, &key).is_ok();
            let into: BTreeSet<usize> = edges
                .iter()
                .filter(|(from, to)| island.contains(to) && !island.contains(from))
                .map(|it| it.0)
                .filter(|it| is_resolved(EdgeOrNode::Node(nodes[*it].name.clone())))
                .collect();
            let out_of: BTreeSet<usize> = edges
                .iter()
                .filter(|(from, to)| island.contains(from) && !island.contains(to))
                .filter(|(from, to)| {
                    let (from, to) = (nodes[*from].name.clone(), nodes[*to].name.clone());
                    is_resolved(EdgeOrNode::edge(from, to))
                })
                .map(|it| it.0)
                .collect();
            expected.insert((island.into_iter().collect::<Vec<_>>(), into.len(), out_of.len()));
        }
        let islands = analysis.islands().expect("a graph");
        let found = islands.iter().map(|it| (it.nodes.clone(), it.n_dequantize, it.n_quantize));
        prop_assert_eq!(found.collect::<BTreeSet<_>>(), expected);
        let crossings: Vec<usize> = islands.iter().map(qspect_core::Island::crossings).collect();
        prop_assert!(crossings.is_sorted_by(|a, b| a >= b), "{:?}", crossings);
    }

    /// Nothing that is asked of any report fails, whatever is in it.
    #[test]
    fn every_report_can_be_looked_at(report in random_report()) {
        let analysis = Analysis::of(report);
        for node_idx in 0..analysis.nodes().len() {
            let detail = analysis.detail(node_idx).expect("a node");
            prop_assert_eq!(detail.explanation.is_none(), detail.verdict.is_quantized());
            prop_assert_eq!(&detail.neighbourhood.nodes[0].name, &detail.name);
        }
        let n_nodes: usize = analysis.ops().expect("all nodes are known").iter().map(|it| it.nodes.len()).sum();
        let counts = analysis.verdict_counts().expect("all nodes are known");
        prop_assert_eq!(n_nodes, counts.n_nodes());
        let coverage = analysis.coverage().expect("all nodes are known");
        prop_assert_eq!(counts.n_floating() as u64, coverage.nodes.total);
        prop_assert_eq!(counts.n_quantized() as u64, coverage.nodes.quantized);
        for finding in analysis.findings() {
            prop_assert!(finding.nodes.is_sorted() && !finding.message.is_empty());
        }
    }
}
