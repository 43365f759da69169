//! Many reports: their sets, their baseline, their lines over time, and their table.

use std::collections::BTreeMap;

use qspect_core::fleet::{ReportSet, default_baseline, sets, timelines};
use qspect_core::write::{FleetRecord, fleet_csv, fleet_markdown};
use qspect_core::{Analysis, FleetRow, Level};
use serde_json::json;

use crate::common;
use crate::common::build;
use crate::common::build::exporter;
use crate::fleet::row;

/// The sets of a fleet: by the first folder that differs, else by day, else by file.
#[test]
fn sets_of_a_fleet() {
    let row = |file: &str, date: Option<&str>| {
        let analysis = Analysis::of(build::report(json!([]), json!({})));
        FleetRow { date: date.map(str::to_owned), ..FleetRow::of(file, 0, None, &analysis) }
    };
    let found = |rows: &[(&str, Option<&str>)]| -> Vec<(String, Vec<usize>)> {
        let rows: Vec<FleetRow> = rows.iter().map(|it| row(it.0, it.1)).collect();
        sets(&rows).into_iter().map(|it| (it.name, it.rows)).collect()
    };
    let set = |name: &str, rows: &[usize]| (name.to_owned(), rows.to_vec());
    let nightly = [
        ("n.zip/2026-11-27/x/a.json", None),
        ("n.zip/2026-11-20/x/a.json", None),
        ("n.zip/2026-11-27/x/b.json", None),
        ("n.zip/2026-11-20/x/b.json", None),
    ];
    assert_eq!(found(&nightly), [set("2026-11-20", &[1, 3]), set("2026-11-27", &[0, 2])]);
    let days = [
        ("a.json", Some("2026-11-27 10:00")),
        ("b.json", Some("2026-11-27 10:01")),
        ("c.json", Some("2026-11-20 10:00")),
    ];
    assert_eq!(found(&days), [set("2026-11-20", &[2]), set("2026-11-27", &[0, 1])]);
    let files = [("a.json", None), ("a.json", None), ("b.json", None), ("b.json", None)];
    assert_eq!(found(&files), [set("a.json", &[0, 1]), set("b.json", &[2, 3])]);
    assert!(found(&[("a.json", None), ("b.json", None)]).is_empty());
    assert!(found(&[("a.json", None), ("a.json", None)]).is_empty());
    assert!(found(&[]).is_empty());
}

/// Nightly runs are compared with those of the night before; of other sets, none is the obvious one.
#[test]
fn the_baseline_of_a_fleet() {
    let baseline = |names: &[&str]| {
        let sets = names.iter().map(|it| ReportSet { name: (*it).to_owned(), rows: Vec::new() });
        let sets: Vec<ReportSet> = sets.collect();
        default_baseline(&sets).map(|it| it.name.clone())
    };
    assert_eq!(baseline(&["before", "after"]).as_deref(), Some("before"));
    let days = ["2026-11-20", "2026-11-21", "2026-11-22"];
    assert_eq!(baseline(&days).as_deref(), Some("2026-11-21"));
    assert_eq!(baseline(&["main", "a", "b"]), None);
    assert_eq!(baseline(&["main"]), None);
}

/// A line needs three reports of one file's name in dated folders, or of one config; a change of a
/// version or of a config is marked where it happened.
#[test]
fn timelines_of_a_fleet() {
    let dated = |line: &str, torch: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let packages = BTreeMap::from([("torch".to_owned(), torch.to_owned())]);
        FleetRow { packages, ..row(words[0], words[1], words[2]) }
    };
    let rows = [
        dated("n/2026-11-22/a.json a int8", "2.9"),
        dated("n/2026-11-20/a.json a int8", "2.8"),
        dated("n/2026-11-21/a.json a int8", "2.8"),
        dated("n/2026-11-21/a16.json a int16", "2.8"),
        dated("n/2026-11-23/a.json a int16", "2.9"),
        dated("n/2026-11-20/b.json b int8", "2.8"),
        dated("n/2026-11-21/b.json b int8", "2.8"),
    ];
    let lines = timelines(&rows);
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].model.as_str(), lines[0].config.as_str()), ("a", "int16"));
    let configs: Vec<bool> = lines[0].points.iter().map(|it| it.is_other_config).collect();
    assert_eq!(configs, [false, false, false, true]);
    let points: Vec<(usize, &str, usize)> = lines[0]
        .points
        .iter()
        .map(|it| (it.row_idx, it.date.as_str(), it.versions.len()))
        .collect();
    assert_eq!(
        points,
        [(1, "2026-11-20", 0), (2, "2026-11-21", 0), (0, "2026-11-22", 1), (4, "2026-11-23", 0)]
    );
    let version = &lines[0].points[2].versions[0];
    assert_eq!((version.versions.base.as_str(), version.versions.head.as_str()), ("2.8", "2.9"));
}

/// The CSV and the Markdown of real reports: a row each, and unknown figures stay unknown.
#[test]
fn a_fleet_is_a_table() {
    let reports = ["mobilenet_v2.mixed", "mlp_mixed.partial"];
    let mut rows: Vec<FleetRow> =
        reports.iter().map(|it| FleetRow::of(it, 0, None, &exporter(it))).collect();
    let info = common::real_reports().into_iter().find(|it| it.level == Level::Info);
    let info = Analysis::of(info.expect("an INFO report").read());
    rows.push(FleetRow::of("info.log", 0, None, &info));
    let records: Vec<FleetRecord> = rows.iter().map(FleetRecord::from).collect();
    let csv = fleet_csv(&records).expect("CSV");
    let mut lines = csv.lines();
    let heads: Vec<&str> = lines.next().expect("heads").split(',').collect();
    assert_eq!(lines.clone().count(), 3);
    assert!(lines.all(|it| it.split(',').count() >= heads.len()), "{csv}");
    let markdown = fleet_markdown(&rows);
    assert!(
        markdown.contains("| mobilenet\\_v2: mobilenet\\_v2.mixed | 90.3 % | 100 % | 10 |"),
        "{markdown}"
    );
    assert!(markdown.contains("| info.log | unknown | unknown | unknown |"), "{markdown}");
    assert_eq!(fleet_csv(&[]).expect("CSV"), "");
}
