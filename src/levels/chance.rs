//! Probabilities as exact decimals.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::LazyLock;

use num_bigint::BigInt;
use num_traits::{One as _, Zero as _};

use crate::base::exact::Exact;

/// Places behind the point to which a probability is read; what lies behind them is cut off, never rounded up.
const PLACES: u32 = 18;
/// Places behind the point that are kept. What lies behind them is cut off: less than the forty zeros before it matters to
/// nobody, and chains of hundreds of parts stay quick.
const MOST: u32 = 40;

/// A probability: a decimal from 0 to 1. Products, sums and complements are exact to 40 places and cut off behind them,
/// never rounded up; no common factor is ever sought.
#[derive(Debug, Clone)]
pub struct Chance {
    digits: BigInt,
    places: u32,
}

impl Chance {
    /// One: it always holds.
    #[must_use]
    pub fn certain() -> Self {
        Self { digits: BigInt::one(), places: 0 }
    }

    /// Zero: it never holds.
    #[must_use]
    pub fn never() -> Self {
        Self { digits: BigInt::zero(), places: 0 }
    }

    /// A share of a hundred, such as 99.95; below 0 it counts as 0 and above 100 as 100.
    #[must_use]
    pub fn percent(percent: &Exact) -> Self {
        Self::within(percent, &Exact::from(100), PLACES - 2)
    }

    /// A share of one, cut off behind 18 places.
    #[must_use]
    pub fn share(share: &Exact) -> Self {
        Self::within(share, &Exact::from(1), PLACES)
    }

    /// A share of `whole`, which is one with the point so many places to the left that `places` of the share are read.
    fn within(share: &Exact, whole: &Exact, places: u32) -> Self {
        let share = share.max(&Exact::zero()).min(whole).clone();
        // A share of one with 18 places fits into a word.
        let mut digits = u64::try_from(share.scaled(places)).unwrap_or(0);
        let mut places = if digits == 0 { 0 } else { PLACES };
        while places > 0 && digits.is_multiple_of(10) {
            digits /= 10;
            places -= 1;
        }
        Self { digits: digits.into(), places }
    }

    /// Both of two things that do not hang together.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let (digits, places) = (&self.digits * &other.digits, self.places + other.places);
        match places.saturating_sub(MOST) {
            0 => Self { digits, places },
            cut => Self { digits: digits / ten(cut).as_ref(), places: MOST },
        }
    }

    /// The opposite.
    #[must_use]
    pub fn not(&self) -> Self {
        Self { digits: ten(self.places).as_ref() - &self.digits, places: self.places }
    }

    /// One of two things that exclude each other.
    #[must_use]
    pub fn or_else(&self, other: &Self) -> Self {
        let places = self.places.max(other.places);
        Self { digits: self.at(places).as_ref() + other.at(places).as_ref(), places }
    }

    /// Whether it is at least `other`.
    #[must_use]
    pub fn reaches(&self, other: &Self) -> bool {
        self >= other
    }

    /// The rest of it without a part of it; nothing when that is more.
    #[must_use]
    pub fn minus(&self, part: &Self) -> Self {
        let places = self.places.max(part.places);
        let digits = self.at(places).as_ref() - part.at(places).as_ref();
        Self { digits: digits.max(BigInt::zero()), places }
    }

    /// What is left of it when one of the things that make it up together always holds; none when that never holds.
    #[must_use]
    pub fn over(&self, part: &Self) -> Option<Self> {
        if part.digits.is_zero() {
            return None;
        }
        let digits = &self.digits * ten(MOST + part.places - self.places.min(MOST)).as_ref() / &part.digits;
        let one = ten(MOST).into_owned();
        let whole = if digits > one { one } else { digits };
        Some(Self { digits: whole, places: MOST })
    }

    /// Whether it always holds.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.digits == *ten(self.places)
    }

    /// Whether it never holds.
    #[must_use]
    pub fn is_never(&self) -> bool {
        self.digits.is_zero()
    }

    /// What it comes to of a number, such as of the seconds of a month.
    #[must_use]
    pub fn of(&self, number: &Exact) -> Exact {
        match number.whole() {
            // A product of two fractions would seek common factors of large numbers.
            Some(whole) => Exact::decimal(&self.digits * whole, self.places),
            None => &self.exact() * number,
        }
    }

    /// The same number as a share of one.
    #[must_use]
    pub fn exact(&self) -> Exact {
        Exact::decimal(self.digits.clone(), self.places)
    }

    /// The same number as a share of a hundred.
    #[must_use]
    pub fn in_percent(&self) -> Exact {
        match self.places.checked_sub(2) {
            Some(places) => Exact::decimal(self.digits.clone(), places),
            None => Exact::decimal(self.at(2).into_owned(), 0),
        }
    }

    /// Its digits with so many places behind the point, which are no fewer than it has.
    fn at(&self, places: u32) -> Cow<'_, BigInt> {
        match places - self.places {
            0 => Cow::Borrowed(&self.digits),
            more => Cow::Owned(&self.digits * ten(more).as_ref()),
        }
    }
}

