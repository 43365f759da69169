//! A panic or a trap in the page's own thread: a notice with words, in the page and in the element.

use std::fs;

use anyhow::{Context, Result};
use qspect_tests::{Browser, viewer};
use serde_json::json;

use crate::element_page::{html, server};
use crate::page::{eval, report, wait_until};

const PRELUDE: &str = include_str!("crash_prelude.js");
const WORDS: &str = "panicked at core/src/report.rs:1:1:\nno such node";

/// The page, in which the program can be stopped, after another script.
async fn page(script: &str) -> Result<Browser> {
    let browser = Browser::start().await?;
    let source = format!("{script};{PRELUDE}");
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
    browser.open(&viewer()?).await?;
    browser.wait_for("#qs-open").await?;
    Ok(browser)
}

#[tokio::test]
async fn a_panic_has_words_to_copy() -> Result<()> {
    let browser = page("").await?;
    let permissions = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
    browser.devtools("Browser.grantPermissions", permissions).await?;
    eval(&browser, &format!("crash = {}", json!(WORDS))).await?;
    browser.wait_for(".qs-bar__help").await?.click().await?;
    browser.wait_for_text(".qs-crash", "Qspect stopped working").await?;
    browser.wait_for_text(".qs-crash__message", "no such node").await?;
    eval(&browser, "document.querySelector('.qs-crash .qs-button:not(.qs-button--main)').click()")
        .await?;
    browser.wait_for_text(".qs-crash", "Copied").await?;
    let copied = browser
        .client()
        .execute_async("navigator.clipboard.readText().then(arguments[0])", vec![])
        .await?;
    let copied = copied.as_str().context("nothing was copied")?;
    let version = format!("Qspect {}\n", env!("CARGO_PKG_VERSION"));
    assert!(copied.starts_with(&version) && copied.contains(WORDS), "{copied}");
    // The notice stays until the reader reloads, and then the page works.
    browser.wait_for(".qs-crash .qs-button--main").await?.click().await?;
    browser.wait_for(".qs-empty").await?;
    browser.close().await
}

#[tokio::test]
async fn a_trap_is_shown_too() -> Result<()> {
    let browser = page("").await?;
    eval(&browser, "crash = 'trap'").await?;
    browser.wait_for(".qs-bar__help").await?.click().await?;
    browser.wait_for_text(".qs-crash__message", "unreachable").await?;
    browser.close().await
}

/// Without a worker the page's own thread reads, and a stop there is one of the page.
#[tokio::test]
async fn without_a_worker_a_trap_while_reading_is_shown() -> Result<()> {
    let browser = page("delete globalThis.Worker").await?;
    let stop = "
        const { getReader } = ReadableStream.prototype;
        ReadableStream.prototype.getReader = function (...options) {
          globalThis.crash = 'trap';
          return getReader.apply(this, options);
        }";
    eval(&browser, stop).await?;
    browser
        .set_files("#qs-open", &[&report("executorch-1.5.1/ds_cnn.cortex_m.debug.txt")?])
        .await?;
    browser.wait_for_text(".qs-crash__message", "unreachable").await?;
    browser.close().await
}

#[tokio::test]
async fn all_elements_of_a_page_show_it() -> Result<()> {
    let server = server()?;
    server.put("/crash.js", PRELUDE)?;
    let body = r#"<script src="/crash.js"></script>
        <qspect-report id="a" src="mlp.json"></qspect-report>
        <qspect-report id="b" src="ds_cnn.json" height="200px"></qspect-report>"#;
    server.put("/page.html", html("/qspect.js", body))?;
    let browser = Browser::start().await?;
    browser.client().goto(&server.url("/page.html")).await?;
    wait_until(&browser, "return isShown('a') && isShown('b')").await?;
    // Errors of other programs in the page are not the element's.
    let others = "
        setTimeout(() => { throw new WebAssembly.RuntimeError('unreachable') });
        setTimeout(() => { globalThis.isLater = true }, 100)";
    eval(&browser, others).await?;
    wait_until(&browser, "return globalThis.isLater === true").await?;
    assert_eq!(eval(&browser, "return isShown('a') && isShown('b')").await?, true);
    eval(&browser, &format!("crash = {}; element('a').view = 'nodes'", json!(WORDS))).await?;
    let both = "return ['a', 'b'].every((it) => text(it).includes('no such node'))";
    wait_until(&browser, both).await?;
    browser.close().await
}

/// What the page promises about the details holds for the built files: no folder of the machine that built
/// them is in the program.
#[test]
fn the_details_name_no_folder_of_the_builder() -> Result<()> {
    let program = fs::read(qspect_tests::hosted()?.join("qspect_bg.wasm"))?;
    let has = |text: &str| program.windows(text.len()).any(|it| it == text.as_bytes());
    assert!(has("core/src/"), "panics name no source file");
    assert!(!has("/.cargo/registry/"));
    Ok(())
}
