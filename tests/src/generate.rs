//! Reports of any size, made up but shaped like real ones.

use serde_json::{Value, json};

/// A report with a graph of `n_nodes` compute nodes, as the exporter writes it: residual blocks of
/// a convolution, a relu and an add, every tenth block float on purpose.
pub fn report(n_nodes: usize) -> String {
    let int8 = |observer: &str| {
        json!({
            "type": "QuantizationSpec", "dtype": "torch.int8", "quant_min": -128, "quant_max": 127,
            "qscheme": "torch.per_tensor_affine", "ch_axis": null, "is_dynamic": false,
            "observer": observer,
        })
    };
    let mut graph = vec![node("x", "placeholder", "x", &[], 0)];
    let mut quantized = Vec::new();
    let mut float = Vec::new();
    let mut input = "x".to_owned();
    for node_idx in 0..n_nodes {
        let block = node_idx / 3;
        let (kind, target) = [
            ("conv2d", "aten.conv2d.default"),
            ("relu", "aten.relu.default"),
            ("add", "aten.add.Tensor"),
        ][node_idx % 3];
        let name = format!("{kind}_{block}");
        let qspec = |it| if block % 10 == 9 { Value::Null } else { int8(it) };
        let inputs = json!([{ "node": input, "qspec": qspec("HistogramObserver") }]);
        let output = match kind {
            "add" => json!({
                "type": "SharedQuantizationSpec", "edge_or_node": [input, name],
            }),
            _ => qspec("MinMaxObserver"),
        };
        let output = if block % 10 == 9 { Value::Null } else { output };
        let mut graph_node = node(&name, "call_function", target, &[&input], block);
        graph_node["annotation"] = json!({ "input_qspec_map": inputs, "output_qspec": output });
        graph.push(graph_node);
        let annotated = json!({ "name": name, "input_qspec_map": inputs, "output_qspec": output });
        let patterns = if block % 10 == 9 { &mut float } else { &mut quantized };
        patterns.push(json!({ "nodes": [annotated] }));
        input = name;
    }
    let quantizer = |label: &str, accepted: Vec<Value>| {
        json!({
            "quantizer_info": {
                "name": "PatternQuantizer",
                "targeted_nodes_description": "GlobalNodeFinder targeting all nodes",
                "qconfig_label": label,
                "support_config_path": null,
            },
            "accepted_patterns": accepted,
            "rejected_patterns": [],
        })
    };
    let report = json!({
        "format": "qspect-report",
        "version": 1,
        "report_title": "GENERATED QUANTIZATION REPORT",
        "model": format!("{n_nodes} nodes"),
        "quantizers": [quantizer("NO_QCONFIG", float), quantizer("int8", quantized)],
        "graph": { "nodes": graph },
    });
    report.to_string()
}

fn node(name: &str, op: &str, target: &str, inputs: &[&str], block: usize) -> Value {
    json!({
        "name": name, "op": op, "target": target, "inputs": inputs,
        "module_stack": [{ "path": format!("features.{block}"), "type": "Block" }],
        "shape": [1, 32, 112, 112], "dtype": "torch.float32",
    })
}
