//! Reports of 50,000 and of a million nodes: read beside the page, shown a screen at a time, whatever
//! the order of question and answer.

use anyhow::Result;
use qspect_tests::{Browser, generate};
use serde_json::json;

use crate::page::{eval, exporter, page_with, show_view, wait_until};

#[tokio::test]
async fn large_reports_stay_out_of_the_way() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("large.json");
    std::fs::write(&path, generate::json(50_000)?)?;
    let browser = page_with(&[&path]).await?;
    browser
        .wait_for_text(
            ".qs-headline",
            "4,998 of 50,000 compute nodes stay float, all of them on purpose",
        )
        .await?;
    show_view(&browser, "Nodes").await?;
    browser.wait_for("[role=grid][aria-rowcount='50002']").await?;
    let most_rows = "
        const grid = document.querySelector('[role=grid]');
        let most = 0;
        for (let at = 0; at < 40; at++) {
            grid.scrollTop = grid.scrollHeight * ((at * 7) % 40) / 40;
            await new Promise((done) => setTimeout(done, 30));
            most = Math.max(most, grid.querySelectorAll('[role=row]').length);
        }
        return most";
    let script = format!("return (async () => {{ {most_rows} }})()");
    let most_rows = eval(&browser, &script).await?;
    assert!(most_rows.as_u64().is_some_and(|it| (10..=100).contains(&it)), "{most_rows}");
    // To the very end and back by the keyboard.
    let grid = browser.wait_for("[role=grid]").await?;
    grid.send_keys("\u{E010}").await?;
    browser.wait_for("[aria-rowindex='50002']").await?;
    grid.send_keys("\u{E011}").await?;
    browser.wait_for("[aria-rowindex='2']").await?;
    crate::page::search(&browser, "conv2d_16").await?;
    // conv2d_16, conv2d_16x, conv2d_16xx, conv2d_16xxx up to 16,666, and the relu that reads each.
    let n_found = (0..=16_666).filter(|it| it.to_string().starts_with("16")).count();
    let expected = json!((2 * n_found + 1).to_string());
    wait_until(
        &browser,
        &format!("return document.querySelector('[role=grid]').ariaRowCount === {expected}"),
    )
    .await?;
    browser.close().await
}

const END: &str = "\u{E010}";
const HOME: &str = "\u{E011}";
const PAGE_UP: &str = "\u{E00E}";

/// A report that lists a million nodes by their names: 30,000,000 pixels of rows, and 18,000,000 of
/// text, more than Firefox gives an element.
fn a_million_names() -> String {
    let names = (0..1_000_000).map(|it| format!("\"n{it}\"")).collect::<Vec<_>>().join(",");
    format!(
        r#"{{"format": "qspect-report", "version": 1, "report_title": "A MILLION NODES",
            "quantizers": [], "non_annotated_nodes": [{names}]}}"#
    )
}

/// The rows of the grid that are in sight as a whole, from top to bottom: `[aria-rowindex, top]`.
const IN_SIGHT: &str = "
    const grid = document.querySelector('[role=grid]');
    const bounds = grid.getBoundingClientRect();
    const inSight = [...grid.querySelectorAll('[role=rowgroup] > [role=row]')]
        .map((it) => [Number(it.ariaRowIndex), it.getBoundingClientRect()])
        .filter(([, it]) => it.top >= bounds.top + 34 && it.bottom <= bounds.top + grid.clientHeight)
        .map(([index, it]) => [index, it.top])
        .sort((a, b) => a[0] - b[0]);";

/// Waits until the grid is full of rows that follow each other, one of them being this one.
async fn wait_for_row(browser: &Browser, row_index: usize) -> Result<()> {
    let script = format!(
        "{IN_SIGHT}
        const isFull = inSight.length >= Math.floor((grid.clientHeight - 34) / 30) - 1;
        const isDense = inSight.every(([index, top], at) =>
            at === 0 || (index - inSight[at - 1][0] === 1 && top - inSight[at - 1][1] === 30));
        return isFull && isDense && inSight.some(([index]) => index === {row_index})"
    );
    wait_until(browser, &script).await
}

