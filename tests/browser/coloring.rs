//! One switch colours the strip, the table, the neighbours and the modules.

use anyhow::Result;
use serde_json::json;

use crate::page::{eval, exporter, page_with, show_view, wait_until};

const CHOOSE: &str = "
    const it = document.querySelector('.qs-color-by select');
    it.value = arguments[0];
    it.dispatchEvent(new Event('change', { bubbles: true }))";

#[tokio::test]
async fn one_switch_colours_all_views() -> Result<()> {
    let browser = page_with(&[&exporter("mobilenet_v2.mixed.qspect.json.gz")]).await?;
    browser.wait_for(".qs-strip canvas[style*=width]").await?;
    let options =
        "return [...document.querySelectorAll('.qs-color-by option')].map((it) => it.textContent)";
    assert_eq!(
        eval(&browser, options).await?,
        json!(["verdict", "bits", "quantizer", "MACs", "parameters"])
    );
    crate::page::eval_with(&browser, CHOOSE, &[json!("bits")]).await?;
    browser.wait_for_text(".qs-legend", "8-bit94").await?;
    // The cells have the colours of the legend.
    let colors = "
        const canvas = document.querySelector('.qs-strip canvas');
        const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        const seen = new Set();
        for (let at = 0; at < data.length; at += 4) {
            if (data[at + 3] === 255) seen.add(`rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`);
        }
        const marks = [...document.querySelectorAll('.qs-legend .qs-mark--class')];
        return marks.every((it) => seen.has(getComputedStyle(it).backgroundColor))";
    wait_until(&browser, colors).await?;
    show_view(&browser, "Nodes").await?;
    let mark = "
        const row = [...document.querySelectorAll('.qs-grid__body .qs-grid__row')]
            .find((it) => it.querySelector('.qs-grid__name').textContent === 'add');
        return row?.querySelector('.qs-mark--class')?.title === 'float'";
    wait_until(&browser, mark).await?;
    eval(&browser, "location.hash = '#view=nodes&color=bits&node=add'").await?;
    wait_until(&browser, "return document.querySelectorAll('.qs-near .qs-mark--class').length > 2")
        .await?;
    show_view(&browser, "Modules").await?;
    browser.wait_for_text(".qs-icicle + p", "16-bit").await?;
    // By MACs, the parts are MACs: almost all of them have 8 bits.
    eval(&browser, "document.querySelectorAll('.qs-modules__widths button')[1].click()").await?;
    let bar = "
        const { backgroundImage } = document.querySelector('.qs-icicle__cell').style;
        const [, start, end] = backgroundImage.match(/--quantized\\) ([0-9.]+)% ([0-9.]+)%/);
        return end - start > 99";
    wait_until(&browser, bar).await?;
    wait_until(&browser, "return location.hash.includes('color=bits')").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// With two reports, nodes are coloured by what changed since the base.
#[tokio::test]
async fn changes_are_coloured() -> Result<()> {
    let files =
        ["ethosu", "mixed"].map(|it| exporter(&format!("mobilenet_v2.{it}.qspect.json.gz")));
    let browser = page_with(&[&files[0], &files[1]]).await?;
    browser.wait_for(".qs-chip:nth-child(2)").await?;
    eval(&browser, "location.hash = '#report=2&color=change'").await?;
    browser.wait_for_text(".qs-legend", "became float10").await?;
    browser.wait_for_text(".qs-legend", "unchanged94").await?;
    browser.close().await
}

/// The tip at the pointer has the name, the verdict, the op, and the module.
#[tokio::test]
async fn a_tip_names_the_node_at_the_pointer() -> Result<()> {
    let browser = page_with(&[&exporter("mobilenet_v2.mixed.qspect.json.gz")]).await?;
    browser.wait_for(".qs-strip canvas[style*=width]").await?;
    let point = "
        const canvas = document.querySelector('.qs-strip canvas');
        const { left, top } = canvas.getBoundingClientRect();
        canvas.dispatchEvent(new MouseEvent('mousemove', { clientX: left + 24, clientY: top + 5, bubbles: true }))";
    eval(&browser, point).await?;
    let tip = "conv2d · fused · aten.conv2d.default · in features.0.0";
    browser.wait_for_text(".qs-strip__tip", tip).await?;
    browser.close().await
}
