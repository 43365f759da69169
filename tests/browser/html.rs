//! What `qspect html` writes opens with its reports.

use std::process::Command;

use anyhow::{Result, ensure};
use qspect_tests::{Browser, command, reports};

#[tokio::test]
async fn reports_inside_the_page_are_shown() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let page = folder.path().join("reports.html");
    let wanted = ["resnet18.a16w8.debug.txt", "swin_t.mixed.info.txt"];
    let files: Vec<_> =
        reports()?.into_iter().filter(|it| wanted.iter().any(|name| it.ends_with(name))).collect();
    let status = Command::new(command()?).arg("html").args(&files).arg("-o").arg(&page).status()?;
    ensure!(status.success(), "qspect html fails: {status}");

    let browser = Browser::start().await?;
    browser.open(&page).await?;
    browser.wait_for_text("h1", "FINAL QUANTIZATION REPORT").await?;
    browser.wait_for_text(".qs-chips", "resnet18.a16w8.debug.txt").await?;
    browser.wait_for_text(".qs-chips", "swin_t.mixed.info.txt").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    assert_eq!(browser.requests().await?, [""; 0]);

    // A link into it works wherever the file goes.
    browser.client().execute("location.hash = '#report=2&view=text'", vec![]).await?;
    browser.wait_for_text(".qs-text pre", "Non annotated nodes: 64").await?;
    browser.close().await
}
