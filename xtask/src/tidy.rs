//! The rules of this repository that neither the compiler nor clippy knows.

mod manifests;
mod purity;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::workspace::MEMBERS;

/// No source file has more lines: a longer one has more than one reason to change.
const MAX_LINES: usize = 500;

/// What counts as source.
const SOURCES: [&str; 5] = ["rs", "js", "css", "html", "py"];

/// Folders with nothing in them that a person wrote.
const GENERATED: [&str; 3] = ["target", "dist", "node_modules"];

/// A broken rule, and where.
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

/// Holds the tree at `root` against all rules; the error lists every place that breaks one.
pub fn check(root: &Path) -> Result<()> {
    let mut problems = Vec::new();
    for member in MEMBERS {
        let manifest = Path::new(member).join("Cargo.toml");
        let text = read(root, &manifest)?;
        problems.extend(manifests::check(&manifest, &text)?);
        if member == "core" {
            problems.extend(purity::check(&manifest, &text));
        }
        for path in sources(root, Path::new(member))? {
            let text = read(root, &path)?;
            problems.extend(check_length(&path, &text));
            if path.extension().is_some_and(|it| it == "rs")
                && path.starts_with(Path::new(member).join("src"))
            {
                problems.extend(check_opening(&path, &text));
                if member == "core" {
                    problems.extend(purity::check(&path, &text));
                }
            }
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    let list: Vec<_> = problems.iter().map(ToString::to_string).collect();
    bail!("{} broken\n{}", plural(list.len()), list.join("\n"))
}

fn plural(n: usize) -> String {
    format!("{n} rule{}", if n == 1 { "" } else { "s" })
}

fn check_length(path: &Path, text: &str) -> Option<Problem> {
    let n_lines = text.lines().count();
    (n_lines > MAX_LINES).then(|| Problem {
        path: path.to_owned(),
        line: MAX_LINES + 1,
        message: format!("{n_lines} lines, and no file may have over {MAX_LINES}: split it"),
    })
}

fn check_opening(path: &Path, text: &str) -> Option<Problem> {
    (!text.starts_with("//!")).then(|| Problem {
        path: path.to_owned(),
        line: 1,
        message: "a file begins with a `//!` that says what it is for".to_owned(),
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
            let path = folder.join(entry.file_name());
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if entry.file_type().with_context(context)?.is_dir() {
                if !name.starts_with('.') && !GENERATED.contains(&&*name) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|it| SOURCES.iter().any(|source| it == *source))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn read(root: &Path, path: &Path) -> Result<String> {
    fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_have_500_lines_and_no_more() {
        let path = Path::new("core/src/lib.rs");
        assert_eq!(check_length(path, &"\n".repeat(500)), None);
        let problem = check_length(path, &"\n".repeat(501)).unwrap();
        assert!(problem.to_string().starts_with("core/src/lib.rs:501: 501 lines"));
    }

    #[test]
    fn a_file_says_what_it_is_for() {
        let path = Path::new("core/src/lib.rs");
        assert_eq!(check_opening(path, "//! What.\n"), None);
        assert!(check_opening(path, "// What.\n").is_some());
    }
}
