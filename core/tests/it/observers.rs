//! Which edges and outputs share one observer, and shared qspecs that come before their anchor.

use crate::common::build;
use std::path::Path;
use std::time::Duration;

use crate::common::build::{annotated, graph_node, int8, other_node, report, shared, with_graph};
use crate::common::read;
use cpu_time::ThreadTime;
use expect_test::{Expect, expect};
use qspect_core::analysis::LateAnchor;
use qspect_core::qspec::SharedQuantizationSpec;
use qspect_core::{Analysis, EdgeOrNode, GraphNode, QSpec, unpack};
use serde_json::{Value, json};

/// Each annotated node with the numbers of its inputs' observers and of its output's.
#[track_caller]
fn check(analysis: &Analysis, expected: Expect) {
    let number = |it: Option<usize>| it.map_or_else(|| "-".to_owned(), |it| it.to_string());
    let mut found = String::new();
    for record in analysis.records(QSpec::full) {
        let inputs = record.inputs.iter();
        let inputs: String =
            inputs.map(|it| format!(" {}={}", it.node, number(it.observer))).collect();
        found += &format!("{}:{inputs} -> {}\n", record.name, number(record.output_observer));
    }
    expected.assert_eq(&found);
}

fn input(node: &str, qspec: Value) -> Value {
    json!({ "node": node, "qspec": qspec })
}

fn not_sharing(mut node: Value) -> Value {
    node["annotation"]["allow_implicit_sharing"] = json!(false);
    node
}

/// A tensor that two nodes read, with the qspecs of its output and of the two edges.
fn fork(written: Value, read: [Value; 2], may_share: [bool; 2]) -> Analysis {
    let [first, second] = read;
    let readers = [("b", first, may_share[0]), ("c", second, may_share[1])];
    let readers = readers.into_iter().map(|(name, qspec, may_share)| {
        let node = annotated(graph_node(name, &["a"]), json!([input("a", qspec)]), json!(null));
        if may_share { node } else { not_sharing(node) }
    });
    let a = annotated(graph_node("a", &[]), json!([]), written);
    with_graph([a].into_iter().chain(readers).collect(), json!([]))
}

