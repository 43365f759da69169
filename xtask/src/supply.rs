//! `cargo xtask supply`: the dependencies, by cargo-deny (licences, duplicates, sources, advisories)
//! and cargo-machete (what nobody uses).
//!
//! Both are compiled here if they are not installed, so it is no part of `cargo xtask test`.

use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::Result;

use crate::{cargo, process, workspace};

/// How long one of them may take to compile; two cores take some minutes.
const COMPILE: Duration = Duration::from_mins(30);

/// Runs all checks, and says of each in one line how it ended.
pub fn run() -> Result<ExitCode> {
    let deny = tool("cargo-deny", "0.20.2")?;
    let machete = tool("cargo-machete", "0.9.2")?;
    let deny = |arguments: &[&str]| {
        let mut command = Command::new(&deny);
        // Cargo's own subcommand, and the lock file as it is.
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
    for (check, result) in &results {
        match result {
            Some(Ok(())) => println!("{check}: fine"),
            Some(Err(error)) => println!("{check}: {error:#}"),
            None => println!("{check}: not run, since their database cannot be fetched"),
        }
    }
    let has_failed = results.iter().any(|(_, it)| matches!(it, Some(Err(_))));
    Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The tool in just this version: from `PATH`, or compiled into `target/tools`.
fn tool(name: &str, version: &str) -> Result<PathBuf> {
    let tools = workspace::root().join("target/tools");
    let own = tools.join(format!("bin/{name}{EXE_SUFFIX}"));
    // `cargo-deny 0.20.2`, and `0.9.2` by cargo-machete.
    let is_right = |program: &PathBuf| {
        let mut command = Command::new(program);
        command.arg("--version");
        let output = command.output().ok();
        let text = output.map(|it| String::from_utf8_lossy(&it.stdout).into_owned());
        text.is_some_and(|it| it.split_whitespace().last() == Some(version))
    };
    if let Some(program) = [PathBuf::from(name), own.clone()].into_iter().find(is_right) {
        return Ok(program);
    }
    eprintln!("xtask: compiling {name}, some minutes");
    let mut install = cargo::cargo(["install", "--locked"]);
    install.arg(format!("{name}@{version}")).arg("--root").arg(&tools);
    process::run_within(COMPILE, install.arg("--target-dir").arg(tools.join("build")))?;
    Ok(own)
}
