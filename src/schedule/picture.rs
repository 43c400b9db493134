//! A schedule as a picture: a lane for each service, time from left to right, freezes as hatched bands behind all lanes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Ground, Happening, Schedule, Sort};
use crate::base::intervals::Bounds;
use crate::base::svg::{Svg, fitted};

/// Width of the names at the left.
const NAMES: i64 = 190;
/// Width of the time.
const TIME: i64 = 960;
/// Height of a lane.
const LANE: i64 = 30;
/// Where the lanes begin.
const TOP: i64 = 96;
/// Height of a line of the legend.
const LINE: i64 = 20;
/// Lanes drawn; the rest is counted.
const MOST: usize = 60;

/// Where things stand in the picture.
struct Frame<'z> {
    bounds: Bounds,
    zone: &'z TimeZone,
    lanes: i64,
}

impl Frame<'_> {
    /// The column of a moment, within the picture.
    fn x(&self, at: jiff::Timestamp) -> i64 {
        let (start, end) = self.bounds;
        let long = end.duration_since(start).as_secs().max(1);
        let passed = at.clamp(start, end).duration_since(start).as_secs();
        NAMES + TIME * passed / long
    }

    /// The first column of a stretch and its width; at least wide enough to be seen.
    fn span(&self, (start, end): Bounds, least: i64) -> (i64, i64) {
        let (from, to) = (self.x(start), self.x(end));
        (from.min(NAMES + TIME - least), (to - from).max(least))
    }

    const fn bottom(&self) -> i64 {
        TOP + self.lanes * LANE
    }

    /// The first moment of a day in the zone of the picture.
    fn midnight(&self, day: Date) -> Option<jiff::Timestamp> {
        day.to_zoned(self.zone.clone()).ok().map(|at| at.timestamp())
    }
}

/// A lane: its id, its title, and what stands in it by its place among the happenings.
struct Lane<'c> {
    id: &'c str,
    title: &'c str,
    holds: Vec<usize>,
}

/// The schedule drawn in local time of `zone`. Changes bear numbers, which the legend below explains.
#[must_use]
pub fn picture(ground: Ground<'_>, schedule: &Schedule<'_>, zone: &TimeZone) -> String {
    let mut lanes = lanes(ground, schedule);
    let hidden = lanes.len().saturating_sub(MOST);
    lanes.truncate(MOST);
    let frame = Frame { bounds: schedule.bounds, zone, lanes: i64::try_from(lanes.len()).unwrap_or(0).max(1) };
    let numbers = numbers(schedule);
    let legend = legend(schedule, &numbers, zone, hidden);
    let height = frame.bottom() + 24 + LINE * i64::try_from(legend.len()).unwrap_or(0);
    let (from, to) = (zone.to_datetime(schedule.bounds.0).date(), zone.to_datetime(schedule.bounds.1).date());
    let title = format!("Calendar of changes, freezes and maintenance, {from} to {}", to.yesterday().unwrap_or(to));
    let mut svg = Svg::new(NAMES + TIME + 16, height, &title, &description(schedule, lanes.len()));
    svg.within("defs", &[], "", |svg| {
        let size = [("id", "hatch"), ("width", "8"), ("height", "8"), ("patternUnits", "userSpaceOnUse")];
        svg.within("pattern", &size, "", |svg| svg.path("edge", "M-2 2L2 -2M0 8L8 0M6 10L10 6"));
    });
    svg.text("b", (12, 24), &title);
    svg.text("s", (12, 42), &format!("Times in {}. Hatched: a freeze. Numbers are told below.", zone_name(zone)));
    days(&mut svg, &frame);
    freezes(&mut svg, &frame, schedule);
    for (at, lane) in lanes.iter().enumerate() {
        let y = TOP + LANE * i64::try_from(at).unwrap_or(0);
        svg.line("line", (12, y + LANE), (NAMES + TIME, y + LANE));
        svg.within("g", &[], &format!("{} ({})", lane.title, lane.id), |svg| {
            svg.text("t", (12, y + 19), &fitted(lane.id, NAMES - 20));
        });
        for sort in [Sort::Maintenance, Sort::SupplierMaintenance, Sort::Outage, Sort::Change] {
            let held = lane.holds.iter().filter_map(|it| Some((*it, schedule.happenings.get(*it)?)));
            for (number, happening) in held.filter(|(_, it)| it.sort == sort) {
                marks(&mut svg, &frame, y, happening, numbers.get(&number).copied());
            }
        }
    }
    if lanes.is_empty() {
        let frozen = !schedule.happenings.is_empty();
        let words = if frozen { "Nothing but freezes in this time." } else { "Nothing happens in this time." };
        svg.text("s", (12, TOP + 19), words);
    }
    for (at, (class, line)) in legend.iter().enumerate() {
        svg.text(class, (12, frame.bottom() + 28 + LINE * i64::try_from(at).unwrap_or(0)), line);
    }
    svg.finish()
}

