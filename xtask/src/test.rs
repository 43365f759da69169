//! `cargo xtask test`: every check and every test, one after the other.
//!
//! A failure does not stop the run, so that one run shows everything that is broken.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::browser::{Browser, Engine};
use crate::build::{self, Product};
use crate::cargo::cargo;
use crate::tally::Tally;
use crate::viewer::Profile;
use crate::{engines, exporter, licences, npm, process, python, setup, sites, tidy, workspace};

/// A part of the tests that can run separately.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Suite {
    /// Formatting, lints, the rules of this repository
    Checks,
    /// The crates' own tests
    Unit,
    /// The built command and the built page in a real browser
    Product,
    /// Random inputs for everything that reads untrusted bytes (`unit` runs a seeded sample); runs
    /// only by name
    Long,
    /// Page and element in Firefox and in WebKit; runs only by name
    Engines,
    /// The Python package in a real ExecuTorch; runs only by name
    Exporter,
    /// The packages, and real sites with reports in them; runs only by name
    Sites,
}

/// The page's program compiles only for WebAssembly.
const WITHOUT_PAGE: [&str; 2] = ["--exclude", "qspect-web"];

/// The name of some tests, and the function that runs them.
type Tests = (&'static str, fn() -> Result<Tally>);

/// Runs the suite, or all of them, and prints the count as the last line.
pub fn run(suite: Option<Suite>) -> ExitCode {
    let wants = |it| suite.is_none_or(|only| only == it);
    let mut report = Report::default();
    // These run only by name.
    let alone: Option<Tests> = match suite {
        Some(Suite::Long) => Some(("long tests", long_tests)),
        Some(Suite::Engines) => Some(("engines", engines::test)),
        Some(Suite::Exporter) => Some(("exporter", exporter::test)),
        Some(Suite::Sites) => Some(("sites", sites::test)),
        _ => None,
    };
    if let Some((name, tests)) = alone {
        report.tests(name, tests);
        return report.finish();
    }
    if wants(Suite::Checks) {
        checks(&mut report);
    }
    if suite == Some(Suite::Checks) {
        return report.finish();
    }
    // The licences that the command prints, and `qspect html`, need the viewer that it carries.
    let product = report.step("build", || build::product(Profile::Web));
    if wants(Suite::Unit) {
        report.tests("unit tests", || unit_tests(product.as_ref()));
    }
    if wants(Suite::Product) {
        let axe = report.step("axe-core", npm::axe);
        report.tests("product tests", || product_tests(product.as_ref(), axe));
    }
    report.finish()
}

fn checks(report: &mut Report) {
    report.step("format", || {
        setup::cargo_component("fmt", "rustfmt")?;
        process::run(&mut cargo(["fmt", "--all", "--check"]))
    });
    report.step("lints", || {
        setup::cargo_component("clippy", "clippy")?;
        let mut clippy = cargo(["clippy", "--workspace"]);
        clippy.args(WITHOUT_PAGE);
        clippy.args(["--all-targets", "--all-features", "--", "-D", "warnings"]);
        process::run(&mut clippy)
    });
    report.step("core without its features", || {
        let clippy = ["clippy", "--package", "qspect-core", "--no-default-features"];
        process::run(cargo(clippy).args(["--", "-D", "warnings"]))
    });
    report.step("lints of the page", || {
        setup::wasm_target()?;
        let mut clippy = cargo(["clippy", "--package", "qspect-web", "--target", setup::WASM]);
        // In the build's profile, so that macros and build scripts are compiled once for both.
        clippy.args(["--profile", Profile::Web.name(), "--", "-D", "warnings"]);
        process::run(&mut clippy)
    });
    report.step("documentation", || {
        let mut doc = cargo(["doc", "--package", "qspect-core", "--all-features", "--no-deps"]);
        process::run(doc.arg("--quiet").env("RUSTDOCFLAGS", "-D warnings"))
    });
    report.step("tidy", || tidy::check(workspace::root()));
    report.step("notices", licences::check);
    report.step("Python", python::lint);
}

fn long_tests() -> Result<Tally> {
    let mut test = cargo(["test", "--release", "--package", "qspect-fuzz", "--test", "short"]);
    test.arg("--no-fail-fast").env("QSPECT_LONG", "1");
    process::count_tests(&mut test, Tally::read_cargo)
}

fn unit_tests(product: Option<&Product>) -> Result<Tally> {
    let mut test = cargo(["test", "--workspace", "--all-features", "--no-fail-fast"]);
    test.args(WITHOUT_PAGE).args(["--exclude", "qspect-tests"]);
    if let Some(product) = product {
        test.env("QSPECT_VIEWER", &product.html);
    }
    process::count_tests(&mut test, Tally::read_cargo)
}

fn product_tests(product: Option<&Product>, axe: Option<PathBuf>) -> Result<Tally> {
    let product = product.context("not run: the build failed")?;
    let browser = Browser::find_or_install(Engine::Chromium)?;
    let mut test = cargo(["test", "--package", "qspect-tests", "--no-fail-fast"]);
    product.set_variables(&mut test);
    browser.set_variables(&mut test);
    match axe {
        Some(axe) => test.env("QSPECT_AXE", axe),
        // The missing axe has been reported, and counts as one failure.
        None => test.args(["--", "--skip=axe::", "--skip=the_first_screens_are_for_everyone"]),
    };
    process::count_tests(&mut test, Tally::read_cargo)
}

/// The results of the run so far.
#[derive(Default)]
struct Report {
    tally: Tally,
    failures: Vec<&'static str>,
}

impl Report {
    /// Runs one step that counts as one test, and returns its result for later steps.
    fn step<T>(&mut self, name: &'static str, step: impl FnOnce() -> Result<T>) -> Option<T> {
        let mut value = None;
        self.tests(name, || {
            value = Some(step()?);
            Ok(Tally::PASSED)
        });
        value
    }

    /// Runs one step that counts tests itself.
    fn tests(&mut self, name: &'static str, step: impl FnOnce() -> Result<Tally>) {
        println!("== {name}");
        let start = Instant::now();
        let tally = step().unwrap_or_else(|error| {
            println!("{name}: {error:#}");
            Tally::FAILED
        });
        if tally.failed > 0 {
            self.failures.push(name);
        }
        self.tally += tally;
        println!("== {name}: {tally} in {:.1} s", start.elapsed().as_secs_f32());
    }

    fn finish(self) -> ExitCode {
        if !self.failures.is_empty() {
            println!("failed: {}", self.failures.join(", "));
        }
        println!("{}", self.tally);
        if self.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
