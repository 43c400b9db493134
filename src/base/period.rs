//! Periods of figures and reports: `2026`, `2026-H1`, `2026-Q3`, `2026-09`, `2026-W41`.

use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::{Date, ISOWeekDate, Weekday};

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Length {
    /// Monday to Sunday, counted as in ISO 8601.
    Week,
    /// A month.
    Month,
    /// Three months.
    Quarter,
    /// Six months.
    HalfYear,
    /// A year.
    Year,
}

impl Length {
    /// Its months; none for a week.
    const fn months(self) -> Option<i8> {
        match self {
            Self::Week => None,
            Self::Month => Some(1),
            Self::Quarter => Some(3),
            Self::HalfYear => Some(6),
            Self::Year => Some(12),
        }
    }
}

/// A period of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// Its first day.
    pub first: Date,
    /// Its last day.
    pub last: Date,
    /// How long it is.
    pub length: Length,
}

impl Period {
    /// Reads a period; `None` when the text is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, rest) = text.split_once('-').unwrap_or((text, ""));
        let digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || (rest.is_empty() && text.contains('-')) {
            return None;
        }
        let year: i16 = year.parse().ok()?;
        let month = |month| Date::new(year, month, 1).ok();
        let (first, length) = match rest {
            "" => (month(1), Length::Year),
            "H1" => (month(1), Length::HalfYear),
            "H2" => (month(7), Length::HalfYear),
            "Q1" => (month(1), Length::Quarter),
            "Q2" => (month(4), Length::Quarter),
            "Q3" => (month(7), Length::Quarter),
            "Q4" => (month(10), Length::Quarter),
            _ => match rest.strip_prefix('W') {
                Some(week) if digits(week, 2) => {
                    let monday = ISOWeekDate::new(year, week.parse().ok()?, Weekday::Monday);
                    (monday.ok().map(ISOWeekDate::date), Length::Week)
                }
                None if digits(rest, 2) => (month(rest.parse().ok()?), Length::Month),
                _ => return None,
            },
        };
        Self::starting(first?, length)
    }

    /// The period of this length in which `day` lies; `None` at the end of the calendar.
    #[must_use]
    pub fn of(day: Date, length: Length) -> Option<Self> {
        let first = match length.months() {
            None => day.iso_week_date().first_of_week().ok()?.date(),
            Some(months) => Date::new(day.year(), (day.month() - 1) / months * months + 1, 1).ok()?,
        };
        Self::starting(first, length)
    }

    /// The one behind it.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::of(self.last.tomorrow().ok()?, self.length)
    }

    /// Whether the two have a day in common.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    fn starting(first: Date, length: Length) -> Option<Self> {
        let next = match length.months() {
            None => first.checked_add(7.days()),
            Some(months) => first.checked_add(i64::from(months).months()),
        };
        Some(Self { first, last: next.ok()?.yesterday().ok()?, length })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.first.year(), self.first.month());
        match self.length {
            Length::Week => {
                let week = self.first.iso_week_date();
                write!(f, "{:04}-W{:02}", week.year(), week.week())
            }
            Length::Month => write!(f, "{year:04}-{month:02}"),
            Length::Quarter => write!(f, "{year:04}-Q{}", (month + 2) / 3),
            Length::HalfYear => write!(f, "{year:04}-H{}", (month + 5) / 6),
            Length::Year => write!(f, "{year:04}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::date::parse_date;

    fn period(text: &str) -> Period {
        Period::parse(text).unwrap_or_else(|| panic!("'{text}' is a period"))
    }

    #[test]
    fn each_form_is_read_with_its_days_and_written_back() {
        for (text, first, last) in [
            ("2026", "2026-01-01", "2026-12-31"),
            ("2026-H1", "2026-01-01", "2026-06-30"),
            ("2026-H2", "2026-07-01", "2026-12-31"),
            ("2026-Q1", "2026-01-01", "2026-03-31"),
            ("2026-Q4", "2026-10-01", "2026-12-31"),
            ("2028-02", "2028-02-01", "2028-02-29"),
            ("2026-12", "2026-12-01", "2026-12-31"),
            ("2026-W41", "2026-10-05", "2026-10-11"),
            ("2027-W01", "2027-01-04", "2027-01-10"),
            ("2025-W01", "2024-12-30", "2025-01-05"),
            ("2026-W53", "2026-12-28", "2027-01-03"),
        ] {
            let read = period(text);
            assert_eq!((read.first.to_string().as_str(), read.last.to_string().as_str()), (first, last), "{text}");
            assert_eq!(read.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in
            ["", "26", "2026-", "2026-13", "2026-00", "2026-Q5", "2026-H3", "2026-W54", "2025-W53", "2026-9", "2026-W1"]
        {
            assert_eq!(Period::parse(text), None, "'{text}'");
        }
        for text in ["2026-09-01", "2026-q3", "2026-+1", "２０２６", "202６", "-026", "9999"] {
            assert_eq!(Period::parse(text), None, "'{text}'");
        }
    }

    #[test]
    fn periods_follow_one_another_without_a_day_between() {
        for (text, next) in [
            ("2026", "2027"),
            ("2026-H2", "2027-H1"),
            ("2026-Q1", "2026-Q2"),
            ("2026-12", "2027-01"),
            ("2026-W53", "2027-W01"),
        ] {
            let (period, next) = (period(text), period(next));
            assert_eq!(period.next(), Some(next));
            assert!(!period.overlaps(next) && period.last.tomorrow().unwrap() == next.first);
        }
    }

    #[test]
    fn a_day_lies_in_one_period_of_each_length() {
        let day = parse_date("2026-08-31").unwrap();
        let names = [Length::Week, Length::Month, Length::Quarter, Length::HalfYear, Length::Year]
            .map(|length| Period::of(day, length).unwrap().to_string());
        assert_eq!(names, ["2026-W36", "2026-08", "2026-Q3", "2026-H2", "2026"]);
        assert_eq!(Period::of(Date::MAX, Length::Month), None, "its last day cannot be told");
    }

    #[test]
    fn a_common_day_is_enough_to_overlap() {
        assert!(period("2026-W27").overlaps(period("2026-Q2")) && period("2026-W27").overlaps(period("2026-Q3")));
        assert!(period("2026").overlaps(period("2026-12")));
        assert!(!period("2026-H1").overlaps(period("2026-07")));
    }
}
