//! A page that is opened again, or by a link without its report, names the file to open. What the
//! address brings comes and goes, and what the reader opened stays.

use std::fs;

use anyhow::{Context, Result};
use qspect_tests::{Browser, Server};
use serde_json::{Value, json};

use crate::page::{eval, exporter, page, page_with, wait_until};

const FIRST: &str = "ds_cnn.cortex_m.qspect.json";
const SECOND: &str = "mlp_mixed.mixed.qspect.json";
const THIRD: &str = "mlp_mixed.partial.qspect.json";

async fn wait_for_hash_part(browser: &Browser, part: &str) -> Result<()> {
    wait_until(browser, &format!("return location.hash.includes({})", json!(part))).await
}

#[tokio::test]
async fn a_reload_names_the_file_to_open() -> Result<()> {
    let browser = page_with(&[&exporter(SECOND)]).await?;
    browser.wait_for(".qs-headline").await?;
    // Also where nothing but the file was chosen.
    wait_for_hash_part(&browser, &format!("#file={SECOND}")).await?;
    eval(&browser, "location.hash = '#view=nodes&node=linear'").await?;
    browser.wait_for(".qs-detail h2").await?;
    wait_for_hash_part(&browser, &format!("&file={SECOND}")).await?;
    browser.client().refresh().await?;
    let wanted = format!("This link goes to node linear of {SECOND}: open that file.");
    browser.wait_for_text(".qs-wanted", &wanted).await?;
    browser.set_files("#qs-open", &[&exporter(SECOND)]).await?;
    browser.wait_for_text(".qs-detail h2", "linear").await?;
    assert_eq!(eval(&browser, "return document.querySelector('.qs-wanted')").await?, Value::Null);
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// Whatever the place is, and with both sides of a comparison.
#[tokio::test]
async fn the_place_is_named() -> Result<()> {
    let browser = page().await?;
    for (fragment, sentence) in [
        ("view=modules&file=a.json", "This link goes to Modules of a.json: open that file."),
        (
            "view=modules&module=features.0&file=a.json",
            "module features.0 of a.json: open that file.",
        ),
        ("file=%3Cb%3E%E2%80%AE.json", "Overview of <b>\\u202e.json: open that file."),
        (
            "report=2&view=compare&base=1&file=a.json&file=b.json&file=c.json",
            "This link goes to Compare of a.json and b.json: open those files.",
        ),
    ] {
        eval(&browser, &format!("location.hash = {}", json!(fragment))).await?;
        browser.wait_for_text(".qs-wanted", sentence).await?;
    }
    // Opened in that order they are compared again.
    let files = [FIRST, SECOND].map(exporter);
    eval(&browser, "location.hash = 'report=6&view=compare&base=4&file=x.json&file=y.json'")
        .await?;
    browser.set_files("#qs-open", &[&files[0], &files[1]]).await?;
    wait_for_hash_part(&browser, &format!("&file={FIRST}&file={SECOND}")).await?;
    browser.close().await
}

/// What no file has, no file brings back.
#[tokio::test]
async fn only_files_are_named() -> Result<()> {
    let browser = page().await?;
    eval(&browser, "[...document.querySelectorAll('button')].find((it) => it.innerText === 'Show an example').click()").await?;
    browser.wait_for(".qs-headline").await?;
    eval(&browser, "document.querySelector('[role=tab]:nth-child(2)').click()").await?;
    wait_until(&browser, "return location.hash === '#view=nodes'").await?;
    browser.close().await
}

/// A page on a server with three reports beside it.
async fn hosted() -> Result<(Browser, Server)> {
    let server = Server::start()?;
    server.put_page()?;
    for name in [FIRST, SECOND, THIRD] {
        server.put(&format!("/{name}"), fs::read(exporter(name))?)?;
    }
    let browser = Browser::start().await?;
    browser.client().goto(&server.url("/index.html")).await?;
    browser.wait_for("#qs-open").await?;
    Ok((browser, server))
}

async fn wait_for_chips(browser: &Browser, names: &[&str]) -> Result<()> {
    let chips =
        "return JSON.stringify([...document.querySelectorAll('.qs-chip')].map((it) => it.title))";
    wait_until(browser, &format!("{chips} === {:?}", json!(names).to_string()))
        .await
        .with_context(|| format!("{names:?}"))
}

/// Another link does not take away what was dropped, and the page goes on.
#[tokio::test]
async fn another_link_keeps_what_was_dropped() -> Result<()> {
    let (browser, server) = hosted().await?;
    browser.set_files("#qs-open", &[&exporter(FIRST)]).await?;
    wait_for_chips(&browser, &[FIRST]).await?;
    eval(&browser, "globalThis.isSame = true").await?;
    eval(&browser, &format!("location.hash = 'src={SECOND}&view=nodes'")).await?;
    // Reports of the address come first, as it counts them.
    wait_for_chips(&browser, &[SECOND, FIRST]).await?;
    browser.wait_for(".qs-chip--on:nth-child(1)").await?;
    // Its report needs no file: the address has it.
    wait_until(&browser, &format!("return location.hash === '#src={SECOND}&view=nodes'")).await?;
    eval(&browser, &format!("location.hash = 'src={SECOND}&src={THIRD}&report=2'")).await?;
    wait_for_chips(&browser, &[SECOND, THIRD, FIRST]).await?;
    browser.wait_for(".qs-chip--on:nth-child(2)").await?;
    // What stays is not asked for again.
    assert_eq!(server.n_requests(&format!("/{SECOND}")), 1);
    eval(&browser, &format!("location.hash = 'src={THIRD}'")).await?;
    wait_for_chips(&browser, &[THIRD, FIRST]).await?;
    browser.client().back().await?;
    wait_for_chips(&browser, &[SECOND, THIRD, FIRST]).await?;
    eval(&browser, "location.hash = ''").await?;
    wait_for_chips(&browser, &[FIRST]).await?;
    assert_eq!(eval(&browser, "return isSame").await?, true);
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// A report of a link can be closed like another one, and comes with the link again.
#[tokio::test]
async fn a_report_of_a_link_can_be_closed() -> Result<()> {
    let (browser, _server) = hosted().await?;
    eval(&browser, &format!("location.hash = 'src={FIRST}&src={SECOND}'")).await?;
    wait_for_chips(&browser, &[FIRST, SECOND]).await?;
    browser.wait_for(".qs-chip:nth-child(1) .qs-chip__close").await?.click().await?;
    wait_for_chips(&browser, &[SECOND]).await?;
    wait_until(&browser, &format!("return location.hash === '#src={SECOND}'")).await?;
    browser.close().await
}
