//! Dialogs keep the page behind them still, and single-key shortcuts can be turned off.

use anyhow::Result;
use qspect_tests::Browser;
use serde_json::{Value, json};

use crate::page::{eval, exporter, page_with, show_view, wait_until};

const ESCAPE: &str = "\u{E00C}";
const DOWN: &str = "\u{E015}";

async fn press(browser: &Browser, keys: &str) -> Result<()> {
    browser.client().active_element().await?.send_keys(keys).await?;
    Ok(())
}

/// Two reports, the second one shown, with a search and a node open.
async fn page_at_a_node() -> Result<Browser> {
    let files = ["ds_cnn.cortex_m.qspect.json", "mlp_mixed.mixed.qspect.json"].map(exporter);
    let browser = page_with(&[&files[0], &files[1]]).await?;
    browser.wait_for(".qs-chip:nth-child(2)").await?;
    eval(&browser, "location.hash = '#report=2&view=nodes&q=linear'").await?;
    browser.wait_for(".qs-grid__row[aria-rowindex='2']").await?.click().await?;
    browser.wait_for(".qs-detail h2").await?;
    eval(
        &browser,
        "globalThis.clicks = 0;
        document.querySelector('#qs-open').addEventListener('click', (event) => {
          event.preventDefault();
          clicks++;
        })",
    )
    .await?;
    Ok(browser)
}

/// Where the page is: all that a key could change.
async fn place(browser: &Browser) -> Result<Value> {
    let place = "
        const row = document.querySelector('[role=row][aria-selected=true]');
        return [location.hash, document.title, row?.ariaRowIndex, clicks,
          document.querySelectorAll('.qs-chip').length, Boolean(document.querySelector('.qs-detail'))]";
    eval(browser, place).await
}

/// What another page would send; its origin is the browser's word, so the event is made here.
const OFFER: &str = "window.dispatchEvent(new MessageEvent('message', {
    origin: 'https://other.example', data: { qspect: { buffer: '{}', title: 'a report' } } }))";

#[tokio::test]
async fn keys_do_nothing_behind_a_dialog() -> Result<()> {
    let browser = page_at_a_node().await?;
    let share = "[...document.querySelectorAll('.qs-bar button')]
        .find((it) => it.textContent.trim() === 'Share').click()";
    for open in ["document.querySelector('button[aria-label=Keys]').click()", share, OFFER] {
        let before = place(&browser).await?;
        eval(&browser, open).await?;
        browser.wait_for("dialog[open]").await?;
        // With the focus on a button, and on the dialog itself.
        press(&browser, "123456jk[]/ow").await?;
        browser.wait_for("dialog[open]").await?;
        press(&browser, ESCAPE).await?;
        wait_until(&browser, "return !document.querySelector('dialog[open]')").await?;
        assert_eq!(place(&browser).await?, before, "{open}");
    }
    // A list is typed into, and the search behind the dialog stays.
    let before = place(&browser).await?;
    eval(&browser, share).await?;
    browser.wait_for("dialog[open]").await?;
    eval(&browser, "document.querySelector('dialog[open] select').focus()").await?;
    press(&browser, ESCAPE).await?;
    wait_until(&browser, "return !document.querySelector('dialog[open]')").await?;
    assert_eq!(place(&browser).await?, before);
    // Without a dialog the same key closes the node.
    press(&browser, ESCAPE).await?;
    wait_until(&browser, "return !document.querySelector('.qs-detail')").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// A page that sends a report puts no button under a click that was meant for another dialog.
#[tokio::test]
async fn a_question_waits_for_the_open_dialog() -> Result<()> {
    let browser = page_at_a_node().await?;
    press(&browser, "?").await?;
    browser.wait_for("dialog[open]").await?;
    eval(&browser, &format!("{OFFER}; {OFFER}")).await?;
    let open = "return [...document.querySelectorAll('dialog[open]')].map((it) => it.ariaLabel)";
    assert_eq!(eval(&browser, open).await?, json!(["Keys"]));
    press(&browser, ESCAPE).await?;
    browser.wait_for("dialog[open][aria-label^='A report']").await?;
    // Each question has an answer of its own.
    for n_left in [1, 0] {
        press(&browser, ESCAPE).await?;
        let is_left =
            format!("return document.querySelectorAll('dialog[open]').length === {n_left}");
        wait_until(&browser, &is_left).await?;
    }
    browser.close().await
}

/// Words that speech input types are many keys (WCAG 2.1.4).
#[tokio::test]
async fn single_key_shortcuts_can_be_turned_off() -> Result<()> {
    let browser = page_at_a_node().await?;
    let switch = |is_on: bool| {
        let browser = &browser;
        async move {
            browser.wait_for("button[aria-label=Keys]").await?.click().await?;
            browser.wait_for("dialog[open] input[role=switch]").await?.click().await?;
            let is_checked =
                format!("return document.querySelector('input[role=switch]').checked === {is_on}");
            wait_until(browser, &is_checked).await?;
            press(browser, ESCAPE).await?;
            wait_until(browser, "return !document.querySelector('dialog[open]')").await
        }
    };
    switch(false).await?;
    eval(&browser, "document.querySelector('[role=grid]').focus()").await?;
    let before = place(&browser).await?;
    press(&browser, "1[]?ow").await?;
    assert_eq!(place(&browser).await?, before);
    assert_eq!(eval(&browser, "return document.querySelector('dialog[open]')").await?, Value::Null);
    // Keys that are not characters still work.
    press(&browser, DOWN).await?;
    press(&browser, ESCAPE).await?;
    wait_until(&browser, "return !document.querySelector('.qs-detail')").await?;

    // The choice is kept.
    browser.client().refresh().await?;
    browser.set_files("#qs-open", &[&exporter("ds_cnn.cortex_m.qspect.json")]).await?;
    browser.wait_for(".qs-tab").await?;
    show_view(&browser, "Overview").await?;
    eval(&browser, "document.querySelector('[role=tab][aria-selected=true]').focus()").await?;
    press(&browser, "6").await?;
    browser.wait_for(".qs-headline").await?;
    switch(true).await?;
    press(&browser, "6").await?;
    browser.wait_for(".qs-text").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// German keyboards type brackets by AltGr, which is Ctrl and Alt on Windows, or by Option.
#[tokio::test]
async fn brackets_may_need_alt() -> Result<()> {
    let browser = page_at_a_node().await?;
    let press = |key: &str, more: &str| {
        format!(
            "document.body.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', {more} bubbles: true }}))"
        )
    };
    let is_shown = |report_no: usize| {
        format!("return Boolean(document.querySelector('.qs-chip--on:nth-child({report_no})'))")
    };
    for (key, more, report_no) in [
        ("[", "ctrlKey: true, altKey: true,", 1),
        ("]", "altKey: true,", 2),
        ("[", "ctrlKey: true,", 2),
        ("[", "metaKey: true,", 2),
        ("[", "", 1),
    ] {
        eval(&browser, &press(key, more)).await?;
        wait_until(&browser, &is_shown(report_no)).await?;
    }
    browser.close().await
}
