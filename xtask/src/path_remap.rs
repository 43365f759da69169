//! Keeps this machine's folders out of the program: the message of a panic names its source file.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::{setup, workspace};

/// A value for cargo's `--config`: flags that rename the folders of sources. Cargo adds them to
/// those of .cargo/config.toml.
pub fn rustflags() -> Result<String> {
    let root = workspace::root().to_owned();
    let folders = source_folders().into_iter().map(|it| (it, "crates")).chain([(root, ".")]);
    let flags =
        folders.map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display()));
    // A list of strings has the same form in JSON and in TOML.
    let flags = serde_json::to_string(&flags.collect::<Vec<_>>())?;
    Ok(format!("target.{}.rustflags={flags}", setup::WASM))
}

/// The folders into which cargo unpacks downloaded crates, one per registry. There are none if all
/// crates are vendored.
fn source_folders() -> Vec<PathBuf> {
    let sources = cargo_home().map(|it| it.join("registry/src"));
    let entries = sources.and_then(|it| fs::read_dir(it).ok());
    entries.into_iter().flatten().flatten().map(|it| it.path()).collect()
}

fn cargo_home() -> Option<PathBuf> {
    let home = || Some(PathBuf::from(env::var_os("HOME").or(env::var_os("USERPROFILE"))?));
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(home()?.join(".cargo")))
}

/// Checks that a built program does not name a folder of this machine.
pub fn check_none_in(program: &[u8]) -> Result<()> {
    let folders = [Some(workspace::root().to_owned()), cargo_home()];
    for folder in folders.into_iter().flatten() {
        let name = folder.display().to_string();
        let is_named = program.windows(name.len()).any(|it| it == name.as_bytes());
        ensure!(!is_named, "the program names {name}: remap it in xtask/src/path_remap.rs");
    }
    Ok(())
}
