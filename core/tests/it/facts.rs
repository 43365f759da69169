//! What a correct reader of ExecuTorch's reporter must know, fact by fact.

use crate::common::build;
use std::collections::HashSet;

use crate::common::build::{
    accepted, annotated, graph_node, int8, other_node, quantizer, real, rejected, report, shared,
    verdicts, with_graph,
};
use crate::common::{read, real_reports};
use expect_test::expect;
use qspect_core::analysis::{Act, Overwrite};
use qspect_core::{Analysis, Level, Node, Verdict, parse, write};
use serde_json::json;

/// Fact 1: With a qconfig of None nodes are accepted with every qspec None: they are float on purpose.
#[test]
fn accepted_is_not_quantized() {
    let analysis = Analysis::of(real("swin_t.mixed.debug"));
    let mut n_no_qspec = 0;
    for quantizer in &analysis.report().quantizers {
        let is_none = quantizer.quantizer_info.qconfig_label == "NO_QCONFIG";
        for pattern in &quantizer.accepted_patterns {
            assert_eq!(pattern.has_qspec(), !is_none, "{pattern:?}");
            n_no_qspec += if is_none { pattern.nodes.len() } else { 0 };
        }
    }
    assert_eq!(n_no_qspec, 99);
    assert_eq!(analysis.verdict_counts().expect("all nodes are known").float_by_config, 99);
    // An input's qspec is enough, and one node's for the whole pattern.
    let input = json!({ "nodes": [
        { "name": "f", "input_qspec_map": [{ "node": "x", "qspec": int8() }] }, { "name": "g" },
    ] });
    let patterns = json!([accepted(&["a", "b"], json!(null)), accepted(&["c"], int8()), input]);
    let analysis = Analysis::of(report(json!([quantizer(patterns, json!([]))]), json!({})));
    expect![[r#"
        a: float_by_config
        b: float_by_config
        c: quantized
        f: fused
        g: fused
    "#]]
    .assert_eq(&verdicts(&analysis));
}

/// Fact 2: SharedQspecQuantizer rejects nodes and marks them all the same: they are missing from the list
/// of the nodes without an annotation.
#[test]
fn rejected_is_not_always_unannotated() {
    let analysis = Analysis::of(real("tiny_transformer.mixed.debug"));
    let report = analysis.report();
    let listed: HashSet<_> = report.non_annotated().expect("a list").into_iter().collect();
    let mut found = String::new();
    for (node_idx, node) in analysis.nodes().iter().enumerate() {
        let Some(rejected) = node.rejected(report).filter(|_| node.accepted(report).is_none())
        else {
            continue;
        };
        let verdict = analysis.verdict(node_idx);
        assert_eq!(listed.contains(&node.name), verdict == Verdict::Rejected, "{}", node.name);
        if verdict != Verdict::Rejected {
            // That quantizer looks at dtypes, so even a log shows that the node makes no float.
            let reason = &rejected.pattern.rejection_reason;
            found += &format!("{}: {}: {reason}\n", node.name, verdict.as_str());
        }
    }
    expect![[r#"
        reshape: not_float: No float inputs nor outputs to annotate
    "#]]
    .assert_eq(&found);
}

/// Fact 3: Longer patterns are tried first: a node can be rejected in one and accepted in another. The
/// counts add nodes over patterns.
#[test]
fn one_node_can_be_rejected_and_accepted() {
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
    let counts = report.node_counts();
    assert_eq!((counts.accepted, counts.rejected), (3, 3));
    let analysis = Analysis::of(report);
    expect![[r#"
        conv: quantized
        sin: quantized
        relu: rejected
        x: unmatched
    "#]]
    .assert_eq(&verdicts(&analysis));

    let real = Analysis::of(real("resnet18.a16w8.debug"));
    let is_both =
        |it: &&Node| it.accepted(real.report()).is_some() && it.rejected(real.report()).is_some();
    expect!["18"].assert_eq(&real.nodes().iter().filter(is_both).count().to_string());
    assert_eq!(real.verdict_counts().expect("all nodes are known").n_float(), 0);
}

/// Fact 4: Rejections for a previous annotation are counted, but never listed.
#[test]
fn previous_annotations_are_counted_and_never_listed() {
    let report = real("mlp_mixed.mixed.debug");
    assert_eq!(report.node_counts().rejected_previous_annotation, 3);
    assert!(report.quantizers.iter().all(|it| it.rejected_patterns.is_empty()));
    // Where they are listed after all, they are counted apart, printed as ExecuTorch does, and a
    // step of the trail.
    let already = rejected(&["a", "b"], "Tried annotating already quantized node.");
    let report = self::report(
        json!([
            quantizer(json!([accepted(&["a"], int8())]), json!([])),
            quantizer(json!([]), json!([already])),
        ]),
        json!({ "non_annotated_nodes": ["b"] }),
    );
    let counts = report.quantizers[1].node_counts();
    assert_eq!((counts.rejected_previous_annotation, counts.rejected), (2, 0));
    let text = write::text(&report, Level::Debug).expect("a title");
    assert!(text.contains("   Rejected due to previous annotation: 2\n"), "{text}");
    assert!(!text.contains("Rejected: "), "{text}");
    let analysis = Analysis::of(report);
    let trail = analysis.trail(analysis.nodes().get(0).expect("a"));
    let pattern = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(trail[1].acts, [Act::AlreadyAnnotated { pattern }]);
}

/// Fact 5: A node inside an accepted pattern often has no qspec of its own: it is fused, not float.
#[test]
fn a_node_inside_an_accepted_pattern_is_fused() {
    let analysis = Analysis::of(real("mobilenet_v2.cortex_m.debug"));
    let counts = analysis.verdict_counts().expect("all nodes are known");
    assert_eq!((counts.fused, counts.n_float()), (35, 0));
    for (node_idx, node) in analysis.nodes().iter().enumerate() {
        let fused = analysis.verdict(node_idx) == Verdict::Fused;
        // Its 35 pairs of conv2d and hardtanh_; a conv2d alone is quantized itself.
        let accepted = node.accepted(analysis.report()).expect("all are accepted");
        let is_first = accepted.pattern.nodes.len() == 2 && accepted.node_idx == 0;
        assert_eq!(fused, is_first && node.name.starts_with("conv2d"), "{}", node.name);
    }
    // The middle of a chain has nothing at all.
    let chain = json!({ "nodes": [
        { "name": "conv", "input_qspec_map": [{ "node": "x", "qspec": int8() }] },
        { "name": "bn" },
        { "name": "relu", "output_qspec": int8() },
    ] });
    let analysis = Analysis::of(report(json!([quantizer(json!([chain]), json!([]))]), json!({})));
    expect![[r#"
        conv: fused
        bn: fused
        relu: quantized
    "#]]
    .assert_eq(&verdicts(&analysis));
}

/// Fact 6: A SharedQuantizationSpec has no dtype: its chain is followed to the spec that has one.
#[test]
fn shared_qspecs_are_followed() {
    let node = |name: &str, output| {
        let node = json!({ "name": name, "output_qspec": output });
        json!({ "nodes": [node] })
    };
    let long = (0..60).map(|at| node(&format!("n{at}"), shared(json!(format!("n{}", at + 1)))));
    let mut patterns: Vec<_> = long.collect();
    patterns.push(node("n60", int8()));
    patterns.push(node("round", shared(json!("about"))));
    patterns.push(node("about", shared(json!("round"))));
    patterns.push(node("beside", shared(json!("about"))));
    patterns.push(node("lost", shared(json!(["gone", "away"]))));
    let analysis = Analysis::of(report(
        json!([quantizer(json!(patterns), json!([]))]),
        json!({ "non_annotated_nodes": [] }),
    ));
    let resolved = |name: &str| {
        let node_idx = analysis.find(name).expect("a node");
        let it = analysis.resolved_output(node_idx).expect("a qspec");
        let chain = format!("{} + {}", it.chain.join(" > "), it.n_more);
        let verdict = analysis.verdict(node_idx).as_str();
        format!("{name}: {verdict}: {chain}: {:?} {:?}\n", it.qspec, it.trouble)
    };
    expect![[r#"
        n58: quantized: n59 > n60 + 0: Some("QuantizationSpec(dtype=INT8)") None
        n0: quantized: n1 > n2 > n3 > n4 > n5 > n6 > n7 > n8 > n9 > n10 > n11 > n12 > n13 > n14 > n15 > n16 > n17 > n18 > n19 > n20 + 40: Some("QuantizationSpec(dtype=INT8)") None
        round: unknown: about > round + 0: None Some("leads in a circle, past no qspec")
        beside: unknown: about > round > about + 0: None Some("leads in a circle, past no qspec")
        lost: unknown: (gone, away) + 0: None Some("leads nowhere: (gone, away) has no qspec in this report")
    "#]].assert_eq(&["n58", "n0", "round", "beside", "lost"].map(resolved).concat());
}

/// Fact 7: The text shows the same for a qspec per tensor and per channel. What is not in the source is
/// unknown, never a default.
#[test]
fn what_the_text_does_not_record_is_unknown() {
    let name = "mobilenet_v2.cortex_m";
    let text = Analysis::of(real(&format!("{name}.debug")));
    let json = build::exporter(name);
    let lines = |analysis: &Analysis| {
        let ops = analysis.ops().expect("all nodes are known");
        let conv = ops.iter().find(|it| it.op.ends_with("conv2d")).expect("a line of conv2d");
        conv.to_string()
    };
    expect!["conv2d (int8 weights, int8 activations): 52x"].assert_eq(&lines(&text));
    expect!["aten.conv2d (static, int8 per-channel symmetric, int8 activations): 52x"]
        .assert_eq(&lines(&json));
    // Nor is there a graph: who reads whom, and what the nodes weigh.
    assert_eq!(text.islands(), None);
    assert_eq!(text.coverage().expect("all nodes are known").macs.fraction(), None);
    assert_eq!(json.coverage().expect("all nodes are known").macs.fraction(), Some(1.0));
}

/// Fact 8: A report keeps the qspecs of the moment; a later quantizer can overwrite the annotation. The
/// graph has the final one.
#[test]
fn a_later_quantizer_can_overwrite_an_annotation() {
    let int16 = json!({ "type": "QuantizationSpec", "dtype": "torch.int16" });
    let nodes = vec![
        annotated(graph_node("add", &[]), json!([]), int16.clone()),
        annotated(graph_node("mul", &["add"]), json!([]), int16.clone()),
        annotated(graph_node("sub", &["mul"]), json!([]), int8()),
    ];
    let analysis = with_graph(
        nodes,
        json!([
            quantizer(json!([accepted(&["add"], int8()), accepted(&["mul"], int8())]), json!([])),
            quantizer(json!([accepted(&["add"], int16), accepted(&["sub"], int8())]), json!([])),
        ]),
    );
    let overwrites: Vec<_> = (0..3).map(|it| analysis.overwrite(it)).collect();
    let of_first = |by| Some(Overwrite { quantizer_idx: 0, by });
    assert_eq!(overwrites, [of_first(Some(1)), of_first(None), None]);
    // What counts is the graph.
    let outputs: Vec<_> = (0..3).filter_map(|it| analysis.dtype(it)).collect();
    assert_eq!(outputs, ["int16", "int16", "int8"]);
    // No real quantizer of ours does it.
    for name in build::exporter_names() {
        let real = build::exporter(&name);
        let overwritten = (0..real.nodes().len()).find(|it| real.overwrite(*it).is_some());
        assert_eq!(overwritten, None, "{name}");
    }
}

/// Fact 9: The order of the operators that a quantizer targets is a Python set's.
#[test]
fn the_order_of_targets_is_not_a_difference() {
    let infos: Vec<_> = ["mobilenet_v2.cortex_m.debug", "ds_cnn.cortex_m.debug"]
        .map(|it| real(it).quantizers.remove(0).quantizer_info)
        .into();
    assert_ne!(infos[0].targeted_nodes_description, infos[1].targeted_nodes_description);
    assert!(infos[0].has_same_targets(&infos[1]));
    let other = real("swin_t.mixed.debug").quantizers.remove(0).quantizer_info;
    assert!(!infos[0].has_same_targets(&other));
}

/// Fact 10: One log holds several reports between other lines.
#[test]
fn one_log_holds_several_reports() {
    let log = include_bytes!("../logs/ds_cnn+mlp.debug.log");
    let reports = parse("run.log", log).expect("reports").reports;
    let headlines = reports.into_iter().map(|report| {
        let analysis = Analysis::of(report);
        let table = qspect_core::view::NodeTable::of(&analysis);
        qspect_core::Summary::of(&analysis, &table).headline()
    });
    let headlines: Vec<String> = headlines.collect();
    assert_eq!(headlines, ["All 29 nodes are quantized", "0 of 7 nodes are quantized"]);
}

/// Fact 11: The nodes without an annotation exclude parameters since 2026-05-11, and not before.
#[test]
fn parameters_are_listed_before_2026_05_11() {
    let is_it = |name: &str| name.ends_with("executorch-1.2.0/ds_cnn.cortex_m.debug.txt");
    let old = real_reports().into_iter().find(|it| is_it(&it.name)).expect("a report");
    let old = Analysis::of(read(&old.name, old.text.as_bytes()));
    let new = Analysis::of(real("ds_cnn.cortex_m.debug"));
    assert_eq!((old.nodes().len(), new.nodes().len()), (43, 24));
    assert_eq!(old.nodes().iter().filter(|it| it.is_parameter).count(), 20);
    // They do not count against coverage: only the `mean` does, which 1.2.0 could not quantize.
    let coverage = |it: &Analysis| it.coverage().expect("all nodes are known").nodes;
    assert_eq!((coverage(&old).quantized, coverage(&old).total), (21, 22));
    assert_eq!((coverage(&new).quantized, coverage(&new).total), (23, 23));
    // A graph records it itself.
    let nodes = vec![other_node("w", "get_attr"), graph_node("linear", &["w"])];
    let listed = json!({ "graph": { "nodes": nodes }, "non_annotated_nodes": ["w", "linear"] });
    let analysis = Analysis::of(report(json!([]), listed));
    let parameters: Vec<bool> = analysis.nodes().iter().map(|it| it.is_parameter).collect();
    assert_eq!(parameters, [true, false]);
}
