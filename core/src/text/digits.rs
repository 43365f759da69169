//! The digits of a float, laid out with or without an exponent.
//!
//! The standard library and `zmij` find the digits. Neither of them lays them out as Python does.

/// A finite float as digits: `-0.0015` is negative, has the digits `15` and the exponent -3.
pub(crate) struct Digits {
    is_negative: bool,
    /// Without zeros at either end; `0` alone for zero.
    digits: String,
    /// The power of ten of the first digit.
    exponent: i32,
}

impl Digits {
    /// The fewest digits that read back as the same float. Of two that are equally near it takes
    /// the even one, as in Python; `Display` may take the other.
    pub(crate) fn shortest(value: f64) -> Self {
        Self::read(zmij::Buffer::new().format_finite(value))
    }

    /// The float's exact value, rounded to six digits, half to even.
    pub(crate) fn six(value: f64) -> Self {
        Self::read(&format!("{value:.5e}"))
    }

    /// Reads `12.5`, `1.25e1` or `1.25e+01`.
    fn read(text: &str) -> Self {
        let (is_negative, size) = match text.strip_prefix('-') {
            Some(size) => (true, size),
            None => (false, text),
        };
        let (mantissa, exponent) = size.split_once('e').unwrap_or((size, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = [whole, fraction].concat();
        let significant = all.trim_start_matches('0');
        if significant.is_empty() {
            return Self { is_negative, digits: "0".to_owned(), exponent: 0 };
        }
        let n_zeros = all.len() - significant.len();
        let exponent = exponent.parse().unwrap_or(0) + whole.len() as i32 - 1 - n_zeros as i32;
        Self { is_negative, digits: significant.trim_end_matches('0').to_owned(), exponent }
    }

    /// The power of ten of the first digit; 0 for zero.
    pub(crate) fn exponent(&self) -> i32 {
        self.exponent
    }

    /// Without an exponent, with at least `min_decimals` decimals: `0.0015`, `12.0`.
    pub(crate) fn positional(&self, min_decimals: usize) -> String {
        let (digits, sign) = (&self.digits, self.sign());
        let (whole, fraction) = match usize::try_from(self.exponent) {
            Err(_) => {
                ("0".to_owned(), "0".repeat(self.exponent.unsigned_abs() as usize - 1) + digits)
            }
            Ok(last) => match digits.split_at_checked(last + 1) {
                Some((whole, fraction)) => (whole.to_owned(), fraction.to_owned()),
                None => (digits.clone() + &"0".repeat(last + 1 - digits.len()), String::new()),
            },
        };
        match format!("{fraction:0<min_decimals$}").as_str() {
            "" => format!("{sign}{whole}"),
            fraction => format!("{sign}{whole}.{fraction}"),
        }
    }

    /// With an exponent as Python writes it: `1.5e-05`, `1e+16`.
    pub(crate) fn scientific(&self) -> String {
        let (first, rest) = self.digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        format!("{}{first}{point}{rest}e{:+03}", self.sign(), self.exponent)
    }

    fn sign(&self) -> &'static str {
        if self.is_negative { "-" } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(value: f64) {
        let shortest = Digits::shortest(value);
        let (positional, scientific) = (shortest.positional(0), shortest.scientific());
        assert_eq!(positional.parse().map(f64::to_bits), Ok(value.to_bits()), "{positional}");
        assert_eq!(scientific.parse().map(f64::to_bits), Ok(value.to_bits()), "{scientific}");
        // If two are equally short and near, their last digits may differ, and only those.
        assert_eq!(positional.len(), value.to_string().len());
        assert_eq!(shortest.exponent().to_string(), exponent(&format!("{value:e}")));
        let (six, rounded) = (Digits::six(value), format!("{value:.5e}"));
        assert_eq!(six.scientific().parse::<f64>(), rounded.parse());
        assert_eq!(six.positional(0).parse::<f64>(), rounded.parse());
        assert_eq!(six.exponent().to_string(), exponent(&rounded));
    }

    fn exponent(scientific: &str) -> &str {
        scientific.split_once('e').expect("an exponent").1
    }

    #[test]
    fn powers_of_two_and_their_neighbours() {
        for exponent in 0..0x7FF_u64 {
            let bits = exponent << 52;
            for bits in [bits, bits + 1, bits.saturating_sub(1)] {
                check(f64::from_bits(bits));
                check(-f64::from_bits(bits));
            }
        }
    }

    proptest! {
        #[test]
        fn floats(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            check(value);
        }
    }
}
