//! The first screen: a report's figures and lists.

use serde::{Deserialize, Serialize};

use super::node_table::{Facet, NodeTable, Tally};
use crate::analysis::coverage::Coverage;
use crate::analysis::islands::Island;
use crate::analysis::lint::Lint;
use crate::analysis::ops::OpLine;
use crate::analysis::verdict::{Verdict, VerdictCounts};
use crate::analysis::{Analysis, Role};
use crate::report::counts::Counts;
use crate::report::{Level, QuantizerReport};

/// A report's figures and lists, without its nodes.
///
/// Figures and lists over all nodes are `None` or empty where the source does not list all nodes: at
/// INFO level, and in an incomplete report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The report's title.
    pub report_title: String,
    /// The model's name, where the source has it.
    pub model: Option<String>,
    /// The packages that the report was made with, where the source has them: `executorch 1.5.1`.
    pub packages: Vec<String>,
    /// Whether there are nodes to show or counts alone.
    pub level: Level,
    /// What makes the report incomplete, in short; `None` if it is whole.
    pub incomplete: Option<String>,
    /// All problems that make the report incomplete, with their lines; empty if it is whole.
    pub problems: Vec<String>,
    /// ExecuTorch's counts, added up over the quantizers; `None` where a quantizer's are lost.
    pub counts: Option<Counts>,
    /// Nodes without an annotation.
    pub n_non_annotated: Option<usize>,
    /// Compute nodes by verdict.
    pub verdicts: Option<VerdictCounts>,
    /// The model's inputs and its output, and what became of them.
    pub inputs_outputs: Top<InputOutput>,
    /// Parameters that the source lists among its nodes.
    pub n_parameters: usize,
    /// Compute nodes that are float on purpose: by a qconfig of None, or by qspecs of a float dtype.
    pub n_on_purpose: usize,
    /// How much is quantized.
    pub coverage: Option<Coverage>,
    /// One entry per quantizer, in order of precedence.
    pub quantizers: Vec<QuantizerSummary>,
    /// Why compute nodes that stay float were rejected, most nodes first. Only nodes that no quantizer
    /// accepted.
    pub reasons: Vec<Tally>,
    /// The data types of the nodes, most nodes first.
    pub dtypes: Vec<Tally>,
    /// One entry per op and way in which it is quantized, most nodes first.
    pub ops: Option<Top<OpTally>>,
    /// The float islands, most crossings first; `None` without a graph, too.
    pub islands: Option<Top<IslandSummary>>,
    /// The crossings of all islands.
    pub n_crossings: Option<usize>,
    /// What looks wrong, gravest first.
    pub findings: Option<Top<FindingSummary>>,
    /// One [`Cell`] per node, in the order of [`crate::analysis::nodes::NodeIndex`], as a text of as many
    /// characters.
    pub strip: String,
    /// Whether not one compute node is quantized.
    pub is_nothing_quantized: bool,
    /// Whether the source has a graph, which shows what each node calls and reads.
    pub has_graph: bool,
    /// How many nodes ExecuTorch listed before the transform for annotation.
    pub n_pre_transform_nodes: usize,
}

/// An input or the output of the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputOutput {
    /// The node's name.
    pub name: String,
    /// What became of it.
    pub verdict: Verdict,
}

impl InputOutput {
    /// `quantized`, `float`, `not float` or `unknown`.
    pub fn state(&self) -> &'static str {
        self.verdict.tensor()
    }
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
    /// ExecuTorch's counts; `None` where they are lost.
    pub counts: Option<Counts>,
    /// Whether it gives no node a qspec, by its qconfig of None or in fact: float on purpose.
    pub is_without_qspecs: bool,
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

/// An [`crate::analysis::ops::OpLine`] without its nodes.
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

/// An [`crate::analysis::islands::Island`] without its nodes.
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

