//! `cargo xtask bench`: what the page takes, in a real browser, as a table.

use anyhow::Result;

use crate::viewer::{self, Profile};
use crate::{browser, cargo, process};

/// Builds the viewer and measures it. Figures of one run compare with each other, with those of
/// another machine they do not.
pub fn run() -> Result<()> {
    let html = viewer::build(Profile::Web)?;
    let browser = browser::find_or_install()?;
    let mut bench = cargo::cargo(["run", "--release", "--quiet", "--package", "qspect-tests"]);
    bench.args(["--bin", "bench"]);
    bench.env("QSPECT_HTML", html);
    bench.env("CHROME", browser.chrome).env("CHROMEDRIVER", browser.chromedriver);
    process::run(&mut bench)
}
