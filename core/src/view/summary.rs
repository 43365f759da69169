//! The first screen: a report's figures and lists.

use serde::{Deserialize, Serialize};

use super::node_query::Facet;
use super::node_table::{NodeTable, Tally};
use crate::analysis::islands::Island;
use crate::analysis::lint::Lint;
use crate::analysis::ops::OpLine;
use crate::analysis::totals::Totals;
use crate::analysis::verdict::Verdict;
use crate::analysis::{Analysis, Role};
use crate::report::QuantizerReport;
use crate::report::counts::Counts;

/// A report's figures and lists, without its nodes.
///
/// Figures and lists over all nodes are `None` or empty if the source does not list all nodes: at
/// INFO level, and in an incomplete report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The report's title.
    pub report_title: String,
    /// The model's name, if the source has it.
    pub model: Option<String>,
    /// The packages that made the report, if the source has them: `executorch 1.5.1`.
    pub packages: Vec<String>,
    /// A short description of the problems of an incomplete report; `None` if it is whole.
    pub incomplete: Option<String>,
    /// All problems that make the report incomplete, with their lines; empty if it is whole.
    pub problems: Vec<String>,
    /// The figures that also compare reports.
    pub totals: Totals,
    /// The sum of ExecuTorch's counts over the quantizers; `None` if those of a quantizer are lost.
    pub counts: Option<Counts>,
    /// The model's inputs and its output, with their verdicts.
    pub inputs_outputs: Truncated<InputOutput>,
    /// The number of parameters that the source lists among its nodes.
    pub n_parameters: usize,
    /// The number of compute nodes that are float by a qconfig of None or by qspecs of a float
    /// dtype.
    pub n_on_purpose: usize,
    /// One entry per quantizer, in order of precedence.
    pub quantizers: Vec<QuantizerSummary>,
    /// Rejection reasons of compute nodes that stay float, most nodes first. Only nodes that no
    /// quantizer accepted.
    pub reasons: Vec<Tally>,
    /// The data types of the nodes, most nodes first.
    pub dtypes: Vec<Tally>,
    /// One entry per op and way of quantizing it, most nodes first.
    pub ops: Option<Truncated<OpTally>>,
    /// The float islands, most crossings first; also `None` without a graph.
    pub islands: Option<Truncated<IslandSummary>>,
    /// The names of the metrics of its nodes.
    pub metrics: Vec<String>,
    /// The lint findings, most severe first.
    pub findings: Option<Truncated<FindingSummary>>,
    /// One character per node, that of its [`crate::view::strip::Cell`], in the order of
    /// [`crate::analysis::nodes::NodeIndex`].
    pub strip: String,
    /// Whether no compute node is quantized.
    pub is_nothing_quantized: bool,
    /// The number of nodes that ExecuTorch listed before the transform for annotation.
    pub n_pre_transform_nodes: usize,
}

/// An input or the output of the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputOutput {
    /// The node's name.
    pub name: String,
    /// Its verdict.
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
    /// The class of the quantizer.
    pub name: String,
    /// The quantizer's own description of the nodes that it targets.
    pub targeted_nodes_description: String,
    /// The full label of the qconfig.
    pub qconfig_label: String,
    /// The path of the module that defines the supported operators.
    pub support_config_path: Option<String>,
    /// ExecuTorch's counts; `None` if they are lost.
    pub counts: Option<Counts>,
    /// Whether no node gets a qspec from it, by a qconfig of None or in fact: float on purpose.
    pub is_without_qspecs: bool,
}

/// The first items of a list, at most [`MAX_ITEMS`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truncated<T> {
    /// The items that are kept.
    pub items: Vec<T>,
    /// The number of all items.
    pub n: usize,
}

/// The greatest number of items in a [`Truncated`].
pub const MAX_ITEMS: usize = 100;

impl<T> Truncated<T> {
    fn of(items: impl ExactSizeIterator<Item = T>) -> Self {
        let n = items.len();
        Self { items: items.take(MAX_ITEMS).collect(), n }
    }
}

/// An [`crate::analysis::ops::OpLine`] without its nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpTally {
    /// The op that the nodes call.
    pub op: String,
    /// The way in which they are quantized.
    pub how: String,
    /// Whether they are quantized.
    pub is_quantized: bool,
    /// The number of nodes.
    pub n_nodes: usize,
}

/// An [`crate::analysis::islands::Island`] without its nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IslandSummary {
    /// The name of its first node.
    pub first: String,
    /// The number of nodes.
    pub n_nodes: usize,
    /// The number of tensors that are dequantized or quantized at its border.
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
    /// The lint that found it.
    pub lint: Lint,
    /// The message for the reader.
    pub message: String,
    /// The number of nodes.
    pub n_nodes: usize,
}

impl Summary {
    /// Summarizes a report; `table` has its nodes.
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
            .map(|lines| Truncated::of(lines.into_iter().map(|line| OpTally::of(analysis, line))));
        let islands = analysis.islands();
        let island = |it: Island| IslandSummary::of(analysis, &it);
        let findings = analysis.findings();
        let totals = Totals::with(analysis, islands.as_deref(), findings.len());
        let findings = Truncated::of(findings.into_iter().map(|it| FindingSummary {
            lint: it.lint,
            message: it.message,
            n_nodes: it.nodes.len(),
        }));
        let known = |tally: Vec<Tally>| if is_whole { tally } else { Vec::new() };
        Self {
            report_title: report.report_title.clone(),
            model: report.model.clone(),
            packages: packages.map(|(name, version)| format!("{name} {version}")).collect(),
            incomplete: (!is_whole).then(|| report.completeness.to_string()),
            problems: report.completeness.problems.iter().map(ToString::to_string).collect(),
            totals,
            counts: (is_whole || report.quantizers.iter().all(|it| it.counts.is_some()))
                .then(|| report.node_counts()),
            inputs_outputs: analysis.inputs_outputs(),
            n_parameters,
            n_on_purpose: if is_whole { on_purpose.count() } else { 0 },
            quantizers: report
                .quantizers
                .iter()
                .map(|it| QuantizerSummary::of(it, is_whole))
                .collect(),
            reasons: known(table.tally(Facet::Reason)),
            dtypes: known(table.tally(Facet::DType)),
            ops,
            islands: islands.map(|it| Truncated::of(it.into_iter().map(island))),
            metrics: analysis.metrics().into_iter().map(str::to_owned).collect(),
            findings: is_whole.then_some(findings),
            strip: analysis.strip(),
            is_nothing_quantized: analysis.is_nothing_quantized(),
            n_pre_transform_nodes: report.pre_transform_nodes.len(),
        }
    }

    /// Whether the report is whole.
    pub fn is_whole(&self) -> bool {
        self.incomplete.is_none()
    }
}

impl Analysis {
    /// The model's inputs and its output, without those of submodules.
    fn inputs_outputs(&self) -> Truncated<InputOutput> {
        let nodes = self.nodes().iter().enumerate().filter(|(_, node)| {
            let is_top_level = self.graph_node(node).is_none_or(|it| it.subgraph.is_none());
            is_top_level && self.role(node) == Role::InputOutput
        });
        let items = nodes.map(|(node_idx, node)| InputOutput {
            name: node.name.to_string(),
            verdict: self.verdict(node_idx),
        });
        Truncated::of(items.collect::<Vec<_>>().into_iter())
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
            // The counts of the patterns are wrong if patterns are lost.
            counts: quantizer.counts.or_else(|| is_whole.then(|| quantizer.node_counts())),
            is_without_qspecs: quantizer.is_without_qspecs(),
        }
    }
}
