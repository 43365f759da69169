//! `cargo xtask build`: the viewer, then the command that contains it.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::viewer::{self, Profile};
use crate::{cargo, workspace};

/// The results of `cargo xtask build`.
pub struct Product {
    /// The viewer in one file.
    pub html: PathBuf,
    /// The command.
    pub command: PathBuf,
}

impl Product {
    /// Passes the paths of all parts to tests, in the variables that `tests/src/lib.rs` names.
    pub fn set_variables(&self, tests: &mut Command) {
        tests.env("QSPECT_HTML", &self.html).env("QSPECT_HOSTED", workspace::hosted());
        tests.env("QSPECT_BIN", &self.command);
    }
}

/// Builds both, and prints their paths and sizes.
pub fn run(profile: Profile) -> Result<()> {
    let product = product(profile)?;
    for path in [&product.html, &product.command] {
        println!("{}", describe(path)?);
    }
    Ok(())
}

/// Builds both, and prints only cargo's own messages.
pub fn product(profile: Profile) -> Result<Product> {
    let html = viewer::build(profile)?;
    let mut build = cargo::cargo(["build", "--package", "qspect"]);
    if profile == Profile::Web {
        build.arg("--release");
    }
    // The command's build script embeds the viewer: `qspect html` writes pages that need nothing
    // else.
    build.env("QSPECT_VIEWER", &html);
    let command = cargo::build_file(&mut build, &format!("qspect{EXE_SUFFIX}"))?;
    Ok(Product { html, command })
}

/// One line: the path and the size of a file.
pub fn describe(path: &Path) -> Result<String> {
    let size = fs::metadata(path)
        .with_context(|| format!("cannot see the size of {}", path.display()))?
        .len();
    let path = workspace::relative(path).display();
    Ok(format!("{path}  {}", kilobytes(size)))
}

/// A size for people: 1 kB is 1,000 bytes.
pub fn kilobytes(bytes: u64) -> String {
    format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100)
}
