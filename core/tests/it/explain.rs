//! Why nodes stay float, and what to try.

use crate::common::build::{
    accepted, annotated, exporter, exporter_names, graph_node, int8, quantizer, rejected, report,
    shared, with_graph,
};
use expect_test::{Expect, expect};
use qspect_core::{Analysis, Verdict};
use serde_json::{Value, json};

/// The explanation of a node, as lines.
#[track_caller]
fn check(analysis: &Analysis, name: &str, expected: Expect) {
    let node_idx = analysis.find(name).expect("a node");
    let mut found = format!("{}\n", analysis.verdict(node_idx).label());
    if let Some(explanation) = analysis.explain(node_idx) {
        found += &format!("{}\n", explanation.reason);
        for it in &explanation.neighbours {
            let role = if it.is_input { "reads" } else { "is read by" };
            found += &format!("  {role} {} ({})\n", it.name, it.verdict.label());
        }
        found.extend(explanation.advice.map(|it| format!("  {it}\n")));
        for it in &explanation.suggestions {
            found += &format!("  {}: {}\n", it.what, it.code);
        }
    }
    expected.assert_eq(&found);
}

/// Every node of every real report that is not quantized has an explanation. Where ExecuTorch gave
/// a reason, the explanation does not repeat its words.
#[test]
fn every_float_node_is_explained() {
    for name in exporter_names() {
        let analysis = exporter(&name);
        for node_idx in 0..analysis.nodes().len() {
            let explanation = analysis.explain(node_idx);
            let verdict = analysis.verdict(node_idx);
            assert_eq!(explanation.is_none(), verdict.is_quantized(), "{name} {node_idx}");
            if let (Some(explanation), Verdict::Rejected) = (&explanation, verdict) {
                let node = analysis.nodes().get(node_idx).expect("a node");
                let rejected = node.rejected(analysis.report()).expect("a rejection");
                let reason = &rejected.pattern.rejection_reason;
                assert!(!explanation.reason.contains(reason.as_str()), "{explanation:?}");
            }
        }
    }
}

