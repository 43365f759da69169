//! The first screen and the table of nodes, from real reports.

use crate::common::build;
use std::path::Path;

use crate::common::build::exporter;
use qspect_core::view::Column;
use qspect_core::view::{Facet, NodeQuery, NodeTable};
use qspect_core::{Analysis, Summary, Verdict, parse};

fn text(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports/executorch-1.5.1");
    std::fs::read_to_string(folder.join(name)).expect("a report")
}

fn analysis(text: &str) -> Analysis {
    Analysis::of(parse("report.txt", text.as_bytes()).expect("a report").reports.remove(0))
}

fn summary(text: &str) -> Summary {
    let analysis = analysis(text);
    Summary::of(&analysis, &NodeTable::of(&analysis))
}

#[test]
fn a_report_that_is_cut_off_claims_nothing_of_all_nodes() {
    let whole = text("swin_t.mixed.debug.txt");
    assert!(summary(&whole).is_whole());
    // In the table of the first quantizer, whose nodes are all float.
    let lines: Vec<&str> = whole.lines().take(40).collect();
    let cut = summary(&lines.join("\n"));
    assert!(!cut.is_whole() && !cut.is_nothing_quantized);
    assert_eq!((cut.totals.verdicts, cut.totals.coverage), (None, None));
    assert!(cut.ops.is_none() && cut.findings.is_none() && cut.reasons.is_empty());
    assert!(cut.headline().starts_with("Incomplete report: "), "{}", cut.headline());
}

#[test]
fn nothing_quantized_is_seen_at_both_levels() {
    assert!(summary(&text("mlp_mixed.partial.debug.txt")).is_nothing_quantized);
    assert!(summary(&text("mlp_mixed.partial.info.txt")).is_nothing_quantized);
    assert!(!summary(&text("mlp_mixed.mixed.info.txt")).is_nothing_quantized);
}

/// Only a qconfig of None is on purpose, not an accepted node with nothing to quantize.
#[test]
fn on_purpose_is_by_a_qconfig_of_none() {
    let transformer = summary(&text("tiny_transformer.mixed.debug.txt"));
    let verdicts = transformer.totals.verdicts.expect("all nodes are known");
    // `x` is accepted without a qspec; a log does not show that it makes integers.
    assert_eq!((verdicts.float_by_config, transformer.n_on_purpose), (13, 12));
    assert_eq!(transformer.headline(), "19 of 201 nodes stay float, 12 of them on purpose");
    let swin_t = summary(&text("swin_t.mixed.debug.txt"));
    assert_eq!(swin_t.headline(), "163 of 1,350 nodes stay float, 99 of them on purpose");
}

#[test]
fn a_qconfig_of_none_is_known_without_its_nodes() {
    let without_qspecs = |text: &str| -> Vec<bool> {
        summary(text).quantizers.iter().map(|it| it.is_without_qspecs).collect()
    };
    let expected = [true, true, false, false, false];
    assert_eq!(without_qspecs(&text("swin_t.mixed.info.txt")), expected);
    assert_eq!(without_qspecs(&text("swin_t.mixed.debug.txt")), expected);
}

/// The names that a query finds in swin_t's report.
#[track_caller]
fn check_found(query: NodeQuery, expected: &[&str]) {
    let analysis = analysis(&text("swin_t.mixed.debug.txt"));
    let table = NodeTable::of(&analysis);
    let found = table.find(&analysis, &query, None).expect("a filter").rows;
    let names: Vec<&str> =
        found.iter().filter_map(|it| table.row(*it)).map(|it| it.name.as_str()).collect();
    assert_eq!(names, expected);
}

/// What the table shows for an output, and whether that is the reason why it has no qspec.
#[track_caller]
fn check_output(analysis: &Analysis, name: &str, output: &str, is_reason: bool) {
    let table = NodeTable::of(analysis);
    let row = analysis.find(name).and_then(|it| table.row(it)).expect("a row");
    assert_eq!((row.output.as_str(), row.is_reason), (output, is_reason), "{name}");
}

