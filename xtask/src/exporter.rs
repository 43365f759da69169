//! `cargo xtask test exporter`: the Python package in a real ExecuTorch.
//!
//! It installs some 7 GB, most of it torch, so it is no part of `cargo xtask test`.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::tally::Tally;
use crate::{cargo, process, python, workspace};

/// Runs the package's tests; what they need is installed into a virtual environment in `target/`.
pub fn test() -> Result<Tally> {
    let python = environment()?;
    // With Parquet, which DuckDB has to read.
    let mut build =
        cargo::cargo(["build", "--release", "--package", "qspect", "--features", "parquet"]);
    // The command that `cargo xtask build` left there keeps its viewer.
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
