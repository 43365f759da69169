//! What other tools read of the nodes: Model Explorer's node data, and rows.

use crate::common::build;
use std::collections::{BTreeMap, BTreeSet};

use crate::common::arbitrary::Alphabet;
use crate::common::build::{exporter, exporter_names, graph_node, other_node, with_graph};
use expect_test::expect;
use proptest::prelude::*;
use qspect_core::write::{NODE_COLUMNS, NodeData, node_cells, node_data_json, nodes_csv};
use qspect_core::{Analysis, QSpec};
use serde_json::{Value, json};

#[track_caller]
fn data(analysis: &Analysis, by: &str) -> Value {
    serde_json::from_str(&node_data_json(analysis, &by.into())).expect("JSON")
}

/// A report whose nodes have these numbers as their metric `sqnr`.
fn measured(numbers: &[(&str, Option<f64>)]) -> Analysis {
    let nodes = numbers.iter().map(|(name, number)| {
        let mut node = graph_node(name, &[]);
        node["metrics"] = json!({ "sqnr": number });
        node
    });
    with_graph(nodes.collect(), json!([]))
}

#[test]
fn nodes_have_their_verdicts() {
    let analysis = exporter("mlp_mixed.mixed");
    expect![[r##"
        {
          "name": "verdict",
          "results": {
            "gelu": {
              "value": "quantized",
              "bgColor": "#3f7fd9"
            },
            "linear": {
              "value": "quantized",
              "bgColor": "#3f7fd9"
            },
            "linear_1": {
              "value": "quantized",
              "bgColor": "#3f7fd9"
            },
            "linear_2": {
              "value": "quantized",
              "bgColor": "#3f7fd9"
            },
            "output": {
              "value": "quantized",
              "bgColor": "#3f7fd9"
            },
            "sigmoid": {
              "value": "quantized",
              "bgColor": "#3f7fd9"
            },
            "sin": {
              "value": "quantized",
              "bgColor": "#3f7fd9"
            },
            "x": {
              "value": "quantized",
              "bgColor": "#3f7fd9"
            }
          },
          "hideInAggregatedStatsTable": true,
          "showExpandedSummaryOnGroupNode": true,
          "showLabelCountColumnsInChildrenStatsTable": true
        }"##]]
    .assert_eq(&node_data_json(&analysis, &NodeData::Verdict));
}

/// Model Explorer sums by colour, and labels each colour with the value of its first node.
#[test]
fn each_value_has_a_colour_of_its_own() {
    let mut colors = BTreeMap::new();
    for by in ["verdict", "dtype"] {
        let (mut n_nodes, mut values) = (0, BTreeSet::new());
        for name in exporter_names() {
            let analysis = exporter(&name);
            let data = data(&analysis, by);
            assert_eq!(data["name"], by);
            for (node, result) in data["results"].as_object().expect("results") {
                let value = result["value"].as_str().expect("a word").to_owned();
                let node_idx = analysis.find(node).expect("a node");
                match by {
                    "verdict" => assert_eq!(value, analysis.verdict(node_idx).label()),
                    _ => assert_eq!(Some(&*value), analysis.dtype(node_idx).as_deref()),
                }
                let color = result["bgColor"].as_str().expect("a colour").to_owned();
                let key = (by, color);
                assert_eq!(colors.entry(key).or_insert(value.clone()), &value, "{name}: {node}");
                values.insert(value);
                n_nodes += 1;
            }
        }
        let values: Vec<String> = values.into_iter().collect();
        match by {
            "verdict" => assert_eq!((n_nodes, values.len()), (3_568, 6), "{values:?}"),
            _ => assert_eq!((n_nodes, values.len()), (3_565, 7), "{values:?}"),
        }
    }
}

/// A gradient goes from the smallest number to the largest; what was not measured is left out.
#[test]
fn numbers_have_a_gradient() {
    let analysis = measured(&[("a", Some(1.5)), ("b", None), ("c", Some(-3.0))]);
    assert_eq!(analysis.metrics(), ["sqnr"]);
    let data = data(&analysis, "sqnr");
    assert_eq!(data["results"], json!({ "a": { "value": 1.5 }, "c": { "value": -3.0 } }));
    let stops = data["gradient"].as_array().expect("a gradient").iter();
    assert_eq!(stops.map(|it| it["stop"].as_f64()).collect::<Vec<_>>(), [0.0, 0.5, 1.0].map(Some));
    assert_eq!(data["showExpandedSummaryOnGroupNode"], false);
    assert_eq!(self::data(&analysis, "cosine")["results"], json!({}));
}

/// Between equal numbers there is nothing to grade, and Model Explorer would show no colour.
#[test]
fn equal_numbers_have_a_colour() {
    let data = data(&measured(&[("a", Some(2.0)), ("b", Some(2.0))]), "sqnr");
    assert!(data.get("gradient").is_none(), "{data}");
    for node in ["a", "b"] {
        assert_eq!(data["results"][node], json!({ "value": 2.0, "bgColor": "#7fa9c9" }));
    }
}

/// Parameters and nodes of subgraphs are other nodes there, and a node called `results` would be
/// taken for a graph.
#[test]
fn nodes_are_those_of_model_explorer() {
    let listed = json!({ "graph": { "nodes": [
        other_node("weight", "get_attr"),
        graph_node("results", &["weight"]),
        graph_node("cond/true_graph_0/add", &[]),
    ] }, "non_annotated_nodes": ["weight", "results", "cond/true_graph_0/add"] });
    let analysis = Analysis::of(build::report(json!([]), listed));
    assert_eq!(analysis.nodes().len(), 3);
    let data = data(&analysis, "verdict");
    let results = data["graph"]["results"].as_object().expect("results");
    assert_eq!(results.keys().collect::<Vec<_>>(), ["results"]);
}

/// Reads comma-separated values as RFC 4180 has them.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut chars = csv.chars().peekable();
    let mut is_quoted = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    assert!(row.is_empty() && cell.is_empty() && !is_quoted, "{csv}");
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_read_back(report in prop_oneof![
        Alphabet::any().report(true),
        Alphabet::printable().report(true),
    ]) {
        let analysis = Analysis::of(report);
        let mut rows = rows(&nodes_csv(analysis.records(QSpec::full))).into_iter();
        prop_assert_eq!(rows.next().expect("a header"), NODE_COLUMNS);
        for record in analysis.records(QSpec::full) {
            prop_assert_eq!(rows.next().expect("a row"), node_cells(record));
        }
        prop_assert_eq!(rows.next(), None);
    }

    /// Whatever nodes are called, each has its verdict, and Model Explorer sees one graph.
    #[test]
    fn any_report_has_node_data(report in Alphabet::any().report(true)) {
        let analysis = Analysis::of(report);
        let data = data(&analysis, "verdict");
        let results = data["graph"].get("results").unwrap_or(&data["results"]);
        let results = results.as_object().expect("results");
        let nodes = analysis.nodes().iter();
        let nodes = nodes.filter(|it| !it.is_parameter && !it.name.contains('/'));
        prop_assert_eq!(results.len(), nodes.count());
    }
}