impl PartialEq for Chance {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Chance {}

impl Ord for Chance {
    fn cmp(&self, other: &Self) -> Ordering {
        let places = self.places.max(other.places);
        self.at(places).cmp(&other.at(places))
    }
}

impl PartialOrd for Chance {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Powers of ten, which every step needs: products have at most twice the places that are kept.
static TENS: LazyLock<Vec<BigInt>> =
    LazyLock::new(|| (0..=2 * MOST).map(|places| BigInt::from(10u8).pow(places)).collect());

fn ten(places: u32) -> Cow<'static, BigInt> {
    let known = usize::try_from(places).ok().and_then(|places| TENS.get(places));
    known.map_or_else(|| Cow::Owned(BigInt::from(10u8).pow(places)), Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(text: &str) -> Chance {
        Chance::percent(&Exact::parse(text).unwrap())
    }

    #[test]
    fn three_times_three_nines_in_a_row_are_99_7() {
        let one = percent("99.9");
        let all = one.and(&one).and(&one);
        assert_eq!(all.in_percent(), Exact::parse("99.7002999").unwrap());
        assert_eq!(all.in_percent().text(2), "99.7");
    }

    #[test]
    fn a_share_of_a_hundred_has_the_point_two_places_further() {
        for (text, percent_text) in [("100", "100"), ("50", "50"), ("7", "7"), ("0.1", "0.1"), ("0", "0")] {
            let chance = percent(text);
            assert_eq!(chance.in_percent().text(9), percent_text);
            assert_eq!(chance.in_percent(), &chance.exact() * &Exact::from(100));
        }
    }

    #[test]
    fn a_share_of_a_hundred_is_read_as_the_same_share_of_one() {
        for text in ["99.95", "100", "100.5", "-1", "0", "0.00000000000000019", "33.3333333333333333333", "0.1"] {
            let number = Exact::parse(text).unwrap();
            let share = Chance::share(&number.over(&Exact::from(100)).unwrap());
            let chance = Chance::percent(&number);
            assert_eq!((&chance.digits, chance.places), (&share.digits, share.places), "{text}");
        }
    }

    #[test]
    fn a_share_of_a_number_is_their_product() {
        let chance = percent("33.3333333").and(&percent("99.99999999999"));
        for text in ["2629746", "1", "0", "0.5", "2629746.25", "99999999999999999999"] {
            let number = Exact::parse(text).unwrap();
            assert_eq!(chance.of(&number), &chance.exact() * &number, "{text}");
        }
    }

    #[test]
    fn two_of_which_one_is_enough() {
        let one = percent("99");
        assert_eq!(one.not().and(&one.not()).not().in_percent(), Exact::parse("99.99").unwrap());
    }

    #[test]
    fn what_excludes_each_other_adds_up() {
        assert_eq!(percent("12.5").or_else(&percent("0.25")).in_percent(), Exact::parse("12.75").unwrap());
        assert_eq!(percent("0.25").or_else(&percent("12.5")).in_percent(), Exact::parse("12.75").unwrap());
        assert_eq!(percent("12.75").minus(&percent("0.25")).in_percent(), Exact::parse("12.5").unwrap());
        assert_eq!(percent("0.25").minus(&percent("12.5")).in_percent(), Exact::zero(), "never less than nothing");
        assert!(percent("40").or_else(&percent("60")).is_certain() && Chance::certain().is_certain());
        assert!(!Chance::never().is_certain() && Chance::never().not().is_certain());
    }

    #[test]
    fn order_is_that_of_the_numbers_and_cutting_never_adds() {
        assert!(percent("99.9").reaches(&percent("99.90")) && percent("99.91").reaches(&percent("99.9")));
        assert!(!percent("99.899").reaches(&percent("99.9")));
        let (part, exact) = (percent("99.99"), Exact::parse("0.9999").unwrap());
        let (mut cut, mut whole) = (Chance::certain(), Exact::from(1));
        for count in 1..=30 {
            (cut, whole) = (cut.and(&part), &whole * &exact);
            let lost = &whole - &cut.exact();
            assert!(
                if count <= 10 { lost.is_zero() } else { lost > Exact::zero() },
                "{count} parts of four places each"
            );
            assert!(lost < Exact::decimal(30.into(), 40));
        }
    }

    #[test]
    fn what_lies_outside_of_0_and_100_is_brought_back() {
        assert!(percent("100.5").is_certain());
        assert_eq!(percent("-3").in_percent(), Exact::zero());
    }

    #[test]
    fn shares_that_are_no_decimals_are_cut_and_not_rounded_up() {
        let third = Exact::from(2).over(&Exact::from(3)).unwrap();
        let chance = Chance::share(&third);
        assert!(chance.exact() < third);
        assert_eq!(chance.exact().text(18), "0.666666666666666666");
        assert_eq!(Chance::share(&Exact::parse("0.9995").unwrap()).places, 4, "zeros at the end are dropped");
    }
}
