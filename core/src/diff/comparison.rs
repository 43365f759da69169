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

    /// The changes in one sentence: `3 of 30 reports regressed (a, b, c); 2 more changed; 1 report
    /// removed`. `None` if there is a single pair, whose own headline is enough.
    pub fn headline(&self) -> Option<String> {
        let Self { diffs, added_reports, removed_reports } = self;
        let mut alone = Vec::new();
        for (reports, what) in [(removed_reports, "removed"), (added_reports, "added")] {
            match reports.len() {
                0 => {}
                n if alone.is_empty() => {
                    alone.push(format!("{} {what}", count(n, "report", "reports")));
                }
                n => alone.push(format!("{} {what}", thousands(n))),
            }
        }
        if diffs.len() == 1 && alone.is_empty() {
            return None;
        }
        let regressed: Vec<&Diff> =
            diffs.iter().filter(|it| it.is_regression() == Some(true)).collect();
        let n_unknown = diffs.iter().filter(|it| it.is_regression().is_none()).count();
        let is_other = |it: &&Diff| it.is_regression() == Some(false) && !it.is_empty();
        let n_more = diffs.iter().filter(is_other).count();
        let mut parts = Vec::new();
        match (diffs.len(), regressed.len()) {
            (0, _) => {}
            (1, 0) if n_unknown == 0 => parts.push("the report in both did not regress".to_owned()),
            (n, 0) => parts.push(format!("none of {} regressed", count(n, "report", "reports"))),
            (n, n_regressed) => {
                let names: Vec<&str> =
                    regressed.iter().take(MAX_NAMES).map(|it| it.name()).collect();
                let others = match n_regressed.saturating_sub(names.len()) {
                    0 => String::new(),
                    n => format!(" and {} more", thousands(n)),
                };
                parts.push(format!(
                    "{} of {} regressed ({}{others})",
                    thousands(n_regressed),
                    count(n, "report", "reports"),
                    names.join(", ")
                ));
            }
        }
        if n_unknown > 0 {
            parts.push(format!("{} cannot be judged", thousands(n_unknown)));
        }
        match (n_more, regressed.is_empty() && n_unknown == 0) {
            (0, _) => {}
            (n, true) => parts.push(format!("{} changed", thousands(n))),
            (n, false) => parts.push(format!("{} more changed", thousands(n))),
        }
        parts.extend((!alone.is_empty()).then(|| alone.join(", ")));
        Some(capitalized(&parts.join("; "))).filter(|it| !it.is_empty())
    }

    /// The pairs to show: regressions first, then those that cannot be judged, then other changes.
    /// Of several pairs, those without a change are left out.
    pub fn shown(&self) -> Vec<&Diff> {
        let are_several = self.diffs.len() > 1;
        let mut shown: Vec<&Diff> =
            self.diffs.iter().filter(|it| !are_several || !it.is_empty()).collect();
        shown.sort_by_key(|it| match it.is_regression() {
            Some(true) => 0,
            None => 1,
            Some(false) => 2,
        });
        shown
    }
}

/// The greatest number of reports that the headline names.
const MAX_NAMES: usize = 5;

impl Diff {
    /// The model, else the file, else the title.
    fn name(&self) -> &str {
        let ReportName { file, report_title, model } = &self.reports.head;
        model.as_deref().or(file.as_deref()).unwrap_or(report_title)
    }
}

impl From<Vec<Diff>> for Comparison {
    fn from(diffs: Vec<Diff>) -> Self {
        Self { diffs, ..Self::default() }
    }
}
