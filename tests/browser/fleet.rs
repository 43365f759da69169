//! Many reports: archives, folders and the matrix of what they come to.

use std::io::{Cursor, Write};
use std::path::Path;

use anyhow::Result;
use qspect_tests::{Browser, generate};
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::page::{eval, exporter, page, page_with, wait_until};

/// A zip archive of these files.
fn archive(path: &Path, files: &[(&str, &[u8])]) -> Result<()> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default())?;
        zip.write_all(bytes)?;
    }
    Ok(std::fs::write(path, zip.finish()?.into_inner())?)
}

fn report(name: &str) -> Result<Vec<u8>> {
    Ok(std::fs::read(exporter(name))?)
}

/// The text of a column of the matrix.
async fn column(browser: &Browser, at: usize) -> Result<serde_json::Value> {
    let script = format!(
        "return [...document.querySelectorAll('.qs-fleet [role=rowgroup] [role=row]')]
            .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)
            .map((it) => it.children[{at}].innerText.split('\\n')[0])"
    );
    eval(browser, &script).await
}

/// Bad files in an archive are reported, and the other files are still read.
#[tokio::test]
async fn an_archive_is_a_fleet() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let inner = folder.path().join("inner.zip");
    archive(&inner, &[("a.json", b"{}")])?;
    let zip = folder.path().join("fleet.zip");
    archive(
        &zip,
        &[
            ("arm/mlp.json", &report("mlp_mixed.partial.qspect.json")?),
            ("arm/resnet.json.gz", &report("resnet18.a16w8.qspect.json")?),
            ("arm/swin.json.gz", &report("swin_t.mixed.qspect.json.gz")?),
            ("bad.json", b"{\"format\": \"qspect-report\", \"vers"),
            ("../out.json", b"{}"),
            ("inner.zip", &std::fs::read(&inner)?),
        ],
    )?;
    let browser = page_with(&[&zip]).await?;
    browser.wait_for(".qs-headline").await?;
    eval(&browser, "document.querySelector('#qs-tab-fleet').click()").await?;
    browser.wait_for_text(".qs-headline", "3 reports of 3 models").await?;
    assert_eq!(column(&browser, 1).await?, json!(["mlp_mixed", "resnet18", "swin_t"]));
    browser.wait_for_text(".qs-fleet", "fleet.zip/arm/mlp.json").await?;
    let alerts = "return [...document.querySelectorAll('[role=alert]')].map((it) => it.innerText)";
    let alerts = eval(&browser, alerts).await?.to_string();
    for part in ["fleet.zip/bad.json", "ends before it is complete", "out.json", "inner.zip"] {
        assert!(alerts.contains(part), "{part} in {alerts}");
    }
    // Sorted by coverage, the worst first, then the best, then as they came.
    let sort = "document.querySelectorAll('.qs-fleet [role=columnheader] button')[2].click()";
    eval(&browser, sort).await?;
    wait_until(&browser, "return location.hash.split(/&?file=/)[0] === '#view=fleet&fleet=nodes'")
        .await?;
    assert_eq!(column(&browser, 3).await?, json!(["0 %", "88.2 %", "100 %"]));
    eval(&browser, sort).await?;
    wait_until(&browser, "return location.hash.split(/&?file=/)[0] === '#view=fleet&fleet=-nodes'")
        .await?;
    assert_eq!(column(&browser, 1).await?, json!(["resnet18", "swin_t", "mlp_mixed"]));
    // Why, over all of them.
    browser
        .wait_for_text(".qs-why", "All inputs and outputs to these nodes are non-quantized.")
        .await?;
    // A figure leads to its nodes, a name to its report.
    eval(&browser, "document.querySelectorAll('.qs-fleet .qs-link')[2].click()").await?;
    wait_until(&browser, "return document.querySelector('[role=grid]')?.ariaRowCount === '159'")
        .await?;
    eval(&browser, "history.back()").await?;
    browser.wait_for(".qs-fleet").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

