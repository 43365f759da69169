//! The notices of third parties: `licences/viewer.txt` and `licences/command.txt`, which go with every
//! copy of the viewer and of the command.
//!
//! cargo-about writes both (`cargo xtask licences`), and they are checked in, so that a build needs no
//! such tool. `cargo xtask supply` compares every line. The checks of each run compare crates and
//! versions with cargo's own tree, because cargo-about takes minutes to compile.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::tool::Tool;
use crate::{cargo, process, setup, workspace};

const ABOUT: Tool =
    Tool { name: "cargo-about", version: "0.9.3", arguments: &["--features", "cli"] };

/// The systems whose crates the command's notices have.
const SYSTEMS: [&str; 5] = [
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
];

const VIEWER: Part =
    Part { package: "qspect-web", folder: "web", targets: &[setup::WASM], template: "viewer" };

const COMMAND: Part =
    Part { package: "qspect", folder: "cli", targets: &SYSTEMS, template: "command" };

/// The files, and the packages whose crates each of them lists: the viewer is inside the command.
const FILES: [(&str, &[Part]); 2] =
    [("licences/viewer.txt", &[VIEWER]), ("licences/command.txt", &[COMMAND, VIEWER])];

/// A package, and how its notices are written.
struct Part {
    package: &'static str,
    /// Where its manifest is.
    folder: &'static str,
    targets: &'static [&'static str],
    /// Its name in `licences/templates`.
    template: &'static str,
}

/// `cargo xtask licences`: writes both files.
pub fn run() -> Result<()> {
    for ((file, _), text) in FILES.iter().zip(generate()?) {
        fs::write(workspace::root().join(file), text)
            .with_context(|| format!("cannot write {file}"))?;
        println!("{file}");
    }
    Ok(())
}

/// Checks that both files are, line by line, what cargo-about writes, and that they have each crate's
/// NOTICE, which the Apache License asks for and cargo-about leaves out.
pub fn compare() -> Result<()> {
    for ((file, _), generated) in FILES.iter().zip(generate()?) {
        let text = read(&workspace::root().join(file))?;
        // A checkout on Windows may have other line ends.
        ensure!(
            generated.lines().eq(text.lines()),
            "{file} is out of date: run `cargo xtask licences`"
        );
        for notice in notice_files(&listed_crates(&text))? {
            let has_notice = text.contains(normalized(&read(&notice)?).trim());
            ensure!(
                has_notice,
                "{file} lacks {}: put it into its template in licences/templates",
                notice.display()
            );
        }
    }
    Ok(())
}

/// Checks that both files list each crate that cargo links, and no crate that cargo does not know.
pub fn check() -> Result<()> {
    for (file, parts) in FILES {
        let listed = listed_crates(&read(&workspace::root().join(file))?);
        let (mut linked, mut known) = (BTreeSet::new(), BTreeSet::new());
        for part in parts {
            linked.extend(part.tree("normal,no-proc-macro", part.targets)?);
            // cargo-about lists macros too, and crates that no single one of the targets needs.
            known.extend(part.tree("normal", &["all"])?);
        }
        let differences = differences(&listed, &linked, &known);
        if !differences.is_empty() {
            let differences = differences.join("\n");
            bail!("{file} is out of date: run `cargo xtask licences`\n{differences}");
        }
    }
    Ok(())
}

/// The texts of the files, by cargo-about.
fn generate() -> Result<[String; FILES.len()]> {
    let about = ABOUT.find_or_compile()?;
    // cargo-about reads the sources of all crates, and gets no access to the network itself.
    process::run(&mut cargo::cargo(["fetch", "--locked"]))?;
    let (viewer, command) = (VIEWER.notices(&about)?, COMMAND.notices(&about)?);
    let command = format!("{command}\n{viewer}");
    Ok([viewer, command])
}

impl Part {
    /// The licences that the package's crates are used under, with their texts.
    fn notices(&self, about: &Path) -> Result<String> {
        let mut about = Command::new(about);
        about.current_dir(workspace::root());
        about.args(["about", "generate", "--frozen", "--fail", "--all-features"]);
        about.args(self.targets.iter().flat_map(|it| ["--target", it]));
        about.arg("--manifest-path").arg(Path::new(self.folder).join("Cargo.toml"));
        about.args(["--name", self.template, "licences/templates"]);
        Ok(normalized(&process::output(&mut about)?))
    }

    /// The crates in cargo's tree of the package: `serde 1.0.229`.
    fn tree(&self, edges: &str, targets: &[&str]) -> Result<BTreeSet<String>> {
        let mut tree = cargo::cargo(["tree", "--locked", "--all-features", "--prefix=none"]);
        tree.args(["--package", self.package, "--format={p}", "--edges", edges]);
        tree.args(targets.iter().flat_map(|it| ["--target", it]));
        Ok(crates_of_tree(&process::output(&mut tree)?))
    }
}

