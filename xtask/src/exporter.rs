//! `cargo xtask test exporter`: the Python package in a real ExecuTorch.
//!
//! It installs some 6 GB, most of it torch, so it is no part of `cargo xtask test`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::tally::Tally;
use crate::{cargo, package, process, workspace};

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
///
/// The environment is made anew when the requirements change.
fn environment() -> Result<PathBuf> {
    let root = workspace::root();
    let folder = root.join("target/exporter-venv");
    let bin = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let python = bin.join(format!("python{}", env::consts::EXE_SUFFIX));
    let requirements = root.join("exporter/requirements-test.txt");
    let wanted = read(&requirements)?;
    let stamp = folder.join("requirements.txt");
    if fs::read_to_string(&stamp).ok().as_deref() != Some(&*wanted) {
        let interpreter = package::python()?;
        eprintln!(
            "xtask: installing some 6 GB into {}, a few minutes",
            workspace::relative(&folder).display()
        );
        // With --clear the stamp goes too: it comes back when all is installed.
        process::run(Command::new(interpreter).args(["-m", "venv", "--clear"]).arg(&folder))
            .context("cannot make a virtual environment")?;
        pip(&python, &["-r", &requirements.display().to_string()])
            .context("cannot install what the exporter's tests need")?;
        fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    }
    // Always: the package itself may have changed.
    let package = root.join("exporter").display().to_string();
    pip(&python, &["--no-deps", "--force-reinstall", &package])
        .context("cannot install the exporter")?;
    Ok(python)
}

fn pip(python: &Path, arguments: &[&str]) -> Result<()> {
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(arguments);
    process::run(&mut pip)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
