//! How long something takes at most in one sort of hours that is promised in another (8.3.4).

use jiff::Timestamp;

use super::clocks::Clocks;
use crate::base::duration::Duration;
use crate::base::hours::Hours;
use crate::base::intervals::Intervals;

/// The most time of `ours` that may go by while `taken` of `theirs` does, wherever it begins in the year of the instant.
/// None when `theirs` has not that much time.
#[must_use]
pub fn at_most(clocks: &Clocks<'_>, ours: &Hours, theirs: &Hours, taken: Duration) -> Option<Duration> {
    // What begins late in the year ends in the next one.
    let (start, end) = clocks.two_years();
    let (ours, theirs) = (Running::new(&ours.during(start, end)), Running::new(&theirs.during(start, end)));
    let taken = i64::try_from(taken.seconds()).ok()?;
    if taken == 0 {
        return Some(Duration::from_seconds(0));
    }
    // Between two of these moments what goes by grows or shrinks evenly, so the most is at one of them.
    let edges = ours.edges().chain(theirs.edges());
    let before = ours.edges().chain(theirs.edges()).filter_map(|at| theirs.back(at, taken));
    let half = i64::midpoint(start.as_second(), end.as_second());
    let begins = std::iter::once(start.as_second()).chain(edges).chain(before).filter(|at| *at < half);
    let most = begins.filter_map(|at| Some(ours.until(theirs.ahead(at, taken)?) - ours.until(at))).max()?;
    u64::try_from(most).ok().map(Duration::from_seconds)
}

/// Hours with how much of them has gone by at the begin of each stretch; in seconds.
struct Running {
    stretches: Vec<(i64, i64, i64)>,
}

impl Running {
    fn new(intervals: &Intervals) -> Self {
        let second = |at: Timestamp| at.as_second();
        let mut gone = 0;
        let stretches = intervals.iter().map(|(start, end)| {
            let before = gone;
            gone += second(end) - second(start);
            (second(start), second(end), before)
        });
        Self { stretches: stretches.collect() }
    }

    fn edges(&self) -> impl Iterator<Item = i64> {
        self.stretches.iter().flat_map(|(start, end, _)| [*start, *end])
    }

    /// How much has gone by until `at`.
    fn until(&self, at: i64) -> i64 {
        let next = self.stretches.partition_point(|(start, _, _)| *start <= at);
        next.checked_sub(1).map_or(0, |last| {
            let (start, end, gone) = self.stretches[last];
            gone + at.min(end) - start
        })
    }

    /// The moment by which `taken` has gone by since `from`, or since right behind it: who begins inside a stretch and needs
    /// the whole rest of one has to wait for the next.
    fn ahead(&self, from: i64, taken: i64) -> Option<i64> {
        let goal = self.until(from) + taken;
        let next = self.stretches.partition_point(|(start, _, _)| *start <= from);
        let inside = next.checked_sub(1).is_some_and(|last| from < self.stretches[last].1);
        let is_before = |gone: i64| gone < goal || (inside && gone == goal);
        let at = self.stretches.partition_point(|(start, end, gone)| is_before(gone + end - start));
        let (start, _, gone) = self.stretches.get(at)?;
        Some((start + goal - gone).max(from))
    }

    /// The last moment from which `taken` goes by until `to`.
    fn back(&self, to: i64, taken: i64) -> Option<i64> {
        let goal = self.until(to).checked_sub(taken).filter(|goal| *goal >= 0)?;
        let at = self.stretches.partition_point(|(_, _, gone)| *gone <= goal);
        let (start, end, gone) = self.stretches.get(at.checked_sub(1)?)?;
        Some((start + goal - gone).min(*end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    const CALENDARS: &str = "
        == calendar always
        zone: UTC
        always: true
        == calendar office
        zone: UTC
        weekly: [{days: [mon, tue, wed, thu, fri], from: '08:00', to: '16:00'}]
        == calendar late
        zone: UTC
        weekly: [{days: [mon, tue, wed, thu, fri], from: '12:00', to: '20:00'}]
        == calendar once
        zone: UTC
        weekly: [{days: [sat], from: '10:00', to: '11:00'}]";

    fn with<T>(then: impl FnOnce(&Clocks<'_>, &dyn Fn(&str) -> Hours) -> T) -> T {
        records(CALENDARS, |sms| {
            let hours = |id: &str| {
                let calendar: crate::model::calendar::Calendar<'_> = sms.view(sms.find(id).unwrap()).unwrap();
                calendar.hours().unwrap()
            };
            then(&Clocks::new(sms), &hours)
        })
    }

    fn told(ours: &str, theirs: &str, taken: &str) -> String {
        with(|clocks, hours| {
            let most = at_most(clocks, &hours(ours), &hours(theirs), Duration::parse(taken).unwrap());
            most.map_or("never".to_owned(), |most| most.to_string())
        })
    }

    #[test]
    fn the_same_hours_take_as_long_as_they_say() {
        for calendar in ["always", "office", "late"] {
            assert_eq!(told(calendar, calendar, "3h"), "3h");
        }
    }

    #[test]
    fn nights_and_weekends_count_for_those_who_never_close() {
        assert_eq!(told("always", "office", "1h"), "2d 17h", "from Friday at four until Monday at nine");
        assert_eq!(told("office", "always", "1h"), "1h", "their hour may fall where ours run");
        assert_eq!(told("always", "once", "2h"), "14d", "from the end of one Saturday hour to that of the second next");
    }

    #[test]
    fn hours_that_overlap_in_part_add_what_lies_outside() {
        assert_eq!(told("office", "late", "1h"), "5h", "four morning hours and theirs");
        assert_eq!(told("late", "office", "1h"), "5h", "four evening hours and theirs");
    }

    #[test]
    fn what_never_comes_to_that_much_has_no_end() {
        assert_eq!(told("always", "once", "200h"), "never");
        assert_eq!(told("always", "always", "0s"), "0s");
    }

    /// Every tenth minute of a month as the begin, in place of the few moments that are looked at.
    #[test]
    fn trying_every_begin_finds_nothing_worse() {
        with(|clocks, hours| {
            let (start, end) = clocks.two_years();
            for (ours, theirs, taken) in [
                ("office", "late", 90),
                ("late", "office", 700),
                ("always", "office", 30),
                ("office", "once", 61),
                ("late", "once", 45),
            ] {
                let our = Running::new(&hours(ours).during(start, end));
                let their = Running::new(&hours(theirs).during(start, end));
                let tries = (0..31 * 24 * 6).map(|at| start.as_second() + at * 600);
                let most = tries.filter_map(|at| Some(our.until(their.ahead(at, taken * 60)?) - our.until(at))).max();
                let quick = at_most(
                    clocks,
                    &hours(ours),
                    &hours(theirs),
                    Duration::from_seconds(u64::try_from(taken * 60).unwrap()),
                );
                let ahead = i64::try_from(quick.unwrap().seconds()).unwrap() - most.unwrap();
                assert!((0..=600).contains(&ahead), "{ours} over {theirs}: {quick:?} against {most:?}");
            }
        });
    }
}
