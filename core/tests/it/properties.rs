//! What holds for every report, and for every file.

use std::time::Duration;

use crate::common::arbitrary::Alphabet;
use crate::common::{read, real_reports};
use cpu_time::ThreadTime;
use proptest::prelude::*;
use proptest::sample::Index;
use qspect_core::{Level, Report, parse, write};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_reads_back(report in Alphabet::any().report(true)) {
        let json = write::json(&report).expect("JSON");
        prop_assert_eq!(read("run.json", json.as_bytes()), report);
    }

    #[test]
    fn json_is_valid(reports in prop::collection::vec(Alphabet::any().report(true), 1..3)) {
        let schema = serde_json::from_str(include_str!("../../report.schema.json")).expect("JSON");
        let json = write::json_all(&reports).expect("JSON");
        let json = serde_json::from_str(&json).expect("JSON");
        if let Err(error) = jsonschema::validate(&schema, &json) {
            return Err(TestCaseError::fail(format!("{}: {error}", error.instance_path())));
        }
    }

    #[test]
    fn several_reports_read_back(reports in prop::collection::vec(Alphabet::any().report(true), 1..4)) {
        let json = write::json_all(&reports).expect("JSON");
        prop_assert_eq!(&parse("run.json", json.as_bytes()).expect("reports").reports, &reports);
        let lines: String = reports
            .iter()
            .map(|it| {
                let json: serde_json::Value =
                    serde_json::from_str(&write::json(it).expect("JSON")).expect("JSON");
                format!("{json}\n")
            })
            .collect();
        prop_assert_eq!(&parse("run.jsonl", lines.as_bytes()).expect("reports").reports, &reports);
    }

    #[test]
    fn text_prints_again(report in Alphabet::printable().report(true)) {
        check_prints_again(&report, Level::Info)?;
        check_prints_again(&report, Level::Debug)?;
    }

    #[test]
    fn white_space_at_line_ends_is_ignored(report in Alphabet::printable().report(true)) {
        let text = write::text(&report, Level::Debug).expect("a short title");
        let trimmed: String = text.lines().map(|it| it.trim_end().to_owned() + "\n").collect();
        let (text, trimmed) = (parse("run.txt", text.as_bytes()), parse("run.txt", trimmed.as_bytes()));
        prop_assert_eq!(trimmed.expect("a report"), text.expect("a report"));
    }

    /// Where the counts are those of the patterns, nothing is lost and nothing warned about.
    #[test]
    fn text_loses_no_node(mut report in Alphabet::printable().report(false)) {
        report.non_annotated_nodes.get_or_insert(qspect_core::NonAnnotatedNodes::Count(3));
        for level in [Level::Info, Level::Debug] {
            let text = write::text(&report, level).expect("a short title");
            let read_again = read("run.txt", text.as_bytes());
            prop_assert_eq!(read_again.n_non_annotated(), report.n_non_annotated());
            prop_assert_eq!(read_again.quantizers.len(), report.quantizers.len());
            for (again, quantizer) in read_again.quantizers.iter().zip(&report.quantizers) {
                prop_assert_eq!(again.node_counts(), quantizer.node_counts());
                prop_assert_eq!(&again.quantizer_info.name, &quantizer.quantizer_info.name);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        check_reads_or_refuses(&bytes)?;
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(?s)[-\\[\\]{}\":,. a-zA-Z\n\r\t\u{1b}╒|╘()=]{0,300}") {
        check_reads_or_refuses(text.as_bytes())?;
        let rule = "-".repeat(100);
        let report = format!("{rule}\nT\n{rule}\nQ using\nAnnotating with C\n{text}\n{rule}\n{text}");
        check_reads_or_refuses(report.as_bytes())?;
    }

    #[test]
    fn any_change_of_a_real_report_is_read_or_refused(
        which: Index,
        changes in prop::collection::vec((any::<Index>(), any::<Index>(), any::<u8>()), 1..20),
        as_json: bool,
    ) {
        let reports = real_reports();
        let real = which.get(&reports);
        let mut bytes = match as_json {
            true => write::json(&real.read()).expect("JSON").into_bytes(),
            false => real.text.clone().into_bytes(),
        };
        bytes.truncate(20_000);
        for (from, to, byte) in changes {
            let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
            match byte % 4 {
                0 => bytes[from] = byte,
                1 => bytes.insert(from, byte),
                // A part of the file is lost, or written twice.
                2 => drop(bytes.drain(from.min(to)..from.max(to).min(from.min(to) + 300))),
                _ => {
                    let part = bytes[from..(from + 300).min(bytes.len())].to_vec();
                    bytes.splice(to..to, part);
                }
            }
            if bytes.is_empty() {
                break;
            }
        }
        check_reads_or_refuses(&bytes)?;
    }
}

/// The text of `report` is printed again, byte for byte, after it was read.
fn check_prints_again(report: &Report, level: Level) -> Result<(), TestCaseError> {
    let text = write::text(report, level).expect("a short title");
    let parsed = parse("run.txt", text.as_bytes()).expect("a report");
    prop_assert_eq!(parsed.reports.len(), 1);
    prop_assert_eq!(write::text(&parsed.reports[0], level).expect("a short title"), text);
    Ok(())
}

/// `bytes` are reports that can be written again, or there is an error that gives the reason.
fn check_reads_or_refuses(bytes: &[u8]) -> Result<(), TestCaseError> {
    match parse("run", bytes) {
        Ok(parsed) => {
            prop_assert!(!parsed.reports.is_empty());
            for report in &parsed.reports {
                let json = write::json(report).expect("JSON");
                prop_assert_eq!(&read("run.json", json.as_bytes()), report);
                // The title may be too long; nothing else may go wrong.
                let text = write::text(report, Level::Debug);
                prop_assert!(text.is_ok() || report.report_title.chars().count() >= 100);
            }
        }
        Err(error) => prop_assert!(!error.message.is_empty() && error.hint.is_some()),
    }
    Ok(())
}

/// Reading takes time linear in the size: what takes a fraction of a second here would take
/// minutes if it grew with the square.
#[track_caller]
fn check_linear(unit: &str) {
    let rule = "-".repeat(100);
    let section = format!("{rule}\nT\n{rule}\nQ using all\nAnnotating with C\n");
    let titles =
        "   NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP\n   ---------  ------  ------\n";
    let repeated = unit.repeat(300_000 / unit.len());
    for before in ["", &section, &format!("{section}{titles}")] {
        let text = format!("{before}{repeated}{rule}\n{repeated}");
        let start = ThreadTime::now();
        // Whether it is a report is not the question.
        let _ = parse("run", text.as_bytes());
        let took = start.elapsed();
        assert!(took < Duration::from_secs(10), "{took:?} for {before}{unit:?}…");
    }
}

#[test]
fn time_is_linear_in_size() {
    for unit in [
        "-",
        "- ",
        "\n",
        "\x1b",
        "\x1b[",
        "\x1b]\x07",
        "\x1b]8;;\x1b\\",
        " ",
        "9",
        " 9",
        "INFO:root:x\n",
        "Annotating with C\n",
        "Q using x\n",
        "Accepted nodes: 1\n",
        "   NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP\n",
        "   a          x: INT8  INT8\n",
        "              x: INT8\n",
        "   a          Rejected: R\n",
        "              R\n\n",
        "Non annotated nodes:\n",
        "The following nodes are not marked for quantization\n   x\n",
        "(",
        "[",
        "[{},",
        "{\"a\":",
        "{}\n",
        "{\"format\":\"qspect-report\",\"version\":1}\n",
    ] {
        check_linear(unit);
    }
    let rule = "-".repeat(100);
    check_linear(&format!("{rule}\n"));
    check_linear(&format!("{rule}\nAnnotating with C\n"));
    check_linear(&format!("{rule}\nT\n{rule}\nNon annotated nodes: 1\n"));
    check_linear(&format!("9{rule}\n"));
}
