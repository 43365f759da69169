//! Numbers, encodings and sizes at their ends.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use qspect_core::view::NodeTable;
use qspect_core::{Analysis, Level, QSpec, Summary, parse, write};
use qspect_tests::Browser;
use serde_json::json;

use crate::hostile_json::check;
use crate::page::{eval, page, page_with, search, show_view, wait_until};
use crate::security::holds;

/// What JSON's grammar has of numbers, and what Python writes beside it.
const NUMBERS: [&str; 18] = [
    "0",
    "-0",
    "-0.0",
    "1e308",
    "-1e308",
    "1e400",
    "-1e400",
    "1e-400",
    "NaN",
    "Infinity",
    "-Infinity",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "18446744073709551615",
    "123456789012345678901234567890",
    "0.1",
];

/// Where numbers stand: a report with `@` there, in place of the number.
const FIELDS: [(&str, &str); 12] = [
    ("quant_min", r#""spec": {"type": "QuantizationSpec", "dtype": "torch.int8", "quant_min": @}"#),
    ("quant_max", r#""spec": {"type": "QuantizationSpec", "dtype": "torch.int8", "quant_max": @}"#),
    ("ch_axis", r#""spec": {"type": "QuantizationSpec", "dtype": "torch.int8", "ch_axis": @}"#),
    ("eps", r#""spec": {"type": "QuantizationSpec", "dtype": "torch.int8", "eps": @}"#),
    (
        "scale",
        r#""spec": {"type": "FixedQParamsQuantizationSpec", "dtype": "torch.int8", "scale": @, "zero_point": 0}"#,
    ),
    (
        "zero_point",
        r#""spec": {"type": "FixedQParamsQuantizationSpec", "dtype": "torch.int8", "scale": 1, "zero_point": @}"#,
    ),
    ("shape", r#""node": {"shape": [@, 3]}"#),
    ("metrics", r#""node": {"metrics": {"sqnr": @}}"#),
    ("n_params", r#""node": {"n_params": @}"#),
    ("macs", r#""node": {"macs": @}"#),
    ("non_annotated_nodes", r#""report": {"non_annotated_nodes": @}"#),
    ("counts", r#""counts": {"accepted": @, "rejected_previous_annotation": @, "rejected": 1}"#),
];

/// A report with the number in that field.
fn with_number(field: &str, number: &str) -> String {
    let put = field.replace('@', number);
    let part = |name: &str, or: &str| match put.strip_prefix(&format!("\"{name}\": ")) {
        Some(value) => value.to_owned(),
        None => or.to_owned(),
    };
    let inner = |name: &str| part(name, "{}").trim_matches(['{', '}']).to_owned();
    let more = |name: &str| match put.strip_prefix(&format!("\"{name}\": {{")) {
        Some(value) => format!(", {}", &value[..value.len() - 1]),
        None => String::new(),
    };
    let counts = match inner("counts") {
        none if none.is_empty() => String::new(),
        some => format!("\"counts\": {{{some}}}, "),
    };
    let spec = part("spec", "null");
    let annotation = format!(
        r#"{{"input_qspec_map": [{{"node": "x", "qspec": {spec}}}], "output_qspec": {spec}}}"#
    );
    let annotated = format!(r#"{{"name": "conv", {}"#, &annotation[1..]);
    format!(
        r#"{{"format": "qspect-report", "version": 1, "report_title": "T", "quantizers": [{{{counts}
        "quantizer_info": {{"name": "Q", "targeted_nodes_description": "", "qconfig_label": "c"}},
        "accepted_patterns": [{{"nodes": [{annotated}]}}], "rejected_patterns": []}}],
        "graph": {{"nodes": [
          {{"name": "x", "op": "placeholder", "target": "x", "inputs": [], "shape": [1, 3]}},
          {{"name": "w", "op": "get_attr", "target": "w", "inputs": []{}}},
          {{"name": "conv", "op": "call_function", "target": "aten.conv2d.default", "inputs": ["x", "w"],
            "annotation": {annotation}{}}}]}}{}}}"#,
        more("node"),
        more("node"),
        more("report"),
    )
}

/// Every number in every field: the file's name and its text.
fn numbers() -> Vec<(String, Vec<u8>)> {
    let all = FIELDS.iter().flat_map(|(name, field)| {
        NUMBERS.iter().map(move |number| {
            (format!("{name} is {number}.json"), with_number(field, number).into_bytes())
        })
    });
    all.collect()
}

#[test]
fn a_number_is_read_or_refused_with_its_place() -> Result<()> {
    let files = numbers();
    let (mut n_read, mut failures) = (0, Vec::new());
    for (name, bytes) in &files {
        match parse(name, bytes) {
            Ok(parsed) => {
                n_read += 1;
                let report = parsed.reports.into_iter().next().context("no report")?;
                let again = parse(name, write::json(&report)?.as_bytes())?;
                assert_eq!(again.reports, std::slice::from_ref(&report), "{name}");
                write::text(&report, Level::Debug)?;
                let analysis = Analysis::of(report);
                write::summary_text(&Summary::of(&analysis, &NodeTable::of(&analysis)));
                write::summary_json(&[(name, Analysis::of(analysis.report().clone()))])?;
                write::node_data_json(&analysis, &"sqnr".into());
                write::icicle_svg(&analysis);
                analysis.records(QSpec::full).for_each(drop);
                (0..analysis.nodes().len()).for_each(|it| drop(analysis.detail(it)));
            }
            Err(error) => {
                let field = name.split(' ').next().unwrap_or_default();
                let is_placed = error.path.as_ref().is_some_and(|it| it.contains(field));
                let is_finite = !name.contains("NaN") && !name.contains("Infinity");
                let is_hinted = error.hint.as_ref().is_some_and(|it| it.contains("write null"));
                if error.position.is_none() || !is_placed || is_hinted == is_finite {
                    failures.push(error.to_string());
                }
            }
        }
    }
    assert_eq!(failures, [""; 0]);
    ensure!(n_read > files.len() / 3, "only {n_read} are read");
    holds("Numbers, each in every field that has one", files.len())
}

#[tokio::test]
async fn the_page_reports_the_same_for_numbers() -> Result<()> {
    // The page counts nodes in 32 bits, and refuses what is more.
    let is_beyond = |it: &(String, Vec<u8>)| {
        let number = it.0.trim_end_matches(".json").rsplit(' ').next();
        let is_count = it.0.starts_with("counts") || it.0.starts_with("non_annotated_nodes");
        let number = number.and_then(|it| it.parse::<u64>().ok());
        is_count && number.is_some_and(|it| it > u64::from(u32::MAX))
    };
    let (beyond, files): (Vec<_>, Vec<_>) = numbers().into_iter().partition(is_beyond);
    let browser = page().await?;
    check(&browser, &files).await?;
    browser.close().await?;
    let browser = page().await?;
    let dropped: Vec<_> = beyond.iter().map(|it| (it.0.as_str(), &it.1[..])).collect();
    browser.drop_files("body", &dropped).await?;
    for (name, _) in &beyond {
        let alert = format!(
            "return [...document.querySelectorAll('[role=alert]')].some((it) =>
                it.innerText.startsWith('{name}, line') && it.innerText.includes('invalid value'))"
        );
        wait_until(&browser, &alert).await?;
    }
    browser.close().await
}

/// Files in other encodings, and strings that no text can hold: the name, the bytes, and what is
/// reported about them; nothing where all is well.
fn encodings() -> Vec<(&'static str, Vec<u8>, Option<&'static str>)> {
    let report = |title: &[u8]| {
        let before = br#"{"format": "qspect-report", "version": 1, "quantizers": [], "non_annotated_nodes": ["a"], "report_title": ""#;
        [&before[..], title, b"\"}"].concat()
    };
    let text = String::from_utf8_lossy(&report("naïve".as_bytes())).into_owned();
    let utf16 = |unit: fn(u16) -> [u8; 2]| {
        ['\u{feff}' as u16]
            .into_iter()
            .chain(text.encode_utf16())
            .flat_map(unit)
            .collect::<Vec<u8>>()
    };
    let repaired = Some("not UTF-8 and read");
    let refused = Some("not JSON: ");
    vec![
        ("UTF-8 with a mark", [b"\xEF\xBB\xBF", text.as_bytes()].concat(), None),
        ("UTF-16, little end first", utf16(u16::to_le_bytes), None),
        ("UTF-16, big end first", utf16(u16::to_be_bytes), None),
        ("UTF-16, cut in a unit", utf16(u16::to_le_bytes)[..101].to_vec(), Some("the JSON ends")),
        ("a mark in the text", report("\u{feff}".as_bytes()), None),
        ("an escaped control", report(br"\u0000\u001b\u0085"), None),
        ("a bare NUL", report(b"\0"), refused),
        ("a bare escape", report(b"\x1b[2J"), refused),
        ("a bare C1", report("\u{9b}".as_bytes()), None),
        ("a high surrogate", report(br"\ud800"), refused),
        ("a low surrogate", report(br"\udc00"), refused),
        ("surrogates about", report(br"\udc00\ud800"), refused),
        ("a surrogate and a letter", report(br"\ud800a"), refused),
        ("a surrogate in UTF-8", report(b"\xED\xA0\x80"), repaired),
        ("an overlong slash", report(b"\xC0\xAF"), repaired),
        ("an overlong NUL", report(b"\xC0\x80"), repaired),
        ("beyond Unicode", report(b"\xF4\x90\x80\x80"), repaired),
        ("half a character", report(b"\xC3"), repaired),
        ("Latin-1", report(b"na\xEFve"), repaired),
        (
            "a stray byte before all",
            [b"\x80", text.as_bytes()].concat(),
            Some("no quantization report"),
        ),
    ]
}

#[tokio::test]
async fn encodings_are_read_repaired_or_refused() -> Result<()> {
    let inputs = encodings();
    for (name, bytes, expected) in &inputs {
        let said = match parse(name, bytes) {
            Ok(parsed) => parsed.warnings.first().map(|it| it.message.clone()),
            Err(error) => Some(error.message),
        };
        let is_as_expected = match (&said, expected) {
            (Some(said), Some(expected)) => said.contains(expected),
            (said, expected) => said.is_none() && expected.is_none(),
        };
        ensure!(is_as_expected, "{name}: {said:?} is not {expected:?}");
    }
    let browser = page().await?;
    let files: Vec<_> = inputs.into_iter().map(|it| (it.0.to_owned(), it.1)).collect();
    check(&browser, &files).await?;
    browser.close().await?;
    holds("Encodings and strings that are no text", files.len())
}

/// A second is what a reader waits for; these machines are slow.
const PATIENCE: Duration = Duration::from_secs(5);

/// Goes through the views, and checks that each is there soon and small, and that the page then hears keys.
async fn check_quick(browser: &Browser, what: &str) -> Result<()> {
    for (view, css) in [
        ("Overview", ".qs-headline"),
        ("Nodes", "#qs-row-0"),
        ("Modules", ".qs-overview"),
        ("Text", ".qs-text__lines, .qs-text [role=alert]"),
        ("Fleet", ".qs-fleet__name"),
    ] {
        let start = Instant::now();
        show_view(browser, view).await?;
        browser.wait_for(css).await?;
        let n = eval(
            browser,
            "return [document.querySelectorAll('*').length, document.body.textContent.length]",
        )
        .await?;
        let elapsed = start.elapsed();
        ensure!(elapsed < PATIENCE, "{what}: {view} after {elapsed:?}");
        let n: (usize, usize) = serde_json::from_value(n)?;
        ensure!(n.0 < 5_000 && n.1 < 1_000_000, "{what}: {view} has {n:?} elements and characters");
    }
    let start = Instant::now();
    show_view(browser, "Nodes").await?;
    search(browser, "zz no such").await?;
    browser.wait_for_text(".qs-nodes__none", "No nodes match.").await?;
    ensure!(start.elapsed() < PATIENCE, "{what}: a search took {:?}", start.elapsed());
    Ok(())
}

#[tokio::test]
async fn ten_megabytes_in_one_string() -> Result<()> {
    let base = fs::read_to_string(crate::page::exporter("mlp_mixed.mixed.qspect.json"))?;
    let long = "long_".repeat(2 << 20);
    let folder = tempfile::tempdir()?;
    let fields = [
        ("a title", "FINAL QUANTIZATION REPORT"),
        ("a model", "mlp_mixed"),
        ("a node", "linear_1"),
        ("a module", "a"),
        ("a quantizer", "PatternQuantizer"),
        ("a qconfig", "NO_QCONFIG"),
        ("a reason", "Tried annotating already quantized node."),
        ("a dtype", "torch.int16"),
        ("an op", "aten.linear.default"),
    ];
    let mut failures = Vec::new();
    for (what, text) in fields {
        let json = base.replace(&format!("\"{text}\""), &format!("\"{long}\""));
        ensure!(json.len() > long.len(), "{what}: {text} is not in the report");
        let path = folder.path().join("long.json");
        fs::write(&path, json)?;
        let browser = page_with(&[&path]).await?;
        browser.wait_for(".qs-headline").await?;
        if let Err(error) = check_quick(&browser, what).await {
            failures.push(format!("{error:#}"));
        }
        failures.extend(browser.console_errors().await?);
        browser.close().await?;
    }
    assert_eq!(failures, [""; 0]);
    holds("10 MB in one string", fields.len())
}

const MILLION: usize = 1_000_000;

const QSPEC: &str =
    r#"{"type":"QuantizationSpec","dtype":"torch.int8","quant_min":-128,"quant_max":127}"#;

/// Writes a node's annotation.
type Annotation = fn(&mut dyn Write) -> std::io::Result<()>;

/// Writes a million items of a list.
fn write_items(out: &mut dyn Write, item: impl Fn(usize) -> String) -> std::io::Result<()> {
    (0..MILLION).try_for_each(|at| write!(out, "{}{}", if at > 0 { "," } else { "" }, item(at)))
}

/// Writes a report of one node and its input, with the node's annotation by `write`.
fn write_large(path: &Path, annotation: Annotation) -> Result<()> {
    let mut out = std::io::BufWriter::new(fs::File::create(path)?);
    let info = json!({ "name": "Q", "targeted_nodes_description": "", "qconfig_label": "c" });
    write!(
        out,
        r#"{{"format": "qspect-report", "version": 1, "report_title": "LARGE", "quantizers": [
        {{"quantizer_info": {info}, "accepted_patterns": [], "rejected_patterns": []}}],
        "graph": {{"nodes": [{{"name": "x", "op": "placeholder", "target": "x", "inputs": []}},
        {{"name": "cat", "op": "call_function", "target": "aten.cat.default", "inputs": ["x"], "annotation": "#
    )?;
    annotation(&mut out)?;
    write!(out, "}}]}}}}")?;
    Ok(out.flush()?)
}

#[tokio::test]
async fn a_million_qspecs_at_one_node() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("million.json");
    let shapes: [(&str, Annotation); 3] = [
        ("inputs", |out| {
            write!(out, r#"{{"output_qspec": {QSPEC}, "input_qspec_map": ["#)?;
            write_items(out, |at| format!(r#"{{"node":"n{at}","qspec":{QSPEC}}}"#))?;
            write!(out, "]}}")
        }),
        ("sources", |out| {
            let class = r#""type": "DerivedQuantizationSpec", "dtype": "torch.int32""#;
            write!(out, r#"{{"output_qspec": {{{class}, "derived_from": ["#)?;
            write_items(out, |at| format!(r#"["n{at}","cat"]"#))?;
            write!(out, "]}}}}")
        }),
        // Each edge shares with the next.
        ("a chain", |out| {
            write!(out, r#"{{"output_qspec": {QSPEC}, "input_qspec_map": ["#)?;
            write_items(out, |at| {
                let next = format!(r#""edge_or_node":["n{}","cat"]"#, at + 1);
                format!(r#"{{"node":"n{at}","qspec":{{"type":"SharedQuantizationSpec",{next}}}}}"#)
            })?;
            write!(out, "]}}")
        }),
    ];
    for (what, annotation) in shapes {
        write_large(&path, annotation)?;
        let browser = page_with(&[&path]).await?;
        // To read a hundred megabytes takes its time, but the page answers all the while.
        wait_until(
            &browser,
            "return Boolean(document.querySelector('.qs-headline, [role=alert]'))",
        )
        .await?;
        browser.wait_for(".qs-headline").await?;
        show_view(&browser, "Nodes").await?;
        browser.wait_for("#qs-row-1").await?;
        let start = Instant::now();
        let script = "[...document.querySelectorAll('.qs-grid__cell.qs-grid__name > span')].find((it) => it.textContent === 'cat').click()";
        eval(&browser, script).await?;
        browser.wait_for_text(".qs-detail h2", "cat").await?;
        ensure!(start.elapsed() < PATIENCE, "{what}: the node opens after {:?}", start.elapsed());
        check_quick(&browser, what).await?;
        browser.close().await?;
    }
    holds("A million qspecs at one node", shapes.len())
}
