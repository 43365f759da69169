//! Many reports as rows: how they are matched with a baseline, sorted, and summed up by reason.

use std::collections::BTreeMap;

use crate::common;
use crate::common::build;
use crate::common::build::{exporter, rejected, with_graph};
use qspect_core::fleet::Rejections;
use qspect_core::fleet::{FleetSort, Origin, ReportPairs, match_baseline, sorted};
use qspect_core::{
    Analysis, Coverage, Fleet, FleetRow, Level, Lint, Report, Share, Totals, VerdictCounts, write,
};
use serde_json::json;

/// A row of this file, model and config; no model for `-`.
pub fn row(file: &str, model: &str, config: &str) -> FleetRow {
    FleetRow {
        file: file.to_owned(),
        report_idx: 0,
        report_title: "T".to_owned(),
        model: (model != "-").then(|| model.to_owned()),
        date: None,
        config: config.to_owned(),
        packages: BTreeMap::new(),
        level: Level::Debug,
        incomplete: None,
        totals: Totals {
            is_whole: true,
            level: Level::Debug,
            has_graph: true,
            verdicts: Some(VerdictCounts::default()),
            coverage: Some(Coverage::default()),
            n_non_annotated: Some(0),
            n_islands: None,
            n_crossings: None,
            worst_crossings: None,
            n_requantized: None,
            n_findings: Some(0),
        },
        worst_island: None,
        findings: Vec::new(),
    }
}

/// Rows of lines like `file model config`.
fn rows(lines: &[&str]) -> Vec<FleetRow> {
    let rows = lines.iter().map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        row(words[0], words[1], words[2])
    });
    rows.collect()
}

#[track_caller]
fn check_match(baseline: &[&str], fleet: &[&str], expected: &[Option<usize>]) {
    assert_eq!(match_baseline(&rows(baseline), &rows(fleet)), expected);
}

#[test]
fn model_and_config_match_and_the_file_name_decides() {
    check_match(
        &["old/a.json resnet int8", "old/b.json resnet int8", "old/c.json swin int8"],
        &["new/c.json swin int8", "new/b.json resnet int8", "new/z.json resnet int8"],
        &[Some(2), Some(1), Some(0)],
    );
    // Folders are distinguished in the same way on each system.
    check_match(
        &["old\\a.json m c", "old\\b.json m c"],
        &["new/b.json m c", "new/a.json m c"],
        &[Some(1), Some(0)],
    );
}

#[test]
fn another_config_of_the_same_model_and_file_matches() {
    check_match(
        &["old/a.json m int8", "old/b.json m int8"],
        &["new/b.json m int16", "new/a.json m mixed"],
        &[Some(1), Some(0)],
    );
}

/// One config is taken before the file is asked: the better match is not taken away.
#[test]
fn the_same_config_comes_before_the_same_file() {
    check_match(
        &["old/a.json m int8", "old/b.json m int16"],
        &["new/a.json m int16", "new/b.json m int8"],
        &[Some(1), Some(0)],
    );
}

#[test]
fn the_last_report_of_a_model_matches_whatever_its_config_and_file() {
    check_match(&["x.json m int8", "o.json n c"], &["y.json m int16"], &[Some(0)]);
    // Which of two it is, is unknown.
    check_match(
        &["x.json m int8", "w.json m int4"],
        &["y.json m int16", "q.json q int8"],
        &[None, None],
    );
    check_match(&["x.json m int8"], &["y.json other int8"], &[None]);
}

#[test]
fn no_report_of_the_baseline_is_taken_twice() {
    check_match(
        &["old/a.json m c", "old/o.json o c"],
        &["new/a.json m c", "new/b.json m c"],
        &[Some(0), None],
    );
    check_match(&[], &["a.json m c"], &[None]);
    check_match(&["a.json m c"], &[], &[]);
}

/// Reports of one file keep their order.
#[test]
fn several_reports_of_one_file_match_in_order() {
    check_match(
        &["old/a.json m c", "old/a.json m c", "old/a.json n c"],
        &["new/a.json n c", "new/a.json m c", "new/a.json m c"],
        &[Some(2), Some(0), Some(1)],
    );
}

/// A log does not name its model, and each has the same config.
#[test]
fn logs_of_a_fleet_match_by_file_name_alone() {
    check_match(
        &["old/a.log - int8", "old/b.log - int8", "old/c.log - int8"],
        &["new/c.log - int8", "new/z.log - int8", "new/b.log - int16"],
        &[Some(2), None, Some(1)],
    );
}