/// The name of a zone, or its way to say that it has none.
fn zone_name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("local time")
}

/// A lane for each service that something is about, and one for each item of what is about no service.
fn lanes<'c>(ground: Ground<'c>, schedule: &Schedule<'c>) -> Vec<Lane<'c>> {
    let mut holds: BTreeMap<(bool, &str), Vec<usize>> = BTreeMap::new();
    for (at, happening) in schedule.happenings.iter().enumerate().filter(|(_, it)| it.sort != Sort::Freeze) {
        let mut services = happening.services(ground.graph);
        if services.iter().any(|id| schedule.asked.contains(id)) {
            services.retain(|id| schedule.asked.contains(id));
        }
        let items = if services.is_empty() { happening.touches.iter().copied().collect() } else { Vec::new() };
        let alone = (services.is_empty() && items.is_empty()).then(|| happening.record.id.as_str());
        for id in services.iter().copied() {
            holds.entry((false, id)).or_default().push(at);
        }
        for id in items.into_iter().chain(alone) {
            holds.entry((true, id)).or_default().push(at);
        }
    }
    let title = |id: &str| ground.sms.find(id).map_or("", |ix| ground.sms.record(ix).title());
    holds.into_iter().map(|((_, id), holds)| Lane { id, title: title(id), holds }).collect()
}

/// The numbers of changes and announced outages, in the order of time.
fn numbers(schedule: &Schedule<'_>) -> BTreeMap<usize, usize> {
    let numbered = |it: &Happening<'_>| matches!(it.sort, Sort::Change | Sort::Outage);
    let mut order: Vec<usize> =
        (0..schedule.happenings.len()).filter(|at| numbered(&schedule.happenings[*at])).collect();
    order.sort_by_key(|at| {
        let happening = &schedule.happenings[*at];
        (happening.times.first().copied(), happening.record.id.as_str())
    });
    order.into_iter().enumerate().map(|(number, at)| (at, number + 1)).collect()
}

fn description(schedule: &Schedule<'_>, lanes: usize) -> String {
    let count =
        |sort: Sort| schedule.happenings.iter().filter(|it| it.sort == sort).map(|it| it.times.len()).sum::<usize>();
    let counts = Sort::ALL.map(|sort| format!("{} × {}", count(sort), sort.label()));
    format!(
        "{lanes} lanes. {}. {} times something gets in the way of something else.",
        counts.join(", "),
        schedule.clashes.len()
    )
}

