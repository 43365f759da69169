//! Chains of shared qspecs that branch, dangle and run in circles, against a plain way to follow them.

use crate::common::build;
use crate::common::build::report;
use crate::common::graphs::{MAX_CHAIN, check_chains, random_report};
use proptest::prelude::*;
use proptest::sample::Index;
use qspect_core::{Analysis, Report};
use serde_json::{Value, json};

/// Where a long chain ends.
#[derive(Clone, Debug)]
enum ChainEnd {
    Int8,
    /// At a node that is not in the graph.
    Missing,
    /// At a node of the graph that has no annotation.
    NotAnnotated,
    /// At its own first node: a circle.
    First,
    /// At any node of any chain: a branch, or a circle.
    Node(Index),
}

/// A chain of nodes, each of which shares the qspec of the next one.
#[derive(Clone, Debug)]
struct RandomChain {
    n_nodes: usize,
    /// Whether each node shares that of the edge to the next one, and this that of the next one.
    has_edges: bool,
    /// Whether the first nodes of the graph are the last ones of the chain.
    is_reversed: bool,
    end: ChainEnd,
}

fn random_chain() -> impl Strategy<Value = RandomChain> {
    let end = prop_oneof![
        1 => Just(ChainEnd::Int8),
        2 => Just(ChainEnd::Missing),
        2 => Just(ChainEnd::NotAnnotated),
        1 => Just(ChainEnd::First),
        4 => any::<Index>().prop_map(ChainEnd::Node),
    ];
    (1_usize..50, any::<bool>(), any::<bool>(), end).prop_map(
        |(n_nodes, has_edges, is_reversed, end)| RandomChain {
            n_nodes,
            has_edges,
            is_reversed,
            end,
        },
    )
}

fn report_of_chains(chains: &[RandomChain]) -> Report {
    let name = |chain_idx: usize, at: usize| format!("c{chain_idx}_{at}");
    let all = chains.iter().enumerate();
    let all: Vec<String> =
        all.flat_map(|(idx, chain)| (0..chain.n_nodes).map(move |at| name(idx, at))).collect();
    let mut nodes = vec![build::graph_node("plain", &[])];
    for (idx, chain) in chains.iter().enumerate() {
        let mut own: Vec<Value> = Vec::new();
        for at in 0..chain.n_nodes {
            let is_last = at + 1 == chain.n_nodes;
            let output = match &chain.end {
                _ if !is_last && chain.has_edges => {
                    build::shared(json!([name(idx, at), name(idx, at + 1)]))
                }
                _ if !is_last => build::shared(json!(name(idx, at + 1))),
                ChainEnd::Int8 => build::int8(),
                ChainEnd::Missing => build::shared(json!("missing")),
                ChainEnd::NotAnnotated => build::shared(json!("plain")),
                ChainEnd::First => build::shared(json!(name(idx, 0))),
                ChainEnd::Node(it) => build::shared(json!(it.get(&all))),
            };
            let input = at.checked_sub(1).filter(|_| chain.has_edges).map(|it| name(idx, it));
            let inputs: Vec<&str> = input.iter().map(String::as_str).collect();
            let qspec = build::shared(json!(name(idx, at)));
            let entries: Vec<Value> =
                inputs.iter().map(|it| json!({ "node": it, "qspec": qspec })).collect();
            let node = build::graph_node(&name(idx, at), &inputs);
            own.push(build::annotated(node, json!(entries), output));
        }
        if chain.is_reversed {
            own.reverse();
        }
        nodes.append(&mut own);
    }
    report(json!([]), json!({ "graph": { "nodes": nodes } }))
}

/// Chains of more links than are listed: one that ends at a qspec, one that leads nowhere, one that
/// leads to a node without an annotation, and a circle with a way into it.
#[test]
fn long_chains_end_as_short_ones_do() {
    for (end, n_more) in [
        (ChainEnd::Int8, 29 - MAX_CHAIN),
        (ChainEnd::Missing, 30 - MAX_CHAIN),
        (ChainEnd::NotAnnotated, 30 - MAX_CHAIN),
        (ChainEnd::First, 30 - MAX_CHAIN),
    ] {
        let is_reversed = false;
        let chain = RandomChain { n_nodes: 30, has_edges: false, is_reversed, end };
        let report = report_of_chains(std::slice::from_ref(&chain));
        check_chains(&report);
        let analysis = Analysis::of(report);
        let first = analysis.resolved_output(analysis.find("c0_0").expect("a node"));
        assert_eq!(first.expect("a qspec").n_more, n_more, "{chain:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300, failure_persistence: None, ..ProptestConfig::default()
    })]

    /// Several chains, most of them long, that branch, run into circles, and lead nowhere.
    #[test]
    fn long_chains_resolve_as_by_the_plain_way(chains in prop::collection::vec(random_chain(), 1..4)) {
        let longest = check_chains(&report_of_chains(&chains));
        prop_assert!(longest + 1 >= chains.iter().map(|it| it.n_nodes).max().unwrap_or(0));
    }

    #[test]
    fn chains_resolve_as_by_the_plain_way(report in random_report()) {
        check_chains(&report);
    }
}