#[test]
fn a_config_of_none() {
    let analysis = exporter("tiny_transformer.mixed");
    check(
        &analysis,
        "add",
        expect![[r#"
        float by config
        kept float on purpose: quantizer 1 (PatternQuantizer with NO_QCONFIG, NodeTargetNodeFinder targeting node targets: aten::add.Tensor) has no qconfig
          this node alone: quantizer.set_node_name("add", get_symmetric_quantization_config())
          or all of its module: quantizer.set_module_name("encoder.layers.0", get_symmetric_quantization_config())
          or every node of that op: quantizer.set_node_target(torch.ops.aten.add.Tensor, get_symmetric_quantization_config())
    "#]],
    );
}

#[test]
fn accepted_with_nothing_to_quantize() {
    check(
        &exporter("tiny_transformer.mixed"),
        "x",
        expect![[r#"
            not float
            it makes integers or booleans alone: nothing to quantize
        "#]],
    );
}

#[test]
fn all_neighbours_are_float() {
    check(
        &exporter("swin_t.mixed"),
        "reshape_9",
        expect![[r#"
            rejected
            quantizer 5 (SharedQspecQuantizer with shared qparams for connected targeted nodes) rejected it: it takes the qspec of a neighbour, and no neighbour has one
              is read by add_7 (float by config)
              add_7, and this follows: quantizer.set_node_name("add_7", get_symmetric_quantization_config())
              or all of its module: quantizer.set_module_name("features.1.0.norm2", get_symmetric_quantization_config())
              or every module of that type: quantizer.set_module_type(torch.nn.LayerNorm, get_symmetric_quantization_config())
              or every node of that op: quantizer.set_node_target(torch.ops.aten.add.Tensor, get_symmetric_quantization_config())
        "#]],
    );
}

#[test]
fn a_qconfig_that_the_kernel_does_not_take() {
    check(
        &exporter("ds_cnn.cortex_m_int16"),
        "linear",
        expect![[r#"
        rejected
        quantizer 2 (PatternQuantizer with INT16_PER_TENSOR_CONFIG, GlobalNodeFinder targeting all nodes) rejected it: the op is supported, but not with this qconfig: usual causes are activations wider than int8, or scales per channel where the kernel takes one per tensor
          this node alone: quantizer.quantizers.insert(0, PatternQuantizer(INT8_PER_TENSOR_CONFIG, node_finder=NodeNameNodeFinder("linear"), pattern_matcher=quantizer.quantizers[0].pattern_matcher))
    "#]],
    );
}

#[test]
fn no_quantizer_looks_at_it() {
    check(
        &exporter("mlp_mixed.partial"),
        "linear",
        expect![[r#"
            not matched
            no quantizer matched it: none looks at it, or none has a pattern for its op; compare what they target with this node
              this node alone: quantizer.set_node_name("linear", get_symmetric_quantization_config())
              or all of its module: quantizer.set_module_name("a", get_symmetric_quantization_config())
              or every module of that type: quantizer.set_module_type(torch.nn.Linear, get_symmetric_quantization_config())
              or every node of that op: quantizer.set_node_target(torch.ops.aten.linear.default, get_symmetric_quantization_config())
        "#]],
    );
}

#[test]
fn no_pattern_for_its_op() {
    check(
        &exporter("swin_t.mixed"),
        "roll",
        expect![[r#"
            not matched
            no quantizer matched it: quantizer 4 (PatternQuantizer with get_symmetric_quantization_config, GlobalNodeFinder targeting all nodes) looks at all nodes and has no pattern for this op
              no other qconfig changes that: it takes a quantizer with a pattern for aten.roll.default, or ops in its place that there are patterns for
        "#]],
    );
}

/// Where the report lists what a quantizer supports, the advice points to that list.
#[test]
fn no_pattern_for_its_op_and_a_list_of_those_there_are() {
    let mut all = quantizer(json!([]), json!([]));
    all["quantizer_info"]["targeted_nodes_description"] = json!("all nodes");
    all["quantizer_info"]["support_config_path"] = json!("a.b.PATTERNS");
    let analysis = with_graph(vec![graph_node("sin", &[])], json!([all]));
    check(
        &analysis,
        "sin",
        expect![[r#"
        not matched
        no quantizer matched it: quantizer 1 (Q with C, all nodes) looks at all nodes and has no pattern for this op
          no other qconfig changes that: it takes a quantizer with a pattern for aten.sin.default, or ops in its place that there are patterns for (a.b.PATTERNS has those of this quantizer)
    "#]],
    );
}

#[test]
fn marked_with_nothing_to_quantize() {
    check(
        &exporter("tiny_transformer.mixed"),
        "reshape",
        expect![[r#"
            not float
            it makes integers or booleans alone: nothing to quantize
        "#]],
    );
}

/// Each of ExecuTorch's reasons, in plain words.
#[test]
fn known_reasons() {
    let reasons = [
        "Tried annotating unsupported configuration of operators",
        "Tried annotating unsupported quantization config",
        "Tried annotating a large constant scalar value that is not supported for quantization.",
        "No float inputs nor outputs to annotate",
        "All inputs and outputs to these nodes are non-quantized.",
        "Shared-qspec bridge cluster touches uint8 model IO.",
        "Couldn't find any adjacent quantization spec to annotate while_loop.",
        "Couldn't find any floating point input to base shared quantization spec on.",
        "Couldn't find any adjacent quantization spec to base shared quantization spec on. You may \
         however quantize these nodes manually if required.",
        "a reason of a later version",
    ];
    let names: Vec<String> = (0..reasons.len()).map(|it| format!("op_{it}")).collect();
    let patterns: Vec<Value> =
        reasons.iter().zip(&names).map(|(reason, name)| rejected(&[name], reason)).collect();
    let nodes = names.iter().map(|it| graph_node(it, &[])).collect();
    let analysis = with_graph(nodes, json!([quantizer(json!([]), json!(patterns))]));
    let found =
        (0..reasons.len()).map(|it| analysis.explain(it).expect("it is float").reason + "\n");
    let found: String = found.collect();
    expect![[r#"
        quantizer 1 (Q with C, all) rejected it: the op is supported, but not as it is used here
        quantizer 1 (Q with C, all) rejected it: the op is supported, but not with this qconfig: usual causes are activations wider than int8, or scales per channel where the kernel takes one per tensor
        quantizer 1 (Q with C, all) rejected it: it holds or fills in a constant above 3.4e15, often the minus infinity of a mask; no observer can take its range
        quantizer 1 (Q with C, all) rejected it: it reads and makes no float tensor, so there is nothing to quantize
        quantizer 1 (Q with C, all) rejected it: it takes the qspec of a neighbour, and no neighbour has one
        quantizer 1 (Q with C, all) rejected it: it takes the qspec of a neighbour; its group touches a uint8 input or output of the model, and an op of the group cannot take uint8
        quantizer 1 (Q with C, all) rejected it: the loop would take the qspec of a neighbour, and no neighbour has one
        quantizer 1 (Q with C, all) rejected it: it takes the qspec of a float input, and has no such input
        quantizer 1 (Q with C, all) rejected it: it takes the qspec of a neighbour, and no neighbour has one
        quantizer 1 (Q with C, all) rejected it: a reason of a later version
    "#]].assert_eq(&found);
}

/// The neighbours of the whole group decide, not those within it.
#[test]
fn a_group_and_those_around_it() {
    let reason = "All inputs and outputs to these nodes are non-quantized.";
    let analysis = with_graph(
        vec![
            graph_node("sin", &[]),
            graph_node("view", &["sin"]),
            graph_node("permute", &["view"]),
            annotated(graph_node("add", &["permute"]), json!([]), json!(null)),
        ],
        json!([quantizer(
            json!([accepted(&["add"], json!(null))]),
            json!([rejected(&["view", "permute"], reason)]),
        )]),
    );
    check(
        &analysis,
        "view",
        expect![[r#"
            rejected
            quantizer 1 (Q with C, all) rejected it: it takes the qspec of a neighbour, and no neighbour has one
              reads sin (not matched)
              is read by add (float by config)
        "#]],
    );
}

/// A qspec that leads nowhere makes no node quantized, and none float.
#[test]
fn a_chain_that_leads_nowhere() {
    let analysis = with_graph(
        vec![
            annotated(graph_node("a", &[]), json!([]), shared(json!("b"))),
            annotated(graph_node("b", &["a"]), json!([]), shared(json!("a"))),
            annotated(graph_node("c", &["b"]), json!([]), shared(json!(["x", "y"]))),
        ],
        json!([]),
    );
    check(
        &analysis,
        "a",
        expect![[r#"
        unknown
        its shared qspec leads in a circle, past no qspec
    "#]],
    );
    check(
        &analysis,
        "c",
        expect![[r#"
        unknown
        its shared qspec leads nowhere: (x, y) has no qspec in this report
    "#]],
    );
}

/// What the label of a qconfig has besides its defaults becomes an argument. A name becomes a
/// string, whatever it contains.
#[test]
fn the_lines_are_python() {
    let line = |label: &str, name: &str| {
        let mut none = quantizer(json!([accepted(&[name], json!(null))]), json!([]));
        none["quantizer_info"]["qconfig_label"] = json!("NO_QCONFIG");
        none["quantizer_info"]["name"] = json!("PatternQuantizer");
        let mut all = quantizer(json!([]), json!([]));
        all["quantizer_info"]["qconfig_label"] = json!(label);
        let analysis = Analysis::of(report(json!([none, all]), json!({})));
        let suggestions = analysis.explain(0).expect("it is float").suggestions;
        suggestions.first().map_or_else(String::new, |it| it.code.clone())
    };
    let label =
        |arguments: &str| format!("arm_quantizer.get_symmetric_quantization_config({arguments})");
    let found = [
        line(
            &label(
                "per_channel=1, qat=0, dynamic=0, act_range=[-128, 127], weight_range=[-127, 127]",
            ),
            "add",
        ),
        line(
            &label("per_channel=0, qat=1, dynamic=1, act_range=[-64, 63], weight_range=[-7, 7]"),
            "add",
        ),
        line(
            "arm_quantizer.get_symmetric_a16w8_quantization_config(per_channel=1, qat=0, dynamic=0, act_range=[-32767, 32767], weight_range=[-127, 127])",
            "add",
        ),
        line(
            "executorch.backends.cortex_m.quantizer.quantization_configs.INT8_PER_TENSOR_CONFIG",
            "add",
        ),
        line(&label(""), "a\"b\\c\nd"),
        // An unknown qconfig is not guessed.
        line("my_config", "add"),
    ];
    expect![[r#"
        quantizer.set_node_name("add", get_symmetric_quantization_config())
        quantizer.set_node_name("add", get_symmetric_quantization_config(is_per_channel=False, is_qat=True, is_dynamic=True, act_qmin=-64, act_qmax=63, weight_qmin=-7, weight_qmax=7))
        quantizer.set_node_name("add", get_symmetric_a16w8_quantization_config())
        quantizer.quantizers.insert(0, PatternQuantizer(INT8_PER_TENSOR_CONFIG, node_finder=NodeNameNodeFinder("add"), pattern_matcher=quantizer.quantizers[0].pattern_matcher))
        quantizer.set_node_name("a\"b\\c\x0ad", get_symmetric_quantization_config())

    "#]].assert_eq(&found.map(|it| it + "\n").concat());
}

/// A report cannot inject code: a target or a label of an unexpected form makes no line.
#[test]
fn no_code_comes_from_a_report() {
    let evil = "aten.x); __import__('os').system('id'";
    let mut node = annotated(graph_node("add", &[]), json!([]), json!(null));
    node["target"] = json!(evil);
    let mut none = quantizer(json!([accepted(&["add"], json!(null))]), json!([]));
    none["quantizer_info"]["qconfig_label"] = json!("NO_QCONFIG");
    none["quantizer_info"]["name"] = json!("PatternQuantizer");
    let labels = [
        format!("arm_quantizer.get_symmetric_quantization_config(act_range=[0, {evil}])"),
        format!("executorch.backends.cortex_m.quantizer.quantization_configs.{evil}"),
    ];
    for label in labels {
        let mut all = quantizer(json!([]), json!([]));
        all["quantizer_info"]["qconfig_label"] = json!(label);
        let analysis = with_graph(vec![node.clone()], json!([none, all]));
        let suggestions = analysis.explain(0).expect("it is float").suggestions;
        assert!(suggestions.iter().all(|it| !it.code.contains("__import__")), "{suggestions:?}");
    }
}

/// Only a qconfig of None is called that, and a removed annotation is not called a rejection.
#[test]
fn reasons_of_what_has_no_qspec() {
    let accepted_empty = quantizer(json!([accepted(&["a"], json!(null))]), json!([]));
    let emptied = quantizer(json!([accepted(&["b"], int8())]), json!([]));
    let late =
        quantizer(json!([]), json!([rejected(&["b"], "Tried annotating already quantized node.")]));
    let analysis = with_graph(
        vec![
            annotated(graph_node("a", &[]), json!([]), json!(null)),
            annotated(graph_node("b", &["a"]), json!([]), json!(null)),
        ],
        json!([accepted_empty, emptied, late]),
    );
    check(
        &analysis,
        "a",
        expect![[r#"
        float by config
        quantizer 1 (Q with C, all) accepted it and gave it no qspec
    "#]],
    );
    check(
        &analysis,
        "b",
        expect![[r#"
        left without a qspec
        quantizer 2 annotated it, and after that its qspecs were taken away
    "#]],
    );
}
