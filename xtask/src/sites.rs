//! `cargo xtask test sites`: the packages as users install them, and real sites built by their
//! generators.
//!
//! Sources are in `tests/sites`, results in `target/sites`. It installs Sphinx, MkDocs and
//! Docusaurus, and compiles mdBook, so it is not part of `cargo xtask test`.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::browser::{Browser, Engine};
use crate::cargo_tool::Tool;
use crate::package::{self, Packages};
use crate::tally::Tally;
use crate::{cargo, crates, process, python, workspace};

/// mdBook, without its server.
const MDBOOK: Tool =
    Tool { name: "mdbook", version: "0.5.4", arguments: &["--no-default-features"] };

/// The time limit to compile the command; two cores take a minute.
const COMPILE: Duration = Duration::from_mins(15);

/// The time limit for npm to install; a normal run takes a minute or two.
const INSTALL: Duration = Duration::from_mins(10);

/// The time limit of a generator; Docusaurus takes half a minute, the others a second.
const BUILD: Duration = Duration::from_mins(3);

/// The reports of the sites: the name in the site, and the name in `tests/reports`.
const REPORTS: [(&str, &str); 2] = [
    ("mlp_mixed.qspect.json", "mlp_mixed.mixed.qspect.json"),
    ("mlp_partial.qspect.json", "mlp_mixed.partial.qspect.json"),
];

/// The files of the element.
const ELEMENT: [&str; 2] = ["qspect.js", "qspect_bg.wasm"];

/// Builds the packages, and tests them and all sites.
pub fn test() -> Result<Tally> {
    let packages = package::build()?;
    let tools = Tools::install(&packages)?;
    let mut tally = tools.packages_tests(&packages)?;
    tally += crates::test()?;
    tools.build_sites()?;
    let browser = Browser::find_or_install(Engine::Chromium)?;
    let mut test = cargo::cargo(["test", "--package", "qspect-tests", "--no-fail-fast"]);
    test.args(["--features", "sites", "--test", "sites"]).env("QSPECT_SITES", &tools.folder);
    browser.set_variables(&mut test);
    tally += process::count_tests(&mut test, Tally::read_cargo)?;
    Ok(tally)
}

/// The generators, with the packages installed where each looks for them.
struct Tools {
    /// A Python with Sphinx, MkDocs and the wheel.
    python: PathBuf,
    mdbook: PathBuf,
    /// `target/sites`: the sites, beside `node_modules` with Docusaurus and the tarball.
    folder: PathBuf,
}

impl Tools {
    fn install(packages: &Packages) -> Result<Self> {
        let requirements = "tests/sites/requirements.txt";
        let python = python::environment("sites-venv", requirements, "Sphinx and MkDocs")?;
        python::install(&python, &packages.wheel)?;
        let folder = workspace::root().join("target/sites");
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mdbook = MDBOOK.find_or_compile()?;
        node_modules(&folder, &packages.tarball)?;
        Ok(Self { python, mdbook, folder })
    }

    fn packages_tests(&self, packages: &Packages) -> Result<Tally> {
        let installed = self.folder.join("cargo");
        let mut install =
            cargo::cargo(["install", "--quiet", "--locked", "--path", "cli", "--root"]);
        process::run_within(COMPILE, install.arg(&installed))?;
        let mut pytest = Command::new(&self.python);
        pytest.current_dir(workspace::root());
        pytest
            .args(["-m", "pytest", "tests/packages", "--color=no"])
            .env("QSPECT_WHEEL", &packages.wheel)
            .env("QSPECT_TARBALL", &packages.tarball)
            .env("QSPECT_COMMAND", installed.join(format!("bin/qspect{EXE_SUFFIX}")))
            .env("QSPECT_NODE_MODULES", self.folder.join("node_modules"));
        process::count_tests(&mut pytest, Tally::read_pytest)
    }

