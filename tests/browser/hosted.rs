//! The hosted page: reports that its address names, and reports that other pages send.

use std::fs;

use anyhow::Result;
use qspect_tests::{Browser, Server, hosted, viewer};
use serde_json::{Value, json};

use crate::page::{eval, exporter, wait_until};
use crate::share::{json_of, original, save_in_a_folder};

const REPORT: &str = "tiny_transformer.mixed.qspect.json.gz";
const HEADLINE: &str = "16 of 198 compute nodes stay float";

/// A server with the hosted page and a report.
fn server() -> Result<Server> {
    let server = Server::start()?;
    server.put("/nothing.html", "<!doctype html><title>Nothing</title>")?;
    server.put_page()?;
    server.put_private("/report.json.gz", fs::read(exporter(REPORT))?);
    Ok(server)
}

/// The page at an address below the server's.
async fn open(server: &Server, path: &str) -> Result<Browser> {
    let browser = Browser::start().await?;
    // Cookies that no report may be asked for with.
    browser.client().goto(&server.url("/nothing.html")).await?;
    eval(&browser, "document.cookie = 'secret=1'").await?;
    browser.client().goto(&server.url(path)).await?;
    Ok(browser)
}

#[tokio::test]
async fn a_link_names_a_report_of_the_same_origin() -> Result<()> {
    let server = server()?;
    let browser = open(&server, "/index.html#src=report.json.gz&view=nodes").await?;
    browser.wait_for(".qs-grid__cell").await?;
    assert_eq!(server.received("/index.html", "Cookie"), ["secret=1"]);
    assert_eq!(server.n_requests("/report.json.gz"), 1);
    for header in ["Cookie", "Referer", "Authorization"] {
        assert_eq!(server.received("/report.json.gz", header), [""; 0], "{header}");
    }
    let folder = save_in_a_folder(&browser).await?;
    let name = "report.qspect.json";
    assert_eq!(json_of(&browser, folder.path(), name).await?, original(REPORT)?);
    // Nothing else was asked for, and the address still names it.
    let mut requests = browser.requests().await?;
    // That is of the page before.
    requests.retain(|it| !it.ends_with("/favicon.ico"));
    // The program is asked for once, by the page's head, and under an address of this build.
    for file in ["/qspect.js", "/qspect_bg.wasm"] {
        let own = requests.extract_if(.., |it| it.starts_with(&server.url(&format!("{file}?"))));
        // The worker runs the script too; the program is fetched once.
        let most = if file.ends_with(".js") { 2 } else { 1 };
        assert!((1..=most).contains(&own.count()), "{file}");
        assert!((1..=most).contains(&server.n_requests(file)), "{file}");
    }
    assert_eq!(requests, [server.url("/report.json.gz")]);
    eval(&browser, "document.querySelector('dialog[open]').close()").await?;
    wait_until(&browser, "return location.hash.startsWith('#src=report.json.gz')").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// It is three files, and one may have been forgotten.
#[tokio::test]
async fn a_missing_program_is_reported() -> Result<()> {
    let server = Server::start()?;
    server.put("/index.html", fs::read(hosted()?.join("index.html"))?)?;
    server.put("/qspect.js", fs::read(hosted()?.join("qspect.js"))?)?;
    let browser = Browser::start().await?;
    browser.client().goto(&server.url("/index.html")).await?;
    browser.wait_for_text("[role=alert]", "it belongs beside qspect.js").await?;
    browser.wait_for_text("[role=alert]", "the server answers 404").await?;
    // Some servers have a page for all that is not there.
    server.put("/qspect_bg.wasm", "<!doctype html><title>Not found</title>")?;
    browser.client().refresh().await?;
    browser.wait_for_text("[role=alert]", "the program is damaged, please get it again").await?;
    browser.close().await
}

#[tokio::test]
async fn a_link_names_reports_of_others() -> Result<()> {
    let (server, other) = (server()?, server()?);
    other.put("/models/a%20b.json.gz", fs::read(exporter(REPORT))?)?;
    let fragment = format!(
        "#src={}&src={}&src={}",
        other.url("/models/a%2520b.json.gz"),
        other.url("/report.json.gz"),
        other.url("/gone.json"),
    );
    let browser = open(&server, &format!("/index.html{fragment}")).await?;
    browser.wait_for_text(".qs-headline", HEADLINE).await?;
    // One is refused by the browser, since its server does not let other pages read it.
    let refused = "return [...document.querySelectorAll('[role=alert]')].length === 2";
    wait_until(&browser, refused).await?;
    let alerts =
        "return [...document.querySelectorAll('[role=alert]')].map((it) => it.innerText).join()";
    let alerts = eval(&browser, alerts).await?;
    for part in ["does its server allow other pages (CORS)?", "a file can be dropped on this page"]
    {
        assert!(alerts.as_str().is_some_and(|it| it.contains(part)), "{part}: {alerts}");
    }
    for path in ["/models/a%20b.json.gz", "/report.json.gz"] {
        assert_eq!(other.received(path, "Cookie"), [""; 0]);
        assert_eq!(other.received(path, "Referer"), [""; 0]);
    }
    assert_eq!(eval(&browser, "return document.title").await?, "a b.json.gz · Qspect");
    browser.close().await
}

#[tokio::test]
async fn addresses_that_are_not_reports_are_refused() -> Result<()> {
    let server = server()?;
    for (src, alert) in [
        ("javascript:document.title='ran'", "only http and https addresses are read"),
        ("data:application/json,{}", "only http and https addresses are read"),
        ("file:///etc/hosts", "only http and https addresses are read"),
        ("https://[", "this is not an address"),
        ("gone.json", "the server answers 404"),
        ("/", "no quantization report in this text"),
    ] {
        let params =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("src", src).finish();
        let browser = open(&server, &format!("/index.html#{params}")).await?;
        browser.wait_for_text("[role=alert]", alert).await?;
        assert_eq!(eval(&browser, "return document.title").await?, "Qspect", "{src}");
        // The page is as good as without the address.
        browser.wait_for("#qs-open").await?;
        browser.close().await?;
    }
    Ok(())
}

/// The page that is opened from a disk promises to ask the network for nothing.
#[tokio::test]
async fn the_page_of_its_own_fetches_nothing() -> Result<()> {
    let server = server()?;
    server.put("/report.json.gz", fs::read(exporter(REPORT))?)?;
    let browser = Browser::start().await?;
    browser.open(&viewer()?).await?;
    browser.wait_for("#qs-open").await?;
    let hash = format!("location.hash = 'src={}'", server.url("/report.json.gz"));
    eval(&browser, &hash).await?;
    browser.wait_for_text("[role=alert]", "this page makes no requests").await?;
    assert_eq!(server.n_requests("/report.json.gz"), 0);
    browser.close().await
}

/// Without the bar, for a frame in another page; several reports still have their switcher.
#[tokio::test]
async fn an_embedded_page_has_no_bar() -> Result<()> {
    let server = server()?;
    let browser = open(&server, "/index.html?embed#src=report.json.gz").await?;
    browser.wait_for_text(".qs-headline", HEADLINE).await?;
    assert_eq!(eval(&browser, "return document.querySelectorAll('.qs-bar').length").await?, 0);
    eval(&browser, "location.hash = 'src=report.json.gz&src=/report.json.gz'").await?;
    wait_until(&browser, "return document.querySelectorAll('.qs-chip').length === 2").await?;
    assert_eq!(eval(&browser, "return Boolean(document.querySelector('#qs-open'))").await?, false);
    browser.close().await
}

/// A page that holds the viewer in frames: of its own origin, and of another one.
const SENDER: &str = r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Sender</title>
<link rel="icon" href="data:,"><body>
<iframe id="own" src="/index.html?embed" width="900" height="600"></iframe>
<iframe id="other" src="OTHER/index.html" width="900" height="600"></iframe>
<script>
const pongs = [];
addEventListener("message", ({ data, source, origin }) => pongs.push([data, source, origin]));
const frame = (id) => document.getElementById(id).contentWindow;
const isListening = (id, pong) => {
  frame(id).postMessage(pong === "PONG" ? "PING" : "ping", "*");
  return pongs.some(([data, source]) => data === pong && source === frame(id));
};
const send = async (id, title) => {
  const buffer = await (await fetch("/report.json.gz")).arrayBuffer();
  for (const data of [null, "hello", { qspect: null }, { qspect: { buffer: 3 } }, { perfetto: { buffer } }]) {
    frame(id).postMessage(data, "*");
  }
  frame(id).postMessage({ qspect: { buffer, title } }, "*", [buffer]);
};
</script>"#;

async fn sender() -> Result<(Browser, Server, Server)> {
    let (server, other) = (server()?, server()?);
    server.put("/sender.html", SENDER.replace("OTHER", &other.url("")))?;
    let browser = Browser::start().await?;
    browser.set_window(1280, 1400).await?;
    browser.client().goto(&server.url("/sender.html")).await?;
    Ok((browser, server, other))
}

/// What a script returns in one of the frames, which the browser is then in.
async fn enter(browser: &Browser, frame_idx: u16) -> Result<()> {
    browser.client().enter_parent_frame().await?;
    browser.client().enter_frame(frame_idx).await?;
    Ok(())
}

#[tokio::test]
async fn a_page_of_the_same_origin_sends_a_report() -> Result<()> {
    let (browser, _server, _other) = sender().await?;
    wait_until(&browser, "return isListening('own', 'pong')").await?;
    eval(&browser, "send('own', 'sent by a page')").await?;
    enter(&browser, 0).await?;
    browser.wait_for_text(".qs-headline", HEADLINE).await?;
    assert_eq!(eval(&browser, "return document.title").await?, "sent by a page · Qspect");
    let n = "return document.querySelectorAll('dialog[open], [role=alert]').length";
    assert_eq!(eval(&browser, n).await?, 0);
    browser.close().await
}

#[tokio::test]
async fn a_page_of_another_origin_is_asked_about() -> Result<()> {
    let (browser, server, _other) = sender().await?;
    wait_until(&browser, "return isListening('other', 'PONG')").await?;
    eval(&browser, "send('other', '<b>its</b> report')").await?;
    enter(&browser, 1).await?;
    let asked = format!("{} wants to show a report here: <b>its</b> report", server.url(""));
    browser.wait_for_text("dialog[open] .qs-offer", &asked).await?;
    let is_shown = "return Boolean(document.querySelector('.qs-headline'))";
    assert_eq!(eval(&browser, is_shown).await?, false);
    answer(&browser, "Do not show").await?;
    wait_until(&browser, "return !document.querySelector('dialog[open]')").await?;
    assert_eq!(eval(&browser, is_shown).await?, false);

    // Two of them are asked about one after the other; Esc is a no.
    browser.client().enter_parent_frame().await?;
    eval(&browser, "send('other', 'first'); send('other', 'second')").await?;
    enter(&browser, 1).await?;
    browser.wait_for_text("dialog[open] .qs-offer", "first").await?;
    let escape = fantoccini::key::Key::Escape.to_string();
    browser.wait_for("dialog[open] button").await?.send_keys(&escape).await?;
    browser.wait_for_text("dialog[open] .qs-offer", "second").await?;
    answer(&browser, "Show it").await?;
    browser.wait_for_text(".qs-headline", HEADLINE).await?;
    assert_eq!(eval(&browser, "return document.title").await?, "second · Qspect");

    // What was let in is what was sent.
    let folder = save_in_a_folder(&browser).await?;
    assert_eq!(json_of(&browser, folder.path(), "second.qspect.json").await?, original(REPORT)?);
    browser.close().await
}

/// Presses a button of the question.
async fn answer(browser: &Browser, button: &str) -> Result<Value> {
    let script = format!(
        "[...document.querySelectorAll('dialog[open] button')]
           .find((it) => it.textContent === {}).click()",
        json!(button)
    );
    eval(browser, &script).await
}
