//! Reports of any size, made up but shaped like real ones.

use std::sync::Arc;

use anyhow::Result;
use qspect_core::qspec::{QuantizationSpec, SharedQuantizationSpec};
use qspect_core::report::{Annotation, Module};
use qspect_core::{
    AcceptedPattern, AnnotatedNode, DType, Dim, EdgeOrNode, Graph, GraphNode, InputQSpec, Name,
    QScheme, QSpec, QuantizerInfo, QuantizerReport, Report, write,
};

/// One [`report`] as the exporter writes it, on one line: about 0.95 kB a node.
///
/// # Errors
/// Those of the writer.
pub fn json(n_nodes: usize) -> Result<String> {
    Ok(write::json_lines(&[report(n_nodes)])?)
}

/// A report with a graph of `n_nodes` compute nodes: residual blocks of a convolution, a relu and an
/// add, every tenth block float on purpose. One chain of shared qspecs goes through all adds.
pub fn report(n_nodes: usize) -> Report {
    blocks((0..n_nodes).map(|it| (OPS[it % 3], it / 3)))
}

/// The same with one more convolution in the middle, so that tracing renumbers everything after it.
pub fn with_a_layer(n_nodes: usize) -> Report {
    let middle = n_nodes / 6;
    blocks((0..n_nodes).flat_map(|it| {
        let (op, block) = (OPS[it % 3], it / 3);
        let is_twice = block == middle && op.0 == "conv2d";
        std::iter::repeat_n((op, block), 1 + usize::from(is_twice))
    }))
}

/// A report of `n_nodes` relus in one chain, `relu_0` and on, after the input `x`, and nothing else
/// about them: about 0.1 kB a node.
///
/// # Errors
/// Those of the writer.
pub fn chain_json(n_nodes: usize) -> Result<String> {
    let mut nodes = vec![chained("x".into(), "placeholder", "x", Vec::new())];
    let mut input = Name::from("x");
    for number in 0..n_nodes {
        let name = Name::new(format!("relu_{number}"));
        nodes.push(chained(name.clone(), "call_function", "aten.relu.default", vec![input]));
        input = name;
    }
    let report = Report {
        report_title: "GENERATED QUANTIZATION REPORT".to_owned(),
        graph: Some(Graph { nodes, ..Graph::default() }),
        ..Report::default()
    };
    Ok(write::json_lines(&[report])?)
}

fn chained(name: Name, op: &str, target: &str, inputs: Vec<Name>) -> GraphNode {
    GraphNode { name, op: op.into(), target: target.into(), inputs, ..GraphNode::default() }
}

type Op = (&'static str, &'static str);

const OPS: [Op; 3] =
    [("conv2d", "aten.conv2d.default"), ("relu", "aten.relu.default"), ("add", "aten.add.Tensor")];

/// The nodes, each an op and the block that it is in.
fn blocks(ops: impl Iterator<Item = (Op, usize)> + Clone) -> Report {
    let n_nodes = ops.clone().count();
    let last_block = ops.clone().last().map_or(0, |it| it.1);
    let mut nodes = vec![node("x".into(), "placeholder", "x", &[], 0)];
    let (mut quantized, mut float) = (Vec::new(), Vec::new());
    let mut n_convolutions = 0;
    let mut input = Name::from("x");
    for ((kind, target), block) in ops {
        let number = if kind == "conv2d" { n_convolutions } else { block };
        n_convolutions += usize::from(kind == "conv2d");
        let name = Name::new(format!("{kind}_{number}"));
        let is_float_block = is_float(block);
        let qspec = |it: QSpec| (!is_float_block).then_some(it);
        let input_qspec_map = vec![InputQSpec {
            node: input.clone(),
            qspec: qspec(int8("HistogramObserver")),
            ..InputQSpec::default()
        }];
        let next_add = block + if is_float(block + 1) { 2 } else { 1 };
        let output_qspec = qspec(match kind {
            "add" if next_add < last_block => shared(format!("add_{next_add}")),
            _ => int8("MinMaxObserver"),
        });
        let mut graph_node = node(name.clone(), "call_function", target, &[&input], block);
        graph_node.annotation = Some(Annotation {
            input_qspec_map: input_qspec_map.clone(),
            output_qspec: output_qspec.clone(),
            ..Annotation::default()
        });
        nodes.push(graph_node);
        let annotated = AnnotatedNode {
            name: name.clone(),
            input_qspec_map,
            output_qspec,
            ..AnnotatedNode::default()
        };
        let patterns = if is_float_block { &mut float } else { &mut quantized };
        patterns.push(AcceptedPattern { nodes: vec![annotated], ..AcceptedPattern::default() });
        input = name;
    }
    Report {
        report_title: "GENERATED QUANTIZATION REPORT".to_owned(),
        model: Some(format!("{n_nodes} nodes")),
        quantizers: vec![quantizer("NO_QCONFIG", float), quantizer("int8", quantized)],
        graph: Some(Graph { nodes, ..Graph::default() }),
        ..Report::default()
    }
}

fn is_float(block: usize) -> bool {
    block % 10 == 9
}

fn int8(observer: &str) -> QSpec {
    QSpec::Quantization(Arc::new(QuantizationSpec {
        dtype: DType("torch.int8".into()),
        quant_min: Some(-128),
        quant_max: Some(127),
        qscheme: Some(Some(QScheme("torch.per_tensor_affine".into()))),
        ch_axis: Some(None),
        is_dynamic: Some(false),
        observer: Some(observer.into()),
        ..QuantizationSpec::default()
    }))
}

fn shared(name: String) -> QSpec {
    QSpec::Shared(Box::new(SharedQuantizationSpec {
        edge_or_node: EdgeOrNode::Node(name.into()),
        ..SharedQuantizationSpec::default()
    }))
}

fn node(name: Name, op: &str, target: &str, inputs: &[&Name], block: usize) -> GraphNode {
    GraphNode {
        name,
        op: op.into(),
        target: target.into(),
        inputs: inputs.iter().map(|it| (*it).clone()).collect(),
        module_stack: vec![Module {
            path: format!("features.{block}").into(),
            class: "Block".into(),
            ..Module::default()
        }],
        shape: Some([1, 32, 112, 112].map(Dim::Size).into()),
        dtype: Some(DType("torch.float32".into())),
        ..GraphNode::default()
    }
}

fn quantizer(label: &str, accepted_patterns: Vec<AcceptedPattern>) -> QuantizerReport {
    QuantizerReport {
        quantizer_info: QuantizerInfo {
            name: "PatternQuantizer".to_owned(),
            targeted_nodes_description: "GlobalNodeFinder targeting all nodes".to_owned(),
            qconfig_label: label.to_owned(),
            ..QuantizerInfo::default()
        },
        accepted_patterns,
        ..QuantizerReport::default()
    }
}
