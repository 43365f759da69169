//! The distinct nodes of a report, and how many there are of each kind.

mod common;

use std::collections::HashSet;

use common::{RealReport, read, real_reports};
use expect_test::{Expect, expect};
use qspect_core::{Decision, Level, Node, NodeIndex, Outcome, Report, Totals, render};
use serde_json::{Value, json};

fn real(name: &str) -> Report {
    let is_it = |it: &RealReport| it.name.ends_with(&format!("executorch-1.5.1/{name}.txt"));
    real_reports().iter().find(|it| is_it(it)).expect("a real report").read()
}

/// A report of these quantizers, with the other fields beside them.
#[track_caller]
fn report(quantizers: Value, other_fields: Value) -> Report {
    let mut report = json!({ "format": "qspect-report", "version": 1, "report_title": "T" });
    report["quantizers"] = quantizers;
    for (name, value) in other_fields.as_object().expect("an object") {
        report[name] = value.clone();
    }
    read("run.json", report.to_string().as_bytes())
}

fn quantizer(accepted: Value, rejected: Value) -> Value {
    json!({
        "quantizer_info": {
            "name": "Q", "targeted_nodes_description": "all", "qconfig_label": "C",
        },
        "accepted_patterns": accepted,
        "rejected_patterns": rejected,
    })
}

fn accepted(names: &[&str], qspec: Value) -> Value {
    let nodes = names.iter().map(|it| json!({ "name": it, "output_qspec": qspec }));
    json!({ "nodes": nodes.collect::<Vec<_>>() })
}

fn rejected(names: &[&str], reason: &str) -> Value {
    json!({ "node_names": names, "rejection_reason": reason })
}

fn int8() -> Value {
    json!({ "type": "QuantizationSpec", "dtype": "torch.int8" })
}

/// All nodes in order, with what became of them.
#[track_caller]
fn check_nodes(report: &Report, expected: Expect) {
    let nodes = NodeIndex::of(report);
    let mut found = String::new();
    for node in nodes.iter() {
        let graph_idx = node.graph_idx.map(|it| format!("[{it}] ")).unwrap_or_default();
        found += &format!("{graph_idx}{}: {:?}", node.name, node.outcome);
        for decision in &node.decisions {
            found += &match decision {
                Decision::Accepted { quantizer_idx, pattern_idx, node_idx } => {
                    format!(", {quantizer_idx} accepted {pattern_idx}.{node_idx}")
                }
                Decision::Rejected { quantizer_idx, pattern_idx } => {
                    format!(", {quantizer_idx} rejected {pattern_idx}")
                }
            };
        }
        found.push('\n');
    }
    expected.assert_eq(&found);
}

#[track_caller]
fn node<'n>(nodes: &'n NodeIndex, name: &str) -> &'n Node {
    nodes.iter().find(|it| it.name == name).expect("a node")
}

