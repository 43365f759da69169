//! On paper: the page, and the element in somebody else's page.

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qspect_tests::Browser;
use serde_json::{Value, json};

use crate::element_page::host;
use crate::page::{eval, eval_with, exporter, page_with, show_view, wait_until};

/// Pages of A4, as the browser prints them.
async fn n_pages(browser: &Browser) -> Result<usize> {
    let paper = json!({ "paperWidth": 8.27, "paperHeight": 11.69 });
    let answer = browser.devtools("Page.printToPDF", paper).await?;
    let pdf = STANDARD.decode(answer["data"].as_str().context("no PDF")?)?;
    if let Some(path) = std::env::var_os("QSPECT_PDF") {
        std::fs::write(path, &pdf)?;
    }
    let page = b"/Type /Page\n";
    Ok(pdf.windows(page.len()).filter(|it| it == page).count())
}

/// Shows the page as paper has it, 700 pixels wide.
async fn as_paper(browser: &Browser) -> Result<()> {
    browser.set_window(700, 900).await?;
    browser.devtools("Emulation.setEmulatedMedia", json!({ "media": "print" })).await?;
    Ok(())
}

/// What a report's root looks like: its colours, and whether its content is all in sight.
const ROOT: &str = "
    const root = arguments[0] ? find(arguments[0], '.qs-root') : document.querySelector('.qs-root');
    const style = getComputedStyle(root);
    const main = root.querySelector('#qs-view');
    const last = [...main.querySelectorAll('*')].filter((it) => it.checkVisibility()).at(-1);
    return [style.color, style.backgroundColor, root.scrollHeight <= root.clientHeight + 1,
        main.scrollHeight <= main.clientHeight + 1,
        last.getBoundingClientRect().bottom <= root.getBoundingClientRect().bottom + 1]";

fn black_on_white() -> Value {
    json!(["rgb(0, 0, 0)", "rgb(255, 255, 255)", true, true, true])
}

