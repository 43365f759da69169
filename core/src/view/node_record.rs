//! Nodes as records, for export.

use serde::Serialize;

use crate::analysis::Analysis;
use crate::analysis::nodes::Node;
use crate::analysis::verdict::Verdict;
use crate::qspec::QSpec;

/// One node; the fields are in the order of the exported columns.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NodeRecord {
    /// The node's name.
    pub name: String,
    /// The kind of node, if the source has a graph: `call_function`.
    pub op: Option<String>,
    /// The op that it calls, if the source has a graph: `aten.conv2d.default`.
    pub target: Option<String>,
    /// The path of the innermost module around it, if the source has a graph.
    pub module: Option<String>,
    /// Its verdict.
    pub verdict: Verdict,
    /// The class of the last quantizer that accepted it, else of one that rejected it.
    pub quantizer: Option<String>,
    /// The label of that quantizer's qconfig.
    pub qconfig_label: Option<String>,
    /// The reason for its rejection, if no quantizer accepted it.
    pub rejection_reason: Option<String>,
    /// Its annotated inputs.
    pub inputs: Vec<InputRecord>,
    /// The output's qspec.
    pub output: Option<String>,
    /// The output's qspec after shared qspecs are followed; `None` if it leads nowhere.
    pub resolved_output: Option<String>,
    /// The number of the output's observer. Edges and outputs with the same number share one
    /// observer in the prepared model. Numbers count from 1 in graph order, a node's inputs before
    /// its output. `None` if there is no qspec, if the qspec leads nowhere, or if the source has no
    /// graph.
    pub output_observer: Option<usize>,
}

/// One annotated input of a node.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InputRecord {
    /// The name of the node that is the input.
    pub node: String,
    /// The edge's qspec; `None` is Python's None.
    pub qspec: Option<String>,
    /// The edge's qspec after shared qspecs are followed.
    pub resolved: Option<String>,
    /// The number of the edge's observer: see [`NodeRecord::output_observer`].
    pub observer: Option<usize>,
}

impl Analysis {
    /// A record of each node, in the order of [`crate::analysis::nodes::NodeIndex`]. `qspec`
    /// formats the qspecs.
    pub fn records(&self, qspec: fn(&QSpec) -> String) -> impl Iterator<Item = NodeRecord> {
        self.records_where(qspec, |_| true)
    }

    /// The same of the nodes that a condition on their indices holds for.
    pub fn records_where(
        &self,
        qspec: fn(&QSpec) -> String,
        is_kept: impl Fn(usize) -> bool,
    ) -> impl Iterator<Item = NodeRecord> {
        let nodes = self.nodes().iter().enumerate().filter(move |it| is_kept(it.0));
        nodes.map(move |(node_idx, node)| self.record(node_idx, node, qspec))
    }

    fn record(&self, node_idx: usize, node: &Node, qspec: fn(&QSpec) -> String) -> NodeRecord {
        let report = self.report();
        let graph_node = self.graph_node(node);
        let decider = self.owner(node);
        // Without a graph only a part of the sharing is known.
        let observers = self.has_graph().then(|| self.observers());
        let observer = |place| observers.and_then(|it| it.number(place));
        let inputs = self.annotations.inputs(report, node.name_id).iter();
        let inputs = inputs.map(|input| {
            let producer = self.names.id(&input.node);
            let place = producer.and_then(|it| self.annotations.edge(it, node.name_id));
            let resolved = place.and_then(|it| self.annotations.resolved(it));
            InputRecord {
                node: input.node.to_string(),
                qspec: input.qspec.as_ref().map(qspec),
                resolved: resolved.map(qspec),
                observer: place.and_then(observer),
            }
        });
        NodeRecord {
            name: node.name.to_string(),
            op: graph_node.map(|it| it.op.to_string()),
            target: graph_node.map(|it| it.target.to_string()),
            module: graph_node.and_then(|it| it.module_stack.last()).map(|it| it.path.to_string()),
            verdict: self.verdict(node_idx),
            quantizer: decider.map(|it| it.quantizer_info.name.clone()),
            qconfig_label: decider.map(|it| it.quantizer_info.qconfig_label.clone()),
            rejection_reason: self.reason(node).map(str::to_owned),
            inputs: inputs.collect(),
            output: self.annotations.output(report, node.name_id).map(qspec),
            resolved_output: self.annotations.resolved(node.name_id).map(qspec),
            output_observer: observer(node.name_id),
        }
    }
}
