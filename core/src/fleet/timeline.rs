//! How the figures of a model went over dated reports.

use std::collections::BTreeMap;

use super::FleetRow;
use crate::analysis::coverage::Share;
use crate::diff::{Pair, VersionChange};

/// The reports of one model, oldest first: of the files with one name in the folders of several
/// days, else of one configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// The model's name.
    pub model: String,
    /// The labels of the last report's qconfigs.
    pub config: String,
    /// The reports: at least three, each of another time.
    pub points: Vec<TimePoint>,
}

/// A report of a timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct TimePoint {
    /// The index of the report.
    pub row_idx: usize,
    /// Its day or time: the first day in its path (`nightly/2026-11-20/`), else the time when its
    /// file was written.
    pub date: String,
    /// Coverage by nodes; `None` if it is unknown.
    pub coverage: Option<Share>,
    /// Whether the qconfigs differ from those of the report before.
    pub is_other_config: bool,
    /// The packages whose versions differ from the report before.
    pub versions: Vec<VersionChange>,
}

/// The smallest number of reports that make a line.
pub const MIN_POINTS: usize = 3;

/// The timelines of a fleet, by model. Of several reports of one time, the last one counts.
pub fn timelines(rows: &[FleetRow]) -> Vec<Timeline> {
    let mut lines: BTreeMap<(&str, String), BTreeMap<&str, usize>> = BTreeMap::new();
    for (row_idx, row) in rows.iter().enumerate() {
        let (Some(model), Some(date)) = (row.model.as_deref(), date(row)) else { continue };
        let series = match day_in(&row.file) {
            Some(day) => row.file.replacen(day, "", 1),
            None => row.config.clone(),
        };
        lines.entry((model, series)).or_default().insert(date, row_idx);
    }
    let lines = lines.into_iter().filter(|it| it.1.len() >= MIN_POINTS);
    let line = |((model, _), dated): ((&str, String), BTreeMap<&str, usize>)| {
        let mut before = None::<&FleetRow>;
        let points = dated.into_iter().filter_map(|(date, row_idx)| {
            let row = rows.get(row_idx)?;
            let versions = before.map(|it| changed_versions(it, row)).unwrap_or_default();
            let is_other_config = before.is_some_and(|it| it.config != row.config);
            before = Some(row);
            let coverage = row.totals.coverage.map(|it| it.nodes);
            let coverage = coverage.filter(|it| it.total > 0);
            Some(TimePoint { row_idx, date: date.to_owned(), coverage, is_other_config, versions })
        });
        let points: Vec<TimePoint> = points.collect();
        let last = points.last().and_then(|it| rows.get(it.row_idx));
        let config = last.map(|it| it.config.clone()).unwrap_or_default();
        Timeline { model: model.to_owned(), config, points }
    };
    lines.map(line).collect()
}

fn changed_versions(base: &FleetRow, head: &FleetRow) -> Vec<VersionChange> {
    let changed = base.packages.iter().filter_map(|(package, was)| {
        let is = head.packages.get(package).filter(|it| *it != was)?;
        let versions = Pair { base: was.clone(), head: is.clone() };
        Some(VersionChange { package: package.clone(), versions })
    });
    changed.collect()
}

fn date(row: &FleetRow) -> Option<&str> {
    day_in(&row.file).or(row.date.as_deref())
}

/// The first `YYYY-MM-DD` in a path.
pub(super) fn day_in(path: &str) -> Option<&str> {
    const LEN: usize = "YYYY-MM-DD".len();
    let is_day = |it: &[u8]| {
        it.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
    };
    let at = path.as_bytes().windows(LEN).position(is_day)?;
    path.get(at..at + LEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_found_in_a_path() {
        assert_eq!(day_in("nightly.zip/2026-11-20/a.json"), Some("2026-11-20"));
        assert_eq!(day_in("run-2026-11-20T10.json"), Some("2026-11-20"));
        assert_eq!(day_in("nightly/20261120/a.json"), None);
        assert_eq!(day_in("ä-2026-1-20"), None);
    }
}
