//! What the keys do, and where they do nothing.

use anyhow::{Context, Result};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use qspect_tests::Browser;
use serde_json::Value;

use crate::page::{eval, exporter, page_with, report, search, show_view, wait_until};

/// Presses keys one after the other where the focus is, wherever that is: WebDriver's "active element"
/// does not exist while the focus is on the browser's own parts.
pub async fn press(browser: &Browser, keys: &str) -> Result<()> {
    let mut actions = KeyActions::new("keyboard".to_owned());
    for value in keys.chars() {
        actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
    }
    Ok(browser.client().perform_actions(actions).await?)
}

/// Waits until the focus is on an element that the selector matches.
async fn wait_for_focus(browser: &Browser, css: &str) -> Result<()> {
    let waited =
        wait_until(browser, &format!("return document.activeElement.matches({css:?})")).await;
    if waited.is_err() {
        let place = "return `${location.hash}: ${document.activeElement.outerHTML.slice(0, 200)}`";
        let place = eval(browser, place).await?;
        return waited.with_context(|| format!("no focus on `{css}`, but at {place}"));
    }
    Ok(())
}

const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";
const END: &str = "\u{E010}";
const PAGE_DOWN: &str = "\u{E00F}";
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
        "return Boolean(document.querySelector('.qs-chip:nth-child(2) [aria-current]'))",
    )
    .await?;
    let body = browser.wait_for("body").await?;
    body.send_keys("[").await?;
    wait_until(
        &browser,
        "return Boolean(document.querySelector('.qs-chip:nth-child(1) [aria-current]'))",
    )
    .await?;
    body.send_keys("]]").await?;
    wait_until(
        &browser,
        "return Boolean(document.querySelector('.qs-chip:nth-child(2) [aria-current]'))",
    )
    .await?;
    show_view(&browser, "Nodes").await?;
    browser.close().await
}

/// The help takes the focus, keeps it, and gives it back; what lies behind it does not move.
#[tokio::test]
async fn the_help_keeps_the_focus() -> Result<()> {
    let browser = page_with(&[&report("tiny_transformer.mixed.debug.txt")?]).await?;
    browser.wait_for(".qs-headline").await?;
    show_view(&browser, "Nodes").await?;
    browser.wait_for("[role=grid]").await?;
    eval(&browser, "document.querySelector('[role=grid]').focus()").await?;
    press(&browser, "?").await?;
    wait_for_focus(&browser, "dialog[open] button").await?;
    for _ in 0..4 {
        press(&browser, TAB).await?;
        // From its last part the focus goes to the browser's own, never to the page's.
        let lost = "
            const at = document.activeElement;
            return at.matches('dialog, dialog *, body') ? null : at.outerHTML.slice(0, 200)";
        assert_eq!(eval(&browser, lost).await?, Value::Null);
    }
    press(&browser, "1").await?;
    browser.wait_for("[role=grid]").await?;
    press(&browser, ESCAPE).await?;
    wait_until(&browser, "return !document.querySelector('dialog[open]')").await?;
    wait_for_focus(&browser, "[role=grid]").await?;
    // By its buttons too, and a click beside it.
    browser.wait_for("button[aria-label=Keys]").await?.click().await?;
    browser.wait_for("dialog[open] button").await?.click().await?;
    wait_for_focus(&browser, "button[aria-label=Keys]").await?;
    press(&browser, "?").await?;
    browser.wait_for("dialog[open]").await?;
    eval(&browser, "document.querySelector('dialog').click()").await?;
    wait_until(&browser, "return !document.querySelector('dialog[open]')").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// A view that a key shows scrolls by keys at once.
#[tokio::test]
async fn a_view_that_a_key_shows_scrolls_by_keys() -> Result<()> {
    let browser = page_with(&[&report("swin_t.mixed.debug.txt")?]).await?;
    browser.wait_for(".qs-headline").await?;
    browser.set_window(800, 500).await?;
    show_view(&browser, "Nodes").await?;
    for (key, scroller) in [("1", ".qs-overview"), ("6", ".qs-text__scroll"), ("1", ".qs-overview")]
    {
        // As after a click on a tab, which keeps the focus.
        eval(&browser, "document.querySelector('[role=tab][aria-selected=true]').focus()").await?;
        press(&browser, key).await?;
        wait_for_focus(&browser, scroller).await?;
        // Its text comes from the worker.
        let is_there = "return document.activeElement.scrollHeight > 1000";
        wait_until(&browser, is_there).await?;
        press(&browser, PAGE_DOWN).await?;
        let is_scrolled = format!("return document.querySelector('{scroller}').scrollTop > 100");
        wait_until(&browser, &is_scrolled).await?;
    }
    browser.close().await
}

/// What had the focus may be gone: then the focus is where the reader goes on, never nowhere.
#[tokio::test]
async fn the_focus_is_never_lost() -> Result<()> {
    let browser = page_with(&[&exporter("mlp_mixed.partial.qspect.json")]).await?;
    // Enter on a cell of the strip, on a figure, on a number of the modules.
    browser.wait_for(".qs-strip").await?.send_keys(ENTER).await?;
    browser.wait_for(".qs-detail").await?;
    wait_for_focus(&browser, "[role=grid]").await?;
    // From neighbour to neighbour, then back to the row.
    browser.wait_for(".qs-near .qs-link:not(:disabled)").await?.send_keys(ENTER).await?;
    wait_for_focus(&browser, ".qs-detail button").await?;
    press(&browser, ESCAPE).await?;
    wait_until(&browser, "return !document.querySelector('.qs-detail')").await?;
    wait_for_focus(&browser, "[role=grid]").await?;
    press(&browser, "1").await?;
    browser.wait_for("button.qs-figure").await?.send_keys(ENTER).await?;
    wait_for_focus(&browser, "[role=grid]").await?;
    browser.client().back().await?;
    browser.wait_for(".qs-headline").await?;
    wait_for_focus(&browser, ".qs-overview").await?;
    press(&browser, "3").await?;
    // The key puts the focus there with the next frame. The view before it has the same class.
    wait_for_focus(&browser, "[aria-labelledby=qs-tab-modules]").await?;
    browser.wait_for(".qs-modules th .qs-link:not(:disabled)").await?.send_keys(ENTER).await?;
    wait_for_focus(&browser, ".qs-crumbs [aria-current]").await?;
    browser.wait_for(".qs-modules td .qs-link").await?.send_keys(ENTER).await?;
    wait_for_focus(&browser, "[role=grid]").await?;
    browser.close().await
}

/// Esc in the search box clears it, and leaves it when there is nothing to clear.
#[tokio::test]
async fn escape_clears_the_search() -> Result<()> {
    let browser = page_with(&[&report("tiny_transformer.mixed.debug.txt")?]).await?;
    browser.wait_for(".qs-headline").await?;
    browser.wait_for("body").await?.send_keys("/").await?;
    wait_for_focus(&browser, "#qs-search").await?;
    press(&browser, "linear").await?;
    wait_until(&browser, "return location.hash.includes('q=linear')").await?;
    press(&browser, ESCAPE).await?;
    wait_until(&browser, "return !location.hash.includes('q=')").await?;
    assert_eq!(eval(&browser, "return document.activeElement.value").await?, "");
    wait_for_focus(&browser, "#qs-search").await?;
    press(&browser, ESCAPE).await?;
    wait_for_focus(&browser, "[role=grid]").await?;
    browser.close().await
}
