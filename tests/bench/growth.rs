//! How the time to know everything of a report grows with its nodes. Without a browser.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use qspect_core::qspec::{QuantizationSpec, SharedQuantizationSpec};
use qspect_core::{
    AcceptedPattern, Analysis, AnnotatedNode, Annotation, DType, Dim, EdgeOrNode, Graph, GraphNode,
    InputQSpec, Module, Name, NodeTable, QSpec, QuantizerInfo, QuantizerReport, RejectedPattern,
    Report, Summary, render,
};

const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// What one size takes, in milliseconds.
pub struct Growth {
    pub n_nodes: usize,
    /// From the JSON's bytes to the report.
    pub parse_ms: f64,
    /// From the report to verdicts, table and summary: chains, coverage, islands, ops, findings.
    pub analysis_ms: f64,
}

/// Medians for each size.
pub fn measure() -> anyhow::Result<Vec<Growth>> {
    let mut growths = Vec::new();
    for n_nodes in SIZES {
        let json = render::json(&report(n_nodes))?;
        let n_runs = (SIZES[SIZES.len() - 1] / n_nodes).clamp(5, 50);
        let (mut parse, mut analysis) = (Vec::new(), Vec::new());
        for _ in 0..n_runs {
            let start = Instant::now();
            let parsed = qspect_core::parse("growth.json", json.as_bytes())?;
            parse.push(start.elapsed());
            let report = parsed.reports.into_iter().next().context("no report")?;
            let start = Instant::now();
            let known = Analysis::of(report);
            let table = NodeTable::of(&known);
            let summary = Summary::of(&known, &table);
            analysis.push(start.elapsed());
            anyhow::ensure!(summary.verdicts.n_nodes() == n_nodes, "nodes are lost");
        }
        let median = |mut times: Vec<Duration>| {
            times.sort_unstable();
            times[times.len() / 2].as_secs_f64() * 1000.0
        };
        growths.push(Growth { n_nodes, parse_ms: median(parse), analysis_ms: median(analysis) });
    }
    Ok(growths)
}

/// Blocks of a convolution, two ops that share its qparams, and an addition; every tenth block is
/// float, and one chain of shared qspecs goes through all of the model.
fn report(n_nodes: usize) -> Report {
    let names: Vec<Name> = (0..n_nodes).map(|it| Name::new(format!("node_{it}"))).collect();
    let int8 = QSpec::Quantization(Arc::new(QuantizationSpec {
        dtype: DType("torch.int8".into()),
        quant_min: Some(-128),
        quant_max: Some(127),
        ..QuantizationSpec::default()
    }));
    let shared = |name: &Name| {
        QSpec::Shared(Box::new(SharedQuantizationSpec {
            edge_or_node: EdgeOrNode::Node(name.clone()),
            unknown: Default::default(),
        }))
    };
    let targets =
        ["aten.conv2d.default", "aten.view.default", "aten.permute.default", "aten.add.Tensor"];
    let mut nodes = Vec::new();
    let mut accepted = Vec::new();
    let mut rejected = Vec::new();
    for at in 0..n_nodes {
        let is_float = at / 4 % 10 == 9;
        let input = at.checked_sub(1).map(|it| names[it].clone());
        let output = match at % 4 {
            // The long chain.
            3 if at + 4 < n_nodes => shared(&names[at + 4]),
            1 | 2 => shared(&names[at - 1]),
            _ => int8.clone(),
        };
        let inputs = input.iter().map(|it| InputQSpec {
            node: it.clone(),
            qspec: Some(int8.clone()),
            ..InputQSpec::default()
        });
        let input_qspec_map: Vec<InputQSpec> = inputs.collect();
        let output_qspec = Some(output);
        if is_float {
            rejected.push(RejectedPattern {
                node_names: vec![names[at].clone()],
                rejection_reason: "All inputs and outputs to these nodes are non-quantized."
                    .to_owned(),
                ..RejectedPattern::default()
            });
        } else {
            accepted.push(AcceptedPattern {
                nodes: vec![AnnotatedNode {
                    name: names[at].clone(),
                    input_qspec_map: input_qspec_map.clone(),
                    output_qspec: output_qspec.clone(),
                    ..AnnotatedNode::default()
                }],
                ..AcceptedPattern::default()
            });
        }
        let annotation = Annotation { input_qspec_map, output_qspec, ..Annotation::default() };
        nodes.push(GraphNode {
            name: names[at].clone(),
            op: "call_function".into(),
            target: targets[at % 4].into(),
            inputs: input.into_iter().collect(),
            module_stack: vec![Module {
                path: format!("features.{}", at / 4).into(),
                class: "Block".into(),
                ..Module::default()
            }],
            shape: Some([1, 32, 56, 56].map(Dim::Size).into()),
            dtype: Some(DType("torch.float32".into())),
            annotation: (!is_float).then_some(annotation),
            ..GraphNode::default()
        });
    }
    Report {
        report_title: "GENERATED QUANTIZATION REPORT".to_owned(),
        quantizers: vec![QuantizerReport {
            quantizer_info: QuantizerInfo {
                name: "PatternQuantizer".to_owned(),
                targeted_nodes_description: "GlobalNodeFinder targeting all nodes".to_owned(),
                qconfig_label: "int8".to_owned(),
                ..QuantizerInfo::default()
            },
            accepted_patterns: accepted,
            rejected_patterns: rejected,
            ..QuantizerReport::default()
        }],
        graph: Some(Graph { nodes, ..Graph::default() }),
        ..Report::default()
    }
}
