//! `cargo xtask package`: the viewer as packages, a tarball for npm and a wheel for pip, and the crates.
//!
//! Both carry the built files, so that who installs them needs neither Rust nor this repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::viewer::{self, Profile};
use crate::{build, crates, process, python, workspace};

/// How long npm and pip may take for one package; pip gets its build tools first.
const PATIENCE: Duration = Duration::from_mins(5);

/// The texts that go with every copy.
pub const LICENSES: [&str; 3] = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"];

/// The third parties', beside the viewer.
pub const THIRD_PARTY: &str = "THIRD-PARTY.txt";

/// The viewer as web servers have it, with the notices.
const HOSTED: [&str; 4] = ["index.html", "qspect.js", "qspect_bg.wasm", THIRD_PARTY];

/// What `cargo xtask package` leaves behind in `target/package`.
pub struct Packages {
    /// The npm package, with the element and the page.
    pub tarball: PathBuf,
    /// The Python package, with the element and the page.
    pub wheel: PathBuf,
}

/// Builds both and says where they are and how large.
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
    // After this, too, `cargo install --path cli` finds the viewer.
    let folder = workspace::root().join("target/package");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(Packages { tarball: tarball(&folder)?, wheel: wheel(&folder)? })
}

/// The npm package, by npm itself.
fn tarball(folder: &Path) -> Result<PathBuf> {
    let root = workspace::root();
    let source = root.join("npm");
    let manifest = fs::read(source.join("package.json")).context("cannot read package.json")?;
    let manifest: Value = serde_json::from_slice(&manifest).context("package.json is no JSON")?;
    let version = env!("CARGO_PKG_VERSION");
    ensure!(manifest["version"] == version, "npm/package.json is not of version {version}");

    let stage = anew(&folder.join("npm"))?;
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

/// The Python package, by pip.
fn wheel(folder: &Path) -> Result<PathBuf> {
    let exporter = workspace::root().join("exporter");
    let viewer = anew(&exporter.join("src/qspect/viewer"))?;
    copy(&workspace::dist(), &["qspect.html"], &viewer)?;
    copy(&workspace::hosted(), &HOSTED, &viewer)?;
    // Found by their names, and then named in the wheel's metadata.
    copy(workspace::root(), &LICENSES, &exporter)?;
    fs::copy(workspace::licences_of_viewer(), exporter.join(format!("LICENSE-{THIRD_PARTY}")))
        .context("cannot copy the third parties' notices")?;
    // setuptools packs what an earlier version left in `build`, too.
    anew(&exporter.join("build"))?;
    let wheels = anew(&folder.join("wheels"))?;
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

/// An empty folder.
pub fn anew(folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder.to_owned())
}

/// Copies files of one folder to another.
pub fn copy(from: &Path, names: &[&str], to: &Path) -> Result<()> {
    for name in names {
        fs::copy(from.join(name), to.join(name))
            .with_context(|| format!("cannot copy {name} from {}", from.display()))?;
    }
    Ok(())
}
