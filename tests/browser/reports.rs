//! Real reports in the page.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use qspect_tests::reports;
use serde_json::json;

use crate::page::{eval, eval_with, page, page_with, report, search, show_view, wait_until};

/// All real reports dropped at once: each is listed, and each shows its title.
#[tokio::test]
async fn every_dropped_report_is_shown() -> Result<()> {
    let paths = reports()?;
    let files = paths
        .iter()
        .map(|path| {
            let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
            let name = path.file_name().unwrap_or_default();
            let name = format!("{} {}", folder.display(), name.display());
            Ok((name, std::fs::read(path)?))
        })
        .collect::<Result<Vec<_>>>()?;
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();

    let browser = page().await?;
    browser.drop_files("body", &files).await?;
    let all_read = format!(
        "return document.querySelectorAll('select[aria-label=Report] option').length === {}",
        files.len()
    );
    wait_until(&browser, &all_read).await?;
    let labels = eval(
        &browser,
        "return [...document.querySelectorAll('select[aria-label=Report] option')].map((it) => it.textContent.trim())",
    )
    .await?;
    let names: Vec<&str> = files.iter().map(|it| it.0).collect();
    assert_eq!(labels, json!(names));
    // Many reports are a fleet.
    browser.wait_for(".qs-fleet").await?;
    show_view(&browser, "Overview").await?;

    for report_idx in 0..files.len() {
        let select = "
            const list = document.querySelector('select[aria-label=Report]');
            list.value = arguments[0];
            list.dispatchEvent(new Event('change', { bubbles: true }));";
        eval_with(&browser, select, &[json!(report_idx.to_string())]).await?;
        let place = format!("{} of {}", report_idx + 1, files.len());
        browser.wait_for_text(".qs-switcher", &place).await?;
        browser.wait_for_text("h1", "QUANTIZATION REPORT").await?;
        browser.wait_for(".qs-quantizer").await?;
    }
    // Step by step, too.
    browser.wait_for("button[aria-label='Previous report']").await?.click().await?;
    let place = format!("{} of {}", files.len() - 1, files.len());
    browser.wait_for_text(".qs-switcher", &place).await?;
    browser.wait_for("button[aria-label='Next report']").await?.click().await?;
    browser.wait_for("button[aria-label='Next report']:disabled").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// Every node that swin_t's report names is a row of the grid, and every row is such a node.
#[tokio::test]
async fn the_grid_has_every_node() -> Result<()> {
    let path = report("swin_t.mixed.debug.txt")?;
    let text = std::fs::read_to_string(&path)?;
    let expected = node_names(&text);
    assert_eq!(expected.len(), 1351);

    let browser = page_with(&[&path]).await?;
    browser.wait_for_text(".qs-headline", "163 of 1,350 nodes").await?;
    show_view(&browser, "Nodes").await?;
    let grid = browser.wait_for("[role=grid][aria-rowcount='1352']").await?;
    assert_eq!(grid.attr("aria-label").await?.as_deref(), Some("Nodes"));

    // From top to bottom, as a reader scrolls.
    let mut found = BTreeSet::new();
    let mut most_rows = 0;
    for top in (0..=1351 * 30).step_by(450) {
        let scroll = "document.querySelector('[role=grid]').scrollTop = arguments[0]";
        eval_with(&browser, scroll, &[json!(top)]).await?;
        // Rows are counted from 1 and the header is one; the last in sight comes last.
        let last = (top / 30 + 20).min(1351) + 1;
        wait_until(
            &browser,
            &format!("return Boolean(document.querySelector('[aria-rowindex=\"{last}\"]'))"),
        )
        .await?;
        let rows = eval(
            &browser,
            "return [...document.querySelectorAll('[role=rowgroup] [role=row]')]
                .map((it) => it.querySelector('[role=gridcell]').textContent)",
        )
        .await?;
        let rows: Vec<String> = serde_json::from_value(rows)?;
        most_rows = most_rows.max(rows.len());
        found.extend(rows);
    }
    assert_eq!(found, expected);
    assert!(most_rows <= 100, "{most_rows} rows were in the page at once");
    browser.close().await
}

/// The names in a DEBUG report, read apart from Qspect's own reader: those of the table's second
/// column, rejected patterns taken apart, and of the last list.
fn node_names(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut name_column = None;
    let mut is_last_section = false;
    for line in text.lines() {
        if line.starts_with("-----") {
            name_column = None;
        } else if line == "Non annotated nodes:" {
            is_last_section = true;
        } else if is_last_section {
            names.insert(line.trim().to_owned());
        } else if let Some(column) = line.find("NODE NAME") {
            name_column = Some(column);
        } else if let Some(column) = name_column {
            let rest: String = line.chars().skip(column).collect();
            let is_rule = rest.starts_with("---");
            let cell = rest.split("  ").next().unwrap_or_default();
            if !is_rule && !cell.is_empty() {
                let inside = cell.strip_prefix('(').and_then(|it| it.strip_suffix(')'));
                names.extend(inside.unwrap_or(cell).split(", ").map(str::to_owned));
            }
        }
    }
    names
}

/// A log with several reports shows them all.
#[tokio::test]
async fn a_log_shows_all_its_reports() -> Result<()> {
    let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("logs/ds_cnn+mlp.debug.log");
    let browser = page_with(&[&log]).await?;
    browser.wait_for_text(".qs-chips", "ds_cnn+mlp.debug.log · 1 of 2").await?;
    browser.wait_for_text(".qs-headline", "All 29 nodes are quantized").await?;
    browser.wait_for(".qs-chip:nth-child(2)").await?.click().await?;
    browser.wait_for_text(".qs-headline", "0 of 7 nodes are quantized").await?;
    browser.wait_for_text(".qs-banner", "Nothing was quantized.").await?;
    browser.close().await
}

/// The text view shows, copies and saves what `qspect text` prints.
#[tokio::test]
async fn the_text_is_executorchs() -> Result<()> {
    let path = report("mlp_mixed.mixed.debug.txt")?;
    let browser = page_with(&[&path]).await?;
    browser.wait_for(".qs-headline").await?;
    for (level, file) in
        [("DEBUG", "mlp_mixed.mixed.debug.txt"), ("INFO", "mlp_mixed.mixed.info.txt")]
    {
        show_view(&browser, "Text").await?;
        let press = "
            [...document.querySelectorAll('[aria-label=Level] button')]
                .find((it) => it.textContent === arguments[0]).click()";
        eval_with(&browser, press, &[json!(level)]).await?;
        let expected = std::fs::read_to_string(report(file)?)?;
        let lines = expected.trim_start_matches('\n').lines().count();
        wait_until(
            &browser,
            &format!("return document.querySelector('.qs-text pre').textContent.split('\\n').length === {lines}"),
        )
        .await?;
        let shown =
            eval(&browser, "return document.querySelector('.qs-text pre').textContent").await?;
        assert_eq!(shown, json!(expected.trim_start_matches('\n')));
    }
    browser.close().await
}

/// A link leads to the same place: report, view, search, filter, order and node.
#[tokio::test]
async fn the_address_leads_back() -> Result<()> {
    let path = report("swin_t.mixed.debug.txt")?;
    let browser = page_with(&[&path]).await?;
    browser.wait_for(".qs-headline").await?;
    show_view(&browser, "Nodes").await?;
    search(&browser, "pad").await?;
    eval(
        &browser,
        "[...document.querySelectorAll('.qs-facet__value')]
        .find((it) => it.textContent.includes('rejected')).click()",
    )
    .await?;
    eval(&browser, "document.querySelector('[role=columnheader] button').click()").await?;
    wait_until(&browser, "return document.querySelector('[role=grid]').ariaRowCount === '6'")
        .await?;
    eval(&browser, "document.querySelector('[role=rowgroup] [role=row]').click()").await?;
    let node = eval(
        &browser,
        "return document.querySelector('[role=rowgroup] [role=row] [role=gridcell]').textContent",
    )
    .await?;
    browser.wait_for_text(".qs-detail h2", node.as_str().unwrap_or_default()).await?;
    let address = eval(&browser, "return location.hash.split(/&?file=/)[0]").await?;
    assert_eq!(
        address,
        json!(format!(
            "#view=nodes&q=pad&verdict=rejected&sort=name&node={}",
            node.as_str().unwrap_or_default()
        ))
    );

    // The same address in a new page, with the same report.
    let fragment = address.as_str().unwrap_or_default();
    let again = page().await?;
    eval_with(&again, "location.hash = arguments[0]", &[json!(fragment)]).await?;
    again.set_files("#qs-open", &[&path]).await?;
    again.wait_for_text(".qs-detail h2", node.as_str().unwrap_or_default()).await?;
    wait_until(&again, "return document.querySelector('[role=grid]').ariaRowCount === '6'").await?;
    // Back closes the node, and once more leads to where the search began.
    browser.client().back().await?;
    wait_until(&browser, "return !document.querySelector('.qs-detail')").await?;
    wait_until(&browser, "return document.querySelector('[role=grid]').ariaRowCount === '6'")
        .await?;
    browser.client().back().await?;
    browser.wait_for(".qs-headline").await?;
    again.close().await?;
    browser.close().await
}

/// A node that opens is in sight with rows around it, from above as from below.
#[tokio::test]
async fn an_open_node_has_rows_around_it() -> Result<()> {
    let browser = page_with(&[&report("swin_t.mixed.debug.txt")?]).await?;
    browser.wait_for(".qs-headline").await?;
    for node in ["add_30", "reshape_9"] {
        let open = "location.hash = `#view=nodes&node=${arguments[0]}`";
        eval_with(&browser, open, &[json!(node)]).await?;
        browser.wait_for_text(".qs-detail h2", node).await?;
        let is_within = "
            const row = document.querySelector('[role=row][aria-selected=true]')?.getBoundingClientRect();
            const grid = document.querySelector('[role=grid]').getBoundingClientRect();
            return Boolean(row) && row.bottom + 55 < grid.bottom && row.top - 55 > grid.top";
        wait_until(&browser, is_within).await?;
    }
    browser.close().await
}

/// The example is there without any file.
#[tokio::test]
async fn the_example_opens() -> Result<()> {
    let browser = page().await?;
    eval(
        &browser,
        "[...document.querySelectorAll('button')]
        .find((it) => it.textContent === 'Show an example').click()",
    )
    .await?;
    browser.wait_for_text(".qs-headline", "nodes stay float").await?;
    browser.close().await
}

/// Pasting a log is enough.
#[tokio::test]
async fn pasted_text_is_read() -> Result<()> {
    let text = std::fs::read_to_string(report("mlp_mixed.partial.debug.txt")?)?;
    let browser = page().await?;
    let paste = "
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', arguments[0]);
        document.body.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }));";
    eval_with(&browser, paste, &[json!(text)]).await?;
    browser.wait_for_text(".qs-headline", "0 of 7 nodes are quantized").await?;
    browser.close().await
}
