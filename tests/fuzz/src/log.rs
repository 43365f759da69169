//! ExecuTorch's text, and any log around it.

use qspect_core::{Level, Report, parse, write};

use crate::json;
use crate::limits::timed;

pub(crate) fn run(bytes: &[u8]) {
    match timed("reading", bytes.len(), || parse("run.log", bytes)) {
        Ok(parsed) => {
            assert!(!parsed.reports.is_empty());
            for report in &parsed.reports {
                json::check_reads_back(report);
                if is_plain(bytes) {
                    check_prints_again(report);
                }
            }
        }
        Err(error) => json::check_error(&error),
    }
}

/// Whether this is text and not JSON: JSON can hold what text cannot, names with line breaks.
fn is_plain(bytes: &[u8]) -> bool {
    let text =
        std::str::from_utf8(bytes).unwrap_or("\0").trim_start_matches('\u{FEFF}').trim_start();
    !text.starts_with(['{', '[']) && !text.contains('\0')
}

/// What a report that came from text is printed as is read, and printed the same.
fn check_prints_again(report: &Report) {
    // Where no section could be read, there is nothing to print below the title.
    if report.quantizers.is_empty() && report.non_annotated_nodes.is_none() {
        return;
    }
    for level in [Level::Info, Level::Debug] {
        let Ok(text) = write::text(report, level) else {
            assert!(report.report_title.chars().count() >= 100);
            return;
        };
        let parsed = timed("reading again", text.len(), || parse("again.log", text.as_bytes()));
        let parsed = parsed.unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(parsed.reports.len(), 1, "{text}");
        let again = write::text(&parsed.reports[0], level).expect("the title has not grown");
        assert_eq!(again, text);
    }
}
