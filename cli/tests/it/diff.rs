//! `qspect diff`.

use anyhow::{Context, Result};
use qspect_core::text::number_format::thousands;
use serde_json::{Value, json};

use crate::{Folder, exported, qspect, stderr, stdout};

/// Pairs of real reports of one model.
const PAIRS: [(&str, &str); 10] = [
    ("mobilenet_v2.ethosu", "mobilenet_v2.a16w8"),
    ("mobilenet_v2.ethosu", "mobilenet_v2.with_a_layer"),
    ("mobilenet_v2.ethosu", "mobilenet_v2.without_a_module"),
    ("mobilenet_v2.cortex_m", "mobilenet_v2.mixed"),
    ("mlp_mixed.ethosu", "mlp_mixed.with_a_layer"),
    ("mlp_mixed.mixed", "mlp_mixed.partial"),
    ("ds_cnn.cortex_m", "ds_cnn.cortex_m_int16"),
    ("ds_cnn.uint8io", "ds_cnn.cortex_m"),
    ("resnet18.a16w8", "resnet18.qat"),
    ("tiny_transformer.mixed", "tiny_transformer.partial"),
];

/// What a comparison shows, whatever the format: its headline, rows of name, base, head and delta,
/// and the titles of its lists.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    headline: String,
    figures: Vec<[String; 4]>,
    lists: Vec<String>,
}

fn figure(cells: &[&str]) -> [String; 4] {
    let cell = |at: usize| cells.get(at).map_or("", |it| it.trim()).to_owned();
    [cell(0), cell(1), cell(2), cell(3)]
}

fn shown_in_text(text: &str) -> Shown {
    let mut paragraphs = text.split("\n\n");
    let headline = paragraphs.next().and_then(|it| it.lines().nth(2)).unwrap_or_default();
    let figures = paragraphs.next().unwrap_or_default().lines().map(|line| {
        let cells: Vec<&str> = line.split("  ").filter(|it| !it.trim().is_empty()).collect();
        figure(&cells)
    });
    let figures = figures.collect();
    let lists = paragraphs.filter_map(|it| it.lines().next().map(str::to_owned)).collect();
    Shown { headline: headline.to_owned(), figures, lists }
}

fn shown_in_markdown(markdown: &str) -> Shown {
    let plain = markdown.replace('\\', "").replace("✅ ", "").replace("🔺 ", "");
    let headline = plain.lines().find_map(|it| it.strip_prefix("**")?.strip_suffix("**"));
    let table = plain.split("\n\n").find(|it| it.starts_with("| | base | head |"));
    let rows = table.unwrap_or_default().lines().skip(2);
    let figures = rows.map(|it| figure(&it.trim_matches('|').split(" | ").collect::<Vec<_>>()));
    Shown {
        headline: headline.unwrap_or_default().to_owned(),
        figures: figures.collect(),
        lists: plain.lines().filter_map(|it| Some(it.strip_prefix("### ")?.to_owned())).collect(),
    }
}

/// Compares the figures in the text with the numbers in the JSON.
fn check_figures(shown: &Shown, diff: &Value) -> Result<()> {
    let mut n_checked = 0;
    for [name, base, head, _] in &shown.figures {
        for (side, value) in [("base", base), ("head", head)] {
            let totals = &diff["totals"][side];
            let number = match name.as_str() {
                "quantized or fused" => {
                    let n = |verdict: &str| totals["verdicts"][verdict].as_u64();
                    let n = n("quantized").zip(n("fused")).context("verdicts in JSON")?;
                    assert_eq!(*value, thousands(usize::try_from(n.0 + n.1)?), "{name}");
                    n_checked += 1;
                    continue;
                }
                "rejected" => &totals["verdicts"][name],
                "float by config" => &totals["verdicts"]["float_by_config"],
                "without an annotation" => &totals["n_non_annotated"],
                "float islands" => &totals["n_islands"],
                "crossings of all islands" => &totals["n_crossings"],
                "crossings of the worst" => &totals["worst_crossings"],
                "findings" => &totals["n_findings"],
                "coverage, nodes" => {
                    let share = &totals["coverage"]["nodes"];
                    let n = |part: &str| -> Result<String> {
                        let n = share[part].as_u64().with_context(|| format!("{part} in JSON"))?;
                        Ok(thousands(usize::try_from(n)?))
                    };
                    let of = format!("({} of {})", n("quantized")?, n("total")?);
                    assert!(value.ends_with(&of), "{name}: {value} is not {of}");
                    n_checked += 1;
                    continue;
                }
                _ => continue,
            };
            let number = number.as_u64().with_context(|| format!("{name} in JSON"))?;
            assert_eq!(*value, thousands(usize::try_from(number)?), "{name}");
            n_checked += 1;
        }
    }
    assert!(n_checked >= 14, "{:?}", shown.figures);
    Ok(())
}

