//! Figures and names as the page shows them.

/// A share of a whole as a CSS percentage.
pub(crate) fn css_percent(part: usize, whole: usize) -> String {
    css_share(part as u64, whole as u64)
}

/// The same of larger numbers, such as MACs.
pub(crate) fn css_share(part: u64, whole: u64) -> String {
    let hundredths = u128::from(part) * 10_000 / u128::from(whole).max(1);
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// A qconfig's label, split into its name and its arguments:
/// `arm_quantizer.get_symmetric_quantization_config(per_channel=1, act_range=[-128, 127])`.
pub(crate) fn qconfig(label: &str) -> (&str, Vec<&str>) {
    let (path, arguments) = match label.split_once('(') {
        Some((path, rest)) if rest.ends_with(')') => (path, &rest[..rest.len() - 1]),
        _ => (label, ""),
    };
    // A sentence is not a path.
    let name = if path.contains(' ') { path } else { path.rsplit('.').next().unwrap_or(path) };
    let mut pieces = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, c) in arguments.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                pieces.push(arguments[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(arguments[start..].trim());
    pieces.retain(|it| !it.is_empty());
    (name, pieces)
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
