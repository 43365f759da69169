//! What changed from one report to another.

use std::path::PathBuf;

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fantoccini::key::Key;
use qspect_tests::Browser;
use serde_json::json;

use super::keys::press;
use crate::page::{eval, eval_with, exporter, page_with, wait_until};

/// A report that the exporter wrote, packed as in the repository.
fn packed(name: &str) -> PathBuf {
    exporter(&format!("mobilenet_v2.{name}.qspect.json.gz"))
}

fn changed(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("reports/changes/{name}"))
}

/// Drops a file so many pixels from the left.
async fn drop_at(browser: &Browser, x: u32, path: &std::path::Path) -> Result<()> {
    let script = "
        const dataTransfer = new DataTransfer();
        const bytes = Uint8Array.from(atob(arguments[2]), (it) => it.charCodeAt(0));
        dataTransfer.items.add(new File([bytes], arguments[1]));
        const init = { bubbles: true, cancelable: true, dataTransfer, clientX: arguments[0] };
        document.body.dispatchEvent(new DragEvent('dragenter', init));
        const texts = [...document.querySelectorAll('.qs-drop__text')].map((it) => it.textContent);
        document.body.dispatchEvent(new DragEvent('drop', init));
        return texts";
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bytes = STANDARD.encode(std::fs::read(path)?);
    let texts = eval_with(browser, script, &[json!(x), json!(name), json!(bytes)]).await?;
    assert_eq!(texts, json!(["Drop as base", "Drop as head"]));
    Ok(())
}

