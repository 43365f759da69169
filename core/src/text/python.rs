//! Text as Python prints and splits it, where it differs from Rust.

use std::fmt::{self, Display, Formatter};

use serde_json::Value;

use super::digits::Digits;

/// Python's `True` or `False`.
pub(crate) fn bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// A float as Python's `repr` prints it: shortest digits that read back the same, an exponent
/// below 1e-4 and from 1e16.
pub(crate) fn float(value: f64) -> String {
    laid_out(value, Digits::shortest, 16, 1)
}

/// A value, or `None` for Python's None.
pub(crate) struct OrNone<'a, T>(pub(crate) &'a Option<T>);

impl<T: Display> Display for OrNone<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(value) => value.fmt(f),
            None => f.write_str("None"),
        }
    }
}

/// A JSON value as Python would print it, except that strings keep JSON's quotes.
pub(crate) fn repr(value: &Value) -> String {
    let list = |items: Vec<String>, open, close| format!("{open}{}{close}", items.join(", "));
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(value) => self::bool(*value).to_owned(),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(value), _) => value.to_string(),
            (None, Some(value)) => value.to_string(),
            (None, None) => number.as_f64().map(float).unwrap_or_default(),
        },
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => list(items.iter().map(repr).collect(), '[', ']'),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, it)| format!("{name:?}: {}", repr(it)));
            list(fields.collect(), '{', '}')
        }
    }
}

/// A float as Python's `format(value, "g")` prints it: six significant digits, no trailing zeros.
pub(crate) fn general(value: f64) -> String {
    laid_out(value, Digits::six, 6, 0)
}

/// Formats a float from its digits: with an exponent below 1e-4 and from `max_exponent` on, else
/// with at least `min_decimals` decimals.
fn laid_out(
    value: f64,
    digits: fn(f64) -> Digits,
    max_exponent: i32,
    min_decimals: usize,
) -> String {
    if !value.is_finite() {
        return value.to_string().to_ascii_lowercase();
    }
    let digits = digits(value);
    if (-4..max_exponent).contains(&digits.exponent()) {
        digits.positional(min_decimals)
    } else {
        digits.scientific()
    }
}

/// Python's `str.isspace` for one character: Unicode white space and the four separators that
/// Rust does not count.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// Python's `str.strip()`.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Whether Python's `str.splitlines()` ends a line at this character. Rust's `lines` has fewer
/// ends.
pub(crate) fn is_line_end(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Python's `str.splitlines()`, without a line after the last end.
pub(crate) fn split_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.find(is_line_end) {
        lines.push(&rest[..end]);
        let after = &rest[end..];
        rest = after.strip_prefix("\r\n").unwrap_or_else(|| {
            let mut chars = after.chars();
            chars.next();
            chars.as_str()
        });
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

/// Whether a text is a word in Python, `\w+`. Rust counts some marks as letters that Python does
/// not.
pub(crate) fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_alphanumeric() || it == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected values are those that CPython 3.11 prints.
    #[test]
    fn floats_read_as_in_python() {
        for (value, repr, g) in [
            (0.00390625, "0.00390625", "0.00390625"),
            (1e-5, "1e-05", "1e-05"),
            (0.0001, "0.0001", "0.0001"),
            (1e16, "1e+16", "1e+16"),
            (123456789.0, "123456789.0", "1.23457e+08"),
            (999999.5, "999999.5", "1e+06"),
            (100000.0, "100000.0", "100000"),
            (-2.5e-10, "-2.5e-10", "-2.5e-10"),
            (1.0, "1.0", "1"),
            (0.1, "0.1", "0.1"),
            (2_f64.powi(-25), "2.9802322387695312e-08", "2.98023e-08"),
            (-0.0, "-0.0", "-0"),
            (5e-324, "5e-324", "4.94066e-324"),
            // Ties at six digits go to the even one.
            (1000005.0, "1000005.0", "1e+06"),
            (1000015.0, "1000015.0", "1.00002e+06"),
            (0.00009999995, "9.999995e-05", "0.0001"),
            (1e22, "1e+22", "1e+22"),
            (f64::MAX, "1.7976931348623157e+308", "1.79769e+308"),
            (-f64::MIN_POSITIVE, "-2.2250738585072014e-308", "-2.22507e-308"),
            (f64::NEG_INFINITY, "-inf", "-inf"),
            (f64::INFINITY, "inf", "inf"),
            (f64::NAN, "nan", "nan"),
        ] {
            assert_eq!(float(value), repr);
            assert_eq!(general(value), g);
        }
    }

    #[test]
    fn words() {
        for text in ["a", "_", "conv2d_1", "größe", "模型_2", "٣"] {
            assert!(is_word(text), "{text}");
        }
        for text in ["", "a b", "a-b", "a.b", "a\u{FFFD}", "a\u{200B}", "–"] {
            assert!(!is_word(text), "{text}");
        }
    }

    #[test]
    fn lines_split_as_in_python() {
        assert_eq!(split_lines("a\r\nb\rc\u{2028}d\x0be\n"), ["a", "b", "c", "d", "e"]);
        assert_eq!(split_lines("\n\n"), ["", ""]);
        assert!(split_lines("").is_empty());
    }
}
