//! The distinct nodes of a report, and how many there are of each kind.

use crate::common::build::{accepted, int8, quantizer, rejected, report};
use crate::common::real_reports;
use expect_test::{Expect, expect};
use qspect_core::analysis::{Decision, NodeIndex};
use qspect_core::{Analysis, Level, Node, Report, Verdict};
use serde_json::{Value, json};

/// All nodes in order, with what became of them.
#[track_caller]
fn check_nodes(report: &Report, expected: Expect) {
    let analysis = Analysis::of(report.clone());
    let mut found = String::new();
    for (node_idx, node) in analysis.nodes().iter().enumerate() {
        let graph_idx = node.graph_idx.map(|it| format!("[{it}] ")).unwrap_or_default();
        found += &format!("{graph_idx}{}: {:?}", node.name, analysis.verdict(node_idx));
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

/// The sums of the verdicts are the distinct nodes, and ExecuTorch's counts can be rebuilt: those
/// of each quantizer from the nodes' decisions, that of the last list from the verdicts.
#[test]
fn verdicts_of_real_reports() {
    let mut found = String::new();
    for real in real_reports() {
        let analysis = Analysis::of(real.read());
        if real.level == Level::Info {
            assert!(analysis.nodes().is_empty(), "{}", real.name);
            assert_eq!(analysis.verdict_counts(), None, "{}", real.name);
            continue;
        }
        let counts = analysis.verdict_counts().expect("all nodes are known");
        let n_nodes = analysis.nodes().iter().filter(|it| analysis.is_compute(it)).count();
        assert_eq!(counts.n_nodes(), n_nodes, "{}", real.name);
        let report = analysis.report();
        for (own_idx, quantizer) in report.quantizers.iter().enumerate() {
            let (mut accepted, mut rejected) = (0, 0);
            for decision in analysis.nodes().iter().flat_map(|it| &it.decisions) {
                match decision {
                    Decision::Accepted { quantizer_idx, .. } => {
                        accepted += usize::from(*quantizer_idx == own_idx);
                    }
                    Decision::Rejected { quantizer_idx, .. } => {
                        rejected += usize::from(*quantizer_idx == own_idx);
                    }
                }
            }
            let counts = quantizer.node_counts();
            assert_eq!((accepted, rejected), (counts.accepted, counts.rejected), "{}", real.name);
        }
        let is_in_list = |it: &(usize, &Node)| {
            matches!(analysis.verdict(it.0), Verdict::Rejected | Verdict::Unmatched)
        };
        let n_in_list = analysis.nodes().iter().enumerate().filter(is_in_list).count();
        assert_eq!(Some(n_in_list), report.n_non_annotated(), "{}", real.name);
        let name = real.name.rsplit("executorch-").next().unwrap_or_default();
        let by_verdict = Verdict::ALL.map(|it| counts.get(it));
        found += &format!("{name}: {} nodes {by_verdict:?}\n", counts.n_nodes());
    }
    expect![[r#"
        1.2.0/ds_cnn.cortex_m.debug.txt: 22 nodes [12, 9, 0, 0, 0, 1, 0, 0]
        1.2.0/mobilenet_v2.cortex_m.debug.txt: 102 nodes [65, 35, 0, 0, 0, 0, 0, 2]
        1.5.1/convnext_tiny.vgf.debug.txt: 532 nodes [532, 0, 0, 0, 0, 0, 0, 0]
        1.5.1/ds_cnn.cortex_m.debug.txt: 23 nodes [14, 9, 0, 0, 0, 0, 0, 0]
        1.5.1/ds_cnn.cortex_m_int16.debug.txt: 23 nodes [10, 9, 0, 0, 4, 0, 0, 0]
        1.5.1/ds_cnn.uint8io.debug.txt: 29 nodes [20, 9, 0, 0, 0, 0, 0, 0]
        1.5.1/kws_lstm.ethosu.debug.txt: 892 nodes [892, 0, 0, 0, 0, 0, 0, 0]
        1.5.1/mlp_mixed.mixed.debug.txt: 7 nodes [7, 0, 0, 0, 0, 0, 0, 0]
        1.5.1/mlp_mixed.partial.debug.txt: 7 nodes [0, 0, 0, 0, 0, 7, 0, 0]
        1.5.1/mobilenet_v2.cortex_m.debug.txt: 102 nodes [67, 35, 0, 0, 0, 0, 0, 0]
        1.5.1/mobilenet_v2.ethosu.debug.txt: 104 nodes [69, 35, 0, 0, 0, 0, 0, 0]
        1.5.1/mobilenet_v2.mixed.debug.txt: 104 nodes [59, 35, 10, 0, 0, 0, 0, 0]
        1.5.1/resnet18.a16w8.debug.txt: 52 nodes [52, 0, 0, 0, 0, 0, 0, 0]
        1.5.1/resnet18.qat.debug.txt: 52 nodes [43, 9, 0, 0, 0, 0, 0, 0]
        1.5.1/swin_t.mixed.debug.txt: 1350 nodes [1187, 0, 99, 0, 44, 20, 0, 0]
        1.5.1/tiny_transformer.mixed.debug.txt: 202 nodes [182, 0, 13, 0, 4, 2, 1, 0]
        1.5.1/tiny_transformer.partial.debug.txt: 74 nodes [0, 0, 0, 0, 52, 22, 0, 0]
    "#]]
    .assert_eq(&found);
}

#[track_caller]
fn node<'n>(nodes: &'n NodeIndex, name: &str) -> &'n Node {
    nodes.iter().find(|it| it.name == name).expect("a node")
}

/// A later quantizer overwrites an annotation; a specific reason takes precedence over "already".
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
    let it = node(&nodes, "a").accepted(&report).expect("it is");
    assert_eq!((it.quantizer_idx, it.pattern.has_qspec()), (1, true));
    assert_eq!((it.node_idx, it.annotated.name.as_str()), (0, "a"));
    let it = node(&nodes, "b").rejected(&report).expect("it is");
    assert_eq!((it.quantizer_idx, it.pattern.rejection_reason.as_str()), (1, "first"));
    let it = node(&nodes, "a").rejected(&report).expect("it is");
    assert_eq!((it.quantizer_idx, it.pattern.rejection_reason.as_str()), (2, already));
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
            relu: Quantized, 0 accepted 0.0
            conv: Quantized, 0 accepted 0.1
            sin: Rejected, 0 rejected 0
            w: Quantized, 1 accepted 0.0
            x: Quantized, 1 accepted 0.1
            gone: AnnotatedEmpty, 1 rejected 0
            output: Unmatched
            y: Unmatched
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
            [0] x: AnnotatedEmpty, 1 accepted 0.1
            [1] w: AnnotatedEmpty, 1 accepted 0.0
            [3] conv: AnnotatedEmpty, 0 accepted 0.1
            [4] relu: AnnotatedEmpty, 0 accepted 0.0
            [5] sin: Rejected, 0 rejected 0
            [6] output: Unmatched
            gone: Unknown, 1 rejected 0
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
        non_annotated(json!({ "non_annotated_nodes": null })),
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