/// Lines for days or weeks, with the months above.
fn days(svg: &mut Svg, frame: &Frame<'_>) {
    let (first, last) = (frame.zone.to_datetime(frame.bounds.0).date(), frame.zone.to_datetime(frame.bounds.1).date());
    let count = last.duration_since(first).as_hours() / 24 + 1;
    // Room for two figures each; beyond that only Mondays, beyond a year only the first of a month.
    let (every, weekly) = (count <= 45, count <= 400);
    let mut day = first;
    while day <= last {
        let monday = day.weekday() == jiff::civil::Weekday::Monday;
        let told = if every {
            true
        } else if weekly {
            monday
        } else {
            day.day() == 1
        };
        if let Some(at) = frame.midnight(day).filter(|at| *at >= frame.bounds.0 && *at <= frame.bounds.1) {
            let x = frame.x(at);
            if told {
                svg.line(if monday { "edge" } else { "line" }, (x, TOP - 12), (x, frame.bottom()));
            }
            if told && x < NAMES + TIME - 12 {
                let words = if weekly { day.strftime("%d").to_string() } else { day.strftime("%b").to_string() };
                svg.text("s", (x + 3, TOP - 6), &words);
            }
            if weekly && (day.day() == 1 || day == first) && x < NAMES + TIME - 60 {
                svg.text("t", (x + 3, TOP - 24), &month(day, count));
            }
        }
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    // A year that begins within a day has its month told all the same.
    if frame.midnight(first).is_none_or(|at| at < frame.bounds.0) && weekly && first.days_in_month() - first.day() > 7 {
        svg.text("t", (NAMES + 3, TOP - 24), &month(first, count));
    }
}

/// The month of a day, shorter where many days leave it less room.
fn month(day: Date, days: i64) -> String {
    day.strftime(if days > 180 { "%b %Y" } else { "%B %Y" }).to_string()
}

/// Freezes behind all lanes; those of a part are told apart by their words.
fn freezes(svg: &mut Svg, frame: &Frame<'_>, schedule: &Schedule<'_>) {
    for freeze in schedule.happenings.iter().filter(|it| it.sort == Sort::Freeze) {
        for time in &freeze.times {
            let (x, width) = frame.span(*time, 3);
            let about =
                if freeze.everything { "everything".to_owned() } else { format!("{} items", freeze.about.len()) };
            let tip = format!("{} ({}): freeze of {about}", freeze.record.title(), freeze.record.id);
            svg.within("g", &[], &tip, |svg| {
                let [left, top, wide, high] = [x, TOP, width, frame.bottom() - TOP].map(|it| it.to_string());
                let place = [("x", left.as_str()), ("y", &top), ("width", &wide), ("height", &high)];
                svg.shape("rect", &[&place[..], &[("fill", "url(#hatch)"), ("opacity", "0.45")]].concat());
                svg.line("edge", (x, TOP), (x, frame.bottom()));
                svg.line("edge", (x + width, TOP), (x + width, frame.bottom()));
                let words = fitted(&format!("freeze {}", freeze.record.id), (width - 8).max(0));
                if width > 60 {
                    let paper = 7 * i64::try_from(words.chars().count()).unwrap_or(0) + 10;
                    svg.rect("paper", (x + 2, TOP + 2), (paper.min(width - 4), 18));
                    svg.text("s", (x + 7, TOP + 15), &words);
                }
            });
        }
    }
}

/// The times of a happening in its lane: a low bar for a window, one with pointed ends for a supplier's, a high bar with its number for
/// a change.
fn marks(svg: &mut Svg, frame: &Frame<'_>, y: i64, happening: &Happening<'_>, number: Option<usize>) {
    let (class, top, high) = match happening.sort {
        Sort::Maintenance => ("ok", 16, 10),
        Sort::SupplierMaintenance => ("warn", 15, 12),
        Sort::Outage => ("warn", 5, 21),
        Sort::Change | Sort::Freeze => ("info", 5, 21),
    };
    for time in happening.times.iter().filter(|time| time.1 > frame.bounds.0 && time.0 < frame.bounds.1) {
        let local = |at: jiff::Timestamp| frame.zone.to_datetime(at).strftime("%a %F %R").to_string();
        let record = happening.record;
        let end = if happening.endless { "no end yet".to_owned() } else { format!("to {}", local(time.1)) };
        let tip = format!("{}, {} {}: {} {end}", record.title(), happening.sort.label(), record.id, local(time.0));
        let (x, width) = frame.span(*time, if number.is_some() { 18 } else { 5 });
        svg.within("g", &[], &tip, |svg| {
            if let Some(number) = number {
                svg.rect(class, (x, y + top), (width, high));
                svg.text("b mid", (x + width / 2, y + 20), &number.to_string());
            } else if happening.sort == Sort::SupplierMaintenance {
                let (middle, half) = (y + top + high / 2, high / 2);
                let right = x + width;
                svg.path(
                    class,
                    &format!(
                        "M{} {middle}L{x} {}H{right}L{} {middle}L{right} {}H{x}Z",
                        x - half,
                        middle - half,
                        right + half,
                        middle + half
                    ),
                );
            } else {
                svg.path(class, &format!("M{x} {}h{width}v{high}h-{width}z", y + top));
            }
        });
    }
}

/// What the marks mean, then the numbers, then what gets in the way; each with its class.
fn legend(
    schedule: &Schedule<'_>,
    numbers: &BTreeMap<usize, usize>,
    zone: &TimeZone,
    hidden: usize,
) -> Vec<(&'static str, String)> {
    let local = |at: jiff::Timestamp| zone.to_datetime(at).strftime("%a %F %R").to_string();
    let mut lines = vec![(
        "s",
        "High box with a number: a change or an announced outage. Low bar: a maintenance window. Bar with pointed ends: a supplier's window."
            .to_owned(),
    )];
    if hidden > 0 {
        lines.push(("s", format!("{hidden} more lanes are not drawn; ask for fewer with --for.")));
    }
    let mut order: Vec<(usize, usize)> = numbers.iter().map(|(at, number)| (*number, *at)).collect();
    order.sort_unstable();
    for (number, at) in order {
        let happening = &schedule.happenings[at];
        let Some((start, end)) = happening.times.first() else { continue };
        let (id, title) = (&happening.record.id, happening.record.title());
        let to = zone.to_datetime(*end).strftime("%R");
        let end = if happening.endless { "no end yet".to_owned() } else { format!("to {to}") };
        let words = format!("{number}  {} {end}  {id}: {title}", local(*start));
        lines.push(("t", fitted(&words, NAMES + TIME)));
    }
    let names: BTreeSet<&str> = schedule
        .happenings
        .iter()
        .filter(|it| !matches!(it.sort, Sort::Change | Sort::Outage))
        .map(|it| it.record.id.as_str())
        .collect();
    if !names.is_empty() {
        let names: Vec<&str> = names.into_iter().collect();
        lines.push(("s", fitted(&format!("Freezes and windows: {}", names.join(", ")), NAMES + TIME)));
    }
    if !schedule.clashes.is_empty() {
        lines.push(("b", "In the way of each other".to_owned()));
        for clash in &schedule.clashes {
            let from = clash.times.bounds().map(|(start, _)| local(start)).unwrap_or_default();
            lines.push(("t", fitted(&format!("{from}  {}", clash.sentence()), NAMES + TIME)));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::fixture::{ITEMS, schedule};
    use super::*;

    const TEXT: &str = "
            == change chg-a requested
            affects: [ci-app]
            planned: {start: 2026-12-10T20:00:00Z, end: 2026-12-10T22:00:00Z}
            == change chg-b requested
            affects: [ci-x]
            planned: {start: 2026-12-02T20:00:00Z, end: 2026-12-02T22:00:00Z}
            == maintenance_window mw-a active
            zone: Europe/Oslo
            applies_to: [ci-db]
            recurs: [{days: [wed], from: '21:00', to: '23:00'}]
            == freeze frz-a agreed
            window: {start: 2026-12-10T00:00:00Z, end: 2026-12-20T00:00:00Z}";

    fn drawn(text: &str) -> String {
        let zone = TimeZone::get("Europe/Oslo").unwrap();
        schedule(text, |ground, schedule| picture(ground, &schedule, &zone))
    }

    #[test]
    fn every_service_has_its_lane_and_every_time_its_mark_with_words() {
        let svg = drawn(&format!("{ITEMS}{TEXT}"));
        assert!(svg.contains("<title>The svc-a (svc-a)</title>") && svg.contains("<title>The ci-x (ci-x)</title>"));
        assert!(!svg.contains("svc-b"), "nothing is about it");
        assert_eq!(svg.matches("The mw-a, maintenance window mw-a: Wed 2026-12-").count(), 4);
        assert!(svg.contains("<title>The chg-a, change chg-a: Thu 2026-12-10 21:00 to Thu 2026-12-10 23:00</title>"));
        assert!(svg.contains("url(#hatch)") && svg.contains("The frz-a (frz-a): freeze of everything"));
    }

    #[test]
    fn numbers_follow_time_and_are_told_below() {
        let svg = drawn(&format!("{ITEMS}{TEXT}"));
        let first = svg.find(">1  Wed 2026-12-02 21:00 to 23:00  chg-b: The chg-b<").unwrap();
        let second = svg.find(">2  Thu 2026-12-10 21:00 to 23:00  chg-a: The chg-a<").unwrap();
        assert!(first < second);
        assert!(svg.contains("'chg-a' lies in the freeze"));
    }

    #[test]
    fn marks_stand_where_their_time_is() {
        let svg = drawn(&format!("{ITEMS}{TEXT}"));
        // 24 days are 960 pixels, so a day is 40 of them; the tenth begins 360 behind the names.
        let band = svg.split("url(#hatch)").next().unwrap().rsplit("<rect").next().unwrap();
        assert_eq!(band.trim(), format!("x=\"{}\" y=\"{TOP}\" width=\"400\" height=\"60\" fill=\"", NAMES + 360));
        let change = svg.split("change chg-a: ").nth(1).unwrap();
        assert!(change.contains(&format!("x=\"{}\"", NAMES + 360 + 33)), "{}", &change[..200]);
    }

    #[test]
    fn who_asks_for_one_service_gets_its_lane_alone() {
        let both = TEXT.replace("affects: [ci-x]", "affects: [ci-x, ci-y, ci-db]");
        let svg = schedule(&format!("{ITEMS}{both}"), |ground, schedule| {
            let ids = ["svc-b".to_owned()];
            let wanted = super::super::Wanted::new(ground, &ids).unwrap();
            picture(ground, &schedule.only(ground, &wanted), &TimeZone::UTC)
        });
        assert!(svg.contains("(svc-b)</title>") && !svg.contains("(svc-a)</title>"), "chg-b takes both down");
        assert!(svg.contains("Times in UTC."));
    }

    #[test]
    fn years_have_short_months_and_weeks_have_days() {
        let zone = TimeZone::UTC;
        let over = |from: &str, to: &str| {
            super::super::fixture::ground(&format!("{ITEMS}{TEXT}"), |ground| {
                let at = |day: &str| format!("{day}T00:00:00Z").parse().unwrap();
                picture(ground, &Schedule::new(ground, (at(from), at(to))), &zone)
            })
        };
        let year = over("2026-01-01", "2027-01-01");
        assert!(year.contains(">Jan 2026<") && year.contains(">Dec 2026<") && !year.contains(">December 2026<"));
        assert!(year.contains("2026-01-01 to 2026-12-31</title>"), "the last day is one that is shown");
        let week = over("2026-12-07", "2026-12-14");
        assert_eq!(week.matches("December 2026<").count(), 1);
        assert!((7..14).all(|day| week.contains(&format!(">{day:02}</text>"))), "each day has its figure");
        let decade = over("2020-01-01", "2028-01-01");
        assert!(decade.contains(">Jan</text>") && !decade.contains(">05</text>"));
    }

    #[test]
    fn lanes_beyond_what_one_can_read_are_counted() {
        let mut text = ITEMS.to_owned();
        for number in 0..70 {
            write!(text, "\n            == service svc-n{number:02} live\n            relations: [ci-db]").unwrap();
        }
        let svg = drawn(&format!("{text}{TEXT}"));
        assert!(svg.contains("more lanes are not drawn; ask for fewer with --for."), "70 services on one database");
        assert_eq!(svg.matches("(svc-n").count(), 59, "the application's own service comes first");
    }

    #[test]
    fn a_time_in_which_nothing_happens_is_a_picture_that_says_so() {
        let svg = drawn("");
        assert!(svg.contains("Nothing happens in this time.") && svg.contains("0 × change"));
        let freeze = "
            == freeze frz-a agreed
            window: {start: 2026-12-02T00:00:00Z, end: 2026-12-03T00:00:00Z}";
        let svg = drawn(freeze);
        assert!(svg.contains("Nothing but freezes in this time.") && !svg.contains("Nothing happens"));
    }
}
