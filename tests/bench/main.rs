//! How fast the page is, as ratios and against its own bounds: `cargo xtask bench`.
//!
//! Medians of several runs in one browser on this machine; only figures of one run compare.

mod fleet;
mod growth;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::Locator;
use qspect_tests::{Browser, generate, viewer};
use serde_json::{Value, json};

/// Runs per figure.
const N_RUNS: usize = 5;
const N_NODES: usize = 50_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("large.json");
    let json = generate::report(N_NODES);
    std::fs::write(&path, &json)?;
    let megabytes = json.len() as f64 / 1e6;
    println!("{N_NODES} nodes with a graph, {megabytes:.1} MB of JSON, medians of {N_RUNS} runs\n");

    let mut runs = Vec::new();
    for _ in 0..N_RUNS {
        runs.push(Run::measure(&path).await?);
    }
    let median = |figure: fn(&Run) -> f64| {
        let mut figures: Vec<f64> = runs.iter().map(figure).collect();
        figures.sort_unstable_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    let (qspect, json_parse) = (median(|it| it.parse_ms), median(|it| it.json_parse_ms));
    let (warm, warm_json_parse) =
        (median(|it| it.warm_parse_ms), median(|it| it.warm_json_parse_ms));
    let row = |what: &str, figure: String, goal: &str| {
        println!("| {what:<52} | {figure:>10} | {goal:<12} |")
    };
    row("measured", "figure".to_owned(), "goal");
    row(&"-".repeat(52), "-".repeat(10), &"-".repeat(12));
    row(
        "first paint of the empty page, after load",
        format!("{:.0} ms", median(|it| it.paint_ms)),
        "< 300 ms",
    );
    row(
        "page ready (program decoded, compiled, running)",
        format!("{:.0} ms", median(|it| it.ready_ms)),
        "",
    );
    row("bytes to model, cold", format!("{qspect:.0} ms"), "");
    row("JSON.parse of the same bytes in a worker, cold", format!("{json_parse:.0} ms"), "");
    row("ratio, cold", format!("{:.2}", qspect / json_parse), "<= 1.00");
    row("bytes to model, warm", format!("{warm:.0} ms"), "");
    row("JSON.parse of the same bytes in a worker, warm", format!("{warm_json_parse:.0} ms"), "");
    row("ratio, warm", format!("{:.2}", warm / warm_json_parse), "<= 1.00");
    row(
        "file chosen to overview shown",
        format!("{:.0} ms", median(|it| it.shown_ms)),
        "<= 1,000 ms",
    );
    row(
        "longest main-thread task while it is read",
        format!("{:.0} ms", median(|it| it.longest_task_ms)),
        "<= 50 ms",
    );
    row(
        "key in the search box to its rows",
        format!("{:.0} ms", median(|it| it.search_ms)),
        "<= 50 ms",
    );
    row("click on a node to its details", format!("{:.0} ms", median(|it| it.open_ms)), "<= 50 ms");
    row(
        "most rows in the page while scrolling",
        format!("{:.0}", median(|it| it.most_rows)),
        "<= 100",
    );
    let many = fleet::measure().await?;
    let (n_reports, n_nodes) = (fleet::N_REPORTS, fleet::N_NODES);
    println!("\n{n_reports} reports of {n_nodes} nodes in one zip archive, once\n");
    row("measured", "figure".to_owned(), "goal");
    row(&"-".repeat(52), "-".repeat(10), &"-".repeat(12));
    row("file chosen to all reports shown", format!("{:.0} ms", many.shown_ms), "<= 20,000 ms");
    row(
        "longest main-thread task meanwhile",
        format!("{:.0} ms", many.longest_task_ms),
        "<= 50 ms",
    );
    let megabytes = many.megabytes.map_or_else(|| "?".to_owned(), |it| format!("{it} MB"));
    row("memory of the page and its worker", megabytes, "<= 1,000 MB");
    println!("\nBytes of JSON to verdicts, table and summary, without a browser\n");
    row("nodes", "figure".to_owned(), "to the last");
    row(&"-".repeat(52), "-".repeat(10), &"-".repeat(12));
    let mut last: Option<f64> = None;
    for growth in growth::measure()? {
        let whole_ms = growth.parse_ms + growth.analysis_ms;
        let ratio = last.map_or_else(String::new, |last| format!("{:.1} (<= 12)", whole_ms / last));
        let what = format!("{}, {:.1} ms without reading", growth.n_nodes, growth.analysis_ms);
        row(&what, format!("{whole_ms:.1} ms"), &ratio);
        last = Some(whole_ms);
    }
    Ok(())
}

/// The figures of one run, in milliseconds unless named otherwise.
struct Run {
    paint_ms: f64,
    ready_ms: f64,
    parse_ms: f64,
    warm_parse_ms: f64,
    json_parse_ms: f64,
    warm_json_parse_ms: f64,
    shown_ms: f64,
    longest_task_ms: f64,
    search_ms: f64,
    open_ms: f64,
    most_rows: f64,
}

