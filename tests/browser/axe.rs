//! What axe-core finds in every state, in both themes, as wide as a screen and as a phone.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use qspect_tests::{Browser, axe};
use serde_json::{Value, json};

use crate::page::{eval, eval_with};
use crate::states;

/// What the page is held to: WCAG 2.2 at level AA, and axe's own advice.
pub const TAGS: [&str; 6] =
    ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// Runs axe-core in the page, and returns what is wrong.
///
/// The driver's scripts do not belong to the page, so the page's policy does not forbid them.
pub async fn wrongs(browser: &Browser, rules: &[&str], contrast: f64) -> Result<Vec<String>> {
    if eval(browser, "return typeof axe").await? == "undefined" {
        let source = fs::read_to_string(axe()?).context("cannot read axe-core")?;
        eval(browser, &source).await.context("axe-core does not start")?;
    }
    let script = concat!(include_str!("axe.js"), "\nreturn look(...arguments)");
    let found = eval_with(browser, script, &[json!(rules), json!(contrast)]).await?;
    ensure!(found["passed"].as_u64() >= Some(1), "axe-core looked at next to nothing: {found}");
    let wrong = found["wrong"].as_array().context("axe-core gives no list")?;
    Ok(wrong.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// The same of a page that may still be drawn: what is wrong must be wrong a second later, too.
async fn lasting_wrongs(browser: &Browser, rules: &[&str], contrast: f64) -> Result<Vec<String>> {
    let found = wrongs(browser, rules, contrast).await?;
    if found.is_empty() {
        return Ok(found);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    wrongs(browser, rules, contrast).await
}

/// Looks at a state in each theme and at each width.
async fn check(browser: &Browser, state: &str, wrong: &mut Vec<String>) -> Result<()> {
    for width in [1280, 400] {
        browser.set_window(width, 900).await?;
        for theme in ["light", "dark"] {
            browser.set_media(&[("prefers-color-scheme", theme)]).await?;
            let found = lasting_wrongs(browser, &TAGS, 4.5).await?;
            wrong.extend(found.iter().map(|it| format!("{state}, {theme}, {width} px: {it}")));
        }
    }
    Ok(())
}

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} places:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn axe_finds_nothing_in_the_page() -> Result<()> {
    let mut wrong = Vec::new();
    states::of_the_page(async |browser, state| check(browser, state, &mut wrong).await).await?;
    assert_none(&wrong);
    Ok(())
}

#[tokio::test]
async fn axe_finds_nothing_in_the_element() -> Result<()> {
    let mut wrong = Vec::new();
    states::of_the_element(async |browser, state| check(browser, state, &mut wrong).await).await?;
    assert_none(&wrong);
    Ok(())
}

/// Where more contrast is asked for, text has what level AAA wants.
#[tokio::test]
async fn more_contrast_is_more() -> Result<()> {
    let mut wrong = Vec::new();
    let mut look = async |browser: &Browser, state: &str| {
        for theme in ["light", "dark"] {
            let media = [("prefers-contrast", "more"), ("prefers-color-scheme", theme)];
            browser.set_media(&media).await?;
            let found = lasting_wrongs(browser, &["color-contrast-enhanced"], 7.0).await?;
            wrong.extend(found.iter().map(|it| format!("{state}, {theme}: {it}")));
        }
        Ok(())
    };
    states::of_the_page(&mut look).await?;
    states::of_the_element(&mut look).await?;
    assert_none(&wrong);
    Ok(())
}

/// The cases that axe leaves open, too, which `axe.js` settles.
#[tokio::test]
async fn axe_finds_what_is_there() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("page.html");
    let browser = Browser::start().await?;
    for (html, rule) in [
        ("", ""),
        ("<img src='data:,'>", "image-alt"),
        ("<p style='color: #999'>grey</p>", "color-contrast"),
        ("<p style='color: #999'>g</p>", "color-contrast"),
        ("<p style='color: #999'>→</p>", "color-contrast"),
        ("<p style='opacity: .3'>→</p>", "color-contrast"),
        ("<p style='opacity: .9'>→</p>", ""),
        (
            "<p style='background: linear-gradient(90deg, #111, #111 1px, #111 2px)'><b style='background: #222'>g</b></p>",
            "color-contrast",
        ),
        ("<button aria-label='Close'>×</button>", ""),
        (
            "<button style='padding: 0'>a</button><button style='padding: 0'>b</button>",
            "target-size",
        ),
    ] {
        let text = format!(
            "<!doctype html><html lang=en><meta charset=utf-8><title>Page</title>
             <main style='background: #fff'><h1>Page</h1><p>Text</p>{html}</main>"
        );
        fs::write(&path, text)?;
        browser.open(&path).await?;
        let wrong = wrongs(&browser, &TAGS, 4.5).await?;
        let is_right = match rule {
            "" => wrong.is_empty(),
            rule => matches!(&wrong[..], [it, ..] if it.starts_with(rule)),
        };
        assert!(is_right, "{html}: {rule:?} and not {wrong:?}");
    }
    browser.close().await
}
