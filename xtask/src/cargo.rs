//! Cargo, as a child of this program.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{process, workspace};

/// A cargo command at the root: the same cargo that runs this program.
pub fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(workspace::root());
    command
}

/// Runs a `cargo build` and returns the one file called `name` that it made.
///
/// Cargo reports where the file is: `CARGO_TARGET_DIR`, a config file or the profile can move it.
pub fn build_file(command: &mut Command, name: &str) -> Result<PathBuf> {
    command.arg("--message-format=json-render-diagnostics").stdout(Stdio::piped());
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start `{}`", process::describe(command)))?;
    let messages = child.stdout.take().context("cargo has no output")?;
    let mut found = None;
    for line in BufReader::new(messages).lines() {
        let line = line.context("cannot read cargo's messages")?;
        // The output of a build script or a macro may appear between the messages.
        let Ok(message) = serde_json::from_str::<Value>(&line) else {
            continue;
        };
        found = file_called(&message, name).or(found);
    }
    process::check(command, child.wait().context("cannot wait for cargo")?)?;
    found.with_context(|| format!("`{}` made no file {name}", process::describe(command)))
}

/// The path of the file called `name`, if this message reports that it was made.
fn file_called(message: &Value, name: &str) -> Option<PathBuf> {
    if message["reason"] != "compiler-artifact" {
        return None;
    }
    let files = message["filenames"].as_array()?;
    let mut paths = files.iter().filter_map(Value::as_str).map(PathBuf::from);
    paths.find(|path| path.file_name().is_some_and(|it| it == name))
}