/// Runs with one name are distinguished by their folders, as far as these agree.
#[test]
fn folders_distinguish_files_of_one_name() {
    check_match(
        &["base/a/run.json - int8", "base/b/run.json - int8"],
        &["head/b/run.json - int8"],
        &[Some(1)],
    );
    check_match(
        &["base/a/x/run.json m int8", "base/b/x/run.json m int8"],
        &["head/b/x/run.json m int8", "head/a/x/run.json m int8"],
        &[Some(1), Some(0)],
    );
}

/// Two files that are named are meant.
#[test]
fn single_files_match_whatever_they_are_called() {
    check_match(
        &["main.log - int8", "main.log - int16"],
        &["pull.log - int16", "pull.log - int8", "pull.log - int8"],
        &[Some(1), Some(0), None],
    );
    check_match(&["main.log - int8"], &["pull.log - int16"], &[Some(0)]);
    // A log against the JSON of the same run.
    check_match(
        &["run.log - a", "run.log - b"],
        &["run.json m b", "run.json n a"],
        &[Some(1), Some(0)],
    );
    check_match(&["run.json m a"], &["run.log - b"], &[Some(0)]);
    check_match(&["run.json m a"], &["run.json n a"], &[None]);
}

/// What one side has and the other has not is listed on both sides, and different known models are
/// never paired, unless the user named two files with one report each.
#[test]
fn reports_without_a_partner_are_listed() {
    let pairing = |baseline: &[&str], fleet: &[&str], origin| {
        let pairing = ReportPairs::of(&rows(baseline), &rows(fleet), origin);
        let added: Vec<usize> = pairing.added().collect();
        let pairs: Vec<(usize, usize)> = pairing.pairs().collect();
        (pairs, pairing.removed, added)
    };
    // Baseline, fleet, and what becomes of them in folders and as named files.
    type Expected = (Vec<(usize, usize)>, Vec<usize>, Vec<usize>);
    let cases: [(&[&str], &[&str], Expected, Expected); 7] = [
        (
            &["old/a.json m1 c", "old/b.json m2 c"],
            &["new/a.json m1 c", "new/c.json m3 c"],
            (vec![(0, 0)], vec![1], vec![1]),
            (vec![(0, 0)], vec![1], vec![1]),
        ),
        // One report on each side.
        (
            &["old/b.json m2 c"],
            &["new/c.json m3 d"],
            (vec![], vec![0], vec![0]),
            (vec![(0, 0)], vec![], vec![]),
        ),
        // The same file name is not a reason.
        (
            &["old/a.json m1 c", "old/b.json m2 c"],
            &["new/a.json m2 d", "new/b.json m3 c"],
            (vec![(1, 0)], vec![0], vec![1]),
            (vec![(1, 0)], vec![0], vec![1]),
        ),
        // Several reports in one file are like a folder.
        (
            &["a.json m1 c", "a.json m2 c"],
            &["b.json m1 c", "b.json m3 c"],
            (vec![(0, 0)], vec![1], vec![1]),
            (vec![(0, 0)], vec![1], vec![1]),
        ),
        // A log and the JSON of one run, by the file's name.
        (
            &["old/a.debug.txt - c", "old/b.debug.txt - c", "old/z.log - c"],
            &["new/b.qspect.json.gz m2 c", "new/a.qspect.json m1 d"],
            (vec![(1, 0), (0, 1)], vec![2], vec![]),
            (vec![(1, 0), (0, 1)], vec![2], vec![]),
        ),
        (&[], &["a.json m1 c"], (vec![], vec![], vec![0]), (vec![], vec![], vec![0])),
        (&["a.json m1 c"], &[], (vec![], vec![0], vec![]), (vec![], vec![0], vec![])),
    ];
    for (baseline, fleet, in_folders, as_files) in cases {
        assert_eq!(pairing(baseline, fleet, Origin::Folders), in_folders, "{baseline:?} {fleet:?}");
        assert_eq!(pairing(baseline, fleet, Origin::Files), as_files, "{baseline:?} {fleet:?}");
    }
}

