//! `qspect summary` of many reports: a row for each.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{Folder, qspect, real, stderr, stdout};

/// The columns, in order.
const COLUMNS: [&str; 26] = [
    "file",
    "report_idx",
    "report_title",
    "model",
    "date",
    "config",
    "whole",
    "nodes",
    "quantized",
    "fused",
    "float_by_config",
    "annotated_empty",
    "rejected",
    "unmatched",
    "not_float",
    "unknown",
    "coverage_nodes",
    "coverage_macs",
    "coverage_params",
    "islands",
    "crossings",
    "worst_island",
    "worst_island_nodes",
    "worst_island_crossings",
    "findings",
    "lints",
];

/// Reports with a graph, a log without one, counts alone, and one with what CSV must quote.
fn files(folder: &Folder) -> Result<Vec<String>> {
    let strange = json!({
        "format": "qspect-report", "version": 1, "report_title": "a \"title\", and\nmore",
        "model": "größer, \"m\"", "quantizers": [], "non_annotated_nodes": ["relu"],
    });
    Ok(vec![
        folder.report("swin_t.mixed")?,
        folder.report("mobilenet_v2.without_a_module")?,
        folder.report("mlp_mixed.partial")?,
        folder.log("tiny_transformer.mixed", &[])?,
        folder.log("resnet18.qat", &["--summary"])?,
        folder
            .file("two.log", std::fs::read(real("executorch-1.5.1/ds_cnn.cortex_m.debug.txt")?)?)?,
        folder.file("strange.json", strange.to_string())?,
    ])
}

fn summary(files: &[String], format: &str) -> Result<String> {
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let output = qspect(&[&["summary", "--format", format], &files[..]].concat())?;
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    Ok(stdout(&output).to_owned())
}

/// The rows that the reports of `summary --format json` come to.
fn check_rows(files: &[String], rows: &[Value]) -> Result<()> {
    let json: Value = serde_json::from_str(&summary(files, "json")?)?;
    let reports = json["reports"].as_array().context("reports")?;
    assert_eq!((rows.len(), reports.len()), (files.len(), files.len()));
    for ((row, report), file) in rows.iter().zip(reports).zip(files) {
        let of = |column: &str| &row[column];
        assert_eq!((of("file"), of("report_idx")), (&json!(file), &json!(0)));
        assert_eq!((of("report_title"), of("model")), (&report["report_title"], &report["model"]));
        let quantizers = report["quantizers"].as_array().context("quantizers")?;
        let mut labels: Vec<&str> =
            quantizers.iter().filter_map(|it| it["qconfig_label"].as_str()).collect();
        let mut seen = std::collections::HashSet::new();
        labels.retain(|it| seen.insert(*it));
        assert_eq!(of("config"), &json!(labels.join("; ")), "{file}");
        let by_verdict = &report["nodes_by_verdict"];
        assert_eq!(of("whole"), &report["completeness"]["whole"], "{file}");
        let mut n_nodes = by_verdict.is_object().then_some(0);
        for verdict in [
            "quantized",
            "fused",
            "float_by_config",
            "annotated_empty",
            "rejected",
            "unmatched",
            "not_float",
            "unknown",
        ] {
            let n_of_verdict = by_verdict[verdict].as_u64();
            assert_eq!(of(verdict), &json!(n_of_verdict), "{file}: {verdict}");
            n_nodes = n_nodes.and_then(|it| Some(it + n_of_verdict?));
        }
        assert_eq!(of("nodes"), &json!(n_nodes), "{file}");
        for what in ["nodes", "macs", "params"] {
            let column = format!("coverage_{what}");
            assert_eq!(of(&column), &report["coverage"][what], "{file}: {column}");
        }
        let islands = report["islands"].as_array();
        let crossings = islands.map(|it| it.iter().filter_map(|it| it["crossings"].as_u64()));
        assert_eq!(of("islands"), &json!(islands.map(Vec::len)), "{file}");
        assert_eq!(of("crossings"), &json!(crossings.map(Iterator::sum::<u64>)), "{file}");
        let worst = islands.and_then(|it| it.first()).unwrap_or(&Value::Null);
        assert_eq!(of("worst_island"), &worst["nodes"][0], "{file}");
        let n_worst = worst["nodes"].as_array().map(Vec::len);
        assert_eq!(of("worst_island_nodes"), &json!(n_worst), "{file}");
        assert_eq!(of("worst_island_crossings"), &worst["crossings"], "{file}");
        let findings = report["findings"].as_array().context("findings")?;
        assert_eq!(of("findings"), findings.len(), "{file}");
        let mut lints: Vec<&str> = findings.iter().filter_map(|it| it["lint"].as_str()).collect();
        lints.dedup();
        assert_eq!(of("lints"), &json!(lints.join(" ")), "{file}");
        let date = of("date").as_str().context("a date")?;
        let shape: String =
            date.chars().map(|it| if it.is_ascii_digit() { '0' } else { it }).collect();
        assert_eq!(shape, "0000-00-00 00:00");
    }
    // Each kind of row is there: or nothing was compared.
    let is_null = |column: &str| rows.iter().filter(|it| it[column].is_null()).count();
    assert_eq!((is_null("model"), is_null("nodes"), is_null("islands")), (3, 1, 4));
    Ok(())
}

