//! A report as JSON, version 1 of the format.

use serde::Serialize;

use crate::report::Report;
use crate::report::{FORMAT, VERSION};

/// The report with what tells a reader that it is one.
#[derive(Serialize)]
struct Envelope<'r> {
    format: &'static str,
    version: u64,
    #[serde(flatten)]
    report: &'r Report,
}

impl<'r> From<&'r Report> for Envelope<'r> {
    fn from(report: &'r Report) -> Self {
        Self { format: FORMAT, version: VERSION, report }
    }
}

/// One report as a JSON object, indented.
///
/// # Errors
/// Only what `serde_json` reports; a [`Report`] holds nothing that JSON cannot.
pub fn json(report: &Report) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&Envelope::from(report))
}

/// Reports as JSON, each an object in a line of its own: half as long as indented, and the reader takes
/// it as well.
///
/// # Errors
/// As [`json`].
pub fn json_lines(reports: &[Report]) -> serde_json::Result<String> {
    let lines = reports.iter().map(|it| serde_json::to_string(&Envelope::from(it)));
    Ok(lines.collect::<serde_json::Result<Vec<_>>>()?.join("\n"))
}

/// Reports as a JSON array, indented; a single one as an object, as [`json`] writes it.
///
/// # Errors
/// As [`json`].
pub fn json_all(reports: &[Report]) -> serde_json::Result<String> {
    match reports {
        [report] => json(report),
        _ => serde_json::to_string_pretty(&reports.iter().map(Envelope::from).collect::<Vec<_>>()),
    }
}
