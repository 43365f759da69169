//! The browsers and their drivers that the tests use.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::cargo_tool::Tool;
use crate::setup;

/// Debian has no package of it, but crates.io has its source.
///
/// It only waits for Firefox: optimisation would take four minutes and save no time.
const GECKODRIVER: Tool = Tool { name: "geckodriver", version: "0.37.1", arguments: &["--debug"] };

/// An engine that the tests can run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium or a relative of it, and ChromeDriver.
    Chromium,
    /// Firefox and geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser and WebKitWebDriver, with an X server in memory.
    WebKit,
}

/// A program: the variable that names its path, and the names that it has on the PATH.
struct Program {
    variable: &'static str,
    names: &'static [&'static str],
}

const CHROME: Program = Program {
    variable: "CHROME",
    names: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"],
};
const CHROMEDRIVER: Program = Program { variable: "CHROMEDRIVER", names: &["chromedriver"] };
const FIREFOX: Program = Program { variable: "FIREFOX", names: &["firefox-esr", "firefox"] };
const WEBKIT: Program = Program { variable: "WEBKIT", names: &["MiniBrowser"] };
const WEBKITDRIVER: Program = Program { variable: "WEBKITDRIVER", names: &["WebKitWebDriver"] };
const XVFB: Program = Program { variable: "XVFB", names: &["Xvfb"] };

impl Engine {
    /// The value of `QSPECT_BROWSER`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// The programs that Debian packages.
    fn programs(self) -> &'static [Program] {
        match self {
            Self::Chromium => &[CHROME, CHROMEDRIVER],
            Self::Firefox => &[FIREFOX],
            Self::WebKit => &[WEBKIT, WEBKITDRIVER, XVFB],
        }
    }

    /// Debian's packages of these programs.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["chromium", "chromium-driver"],
            Self::Firefox => &["firefox-esr"],
            Self::WebKit => &["webkit2gtk-driver", "xvfb"],
        }
    }
}

/// An engine whose programs are all installed.
pub struct Browser {
    engine: Engine,
    /// The programs, each with the variable that names it for the tests. The browser comes first.
    programs: Vec<(&'static str, PathBuf)>,
}

impl Browser {
    /// Finds the programs. Installs missing ones if this machine allows it.
    pub fn find_or_install(engine: Engine) -> Result<Self> {
        let mut programs = find(engine)?;
        if programs.is_none() && setup::install(engine.packages())? {
            programs = find(engine)?;
        }
        let Some(mut programs) = programs else {
            let variables: Vec<_> = engine.programs().iter().map(|it| it.variable).collect();
            bail!(
                "the tests in {} need more programs: install them (Debian: `apt-get install {}`), \
                 or set {} to their paths",
                engine.name(),
                engine.packages().join(" "),
                variables.join(", ")
            );
        };
        if engine == Engine::Firefox {
            programs.push(("GECKODRIVER", geckodriver()?));
        }
        Ok(Self { engine, programs })
    }

    /// The browser's own program.
    pub fn program(&self) -> &Path {
        &self.programs[0].1
    }

    /// Makes tests use it, through the variables that `tests/src/kind.rs` reads.
    pub fn set_variables(&self, tests: &mut Command) {
        tests.env("QSPECT_BROWSER", self.engine.name());
        for (variable, path) in &self.programs {
            tests.env(variable, path);
        }
    }
}

/// The engine's programs, if all are installed.
fn find(engine: Engine) -> Result<Option<Vec<(&'static str, PathBuf)>>> {
    let mut programs = Vec::new();
    for program in engine.programs() {
        let path = match locate(program)? {
            None if program.variable == WEBKIT.variable => minibrowser(),
            path => path,
        };
        let Some(path) = path else { return Ok(None) };
        programs.push((program.variable, path));
    }
    Ok(Some(programs))
}

/// The path in the program's variable, else the first of its names on the PATH.
fn locate(program: &Program) -> Result<Option<PathBuf>> {
    let variable = program.variable;
    if let Some(path) = env::var_os(variable).map(PathBuf::from) {
        ensure!(
            path.is_file(),
            "{variable} names {}, which is not a file: correct or unset it",
            path.display()
        );
        return Ok(Some(path));
    }
    let folders: Vec<_> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    Ok(program
        .names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .map(|path| path.with_extension(env::consts::EXE_EXTENSION))
        .find(|path| path.is_file()))
}

/// MiniBrowser is not on the PATH, but beside the library: `/usr/lib/<machine>/webkit2gtk-4.1`. If
/// there are several versions, this is the last.
fn minibrowser() -> Option<PathBuf> {
    let folders = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|it| it.path()).collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    for folder in ["/usr/lib", "/usr/libexec", "/usr/lib64"].map(Path::new) {
        let inside = folders(folder);
        let below = inside.iter().flat_map(|it| folders(it)).collect::<Vec<_>>();
        found.extend(inside.iter().chain(&below).filter(|it| is_webkit(it)).cloned());
    }
    found.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
    found.iter().rev().map(|it| it.join("MiniBrowser")).find(|it| it.is_file())
}

/// Whether a folder's name is `webkit2gtk-4.1` or `webkitgtk-6.0`.
fn is_webkit(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("webkit2gtk-") || name.starts_with("webkitgtk-")
}

/// geckodriver, compiled if neither its variable nor the PATH names one.
fn geckodriver() -> Result<PathBuf> {
    if let Some(found) = locate(&Program { variable: "GECKODRIVER", names: &["geckodriver"] })? {
        return Ok(found);
    }
    GECKODRIVER.find_or_compile()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webkits_folders_are_known_by_name() {
        for name in ["webkit2gtk-4.0", "webkit2gtk-4.1", "webkitgtk-6.0"] {
            assert!(is_webkit(&Path::new("/usr/lib/x86_64-linux-gnu").join(name)), "{name}");
        }
        assert!(!is_webkit(Path::new("/usr/lib/webkit2gtk")));
    }
}
