//! The harness sees what other tests say is absent, and its files arrive.

use std::fs;

use anyhow::Result;
use qspect_tests::Browser;
use tempfile::TempDir;

/// Opens a page with this body.
async fn open(body: &str) -> Result<(Browser, TempDir)> {
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

#[tokio::test]
async fn dropped_files_arrive() -> Result<()> {
    let (browser, _folder) = open(
        r#"<main>here</main><script>
            document.ondragover = (event) => event.preventDefault();
            document.ondrop = async (event) => {
              const texts = [...event.dataTransfer.files].map(async (it) => `${it.name}: ${await it.text()}`);
              document.querySelector("main").textContent = (await Promise.all(texts)).join(", ");
            };
        </script>"#,
    )
    .await?;
    let files: [(&str, &[u8]); 2] = [("a.txt", b"one"), ("b.txt", "zwölf".as_bytes())];
    browser.drop_files("main", &files).await?;
    browser.wait_for_text("main", "a.txt: one, b.txt: zwölf").await?;
    browser.close().await
}

#[tokio::test]
async fn chosen_files_arrive() -> Result<()> {
    let (browser, folder) = open(
        r#"<input type="file" multiple hidden><main></main><script>
            document.querySelector("input").onchange = (event) => {
              document.querySelector("main").textContent = [...event.target.files].map((it) => it.name).join();
            };
        </script>"#,
    )
    .await?;
    let paths = ["a.txt", "b.txt"].map(|name| folder.path().join(name));
    for path in &paths {
        fs::write(path, "text")?;
    }
    browser.set_files("input", &paths.each_ref().map(AsRef::as_ref)).await?;
    browser.wait_for_text("main", "a.txt,b.txt").await?;
    browser.close().await
}

#[tokio::test]
async fn a_page_can_be_as_narrow_as_a_phone() -> Result<()> {
    let (browser, folder) = open("").await?;
    browser.set_window(390, 844).await?;
    let script = "return [innerWidth, innerHeight]";
    let size = browser.client().execute(script, vec![]).await?;
    assert_eq!(size, serde_json::json!([390, 844]));

    let path = folder.path().join("phone.png");
    browser.screenshot(&path).await?;
    // A PNG's width and height stand at a fixed place, in four bytes each.
    assert_eq!(fs::read(&path)?[16..24], [0, 0, 1, 134, 0, 0, 3, 76]);
    browser.close().await
}