#[test]
fn ndjson_has_the_values_of_the_json_summary() -> Result<()> {
    let folder = Folder::new()?;
    let files = files(&folder)?;
    let ndjson = summary(&files, "ndjson")?;
    let rows: Result<Vec<Value>, _> = ndjson.lines().map(serde_json::from_str).collect();
    check_rows(&files, &rows?)?;
    // The fields in order, which `Value` does not keep.
    for line in ndjson.lines() {
        let places: Vec<Option<usize>> =
            COLUMNS.iter().map(|it| line.find(&format!("\"{it}\":"))).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{line}");
    }
    Ok(())
}

#[test]
fn csv_has_the_values_of_the_json_summary() -> Result<()> {
    let folder = Folder::new()?;
    let files = files(&folder)?;
    let csv = summary(&files, "csv")?;
    let mut lines = records(&csv).into_iter();
    assert_eq!(lines.next().context("a header")?, COLUMNS);
    let rows: Vec<Value> = lines
        .map(|cells| {
            assert_eq!(cells.len(), COLUMNS.len(), "{cells:?}");
            let cells = COLUMNS.iter().zip(cells).map(|(column, cell)| {
                let is_text = ["file", "report_title", "model", "date", "config", "worst_island"];
                let value = match cell.as_str() {
                    // These are there in each report.
                    "" if ["config", "lints"].contains(column) => json!(""),
                    "" => Value::Null,
                    _ if is_text.contains(column) || *column == "lints" => json!(cell),
                    _ => serde_json::from_str(&cell).expect("a number"),
                };
                ((*column).to_owned(), value)
            });
            Value::Object(cells.collect())
        })
        .collect();
    check_rows(&files, &rows)
}

/// The cells of CSV as RFC 4180 has it.
fn records(csv: &str) -> Vec<Vec<String>> {
    let mut records = vec![vec![String::new()]];
    let mut is_quoted = false;
    let mut chars = csv.chars().peekable();
    while let Some(it) = chars.next() {
        let record = records.last_mut().expect("one");
        match it {
            '"' if is_quoted && chars.peek() == Some(&'"') => {
                record.last_mut().expect("one").extend(chars.next());
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => record.push(String::new()),
            '\n' if !is_quoted => records.push(vec![String::new()]),
            it => record.last_mut().expect("one").push(it),
        }
    }
    assert_eq!(records.pop(), Some(vec![String::new()]), "the last line ends");
    records
}

/// Reports of one file are distinguished, and a bad file does not hide the others.
#[test]
fn several_reports_of_a_file_are_numbered() -> Result<()> {
    let log = real("executorch-1.5.1/ds_cnn.cortex_m.debug.txt")?;
    let text = std::fs::read_to_string(log)?;
    let folder = Folder::new()?;
    let two = folder.file("two.log", format!("{text}\n{text}"))?;
    let one = folder.report("mlp_mixed.mixed")?;
    let output = qspect(&["summary", "--format", "ndjson", &two, "no-such.json", &one])?;
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with("error: no-such.json: "), "{}", stderr(&output));
    let rows: Result<Vec<Value>, _> = stdout(&output).lines().map(serde_json::from_str).collect();
    let rows: Vec<(Value, Value)> =
        rows?.iter().map(|it| (it["file"].clone(), it["report_idx"].clone())).collect();
    let row = |file: &str, idx: u64| (json!(file), json!(idx));
    assert_eq!(rows, [row(&two, 0), row(&two, 1), row(&one, 0)]);
    Ok(())
}

/// The default build of the command has no Parquet, and its error explains what to do. A build with the
/// feature writes it.
#[test]
fn parquet_needs_its_feature() -> Result<()> {
    let folder = Folder::new()?;
    let output = qspect(&["summary", "--format", "parquet", &folder.report("mlp_mixed.mixed")?])?;
    if cfg!(feature = "parquet") {
        assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
        assert!(output.stdout.starts_with(b"PAR1") && output.stdout.ends_with(b"PAR1"));
        return Ok(());
    }
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""));
    let error = "error: this `qspect` was built without Parquet\nhint: build it with `--features \
                 parquet`, or take `--format csv` or `ndjson`, which DuckDB reads as well\n";
    assert_eq!(stderr(&output), error);
    Ok(())
}

/// A disk may report any time; one outside the calendar gives no date.
#[test]
fn a_file_of_any_date_is_read() -> Result<()> {
    let folder = Folder::new()?;
    let path = folder.report("mlp_mixed.partial")?;
    let file = std::fs::File::options().write(true).open(&path)?;
    let day = std::time::Duration::from_secs(86_400);
    for (time, date) in [
        (std::time::UNIX_EPOCH - day, serde_json::Value::Null),
        (std::time::UNIX_EPOCH + day, serde_json::json!("1970-01-02 00:00")),
    ] {
        file.set_modified(time)?;
        let output = qspect(&["summary", &path, "--format", "ndjson"])?;
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let row: serde_json::Value = serde_json::from_str(stdout(&output))?;
        assert_eq!(row["date"], date);
    }
    Ok(())
}
