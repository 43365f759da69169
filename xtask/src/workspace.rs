//! Where things lie in the repository.

use std::path::{Path, PathBuf};

/// The repository's root.
pub fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// What is built for users; not in version control.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The viewer, all in one file.
pub fn viewer() -> PathBuf {
    dist().join("qspect.html")
}

/// The viewer for a web server: it may fetch the reports that a link names.
pub fn hosted() -> PathBuf {
    dist().join("index.html")
}

/// The element, all in one module.
pub fn element() -> PathBuf {
    dist().join("qspect.js")
}

/// The notices of third parties whose code is in the viewer.
pub fn third_party() -> PathBuf {
    dist().join("THIRD-PARTY.txt")
}

/// The same of the command, which carries the viewer; cli/build.rs knows the name.
pub fn third_party_of_command() -> PathBuf {
    dist().join("THIRD-PARTY-command.txt")
}

/// The path as a developer at the root would write it.
pub fn relative(path: &Path) -> &Path {
    path.strip_prefix(root()).unwrap_or(path)
}
