//! The modules: what makes them wide, and how their table sorts.

use anyhow::Result;
use serde_json::json;

use crate::page::{eval, eval_with, exporter, page_with, wait_until};

/// The icicle's widths and the table's order follow the reader's choice; the module in focus stays
/// first.
#[tokio::test]
async fn modules_by_nodes_macs_and_parameters() -> Result<()> {
    let browser = page_with(&[&exporter("ds_cnn.cortex_m.qspect.json")]).await?;
    browser.wait_for(".qs-headline").await?;
    eval(&browser, "location.hash = '#view=modules'; return 1").await?;
    browser.wait_for(".qs-modules").await?;
    let choose = "
        [...document.querySelectorAll('.qs-modules__widths button')]
            .find((it) => it.textContent === arguments[0]).click();
        return 1";
    // The width of the classifier: one of 44 nodes, and few of the MACs, but many parameters.
    let width = "
        const it = [...document.querySelectorAll('.qs-icicle__cell')]
            .find((it) => it.textContent === 'classifier');
        return it ? parseFloat(it.style.width) : 0";
    let by_nodes = eval(&browser, width).await?;
    eval_with(&browser, choose, &[json!("parameters")]).await?;
    wait_until(&browser, &format!("return (() => {{ {width} }})() !== {by_nodes}")).await?;
    let by_params = eval(&browser, width).await?;
    eval_with(&browser, choose, &[json!("MACs")]).await?;
    wait_until(&browser, &format!("return (() => {{ {width} }})() !== {by_params}")).await?;
    let by_macs = eval(&browser, width).await?;
    let share = |it: &serde_json::Value| it.as_f64().unwrap_or_default();
    assert!(
        share(&by_params) > 1.0 && share(&by_macs) < share(&by_params),
        "{by_macs} {by_params}"
    );

    let names = "return [...document.querySelectorAll('.qs-modules tbody tr')]
        .map((it) => it.querySelector('th').innerText.trim())";
    let usual = eval(&browser, names).await?;
    let sort = "
        [...document.querySelectorAll('.qs-modules .qs-grid__sort')]
            .find((it) => it.textContent.startsWith(arguments[0])).click();
        return 1";
    eval_with(&browser, sort, &[json!("MACs")]).await?;
    browser.wait_for("th[aria-sort=descending]").await?;
    assert_eq!(eval(&browser, names).await?, json!(["(whole module)", "features", "classifier"]));
    eval_with(&browser, sort, &[json!("MACs")]).await?;
    browser.wait_for("th[aria-sort=ascending]").await?;
    assert_eq!(eval(&browser, names).await?, json!(["(whole module)", "classifier", "features"]));
    eval_with(&browser, sort, &[json!("MACs")]).await?;
    wait_until(&browser, "return !document.querySelector('th[aria-sort=ascending]')").await?;
    assert_eq!(eval(&browser, names).await?, usual);
    browser.close().await
}
