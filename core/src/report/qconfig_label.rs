//! The label of a qconfig, as Qspect's exporter and ExecuTorch's quantizers write it.

/// A qconfig's label, split into its name and its arguments:
/// `arm_quantizer.get_symmetric_quantization_config(per_channel=1, act_range=[-128, 127])`.
pub fn qconfig_parts(label: &str) -> (&str, Vec<&str>) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_has_a_name_and_arguments() {
        let label = "arm_quantizer.get_config(per_channel=1, act_range=[-128, 127])";
        assert_eq!(
            qconfig_parts(label),
            ("get_config", vec!["per_channel=1", "act_range=[-128, 127]"])
        );
        assert_eq!(qconfig_parts("NO_QCONFIG"), ("NO_QCONFIG", vec![]));
        assert_eq!(qconfig_parts("shared by e.g. two"), ("shared by e.g. two", vec![]));
    }
}
