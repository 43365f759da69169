//! `cargo xtask fuzz`: libFuzzer looks for bytes of which something does not hold that should.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use crate::tally::Tally;
use crate::{cargo, process, workspace};

/// The targets of tests/fuzz, with where the repository has inputs for them.
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
    /// The file with words that such inputs have.
    words: &'static str,
    seeds: &'static [&'static str],
}

/// As cargo-fuzz has them without a sanitizer: edges are counted and comparisons traced. None of it is
/// unstable. What is wrong in Rust without `unsafe` shows by itself.
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

/// The longest input that is tried: what is quadratic shows in `tests/fuzz/tests/growth.rs`.
const MAX_INPUT: u64 = 8 << 10;

/// The memory that no input may need.
const MAX_MEGABYTES: usize = 1024;

/// What is kept of a target's inputs, of each size some.
const MAX_KEPT: usize = 200;
const MAX_KEPT_BYTES: u64 = 300_000;

/// What one round came to.
#[derive(Default)]
struct Round {
    n_inputs: u64,
    failure: Option<PathBuf>,
}

/// Runs the target, or each of them, for so many minutes, and keeps the inputs that reach most.
pub fn run(only: Option<&str>, minutes: u32) -> Result<ExitCode> {
    let chosen = || TARGETS.iter().filter(|it| only.is_none_or(|only| only == it.name));
    if chosen().next().is_none() {
        bail!("the targets are {}", TARGETS.map(|it| it.name).join(", "));
    }
    let mut n_failures = 0;
    if only.is_none() {
        // The worst files of their size, as users have what reads them.
        let growth = ["test", "--release", "--package", "qspect-fuzz", "--test", "growth"];
        n_failures += process::count_tests(&mut cargo::cargo(growth), Tally::read_cargo)?.failed;
    }
    let program = build()?;
    let mut table = Vec::new();
    for target in chosen() {
        let round = target.round(&program, minutes)?;
        let kept = target.keep(&program)?;
        let failure = match &round.failure {
            Some(path) => format!("a failure: {}", workspace::relative(path).display()),
            None => "no failure".to_owned(),
        };
        n_failures += usize::from(round.failure.is_some());
        table.push(format!(
            "{}: {} inputs tried, {failure}; {} inputs of {} bytes kept",
            target.name, round.n_inputs, kept.0, kept.1
        ));
    }
    println!("{}", table.join("\n"));
    Ok(if n_failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds the targets with libFuzzer around them.
fn build() -> Result<PathBuf> {
    let compiler = env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    if !process::succeeds(Command::new(&compiler).arg("--version")) {
        bail!(
            "libFuzzer is compiled by a C++ compiler, and there is no `{compiler}`: install g++ or clang, or set CXX"
        );
    }
    let host = process::output(Command::new("rustc").args(["--print", "host-tuple"]))?;
    let mut build = cargo::cargo(["build", "--release", "--package", "qspect-fuzz"]);
    // With a target named, what runs while compiling is built without the flags.
    build.args(["--target", host.trim(), "--target-dir"]).arg(folder());
    build.env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\x1f"));
    cargo::build_file(&mut build, &format!("qspect-fuzz{}", env::consts::EXE_SUFFIX))
}

/// Where the rounds work.
fn folder() -> PathBuf {
    workspace::root().join("target/fuzz")
}

impl Target {
    /// The inputs in the repository.
    fn corpus(&self) -> PathBuf {
        workspace::root().join("tests/fuzz/corpus").join(self.name)
    }

    /// All inputs that any round found.
    fn found(&self) -> Result<PathBuf> {
        let found = folder().join("corpus").join(self.name);
        fs::create_dir_all(&found).with_context(|| format!("cannot make {}", found.display()))?;
        Ok(found)
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(workspace::root()).env("QSPECT_FUZZ_TARGET", self.name);
        command.arg(format!("-max_len={MAX_INPUT}"));
        command.arg(format!("-rss_limit_mb={MAX_MEGABYTES}"));
        command
    }

    fn round(&self, program: &Path, minutes: u32) -> Result<Round> {
        let failures = workspace::root().join("tests/fuzz/regressions").join(self.name);
        fs::create_dir_all(&failures)?;
        let found = self.found()?;
        let mut folders = vec![self.corpus(), failures.clone()];
        folders.extend(self.seeds.iter().map(|it| workspace::root().join(it)));
        for folder in folders {
            copy_small(&folder, &found)?;
        }
        let mut fuzz = self.command(program);
        fuzz.arg(&found).arg(format!("-dict=tests/fuzz/dictionaries/{}.dict", self.words));
        fuzz.arg(format!("-max_total_time={}", minutes * 60));
        fuzz.args(["-print_final_stats=1", "-timeout=20"]);
        fuzz.arg(format!("-artifact_prefix={}/", failures.display()));
        let mut child = fuzz.stderr(Stdio::piped()).spawn().context("cannot start the fuzzer")?;
        let lines = BufReader::new(child.stderr.take().context("the fuzzer has no output")?);
        let mut round = Round::default();
        for line in lines.split(b'\n') {
            let line = line.context("cannot read the fuzzer's output")?;
            let line = String::from_utf8_lossy(&line);
            eprintln!("{line}");
            if let Some(n) = line.strip_prefix("stat::number_of_executed_units:") {
                round.n_inputs = n.trim().parse().context("no number of inputs")?;
            } else if let Some((_, path)) = line.split_once("Test unit written to ") {
                round.failure = Some(path.into());
            }
        }
        let status = child.wait().context("cannot wait for the fuzzer")?;
        if round.failure.is_none() {
            process::check(&fuzz, status)?;
        }
        Ok(round)
    }

    /// Puts the smallest inputs that reach all that any reaches into the repository; how many, and their
    /// bytes.
    fn keep(&self, program: &Path) -> Result<(usize, u64)> {
        let merged = folder().join("merged").join(self.name);
        if merged.exists() {
            fs::remove_dir_all(&merged)?;
        }
        fs::create_dir_all(&merged)?;
        // How often an edge is passed says little in a test of a second.
        let mut merge = self.command(program);
        merge.args(["-merge=1", "-use_counters=0"]).arg(&merged).arg(self.found()?);
        process::run(merge.stderr(Stdio::null()))?;
        let mut by_size = Vec::new();
        for path in files(&merged)? {
            by_size.push((fs::metadata(&path)?.len(), path));
        }
        by_size.sort();
        let corpus = self.corpus();
        if corpus.exists() {
            fs::remove_dir_all(&corpus)?;
        }
        fs::create_dir_all(&corpus)?;
        let (mut n_kept, mut n_bytes) = (0, 0);
        let step = by_size.len().div_ceil(MAX_KEPT).max(1);
        for (size, path) in by_size.into_iter().step_by(step) {
            if n_bytes + size > MAX_KEPT_BYTES {
                break;
            }
            fs::copy(&path, corpus.join(path.file_name().context("a file has a name")?))?;
            (n_kept, n_bytes) = (n_kept + 1, n_bytes + size);
        }
        Ok((n_kept, n_bytes))
    }
}

/// Copies the files below `from` that are no longer than an input may be.
fn copy_small(from: &Path, to: &Path) -> Result<()> {
    if !from.exists() {
        return Ok(());
    }
    for path in files(from)? {
        if fs::metadata(&path)?.len() <= MAX_INPUT {
            fs::copy(&path, to.join(path.file_name().context("a file has a name")?))?;
        }
    }
    Ok(())
}

/// All files below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?
    {
        let path = entry?.path();
        match path.is_dir() {
            true => found.extend(files(&path)?),
            false => found.push(path),
        }
    }
    Ok(found)
}
