//! `cargo xtask test exporter`: the Python package in a real ExecuTorch.
//!
//! It installs about 7 GB, most of it torch, so it is not part of `cargo xtask test`.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::tally::Tally;
use crate::{cargo, process, python, workspace};

/// Runs the package's tests. Their requirements are installed in a virtual environment in
/// `target/`.
pub fn test() -> Result<Tally> {
    let python = environment()?;
    // With Parquet, which DuckDB must be able to read.
    let mut build =
        cargo::cargo(["build", "--release", "--package", "qspect", "--features", "parquet"]);
    // If `cargo xtask build` left a viewer, the command contains it.
    if workspace::viewer().is_file() {
        build.env("QSPECT_VIEWER", workspace::viewer());
    }
    let command = cargo::build_file(&mut build, &format!("qspect{}", env::consts::EXE_SUFFIX))?;
    let mut pytest = Command::new(python);
    pytest.current_dir(workspace::root());
    pytest.args(["-m", "pytest", "exporter/tests", "--color=no"]).env("QSPECT_BIN", command);
    process::count_tests(&mut pytest, Tally::read_pytest)
}

/// The Python of an environment in which the package is installed as users install it.
pub fn environment() -> Result<PathBuf> {
    let requirements = "exporter/requirements-test.txt";
    let python = python::environment("exporter-venv", requirements, "some 7 GB, a few minutes,")?;
    python::install(&python, &workspace::root().join("exporter"))?;
    Ok(python)
}
