//! Pairs of reports of two sets: the same result for `qspect diff` and `qspect check`.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use super::FleetRow;
use crate::read::ENDINGS;

/// The reports of a fleet, paired with those of a baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportPairs {
    /// For each report of the fleet, in its order, the index of its partner in the baseline.
    pub base_of: Vec<Option<usize>>,
    /// Indices of the reports that only the baseline has, in order.
    pub removed: Vec<usize>,
}

/// The kind of paths that the user named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Two files. If each holds one report, the two are always compared.
    Files,
    /// A folder or an archive on at least one side.
    Folders,
}

impl ReportPairs {
    /// Pairs reports, in time linear in their number.
    ///
    /// The partner of a report of `fleet` is a report of `baseline` with the same model, config and
    /// file name; else with the same model and config; else with the same model and file name; else
    /// the last report of the same model, if each side has exactly one left. If several reports
    /// match, the title decides, then the order.
    ///
    /// A report without a model's name, as from a log, is identified by its file name, without its
    /// extensions if the other side has a model. If all reports of each side come from one file,
    /// the file name does not matter, and such a report is paired with any that is left. Reports of
    /// different known models are paired only if they are the only reports of two files that the
    /// user named. No report is used twice.
    pub fn of(baseline: &[FleetRow], fleet: &[FleetRow], origin: Origin) -> Self {
        let is_one_file = |rows: &[FleetRow]| rows.windows(2).all(|it| it[0].file == it[1].file);
        let are_single_files = is_one_file(baseline) && is_one_file(fleet);
        let mut matching = Matching {
            baseline,
            fleet,
            is_taken: vec![false; baseline.len()],
            base_of: vec![None; fleet.len()],
        };
        matching.pair_known(are_single_files);
        matching.pair_last_of_models();
        if are_single_files {
            let rules: [UnknownRule; 4] = [
                |it| Some((it.config.as_str(), it.report_title.as_str())),
                |it| Some((it.config.as_str(), "")),
                |it| Some(("", it.report_title.as_str())),
                |_| Some(("", "")),
            ];
            for key in rules {
                matching.pair_unknown_models(key);
            }
        } else {
            for n_parts in [3, 2, 1] {
                matching.pair_unknown_models(|it| Some((stem(path_end(&it.file, n_parts)), "")));
            }
        }
        if let (Origin::Files, [_], [_], [None]) =
            (origin, baseline, fleet, matching.base_of.as_slice())
        {
            matching.pair(0, 0);
        }
        let removed = matching.is_taken.iter().enumerate().filter(|it| !it.1).map(|it| it.0);
        Self { removed: removed.collect(), base_of: matching.base_of }
    }

    /// All pairs of base and head, in the fleet's order.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        self.base_of.iter().enumerate().filter_map(|(head_idx, base)| Some(((*base)?, head_idx)))
    }

    /// Indices of the reports that only the fleet has, in order.
    pub fn added(&self) -> impl Iterator<Item = usize> {
        self.base_of.iter().enumerate().filter(|it| it.1.is_none()).map(|it| it.0)
    }
}

/// The report of `baseline` to compare each report of a fleet with: see [`ReportPairs::of`]. Reports of
/// different known models are never paired.
pub fn match_baseline(baseline: &[FleetRow], fleet: &[FleetRow]) -> Vec<Option<usize>> {
    ReportPairs::of(baseline, fleet, Origin::Folders).base_of
}

/// The properties that two rows must share: model, config, title and file; empty if ignored.
type Key<'r> = (Option<&'r str>, &'r str, &'r str, &'r str);

/// The key of a row; `&str` is the end of its path.
type Rule = for<'r> fn(&'r FleetRow, &'r str) -> Option<Key<'r>>;

/// The key of a row, to pair two rows of which one has no model: config or file, and title.
type UnknownRule = for<'r> fn(&'r FleetRow) -> Option<(&'r str, &'r str)>;

/// Reports of a fleet and of a baseline, some of them paired.
struct Matching<'a> {
    baseline: &'a [FleetRow],
    fleet: &'a [FleetRow],
    /// By index in the baseline.
    is_taken: Vec<bool>,
    /// By index in the fleet.
    base_of: Vec<Option<usize>>,
}

