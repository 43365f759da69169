//! The page as a file on a disk: a worker of a `file:` page cannot read the page's Blobs in WebKit.

use anyhow::Result;

use crate::page::{eval, page, wait_until};

/// The example needs no file of the reader's, so only the page itself can fail to read it.
#[tokio::test]
async fn the_example_is_shown() -> Result<()> {
    let browser = page().await?;
    assert_eq!(eval(&browser, "return location.protocol").await?, "file:");
    let example =
        "[...document.querySelectorAll('button')].find((it) => /example/i.test(it.textContent))";
    eval(&browser, &format!("{example}.click()")).await?;
    // Whatever comes first: an alert is an answer too, and the wrong one.
    wait_until(&browser, "return Boolean(document.querySelector('.qs-headline, [role=alert]'))")
        .await?;
    let alert = "return document.querySelector('[role=alert]')?.innerText ?? ''";
    assert_eq!(eval(&browser, alert).await?, "");
    browser.wait_for_text(".qs-headline", "16 of 198 compute nodes stay float").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}
