//! The table of nodes: groups, widths, histograms, names that are cut.

use anyhow::Result;
use serde_json::json;

use crate::page::{eval, exporter, page_with, show_view, wait_until};

const COLUMNS: &str = "column=name&column=op&column=macs&column=params";

/// Groups have sums, and a row leads to its nodes.
#[tokio::test]
async fn groups_lead_to_their_nodes() -> Result<()> {
    let browser = page_with(&[&exporter("mobilenet_v2.mixed.qspect.json.gz")]).await?;
    browser.wait_for(".qs-headline").await?;
    show_view(&browser, "Nodes").await?;
    let choose = "
        const it = document.querySelector('.qs-nodes__group select');
        it.value = 'op';
        it.dispatchEvent(new Event('change', { bubbles: true }))";
    eval(&browser, choose).await?;
    browser.wait_for_text(".qs-groups", "aten.conv2d.default").await?;
    let first = "
        const row = document.querySelector('.qs-groups [aria-rowindex=\"2\"]');
        return [...row.children].map((it) => it.textContent)";
    assert_eq!(
        eval(&browser, first).await?,
        json!(["aten.conv2d.default", "52", "0", "299 M", "", "2.21 M"])
    );
    eval(&browser, "document.querySelector('.qs-groups').focus()").await?;
    browser.client().active_element().await?.send_keys("\u{E015}\u{E015}\u{E007}").await?;
    browser.wait_for_text(".qs-within", "op: aten.add.Tensor").await?;
    wait_until(&browser, "return document.querySelector('[role=grid]').ariaRowCount === '11'")
        .await?;
    assert_eq!(
        eval(&browser, "return location.hash.split(/&?file=/)[0]").await?,
        "#view=nodes&within=group-op%3Daten.add.Tensor"
    );
    browser.client().back().await?;
    browser.wait_for(".qs-groups").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// A column is resized by its handle and by the keyboard; the address keeps the width.
#[tokio::test]
async fn columns_are_resized() -> Result<()> {
    let browser = page_with(&[&exporter("mobilenet_v2.mixed.qspect.json.gz")]).await?;
    browser.wait_for(".qs-headline").await?;
    eval(&browser, &format!("location.hash = '#view=nodes&{COLUMNS}'")).await?;
    browser.wait_for(".qs-histogram").await?;
    let widths =
        "return [...document.querySelectorAll('.qs-grid__head')].map((it) => it.clientWidth)";
    let width = async |at: usize| -> Result<i64> {
        Ok(eval(&browser, widths).await?[at].as_i64().unwrap_or_default())
    };
    let before = width(1).await?;
    let drag = "
        const handle = document.querySelectorAll('.qs-grid__head .qs-resizer')[1];
        const { left, top } = handle.getBoundingClientRect();
        const at = (type, x) => handle.dispatchEvent(new PointerEvent(type,
            { clientX: x, clientY: top + 5, pointerId: 1, bubbles: true, cancelable: true }));
        at('pointerdown', left); at('pointermove', left + 70); at('pointerup', left + 70)";
    eval(&browser, drag).await?;
    let is_wide = format!(
        "return document.querySelectorAll('.qs-grid__head')[1].clientWidth === {}",
        before + 70
    );
    wait_until(&browser, &is_wide).await?;
    wait_until(&browser, &format!("return location.hash.includes('width=op%3A{}')", before + 70))
        .await?;
    let wide = width(1).await?;
    eval(&browser, "document.querySelectorAll('.qs-grid__sort')[1].focus()").await?;
    browser.client().active_element().await?.send_keys("\u{E008}\u{E012}\u{E008}").await?;
    let is_narrower = format!(
        "return document.querySelectorAll('.qs-grid__head')[1].clientWidth === {}",
        wide - 16
    );
    wait_until(&browser, &is_narrower).await?;
    // The rows have the same widths.
    let cell = "return document.querySelectorAll('.qs-grid__body .qs-grid__row:first-child > *')[1]
        .getBoundingClientRect().width";
    assert_eq!(eval(&browser, cell).await?.as_f64(), Some((wide - 16) as f64));
    browser.close().await
}

/// The panel of a node is resized, too.
#[tokio::test]
async fn the_panel_is_resized() -> Result<()> {
    let browser = page_with(&[&exporter("mobilenet_v2.mixed.qspect.json.gz")]).await?;
    browser.wait_for(".qs-headline").await?;
    eval(&browser, "location.hash = '#view=nodes&node=conv2d_3'").await?;
    browser.wait_for_text(".qs-qspecs", "per_channel_symmetric").await?;
    let width = "return document.querySelector('.qs-detail').clientWidth";
    let before = eval(&browser, width).await?.as_i64().unwrap_or_default();
    eval(&browser, "document.querySelector('.qs-nodes > .qs-resizer').focus()").await?;
    browser.client().active_element().await?.send_keys("\u{E014}\u{E014}").await?;
    wait_until(&browser, &format!("{width} === {}", before - 32)).await?;
    browser.close().await
}

/// Long names are cut in the middle: the end is in sight.
#[tokio::test]
async fn long_names_keep_their_ends() -> Result<()> {
    let browser = page_with(&[&exporter("swin_t.mixed.qspect.json.gz")]).await?;
    browser.wait_for(".qs-headline").await?;
    eval(&browser, "location.hash = '#view=nodes&column=name&column=qconfig&width=qconfig:140'")
        .await?;
    let cut = "
        const cut = [...document.querySelectorAll('.qs-grid__cell .qs-cut')]
            .find((it) => it.firstElementChild.scrollWidth > it.firstElementChild.clientWidth);
        if (!cut) return false;
        const cell = cut.closest('.qs-grid__cell').getBoundingClientRect();
        return cut.lastElementChild.getBoundingClientRect().right <= cell.right + 0.5
            && cut.textContent === cut.closest('[title]').title";
    wait_until(&browser, cut).await?;
    browser.close().await
}
