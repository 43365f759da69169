//! `cargo xtask lighthouse`: Lighthouse's scores of the hosted page, empty and with a report.
//!
//! npm installs Lighthouse, about 360 MB, so this is not part of `cargo xtask test`.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::browser::{Browser, Engine};
use crate::viewer::{self, Profile};
use crate::{npm, package, process, serve, workspace};

/// The time limit of a run; a normal run takes half a minute.
const RUN: Duration = Duration::from_mins(5);

/// The flags of the tests' browser.
const CHROME_FLAGS: &str = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync";

/// The minimum score of each category, out of 100.
const GOALS: [(&str, u32); 3] =
    [("accessibility", 100), ("best-practices", 100), ("performance", 95)];

const REPORT: &str = "tiny_transformer.mixed.qspect.json.gz";

/// Builds the viewer, prints the scores and the audits that cost points, and fails below the goals.
pub fn run() -> Result<ExitCode> {
    viewer::build(Profile::Web)?;
    let lighthouse = npm::lighthouse()?;
    let browser = Browser::find_or_install(Engine::Chromium)?;
    let site = package::empty_folder(&workspace::root().join("target/lighthouse"))?;
    package::copy(
        &workspace::hosted(),
        &["index.html", "qspect.js", "qspect_bg.wasm", "THIRD-PARTY.txt"],
        &site,
    )?;
    let reports = workspace::root().join("tests/reports/executorch-1.5.1-exporter");
    package::copy(&reports, &[REPORT], &site)?;
    let address = serve::start(&site)?;
    let mut is_good = true;
    for form in ["desktop", "mobile"] {
        for (name, fragment) in [("empty", String::new()), ("report", format!("#src={REPORT}"))] {
            let mut command = lighthouse.command();
            command.arg(format!("{address}index.html{fragment}"));
            if form == "desktop" {
                command.arg("--preset=desktop");
            }
            let result =
                measure(command, browser.program(), &site.join(format!("{form}-{name}.json")))?;
            is_good &= print_scores(form, name, &result)?;
        }
    }
    println!("{}", if is_good { "All goals are reached." } else { "Not all goals are reached." });
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs Lighthouse with a profile of its own, which Lighthouse removes afterwards.
fn measure(mut command: Command, chrome: &Path, output: &Path) -> Result<Value> {
    command
        .args(["--quiet", "--output=json", "--no-enable-error-reporting"])
        .arg("--only-categories=accessibility,best-practices,performance")
        .arg(format!("--chrome-flags={CHROME_FLAGS}"))
        .arg(format!("--output-path={}", output.display()))
        .env("CHROME_PATH", chrome);
    process::run_within(RUN, &mut command)?;
    let text = std::fs::read(output).context("Lighthouse wrote no result")?;
    serde_json::from_slice(&text).context("Lighthouse's result is no JSON")
}

/// Prints the result, and returns whether it reaches the goals.
fn print_scores(form: &str, name: &str, result: &Value) -> Result<bool> {
    let mut is_good = true;
    let mut line = format!("{form}, {name}:");
    for (category, goal) in GOALS {
        let score = result["categories"][category]["score"].as_f64();
        // A missing score is an error of Lighthouse itself.
        let score = score.with_context(|| format!("Lighthouse has no score of {category}"))?;
        let score = (score * 100.0).round() as u32;
        is_good &= score >= goal;
        line.push_str(&format!(" {category} {score} (goal {goal}),"));
    }
    println!("{}", line.trim_end_matches(','));
    for audit in result["audits"].as_object().into_iter().flat_map(|it| it.values()) {
        let is_low = audit["score"].as_f64().is_some_and(|it| it < 0.9);
        if is_low {
            let [title, value] = ["title", "displayValue"].map(|it| audit[it].as_str());
            println!("  {} {}", title.unwrap_or_default(), value.unwrap_or_default());
        }
    }
    Ok(is_good)
}