impl Run {
    /// In a browser of its own, so that the first reading is a cold one.
    async fn measure(path: &Path) -> Result<Self> {
        let browser = Browser::start().await?;
        browser.open(&viewer()?).await?;
        browser.wait_for(".qs-empty").await?;
        let paint_ms = number(
            &browser,
            "const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
             const load = performance.getEntriesByType('navigation')[0].loadEventEnd;
             return Math.max(0, paint - load)",
        )
        .await?;
        let ready_ms =
            number(&browser, "return performance.getEntriesByName('qspect ready')[0].startTime")
                .await?;
        let (json_parse_ms, warm_json_parse_ms) = json_parse(&browser, path).await?;

        // The observer is there before the file, and hears of all tasks over 50 ms.
        script(
            &browser,
            "globalThis.tasks = [];
             new PerformanceObserver((list) => tasks.push(...list.getEntries().map((it) => it.duration)))
                 .observe({ type: 'longtask' });
             const input = document.querySelector('#qs-open');
             input.addEventListener('change', () => { globalThis.chosen = performance.now(); }, true);
             new MutationObserver(() => {
                 if (document.querySelector('.qs-headline')) globalThis.shown ??= performance.now();
             }).observe(document.body, { childList: true, subtree: true });",
        )
        .await?;
        browser.set_files("#qs-open", &[path]).await?;
        wait_for(&browser, "return globalThis.shown !== undefined").await?;
        let shown_ms = number(&browser, "return shown - chosen").await?;
        let parse = "return performance.getEntriesByType('measure')
            .filter((it) => it.name.startsWith('qspect parse')).at(-1).duration";
        let parse_ms = number(&browser, parse).await?;
        browser.set_files("#qs-open", &[path]).await?;
        wait_for(&browser, "return performance.getEntriesByType('measure').filter((it) => it.name.startsWith('qspect parse')).length === 2").await?;
        let warm_parse_ms = number(&browser, parse).await?;
        let longest_task_ms = number(&browser, "return Math.max(0, ...tasks)").await?;

        browser.client().find(Locator::Css("#qs-tab-nodes")).await?.click().await?;
        browser.wait_for("[role=rowgroup] [role=row]").await?;
        let search_ms = number(
            &browser,
            "return (async () => {
                const box = document.querySelector('[role=searchbox]');
                const times = [];
                // Each of these finds another number of rows than the one before.
                for (const text of ['1', '12', '123', '1234', '123', '12', '1']) {
                    const before = document.querySelector('[role=grid]').ariaRowCount;
                    const start = performance.now();
                    box.value = text;
                    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
                    while (document.querySelector('[role=grid]').ariaRowCount === before) {
                        await new Promise((done) => requestAnimationFrame(done));
                    }
                    times.push(performance.now() - start);
                }
                return times.sort((a, b) => a - b).at(-1);
            })()",
        )
        .await?;
        let open_ms = number(
            &browser,
            "return (async () => {
                const times = [];
                for (const at of [3, 8, 5, 2, 9]) {
                    const row = document.querySelectorAll('[role=rowgroup] [role=row]')[at];
                    const name = row.querySelector('[role=gridcell]').textContent;
                    const start = performance.now();
                    row.click();
                    while (document.querySelector('.qs-detail h2')?.textContent !== name) {
                        await new Promise((done) => requestAnimationFrame(done));
                    }
                    times.push(performance.now() - start);
                }
                return times.sort((a, b) => a - b).at(-1);
            })()",
        )
        .await?;
        let most_rows = number(
            &browser,
            "return (async () => {
                const grid = document.querySelector('[role=grid]');
                const box = document.querySelector('[role=searchbox]');
                box.value = '';
                box.dispatchEvent(new InputEvent('input', { bubbles: true }));
                let most = 0;
                for (let at = 0; at < 60; at++) {
                    grid.scrollTop = grid.scrollHeight * ((at * 7) % 60) / 60;
                    await new Promise((done) => setTimeout(done, 20));
                    most = Math.max(most, grid.querySelectorAll('[role=row]').length);
                }
                return most;
            })()",
        )
        .await?;
        browser.close().await?;
        Ok(Self {
            paint_ms,
            ready_ms,
            parse_ms,
            warm_parse_ms,
            json_parse_ms,
            warm_json_parse_ms,
            shown_ms,
            longest_task_ms,
            search_ms,
            open_ms,
            most_rows,
        })
    }
}

/// The browser's own JSON.parse on the same bytes, in a fresh worker: the first time, and the
/// second.
async fn json_parse(browser: &Browser, path: &Path) -> Result<(f64, f64)> {
    script(
        browser,
        "const input = document.createElement('input');
         input.type = 'file';
         input.id = 'bench';
         document.body.append(input);",
    )
    .await?;
    browser.set_files("#bench", &[path]).await?;
    let times = script(
        browser,
        "return (async () => {
            const source = `onmessage = ({ data }) => {
                const times = [0, 1].map(() => {
                    const start = performance.now();
                    const value = JSON.parse(new TextDecoder().decode(data));
                    const end = performance.now();
                    return value.version === 1 ? end - start : NaN;
                });
                postMessage(times);
            }`;
            const worker = new Worker(URL.createObjectURL(new Blob([source])));
            const bytes = await document.querySelector('#bench').files[0].arrayBuffer();
            const times = await new Promise((done) => {
                worker.onmessage = ({ data }) => done(data);
                worker.postMessage(bytes, [bytes]);
            });
            worker.terminate();
            document.querySelector('#bench').remove();
            return times;
        })()",
    )
    .await?;
    let time = |at: usize| times[at].as_f64().context("JSON.parse gave no time");
    Ok((time(0)?, time(1)?))
}

async fn script(browser: &Browser, source: &str) -> Result<Value> {
    browser
        .client()
        .execute(source, vec![json!(null)])
        .await
        .with_context(|| format!("this script fails: {source}"))
}

async fn number(browser: &Browser, source: &str) -> Result<f64> {
    let value = script(browser, source).await?;
    value.as_f64().with_context(|| format!("{value} is no number: {source}"))
}

async fn wait_for(browser: &Browser, source: &str) -> Result<()> {
    while script(browser, source).await? != true {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
