//! `cargo xtask firefox`: tests of the page and the element in Firefox.
//!
//! It compiles geckodriver, five minutes on two cores, so it is no part of `cargo xtask test`.

use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Result, bail, ensure};

use crate::tally::Tally;
use crate::viewer::Profile;
use crate::{browser, build, cargo, npm, process, setup, workspace};

/// No Debian package, but a crate.
const GECKODRIVER: &str = "0.37.1";

/// How long that may take to compile.
const COMPILE: Duration = Duration::from_mins(30);

const FIREFOXES: [&str; 2] = ["firefox-esr", "firefox"];

/// Those of the browser's tests that need nothing of Chromium's own.
const TESTS: [&str; 4] = ["smoke::", "bad_input::", "compare::", "keys::"];
/// In Firefox the focus goes from a dialog's last part to what WebDriver sees as no part of the page.
const BUT: &str = "the_help_keeps_the_focus";

/// Builds the viewer and runs the tests.
pub fn run() -> Result<ExitCode> {
    let product = build::product(Profile::Web)?;
    let firefox = find_or_install()?;
    println!("{}", process::output(Command::new(&firefox).arg("--version"))?.trim());
    let mut test = cargo::cargo(["test", "--package", "qspect-tests", "--test", "browser"]);
    product.tell(&mut test);
    test.env("QSPECT_AXE", npm::axe()?).env("FIREFOX", firefox).env("GECKODRIVER", geckodriver()?);
    // Two Firefoxes at a time take what a small machine has.
    test.args(["--no-fail-fast", "--", "--test-threads=2", "--skip", BUT]).args(TESTS);
    let tally = process::count_tests(&mut test, Tally::read_cargo)?;
    println!("{tally}");
    ensure!(tally.passed > 0, "no test has such a name: {TESTS:?}");
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn find_or_install() -> Result<PathBuf> {
    if let Some(firefox) = browser::locate("FIREFOX", &FIREFOXES)? {
        return Ok(firefox);
    }
    if setup::install(&["firefox-esr"])?
        && let Some(firefox) = browser::locate("FIREFOX", &FIREFOXES)?
    {
        return Ok(firefox);
    }
    bail!("install Firefox (Debian: `apt-get install firefox-esr`), or set FIREFOX to its path")
}

fn geckodriver() -> Result<PathBuf> {
    if let Some(found) = browser::locate("GECKODRIVER", &["geckodriver"])? {
        return Ok(found);
    }
    let tools = workspace::root().join("target/tools");
    let program = tools.join(format!("bin/geckodriver{EXE_SUFFIX}"));
    let version = process::output(Command::new(&program).arg("--version")).unwrap_or_default();
    if !version.starts_with(&format!("geckodriver {GECKODRIVER}")) {
        eprintln!("xtask: compiling geckodriver, five minutes");
        let mut install = cargo::cargo(["install", "--locked"]);
        install.arg(format!("geckodriver@{GECKODRIVER}")).arg("--root").arg(&tools);
        process::run_within(COMPILE, install.arg("--target-dir").arg(tools.join("build")))?;
    }
    Ok(program)
}
