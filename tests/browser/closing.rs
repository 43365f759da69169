//! Reports can be closed, and files that are being read cancelled; both free their memory.

use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use qspect_tests::{Browser, generate, viewer};
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::page::{eval, exporter, page, page_with, report, wait_until};

const NAMES: [&str; 3] =
    ["ds_cnn.cortex_m.qspect.json", "mlp_mixed.mixed.qspect.json", "mlp_mixed.partial.qspect.json"];

async fn three_reports() -> Result<Browser> {
    let files = NAMES.map(exporter);
    let browser = page_with(&files.each_ref().map(AsRef::as_ref)).await?;
    browser.wait_for(".qs-chip:nth-child(3)").await?;
    Ok(browser)
}

/// Waits until these reports are open, and the one at `shown` is shown; -1 for none.
async fn wait_for_chips(browser: &Browser, names: &[&str], shown: isize) -> Result<()> {
    let script = format!(
        "const chips = [...document.querySelectorAll('nav .qs-chip')];
        const isOn = chips.map((it) => it.classList.contains('qs-chip--on'));
        return JSON.stringify(chips.map((it) => it.title)) === {:?} && isOn.indexOf(true) === {shown}",
        json!(names).to_string()
    );
    wait_until(browser, &script).await
}

async fn close(browser: &Browser, chip_no: usize) -> Result<()> {
    let css = format!(".qs-chip:nth-child({chip_no}) .qs-chip__close");
    Ok(browser.wait_for(&css).await?.click().await?)
}

/// The fragment without the files that it names.
async fn place(browser: &Browser) -> Result<String> {
    let place = eval(browser, "return location.hash.replace(/&?file=[^&]*/g, '')").await?;
    Ok(place.as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_report_is_closed_and_the_others_stay() -> Result<()> {
    let browser = three_reports().await?;
    let [first, second, third] = NAMES;
    eval(&browser, "location.hash = '#report=2&view=nodes&q=linear'").await?;
    wait_for_chips(&browser, &NAMES, 1).await?;
    close(&browser, 1).await?;
    wait_for_chips(&browser, &[second, third], 0).await?;
    assert_eq!(place(&browser).await?, "#view=nodes&q=linear");
    // It can be opened again, behind the others.
    browser.set_files("#qs-open", &[&exporter(first)]).await?;
    wait_for_chips(&browser, &[second, third, first], 2).await?;
    // The shown one goes, and the next is shown; at the end the one before.
    browser.wait_for("body").await?.send_keys("w").await?;
    wait_for_chips(&browser, &[second, third], 1).await?;
    wait_until(&browser, "return document.activeElement.matches('.qs-chip *, [role=grid]')")
        .await?;
    browser.wait_for("body").await?.send_keys("w").await?;
    wait_for_chips(&browser, &[second], 0).await?;
    browser.wait_for("body").await?.send_keys("w").await?;
    wait_for_chips(&browser, &[], -1).await?;
    browser.wait_for(".qs-empty").await?;
    assert_eq!(place(&browser).await?, "");
    assert_eq!(eval(&browser, "return document.title").await?, "Qspect");
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// What is compared stays what it was, whatever else is closed.
#[tokio::test]
async fn a_comparison_stays_with_its_reports() -> Result<()> {
    let browser = three_reports().await?;
    let pickers = |base: &str, head: &str| {
        format!(
            "return JSON.stringify([...document.querySelectorAll('.qs-pickers select')]
                .map((it) => it.selectedOptions[0].textContent.trim())) === {:?}",
            json!([base, head]).to_string()
        )
    };
    eval(&browser, "location.hash = '#report=3&view=compare&base=1'").await?;
    wait_until(&browser, &pickers(NAMES[0], NAMES[2])).await?;
    close(&browser, 2).await?;
    wait_for_chips(&browser, &[NAMES[0], NAMES[2]], 1).await?;
    wait_until(&browser, &pickers(NAMES[0], NAMES[2])).await?;
    assert_eq!(place(&browser).await?, "#report=2&view=compare&base=1");
    // Without a base there is nothing to compare with.
    close(&browser, 1).await?;
    wait_for_chips(&browser, &[NAMES[2]], 0).await?;
    browser.wait_for(".qs-compare__none").await?;
    assert_eq!(place(&browser).await?, "#view=compare");
    browser.close().await
}

/// Fleet forgets what is closed, also the reasons that only it had.
#[tokio::test]
async fn fleet_follows() -> Result<()> {
    let files = ["ds_cnn.cortex_m.qspect.json", "swin_t.mixed.qspect.json.gz"].map(exporter);
    let browser = page_with(&[&files[0], &files[1]]).await?;
    browser.wait_for(".qs-chip:nth-child(2)").await?;
    eval(&browser, "location.hash = '#view=fleet'").await?;
    browser.wait_for(".qs-fleet__row[aria-rowindex='3']").await?;
    // What only the second one has.
    browser.wait_for(".qs-why").await?;
    close(&browser, 2).await?;
    wait_until(&browser, "return document.querySelectorAll('.qs-fleet__row').length === 2").await?;
    wait_until(&browser, "return !document.querySelector('.qs-why')").await?;
    browser.close().await
}

/// An archive's reports close one by one, and stay closed when the worker has to read the archive again.
#[tokio::test]
async fn closed_reports_of_an_archive_stay_closed() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let archive = folder.path().join("all.zip");
    let mut zip = ZipWriter::new(File::create(&archive)?);
    let log = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("logs/ds_cnn+mlp.debug.log");
    for (name, path) in [("a.json", exporter(NAMES[0])), ("b.log", log)] {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(&fs::read(path)?)?;
    }
    zip.finish()?;
    let (a, b1, b2) = ("all.zip/a.json", "all.zip/b.log · 1 of 2", "all.zip/b.log · 2 of 2");

    let browser = Browser::start_with(&["--js-flags=--wasm-max-mem-pages=1024"]).await?;
    browser.open(&viewer()?).await?;
    browser.set_files("#qs-open", &[&archive]).await?;
    wait_for_chips(&browser, &[a, b1, b2], 0).await?;
    close(&browser, 2).await?;
    wait_for_chips(&browser, &[a, b2], 0).await?;
    // A file that does not fit stops the worker.
    let large = folder.path().join("large.json");
    fs::write(&large, generate::json(40_000)?)?;
    browser.set_files("#qs-open", &[&large]).await?;
    browser.wait_for_text("[role=alert]", "the reader stopped").await?;
    wait_for_chips(&browser, &[a, b2], 0).await?;
    // The other one is read again, and answers.
    eval(&browser, "location.hash = '#report=2&view=nodes'").await?;
    browser.wait_for(".qs-grid__cell").await?;
    close(&browser, 1).await?;
    wait_for_chips(&browser, &[b2], 0).await?;
    browser.wait_for(".qs-grid__cell").await?;
    browser.close().await
}

/// In a browser that gives too little memory for ten reports, thirty that are closed in between fit.
#[tokio::test]
async fn a_closed_report_frees_its_memory() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let large = folder.path().join("large.json");
    fs::write(&large, generate::json(12_000)?)?;
    let open = async |browser: &Browser| -> Result<bool> {
        browser.set_files("#qs-open", &[&large]).await?;
        let is_read = "return !document.querySelector('[role=progressbar]')
            && Boolean(document.querySelector('.qs-headline, [role=alert]'))";
        wait_until(browser, is_read).await?;
        Ok(eval(browser, "return !document.querySelector('[role=alert]')").await? == true)
    };
    let browser = Browser::start_with(&["--js-flags=--wasm-max-mem-pages=1280"]).await?;
    browser.open(&viewer()?).await?;
    browser.wait_for("#qs-open").await?;
    for report_no in 1..=30 {
        assert!(open(&browser).await?, "report {report_no}");
        browser.wait_for("body").await?.send_keys("w").await?;
        browser.wait_for(".qs-empty").await?;
    }
    assert_eq!(browser.console_errors().await?, [""; 0]);
    let mut n_open = 0;
    while n_open < 10 && open(&browser).await? {
        n_open += 1;
    }
    assert!((1..10).contains(&n_open), "{n_open} open reports fit: this memory shows nothing");
    browser.close().await
}