#[tokio::test]
async fn two_checked_reports_open_compare() -> Result<()> {
    let names = ["mobilenet_v2.ethosu", "mobilenet_v2.mixed", "swin_t.mixed"];
    let paths = names.map(|it| exporter(&format!("{it}.qspect.json.gz")));
    let browser = page_with(&[&paths[0], &paths[1], &paths[2]]).await?;
    browser.wait_for(".qs-chip:nth-child(3)").await?;
    eval(&browser, "location.hash = '#view=fleet'").await?;
    browser.wait_for_text(".qs-headline", "3 reports of 2 models").await?;
    let check = |at: usize| format!("document.querySelectorAll('.qs-fleet input')[{at}].click()");
    // The third that is checked takes the place of the first.
    for at in [2, 1, 0] {
        eval(&browser, &check(at)).await?;
    }
    let checked =
        "return [...document.querySelectorAll('.qs-fleet input')].map((it) => it.checked)";
    assert_eq!(eval(&browser, checked).await?, json!([true, true, false]));
    browser.wait_for(".qs-fleet__top button").await?.click().await?;
    browser.wait_for_text(".qs-headline", "10 nodes became float").await?;
    browser.close().await
}

/// A folder's reports keep their paths; files there that are not reports are ignored.
#[tokio::test]
async fn a_folder_is_opened_whole() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let runs = folder.path().join("runs");
    std::fs::create_dir_all(runs.join("b"))?;
    std::fs::write(runs.join("b/resnet.json"), report("resnet18.a16w8.qspect.json")?)?;
    std::fs::write(runs.join("mlp.json"), report("mlp_mixed.partial.qspect.json")?)?;
    std::fs::write(runs.join("model.pt"), b"no report")?;
    let browser = page().await?;
    browser.set_files("#qs-open-folder", &[&runs]).await?;
    browser.wait_for(".qs-chip:nth-child(2)").await?;
    eval(&browser, "document.querySelector('#qs-tab-fleet').click()").await?;
    browser.wait_for_text(".qs-fleet", "runs/b/resnet.json").await?;
    browser.wait_for_text(".qs-fleet", "runs/mlp.json").await?;
    assert_eq!(eval(&browser, "return document.querySelector('[role=alert]')").await?, json!(null));
    browser.close().await
}

/// As the system drops them, on a page that was opened from disk: browsers give such a page less.
#[tokio::test]
async fn files_and_folders_are_dropped() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let runs = folder.path().join("runs");
    let empty = folder.path().join("empty");
    std::fs::create_dir_all(runs.join("b"))?;
    std::fs::create_dir(&empty)?;
    std::fs::write(runs.join("b/resnet.json"), report("resnet18.a16w8.qspect.json")?)?;
    std::fs::write(runs.join("a.json"), report("mlp_mixed.mixed.qspect.json")?)?;
    std::fs::write(runs.join("model.pt"), b"no report")?;
    let browser = page().await?;
    let single = exporter("mlp_mixed.partial.qspect.json");
    for paths in [vec![&single], vec![&runs, &empty]] {
        for kind in ["dragEnter", "dragOver", "drop"] {
            let data = json!({ "items": [], "files": paths, "dragOperationsMask": 1 });
            let event = json!({ "type": kind, "x": 300, "y": 300, "data": data });
            browser.devtools("Input.dispatchDragEvent", event).await?;
        }
        browser.wait_for(".qs-headline").await?;
    }
    browser.wait_for(".qs-chip:nth-child(3)").await?;
    let names = "return [...document.querySelectorAll('.qs-chip')].map((it) => it.title)";
    assert_eq!(
        eval(&browser, names).await?,
        json!(["mlp_mixed.partial.qspect.json", "runs/a.json", "runs/b/resnet.json"])
    );
    browser.wait_for_text("[role=alert]", "no report in this folder").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// A truncated gzip is reported, and the report that is open stays.