/// Among reports that are alike in model, config and file the title decides.
#[test]
fn the_title_comes_before_the_order() {
    let titled = |titles: &[&str], model: &str| -> Vec<FleetRow> {
        let rows = titles.iter().map(|title| FleetRow {
            report_title: (*title).to_owned(),
            ..row("run.json", model, "c")
        });
        rows.collect()
    };
    for (base, head) in [("m", "m"), ("-", "-"), ("-", "m"), ("m", "-")] {
        let (base, head) = (titled(&["A", "B"], base), titled(&["B", "A", "A"], head));
        assert_eq!(match_baseline(&base, &head), [Some(1), Some(0), None]);
    }
}

/// Time grows with the reports, however alike they are.
#[test]
fn many_reports_are_paired() {
    let many = |model: &str| vec![row("run.json", model, "c"); 20_000];
    for (base, head) in [("m", "m"), ("-", "-"), ("-", "m"), ("m", "-"), ("m", "n")] {
        let n_pairs = if (base, head) == ("m", "n") { 0 } else { 20_000 };
        let pairing = ReportPairs::of(&many(base), &many(head), Origin::Folders);
        assert_eq!(pairing.pairs().count(), n_pairs, "{base} {head}");
    }
}

/// A report in which `n` of ten nodes are quantized, and a report that shows nothing.
fn covered(n: u64) -> FleetRow {
    let mut row = row(&format!("{n}.json"), &format!("m{n}"), "c");
    let share = Share { quantized: n, total: 10, ..Share::default() };
    row.totals.coverage =
        Some(Coverage { nodes: share, macs: share, params: share, ..Coverage::default() });
    let rejected = usize::try_from(10 - n).expect("a few");
    row.totals.verdicts = Some(VerdictCounts { rejected, ..VerdictCounts::default() });
    row.totals.worst_crossings = usize::try_from(n).ok();
    row.date = Some(format!("2026-01-0{n} 00:00"));
    row
}

fn unknown() -> FleetRow {
    let mut row = row("u.log", "-", "c");
    row.level = Level::Info;
    row.totals.level = Level::Info;
    row.totals.verdicts = None;
    row.totals.coverage = None;
    row
}

#[test]
fn what_is_unknown_is_last_in_both_directions() {
    let rows = [unknown(), covered(5), covered(9), unknown(), covered(2)];
    for (by, ascending) in [
        (FleetSort::Nodes, [4, 1, 2]),
        (FleetSort::Macs, [4, 1, 2]),
        (FleetSort::Params, [4, 1, 2]),
        (FleetSort::Float, [2, 1, 4]),
        (FleetSort::WorstIsland, [4, 1, 2]),
        (FleetSort::Date, [4, 1, 2]),
        (FleetSort::Model, [4, 1, 2]),
    ] {
        let mut expected = ascending.to_vec();
        expected.extend([0, 3]);
        assert_eq!(sorted(&rows, by, false), expected, "{by:?}");
        expected[..3].reverse();
        assert_eq!(sorted(&rows, by, true), expected, "{by:?}");
    }
}

#[test]
fn columns_of_every_report_have_no_unknown() {
    let mut rows = [covered(5), covered(9), covered(2)];
    for (n_findings, (row, config)) in rows.iter_mut().zip(["b", "c", "a"]).enumerate() {
        row.config = config.to_owned();
        row.totals.n_findings = Some(n_findings);
    }
    assert_eq!(sorted(&rows, FleetSort::File, false), [2, 0, 1]);
    assert_eq!(sorted(&rows, FleetSort::Config, true), [1, 0, 2]);
    assert_eq!(sorted(&rows, FleetSort::Findings, true), [2, 1, 0]);
}

/// Equal rows stay as they were added, in both directions.
#[test]
fn sorting_is_stable() {
    let rows = [covered(5), covered(9), covered(5), covered(5)];
    assert_eq!(sorted(&rows, FleetSort::Nodes, false), [0, 2, 3, 1]);
    assert_eq!(sorted(&rows, FleetSort::Nodes, true), [1, 0, 2, 3]);
}

/// The coverage of a report that is cut off is unknown, whatever its first nodes are.
#[test]
fn a_report_that_is_cut_off_has_no_coverage_to_sort_by() {
    let mut cut = covered(9);
    cut.totals.is_whole = false;
    cut.totals.verdicts = None;
    cut.totals.coverage = None;
    assert!(!cut.knows_all_nodes());
    assert_eq!(sorted(&[cut, covered(5)], FleetSort::Nodes, true), [1, 0]);
}

