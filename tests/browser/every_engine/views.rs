//! All six views, by their tabs and by their keys.

use anyhow::Result;
use serde_json::json;

use super::keys::press;
use crate::page::{eval, eval_with, exporter, page_with, show_view, wait_until};
use crate::states::REPORT;

/// Each view, in the order of the keys 1 to 6, and an element that only its content has.
const VIEWS: [(&str, &str); 6] = [
    ("Overview", ".qs-headline"),
    ("Nodes", ".qs-grid__cell"),
    ("Modules", ".qs-icicle__cell"),
    ("Compare", ".qs-diff-strips canvas"),
    ("Fleet", ".qs-fleet__row[aria-rowindex='3']"),
    ("Text", ".qs-text__lines code:not(:empty)"),
];

/// Whether an element of the view is inside the window, and has a size.
const IS_SEEN: &str = "
    const tab = document.querySelector('[role=tab][aria-selected=true]').firstChild.textContent.trim();
    const box = document.querySelector(arguments[1])?.getBoundingClientRect();
    return tab === arguments[0] && box?.width > 0 && box.height > 0
        && box.top < innerHeight && box.left < innerWidth;";

#[tokio::test]
async fn all_six_are_shown() -> Result<()> {
    let other = exporter("tiny_transformer.partial.qspect.json");
    let browser = page_with(&[&exporter(REPORT), &other]).await?;
    browser.wait_for(".qs-chip:nth-child(2)").await?;
    eval(&browser, "location.hash = '#report=2&base=1&view=overview'").await?;
    browser.wait_for(".qs-headline").await?;
    for (number, (view, css)) in (1..).zip(VIEWS) {
        for by_key in [true, false] {
            // From another view each time.
            show_view(&browser, if view == "Text" { "Overview" } else { "Text" }).await?;
            wait_until(&browser, &format!("return !document.querySelector({})", json!(css)))
                .await?;
            if by_key {
                press(&browser, &number.to_string()).await?;
            } else {
                show_view(&browser, view).await?;
            }
            browser.wait_for(css).await?;
            let is_seen = eval_with(&browser, IS_SEEN, &[json!(view), json!(css)]).await?;
            assert_eq!(is_seen, true, "{view}, by a key: {by_key}");
        }
    }
    // The strip of the model is drawn, not only there.
    show_view(&browser, "Overview").await?;
    let is_drawn = "
        const canvas = document.querySelector('.qs-strip canvas');
        if (!canvas?.width) return false;
        const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        return pixels.some((it) => it > 0)";
    wait_until(&browser, is_drawn).await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}
