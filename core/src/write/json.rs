//! A report as JSON, version 1 of the format.

use serde::Serialize;

use crate::report::Report;
use crate::report::{FORMAT, VERSION};

/// A report with the fields that identify the format.
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
/// Only errors of `serde_json`; a [`Report`] has no values that JSON cannot represent.
pub fn json(report: &Report) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&Envelope::from(report))
}

/// Reports as JSON, one object per line: half as long as indented, and readers accept it too.
///
/// # Errors
/// The same as for [`json`].
pub fn json_lines(reports: &[Report]) -> serde_json::Result<String> {
    let lines = reports.iter().map(|it| serde_json::to_string(&Envelope::from(it)));
    Ok(lines.collect::<serde_json::Result<Vec<_>>>()?.join("\n"))
}

/// Reports as an indented JSON array; a single report as an object, as in [`json`].
///
/// # Errors
/// The same as for [`json`].
pub fn json_all(reports: &[Report]) -> serde_json::Result<String> {
    match reports {
        [report] => json(report),
        _ => serde_json::to_string_pretty(&reports.iter().map(Envelope::from).collect::<Vec<_>>()),
    }
}
