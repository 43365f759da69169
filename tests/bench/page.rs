//! What a reader waits for, in a browser, and what JSON.parse and speedscope take for the same size.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use fantoccini::wd::TimeoutConfiguration;
use qspect_tests::{Browser, generate, viewer};
use serde_json::Value;

use super::memory::peak_megabytes;
use super::table::{Table, median, ms, whole};
use super::{SIZES, speedscope};

/// A browser for each of them, so that the first reading is a cold one. A million nodes are read once.
const N_RUNS: usize = 5;

/// Above it there is one run, and no second reading: two such reports at once are 4 GB.
const MANY_NODES: usize = 500_000;

/// More than any figure may take.
const PATIENCE: Duration = Duration::from_secs(120);

pub async fn measure() -> Result<Table> {
    let head = SIZES.map(|it| format!("{} nodes", whole(it)));
    let mut table = Table::new(["in the page".to_owned()].into_iter().chain(head));
    let mut rows: Vec<(&str, Vec<String>)> = Vec::new();
    for n_nodes in SIZES {
        for (row_idx, (what, figure)) in column(n_nodes).await?.into_iter().enumerate() {
            if rows.len() == row_idx {
                rows.push((what, Vec::new()));
            }
            rows[row_idx].1.push(figure);
        }
    }
    rows.into_iter().for_each(|(what, figures)| table.row(what, figures));
    Ok(table)
}

/// All figures of one size.
async fn column(n_nodes: usize) -> Result<Vec<(&'static str, String)>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("report.json");
    let json = generate::json(n_nodes)?;
    std::fs::write(&path, &json)?;
    let n_bytes = json.len();
    drop(json);
    let n_runs = if n_nodes > MANY_NODES { 1 } else { N_RUNS };
    let (mut runs, mut json_parse) = (Vec::new(), Vec::new());
    for run in 1..=n_runs {
        eprintln!("page: {n_nodes} nodes, run {run} of {n_runs}");
        runs.push(Run::measure(&path, n_nodes).await?);
        json_parse.push(json_parse_of(&path).await?);
    }
    let theirs = speedscope::measure(n_bytes, n_nodes, n_runs).await?;

    let of = |figure: fn(&Run) -> f64| median(runs.iter().map(figure));
    let parsed = |at: usize| match json_parse.iter().find_map(|it| it.as_ref().err()) {
        Some(_) => f64::NAN,
        None => median(json_parse.iter().flatten().map(|it| it[at])),
    };
    let ratio = |ours: f64, theirs: f64| match ours / theirs {
        it if it.is_nan() => "–".to_owned(),
        it => format!("{it:.2}"),
    };
    let (cold, warm) = (of(|it| it.cold_ms), of(|it| it.warm_ms));
    let megabytes = |it: f64| format!("{it:.0} MB");
    Ok(vec![
        ("the report's JSON", format!("{:.1} MB", n_bytes as f64 / 1e6)),
        ("bytes to model, first file", ms(cold)),
        ("`JSON.parse` and a walk over the nodes, first", ms(parsed(0))),
        ("ratio", ratio(cold, parsed(0))),
        ("bytes to model, second file", ms(warm)),
        ("`JSON.parse` and a walk over the nodes, second", ms(parsed(1))),
        ("ratio", ratio(warm, parsed(1))),
        ("file chosen to Overview on the screen", ms(of(|it| it.shown_ms))),
        ("speedscope: a profile of as many bytes and frames, on the screen", theirs.shown),
        ("longest task of the page meanwhile", ms(of(|it| it.longest_task_ms))),
        ("most memory of the page's process", megabytes(of(|it| it.megabytes))),
        ("speedscope: most memory", theirs.megabytes),
        ("key in the search box to its rows, slowest of 5", ms(of(|it| it.search_ms))),
        ("click on a node to its details, slowest of 5", ms(of(|it| it.open_ms))),
        ("jump of the scroll bar to the rows there, slowest of 40", ms(of(|it| it.scroll_ms))),
        ("most rows in the page", format!("{:.0}", of(|it| it.most_rows))),
    ])
}

