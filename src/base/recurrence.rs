//! Days that come again by a rule of RFC 5545, such as `FREQ=MONTHLY;BYDAY=1SU`.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use rrule::RRuleSet;

use super::intervals::Bounds;

/// Parts that a rule may have. The time of the day stands beside the rule, so nothing comes twice on one day.
const PARTS: [&str; 11] = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "WKST",
    "BYDAY",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYMONTH",
    "BYSETPOS",
];

/// How often at most: every day for 170 years.
const MOST: usize = 65_000;

/// The last time at which an occurrence may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// Any on this day.
    Day(Date),
    /// By the clock on the wall.
    Local(DateTime),
    /// Everywhere at once.
    Instant(Timestamp),
}

/// A rule by which days come again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    /// The rule without its `UNTIL`.
    rule: String,
    until: Option<Until>,
}

/// Reads a local time written `2026-01-04T22:00`, of the years 1970 to 2199.
///
/// # Errors
/// Says in words what is wrong with the text.
pub fn parse_local(text: &str) -> Result<DateTime, String> {
    let fits = |(like, byte): (u8, u8)| if like == b'9' { byte.is_ascii_digit() } else { byte == like };
    if text.len() != 16 || !b"9999-99-99T99:99".iter().copied().zip(text.bytes()).all(fits) {
        return Err(format!("'{text}' is not a local time; write it like 2026-01-04T22:00, without an offset"));
    }
    let time: Option<DateTime> = text.parse().ok();
    let time = time.filter(|time| (1970..2200).contains(&time.year()));
    time.ok_or_else(|| format!("'{text}' is not a time of the calendar between 1970 and 2199"))
}

impl Recurrence {
    /// Reads the value of an `RRULE`. Rules that repeat within a day, and those that no day fits, are refused.
    ///
    /// # Errors
    /// Says in words what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: String| format!("'{text}' is not a rule for days that come again: {why}");
        let (mut seen, mut kept, mut until) = (BTreeSet::new(), Vec::new(), None);
        for part in text.split(';') {
            let Some((name, value)) = part.split_once('=') else {
                return Err(wrong("write it like FREQ=MONTHLY;BYDAY=1SU".to_owned()));
            };
            if matches!(name, "BYHOUR" | "BYMINUTE" | "BYSECOND") {
                return Err(wrong(format!("{name} does not belong here; the time of the day stands in `starts`")));
            }
            if !PARTS.contains(&name) {
                return Err(wrong(format!("'{name}' is no part of such a rule")));
            }
            if !seen.insert(name) {
                return Err(wrong(format!("{name} stands there twice")));
            }
            let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b",+-".contains(&byte);
            if value.is_empty() || !value.bytes().all(plain) {
                return Err(wrong(format!("{name} has no value of capitals, digits and commas")));
            }
            if name == "FREQ" && !matches!(value, "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY") {
                return Err(wrong("FREQ is DAILY, WEEKLY, MONTHLY or YEARLY".to_owned()));
            }
            if name == "UNTIL" {
                let read = parse_until(value);
                until =
                    Some(read.ok_or_else(|| {
                        wrong("UNTIL is a day like 20261231 or a time like 20261231T220000Z".to_owned())
                    })?);
            } else {
                kept.push(part);
            }
        }
        if seen.contains("UNTIL") && seen.contains("COUNT") {
            return Err(wrong("it ends by COUNT or by UNTIL, not by both".to_owned()));
        }
        let rule = Self { rule: kept.join(";"), until };
        // A leap year that begins on a Monday: whatever day can fit at all fits from here on.
        let mut set = rule.set(jiff::civil::date(2024, 1, 1).at(0, 0, 0, 0)).map_err(wrong)?.into_iter();
        if set.next().is_none() {
            return Err(wrong("no day ever fits it".to_owned()));
        }
        Ok(rule)
    }

    /// The occurrences that begin in `within`, each with its local day. The first of all begins no earlier than `first`;
    /// all have its time of the day in `zone`. Where the clock leaves that time out it is as far behind the hour before,
    /// and where it shows it twice the first is meant.
    #[must_use]
    pub fn starts(&self, first: DateTime, zone: &TimeZone, within: Bounds) -> Vec<(Date, Timestamp)> {
        let Ok(set) = self.set(first) else { return Vec::new() };
        let mut found = Vec::new();
        for at in set.into_iter().take(MOST) {
            let local = Timestamp::from_second(at.timestamp()).map(|at| TimeZone::UTC.to_datetime(at));
            let Ok(local) = local else { break };
            let Ok(moment) = zone.to_timestamp(local) else { break };
            let over = match self.until {
                None => false,
                Some(Until::Day(day)) => local.date() > day,
                Some(Until::Local(last)) => local > last,
                Some(Until::Instant(last)) => moment > last,
            };
            if over || moment >= within.1 {
                break;
            }
            if moment >= within.0 {
                found.push((local.date(), moment));
            }
        }
        found
    }

    /// The rule from `first` on as the crate for it knows it: local time is handed over as if it were UTC, so that no
    /// second database of time zones has a say.
    fn set(&self, first: DateTime) -> Result<RRuleSet, String> {
        let text = format!("DTSTART:{}Z\nRRULE:{}", first.strftime("%Y%m%dT%H%M%S"), self.rule);
        text.parse().map(RRuleSet::limit).map_err(|error| error.to_string())
    }
}

