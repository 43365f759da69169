//! Strings that mean harm, in every field of a report: shown as text, and nothing more.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use qspect_core::text::{escape_hidden, is_hidden};
use qspect_core::view::{NodeQuery, NodeTable};
use qspect_core::{Analysis, Diff, Report, Summary, parse, write};
use qspect_tests::hostile::{self, INJECTIONS, PROTOTYPE_NAMES, Replaced};
use qspect_tests::{Browser, command, viewer};
use serde_json::{Value, json};

use crate::element_page::host;
use crate::page::{eval, eval_with, search, show_view, wait_until};
use crate::security::holds;
use crate::share::{save_in_a_folder, saved};

/// Each so many reports one is shown in a browser: a string is in some seventy of them in a row.
const STEP: usize = 5;

/// One report for each string, in which it comes first.
fn reports(step: usize) -> Result<Vec<Value>> {
    let strings = hostile::strings()?;
    let starts = (0..strings.len()).step_by(step);
    starts
        .map(|start| {
            let replaced = if start % 4 == 3 { Replaced::All } else { Replaced::Names };
            hostile::report(&strings, start, replaced)
        })
        .collect()
}

fn read(report: &Value) -> Result<Report> {
    let parsed = parse("hostile.json", report.to_string().as_bytes())?;
    parsed.reports.into_iter().next().context("no report")
}

#[test]
fn the_lists_are_whole() -> Result<()> {
    holds("Big List of Naughty Strings", hostile::naughty_strings()?.len())?;
    holds("Markup, scripts and addresses", INJECTIONS.len())?;
    holds("Names of every object's properties", PROTOTYPE_NAMES.len())?;
    holds(
        "Characters that cannot be seen, and a terminal's orders",
        hostile::hidden_strings().len(),
    )
}

/// What is for people has nothing in it that cannot be seen, and what is for programs comes back.
#[test]
fn all_are_read_and_written() -> Result<()> {
    let strings = hostile::strings()?;
    let mut last: Option<Analysis> = None;
    let mut n_reports = 0;
    for start in 0..strings.len() {
        for replaced in [Replaced::Names, Replaced::All] {
            let value = hostile::report(&strings, start, replaced)?;
            let report = read(&value)?;
            let mut json: Value = serde_json::from_str(&write::json(&report)?)?;
            if replaced == Replaced::All {
                // A class that has brackets without a partner is taken for a cut qspec.
                json.as_object_mut().map(|it| it.remove("completeness"));
            }
            assert_eq!(json, value, "report {start}");
            let analysis = Analysis::of(report);
            let summary = Summary::of(&analysis, &NodeTable::of(&analysis));
            let mut written = vec![
                write::summary_text(&summary),
                write::summary_markdown(&summary),
                write::strip_svg(&analysis),
                write::icicle_svg(&analysis),
            ];
            if let Some(last) = &last {
                let diff = Diff::of(last, &analysis);
                written.push(write::diff_text(&diff));
                written.push(write::diff_markdown(&vec![diff].into(), usize::MAX));
            }
            for text in written {
                let hidden = text.find(is_hidden);
                ensure!(hidden.is_none(), "report {start}: {hidden:?} of {text:?}");
            }
            last = Some(analysis);
            n_reports += 1;
        }
    }
    holds("Reports of these strings, read and written", n_reports)
}

/// Nothing that a reader of Markdown would take for a tag, a link or a picture.
#[test]
fn markdown_has_no_markup_of_a_reports() -> Result<()> {
    for value in reports(1)? {
        let analysis = Analysis::of(read(&value)?);
        let summary = Summary::of(&analysis, &NodeTable::of(&analysis));
        // An empty tag keeps GitHub from making a link of what follows.
        let markdown = write::summary_markdown(&summary).replace("<i></i>", "").replace("\\\\", "");
        for (at, c) in markdown.char_indices().filter(|it| matches!(it.1, '<' | '[' | '`')) {
            ensure!(markdown[..at].ends_with('\\'), "a bare {c} at {at} of {markdown}");
        }
    }
    Ok(())
}

/// What a terminal gets.
#[test]
fn the_command_gives_a_terminal_no_orders() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut paths = Vec::new();
    for (at, report) in reports(STEP)?.iter().enumerate() {
        paths.push(folder.path().join(format!("\u{202e}{at}\x1b[2J.json")));
        fs::write(&paths[at], report.to_string())?;
    }
    let check = |arguments: &[&std::ffi::OsStr]| -> Result<()> {
        let output = Command::new(command()?).args(arguments).output()?;
        ensure!(output.status.code().is_some(), "{arguments:?}: {}", output.status);
        for text in [output.stdout, output.stderr] {
            let text = String::from_utf8(text)?;
            let hidden = text.find(is_hidden);
            ensure!(hidden.is_none(), "{arguments:?}: {hidden:?} of {text:?}");
        }
        Ok(())
    };
    let (base, all) = (&paths[0], folder.path());
    for words in ["summary", "lint", "check --min-coverage 100"] {
        let words = words.split(' ').map(std::ffi::OsStr::new);
        check(&words.chain([all.as_os_str()]).collect::<Vec<_>>())?;
    }
    for path in &paths {
        check(&["nodes".as_ref(), path.as_ref()])?;
        check(&["diff".as_ref(), base.as_ref(), path.as_ref()])?;
        let report = read(&serde_json::from_slice(&fs::read(path)?)?)?;
        let nodes = report.graph.context("no graph")?.nodes;
        for node in nodes.iter().filter(|it| !it.name.contains('\0')).take(3) {
            let name = node.name.as_str();
            check(&["explain".as_ref(), path.as_ref(), "--".as_ref(), name.as_ref()])?;
        }
    }
    Ok(())
}

