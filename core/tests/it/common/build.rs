//! Small reports, put together piece by piece, and real ones by name.

use std::path::{Path, PathBuf};

use qspect_core::{Analysis, Report};
use serde_json::{Value, json};

use super::{RealReport, read, real_reports};

/// A real report of ExecuTorch 1.5.1.
pub fn real(name: &str) -> Report {
    let is_it = |it: &RealReport| it.name.ends_with(&format!("executorch-1.5.1/{name}.txt"));
    real_reports().iter().find(|it| is_it(it)).expect("a real report").read()
}

/// The names of the exporter's reports: `swin_t.mixed`.
pub fn exporter_names() -> Vec<String> {
    let entries = std::fs::read_dir(exporter_folder()).expect("the exporter's reports");
    let names = entries.filter_map(|it| {
        let name = it.expect("an entry").file_name().into_string().ok()?;
        Some(name.split_once(".qspect.json")?.0.to_owned())
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert_eq!(names.len(), 15);
    names
}

/// What the exporter wrote of a real run, graph included.
pub fn exporter(name: &str) -> Analysis {
    json_report(&exporter_folder(), name)
}

/// What the exporter wrote of a run that differs from another one in one thing.
pub fn changed(name: &str) -> Analysis {
    json_report(&exporter_folder().with_file_name("changes"), name)
}

fn json_report(folder: &Path, name: &str) -> Analysis {
    let plain = folder.join(format!("{name}.qspect.json"));
    let json = std::fs::read(&plain).unwrap_or_else(|_| {
        let file = std::fs::File::open(plain.with_extension("json.gz")).expect("a report");
        let mut json = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(file), &mut json)
            .expect("gzip");
        json
    });
    Analysis::of(read(name, &json))
}

fn exporter_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports/executorch-1.5.1-exporter")
}

/// A report of these quantizers, with the other fields beside them.
#[track_caller]
pub fn report(quantizers: Value, other_fields: Value) -> Report {
    let mut report = json!({ "format": "qspect-report", "version": 1, "report_title": "T" });
    report["quantizers"] = quantizers;
    if other_fields.get("graph").is_none() {
        // Without either, a report is cut off.
        report["non_annotated_nodes"] = json!([]);
    }
    for (name, value) in other_fields.as_object().expect("an object") {
        report[name] = value.clone();
    }
    read("run.json", report.to_string().as_bytes())
}

/// A quantizer with these patterns.
pub fn quantizer(accepted: Value, rejected: Value) -> Value {
    json!({
        "quantizer_info": {
            "name": "Q", "targeted_nodes_description": "all", "qconfig_label": "C",
        },
        "accepted_patterns": accepted,
        "rejected_patterns": rejected,
    })
}

/// A pattern whose nodes all have this output qspec.
pub fn accepted(names: &[&str], qspec: Value) -> Value {
    let nodes = names.iter().map(|it| json!({ "name": it, "output_qspec": qspec }));
    json!({ "nodes": nodes.collect::<Vec<_>>() })
}

/// A pattern that was rejected.
pub fn rejected(names: &[&str], reason: &str) -> Value {
    json!({ "node_names": names, "rejection_reason": reason })
}

/// A qspec.
pub fn int8() -> Value {
    json!({ "type": "QuantizationSpec", "dtype": "torch.int8" })
}

/// A qspec that shares that of a node or an edge.
pub fn shared(edge_or_node: Value) -> Value {
    json!({ "type": "SharedQuantizationSpec", "edge_or_node": edge_or_node })
}

/// A node of a graph that calls `aten.<op>.default`.
pub fn graph_node(name: &str, inputs: &[&str]) -> Value {
    let op = name.split('_').next().unwrap_or(name);
    json!({
        "name": name, "op": "call_function", "target": format!("aten.{op}.default"),
        "inputs": inputs,
    })
}

/// A node of a graph of another kind.
pub fn other_node(name: &str, op: &str) -> Value {
    json!({ "name": name, "op": op, "target": name, "inputs": [] })
}

/// The node with an annotation.
pub fn annotated(mut graph_node: Value, inputs: Value, output: Value) -> Value {
    graph_node["annotation"] = json!({ "input_qspec_map": inputs, "output_qspec": output });
    graph_node
}

/// A report of a graph and these quantizers.
#[track_caller]
pub fn with_graph(nodes: Vec<Value>, quantizers: Value) -> Analysis {
    Analysis::of(report(quantizers, json!({ "graph": { "nodes": nodes } })))
}

/// Each node with its verdict, one per line.
pub fn verdicts(analysis: &Analysis) -> String {
    let nodes = analysis.nodes().iter().enumerate();
    nodes
        .map(|(idx, node)| format!("{}: {}\n", node.name, analysis.verdict(idx).as_str()))
        .collect()
}
