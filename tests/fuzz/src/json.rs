//! Reports in JSON: one, an array, or one per line.

use qspect_core::{ParseError, Report, parse, write};

use crate::limits::timed;

pub(crate) fn run(bytes: &[u8]) {
    match timed("reading", bytes.len(), || parse("run.json", bytes)) {
        Ok(parsed) => {
            assert!(!parsed.reports.is_empty());
            parsed.reports.iter().for_each(check_reads_back);
            for all in [write::json_all(&parsed.reports), write::json_lines(&parsed.reports)] {
                let again = parse("again.json", all.expect("JSON").as_bytes()).expect("reports");
                assert_eq!(again.reports, parsed.reports);
            }
        }
        Err(error) => check_error(&error),
    }
}

/// What a report is written as is read as the same report, and written the same.
pub(crate) fn check_reads_back(report: &Report) {
    let json = write::json(report).expect("JSON");
    let parsed = timed("reading back", json.len(), || parse("again.json", json.as_bytes()));
    let parsed = parsed.unwrap_or_else(|error| panic!("{error}\n{json}"));
    assert_eq!(parsed.warnings, []);
    assert_eq!(parsed.reports.as_slice(), std::slice::from_ref(report));
    assert_eq!(write::json(&parsed.reports[0]).expect("JSON"), json);
}

/// An error describes what is wrong, and what to do.
pub(crate) fn check_error(error: &ParseError) {
    assert!(!error.message.is_empty() && error.hint.is_some(), "{error:?}");
}
