//! Which files may be reports, by their names.

/// The endings of files that may be reports, to choose among those of an archive or a folder.
pub const ENDINGS: [&str; 7] = ["json", "jsonl", "ndjson", "log", "txt", "gz", "zip"];

/// Whether a file of an archive or a folder may be a report, by its name. Case is ignored.
pub fn may_be_report(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    // macOS keeps `._run.json` beside `run.json` for metadata that a disk cannot store.
    !name.starts_with("._")
        && name
            .rsplit_once('.')
            .is_some_and(|(_, ending)| ENDINGS.iter().any(|it| ending.eq_ignore_ascii_case(it)))
}
