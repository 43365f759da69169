//! Reports of the quantizers of all backends, as the exporter writes them.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::page::{eval, page_with, show_view};

/// As many as exporter/tests/quantizers.py has.
const N_QUANTIZERS: usize = 18;

/// Each opens: its title, a card for each quantizer, and as many rows as it names nodes.
#[tokio::test]
async fn every_quantizers_report_is_shown() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/quantizers");
    let mut n_reports = 0;
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        check(&path).await.with_context(|| path.display().to_string())?;
        n_reports += 1;
    }
    assert_eq!(n_reports, N_QUANTIZERS);
    Ok(())
}

async fn check(path: &Path) -> Result<()> {
    let report: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    let browser = page_with(&[path]).await?;
    let title = report["report_title"].as_str().context("a title")?;
    browser.wait_for_text("h1", title).await?;
    let quantizers = report["quantizers"].as_array().context("quantizers")?;
    let names: Vec<&Value> = quantizers.iter().map(|it| &it["quantizer_info"]["name"]).collect();
    ensure!(!names.is_empty(), "no quantizer");
    let cards =
        "return [...document.querySelectorAll('.qs-quantizer b')].map((it) => it.innerText)";
    let shown = eval(&browser, cards).await?;
    ensure!(shown == json!(names), "the cards are {shown}");
    show_view(&browser, "Nodes").await?;
    let n_rows = node_names(&report).len() + 1;
    browser.wait_for(&format!("[role=grid][aria-rowcount='{n_rows}']")).await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// The nodes of the graph, without parameters that no quantizer decided on.
fn node_names(report: &Value) -> BTreeSet<&str> {
    let list = |value: &'static str, of: &'static str| -> Vec<&Value> {
        let quantizers = report["quantizers"].as_array().into_iter().flatten();
        let patterns = quantizers.flat_map(move |it| it[value].as_array().into_iter().flatten());
        patterns.flat_map(move |it| it[of].as_array().into_iter().flatten()).collect()
    };
    let accepted =
        list("accepted_patterns", "nodes").into_iter().filter_map(|it| it["name"].as_str());
    let rejected = list("rejected_patterns", "node_names").into_iter().filter_map(Value::as_str);
    let graph = report["graph"]["nodes"].as_array().into_iter().flatten();
    let graph = graph.filter(|it| it["op"] != "get_attr").filter_map(|it| it["name"].as_str());
    accepted.chain(rejected).chain(graph).collect()
}
