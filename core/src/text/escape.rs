//! Escapes hidden characters in texts for people. A character that is invisible, or changes how the
//! text around it is displayed, becomes its JSON escape, `\u202e`. Output for programs keeps it.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with an escape for each character that [`is_hidden`].
pub fn escape_hidden(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 5);
    for c in text.chars() {
        match is_hidden(c) {
            true => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string does not fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// As [`escape_hidden`], in one line: line ends and tabs become spaces.
pub fn escape_line(text: &str) -> String {
    escape_hidden(&text.replace(['\n', '\r', '\t'], " ")).into_owned()
}

/// Whether a character is a control character other than tab and newline, sets the direction of the
/// text around it, or has no width of its own (Unicode's Default_Ignorable_Code_Point).
pub fn is_hidden(c: char) -> bool {
    !matches!(c, '\t' | '\n')
        && matches!(
            c,
            '\0'..='\x1f'
                | '\x7f'..='\u{9f}'
                | '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_stays() {
        for text in ["", "conv2d_1", "naïve.шар.图", "a b\tc\nd", "👩", "\u{a0}\u{3000}é"] {
            assert!(matches!(escape_hidden(text), Cow::Borrowed(it) if it == text));
        }
    }

    #[test]
    fn what_is_not_seen_stands_as_in_json() {
        for (text, expected) in [
            ("a\u{202e}b\u{2066}c\u{61c}", r"a\u202eb\u2066c\u061c"),
            ("\u{200b}\u{feff}\u{ad}\u{fe0f}", r"\u200b\ufeff\u00ad\ufe0f"),
            ("\x1b[31mred\0\x7f\u{9b}\r", r"\u001b[31mred\u0000\u007f\u009b\u000d"),
            ("\u{e0041}", r"\udb40\udc41"),
        ] {
            assert_eq!(escape_hidden(text), expected);
            assert_eq!(serde_json::from_str::<String>(&format!("\"{expected}\"")).unwrap(), text);
        }
    }

    #[test]
    fn a_line_is_one() {
        assert_eq!(escape_line("a\nb\tc\u{2028}d\r"), r"a b c\u2028d ");
    }
}
