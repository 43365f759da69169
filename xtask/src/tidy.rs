//! The rules of this repository that neither the compiler nor clippy knows.

mod layers;
mod manifests;
mod purity;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::{cargo, process};

/// The most lines of a file in a `src` folder: a longer one has more than one reason to change.
const MAX_LINES: usize = 400;

/// The most lines of other files, such as tests.
const MAX_TEST_LINES: usize = 500;

/// The endings of source files.
const SOURCES: [&str; 4] = ["rs", "js", "css", "py"];

/// Folders whose contents are generated.
const GENERATED: [&str; 3] = ["target", "dist", "node_modules"];

/// A broken rule, and its place.
#[derive(Debug, PartialEq, Eq)]
struct Problem {
    path: PathBuf,
    line: usize,
    message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path.display(), self.line, self.message)
    }
}

/// Checks the tree at `root` against all rules; the error lists every place that breaks one.
pub fn check(root: &Path) -> Result<()> {
    let mut problems = Vec::new();
    for member in members(root)? {
        problems.extend(check_member(root, &member)?);
    }
    if problems.is_empty() {
        return Ok(());
    }
    let list: Vec<_> = problems.iter().map(ToString::to_string).collect();
    bail!("these places break a rule\n{}", list.join("\n"))
}

/// The folders of the packages, as paths from `root`.
fn members(root: &Path) -> Result<Vec<PathBuf>> {
    let mut metadata = cargo::cargo(["metadata", "--no-deps", "--locked", "--format-version=1"]);
    let metadata = process::output(metadata.current_dir(root))?;
    let metadata: Value =
        serde_json::from_str(&metadata).context("cargo's metadata is not JSON")?;
    let packages = metadata["packages"].as_array().context("cargo's metadata lacks packages")?;
    let manifests = packages.iter().filter_map(|it| it["manifest_path"].as_str());
    let folders = manifests.filter_map(|it| Path::new(it).parent()?.strip_prefix(root).ok());
    let folders: Vec<_> = folders.map(Path::to_owned).collect();
    // A root by another path, such as a link, would leave nothing to check.
    ensure!(
        folders.contains(&PathBuf::from("core")),
        "cargo lists no package in {}",
        root.display()
    );
    Ok(folders)
}

fn check_member(root: &Path, member: &Path) -> Result<Vec<Problem>> {
    let is_core = member == Path::new("core");
    let manifest = member.join("Cargo.toml");
    let text = read(root, &manifest)?;
    let mut problems = manifests::check(&manifest, &text);
    if is_core {
        problems.extend(purity::check(&manifest, &text));
    }
    for path in sources(root, member)? {
        let text = read(root, &path)?;
        problems.extend(check_length(&path, &text));
        if !path.starts_with(member.join("src")) || !has_extension(&path, &["rs"]) {
            continue;
        }
        problems.extend(check_opening(&path, &text));
        if is_core {
            problems.extend(purity::check(&path, &text));
            problems.extend(layers::check(&path, &text));
        }
    }
    Ok(problems)
}

fn check_length(path: &Path, text: &str) -> Option<Problem> {
    let is_product = path.components().any(|it| it.as_os_str() == "src");
    let max_lines = if is_product { MAX_LINES } else { MAX_TEST_LINES };
    let n_lines = text.lines().count();
    (n_lines > max_lines).then(|| Problem {
        path: path.to_owned(),
        line: max_lines + 1,
        message: format!("{n_lines} lines, and this file may have at most {max_lines}: split it"),
    })
}

fn check_opening(path: &Path, text: &str) -> Option<Problem> {
    (!text.starts_with("//!")).then(|| Problem {
        path: path.to_owned(),
        line: 1,
        message: "a file begins with a `//!` comment about its purpose".to_owned(),
    })
}

/// All source files below `folder`, as paths from `root`, sorted.
fn sources(root: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let context = || format!("cannot list {}", folder.display());
        for entry in fs::read_dir(root.join(&folder)).with_context(context)? {
            let entry = entry.with_context(context)?;
            let name = entry.file_name();
            let path = folder.join(&name);
            let name = name.to_string_lossy();
            if !entry.file_type().with_context(context)?.is_dir() {
                if has_extension(&path, &SOURCES) {
                    found.push(path);
                }
            } else if !name.starts_with('.') && !GENERATED.contains(&&*name) {
                folders.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().and_then(|it| it.to_str());
    extension.is_some_and(|it| extensions.contains(&it))
}

fn read(root: &Path, path: &Path) -> Result<String> {
    fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_limit_of_lines() {
        for (path, max_lines) in [("core/src/lib.rs", 400), ("core/tests/it/main.rs", 500)] {
            assert_eq!(check_length(Path::new(path), &"\n".repeat(max_lines)), None);
            let problem = check_length(Path::new(path), &"\n".repeat(max_lines + 1)).unwrap();
            assert_eq!(problem.line, max_lines + 1);
        }
    }

    #[test]
    fn a_file_says_what_it_is_for() {
        let path = Path::new("core/src/lib.rs");
        assert_eq!(check_opening(path, "//! What.\n"), None);
        assert!(check_opening(path, "// What.\n").is_some());
    }
}
