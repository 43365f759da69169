//! A million rows: more pixels of height than any browser can scroll.

use anyhow::Result;
use qspect_tests::{Browser, generate};
use serde_json::json;

use super::keys::press;
use crate::page::{eval, eval_with, page, show_view, wait_until_within};

const N_NODES: usize = 1_000_000;

/// How long the page may take to read the report.
const READING: std::time::Duration = std::time::Duration::from_secs(120);

const HOME: &str = "\u{E011}";
const END: &str = "\u{E010}";

/// The text of the row with this number, if it is inside the grid's window and not only in the page.
const SEEN_ROW: &str = "
    const grid = document.querySelector('[role=grid]').getBoundingClientRect();
    const row = document.querySelector(`[role=row][aria-rowindex='${arguments[0]}']`);
    const box = row?.getBoundingClientRect();
    const is_seen = box && box.top >= grid.top && box.bottom <= grid.bottom + 1;
    return is_seen ? row.innerText : null";

/// Waits until a row is seen, and checks that it is this node's.
async fn check_seen(browser: &Browser, row: usize, name: &str) -> Result<()> {
    let is_seen = format!(
        "return (() => {{ {} }})() !== null",
        SEEN_ROW.replace("arguments[0]", &row.to_string())
    );
    wait_until_within(browser, &is_seen, std::time::Duration::from_secs(20)).await?;
    let text = eval_with(browser, SEEN_ROW, &[json!(row)]).await?;
    let first = text.as_str().and_then(|it| it.split_whitespace().next());
    assert_eq!(first, Some(name), "{text}");
    Ok(())
}

#[tokio::test]
async fn the_last_of_a_million_rows_can_be_scrolled_to() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("million.json");
    std::fs::write(&path, generate::chain_json(N_NODES)?)?;
    let browser = page().await?;
    browser.set_files("#qs-open", &[&path]).await?;
    let is_read = "return Boolean(document.querySelector('.qs-headline'))";
    wait_until_within(&browser, is_read, READING).await?;
    show_view(&browser, "Nodes").await?;
    // The header and the model's input come first.
    let (last, last_name) = (N_NODES + 2, format!("relu_{}", N_NODES - 1));
    browser.wait_for(&format!("[role=grid][aria-rowcount='{last}']")).await?;

    // By the scroll bar, to the end and to the middle.
    let scroll = |part: &str| {
        format!(
            "const grid = document.querySelector('[role=grid]');
            grid.scrollTop = (grid.scrollHeight - grid.clientHeight) * {part}"
        )
    };
    eval(&browser, &scroll("1")).await?;
    check_seen(&browser, last, &last_name).await?;
    eval(&browser, &scroll("0.5")).await?;
    let middle = "return Math.abs(document.querySelector('[role=row][aria-rowindex]:last-child').ariaRowIndex - 500000) < 1000";
    wait_until_within(&browser, middle, std::time::Duration::from_secs(20)).await?;

    // By the keyboard.
    eval(&browser, "document.querySelector('[role=grid]').focus()").await?;
    press(&browser, END).await?;
    check_seen(&browser, last, &last_name).await?;
    press(&browser, "k").await?;
    check_seen(&browser, last - 1, &format!("relu_{}", N_NODES - 2)).await?;
    press(&browser, HOME).await?;
    check_seen(&browser, 2, "x").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}
