//! A comparison of several reports with several others.

use serde::{Deserialize, Serialize};

use super::describe::capitalized;
use super::{Diff, ReportName};
use crate::text::number_format::{count, thousands};

/// The differences between two sets of reports.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The differences of each pair of reports.
    pub diffs: Vec<Diff>,
    /// Reports that are only in the head.
    pub added_reports: Vec<ReportName>,
    /// Reports that are only in the base.
    pub removed_reports: Vec<ReportName>,
}

impl Comparison {
    /// Whether nothing changed and each report has a partner.
    pub fn is_empty(&self) -> bool {
        let Self { diffs, added_reports, removed_reports } = self;
        diffs.iter().all(Diff::is_empty) && added_reports.is_empty() && removed_reports.is_empty()
    }

    /// The changes in one sentence: `1 of 2 reports changed; 1 report removed, 1 added`. `None` if
    /// there is a single pair, whose own headline is enough.
    pub fn headline(&self) -> Option<String> {
        let Self { diffs, added_reports, removed_reports } = self;
        let mut parts = Vec::new();
        for (reports, what) in [(removed_reports, "removed"), (added_reports, "added")] {
            match reports.len() {
                0 => {}
                n if parts.is_empty() => {
                    parts.push(format!("{} {what}", count(n, "report", "reports")));
                }
                n => parts.push(format!("{} {what}", thousands(n))),
            }
        }
        let alone = parts.join(", ");
        let n_changed = diffs.iter().filter(|it| !it.is_empty()).count();
        let changed = match (diffs.len(), n_changed) {
            (0, _) => String::new(),
            (1, _) if alone.is_empty() => return None,
            (1, 0) => "the report in both has not changed".to_owned(),
            (1, _) => "the report in both changed".to_owned(),
            (n, 0) => format!("none of {} reports in both changed", thousands(n)),
            (n, changed) => {
                format!("{} of {} reports in both changed", thousands(changed), thousands(n))
            }
        };
        let parts = [changed, alone].into_iter().filter(|it| !it.is_empty());
        Some(capitalized(&parts.collect::<Vec<_>>().join("; "))).filter(|it| !it.is_empty())
    }
}

impl From<Vec<Diff>> for Comparison {
    fn from(diffs: Vec<Diff>) -> Self {
        Self { diffs, ..Self::default() }
    }
}