#[tokio::test]
async fn an_overview_is_printed_whole() -> Result<()> {
    let browser = page_with(&[&exporter("swin_t.mixed.qspect.json.gz")]).await?;
    browser.wait_for(".qs-rows").await?;
    eval(&browser, "document.documentElement.dataset.theme = 'dark'").await?;
    wait_until(&browser, "return document.querySelectorAll('.qs-print tbody tr').length === 100")
        .await?;
    // The screen does not show any of it.
    let n_seen = "return [...document.querySelectorAll(arguments[0])].filter((it) => it.checkVisibility()).length";
    let seen = async |css: &str| eval_with(&browser, n_seen, &[json!(css)]).await;
    assert_eq!(seen(".qs-print").await?, 0);
    let n_rows = seen(".qs-rows > li").await?;
    // The strip is a picture, and has the colours that its legend has on white paper.
    let strip = "
        const canvas = document.querySelector('.qs-strip canvas');
        const card = canvas.closest('.qs-card');
        const isDrawnLike = (css) => {
            const color = getComputedStyle(card.querySelector(css)).color.match(/\\d+/g).join();
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            for (let at = 0; at < data.length; at += 4) {
                if (data.subarray(at, at + 3).join() === color) return [color, true];
            }
            return [color, false];
        };
        const states = [];
        for (const event of ['beforeprint', 'afterprint']) {
            dispatchEvent(new Event(event));
            states.push(isDrawnLike('.qs-mark--quantized'));
        }
        return states";
    let states = eval(&browser, strip).await?;
    assert_eq!(states, json!([["63,127,217", true], ["91,149,234", true]]));
    as_paper(&browser).await?;
    assert_eq!(eval(&browser, ROOT).await?, black_on_white());
    let all = eval(&browser, "return document.querySelectorAll('.qs-rows > li').length").await?;
    assert!(all.as_u64() > n_rows.as_u64(), "nothing was hidden: {all} lines, {n_rows} seen");
    assert_eq!(seen(".qs-rows > li").await?, all);
    assert_eq!(seen(".qs-print tbody tr").await?, 100);
    for css in [".qs-bar", "[role=tab]", ".qs-card > .qs-link", ".qs-strip__label"] {
        assert_eq!(seen(css).await?, 0, "{css}");
    }
    let text = eval(&browser, "return document.querySelector('div.qs-print').innerText").await?;
    let text = text.as_str().unwrap_or_default();
    for part in ["Nodes that stay float", "100 of 158: the rest is left out", "Reason"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let n = n_pages(&browser).await?;
    assert!((4..=9).contains(&n), "{n} pages");
    browser.close().await
}

#[tokio::test]
async fn nodes_are_printed_as_a_table() -> Result<()> {
    let browser = page_with(&[&exporter("mobilenet_v2.mixed.qspect.json.gz")]).await?;
    browser.wait_for(".qs-rows").await?;
    show_view(&browser, "Nodes").await?;
    wait_until(&browser, "return document.querySelectorAll('.qs-print tbody tr').length === 100")
        .await?;
    as_paper(&browser).await?;
    assert_eq!(eval(&browser, ROOT).await?, black_on_white());
    let rows = "
        const rows = [...document.querySelectorAll('.qs-print tbody tr')].map((it) => it.getBoundingClientRect());
        const areApart = rows.every((it, at) => at === 0 || it.top >= rows[at - 1].bottom - 1);
        return [rows.length, areApart, document.querySelector('.qs-grid').checkVisibility()]";
    assert_eq!(eval(&browser, rows).await?, json!([100, true, false]));
    let n = n_pages(&browser).await?;
    assert!((2..=5).contains(&n), "{n} pages");
    browser.close().await
}

/// Rows for paper are fetched when the reader stops to type, and until then no rows of an earlier
/// search are printed.
#[tokio::test]
async fn rows_for_paper_follow_a_search_once_it_is_done() -> Result<()> {
    let browser = page_with(&[&exporter("mobilenet_v2.mixed.qspect.json.gz")]).await?;
    browser.wait_for(".qs-rows").await?;
    show_view(&browser, "Nodes").await?;
    wait_until(&browser, "return document.querySelectorAll('.qs-print tbody tr').length === 100")
        .await?;
    let search = "
        const paper = document.querySelector('div.qs-print');
        const isTable = (it) => it.nodeName === 'SECTION';
        window.nTables = 0;
        new MutationObserver((changes) => {
            for (const { addedNodes } of changes) {
                window.nTables += [...addedNodes].filter(isTable).length;
            }
        }).observe(paper, { childList: true });
        const pause = (ms) => new Promise((done) => setTimeout(done, ms));
        const search = document.getElementById('qs-search');
        const stale = [];
        for (const text of ['h', 'ha', 'har', 'hard', 'hardt', 'hardta', 'hardtan', 'hardtanh']) {
            search.value = text;
            search.dispatchEvent(new Event('input', { bubbles: true }));
            await pause(20);
            const isNoted = paper.textContent.includes('not ready in time');
            stale.push([paper.querySelectorAll('tbody tr').length, isNoted]);
        }
        return stale";
    let search = format!("return (async () => {{ {search} }})()");
    let stale = eval(&browser, &search).await?;
    assert_eq!(stale, json!(vec![json!([0, true]); 8]));
    wait_until(&browser, "return document.querySelector('.qs-print tbody tr') !== null").await?;
    // As many as the table on the screen has.
    let found = "
        const nRows = document.querySelectorAll('.qs-print tbody tr').length;
        const found = document.querySelector('.qs-nodes__found span').textContent;
        return [nRows, found, window.nTables]";
    assert_eq!(eval(&browser, found).await?, json!([71, "71 of 105 nodes", 1]));
    browser.close().await
}

#[tokio::test]
async fn a_page_prints_its_element_whole() -> Result<()> {
    let (browser, _server) = host(
        r#"<style>body { background: #111; color: #eee } qspect-report { height: 300px }</style>
        <h1>Before</h1><qspect-report id="a" height="320" src="swin.json.gz"></qspect-report>
        <p id="after">After</p>"#,
    )
    .await?;
    wait_until(&browser, "return isShown('a')").await?;
    wait_until(
        &browser,
        "return element('a').shadowRoot.querySelectorAll('.qs-print tbody tr').length > 10",
    )
    .await?;
    wait_until(
        &browser,
        "return getComputedStyle(find('a', '.qs-root')).backgroundColor === 'rgb(17, 21, 26)'",
    )
    .await?;
    // The page's own style goes before the attribute.
    assert_eq!(eval(&browser, "return element('a').offsetHeight").await?, 300);
    as_paper(&browser).await?;
    assert_eq!(eval_with(&browser, ROOT, &[json!("a")]).await?, black_on_white());
    let around = "
        const it = element('a').getBoundingClientRect();
        return [it.height > 1500, element('after').getBoundingClientRect().top >= it.bottom,
            Math.abs(it.height - find('a', '.qs-root').offsetHeight) < 2]";
    assert_eq!(eval(&browser, around).await?, json!([true, true, true]));
    let n = n_pages(&browser).await?;
    assert!((2..=9).contains(&n), "{n} pages");
    browser.close().await
}

/// Compare and Fleet are printed whole, without controls, on A4 and on Letter.
#[tokio::test]
async fn comparisons_and_fleets_are_printed_whole() -> Result<()> {
    let files =
        ["ethosu", "mixed"].map(|it| exporter(&format!("mobilenet_v2.{it}.qspect.json.gz")));
    let browser = page_with(&[&files[0], &files[1]]).await?;
    browser.wait_for(".qs-chip:nth-child(2)").await?;
    let is_there = |text: &str| {
        format!(
            "const all = [...document.querySelectorAll('.qs-print')];
            return all.some((it) => it.checkVisibility() && it.innerText.includes({}))",
            json!(text)
        )
    };
    let controls = "
        return [...document.querySelectorAll('#qs-view select, #qs-view input, #qs-view [role=grid]')]
            .filter((it) => it.checkVisibility()).length";
    eval(&browser, "location.hash = '#report=2&view=compare'").await?;
    browser.wait_for(".qs-change").await?;
    as_paper(&browser).await?;
    for text in ["From mobilenet_v2.ethosu", "add_8", "qconfig: get_symmetric_quantization_config"]
    {
        wait_until(&browser, &is_there(text)).await?;
    }
    assert_eq!(eval(&browser, controls).await?, 0);
    assert_eq!(eval(&browser, ROOT).await?, black_on_white());
    eval(&browser, "location.hash = '#view=fleet'").await?;
    for text in ["mobilenet_v2.ethosu.qspect.json", "90.3 %"] {
        wait_until(&browser, &is_there(text)).await?;
    }
    assert_eq!(eval(&browser, controls).await?, 0);
    // Nothing is wider than the paper.
    for width in [794, 816] {
        browser.set_window(width, 1000).await?;
        let is_narrow = "return document.documentElement.scrollWidth <= innerWidth";
        wait_until(&browser, is_narrow).await?;
    }
    browser.close().await
}
