//! Hours that recur every week in one time zone, and how much of a stretch of time lies in them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use super::duration::Duration;

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// A stretch of a day: first minute, and first minute after it. [`Stretch::parse`] reads `08:00` and `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    from: u16,
    to: u16,
}

impl Stretch {
    /// From one time of the day to another one; `None` when a text is no such time, or when nothing lies between.
    #[must_use]
    pub fn parse(from: &str, to: &str) -> Option<Self> {
        let stretch = Self { from: minute(from)?, to: minute(to)? };
        (stretch.from < stretch.to).then_some(stretch)
    }
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let two =
        |part: &str| (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok());
    let (hour, minute): (u16, u16) = (two(hour)??, two(minute)??);
    let all = hour * 60 + minute;
    (minute < 60 && all <= DAY).then_some(all)
}

/// Hours that recur every week.
#[derive(Debug, Clone)]
pub struct Hours {
    zone: TimeZone,
    /// The stretches of Monday to Sunday, in order and without overlap; `None` when every moment counts.
    week: Option<[Vec<Stretch>; 7]>,
    off: BTreeSet<Date>,
}

impl Hours {
    /// Every moment.
    #[must_use]
    pub const fn always() -> Self {
        Self { zone: TimeZone::UTC, week: None, off: BTreeSet::new() }
    }

    /// These stretches of these weekdays in local time of `zone`, but on none of the days `off`.
    #[must_use]
    pub fn weekly(
        zone: TimeZone,
        stretches: impl IntoIterator<Item = (Weekday, Stretch)>,
        off: impl IntoIterator<Item = Date>,
    ) -> Self {
        let mut week: [Vec<Stretch>; 7] = Default::default();
        for (day, stretch) in stretches {
            week[usize::from(day.to_monday_zero_offset().unsigned_abs())].push(stretch);
        }
        for day in &mut week {
            day.sort_unstable();
            let mut merged: Vec<Stretch> = Vec::new();
            for stretch in day.drain(..) {
                match merged.last_mut() {
                    Some(last) if stretch.from <= last.to => last.to = last.to.max(stretch.to),
                    _ => merged.push(stretch),
                }
            }
            *day = merged;
        }
        Self { zone, week: Some(week), off: off.into_iter().collect() }
    }

    /// How much of the time from `start` until `end` counts. On days on which clocks are set, hours are as long as they
    /// really are.
    #[must_use]
    pub fn between(&self, start: Timestamp, end: Timestamp) -> Duration {
        let Some(week) = &self.week else { return seconds(start, end) };
        let day = |at: Timestamp| self.zone.to_datetime(at).date();
        let (mut at, last) = (day(start), day(end));
        let mut counted = 0u64;
        while start < end && at <= last {
            if !self.off.contains(&at) {
                let stretches = &week[usize::from(at.weekday().to_monday_zero_offset().unsigned_abs())];
                let bounds =
                    stretches.iter().filter_map(|it| Some((self.moment(at, it.from)?, self.moment(at, it.to)?)));
                counted += bounds.map(|(from, to)| seconds(from.max(start), to.min(end)).seconds()).sum::<u64>();
            }
            let Ok(next) = at.tomorrow() else { break };
            at = next;
        }
        Duration::from_seconds(counted)
    }

    /// The moment of a local time; in the hour that is left out, the moment as far behind its begin.
    fn moment(&self, day: Date, minute: u16) -> Option<Timestamp> {
        let (day, minute) = if minute >= DAY { (day.tomorrow().ok()?, 0) } else { (day, minute) };
        let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
        self.zone.to_timestamp(day.at(hour, minute, 0, 0)).ok()
    }
}

