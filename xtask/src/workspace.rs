//! The paths in the repository.

use std::path::{Path, PathBuf};

/// The repository's root.
pub fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// The folder of everything that is built for users; not in version control.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The viewer in one file.
pub fn viewer() -> PathBuf {
    dist().join("qspect.html")
}

/// The files of the viewer for a web server: `index.html`, `qspect.js`, `qspect_bg.wasm`.
pub fn hosted() -> PathBuf {
    dist().join("hosted")
}

/// The module that starts the hosted page and defines the element.
pub fn element() -> PathBuf {
    hosted().join("qspect.js")
}

/// The notices for third-party code in the viewer.
pub fn licences_of_viewer() -> PathBuf {
    root().join("licences/viewer.txt")
}

/// The path as a developer at the root would write it.
pub fn relative(path: &Path) -> &Path {
    path.strip_prefix(root()).unwrap_or(path)
}
