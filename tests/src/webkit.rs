//! WebKitGTK's MiniBrowser: its settings, and the errors of its pages.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use fantoccini::Client;
use serde_json::{Value, json};

use crate::display::Display;
use crate::kind;

/// Makes the toolbar narrow: with GTK's own margins a window has at least 447 pixels.
const STYLE: &str = "* { min-width: 0; min-height: 0; padding: 0; margin: 0; }";

/// Listens for errors from now on. A page that already has the listeners keeps them.
const LISTEN: &str = "
    if (window.qspectErrors) return;
    const errors = window.qspectErrors = [];
    const log = console.error;
    console.error = (...parts) => { errors.push(parts.map(String).join(' ')); log(...parts); };
    addEventListener('error', (event) => errors.push(event.message ?? `cannot load ${event.target}`), true);
    addEventListener('unhandledrejection', (event) => errors.push(String(event.reason)));
    document.addEventListener('securitypolicyviolation', (event) =>
        errors.push(`${event.effectiveDirective} forbids ${event.blockedURI}`));";

/// The driver's options of a session.
pub(crate) fn options(flags: &[&str]) -> Result<Value> {
    let args: Vec<&str> = ["--automation"].iter().chain(flags).copied().collect();
    Ok(json!({ "binary": crate::path_from("WEBKIT")?, "args": args }))
}

/// Fills the profile, and returns the environment that makes the browser use it and the display.
pub(crate) fn environment(
    profile: &Path,
    display: &Display,
) -> Result<Vec<(&'static str, OsString)>> {
    let downloads = kind::downloads(profile);
    let config = profile.join("config");
    let write = |path: &Path, text: &str| {
        let folder = path.parent().context("a file without a folder")?;
        fs::create_dir_all(folder)?;
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    fs::create_dir_all(&downloads).context("cannot make a folder for downloads")?;
    let directories = format!("XDG_DOWNLOAD_DIR=\"{}\"\n", downloads.display());
    write(&config.join("user-dirs.dirs"), &directories)?;
    write(&config.join("gtk-3.0/gtk.css"), STYLE)?;
    write(&config.join("gtk-4.0/gtk.css"), STYLE)?;
    Ok(vec![
        ("DISPLAY", display.name().into()),
        ("HOME", profile.into()),
        ("XDG_CONFIG_HOME", config.into()),
        ("XDG_CACHE_HOME", profile.join("cache").into()),
        ("XDG_DATA_HOME", profile.join("data").into()),
        // Root in a container has no sandbox. The pages are the tests' own.
        ("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1".into()),
        // No accessibility bus runs on the tests' display.
        ("NO_AT_BRIDGE", "1".into()),
    ])
}

/// Makes the page keep its errors for [`take_errors`].
pub(crate) async fn listen(client: &Client) -> Result<()> {
    client.execute(LISTEN, vec![]).await.context("cannot listen for errors")?;
    Ok(())
}

/// The page's errors since the last call, or since [`listen`].
pub(crate) async fn take_errors(client: &Client) -> Result<Vec<String>> {
    let taken = client.execute("return window.qspectErrors?.splice(0) ?? null", vec![]).await?;
    let taken: Option<Vec<String>> = serde_json::from_value(taken)?;
    taken.context("the page keeps no errors: open it by `Browser::open` or `Browser::goto`")
}
