//! `cargo xtask supply`: the dependencies, by cargo-deny (licences, duplicates, sources, advisories),
//! cargo-machete (unused ones) and cargo-about (the notices of third parties).
//!
//! All three are compiled here if they are not installed, so this is not part of `cargo xtask test`.

use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::Result;

use crate::{cargo, licences, process, workspace};

const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2", features: "" };
const MACHETE: Tool = Tool { name: "cargo-machete", version: "0.9.2", features: "" };

/// How long one of them may take to compile; two cores take some minutes.
const COMPILE: Duration = Duration::from_mins(30);

/// A program from crates.io that only some tasks need.
pub struct Tool {
    /// The crate's name and the program's.
    pub name: &'static str,
    /// The only version that is taken.
    pub version: &'static str,
    /// Those that the program needs beside the default ones.
    pub features: &'static str,
}

/// Runs all checks, and reports each in one line.
pub fn run() -> Result<ExitCode> {
    let deny = tool(&DENY)?;
    let machete = tool(&MACHETE)?;
    let deny = |arguments: &[&str]| {
        let mut command = Command::new(&deny);
        // Cargo's own subcommand, and the lock file as it is checked in.
        command.args(["deny", "--all-features", "--locked"]).args(arguments);
        command.current_dir(workspace::root());
        command
    };
    let mut results = Vec::new();
    for check in ["licenses", "bans", "sources"] {
        results
            .push((check, Some(process::run(&mut deny(&["check", "--deny", "warnings", check])))));
    }
    // The database is a repository of its own, which not every machine can reach.
    let has_database = process::run(&mut deny(&["fetch", "db"])).is_ok();
    let advisories = || process::run(&mut deny(&["check", "--disable-fetch", "advisories"]));
    results.push(("advisories", has_database.then(advisories)));
    let mut machete = Command::new(machete);
    machete.arg("--skip-target-dir").current_dir(workspace::root());
    results.push(("unused dependencies", Some(process::run(&mut machete))));
    results.push(("notices of third parties", Some(licences::compare())));
    for (check, result) in &results {
        match result {
            Some(Ok(())) => println!("{check}: fine"),
            Some(Err(error)) => println!("{check}: {error:#}"),
            None => println!("{check}: not run, because their database cannot be fetched"),
        }
    }
    let has_failed = results.iter().any(|(_, it)| matches!(it, Some(Err(_))));
    Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The tool in exactly its version: from `PATH`, or compiled into `target/tools`.
pub fn tool(tool: &Tool) -> Result<PathBuf> {
    let Tool { name, version, features } = tool;
    let tools = workspace::root().join("target/tools");
    let own = tools.join(format!("bin/{name}{EXE_SUFFIX}"));
    // `cargo-deny 0.20.2`, and `0.9.2` by cargo-machete.
    let is_right = |program: &PathBuf| {
        let output = Command::new(program).arg("--version").output().ok();
        let text = output.map(|it| String::from_utf8_lossy(&it.stdout).into_owned());
        text.is_some_and(|it| it.split_whitespace().last() == Some(version))
    };
    if let Some(program) = [PathBuf::from(name), own.clone()].into_iter().find(is_right) {
        return Ok(program);
    }
    eprintln!("xtask: compiling {name}, some minutes");
    let mut install = cargo::cargo(["install", "--locked"]);
    install.arg(format!("{name}@{version}")).args(["--features", features]);
    install.arg("--root").arg(&tools).arg("--target-dir").arg(tools.join("build"));
    process::run_within(COMPILE, &mut install)?;
    Ok(own)
}
