//! Maintenance windows: times in which services may be interrupted for work (8.3.3, 8.5.1.3).

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;

use super::calendar::Day;
use super::change::Window;
use super::view::{At, ReadNode, Ref};
use super::words::{CustomerKind, SupplierKind};
use crate::base::duration::Duration;
use crate::base::hours::{Stretch, by_clock};
use crate::base::intervals::{Bounds, Intervals};
use crate::base::recurrence::{Recurrence, parse_local};

words! {
    /// Status of a maintenance window.
    WindowStatus {
        /// Being written.
        Draft = "draft",
        /// In use.
        Active = "active",
        /// No longer used.
        Retired = "retired",
    }
}

kinds! {
    /// What a window is about.
    Maintained = ["service", "ci", "supplier", "contract"];
}

view! {
    /// A maintenance window.
    MaintenanceWindow<'a> of "maintenance_window" at "" {
        /// Status.
        status: Option<WindowStatus>,
        /// Its time zone.
        zone: Option<&'a str>,
        /// Hours of days of the week.
        recurs: Vec<Recurs<'a>>,
        /// Times that come again by a rule.
        rules: Vec<RecurringTime<'a>>,
        /// Single windows.
        dated: Vec<Window<'a>>,
        /// First day on which it is used.
        valid_from: Option<Date>,
        /// Last day on which it is used.
        valid_to: Option<Date>,
        /// What may be interrupted in it.
        applies_to: Vec<Ref<'a, Maintained>>,
        /// Longest interruption that one use may cause.
        longest: Option<Duration>,
        /// Customers that have agreed to it.
        agreed_with: Vec<Ref<'a, CustomerKind>>,
        /// Whose it is, when it is not ours.
        supplier: Option<Ref<'a, SupplierKind>>,
    }
}

view! {
    /// Hours of some days of the week.
    Recurs<'a> of "maintenance_window" at "/recurs/*" {
        /// The weekdays.
        days: Vec<Day>,
        /// First minute.
        from: Option<&'a str>,
        /// First minute after it.
        to: Option<&'a str>,
        /// Which of these days in the month; every one when left out.
        weeks: Vec<i64>,
        /// The months; every one when left out.
        months: Vec<i64>,
    }
}

view! {
    /// Times that come again by a rule.
    RecurringTime<'a> of "maintenance_window" at "/rules/*" {
        /// The first one, by the clock on the wall.
        starts: Option<LocalTime>,
        /// How long each of them is.
        lasts: Option<Duration>,
        /// On which days they begin.
        rrule: Option<Recurrence>,
        /// Days on which none begins.
        except: Vec<Date>,
    }
}

/// A day and time by the clock on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime(pub DateTime);

impl<'a> ReadNode<'a> for LocalTime {
    fn read_node(at: At<'a>) -> Option<Self> {
        parse_local(at.node.as_str()?).ok().map(Self)
    }
}

impl<'a> ReadNode<'a> for Recurrence {
    fn read_node(at: At<'a>) -> Option<Self> {
        Self::parse(at.node.as_str()?).ok()
    }
}

/// A row of hours, read once for all days.
struct Row {
    stretch: [Stretch; 1],
    days: Vec<Weekday>,
    weeks: Vec<i64>,
    months: Vec<i64>,
}

impl Row {
    fn new(row: Recurs<'_>) -> Option<Self> {
        let stretch = [Stretch::parse(row.from()?, row.to()?)?];
        let days = row.days().into_iter().map(Weekday::from).collect();
        Some(Self { stretch, days, weeks: row.weeks(), months: row.months() })
    }

    /// Its hours on `day`.
    fn on(&self, day: Date) -> &[Stretch] {
        let (nth, last) = (i64::from((day.day() + 6) / 7), day.day() > day.days_in_month() - 7);
        let holds = self.days.contains(&day.weekday())
            && (self.weeks.is_empty() || self.weeks.contains(&nth) || (last && self.weeks.contains(&-1)))
            && (self.months.is_empty() || self.months.contains(&i64::from(day.month())));
        if holds { &self.stretch } else { &[] }
    }
}

