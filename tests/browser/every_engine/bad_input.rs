//! Bad input answers with an alert and leaves the rest working.

use std::path::PathBuf;

use anyhow::{Context, Result};
use qspect_tests::{Browser, reports};

use crate::page::{eval, page, wait_until};

/// Drops the bytes beside a good report, and checks what the alert shows and that the good one is
/// shown and works.
async fn check(name: &str, bytes: &[u8], expected: &str) -> Result<()> {
    let browser = page().await?;
    let good = std::fs::read(good()?)?;
    browser.drop_files("body", &[(name, bytes), ("good.txt", &good)]).await?;
    check_alert(&browser, name, expected).await?;
    browser.wait_for_text(".qs-headline", "All 23 nodes are quantized").await?;
    // The alert can be put away, and the report stays.
    eval(&browser, "document.querySelector('[role=alert] button').click()").await?;
    wait_until(&browser, "return !document.querySelector('[role=alert]')").await?;
    browser.wait_for(".qs-headline").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// A report that is in order.
fn good() -> Result<PathBuf> {
    let name = "executorch-1.5.1/ds_cnn.cortex_m.debug.txt";
    reports()?.into_iter().find(|it| it.ends_with(name)).context(name)
}

async fn check_alert(browser: &Browser, name: &str, expected: &str) -> Result<()> {
    browser.wait_for_text("[role=alert]", name).await?;
    browser.wait_for_text("[role=alert]", expected).await
}

#[tokio::test]
async fn empty_file() -> Result<()> {
    check("empty.json", b"", "the file is empty").await
}

#[tokio::test]
async fn binary_file() -> Result<()> {
    check(
        "model.pte",
        &[0x7F, b'E', b'L', b'F', 0, 1, 2, 3, 0xFF, 0xFE],
        "not text: byte 0x00 at offset 4",
    )
    .await
}

#[tokio::test]
async fn truncated_json() -> Result<()> {
    check(
        "cut.json",
        br#"{"format": "qspect-report", "version": 1, "quant"#,
        "ends before it is complete",
    )
    .await
}

#[tokio::test]
async fn newer_version() -> Result<()> {
    let json = br#"{"format": "qspect-report", "version": 2, "quantizers": 7}"#;
    check("newer.json", json, "version 2 of the format").await
}

#[tokio::test]
async fn wrong_field() -> Result<()> {
    let json = br#"{"format": "qspect-report", "version": 1, "report_title": "T", "quantizers": [{"quantizer_info": {"name": 3}}]}"#;
    check("wrong.json", json, "quantizers[0].quantizer_info.name").await
}

#[tokio::test]
async fn deep_nesting() -> Result<()> {
    let json = "[".repeat(100) + &"]".repeat(100);
    check("deep.json", json.as_bytes(), "expected a report object").await
}

#[tokio::test]
async fn a_log_without_a_report() -> Result<()> {
    check("other.log", b"INFO:root:hello\n", "no quantization report in this text").await
}

/// Made inside the browser, since it does not fit through WebDriver.
#[tokio::test]
async fn a_file_of_200_megabytes() -> Result<()> {
    let browser = page().await?;
    eval(
        &browser,
        "const line = new TextEncoder().encode('INFO:root:step 12345 of the training, loss 0.1234\\n');
         const megabyte = new Uint8Array(1 << 20).map((_, at) => line[at % line.length]);
         const dataTransfer = new DataTransfer();
         dataTransfer.items.add(new File(Array(200).fill(megabyte), 'huge.log'));
         document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));",
    )
    .await?;
    // It takes longer than 200 ms, so the reader sees how far it is.
    wait_until(
        &browser,
        "return document.querySelector('[role=progressbar]')?.checkVisibility() === true",
    )
    .await?;
    browser.wait_for_text(".qs-progress", "huge.log").await?;
    wait_until(&browser, "return Boolean(document.querySelector('[role=alert]'))").await?;
    check_alert(&browser, "huge.log", "no quantization report in this text").await?;
    // And the page goes on.
    browser.set_files("#qs-open", &[&good()?]).await?;
    browser.wait_for_text(".qs-headline", "All 23 nodes are quantized").await?;
    browser.close().await
}
