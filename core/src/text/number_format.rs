//! Numbers formatted for people.

use super::digits::Digits;

/// `1351` as `1,351`.
pub fn thousands(n: usize) -> String {
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
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

/// A share of a whole as `87.9 %`; 100 and 0 only for all and none.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let tenths = match (part as f64 * 1000.0 / whole as f64).round() as u32 {
        0 if part > 0 => 1,
        1000 if part < whole => 999,
        tenths => tenths,
    };
    match tenths % 10 {
        0 => format!("{} %", tenths / 10),
        tenth => format!("{}.{tenth} %", tenths / 10),
    }
}

/// `1234567` as `1.23 M`: three digits and a unit.
pub fn short(n: u64) -> String {
    // A number that would round up to 1000 takes the next unit.
    let (unit, size) = match n {
        0..1_000 => return n.to_string(),
        1_000..999_500 => ("k", 1e3),
        999_500..999_500_000 => ("M", 1e6),
        999_500_000..999_500_000_000 => ("G", 1e9),
        _ => ("T", 1e12),
    };
    let value = n as f64 / size;
    let n_decimals = if value < 9.995 { 2 } else { usize::from(value < 99.95) };
    format!("{value:.n_decimals$} {unit}")
}

/// A number with four digits: `31.25`, `0.001234`, `-1234`, `4.071e-5`; `NaN` and `inf` by name.
pub fn figure(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() || size == 0.0 || size == size.trunc() && size < 1e15 {
        return plain(value);
    }
    if !(1e-4..1e9).contains(&size) {
        return format!("{value:.3e}");
    }
    // Digits before the point count, zeros behind it do not.
    let n_before = size.log10().floor() as i32;
    let n_decimals = usize::try_from((3 - n_before).max(0)).unwrap_or_default();
    let text = format!("{value:.n_decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// All digits of a number, `0.25` or `1`, without an exponent; `NaN` and `inf` by name.
pub fn plain(value: f64) -> String {
    if value.is_finite() { Digits::shortest(value).positional(0) } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_four_digits() {
        let table = [
            (31.25, "31.25"),
            (0.001_234_6, "0.001235"),
            (-1234.56, "-1235"),
            (0.000_040_706, "4.071e-5"),
            (20.0, "20"),
            (0.0, "0"),
            (1e20, "1.000e20"),
            (f64::NAN, "NaN"),
        ];
        for (value, expected) in table {
            assert_eq!(figure(value), expected);
        }
    }

    #[test]
    fn plain_numbers() {
        for (value, expected) in [
            (0.25, "0.25"),
            (1.0, "1"),
            (-0.0, "-0"),
            (-12.5, "-12.5"),
            (1e21, "1000000000000000000000"),
            (2_f64.powi(-25), "0.000000029802322387695312"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(plain(value), expected);
        }
    }

    #[test]
    fn short_numbers() {
        for (n, expected) in [
            (999, "999"),
            (1_000, "1.00 k"),
            (9_994, "9.99 k"),
            (9_995, "10.0 k"),
            (99_949, "99.9 k"),
            (99_950, "100 k"),
            (999_499, "999 k"),
            (999_500, "1.00 M"),
            (1_234_567, "1.23 M"),
            (2_500_000_000_000, "2.50 T"),
        ] {
            assert_eq!(short(n), expected);
        }
    }
}
