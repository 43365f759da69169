//! Many reports: a row for each, and what they have in common.

mod baseline;

use std::borrow::Borrow;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::analysis::Analysis;
use crate::analysis::coverage::{Coverage, Share};
use crate::analysis::lint::Lint;
use crate::analysis::totals::Totals;
use crate::report::Level;
use crate::view::summary::IslandSummary;

pub use baseline::{Origin, Pairing, match_baseline};

/// A report as one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetRow {
    /// The file it comes from, with its path.
    pub file: String,
    /// Which report of that file, from 0.
    pub report_idx: usize,
    /// ExecuTorch's title.
    pub report_title: String,
    /// The model's name, where the source has it.
    pub model: Option<String>,
    /// When the file was written, as `YYYY-MM-DD HH:MM`, where that is known.
    pub date: Option<String>,
    /// The labels of the quantizers' qconfigs, in order of precedence, each once.
    pub config: String,
    /// Whether there are nodes or counts alone.
    pub level: Level,
    /// What makes the report incomplete, in short; `None` if it is whole.
    pub incomplete: Option<String>,
    /// What it comes to.
    pub totals: Totals,
    /// The float island with the most crossings.
    pub worst_island: Option<IslandSummary>,
    /// The findings by lint, gravest first, with how many of them.
    pub findings: Vec<(Lint, usize)>,
}

/// Nodes of one op that were rejected for one reason, over many reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonOfOp {
    /// Why.
    pub reason: String,
    /// What the nodes call; where the source has no graph, what their names begin with.
    pub op: String,
    /// How many nodes.
    pub n_nodes: usize,
    /// In how many reports.
    pub n_reports: usize,
}

/// The nodes of one report that were rejected, counted by reason and op.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejections {
    counts: Vec<((String, String), usize)>,
}

/// Many reports, added one by one, of which it keeps sums alone.
#[derive(Clone, Debug, Default)]
pub struct Fleet {
    /// By reason and op: how many nodes, in how many reports.
    reasons: HashMap<(String, String), (usize, usize)>,
}

impl Rejections {
    /// Counts them, in time linear in the report's size. A report that is not whole has none that are
    /// known for sure.
    pub fn of(analysis: &Analysis) -> Self {
        let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
        let nodes = analysis.nodes().iter().enumerate().filter(|_| analysis.is_whole());
        for (node_idx, node) in nodes {
            if analysis.is_compute(node)
                && analysis.verdict(node_idx).is_float()
                && let Some(reason) = analysis.reason(node)
            {
                *counts.entry((reason, analysis.op_name(node))).or_default() += 1;
            }
        }
        let counts = counts.into_iter().map(|((reason, op), n_nodes)| {
            let key = (reason.to_owned(), op.to_owned());
            (key, n_nodes)
        });
        Self { counts: counts.collect() }
    }
}

impl FleetRow {
    /// Sums up the report in place `report_idx` of `file`, in time linear in its size.
    pub fn of(file: &str, report_idx: usize, date: Option<&str>, analysis: &Analysis) -> Self {
        let report = analysis.report();
        let mut labels: Vec<&str> = Vec::new();
        for quantizer in &report.quantizers {
            let label = quantizer.quantizer_info.qconfig_label.as_str();
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        let islands = analysis.islands();
        let found = analysis.findings();
        let mut findings: Vec<(Lint, usize)> = Vec::new();
        for finding in &found {
            match findings.last_mut() {
                Some((lint, n)) if *lint == finding.lint => *n += 1,
                _ => findings.push((finding.lint, 1)),
            }
        }
        Self {
            file: file.to_owned(),
            report_idx,
            report_title: report.report_title.clone(),
            model: report.model.clone(),
            date: date.map(str::to_owned),
            config: labels.join("; "),
            level: report.level(),
            incomplete: (!analysis.is_whole()).then(|| report.completeness.to_string()),
            totals: Totals::with(analysis, islands.as_deref(), found.len()),
            worst_island: islands.iter().flatten().next().map(|it| IslandSummary::of(analysis, it)),
            findings,
        }
    }

    /// Whether figures over all nodes are known: at DEBUG level, of a whole report.
    pub fn knows_all_nodes(&self) -> bool {
        self.totals.knows_all_nodes()
    }
}

impl Fleet {
    /// Adds a report, and gives its row.
    pub fn add(
        &mut self,
        file: &str,
        report_idx: usize,
        date: Option<&str>,
        analysis: &Analysis,
    ) -> FleetRow {
        self.add_rejections(&Rejections::of(analysis));
        FleetRow::of(file, report_idx, date, analysis)
    }

