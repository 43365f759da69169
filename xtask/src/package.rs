//! `cargo xtask package`: the viewer as packages, a tarball for npm and a wheel for pip, and the
//! crates.
//!
//! The packages contain the built files, so installing them requires neither Rust nor this
//! repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::viewer::{self, Profile};
use crate::{build, crates, process, python, workspace};

/// The time limit of npm and pip for one package; pip first downloads its build tools.
const PATIENCE: Duration = Duration::from_mins(5);

/// The licence texts in every copy.
pub const LICENSES: [&str; 3] = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"];

/// The notices for third-party code, beside the viewer.
pub const THIRD_PARTY: &str = "THIRD-PARTY.txt";

/// The viewer for web servers, with the notices.
const HOSTED: [&str; 4] = ["index.html", "qspect.js", "qspect_bg.wasm", THIRD_PARTY];

/// The results of `cargo xtask package` in `target/package`.
pub struct Packages {
    /// The npm package, with the element and the page.
    pub tarball: PathBuf,
    /// The Python package, with the element and the page.
    pub wheel: PathBuf,
}

/// Builds everything, and prints paths and sizes.
pub fn run() -> Result<()> {
    let packages = build()?;
    for path in [packages.tarball, packages.wheel].iter().chain(&crates::package()?) {
        println!("{}", build::describe(path)?);
    }
    Ok(())
}

/// Builds the viewer, and both packages around it.
pub fn build() -> Result<Packages> {
    viewer::build(Profile::Web)?;
    // `cargo install --path cli` finds this viewer, too.
    let folder = workspace::root().join("target/package");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(Packages { tarball: tarball(&folder)?, wheel: wheel(&folder)? })
}

/// Packs the npm package with npm itself.
fn tarball(folder: &Path) -> Result<PathBuf> {
    let root = workspace::root();
    let source = root.join("npm");
    let manifest = fs::read(source.join("package.json")).context("cannot read package.json")?;
    let manifest: Value = serde_json::from_slice(&manifest).context("package.json is no JSON")?;
    let version = env!("CARGO_PKG_VERSION");
    ensure!(manifest["version"] == version, "npm/package.json is not of version {version}");

    let stage = empty_folder(&folder.join("npm"))?;
    copy(&source, &["package.json", "README.md", "qspect.d.ts"], &stage)?;
    copy(root, &LICENSES, &stage)?;
    copy(&workspace::dist(), &["qspect.html", "report.schema.json"], &stage)?;
    copy(&workspace::hosted(), &HOSTED, &stage)?;
    process::run_within(
        PATIENCE,
        Command::new(npm())
            .args(["pack", "--silent", "--pack-destination"])
            .arg(folder)
            .current_dir(&stage),
    )
    .context("npm, of Node.js, makes the package")?;
    Ok(folder.join(format!("qspect-{version}.tgz")))
}

/// Builds the Python package with pip.
fn wheel(folder: &Path) -> Result<PathBuf> {
    let exporter = workspace::root().join("exporter");
    let viewer = empty_folder(&exporter.join("src/qspect/viewer"))?;
    copy(&workspace::dist(), &["qspect.html"], &viewer)?;
    copy(&workspace::hosted(), &HOSTED, &viewer)?;
    // setuptools finds these by name, and lists them in the wheel's metadata.
    copy(workspace::root(), &LICENSES, &exporter)?;
    fs::copy(workspace::licences_of_viewer(), exporter.join(format!("LICENSE-{THIRD_PARTY}")))
        .context("cannot copy the third parties' notices")?;
    // setuptools would also pack files that an earlier version left in `build`.
    empty_folder(&exporter.join("build"))?;
    let wheels = empty_folder(&folder.join("wheels"))?;
    let mut pip = Command::new(python::interpreter()?);
    pip.args(["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    process::run_within(PATIENCE, pip.arg("--wheel-dir").arg(&wheels).arg(&exporter))?;
    let wheel = wheels.join(format!("qspect-{}-py3-none-any.whl", env!("CARGO_PKG_VERSION")));
    ensure!(wheel.is_file(), "pip made no {}", wheel.display());
    Ok(wheel)
}

/// The program `npm`.
pub fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

/// Creates the folder, or empties it.
pub fn empty_folder(folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder.to_owned())
}

/// Copies files from one folder to another.
pub fn copy(from: &Path, names: &[&str], to: &Path) -> Result<()> {
    for name in names {
        fs::copy(from.join(name), to.join(name))
            .with_context(|| format!("cannot copy {name} from {}", from.display()))?;
    }
    Ok(())
}