/// What `visit` needs of each report.
fn expected(reports: &[Value]) -> Result<Vec<Value>> {
    let mut expected = Vec::new();
    for (at, value) in reports.iter().enumerate() {
        let analysis = Analysis::of(read(value)?);
        let table = NodeTable::of(&analysis);
        let rows = table.find(&analysis, &NodeQuery::default(), None)?.rows;
        let names = rows.iter().filter_map(|it| table.row(*it)).map(|it| escape_hidden(&it.name));
        let title = escape_hidden(&analysis.report().report_title);
        expected.push(json!([at + 1, title, names.collect::<Vec<_>>()]));
    }
    Ok(expected)
}

/// Runs before a page's own scripts, in all that are opened from then on.
async fn watch(browser: &Browser) -> Result<()> {
    let source = json!({ "source": include_str!("hostile_prelude.js") });
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", source).await?;
    Ok(())
}

/// The page, watched.
async fn page() -> Result<Browser> {
    let browser = Browser::start().await?;
    watch(&browser).await?;
    browser.open(&viewer()?).await?;
    browser.wait_for("#qs-open").await?;
    Ok(browser)
}

/// Goes through the reports in these views. `place` is what leads to report and view, and to the root.
async fn visit(browser: &Browser, place: &str, views: &[&str], expected: &[Value]) -> Result<()> {
    let script = format!(
        "const [views, reports, done] = arguments;
         {place}
         visit(root, go, views, reports).then(done, (error) => done([String(error)]));"
    );
    for part in expected.chunks(10) {
        let arguments = vec![json!(views), json!(part)];
        let wrong = browser.client().execute_async(&script, arguments).await?;
        assert_eq!(wrong, json!([]));
    }
    let fetched = "return performance.getEntriesByType('resource').map((it) => it.name).filter((it) => it.includes('harm'))";
    assert_eq!(eval(browser, fetched).await?, json!([]));
    Ok(())
}

/// By what a reader clicks: of addresses a browser takes only so many in a while.
const PAGE: &str = "
    const root = document.querySelector('#qspect');
    const go = (place, view) => {
      const list = root.querySelector('.qs-switcher select');
      if (list) {
        list.value = place - 1;
        list.dispatchEvent(new Event('change', { bubbles: true }));
      }
      [...root.querySelectorAll('[role=tab]')].find((it) => it.textContent.toLowerCase().startsWith(view)).click();
    };";

/// Drops the reports as one file and waits until all are there.
async fn drop_reports(browser: &Browser, reports: &[Value]) -> Result<()> {
    let lines: Vec<String> = reports.iter().map(Value::to_string).collect();
    browser.drop_files("body", &[("evil.json", lines.join("\n").as_bytes())]).await?;
    let all_there = format!(
        "return document.querySelectorAll('.qs-switcher option').length === {}",
        reports.len()
    );
    wait_until(browser, &all_there).await
}

#[tokio::test]
async fn the_page_shows_them_as_text() -> Result<()> {
    let browser = page().await?;
    let reports = reports(STEP)?;
    drop_reports(&browser, &reports).await?;
    let views = ["overview", "nodes", "modules", "text", "compare"];
    visit(&browser, PAGE, &views, &expected(&reports)?).await?;
    visit(&browser, PAGE, &["fleet"], &expected(&reports)?[..1]).await?;
    // The page answers.
    show_view(&browser, "Nodes").await?;
    search(&browser, "no such node").await?;
    browser.wait_for_text(".qs-nodes__none", "No nodes match.").await?;
    assert_eq!(browser.requests().await?, [""; 0]);
    browser.close().await
}

/// Files with such names that are not reports: an alert and a row for each.
#[tokio::test]
async fn files_may_be_called_anything() -> Result<()> {
    let browser = page().await?;
    let names = hostile::strings()?;
    let bad: Vec<(&str, &[u8])> = names.iter().map(|it| (it.as_str(), &b"{}"[..])).collect();
    browser.drop_files("body", &bad).await?;
    let n_alerts = "return document.querySelectorAll('[role=alert]').length";
    wait_until(&browser, &format!("{n_alerts} === {}", names.len())).await?;
    let shown =
        "return [...document.querySelectorAll('[role=alert] b')].map((it) => it.textContent)";
    let shown: Vec<String> = serde_json::from_value(eval(&browser, shown).await?)?;
    let expected: Vec<_> = names.iter().map(|it| escape_hidden(it)).collect();
    assert_eq!(shown, expected);
    let good = hostile::report(&names, 0, Replaced::Names)?.to_string();
    let some: Vec<(&str, &[u8])> =
        names.iter().step_by(STEP).map(|it| (it.as_str(), good.as_bytes())).collect();
    browser.drop_files("body", &some).await?;
    let n_options = "return document.querySelectorAll('.qs-switcher option').length";
    wait_until(&browser, &format!("{n_options} === {}", some.len())).await?;
    let wrong =
        eval(&browser, "return [...inspect(document.querySelector('#qspect')), ...alarms]").await?;
    assert_eq!(wrong, json!([]));
    browser.close().await
}

