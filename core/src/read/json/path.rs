//! Where in a JSON text a place is.
//!
//! `serde_path_to_error` tells this too, but as a second copy of every reader in this crate, which
//! made the viewer a seventh larger; a text that serde_json has read up to a place is well-formed
//! up to there, so a scan finds the same.

/// An object or an array that has begun and not ended.
enum Open<'t> {
    /// With the key that was read last, escapes as they stand.
    Object(Option<&'t str>),
    /// With the place of the item that is being read.
    Array(usize),
}

/// The path to what stands in `text` before byte `end`: `quantizers[0].quantizer_info.name`. `None`
/// at the top.
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
                // A key that is cut off names nothing.
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

/// The place of the quote that ends the string whose first byte is at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

/// The byte that serde_json means by a line and a column, both counted from 1.
pub(super) fn byte_at(text: &str, line: usize, column: usize) -> usize {
    let starts = text.match_indices('\n').map(|(at, _)| at + 1);
    let line_start = std::iter::once(0).chain(starts).nth(line.saturating_sub(1));
    line_start.unwrap_or(text.len()) + column
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` marks the place.
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
