//! How soon the page is there, and a real model on it.

use std::io::Read;

use anyhow::Result;
use flate2::read::GzDecoder;
use qspect_tests::{Browser, viewer};

use super::page::{number, observe, wait_for};
use super::table::{Table, median, ms};

const N_RUNS: usize = 20;
const MODEL: &str = "mobilenet_v2.mixed.qspect.json.gz";

/// Medians of browsers of their own, from the start of the navigation, and from the drop.
pub async fn measure() -> Result<Table> {
    let path = format!("{}/reports/executorch-1.5.1-exporter/{MODEL}", env!("CARGO_MANIFEST_DIR"));
    let mut json = Vec::new();
    GzDecoder::new(std::fs::File::open(path)?).read_to_end(&mut json)?;
    let (mut painted, mut ready, mut dropped) = (Vec::new(), Vec::new(), Vec::new());
    for run in 1..=N_RUNS {
        eprintln!("start: run {run} of {N_RUNS}");
        let browser = Browser::start().await?;
        browser.open(&viewer()?).await?;
        browser.wait_for(".qs-empty").await?;
        let paint = "return performance.getEntriesByName('first-contentful-paint')[0].startTime";
        painted.push(number(&browser, paint).await?);
        let is_ready = "return performance.getEntriesByName('qspect ready')[0].startTime";
        ready.push(number(&browser, is_ready).await?);
        observe(&browser).await?;
        browser.drop_files("body", &[("mobilenet_v2.json", &json)]).await?;
        wait_for(&browser, "return bench.painted !== undefined").await?;
        dropped.push(number(&browser, "return bench.painted - bench.begun").await?);
        browser.close().await?;
    }
    let mut table =
        Table::new([format!("in {N_RUNS} new browsers").as_str(), "median", "slowest", "goal"]);
    let dropped_what =
        format!("mobilenet_v2 dropped, {:.1} MB, to its first frame", json.len() as f64 / 1e6);
    for (what, figures, goal) in [
        ("first contentful paint of the empty page", painted, "< 150 ms"),
        ("program unpacked, compiled and running", ready, ""),
        (&dropped_what, dropped, "< 250 ms"),
    ] {
        let slowest = figures.iter().copied().fold(0.0, f64::max);
        table.row(what, [ms(median(figures)), ms(slowest), goal.to_owned()]);
    }
    Ok(table)
}
