//! The crate of a function, as its symbol in Rust's `v0` mangling tells it.

/// Drop glue is made by the compiler for a type, and in the source of no crate.
const DROP_GLUE: &str = "[drop glue]";

/// The crate whose source has the function; none where the symbol is not Rust's.
pub fn crate_of(symbol: &str) -> Option<String> {
    let path = symbol.strip_prefix("_R")?;
    let text = format!("{:#}", rustc_demangle::try_demangle(symbol).ok()?);
    if text.starts_with("core::ptr::drop_in_place") || text.starts_with("core::ptr::drop_glue") {
        return Some(DROP_GLUE.to_owned());
    }
    root(path).map(str::to_owned).or_else(|| crate_of_trait(&text))
}

/// The crate at the root of a path: where the function stands, and of an `impl` where that does.
fn root(path: &str) -> Option<&str> {
    let mut rest = path;
    // No path has more steps than characters, but one that refers to itself.
    for _ in 0..path.len() {
        let (tag, after) = rest.split_at_checked(1)?;
        rest = match tag {
            "C" => return identifier(without_disambiguator(after)),
            "N" => after.get(1..)?,
            "I" => after,
            "M" | "X" => without_disambiguator(after),
            "B" => path.get(number(after.split_once('_')?.0)?..)?,
            _ => return None,
        };
    }
    None
}

/// The name behind its length, between which there may be a `_`.
fn identifier(text: &str) -> Option<&str> {
    let name = text.trim_start_matches(|it: char| it.is_ascii_digit());
    let n_bytes = text[..text.len() - name.len()].parse().ok()?;
    name.strip_prefix('_').unwrap_or(name).get(..n_bytes)
}

/// What follows `s1OA3ihfmHv5_`, by which things of one name differ.
fn without_disambiguator(text: &str) -> &str {
    let number = text.strip_prefix('s').and_then(|it| it.split_once('_'));
    number.map_or(text, |it| it.1)
}

/// A number in base 62: nothing is 0, `0` is 1.
fn number(digits: &str) -> Option<usize> {
    const DIGITS: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if digits.is_empty() {
        return Some(0);
    }
    let number = digits.chars().try_fold(0_usize, |number, digit| {
        number.checked_mul(DIGITS.len())?.checked_add(DIGITS.find(digit)?)
    });
    number?.checked_add(1)
}

/// The trait's crate in `<T as Trait>::f`.
fn crate_of_trait(text: &str) -> Option<String> {
    let mut depth = 0;
    for (at, char) in text.char_indices() {
        match char {
            '<' => depth += 1,
            // `->` ends nothing.
            '>' if !text[..at].ends_with('-') => depth -= 1,
            ' ' if depth == 1 && text[at..].starts_with(" as ") => {
                return Some(text[at + 4..].split("::").next()?.to_owned());
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_its_sources() {
        for (symbol, expected) in [
            // <alloc::string::String as core::fmt::Display>::fmt
            (
                "_RNvXsq_NtCs9l8QbDZUqJP_5alloc6stringNtB5_6StringNtNtCs1OA3ihfmHv5_4core3fmt7Display3fmt",
                Some("alloc"),
            ),
            // <&str as core::fmt::Display>::fmt, which core has
            ("_RNvXs1i_NtCs1OA3ihfmHv5_4core3fmtReNtB6_7Display3fmtB8_", Some("core")),
            // <web_sys::EventTarget>::…::__wbg_removeEventListener_cc543e35b1012a27
            (
                "_RNvNvMsn_NtNtCshYdpNIOvMHj_7web_sys8features15gen_EventTargetNtB7_11EventTarget44remove_event_listener_with_callback_and_bool42___wbg_removeEventListener_cc543e35b1012a27",
                Some("web_sys"),
            ),
            // <alloc::string::String as a::T>::f, where `f` is the trait's own
            ("_RNvYNtNtCs9l8QbDZUqJP_5alloc6string6StringNtCs1234_1a1T1f", Some("a")),
            // <fn() -> u8 as a::T>::f
            ("_RNvYFEhNtCs1234_1a1T1f", Some("a")),
            // core::ptr::drop_in_place::<a::T>
            ("_RINvNtCs1OA3ihfmHv5_4core3ptr13drop_in_placeNtCs1234_1a1TEB2_", Some(DROP_GLUE)),
            ("memcpy", None),
            ("_R", None),
            ("_RNvB_1f", None),
            ("", None),
        ] {
            assert_eq!(crate_of(symbol).as_deref(), expected, "{symbol}");
        }
    }

    #[test]
    fn numbers_are_of_base_62() {
        for (digits, expected) in [("", 0), ("0", 1), ("Z", 62), ("10", 63)] {
            assert_eq!(number(digits), Some(expected));
        }
        assert_eq!(number("zzzzzzzzzzzzzzzzzzzz"), None);
        assert_eq!(number("-"), None);
    }
}
