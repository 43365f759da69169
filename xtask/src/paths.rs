//! Keeps this machine's folders out of what is built: a panic names its source file.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::{setup, workspace};

/// The page's compiler flags, in cargo's encoding: those of .cargo/config.toml, which this variable
/// would hide, and shorter names for the folders of sources.
pub fn page_rustflags() -> Result<String> {
    let path = workspace::root().join(".cargo/config.toml");
    let config =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let config: toml::Table = config.parse().context(".cargo/config.toml is no TOML")?;
    let flags = config
        .get("target")
        .and_then(|it| it.get(setup::WASM)?.get("rustflags")?.as_array())
        .with_context(|| format!(".cargo/config.toml has no rustflags for {}", setup::WASM))?;
    let mut flags: Vec<String> =
        flags.iter().filter_map(|it| it.as_str()).map(str::to_owned).collect();
    for folder in source_folders()? {
        flags.push(format!("--remap-path-prefix={}=crates", folder.display()));
    }
    flags.push(format!("--remap-path-prefix={}=.", workspace::root().display()));
    Ok(flags.join("\x1f"))
}

/// Where cargo unpacks the crates that it downloads, one folder per registry.
fn source_folders() -> Result<Vec<PathBuf>> {
    let sources = cargo_home().context("neither CARGO_HOME nor HOME is set")?.join("registry/src");
    let entries = fs::read_dir(&sources)
        .with_context(|| format!("cannot list {}: has nothing been built?", sources.display()))?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

fn cargo_home() -> Option<PathBuf> {
    let home = || Some(PathBuf::from(env::var_os("HOME").or(env::var_os("USERPROFILE"))?));
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(home()?.join(".cargo")))
}

/// Checks that a built program names no folder of this machine.
pub fn check_none_in(program: &[u8]) -> Result<()> {
    let folders = [Some(workspace::root().to_owned()), cargo_home()];
    for folder in folders.into_iter().flatten() {
        let name = folder.display().to_string();
        let is_named = program.windows(name.len()).any(|it| it == name.as_bytes());
        ensure!(!is_named, "the page's program names {name}: remap it in xtask/src/paths.rs");
    }
    Ok(())
}
