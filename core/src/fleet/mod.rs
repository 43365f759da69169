//! A fleet of reports: one row per report, and sums over all reports.

mod baseline;
mod sets;
mod timeline;

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::analysis::Analysis;
use crate::analysis::coverage::{Coverage, Share};
use crate::analysis::lint::Lint;
use crate::analysis::totals::Totals;
use crate::report::Level;
use crate::view::summary::IslandSummary;

pub use baseline::{Origin, ReportPairs, match_baseline};
pub use sets::{ReportSet, default_baseline, sets};
pub use timeline::{TimePoint, Timeline, timelines};

/// A report as one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetRow {
    /// The file of the report, with its path.
    pub file: String,
    /// The index of the report in that file, from 0.
    pub report_idx: usize,
    /// ExecuTorch's title.
    pub report_title: String,
    /// The model's name, if the source has it.
    pub model: Option<String>,
    /// The time when the file was written, as `YYYY-MM-DD HH:MM`, if known.
    pub date: Option<String>,
    /// The distinct labels of the quantizers' qconfigs, in order of precedence.
    pub config: String,
    /// The versions of the packages that the run used, if the source has them.
    pub packages: BTreeMap<String, String>,
    /// Whether the report has nodes or only counts.
    pub level: Level,
    /// A short description of the problems of an incomplete report; `None` if it is whole.
    pub incomplete: Option<String>,
    /// The totals of the report.
    pub totals: Totals,
    /// The float island with the most crossings.
    pub worst_island: Option<IslandSummary>,
    /// The lints with findings, most severe first, with the number of findings.
    pub findings: Vec<(Lint, usize)>,
}

/// Nodes of one op that were rejected for one reason, over many reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonOfOp {
    /// The reason.
    pub reason: String,
    /// The op that the nodes call; without a graph, the stem of their names.
    pub op: String,
    /// The number of nodes.
    pub n_nodes: usize,
    /// The number of reports.
    pub n_reports: usize,
}

/// The rejected nodes of one report, counted by reason and op.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejections {
    counts: Vec<((String, String), usize)>,
}

/// Sums over many reports, which are added one by one.
#[derive(Clone, Debug, Default)]
pub struct Fleet {
    /// The number of nodes and of reports, by reason and op.
    reasons: HashMap<(String, String), (usize, usize)>,
}

impl Rejections {
    /// Counts a report, in time linear in its size. A report that is not whole has no rejections
    /// that are certain.
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
    /// Summarizes the report with index `report_idx` in `file`, in time linear in its size.
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
            packages: report.producer.as_ref().map(|it| it.packages.clone()).unwrap_or_default(),
            level: report.level(),
            incomplete: (!analysis.is_whole()).then(|| report.completeness.to_string()),
            totals: Totals::with(analysis, islands.as_deref(), found.len()),
            worst_island: islands.iter().flatten().next().map(|it| IslandSummary::of(analysis, it)),
            findings,
        }
    }

    /// Whether figures over all nodes are known: in a whole report at DEBUG level.
    pub fn knows_all_nodes(&self) -> bool {
        self.totals.knows_all_nodes()
    }
}

impl Fleet {
    /// Adds a report and returns its row.
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

    /// Adds the rejections of a report.
    pub fn add_rejections(&mut self, rejections: &Rejections) {
        for (key, n_nodes) in &rejections.counts {
            let sum = self.reasons.entry(key.clone()).or_default();
            *sum = (sum.0 + n_nodes, sum.1 + 1);
        }
    }

    /// Removes rejections that were added before.
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

    /// The reasons for rejections by op, over all reports, most nodes first.
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

/// A column that a fleet can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FleetSort {
    /// The file, with its path.
    File,
    /// The model's name.
    Model,
    /// The qconfigs.
    Config,
    /// The time when the file was written.
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
    /// The number of findings.
    Findings,
}

/// Row indices in sorted order. Equal rows keep their order, and unknown values come last in both
/// directions.
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