    /// Builds each site into its folder `built`; warnings of a generator are errors.
    fn build_sites(&self) -> Result<()> {
        let sphinx = self.source("sphinx", "", "_static")?;
        let mut build = Command::new(&self.python);
        build.args(["-m", "sphinx", "-q", "-W", "-j", "2", ".", "built"]);
        process::run_within(BUILD, build.current_dir(sphinx))?;

        let mkdocs = self.source("mkdocs", "docs", "docs")?;
        let mut build = Command::new(&self.python);
        build.args(["-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", "built"]);
        process::run_within(BUILD, build.current_dir(mkdocs).env("NO_MKDOCS_2_WARNING", "1"))?;

        let mdbook = self.source("mdbook", "src", "")?;
        package::copy(&workspace::hosted(), &ELEMENT, &mdbook.join("src"))?;
        let mut build = Command::new(&self.mdbook);
        process::run_within(
            BUILD,
            build.args(["build", "--dest-dir", "built"]).current_dir(mdbook),
        )?;

        let docusaurus = self.source("docusaurus", "static", "src/css")?;
        let command = "node_modules/@docusaurus/core/bin/docusaurus.mjs";
        let mut build = Command::new("node");
        build.arg(self.folder.join(command)).args(["build", "--out-dir", "built"]);
        process::run_within(
            BUILD,
            build.current_dir(docusaurus).env("DOCUSAURUS_NO_TELEMETRY", "1"),
        )?;

        let plain = self.source("plain", "built", "built")?;
        package::copy(&plain, &["index.html"], &plain.join("built"))?;
        package::copy(&workspace::hosted(), &ELEMENT, &plain.join("built"))?;

        let notebook = self.source("notebook", "", "")?;
        let mut show = Command::new(&self.python);
        show.arg(workspace::root().join("tests/sites/notebook.py")).stderr(Stdio::inherit());
        let page = process::output(show.current_dir(&notebook).env("PYTHONUTF8", "1"))?;
        fs::create_dir_all(notebook.join("built")).context("cannot make the notebook's page")?;
        fs::write(notebook.join("built/index.html"), page).context("cannot write a page")
    }

    /// A copy of a site's source, with the reports and the hostile style in the given folders.
    fn source(&self, name: &str, reports: &str, style: &str) -> Result<PathBuf> {
        let sources = workspace::root().join("tests/sites");
        let site = package::empty_folder(&self.folder.join(name))?;
        if sources.join(name).is_dir() {
            copy_tree(&sources.join(name), &site)?;
        }
        let reports = package::empty_folder(&site.join(reports).join("reports"))?;
        for (there, here) in REPORTS {
            let here = workspace::root().join("tests/reports/executorch-1.5.1-exporter").join(here);
            fs::copy(&here, reports.join(there))
                .with_context(|| format!("cannot copy {}", here.display()))?;
        }
        fs::create_dir_all(site.join(style)).context("cannot make a folder of styles")?;
        package::copy(&sources, &["hostile.css"], &site.join(style))?;
        Ok(site)
    }
}

/// Installs Docusaurus, TypeScript and the tarball in the folder above all sites.
fn node_modules(folder: &Path, tarball: &Path) -> Result<()> {
    let manifest = workspace::root().join("tests/sites/package.json");
    let wanted = fs::read_to_string(&manifest).context("cannot read tests/sites/package.json")?;
    let stamp = folder.join("node_modules/installed.json");
    package::copy(&workspace::root().join("tests/sites"), &["package.json"], folder)?;
    let npm = || {
        let mut npm = Command::new(package::npm());
        npm.args(["install", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]);
        npm.current_dir(folder);
        npm
    };
    if fs::read_to_string(&stamp).ok().as_deref() != Some(&*wanted) {
        eprintln!("xtask: installing Docusaurus, some 300 MB");
        process::run_within(INSTALL, &mut npm())?;
        fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    }
    // Always: the package may have changed under the same version, which the bundler's cache uses.
    for former in ["node_modules/qspect", "node_modules/.cache"].map(|it| folder.join(it)) {
        if former.exists() {
            fs::remove_dir_all(&former).context("cannot remove the package installed before")?;
        }
    }
    process::run_within(INSTALL, npm().arg("--no-save").arg(tarball))
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    let context = || format!("cannot copy {}", from.display());
    fs::create_dir_all(to).with_context(context)?;
    for entry in fs::read_dir(from).with_context(context)? {
        let entry = entry.with_context(context)?;
        let target = to.join(entry.file_name());
        if entry.file_type().with_context(context)?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target).with_context(context)?;
        }
    }
    Ok(())
}
