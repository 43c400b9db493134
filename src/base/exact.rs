//! Exact numbers: amounts, shares and counts as records write them, without binary floats.

use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Sub};

use num_bigint::BigInt;
use num_rational::{BigRational, Ratio};
use num_traits::{CheckedAdd as _, CheckedDiv as _, CheckedMul as _, CheckedSub as _, Signed as _, Zero as _};

/// A number that is exactly what was written, and stays exact under the four operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exact(Number);

/// A fraction in lowest terms: in machine words whenever both parts have at most [`WORD`] bits, so that equal numbers are
/// written in the same way, and without an allocation for all that records usually say.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Number {
    Small(Ratio<i128>),
    Large(Box<BigRational>),
}

/// What stands behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    Nothing,
    LessThanHalf,
    HalfOrMore,
}

impl Behind {
    /// Of `rest`, which is not negative, in parts of which `denom` make a whole; `twice` is twice the rest.
    fn of<T: PartialOrd + num_traits::Zero>(rest: &T, twice: &T, denom: &T) -> Self {
        match (rest.is_zero(), twice >= denom) {
            (true, _) => Self::Nothing,
            (false, false) => Self::LessThanHalf,
            (false, true) => Self::HalfOrMore,
        }
    }
}

/// Digits behind the point that are read; what a record writes never has more.
const MAX_PLACES: usize = 40;
/// Bits of a part that is kept in machine words; the rest of 127 is room for the sums of rounding.
const WORD: u32 = 100;
/// Digits of which a machine word can hold any number.
const DIGITS: usize = 30;

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
        let scale = u32::try_from(places.len()).ok()?;
        if digits.len() <= DIGITS {
            let number = whole.bytes().chain(places.bytes()).fold(0, |sum, digit| sum * 10 + i128::from(digit - b'0'));
            return Some(Self::small(Ratio::new(if negative { -number } else { number }, 10_i128.pow(scale))));
        }
        let number: BigInt = format!("{whole}{places}").parse().ok()?;
        Some(Self::decimal(if negative { -number } else { number }, scale))
    }

    /// Reads a number as YAML and JSON write it, exponents of up to three digits included.
    #[must_use]
    pub fn parse_literal(text: &str) -> Option<Self> {
        let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return Self::parse(text) };
        let mantissa = Self::parse(mantissa)?;
        let exponent: i32 = exponent.parse().ok().filter(|exponent: &i32| exponent.abs() < 1_000)?;
        let scale = Self::ten(exponent.unsigned_abs());
        if exponent < 0 { mantissa.over(&scale) } else { Some(&mantissa * &scale) }
    }

    fn small(ratio: Ratio<i128>) -> Self {
        let fits = |part: &i128| part.unsigned_abs() >> WORD == 0;
        if fits(ratio.numer()) && fits(ratio.denom()) {
            Self(Number::Small(ratio))
        } else {
            Self(Number::Large(Box::new(large(&ratio))))
        }
    }

    fn large(ratio: BigRational) -> Self {
        let word = |part: &BigInt| if part.bits() <= u64::from(WORD) { i128::try_from(part).ok() } else { None };
        match (word(ratio.numer()), word(ratio.denom())) {
            (Some(numer), Some(denom)) => Self(Number::Small(Ratio::new_raw(numer, denom))),
            _ => Self(Number::Large(Box::new(ratio))),
        }
    }

    /// Ten to the power of `places`.
    fn ten(places: u32) -> Self {
        match 10_i128.checked_pow(places) {
            Some(ten) => Self::small(Ratio::from_integer(ten)),
            None => Self::large(BigRational::from(BigInt::from(10).pow(places))),
        }
    }

    fn big(&self) -> BigRational {
        match &self.0 {
            Number::Small(ratio) => large(ratio),
            Number::Large(ratio) => ratio.as_ref().clone(),
        }
    }

    /// In machine words when both numbers and the result fit, else with as many digits as it takes.
    fn with(
        &self,
        other: &Self,
        small: impl Fn(&Ratio<i128>, &Ratio<i128>) -> Option<Ratio<i128>>,
        big: impl Fn(BigRational, BigRational) -> BigRational,
    ) -> Self {
        if let (Number::Small(a), Number::Small(b)) = (&self.0, &other.0)
            && let Some(ratio) = small(a, b)
        {
            return Self::small(ratio);
        }
        Self::large(big(self.big(), other.big()))
    }

    /// The whole number, when it is one of at most 64 bits.
    #[must_use]
    pub fn whole(&self) -> Option<i64> {
        match &self.0 {
            Number::Small(ratio) if ratio.is_integer() => i64::try_from(*ratio.numer()).ok(),
            _ => None,
        }
    }

    /// The least whole number that is not below it, when it is one of at most 64 bits.
    #[must_use]
    pub fn ceil(&self) -> Option<i64> {
        match &self.0 {
            Number::Small(ratio) => i64::try_from(*ratio.ceil().numer()).ok(),
            Number::Large(ratio) => i64::try_from(ratio.ceil().numer()).ok(),
        }
    }

    /// How many bits it takes to write it down exactly.
    #[must_use]
    pub fn bits(&self) -> u64 {
        let bits = |part: &i128| u64::from(u128::BITS - part.unsigned_abs().leading_zeros());
        match &self.0 {
            Number::Small(ratio) => bits(ratio.numer()) + bits(ratio.denom()),
            Number::Large(ratio) => ratio.numer().bits() + ratio.denom().bits(),
        }
    }

    /// `digits` with the point moved `places` to the left.
    #[must_use]
    pub fn decimal(digits: BigInt, places: u32) -> Self {
        match (i128::try_from(&digits), 10_i128.checked_pow(places)) {
            (Ok(digits), Some(scale)) => Self::small(Ratio::new(digits, scale)),
            _ => Self::large(lowest(digits, places)),
        }
    }

    /// The whole part after the point was moved `places` to the right, rounded down.
    #[must_use]
    pub fn scaled(&self, places: u32) -> BigInt {
        let (whole, behind) = self.shifted(places);
        if behind == Behind::Nothing || !self.is_negative() { whole } else { whole - 1 }
    }

    /// Zero.
    #[must_use]
    pub fn zero() -> Self {
        Self(Number::Small(Ratio::zero()))
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        matches!(&self.0, Number::Small(ratio) if ratio.is_zero())
    }

    /// Its distance from zero.
    #[must_use]
    pub fn abs(&self) -> Self {
        match &self.0 {
            Number::Small(ratio) => Self(Number::Small(ratio.abs())),
            Number::Large(ratio) => Self(Number::Large(Box::new(ratio.abs()))),
        }
    }

    /// The quotient; none by zero.
    #[must_use]
    pub fn over(&self, by: &Self) -> Option<Self> {
        (!by.is_zero()).then(|| self.with(by, Ratio::checked_div, |a, b| a / b))
    }

    /// Rounded to `places` behind the point, halves away from zero.
    #[must_use]
    pub fn round(&self, places: u32) -> Self {
        Self::decimal(self.rounded(places), places)
    }

    fn rounded(&self, places: u32) -> BigInt {
        let (whole, behind) = self.shifted(places);
        match (behind == Behind::HalfOrMore, self.is_negative()) {
            (false, _) => whole,
            (true, false) => whole + 1,
            (true, true) => whole - 1,
        }
    }

    fn is_negative(&self) -> bool {
        match &self.0 {
            Number::Small(ratio) => ratio.is_negative(),
            Number::Large(ratio) => ratio.is_negative(),
        }
    }

    /// The whole part after the point was moved `places` to the right, rounded towards zero, and what was behind it. No
    /// common factor is sought.
    fn shifted(&self, places: u32) -> (BigInt, Behind) {
        if let Number::Small(ratio) = &self.0
            && let Some(numer) = 10_i128.checked_pow(places).and_then(|ten| ratio.numer().checked_mul(&ten))
        {
            let (whole, rest) = (numer / ratio.denom(), (numer % ratio.denom()).abs());
            return (whole.into(), Behind::of(&rest, &(2 * rest), ratio.denom()));
        }
        let ratio = self.big();
        let numer = ratio.numer() * BigInt::from(10).pow(places);
        let (whole, rest) = (&numer / ratio.denom(), (&numer % ratio.denom()).abs());
        (whole, Behind::of(&rest, &(&rest * 2), ratio.denom()))
    }

    /// As text with at most three digits behind the point, rounded down: for shares that must not look better than they are.
    #[must_use]
    pub fn down(&self) -> String {
        Self::decimal(self.scaled(3), 3).text(3)
    }

    /// As text with at most `places` digits behind the point, rounded, without zeros at the end.
    #[must_use]
    pub fn text(&self, places: u32) -> String {
        let scaled = self.rounded(places);
        let sign = if scaled.is_negative() { "-" } else { "" };
        let places = usize::try_from(places).unwrap_or(MAX_PLACES);
        let mut digits = match u64::try_from(scaled.magnitude()) {
            Ok(digits) => itoa::Buffer::new().format(digits).to_owned(),
            Err(_) => scaled.magnitude().to_string(),
        };
        if digits.len() <= places {
            digits.insert_str(0, &"0".repeat(places + 1 - digits.len()));
        }
        let (whole, behind) = digits.split_at(digits.len() - places);
        let behind = behind.trim_end_matches('0');
        if behind.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{behind}") }
    }
}

