//! Floats as decimal digits and back, exactly.
//!
//! The standard library has all of this, faster, in 30 kB of code and tables. A report has few floats,
//! and the page is small.

use std::iter::repeat;

use serde_json::Number;

/// More digits than it takes to tell which float is nearest; of those behind it is enough to know that
/// there are some.
const MAX_DIGITS: usize = 800;

/// By how many bits is shifted at once: what remains of a digit still fits a `u64`.
const MAX_SHIFT: u32 = 59;

/// Digits that a number can gain in front by such a shift.
const MAX_CARRIED: usize = 18;

/// Bits of a float's fraction.
const FRACTION_BITS: u32 = 52;

/// `0.d₁d₂d₃… · 10^point`, never negative. No digit is 0 at either end; without digits it is 0.
pub(crate) struct Decimal {
    digits: Vec<u8>,
    point: i32,
}

/// The size of a float with so many decimals; halfway to the even one.
pub(crate) fn fixed(value: f64, n_decimals: u16) -> String {
    let mut decimal = Decimal::exact(value);
    decimal.round(decimal.point + i32::from(n_decimals));
    decimal.positional(i32::from(n_decimals))
}

impl Decimal {
    /// Reads a number in digits of ASCII, with a point and an exponent or without. The sign and what
    /// stands between digits count for nothing.
    pub(crate) fn read(text: &str) -> Self {
        let digits = |text: &str| -> Vec<u8> {
            text.bytes().filter(u8::is_ascii_digit).map(|it| it - b'0').collect()
        };
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, ""));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let size = digits(exponent)
            .into_iter()
            .fold(0_i32, |size, digit| size.saturating_mul(10).saturating_add(i32::from(digit)));
        let exponent = if exponent.starts_with('-') { -size } else { size };
        let mut all = digits(whole);
        let point = exponent.saturating_add(i32::try_from(all.len()).unwrap_or(i32::MAX));
        all.extend(digits(fraction));
        let mut decimal = Self { digits: all, point };
        decimal.trim();
        if decimal.digits.len() > MAX_DIGITS {
            decimal.digits.truncate(MAX_DIGITS);
            decimal.digits.push(1);
        }
        decimal
    }

    /// The fewest digits that lead back to the float; 0 if it is not finite.
    pub(crate) fn shortest(value: f64) -> Self {
        Self::read(&Number::from_f64(value).map(|it| it.to_string()).unwrap_or_default())
    }

    /// All digits of a float's size; 0 if it is not finite.
    pub(crate) fn exact(value: f64) -> Self {
        let bits = if value.is_finite() { value.abs().to_bits() } else { 0 };
        let fraction = bits & ((1 << FRACTION_BITS) - 1);
        let exponent = (bits >> FRACTION_BITS) as i32;
        // Without an exponent there is no hidden bit.
        let mantissa = if exponent == 0 { fraction } else { fraction | 1 << FRACTION_BITS };
        let mut decimal = Self::read(&mantissa.to_string());
        decimal.shift(exponent.max(1) - 1075);
        decimal
    }

    /// The exponent of its first digit.
    pub(crate) fn exponent(&self) -> i32 {
        if self.digits.is_empty() { 0 } else { self.point - 1 }
    }

    /// How many decimals it has.
    pub(crate) fn n_decimals(&self) -> i32 {
        if self.digits.is_empty() { 0 } else { (self.digits.len() as i32 - self.point).max(0) }
    }

    /// With so many decimals and no exponent.
    pub(crate) fn positional(&self, n_decimals: i32) -> String {
        let point = self.exponent() + 1;
        let digit = |at: i32| {
            let digit = usize::try_from(at).ok().and_then(|it| self.digits.get(it));
            char::from(b'0' + digit.copied().unwrap_or_default())
        };
        // Below one there is a zero before the point.
        let mut text: String = ((point - 1).min(0)..point).map(digit).collect();
        if n_decimals > 0 {
            text.push('.');
            text.extend((point..point + n_decimals).map(digit));
        }
        text
    }

    /// As Python writes an exponent: `1.5e-05`.
    pub(crate) fn scientific(&self) -> String {
        let mut text = String::new();
        for (at, digit) in self.digits.iter().enumerate() {
            if at == 1 {
                text.push('.');
            }
            text.push(char::from(b'0' + digit));
        }
        let exponent = self.exponent();
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{text}e{sign}{:02}", exponent.unsigned_abs())
    }

    /// The nearest float, of two the even one; infinity if it is too large for all.
    pub(crate) fn nearest(mut self) -> f64 {
        if self.digits.is_empty() || self.point < -330 {
            return 0.0;
        }
        if self.point > 310 {
            return f64::INFINITY;
        }
        // To between a half and one; it is `2^exponent` times as large. Ten has three bits and more.
        let mut exponent = 0;
        while self.point != 0 || self.digits[0] < 5 {
            let n_bits = match self.point {
                0 => 1,
                point => (-3 * point).clamp(-(MAX_SHIFT as i32), MAX_SHIFT as i32),
            };
            self.shift(n_bits);
            exponent -= n_bits;
        }
        // 53 bits, but fewer in the smallest floats.
        let n_bits = (exponent + 1074).min(53);
        self.shift(n_bits);
        self.round(self.point);
        let zeros = usize::try_from(self.point).unwrap_or_default();
        let mantissa = self.digits.iter().chain(repeat(&0)).take(zeros);
        let mantissa = mantissa.fold(0, |mantissa, digit| mantissa * 10 + u64::from(*digit));
        // The hidden bit adds one to the exponent, and so does a bit that came by rounding up.
        let exponent = u64::try_from(exponent - n_bits + 1074).unwrap_or_default();
        let bits = (exponent << FRACTION_BITS) + mantissa;
        f64::from_bits(bits.min(f64::INFINITY.to_bits()))
    }

    /// Rounded to so many digits; halfway to the even one.
    pub(crate) fn round(&mut self, n_digits: i32) {
        let Ok(n_digits) = usize::try_from(n_digits) else {
            self.digits.clear();
            return;
        };
        let Some(next) = self.digits.get(n_digits) else { return };
        let is_odd = n_digits.checked_sub(1).is_some_and(|it| self.digits[it] % 2 == 1);
        let is_up = match next {
            5 => is_odd || self.digits.len() > n_digits + 1,
            next => *next > 5,
        };
        self.digits.truncate(n_digits);
        if is_up {
            // One goes in front, for what is carried.
            self.digits.insert(0, 0);
            self.point += 1;
            while self.digits.pop_if(|it| *it == 9).is_some() {}
            if let Some(last) = self.digits.last_mut() {
                *last += 1;
            }
        }
        self.trim();
    }

    /// Times two to the power of `n_bits`.
    fn shift(&mut self, mut n_bits: i32) {
        while n_bits != 0 {
            let step = n_bits.unsigned_abs().min(MAX_SHIFT);
            if n_bits > 0 {
                self.shift_up(step);
                n_bits -= step as i32;
            } else {
                self.shift_down(step);
                n_bits += step as i32;
            }
            self.trim();
        }
    }

    fn shift_up(&mut self, n_bits: u32) {
        let mut digits = vec![0; MAX_CARRIED];
        digits.append(&mut self.digits);
        self.digits = digits;
        self.point += MAX_CARRIED as i32;
        let mut carried = 0;
        for digit in self.digits.iter_mut().rev() {
            carried += u64::from(*digit) << n_bits;
            *digit = (carried % 10) as u8;
            carried /= 10;
        }
    }

    fn shift_down(&mut self, n_bits: u32) {
        let mut rest = 0;
        let mut at = 0;
        while at < self.digits.len() || rest > 0 {
            if at == self.digits.len() {
                self.digits.push(0);
            }
            rest = rest * 10 + u64::from(self.digits[at]);
            self.digits[at] = (rest >> n_bits) as u8;
            rest &= (1 << n_bits) - 1;
            at += 1;
        }
    }

    /// Drops the zeros at both ends.
    fn trim(&mut self) {
        while self.digits.pop_if(|it| *it == 0).is_some() {}
        let n_zeros = self.digits.iter().take_while(|it| **it == 0).count();
        self.digits.drain(..n_zeros);
        self.point = self.point.saturating_sub(n_zeros as i32);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Against the standard library.
    fn check(value: f64) {
        let size = value.abs();
        let exact = format!("{size:.1100}");
        assert_eq!(Decimal::exact(value).positional(1100), exact);
        assert_eq!(Decimal::read(&exact).nearest().to_bits(), size.to_bits());
        let shortest = Decimal::shortest(value);
        // Where two are as short and as near, Python and serde_json take the even one.
        assert_eq!(shortest.positional(shortest.n_decimals()).len(), size.to_string().len());
        assert_eq!(shortest.nearest().to_bits(), size.to_bits());
        for n_decimals in 0..4 {
            assert_eq!(fixed(value, n_decimals), format!("{size:.*}", usize::from(n_decimals)));
        }
    }

    #[test]
    fn powers_of_two_and_their_neighbours() {
        for exponent in 0..0x7FF_u64 {
            for bits in [exponent << FRACTION_BITS, (exponent << FRACTION_BITS) + 1] {
                check(f64::from_bits(bits));
                check(f64::from_bits(bits.saturating_sub(1)));
            }
        }
    }

    /// Halfway between two floats, and a little to either side, also far behind the point.
    #[test]
    fn ties() {
        let zeros = "0".repeat(900);
        for text in [
            "9007199254740993",
            "9007199254740995",
            "9007199254740992.9",
            "1.00000000000000011102230246251565404236316680908203125",
            "1.00000000000000033306690738754696212708950042724609375",
            "2.4703282292062327208e-324",
            "2.4703282292062328e-324",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            // Up to here it is the largest float, from here on it is none.
            "1.797693134862315807e308",
            "1.797693134862315808e308",
            "1.8e308",
            "0e99999999999",
            "1e99999999999",
            "1e-99999999999",
        ] {
            let behind = |more: &str| match text.split_once('e') {
                Some((mantissa, exponent)) => format!("{mantissa}{more}e{exponent}"),
                None if text.contains('.') => format!("{text}{more}"),
                None => format!("{text}.{more}"),
            };
            for text in [behind(""), behind(&format!("{zeros}1")), behind(&format!("{zeros}0"))] {
                let expected: f64 = text.parse().unwrap();
                assert_eq!(Decimal::read(&text).nearest().to_bits(), expected.to_bits(), "{text}");
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

        #[test]
        fn texts(text in "[0-9]{0,30}(\\.[0-9]{0,30})?(e[-+]?[0-9]{1,4})?") {
            if let Ok(value) = text.parse::<f64>() {
                prop_assert_eq!(Decimal::read(&text).nearest().to_bits(), value.to_bits());
            }
        }
    }
}