#[test]
fn all_formats_carry_the_same_figures() -> Result<()> {
    let folder = Folder::new()?;
    for (base, head) in PAIRS {
        let (base, head) = (folder.report(base)?, folder.report(head)?);
        let formats = ["text", "markdown", "json"].map(|format| {
            let output = qspect(&["diff", &base, &head, "--format", format]);
            output.map(|it| (it.status.code(), stdout(&it).to_owned()))
        });
        let [text, markdown, json] = formats;
        let (text, markdown, json) = (text?, markdown?, json?);
        assert_eq!([text.0, markdown.0, json.0], [Some(0); 3], "{head}");
        let shown = shown_in_text(&text.1);
        assert_eq!(shown, shown_in_markdown(&markdown.1), "{head}");
        let json: Value = serde_json::from_str(&json.1)?;
        let diff = &json["diffs"][0];
        check_figures(&shown, diff)?;
        // The lists, with as many nodes as JSON has.
        let n_of = |title: &str| -> Option<usize> {
            let of_list = diff[title].as_array().map(Vec::len);
            let kind = match title.strip_prefix("changed ") {
                Some(what) => format!("{what}_changed"),
                None => title.replace(' ', "_"),
            };
            let changed = diff["changed"].as_array()?.iter();
            let has_kind =
                |it: &&Value| it["kinds"].as_array().is_some_and(|it| it.contains(&json!(kind)));
            of_list.or_else(|| Some(changed.filter(has_kind).count()))
        };
        assert!(!shown.lists.is_empty(), "{head}");
        for list in &shown.lists {
            let (title, n) = list.rsplit_once(" (").context("`Became float (5)`")?;
            let n_nodes = n_of(&title.to_lowercase()).context("a list")?;
            assert_eq!(n, format!("{})", thousands(n_nodes)), "{head}: {title}");
        }
        assert!(shown.headline.starts_with(char::is_numeric), "{}", shown.headline);
    }
    Ok(())
}

#[test]
fn exit_code_is_1_if_anything_changed() -> Result<()> {
    let folder = Folder::new()?;
    let base = folder.report("mlp_mixed.ethosu")?;
    let head = folder.report("mlp_mixed.with_a_layer")?;
    let status = |arguments: &[&str]| -> Result<Option<i32>> {
        Ok(qspect(&[&["diff"], arguments].concat())?.status.code())
    };
    assert_eq!(status(&[&base, &head])?, Some(0));
    for format in ["text", "markdown", "json"] {
        let arguments = ["--exit-code", "--format", format];
        assert_eq!(status(&[&[&*base, &*head], &arguments[..]].concat())?, Some(1));
        assert_eq!(status(&[&[&*base, &*base], &arguments[..]].concat())?, Some(0));
    }
    // Names alone are not a change.
    let json = String::from_utf8(exported("mlp_mixed.ethosu")?)?;
    let renamed = folder.file("renamed.json", json.replace("\"gelu\"", "\"gelu_7\""))?;
    let output = qspect(&["diff", &base, &renamed, "--exit-code"])?;
    assert!(stdout(&output).contains("\nNothing changed but names: "), "{}", stdout(&output));
    assert!(stdout(&output).contains("gelu → gelu_7"), "{}", stdout(&output));
    assert_eq!(output.status.code(), Some(0));
    Ok(())
}