/// One browser's figures.
struct Run {
    cold_ms: f64,
    warm_ms: f64,
    shown_ms: f64,
    longest_task_ms: f64,
    megabytes: f64,
    search_ms: f64,
    open_ms: f64,
    scroll_ms: f64,
    most_rows: f64,
}

impl Run {
    async fn measure(path: &Path, n_nodes: usize) -> Result<Self> {
        let browser = empty_page().await?;
        observe(&browser).await?;
        browser.set_files("#qs-open", &[path]).await?;
        wait_for(&browser, "return bench.painted !== undefined").await?;
        let shown_ms = number(&browser, "return bench.painted - bench.begun").await?;
        let longest_task_ms = number(&browser, "return bench.longestTask").await?;
        let megabytes = peak_megabytes(browser.profile()).unwrap_or(f64::NAN);
        let cold_ms = number(&browser, "return bench.parses()[0]").await?;

        browser.client().find(Locator::Css("#qs-tab-nodes")).await?.click().await?;
        browser.wait_for("[role=rowgroup] [role=row]").await?;
        let search_ms = number(&browser, "return bench.search()").await?;
        let open_ms = number(&browser, "return bench.open()").await?;
        let scroll = value(&browser, "return bench.scroll()").await?;
        let figure = |at: usize| scroll[at].as_f64().with_context(|| format!("{scroll}"));
        let (scroll_ms, most_rows) = (figure(0)?, figure(1)?);

        let mut warm_ms = f64::NAN;
        if n_nodes <= MANY_NODES {
            browser.set_files("#qs-open", &[path]).await?;
            wait_for(&browser, "return bench.parses().length === 2").await?;
            warm_ms = number(&browser, "return bench.parses()[1]").await?;
        }
        browser.close().await?;
        Ok(Self {
            cold_ms,
            warm_ms,
            shown_ms,
            longest_task_ms,
            megabytes,
            search_ms,
            open_ms,
            scroll_ms,
            most_rows,
        })
    }
}

/// The browser's own reader, in a browser of its own; an error where it cannot.
async fn json_parse_of(path: &Path) -> Result<Result<[f64; 2], String>> {
    let browser = empty_page().await?;
    let input = "
        const input = document.createElement('input');
        input.type = 'file';
        input.id = 'bench';
        document.body.append(input);";
    value(&browser, input).await?;
    browser.set_files("#bench", &[path]).await?;
    let answer = value(&browser, include_str!("json_parse.js")).await?;
    browser.close().await?;
    Ok(match answer {
        Value::String(problem) => {
            eprintln!("JSON.parse: {problem}");
            Err(problem)
        }
        times => Ok(serde_json::from_value(times)?),
    })
}

/// A browser of its own that shows the page without a report and waits for long scripts.
async fn empty_page() -> Result<Browser> {
    let browser = Browser::start().await?;
    let timeouts = TimeoutConfiguration::new(Some(PATIENCE), None, None);
    browser.client().update_timeouts(timeouts).await?;
    browser.open(&viewer()?).await?;
    browser.wait_for(".qs-empty").await?;
    Ok(browser)
}

/// Puts the measuring into the page.
pub async fn observe(browser: &Browser) -> Result<()> {
    value(browser, concat!(include_str!("page.js"), "bench.observe()")).await?;
    Ok(())
}

/// What a script returns; one that fails is named.
async fn value(browser: &Browser, source: &str) -> Result<Value> {
    let value = browser.client().execute(source, vec![]).await;
    value.with_context(|| format!("this script fails: {source}"))
}

pub async fn number(browser: &Browser, source: &str) -> Result<f64> {
    let value = value(browser, source).await?;
    value.as_f64().with_context(|| format!("{value} is no number: {source}"))
}

pub async fn wait_for(browser: &Browser, source: &str) -> Result<()> {
    let start = std::time::Instant::now();
    while browser.client().execute(source, vec![]).await? != true {
        ensure!(start.elapsed() < PATIENCE, "not within {PATIENCE:?}: {source}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
