//! All that a reader can come to see: the states of the page and of the element, one after the other.
//!
//! What must be true of each, such as that it can be read in forced colours, is for the caller to look at.

use std::path::PathBuf;

use anyhow::Result;
use qspect_tests::Browser;
use serde_json::json;

use crate::element_page;
use crate::page::{eval, exporter, page, report, wait_until};

/// With a graph: modules, islands, findings, a node with a trail and neighbours.
pub const REPORT: &str = "tiny_transformer.mixed.qspect.json.gz";
/// Of the same model, with other qconfigs.
const OTHER: &str = "tiny_transformer.partial.qspect.json";

/// Takes the page from state to state, and calls `look` with the name of each.
pub async fn of_the_page(mut look: impl AsyncFnMut(&Browser, &str) -> Result<()>) -> Result<()> {
    let browser = page().await?;
    look(&browser, "empty").await?;
    browser.drop_files("body", &[("bad.json", b"{\"format\": \"qspect-report\", \"vers")]).await?;
    browser.wait_for("[role=alert]").await?;
    look(&browser, "alert").await?;
    eval(&browser, "document.querySelector('.qs-alert button').click()").await?;

    open(&browser, &[exporter(REPORT)]).await?;
    browser.wait_for(".qs-headline").await?;
    look(&browser, "overview").await?;
    open_dialog(&browser, "Keys").await?;
    look(&browser, "help").await?;
    close_dialog(&browser).await?;
    open_dialog(&browser, "Share").await?;
    look(&browser, "share").await?;
    close_dialog(&browser).await?;

    go(&browser, "view=nodes", ".qs-grid__cell").await?;
    look(&browser, "nodes").await?;
    go(&browser, "view=nodes&verdict=quantized&sort=-name", "[aria-sort=descending]").await?;
    eval(&browser, "document.querySelector('.qs-nodes__facets').open = true").await?;
    look(&browser, "nodes, filtered").await?;
    go(&browser, "view=nodes&q=no+such+node", ".qs-nodes__none").await?;
    wait_until(&browser, "return !document.querySelector('.qs-grid__cell')").await?;
    look(&browser, "nodes, none found").await?;
    go(&browser, "view=nodes&node=no_such_node", ".qs-nodes__missing").await?;
    browser.wait_for(".qs-grid__cell").await?;
    look(&browser, "nodes, one missing").await?;
    go(&browser, "view=nodes", ".qs-grid__row[aria-rowindex='9']").await?;
    eval(&browser, "document.querySelector(`.qs-grid__row[aria-rowindex='9']`).click()").await?;
    browser.wait_for(".qs-detail h2").await?;
    look(&browser, "node").await?;

    go(&browser, "view=modules", ".qs-icicle__cell").await?;
    look(&browser, "modules").await?;
    go(&browser, "view=compare", ".qs-compare__none").await?;
    look(&browser, "compare, one report").await?;
    go(&browser, "view=fleet", ".qs-fleet .qs-link").await?;
    look(&browser, "fleet, one report").await?;
    go(&browser, "view=text", ".qs-text__lines code:not(:empty)").await?;
    look(&browser, "text").await?;

    open(&browser, &[exporter(OTHER)]).await?;
    browser.wait_for(".qs-chip:nth-child(2)").await?;
    go(&browser, "report=2&base=1&view=compare", ".qs-change").await?;
    look(&browser, "compare").await?;
    let log = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("logs/ds_cnn+mlp.debug.log");
    open(&browser, &[log, report("swin_t.mixed.info.txt")?]).await?;
    browser.wait_for(".qs-switcher").await?;
    go(&browser, "view=fleet", ".qs-fleet__row[aria-rowindex='6']").await?;
    eval(&browser, "document.querySelector('.qs-fleet input').click()").await?;
    look(&browser, "fleet").await?;
    // At INFO level, without nodes.
    go(&browser, "report=5&view=overview", ".qs-headline").await?;
    look(&browser, "overview, without nodes").await?;

    // What the worker is never asked to read is never read.
    eval(&browser, "MessagePort.prototype.postMessage = () => {}").await?;
    browser.drop_files("body", &[("slow.json", b"{}")]).await?;
    let is_shown =
        "return document.querySelector('[role=progressbar]')?.checkVisibility() === true";
    wait_until(&browser, is_shown).await?;
    look(&browser, "progress").await?;
    // As while files are dragged over it.
    eval(&browser, "document.body.dispatchEvent(new DragEvent('dragenter', { bubbles: true, dataTransfer: new DataTransfer() }))").await?;
    look(&browser, "drop").await?;
    browser.close().await
}

/// The same for elements in a page around them, in each of the element's views.
pub async fn of_the_element(mut look: impl AsyncFnMut(&Browser, &str) -> Result<()>) -> Result<()> {
    let body = r#"<main><h1>Host</h1>
        <qspect-report id="a" src="mobilenet.json.gz mlp.json"></qspect-report></main>"#;
    let (browser, _server) = element_page::host(body).await?;
    for (view, css) in [
        ("overview", ".qs-headline"),
        ("nodes", ".qs-grid__cell"),
        ("modules", ".qs-icicle__cell"),
        ("text", ".qs-text__lines code:not(:empty)"),
    ] {
        eval(&browser, &format!("element('a').view = '{view}'")).await?;
        wait_until(&browser, &format!("return Boolean(find('a', {}))", json!(css))).await?;
        look(&browser, &format!("element, {view}")).await?;
    }
    eval(&browser, "element('a').view = 'nodes'").await?;
    wait_until(&browser, "return Boolean(find('a', `.qs-grid__row[aria-rowindex='9']`))").await?;
    eval(&browser, "find('a', `.qs-grid__row[aria-rowindex='9']`).click()").await?;
    wait_until(&browser, "return Boolean(find('a', '.qs-detail h2'))").await?;
    look(&browser, "element, node").await?;
    eval(&browser, "element('a').setAttribute('src', 'bad.json')").await?;
    wait_until(&browser, "return Boolean(find('a', '[role=alert]'))").await?;
    look(&browser, "element, alert").await?;
    browser.close().await
}

async fn open(browser: &Browser, files: &[PathBuf]) -> Result<()> {
    let files: Vec<_> = files.iter().map(PathBuf::as_path).collect();
    browser.set_files("#qs-open", &files).await
}

/// Goes to a place, and waits for what is there.
async fn go(browser: &Browser, fragment: &str, css: &str) -> Result<()> {
    eval(browser, &format!("location.hash = {}", json!(fragment))).await?;
    browser.wait_for(css).await?;
    Ok(())
}

/// By the bar's button of this name.
async fn open_dialog(browser: &Browser, button: &str) -> Result<()> {
    let script = format!(
        "[...document.querySelectorAll('.qs-bar button')]
            .find((it) => (it.ariaLabel ?? it.textContent.trim()) === {}).click()",
        json!(button)
    );
    eval(browser, &script).await?;
    browser.wait_for("dialog[open]").await?;
    Ok(())
}

async fn close_dialog(browser: &Browser) -> Result<()> {
    eval(browser, "document.querySelector('dialog[open]').close()").await?;
    wait_until(browser, "return !document.querySelector('dialog[open]')").await
}
