//! The page starts, or shows why it does not.

use std::fs;

use anyhow::{Context, Result};
use qspect_tests::{Browser, element, viewer};

use crate::page::eval;

/// Its worker answers, nothing goes wrong and nothing leaves the machine.
#[tokio::test]
async fn the_page_starts() -> Result<()> {
    let browser = Browser::start().await?;
    browser.open(&viewer()?).await?;
    browser.wait_for_text("#qspect", "What stayed float").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    assert_eq!(browser.requests().await?, [""; 0]);
    browser.close().await
}

/// The words that show while the program loads are those of the page that it then draws.
#[tokio::test]
async fn the_shell_has_the_words_of_the_empty_page() -> Result<()> {
    let html = fs::read_to_string(viewer()?)?;
    let (_, shell) = html.split_once(r#"<div class="qs-shell">"#).context("no shell")?;
    let (shell, _) = shell.split_once("</div>").context("a shell without an end")?;
    let browser = Browser::start().await?;
    browser.open(&viewer()?).await?;
    let texts: Vec<&str> =
        shell.split(['<', '>']).map(str::trim).filter(|it| it.contains(' ')).collect();
    assert_eq!(texts.len(), 3, "{texts:?}");
    for text in texts {
        browser.wait_for_text(".qs-empty", text).await?;
    }
    browser.close().await
}

/// Who has the page has the notices of all who have code in it.
#[tokio::test]
async fn licences_are_in_the_help() -> Result<()> {
    let browser = Browser::start().await?;
    browser.open(&viewer()?).await?;
    browser.wait_for(".qs-bar__help").await?.click().await?;
    let text = "return document.querySelector('dialog[open] pre').innerText";
    assert_eq!(eval(&browser, text).await?, "", "it is folded");
    let licences = "dialog[open] details:last-of-type summary";
    browser.wait_for_text(licences, "Licences").await?;
    browser.wait_for(licences).await?.click().await?;
    browser.wait_for_text("dialog[open] pre", "Copyright (c) 2017 Frommi").await?;
    let text = eval(&browser, text).await?;
    let text = text.as_str().context("a text")?;
    for name in ["leptos ", "serde ", "miniz_oxide ", "Permission is hereby granted"] {
        assert!(text.contains(name), "no {name} in {text}");
    }
    // It scrolls by itself, and the dialog is in the window.
    let fits =
        "const [box, text] = ['', ' pre'].map((it) => document.querySelector(`dialog[open]${it}`));
        return box.scrollWidth <= box.clientWidth && text.scrollHeight > text.clientHeight
            && box.getBoundingClientRect().bottom <= innerHeight";
    assert_eq!(eval(&browser, fits).await?, true);
    assert_eq!(browser.requests().await?, [""; 0]);
    browser.close().await
}

/// The element's first line names its licence.
#[test]
fn the_element_names_its_licence() -> Result<()> {
    let script = fs::read_to_string(element()?)?;
    let first = script.lines().next().context("an empty module")?;
    assert!(
        first.starts_with("/*! Qspect ") && first.ends_with("see THIRD-PARTY.txt. */"),
        "{first}"
    );
    Ok(())
}

/// Opens the viewer after a change to its text and checks what it shows instead of starting.
async fn check_failure(change: impl FnOnce(&str) -> Option<String>, expected: &str) -> Result<()> {
    let html = fs::read_to_string(viewer()?)?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("changed.html");
    let html = change(&html).context("the viewer is not as this test expects")?;
    fs::write(&path, html)?;

    let browser = Browser::start().await?;
    browser.open(&path).await?;
    browser.wait_for_text("#qspect [role=alert]", expected).await?;
    browser.close().await
}

#[tokio::test]
async fn an_old_browser_is_named_as_the_cause() -> Result<()> {
    // A script that stands before the policy may run.
    let old = "<head><script>delete globalThis.DecompressionStream</script>";
    check_failure(
        |html| Some(html.replacen("<head>", old, 1)),
        "this one lacks DecompressionStream",
    )
    .await?;
    let old = "<head><script>CSS.supports = () => false</script>";
    check_failure(
        |html| Some(html.replacen("<head>", old, 1)),
        "this one lacks light-dark() colours",
    )
    .await
}

#[tokio::test]
async fn a_truncated_program_is_reported() -> Result<()> {
    let cut = |html: &str| {
        let (before, rest) = html.split_once("data-qspect-program>")?;
        let (program, after) = rest.split_once('<')?;
        let program: String = program.chars().take(400).collect();
        Some(format!("{before}data-qspect-program>{program}<{after}"))
    };
    check_failure(cut, "Qspect could not start: the program is damaged, please get it again").await
}
