//! The first screen: what a report comes to.

use serde::{Deserialize, Serialize};

use crate::{Counts, Level, NodeTable, Report, Totals, table::Facet};

/// What ExecuTorch's quantizers call a qconfig of None (`PatternQuantizer.get_quantizer_info`).
const NO_QCONFIG: &str = "NO_QCONFIG";

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
    /// Counts of the whole report.
    pub totals: Totals,
    /// One entry per quantizer, in order of precedence.
    pub quantizers: Vec<QuantizerSummary>,
    /// Why nodes were rejected, most nodes first. Only nodes that no quantizer accepted.
    pub reasons: Vec<Tally>,
    /// What the outputs of annotated nodes become, most nodes first.
    pub outputs: Vec<Tally>,
    /// Whether the source ends before the report does: then nothing can be said of all nodes.
    pub is_cut_off: bool,
    /// Whether the source has a graph, which says what each node calls.
    pub has_ops: bool,
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

impl Summary {
    /// Sums up `report`, whose nodes are `table`.
    pub fn of(report: &Report, table: &NodeTable) -> Self {
        let quantizers = report
            .quantizers
            .iter()
            .map(|quantizer| {
                let info = quantizer.quantizer_info.clone();
                let accepted = &quantizer.accepted_patterns;
                QuantizerSummary {
                    name: info.name,
                    targeted_nodes_description: info.targeted_nodes_description,
                    qconfig_label: info.qconfig_label,
                    support_config_path: info.support_config_path,
                    counts: quantizer.node_counts(),
                    is_without_qspecs: quantizer.quantizer_info.qconfig_label == NO_QCONFIG
                        || (!accepted.is_empty() && accepted.iter().all(|it| !it.has_qspec())),
                }
            })
            .collect();
        let packages = report.producer.iter().flat_map(|it| &it.packages);
        Self {
            report_title: report.report_title.clone(),
            model: report.model.clone(),
            packages: packages.map(|(name, version)| format!("{name} {version}")).collect(),
            level: report.level(),
            totals: Totals::of(report, table.nodes()),
            quantizers,
            reasons: table.tally(Facet::Reason),
            outputs: table.tally(Facet::Output),
            is_cut_off: report.n_non_annotated().is_none(),
            has_ops: report.graph.as_ref().is_some_and(|it| !it.nodes.is_empty()),
            n_pre_transform_nodes: report.pre_transform_nodes.len(),
        }
    }

    /// Whether not one node is annotated with a qspec, as far as the source tells.
    pub fn is_nothing_quantized(&self) -> bool {
        if self.is_cut_off {
            return false;
        }
        match self.totals.distinct {
            Some(distinct) => distinct.annotated == 0,
            None => self.totals.counts.accepted == 0,
        }
    }
}
