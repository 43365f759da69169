//! Finds the path to a position in a JSON text.
//!
//! `serde_path_to_error` does this too, but with a second copy of every reader in this crate, which
//! made the viewer a seventh larger. A text that serde_json has read up to a position is
//! well-formed up to there, so a scan finds the same path.

/// An object or an array that is still open.
enum Open<'t> {
    /// With the last key, its escapes not decoded.
    Object(Option<&'t str>),
    /// With the index of the current item.
    Array(usize),
}

/// The path to the value before byte `end` of `text`: `quantizers[0].quantizer_info.name`. `None`
/// at the top level.
pub(super) fn path_before(text: &str, end: usize) -> Option<String> {
    let bytes = text.as_bytes();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut is_key_next = false;
    let mut at = 0;
    while at < end.min(bytes.len()) {
        match bytes[at] {
            b'{' => {
                open.push(Open::Object(None));
                is_key_next = true;
            }
            b'[' => {
                open.push(Open::Array(0));
                is_key_next = false;
            }
            b'}' | b']' => drop(open.pop()),
            b',' => match open.last_mut() {
                Some(Open::Array(item_idx)) => *item_idx += 1,
                Some(Open::Object(_)) => is_key_next = true,
                None => {}
            },
            b'"' => {
                let start = at + 1;
                at = string_end(bytes, start);
                // A key that is cut off is not used.
                let is_key = is_key_next && at < bytes.len();
                if let (true, Some(Open::Object(key))) = (is_key, open.last_mut()) {
                    *key = text.get(start..at);
                    is_key_next = false;
                }
            }
            _ => {}
        }
        at += 1;
    }
    let mut path = String::new();
    for step in &open {
        match step {
            Open::Object(Some(key)) if path.is_empty() => path.push_str(key),
            Open::Object(Some(key)) => path.extend([".", key]),
            Open::Object(None) => {}
            Open::Array(item_idx) => path.push_str(&format!("[{item_idx}]")),
        }
    }
    (!path.is_empty()).then_some(path)
}

/// The position of the quote that ends the string whose first byte is at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

/// The byte offset of a line and column of serde_json, both counted from 1.
pub(super) fn byte_at(text: &str, line: usize, column: usize) -> usize {
    let starts = text.match_indices('\n').map(|(at, _)| at + 1);
    let line_start = std::iter::once(0).chain(starts).nth(line.saturating_sub(1));
    line_start.unwrap_or(text.len()) + column
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` marks the position.
    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let end = text.find('|').expect("a mark");
        assert_eq!(path_before(&text.replace('|', ""), end).as_deref(), expected);
    }

    #[test]
    fn path_leads_to_the_place() {
        check(r#"{"a": [{"b": 1}, {"c": "x"|}]}"#, Some("a[1].c"));
        check(r#"{"a": [{"b": 1}|, {"c": "x"}]}"#, Some("a[0]"));
        check(r#"[[], [1, 2|]]"#, Some("[1][1]"));
        check(r#"{"a": "{[\",", "b": 3|}"#, Some("b"));
        check(r#"{"a": {}, "b": {}}|"#, None);
        check(r#"{"a": 1, "report_ti|"#, Some("a"));
        check("|", None);
    }
}