#[test]
fn a_row_sums_up_its_report() {
    let swin_t = exporter("swin_t.mixed");
    let row = FleetRow::of("runs/swin_t.json", 3, Some("2026-01-02 03:04"), &swin_t);
    assert_eq!((row.file.as_str(), row.report_idx), ("runs/swin_t.json", 3));
    assert_eq!(row.model.as_deref(), Some("swin_t"));
    assert_eq!(row.date.as_deref(), Some("2026-01-02 03:04"));
    assert!(row.config.starts_with("NO_QCONFIG; arm_quantizer."), "{}", row.config);
    // Each label once, though several quantizers have it.
    let labels: Vec<&str> = row.config.split("; ").collect();
    let distinct: std::collections::BTreeSet<&str> = labels.iter().copied().collect();
    assert_eq!((labels.len(), distinct.len()), (4, 4), "{}", row.config);
    assert!(swin_t.report().quantizers.len() > 4);
    assert!(row.knows_all_nodes());
    let worst = row.worst_island.as_ref().expect("an island");
    assert_eq!((worst.first.as_str(), worst.n_nodes, worst.crossings), ("add_39", 18, 25));
    assert_eq!(row.totals.worst_crossings, Some(25));
    assert_eq!(Some(row.findings.iter().map(|it| it.1).sum::<usize>()), row.totals.n_findings);
    assert_eq!(row.findings[0].0, Lint::EdgeMismatch);
    let info = write::text(swin_t.report(), Level::Info).expect("a short title");
    let info = Analysis::of(common::read("info.log", info.as_bytes()));
    let row = FleetRow::of("info.log", 0, None, &info);
    assert!(!row.knows_all_nodes() && row.worst_island.is_none());
}

/// Nodes and reports are counted, by op and reason; what a quantizer accepted has no reason.
#[test]
fn reasons_are_summed_up_over_reports() {
    let of = |relus: &[&str], adds: &[&str]| {
        let nodes = relus.iter().chain(adds).map(|it| build::graph_node(it, &[]));
        let patterns = json!([rejected(relus, "too wide"), rejected(adds, "too wide")]);
        with_graph(nodes.collect(), json!([build::quantizer(json!([]), patterns)]))
    };
    let mut fleet = Fleet::default();
    fleet.add("a.json", 0, None, &of(&["relu", "relu_1"], &["add"]));
    fleet.add("b.json", 0, None, &of(&["relu"], &[]));
    let row = fleet.add("b.json", 1, None, &of(&[], &["add", "add_1", "add_2"]));
    assert_eq!((row.file.as_str(), row.report_idx), ("b.json", 1));
    let quantized: Report = build::report(
        json!([
            build::quantizer(json!([]), json!([rejected(&["relu"], "too wide")])),
            build::quantizer(json!([build::accepted(&["relu"], build::int8())]), json!([])),
        ]),
        json!({ "non_annotated_nodes": [] }),
    );
    fleet.add("c.json", 0, None, &Analysis::of(quantized));
    let reasons = fleet.reasons();
    let found: Vec<(&str, &str, usize, usize)> = reasons
        .iter()
        .map(|it| (it.op.as_str(), it.reason.as_str(), it.n_nodes, it.n_reports))
        .collect();
    assert_eq!(found, [("aten.add", "too wide", 4, 2), ("aten.relu", "too wide", 3, 2)]);
}

/// What a report adds to the sums can be taken out again, to the last node.
#[test]
fn reasons_of_a_report_are_removed() {
    let of = |relus: &[&str], adds: &[&str]| {
        let nodes = relus.iter().chain(adds).map(|it| build::graph_node(it, &[]));
        let patterns = json!([rejected(relus, "too wide"), rejected(adds, "too wide")]);
        with_graph(nodes.collect(), json!([build::quantizer(json!([]), patterns)]))
    };
    let (first, second) = (of(&["relu", "relu_1"], &["add"]), of(&["relu"], &[]));
    let mut fleet = Fleet::default();
    fleet.add("a.json", 0, None, &first);
    let before = fleet.reasons();
    fleet.add("b.json", 0, None, &second);
    assert_ne!(fleet.reasons(), before);
    fleet.remove_rejections(&Rejections::of(&second));
    assert_eq!(fleet.reasons(), before);
    fleet.remove_rejections(&Rejections::of(&first));
    assert!(fleet.reasons().is_empty());
}
