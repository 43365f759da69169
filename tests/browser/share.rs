//! What is shared comes back as it was: links, pages, files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use qspect_core::{Report, parse, unpack, write};
use qspect_tests::{Browser, Server, command};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::page::{eval, exporter, page_with, show_view, wait_until};

const REPORT: &str = "tiny_transformer.mixed.qspect.json.gz";

/// A page with that report open, which may use the clipboard, and the folder where it saves files.
pub async fn sharing(name: &str) -> Result<(Browser, TempDir)> {
    let browser = page_with(&[exporter(name).as_path()]).await?;
    browser.wait_for(".qs-headline").await?;
    let folder = save_in_a_folder(&browser).await?;
    Ok((browser, folder))
}

/// The same from a server: a page from a disk has no address to link to.
async fn sharing_hosted(names: &[&str]) -> Result<(Browser, TempDir, Server)> {
    let server = Server::start()?;
    server.put_page()?;
    let browser = Browser::start().await?;
    browser.client().goto(&server.url("/index.html")).await?;
    browser.wait_for("#qs-open").await?;
    let paths: Vec<PathBuf> = names.iter().map(|it| exporter(it)).collect();
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    browser.set_files("input[aria-label='Open report files']", &paths).await?;
    browser.wait_for(".qs-headline").await?;
    let folder = save_in_a_folder(&browser).await?;
    Ok((browser, folder, server))
}

/// Lets a browser save files, and copy.
pub async fn save_in_a_folder(browser: &Browser) -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let behavior = json!({ "behavior": "allow", "downloadPath": folder.path() });
    browser.devtools("Browser.setDownloadBehavior", behavior).await?;
    let permissions = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
    browser.devtools("Browser.grantPermissions", permissions).await?;
    Ok(folder)
}

/// Opens the dialog and presses a button of one of its lines.
pub async fn choose(browser: &Browser, line: &str, button: &str) -> Result<()> {
    let script = format!(
        "if (!document.querySelector('dialog[open]')) {{
           [...document.querySelectorAll('.qs-bar button')]
             .find((it) => it.textContent.trim() === 'Share').click();
         }}
         const line = [...document.querySelectorAll('.qs-share__line')]
           .find((it) => it.querySelector('b').textContent === '{line}');
         [...line.querySelectorAll('button')].find((it) => it.textContent === '{button}').click();"
    );
    eval(browser, &script).await?;
    Ok(())
}

/// Ticks "Redact" in the dialog, which it opens.
async fn redact(browser: &Browser) -> Result<()> {
    let script = "
        [...document.querySelectorAll('.qs-bar button')]
          .find((it) => it.textContent.trim() === 'Share').click();
        document.querySelector('.qs-share__redact input').click();";
    eval(browser, script).await?;
    Ok(())
}