/// Files of zeros that take no room on the disk.
fn sparse(folder: &Path, n_files: usize) -> Result<Vec<PathBuf>> {
    let paths = (0..n_files).map(|it| folder.join(format!("{it}.log")));
    paths
        .map(|path| File::create(&path)?.set_len(1 << 30).map(|()| path).map_err(Into::into))
        .collect()
}

/// Reading forty gigabytes takes longer than this test waits for the report behind them.
#[tokio::test]
async fn cancelled_files_are_not_read() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let paths = sparse(folder.path(), 40)?;
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let browser = page().await?;
    // One has a cross, many have one button.
    for (n_files, cancel) in
        [(1, "[aria-label='Cancel reading 0.log']"), (40, ".qs-progress .qs-button")]
    {
        browser.set_files("#qs-open", &paths[..n_files]).await?;
        // A bar shows only after a while.
        let click = format!(
            "const button = document.querySelector({cancel:?});
            const isThere = button?.checkVisibility() ?? false;
            if (isThere) button.click();
            return isThere"
        );
        wait_until(&browser, &click).await?;
        wait_until(&browser, "return !document.querySelector('.qs-progress')").await?;
    }
    browser
        .set_files("#qs-open", &[&report("executorch-1.5.1/ds_cnn.cortex_m.debug.txt")?])
        .await?;
    browser.wait_for_text(".qs-headline", "All 23 nodes are quantized").await?;
    assert_eq!(eval(&browser, "return document.querySelectorAll('[role=alert]').length").await?, 0);
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// Cancelled in the middle, an archive takes along what has come of it.
#[tokio::test]
async fn an_archive_is_cancelled_as_a_whole() -> Result<()> {
    let bytes = fs::read(exporter("swin_t.mixed.qspect.json.gz"))?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for file_idx in 0..300 {
        zip.start_file(format!("{file_idx}.json.gz"), SimpleFileOptions::default())?;
        zip.write_all(&bytes)?;
    }
    let folder = tempfile::tempdir()?;
    let archive = folder.path().join("many.zip");
    fs::write(&archive, zip.finish()?.into_inner())?;
    let browser = page_with(&[&exporter(NAMES[0]), &archive]).await?;
    browser.wait_for(".qs-switcher").await?;
    // In one script, so that the reading goes on until then.
    let cancel = "const cross = document.querySelector(`[aria-label='Cancel reading many.zip']`);
        cross?.click();
        return Boolean(cross)";
    assert_eq!(eval(&browser, cancel).await?, true);
    wait_for_chips(&browser, &[NAMES[0]], 0).await?;
    // And none comes after.
    browser.set_files("#qs-open", &[&exporter(NAMES[1])]).await?;
    wait_for_chips(&browser, &[NAMES[0], NAMES[1]], 1).await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}