#[tokio::test]
async fn the_first_screen_shows_what_changed() -> Result<()> {
    let browser = page_with(&[&packed("ethosu"), &packed("mixed")]).await?;
    // Of two that are opened together the first is the base.
    browser.wait_for(".qs-chip:nth-child(2)").await?;
    press(&browser, "4").await?;
    browser
        .wait_for_text(
            ".qs-headline",
            "10 nodes became float, 1 changed qspec, 11 changed owner, 11 changed qconfig",
        )
        .await?;
    // The figures before and after, each with what it means.
    let rows = "return [...document.querySelectorAll('.qs-before tbody tr')].map((it) => it.innerText.split(/\\s*\\t\\s*/))";
    let rows = eval(&browser, rows).await?;
    for row in [
        json!(["quantized or fused", "103", "93", "−10 worse"]),
        json!(["float by config", "0", "10", "+10"]),
        json!(["crossings of all islands", "0", "25", "+25 worse"]),
        json!(["coverage, nodes", "100 %", "90.3 %", "−9.7 points worse"]),
    ] {
        let is_there = rows.as_array().is_some_and(|it| it.contains(&row));
        assert!(is_there, "{row} in {rows}");
    }
    let strips = eval(&browser, "return document.querySelector('canvas').ariaLabel").await?;
    assert_eq!(strips, "Base with 105 nodes above head with 105; 11 changed, 0 added, 0 removed");
    // As many lines in the canvas as nodes changed: pixels between the two strips are not empty.
    let lines = "
        const canvas = document.querySelector('.qs-diff-strips canvas');
        const row = canvas.getContext('2d').getImageData(0, canvas.height / 2, canvas.width, 1).data;
        let n = 0;
        for (let at = 1; at < canvas.width; at++) n += row[4 * at + 3] > 60 && row[4 * at - 1] <= 60;
        return n";
    wait_until(&browser, &format!("return (() => {{ {lines} }})() === 11")).await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// Lists, the address and keys.
#[tokio::test]
async fn changed_nodes_are_listed_and_opened() -> Result<()> {
    let browser = page_with(&[&packed("ethosu"), &packed("mixed")]).await?;
    browser.wait_for(".qs-chip:nth-child(2)").await?;
    eval(&browser, "location.hash = '#report=2&view=compare'").await?;
    let n_rows = |n: usize| {
        format!("return document.querySelector('.qs-change-grid')?.ariaRowCount === '{n}'")
    };
    // Ten equal changes are one row.
    wait_until(&browser, &n_rows(2)).await?;
    let chips =
        "return [...document.querySelectorAll('.qs-changes .qs-chip')].map((it) => it.textContent)";
    assert_eq!(
        eval(&browser, chips).await?,
        json!([
            "all 11",
            "became float 10",
            "changed qspec 1",
            "changed owner 11",
            "changed qconfig 11"
        ])
    );
    browser.wait_for(".qs-changes .qs-chip:nth-child(3)").await?.click().await?;
    wait_until(&browser, &n_rows(1)).await?;
    browser.wait_for_text(".qs-change", "linear").await?;
    browser.wait_for_text(".qs-change ins", "int16").await?;
    browser.wait_for_text(".qs-change del", "int8").await?;
    assert_eq!(
        eval(&browser, "return location.hash.split(/&?file=/)[0]").await?,
        "#report=2&view=compare&changed=changed+qspec"
    );
    browser.wait_for(".qs-changes .qs-chip:nth-child(2)").await?.click().await?;
    wait_until(&browser, &n_rows(1)).await?;
    eval(&browser, "document.querySelector('.qs-change-grid').focus()").await?;
    wait_until(
        &browser,
        "return document.querySelector('.qs-change.qs-grid__row--active')?.textContent.startsWith('10 add')",
    )
    .await?;
    // Base and head side by side, in place; the others of the row are a click away.
    press(&browser, &Key::Enter.to_string()).await?;
    browser.wait_for_text(".qs-changed h3", "add").await?;
    let verdicts = "
        const row = [...document.querySelectorAll('.qs-changed__facts tr')]
            .find((it) => it.textContent.startsWith('verdict'));
        return [...row.querySelectorAll('td')].map((it) => it.textContent)";
    assert_eq!(eval(&browser, verdicts).await?, json!(["quantized", "float by config"]));
    browser.wait_for_text(".qs-changed summary", "10 nodes changed in this way").await?;
    browser.wait_for(".qs-changed summary").await?.click().await?;
    browser.wait_for(".qs-changed .qs-list .qs-link:nth-child(3)").await?.click().await?;
    browser.wait_for_text(".qs-changed h3", "add_2").await?;
    assert_eq!(
        eval(&browser, "return location.hash.split(/&?file=/)[0]").await?,
        "#report=2&view=compare&node=add_2&changed=became+float"
    );
    press(&browser, &Key::Escape.to_string()).await?;
    wait_until(&browser, "return !document.querySelector('.qs-changed')").await?;
    // Not every browser focuses a button that is clicked, so the list may have lost the focus.
    eval(&browser, "document.querySelector('.qs-change-grid').focus()").await?;
    press(&browser, &Key::Enter.to_string()).await?;
    browser.wait_for_text(".qs-changed h3", "add").await?;
    eval(&browser, "document.querySelector('.qs-changed > .qs-link').click()").await?;
    browser.wait_for_text(".qs-detail", "add").await?;
    assert_eq!(
        eval(&browser, "return location.hash.split(/&?file=/)[0]").await?,
        "#report=2&view=nodes&node=add&changed=became+float"
    );
    browser.close().await
}

/// Base and head can be chosen and swapped; a node that only one has is struck out or new.
#[tokio::test]
async fn base_and_head_can_be_chosen() -> Result<()> {
    let layer = changed("mobilenet_v2.with_a_layer.qspect.json.gz");
    let browser = page_with(&[&packed("ethosu"), &packed("mixed"), &layer]).await?;
    browser.wait_for(".qs-chip:nth-child(3)").await?;
    eval(&browser, "location.hash = '#report=3&base=1&view=compare'").await?;
    browser.wait_for_text(".qs-headline", "2 nodes added, 28 renamed").await?;
    browser.wait_for_text(".qs-changes", "2 changed nodes").await?;
    browser.wait_for_text(".qs-change", "added").await?;
    browser.wait_for("[aria-label='Swap base and head']").await?.click().await?;
    browser.wait_for_text(".qs-headline", "2 nodes removed, 28 renamed").await?;
    browser.wait_for_text(".qs-change del", "conv2d_24").await?;
    let choose = "
        const select = document.querySelectorAll('.qs-picker select')[0];
        select.value = '1';
        select.dispatchEvent(new Event('change', { bubbles: true }))";
    eval(&browser, choose).await?;
    browser.wait_for_text(".qs-headline", "10 nodes became quantized").await?;
    assert_eq!(
        eval(&browser, "return location.hash.split(/&?file=/)[0]").await?,
        "#view=compare&base=2"
    );
    browser.close().await
}

/// Two models are compared only if the reader means it.
#[tokio::test]
async fn two_models_are_compared_on_request() -> Result<()> {
    let other = exporter("tiny_transformer.mixed.qspect.json.gz");
    let browser = page_with(&[&packed("ethosu"), &other]).await?;
    browser.wait_for(".qs-chip:nth-child(2)").await?;
    press(&browser, "4").await?;
    browser
        .wait_for_text(".qs-compare__none", "two models: mobilenet_v2 and tiny_transformer")
        .await?;
    assert_eq!(eval(&browser, "return document.querySelector('.qs-before')").await?, json!(null));
    browser.wait_for(".qs-compare__none button").await?.click().await?;
    browser.wait_for_text(".qs-headline", "Comparing different models").await?;
    browser.wait_for(".qs-before").await?;
    browser.close().await
}

/// The strips name the node at the pointer.
#[tokio::test]
async fn the_strips_name_their_nodes() -> Result<()> {
    let browser = page_with(&[&packed("ethosu"), &packed("mixed")]).await?;
    browser.wait_for(".qs-chip:nth-child(2)").await?;
    press(&browser, "4").await?;
    browser.wait_for(".qs-diff-strips canvas[style*=height]").await?;
    let point = "
        const canvas = document.querySelector('.qs-diff-strips canvas');
        const { left, top, width, height } = canvas.getBoundingClientRect();
        const [x, y] = [left + width * 1.5 / 105, top + height * arguments[0]];
        canvas.dispatchEvent(new MouseEvent('mousemove', { clientX: x, clientY: y, bubbles: true }))";
    eval_with(&browser, point, &[json!(0.2)]).await?;
    browser.wait_for_text(".qs-strip__label", "base: conv2d · fused").await?;
    eval_with(&browser, point, &[json!(0.8)]).await?;
    browser.wait_for_text(".qs-strip__label", "head: conv2d · fused").await?;
    browser.close().await
}

#[tokio::test]
async fn each_half_of_the_page_takes_one_side() -> Result<()> {
    let browser = page_with(&[&packed("ethosu")]).await?;
    browser.wait_for(".qs-headline").await?;
    press(&browser, "4").await?;
    browser.wait_for_text(".qs-compare__none", "Open a second report").await?;
    let width = eval(&browser, "return innerWidth").await?.as_u64().unwrap_or_default();
    let right = u32::try_from(width)? - 20;
    drop_at(&browser, right, &packed("mixed")).await?;
    browser.wait_for_text(".qs-headline", "10 nodes became float").await?;
    assert_eq!(
        eval(&browser, "return location.hash.split(/&?file=/)[0]").await?,
        "#report=2&view=compare&base=1"
    );
    drop_at(&browser, 20, &changed("mobilenet_v2.without_a_module.qspect.json.gz")).await?;
    // The head stays, and is compared with what was dropped on the left.
    browser.wait_for_text(".qs-headline", "10 nodes became float, 5 became quantized").await?;
    assert_eq!(
        eval(&browser, "return location.hash.split(/&?file=/)[0]").await?,
        "#report=2&view=compare&base=3"
    );
    browser.close().await
}

#[tokio::test]
async fn the_same_report_has_not_changed() -> Result<()> {
    let browser = page_with(&[&packed("ethosu"), &packed("ethosu")]).await?;
    browser.wait_for(".qs-chip:nth-child(2)").await?;
    press(&browser, "4").await?;
    browser.wait_for_text(".qs-headline", "Nothing changed").await?;
    assert_eq!(eval(&browser, "return document.querySelector('.qs-changes')").await?, json!(null));
    browser.close().await
}
