//! The requirements that the machine lacks: installed if one known command does it, otherwise
//! named.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{cargo, process, workspace};

/// The target that the viewer is compiled for.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Ensures that the compiler has a standard library for `WASM`.
///
/// rustup would install it from rust-toolchain.toml by itself, but not with
/// `RUSTUP_AUTO_INSTALL=0`.
pub fn wasm_target() -> Result<()> {
    if Path::new(&rustc(&["--print", "target-libdir", "--target", WASM])?).is_dir() {
        return Ok(());
    }
    rustup(&["target", "add", WASM])
        .with_context(|| format!("the Rust compiler cannot compile for {WASM}"))
}

/// The output of the compiler.
pub fn rustc(args: &[&str]) -> Result<String> {
    let printed = process::output(Command::new("rustc").args(args).current_dir(workspace::root()))?;
    Ok(printed.trim().to_owned())
}

/// Ensures that `cargo <name>` is available: `fmt` or `clippy`.
pub fn cargo_component(name: &str, component: &str) -> Result<()> {
    if process::succeeds(&mut cargo::cargo([name, "--version"])) {
        return Ok(());
    }
    rustup(&["component", "add", component]).with_context(|| format!("there is no `cargo {name}`"))
}

fn rustup(args: &[&str]) -> Result<()> {
    let mut command = Command::new("rustup");
    command.args(args).current_dir(workspace::root());
    if !process::succeeds(Command::new("rustup").arg("--version")) {
        bail!(
            "rustup, which could add it, is not here: install that part of your Rust distribution, \
             or rustup and then `{}`",
            process::describe(&command)
        );
    }
    eprintln!("xtask: {}", process::describe(&command));
    process::run(&mut command)
}

/// Installs these Debian packages; returns `Ok(false)` if that is not possible.
///
/// Only for root: running the tests must not change a developer's own machine.
pub fn install(packages: &[&str]) -> Result<bool> {
    if !is_root() || !process::succeeds(Command::new("apt-get").arg("--version")) {
        return Ok(false);
    }
    eprintln!("xtask: installing {}", packages.join(" and "));
    apt_get(&["update"])?;
    apt_get(&[&["install", "-y"], packages].concat())?;
    Ok(true)
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|it| it.trim() == "0")
}

fn apt_get(args: &[&str]) -> Result<()> {
    process::run(
        Command::new("apt-get")
            .args(args)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null())
            .stdout(std::io::stderr()),
    )
}
