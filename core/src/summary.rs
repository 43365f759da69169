//! The first screen: what a report comes to.

use serde::{Deserialize, Serialize};

use crate::lint::Lint;
use crate::{
    Analysis, Counts, Coverage, Island, Level, NodeTable, QuantizerReport, VerdictCounts,
    table::Facet,
};

/// What a report comes to, without its nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The report's title.
    pub report_title: String,
    /// The model's name, where the source has it.
    pub model: Option<String>,
    /// The packages the report was made with, where the source tells: `executorch 1.5.1`.
    pub packages: Vec<String>,
    /// Whether there are nodes to show or counts alone.
    pub level: Level,
    /// ExecuTorch's counts, added up over the quantizers.
    pub counts: Counts,
    /// Nodes without an annotation, where the source can tell.
    pub n_non_annotated: Option<usize>,
    /// Distinct nodes by verdict, parameters left out.
    pub verdicts: VerdictCounts,
    /// Parameters that the source lists among its nodes.
    pub n_parameters: usize,
    /// Nodes that a quantizer with a qconfig of None accepted last: float on purpose.
    pub n_on_purpose: usize,
    /// Float nodes whose output is known to be integer or boolean: nothing to quantize.
    pub n_not_floating: usize,
    /// How much is quantized.
    pub coverage: Coverage,
    /// One entry per quantizer, in order of precedence.
    pub quantizers: Vec<QuantizerSummary>,
    /// Why nodes were rejected, most nodes first. Only nodes that no quantizer accepted.
    pub reasons: Vec<Tally>,
    /// What nodes compute in, most nodes first.
    pub dtypes: Vec<Tally>,
    /// One entry per op and way in which it is quantized, most nodes first.
    pub ops: Top<OpTally>,
    /// The float islands, most crossings first; `None` without a graph.
    pub islands: Option<Top<IslandSummary>>,
    /// The crossings of all islands.
    pub n_crossings: usize,
    /// What looks wrong, gravest first.
    pub findings: Top<FindingSummary>,
    /// One [`Cell`] per node, in the order of [`crate::NodeIndex`], as a text of as many
    /// characters.
    pub strip: String,
    /// Whether not one node is quantized, as far as the source tells.
    pub is_nothing_quantized: bool,
    /// Whether the source ends before the report does: then nothing can be said of all nodes.
    pub is_cut_off: bool,
    /// Whether the source has a graph, which says what each node calls and reads.
    pub has_graph: bool,
    /// How many nodes ExecuTorch listed before the transform for annotation.
    pub n_pre_transform_nodes: usize,
}

/// One quantizer's part in a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuantizerSummary {
    /// The class.
    pub name: String,
    /// Which nodes it looks at, in its own words.
    pub targeted_nodes_description: String,
    /// The qconfig's label, whole.
    pub qconfig_label: String,
    /// Where the supported operators are defined.
    pub support_config_path: Option<String>,
    /// ExecuTorch's counts.
    pub counts: Counts,
    /// Whether it gives no node a qspec, by its qconfig of None or in fact: float on purpose.
    pub is_without_qspecs: bool,
}

/// How many nodes have something in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// What they have in common.
    pub what: String,
    /// How many distinct nodes.
    pub n_nodes: usize,
}

/// The first of many: at most [`MAX_TOP`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Top<T> {
    /// Those that are told.
    pub items: Vec<T>,
    /// How many there are in all.
    pub n: usize,
}

/// Items of a [`Top`].
pub const MAX_TOP: usize = 100;

impl<T> Top<T> {
    fn of(items: impl ExactSizeIterator<Item = T>) -> Self {
        let n = items.len();
        Self { items: items.take(MAX_TOP).collect(), n }
    }
}

/// An [`crate::OpLine`] without its nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpTally {
    /// What they call.
    pub op: String,
    /// How they are quantized.
    pub how: String,
    /// Whether they are.
    pub is_quantized: bool,
    /// How many nodes.
    pub n_nodes: usize,
}

/// An [`crate::Island`] without its nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IslandSummary {
    /// The name of its first node.
    pub first: String,
    /// How many nodes.
    pub n_nodes: usize,
    /// Tensors that are dequantized or quantized at its shore.
    pub crossings: usize,
}

impl IslandSummary {
    pub(crate) fn of(analysis: &Analysis, island: &Island) -> Self {
        let first = island.nodes.first().and_then(|it| analysis.nodes().get(*it));
        Self {
            first: first.map(|it| it.name.to_string()).unwrap_or_default(),
            n_nodes: island.nodes.len(),
            crossings: island.crossings(),
        }
    }
}

/// A [`crate::Finding`] without its nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingSummary {
    /// What was looked for.
    pub lint: Lint,
    /// What was found.
    pub message: String,
    /// How many nodes.
    pub n_nodes: usize,
}

impl Summary {
    /// Sums up a report, whose nodes are in `table`.
    pub fn of(analysis: &Analysis, table: &NodeTable) -> Self {
        let report = analysis.report();
        let packages = report.producer.iter().flat_map(|it| &it.packages);
        let mut verdicts = VerdictCounts::default();
        let mut n_on_purpose = 0;
        let mut n_not_floating = 0;
        for (node_idx, node) in analysis.nodes().iter().enumerate() {
            if !node.is_parameter {
                verdicts.add(analysis.verdict(node_idx));
                n_on_purpose += usize::from(analysis.is_on_purpose(node_idx, node));
                n_not_floating += usize::from(analysis.is_not_floating(node_idx));
            }
        }
        let ops = Top::of(analysis.ops().into_iter().map(|line| OpTally {
            is_quantized: line.nodes.first().is_some_and(|it| analysis.verdict(*it).is_quantized()),
            op: line.op,
            how: line.how,
            n_nodes: line.nodes.len(),
        }));
        let islands = analysis.islands();
        let n_crossings = islands.iter().flatten().map(Island::crossings).sum();
        let island = |it: Island| IslandSummary::of(analysis, &it);
        let findings = Top::of(analysis.findings().into_iter().map(|it| FindingSummary {
            lint: it.lint,
            message: it.message,
            n_nodes: it.nodes.len(),
        }));
        Self {
            report_title: report.report_title.clone(),
            model: report.model.clone(),
            packages: packages.map(|(name, version)| format!("{name} {version}")).collect(),
            level: report.level(),
            counts: report.node_counts(),
            n_non_annotated: report.n_non_annotated(),
            n_parameters: analysis.nodes().len() - verdicts.n_nodes(),
            verdicts,
            n_on_purpose,
            n_not_floating,
            coverage: analysis.coverage(),
            quantizers: report.quantizers.iter().map(QuantizerSummary::of).collect(),
            reasons: table.tally(Facet::Reason),
            dtypes: table.tally(Facet::DType),
            ops,
            islands: islands.map(|it| Top::of(it.into_iter().map(island))),
            n_crossings,
            findings,
            strip: analysis.strip(),
            is_nothing_quantized: analysis.is_nothing_quantized(),
            is_cut_off: report.n_non_annotated().is_none(),
            has_graph: analysis.has_graph(),
            n_pre_transform_nodes: report.pre_transform_nodes.len(),
        }
    }
}

impl QuantizerSummary {
    fn of(quantizer: &QuantizerReport) -> Self {
        let info = quantizer.quantizer_info.clone();
        Self {
            name: info.name,
            targeted_nodes_description: info.targeted_nodes_description,
            qconfig_label: info.qconfig_label,
            support_config_path: info.support_config_path,
            counts: quantizer.node_counts(),
            is_without_qspecs: quantizer.is_without_qspecs(),
        }
    }
}
