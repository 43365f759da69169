//! Every control is reached by Tab, shows that it is, and lets go again, in every state.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use qspect_tests::Browser;
use serde_json::{Value, json};

use crate::page::{eval, exporter, page_with, wait_until};
use crate::states;

/// Presses Tab until the focus leaves the page or starts again; returns what is wrong, a
/// sentence each.
async fn tab_through(browser: &Browser) -> Result<Vec<String>> {
    let script = |function: &str| format!("{}\nreturn {function}", include_str!("tabbing.js"));
    // What moves the focus does so with the next frame.
    let frames =
        "return new Promise((it) => requestAnimationFrame(() => requestAnimationFrame(it)))";
    eval(browser, frames).await?;
    let wanted = names(&eval(browser, &script("begin()")).await?);
    let mut reached = BTreeSet::new();
    let mut wrong = Vec::new();
    loop {
        press_tab(browser).await?;
        let at = eval(browser, &script("here()")).await?;
        let Some(name) = at["name"].as_str().filter(|it| reached.insert((*it).to_owned())) else {
            break;
        };
        if at["isShown"] != true {
            wrong.push(format!("{name} does not show the focus"));
        }
        if at["isInSight"] != true {
            wrong.push(format!("{name} has the focus out of sight"));
        }
    }
    // A trap keeps the focus from some.
    wrong.extend(wanted.difference(&reached).map(|it| format!("{it} is not reached")));
    Ok(wrong)
}

fn names(value: &Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Not by WebDriver, whose keys go to an element: the focus may be nowhere yet.
async fn press_tab(browser: &Browser) -> Result<()> {
    for kind in ["rawKeyDown", "keyUp"] {
        let key = json!({ "type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9 });
        browser.devtools("Input.dispatchKeyEvent", key).await?;
    }
    Ok(())
}

async fn check(forced_colours: &str) -> Result<()> {
    let mut wrong = Vec::new();
    let mut n_states = 0;
    let mut look = async |browser: &Browser, state: &str| {
        browser.set_media(&[("forced-colors", forced_colours)]).await?;
        let found = tab_through(browser).await.with_context(|| state.to_owned())?;
        wrong.extend(found.iter().map(|it| format!("{state}: {it}")));
        n_states += 1;
        Ok(())
    };
    states::of_the_page(&mut look).await?;
    states::of_the_element(&mut look).await?;
    assert!(wrong.is_empty(), "{} places:\n{}", wrong.len(), wrong.join("\n"));
    assert!(n_states > 20);
    Ok(())
}

#[tokio::test]
async fn tab_reaches_every_control() -> Result<()> {
    check("none").await
}

/// There, shadows show nothing.
#[tokio::test]
async fn the_focus_shows_in_forced_colours() -> Result<()> {
    check("active").await
}

/// Picking something in Compare rebuilds the view, and the focus stays on the picker.
#[tokio::test]
async fn pickers_keep_the_focus() -> Result<()> {
    let files = ["mobilenet_v2.ethosu", "mobilenet_v2.mixed", "swin_t.mixed"];
    let files = files.map(|it| exporter(&format!("{it}.qspect.json.gz")));
    let browser = page_with(&files.each_ref().map(AsRef::as_ref)).await?;
    browser.wait_for(".qs-chip:nth-child(3)").await?;
    eval(&browser, "location.hash = '#report=2&base=1&view=compare&across=models'").await?;
    browser.wait_for(".qs-change").await?;
    for (css, key, [report, base]) in [
        (".qs-picker:first-child select", "s", [2, 3]),
        (".qs-pickers button", "\u{E007}", [3, 2]),
        (".qs-picker:last-child select", "m", [1, 2]),
    ] {
        eval(&browser, &format!("document.querySelector('{css}').focus()")).await?;
        browser.client().active_element().await?.send_keys(key).await?;
        let is_there = format!(
            "const it = new URLSearchParams(location.hash.slice(1));
            return Number(it.get('report') ?? 1) === {report} && Number(it.get('base')) === {base}"
        );
        wait_until(&browser, &is_there).await?;
        browser.wait_for(".qs-headline").await?;
        let has_focus = format!("return document.activeElement.matches('{css}')");
        wait_until(&browser, &has_focus).await?;
    }
    browser.close().await
}
