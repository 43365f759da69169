//! Whatever bytes come, from a file or in an address: what must hold of all that reads them.
//!
//! A target takes bytes and panics where something does not hold. `cargo test` gives each the committed
//! inputs and changes of them, `cargo xtask fuzz` lets libFuzzer look for others.

pub mod corpus;
mod diff;
mod json;
mod limits;
mod link;
mod log;
mod packed;
mod shown;

/// The browser's URLSearchParams, by the same standard.
mod params;
#[allow(dead_code, reason = "titles and keys are the page's")]
#[path = "../../../web/src/url.rs"]
mod url;

/// What is tried.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// As its folders are called.
    pub name: &'static str,
    /// Panics where something does not hold.
    pub run: fn(&[u8]),
}

/// All targets.
pub const TARGETS: [Target; 6] = [
    Target { name: "log", run: log::run },
    Target { name: "json", run: json::run },
    Target { name: "packed", run: packed::run },
    Target { name: "shown", run: shown::run },
    Target { name: "diff", run: diff::run },
    Target { name: "link", run: link::run },
];

/// The target of that name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.into_iter().find(|it| it.name == name)
}
