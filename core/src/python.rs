//! Where Python's idea of text differs from Rust's.

use std::fmt::{self, Display, Formatter};

use serde_json::Value;

/// Python's `True` or `False`.
pub(crate) fn bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// A float as Python's `repr` prints it: shortest digits that read back the same, an exponent
/// below 1e-4 and from 1e16.
pub(crate) fn float(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let size = value.abs();
    if size == 0.0 || (1e-4..1e16).contains(&size) {
        return format!("{value:?}");
    }
    with_python_exponent(&format!("{value:e}"))
}

/// A value that Python may know to be None.
pub(crate) struct OrNone<'a, T>(pub(crate) &'a Option<T>);

impl<T: Display> Display for OrNone<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(value) => value.fmt(f),
            None => f.write_str("None"),
        }
    }
}

/// A JSON value as Python would print it, but for strings, which keep JSON's quotes.
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
    if value == 0.0 || !value.is_finite() {
        return match value {
            0.0 if value.is_sign_negative() => "-0".to_owned(),
            0.0 => "0".to_owned(),
            _ => float(value),
        };
    }
    let scientific = format!("{value:.5e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        let n_decimals = usize::try_from(5 - exponent).unwrap_or_default();
        return without_trailing_zeros(&format!("{value:.n_decimals$}")).to_owned();
    }
    with_python_exponent(&format!("{}e{exponent}", without_trailing_zeros(digits)))
}

fn without_trailing_zeros(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

/// `1e-5` as Python writes it, `1e-05`.
fn with_python_exponent(number: &str) -> String {
    let Some((digits, exponent)) = number.split_once('e') else { return number.to_owned() };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
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

/// Python's `str.splitlines()`: more line ends than Rust's `lines`, and no line after the last.
pub(crate) fn split_lines(text: &str) -> Vec<&str> {
    let is_line_end = |c: char| {
        matches!(
            c,
            '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values are what CPython 3.11 prints.
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
            (f64::INFINITY, "inf", "inf"),
            (f64::NAN, "nan", "nan"),
        ] {
            assert_eq!(float(value), repr);
            assert_eq!(general(value), g);
        }
    }

    #[test]
    fn lines_split_as_in_python() {
        assert_eq!(split_lines("a\r\nb\rc\u{2028}d\x0be\n"), ["a", "b", "c", "d", "e"]);
        assert_eq!(split_lines("\n\n"), ["", ""]);
        assert!(split_lines("").is_empty());
    }
}
