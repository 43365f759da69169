//! Many reports: a row for each, and what they have in common.

use std::borrow::Borrow;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::sort::{sort, sort_indices};
use crate::summary::IslandSummary;
use crate::{Analysis, Level, Lint, Totals};

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

/// Many reports, added one by one, of which it keeps no more than it tells.
#[derive(Clone, Debug, Default)]
pub struct Fleet {
    reasons: HashMap<(String, String), (usize, usize)>,
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
        let islands = analysis.islands().unwrap_or_default();
        let mut findings: Vec<(Lint, usize)> = Vec::new();
        for finding in analysis.findings() {
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
            totals: Totals::of(analysis),
            worst_island: islands.first().map(|it| IslandSummary::of(analysis, it)),
            findings,
        }
    }

    /// The file's name without its folders.
    fn file_name(&self) -> &str {
        self.file.rsplit(['/', '\\']).next().unwrap_or_default()
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
        let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
        for (node_idx, node) in analysis.nodes().iter().enumerate() {
            if analysis.verdict(node_idx).is_float()
                && let Some(reason) = analysis.reason(node)
            {
                *counts.entry((reason, analysis.op_name(node))).or_default() += 1;
            }
        }
        for ((reason, op), n_nodes) in counts {
            let sum = self.reasons.entry((reason.to_owned(), op.to_owned())).or_default();
            *sum = (sum.0 + n_nodes, sum.1 + 1);
        }
        FleetRow::of(file, report_idx, date, analysis)
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
        sort(&mut reasons, |a, b| {
            let most = b.n_nodes.cmp(&a.n_nodes);
            most.then_with(|| (&a.reason, &a.op).cmp(&(&b.reason, &b.op)))
        });
        reasons
    }
}

/// For each report of a fleet the one of `baseline` that it is to be compared with: that of the same
/// model and config, first one whose file has the same name; else that of the same model and file
/// name; else, if one of a model is left in both, that. No report of the baseline is taken twice.
pub fn match_baseline(baseline: &[FleetRow], fleet: &[FleetRow]) -> Vec<Option<usize>> {
    /// Model, config and file: what two rows must have alike; empty where it does not matter.
    type Rule = for<'r> fn(&'r FleetRow) -> (Option<&'r str>, &'r str, &'r str);
    let rules: [Rule; 3] = [
        |it| (it.model.as_deref(), &it.config, it.file_name()),
        |it| (it.model.as_deref(), &it.config, ""),
        |it| (it.model.as_deref(), "", it.file_name()),
    ];
    let mut taken = vec![false; baseline.len()];
    let mut matched = vec![None; fleet.len()];
    for rule in rules {
        let mut waiting: HashMap<_, Vec<usize>> = HashMap::new();
        for (base_idx, row) in baseline.iter().enumerate().rev() {
            if !taken[base_idx] {
                waiting.entry(rule(row)).or_default().push(base_idx);
            }
        }
        for (row, matched) in fleet.iter().zip(&mut matched) {
            if matched.is_none() {
                *matched = waiting.get_mut(&rule(row)).and_then(Vec::pop);
                if let Some(base_idx) = *matched {
                    taken[base_idx] = true;
                }
            }
        }
    }
    // Whoever changes the config of one model wants it compared all the same.
    let left = |model: &str| -> Vec<usize> {
        let rows = baseline.iter().enumerate();
        let rows = rows.filter(|(at, it)| !taken[*at] && it.model.as_deref() == Some(model));
        rows.map(|it| it.0).collect()
    };
    let mut unmatched: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, row) in fleet.iter().enumerate() {
        if let (None, Some(model)) = (matched[at], &row.model) {
            unmatched.entry(model).or_default().push(at);
        }
    }
    for (model, rows) in unmatched {
        if let ([at], [base_idx]) = (rows.as_slice(), left(model).as_slice()) {
            matched[*at] = Some(*base_idx);
        }
    }
    matched
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

/// Places of the rows in order; equal rows stay as they were added, and what a source does not tell
/// comes last either way.
pub fn sorted(rows: &[impl Borrow<FleetRow>], by: FleetSort, is_descending: bool) -> Vec<usize> {
    let figure = |row: &FleetRow| -> Option<f64> {
        let totals = &row.totals;
        match by {
            FleetSort::Nodes => totals.coverage.nodes.fraction(),
            FleetSort::Macs => totals.coverage.macs.fraction(),
            FleetSort::Params => totals.coverage.params.fraction(),
            FleetSort::Float => {
                (row.level == Level::Debug).then_some(totals.verdicts.n_float() as f64)
            }
            FleetSort::WorstIsland => totals.worst_crossings.map(|it| it as f64),
            FleetSort::Findings => Some(totals.n_findings as f64),
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
    sort_indices(&mut order, &mut |a, b| {
        let (a, b) = (&keys[a], &keys[b]);
        let is_unknown = |it: &(Option<f64>, Option<String>)| it.0.is_none() && it.1.is_none();
        let order = a.0.partial_cmp(&b.0).unwrap_or(std::cmp::Ordering::Equal);
        let order = order.then_with(|| a.1.cmp(&b.1));
        let order = if is_descending { order.reverse() } else { order };
        is_unknown(a).cmp(&is_unknown(b)).then(order)
    });
    order
}
