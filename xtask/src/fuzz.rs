//! `cargo xtask fuzz`: libFuzzer searches for inputs that violate a property.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use crate::tally::Tally;
use crate::{cargo, package, process, setup, workspace};

/// The targets of tests/fuzz, each with its dictionary and the folders with more inputs for it.
const TARGETS: [Target; 6] = [
    Target { name: "log", words: "log", seeds: &["tests/logs", "tests/reports"] },
    Target { name: "json", words: "json", seeds: &["tests/reports"] },
    Target { name: "packed", words: "packed", seeds: &["tests/archives"] },
    Target { name: "shown", words: "json", seeds: &["tests/reports"] },
    Target { name: "diff", words: "json", seeds: &[] },
    Target { name: "link", words: "link", seeds: &[] },
];

struct Target {
    name: &'static str,
    words: &'static str,
    seeds: &'static [&'static str],
}

/// The flags of cargo-fuzz without a sanitizer: edges are counted and comparisons traced. All of
/// them are stable. In Rust without `unsafe` a fault shows without a sanitizer.
const FLAGS: [&str; 9] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "-Cdebug-assertions",
    "-Coverflow-checks",
    "--cfg=fuzzing",
];

/// The longest input, in bytes, and the most memory for one input, in megabytes. Quadratic time
/// shows in `tests/fuzz/tests/growth.rs`.
const LIMITS: [&str; 2] = ["-max_len=8192", "-rss_limit_mb=1024"];

/// Runs one target, or each, for this many minutes. Keeps the inputs that reach most.
pub fn run(only: Option<&str>, minutes: u32) -> Result<ExitCode> {
    let chosen = || TARGETS.iter().filter(|it| only.is_none_or(|only| only == it.name));
    if chosen().next().is_none() {
        bail!("the targets are {}", TARGETS.map(|it| it.name).join(", "));
    }
    let mut failures = Vec::new();
    if only.is_none() {
        // The worst files of their size, with the code optimized as in a release.
        let growth = ["test", "--release", "--package", "qspect-fuzz", "--test", "growth"];
        if process::count_tests(&mut cargo::cargo(growth), Tally::read_cargo)?.failed > 0 {
            failures.push("growth");
        }
    }
    let program = build()?;
    for target in chosen() {
        // libFuzzer itself prints its progress, and the file of an input that failed.
        if let Err(error) = target.search(&program, minutes) {
            println!("{}: {error:#}", target.name);
            failures.push(target.name);
        }
        target.keep(&program)?;
    }
    if failures.is_empty() {
        println!("no failure");
        return Ok(ExitCode::SUCCESS);
    }
    println!("failed: {}", failures.join(", "));
    Ok(ExitCode::FAILURE)
}

/// Builds the targets together with libFuzzer.
fn build() -> Result<PathBuf> {
    let compiler = env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    if !process::succeeds(Command::new(&compiler).arg("--version")) {
        bail!(
            "libFuzzer is compiled by a C++ compiler, and there is no `{compiler}`: install g++ or clang, or set CXX"
        );
    }
    let program = format!("qspect-fuzz{}", env::consts::EXE_SUFFIX);
    let mut build = cargo::cargo(["build", "--release", "--package", "qspect-fuzz"]);
    build.args(["--bin", "qspect-fuzz"]);
    // With an explicit target, build scripts and macros are compiled without the flags.
    build.args(["--target", &setup::rustc(&["--print", "host-tuple"])?]);
    build.arg("--target-dir").arg(folder()).env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\x1f"));
    cargo::build_file(&mut build, &program)
}

/// The folder where inputs are single files.
fn folder() -> PathBuf {
    workspace::root().join("target/fuzz")
}

impl Target {
    /// Searches for new inputs, starting from those of the repository and of earlier searches.
    fn search(&self, program: &Path, minutes: u32) -> Result<()> {
        let kept = package::empty_folder(&folder().join("kept").join(self.name))?;
        self.corpus("unpack", &kept)?;
        let failures = workspace::root().join("tests/fuzz/regressions").join(self.name);
        fs::create_dir_all(&failures)
            .with_context(|| format!("cannot make {}", failures.display()))?;
        let mut fuzz = self.command(program);
        fuzz.arg(format!("-dict=tests/fuzz/dictionaries/{}.dict", self.words));
        fuzz.arg(format!("-max_total_time={}", minutes * 60));
        fuzz.args(["-print_final_stats=1", "-timeout=20"]);
        fuzz.arg(format!("-artifact_prefix={}/", failures.display()));
        // New inputs go into the first folder.
        fuzz.arg(self.found()?).args([kept, failures]).args(self.seeds);
        process::run(&mut fuzz)
    }

    /// Writes the fewest inputs that together reach as much as all inputs to the repository.
    fn keep(&self, program: &Path) -> Result<()> {
        let merged = package::empty_folder(&folder().join("merged").join(self.name))?;
        // How often an edge is passed matters little for a test of a second.
        let mut merge = self.command(program);
        merge.args(["-merge=1", "-use_counters=0"]).arg(&merged).arg(self.found()?);
        merge.arg(folder().join("kept").join(self.name)).args(self.seeds);
        process::run(merge.stderr(Stdio::null()))?;
        self.corpus("pack", &merged)
    }

    /// The folder of the inputs that all searches found.
    fn found(&self) -> Result<PathBuf> {
        let found = folder().join("corpus").join(self.name);
        fs::create_dir_all(&found).with_context(|| format!("cannot make {}", found.display()))?;
        Ok(found)
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(workspace::root()).env("QSPECT_FUZZ_TARGET", self.name);
        command.args(LIMITS);
        command
    }

    /// Unpacks the kept inputs from their archive, or packs new ones into it.
    fn corpus(&self, task: &str, folder: &Path) -> Result<()> {
        let mut corpus = cargo::cargo(["run", "--quiet", "--package", "qspect-fuzz", "--bin"]);
        process::run(corpus.args(["corpus", "--", task, self.name]).arg(folder))
    }
}