#[test]
fn a_tensor_has_one_observer_if_an_edge_may_share() {
    for may_share in [[true, true], [true, false], [false, true]] {
        let analysis = fork(int8(), [int8(), int8()], may_share);
        check(
            &analysis,
            expect![[r#"
                a: -> 1
                b: a=1 -> -
                c: a=1 -> -
            "#]],
        );
        let group = analysis.shared_group(0);
        let group: Vec<String> = group.iter().map(ToString::to_string).collect();
        assert_eq!(group, ["a", "(a, b)", "(a, c)"]);
    }
    check(
        &fork(int8(), [int8(), int8()], [false, false]),
        expect![[r#"
            a: -> 1
            b: a=2 -> -
            c: a=3 -> -
        "#]],
    );
}

/// Each pair: two qspecs of one tensor, and whether torchao takes them for equal.
#[test]
fn what_torchao_compares() {
    let spec = |fields: Value| {
        let mut spec = json!({
            "type": "QuantizationSpec", "dtype": "torch.int8", "quant_min": -128,
            "quant_max": 127, "qscheme": "torch.per_tensor_affine", "ch_axis": null,
            "is_dynamic": false, "observer": "HistogramObserver",
        });
        for (name, value) in fields.as_object().expect("fields") {
            spec[name] = value.clone();
        }
        spec
    };
    let fixed = |scale: f64, zero_point: i64| {
        json!({
            "type": "FixedQParamsQuantizationSpec", "dtype": "torch.int8", "quant_min": -128,
            "quant_max": 127, "qscheme": "torch.per_tensor_affine", "is_dynamic": false,
            "scale": scale, "zero_point": zero_point,
        })
    };
    let derived = |from: &str| {
        let mut derived = spec(json!({ "type": "DerivedQuantizationSpec" }));
        derived["derived_from"] = json!([from]);
        derived
    };
    let table = [
        (spec(json!({})), spec(json!({})), true),
        (spec(json!({})), spec(json!({ "observer": "MinMaxObserver" })), true),
        (spec(json!({})), spec(json!({ "note": "of a newer version" })), true),
        (spec(json!({})), spec(json!({ "dtype": "torch.uint8" })), false),
        (spec(json!({})), spec(json!({ "quant_min": -127 })), false),
        (spec(json!({})), spec(json!({ "quant_max": null })), false),
        (spec(json!({})), spec(json!({ "qscheme": "torch.per_channel_affine" })), false),
        (spec(json!({})), spec(json!({ "ch_axis": 0 })), false),
        (spec(json!({})), spec(json!({ "is_dynamic": true })), false),
        // What a class has as an attribute and the other has not.
        (spec(json!({})), fixed(0.5, 0), false),
        (spec(json!({})), spec(json!({ "scale": 0.5 })), false),
        (fixed(0.5, 0), fixed(0.5, 0), true),
        (fixed(0.5, 0), fixed(0.25, 0), false),
        (fixed(0.5, 0), fixed(0.5, 1), false),
        (derived("x"), derived("y"), true),
        (derived("x"), spec(json!({})), true),
        // A class that torchao does not have is compared by the same attributes.
        (spec(json!({})), spec(json!({ "type": "GroupedSpec" })), true),
        (spec(json!({ "type": "GroupedSpec" })), json!({ "type": "GroupedSpec" }), false),
    ];
    for (written, read, is_equal) in table {
        let analysis = fork(written.clone(), [read.clone(), json!(null)], [true, true]);
        let group = analysis.shared_group(0);
        assert_eq!(group.len(), if is_equal { 2 } else { 0 }, "{written} {read}");
    }
}

/// Edges that the node does not read look for partners, and are not found by others.
#[test]
fn edges_that_are_not_in_the_arguments() {
    let unread =
        |name: &str| annotated(graph_node(name, &[]), json!([input("a", int8())]), json!(null));
    let a = |qspec: Value| annotated(graph_node("a", &[]), json!([]), qspec);
    check(
        &with_graph(vec![a(json!(null)), unread("b"), unread("c")], json!([])),
        expect![[r#"
            a: -> -
            b: a=1 -> -
            c: a=2 -> -
        "#]],
    );
    check(
        &with_graph(vec![a(int8()), unread("b"), not_sharing(unread("c"))], json!([])),
        expect![[r#"
            a: -> 1
            b: a=1 -> -
            c: a=2 -> -
        "#]],
    );
}

/// What leads nowhere, or in a circle, has no observer and shares none.
#[test]
fn a_circle_is_not_a_group() {
    let analysis = with_graph(
        vec![
            annotated(graph_node("a", &[]), json!([]), shared(json!("b"))),
            annotated(
                graph_node("b", &["a"]),
                json!([input("a", shared(json!("a")))]),
                shared(json!("a")),
            ),
            annotated(graph_node("c", &["b"]), json!([]), shared(json!("nowhere"))),
            annotated(graph_node("d", &["c"]), json!([]), int8()),
        ],
        json!([]),
    );
    check(
        &analysis,
        expect![[r#"
            a: -> -
            b: a=- -> -
            c: -> -
            d: -> 1
        "#]],
    );
    for node_idx in 0..analysis.nodes().len() {
        assert_eq!(analysis.shared_group(node_idx), []);
    }
    assert_eq!(analysis.late_anchors(), []);
}

/// Without a graph a tensor's readers are not known: the groups are those of explicit sharing, and
/// no number is given, as more may be shared.
#[test]
fn without_a_graph_only_explicit_sharing_is_known() {
    let node = |name: &str, inputs: Value, output: Value| json!({ "name": name, "input_qspec_map": inputs, "output_qspec": output });
    let patterns = json!([{ "nodes": [
        node("a", json!([]), int8()),
        node("b", json!([input("a", int8())]), shared(json!("a"))),
    ] }]);
    let analysis = Analysis::of(report(json!([build::quantizer(patterns, json!([]))]), json!({})));
    check(
        &analysis,
        expect![[r#"
            a: -> -
            b: a=- -> -
        "#]],
    );
    let group: Vec<String> = analysis.shared_group(0).iter().map(ToString::to_string).collect();
    assert_eq!(group, ["a", "b"]);
    assert_eq!(analysis.late_anchors(), []);
}

/// A tensor that 100,000 nodes read, in time linear in their number: pairs would be 10 billion.
/// Half of them are a chain, each sharing the qspec of the one before.
#[test]
fn many_readers_of_one_tensor() {
    let reader = annotated(graph_node("n", &["a"]), json!([input("a", int8())]), json!(null));
    let a = annotated(graph_node("a", &[]), json!([]), int8());
    let mut report = report(json!([]), json!({ "graph": { "nodes": [a, reader] } }));
    let nodes = &mut report.graph.as_mut().expect("a graph").nodes;
    let reader = nodes.pop().expect("a node");
    nodes.extend((0..100_000_usize).map(|it| {
        let mut node = GraphNode { name: format!("n{it}").into(), ..reader.clone() };
        if let (Some(annotation), Some(last)) = (&mut node.annotation, it.checked_sub(2))
            && it % 2 == 0
        {
            let edge_or_node = EdgeOrNode::edge("a", format!("n{last}"));
            let shared = SharedQuantizationSpec { edge_or_node, unknown: None };
            annotation.input_qspec_map[0].qspec = Some(QSpec::Shared(Box::new(shared)));
        }
        node
    }));
    let started = ThreadTime::now();
    let analysis = Analysis::of(report);
    assert_eq!(analysis.shared_group(0).len(), 100_001);
    assert_eq!(analysis.late_anchors(), []);
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

/// The real report of that name of a small run.
fn run(name: &str) -> Analysis {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports/runs");
    let json = std::fs::read(folder.join(format!("{name}.qspect.json"))).expect("a report");
    Analysis::of(read(name, &json))
}

/// As in the prepared graph: x, hardtanh, cat and their edges go through one observer.
#[test]
fn relu6_cat_has_one_observer_for_its_activations() {
    let analysis = run("relu6_cat");
    check(
        &analysis,
        expect![[r#"
            x: -> 1
            conv2d: x=1 conv0_weight=2 -> -
            hardtanh: -> 1
            cat: x=1 hardtanh=1 -> 1
            output: cat=1 -> -
        "#]],
    );
    let node_idx = analysis.find("hardtanh").expect("a node");
    let group = analysis.shared_group(node_idx);
    let mut group: Vec<String> = group.iter().map(ToString::to_string).collect();
    group.sort();
    let expected =
        ["(cat, output)", "(hardtanh, cat)", "(x, cat)", "(x, conv2d)", "cat", "hardtanh", "x"];
    assert_eq!(group, expected);
}

/// The messages of all late anchors, each with its nodes.
fn late_anchors(analysis: &Analysis) -> String {
    let late = analysis.late_anchors();
    let line = |it: &LateAnchor| {
        let nodes = it.nodes.iter().filter_map(|idx| analysis.nodes().get(*idx));
        let nodes: Vec<&str> = nodes.map(|it| it.name.as_str()).collect();
        format!("{}: {}\n", nodes.join(", "), it.message)
    };
    late.iter().map(line).collect()
}

/// `prepare_pt2e` of torchao 0.18 raised an AssertionError in this run.
#[test]
fn an_anchor_that_comes_later() {
    let found = late_anchors(&run("late_anchor"));
    expect![[r#"
        x, view: x shares the observer of conv2d, which comes later: prepare_pt2e raises an AssertionError. Give x the qspec of conv2d, and let conv2d share the observer of x
    "#]].assert_eq(&found);
}

/// An anchor may be an edge, also of the next node, and what shares it an edge of its own node.
#[test]
fn anchors_may_be_edges_and_of_the_same_node() {
    let node = |qspec: Value, output: Value| {
        annotated(graph_node("b", &["a"]), json!([input("a", qspec)]), output)
    };
    let a = |qspec: Value| annotated(graph_node("a", &[]), json!([]), qspec);
    // Of one node the inputs come first.
    let late = with_graph(vec![a(json!(null)), node(shared(json!("b")), int8())], json!([]));
    expect![[r#"
        b: (a, b) shares the observer of b, which comes later: prepare_pt2e raises an AssertionError. Give (a, b) the qspec of b, and let b share the observer of (a, b)
    "#]].assert_eq(&late_anchors(&late));
    let early =
        with_graph(vec![a(json!(null)), node(int8(), shared(json!(["a", "b"])))], json!([]));
    assert_eq!(late_anchors(&early), "");
    let late = with_graph(vec![a(shared(json!(["a", "b"]))), node(int8(), json!(null))], json!([]));
    expect![[r#"
        a: a shares the observer of (a, b), which comes later: prepare_pt2e raises an AssertionError. Give a the qspec of (a, b), and let (a, b) share the observer of a
    "#]].assert_eq(&late_anchors(&late));
    // Here the group has an observer before: that of the tensor's first reader.
    let early = with_graph(
        vec![
            other_node("x", "placeholder"),
            annotated(graph_node("c", &["x"]), json!([input("x", int8())]), json!(null)),
            a(shared(json!(["x", "d"]))),
            annotated(graph_node("d", &["x"]), json!([input("x", int8())]), json!(null)),
        ],
        json!([]),
    );
    assert_eq!(late_anchors(&early), "");
}

/// Real runs that prepared have no late anchor.
#[test]
fn no_fixture_of_a_run_that_prepared_has_a_late_anchor() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports");
    let mut n_reports = 0;
    for folder in ["quantizers", "executorch-1.5.1-exporter", "changes", "runs"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("reports") {
            let path = entry.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("a report");
            let name = path.display().to_string();
            for file in unpack(&name, &bytes) {
                let report = read(&name, &file.content.expect("a file"));
                let found = late_anchors(&Analysis::of(report));
                assert_eq!(found.is_empty(), !name.ends_with("late_anchor.qspect.json"), "{name}");
                n_reports += 1;
            }
        }
    }
    assert!(n_reports > 30, "{n_reports}");
}
