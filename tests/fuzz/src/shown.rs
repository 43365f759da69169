//! All that is shown and written of a report, whatever is in it.

use qspect_core::analysis::GroupBy;
use qspect_core::fleet;
use qspect_core::fleet::{FleetRow, FleetSort};
use qspect_core::view::Column;
use qspect_core::view::{Cell, Facet, IcicleWidth, NodeQuery, NodeTable, Selection, icicle};
use qspect_core::write;
use qspect_core::write::NodeData;
use qspect_core::{Analysis, Fleet, QSpec, Redaction, Report, Summary, parse};

use crate::json;
use crate::limits::timed;

/// The nodes and modules that are looked at one by one: each may take as long as all of them.
const MAX_OPENED: usize = 50;

pub(crate) fn run(bytes: &[u8]) {
    let Ok(parsed) = parse("run", bytes) else { return };
    let mut redaction = Redaction::default();
    let mut rows = Vec::new();
    for report in parsed.reports {
        let redacted = timed("redacting", bytes.len(), || redaction.clone().redact(&report));
        assert_eq!(redaction.redact(&report), redacted);
        json::check_reads_back(&redacted);
        rows.push(timed("showing", bytes.len(), || show(report.clone())));
    }
    for sort in [FleetSort::File, FleetSort::Config, FleetSort::Float, FleetSort::WorstIsland] {
        assert_eq!(fleet::sorted(&rows, sort, true).len(), rows.len());
    }
    assert_eq!(fleet::match_baseline(&rows, &rows).len(), rows.len());
}

/// All of one report.
fn show(report: Report) -> FleetRow {
    let analysis = Analysis::of(report);
    let n_nodes = analysis.nodes().len();
    let table = NodeTable::of(&analysis);
    let summary = Summary::of(&analysis, &table);
    assert!(!write::summary_text(&summary).is_empty());
    assert!(!write::summary_markdown(&summary).is_empty());
    assert!(!summary.headline().is_empty());
    assert!(write::strip_svg(&analysis).ends_with("</svg>\n"));
    assert!(write::icicle_svg(&analysis).ends_with("</svg>\n"));
    assert_eq!(analysis.records(QSpec::brief).count(), n_nodes);
    assert!(!write::nodes_csv(analysis.records(QSpec::full)).is_empty());
    for node_idx in 0..n_nodes.min(MAX_OPENED) {
        assert!(analysis.detail(node_idx).is_some());
        let is_quantized = analysis.verdict(node_idx).is_quantized();
        assert_eq!(analysis.explain(node_idx).is_none(), is_quantized);
    }
    let modules = analysis.modules();
    for focus in 0..modules.len().min(MAX_OPENED) {
        for width in [IcicleWidth::Nodes, IcicleWidth::Macs, IcicleWidth::Params] {
            assert!(!icicle(&modules, focus, width).is_empty());
        }
    }
    find(&analysis, &table);
    for group_by in [GroupBy::Quantizer, GroupBy::Op, GroupBy::Module, GroupBy::DType] {
        let groups = analysis.coverage_by(group_by);
        let n_nodes: u64 = groups.iter().map(|it| it.coverage.nodes.total).sum();
        assert!(analysis.coverage().is_none_or(|it| it.nodes.total == n_nodes));
    }
    let combined = analysis.combined_gain(analysis.advice());
    assert!(combined.is_none_or(|it| it.nodes.len() <= n_nodes));
    assert!(!write::advice_text(&analysis).is_empty());
    let metrics = analysis.metrics().into_iter().map(|it| NodeData::Metric(it.to_owned()));
    for by in [NodeData::Verdict, NodeData::DType].into_iter().chain(metrics) {
        let json: serde_json::Result<serde_json::Value> =
            serde_json::from_str(&write::node_data_json(&analysis, &by));
        assert!(json.is_ok());
    }
    let row = Fleet::default().add("run", 0, None, &analysis);
    assert!(write::summary_json(&[("run.json", analysis)]).is_ok());
    row
}

/// Every row is found, by each of its facets.
fn find(analysis: &Analysis, table: &NodeTable) {
    let n_nodes = analysis.nodes().len();
    let find = |query: &NodeQuery, nodes: Option<&[usize]>| {
        table.find(analysis, query, nodes).expect("a filter")
    };
    let metrics = analysis.metrics().into_iter().map(|it| Column::Metric(it.into()));
    for sort_by in Column::ALL.into_iter().chain(metrics) {
        let query = NodeQuery { sort_by: Some(sort_by.clone()), ..NodeQuery::default() };
        let mut rows = find(&query, None).rows;
        rows.sort_unstable();
        assert!(rows.into_iter().eq(0..n_nodes), "sorted by {sort_by:?}");
    }
    for facet in Facet::ALL {
        for tally in table.tally(facet) {
            let query = NodeQuery::default().keep(facet, &tally.what);
            assert_eq!(find(&query, None).rows.len(), tally.n_nodes, "{facet:?} {tally:?}");
        }
    }
    let selection = [
        Selection::Islands,
        Selection::Island(0),
        Selection::Findings,
        Selection::Finding(0),
        Selection::Covered,
        Selection::Uncovered,
        Selection::Op(0),
        Selection::Cause(0),
        Selection::Module(String::new()),
    ];
    let cells = Cell::ALL.map(|it| Selection::Cell(it.as_char()));
    for selection in selection.into_iter().chain(cells) {
        let nodes = analysis.select(&selection);
        assert!(nodes.is_sorted() && nodes.iter().all(|it| *it < n_nodes), "{selection:?}");
        let found = find(&NodeQuery::of(selection), Some(&nodes));
        assert_eq!(found.rows, nodes);
    }
}
