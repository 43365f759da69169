//! A million rows: more pixels of height than any browser can scroll.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use qspect_tests::{Browser, generate};
use tokio::time::sleep;

use super::keys::press;
use crate::page::{eval, page, show_view, wait_until_within};

const N_NODES: usize = 1_000_000;

/// How long the page may take to read the report.
const READING: Duration = Duration::from_secs(120);

const HOME: &str = "\u{E011}";
const END: &str = "\u{E010}";

/// How long the grid may take to show a place that it scrolls to.
const SCROLLING: Duration = Duration::from_secs(20);

/// The numbers of the rows that are inside the grid's window, not only in the page, each with the first
/// word of its text, its name.
const SEEN: &str = "
    const grid = document.querySelector('[role=grid]').getBoundingClientRect();
    const rows = [...document.querySelectorAll('[role=row][aria-rowindex]')];
    const seen = rows.filter((it) => {
        const box = it.getBoundingClientRect();
        return box.top >= grid.top && box.bottom <= grid.bottom + 1;
    });
    return seen.map((it) => `${it.ariaRowIndex} ${it.innerText.trim().split(/\\s/)[0]}`)";

/// Waits until this node is seen in the row with this number.
async fn check_seen(browser: &Browser, row: usize, name: &str) -> Result<()> {
    let wanted = format!("{row} {name}");
    let start = Instant::now();
    loop {
        let seen: Vec<String> = serde_json::from_value(eval(browser, SEEN).await?)?;
        if seen.contains(&wanted) {
            return Ok(());
        }
        ensure!(start.elapsed() < SCROLLING, "{wanted:?} is not among the rows seen: {seen:?}");
        sleep(Duration::from_millis(20)).await;
    }
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

    let middle = format!(
        "const row = document.querySelector('[role=row][aria-rowindex]:last-child').ariaRowIndex;
        return {} < row && row < {}",
        N_NODES / 2 - 1_000,
        N_NODES / 2 + 1_000
    );
    wait_until_within(&browser, &middle, SCROLLING).await?;

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
