//! What looks wrong in a report.

use crate::common::build::{
    accepted, annotated, exporter, exporter_names, graph_node, int8, other_node, quantizer, real,
    shared, with_graph,
};
use expect_test::{Expect, expect};
use qspect_core::{Analysis, Lint};
use serde_json::{Value, json};

/// The findings of one lint, as lines.
#[track_caller]
fn check(analysis: &Analysis, lint: Lint, expected: Expect) {
    let findings = analysis.findings().into_iter().filter(|it| it.lint == lint);
    let lines = findings.map(|it| {
        let nodes = it.nodes.iter().filter_map(|it| analysis.nodes().get(*it));
        let names: Vec<&str> = nodes.map(|it| it.name.as_str()).collect();
        format!("{}: {}\n", it.message, names.join(", "))
    });
    expected.assert_eq(&lines.collect::<String>());
}

fn qspec(dtype: &str, min: i64, max: i64, qscheme: &str) -> Value {
    json!({
        "type": "QuantizationSpec", "dtype": format!("torch.{dtype}"), "quant_min": min,
        "quant_max": max, "qscheme": format!("torch.{qscheme}"),
    })
}

fn input(node: &str, qspec: Value) -> Value {
    json!({ "node": node, "qspec": qspec })
}

#[test]
fn nothing_quantized() {
    for name in ["mlp_mixed.partial.debug", "mlp_mixed.partial.info"] {
        let analysis = Analysis::of(real(name));
        check(
            &analysis,
            Lint::NothingQuantized,
            expect![[r#"
            not one compute node is quantized: 
        "#]],
        );
    }
    check(&Analysis::of(real("mlp_mixed.mixed.debug")), Lint::NothingQuantized, expect![[""]]);
}

#[test]
fn idle_quantizer() {
    let analysis = Analysis::of(real("swin_t.mixed.debug"));
    check(
        &analysis,
        Lint::IdleQuantizer,
        expect![[r#"
        quantizer 2 (PatternQuantizer), ModuleTypeNodeFinder targeting module types: Softmax, accepted nothing: 
    "#]],
    );
}

#[test]
fn per_tensor_weight() {
    let act = || qspec("int8", -128, 127, "per_tensor_affine");
    let linear = |name: &str, weight: &str, qscheme: &str| {
        let weight_qspec = qspec("int8", -127, 127, qscheme);
        let inputs = json!([input("x", act()), input(weight, weight_qspec)]);
        annotated(graph_node(name, &["x", weight]), inputs, act())
    };
    let nodes = |second: &str| {
        vec![
            other_node("x", "placeholder"),
            other_node("v", "get_attr"),
            other_node("w", "get_attr"),
            linear("linear", "v", "per_channel_symmetric"),
            linear("linear_1", "w", second),
        ]
    };
    let mixed = with_graph(nodes("per_tensor_symmetric"), json!([]));
    check(
        &mixed,
        Lint::PerTensorWeight,
        expect![[r#"
        1 of aten.linear.default with weights per tensor, beside 1 per channel: linear_1
    "#]],
    );
    let alike = with_graph(nodes("per_channel_symmetric"), json!([]));
    check(&alike, Lint::PerTensorWeight, expect![[""]]);
}

/// Both sides are followed to their end; a bias is derived, and no edge of two sides.
#[test]
fn edge_mismatch() {
    let int8 = || qspec("int8", -128, 127, "per_tensor_affine");
    let narrow = || qspec("int8", -127, 127, "per_tensor_affine");
    let int16 = || qspec("int16", -32767, 32767, "per_tensor_symmetric");
    let analysis = with_graph(
        vec![
            annotated(graph_node("a", &[]), json!([]), int8()),
            annotated(graph_node("b", &["a"]), json!([input("a", int16())]), int16()),
            annotated(graph_node("c", &["a"]), json!([input("a", shared(json!("d")))]), int8()),
            annotated(graph_node("d", &["c"]), json!([input("c", int8())]), narrow()),
        ],
        json!([]),
    );
    check(
        &analysis,
        Lint::EdgeMismatch,
        expect![[r#"
            1 tensor written as int8, read as int16: a, b
            1 tensor of int8 written as (-128,127), read as (-127,127): a, c
        "#]],
    );
    check(
        &exporter("ds_cnn.uint8io"),
        Lint::EdgeMismatch,
        expect![[r#"
            1 tensor written as uint8, read as int8: x, conv2d
            1 tensor written as int8, read as uint8: mul_1, output
        "#]],
    );
}

#[test]
fn overwritten_annotation() {
    let int16 = json!({ "type": "QuantizationSpec", "dtype": "torch.int16" });
    let analysis = with_graph(
        vec![
            annotated(graph_node("add", &[]), json!([]), int16.clone()),
            annotated(graph_node("mul", &["add"]), json!([]), int16.clone()),
        ],
        json!([
            quantizer(json!([accepted(&["add", "mul"], int8())]), json!([])),
            quantizer(json!([accepted(&["add"], int16)]), json!([])),
        ]),
    );
    check(
        &analysis,
        Lint::OverwrittenAnnotation,
        expect![[r#"
        what quantizer 1 had annotated was overwritten by quantizer 2: add
        what quantizer 1 had annotated was overwritten by something that does not report: mul
    "#]],
    );
}

#[test]
fn shared_without_root() {
    let analysis = with_graph(
        vec![
            annotated(graph_node("a", &[]), json!([]), shared(json!("b"))),
            annotated(graph_node("b", &["a"]), json!([]), shared(json!("a"))),
            annotated(graph_node("c", &["b"]), json!([]), shared(json!("b"))),
            annotated(graph_node("d", &["c"]), json!([]), shared(json!(["x", "d"]))),
        ],
        json!([]),
    );
    check(
        &analysis,
        Lint::SharedWithoutRoot,
        expect![[r#"
        shared qspecs that lead in a circle, past a: a, b, c
        shared qspecs that lead nowhere, past d: d
    "#]],
    );
}

#[test]
fn mixed_width() {
    check(
        &exporter("mlp_mixed.mixed"),
        Lint::MixedWidth,
        expect![[r#"
        16-bit activations beside 8-bit ones: linear, linear_1, linear_2
    "#]],
    );
    check(&exporter("resnet18.a16w8"), Lint::MixedWidth, expect![[r#""#]]);
}

/// How many findings of each lint the real reports have.
#[test]
fn findings_of_real_reports() {
    let mut found = String::new();
    for name in exporter_names() {
        let findings = exporter(&name).findings();
        let counts = Lint::ALL.map(|lint| {
            let n = findings.iter().filter(|it| it.lint == lint).count();
            if n > 0 { format!(" {} {n}", lint.as_str()) } else { String::new() }
        });
        found += &format!("{name}:{}\n", counts.concat());
    }
    expect![[r#"
        convnext_tiny.vgf:
        ds_cnn.cortex_m:
        ds_cnn.cortex_m_int16: edge-mismatch 1
        ds_cnn.uint8io: edge-mismatch 2
        kws_lstm.ethosu:
        mlp_mixed.mixed: edge-mismatch 2 mixed-width 1 idle-quantizer 2
        mlp_mixed.partial: nothing-quantized 1 idle-quantizer 1
        mobilenet_v2.cortex_m:
        mobilenet_v2.ethosu:
        mobilenet_v2.mixed: edge-mismatch 2 mixed-width 1 idle-quantizer 1
        resnet18.a16w8:
        resnet18.qat:
        swin_t.mixed: edge-mismatch 2 mixed-width 1 idle-quantizer 1
        tiny_transformer.mixed: idle-quantizer 1
        tiny_transformer.partial: nothing-quantized 1 idle-quantizer 1
    "#]]
    .assert_eq(&found);
}

/// A node computes in what its first activation is, whatever order the graph has its inputs in.
#[test]
fn the_width_is_not_that_of_the_weight() {
    let int8 = || qspec("int8", -127, 127, "per_channel_symmetric");
    let int16 = || qspec("int16", -32767, 32767, "per_tensor_symmetric");
    for order in [["x", "w"], ["w", "x"]] {
        let inputs = order.map(|it| {
            let op = if it == "w" { "get_attr" } else { "placeholder" };
            other_node(it, op)
        });
        let edges = json!([input("x", int16()), input("w", int8())]);
        let linear = annotated(graph_node("linear", &["x", "w"]), edges, json!(null));
        let relu = annotated(graph_node("relu", &["linear"]), json!([]), int8());
        let analysis = with_graph([Vec::from(inputs), vec![linear, relu]].concat(), json!([]));
        let linear = analysis.find("linear").expect("a node");
        assert_eq!(analysis.dtype(linear).as_deref(), Some("int16"), "{order:?}");
        check(
            &analysis,
            Lint::MixedWidth,
            expect![["16-bit activations beside 8-bit ones: linear\n"]],
        );
    }
}

/// Of a report that is cut off nothing is claimed that its rest may belie.
#[test]
fn a_report_that_is_cut_off_has_no_idle_quantizer() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reports/executorch-1.5.1");
    let text = std::fs::read_to_string(format!("{folder}/mlp_mixed.mixed.debug.txt"));
    let text = text.expect("a report");
    let parsed = qspect_core::parse("cut.txt", &text.as_bytes()[..3000]).expect("a part of it");
    let analysis = Analysis::of(parsed.reports.into_iter().next().expect("a report"));
    check(&analysis, Lint::IdleQuantizer, expect![[""]]);
    assert_eq!(analysis.ops(), None);
    let why = analysis.unanswerable(Lint::IdleQuantizer).expect("it is incomplete");
    assert!(why.starts_with("the report is incomplete: "), "{why}");
}