#[test]
fn a_bad_file_is_status_2() -> Result<()> {
    let folder = Folder::new()?;
    let good = folder.report("mlp_mixed.ethosu")?;
    let bad = folder.file("bad.json", "{\"format\": \"qspect-report\"}")?;
    for files in [[&good, &bad], [&bad, &good], [&bad, &bad]] {
        let output = qspect(&["diff", files[0], files[1], "--exit-code"])?;
        assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""));
        assert!(stderr(&output).starts_with("error: "), "{}", stderr(&output));
        assert!(stderr(&output).contains(&bad), "{}", stderr(&output));
    }
    let output = qspect(&["diff", &good])?;
    assert_eq!(output.status.code(), Some(2));
    Ok(())
}

/// Of each comparison the models, the number of changed nodes, and of those that are added.
fn compared(base: &str, head: &str) -> Result<Vec<(Value, Value, usize, usize)>> {
    let output = qspect(&["diff", base, head, "--format", "json"])?;
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let json: Value = serde_json::from_str(stdout(&output))?;
    let n = |it: &Value| it.as_array().map_or(usize::MAX, Vec::len);
    let diffs = json["diffs"].as_array().context("diffs")?.iter().map(|it| {
        let models = &it["reports"];
        let (base, head) = (models["base"]["model"].clone(), models["head"]["model"].clone());
        (base, head, n(&it["changed"]), n(&it["added"]))
    });
    Ok(diffs.collect())
}

fn array(reports: &[&str]) -> Result<String> {
    let reports: Result<Vec<String>> =
        reports.iter().map(|it| Ok(String::from_utf8(exported(it)?)?)).collect();
    Ok(format!("[{}]", reports?.join(",")))
}

#[test]
fn several_reports_are_paired_by_model_and_title() -> Result<()> {
    let folder = Folder::new()?;
    let base = folder
        .file("base.json", array(&["mlp_mixed.ethosu", "resnet18.qat", "ds_cnn.uint8io"])?)?;
    let head = folder
        .file("head.json", array(&["ds_cnn.uint8io", "mlp_mixed.with_a_layer", "resnet18.qat"])?)?;
    let models = |it: &str| (json!(it), json!(it));
    let of = |model: &str, n_added: usize| (models(model).0, models(model).1, 0, n_added);
    // In the order of the head.
    let expected = [of("ds_cnn", 0), of("mlp_mixed", 1), of("resnet18", 0)];
    assert_eq!(compared(&base, &head)?, expected);
    // The title distinguishes reports of one model: ds_cnn.cortex_m has another one.
    let base = folder.file("base.json", array(&["ds_cnn.cortex_m", "ds_cnn.uint8io"])?)?;
    let head = folder.file("head.json", array(&["ds_cnn.uint8io", "ds_cnn.cortex_m"])?)?;
    assert_eq!(compared(&base, &head)?, [of("ds_cnn", 0), of("ds_cnn", 0)]);
    // A log does not record the model; only its titles identify reports.
    let log = qspect(&["text", &base])?.stdout;
    let log = folder.file("base.log", log)?;
    let null = |it: (Value, Value, usize, usize)| (Value::Null, it.1, it.2, it.3);
    assert_eq!(compared(&log, &head)?, [null(of("ds_cnn", 0)), null(of("ds_cnn", 0))]);
    let text = qspect(&["diff", &base, &head])?;
    assert_eq!(stdout(&text), "None of 2 reports regressed\n");
    Ok(())
}

