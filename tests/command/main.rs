//! The built command `qspect`.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result};
use qspect_tests::{command, page_text, reports};

fn qspect(arguments: &[&str]) -> Result<Output> {
    Command::new(command()?).args(arguments).output().context("qspect does not start")
}

fn path(it: &Path) -> &str {
    it.to_str().expect("a path in UTF-8")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("UTF-8")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("UTF-8")
}

/// With input on standard input.
fn qspect_with(arguments: &[&str], input: &[u8]) -> Result<Output> {
    let mut child = Command::new(command()?)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    child.stdin.take().context("no standard input")?.write_all(input)?;
    Ok(child.wait_with_output()?)
}

/// Each real report, byte for byte after its leading empty line, and again through JSON.
#[test]
fn text_is_executorchs() -> Result<()> {
    for report in reports()? {
        let is_info = path(&report).contains(".info.");
        let text = if is_info { vec!["text", "--summary"] } else { vec!["text"] };
        let expected = std::fs::read_to_string(&report)?;
        let expected = format!("{}\n", expected.trim_start_matches('\n'));
        let printed = qspect(&[&text[..], &[path(&report)]].concat())?;
        assert_eq!(stdout(&printed), expected, "{}", report.display());
        assert_eq!(stderr(&printed), "");
        let json = qspect(&["json", path(&report)])?;
        let again = qspect_with(&[&text[..], &["-"]].concat(), &json.stdout)?;
        assert_eq!(stdout(&again), expected, "{}", report.display());
    }
    Ok(())
}

#[test]
fn several_reports_are_an_array() -> Result<()> {
    let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("logs/ds_cnn+resnet18.info.log");
    let json: serde_json::Value = serde_json::from_str(stdout(&qspect(&["json", path(&log)])?))?;
    assert_eq!(json.as_array().map(Vec::len), Some(2));
    assert_eq!(json[0]["format"], "qspect-report");
    Ok(())
}

#[test]
fn bad_input_is_status_2_and_takes_nothing_with_it() -> Result<()> {
    let good = &reports()?[0];
    let output = qspect(&["text", "no-such-file.txt", path(good)])?;
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with("error: no-such-file.txt: "), "{}", stderr(&output));
    assert!(stdout(&output).contains("QUANTIZATION REPORT"));

    let output = qspect_with(&["json", "-"], b"{}")?;
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with("error: <stdin>"), "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
    Ok(())
}

#[test]
fn a_reader_that_leaves_is_no_error() -> Result<()> {
    let large = reports()?.into_iter().find(|it| it.ends_with("swin_t.mixed.debug.txt"));
    let mut child = Command::new(command()?)
        .arg("text")
        .arg(large.context("swin_t")?)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    drop(child.stdout.take());
    let output = child.wait_with_output()?;
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    Ok(())
}

#[test]
fn the_page_has_the_reports_and_can_go_to_standard_output() -> Result<()> {
    let text = "-".repeat(100);
    let title = format!("{:^100}", "</script><!--");
    let log = format!("{text}\n{title}\n{text}\nNon annotated nodes: 1\n{text}\n");
    let output = qspect_with(&["html", "-", "-o", "-"], log.as_bytes())?;
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let page = page_text(&output.stdout)?;
    assert!(page.contains(r#"class="qspect-report" data-name="&lt;stdin>""#));
    assert!(page.contains(r"\u003c/script>\u003c!--"));
    Ok(())
}
