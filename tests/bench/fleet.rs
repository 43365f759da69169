//! How soon many reports are shown.

use std::io::{Cursor, Write};

use anyhow::Result;
use qspect_tests::{Browser, generate, viewer};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::memory::peak_megabytes;
use super::page::{number, observe, wait_for};
use super::table::{Table, ms};

const N_REPORTS: usize = 1_000;
const N_NODES: usize = 1_000;

/// Opens an archive of them in a browser of their own, once.
pub async fn measure() -> Result<Table> {
    eprintln!("fleet");
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("fleet.zip");
    let json = generate::json(N_NODES)?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..N_REPORTS {
        zip.start_file(format!("{at:04}.json"), SimpleFileOptions::default())?;
        zip.write_all(json.as_bytes())?;
    }
    std::fs::write(&path, zip.finish()?.into_inner())?;
    let browser = Browser::start().await?;
    browser.open(&viewer()?).await?;
    browser.wait_for(".qs-empty").await?;
    browser.client().execute("location.hash = '#view=fleet'", vec![]).await?;
    observe(&browser).await?;
    browser.set_files("#qs-open", &[&path]).await?;
    let is_shown = "
        return document.querySelector('.qs-headline')?.textContent.startsWith('1,000 reports')
            && !document.querySelector('.qs-progress')";
    wait_for(&browser, is_shown).await?;
    let shown_ms = number(&browser, "return performance.now() - bench.begun").await?;
    let longest_task_ms = number(&browser, "return bench.longestTask").await?;
    let megabytes = peak_megabytes(browser.profile()).unwrap_or(f64::NAN);
    browser.close().await?;
    let mut table = Table::new(["1,000 reports of 1,000 nodes in one zip", "once", "goal"]);
    table.row("archive chosen to all reports shown", [ms(shown_ms), "< 20 s".to_owned()]);
    table.row("longest task of the page meanwhile", [ms(longest_task_ms), "< 50 ms".to_owned()]);
    let megabytes = format!("{megabytes:.0} MB");
    table.row("most memory of the page's process", [megabytes, "< 1,000 MB".to_owned()]);
    Ok(table)
}
