//! A comparison as JSON: what is unknown is null.

use crate::common::build;
use qspect_core::write::diff_json;
use qspect_core::{Analysis, Diff};
use serde_json::{Value, json};

fn compared(base: &Analysis, head: &Analysis) -> Value {
    let json = diff_json(&vec![Diff::of(base, head)].into()).expect("JSON");
    let mut json: Value = serde_json::from_str(&json).expect("JSON");
    json["diffs"][0].take()
}

/// A report of one relu, of which so many are counted; with a graph or as a log has it.
fn relu(n_counted: usize, has_graph: bool) -> Analysis {
    let pattern = build::accepted(&["relu"], build::int8());
    let mut quantizer = build::quantizer(json!([pattern]), json!([]));
    quantizer["counts"] =
        json!({ "accepted": n_counted, "rejected_previous_annotation": 0, "rejected": 0 });
    let node = build::annotated(build::graph_node("relu", &[]), json!([]), build::int8());
    let mut more = json!({ "non_annotated_nodes": [] });
    if has_graph {
        more["graph"] = json!({ "nodes": [node] });
    }
    Analysis::of(build::report(json!([quantizer]), more))
}

/// A report at INFO level, whole or with a quantizer that has no counts.
fn info(is_whole: bool) -> Analysis {
    let mut quantizer = build::quantizer(json!([]), json!([]));
    if is_whole {
        quantizer["counts"] =
            json!({ "accepted": 1, "rejected_previous_annotation": 0, "rejected": 0 });
    }
    Analysis::of(build::report(json!([quantizer]), json!({ "non_annotated_nodes": 0 })))
}

/// Figures and lists over all nodes.
const OF_ALL_NODES: [&str; 3] = ["added", "removed", "renamed"];

#[test]
fn what_an_incomplete_side_does_not_show_is_null() {
    for has_graph in [true, false] {
        let (whole, lost) = (relu(1, has_graph), relu(2, has_graph));
        assert!(whole.is_whole() && !lost.is_whole());
        for (base, head, sides) in [
            (&whole, &whole, &[][..]),
            (&lost, &whole, &["base"]),
            (&whole, &lost, &["head"]),
            (&lost, &lost, &["base", "head"]),
        ] {
            let diff = compared(base, head);
            let is_whole = sides.is_empty();
            for list in OF_ALL_NODES {
                assert_eq!(diff[list], if is_whole { json!([]) } else { Value::Null }, "{list}");
            }
            for count in diff["counts"].as_array().expect("a list") {
                assert_eq!(count["n_nodes"], if is_whole { json!(0) } else { Value::Null });
            }
            // What the rows show is compared.
            assert_eq!(diff["changed"], json!([]));
            let bits = &diff["activation_bits"];
            match sides {
                ["base", "head"] => assert_eq!(*bits, Value::Null),
                _ => assert_eq!(bits[0]["bits"], 8),
            }
            for side in ["base", "head"] {
                let totals = diff["totals"][side].as_object().expect("an object");
                if !sides.contains(&side) {
                    let nodes = json!({ "quantized": 1, "total": 1, "n_unknown": 0 });
                    assert_eq!(totals["coverage"]["nodes"], nodes);
                    continue;
                }
                for (name, value) in totals {
                    let is_of_all = !["is_whole", "level", "has_graph"].contains(&name.as_str());
                    assert_eq!(value.is_null(), is_of_all, "{side} {name}");
                }
                if *sides != ["base", "head"] {
                    assert_eq!(bits[0]["n_nodes"][side], Value::Null);
                }
            }
        }
    }
}

#[test]
fn counts_without_nodes_show_no_node() {
    for (base, head) in [(true, true), (true, false), (false, true), (false, false)] {
        let diff = compared(&info(base), &info(head));
        assert_eq!(diff["is_by_node"], false);
        for list in OF_ALL_NODES.into_iter().chain(["changed", "activation_bits"]) {
            assert_eq!(diff[list], Value::Null, "{list}");
        }
        let counts = diff["counts"].as_array().expect("a list");
        assert!(counts.iter().all(|it| it["n_nodes"].is_null()), "{counts:?}");
        for (side, is_whole) in [("base", base), ("head", head)] {
            let counts = &diff["quantizers"][0]["counts"][side];
            assert_eq!(counts.is_null(), !is_whole, "{side}: {counts}");
            assert_eq!(counts["accepted"], if is_whole { json!(1) } else { Value::Null });
        }
    }
}

/// Coverage by MACs and parameters needs shapes; 0 of 0 is known only if each shape is known.
#[test]
fn coverage_without_shapes_is_null() {
    let mut add = build::graph_node("add", &[]);
    add["shape"] = json!([1]);
    let mut conv = build::graph_node("conv2d", &["x"]);
    conv["target"] = json!("aten.conv2d.default");
    let with_graph = |node: Value| build::with_graph(vec![node], json!([]));
    let none = || json!({ "quantized": 0, "total": 0, "n_unknown": 0 });
    for (what, analysis, macs, params) in [
        ("a log", relu(1, false), Value::Null, Value::Null),
        ("a graph with shapes", with_graph(add), none(), none()),
        // It reads no parameter, whatever its shape is.
        ("a graph without shapes", with_graph(conv), Value::Null, none()),
    ] {
        let coverage = compared(&analysis, &analysis)["totals"]["base"]["coverage"].take();
        assert_eq!(coverage["nodes"]["total"], 1, "{what}");
        assert_eq!((&coverage["macs"], &coverage["params"]), (&macs, &params), "{what}");
    }
}

/// A whole report as JSON has the same fields and values as the comparison itself.
#[test]
fn whole_reports_with_graphs_have_all_figures() {
    let name = build::exporter_names().into_iter().next().expect("a report");
    let analysis = build::exporter(&name);
    let diff = Diff::of(&analysis, &analysis);
    let mut json = compared(&analysis, &analysis);
    assert_eq!(json.as_object_mut().and_then(|it| it.remove("is_regression")), Some(json!(false)));
    assert_eq!(json, serde_json::to_value(&diff).expect("JSON"));
}