/// Saves in a form and gives the file.
pub async fn saved(browser: &Browser, folder: &Path, line: &str, name: &str) -> Result<Vec<u8>> {
    let path = folder.join(name);
    if path.exists() {
        fs::remove_file(&path)?;
    }
    choose(browser, line, "Save").await?;
    browser.wait_for_text(".qs-share__note", "Saved as").await?;
    let start = std::time::Instant::now();
    // Firefox keeps the name by an empty file until the whole is there.
    while !fs::metadata(&path).is_ok_and(|it| it.len() > 0) {
        ensure!(start.elapsed().as_secs() < 20, "no file {name} was saved");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    Ok(fs::read(&path)?)
}

/// What the page copied last.
async fn copied(browser: &Browser) -> Result<String> {
    browser.wait_for_text(".qs-share__note", "Copied").await?;
    let text = browser
        .client()
        .execute_async("navigator.clipboard.readText().then(arguments[0])", vec![])
        .await?;
    Ok(text.as_str().context("nothing was copied")?.to_owned())
}

/// The report as JSON, as the core reads the file.
pub fn original(name: &str) -> Result<Value> {
    Ok(serde_json::from_str(&write::json(&original_report(name)?)?)?)
}

fn original_report(name: &str) -> Result<Report> {
    let bytes = fs::read(exporter(name))?;
    let file = unpack(name, &bytes).next().context("nothing is in the file")?;
    let parsed = parse(&file.name, &file.content?)?;
    parsed.reports.into_iter().next().context("no report")
}

/// What the page saves as JSON.
pub async fn json_of(browser: &Browser, folder: &Path, name: &str) -> Result<Value> {
    Ok(serde_json::from_slice(&saved(browser, folder, "Report", name).await?)?)
}

#[tokio::test]
async fn a_link_carries_the_report() -> Result<()> {
    let (browser, folder, _server) = sharing_hosted(&[REPORT]).await?;
    show_view(&browser, "Nodes").await?;
    choose(&browser, "Link", "Copy link").await?;
    let link = copied(&browser).await?;
    assert!(link.contains("#report=H4sI") && link.ends_with("&view=nodes"), "{link}");
    assert!(link.len() < 32 << 10, "{} characters", link.len());
    browser.close().await?;

    let browser = Browser::start().await?;
    browser.client().goto(&link).await?;
    browser.wait_for(".qs-grid__cell").await?;
    let folder_of_link = save_in_a_folder(&browser).await?;
    let name = "report in the link.qspect.json";
    assert_eq!(json_of(&browser, folder_of_link.path(), name).await?, original(REPORT)?);
    // The report stays in the address, wherever the reader goes.
    eval(&browser, "document.querySelector('dialog[open]').close()").await?;
    show_view(&browser, "Text").await?;
    wait_until(&browser, "return location.hash.startsWith('#report=H4sI')").await?;
    wait_until(&browser, "return location.hash.endsWith('&view=text')").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    drop(folder);
    browser.close().await
}

/// A link that is put into the address of an open page shows its report.
#[tokio::test]
async fn a_damaged_link_is_reported() -> Result<()> {
    let (browser, _folder, _server) = sharing_hosted(&[REPORT]).await?;
    choose(&browser, "Link", "Copy link").await?;
    let link = copied(&browser).await?;
    let fragment = link.split_once('#').context("no fragment")?.1;
    let cut = &fragment[..fragment.len() / 2];
    eval(&browser, &format!("location.hash = {}", json!(cut))).await?;
    browser.wait_for_text("[role=alert]", "report in the link").await?;
    eval(&browser, "location.hash = 'report=%%%'").await?;
    browser.wait_for_text("[role=alert]", "was all of the link copied?").await?;
    eval(&browser, &format!("location.hash = {}", json!(fragment))).await?;
    browser.wait_for_text(".qs-headline", "16 of 198 compute nodes stay float").await?;
    browser.close().await
}

#[tokio::test]
async fn what_is_too_large_for_a_link_is_offered_as_a_file() -> Result<()> {
    let (browser, _folder, _server) = sharing_hosted(&["swin_t.mixed.qspect.json.gz"]).await?;
    choose(&browser, "Link", "Copy link").await?;
    browser.wait_for_text(".qs-share__note", "Too large for a link").await?;
    browser.wait_for_text(".qs-share__note", "Save the page instead").await?;
    browser.close().await
}

/// Its address would lead nowhere for others, and name folders of this machine.
#[tokio::test]
async fn a_page_from_a_disk_has_no_link() -> Result<()> {
    let (browser, _folder) = sharing(REPORT).await?;
    eval(
        &browser,
        "[...document.querySelectorAll('.qs-bar button')]
          .find((it) => it.textContent.trim() === 'Share').click()",
    )
    .await?;
    browser.wait_for_text(".qs-share__line", "no address that others can open").await?;
    let is_disabled = "return document.querySelector('.qs-share__line button').disabled";
    assert_eq!(eval(&browser, is_disabled).await?, true);
    browser.close().await
}

/// A comparison is shared as one: in a link, and in a page.
#[tokio::test]
async fn a_comparison_is_shared_with_both_sides() -> Result<()> {
    let names = ["ds_cnn.cortex_m", "mlp_mixed.mixed"];
    let files = names.map(|it| format!("{it}.qspect.json"));
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let (browser, folder, _server) = sharing_hosted(&files).await?;
    eval(&browser, "location.hash = 'report=2&view=compare&across=models'").await?;
    browser.wait_for(".qs-compare .qs-headline, .qs-compare table").await?;
    let compared = "return document.querySelector('.qs-compare').innerText";
    let shown = eval(&browser, compared).await?;
    let page = folder.path().join("mlp_mixed.mixed.html");
    saved(&browser, folder.path(), "Page", "mlp_mixed.mixed.html").await?;
    browser.wait_for_text(".qs-share h2", "the comparison of ds_cnn.cortex_m").await?;
    browser.wait_for_text(".qs-share__list", "the viewer with both reports inside").await?;
    let markdown = saved(&browser, folder.path(), "Comparison", "mlp_mixed.mixed.diff.md").await?;
    let markdown = String::from_utf8(markdown)?;
    assert!(
        markdown.contains("Comparing different models: ds\\_cnn and mlp\\_mixed"),
        "{markdown}"
    );
    choose(&browser, "Link", "Copy link").await?;
    let link = copied(&browser).await?;
    browser.close().await?;

    let labels = "return [...document.querySelectorAll('.qs-pickers select')]
        .map((it) => it.selectedOptions[0].textContent.trim())";
    for (is_page, expected) in [
        (true, names.map(str::to_owned)),
        (false, ["report in the link · 1 of 2", "report in the link · 2 of 2"].map(str::to_owned)),
    ] {
        let browser = Browser::start().await?;
        match is_page {
            true => browser.open(&page).await?,
            false => browser.client().goto(&link).await?,
        }
        browser.wait_for(".qs-compare .qs-headline, .qs-compare table").await?;
        assert_eq!(eval(&browser, labels).await?, json!(expected));
        let again = eval(&browser, compared).await?;
        let figures = |it: &Value| {
            it.as_str().map(|it| it.lines().rev().take(8).map(str::to_owned).collect::<Vec<_>>())
        };
        assert_eq!(figures(&again), figures(&shown));
        browser.close().await?;
    }
    Ok(())
}

/// A page that is saved from Fleet holds all reports, and opens on Fleet.
#[tokio::test]
async fn a_fleet_is_shared_with_all_reports() -> Result<()> {
    let files = ["ds_cnn.cortex_m.qspect.json", "mlp_mixed.mixed.qspect.json"];
    let (browser, folder, _server) = sharing_hosted(&files).await?;
    eval(&browser, "location.hash = 'view=fleet'").await?;
    browser.wait_for(".qs-fleet").await?;
    saved(&browser, folder.path(), "Page", "ds_cnn.cortex_m.html").await?;
    browser.wait_for_text(".qs-share h2", "Share 2 reports").await?;
    browser.close().await?;
    let browser = Browser::start().await?;
    browser.open(&folder.path().join("ds_cnn.cortex_m.html")).await?;
    browser.wait_for_text(".qs-headline", "2 reports of 2 models").await?;
    browser.close().await
}

/// Characters of two UTF-16 units are kept as well.
#[tokio::test]
async fn a_saved_page_keeps_all_characters() -> Result<()> {
    let mut report = original_report(REPORT)?;
    report.model = Some("\u{1f999} </script> \u{e9}\u{2028}".to_owned());
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("llama.json");
    fs::write(&path, write::json(&report)?)?;
    let browser = page_with(&[path.as_path()]).await?;
    browser.wait_for(".qs-headline").await?;
    let folder = save_in_a_folder(&browser).await?;
    saved(&browser, folder.path(), "Page", "llama.html").await?;
    browser.open(&folder.path().join("llama.html")).await?;
    browser.wait_for(".qs-headline").await?;
    let again = json_of(&browser, folder.path(), "llama.qspect.json").await?;
    assert_eq!(again, serde_json::from_str::<Value>(&write::json(&report)?)?);
    browser.close().await
}

#[tokio::test]
async fn a_saved_page_opens_with_the_report() -> Result<()> {
    let (browser, folder) = sharing(REPORT).await?;
    let name = "tiny_transformer.mixed.html";
    let page = String::from_utf8(saved(&browser, folder.path(), "Page", name).await?)?;
    assert!(page.contains("connect-src 'none'"));
    let shown = json_of(&browser, folder.path(), "tiny_transformer.mixed.qspect.json").await?;
    browser.open(&folder.path().join(name)).await?;
    browser.wait_for_text(".qs-headline", "16 of 198 compute nodes stay float").await?;
    let again = json_of(&browser, folder.path(), "tiny_transformer.mixed.qspect.json").await?;
    assert_eq!(shown, original(REPORT)?);
    assert_eq!(again, shown);
    // And that page saves itself again.
    let page = String::from_utf8(saved(&browser, folder.path(), "Page", name).await?)?;
    assert_eq!(page.matches("class=\"qspect-report\"").count(), 1);
    assert_eq!(browser.console_errors().await?, [""; 0]);
    assert_eq!(browser.requests().await?, [""; 0]);
    browser.close().await
}

/// The page writes what the command writes.
#[tokio::test]
async fn files_are_those_of_the_command() -> Result<()> {
    let (browser, folder) = sharing(REPORT).await?;
    let file = exporter(REPORT);
    let forms: [(&str, &str, &[&str]); 6] = [
        ("Text", "txt", &["text"]),
        ("Summary", "md", &["summary", "--format", "markdown"]),
        ("Nodes", "nodes.csv", &["nodes", "--format", "csv"]),
        ("Strip", "strip.svg", &["svg", "strip"]),
        ("Modules", "modules.svg", &["svg", "icicle"]),
        ("Model Explorer", "model-explorer.json", &["nodes", "--format", "model-explorer"]),
    ];
    for (line, ending, arguments) in forms {
        let name = format!("tiny_transformer.mixed.{ending}");
        let page = saved(&browser, folder.path(), line, &name).await?;
        let output = Command::new(command()?).args(arguments).arg(&file).output()?;
        ensure!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let (page, command) = (String::from_utf8(page)?, String::from_utf8(output.stdout)?);
        assert_eq!(page.trim_end(), command.trim_end(), "{line}");
    }
    // The text leads back to itself.
    let text = saved(&browser, folder.path(), "Text", "tiny_transformer.mixed.txt").await?;
    let path: PathBuf = folder.path().join("tiny_transformer.mixed.txt");
    fs::write(&path, &text)?;
    let browser_of_text = page_with(&[path.as_path()]).await?;
    browser_of_text.wait_for(".qs-headline").await?;
    let folder_of_text = save_in_a_folder(&browser_of_text).await?;
    let name = "tiny_transformer.mixed.txt";
    assert_eq!(saved(&browser_of_text, folder_of_text.path(), "Text", name).await?, text);
    // What is copied is what is saved.
    choose(&browser, "Text", "Copy").await?;
    assert_eq!(copied(&browser).await?.as_bytes(), text);
    browser_of_text.close().await?;
    browser.close().await
}

#[tokio::test]
async fn redacted_reports_keep_verdicts_and_no_names() -> Result<()> {
    let (browser, folder, _server) = sharing_hosted(&[REPORT]).await?;
    redact(&browser).await?;
    let bytes = saved(&browser, folder.path(), "Report", "report.qspect.json").await?;
    let redacted: Value = serde_json::from_slice(&bytes)?;
    assert_eq!(redacted["model"], "model1");
    let original: Value = original(REPORT)?;
    // What tracing calls the same in every graph stays.
    let names = |report: &Value| -> BTreeSet<String> {
        let nodes = report["graph"]["nodes"].as_array().into_iter().flatten();
        let names = nodes.filter_map(|it| it["name"].as_str()).map(str::to_owned);
        names.filter(|it| it != "output" && !it.contains("_constant")).collect()
    };
    let (before, after) = (names(&original), names(&redacted));
    assert!(before.len() > 150 && before.len() == after.len(), "{} {}", before.len(), after.len());
    assert!(before.is_disjoint(&after));

    // A link to a node would name it.
    eval(&browser, "location.hash = 'view=nodes&node=linear_1'").await?;
    choose(&browser, "Link", "Copy link").await?;
    let link = copied(&browser).await?;
    assert!(!link.contains("linear_1"), "{link}");
    let page = Browser::start().await?;
    page.client().goto(&link.replace("&view=nodes", "")).await?;
    page.wait_for_text(".qs-headline", "16 of 198 compute nodes stay float, 12 of them on purpose")
        .await?;
    page.close().await?;
    browser.close().await
}

/// Safari lets a page write to the clipboard in the reader's gesture alone: the text follows.
#[tokio::test]
async fn copying_begins_with_the_click() -> Result<()> {
    let (browser, _folder) = sharing(REPORT).await?;
    let watch = "
        const { write } = Clipboard.prototype;
        Clipboard.prototype.write = function (items) {
          globalThis.isInClick = globalThis.isClick;
          return write.call(this, items);
        };
        document.addEventListener('click', () => (globalThis.isClick = true), { capture: true });
        document.addEventListener('click', () => (globalThis.isClick = false));";
    eval(&browser, watch).await?;
    choose(&browser, "Text", "Copy").await?;
    let text = copied(&browser).await?;
    assert!(text.starts_with("----"), "{text:.80}");
    assert_eq!(eval(&browser, "return isInClick").await?, true);
    browser.close().await
}

/// Older browsers do not take a promise, or have nothing to put one into: the text is written when
/// it is there.
#[tokio::test]
async fn copying_needs_no_promise() -> Result<()> {
    for lack in [
        "delete globalThis.ClipboardItem",
        "Clipboard.prototype.write = async () => { throw new DOMException('no', 'DataError') }",
    ] {
        let (browser, _folder) = sharing(REPORT).await?;
        eval(&browser, lack).await?;
        choose(&browser, "Nodes", "Copy").await?;
        let text = copied(&browser).await?;
        assert!(text.contains("name,"), "{text:.80}");
        assert_eq!(browser.console_errors().await?, [""; 0]);
        browser.close().await?;
    }
    Ok(())
}

/// A browser may read what it saves after the click.
#[tokio::test]
async fn a_saved_file_outlives_the_click() -> Result<()> {
    let (browser, folder) = sharing(REPORT).await?;
    eval(&browser, "globalThis.revoked = 0; URL.revokeObjectURL = () => { revoked++ }").await?;
    saved(&browser, folder.path(), "Text", "tiny_transformer.mixed.txt").await?;
    assert_eq!(eval(&browser, "return revoked").await?, 0);
    browser.close().await
}