/// A decimal in lowest terms: it can only have twos and fives in common with a power of ten, so that no others are sought.
fn lowest(mut digits: BigInt, places: u32) -> BigRational {
    if digits.is_zero() {
        return BigRational::zero();
    }
    let twos = digits.trailing_zeros().map_or(places, |zeros| u32::try_from(zeros).unwrap_or(places).min(places));
    digits >>= twos;
    let mut fives = places;
    while fives > 0 && (&digits % 5u8).is_zero() {
        digits /= 5u8;
        fives -= 1;
    }
    BigRational::new_raw(digits, BigInt::from(5u8).pow(fives) << (places - twos))
}

/// The same fraction with room for any number of digits.
fn large(ratio: &Ratio<i128>) -> BigRational {
    BigRational::new_raw(BigInt::from(*ratio.numer()), BigInt::from(*ratio.denom()))
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            // Denominators are above zero, so that the order is that of the products across.
            (Number::Small(a), Number::Small(b)) => {
                match (a.numer().checked_mul(b.denom()), b.numer().checked_mul(a.denom())) {
                    (Some(first), Some(second)) => first.cmp(&second),
                    _ => a.cmp(b),
                }
            }
            _ => self.big().cmp(&other.big()),
        }
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<i64> for Exact {
    fn from(number: i64) -> Self {
        Self(Number::Small(Ratio::from_integer(i128::from(number))))
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
        self.with(other, Ratio::checked_add, |a, b| a + b)
    }
}