/// No browser is as high as a million rows: the scroll range is scaled, and each row can be reached.
#[tokio::test]
async fn each_of_a_million_rows_is_shown() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("million.json");
    std::fs::write(&path, a_million_names())?;
    let browser = page_with(&[&path]).await?;
    wait_until(&browser, "return Boolean(document.querySelector('.qs-headline'))").await?;
    show_view(&browser, "Nodes").await?;
    browser.wait_for("[role=grid][aria-rowcount='1000001']").await?;
    wait_for_row(&browser, 2).await?;

    // By keys, to the end and back.
    let grid = browser.wait_for("[role=grid]").await?;
    grid.send_keys(END).await?;
    wait_for_row(&browser, 1_000_001).await?;
    browser.wait_for_text("[aria-rowindex='1000001']", "n999999").await?;
    let active = "
        const grid = document.querySelector('[role=grid]');
        const id = grid.getAttribute('aria-activedescendant');
        return id && document.getElementById(id).ariaRowIndex";
    assert_eq!(eval(&browser, active).await?, "1000001");
    grid.send_keys(PAGE_UP).await?;
    wait_until(&browser, "return !document.querySelector('.qs-grid__row--active').matches('[aria-rowindex=\"1000001\"]')").await?;
    grid.send_keys(HOME).await?;
    wait_for_row(&browser, 2).await?;

    // By the scrollbar. The row that the keyboard is on is not in the page then.
    let drag = |to: &str| {
        format!("const it = document.querySelector('[role=grid]'); it.scrollTop = {to};")
    };
    eval(&browser, &drag("it.scrollHeight")).await?;
    wait_for_row(&browser, 1_000_001).await?;
    assert_eq!(eval(&browser, active).await?, json!(null));
    eval(&browser, &drag("it.scrollHeight / 2")).await?;
    let is_in_the_middle = format!("{IN_SIGHT} return Math.abs(inSight[0]?.[0] - 500000) < 1000");
    wait_until(&browser, &is_in_the_middle).await?;
    let middle = eval(&browser, &format!("{IN_SIGHT} return inSight[0][0]")).await?;
    wait_for_row(&browser, middle.as_u64().map_or(0, |it| it as usize)).await?;

    // By the wheel: rows move by its pixels, and no row is left out.
    let scroll_by = |distance: i32| {
        format!(
            "return (async () => {{
                const tops = () => {{ {IN_SIGHT} return new Map(inSight); }};
                const before = tops();
                document.querySelector('[role=grid]').scrollBy(0, {distance});
                for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
                const after = tops();
                const same = [...before.keys()].filter((it) => after.has(it));
                return [...new Set(same.map((it) => before.get(it) - after.get(it)))];
            }})()"
        )
    };
    for distance in [100, 100, -100, 37] {
        assert_eq!(eval(&browser, &scroll_by(distance)).await?, json!([distance]));
    }

    // By its name in the address.
    eval(&browser, "location.hash = '#view=nodes&node=n777777'").await?;
    browser.wait_for_text(".qs-detail", "n777777").await?;
    wait_for_row(&browser, 777_779).await?;

    // Its text has the same limit.
    show_view(&browser, "Text").await?;
    browser.wait_for_text(".qs-text__count", "1,000,0").await?;
    eval(
        &browser,
        "const it = document.querySelector('.qs-text__scroll'); it.scrollTop = it.scrollHeight",
    )
    .await?;
    let is_at_the_end = "
        const scroll = document.querySelector('.qs-text__scroll').getBoundingClientRect();
        const code = document.querySelector('.qs-text__lines code');
        const bottom = code.getBoundingClientRect().bottom;
        return code.textContent.includes('n999999') && bottom <= scroll.bottom && bottom > scroll.bottom - 40";
    wait_until(&browser, is_at_the_end).await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// A panel that is closed, and a node that is left, before the worker has answered do not come back.
#[tokio::test]
async fn late_answers_are_not_shown() -> Result<()> {
    let browser = page_with(&[&exporter("swin_t.mixed.qspect.json.gz")]).await?;
    browser.wait_for(".qs-headline").await?;
    show_view(&browser, "Nodes").await?;
    browser.wait_for("[aria-rowindex='9']").await?;
    // All in one task, so that no answer can come in between; the page asks in its microtasks.
    let script = "return (async () => {
        window.seen = [];
        new MutationObserver(() => {
            const name = document.querySelector('.qs-detail h2')?.textContent;
            if (name && window.seen.at(-1) !== name) window.seen.push(name);
        }).observe(document.body, { childList: true, subtree: true, characterData: true });
        const asked = async () => { for (let at = 0; at < 100; at++) await null; };
        const row = (it) => document.querySelector(`[aria-rowindex='${it}']`);
        const escape = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true });
        row(3).click();
        await asked();
        document.querySelector('[role=grid]').dispatchEvent(escape);
        await asked();
        for (const it of [5, 8]) {
            row(it).click();
            await asked();
        }
        return row(8).querySelector('.qs-grid__name').textContent;
    })()";
    let last = eval(&browser, script).await?;
    browser.wait_for_text(".qs-detail h2", last.as_str().unwrap_or_default()).await?;
    // An answer to a later question comes after all of those.
    eval(&browser, "document.querySelector('.qs-grid__sort').click()").await?;
    browser.wait_for("[aria-sort=ascending]").await?;
    crate::page::search(&browser, "softmax").await?;
    wait_until(&browser, "return document.querySelector('[role=grid]').ariaRowCount < 100").await?;
    assert_eq!(eval(&browser, "return window.seen").await?, json!([last]));
    browser.close().await
}
