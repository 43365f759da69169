//! A report of 50,000 nodes: read beside the page, shown a screen at a time.

use anyhow::Result;
use qspect_tests::generate;
use serde_json::json;

use crate::page::{eval, page_with, show_view, wait_until};

#[tokio::test]
async fn large_reports_stay_out_of_the_way() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("large.json");
    std::fs::write(&path, generate::json(50_000)?)?;
    let browser = page_with(&[&path]).await?;
    browser
        .wait_for_text(
            ".qs-headline",
            "4,998 of 50,000 compute nodes stay float, all of them on purpose",
        )
        .await?;
    show_view(&browser, "Nodes").await?;
    browser.wait_for("[role=grid][aria-rowcount='50002']").await?;
    let most_rows = "
        const grid = document.querySelector('[role=grid]');
        let most = 0;
        for (let at = 0; at < 40; at++) {
            grid.scrollTop = grid.scrollHeight * ((at * 7) % 40) / 40;
            await new Promise((done) => setTimeout(done, 30));
            most = Math.max(most, grid.querySelectorAll('[role=row]').length);
        }
        return most";
    let script = format!("return (async () => {{ {most_rows} }})()");
    let most_rows = eval(&browser, &script).await?;
    assert!(most_rows.as_u64().is_some_and(|it| (10..=100).contains(&it)), "{most_rows}");
    // To the very end and back by the keyboard.
    let grid = browser.wait_for("[role=grid]").await?;
    grid.send_keys("\u{E010}").await?;
    browser.wait_for("[aria-rowindex='50002']").await?;
    grid.send_keys("\u{E011}").await?;
    browser.wait_for("[aria-rowindex='2']").await?;
    crate::page::search(&browser, "conv2d_16").await?;
    // conv2d_16, conv2d_16x, conv2d_16xx, conv2d_16xxx up to 16,666, and the relu that reads each.
    let n_found = (0..=16_666).filter(|it| it.to_string().starts_with("16")).count();
    let expected = json!((2 * n_found + 1).to_string());
    wait_until(
        &browser,
        &format!("return document.querySelector('[role=grid]').ariaRowCount === {expected}"),
    )
    .await?;
    browser.close().await
}
