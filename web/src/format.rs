//! Figures and names as the page shows them.

use qspect_core::report::qconfig_parts;

/// A share of a whole as a CSS percentage.
pub(crate) fn css_percent(part: usize, whole: usize) -> String {
    css_share(part as u64, whole as u64)
}

/// The same of larger numbers, such as MACs.
pub(crate) fn css_share(part: u64, whole: u64) -> String {
    let hundredths = u128::from(part) * 10_000 / u128::from(whole).max(1);
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// A file's name without its path and its usual endings.
pub(crate) fn stem(path: &str) -> &str {
    let name = file_name(path);
    [".gz", ".txt", ".json", ".log", ".debug", ".info", ".qspect"]
        .iter()
        .fold(name, |name, ending| name.strip_suffix(ending).unwrap_or(name))
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Paths without the folders that all of them share.
pub(crate) fn without_common_folders(paths: &[String]) -> Vec<String> {
    let Some(first) = paths.first() else { return Vec::new() };
    let common = paths.iter().fold(first.as_str(), |common, path| {
        let same = common.bytes().zip(path.bytes()).take_while(|(a, b)| a == b).count();
        // Whole folders only; a separator is one byte.
        common.get(..same).and_then(|it| it.rfind(['/', '\\'])).map_or("", |at| &common[..=at])
    });
    paths.iter().map(|it| it[common.len()..].to_owned()).collect()
}

/// The names of a report's qconfigs, without the modules of the functions and their arguments.
pub(crate) fn config_names(config: &str) -> String {
    config.split("; ").map(|it| qconfig_parts(it).0).collect::<Vec<_>>().join(", ")
}
