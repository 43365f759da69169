//! The reports that ExecuTorch itself printed, shared by the tests beside this folder.

pub mod arbitrary;
pub mod archive;
pub mod build;
pub mod damages;
pub mod graphs;
pub mod logs;
pub mod outcome;

use std::path::{Path, PathBuf};

use qspect_core::{Level, Report, parse};

/// A real report's text.
pub struct RealReport {
    /// The path, for messages.
    pub name: String,
    /// At which level it was printed.
    pub level: Level,
    /// As ExecuTorch's logger got it: an empty line first.
    pub text: String,
}

impl RealReport {
    /// The parsed report; reading it gives no warning.
    #[track_caller]
    pub fn read(&self) -> Report {
        let report = read(&self.name, self.text.as_bytes());
        assert_eq!(report.level(), self.level, "{}", self.name);
        report
    }
}

/// All files in a folder and below.
pub fn files_below(folder: PathBuf) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder of reports") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files
}

/// All real reports. `QSPECT_CORPUS` may name another folder of such files, for the tests that ask
/// for no report in particular.
pub fn real_reports() -> Vec<RealReport> {
    let root = std::env::var_os("QSPECT_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports"), PathBuf::from);
    let mut reports = Vec::new();
    for path in files_below(root) {
        let name = path.display().to_string();
        let level = match () {
            () if name.ends_with(".info.txt") => Level::Info,
            () if name.ends_with(".debug.txt") => Level::Debug,
            () => continue,
        };
        let text = std::fs::read_to_string(&path).expect("a file");
        reports.push(RealReport { name, level, text });
    }
    reports.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(reports.len() >= 30, "only {} reports found", reports.len());
    reports
}

/// The single report of `bytes`, read without a warning.
#[track_caller]
pub fn read(name: &str, bytes: &[u8]) -> Report {
    let mut parsed = parse(name, bytes).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(parsed.warnings, [], "{name}");
    assert_eq!(parsed.reports.len(), 1, "{name}");
    parsed.reports.remove(0)
}