#[test]
fn totals_of_real_reports() {
    let mut found = String::new();
    for real in real_reports().iter().filter(|it| it.level == Level::Debug) {
        let report = real.read();
        let totals = Totals::of(&report, &NodeIndex::of(&report));
        let distinct = totals.distinct.expect("names");
        let by_outcome =
            [distinct.annotated, distinct.no_qspec, distinct.rejected, distinct.non_annotated];
        assert_eq!(by_outcome.iter().sum::<usize>(), distinct.n_nodes);
        let name = real.name.rsplit_once("executorch-").expect("a version").1;
        found += &format!(
            "{name}: {} nodes {by_outcome:?}, {} accepted, {} + {} rejected, {} non annotated\n",
            distinct.n_nodes,
            totals.counts.accepted,
            totals.counts.rejected_previous_annotation,
            totals.counts.rejected,
            totals.n_non_annotated.expect("a list"),
        );
    }
    expect![[r#"
        1.2.0/ds_cnn.cortex_m.debug.txt: 43 nodes [22, 0, 0, 21], 22 accepted, 27 + 0 rejected, 21 non annotated
        1.2.0/mobilenet_v2.cortex_m.debug.txt: 209 nodes [103, 0, 0, 106], 103 accepted, 122 + 0 rejected, 106 non annotated
        1.5.1/convnext_tiny.vgf.debug.txt: 533 nodes [533, 0, 0, 0], 533 accepted, 0 + 0 rejected, 0 non annotated
        1.5.1/ds_cnn.cortex_m.debug.txt: 24 nodes [24, 0, 0, 0], 24 accepted, 27 + 0 rejected, 0 non annotated
        1.5.1/ds_cnn.cortex_m_int16.debug.txt: 24 nodes [20, 0, 4, 0], 20 accepted, 27 + 4 rejected, 4 non annotated
        1.5.1/ds_cnn.uint8io.debug.txt: 30 nodes [30, 0, 0, 0], 30 accepted, 2 + 0 rejected, 0 non annotated
        1.5.1/kws_lstm.ethosu.debug.txt: 893 nodes [893, 0, 0, 0], 893 accepted, 0 + 0 rejected, 0 non annotated
        1.5.1/mlp_mixed.mixed.debug.txt: 8 nodes [8, 0, 0, 0], 8 accepted, 3 + 0 rejected, 0 non annotated
        1.5.1/mlp_mixed.partial.debug.txt: 8 nodes [0, 0, 0, 8], 0 accepted, 0 + 0 rejected, 8 non annotated
        1.5.1/mobilenet_v2.cortex_m.debug.txt: 103 nodes [103, 0, 0, 0], 103 accepted, 122 + 0 rejected, 0 non annotated
        1.5.1/mobilenet_v2.ethosu.debug.txt: 105 nodes [105, 0, 0, 0], 105 accepted, 0 + 0 rejected, 0 non annotated
        1.5.1/mobilenet_v2.mixed.debug.txt: 105 nodes [95, 10, 0, 0], 105 accepted, 11 + 0 rejected, 0 non annotated
        1.5.1/resnet18.a16w8.debug.txt: 53 nodes [53, 0, 0, 0], 53 accepted, 0 + 18 rejected, 0 non annotated
        1.5.1/resnet18.qat.debug.txt: 53 nodes [53, 0, 0, 0], 53 accepted, 0 + 0 rejected, 0 non annotated
        1.5.1/swin_t.mixed.debug.txt: 1351 nodes [1188, 99, 44, 20], 1287 accepted, 127 + 44 rejected, 64 non annotated
        1.5.1/tiny_transformer.mixed.debug.txt: 203 nodes [182, 14, 5, 2], 196 accepted, 20 + 5 rejected, 6 non annotated
        1.5.1/tiny_transformer.partial.debug.txt: 75 nodes [0, 0, 52, 23], 0 accepted, 0 + 616 rejected, 75 non annotated
    "#]].assert_eq(&found);
}

#[test]
fn info_report_has_counts_alone() {
    let report = real("swin_t.mixed.info");
    let nodes = NodeIndex::of(&report);
    assert!(nodes.is_empty());
    let totals = Totals::of(&report, &nodes);
    assert_eq!(totals.distinct, None);
    let debug = real("swin_t.mixed.debug");
    let debug_totals = Totals::of(&debug, &NodeIndex::of(&debug));
    assert_eq!(totals.counts, debug_totals.counts);
    assert_eq!(totals.n_non_annotated, debug_totals.n_non_annotated);
}

/// With a qconfig of None nodes are accepted with every qspec None: they are float on purpose.
#[test]
fn accepted_is_not_quantized() {
    let report = real("swin_t.mixed.debug");
    let mut n_no_qspec = 0;
    for quantizer in &report.quantizers {
        let is_none = quantizer.quantizer_info.qconfig_label == "NO_QCONFIG";
        for pattern in &quantizer.accepted_patterns {
            assert_eq!(pattern.has_qspec(), !is_none, "{pattern:?}");
            n_no_qspec += if is_none { pattern.nodes.len() } else { 0 };
        }
    }
    assert_eq!(n_no_qspec, 99);
    // An input's qspec is enough, and one node's for the whole pattern.
    let input = json!({ "nodes": [
        { "name": "f", "input_qspec_map": [{ "node": "x", "qspec": int8() }] }, { "name": "g" },
    ] });
    let patterns = json!([accepted(&["a", "b"], json!(null)), accepted(&["c"], int8()), input]);
    check_nodes(
        &self::report(json!([quantizer(patterns, json!([]))]), json!({})),
        expect![[r#"
        a: NoQspec, 0 accepted 0.0
        b: NoQspec, 0 accepted 0.1
        c: Annotated, 0 accepted 1.0
        f: Annotated, 0 accepted 2.0
        g: Annotated, 0 accepted 2.1
    "#]],
    );
}

/// SharedQspecQuantizer rejects nodes and marks them all the same: they are missing from the list
/// of the non annotated nodes.
#[test]
fn rejected_is_not_always_non_annotated() {
    let report = real("tiny_transformer.mixed.debug");
    let listed: HashSet<_> = report.non_annotated().expect("a list").into_iter().collect();
    let nodes = NodeIndex::of(&report);
    let (mut n_listed, mut reasons) = (0, HashSet::new());
    for node in nodes.iter().filter(|it| it.outcome == Outcome::Rejected) {
        if listed.contains(&node.name) {
            n_listed += 1;
        } else {
            let (quantizer_idx, pattern) = node.rejected(&report).expect("a rejection");
            let name = &report.quantizers[quantizer_idx].quantizer_info.name;
            reasons.insert(format!("{name}: {}", pattern.rejection_reason));
        }
    }
    expect![[r#"4 listed; not listed for {"SharedQspecQuantizer: No float inputs nor outputs to annotate"}"#]]
        .assert_eq(&format!("{n_listed} listed; not listed for {reasons:?}"));
}

/// Longer patterns are tried first: a node can be rejected in one and accepted in another. The
/// counts add nodes over patterns.
#[test]
fn one_node_in_rejected_and_accepted_patterns() {
    let report = report(
        json!([
            quantizer(
                json!([accepted(&["conv"], int8()), accepted(&["sin"], json!(null))]),
                json!([rejected(&["conv", "relu"], "no pattern"), rejected(&["relu"], "no relu")]),
            ),
            quantizer(json!([accepted(&["sin"], int8())]), json!([])),
        ]),
        json!({ "non_annotated_nodes": ["x", "relu"] }),
    );
    check_nodes(
        &report,
        expect![[r#"
        conv: Annotated, 0 accepted 0.0, 0 rejected 0
        sin: Annotated, 0 accepted 1.0, 1 accepted 0.0
        relu: Rejected, 0 rejected 0, 0 rejected 1
        x: NonAnnotated
    "#]],
    );
    let totals = Totals::of(&report, &NodeIndex::of(&report));
    assert_eq!((totals.counts.accepted, totals.counts.rejected), (3, 3));
    assert_eq!(totals.distinct.expect("names").n_nodes, 4);

    let real = real("resnet18.a16w8.debug");
    let is_both = |it: &&Node| it.accepted(&real).is_some() && it.rejected(&real).is_some();
    let nodes = NodeIndex::of(&real);
    expect!["18"].assert_eq(&nodes.iter().filter(is_both).count().to_string());
}

/// Rejections for a previous annotation are counted, but never listed.
#[test]
fn previous_annotations_are_counted_and_not_listed() {
    let report = real("mlp_mixed.mixed.debug");
    let totals = Totals::of(&report, &NodeIndex::of(&report));
    assert_eq!(totals.counts.rejected_previous_annotation, 3);
    assert!(report.quantizers.iter().all(|it| it.rejected_patterns.is_empty()));
    // Where they are listed after all, they are counted apart, and printed as ExecuTorch does.
    let already = rejected(&["a", "b"], "Tried annotating already quantized node.");
    let report = self::report(
        json!([quantizer(json!([]), json!([already]))]),
        json!({ "non_annotated_nodes": [] }),
    );
    let counts = report.quantizers[0].node_counts();
    assert_eq!((counts.rejected_previous_annotation, counts.rejected), (2, 0));
    let text = render::text(&report, Level::Debug).expect("a title");
    assert!(text.contains("   Rejected due to previous annotation: 2\n"), "{text}");
    assert!(!text.contains("NODE NAME"), "{text}");
}

/// A later quantizer overwrites an annotation; a reason of its own says more than "already".
#[test]
fn decisive_decisions() {
    let already = "Tried annotating already quantized node.";
    let report = report(
        json!([
            quantizer(json!([accepted(&["a"], json!(null))]), json!([rejected(&["b"], already)])),
            quantizer(json!([accepted(&["a"], int8())]), json!([rejected(&["b"], "first")])),
            quantizer(json!([]), json!([rejected(&["b"], "second"), rejected(&["a"], already)])),
        ]),
        json!({}),
    );
    let nodes = NodeIndex::of(&report);
    let (quantizer_idx, pattern, annotated) = node(&nodes, "a").accepted(&report).expect("it is");
    assert_eq!((quantizer_idx, pattern.has_qspec(), annotated.name.as_str()), (1, true, "a"));
    let (quantizer_idx, pattern) = node(&nodes, "b").rejected(&report).expect("it is");
    assert_eq!((quantizer_idx, pattern.rejection_reason.as_str()), (1, "first"));
    let (quantizer_idx, pattern) = node(&nodes, "a").rejected(&report).expect("it is");
    assert_eq!((quantizer_idx, pattern.rejection_reason.as_str()), (2, already));
    assert!(node(&nodes, "b").accepted(&report).is_none());
}

fn two_quantizers() -> Value {
    json!([
        quantizer(json!([accepted(&["relu", "conv"], int8())]), json!([rejected(&["sin"], "no")])),
        quantizer(json!([accepted(&["w", "x"], int8())]), json!([rejected(&["gone"], "no")])),
    ])
}

/// As first named, accepted patterns before rejected ones in each quantizer.
#[test]
fn order_without_a_graph() {
    let names = json!({ "non_annotated_nodes": ["sin", "output", "y"] });
    check_nodes(
        &report(two_quantizers(), names),
        expect![[r#"
        relu: Annotated, 0 accepted 0.0
        conv: Annotated, 0 accepted 0.1
        sin: Rejected, 0 rejected 0
        w: Annotated, 1 accepted 0.0
        x: Annotated, 1 accepted 0.1
        gone: Rejected, 1 rejected 0
        output: NonAnnotated
        y: NonAnnotated
    "#]],
    );
}

/// As in the graph; then the nodes that are not in it. A parameter counts only if a quantizer
/// decided on it.
#[test]
fn order_with_a_graph() {
    let graph_node =
        |name: &str, op: &str| json!({ "name": name, "op": op, "target": "t", "inputs": [] });
    let graph = json!({ "graph": { "nodes": [
        graph_node("x", "placeholder"),
        graph_node("w", "get_attr"),
        graph_node("b", "get_attr"),
        graph_node("conv", "call_function"),
        graph_node("relu", "call_function"),
        graph_node("sin", "call_function"),
        graph_node("output", "output"),
    ] } });
    check_nodes(
        &report(two_quantizers(), graph),
        expect![[r#"
            [0] x: Annotated, 1 accepted 0.1
            [1] w: Annotated, 1 accepted 0.0
            [3] conv: Annotated, 0 accepted 0.1
            [4] relu: Annotated, 0 accepted 0.0
            [5] sin: Rejected, 0 rejected 0
            [6] output: NonAnnotated
            gone: Rejected, 1 rejected 0
        "#]],
    );
}

/// Where the source does not list them, the non annotated nodes are those of the graph without an
/// annotation and without parameters.
#[test]
fn non_annotated_nodes_of_a_graph() {
    let graph = json!({ "nodes": [
        { "name": "x", "op": "placeholder", "target": "x", "inputs": [], "annotation": {} },
        { "name": "w", "op": "get_attr", "target": "w", "inputs": [] },
        { "name": "sin", "op": "call_function", "target": "aten.sin.default", "inputs": ["x"] },
    ] });
    let non_annotated = |other_fields: Value| {
        let report = report(json!([]), other_fields);
        let names = report.non_annotated().map(|it| it.into_iter().cloned().collect::<Vec<_>>());
        (names, report.n_non_annotated(), report.level())
    };
    let found = [
        non_annotated(json!({})),
        non_annotated(json!({ "graph": graph })),
        non_annotated(json!({ "non_annotated_nodes": 7 })),
        non_annotated(json!({ "non_annotated_nodes": 7, "graph": graph })),
        non_annotated(json!({ "non_annotated_nodes": ["y"], "graph": graph })),
        non_annotated(json!({ "non_annotated_nodes": [] })),
    ];
    expect![[r#"
        (None, None, Debug)
        (Some(["sin"]), Some(1), Debug)
        (None, Some(7), Info)
        (Some(["sin"]), Some(7), Info)
        (Some(["y"]), Some(1), Debug)
        (Some([]), Some(0), Debug)
    "#]]
    .assert_eq(&found.map(|it| format!("{it:?}\n")).concat());
}