#[test]
fn a_row_has_a_qspec_or_the_reason_why_not() {
    let transformer = exporter("tiny_transformer.mixed");
    check_output(&transformer, "add", "qconfig of None", true);
    check_output(&transformer, "x", "integer or boolean: nothing to quantize", true);
    check_output(&exporter("mlp_mixed.mixed"), "gelu", "INT8 (-128,127)", false);
    let swin_t = exporter("swin_t.mixed");
    check_output(&swin_t, "roll", "no quantizer matched it", true);
    let rejected = "All inputs and outputs to these nodes are non-quantized.";
    check_output(&swin_t, "reshape_9", rejected, true);
    // Without a graph it may have been a float tensor.
    let log = analysis(&text("tiny_transformer.mixed.debug.txt"));
    check_output(&log, "x", "accepted without a qspec", true);
}

fn rejected_pads() -> NodeQuery {
    NodeQuery {
        text: "PAD".to_owned(),
        facets: vec![(Facet::Verdict, Verdict::Rejected.as_str().to_owned())],
        ..NodeQuery::default()
    }
}

#[test]
fn words_and_facets_must_all_hold() {
    check_found(rejected_pads(), &["pad_1", "pad_4", "pad_7", "pad_9", "pad_11"]);
    check_found(NodeQuery { text: "pad no_such".to_owned(), ..rejected_pads() }, &[]);
}

#[test]
fn rows_sort_and_turn_round() {
    let by_name = NodeQuery { sort_by: Some(Column::Name), is_descending: true, ..rejected_pads() };
    check_found(by_name, &["pad_11", "pad_9", "pad_7", "pad_4", "pad_1"]);
}

#[test]
fn a_facets_counts_are_what_choosing_would_show() {
    let analysis = analysis(&text("swin_t.mixed.debug.txt"));
    let table = NodeTable::of(&analysis);
    let find = |query: &NodeQuery| table.find(&analysis, query, None).expect("a filter");
    let found = find(&rejected_pads());
    let verdicts = &found.facets.iter().find(|it| it.0 == Facet::Verdict).expect("verdicts").1;
    for tally in verdicts {
        let facets = vec![(Facet::Verdict, tally.what.clone())];
        let chosen = find(&NodeQuery { facets, ..rejected_pads() });
        assert_eq!(chosen.rows.len(), tally.n_nodes, "{}", tally.what);
    }
}

/// Why nodes stay float: the reasons are those of the nodes that the headline counts.
#[test]
fn reasons_are_those_of_nodes_that_stay_float() {
    let mut n_reasons = 0;
    for name in build::exporter_names() {
        let analysis = exporter(&name);
        let summary = Summary::of(&analysis, &NodeTable::of(&analysis));
        let verdicts = summary.totals.verdicts.expect("all nodes are known");
        let n_nodes: usize = summary.reasons.iter().map(|it| it.n_nodes).sum();
        let n_most = verdicts.rejected + verdicts.annotated_empty;
        assert!((verdicts.rejected..=n_most).contains(&n_nodes), "{name}: {n_nodes} of {n_most}");
        n_reasons += n_nodes;
    }
    assert!(n_reasons > 0);
}

/// The headline and the coverage count the same nodes, for each quantizer of ExecuTorch and torchao.
#[test]
fn the_headline_agrees_with_the_coverage() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports/quantizers");
    let mut n_reports = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        let json = std::fs::read_to_string(&path).expect("a report");
        let summary = summary(&json);
        let (headline, coverage) = (summary.headline(), summary.totals.coverage.expect("a graph"));
        let numbers: Vec<u64> =
            headline.replace(',', "").split(' ').filter_map(|it| it.parse().ok()).take(2).collect();
        let (quantized, total) = (coverage.nodes.quantized, coverage.nodes.total);
        let expected = if quantized == total && total == 1 {
            vec![]
        } else if quantized == total {
            vec![total]
        } else if quantized == 0 {
            vec![0, total]
        } else {
            vec![total - quantized - coverage.n_unknown as u64, total]
        };
        assert_eq!(numbers, expected, "{}: {headline}", path.display());
        assert_eq!(headline.contains("quantized"), quantized == total || quantized == 0);
        n_reports += 1;
    }
    assert_eq!(n_reports, 18);
}
