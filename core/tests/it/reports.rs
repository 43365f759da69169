//! Every real report, read and printed again.

use crate::common::{read, real_reports};
use qspect_core::{Level, write};

#[test]
fn text_is_printed_byte_for_byte() {
    for real in real_reports() {
        let expected = real.text.strip_prefix('\n').expect("an empty line first");
        let report = real.read();
        let printed = write::text(&report, real.level).expect("a short title");
        assert!(printed == expected, "{} is printed differently:\n{printed}", real.name);

        let json = write::json(&report).expect("JSON");
        let again = read(&real.name, json.as_bytes());
        assert_eq!(again, report, "{}", real.name);
    }
}

/// The DEBUG report contains everything in the INFO report.
#[test]
fn info_text_comes_from_debug_text() {
    let mut n_pairs = 0;
    for real in real_reports().iter().filter(|it| it.level == Level::Debug) {
        let info = real.name.replace(".debug.", ".info.");
        // The order of a Python set in "targeting node targets" differs between two runs; these
        // two texts are of the same run.
        let expected = std::fs::read_to_string(&info).expect("a file");
        let printed = write::text(&real.read(), Level::Info).expect("a short title");
        assert_eq!(printed, expected.trim_start_matches('\n'), "{}", real.name);
        n_pairs += 1;
    }
    assert!(n_pairs >= 15);
}

/// ExecuTorch's counts are those of the patterns it lists.
#[test]
fn counts_can_be_rebuilt_from_the_patterns() {
    for real in real_reports().iter().filter(|it| it.level == Level::Debug) {
        for mut quantizer in real.read().quantizers {
            let printed = quantizer.counts.take().expect("counts");
            let mut rebuilt = quantizer.node_counts();
            // Never listed (QuantizerReport._should_report_rejection).
            rebuilt.rejected_previous_annotation = printed.rejected_previous_annotation;
            assert_eq!(rebuilt, printed, "{}", real.name);
        }
    }
}
