//! Random graphs with chains of shared qspecs, and plain ways to resolve and group them.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;
use proptest::sample::Index;
use qspect_core::analysis::Resolved;
use qspect_core::{Analysis, EdgeOrNode, InputQSpec, QSpec, Report};
use serde_json::{Value, json};

use super::build::{self, report};

/// What a random qspec is.
#[derive(Clone, Debug)]
pub enum Kind {
    None,
    Int8,
    Int16,
    /// Shared with the output of a node, which may not be there.
    WithNode(Index),
    /// Shared with an edge, which may not be there.
    WithEdge(Index, Index),
}

#[derive(Clone, Debug)]
pub struct RandomNode {
    inputs: Vec<Index>,
    /// Of each input; cut to as many as there are.
    input_kinds: Vec<Kind>,
    output_kind: Kind,
    is_annotated: bool,
    allow_implicit_sharing: Option<bool>,
    dtype: Option<&'static str>,
    op: &'static str,
}

pub fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        2 => Just(Kind::None),
        2 => Just(Kind::Int8),
        1 => Just(Kind::Int16),
        4 => any::<Index>().prop_map(Kind::WithNode),
        4 => (any::<Index>(), any::<Index>()).prop_map(|it| Kind::WithEdge(it.0, it.1)),
    ]
}

pub fn random_node() -> impl Strategy<Value = RandomNode> {
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
pub fn random_report() -> impl Strategy<Value = Report> {
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

pub type Key = EdgeOrNode;

/// How many links of a chain are listed.
pub const MAX_CHAIN: usize = 20;

/// The qspec of every edge and node, as torchao collects them.
pub fn qspecs(report: &Report) -> HashMap<Key, &QSpec> {
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

/// What a chain names, link by link, and the qspec at its end or the reason why it is missing.
pub fn resolve_by_steps<'r>(
    qspecs: &HashMap<Key, &'r QSpec>,
    start: &Key,
) -> (Vec<Key>, Result<&'r QSpec, &'static str>) {
    let mut seen = HashSet::new();
    let mut passed = Vec::new();
    let mut here = start.clone();
    loop {
        if !seen.insert(here.clone()) {
            return (passed, Err("circle"));
        }
        match qspecs.get(&here) {
            None => return (passed, Err("nowhere")),
            Some(QSpec::Shared(spec)) => {
                here = spec.edge_or_node.clone();
                passed.push(here.clone());
            }
            Some(qspec) => return (passed, Ok(qspec)),
        }
    }
}

/// All edges and outputs in the order of the annotations, and of those that get an observer the
/// group: pair by pair, as `_get_edge_or_node_to_group_id` in torchao's `prepare.py` goes.
pub fn groups(report: &Report) -> (Vec<Key>, HashMap<Key, usize>) {
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

pub fn resolve<'r>(
    qspecs: &HashMap<Key, &'r QSpec>,
    start: &Key,
) -> Result<&'r QSpec, &'static str> {
    resolve_by_steps(qspecs, start).1
}

/// Every qspec of a report resolves as by the plain way; the longest chain.
pub fn check_chains(report: &Report) -> usize {
    let analysis = Analysis::of(report.clone());
    let qspecs = qspecs(report);
    let mut longest = 0;
    let mut check = |key: Key, found: Option<Resolved>| {
        let Some(found) = found else {
            assert!(!qspecs.contains_key(&key), "{key}");
            return;
        };
        assert!(qspecs.contains_key(&key), "{key}");
        let (passed, expected) = resolve_by_steps(&qspecs, &key);
        longest = longest.max(passed.len());
        let texts: Vec<String> = passed.iter().map(ToString::to_string).collect();
        let n_listed = texts.len().min(MAX_CHAIN);
        assert_eq!(found.chain, texts[..n_listed], "{key}");
        assert_eq!(found.n_more, texts.len() - n_listed, "{key}");
        match expected {
            Ok(qspec) => {
                assert_eq!(found.qspec, Some(qspec.full()), "{key}");
                assert_eq!(found.trouble, None, "{key}");
            }
            Err(why) => {
                assert_eq!(found.qspec, None, "{key}");
                let trouble = found.trouble.unwrap_or_default();
                assert!(trouble.contains(why), "{key}: {trouble}");
                if why == "nowhere" {
                    let last = format!(": {} has no qspec", texts[texts.len() - 1]);
                    assert!(trouble.contains(&last), "{key}: {trouble}");
                }
            }
        }
    };
    for (node_idx, node) in analysis.nodes().iter().enumerate() {
        check(EdgeOrNode::Node(node.name.clone()), analysis.resolved_output(node_idx));
        for (input, found) in analysis.resolved_inputs(node_idx, usize::MAX) {
            check(EdgeOrNode::edge(input, node.name.clone()), found);
        }
    }
    longest
}
