//! Reports with other lines of the log among theirs, and reports cut off: what is there is read,
//! and what is not is warned about.

use crate::common;
use crate::common::{RealReport, real_reports};
use qspect_core::{NonAnnotatedNodes, Report, parse};

/// The real reports that are short enough to be damaged in every place.
fn short_reports() -> Vec<RealReport> {
    let mut reports = real_reports();
    reports.retain(|it| it.text.lines().count() <= 100);
    assert!(reports.len() >= 20, "only {} reports are short", reports.len());
    reports
}

/// A line of the log, written by another thread before each line of each report.
#[track_caller]
fn check_interrupted(foreign: &str) {
    for real in short_reports() {
        let lines: Vec<_> = real.text.lines().collect();
        let expected = real.read();
        for line_idx in 0..=lines.len() {
            let mut interrupted = lines.clone();
            interrupted.insert(line_idx, foreign);
            let at = format!("{}:{}", real.name, line_idx + 1);
            let parsed = parse(&at, interrupted.join("\n").as_bytes()).expect("a report");
            assert!(parsed.reports == [expected.clone()], "{at}: {:#?}", parsed.warnings);
            // The text begins with an empty line and a rule, and ends with a rule: a line before
            // or behind those is not part of the report.
            let is_inside = (2..lines.len()).contains(&line_idx);
            let warned: Vec<_> = parsed.warnings.iter().map(|it| it.line).collect();
            let line_nos = if is_inside { vec![Some(line_idx + 1)] } else { vec![] };
            assert_eq!(warned, line_nos, "{at}: {:#?}", parsed.warnings);
        }
    }
}

#[test]
fn log_line_among_the_lines() {
    check_interrupted("INFO:root:step 3 using cuda");
    check_interrupted("INFO:root:step 3");
}

#[test]
fn warning_among_the_lines() {
    for foreign in [
        "WARNING:root:calibrating with 8 samples",
        "2026-11-27 10:59:57,120 - root - INFO - step 3 of 8",
        "[2026-11-27 10:59:57] (rank 0) loss: 0.25, accuracy: 0.9",
        "/usr/lib/python3.11/site-packages/torch/x.py:10: UserWarning: this is deprecated",
        "  warnings.warn(",
        "W1127 10:59:57.120000 4711 torch/_export/__init__.py:70] pre_dispatch is deprecated",
    ] {
        check_interrupted(foreign);
    }
}

#[test]
fn progress_bar_among_the_lines() {
    check_interrupted("  0%|          | 0/4 [00:00<?, ?it/s]");
    check_interrupted("\rcalibrating: 100%|██████████| 3/3 [00:00<00:00, 31.1it/s]");
}

#[test]
fn traceback_among_the_lines() {
    check_interrupted("Traceback (most recent call last):");
    check_interrupted("    sys.exit(main(args, kwargs))");
    check_interrupted("  File \"/usr/lib/python3.11/runpy.py\", line 198, in _run_module_as_main");
    check_interrupted("    return _run_code(code, main_globals, None)");
}

/// Rows that ExecuTorch cannot have printed: Python ends a line at a form feed, and strips a separator
/// as white space, so no name is one.
#[test]
fn rows_that_python_would_not_print() {
    let real = short_reports().into_iter().find(|it| it.text.contains("NODE NAME"));
    let real = real.expect("a table");
    let lines: Vec<_> = real.text.lines().collect();
    let rule_idx = lines.iter().position(|it| it.starts_with("   ---")).expect("a table");
    let columns: Vec<usize> = lines[rule_idx].match_indices(" -").map(|it| it.0 + 1).collect();
    let [.., name, _, output] = columns[..] else { panic!("{columns:?}") };
    for (name_cell, output_cell) in [("a\x0cb", "None"), ("a", "X\u{2028}Y"), ("\x1f", "None")] {
        let mut row = format!("{:name$}{name_cell}", "");
        row += &" ".repeat(output - row.chars().count());
        row += output_cell;
        let mut interrupted = lines.clone();
        interrupted.insert(rule_idx + 1, &row);
        let parsed = parse("run.log", interrupted.join("\n").as_bytes()).expect("a report");
        assert_eq!(parsed.reports, [real.read()], "{row:?}");
        let warned: Vec<_> = parsed.warnings.iter().map(|it| it.line).collect();
        assert_eq!(warned, [Some(rule_idx + 2)], "{row:?}");
    }
}