impl RecurringTime<'_> {
    /// Its times that touch `within`.
    fn times(self, zone: &TimeZone, within: Bounds) -> Vec<Bounds> {
        let (Some(LocalTime(first)), Some(lasts), Some(rule)) = (self.starts(), self.lasts(), self.rrule()) else {
            return Vec::new();
        };
        let long = jiff::SignedDuration::from_secs(i64::try_from(lasts.seconds()).unwrap_or(i64::MAX));
        let from = within.0.saturating_sub(long).unwrap_or(Timestamp::MIN);
        let except = self.except();
        let starts = rule.starts(first, zone, (from, within.1)).into_iter();
        let kept = starts.filter(|(day, _)| !except.contains(day));
        kept.map(|(_, start)| (start, start.saturating_add(long).unwrap_or(Timestamp::MAX))).collect()
    }
}

/// How far around a stretch of time is looked at first, to tell the whole of what only reaches into it, in days.
const AROUND: i64 = 8;
/// How far at most.
const FARTHEST: i64 = 2048;

impl MaintenanceWindow<'_> {
    /// Whether it is in use.
    #[must_use]
    pub fn is_active(self) -> bool {
        self.status() == Some(WindowStatus::Active)
    }

    /// The moments from `start` until `end` that lie in it; rows that cannot be read have none, and a window without a
    /// zone has no more than its single times.
    #[must_use]
    pub fn times(self, (start, end): Bounds) -> Intervals {
        let dated: Intervals = self.dated().into_iter().filter_map(Window::bounds).collect();
        let Some(zone) = self.zone().and_then(|name| TimeZone::get(name).ok()) else { return dated.within(start, end) };
        let midnight = |day: Date| day.to_zoned(zone.clone()).ok().map(|at| at.timestamp());
        let from = self.valid_from().and_then(midnight).unwrap_or(start).max(start);
        let to = self.valid_to().and_then(|day| midnight(day.tomorrow().ok()?)).unwrap_or(end).min(end);
        let mut all = dated.within(from, to);
        for row in self.recurs().into_iter().filter_map(Row::new) {
            all = all.union(&by_clock(&zone, (from, to), |day| row.on(day)));
        }
        let ruled: Intervals = self.rules().into_iter().flat_map(|row| row.times(&zone, (from, to))).collect();
        all.union(&ruled.within(from, to))
    }

    /// Its single times that touch `within`, whole and in the order of time; those without a gap are one. What goes on for
    /// longer than five years, such as a window at all hours, is told year by year.
    #[must_use]
    pub fn occurrences(self, (start, end): Bounds) -> Vec<Bounds> {
        let mut around = AROUND;
        loop {
            let far = jiff::SignedDuration::from_hours(around * 24);
            let from = start.saturating_sub(far).unwrap_or(Timestamp::MIN);
            let to = end.saturating_add(far).unwrap_or(Timestamp::MAX);
            let mut found: Vec<Bounds> =
                self.times((from, to)).iter().filter(|(first, last)| *last > start && *first < end).collect();
            let is_cut = |(first, last): &Bounds| *first <= from || *last >= to;
            if !found.iter().any(is_cut) {
                return found;
            }
            if around >= FARTHEST {
                for (first, last) in found.iter_mut().filter(|it| is_cut(it)) {
                    *first = (*first).max(self.new_year(start, 0));
                    *last = (*last).min(self.new_year(end, 1));
                }
                return found;
            }
            around *= 4;
        }
    }

    /// The first moment of the year in which `at` lies by the clock of the window, or of one so many years later.
    fn new_year(self, at: Timestamp, later: i16) -> Timestamp {
        let zone = self.zone().and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
        let year = zone.to_datetime(at).year().saturating_add(later);
        let first = Date::new(year, 1, 1).ok().and_then(|day| day.to_zoned(zone).ok());
        first.map_or(at, |first| first.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::with;

    fn bounds(start: &str, end: &str) -> Bounds {
        (start.parse().unwrap(), end.parse().unwrap())
    }

    /// The single times of a window in Oslo, each as its start and how long it is.
    fn told(rows: &str, within: (&str, &str)) -> Vec<String> {
        let text = format!("kind: maintenance_window\nid: mw\nstatus: active\nzone: Europe/Oslo\n{rows}\n");
        with(&[("sms/maintenance_window/mw.yaml", &text)], |sms| {
            assert_eq!(sms.findings.iter().filter(|it| it.pointer.starts_with("/r")).count(), 0, "{:?}", sms.findings);
            let window = sms.all::<MaintenanceWindow<'_>>().next().unwrap();
            let zone = TimeZone::get("Europe/Oslo").unwrap();
            let one = |(start, end): Bounds| {
                let local = zone.to_datetime(start);
                format!("{} {}", local.strftime("%F %R"), Intervals::one(start, end).total())
            };
            window.occurrences(bounds(within.0, within.1)).into_iter().map(one).collect()
        })
    }

    const NOVEMBER: (&str, &str) = ("2026-11-01T00:00:00+01:00", "2026-12-01T00:00:00+01:00");

    #[test]
    fn long_windows_are_told_whole_from_whichever_day_they_are_seen() {
        let seen = |rows: &str, day: &str| {
            let (from, to) = (format!("{day}T00:00:00+01:00"), format!("{day}T23:00:00+01:00"));
            told(rows, (&from, &to))
        };
        for (rows, whole) in [
            ("dated: [{start: 2026-11-01T22:00:00+01:00, end: 2026-12-20T22:00:00+01:00}]", "2026-11-01 22:00 7w"),
            ("rules: [{starts: '2026-11-01T22:00', lasts: 30d, rrule: 'FREQ=YEARLY'}]", "2026-11-01 22:00 30d"),
            (
                "recurs: [{days: [mon, tue, wed, thu, fri, sat, sun], from: '00:00', to: '24:00', months: [11]}]",
                "2026-11-01 00:00 30d",
            ),
        ] {
            let days = ["2026-11-03", "2026-11-15", "2026-11-16", "2026-11-28"].map(|day| seen(rows, day));
            let one = &days[0];
            assert_eq!(one.len(), 1, "{rows}");
            assert!(days.iter().all(|day| day == one), "{rows}: {days:?}");
            assert_eq!(one[0].split(' ').take(2).collect::<Vec<_>>(), whole.split(' ').take(2).collect::<Vec<_>>());
        }
        let always = "recurs: [{days: [mon, tue, wed, thu, fri, sat, sun], from: '00:00', to: '24:00'}]";
        assert_eq!(seen(always, "2026-11-03"), seen(always, "2026-11-04"), "without end");
        assert_eq!(seen(always, "2026-11-03"), ["2026-01-01 00:00 365d"]);
    }

    #[test]
    fn rows_for_two_sides_of_midnight_are_one_window() {
        let rows = "recurs: [{days: [sat], from: '23:00', to: '24:00'}, {days: [sun], from: '00:00', to: '04:00'}]";
        let nights = ["2026-10-31 23:00 5h", "2026-11-07 23:00 5h", "2026-11-14 23:00 5h", "2026-11-21 23:00 5h"];
        assert_eq!(told(rows, NOVEMBER), [&nights[..], &["2026-11-28 23:00 5h"]].concat());
    }

    #[test]
    fn weeks_are_counted_from_both_ends_of_the_month() {
        let row = |weeks: &str| format!("recurs: [{{days: [mon], from: '08:00', to: '09:00', {weeks}}}]");
        assert_eq!(told(&row("weeks: [1]"), NOVEMBER), ["2026-11-02 08:00 1h"]);
        assert_eq!(told(&row("weeks: [-1]"), NOVEMBER), ["2026-11-30 08:00 1h"]);
        assert_eq!(told(&row("weeks: [2, 5]"), NOVEMBER), ["2026-11-09 08:00 1h", "2026-11-30 08:00 1h"]);
        assert!(told(&row("months: [10, 12]"), NOVEMBER).is_empty());
    }

    #[test]
    fn rules_give_what_weekdays_cannot_say() {
        let rows =
            "rules: [{starts: 2026-01-04T22:00, lasts: 4h, rrule: 'FREQ=MONTHLY;BYDAY=1SU', except: [2026-10-04]}]";
        let autumn = ("2026-09-01T00:00:00Z", "2026-12-01T00:00:00Z");
        assert_eq!(told(rows, autumn), ["2026-09-06 22:00 4h", "2026-11-01 22:00 4h"]);
        let fortnight = "rules: [{starts: 2026-11-03T05:00, lasts: 30m, rrule: 'FREQ=WEEKLY;INTERVAL=2'}]";
        assert_eq!(told(fortnight, NOVEMBER), ["2026-11-03 05:00 30m", "2026-11-17 05:00 30m"]);
    }

    #[test]
    fn what_begins_before_the_stretch_and_reaches_into_it_is_told_whole() {
        let rows = "rules: [{starts: 2026-10-30T22:00, lasts: 3d, rrule: 'FREQ=YEARLY'}]";
        assert_eq!(told(rows, NOVEMBER), ["2026-10-30 22:00 3d"]);
        let within = bounds(NOVEMBER.0, NOVEMBER.1);
        let text = format!("kind: maintenance_window\nid: mw\nzone: Europe/Oslo\n{rows}\n");
        let cut =
            with(&[("sms/x/mw.yaml", &text)], |sms| sms.all::<MaintenanceWindow<'_>>().next().unwrap().times(within));
        assert_eq!(cut.bounds(), Some(bounds("2026-11-01T00:00:00+01:00", "2026-11-02T22:00:00+01:00")));
    }

    #[test]
    fn single_times_stand_beside_those_that_come_again_and_all_only_while_the_window_is_used() {
        let rows = "recurs: [{days: [mon], from: '08:00', to: '09:00'}]\nvalid_from: 2026-11-09\nvalid_to: 2026-11-16\n\
                    dated: [{start: 2026-11-12T10:00:00+01:00, end: 2026-11-12T11:00:00+01:00}, \
                    {start: 2026-11-16T23:30:00+01:00, end: 2026-11-17T01:00:00+01:00}, \
                    {start: 2026-12-12T10:00:00+01:00, end: 2026-12-12T11:00:00+01:00}]";
        let expected = ["2026-11-09 08:00 1h", "2026-11-12 10:00 1h", "2026-11-16 08:00 1h", "2026-11-16 23:30 30m"];
        assert_eq!(told(rows, NOVEMBER), expected);
    }

    #[test]
    fn what_cannot_be_read_is_no_time() {
        let text = "kind: maintenance_window\nid: mw\nstatus: active\nzone: Europe/Nowhere\n\
                    recurs: [{days: [mon], from: '08:00', to: '09:00'}]\nrules: [{starts: 2026-11-02, lasts: 4h, rrule: x}]\n\
                    dated: [{start: 2026-11-12T10:00:00+01:00, end: 2026-11-12T11:00:00+01:00}]\n";
        for (text, hours) in [(text.to_owned(), 1), (text.replace("Nowhere", "Oslo").replace("'08:00'", "'8'"), 1)] {
            let all = with(&[("sms/x/mw.yaml", &text)], |sms| {
                sms.all::<MaintenanceWindow<'_>>().next().unwrap().times(bounds(NOVEMBER.0, NOVEMBER.1))
            });
            assert_eq!(all.total().seconds(), hours * 3600, "{text}");
        }
    }

    #[test]
    fn a_rule_that_cannot_be_read_is_a_finding_at_its_place() {
        let text = "kind: maintenance_window\nid: mw\ntitle: x\nstatus: active\nowner: o\nzone: Europe/Oslo\n\
                    rules: [{starts: 2026-11-02T22:00Z, lasts: 4h, rrule: 'FREQ=HOURLY'}, {starts: 2026-11-02T22:00, lasts: 4h, rrule: 'FREQ=DAILY', except: [2026-11-31]}]\n";
        with(&[("sms/maintenance_window/mw.yaml", text)], |sms| {
            let found: Vec<_> = sms
                .findings
                .iter()
                .filter(|finding| finding.pointer.starts_with("/rules"))
                .map(|finding| (finding.pointer.as_str(), finding.rule, sms.snapshot.sources.slice(finding.primary)))
                .collect();
            let code = "value-format";
            assert_eq!(
                found,
                [
                    ("/rules/0/starts", code, "2026-11-02T22:00Z"),
                    ("/rules/0/rrule", code, "'FREQ=HOURLY'"),
                    ("/rules/1/except/0", code, "2026-11-31"),
                ]
            );
        });
    }
}
