//! What a log shows of a node gives the verdict that the same facts in a graph give.

use crate::common::build::{accepted, annotated, graph_node, int8, quantizer, rejected, report};
use qspect_core::{Analysis, Report, Verdict};
use serde_json::{Value, json};

/// A report with these decisions, with a graph and as the log of the same run: `annotations` has the
/// nodes that have an annotation at the end.
fn sources(quantizers: &Value, nodes: &[&str], annotations: &Value) -> [Analysis; 2] {
    let graph_nodes = nodes.iter().map(|name| {
        let node = graph_node(name, &[]);
        match annotations.get(name) {
            Some(qspec) => annotated(node, json!([]), qspec.clone()),
            None => node,
        }
    });
    let graph = json!({ "nodes": graph_nodes.collect::<Vec<_>>() });
    let unannotated: Vec<&&str> =
        nodes.iter().filter(|it| annotations.get(**it).is_none()).collect();
    let with_graph = report(quantizers.clone(), json!({ "graph": graph }));
    let log = report(quantizers.clone(), json!({ "non_annotated_nodes": unannotated }));
    [with_graph, log].map(|it: Report| {
        assert!(it.completeness.is_whole(), "{}", it.completeness);
        Analysis::of(it)
    })
}

#[test]
fn a_log_and_a_graph_with_the_same_facts_give_the_same_verdict() {
    let none = Value::Null;
    let reason = "a reason of its own";
    for (what, quantizers, annotations, expected) in [
        (
            "accepted, and annotated at the end",
            json!([quantizer(json!([accepted(&["a"], int8())]), json!([]))]),
            json!({ "a": int8() }),
            [Some(Verdict::Quantized), None],
        ),
        (
            "accepted, and not annotated at the end",
            json!([quantizer(json!([accepted(&["a"], int8())]), json!([]))]),
            json!({}),
            [Some(Verdict::AnnotatedEmpty), None],
        ),
        (
            "one of two patterns is emptied",
            json!([quantizer(
                json!([accepted(&["a"], int8()), accepted(&["b"], int8())]),
                json!([])
            )]),
            json!({ "b": int8() }),
            [Some(Verdict::AnnotatedEmpty), Some(Verdict::Quantized)],
        ),
        (
            "a pattern is emptied",
            json!([quantizer(json!([accepted(&["a", "b"], int8())]), json!([]))]),
            json!({}),
            [Some(Verdict::AnnotatedEmpty), Some(Verdict::AnnotatedEmpty)],
        ),
        (
            "emptied, and rejected by the next quantizer",
            json!([
                quantizer(json!([accepted(&["a"], int8())]), json!([])),
                quantizer(json!([]), json!([rejected(&["a"], reason)])),
            ]),
            json!({}),
            [Some(Verdict::AnnotatedEmpty), None],
        ),
        (
            "accepted without a qspec, and not annotated at the end",
            json!([quantizer(json!([accepted(&["a"], none)]), json!([]))]),
            json!({}),
            [Some(Verdict::FloatByConfig), None],
        ),
        (
            "rejected, and not annotated at the end",
            json!([quantizer(json!([]), json!([rejected(&["a"], reason)]))]),
            json!({}),
            [Some(Verdict::Rejected), None],
        ),
    ] {
        let analyses = sources(&quantizers, &["a", "b"], &annotations);
        for (name, expected) in ["a", "b"].iter().zip(expected) {
            let Some(expected) = expected else { continue };
            let found = analyses.each_ref().map(|analysis| {
                let node_idx = analysis.find(name).expect("a node");
                let detail = analysis.detail(node_idx).expect("a node");
                let reason = detail.explanation.map(|it| it.reason);
                let has_qspecs = detail.annotation.is_some();
                (detail.verdict, detail.overwrite, reason, has_qspecs)
            });
            assert_eq!(found[0], found[1], "{what}");
            assert_eq!(found[0].0, expected, "{what}");
            if expected == Verdict::AnnotatedEmpty {
                let overwrite = found[0].1.expect("an overwrite");
                assert_eq!((overwrite.quantizer_idx, overwrite.by), (0, None), "{what}");
                let reason = "quantizer 1 annotated it, and at the end it has no annotation";
                assert_eq!(found[0].2.as_deref(), Some(reason), "{what}");
                assert_eq!(expected.label(), "left without a qspec");
            }
        }
        let counts = analyses.each_ref().map(|it| it.verdict_counts().expect("counts"));
        assert_eq!(counts[0], counts[1], "{what}");
    }
}

/// A pattern of which one node is emptied does not fuse it.
#[test]
fn an_emptied_node_of_a_quantized_pattern_is_not_fused() {
    let mut pattern = accepted(&["a", "b"], int8());
    pattern["nodes"][0]["output_qspec"] = Value::Null;
    let quantizers = json!([quantizer(json!([pattern]), json!([]))]);
    for (annotations, expected) in [
        (json!({ "a": null, "b": int8() }), Verdict::Fused),
        (json!({ "b": int8() }), Verdict::AnnotatedEmpty),
    ] {
        for analysis in sources(&quantizers, &["a", "b"], &annotations) {
            let node_idx = analysis.find("a").expect("a node");
            assert_eq!(analysis.verdict(node_idx), expected, "{}", analysis.has_graph());
        }
    }
}
