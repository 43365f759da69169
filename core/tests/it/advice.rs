//! Advice: causes, lines of Python, and what they bring. `exporter/tests/test_advice.py` compares the
//! predictions with a real ExecuTorch.

use crate::common::build::{exporter, exporter_names, report};
use crate::common::real_reports;
use expect_test::{Expect, expect};
use qspect_core::{Analysis, Verdict, write};
use serde_json::{Value, json};

fn check(analysis: &Analysis, expected: Expect) {
    expected.assert_eq(&write::advice_text(analysis));
}

#[test]
fn an_op_without_a_qconfig() {
    check(
        &exporter("tiny_transformer.mixed"),
        expect![[r#"
            1. NO_QCONFIG excludes aten.add.Tensor (quantizer 1): 12 nodes
               Quantizes 12 nodes and 4 that follow, coverage 91.9 → 100 %, 24 fewer crossings, float islands 9 → 0
                   from executorch.backends.arm.quantizer.arm_quantizer import get_symmetric_quantization_config
                   quantizer.set_node_target(torch.ops.aten.add.Tensor, get_symmetric_quantization_config())
            2. Ops that take a neighbour's qspec, where no neighbour has one (reshape): 4 nodes
               They follow change 1
        "#]],
    );
}

#[test]
fn ops_that_the_qconfig_does_not_fit() {
    check(
        &exporter("ds_cnn.cortex_m_int16"),
        expect![[r#"
            1. aten.avg_pool2d.default does not support INT16_PER_TENSOR_CONFIG (quantizer 2): 1 node (avg_pool2d)
               Quantizes 1 node and 1 that follow, coverage 81.8 → 90.9 %
                   from executorch.backends.cortex_m.quantizer.quantization_configs import INT8_PER_TENSOR_CONFIG
                   from executorch.backends.arm.quantizer.arm_quantizer_utils import PatternQuantizer
                   from executorch.backends.cortex_m.quantizer.node_finders import NodeTargetNodeFinder
                   quantizer.quantizers.insert(0, PatternQuantizer(INT8_PER_TENSOR_CONFIG, node_finder=NodeTargetNodeFinder([torch.ops.aten.avg_pool2d.default]), pattern_matcher=quantizer.quantizers[0].pattern_matcher))
            2. aten.linear.default does not support INT16_PER_TENSOR_CONFIG (quantizer 2): 1 node (linear)
               Quantizes 1 node and 1 that follow, coverage 81.8 → 90.9 %, by MACs 99.9 → 100 %, 2 more crossings, float islands 1 → 2
                   from executorch.backends.cortex_m.quantizer.quantization_configs import INT8_PER_TENSOR_CONFIG
                   from executorch.backends.arm.quantizer.arm_quantizer_utils import PatternQuantizer
                   from executorch.backends.cortex_m.quantizer.node_finders import NodeTargetNodeFinder
                   quantizer.quantizers.insert(0, PatternQuantizer(INT8_PER_TENSOR_CONFIG, node_finder=NodeTargetNodeFinder([torch.ops.aten.linear.default]), pattern_matcher=quantizer.quantizers[0].pattern_matcher))
            3. aten.softmax.int does not support INT16_PER_TENSOR_CONFIG (quantizer 2): 1 node (softmax)
               Quantizes 1 node, coverage 81.8 → 86.4 %
                   from executorch.backends.cortex_m.quantizer.quantization_configs import INT8_PER_TENSOR_CONFIG
                   from executorch.backends.arm.quantizer.arm_quantizer_utils import PatternQuantizer
                   from executorch.backends.cortex_m.quantizer.node_finders import NodeTargetNodeFinder
                   quantizer.quantizers.insert(0, PatternQuantizer(INT8_PER_TENSOR_CONFIG, node_finder=NodeTargetNodeFinder([torch.ops.aten.softmax.int]), pattern_matcher=quantizer.quantizers[0].pattern_matcher))
            4. Ops that take a neighbour's qspec, where no neighbour has one (view): 1 node (view)
               They follow change 1 or change 2
            All lines together quantize 4 nodes, coverage 81.8 → 100 %, by MACs 99.9 → 100 %, 2 fewer crossings, float islands 1 → 0.
        "#]],
    );
}

#[test]
fn no_quantizer_for_all_nodes() {
    check(
        &exporter("tiny_transformer.partial"),
        expect![[r#"
            1. No quantizer annotates them (quantizer 1 targets modules of type Conv2d, and finds no node): 19 nodes
               Quantizes 19 nodes and 52 that follow, coverage 0 → 100 %, by MACs 0 → 100 %, float islands 1 → 0 (an estimate: the quantizer may replace nodes by others, or refuse some)
                   from executorch.backends.arm.quantizer.arm_quantizer import get_symmetric_quantization_config
                   quantizer.set_global(get_symmetric_quantization_config())
            2. Ops that take a neighbour's qspec, where no neighbour has one (view, transpose, select and 8 other ops): 52 nodes
               They follow change 1
        "#]],
    );
}

#[test]
fn nothing_to_change() {
    check(
        &exporter("mobilenet_v2.ethosu"),
        expect![[r#"
        Nothing to change: no node stays float.
    "#]],
    );
}

/// A report that lists no nodes has no advice, and an incomplete one has none, either.
#[test]
fn unknown() {
    let info = json!({ "non_annotated_nodes": 3 });
    check(
        &Analysis::of(report(json!([]), info)),
        expect![[r#"
        Unknown: a report at INFO level lists no nodes. Log at DEBUG level.
    "#]],
    );
    let problem = json!({ "kind": "cut-off", "message": "the end is missing" });
    let incomplete = json!({
        "non_annotated_nodes": ["relu"],
        "completeness": { "whole": false, "problems": [problem] },
    });
    check(
        &Analysis::of(report(json!([]), incomplete)),
        expect![[r#"
        Unknown: the report is incomplete (the end is missing).
    "#]],
    );
}

/// Every float compute node has one cause, and no other node has any.
#[test]
fn every_float_node_has_one_cause() {
    let of_text = real_reports().into_iter().map(|it| (it.name.clone(), Analysis::of(it.read())));
    let of_json = exporter_names().into_iter().map(|it| (it.clone(), exporter(&it)));
    for (name, analysis) in of_text.chain(of_json) {
        let mut n_causes = vec![0; analysis.nodes().len()];
        for advice in analysis.advice() {
            assert!(advice.nodes.is_sorted() && !advice.nodes.is_empty(), "{name}");
            advice.nodes.iter().for_each(|it| n_causes[*it] += 1);
        }
        for (node_idx, node) in analysis.nodes().iter().enumerate() {
            let is_float = analysis.is_compute(node)
                && analysis.verdict(node_idx).is_float()
                && analysis.knows_all_nodes();
            assert_eq!(n_causes[node_idx], usize::from(is_float), "{name}: {}", node.name);
        }
    }
}

/// What is gained was float, and the figures after the change agree with it.
#[test]
fn gains_agree_with_their_nodes() {
    let mut n_gains = 0;
    for name in exporter_names() {
        let analysis = exporter(&name);
        let all: Vec<_> = analysis.advice().iter().filter(|it| it.effect.is_some()).collect();
        let combined = analysis.combined_gain(all.iter().copied());
        let each = all.iter().filter_map(|it| it.effect.as_ref());
        for gain in each.chain(&combined) {
            n_gains += 1;
            let is_float = |it: &usize| {
                analysis.verdict(*it).is_float() && analysis.verdict(*it) != Verdict::NotFloat
            };
            assert!(gain.nodes.iter().all(is_float), "{name}");
            let (before, after) = gain.coverage_nodes;
            assert_eq!(after.quantized - before.quantized, gain.nodes.len() as u64, "{name}");
            assert_eq!(after.total, before.total);
            assert!(gain.coverage_macs.1.quantized <= gain.coverage_macs.1.total, "{name}");
            let islands = analysis.islands().expect("a graph");
            assert_eq!(gain.islands.0, islands.len());
            let combined = combined.as_ref().expect("a gain");
            assert!(combined.nodes.len() >= gain.nodes.len(), "{name}");
        }
    }
    assert!(n_gains > 8, "{n_gains} gains");
}

/// Names of a report become Python only as literals.
#[test]
fn names_stay_literals() {
    let name = "a\"); import os #";
    let quantizers = json!([{
        "quantizer_info": {
            "name": "PatternQuantizer",
            "targeted_nodes_description": format!("NodeNameNodeFinder targeting names: {name}"),
            "qconfig_label": "NO_QCONFIG",
        },
        "accepted_patterns": [{ "nodes": [{ "name": name, "input_qspec_map": [] }] }],
        "rejected_patterns": [],
    }, {
        "quantizer_info": {
            "name": "PatternQuantizer",
            "targeted_nodes_description": "NodeTargetNodeFinder targeting node targets: aten::os);x",
            "qconfig_label": "NO_QCONFIG",
        },
        "accepted_patterns": [{ "nodes": [{ "name": "b", "input_qspec_map": [] }] }],
        "rejected_patterns": [],
    }]);
    let analysis = Analysis::of(report(quantizers, json!({ "non_annotated_nodes": [] })));
    let lines: Vec<&String> = analysis.advice().iter().flat_map(|it| &it.lines).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(
        *lines[1],
        r#"quantizer.set_node_name("a\"); import os #", get_symmetric_quantization_config())"#
    );
}

#[test]
fn json_has_names_and_shares() {
    let document =
        write::advice_json(&[("run.json", exporter("tiny_transformer.mixed"))]).expect("JSON");
    let document: Value = serde_json::from_str(&document).expect("JSON");
    let advice = &document["reports"][0]["advice"];
    let first = &advice[0];
    assert_eq!(first["is_exact"], true);
    assert_eq!(first["coverage_after"]["nodes"], 1.0);
    assert_eq!(first["nodes"].as_array().map(Vec::len), Some(16));
    assert_eq!(first["nodes_with_cause"].as_array().map(Vec::len), Some(12));
    assert_eq!(first["crossings_removed"], 24);
    assert!(advice[1]["coverage_after"].is_null());
    let markdown = write::advice_markdown(&exporter("tiny_transformer.mixed"));
    assert!(markdown.contains("  ```python\n  from executorch"), "{markdown}");
}
