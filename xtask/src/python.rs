//! Python: finds an interpreter, and makes the virtual environments of the checks and tests.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::{process, workspace};

/// The time limit of pip: torch alone is gigabytes.
const PATIENCE: Duration = Duration::from_mins(30);

/// The Python of a virtual environment in `target/` with the packages of a requirements file.
///
/// The environment is rebuilt when the requirements change. `cost` is printed then.
pub fn environment(name: &str, requirements: &str, cost: &str) -> Result<PathBuf> {
    let root = workspace::root();
    let folder = root.join("target").join(name);
    let bin = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let python = bin.join(format!("python{}", env::consts::EXE_SUFFIX));
    let requirements = root.join(requirements);
    let wanted = read(&requirements)?;
    let stamp = folder.join("requirements.txt");
    if fs::read_to_string(&stamp).ok().as_deref() != Some(&*wanted) {
        let interpreter = interpreter()?;
        eprintln!("xtask: installing {cost} into {}", workspace::relative(&folder).display());
        // With --clear the stamp is removed, too: it is written again when everything is installed.
        process::run(Command::new(interpreter).args(["-m", "venv", "--clear"]).arg(&folder))
            .context("cannot make a virtual environment")?;
        pip(&python, &["-r", &requirements.display().to_string()])
            .context("cannot install what the tests need")?;
        fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    }
    Ok(python)
}

/// Runs ruff and mypy on the exporter, as its pyproject.toml configures them.
pub fn lint() -> Result<()> {
    let python = environment("lint-venv", "exporter/requirements-lint.txt", "ruff and mypy")?;
    let exporter = workspace::root().join("exporter");
    let cache = workspace::root().join("target/lint-venv/cache");
    for tool in [
        &["ruff", "check", "--no-cache", "."][..],
        &["ruff", "format", "--no-cache", "--check", "."],
        &["mypy", "--no-error-summary", "--cache-dir", &cache.display().to_string()],
    ] {
        process::run(Command::new(&python).arg("-m").args(tool).current_dir(&exporter))?;
    }
    Ok(())
}

/// Installs a package without its dependencies, even if the version is unchanged: its files may
/// differ.
pub fn install(python: &Path, package: &Path) -> Result<()> {
    pip(python, &["--no-deps", "--force-reinstall", &package.display().to_string()])
        .with_context(|| format!("cannot install {}", package.display()))
}

fn pip(python: &Path, arguments: &[&str]) -> Result<()> {
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(arguments);
    process::run_within(PATIENCE, &mut pip)
}

/// A Python of at least 3.10: the one in the variable `PYTHON`, or the first on `PATH`.
pub fn interpreter() -> Result<OsString> {
    let check = "import sys; sys.exit(sys.version_info < (3, 10))";
    let named = env::var_os("PYTHON").into_iter();
    named
        .chain(["python3", "python"].map(OsString::from))
        .find(|python| process::succeeds(Command::new(python).args(["-c", check])))
        .context("no Python of at least 3.10 on PATH: install one, or name one in PYTHON")
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