fn seconds(start: Timestamp, end: Timestamp) -> Duration {
    Duration::from_seconds(u64::try_from(end.duration_since(start).as_secs()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn stretch(from: &str, to: &str) -> Stretch {
        Stretch::parse(from, to).unwrap()
    }

    fn oslo(days: &[Weekday], from: &str, to: &str, off: &[&str]) -> Hours {
        let zone = TimeZone::get("Europe/Oslo").unwrap();
        let off = off.iter().map(|day| super::super::date::parse_date(day).unwrap());
        Hours::weekly(zone, days.iter().map(|day| (*day, stretch(from, to))), off)
    }

    const WORK: [Weekday; 5] =
        [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
    const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    fn told(hours: &Hours, start: &str, end: &str) -> String {
        hours.between(at(start), at(end)).to_string()
    }

    #[test]
    fn times_of_the_day_are_strict() {
        assert_eq!(stretch("08:00", "24:00"), Stretch { from: 480, to: 1440 });
        for (from, to) in
            [("8:00", "17:00"), ("08:00", "24:01"), ("08:60", "17:00"), ("17:00", "17:00"), ("17:00", "08:00")]
        {
            assert_eq!(Stretch::parse(from, to), None, "{from} to {to}");
        }
        assert!(Stretch::parse("", "12:00").is_none() && Stretch::parse("08:00", "+9:00").is_none());
    }

    #[test]
    fn only_what_lies_in_the_hours_counts() {
        let work = oslo(&WORK, "08:00", "17:00", &["2026-11-18"]);
        for (start, end, counted) in [
            ("2026-11-16T09:00:00+01:00", "2026-11-16T10:30:00+01:00", "1h 30m"),
            ("2026-11-16T06:00:00+01:00", "2026-11-16T08:00:01+01:00", "1s"),
            ("2026-11-16T16:00:00+01:00", "2026-11-17T09:00:00+01:00", "2h"),
            ("2026-11-20T16:00:00+01:00", "2026-11-23T09:00:00+01:00", "2h"),
            ("2026-11-17T16:00:00+01:00", "2026-11-19T09:00:00+01:00", "2h"),
            ("2026-11-16T10:00:00+01:00", "2026-11-16T10:00:00+01:00", "0s"),
            ("2026-11-16T10:00:00+01:00", "2026-11-16T09:00:00+01:00", "0s"),
            ("2026-11-16T23:30:00Z", "2026-11-17T07:30:00Z", "30m"),
        ] {
            assert_eq!(told(&work, start, end), counted, "{start} to {end}");
        }
    }

    #[test]
    fn every_moment_counts_where_hours_are_always() {
        assert_eq!(told(&Hours::always(), "2026-03-28T12:00:00Z", "2026-03-30T13:00:05Z"), "2d 1h 5s");
        assert_eq!(told(&Hours::always(), "2026-03-28T12:00:00Z", "2026-03-28T11:00:00Z"), "0s");
    }

    #[test]
    fn days_on_which_clocks_are_set_are_as_long_as_they_are() {
        let whole = oslo(&ALL, "00:00", "24:00", &[]);
        let day = |date: &str, next: &str, from: &str, to: &str| {
            told(&whole, &format!("{date}T00:00:00{from}"), &format!("{next}T00:00:00{to}"))
        };
        assert_eq!(day("2026-03-29", "2026-03-30", "+01:00", "+02:00"), "23h");
        assert_eq!(day("2026-10-25", "2026-10-26", "+02:00", "+01:00"), "1d 1h");
        let night = oslo(&ALL, "01:00", "04:00", &[]);
        assert_eq!(told(&night, "2026-03-28T23:00:00Z", "2026-03-29T12:00:00Z"), "2h");
    }

    #[test]
    fn stretches_that_overlap_count_once() {
        let zone = TimeZone::get("Europe/Oslo").unwrap();
        let parts = [("08:00", "12:00"), ("11:00", "13:00"), ("13:00", "14:00"), ("20:00", "21:00")];
        let hours = Hours::weekly(zone, parts.map(|(from, to)| (Weekday::Monday, stretch(from, to))), []);
        assert_eq!(told(&hours, "2026-11-16T00:00:00Z", "2026-11-17T00:00:00Z"), "7h");
    }
}
