//! Builds, serves and tests Qspect: `cargo xtask <task>`.
//!
//! These tasks are the only place that knows how, so that a fresh clone needs nothing but cargo:
//! `setup` installs or names the programs that the machine lacks.

mod bench;
mod browser;
mod build;
mod bundle;
mod cargo;
mod cargo_tool;
mod crates;
mod engines;
mod exporter;
mod fuzz;
mod gzip;
mod licences;
mod lighthouse;
mod npm;
mod package;
mod path_remap;
mod process;
mod python;
mod serve;
mod setup;
mod sites;
mod sizes;
mod supply;
mod tally;
mod test;
mod tidy;
mod viewer;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::viewer::Profile;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the viewer, dist/qspect.html, and the command that contains it
    Build {
        /// Build both faster; the result is large and slow
        #[arg(long)]
        debug: bool,
    },
    /// Build the viewer and serve it on this machine until Ctrl-C
    Serve {
        /// Build it faster; the result is large and slow
        #[arg(long)]
        debug: bool,
        /// Open it in the default browser
        #[arg(long)]
        open: bool,
    },
    /// Build the viewer and pack it for npm, pip and crates.io: target/package
    Package,
    /// Run every check and test; the last line counts them
    Test {
        /// Run only this part
        suite: Option<test::Suite>,
    },
    /// Build the viewer and measure it in a real browser, compared with other tools
    Bench {
        /// Measure only these
        #[arg(value_parser = bench::PARTS)]
        parts: Vec<String>,
        /// Also measure the start of another build's qspect.html, alternately
        #[arg(long, value_name = "FILE")]
        before: Option<PathBuf>,
        /// Write the figures to BENCHMARKS.md
        #[arg(long, conflicts_with = "parts")]
        write: bool,
    },
    /// Check the dependencies: licences, notices, duplicates, sources, advisories, unused ones
    Supply,
    /// Write the notices for third-party code, licences/*.txt, with cargo-about
    Licences,
    /// Search with libFuzzer for files and links that violate a property
    Fuzz {
        /// Run only this target: log, json, packed, shown, diff or link
        target: Option<String>,
        /// Minutes for each target
        #[arg(long, default_value_t = 10)]
        minutes: u32,
    },
    /// Build the viewer and run Lighthouse on the hosted page; fails below the goals
    Lighthouse,
}

fn main() -> Result<ExitCode> {
    match Cli::parse().task {
        Task::Build { debug } => build::run(Profile::from_debug_flag(debug))?,
        Task::Serve { debug, open } => serve::run(Profile::from_debug_flag(debug), open)?,
        Task::Package => package::run()?,
        Task::Bench { parts, before, write } => bench::run(&parts, before.as_deref(), write)?,
        Task::Supply => return supply::run(),
        Task::Licences => licences::run()?,
        Task::Fuzz { target, minutes } => return fuzz::run(target.as_deref(), minutes),
        Task::Lighthouse => return lighthouse::run(),
        Task::Test { suite } => return Ok(test::run(suite)),
    }
    Ok(ExitCode::SUCCESS)
}