/// The host's own page has no policy: nothing but the element keeps a report's scripts from running.
#[tokio::test]
async fn the_element_shows_them_as_text() -> Result<()> {
    let prelude = include_str!("hostile_prelude.js").replace("</", "<\\/");
    let (browser, server) =
        host(&format!(r#"<script>{prelude}</script><qspect-report id="a"></qspect-report>"#))
            .await?;
    let reports = reports(STEP)?;
    let expected = expected(&reports)?;
    // As a text: what hands arguments over stumbles over `hasOwnProperty` itself.
    let text = json!(json!(reports).to_string());
    eval_with(&browser, "element('a').reports = JSON.parse(arguments[0])", &[text]).await?;
    wait_until(&browser, &format!("return told.filter((it) => it.kind === 'ready').flatMap((it) => it.detail).length >= {}", reports.len())).await?;
    let place = "
        const element = globalThis.element('a');
        const root = element.shadowRoot.querySelector('.qs-root');
        const go = (place, view) => { element.report = String(place); element.view = view };";
    visit(&browser, place, &["overview", "nodes", "modules", "text"], &expected).await?;
    assert_eq!(server.n_requests("/harm"), 0);
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// Pages with reports inside, by the command and by the page itself: no report ends its script early.
#[tokio::test]
async fn saved_pages_keep_them_as_text() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (file, page_of_command) =
        (folder.path().join("evil.json"), folder.path().join("evil.html"));
    let reports = reports(STEP)?;
    fs::write(&file, Value::from(reports.clone()).to_string())?;
    let status =
        Command::new(command()?).arg("html").arg(&file).arg("-o").arg(&page_of_command).status()?;
    ensure!(status.success(), "{status}");
    let browser = page().await?;
    browser.open(&page_of_command).await?;
    browser.wait_for(".qs-headline").await?;
    visit(&browser, PAGE, &["overview", "nodes"], &expected(&reports)?).await?;

    let downloads = save_in_a_folder(&browser).await?;
    for (at, expected) in expected(&reports)?.iter().enumerate().step_by(20) {
        browser.open(&viewer()?).await?;
        browser.wait_for("#qs-open").await?;
        browser.drop_files("body", &[("evil.json", reports[at].to_string().as_bytes())]).await?;
        browser.wait_for(".qs-headline").await?;
        saved(&browser, downloads.path(), "Page", "evil.html").await?;
        browser.open(&downloads.path().join("evil.html")).await?;
        browser.wait_for(".qs-headline").await?;
        let expected = json!([1, expected[1], expected[2]]);
        visit(&browser, PAGE, &["overview", "nodes"], &[expected]).await?;
    }
    browser.close().await
}

/// SVG is XML, whatever names are: without scripts, links or handlers.
#[tokio::test]
async fn pictures_are_pictures() -> Result<()> {
    let browser = page().await?;
    for value in reports(STEP)? {
        let analysis = Analysis::of(read(&value)?);
        for svg in [write::strip_svg(&analysis), write::icicle_svg(&analysis)] {
            let script = "
                const picture = new DOMParser().parseFromString(arguments[0], 'image/svg+xml');
                const names = new Set([...picture.querySelectorAll('*')].map((it) => it.localName));
                return [[...names].filter((it) => !['svg', 'title', 'desc', 'style', 'rect', 'text', 'tspan', 'g', 'path'].includes(it)),
                        picture.documentElement.querySelector('[href], [onload], [onclick]') === null]";
            assert_eq!(
                eval_with(&browser, script, &[json!(svg)]).await?,
                json!([[], true]),
                "{svg}"
            );
        }
    }
    browser.close().await
}

/// Unicode's tables are the browser's; the reader has a list.
#[tokio::test]
async fn the_hidden_characters_are_unicodes() -> Result<()> {
    let browser = page().await?;
    let script = "
        const hidden = [];
        for (let code = 0; code <= 0x10ffff; code++) {
          const isSurrogate = code >= 0xd800 && code <= 0xdfff;
          if (!isSurrogate && code !== 9 && code !== 10 && HIDDEN.test(String.fromCodePoint(code))) {
            hidden.push(code);
          }
        }
        return hidden";
    let theirs: Vec<u32> = serde_json::from_value(eval(&browser, script).await?)?;
    let ours: Vec<u32> = ('\0'..=char::MAX).filter(|it| is_hidden(*it)).map(u32::from).collect();
    assert_eq!(ours, theirs);
    browser.close().await
}
