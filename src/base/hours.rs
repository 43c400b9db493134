//! Hours that recur every week in one time zone, and how much of a stretch of time lies in them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use super::duration::Duration;
use super::intervals::{Bounds, Intervals};

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// The day from which seconds are counted.
const EPOCH: Date = jiff::civil::date(1970, 1, 1);

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

    /// The moments from `start` until `end` that count: those at which a clock on the wall in the zone shows a time in
    /// one of the stretches, on a day that is not off. What the clock shows twice counts twice, and what it leaves out
    /// does not.
    #[must_use]
    pub fn during(&self, start: Timestamp, end: Timestamp) -> Intervals {
        let Some(week) = &self.week else { return Intervals::one(start, end) };
        by_clock(&self.zone, (start, end), |day| {
            if self.off.contains(&day) {
                &[]
            } else {
                &week[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())]
            }
        })
    }

    /// How much of the time from `start` until `end` counts: the length of [`Hours::during`].
    #[must_use]
    pub fn between(&self, start: Timestamp, end: Timestamp) -> Duration {
        self.during(start, end).total()
    }
}

/// The moments in `within` at which a clock on the wall in `zone` shows a time in one of the stretches of its day.
///
/// Between two settings of the clock the local time runs evenly, so each such part is done by adding and taking away.
pub fn by_clock<'s>(zone: &TimeZone, within: Bounds, mut of_day: impl FnMut(Date) -> &'s [Stretch]) -> Intervals {
    let (mut from, end) = within;
    let mut found = Vec::new();
    let mut settings = zone.following(from);
    while from < end {
        let to = settings.next().map_or(end, |next| next.timestamp().min(end));
        let offset = zone.to_offset(from);
        let (mut day, last) = (offset.to_datetime(from).date(), offset.to_datetime(to).date());
        while day <= last {
            let midnight = day.duration_since(EPOCH).as_secs() - i64::from(offset.seconds());
            let moment = |minute: u16| {
                let second = midnight + i64::from(minute) * 60;
                Timestamp::from_second(second).unwrap_or(if second < 0 { Timestamp::MIN } else { Timestamp::MAX })
            };
            found.extend(of_day(day).iter().map(|it| (moment(it.from).max(from), moment(it.to).min(to))));
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        from = to;
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

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

    #[test]
    fn a_clock_that_is_set_shows_some_times_twice_and_some_never() {
        let night = |from, to| oslo(&ALL, from, to, &[]);
        let spring = |hours: &Hours| told(hours, "2026-03-28T23:00:00Z", "2026-03-29T12:00:00Z");
        let autumn = |hours: &Hours| told(hours, "2026-10-24T22:00:00Z", "2026-10-25T12:00:00Z");
        for (from, to, in_spring, in_autumn) in [
            ("02:00", "03:00", "0s", "2h"),
            ("02:30", "03:15", "15m", "1h 15m"),
            ("00:00", "02:30", "2h", "3h"),
            ("03:00", "04:00", "1h", "1h"),
        ] {
            let hours = night(from, to);
            assert_eq!((spring(&hours).as_str(), autumn(&hours).as_str()), (in_spring, in_autumn), "{from} to {to}");
        }
    }

    #[test]
    fn hours_that_go_on_over_midnight_are_one_stretch() {
        let all = oslo(&[Weekday::Saturday, Weekday::Sunday], "00:00", "24:00", &[]);
        let month = all.during(at("2026-11-01T00:00:00Z"), at("2026-12-01T00:00:00Z"));
        let weekend = (at("2026-11-06T23:00:00Z"), at("2026-11-08T23:00:00Z"));
        assert_eq!((month.len(), month.iter().nth(1)), (5, Some(weekend)));
        assert!(all.during(at("2026-11-06T00:00:00Z"), at("2026-11-05T00:00:00Z")).is_empty());
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_trouble() {
        let work = oslo(&WORK, "00:00", "24:00", &[]);
        let last =
            work.during(Timestamp::MAX.checked_sub(jiff::SignedDuration::from_hours(200)).unwrap(), Timestamp::MAX);
        assert!(!last.is_empty());
        let first =
            work.during(Timestamp::MIN, Timestamp::MIN.checked_add(jiff::SignedDuration::from_hours(200)).unwrap());
        assert!(!first.is_empty());
    }

    /// Zones that set their clocks in five ways: by an hour north and south, by half an hour, never, and around Ramadan.
    const ZONES: [&str; 5] =
        ["Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"];

    /// Whether the clock on the wall shows a time in the week, asked of the time zone for this one minute.
    fn shows(zone: &TimeZone, week: &[(Weekday, Stretch)], off: &[Date], moment: Timestamp) -> bool {
        let local = zone.to_datetime(moment);
        let minute = u16::try_from(local.hour()).unwrap() * 60 + u16::try_from(local.minute()).unwrap();
        let inside = |(day, it): &(Weekday, Stretch)| *day == local.weekday() && it.from <= minute && minute < it.to;
        !off.contains(&local.date()) && week.iter().any(inside)
    }

    fn later(start: Timestamp, minutes: usize) -> Timestamp {
        start.checked_add(jiff::SignedDuration::from_mins(i64::try_from(minutes).unwrap())).unwrap()
    }

    #[test]
    fn every_minute_of_a_year_is_judged_as_the_clock_on_the_wall_shows_it() {
        let week: Vec<_> = ALL.iter().zip(["00:00", "01:10", "02:00", "01:59", "02:15", "00:00", "01:30"]).collect();
        let week: Vec<_> = week.into_iter().map(|(day, from)| (*day, stretch(from, "02:45"))).collect();
        let days = WORK.iter().map(|day| (*day, stretch("08:00", "24:00")));
        let week: Vec<_> = week.into_iter().chain(days).collect();
        let off = ["2026-03-29", "2026-11-02", "2026-12-25"].map(|day| super::super::date::parse_date(day).unwrap());
        let start = at("2026-01-01T00:00:00Z");
        for name in ZONES {
            let zone = TimeZone::get(name).unwrap();
            let hours = Hours::weekly(zone.clone(), week.clone(), off);
            // sums[n] is how many of the first n minutes count.
            let mut sums = vec![0u64];
            let year = 365 * 1440;
            for minute in 0..year {
                sums.push(sums[minute] + u64::from(shows(&zone, &week, &off, later(start, minute))));
            }
            for (from, to) in (0..year).step_by(997).zip((0..year).rev().step_by(613)).chain([(0, year)]) {
                let expected = if from < to { sums[to] - sums[from] } else { 0 };
                let counted = hours.between(later(start, from), later(start, to));
                assert_eq!(counted.seconds(), expected * 60, "{name}, minutes {from} to {to}");
            }
            for minute in (0..year).step_by(61) {
                let hour = hours.during(later(start, minute), later(start, minute + 60));
                for (at, pair) in sums[minute..].windows(2).take(60).enumerate() {
                    assert_eq!(
                        hour.contains(later(start, minute + at)),
                        pair[0] < pair[1],
                        "{name}, minute {minute} + {at}"
                    );
                }
            }
        }
    }

    fn stretches() -> impl Strategy<Value = Vec<(Weekday, Stretch)>> {
        let stretch = (0..1440u16, 1..700u16).prop_map(|(from, long)| Stretch { from, to: (from + long).min(DAY) });
        vec(((0..7usize).prop_map(|day| ALL[day]), stretch), 0..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn any_week_is_judged_minute_by_minute_around_the_days_on_which_clocks_are_set(
            week in stretches(),
            zone in 0..5usize,
            around in 0..4usize,
            begin in 0..2880usize,
            long in 0..4320usize,
        ) {
            let day = ["2026-02-14", "2026-03-28", "2026-04-04", "2026-10-31"][around];
            let zone = TimeZone::get(ZONES[zone]).unwrap();
            let off = [super::super::date::parse_date(day).unwrap().tomorrow().unwrap()];
            let hours = Hours::weekly(zone.clone(), week.clone(), if long % 2 == 0 { &off[..0] } else { &off }.to_vec());
            let off = if long % 2 == 0 { &off[..0] } else { &off };
            let start = later(at(&format!("{day}T00:00:00Z")), begin);
            let during = hours.during(start, later(start, long));
            for minute in 0..4400 {
                let moment = later(start, minute);
                let expected = minute < long && shows(&zone, &week, off, moment);
                prop_assert_eq!(during.contains(moment), expected, "{}", moment);
            }
        }
    }
}
