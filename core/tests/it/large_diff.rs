//! A comparison as large as reports get.

use qspect_core::report::{Annotation, Module};
use qspect_core::{
    AcceptedPattern, Analysis, AnnotatedNode, DType, Diff, Dim, Graph, GraphNode, Name, QSpec,
    QuantizerReport, Report,
};

/// Convolutions, each with its relu.
const N_LAYERS: usize = 50_000;

/// Channels of all layers but the one that is inserted.
const N_CHANNELS: i64 = 32;

/// A `Sequential` whose layers have these channels: names and modules are numbered from the first.
fn sequential(channels: impl Iterator<Item = i64>) -> Analysis {
    let int8 = QSpec::Quantization(
        qspect_core::qspec::QuantizationSpec {
            dtype: DType("torch.int8".into()),
            ..Default::default()
        }
        .into(),
    );
    let mut quantizer = QuantizerReport::default();
    let mut nodes: Vec<GraphNode> = Vec::new();
    for (layer, channels) in channels.enumerate() {
        for op in ["conv2d", "relu"] {
            let name: Name = match layer {
                0 => op.into(),
                _ => format!("{op}_{layer}").into(),
            };
            let path = format!("features.{layer}");
            let module = Module { path: path.into(), class: op.into(), ..Module::default() };
            let annotation =
                Annotation { output_qspec: Some(int8.clone()), ..Annotation::default() };
            quantizer.accepted_patterns.push(AcceptedPattern {
                nodes: vec![AnnotatedNode {
                    name: name.clone(),
                    output_qspec: Some(int8.clone()),
                    ..AnnotatedNode::default()
                }],
                ..AcceptedPattern::default()
            });
            nodes.push(GraphNode {
                op: "call_function".into(),
                target: format!("aten.{op}.default").into(),
                inputs: nodes.last().map(|it| it.name.clone()).into_iter().collect(),
                module_stack: vec![module],
                shape: Some(vec![Dim::Size(1), Dim::Size(channels)]),
                dtype: Some(DType("torch.float32".into())),
                annotation: Some(annotation),
                name,
                ..GraphNode::default()
            });
        }
    }
    Analysis::of(Report {
        quantizers: vec![quantizer],
        graph: Some(Graph { nodes, ..Graph::default() }),
        ..Report::default()
    })
}

/// All layers behind the new one have other names and modules, and else they are all alike. What is
/// quadratic in so many nodes would not end.
#[test]
fn a_layer_in_the_middle_of_100_000_nodes_is_all_that_is_added() {
    let middle = N_LAYERS / 2;
    let base = sequential((0..N_LAYERS).map(|_| N_CHANNELS));
    let head = sequential((0..=N_LAYERS).map(|it| if it == middle { 7 } else { N_CHANNELS }));
    assert_eq!((base.nodes().len(), head.nodes().len()), (100_000, 100_002));
    let added = [format!("conv2d_{middle}"), format!("relu_{middle}")];
    let there = Diff::of(&base, &head);
    let names: Vec<&str> = there.added.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, added);
    assert_eq!((there.changed.len(), there.removed.len()), (0, 0));
    assert_eq!(there.renamed.len(), 2 * (N_LAYERS - middle));
    let back = Diff::of(&head, &base);
    let names: Vec<&str> = back.removed.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, added);
    assert_eq!((back.changed.len(), back.added.len()), (0, 0));
}