#[tokio::test]
async fn a_truncated_gzip_is_reported() -> Result<()> {
    let browser = page_with(&[&exporter("resnet18.a16w8.qspect.json")]).await?;
    browser.wait_for(".qs-headline").await?;
    let whole = report("swin_t.mixed.qspect.json.gz")?;
    browser.drop_files("body", &[("swin.json.gz", &whole[..whole.len() / 2])]).await?;
    browser.wait_for_text("[role=alert]", "swin.json.gz").await?;
    browser.wait_for_text("[role=alert]", "the gzip ends before it is complete").await?;
    browser.wait_for_text(".qs-overview", "resnet18").await?;
    browser.close().await
}

/// More nodes than the worker keeps: what was put aside is there again when it is asked for.
#[tokio::test]
async fn reports_that_were_put_aside_come_back() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let zip = folder.path().join("large.zip");
    let json = generate::json(20_000)?;
    let names: Vec<String> = (0..14).map(|it| format!("{it:02}.json")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|it| (it.as_str(), json.as_bytes())).collect();
    archive(&zip, &files)?;
    let browser = page_with(&[&zip]).await?;
    browser.wait_for(".qs-headline").await?;
    eval(&browser, "location.hash = '#view=fleet'").await?;
    browser.wait_for_text(".qs-headline", "14 reports").await?;
    eval(&browser, "location.hash = '#report=1&view=nodes'").await?;
    wait_until(&browser, "return document.querySelector('[role=grid]')?.ariaRowCount === '20002'")
        .await?;
    eval(&browser, "location.hash = '#report=2&base=1&view=compare'").await?;
    browser.wait_for_text(".qs-headline", "Nothing changed").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// Of two folders, the first is the baseline: the page says which reports regressed since, and opens
/// the comparison of one.
#[tokio::test]
async fn a_fleet_has_a_baseline() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let zip = folder.path().join("nightly.zip");
    let changed = |name: &str| -> Result<Vec<u8>> {
        let folder = exporter("").join("../changes");
        Ok(std::fs::read(folder.join(name))?)
    };
    archive(
        &zip,
        &[
            ("2026-11-20/mobilenet.json.gz", &report("mobilenet_v2.ethosu.qspect.json.gz")?),
            ("2026-11-20/mlp.json", &changed("mlp_mixed.ethosu.qspect.json")?),
            ("2026-11-20/resnet.json", &report("resnet18.qat.qspect.json")?),
            (
                "2026-11-27/mobilenet.json.gz",
                &changed("mobilenet_v2.without_a_module.qspect.json.gz")?,
            ),
            ("2026-11-27/mlp.json", &changed("mlp_mixed.with_a_layer.qspect.json")?),
            ("2026-11-27/resnet.json", &report("resnet18.qat.qspect.json")?),
            ("2026-11-27/new.json", &report("ds_cnn.uint8io.qspect.json")?),
        ],
    )?;
    let browser = page_with(&[&zip]).await?;
    browser.wait_for(".qs-headline").await?;
    eval(&browser, "document.querySelector('#qs-tab-fleet').click()").await?;
    let sentence = "1 of 3 reports regressed; 1 changed otherwise; 1 without a partner";
    browser.wait_for_text(".qs-baseline__sentence", sentence).await?;
    let rows = "return [...document.querySelectorAll('.qs-baseline tbody tr')]
        .map((it) => it.innerText.replace(/\\s+/g, ' '))";
    let rows = eval(&browser, rows).await?;
    let first = rows[0].as_str().unwrap_or_default();
    assert!(
        first.starts_with("mobilenet_v2 100 → 95.1 % 0 → 5 0 → 2 regressed: 5 nodes became"),
        "{first}"
    );
    assert_eq!(rows.as_array().map(Vec::len), Some(2));
    let choose = "
        const it = document.querySelector('.qs-baseline select');
        it.value = arguments[0];
        it.dispatchEvent(new Event('change', { bubbles: true }));
        return it.options.length";
    assert_eq!(crate::page::eval_with(&browser, choose, &[json!("")]).await?, 3);
    wait_until(&browser, "return !document.querySelector('.qs-baseline__sentence')").await?;
    crate::page::eval_with(&browser, choose, &[json!("2026-11-27")]).await?;
    let sentence = "None of 3 reports regressed; 2 changed otherwise; 1 without a partner";
    browser.wait_for_text(".qs-baseline__sentence", sentence).await?;
    eval(&browser, "document.querySelector('.qs-baseline tbody button').click()").await?;
    browser.wait_for_text(".qs-compare .qs-headline", "became quantized").await?;
    browser.close().await
}

