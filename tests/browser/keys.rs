//! What the keys do, and where they do nothing.

use anyhow::Result;
use qspect_tests::Browser;

use crate::page::{eval, page_with, report, search, show_view, wait_until};

/// Presses keys where the focus is.
async fn press(browser: &Browser, keys: &str) -> Result<()> {
    browser.client().active_element().await?.send_keys(keys).await?;
    Ok(())
}

const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";
const END: &str = "\u{E010}";
const DOWN: &str = "\u{E015}";

/// The keyboard alone: tabs, search, rows, node, back to the overview.
#[tokio::test]
async fn the_keyboard_is_enough() -> Result<()> {
    let path = report("tiny_transformer.mixed.debug.txt")?;
    let browser = page_with(&[&path]).await?;
    browser.wait_for(".qs-headline").await?;
    let body = browser.wait_for("body").await?;
    body.send_keys("/").await?;
    wait_until(&browser, "return document.activeElement?.id === 'qs-search'").await?;
    search(&browser, "linear").await?;
    wait_until(&browser, "return location.hash.includes('q=linear')").await?;
    press(&browser, DOWN).await?; // from the box into the grid
    wait_until(&browser, "return document.activeElement?.getAttribute('role') === 'grid'").await?;
    press(&browser, "jj").await?;
    press(&browser, ENTER).await?;
    browser.wait_for(".qs-detail").await?;
    wait_until(
        &browser,
        "return document.querySelector('[aria-selected=true][role=row]')?.ariaRowIndex === '4'",
    )
    .await?;
    press(&browser, "k").await?; // the panel goes along
    wait_until(
        &browser,
        "return document.querySelector('[aria-selected=true][role=row]')?.ariaRowIndex === '3'",
    )
    .await?;
    press(&browser, ESCAPE).await?;
    wait_until(&browser, "return !document.querySelector('.qs-detail')").await?;
    press(&browser, "6").await?;
    browser.wait_for(".qs-text").await?;
    press(&browser, "1").await?;
    browser.wait_for(".qs-headline").await?;
    browser.close().await
}

/// A column's button, a filter and the file input keep their own keys, and the shortcuts work on.
#[tokio::test]
async fn keys_keep_to_their_places() -> Result<()> {
    let path = report("tiny_transformer.mixed.debug.txt")?;
    let browser = page_with(&[&path]).await?;
    browser.wait_for(".qs-headline").await?;
    // The file input still has the focus of the choice; WebDriver's keys to it are file names.
    eval(
        &browser,
        "const input = document.querySelector('#qs-open');
        input.focus();
        input.dispatchEvent(new KeyboardEvent('keydown', { key: '2', bubbles: true }));",
    )
    .await?;
    browser.wait_for("[role=grid]").await?;
    wait_until(&browser, "return document.activeElement?.getAttribute('role') === 'grid'").await?;

    eval(&browser, "document.querySelector('[role=columnheader] button').focus()").await?;
    press(&browser, ENTER).await?;
    wait_until(&browser, "return location.hash.includes('sort=name')").await?;
    assert_eq!(eval(&browser, "return location.hash.includes('node=')").await?, false);

    browser.wait_for(".qs-facet__value input").await?.click().await?;
    wait_until(&browser, "return location.hash.includes('verdict=')").await?;
    press(&browser, "/").await?;
    wait_until(&browser, "return document.activeElement?.id === 'qs-search'").await?;
    press(&browser, ESCAPE).await?;

    // The last row's node, whose row is not there yet when Enter is pressed.
    eval(&browser, "document.querySelector('[role=grid]').focus()").await?;
    press(&browser, &format!("{END}{ENTER}")).await?;
    browser.wait_for(".qs-detail h2").await?;
    wait_until(
        &browser,
        "return document.querySelector('[role=row][aria-selected=true]')?.ariaRowIndex
            === document.querySelector('[role=grid]').ariaRowCount",
    )
    .await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// Brackets step through the reports, also from an address that names none of them.
#[tokio::test]
async fn brackets_step_through_the_reports() -> Result<()> {
    let paths = [report("ds_cnn.cortex_m.debug.txt")?, report("mlp_mixed.mixed.debug.txt")?];
    let browser = page_with(&[&paths[0], &paths[1]]).await?;
    browser.wait_for(".qs-chip:nth-child(2)").await?;
    eval(&browser, "location.hash = '#report=9'").await?;
    wait_until(
        &browser,
        "return Boolean(document.querySelector('.qs-chip:nth-child(2)[aria-current]'))",
    )
    .await?;
    let body = browser.wait_for("body").await?;
    body.send_keys("[").await?;
    wait_until(
        &browser,
        "return Boolean(document.querySelector('.qs-chip:nth-child(1)[aria-current]'))",
    )
    .await?;
    body.send_keys("]]").await?;
    wait_until(
        &browser,
        "return Boolean(document.querySelector('.qs-chip:nth-child(2)[aria-current]'))",
    )
    .await?;
    show_view(&browser, "Nodes").await?;
    browser.close().await
}
