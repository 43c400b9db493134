//! Exact numbers: amounts, shares and counts as records write them, without binary floats.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Sub};

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed as _, Zero as _};

/// A number that is exactly what was written, and stays exact under the four operations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(BigRational);

/// Digits behind the point that are read; what a record writes never has more.
const MAX_PLACES: usize = 40;

impl Exact {
    /// Reads `12`, `-0.5` or `99.95`; exponents and anything else are no amounts.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let empty = whole.is_empty() || (places.is_empty() && digits.contains('.'));
        if empty || !plain(whole) || !plain(places) || digits.len() > 2 * MAX_PLACES || places.len() > MAX_PLACES {
            return None;
        }
        let number: BigInt = format!("{whole}{places}").parse().ok()?;
        let scale = BigInt::from(10).pow(u32::try_from(places.len()).ok()?);
        let value = BigRational::new(number, scale);
        Some(Self(if negative { -value } else { value }))
    }

    /// Reads a number as YAML and JSON write it, exponents of up to three digits included.
    #[must_use]
    pub fn parse_literal(text: &str) -> Option<Self> {
        let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return Self::parse(text) };
        let mantissa = Self::parse(mantissa)?;
        let exponent: i32 = exponent.parse().ok().filter(|exponent: &i32| exponent.abs() < 1_000)?;
        let scale = Self(BigRational::from(BigInt::from(10).pow(exponent.unsigned_abs())));
        if exponent < 0 { mantissa.over(&scale) } else { Some(&mantissa * &scale) }
    }

    /// The whole number, when it is one of at most 64 bits.
    #[must_use]
    pub fn whole(&self) -> Option<i64> {
        self.0.is_integer().then(|| i64::try_from(self.0.numer()).ok()).flatten()
    }

    /// The least whole number that is not below it, when it is one of at most 64 bits.
    #[must_use]
    pub fn ceil(&self) -> Option<i64> {
        i64::try_from(self.0.ceil().numer()).ok()
    }

    /// How many bits it takes to write it down exactly.
    #[must_use]
    pub fn bits(&self) -> u64 {
        self.0.numer().bits() + self.0.denom().bits()
    }

    /// `digits` with the point moved `places` to the left.
    #[must_use]
    pub fn decimal(digits: BigInt, places: u32) -> Self {
        Self(BigRational::new(digits, BigInt::from(10).pow(places)))
    }

    /// The whole part after the point was moved `places` to the right, rounded down.
    #[must_use]
    pub fn scaled(&self, places: u32) -> BigInt {
        (&self.0 * BigRational::from(BigInt::from(10).pow(places))).floor().to_integer()
    }

    /// Zero.
    #[must_use]
    pub fn zero() -> Self {
        Self(BigRational::zero())
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Its distance from zero.
    #[must_use]
    pub fn abs(&self) -> Self {
        Self(self.0.abs())
    }

    /// The quotient; none by zero.
    #[must_use]
    pub fn over(&self, by: &Self) -> Option<Self> {
        (!by.is_zero()).then(|| Self(&self.0 / &by.0))
    }

    /// Rounded to `places` behind the point, halves away from zero.
    #[must_use]
    pub fn round(&self, places: u32) -> Self {
        let scale = BigRational::from(BigInt::from(10).pow(places));
        Self((&self.0 * &scale).round() / scale)
    }

    /// As text with at most three digits behind the point, rounded down: for shares that must not look better than they are.
    #[must_use]
    pub fn down(&self) -> String {
        Self::decimal(self.scaled(3), 3).text(3)
    }

    /// As text with at most `places` digits behind the point, rounded, without zeros at the end.
    #[must_use]
    pub fn text(&self, places: u32) -> String {
        let scaled = (&self.0 * BigRational::from(BigInt::from(10).pow(places))).round().to_integer();
        let sign = if scaled.is_negative() { "-" } else { "" };
        let places = usize::try_from(places).unwrap_or(MAX_PLACES);
        let digits = format!("{:0>1$}", scaled.abs(), places + 1);
        let (whole, behind) = digits.split_at(digits.len() - places);
        let behind = behind.trim_end_matches('0');
        if behind.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{behind}") }
    }
}

impl From<i64> for Exact {
    fn from(number: i64) -> Self {
        Self(BigRational::from(BigInt::from(number)))
    }
}

/// With at most four digits behind the point.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(4))
    }
}

