//! The hours in which promises run, and what a promise in one sort of hours is worth in another.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::base::duration::Duration;
use crate::base::exact::Exact;
use crate::base::hours::Hours;
use crate::base::intervals::Intervals;
use crate::base::period::{Length, Period};
use crate::model::calendar::Calendar;
use crate::model::sla::{Clock, Sla};
use crate::model::support::Support;
use crate::model::view::Ref;
use crate::model::words::CalendarKind;
use crate::model::{Ix, Sms};

/// Every calendar of the SMS, read once.
#[derive(Debug)]
pub struct Clocks<'s> {
    sms: &'s Sms<'s>,
    read: BTreeMap<Ix, Running>,
    always: Running,
    /// The calendar year in which the instant lies, in UTC: what means are taken over.
    year: (Timestamp, Timestamp),
}

/// The hours of a clock.
#[derive(Debug)]
pub struct Running {
    /// When it runs.
    pub hours: Hours,
    /// The moments of the year of the instant at which it runs.
    pub year: Intervals,
    zone: TimeZone,
}

impl<'s> Clocks<'s> {
    /// Reads all calendars.
    #[must_use]
    pub fn new(sms: &'s Sms<'s>) -> Self {
        let year = Period::of(sms.snapshot.as_of.day(), Length::Year);
        let (start, end) = year.and_then(|year| bounds(year, &TimeZone::UTC)).unwrap_or_else(|| (sms.now(), sms.now()));
        let running = |hours: Hours, zone| Running { year: hours.during(start, end), hours, zone };
        let read = sms.of_kind("calendar").filter_map(|(ix, _)| {
            let calendar = sms.view::<Calendar<'s>>(ix)?;
            let zone = calendar.zone().and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
            Some((ix, running(calendar.hours()?, zone)))
        });
        let always = running(Hours::always(), TimeZone::UTC);
        Self { sms, read: read.collect(), always, year: (start, end) }
    }

    fn running(&self, calendar: Option<Ref<'_, CalendarKind>>) -> Option<&Running> {
        self.read.get(&self.sms.find(calendar?.id)?)
    }

    /// The hours in which a clock of the SLA runs; none when its calendar is absent or cannot be read.
    #[must_use]
    pub fn of_sla(&self, sla: Sla<'s>, clock: Clock) -> Option<&Running> {
        match clock {
            Clock::Always => Some(&self.always),
            clock => self.running(sla.calendar(clock)),
        }
    }

    /// The hours in which a clock of a contract or OLA runs.
    #[must_use]
    pub fn of_support(&self, support: Support<'s>, clock: Clock) -> Option<&Running> {
        match clock {
            Clock::Always => Some(&self.always),
            clock => self.running(support.calendar(clock)),
        }
    }

    /// The first moment of a period of the SLA and the first one after it: midnights in the zone of its service hours.
    #[must_use]
    pub fn bounds(&self, sla: Sla<'s>, period: Period) -> Option<(Timestamp, Timestamp)> {
        let running = self.running(sla.calendar(Clock::ServiceHours));
        bounds(period, running.map_or(&TimeZone::UTC, |running| &running.zone))
    }

    /// The day of an instant in the zone of the service hours of the SLA.
    #[must_use]
    pub fn day(&self, sla: Sla<'s>, at: Timestamp) -> Date {
        let running = self.running(sla.calendar(Clock::ServiceHours));
        running.map_or(&TimeZone::UTC, |running| &running.zone).to_datetime(at).date()
    }

    /// That year and as much again.
    pub(super) fn two_years(&self) -> (Timestamp, Timestamp) {
        let (start, end) = self.year;
        let end = end.as_second().saturating_mul(2).saturating_sub(start.as_second());
        (start, Timestamp::from_second(end).unwrap_or(self.year.1))
    }
}

fn bounds(period: Period, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let midnight = |day: Date| zone.to_timestamp(day.at(0, 0, 0, 0)).ok();
    Some((midnight(period.first)?, midnight(period.last.tomorrow().ok()?)?))
}

/// The seconds of a mean window, given those of a year.
#[must_use]
pub fn mean(year: Duration, window: Length) -> Exact {
    let seconds = i64::try_from(year.seconds()).unwrap_or(i64::MAX);
    let windows = match window {
        Length::Week => Exact::from(52),
        Length::Month => Exact::from(12),
        Length::Quarter => Exact::from(4),
        Length::HalfYear => Exact::from(2),
        Length::Year => Exact::from(1),
    };
    Exact::from(seconds).over(&windows).unwrap_or_else(Exact::zero)
}

/// The least share of our hours in which something works that is promised for the share `promised` of its own window.
///
/// `window` is how long the promise's window is in its own hours; `covered` is how much of our hours in our window lies in
/// the hours of the promise, and `uncovered` how much does not. All lost time may fall into our hours, and outside of its
/// own hours nothing is promised at all. Lengths in any one unit. None when our window is empty.
#[must_use]
pub fn worst(promised: &Exact, window: &Exact, covered: &Exact, uncovered: &Exact) -> Option<Exact> {
    let one = Exact::from(1);
    let allowed = &(&one - promised) * window;
    let lost = &allowed.min(covered.clone()) + uncovered;
    Some(&one - &lost.over(&(covered + uncovered))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).unwrap()
    }

    fn told(promised: &str, window: &str, covered: &str, uncovered: &str) -> String {
        let worst = worst(&exact(promised), &exact(window), &exact(covered), &exact(uncovered)).unwrap();
        (&worst * &Exact::from(100)).text(2)
    }

    #[test]
    fn three_nines_of_a_month_are_worth_less_in_service_hours() {
        assert_eq!(told("0.999", "730", "220", "0"), "99.67", "0.73 h of 220");
        assert_eq!(told("0.999", "730", "730", "0"), "99.9");
    }

    #[test]
    fn what_a_year_allows_may_fall_into_one_month() {
        let allowed = &(&Exact::from(1) - &exact("0.999")) * &exact("8760");
        assert_eq!(allowed, exact("8.76"));
        assert_eq!(told("0.999", "8760", "730", "0"), "98.8");
        assert_eq!(told("0.5", "8760", "730", "0"), "0", "no more than all can be lost");
    }

    #[test]
    fn outside_of_its_hours_nothing_is_promised() {
        assert_eq!(told("1", "200", "200", "200"), "50");
        assert_eq!(told("0.99", "200", "200", "200"), "49.5");
        assert_eq!(worst(&exact("1"), &exact("1"), &exact("0"), &exact("0")), None, "no hours of ours, no share");
    }

    #[test]
    fn a_mean_month_is_a_twelfth_of_the_year() {
        let year = Duration::from_days(365);
        assert_eq!(mean(year, Length::Month), exact("2628000"), "730 hours");
        assert_eq!(mean(year, Length::Quarter), exact("7884000"));
        assert_eq!(mean(year, Length::Year), exact("31536000"));
    }
}
