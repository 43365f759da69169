//! `cargo xtask test engines`: the tests that run in every engine, in Firefox and in WebKit.
//!
//! `cargo xtask test` runs them in Chromium, together with those that only Chromium can run.

use anyhow::{Result, ensure};

use crate::browser::{Browser, Engine};
use crate::build::{self, Product};
use crate::tally::Tally;
use crate::viewer::Profile;
use crate::{cargo, npm, process};

/// The module of `tests/browser` that contains them.
const TESTS: &str = "every_engine::";

/// The module has at least this many tests: fewer mean that the filter misses them.
const LEAST: usize = 30;

/// Builds the viewer, and runs the tests in one engine after the other.
pub fn test() -> Result<Tally> {
    // First, so that a missing browser is reported before minutes of compiling.
    let engines = [Engine::Firefox, Engine::WebKit];
    let browsers = engines.map(|it| Browser::find_or_install(it).map(|browser| (it, browser)));
    let browsers = browsers.into_iter().collect::<Result<Vec<_>>>()?;
    let product = build::product(Profile::Web)?;
    let mut tally = Tally::default();
    for (engine, browser) in browsers {
        println!("== {}: {}", engine.name(), browser.program().display());
        let counted = run(&browser, &product)?;
        let n_tests = counted.passed + counted.failed;
        ensure!(n_tests >= LEAST, "only {n_tests} tests are in {TESTS}");
        tally += counted;
    }
    Ok(tally)
}

fn run(browser: &Browser, product: &Product) -> Result<Tally> {
    let mut test = cargo::cargo(["test", "--package", "qspect-tests", "--test", "browser"]);
    product.set_variables(&mut test);
    browser.set_variables(&mut test);
    test.env("QSPECT_AXE", npm::axe()?);
    // Two browsers at a time use all of a small machine.
    test.args(["--no-fail-fast", "--", "--test-threads=2", TESTS]);
    process::count_tests(&mut test, Tally::read_cargo)
}
