//! How soon the page is there, and a real model on it.

use std::io::Read;

use std::path::{Path, PathBuf};

use anyhow::Result;
use flate2::read::GzDecoder;
use qspect_tests::{Browser, viewer};

use super::page::{number, observe, wait_for};
use super::table::{Table, median, ms};

const N_RUNS: usize = 20;
const MODEL: &str = "mobilenet_v2.mixed.qspect.json.gz";

/// The page of another build, to be measured in turns with this one.
const BEFORE: &str = "QSPECT_BEFORE";

/// Medians of browsers of their own, from the start of the navigation, and from the drop. Where `BEFORE`
/// names a page, each figure stands beside the one of that page, with the ratio.
pub async fn measure() -> Result<Table> {
    let path = format!("{}/reports/executorch-1.5.1-exporter/{MODEL}", env!("CARGO_MANIFEST_DIR"));
    let mut json = Vec::new();
    GzDecoder::new(std::fs::File::open(path)?).read_to_end(&mut json)?;
    let before = std::env::var_os(BEFORE).map(PathBuf::from);
    let (mut now, mut then) = (Figures::default(), Figures::default());
    for run in 1..=N_RUNS {
        eprintln!("start: run {run} of {N_RUNS}");
        now.add(&viewer()?, &json).await?;
        if let Some(before) = &before {
            then.add(before, &json).await?;
        }
    }
    let head = format!("in {N_RUNS} new browsers");
    let mut head = vec![head.as_str(), "median", "slowest", "goal"];
    if before.is_some() {
        head.extend(["median before", "ratio"]);
    }
    let mut table = Table::new(head);
    let dropped_what =
        format!("mobilenet_v2 dropped, {:.1} MB, to its first frame", json.len() as f64 / 1e6);
    for (what, now, then, goal) in [
        ("first contentful paint of the empty page", now.painted, then.painted, "< 150 ms"),
        ("program unpacked, compiled and running", now.ready, then.ready, ""),
        (&dropped_what, now.dropped, then.dropped, "< 250 ms"),
    ] {
        let slowest = now.iter().copied().fold(0.0, f64::max);
        let mut cells = vec![ms(median(now.iter().copied())), ms(slowest), goal.to_owned()];
        if before.is_some() {
            let then = median(then);
            cells.extend([ms(then), format!("{:.2}", median(now) / then)]);
        }
        table.row(what, cells);
    }
    Ok(table)
}

/// Milliseconds of each run.
#[derive(Default)]
struct Figures {
    painted: Vec<f64>,
    ready: Vec<f64>,
    dropped: Vec<f64>,
}

impl Figures {
    /// One run, in a browser of its own.
    async fn add(&mut self, page: &Path, json: &[u8]) -> Result<()> {
        let browser = Browser::start().await?;
        browser.open(page).await?;
        browser.wait_for(".qs-empty").await?;
        let paint = "return performance.getEntriesByName('first-contentful-paint')[0].startTime";
        self.painted.push(number(&browser, paint).await?);
        let is_ready = "return performance.getEntriesByName('qspect ready')[0].startTime";
        self.ready.push(number(&browser, is_ready).await?);
        observe(&browser).await?;
        browser.drop_files("body", &[("mobilenet_v2.json", json)]).await?;
        wait_for(&browser, "return bench.painted !== undefined").await?;
        self.dropped.push(number(&browser, "return bench.painted - bench.begun").await?);
        browser.close().await
    }
}
