//! The harness sees requests and errors that other tests assert to be absent.

use std::fs;

use anyhow::Result;
use qspect_tests::Browser;
use tempfile::TempDir;

/// Opens a page with this body.
pub async fn open(body: &str) -> Result<(Browser, TempDir)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("page.html");
    fs::write(&path, format!("<!doctype html><body>{body}"))?;
    let browser = Browser::start().await?;
    browser.open(&path).await?;
    Ok((browser, folder))
}

#[tokio::test]
async fn requests_are_seen() -> Result<()> {
    let (browser, _folder) = open(
        r#"<script>
            fetch("http://127.0.0.1:9/").catch(() => document.body.append(document.createElement("hr")));
        </script>"#,
    )
    .await?;
    browser.wait_for("hr").await?;
    assert_eq!(browser.requests().await?, ["http://127.0.0.1:9/"]);
    browser.close().await
}

/// ChromeDriver logs no requests of workers, but under a policy that forbids them, as the page's
/// does, the console has the refusal.
#[tokio::test]
async fn forbidden_requests_of_workers_are_errors() -> Result<()> {
    let (browser, _folder) = open(
        r#"<meta http-equiv="Content-Security-Policy" content="connect-src 'none'"><script>
            const source = `fetch("http://127.0.0.1:9/").catch(() => postMessage(0))`;
            const worker = new Worker(URL.createObjectURL(new Blob([source])));
            worker.onmessage = () => document.body.append(document.createElement("hr"));
        </script>"#,
    )
    .await?;
    browser.wait_for("hr").await?;
    let errors = browser.console_errors().await?;
    assert!(errors.iter().any(|it| it.contains("connect-src 'none'")), "{errors:?}");
    browser.close().await
}

#[tokio::test]
async fn errors_are_seen() -> Result<()> {
    let (browser, _folder) =
        open("<script>console.error('a'); console.warn('b'); throw Error('c')</script>").await?;
    let errors = browser.console_errors().await?;
    assert_eq!(errors.len(), 2, "{errors:?}");
    browser.close().await
}
