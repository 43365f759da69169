//! The harness does in every engine what a reader does, and sees the page's errors.

use std::fs;

use anyhow::Result;

use crate::harness::open;
use crate::page::{eval, wait_until};

/// Errors of a page that is loaded already, which all drivers can report.
#[tokio::test]
async fn later_errors_are_seen() -> Result<()> {
    let (browser, _folder) = open(
        r#"<button onclick="console.error('a'); console.warn('b'); setTimeout(() => { throw Error('c') })">
            </button><script>addEventListener("error", () => document.body.append(document.createElement("hr")))
        </script>"#,
    )
    .await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    eval(&browser, "document.querySelector('button').click()").await?;
    browser.wait_for("hr").await?;
    let mut errors = Vec::new();
    // Firefox prints them a moment later.
    for _ in 0..200 {
        errors.extend(browser.console_errors().await?);
        if errors.len() >= 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
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
    // A window manager, or Firefox, may take a moment.
    wait_until(&browser, "return innerWidth === 390 && innerHeight === 844").await?;

    let path = folder.path().join("phone.png");
    browser.screenshot(&path).await?;
    // A PNG's width and height are at a fixed place, in four bytes each.
    assert_eq!(fs::read(&path)?[16..24], [0, 0, 1, 134, 0, 0, 3, 76]);
    browser.close().await
}
