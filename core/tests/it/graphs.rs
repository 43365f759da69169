//! Random graphs against plain reference implementations.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::common::graphs::{Key, groups, qspecs, random_report, resolve};
use proptest::prelude::*;
use qspect_core::view::NodeRecord;
use qspect_core::{Analysis, EdgeOrNode, QSpec, Verdict};

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1000, failure_persistence: None, ..ProptestConfig::default()
    })]

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
        let crossings: Vec<usize> = islands.iter().map(qspect_core::analysis::Island::crossings).collect();
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
