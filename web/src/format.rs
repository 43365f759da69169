//! Figures and names as the page shows them.

/// `1351` as `1,351`.
pub(crate) fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (digit_idx, digit) in digits.char_indices() {
        if digit_idx > 0 && (digits.len() - digit_idx).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 node`, `1,351 nodes`.
pub(crate) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

/// A share of a whole as `87.9 %`; never 100 or 0 unless it is all or none.
pub(crate) fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let tenths = match (part * 1000 + whole / 2) / whole {
        0 if part > 0 => 1,
        1000 if part < whole => 999,
        tenths => tenths,
    };
    match tenths % 10 {
        0 => format!("{} %", tenths / 10),
        tenth => format!("{}.{tenth} %", tenths / 10),
    }
}

/// A share of a whole as CSS has it.
pub(crate) fn css_percent(part: usize, whole: usize) -> String {
    let hundredths = part * 10_000 / whole.max(1);
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// A qconfig's label, cut in its name and its arguments:
/// `arm_quantizer.get_symmetric_quantization_config(per_channel=1, act_range=[-128, 127])`.
pub(crate) fn qconfig(label: &str) -> (&str, Vec<&str>) {
    let (path, arguments) = match label.split_once('(') {
        Some((path, rest)) if rest.ends_with(')') => (path, &rest[..rest.len() - 1]),
        _ => (label, ""),
    };
    // A sentence is no path.
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

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
