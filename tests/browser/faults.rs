//! What the browser refuses, and files that go: a sentence, and the rest works.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use qspect_tests::{Browser, generate, viewer};
use serde_json::json;

use crate::element_page::{html, server};
use crate::page::{eval, page, report, wait_until};

#[test]
fn the_faults_are_counted() -> Result<()> {
    let n_tests = include_str!("faults.rs").matches("\n#[tokio::test]\n").count();
    crate::security::holds("Faults of browsers and files, a test each", n_tests)
}

const GOOD: &str = "executorch-1.5.1/ds_cnn.cortex_m.debug.txt";

/// The page in a browser where this script has run before its own.
async fn page_after(script: &str) -> Result<Browser> {
    let browser = Browser::start().await?;
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await?;
    browser.open(&viewer()?).await?;
    Ok(browser)
}

/// The report that is in order is shown, with its nodes.
async fn check_good(browser: &Browser) -> Result<()> {
    browser.wait_for_text(".qs-headline", "All 23 nodes are quantized").await?;
    crate::page::show_view(browser, "Nodes").await?;
    wait_until(browser, "return document.querySelector('[role=grid]')?.ariaRowCount === '25'")
        .await?;
    crate::page::show_view(browser, "Overview").await
}

#[tokio::test]
async fn what_a_browser_lacks_is_named() -> Result<()> {
    for name in ["WebAssembly", "DecompressionStream"] {
        let browser = page_after(&format!("delete globalThis.{name}")).await?;
        let lack = format!("Qspect needs a newer browser: this one lacks {name}.");
        browser.wait_for_text("#qspect [role=alert]", &lack).await?;
        browser.wait_for_text("#qspect [role=alert]", "Chrome or Edge 123").await?;
        browser.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn without_a_worker_the_page_reads_itself() -> Result<()> {
    let refuse = "Worker = class { constructor() { throw new DOMException('no workers here', 'SecurityError') } }";
    let browser = page_after(refuse).await?;
    browser.set_files("#qs-open", &[&report(GOOD)?]).await?;
    check_good(&browser).await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

#[tokio::test]
async fn without_storage_all_works_but_the_theme_is_not_kept() -> Result<()> {
    let refuse = "Object.defineProperty(globalThis, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError') } })";
    let browser = page_after(refuse).await?;
    browser.set_files("#qs-open", &[&report(GOOD)?]).await?;
    check_good(&browser).await?;
    let theme = "return document.documentElement.dataset.theme";
    browser.wait_for("[title^=Theme]").await?.click().await?;
    wait_until(&browser, &format!("{theme} === 'light'")).await?;
    browser.client().refresh().await?;
    browser.wait_for("#qs-open").await?;
    assert_eq!(eval(&browser, theme).await?, "auto");
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// A storage that is full refuses what is written.
#[tokio::test]
async fn a_full_storage_is_as_good_as_none() -> Result<()> {
    let refuse = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }";
    let browser = page_after(refuse).await?;
    browser.wait_for("[title^=Theme]").await?.click().await?;
    wait_until(&browser, "return document.documentElement.dataset.theme === 'light'").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// In an element the children stay, with the reason below them.
#[tokio::test]
async fn an_element_shows_its_children_and_why() -> Result<()> {
    let server = server()?;
    let element =
        r#"<qspect-report id="a" src="mlp.json"><a href="mlp.json">r</a></qspect-report>"#;
    let note = "return element('a').shadowRoot.lastElementChild.innerText";
    for (script, why) in [
        ("CSS.supports = () => false", "this one lacks light-dark() colours"),
        ("delete globalThis.DecompressionStream", "this one lacks DecompressionStream"),
        ("delete globalThis.WebAssembly", "this one lacks WebAssembly"),
        (
            "WebAssembly.compileStreaming = async () => { throw new RangeError('out of memory') }",
            "out of memory",
        ),
    ] {
        let body = format!("<script>{script}</script>{element}");
        server.put("/page.html", html("/qspect.js", &body))?;
        let browser = Browser::start().await?;
        browser.client().goto(&server.url("/page.html")).await?;
        wait_until(&browser, "return kinds('a') === 'error'").await?;
        assert_eq!(eval(&browser, "return childShows('a')").await?, true);
        let shown = eval(&browser, note).await?;
        let matches = |it: &str| it.starts_with("The report cannot be shown: ") && it.contains(why);
        assert!(shown.as_str().is_some_and(matches), "{script}: {shown}");
        browser.close().await?;
    }
    Ok(())
}

/// Without workers an element reads in the page's own thread; also where files are not byte
/// streams.
#[tokio::test]
async fn an_element_needs_no_worker() -> Result<()> {
    let server = server()?;
    let no_bytes = "
        const { getReader } = ReadableStream.prototype;
        ReadableStream.prototype.getReader = function (options) {
          if (options?.mode === 'byob') throw new TypeError('no byte stream');
          globalThis.isRead = true;
          return getReader.call(this);
        };";
    for script in ["globalThis.isRead = true", no_bytes] {
        let body = format!(
            r#"<script>delete globalThis.Worker; {script}</script>
            <qspect-report id="a" src="mlp.json"></qspect-report>"#
        );
        server.put("/page.html", html("/qspect.js", &body))?;
        let browser = Browser::start().await?;
        browser.client().goto(&server.url("/page.html")).await?;
        wait_until(&browser, "return isShown('a') && isRead").await?;
        let note = "return element('a').shadowRoot.lastElementChild.innerText";
        assert_eq!(eval(&browser, note).await?, "");
        browser.close().await?;
    }
    Ok(())
}

/// A file of so many bytes that takes no room on the disk.
fn sparse(folder: &Path, name: &str, n_bytes: u64) -> Result<PathBuf> {
    let path = folder.join(name);
    File::create(&path)?.set_len(n_bytes)?;
    Ok(path)
}

#[tokio::test]
async fn a_file_larger_than_the_memory_is_refused() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let huge = sparse(folder.path(), "huge.log", 5 << 30)?;
    let browser = page().await?;
    browser.set_files("#qs-open", &[&report(GOOD)?, &huge]).await?;
    browser.wait_for_text("[role=alert]", "huge.log").await?;
    browser.wait_for_text("[role=alert]", "more than this page can hold").await?;
    check_good(&browser).await?;
    browser.close().await
}

/// Opens a good report and a file that does not fit in so many pages of 64 KiB, and checks what is
/// reported.
async fn check_refused(n_pages: usize, name: &str, bytes: &[u8], alert: &str) -> Result<()> {
    let flag = format!("--js-flags=--wasm-max-mem-pages={n_pages}");
    let browser = Browser::start_with(&[&flag]).await?;
    browser.open(&viewer()?).await?;
    browser.wait_for("#qs-open").await?;
    let folder = tempfile::tempdir()?;
    let large = folder.path().join(name);
    fs::write(&large, bytes)?;
    browser.set_files("#qs-open", &[&report(GOOD)?, &large]).await?;
    browser.wait_for_text("[role=alert]", name).await?;
    browser.wait_for_text("[role=alert]", alert).await?;
    check_good(&browser).await?;
    browser.close().await
}

/// Memory that the browser does not give when the program asks for it.
#[tokio::test]
async fn refused_memory_costs_one_file() -> Result<()> {
    let stopped = "the reader stopped";
    let large = generate::json(40_000)?;
    check_refused(1024, "large.json", large.as_bytes(), stopped).await?;
    // One of which all is read at once, so that the memory ends while it is parsed.
    let small = generate::json(8_000)?;
    check_refused(200, "small.json", small.as_bytes(), stopped).await?;
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(large.as_bytes())?;
    let alert = "does not fit in memory";
    check_refused(1024, "packed.json.gz", &packed.finish()?, alert).await
}

/// Chooses a large file and does something to another, or to itself, while it is read.
async fn check_lost(change: fn(&Path, &Path) -> Result<()>, lost: &str) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let large = sparse(folder.path(), "large.log", 1 << 30)?;
    let small = folder.path().join("small.txt");
    fs::copy(report("executorch-1.5.1/resnet18.a16w8.debug.txt")?, &small)?;
    let browser = page().await?;
    browser.set_files("#qs-open", &[&report(GOOD)?, &large, &small]).await?;
    let is_begun = "
        const shares = [...document.querySelectorAll('[role=progressbar]')].map((it) => Number(it.ariaValueNow));
        return shares.some((it) => it > 0 && it < 60)";
    wait_until(&browser, is_begun).await?;
    change(&large, &small)?;
    let alert = format!(
        "return [...document.querySelectorAll('[role=alert]')].map((it) => it.innerText)
            .some((it) => it.startsWith('{lost}') && it.includes('choose it again'))"
    );
    wait_until(&browser, &alert).await?;
    check_good(&browser).await?;
    // Chosen again, it is read.
    fs::copy(report("executorch-1.5.1/resnet18.a16w8.debug.txt")?, &small)?;
    browser.set_files("#qs-open", &[&small]).await?;
    browser.wait_for_text(".qs-chip--on", "small.txt").await?;
    browser.close().await
}

#[tokio::test]
async fn a_file_that_vanishes_is_reported() -> Result<()> {
    check_lost(|_, small| Ok(fs::remove_file(small)?), "small.txt").await
}

#[tokio::test]
async fn a_file_that_changes_is_reported() -> Result<()> {
    check_lost(|_, small| Ok(fs::write(small, "INFO:root:something else\n")?), "small.txt").await
}

#[tokio::test]
async fn a_file_that_shrinks_while_it_is_read_is_reported() -> Result<()> {
    check_lost(|large, _| Ok(File::options().write(true).open(large)?.set_len(4)?), "large.log")
        .await
}
