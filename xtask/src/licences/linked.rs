//! What is linked into the programs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::licences::texts::File;
use crate::{cargo, process, setup, workspace};

/// Whose code it is, and under what licence.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// With its version.
    pub name: String,
    /// An SPDX expression.
    pub licence: String,
    /// They are named where no file says who holds the copyright.
    pub authors: Vec<String>,
    /// Where its files about licences are.
    pub folder: Option<PathBuf>,
}

impl Part {
    /// The files whose names begin with one of these words, in the order of their names.
    pub fn files(&self, beginnings: &[&str]) -> Result<Vec<File>> {
        let Some(folder) = &self.folder else { return Ok(Vec::new()) };
        let context = || format!("cannot read the licences in {}", folder.display());
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).with_context(context)? {
            let entry = entry.with_context(context)?;
            let name = entry.file_name().to_string_lossy().to_uppercase();
            if beginnings.iter().any(|it| name.starts_with(it)) && entry.path().is_file() {
                paths.push(entry.path());
            }
        }
        paths.sort();
        let read = |path| Ok(File::new(&fs::read_to_string(path).with_context(context)?));
        paths.iter().map(read).collect()
    }
}

/// The crates that are linked into one of the workspace's packages, whatever its features are.
pub fn package(name: &str, target: &str) -> Result<BTreeSet<Part>> {
    resolve(&workspace::root().join("Cargo.toml"), name, target, "--all-features")
}

/// Qspect itself: who has a copy of what is built has none of the repository.
pub fn own() -> Part {
    Part {
        name: concat!("Qspect ", env!("CARGO_PKG_VERSION")).to_owned(),
        licence: "Apache-2.0 OR MIT".to_owned(),
        authors: Vec::new(),
        folder: Some(workspace::root().to_owned()),
    }
}

/// The standard library and the crates in it.
///
/// Rust's own COPYRIGHT-library.html tells by hand what its manifests do not, and so does this.
pub fn standard_library(target: &str, features: &str) -> Result<BTreeSet<Part>> {
    let part = |name: &str, licence: &str, author: &str, folder: Option<PathBuf>| Part {
        name: name.to_owned(),
        licence: licence.to_owned(),
        authors: vec![author.to_owned()],
        folder,
    };
    let rust = "The Rust Project Developers";
    let mut parts = BTreeSet::from([
        part("Rust's standard library", "MIT", rust, None),
        part("Unicode's tables in it", "Unicode-3.0", "Copyright © 1991-2024 Unicode, Inc.", None),
    ]);
    // Without its source the compiled one is linked, of which no more can be asked.
    if setup::std_source()? {
        let source = setup::std_folder()?;
        for (name, folder, licence) in [
            ("compiler-builtins", "compiler-builtins", "MIT AND Apache-2.0 WITH LLVM-exception"),
            ("libm in it", "compiler-builtins/libm", "MIT"),
            ("backtrace", "backtrace", "MIT"),
        ] {
            parts.insert(part(name, licence, rust, Some(source.join(folder))));
        }
        let features = format!("--features={features}");
        parts.extend(resolve(&source.join("Cargo.toml"), "std", target, &features)?);
    }
    Ok(parts)
}

/// The crates from a registry that a package links, by cargo's own word: without those that only build
/// it, and without macros, which write code and are not in it.
fn resolve(manifest: &Path, package: &str, target: &str, features: &str) -> Result<BTreeSet<Part>> {
    let mut tree = cargo(manifest, "tree");
    tree.args(["--edges=normal,no-proc-macro", "--prefix=none", "--format={p}"]);
    let tree = process::output(tree.args(["--target", target, "--package", package, features]))?;
    // `miniz_oxide v0.9.1 (*)`
    let linked = tree.lines().filter_map(|line| {
        let (name, rest) = line.split_once(" v")?;
        Some((name, rest.split(' ').next()?))
    });
    let linked: BTreeSet<_> = linked.collect();

    let mut metadata = cargo(manifest, "metadata");
    metadata.args(["--format-version=1", "--all-features", "--filter-platform", target]);
    let metadata: Value = serde_json::from_str(&process::output(&mut metadata)?)
        .context("cargo's metadata is no JSON")?;
    let packages = metadata["packages"].as_array().context("cargo's metadata has no packages")?;
    let parts = packages.iter().filter_map(|package| {
        let text = |key: &str| package[key].as_str();
        let (name, version) = (text("name")?, text("version")?);
        // What has no source is the workspace's own, or the standard library's.
        (text("source").is_some() && linked.contains(&(name, version))).then(|| Part {
            name: format!("{name} {version}"),
            licence: text("license").unwrap_or_default().to_owned(),
            authors: strings(&package["authors"]),
            folder: text("manifest_path").and_then(|it| Path::new(it).parent()).map(Path::to_owned),
        })
    });
    Ok(parts.collect())
}

fn cargo(manifest: &Path, subcommand: &str) -> Command {
    let mut command = cargo::cargo([subcommand, "--locked", "--manifest-path"]);
    // The standard library's manifests have keys that are unstable, and this variable allows them.
    command.arg(manifest).env("RUSTC_BOOTSTRAP", "1");
    command
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|it| Some(it.as_str()?.to_owned())).collect()
}
