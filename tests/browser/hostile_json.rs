//! The JSON parsing test suite, as reports and within reports: refused or read, and never more than that.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use qspect_core::{ParseError, Parsed, parse, write};
use qspect_tests::Browser;
use qspect_tests::hostile::{SuiteFile, SuiteKind, json_test_suite};
use serde_json::Value;

use crate::page::{eval, page, report, wait_until};
use crate::security::holds;

/// The suite, whole.
fn suite() -> Result<Vec<SuiteFile>> {
    let files = json_test_suite()?;
    let n = |kind| files.iter().filter(|it| it.kind == kind).count();
    let counts = [SuiteKind::Json, SuiteKind::NotJson, SuiteKind::Either].map(n);
    // With the 22 of `test_transform`, which are the last kind's.
    assert_eq!(counts, [95, 188, 35 + 22]);
    Ok(files)
}

/// A report with the file as the value of a field that no version knows.
fn around(file: &SuiteFile) -> Vec<u8> {
    let before = br#"{"format": "qspect-report", "version": 1, "report_title": "T", "hostile": "#;
    let after = br#", "quantizers": [], "non_annotated_nodes": ["x"]}"#;
    [&before[..], &file.bytes, &after[..]].concat()
}

/// The value that a report's JSON has of that field.
fn kept(parsed: &Parsed) -> Result<Value> {
    let report = parsed.reports.first().context("no report")?;
    let json: Value = serde_json::from_str(&write::json(report)?)?;
    json.get("hostile").cloned().context("the field is gone")
}

/// Whether an error reports that the file is not JSON.
fn blames_the_syntax(error: &ParseError) -> bool {
    ["not JSON", "the JSON ends", "nested more"].iter().any(|it| error.message.starts_with(it))
}

#[test]
fn each_file_is_refused_for_what_it_is() -> Result<()> {
    let files = suite()?;
    for SuiteFile { name, bytes, kind } in &files {
        let error = parse(name, bytes).err().with_context(|| format!("{name} is a report"))?;
        assert_eq!(error.file, *name);
        ensure!(error.hint.is_some(), "{name}: {error}");
        match kind {
            SuiteKind::Json => ensure!(!blames_the_syntax(&error), "{name}: {error}"),
            SuiteKind::NotJson if blames_the_syntax(&error) => {
                ensure!(error.position.is_some(), "{name}: {error}");
            }
            SuiteKind::NotJson | SuiteKind::Either => {}
        }
    }
    holds("JSON parsing test suite, each file as a report", files.len())
}

#[test]
fn within_a_report_each_is_kept_or_refused_with_its_place() -> Result<()> {
    let files = suite()?;
    for file in &files {
        let name = &file.name;
        match (parse(name, &around(file)), serde_json::from_slice::<Value>(&file.bytes)) {
            (Ok(parsed), Ok(value)) => {
                assert_ne!(file.kind, SuiteKind::NotJson, "{name}");
                assert_eq!(kept(&parsed)?, value, "{name}");
            }
            // Invalid UTF-8 in a string: repaired, with a warning.
            (Ok(parsed), Err(_)) => {
                assert_eq!(file.kind, SuiteKind::Either, "{name}");
                ensure!(!parsed.warnings.is_empty(), "{name} is taken without a word");
            }
            (Err(error), _) => {
                assert_ne!(file.kind, SuiteKind::Json, "{name}: {error}");
                let is_placed = error.position.is_some() || error.message.starts_with("not text");
                ensure!(is_placed, "{name}: {error}");
            }
        }
    }
    holds("JSON parsing test suite, each file within a report", files.len())
}

/// Drops files beside a good report, and checks that the page reports the same as the reader
/// about each.
pub async fn check(browser: &Browser, files: &[(String, Vec<u8>)]) -> Result<usize> {
    let good = std::fs::read(report("executorch-1.5.1/ds_cnn.cortex_m.debug.txt")?)?;
    let dropped = files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..]));
    let dropped: Vec<_> = dropped.chain([("good.txt", &good[..])]).collect();
    browser.drop_files("body", &dropped).await?;
    let is_read = "return !document.querySelector('[role=progressbar]')";
    tokio::time::timeout(Duration::from_secs(60), wait_until(browser, is_read)).await??;
    let alerts = eval(
        browser,
        "return [...document.querySelectorAll('[role=alert]')].map((it) => it.innerText)",
    )
    .await?;
    let alerts: Vec<&str> =
        alerts.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut n_refused = 0;
    for (name, bytes) in files {
        let Err(error) = parse(name, bytes) else { continue };
        n_refused += 1;
        let message = qspect_core::text::escape_hidden(&error.message);
        let matches = |it: &&&str| it.starts_with(name.as_str()) && it.contains(&*message);
        ensure!(alerts.iter().any(|it| matches(&it)), "{name}: {error}\nis not among {alerts:#?}");
    }
    assert_eq!(alerts.len(), n_refused);
    // The good one is shown, and the page answers.
    eval(browser, "location.hash = '#report=1000'").await?;
    browser.wait_for_text(".qs-headline", "All 23 nodes are quantized").await?;
    eval(browser, "document.querySelector('[role=alert] button').click()").await?;
    let n_left =
        format!("return document.querySelectorAll('[role=alert]').length === {}", n_refused - 1);
    wait_until(browser, &n_left).await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    Ok(n_refused)
}

#[tokio::test]
async fn the_page_reports_the_same_for_each() -> Result<()> {
    let browser = page().await?;
    let files: Vec<_> = suite()?.into_iter().map(|it| (it.name, it.bytes)).collect();
    assert_eq!(check(&browser, &files).await?, files.len());
    browser.close().await
}

#[tokio::test]
async fn the_page_reports_the_same_for_each_within_a_report() -> Result<()> {
    let browser = page().await?;
    let files: Vec<_> = suite()?.iter().map(|it| (format!("in {}", it.name), around(it))).collect();
    let n_refused = check(&browser, &files).await?;
    // All that are JSON are reports, and most of those that may be.
    assert!((188..=files.len() - 95).contains(&n_refused), "{n_refused}");
    browser.close().await
}
