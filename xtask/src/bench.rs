//! `cargo xtask bench`: the time and memory of everything, as tables, compared with other tools.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::browser::{Browser, Engine};
use crate::viewer::{self, Profile};
use crate::{cargo, exporter, npm, process, workspace};

/// The measured part of BENCHMARKS.md is between these lines.
const BEGIN: &str = "<!-- measured by `cargo xtask bench --write` -->\n";
const END: &str = "<!-- end -->\n";

/// The parts that can be measured separately; the first ones run in a browser.
pub const PARTS: [&str; 5] = ["start", "page", "fleet", "native", "python"];
const IN_BROWSER: &[&str] = PARTS.split_at(3).0;

/// Measures the named parts, or all. Figures of one run can be compared with each other, but not
/// with those of another machine. `before` is the page of another build, measured alternately with
/// this one.
pub fn run(parts: &[String], before: Option<&Path>, writes: bool) -> Result<()> {
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|it| it == part);
    let mut bench = cargo::cargo(["run", "--release", "--quiet", "--package", "qspect-tests"]);
    bench.args(["--bin", "bench", "--"]).args(parts);
    if IN_BROWSER.iter().any(|it| wants(it)) {
        bench.env("QSPECT_HTML", viewer::build(Profile::Web)?);
        Browser::find_or_install(Engine::Chromium)?.set_variables(&mut bench);
    }
    if let Some(before) = before {
        bench.env("QSPECT_BEFORE", before);
    }
    if wants("page") {
        bench.env("QSPECT_SPEEDSCOPE", npm::speedscope()?);
    }
    if wants("python") {
        bench.env("QSPECT_PYTHON", exporter::environment()?);
    }
    let tables = process::output(&mut bench)?;
    print!("{tables}");
    if writes { write(&tables) } else { Ok(()) }
}

/// Writes the tables to BENCHMARKS.md, under a line that describes the machine.
fn write(tables: &str) -> Result<()> {
    let path = workspace::root().join("BENCHMARKS.md");
    let page = fs::read_to_string(&path).context("cannot read BENCHMARKS.md")?;
    let (before, rest) = page.split_once(BEGIN).context("BENCHMARKS.md has no place for them")?;
    let (_, after) = rest.split_once(END).context("BENCHMARKS.md has no end of its tables")?;
    let page = format!("{before}{BEGIN}\n{}\n\n{}\n{END}{after}", machine()?, tables.trim_end());
    fs::write(&path, page).context("cannot write BENCHMARKS.md")
}

/// Date, processor, memory and browser of this machine, as far as they are known.
fn machine() -> Result<String> {
    let value = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|it| it.starts_with(name))?.split_once(':')?.1;
        Some(line.trim().to_owned())
    };
    let processor = value("/proc/cpuinfo", "model name").unwrap_or_else(|| "?".to_owned());
    let n_cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kilobytes = value("/proc/meminfo", "MemTotal").unwrap_or_default();
    let kilobytes: f64 = kilobytes.trim_end_matches(" kB").parse().unwrap_or(f64::NAN);
    let browser = Browser::find_or_install(Engine::Chromium)?;
    let version = process::output(Command::new(browser.program()).arg("--version"))?;
    let version = version.split(" built on").next().unwrap_or_default().trim();
    let day = process::output(Command::new("date").arg("+%Y-%m-%d"))?;
    Ok(format!(
        "{}, {n_cores} cores of {processor}, {:.0} GB of memory, {version} (headless, without a GPU).",
        day.trim(),
        kilobytes / 1e6,
    ))
}
