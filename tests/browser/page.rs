//! What the tests of the page do again and again.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use qspect_tests::{Browser, reports, viewer};
use serde_json::{Value, json};

/// The page, opened from disk.
pub async fn page() -> Result<Browser> {
    let browser = Browser::start().await?;
    browser.open(&viewer()?).await?;
    browser.wait_for("#qs-open").await?;
    Ok(browser)
}

/// The page with these files chosen.
pub async fn page_with(files: &[&Path]) -> Result<Browser> {
    let browser = page().await?;
    browser.set_files("input[aria-label='Open report files']", files).await?;
    Ok(browser)
}

/// A real report of the repository, by the end of its path.
pub fn report(name: &str) -> Result<PathBuf> {
    let found = reports()?.into_iter().find(|it| it.ends_with(name));
    found.with_context(|| format!("no report {name}"))
}

/// A report with a graph, as the exporter wrote it.
pub fn exporter(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/executorch-1.5.1-exporter").join(name)
}

/// What a script returns.
pub async fn eval(browser: &Browser, script: &str) -> Result<Value> {
    eval_with(browser, script, &[]).await
}

/// What a script returns that is given arguments.
pub async fn eval_with(browser: &Browser, script: &str, arguments: &[Value]) -> Result<Value> {
    let value = browser.client().execute(script, arguments.to_vec()).await;
    value.with_context(|| format!("this script fails: {script}"))
}

/// Shows a view by its tab.
pub async fn show_view(browser: &Browser, title: &str) -> Result<()> {
    let script = "
        const tab = [...document.querySelectorAll('[role=tab]')]
            .find((it) => it.firstChild.textContent.trim() === arguments[0]);
        tab?.click();
        return Boolean(tab)";
    let is_there = eval_with(browser, script, &[json!(title)]).await?;
    ensure!(is_there == true, "no tab {title}");
    browser.wait_for("[role=tabpanel]").await?;
    Ok(())
}

/// Waits until a script returns true, at most a minute.
pub async fn wait_until(browser: &Browser, script: &str) -> Result<()> {
    wait_until_within(browser, script, Duration::from_secs(60)).await
}

/// Waits until a script returns true, at most as long as `limit`.
pub async fn wait_until_within(browser: &Browser, script: &str, limit: Duration) -> Result<()> {
    let start = Instant::now();
    while eval(browser, script).await? != true {
        ensure!(start.elapsed() < limit, "not true within {limit:?}: {script}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Types into the search box, as a reader does.
pub async fn search(browser: &Browser, text: &str) -> Result<()> {
    browser.wait_for("#qs-search").await?.send_keys(text).await?;
    Ok(())
}
