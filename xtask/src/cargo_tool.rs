//! Programs from crates.io that only some tasks need: compiled into `target/tools` if they are not
//! installed.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::{cargo, process, workspace};

/// The time limit to compile one of them; two cores take one to four minutes.
const COMPILE: Duration = Duration::from_mins(30);

/// A program, in the only accepted version.
pub struct Tool {
    /// The name of the crate and of the program.
    pub name: &'static str,
    /// The required version.
    pub version: &'static str,
    /// More arguments for `cargo install`.
    pub arguments: &'static [&'static str],
}

impl Tool {
    /// The program's path: from `PATH`, or compiled.
    pub fn find_or_compile(&self) -> Result<PathBuf> {
        let Self { name, version, arguments } = self;
        let tools = workspace::root().join("target/tools");
        let own = tools.join(format!("bin/{name}{EXE_SUFFIX}"));
        let is_right = |program: &PathBuf| {
            let output = Command::new(program).arg("--version").output();
            output.is_ok_and(|it| has_version(&String::from_utf8_lossy(&it.stdout), version))
        };
        if let Some(program) = [PathBuf::from(name), own.clone()].into_iter().find(is_right) {
            return Ok(program);
        }
        eprintln!("xtask: compiling {name}, some minutes");
        let build = tools.join("build");
        let mut install = cargo::cargo(["install", "--locked"]);
        install.arg(format!("{name}@{version}")).args(*arguments).arg("--root").arg(&tools);
        // A program that is compiled without optimisation needs no symbols either.
        install.env("CARGO_PROFILE_DEV_DEBUG", "0").arg("--target-dir").arg(&build);
        process::run_within(COMPILE, &mut install)?;
        // Hundreds of megabytes that are not needed again.
        if build.exists() {
            fs::remove_dir_all(&build)
                .with_context(|| format!("cannot remove {}", build.display()))?;
        }
        Ok(own)
    }
}

/// Whether the output of a program's `--version` names this version.
fn has_version(answer: &str, version: &str) -> bool {
    let words = answer.lines().next().unwrap_or_default().split_whitespace();
    words.into_iter().any(|it| it.strip_prefix('v').unwrap_or(it) == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_the_answers_of_all_tools() {
        for answer in [
            "cargo-deny 0.20.2\n",
            "0.20.2\n",
            "mdbook v0.20.2\n",
            "geckodriver 0.20.2\n\nThe source code of this program is available from\n",
            "geckodriver 0.20.2 (a1b2c3 2026-01-01 00:00 +0000)\n",
        ] {
            assert!(has_version(answer, "0.20.2"), "{answer}");
        }
        for answer in ["", "mdbook v0.20.21", "cargo-deny 0.20.1\n0.20.2"] {
            assert!(!has_version(answer, "0.20.2"), "{answer}");
        }
    }
}
