//! Readers who need other colours, sizes or spaces, or no motion, in every state.

use anyhow::{Context, Result};
use qspect_tests::Browser;
use serde_json::{Value, json};

use crate::page::{eval, eval_with};
use crate::states;

/// Tables, and text in columns of its own: what WCAG lets scroll in two directions.
const TABLES: &str =
    ".qs-grid, .qs-fleet, .qs-change-grid, .qs-qspecs, .qs-card--scroll, .qs-text__scroll";

/// What a function of `needs.js` finds wrong.
async fn wrongs(browser: &Browser, function: &str, arguments: &[Value]) -> Result<Vec<String>> {
    let script = format!("{}\nreturn {function}(...arguments)", include_str!("needs.js"));
    let found = eval_with(browser, &script, arguments).await?;
    let found = found.as_array().with_context(|| format!("{function} gives no list"))?;
    Ok(found.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} places:\n{}", wrong.len(), wrong.join("\n"));
}

/// Looks at each state of page and element.
async fn everywhere(
    mut look: impl AsyncFnMut(&Browser) -> Result<Vec<String>>,
) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let mut look = async |browser: &Browser, state: &str| {
        let found = look(browser).await?;
        wrong.extend(found.iter().map(|it| format!("{state}: {it}")));
        anyhow::Ok(())
    };
    states::of_the_page(&mut look).await?;
    states::of_the_element(&mut look).await?;
    Ok(wrong)
}

/// As wide as a page of 1280 pixels is at 400 %, and at 200 % with pixels to match.
#[tokio::test]
async fn nothing_scrolls_sideways_but_tables() -> Result<()> {
    let wrong = everywhere(async |browser| {
        let mut wrong = Vec::new();
        for (width, height, ratio) in [(320, 640, 4), (640, 450, 2)] {
            browser.set_screen(width, height, ratio).await?;
            let found = wrongs(browser, "sideways", &[json!(TABLES)]).await?;
            wrong.extend(found.iter().map(|it| format!("{width} px: {it}")));
        }
        Ok(wrong)
    })
    .await?;
    assert_none(&wrong);
    Ok(())
}

#[tokio::test]
async fn spaced_text_is_not_cut_off() -> Result<()> {
    let wrong = everywhere(async |browser| {
        let mut wrong = wrongs(browser, "cutOff", &[]).await?;
        wrong.extend(wrongs(browser, "cutOffBySpace", &[]).await?);
        Ok(wrong)
    })
    .await?;
    assert_none(&wrong);
    Ok(())
}

#[tokio::test]
async fn nothing_moves_where_motion_is_to_be_reduced() -> Result<()> {
    let wrong = everywhere(async |browser| {
        browser.set_media(&[("prefers-reduced-motion", "reduce")]).await?;
        wrongs(browser, "moving", &[]).await
    })
    .await?;
    assert_none(&wrong);
    Ok(())
}

/// What colours distinguish stays distinct in the reader's own colours: the browser removes
/// backgrounds, shadows and gradients that are not kept on purpose.
#[tokio::test]
async fn forced_colours_keep_things_distinct() -> Result<()> {
    for theme in ["light", "dark"] {
        let mut n_seen = 0;
        let wrong = everywhere(async |browser| {
            let forced = [("forced-colors", "active"), ("prefers-color-scheme", theme)];
            browser.set_media(&forced).await?;
            let is_forced = eval(browser, "return matchMedia('(forced-colors: active)').matches");
            anyhow::ensure!(is_forced.await? == true, "the browser forces no colours");
            let alike = wrongs(browser, "alike", &[]).await?;
            n_seen +=
                eval(browser, "return globalThis.pairs ?? 0").await?.as_u64().unwrap_or_default();
            Ok(alike)
        })
        .await?;
        assert_none(&wrong);
        assert!(n_seen > 100, "only {n_seen} pairs were looked at");
    }
    Ok(())
}
