//! The crates for crates.io: packed by cargo, then unpacked and tested.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::package::{LICENSES, THIRD_PARTY, copy, empty_folder};
use crate::tally::Tally;
use crate::{cargo, process, workspace};

/// The crates, in the order in which they are published: each needs those before it.
const CRATES: [&str; 2] = ["qspect-core", "qspect"];

/// Packs the crates. The viewer must be built before: `qspect` carries it.
pub fn package() -> Result<Vec<PathBuf>> {
    let root = workspace::root();
    let viewer = empty_folder(&root.join("cli/viewer"))?;
    copy(&workspace::dist(), &["qspect.html"], &viewer)?;
    fs::copy(root.join("licences/command.txt"), viewer.join(THIRD_PARTY))
        .context("cannot copy the third parties' notices")?;
    for folder in ["core", "cli"] {
        copy(root, &LICENSES, &root.join(folder))?;
    }
    // The tests compile the packed crates. The viewer is not in git, so the tree always counts as
    // dirty.
    let mut package = cargo::cargo(["package", "--quiet", "--allow-dirty", "--no-verify"]);
    for name in CRATES {
        package.args(["--package", name]);
    }
    process::run(&mut package)?;
    let version = env!("CARGO_PKG_VERSION");
    let folder = root.join("target/package");
    Ok(CRATES.iter().map(|name| folder.join(format!("{name}-{version}.crate"))).collect())
}

/// Unpacks the crates outside the workspace, and runs their own tests there.
pub fn test() -> Result<Tally> {
    let unpacked = tempfile::tempdir().context("cannot make a folder")?;
    for package in package()? {
        process::run(Command::new("tar").arg("-xzf").arg(package).arg("-C").arg(unpacked.path()))?;
    }
    let folder = |name: &str| unpacked.path().join(format!("{name}-{}", env!("CARGO_PKG_VERSION")));
    let core = folder("qspect-core");
    let mut tally = Tally::default();
    for name in CRATES {
        let mut test = cargo::cargo(["test", "--no-fail-fast", "--manifest-path"]);
        test.arg(folder(name).join("Cargo.toml"));
        // Uses the dependencies that the workspace has compiled.
        test.arg("--target-dir").arg(workspace::root().join("target"));
        if name != "qspect-core" {
            test.arg("--config");
            test.arg(format!("patch.crates-io.qspect-core.path={:?}", core.display().to_string()));
        }
        tally += process::count_tests(&mut test, Tally::read_cargo)?;
    }
    Ok(tally)
}