/// Three nights of two models open on Fleet: the last night is compared with the one before, each
/// model has its line, and the table can be searched and saved.
#[tokio::test]
async fn nights_are_a_line() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let zip = folder.path().join("nightly.zip");
    let good = report("mobilenet_v2.ethosu.qspect.json.gz")?;
    let bad = std::fs::read(exporter("../changes/mobilenet_v2.without_a_module.qspect.json.gz"))?;
    let mlp = report("mlp_mixed.partial.qspect.json")?;
    archive(
        &zip,
        &[
            ("2026-11-20/mobilenet.json.gz", &good),
            ("2026-11-21/mobilenet.json.gz", &good),
            ("2026-11-22/mobilenet.json.gz", &bad),
            ("2026-11-20/mlp.json", &mlp),
            ("2026-11-21/mlp.json", &mlp),
            ("2026-11-22/mlp.json", &mlp),
        ],
    )?;
    let browser = page_with(&[&zip]).await?;
    let sentence = "2026-11-22 against 2026-11-21: 1 of 2 reports regressed";
    browser.wait_for_text(".qs-baseline__sentence", sentence).await?;
    let steps =
        "return [...document.querySelectorAll('.qs-times li:not(.qs-times__dates)')].map((it) =>
        [it.querySelector('b').textContent, it.querySelectorAll('.qs-times__step').length,
         it.querySelectorAll('.qs-times__step--worse').length])";
    let lines = json!([["mlp_mixed", 2, 0], ["mobilenet_v2", 2, 1]]);
    assert_eq!(eval(&browser, steps).await?, lines);
    browser.wait_for_text(".qs-times__axis", "2026-11-20").await?;
    browser.wait_for(".qs-times__step--worse").await?.click().await?;
    browser.wait_for_text(".qs-compare .qs-headline", "5 nodes became float").await?;
    browser.client().back().await?;
    browser.wait_for(".qs-fleet").await?;
    assert_eq!(browser.console_errors().await?, [""; 0]);
    browser.close().await
}

/// Ten reports have a search, and Fleet's table can be saved.
#[tokio::test]
async fn a_large_fleet_is_searched_and_saved() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let zip = folder.path().join("many.zip");
    let (mlp, resnet) =
        (report("mlp_mixed.partial.qspect.json")?, report("resnet18.qat.qspect.json")?);
    let names: Vec<String> = (0..12).map(|it| format!("runs/{it:02}.json")).collect();
    let files = names.iter().enumerate();
    let files: Vec<(&str, &[u8])> = files
        .map(|(at, name)| (name.as_str(), if at % 4 == 0 { &resnet[..] } else { &mlp[..] }))
        .collect();
    archive(&zip, &files)?;
    let browser = page_with(&[&zip]).await?;
    browser.wait_for_text(".qs-headline", "12 reports of 2 models").await?;
    browser.wait_for(".qs-fleet__search input").await?.send_keys("RESNET").await?;
    browser.wait_for_text(".qs-fleet__search", "3 of 12").await?;
    assert_eq!(column(&browser, 1).await?, json!(["resnet18", "resnet18", "resnet18"]));
    wait_until(&browser, "return location.hash.includes('reports=RESNET')").await?;
    let saved_to = browser.downloads().await?;
    let csv = crate::share::saved(&browser, &saved_to, "Table", "00.reports.csv").await?;
    let csv = String::from_utf8(csv)?;
    assert_eq!(csv.lines().count(), 13, "{csv}");
    assert!(csv.starts_with("file,report_idx,report_title,model,"), "{csv}");
    let markdown =
        crate::share::saved(&browser, &saved_to, "Markdown table", "00.reports.md").await?;
    let markdown = String::from_utf8(markdown)?;
    assert!(markdown.contains("**12 reports**"), "{markdown}");
    browser.close().await
}
