//! Days and instants, and the one instant that a run asks about.

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan as _};

use super::duration::Duration;

/// The instant that a run judges by: `--as-of`, else the commit's time, else now. It is passed in, never read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AsOf(Timestamp);

impl AsOf {
    /// As of this instant.
    #[must_use]
    pub const fn new(at: Timestamp) -> Self {
        Self(at)
    }

    /// The instant.
    #[must_use]
    pub const fn instant(self) -> Timestamp {
        self.0
    }

    /// The day of the instant, in UTC.
    #[must_use]
    pub fn day(self) -> Date {
        TimeZone::UTC.to_datetime(self.0).date()
    }

    /// Reads an instant with an offset, or a bare day, which means its last second in UTC.
    ///
    /// # Errors
    /// Says in words what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Ok(day) = parse_date(text) {
            let end = day.tomorrow().ok().and_then(|next| TimeZone::UTC.to_timestamp(next.into()).ok());
            let end = end.and_then(|end| end.checked_sub(1.second()).ok());
            return end.map(Self).ok_or_else(|| format!("'{text}' is out of range"));
        }
        parse_instant(text).map(Self)
    }
}

impl std::fmt::Display for AsOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.strftime("%Y-%m-%dT%H:%M:%SZ").fmt(f)
    }
}

/// Reads a day written `2026-11-09`, nothing else.
///
/// # Errors
/// Says in words what is wrong with the text.
pub fn parse_date(text: &str) -> Result<Date, String> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(
            |(at, byte)| {
                if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() }
            },
        );
    if !shaped {
        return Err(format!("'{text}' is not a day; write it like 2026-11-09"));
    }
    let number = |digits: &[u8]| digits.iter().fold(0_i16, |sum, digit| sum * 10 + i16::from(digit - b'0'));
    let (year, month, day) = match text.as_bytes() {
        [year @ .., _, m1, m2, _, d1, d2] => (number(year), number(&[*m1, *m2]), number(&[*d1, *d2])),
        _ => (0, 0, 0),
    };
    // Two digits fit into a byte.
    let day = i8::try_from(month).ok().zip(i8::try_from(day).ok()).and_then(|(m, d)| Date::new(year, m, d).ok());
    day.ok_or_else(|| format!("'{text}' is not a day of the calendar"))
}

/// Reads an instant with an offset, `2026-11-09T10:00:00+00:00`; a trailing `[Zone]` is refused.
///
/// # Errors
/// Says in words what is wrong with the text.
pub fn parse_instant(text: &str) -> Result<Timestamp, String> {
    let fits = |(like, byte): (u8, &u8)| match like {
        b'9' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b't' | b' '),
        other => *byte == other,
    };
    let shaped = text.len() >= 16 && "9999-99-99T99:99".bytes().zip(text.as_bytes()).all(fits) && !text.ends_with(']');
    if !shaped {
        return Err(format!("'{text}' is not an instant; write it like 2026-11-09T10:00:00+00:00"));
    }
    if let Some(instant) = plain(text.as_bytes()) {
        return Ok(instant);
    }
    text.parse().map_err(|_| {
        if text.parse::<DateTime>().is_ok() {
            format!("'{text}' has no offset from UTC; add one, such as Z or +01:00")
        } else {
            format!("'{text}' is not an instant of the calendar")
        }
    })
}

/// An instant to the second with an offset in hours and minutes, or `Z`, which is how nearly all are written: read here,
/// without a parser of all that an instant may look like. None for any other, and for what is no time of a day.
fn plain(text: &[u8]) -> Option<Timestamp> {
    let (local, offset) = text.split_at_checked(19)?;
    let two = |at: usize| match local[at..at + 2] {
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => i8::try_from((a - b'0') * 10 + (b - b'0')).ok(),
        _ => None,
    };
    let seconds = match *offset {
        [b'Z'] => 0,
        [sign @ (b'+' | b'-'), h1 @ b'0'..=b'2', h2 @ b'0'..=b'9', b':', m1 @ b'0'..=b'5', m2 @ b'0'..=b'9'] => {
            let digit = |byte: u8| i32::from(byte - b'0');
            let hours = digit(h1) * 10 + digit(h2);
            if hours > 23 {
                return None;
            }
            let seconds = hours * 3_600 + (digit(m1) * 10 + digit(m2)) * 60;
            if sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    let year = i16::from(two(0)?) * 100 + i16::from(two(2)?);
    // A leap second is left to the careful reader.
    let second = two(17).filter(|second| local[16] == b':' && *second < 60)?;
    let local = DateTime::new(year, two(5)?, two(8)?, two(11)?, two(14)?, second, 0).ok()?;
    Offset::from_seconds(seconds).ok()?.to_timestamp(local).ok()
}

/// A time as records give it: a whole day or an exact instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A whole day, in whichever zone it was meant.
    Day(Date),
    /// An exact instant.
    Instant(Timestamp),
}

impl When {
    /// Reads either form.
    ///
    /// # Errors
    /// Says in words what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() == 10 { parse_date(text).map(Self::Day) } else { parse_instant(text).map(Self::Instant) }
    }

    /// Whether this is certainly after `other`: a day is compared with an instant by the instant's day in UTC,
    /// with a day of grace, since the day's zone is unknown.
    #[must_use]
    pub fn is_after(self, other: Self) -> bool {
        match (self, other) {
            (Self::Day(a), Self::Day(b)) => a > b,
            (Self::Instant(a), Self::Instant(b)) => a > b,
            (Self::Day(a), Self::Instant(b)) => a > utc_day(b).tomorrow().unwrap_or(a),
            (Self::Instant(a), Self::Day(b)) => utc_day(a) > b.tomorrow().unwrap_or(b),
        }
    }

    /// The instant, when it is one.
    #[must_use]
    pub const fn instant(self) -> Option<Timestamp> {
        match self {
            Self::Day(_) => None,
            Self::Instant(at) => Some(at),
        }
    }

    /// Its day; of an instant, the day in UTC.
    #[must_use]
    pub fn day(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Instant(at) => utc_day(at),
        }
    }
}

