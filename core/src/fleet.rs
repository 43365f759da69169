//! Many reports: a row for each, and what they have in common.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use serde::{Deserialize, Serialize};

use crate::sort::{sort, sort_indices};
use crate::summary::IslandSummary;
use crate::{Analysis, Coverage, Level, Lint, Share, Totals};

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

    /// The last `n` parts of the file's path; the whole path where it has no more.
    fn path_end(&self, n: usize) -> &str {
        let starts = self.file.rmatch_indices(['/', '\\']).nth(n - 1);
        starts.map_or(self.file.as_str(), |(at, _)| &self.file[at + 1..])
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
        let nodes = analysis.nodes().iter().enumerate().filter(|_| analysis.is_whole());
        for (node_idx, node) in nodes {
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
/// model, config and file name; else of the same model and config; else of the same model and file
/// name; else, if one of a model is left in both, that.
///
/// A report that does not tell its model, as one from a log, is known by its file alone. Where both
/// sides are one file each, its name does not matter, and such a report goes with any that is left.
/// No report of the baseline is taken twice.
pub fn match_baseline(baseline: &[FleetRow], fleet: &[FleetRow]) -> Vec<Option<usize>> {
    /// Model, config and file: what two rows must have alike; empty where it does not matter.
    type Key<'r> = (Option<&'r str>, &'r str, &'r str);
    type Rule = for<'r> fn(&'r FleetRow, &'r str) -> Option<Key<'r>>;
    let is_one_file = |rows: &[FleetRow]| rows.windows(2).all(|it| it[0].file == it[1].file);
    let are_single_files = is_one_file(baseline) && is_one_file(fleet);
    let mut matching = Matching {
        baseline,
        fleet,
        taken: vec![false; baseline.len()],
        base_of: vec![None; fleet.len()],
    };
    let rules: [Rule; 3] = [
        |it, file| Some((it.model.as_deref(), &it.config, file)),
        |it, _| it.model.as_deref().map(|model| (Some(model), it.config.as_str(), "")),
        |it, file| Some((it.model.as_deref(), "", file)),
    ];
    // `resnet18/run.log` is not `swin_t/run.log`, so what agrees in more of its path comes first.
    for rule in rules {
        for n_parts in [3, 2, 1] {
            matching.pair_by(|row| {
                rule(row, if are_single_files { "" } else { row.path_end(n_parts) })
            });
        }
    }
    matching.pair_last_of_models();
    if are_single_files {
        matching.pair_unknown_models(|base, head| base.config == head.config);
        matching.pair_unknown_models(|_, _| true);
    }
    matching.base_of
}

/// Reports of a fleet and of a baseline, some of them paired.
struct Matching<'a> {
    baseline: &'a [FleetRow],
    fleet: &'a [FleetRow],
    /// By place in the baseline.
    taken: Vec<bool>,
    /// By place in the fleet.
    base_of: Vec<Option<usize>>,
}

impl<'a> Matching<'a> {
    /// Pairs rows with the same key, in order.
    fn pair_by<K: Eq + Hash>(&mut self, key: impl Fn(&'a FleetRow) -> Option<K>) {
        let mut waiting: HashMap<K, Vec<usize>> = HashMap::new();
        for (base_idx, row) in self.baseline.iter().enumerate().rev() {
            if let (false, Some(key)) = (self.taken[base_idx], key(row)) {
                waiting.entry(key).or_default().push(base_idx);
            }
        }
        for (head_idx, row) in self.fleet.iter().enumerate() {
            if self.base_of[head_idx].is_none()
                && let Some(base_idx) = key(row).and_then(|it| waiting.get_mut(&it)?.pop())
            {
                self.pair(base_idx, head_idx);
            }
        }
    }

    /// Whoever changes the config of one model wants it compared all the same.
    fn pair_last_of_models(&mut self) {
        let mut left: HashMap<&str, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for (base_idx, row) in self.baseline.iter().enumerate() {
            if let (false, Some(model)) = (self.taken[base_idx], &row.model) {
                left.entry(model).or_default().0.push(base_idx);
            }
        }
        for (head_idx, row) in self.fleet.iter().enumerate() {
            if let (None, Some(model)) = (self.base_of[head_idx], &row.model) {
                left.entry(model).or_default().1.push(head_idx);
            }
        }
        for (bases, heads) in left.into_values() {
            if let ([base_idx], [head_idx]) = (bases.as_slice(), heads.as_slice()) {
                self.pair(*base_idx, *head_idx);
            }
        }
    }

    /// Pairs reports of which one does not tell its model, in order.
    fn pair_unknown_models(&mut self, is_match: fn(&FleetRow, &FleetRow) -> bool) {
        for (head_idx, head) in self.fleet.iter().enumerate() {
            let is_free = |(base_idx, base): &(usize, &FleetRow)| {
                !self.taken[*base_idx]
                    && (base.model.is_none() || head.model.is_none())
                    && is_match(base, head)
            };
            if self.base_of[head_idx].is_none()
                && let Some((base_idx, _)) = self.baseline.iter().enumerate().find(is_free)
            {
                self.pair(base_idx, head_idx);
            }
        }
    }

    fn pair(&mut self, base_idx: usize, head_idx: usize) {
        self.taken[base_idx] = true;
        self.base_of[head_idx] = Some(base_idx);
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

/// Places of the rows in order; equal rows stay as they were added, and what a source does not tell
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