/// A [`crate::analysis::lint::Finding`] without its nodes.
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
        let is_whole = analysis.is_whole();
        let packages = report.producer.iter().flat_map(|it| &it.packages);
        let nodes = || analysis.nodes().iter().enumerate();
        let on_purpose = nodes().filter(|(node_idx, node)| {
            analysis.is_compute(node) && analysis.is_on_purpose(*node_idx, node)
        });
        let n_parameters = nodes().filter(|it| analysis.role(it.1) == Role::Parameter).count();
        let ops = analysis
            .ops()
            .map(|lines| Top::of(lines.into_iter().map(|line| OpTally::of(analysis, line))));
        let islands = analysis.islands();
        let n_crossings = islands.as_ref().map(|it| it.iter().map(Island::crossings).sum());
        let island = |it: Island| IslandSummary::of(analysis, &it);
        let findings = Top::of(analysis.findings().into_iter().map(|it| FindingSummary {
            lint: it.lint,
            message: it.message,
            n_nodes: it.nodes.len(),
        }));
        let known = |tally: Vec<Tally>| if is_whole { tally } else { Vec::new() };
        Self {
            report_title: report.report_title.clone(),
            model: report.model.clone(),
            packages: packages.map(|(name, version)| format!("{name} {version}")).collect(),
            level: report.level(),
            incomplete: (!is_whole).then(|| report.completeness.to_string()),
            problems: report.completeness.problems.iter().map(ToString::to_string).collect(),
            counts: (is_whole || report.quantizers.iter().all(|it| it.counts.is_some()))
                .then(|| report.node_counts()),
            n_non_annotated: report.n_non_annotated().filter(|_| is_whole),
            verdicts: analysis.verdict_counts(),
            inputs_outputs: analysis.inputs_outputs(),
            n_parameters,
            n_on_purpose: if is_whole { on_purpose.count() } else { 0 },
            coverage: analysis.coverage(),
            quantizers: report
                .quantizers
                .iter()
                .map(|it| QuantizerSummary::of(it, is_whole))
                .collect(),
            reasons: known(table.tally(Facet::Reason)),
            dtypes: known(table.tally(Facet::DType)),
            ops,
            islands: islands.map(|it| Top::of(it.into_iter().map(island))),
            n_crossings,
            findings: is_whole.then_some(findings),
            strip: analysis.strip(),
            is_nothing_quantized: analysis.is_nothing_quantized(),
            has_graph: analysis.has_graph(),
            n_pre_transform_nodes: report.pre_transform_nodes.len(),
        }
    }

    /// Whether the report is whole.
    pub fn is_whole(&self) -> bool {
        self.incomplete.is_none()
    }
}

impl Analysis {
    /// The model's inputs and its output, those of submodules left out.
    fn inputs_outputs(&self) -> Top<InputOutput> {
        let nodes = self.nodes().iter().enumerate().filter(|(_, node)| {
            let is_top_level = self.graph_node(node).is_none_or(|it| it.subgraph.is_none());
            is_top_level && self.role(node) == Role::InputOutput
        });
        let items = nodes.map(|(node_idx, node)| InputOutput {
            name: node.name.to_string(),
            verdict: self.verdict(node_idx),
        });
        Top::of(items.collect::<Vec<_>>().into_iter())
    }
}

impl OpTally {
    fn of(analysis: &Analysis, line: OpLine) -> Self {
        Self {
            is_quantized: line.nodes.first().is_some_and(|it| analysis.verdict(*it).is_quantized()),
            op: line.op,
            how: line.how,
            n_nodes: line.nodes.len(),
        }
    }
}

impl QuantizerSummary {
    fn of(quantizer: &QuantizerReport, is_whole: bool) -> Self {
        let info = quantizer.quantizer_info.clone();
        Self {
            name: info.name,
            targeted_nodes_description: info.targeted_nodes_description,
            qconfig_label: info.qconfig_label,
            support_config_path: info.support_config_path,
            // Those of the patterns are no figures where patterns may be lost.
            counts: quantizer.counts.or_else(|| is_whole.then(|| quantizer.node_counts())),
            is_without_qspecs: quantizer.is_without_qspecs(),
        }
    }
}
