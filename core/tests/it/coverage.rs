//! Coverage, ops, islands, modules: what a report comes to, from real ones.

use crate::common;
use crate::common::build::{
    annotated, exporter, exporter_names, graph_node, int8, other_node, real, with_graph,
};
use expect_test::expect;
use qspect_core::analysis::GroupBy;
use qspect_core::text::number_format::{percent, short};
use qspect_core::view::NodeTable;
use qspect_core::{Analysis, Share, Summary, Verdict, write};
use serde_json::{Value, json};

/// A node of this op and shape.
fn op(name: &str, target: &str, inputs: &[&str], shape: &[i64]) -> Value {
    json!({
        "name": name, "op": "call_function", "target": target, "inputs": inputs, "shape": shape,
    })
}

fn parameter(name: &str, shape: &[i64]) -> Value {
    json!({ "name": name, "op": "get_attr", "target": name, "inputs": [], "shape": shape })
}

/// The same run has the same verdicts in its text and in the exporter's JSON. A log has no dtypes, so it
/// does not show which nodes make integers.
#[test]
fn text_and_json_have_the_same_verdicts() {
    for name in exporter_names() {
        let (text, json) = (Analysis::of(real(&format!("{name}.debug"))), exporter(&name));
        assert_eq!(text.nodes().len(), json.nodes().len(), "{name}");
        for (node_idx, node) in json.nodes().iter().enumerate() {
            let in_text = text.find(&node.name).expect("the same nodes");
            if json.verdict(node_idx) != Verdict::NotFloat {
                assert_eq!(text.verdict(in_text), json.verdict(node_idx), "{name} {}", node.name);
            }
        }
    }
}