/// A line of one word, indented by four spaces as node names are, cannot be distinguished from one.
#[test]
fn one_word_among_the_names() {
    let real = short_reports().remove(0);
    let interrupted =
        real.text.replace("Non annotated nodes:\n", "Non annotated nodes:\n    raise\n");
    assert_ne!(interrupted, real.text);
    let parsed = parse("run.log", interrupted.as_bytes()).expect("a report");
    let Some(NonAnnotatedNodes::Names(names)) = &parsed.reports[0].non_annotated_nodes else {
        panic!("no names: {parsed:?}");
    };
    assert_eq!(names[0], "raise");
}

#[test]
fn log_line_among_the_pre_transform_nodes() {
    let path = format!("{}/tests/logs/ds_cnn+mlp.debug.log", env!("CARGO_MANIFEST_DIR"));
    let log = std::fs::read_to_string(path).expect("a file");
    let expected = parse("run.log", log.as_bytes()).expect("reports");
    let lines: Vec<_> = log.lines().collect();
    let first_idx = lines.iter().position(|it| *it == "   x").expect("a list");
    for line_idx in first_idx..first_idx + 8 {
        let mut interrupted = lines.clone();
        interrupted.insert(line_idx, "INFO:root:step 3");
        let parsed = parse("run.log", interrupted.join("\n").as_bytes()).expect("reports");
        assert_eq!(parsed.reports, expected.reports);
        let warned: Vec<_> = parsed.warnings.iter().map(|it| it.line).collect();
        assert_eq!(warned, [Some(line_idx + 1)]);
    }
}

/// An empty line may come from anywhere; it has no content, so there is no warning about it.
#[test]
fn empty_line_among_the_lines() {
    for real in short_reports() {
        let lines: Vec<_> = real.text.lines().collect();
        for line_idx in 0..=lines.len() {
            let mut interrupted = lines.clone();
            interrupted.insert(line_idx, "");
            let at = format!("{}:{}", real.name, line_idx + 1);
            let report = common::read(&at, interrupted.join("\n").as_bytes());
            assert!(report == real.read(), "{at}: {report:#?}");
        }
    }
}

/// What is left of a report that was cut off is the beginning of the whole one.
#[track_caller]
fn assert_beginning(cut: &Report, whole: &Report, at: &str) {
    assert_eq!(cut.report_title, whole.report_title, "{at}");
    let (last, complete) = match cut.quantizers.split_last() {
        Some((last, complete)) => (Some(last), complete),
        None => (None, &[][..]),
    };
    assert_eq!(*complete, whole.quantizers[..complete.len()], "{at}");
    if let Some(last) = last {
        let whole = &whole.quantizers[complete.len()];
        assert_eq!(last.quantizer_info.name, whole.quantizer_info.name, "{at}");
        assert!(last.accepted_patterns.len() <= whole.accepted_patterns.len(), "{at}");
        // The last pattern may lack nodes, the last node inputs.
        let n_complete = last.accepted_patterns.len().saturating_sub(1);
        let complete = &last.accepted_patterns[..n_complete];
        assert_eq!(*complete, whole.accepted_patterns[..n_complete], "{at}");
        let n_rejected = last.rejected_patterns.len();
        assert_eq!(last.rejected_patterns, whole.rejected_patterns[..n_rejected], "{at}");
    }
    assert!(!cut.completeness.is_whole(), "{at}: a report that is cut off is taken for whole");
}

#[test]
fn cut_off_after_each_line() {
    for real in short_reports() {
        let whole = real.read();
        let lines: Vec<_> = real.text.lines().collect();
        let n_before_quantizers =
            lines.iter().position(|it| it.starts_with("Annotating with ")).expect("a quantizer");
        for n_lines in 0..lines.len() {
            let at = format!("{}:{n_lines}", real.name);
            let parsed = parse(&at, lines[..n_lines].join("\n").as_bytes());
            let Ok(parsed) = parsed else {
                assert!(n_lines <= n_before_quantizers, "{at}: {parsed:?}");
                continue;
            };
            assert_eq!(parsed.reports.len(), 1, "{at}");
            assert_beginning(&parsed.reports[0], &whole, &at);
            let n_rules = lines[..n_lines].iter().filter(|it| it.starts_with("-----")).count();
            let n_complete = n_rules.saturating_sub(2).min(whole.quantizers.len());
            assert!(parsed.reports[0].quantizers.len() >= n_complete, "{at}: a section is lost");
        }
    }
}