/// A day, or an instant to the minute in UTC.
impl std::fmt::Display for When {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Instant(at) => at.strftime("%Y-%m-%d %H:%M UTC").fmt(f),
        }
    }
}

fn utc_day(at: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(at).date()
}

/// `day` plus `duration` in whole days; the last day of the calendar when that is out of range.
#[must_use]
pub fn after(day: Date, duration: Duration) -> Date {
    let days = i64::try_from(duration.days()).unwrap_or(i64::MAX).min(7_000_000);
    day.checked_add(days.days()).unwrap_or(Date::MAX)
}

/// `day` minus `duration` in whole days; the first day of the calendar when that is out of range.
#[must_use]
pub fn before(day: Date, duration: Duration) -> Date {
    let days = i64::try_from(duration.days()).unwrap_or(i64::MAX).min(7_000_000);
    day.checked_sub(days.days()).unwrap_or(Date::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_strict() {
        assert!(parse_date("2026-11-09").is_ok());
        for bad in ["2026-11-9", "2026-02-30", "20261109", "2026-11-09T00:00", "tomorrow"] {
            assert!(parse_date(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn instants_need_an_offset() {
        assert!(parse_instant("2026-11-09T10:00:00+00:00").is_ok());
        assert!(parse_instant("2026-11-09T10:00Z").is_ok());
        assert!(parse_instant("2026-11-09T10:00:00").unwrap_err().contains("no offset"));
        assert!(parse_instant("2026-11-09T10:00").unwrap_err().contains("no offset"));
        assert!(parse_instant("2026-13-09T10:00:00Z").unwrap_err().contains("calendar"));
        for bad in ["2026-11-09", "2026-11-09T8:00:00Z", "2026-11-09T10:00:00+01:00[Europe/Oslo]", "ümlautümlautüml"]
        {
            assert!(parse_instant(bad).unwrap_err().contains("write it like 2026-11-09T10:00:00+00:00"), "{bad}");
        }
    }

    #[test]
    fn a_bare_day_as_of_means_its_end() {
        assert_eq!(AsOf::parse("2026-11-20").unwrap().to_string(), "2026-11-20T23:59:59Z");
    }

    #[test]
    fn order_is_certain_or_not_claimed() {
        let when = |text| When::parse(text).unwrap();
        assert!(when("2026-01-02").is_after(when("2026-01-01")));
        assert!(when("2026-01-01T01:00:00Z").is_after(when("2026-01-01T01:30:00+01:00")));
        assert!(!when("2026-01-02").is_after(when("2026-01-01T23:00:00Z")), "the zone may explain it");
        assert!(when("2026-01-03").is_after(when("2026-01-01T23:00:00Z")));
        assert!(!when("2026-01-01").is_after(when("2026-01-01")));
    }

    #[test]
    fn a_time_is_told_as_a_day_or_to_the_minute() {
        let told = |text| When::parse(text).unwrap().to_string();
        assert_eq!(told("2026-11-09"), "2026-11-09");
        assert_eq!(told("2026-11-09T10:00:59+01:00"), "2026-11-09 09:00 UTC");
        let instants =
            ["2026-11-09", "2026-11-09T10:00:00Z"].map(|text| When::parse(text).unwrap().instant().is_some());
        assert_eq!(instants, [false, true]);
    }

    #[test]
    fn adding_stays_in_the_calendar() {
        let day = parse_date("2026-01-31").unwrap();
        assert_eq!(after(day, Duration::from_days(30)).to_string(), "2026-03-02");
        assert_eq!(after(day, Duration::from_seconds(u64::MAX)), Date::MAX);
        assert_eq!(before(day, Duration::from_days(31)).to_string(), "2025-12-31");
        assert_eq!(before(day, Duration::from_seconds(u64::MAX)), Date::MIN);
    }

    #[test]
    fn the_calendar_knows_leap_years() {
        assert!(parse_date("2028-02-29").is_ok() && parse_date("2000-02-29").is_ok());
        for bad in ["2026-02-29", "1900-02-29", "2026-00-10", "2026-13-01", "2026-04-31", "2026-01-00"] {
            assert!(parse_date(bad).unwrap_err().contains("not a day of the calendar"), "{bad}");
        }
    }

    #[test]
    fn a_day_has_ten_plain_characters() {
        for bad in ["", "2026-11-0९", " 2026-11-9", "2026/11/09", "2026-11-09 ", "+026-11-09", "２026-11-9"] {
            assert!(parse_date(bad).unwrap_err().contains("write it like"), "{bad}");
        }
    }

    #[test]
    fn instants_of_all_zones_are_one_time() {
        let noon = parse_instant("2026-11-09T12:00:00Z").unwrap();
        for same in
            ["2026-11-09T12:00:00+00:00", "2026-11-09T13:00:00+01:00", "2026-11-09t12:00:00z", "2026-11-08 22:30-13:30"]
        {
            assert_eq!(parse_instant(same), Ok(noon), "{same}");
        }
    }

    proptest::proptest! {
        #[test]
        fn an_instant_is_the_same_however_it_is_read(
            text in "(0|1|2|9)[0-9]{3}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](Z|z|[+-][0-2][0-9]:[0-6][0-9])"
        ) {
            proptest::prop_assert_eq!(parse_instant(&text).ok(), text.parse::<Timestamp>().ok());
            let read = plain(text.as_bytes());
            proptest::prop_assert!(read.is_none() || read == text.parse().ok(), "{:?}", read);
        }
    }

    #[test]
    fn the_usual_ways_to_write_an_instant_are_read_at_once_and_others_with_care() {
        let instant = |text: &str| plain(text.as_bytes()).map(|at| at.to_string());
        for text in ["2026-11-09T12:00:05Z", "2026-11-09T13:30:05+01:30", "2026-11-08T22:30:05-13:30"] {
            assert_eq!(instant(text).as_deref(), Some("2026-11-09T12:00:05Z"), "{text}");
        }
        for text in ["2026-11-09T12:00Z", "2026-11-09T12:00:05.5Z", "2026-11-09T12:00:60Z", "2026-11-09T12:00:05+24:00"]
        {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_almost_an_instant_is_told_apart() {
        assert!(parse_instant("2026-11-09T12:00:00").unwrap_err().contains("add one, such as Z"));
        assert!(parse_instant("2026-11-09T25:00:00Z").unwrap_err().contains("not an instant of the calendar"));
        assert!(parse_instant("2026-11-09_12:00:00Z").unwrap_err().contains("write it like"));
        assert!(parse_instant("ééééé-11-09T12:00:00").is_err(), "no byte is taken for a character");
        assert!(parse_instant("2026-11-09T12:00:00Z[UTC]").unwrap_err().contains("write it like"));
    }

    #[test]
    fn the_instant_asked_about_is_a_day_or_an_exact_time() {
        let exact = AsOf::parse("2026-11-20T01:00:00+02:00").unwrap();
        assert_eq!(exact.day().to_string(), "2026-11-19", "the day in UTC");
        assert_eq!(exact.to_string(), "2026-11-19T23:00:00Z");
        assert_eq!(AsOf::parse("2028-02-28").unwrap().to_string(), "2028-02-28T23:59:59Z");
        assert!(AsOf::parse("2026-11-20").unwrap() > exact);
        assert!(AsOf::parse("9999-12-31").unwrap_err().contains("out of range"));
        assert!(AsOf::parse("yesterday").unwrap_err().contains("'yesterday'"));
    }

    #[test]
    fn length_decides_whether_a_time_is_a_day() {
        assert_eq!(When::parse("2026-11-09").unwrap().day().to_string(), "2026-11-09");
        assert_eq!(When::parse("2026-11-09T23:30:00-02:00").unwrap().day().to_string(), "2026-11-10");
        assert!(When::parse("2026-11-9T").unwrap_err().contains("not a day"));
        assert!(When::parse("2026-11-09T").unwrap_err().contains("not an instant"));
    }

    #[test]
    fn a_day_against_an_instant_has_a_day_of_grace_on_both_sides() {
        let when = |text| When::parse(text).unwrap();
        assert!(!when("2026-01-02T23:59:59Z").is_after(when("2026-01-01")), "the day may be meant far in the west");
        assert!(when("2026-01-03T00:00:00Z").is_after(when("2026-01-01")));
        assert!(!when("2026-01-01T00:00:00Z").is_after(when("2026-01-01T00:00:00Z")));
        assert!(!When::Day(Date::MAX).is_after(When::Day(Date::MAX)));
    }

    #[test]
    fn parts_of_a_day_do_not_move_the_day() {
        let day = parse_date("2028-02-28").unwrap();
        assert_eq!(after(day, Duration::from_seconds(86_399)), day);
        assert_eq!(after(day, Duration::from_days(1)).to_string(), "2028-02-29");
        assert_eq!(after(Date::MAX, Duration::from_days(1)), Date::MAX);
    }
}