impl<'a> Matching<'a> {
    /// Pairs reports of the same model, or without a model.
    fn pair_known(&mut self, are_single_files: bool) {
        let rules: [Rule; 6] = [
            |it, file| Some((it.model.as_deref(), &it.config, &it.report_title, file)),
            |it, file| Some((it.model.as_deref(), &it.config, "", file)),
            |it, _| Some((Some(it.model.as_deref()?), &it.config, &it.report_title, "")),
            |it, _| Some((Some(it.model.as_deref()?), &it.config, "", "")),
            |it, file| Some((it.model.as_deref(), "", &it.report_title, file)),
            |it, file| Some((it.model.as_deref(), "", "", file)),
        ];
        // `resnet18/run.log` is not `swin_t/run.log`, so longer path ends are compared first.
        for rules in rules.chunks(2) {
            for n_parts in [3, 2, 1] {
                for rule in rules {
                    self.pair_by(|row| {
                        rule(row, if are_single_files { "" } else { path_end(&row.file, n_parts) })
                    });
                }
            }
        }
    }

    /// Pairs rows with the same key, in order.
    fn pair_by<K: Eq + Hash>(&mut self, key: impl Fn(&'a FleetRow) -> Option<K>) {
        let mut waiting: HashMap<K, Vec<usize>> = HashMap::new();
        for (base_idx, row) in self.baseline.iter().enumerate().rev() {
            if let (false, Some(key)) = (self.is_taken[base_idx], key(row)) {
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

    /// Pairs the last report of a model on each side: its config and its file name changed.
    fn pair_last_of_models(&mut self) {
        let mut left: HashMap<&str, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for (base_idx, row) in self.baseline.iter().enumerate() {
            if let (false, Some(model)) = (self.is_taken[base_idx], &row.model) {
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

    /// Pairs reports with the same key if at least one has no model, in order.
    fn pair_unknown_models<K: Eq + Hash>(&mut self, key: impl Fn(&'a FleetRow) -> Option<K>) {
        /// Indices in the baseline: reports without a model, and all others.
        #[derive(Default)]
        struct Waiting {
            unknown: VecDeque<usize>,
            known: VecDeque<usize>,
        }
        let mut waiting: HashMap<K, Waiting> = HashMap::new();
        for (base_idx, row) in self.baseline.iter().enumerate() {
            if let (false, Some(key)) = (self.is_taken[base_idx], key(row)) {
                let waiting = waiting.entry(key).or_default();
                let queue =
                    if row.model.is_none() { &mut waiting.unknown } else { &mut waiting.known };
                queue.push_back(base_idx);
            }
        }
        for (head_idx, row) in self.fleet.iter().enumerate() {
            if self.base_of[head_idx].is_some() {
                continue;
            }
            let Some(waiting) = key(row).and_then(|it| waiting.get_mut(&it)) else { continue };
            let is_known_first = match (waiting.unknown.front(), waiting.known.front()) {
                (Some(unknown), Some(known)) => known < unknown,
                (unknown, _) => unknown.is_none(),
            };
            let queue = if row.model.is_none() && is_known_first {
                &mut waiting.known
            } else {
                &mut waiting.unknown
            };
            if let Some(base_idx) = queue.pop_front() {
                self.pair(base_idx, head_idx);
            }
        }
    }

    fn pair(&mut self, base_idx: usize, head_idx: usize) {
        self.is_taken[base_idx] = true;
        self.base_of[head_idx] = Some(base_idx);
    }
}

/// The last `n` parts of a file's path, or the whole path if it has fewer.
fn path_end(file: &str, n: usize) -> &str {
    let starts = file.rmatch_indices(['/', '\\']).nth(n - 1);
    starts.map_or(file, |(at, _)| &file[at + 1..])
}

/// A path without the extensions of reports: `swin_t` for `swin_t.qspect.json.gz` and
/// `swin_t.debug.txt`.
fn stem(path: &str) -> &str {
    let mut stem = path;
    while let Some((rest, ending)) = stem.rsplit_once('.') {
        let is_ending = ENDINGS.iter().chain(&["qspect", "debug", "info"]);
        let mut is_ending = is_ending.filter(|it| ending.eq_ignore_ascii_case(it));
        if rest.is_empty() || is_ending.next().is_none() {
            break;
        }
        stem = rest;
    }
    stem
}