#[test]
fn coverage_of_real_reports() {
    let of = |share: Share| {
        format!("{} of {}", percent(share.quantized, share.total), short(share.total))
    };
    let mut found = String::new();
    for name in exporter_names() {
        let analysis = exporter(&name);
        let coverage = analysis.coverage().expect("all nodes are known");
        let islands = analysis.islands().expect("a graph");
        let crossings: usize = islands.iter().map(qspect_core::analysis::Island::crossings).sum();
        found += &format!(
            "{name}: {} nodes, {} MACs, {} parameters, {} without a weight; {} islands, {crossings} crossings\n",
            of(coverage.nodes),
            of(coverage.macs),
            of(coverage.params),
            coverage.macs.n_unknown.max(coverage.params.n_unknown),
            islands.len(),
        );
    }
    expect![[r#"
        convnext_tiny.vgf: 100 % of 531 nodes, 100 % of 4.46 G MACs, 100 % of 28.6 M parameters, 0 without a weight; 0 islands, 0 crossings
        ds_cnn.cortex_m: 100 % of 22 nodes, 100 % of 2.66 M MACs, 100 % of 22.6 k parameters, 0 without a weight; 0 islands, 0 crossings
        ds_cnn.cortex_m_int16: 81.8 % of 22 nodes, 99.9 % of 2.66 M MACs, 96.5 % of 22.6 k parameters, 0 without a weight; 1 islands, 2 crossings
        ds_cnn.uint8io: 100 % of 28 nodes, 100 % of 2.66 M MACs, 100 % of 22.6 k parameters, 0 without a weight; 0 islands, 0 crossings
        kws_lstm.ethosu: 100 % of 891 nodes, 100 % of 264 k MACs, 100 % of 276 k parameters, 0 without a weight; 0 islands, 0 crossings
        mlp_mixed.mixed: 100 % of 6 nodes, 100 % of 1.66 k MACs, 100 % of 1.73 k parameters, 0 without a weight; 0 islands, 0 crossings
        mlp_mixed.partial: 0 % of 6 nodes, 0 % of 1.66 k MACs, 0 % of 1.73 k parameters, 0 without a weight; 1 islands, 0 crossings
        mobilenet_v2.cortex_m: 100 % of 101 nodes, 100 % of 301 M MACs, 100 % of 3.49 M parameters, 0 without a weight; 0 islands, 0 crossings
        mobilenet_v2.ethosu: 100 % of 103 nodes, 100 % of 301 M MACs, 100 % of 3.49 M parameters, 0 without a weight; 0 islands, 0 crossings
        mobilenet_v2.mixed: 90.3 % of 103 nodes, 100 % of 301 M MACs, 100 % of 3.49 M parameters, 0 without a weight; 5 islands, 25 crossings
        resnet18.a16w8: 100 % of 51 nodes, 100 % of 1.81 G MACs, 100 % of 11.7 M parameters, 0 without a weight; 0 islands, 0 crossings
        resnet18.qat: 100 % of 51 nodes, 100 % of 1.81 G MACs, 100 % of 11.7 M parameters, 0 without a weight; 0 islands, 0 crossings
        swin_t.mixed: 88.2 % of 1.33 k nodes, 100 % of 4.49 G MACs, 98.8 % of 28.6 M parameters, 0 without a weight; 78 islands, 206 crossings
        tiny_transformer.mixed: 91.9 % of 198 nodes, 100 % of 1.11 M MACs, 99.6 % of 73.4 k parameters, 0 without a weight; 9 islands, 24 crossings
        tiny_transformer.partial: 0 % of 71 nodes, 0 % of 1.11 M MACs, 0 % of 73.3 k parameters, 0 without a weight; 1 islands, 0 crossings
    "#]].assert_eq(&found);
}

/// Each group by itself, and all groups together: the whole.
#[test]
fn groups_add_up() {
    for name in exporter_names() {
        let analysis = exporter(&name);
        let whole = analysis.coverage().expect("all nodes are known");
        for group_by in [GroupBy::Quantizer, GroupBy::Op, GroupBy::Module, GroupBy::DType] {
            let groups = analysis.coverage_by(group_by);
            let sum = |share: fn(&qspect_core::Coverage) -> u64| -> u64 {
                groups.iter().map(|it| share(&it.coverage)).sum()
            };
            assert_eq!(sum(|it| it.nodes.total), whole.nodes.total, "{name} {group_by:?}");
            assert_eq!(sum(|it| it.nodes.quantized), whole.nodes.quantized, "{name} {group_by:?}");
            assert_eq!(sum(|it| it.macs.total), whole.macs.total, "{name} {group_by:?}");
            assert_eq!(sum(|it| it.params.quantized), whole.params.quantized, "{name}");
        }
    }
}

#[test]
fn coverage_by_dtype() {
    let groups = exporter("swin_t.mixed").coverage_by(GroupBy::DType);
    let lines = groups.iter().map(|it| {
        format!("{}: {} of {}\n", it.what, it.coverage.nodes.quantized, it.coverage.nodes.total)
    });
    expect![[r#"
        int8: 1136 of 1136
        float32: 0 of 158
        int16: 40 of 40
        bool: 0 of 0
    "#]]
    .assert_eq(&lines.collect::<String>());
}

/// Known networks have known weights: 300 million MACs and 3.5 million parameters are
/// mobilenet_v2's, as its paper has them; resnet18 has 1.8 billion and 11.7 million.
#[test]
fn weights_are_those_of_the_papers() {
    let weights = |name: &str| {
        let coverage = exporter(name).coverage().expect("all nodes are known");
        (short(coverage.macs.total), short(coverage.params.total))
    };
    let expected = |macs: &str, params: &str| (macs.to_owned(), params.to_owned());
    assert_eq!(weights("mobilenet_v2.cortex_m"), expected("301 M", "3.49 M"));
    assert_eq!(weights("resnet18.a16w8"), expected("1.81 G", "11.7 M"));
}

/// Each kind of op by hand.
#[test]
fn macs_by_op() {
    let analysis = with_graph(
        vec![
            json!({ "name": "x", "op": "placeholder", "target": "x", "inputs": [], "shape": [2, 3, 8, 8] }),
            parameter("w", &[4, 3, 3, 3]),
            parameter("v", &[5, 6]),
            parameter("u", &[6, 5]),
            op("conv2d", "aten.conv2d.default", &["x", "w"], &[2, 4, 6, 6]),
            op("padded", "aten.conv2d.padding", &["x", "w"], &[2, 4, 8, 8]),
            op("transposed", "aten.conv_transpose2d.input", &["conv2d", "w"], &[2, 3, 8, 8]),
            op("either", "aten.convolution.default", &["x", "w"], &[2, 4, 6, 6]),
            op("rows", "aten.view.default", &["x"], &[7, 6]),
            op("linear", "aten.linear.default", &["rows", "v"], &[7, 5]),
            op("mm", "aten.mm.default", &["rows", "u"], &[7, 5]),
            op("addmm", "aten.addmm.default", &["mm", "rows", "u"], &[7, 5]),
            op("q", "aten.view.default", &["x"], &[1, 2, 10, 4]),
            op(
                "sdpa",
                "aten.scaled_dot_product_attention.default",
                &["q", "q", "q"],
                &[1, 2, 10, 4],
            ),
            op("lstm", "aten.lstm.input", &["rows"], &[7, 5]),
            op("add", "aten.add.Tensor", &["mm", "mm"], &[7, 5]),
            json!({
                "name": "symbolic", "op": "call_function", "target": "aten.linear.default",
                "inputs": ["rows", "v"], "shape": ["s0", 5],
            }),
        ],
        json!([]),
    );
    let lines = analysis.nodes().iter().map(|node| {
        let (macs, params) = (analysis.macs(node), analysis.params(node));
        format!("{}: {macs:?} MACs, {params:?} parameters\n", node.name)
    });
    expect![[r#"
        x: Some(0) MACs, Some(0) parameters
        conv2d: Some(7776) MACs, Some(108) parameters
        padded: Some(13824) MACs, Some(0) parameters
        transposed: Some(7776) MACs, Some(0) parameters
        either: Some(7776) MACs, Some(0) parameters
        rows: Some(0) MACs, Some(0) parameters
        linear: Some(210) MACs, Some(30) parameters
        mm: Some(210) MACs, Some(30) parameters
        addmm: Some(210) MACs, Some(0) parameters
        q: Some(0) MACs, Some(0) parameters
        sdpa: Some(1600) MACs, Some(0) parameters
        lstm: None MACs, Some(0) parameters
        add: Some(0) MACs, Some(0) parameters
        symbolic: None MACs, Some(0) parameters
    "#]]
    .assert_eq(&lines.collect::<String>());
}

/// One line per op, as executorch issue 7718 asks for it.
#[test]
fn ops_of_a_real_report() {
    let ops = exporter("mlp_mixed.mixed").ops().expect("all nodes are known");
    let lines: String = ops.iter().map(|it| format!("{it}\n")).collect();
    expect![[r#"
        aten.linear (static, int8 per-channel symmetric, int16 activations): 3x
        aten.gelu (static, int8 activations): 1x
        aten.sigmoid (static, int8 activations): 1x
        aten.sin (static, int8 activations): 1x
    "#]]
    .assert_eq(&lines);
    let ops = exporter("ds_cnn.cortex_m").ops().expect("all nodes are known");
    let lines: String = ops.iter().map(|it| format!("{it}\n")).collect();
    expect![[r#"
        aten.conv2d (static, int8 per-channel symmetric, int8 activations): 9x
        aten.relu (static, int8 activations): 9x
        aten.avg_pool2d (static, int8 activations): 1x
        aten.view (static, int8 activations): 1x
        aten.linear (static, int8 per-tensor symmetric, int8 activations): 1x
        aten.softmax.int (static, int8 activations): 1x
    "#]]
    .assert_eq(&lines);
}

/// 4-bit weights are stored as int8: only the range shows their width.
#[test]
fn narrow_ranges_are_reported() {
    let weight = json!({
        "type": "QuantizationSpec", "dtype": "torch.int8", "quant_min": -7, "quant_max": 7,
        "qscheme": "torch.per_channel_symmetric", "is_dynamic": false,
    });
    let dynamic = json!({
        "type": "QuantizationSpec", "dtype": "torch.int8", "quant_min": -128, "quant_max": 127,
        "is_dynamic": true,
    });
    let inputs = json!([{ "node": "x", "qspec": dynamic }, { "node": "w", "qspec": weight }]);
    let analysis = with_graph(
        vec![
            other_node("x", "placeholder"),
            other_node("w", "get_attr"),
            annotated(graph_node("linear", &["x", "w"]), inputs, int8()),
        ],
        json!([]),
    );
    let lines: String =
        analysis.ops().expect("all nodes are known").iter().map(|it| format!("{it}\n")).collect();
    expect![[r#"
        aten.linear (dynamic, int8 [-7, 7] per-channel symmetric, int8 activations): 1x
    "#]]
    .assert_eq(&lines);
}

#[test]
fn modules_of_a_real_report() {
    let analysis = exporter("tiny_transformer.mixed");
    let modules = analysis.modules();
    let lines = modules.iter().filter(|it| it.depth < 4).map(|it| {
        let indent = "  ".repeat(it.depth);
        let (n_nodes, n_float) = (it.verdicts.n_nodes(), it.verdicts.n_float());
        let macs = short(it.macs);
        format!(
            "{indent}{:?} {}: {n_float} of {n_nodes} float, {} own, {macs}\n",
            it.path, it.class, it.n_own
        )
    });
    expect![[r#"
        "" TinyTransformer: 16 of 201 float, 25 own, 1.11 M
          "encoder" TransformerEncoder: 16 of 176 float, 0 own, 1.11 M
            "encoder.layers.0" TransformerEncoderLayer: 8 of 88 float, 3 own, 557 k
              "encoder.layers.0.self_attn" MultiheadAttention: 0 of 50 float, 50 own, 295 k
              "encoder.layers.0.dropout1" Dropout: 0 of 1 float, 1 own, 0
              "encoder.layers.0.norm1" LayerNorm: 3 of 15 float, 15 own, 0
              "encoder.layers.0.linear1" Linear: 0 of 1 float, 1 own, 131 k
              "encoder.layers.0.dropout" Dropout: 0 of 1 float, 1 own, 0
              "encoder.layers.0.linear2" Linear: 0 of 1 float, 1 own, 131 k
              "encoder.layers.0.dropout2" Dropout: 0 of 1 float, 1 own, 0
              "encoder.layers.0.norm2" LayerNorm: 3 of 15 float, 15 own, 0
            "encoder.layers.1" TransformerEncoderLayer: 8 of 88 float, 3 own, 557 k
              "encoder.layers.1.self_attn" MultiheadAttention: 0 of 50 float, 50 own, 295 k
              "encoder.layers.1.dropout1" Dropout: 0 of 1 float, 1 own, 0
              "encoder.layers.1.norm1" LayerNorm: 3 of 15 float, 15 own, 0
              "encoder.layers.1.linear1" Linear: 0 of 1 float, 1 own, 131 k
              "encoder.layers.1.dropout" Dropout: 0 of 1 float, 1 own, 0
              "encoder.layers.1.linear2" Linear: 0 of 1 float, 1 own, 131 k
              "encoder.layers.1.dropout2" Dropout: 0 of 1 float, 1 own, 0
              "encoder.layers.1.norm2" LayerNorm: 3 of 15 float, 15 own, 0
    "#]]
    .assert_eq(&lines.collect::<String>());
    // A module has the nodes of those below it and its own, no more and no fewer.
    for (module_idx, module) in modules.iter().enumerate() {
        let below = modules.iter().filter(|it| it.parent == Some(module_idx));
        let n_below: usize = below.map(|it| it.verdicts.n_nodes()).sum();
        assert_eq!(module.verdicts.n_nodes(), n_below + module.n_own, "{}", module.path);
    }
}

/// The strip has one cell per node, in order.
#[test]
fn the_strip_has_every_node() {
    let analysis = exporter("tiny_transformer.mixed");
    let summary = Summary::of(&analysis, &NodeTable::of(&analysis));
    assert_eq!(summary.strip.len(), analysis.nodes().len());
    for (node_idx, cell) in summary.strip.chars().enumerate() {
        let is_config = analysis.verdict(node_idx) == Verdict::FloatByConfig;
        assert_eq!(cell == 'c', is_config, "{node_idx}");
    }
}

/// A share of the nodes with shapes is not the share of the model.
#[test]
fn macs_are_unknown_where_a_shape_is() {
    let conv = |name: &str, shape: &[i64]| op(name, "aten.conv2d.default", &["x", "w"], shape);
    let mut dynamic = conv("float", &[]);
    dynamic["shape"] = json!(["s0", 4, 6, 6]);
    let mut quantized = conv("conv", &[1, 4, 6, 6]);
    quantized["annotation"] = json!({ "input_qspec_map": [], "output_qspec": int8() });
    let x = json!({ "name": "x", "op": "placeholder", "target": "x", "inputs": [], "shape": [1, 3, 8, 8] });
    let known = vec![x.clone(), parameter("w", &[4, 3, 3, 3]), quantized.clone()];
    let unknown = vec![x, parameter("w", &[4, 3, 3, 3]), quantized, dynamic];
    let macs = 4 * 6 * 6 * 3 * 3 * 3;
    for (nodes, fraction, text) in [
        (known, json!(1.0), "100 % (3.89 k of 3.89 k)"),
        (
            unknown,
            Value::Null,
            "unknown: 1 node lacks shapes; of the others 100 % (3.89 k of 3.89 k)",
        ),
    ] {
        let analysis = with_graph(nodes, json!([]));
        let coverage = analysis.coverage().expect("all nodes are known");
        assert_eq!((coverage.macs.quantized, coverage.macs.total), (macs, macs));
        let summary = Summary::of(&analysis, &NodeTable::of(&analysis));
        let table = write::summary_text(&summary);
        let line = table.lines().find(|it| it.contains("coverage, MACs")).expect("a line");
        assert!(line.ends_with(text), "{line}");
        let json = write::summary_json(&[("run.json", analysis)]).expect("JSON");
        let json: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(json.pointer("/reports/0/coverage/macs"), Some(&fraction), "{json:#}");
    }
}

/// A tensor crosses a shore by its own qspec, not by what became of the node that makes it: the
/// conv2d of X86InductorQuantizer reads quantized and writes float.
#[test]
fn crossings_are_those_of_tensors() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reports/quantizers");
    let json = std::fs::read(format!("{folder}/X86InductorQuantizer.qspect.json"));
    let json = json.expect("a report");
    let analysis = Analysis::of(common::read("x86.json", &json));
    let islands = analysis.islands().expect("a graph");
    let relu = analysis.find("relu").expect("a node");
    let island = islands.iter().find(|it| it.nodes.contains(&relu)).expect("it is float");
    assert_eq!((island.n_dequantize, island.n_quantize), (0, 1));
}

/// A path that comes again in another module is another module, and the model has all nodes.
#[test]
fn modules_that_repeat() {
    let node = |name: &str, paths: &[&str]| {
        let stack = paths.iter().map(|it| json!({ "path": it, "type": "M" })).collect::<Vec<_>>();
        let mut node = graph_node(name, &[]);
        node["module_stack"] = json!(stack);
        node
    };
    let nodes = vec![node("sin", &["a", "b", "a"]), node("cos", &["c", "b"]), node("tan", &[])];
    let modules = with_graph(nodes, json!([])).modules();
    let lines = modules.iter().map(|it| {
        format!("{:?} in {:?}: {}, {} own\n", it.path, it.parent, it.verdicts.n_nodes(), it.n_own)
    });
    expect![[r#"
        "" in None: 3, 1 own
        "a" in Some(0): 1, 0 own
        "b" in Some(1): 1, 0 own
        "a" in Some(2): 1, 1 own
        "c" in Some(0): 1, 0 own
        "b" in Some(4): 1, 1 own
    "#]]
    .assert_eq(&lines.collect::<String>());
}