/// The files called `NOTICE` of these crates.
fn notice_files(crates: &BTreeSet<String>) -> Result<Vec<PathBuf>> {
    let mut metadata = cargo::cargo(["metadata", "--locked", "--all-features"]);
    let metadata = process::output(metadata.arg("--format-version=1"))?;
    let metadata: Value =
        serde_json::from_str(&metadata).context("cargo's metadata is not JSON")?;
    let packages = metadata["packages"].as_array().context("cargo's metadata lacks packages")?;
    let mut found = Vec::new();
    for package in packages {
        let text = |key: &str| package[key].as_str().unwrap_or_default();
        let is_meant = crates.contains(&format!("{} {}", text("name"), text("version")));
        let folder = Path::new(text("manifest_path")).parent().filter(|_| is_meant);
        let Some(folder) = folder else { continue };
        let context = || format!("cannot list {}", folder.display());
        for entry in fs::read_dir(folder).with_context(context)? {
            let entry = entry.with_context(context)?;
            if entry.file_name().to_string_lossy().to_uppercase().starts_with("NOTICE") {
                found.push(entry.path());
            }
        }
    }
    Ok(found)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Line ends as the repository has them, and no spaces before them.
fn normalized(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_end())
}

/// The crates that a file of notices lists: `- serde 1.0.229`, perhaps with its authors.
fn listed_crates(text: &str) -> BTreeSet<String> {
    let listed = text.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("- ")?.split_once(' ')?;
        let version = rest.split_once(", by ").map_or(rest, |it| it.0);
        let is_version = version.starts_with(|it: char| it.is_ascii_digit());
        (is_version && !version.contains(' ')).then(|| format!("{name} {version}"))
    });
    listed.collect()
}

/// The crates of others in cargo's tree: `serde v1.0.229`; those of the workspace have a path behind.
fn crates_of_tree(tree: &str) -> BTreeSet<String> {
    let crates = tree.lines().filter(|line| !line.contains("(/") && !line.contains(":\\"));
    let crates = crates.filter_map(|line| {
        let (name, rest) = line.split_once(" v")?;
        Some(format!("{name} {}", rest.split(' ').next()?))
    });
    crates.collect()
}

/// A line for each crate that is linked and not listed, or listed and not known.
fn differences(
    listed: &BTreeSet<String>,
    linked: &BTreeSet<String>,
    known: &BTreeSet<String>,
) -> Vec<String> {
    let missing = linked.difference(listed).map(|it| format!("missing: {it}"));
    let left_over = listed.difference(known).map(|it| format!("left over: {it}"));
    missing.chain(left_over).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn crates_are_read_from_notices_and_from_cargos_tree() {
        let notices = "=== MIT\n\n- serde 1.0.229\n- toml 1.2.1+spec-1.1.0, by A <a@b.c>; B\n\n\
                       - copies of the Software\n- 2 lines\n";
        assert_eq!(listed_crates(notices), set(&["serde 1.0.229", "toml 1.2.1+spec-1.1.0"]));
        let tree = "qspect v0.1.0 (/home/a/qspect/cli)\nclap v4.6.7\n\
                    clap_derive v4.5.0 (proc-macro)\nclap v4.6.7 (*)\n\
                    qspect-core v0.1.0 (C:\\qspect\\core)\n\n";
        assert_eq!(crates_of_tree(tree), set(&["clap 4.6.7", "clap_derive 4.5.0"]));
    }

    #[test]
    fn missing_and_left_over_crates_are_named() {
        let (linked, known) =
            (set(&["a 2.0.0", "b 1.0.0"]), set(&["a 2.0.0", "b 1.0.0", "m 1.0.0"]));
        assert!(differences(&known, &linked, &known).is_empty());
        let found = differences(&set(&["a 1.0.0", "b 1.0.0"]), &linked, &known);
        assert_eq!(found, ["missing: a 2.0.0", "left over: a 1.0.0"]);
    }

    #[test]
    fn notices_have_names_and_texts() {
        let [viewer, command] = FILES.map(|(file, _)| read(&workspace::root().join(file)).unwrap());
        for text in [
            "- miniz_oxide ",
            "Copyright (c) 2017 Frommi",
            "by Greg Johnston",
            "The Qspect developers",
            "Rust's standard library",
            "Permission is hereby granted, free of charge, to any person obtaining a copy of",
            "TERMS AND CONDITIONS FOR USE",
        ] {
            assert!(viewer.contains(text) && command.contains(text), "{text}");
        }
        assert!(!viewer.contains("\n- clap ") && command.contains("\n- clap "));
        assert!(command.contains("The Apache Software Foundation (http://www.apache.org/)"));
        // The templates leave no place open.
        assert!(!command.contains("{{"));
    }
}
