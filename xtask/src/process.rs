//! Child processes: runs them, and names the command in the error if one fails.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::tally::Tally;

/// Runs the command and waits for it.
pub fn run(command: &mut Command) -> Result<()> {
    let status =
        command.status().with_context(|| format!("cannot start `{}`", describe(command)))?;
    check(command, status)
}

/// Runs the command, and kills it if it takes longer than `limit`: for commands that wait for
/// others, such as a registry's server.
pub fn run_within(limit: Duration, command: &mut Command) -> Result<()> {
    const PERIOD: Duration = Duration::from_millis(50);
    let mut child =
        command.spawn().with_context(|| format!("cannot start `{}`", describe(command)))?;
    let start = Instant::now();
    loop {
        let status = child.try_wait().context("cannot wait for a command")?;
        if let Some(status) = status {
            return check(command, status);
        }
        if start.elapsed() > limit {
            child.kill().context("cannot end a command")?;
            child.wait().context("cannot wait for a command")?;
            bail!("`{}` did not end within {limit:?}", describe(command));
        }
        thread::sleep(PERIOD);
    }
}

/// The command's standard output; its errors go to the terminal.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{}`", describe(command)))?;
    check(command, output.status)?;
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` printed something else than UTF-8", describe(command)))
}

/// Whether the command starts and succeeds; its output is dropped.
pub fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|it| it.status.success())
}

/// An error if the command failed.
pub fn check(command: &Command, status: ExitStatus) -> Result<()> {
    ensure!(status.success(), "`{}` failed ({status})", describe(command));
    Ok(())
}

/// The command as a user would type it. The program is shown by its file name, because cargo passes
/// on the long path of the toolchain's own binary.
pub fn describe(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_stem().unwrap_or(program.as_os_str());
    let mut words = vec![name.to_string_lossy()];
    words.extend(command.get_args().map(|it| it.to_string_lossy()));
    words.join(" ")
}

/// Runs tests, prints their output as it appears, and counts with `read_line`.
pub fn count_tests(command: &mut Command, read_line: fn(&mut Tally, &str)) -> Result<Tally> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", describe(command)))?;
    let mut lines = BufReader::new(child.stdout.take().context("the tests have no output")?);
    let mut tally = Tally::default();
    let mut line = Vec::new();
    // Bytes, not text: a failing test may print anything.
    while lines.read_until(b'\n', &mut line)? > 0 {
        io::stdout().write_all(&line)?;
        read_line(&mut tally, String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
    let status = child.wait().context("cannot wait for the tests")?;
    if tally.failed == 0 {
        // If no test failed, the build failed, or a test ended the whole test program.
        if let Err(error) = check(command, status) {
            println!("{error:#}");
            tally += Tally::FAILED;
        }
    }
    Ok(tally)
}
