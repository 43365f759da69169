//! Every real report, read and printed again.

use std::path::{Path, PathBuf};

use qspect_core::{Level, Report, parse, render};

/// Reports that ExecuTorch itself printed. `QSPECT_CORPUS` may name another folder of such files.
fn reports() -> Vec<PathBuf> {
    let root = std::env::var_os("QSPECT_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/reports"),
        PathBuf::from,
    );
    let mut files = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder of reports") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "txt") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(files.len() >= 30, "only {} reports found", files.len());
    files
}

fn level_of(path: &Path) -> Level {
    if path.to_string_lossy().contains(".info.") { Level::Info } else { Level::Debug }
}

/// The single report of `bytes`, read without a warning.
#[track_caller]
fn read(path: &Path, bytes: &[u8]) -> Report {
    let mut parsed = parse(&path.to_string_lossy(), bytes).expect("a report");
    assert_eq!(parsed.warnings, [], "{}", path.display());
    assert_eq!(parsed.reports.len(), 1, "{}", path.display());
    parsed.reports.remove(0)
}

#[test]
fn text_is_printed_byte_for_byte() {
    for path in reports() {
        let text = std::fs::read_to_string(&path).expect("a file");
        let expected = text.strip_prefix('\n').expect("an empty line first");
        let report = read(&path, text.as_bytes());
        assert_eq!(report.level(), level_of(&path));
        let printed = render::text(&report, level_of(&path)).expect("a short title");
        assert!(printed == expected, "{} is printed differently:\n{printed}", path.display());

        let json = render::json(&report).expect("JSON");
        let again = read(&path, json.as_bytes());
        assert_eq!(again, report, "{}", path.display());
    }
}

/// The DEBUG report holds all that the INFO report says.
#[test]
fn info_text_comes_from_debug_text() {
    let mut n_pairs = 0;
    for path in reports().iter().filter(|it| level_of(it) == Level::Debug) {
        let info = PathBuf::from(path.to_string_lossy().replace(".debug.", ".info."));
        // The order of a Python set in "targeting node targets" differs between two runs; these
        // two texts are of the same run.
        let expected = std::fs::read_to_string(&info).expect("a file");
        let report = read(path, &std::fs::read(path).expect("a file"));
        let printed = render::text(&report, Level::Info).expect("a short title");
        assert_eq!(printed, expected.trim_start_matches('\n'), "{}", path.display());
        n_pairs += 1;
    }
    assert!(n_pairs >= 15);
}

/// ExecuTorch's counts are those of the patterns it lists.
#[test]
fn counts_can_be_rebuilt_from_the_patterns() {
    for path in reports().iter().filter(|it| level_of(it) == Level::Debug) {
        let report = read(path, &std::fs::read(path).expect("a file"));
        for mut quantizer in report.quantizers {
            let printed = quantizer.counts.take().expect("counts");
            let mut rebuilt = quantizer.node_counts();
            // Never listed (QuantizerReport._should_report_rejection).
            rebuilt.rejected_previous_annotation = printed.rejected_previous_annotation;
            assert_eq!(rebuilt, printed, "{}", path.display());
        }
    }
}