    /// Adds what a report has.
    pub fn add_rejections(&mut self, rejections: &Rejections) {
        for (key, n_nodes) in &rejections.counts {
            let sum = self.reasons.entry(key.clone()).or_default();
            *sum = (sum.0 + n_nodes, sum.1 + 1);
        }
    }

    /// Takes out what was added before.
    pub fn remove_rejections(&mut self, rejections: &Rejections) {
        for (key, n_nodes) in &rejections.counts {
            if let Some(sum) = self.reasons.get_mut(key) {
                *sum = (sum.0.saturating_sub(*n_nodes), sum.1.saturating_sub(1));
                if sum.1 == 0 {
                    self.reasons.remove(key);
                }
            }
        }
    }

    /// Why nodes were rejected, by op, over all reports; most nodes first.
    pub fn reasons(&self) -> Vec<ReasonOfOp> {
        let reasons = self.reasons.iter().map(|((reason, op), (n_nodes, n_reports))| ReasonOfOp {
            reason: reason.clone(),
            op: op.clone(),
            n_nodes: *n_nodes,
            n_reports: *n_reports,
        });
        let mut reasons: Vec<ReasonOfOp> = reasons.collect();
        reasons.sort_unstable_by(|a, b| {
            let most = b.n_nodes.cmp(&a.n_nodes);
            most.then_with(|| (&a.reason, &a.op).cmp(&(&b.reason, &b.op)))
        });
        reasons
    }
}

/// What a fleet can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FleetSort {
    /// The file, with its path.
    File,
    /// The model's name.
    Model,
    /// The qconfigs.
    Config,
    /// When the file was written.
    Date,
    /// Coverage by nodes.
    Nodes,
    /// Coverage by MACs.
    Macs,
    /// Coverage by parameters.
    Params,
    /// Nodes that stay float.
    Float,
    /// Crossings of the worst island.
    WorstIsland,
    /// How many findings.
    Findings,
}

/// Places of the rows in order; equal rows stay as they were added, and what is unknown
/// comes last either way.
pub fn sorted(rows: &[impl Borrow<FleetRow>], by: FleetSort, is_descending: bool) -> Vec<usize> {
    let figure = |row: &FleetRow| -> Option<f64> {
        let totals = &row.totals;
        let covered = |of: fn(Coverage) -> Share| of(totals.coverage?).fraction();
        match by {
            FleetSort::Nodes => covered(|it| it.nodes),
            FleetSort::Macs => covered(|it| it.macs),
            FleetSort::Params => covered(|it| it.params),
            FleetSort::Float => totals.verdicts.map(|it| it.n_float() as f64),
            FleetSort::WorstIsland => totals.worst_crossings.map(|it| it as f64),
            FleetSort::Findings => totals.n_findings.map(|it| it as f64),
            _ => None,
        }
    };
    let text = |row: &FleetRow| -> Option<String> {
        match by {
            FleetSort::File => Some(row.file.clone()),
            FleetSort::Model => row.model.clone(),
            FleetSort::Config => Some(row.config.clone()),
            FleetSort::Date => row.date.clone(),
            _ => None,
        }
    };
    let keys: Vec<(Option<f64>, Option<String>)> =
        rows.iter().map(Borrow::borrow).map(|it| (figure(it), text(it))).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&keys[*a], &keys[*b]);
        let is_unknown = |it: &(Option<f64>, Option<String>)| it.0.is_none() && it.1.is_none();
        let order = a.0.partial_cmp(&b.0).unwrap_or(std::cmp::Ordering::Equal);
        let order = order.then_with(|| a.1.cmp(&b.1));
        let order = if is_descending { order.reverse() } else { order };
        is_unknown(a).cmp(&is_unknown(b)).then(order)
    });
    order
}
