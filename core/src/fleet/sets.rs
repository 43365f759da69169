//! The sets that a fleet consists of: nightly runs, branches, machines.

use std::collections::{BTreeMap, BTreeSet};

use super::FleetRow;
use super::timeline::day_in;

/// Reports that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportSet {
    /// The folder, the day or the file that they share.
    pub name: String,
    /// Their indices, in order.
    pub rows: Vec<usize>,
}

impl ReportSet {
    /// Whether it is named after a day, as nightly runs are.
    pub fn is_dated(&self) -> bool {
        day_in(&self.name).is_some()
    }
}

/// The sets of a fleet, by name: by the first folder in which their paths differ, else by day, else by
/// file. Empty if they do not differ in any of these.
pub fn sets(rows: &[FleetRow]) -> Vec<ReportSet> {
    let folders: Vec<Vec<&str>> = rows.iter().map(|it| folders(&it.file)).collect();
    let n_common = (0..).find(|at| {
        let names: BTreeSet<Option<&&str>> = folders.iter().map(|it| it.get(*at)).collect();
        names.len() != 1 || names.contains(&None)
    });
    let by_folder = folders.iter().map(|it| it.get(n_common.unwrap_or_default()).copied());
    let by_day = rows.iter().map(|it| it.date.as_deref().and_then(|it| it.get(..10)));
    let by_file = rows.iter().map(|it| Some(it.file.as_str()));
    [grouped(by_folder), grouped(by_day), grouped(by_file)]
        .into_iter()
        // A set for each report would pair nothing.
        .find(|it| it.len() > 1 && it.len() < rows.len())
        .unwrap_or_default()
}

/// The set that the others are compared with: the first of two, the last but one of several days.
/// Of other sets, the reader chooses.
pub fn default_baseline(sets: &[ReportSet]) -> Option<&ReportSet> {
    match sets {
        [first, _] => Some(first),
        [.., base, _] if sets.iter().all(ReportSet::is_dated) => Some(base),
        _ => None,
    }
}

/// The folders of a path, and the archives around it.
fn folders(path: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = path.split(['/', '\\']).collect();
    parts.pop();
    parts
}

/// Rows with equal names; no set at all if a row has none.
fn grouped<'a>(names: impl Iterator<Item = Option<&'a str>>) -> Vec<ReportSet> {
    let mut sets: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (row_idx, name) in names.enumerate() {
        let Some(name) = name else { return Vec::new() };
        sets.entry(name).or_default().push(row_idx);
    }
    sets.into_iter().map(|(name, rows)| ReportSet { name: name.to_owned(), rows }).collect()
}