/// A text pasted without its first lines: its content from the next rule on is kept.
#[test]
fn first_lines_left_out() {
    for real in short_reports() {
        let whole = real.read();
        let lines: Vec<_> = real.text.lines().collect();
        for n_left_out in 3..lines.len() {
            let at = format!("{} from line {n_left_out} on", real.name);
            let rest = &lines[n_left_out..];
            // Rules around sections: the last section has one above and one below.
            let n_rules = rest.iter().filter(|it| it.starts_with("-----")).count();
            match parse(&at, rest.join("\n").as_bytes()) {
                Ok(parsed) => {
                    let report = &parsed.reports[0];
                    assert_eq!(report.report_title, "", "{at}");
                    let n_kept = n_rules - 2;
                    let kept = &whole.quantizers[whole.quantizers.len() - n_kept..];
                    assert!(report.quantizers == *kept, "{at}");
                    assert!(report.non_annotated_nodes == whole.non_annotated_nodes, "{at}");
                    assert!(!report.completeness.is_whole(), "{at}");
                }
                Err(_) => assert!(n_rules < 2, "{at}"),
            }
        }
    }
}

/// In the middle of a line, even of a character.
#[test]
fn cut_off_after_each_byte() {
    let mut real = short_reports();
    real.sort_by_key(|it| it.text.len());
    for real in &real[..8] {
        let whole = real.read();
        // Only dashes of the last rule are lost from here on.
        let n_bytes = real.text.trim_end().len() - 1;
        for n_bytes in 0..n_bytes {
            let at = format!("{} at byte {n_bytes}", real.name);
            if let Ok(parsed) = parse(&at, &real.text.as_bytes()[..n_bytes]) {
                assert_eq!(parsed.reports.len(), 1, "{at}");
                assert!(!parsed.reports[0].completeness.is_whole(), "{at}");
                assert!(parsed.reports[0].quantizers.len() <= whole.quantizers.len(), "{at}");
            }
        }
    }
}

/// The second of two runs goes on where the first one died.
#[test]
fn cut_off_report_before_a_whole_one() {
    let reports = short_reports();
    let (first, second) = (&reports[0], &reports[1]);
    let lines: Vec<_> = first.text.lines().collect();
    for n_lines in 0..lines.len() {
        let text = lines[..n_lines].join("\n") + "\nKilled\n" + &second.text;
        let parsed = parse("two.log", text.as_bytes()).expect("a report");
        assert_eq!(parsed.reports.last(), Some(&second.read()), "after {n_lines} lines");
    }
}

/// Words that a newer ExecuTorch, or the quantizers of other backends, may print: no sign of damage.
#[test]
fn words_of_other_versions_are_no_damage() {
    let text =
        short_reports().into_iter().find(|it| it.name.ends_with("mlp_mixed.mixed.debug.txt"));
    let text = text.expect("a report").text;
    for (old, new) in [
        ("GlobalNodeFinder targeting all nodes", "GlobalNodeFinder targeting all nodes but views"),
        ("GlobalNodeFinder targeting all nodes", "a node finder of ours"),
        (
            "targeting node targets: aten::add.Tensor",
            "targeting node targets: <built-in function add>",
        ),
        ("Annotating with NO_QCONFIG", "Annotating with NO_QCONFIG_2"),
        ("per_channel=1, qat=0", "per_channel=True, qat=0, group_size=None, mode=\"x\""),
        ("defined by None", "defined by the table of operators of our backend"),
        ("defined by None", "defined by vendor/tables/ops.toml"),
        ("PatternQuantizer using", "AcmeQuantizer using"),
    ] {
        let changed = text.replace(old, new);
        assert_ne!(changed, text, "{old}");
        let parsed = parse("run.log", changed.as_bytes()).expect("a report");
        let completeness = &parsed.reports[0].completeness;
        assert!(completeness.is_whole(), "{new}: {completeness}");
        assert_eq!(parsed.warnings, [], "{new}");
    }
}