impl Sub<&Exact> for &Exact {
    type Output = Exact;

    fn sub(self, other: &Exact) -> Exact {
        self.with(other, Ratio::checked_sub, |a, b| a - b)
    }
}

impl Mul<&Exact> for &Exact {
    type Output = Exact;

    fn mul(self, other: &Exact) -> Exact {
        self.with(other, Ratio::checked_mul, |a, b| a * b)
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
    fn decimals_of_any_size_are_in_lowest_terms() {
        let five = BigInt::from(5u8).pow(50);
        let numbers =
            [BigInt::from(0), five.clone(), -&five << 7, BigInt::from(10u8).pow(45), BigInt::from(7) << 90, five + 1];
        for digits in numbers {
            for places in [0, 1, 39, 40, 50, 90] {
                let naive = Exact::large(BigRational::new(digits.clone(), BigInt::from(10u8).pow(places)));
                assert_eq!(Exact::decimal(digits.clone(), places), naive, "{digits} {places}");
            }
        }
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
        assert_eq!(
            ["0.05", "-0.004", "18446744073709551616.5"].map(|text| exact(text).text(2)),
            ["0.05", "0", "18446744073709551616.5"]
        );
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

    /// Numbers around the border between machine words and more.
    fn numbers() -> impl proptest::strategy::Strategy<Value = BigRational> {
        use proptest::prelude::*;
        let part = || (any::<i128>(), 0_u32..128).prop_map(|(part, cut)| BigInt::from(part >> cut));
        (part(), part(), 0_u32..3).prop_map(|(numer, denom, power)| {
            let denom = if denom.is_zero() { BigInt::from(1) } else { denom };
            BigRational::new(numer.pow(power.max(1)), denom)
        })
    }

    proptest::proptest! {
        #[test]
        fn small_and_large_numbers_count_as_fractions_do(a in numbers(), b in numbers(), places in 0_u32..20) {
            let (x, y) = (Exact::large(a.clone()), Exact::large(b.clone()));
            for number in [&x, &y] {
                let is_small = number.big().numer().bits() <= 100 && number.big().denom().bits() <= 100;
                proptest::prop_assert_eq!(matches!(number.0, Number::Small(_)), is_small, "one way to write a number");
            }
            proptest::prop_assert_eq!(&x + &y, Exact::large(&a + &b));
            proptest::prop_assert_eq!(&x - &y, Exact::large(&a - &b));
            proptest::prop_assert_eq!(&x * &y, Exact::large(&a * &b));
            proptest::prop_assert_eq!(x.over(&y), (!b.is_zero()).then(|| Exact::large(&a / &b)));
            proptest::prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            proptest::prop_assert_eq!(x.abs().big(), a.abs());
            let scale = BigRational::from(BigInt::from(10).pow(places));
            proptest::prop_assert_eq!(x.scaled(places), (&a * &scale).floor().to_integer());
            proptest::prop_assert_eq!(x.round(places).big(), (&a * &scale).round() / &scale);
            proptest::prop_assert_eq!(x.bits(), a.numer().bits() + a.denom().bits());
        }
    }
}