/// Regressions come first, by name in the first line.
#[test]
fn regressions_come_first() -> Result<()> {
    let folder = Folder::new()?;
    let base = folder.file("base.json", array(&["mlp_mixed.ethosu", "mobilenet_v2.ethosu"])?)?;
    let changed = ["mlp_mixed.with_a_layer", "mobilenet_v2.without_a_module"];
    let head = folder.file("head.json", array(&changed)?)?;
    let output = qspect(&["diff", &base, &head])?;
    let text = stdout(&output);
    assert!(
        text.starts_with("1 of 2 reports regressed (mobilenet_v2); 1 more changed\n"),
        "{text}"
    );
    assert!(text.find("mobilenet_v2: ") < text.find("mlp_mixed: "), "{text}");
    let json = qspect(&["diff", &base, &head, "--format", "json"])?;
    let json: Value = serde_json::from_str(stdout(&json))?;
    let judged: Vec<_> = [0, 1].iter().map(|it| &json["diffs"][*it]["is_regression"]).collect();
    assert_eq!(judged, [&json!(false), &json!(true)]);
    Ok(())
}

#[test]
fn a_report_without_a_partner_is_listed_and_is_a_change() -> Result<()> {
    let folder = Folder::new()?;
    let two = folder.file("two.json", array(&["mlp_mixed.mixed", "resnet18.qat"])?)?;
    let one = folder.report("resnet18.qat")?;
    let warning =
        format!("warning: {two}: nothing to compare with: mlp_mixed: FINAL QUANTIZATION REPORT\n");
    for (base, head) in [(&two, &one), (&one, &two)] {
        let output = qspect(&["diff", base, head])?;
        assert_eq!((output.status.code(), stderr(&output)), (Some(0), &*warning));
        let list = if *base == two { "Removed" } else { "Added" };
        let listed =
            format!("\n{list} reports (1)\n  {two}: mlp_mixed: FINAL QUANTIZATION REPORT\n");
        assert!(stdout(&output).contains(&listed), "{}", stdout(&output));
        assert!(stdout(&output).contains("\nNothing changed\n"), "{}", stdout(&output));
        let output = qspect(&["diff", base, head, "--exit-code"])?;
        assert_eq!((output.status.code(), stderr(&output)), (Some(1), &*warning));
    }
    Ok(())
}

/// A log has no graph, qscheme or observer. That is not a change.
#[test]
fn a_log_against_the_json_of_its_run_shows_no_change() -> Result<()> {
    let folder = Folder::new()?;
    for name in ["mobilenet_v2.mixed", "swin_t.mixed", "ds_cnn.uint8io", "mlp_mixed.partial"] {
        let (json, log) = (folder.report(name)?, folder.log(name, &[])?);
        for (base, head) in [(&json, &log), (&log, &json)] {
            let output = qspect(&["diff", base, head, "--exit-code"])?;
            assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""), "{name}");
            assert!(stdout(&output).contains("\nNothing changed\n"), "{}", stdout(&output));
        }
    }
    Ok(())
}

/// At INFO level there are counts alone.
#[test]
fn a_report_at_info_level_compares_by_its_figures() -> Result<()> {
    let folder = Folder::new()?;
    let json = folder.report("mobilenet_v2.mixed")?;
    let info = folder.log("mobilenet_v2.mixed", &["--summary"])?;
    let other = folder.log("mlp_mixed.partial", &["--summary"])?;
    let headline = "; INFO reports list no nodes, so only counts are compared\n";
    for (base, head, status) in [(&json, &info, 0), (&info, &info, 0), (&info, &other, 1)] {
        let output = qspect(&["diff", base, head, "--exit-code"])?;
        assert!(stdout(&output).contains(headline), "{}", stdout(&output));
        assert_eq!(output.status.code(), Some(status), "{head}");
        let shown = shown_in_text(stdout(&output));
        assert!(shown.lists.is_empty(), "{shown:?}");
        assert!(shown.figures[0][0].starts_with("quantizer 1: "), "{shown:?}");
        let json = qspect(&["diff", base, head, "--format", "json"])?;
        let json: Value = serde_json::from_str(stdout(&json))?;
        assert_eq!(json["diffs"][0]["is_by_node"], false);
        assert_eq!(json["diffs"][0]["added"], Value::Null);
    }
    Ok(())
}
