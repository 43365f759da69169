//! A reader's ways through page and element: open, drop, choose, search, save, follow a link.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use qspect_tests::{Browser, Server};

use crate::axe;
use crate::element_page::host;
use crate::page::{eval, exporter, page, page_with, search, show_view, wait_until};
use crate::share::{json_of, original};
use crate::states::REPORT;

const HEADLINE: &str = "16 of 198 compute nodes stay float";

/// Clicks an element. An answer of the worker may replace it in between, and the click fails.
async fn click(browser: &qspect_tests::Browser, css: &str) -> Result<()> {
    for _ in 0..20 {
        if browser.wait_for(css).await?.click().await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    anyhow::bail!("`{css}` cannot be clicked")
}

#[tokio::test]
async fn a_report_is_opened_searched_and_saved() -> Result<()> {
    let browser = page_with(&[&exporter(REPORT)]).await?;
    browser.wait_for_text(".qs-headline", HEADLINE).await?;
    // A click on a cell of the strip, once it is drawn, opens its node.
    click(&browser, ".qs-strip canvas[style*=width]").await?;
    browser.wait_for(".qs-detail h2").await?;
    browser.client().back().await?;
    browser.wait_for_text(".qs-headline", HEADLINE).await?;

    show_view(&browser, "Nodes").await?;
    search(&browser, "reshape").await?;
    wait_until(&browser, "return location.hash.includes('q=reshape')").await?;
    let grid = "document.querySelector('[role=grid]')";
    wait_until(&browser, &format!("return Number({grid}.ariaRowCount) < 100")).await?;
    click(&browser, "[role=row][aria-rowindex='2']").await?;
    browser.wait_for_text(".qs-detail h2", "reshape").await?;
    for (view, css) in
        [("Modules", ".qs-icicle__cell"), ("Text", ".qs-text__lines code:not(:empty)")]
    {
        show_view(&browser, view).await?;
        browser.wait_for(css).await?;
    }
    // As the system, light, dark.
    for theme in ["light", "dark"] {
        browser.wait_for("button[title^=Theme]").await?.click().await?;
        let is_set = format!("return document.documentElement.dataset.theme === '{theme}'");
        wait_until(&browser, &is_set).await?;
    }
    let is_dark = "return getComputedStyle(document.querySelector('.qs-root')).backgroundColor";
    assert_eq!(eval(&browser, is_dark).await?, "rgb(17, 21, 26)");

    let folder = browser.downloads().await?;
    let name = "tiny_transformer.mixed.qspect.json";
    assert_eq!(json_of(&browser, &folder, name).await?, original(REPORT)?);
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// Dropped and chosen; an archive, and what is bad.
#[tokio::test]
async fn archives_and_bad_files_are_distinguished() -> Result<()> {
    let browser = page().await?;
    let packed = fs::read(exporter(REPORT))?;
    browser.drop_files("body", &[("a.json.gz", &packed), ("b.json", b"{}")]).await?;
    browser.wait_for_text(".qs-headline", HEADLINE).await?;
    browser.wait_for_text("[role=alert]", "b.json").await?;
    let runs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("archives/runs.zip");
    browser.set_files("#qs-open", &[&runs]).await?;
    browser.wait_for(".qs-chip:nth-child(2), .qs-switcher").await?;
    show_view(&browser, "Fleet").await?;
    browser.wait_for_text(".qs-fleet", "runs.zip/").await?;
    show_view(&browser, "Compare").await?;
    browser.wait_for(".qs-before").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// From a server: what a link names.
#[tokio::test]
async fn a_link_opens_a_report() -> Result<()> {
    let server = Server::start()?;
    server.put_page()?;
    server.put("/report.json.gz", fs::read(exporter(REPORT))?)?;
    let browser = Browser::start().await?;
    let url = server.url("/index.html#src=report.json.gz&view=nodes&node=linear");
    browser.goto(&url).await?;
    browser.wait_for_text(".qs-detail h2", "linear").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

#[tokio::test]
async fn an_element_shows_its_report() -> Result<()> {
    let (browser, _server) =
        host(r#"<qspect-report id="a" src="ds_cnn.json" view="nodes"></qspect-report>"#).await?;
    wait_until(&browser, "return isShown('a') && viewOf('a') === 'Nodes'").await?;
    wait_until(&browser, "return Boolean(find('a', '.qs-grid__row[aria-rowindex=\"3\"]'))").await?;
    eval(&browser, "find('a', '.qs-grid__row[aria-rowindex=\"3\"]').click()").await?;
    wait_until(&browser, "return kinds('a') === 'ready select'").await?;
    wait_until(&browser, "return Boolean(find('a', '.qs-detail h2'))").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// A look at the first screens: all states are for `axe_finds_nothing_in_the_page`.
#[tokio::test]
async fn the_first_screens_are_for_everyone() -> Result<()> {
    let browser = page().await?;
    assert_eq!(axe::wrongs(&browser, &axe::TAGS, 4.5).await?, [""; 0]);
    browser.set_files("#qs-open", &[&exporter(REPORT)]).await?;
    for (view, css) in [("Overview", ".qs-headline"), ("Nodes", ".qs-grid__cell")] {
        browser.wait_for("[role=tab]").await?;
        show_view(&browser, view).await?;
        browser.wait_for(css).await?;
        assert_eq!(axe::wrongs(&browser, &axe::TAGS, 4.5).await?, [""; 0], "{view}");
    }
    browser.close().await
}
