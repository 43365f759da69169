//! `cargo xtask supply`: checks the dependencies with cargo-deny (licences, duplicates, sources,
//! advisories), cargo-machete (unused ones) and cargo-about (the notices for third-party code).
//!
//! All three are compiled here if they are not installed, so this is not part of
//! `cargo xtask test`.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::cargo_tool::Tool;
use crate::{licences, process, workspace};

const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2", arguments: &[] };
const MACHETE: Tool = Tool { name: "cargo-machete", version: "0.9.2", arguments: &[] };

/// Runs all checks, and reports each in one line.
pub fn run() -> Result<ExitCode> {
    let deny = DENY.find_or_compile()?;
    let machete = MACHETE.find_or_compile()?;
    let deny = |arguments: &[&str]| {
        let mut command = Command::new(&deny);
        // As a subcommand of cargo, with the lock file that is checked in.
        command.args(["deny", "--all-features", "--locked"]).args(arguments);
        command.current_dir(workspace::root());
        command
    };
    let mut results = Vec::new();
    for check in ["licenses", "bans", "sources"] {
        results
            .push((check, Some(process::run(&mut deny(&["check", "--deny", "warnings", check])))));
    }
    // The advisory database is a repository of its own, which some machines cannot reach.
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