impl Add<&Exact> for &Exact {
    type Output = Exact;

    fn add(self, other: &Exact) -> Exact {
        Exact(&self.0 + &other.0)
    }
}

impl Sub<&Exact> for &Exact {
    type Output = Exact;

    fn sub(self, other: &Exact) -> Exact {
        Exact(&self.0 - &other.0)
    }
}

impl Mul<&Exact> for &Exact {
    type Output = Exact;

    fn mul(self, other: &Exact) -> Exact {
        Exact(&self.0 * &other.0)
    }
}

impl Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::zero(), |sum, number| &sum + &number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).unwrap_or_else(|| panic!("'{text}' is a number"))
    }

    #[test]
    fn digits_and_places_make_a_decimal_and_come_back() {
        let number = Exact::decimal(BigInt::from(-12_345), 3);
        assert_eq!(number, Exact::parse("-12.345").unwrap());
        let almost = Exact::parse("99.89996").unwrap();
        assert_eq!((almost.text(3), almost.down()), ("99.9".to_owned(), "99.899".to_owned()));
        assert_eq!((number.scaled(3), number.scaled(1)), (BigInt::from(-12_345), BigInt::from(-124)), "rounded down");
    }

    #[test]
    fn plain_decimals_are_read_and_written_back() {
        for text in ["0", "12", "-12", "99.95", "-0.5", "0.0001", "123456789012345678901234567890"] {
            assert_eq!(exact(text).to_string(), text);
        }
        assert_eq!(exact("1.50").to_string(), "1.5");
        assert_eq!(exact("-0").to_string(), "0");
    }

    #[test]
    fn what_is_no_plain_decimal_is_refused() {
        for text in ["", "-", ".", "1.", ".5", "1e3", "+1", "1,5", "1 000", "ten", "1.2.3", "--1", "٣"] {
            assert_eq!(Exact::parse(text), None, "'{text}'");
        }
        assert_eq!(Exact::parse(&"9".repeat(100)), None, "no record writes that, and arithmetic on it costs");
    }

    #[test]
    fn a_tenth_added_ten_times_is_one() {
        let sum: Exact = std::iter::repeat_n(exact("0.1"), 10).sum();
        assert_eq!(sum, Exact::from(1));
        assert_eq!(&exact("0.3") - &exact("0.1"), exact("0.2"));
        assert_eq!(&exact("0.999") * &exact("0.999"), exact("0.998001"));
    }

    #[test]
    fn a_quotient_is_exact_and_by_zero_there_is_none() {
        let third = Exact::from(1).over(&Exact::from(3)).unwrap();
        assert_eq!(&third * &Exact::from(3), Exact::from(1));
        assert_eq!((third.to_string(), third.text(0)), ("0.3333".to_owned(), "0".to_owned()));
        assert_eq!(Exact::from(1).over(&Exact::zero()), None);
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        for (text, places, rounded) in
            [("0.125", 2, "0.13"), ("-0.125", 2, "-0.13"), ("2.5", 0, "3"), ("99.9949", 2, "99.99"), ("7", 3, "7")]
        {
            assert_eq!(exact(text).round(places), exact(rounded), "{text}");
            assert_eq!(exact(text).text(places), rounded, "{text}");
        }
    }

    #[test]
    fn the_order_is_that_of_the_numbers() {
        let mut numbers = ["10", "9.99", "-3", "0.1"].map(exact);
        numbers.sort();
        assert_eq!(numbers.map(|number| number.to_string()), ["-3", "0.1", "9.99", "10"]);
        assert_eq!(exact("-3").abs(), exact("3"));
    }

    #[test]
    fn literals_may_have_exponents_and_whole_numbers_are_told() {
        for (text, same) in [("1.5e3", "1500"), ("25E-2", "0.25"), ("7", "7"), ("-1e+2", "-100")] {
            assert_eq!(Exact::parse_literal(text), Some(exact(same)), "{text}");
        }
        assert_eq!(Exact::parse_literal("1e1000"), None);
        assert_eq!(Exact::parse_literal("e5"), None);
        assert_eq!((exact("7.0").whole(), exact("7.5").whole(), exact("-3").whole()), (Some(7), None, Some(-3)));
        assert_eq!(exact("99999999999999999999").whole(), None);
        assert!(exact("0.1").bits() > exact("1").bits() && exact("1024").bits() > 10);
    }
}