fn parse_until(text: &str) -> Option<Until> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse().ok();
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (day, time) = text.split_once('T').map_or((text, None), |(day, time)| (day, Some(time)));
    if day.len() != 8 || !digits(day) {
        return None;
    }
    let year: i16 = text.get(..4)?.parse().ok()?;
    let day = Date::new(year, number(4, 6)?, number(6, 8)?).ok()?;
    let Some(time) = time else { return Some(Until::Day(day)) };
    let (clock, utc) = time.strip_suffix('Z').map_or((time, false), |clock| (clock, true));
    if clock.len() != 6 || !digits(clock) {
        return None;
    }
    let clock = jiff::civil::Time::new(number(9, 11)?, number(11, 13)?, number(13, 15)?, 0).ok()?;
    let local = day.to_datetime(clock);
    if utc { TimeZone::UTC.to_timestamp(local).ok().map(Until::Instant) } else { Some(Until::Local(local)) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn local(text: &str) -> DateTime {
        parse_local(text).unwrap()
    }

    /// The days on which a rule falls in a stretch of Oslo's time, with the time of the day in UTC.
    fn told(rule: &str, first: &str, within: (&str, &str)) -> Vec<String> {
        let oslo = TimeZone::get("Europe/Oslo").unwrap();
        let within = (within.0.parse().unwrap(), within.1.parse().unwrap());
        let starts = Recurrence::parse(rule).unwrap().starts(local(first), &oslo, within);
        starts.into_iter().map(|(day, at)| format!("{day} {}", at.strftime("%H:%M"))).collect()
    }

    const YEAR: (&str, &str) = ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");

    #[test]
    fn days_come_again_as_the_rule_says() {
        let first_sundays = told("FREQ=MONTHLY;BYDAY=1SU", "2026-01-04T22:00", YEAR);
        assert_eq!(first_sundays.len(), 12);
        assert_eq!(
            first_sundays[..4],
            ["2026-01-04 21:00", "2026-02-01 21:00", "2026-03-01 21:00", "2026-04-05 20:00"]
        );
        let tuesdays = told("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=3", "2026-01-06T05:00", YEAR);
        assert_eq!(tuesdays, ["2026-01-06 04:00", "2026-01-20 04:00", "2026-02-03 04:00"]);
        let last_workday = told("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-30T18:00", YEAR);
        assert_eq!(last_workday[..3], ["2026-01-30 17:00", "2026-02-27 17:00", "2026-03-31 16:00"]);
    }

    /// RFC 5545 as the calendar itself gives it: each day of three years asked whether it fits.
    #[test]
    fn rules_agree_with_the_calendar_asked_day_by_day() {
        use jiff::civil::Weekday::{Friday, Sunday, Thursday};
        type Fits = fn(Date) -> bool;
        let first = local("2025-01-01T12:00");
        let rules: [(&str, Fits); 6] = [
            ("FREQ=DAILY;INTERVAL=3", |day| day.duration_since(date(2025, 1, 1)).as_hours() % 72 == 0),
            ("FREQ=WEEKLY;BYDAY=SU,TH", |day| matches!(day.weekday(), Sunday | Thursday)),
            ("FREQ=MONTHLY;BYDAY=-1FR", |day| day.weekday() == Friday && day.day() + 7 > day.days_in_month()),
            ("FREQ=MONTHLY;BYMONTHDAY=31", |day| day.day() == 31),
            ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", |day| day.weekday() == Friday && day.day() == 13),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", |day| (day.month(), day.day()) == (2, 29)),
        ];
        for (rule, fits) in rules {
            let bounds = ("2025-01-01T00:00:00Z".parse().unwrap(), "2029-01-01T00:00:00Z".parse().unwrap());
            let found: Vec<Date> = Recurrence::parse(rule)
                .unwrap()
                .starts(first, &TimeZone::UTC, bounds)
                .into_iter()
                .map(|(day, _)| day)
                .collect();
            let days = std::iter::successors(Some(date(2025, 1, 1)), |day| day.tomorrow().ok());
            let expected: Vec<Date> = days.take_while(|day| day.year() < 2029).filter(|day| fits(*day)).collect();
            assert_eq!(found, expected, "{rule}");
            assert!(!expected.is_empty(), "{rule}");
        }
    }

    #[test]
    fn a_time_that_the_clock_leaves_out_is_taken_from_before_and_one_shown_twice_is_the_first() {
        let spring = ("2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z");
        let autumn = ("2026-10-24T00:00:00Z", "2026-10-27T00:00:00Z");
        let daily = |within| told("FREQ=DAILY", "2026-01-01T02:30", within);
        assert_eq!(daily(spring), ["2026-03-28 01:30", "2026-03-29 01:30", "2026-03-30 00:30"]);
        assert_eq!(daily(autumn), ["2026-10-24 00:30", "2026-10-25 00:30", "2026-10-26 01:30"]);
    }

    #[test]
    fn a_rule_ends_with_the_day_the_time_or_the_instant_that_it_names() {
        let until = |end: &str| told(&format!("FREQ=DAILY;UNTIL={end}"), "2026-06-01T01:00", YEAR).len();
        for (end, count) in [
            ("20260603", 3),
            ("20260603T010000", 3),
            ("20260603T005959", 2),
            ("20260602T230000Z", 3),
            ("20260602T225959Z", 2),
            ("20260101", 0),
        ] {
            assert_eq!(until(end), count, "{end}");
        }
    }

    #[test]
    fn what_is_no_rule_is_refused_with_the_reason() {
        for (text, why) in [
            ("", "write it like"),
            ("MONTHLY", "write it like"),
            ("FREQ=HOURLY", "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY"),
            ("FREQ=SECONDLY", "FREQ is DAILY"),
            ("FREQ=DAILY;BYHOUR=3", "the time of the day stands in `starts`"),
            ("FREQ=DAILY;BYEASTER=1", "'BYEASTER' is no part"),
            ("FREQ=DAILY;freq=DAILY", "'freq' is no part"),
            ("FREQ=DAILY;FREQ=DAILY", "stands there twice"),
            ("FREQ=DAILY\nRDATE:20260101T000000Z", "FREQ has no value"),
            ("FREQ=DAILY;COUNT=2;UNTIL=20260101", "not by both"),
            ("FREQ=DAILY;UNTIL=20260230", "UNTIL is a day"),
            ("FREQ=DAILY;UNTIL=20260101T99", "UNTIL is a day"),
            ("FREQ=DAILY;INTERVAL=0", "no day ever fits"),
            ("FREQ=DAILY;COUNT=-1", "'FREQ=DAILY;COUNT=-1'"),
            ("FREQ=MONTHLY;BYDAY=XX", "'FREQ=MONTHLY;BYDAY=XX'"),
            ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
            ("BYDAY=MO", "'BYDAY=MO'"),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "no day ever fits"),
            ("FREQ=YEARLY;INTERVAL=65535;BYMONTH=2;BYMONTHDAY=30", "no day ever fits"),
        ] {
            let complaint = Recurrence::parse(text).unwrap_err();
            assert!(complaint.contains(why), "{text}: {complaint}");
        }
    }

    #[test]
    fn rules_without_an_end_or_a_fitting_day_do_not_hang() {
        let far = ("2199-01-01T00:00:00Z", "2199-01-03T00:00:00Z");
        assert_eq!(told("FREQ=DAILY", "2026-01-01T12:00", far).len(), 2);
        // It fits once in 400 years, and from this start on never again.
        let never = "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29";
        assert!(told(never, "2025-01-01T12:00", YEAR).is_empty());
        let daily = "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;INTERVAL=999";
        assert!(told(daily, "2025-01-01T12:00", YEAR).is_empty());
    }

    #[test]
    fn local_times_have_no_offset_and_no_seconds() {
        assert_eq!(local("2026-01-04T22:00").to_string(), "2026-01-04T22:00:00");
        for bad in ["2026-01-04", "2026-01-04T22:00Z", "2026-01-04T22:00:00", "2026-01-04 22:00", "２026-01-04T22:0"] {
            assert!(parse_local(bad).unwrap_err().contains("write it like 2026-01-04T22:00"), "{bad}");
        }
        for bad in ["2026-02-30T22:00", "1969-12-31T22:00", "2200-01-01T00:00", "2026-01-04T24:00"] {
            assert!(parse_local(bad).unwrap_err().contains("not a time of the calendar"), "{bad}");
        }
    }
}
