//! A qconfig's chips stay inside their card: WebKit breaks lines elsewhere than the others.

use anyhow::Result;
use serde_json::json;

use crate::page::{eval, exporter, page_with, wait_until};

/// Cards whose content is wider than they are, and chips beyond their card's edge.
const TOO_WIDE: &str = "
    const rows = [...document.querySelectorAll('.qs-quantizer__qconfig')];
    const chips = [...document.querySelectorAll('.qs-tag')];
    const wide = rows.filter((it) => it.scrollWidth > it.clientWidth).map((it) => it.textContent);
    const out = chips
        .filter((it) => {
            const [chip, card] = [it, it.closest('.qs-card')].map((it) => it.getBoundingClientRect());
            return chip.right > card.right || chip.left < card.left;
        })
        .map((it) => it.textContent);
    return [rows.length, chips.length, wide, out]";

#[tokio::test]
async fn chips_stay_in_their_card() -> Result<()> {
    let browser = page_with(&[&exporter("mlp_mixed.mixed.qspect.json")]).await?;
    browser.wait_for(".qs-tag").await?;
    for width in [1280, 400] {
        browser.set_window(width, 900).await?;
        wait_until(&browser, &format!("return innerWidth === {width}")).await?;
        let found = eval(&browser, TOO_WIDE).await?;
        // The report has five quantizers, two of them with five arguments each.
        assert_eq!(found, json!([5, 10, [], []]), "{width} px");
    }
    browser.close().await
}
