//! How soon many reports are shown.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use qspect_tests::{Browser, generate, viewer};
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub const N_REPORTS: usize = 1_000;
pub const N_NODES: usize = 1_000;

/// What one archive of many reports takes.
pub struct Fleet {
    pub shown_ms: f64,
    pub longest_task_ms: f64,
    /// Of the page's process, its worker included; `None` where the system does not tell.
    pub megabytes: Option<u64>,
}

/// Opens them in a browser of their own.
pub async fn measure() -> Result<Fleet> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("fleet.zip");
    let json = generate::report(N_NODES);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..N_REPORTS {
        zip.start_file(format!("{at:04}.json"), SimpleFileOptions::default())?;
        zip.write_all(json.as_bytes())?;
    }
    std::fs::write(&path, zip.finish()?.into_inner())?;
    let browser = Browser::start().await?;
    browser.open(&viewer()?).await?;
    browser.wait_for(".qs-empty").await?;
    let observe = "
        location.hash = '#view=fleet';
        globalThis.tasks = [0];
        new PerformanceObserver((list) => tasks.push(...list.getEntries().map((it) => it.duration)))
            .observe({ type: 'longtask' })";
    browser.client().execute(observe, vec![]).await?;
    let start = Instant::now();
    browser.set_files("#qs-open", &[&path]).await?;
    let is_shown = "
        return document.querySelector('.qs-headline')?.textContent.startsWith('1,000 reports')
            && !document.querySelector('.qs-progress')";
    let mut megabytes = None;
    while browser.client().execute(is_shown, vec![]).await? != Value::Bool(true) {
        ensure!(start.elapsed() < Duration::from_secs(120), "the fleet is not shown");
        megabytes = megabytes.max(renderer_megabytes());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let shown_ms = start.elapsed().as_secs_f64() * 1000.0;
    let tasks = browser.client().execute("return Math.max(...tasks)", vec![]).await?;
    browser.close().await?;
    Ok(Fleet { shown_ms, longest_task_ms: tasks.as_f64().unwrap_or_default(), megabytes })
}

/// Resident memory of the largest renderer, as Linux tells it.
fn renderer_megabytes() -> Option<u64> {
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    let renderers = processes.filter_map(|process| {
        let command = std::fs::read(process.path().join("cmdline")).ok()?;
        String::from_utf8_lossy(&command).contains("--type=renderer").then_some(())?;
        let status = std::fs::read_to_string(process.path().join("status")).ok()?;
        let resident = status.lines().find_map(|it| it.strip_prefix("VmRSS:"))?;
        resident.trim().trim_end_matches(" kB").parse::<u64>().ok()
    });
    renderers.max().map(|it| it / 1000)
}
