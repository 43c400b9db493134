//! Samples that anybody can draw again: the seed follows from commit, kind and period, and everything from the seed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use crate::base::date::{When, parse_date};
use crate::base::hash::sha256;
use crate::base::period::{Length, Period};
use crate::model::{Ix, Record, Sms};
use crate::yaml::Node;

/// The days that a sample is about, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

impl Range {
    /// Reads `2026-01-01..2026-06-30`, or a period such as `2026` or `2026-Q3`.
    ///
    /// # Errors
    /// Says in words what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(period) = Period::parse(text) {
            return Ok(Self { first: period.first, last: period.last });
        }
        let Some((first, last)) = text.split_once("..") else {
            return Err(format!("'{text}' is no period; write 2026-01-01..2026-06-30, 2026 or 2026-Q3"));
        };
        let (first, last) = (parse_date(first)?, parse_date(last)?);
        if first > last { Err(format!("'{text}' ends before it begins")) } else { Ok(Self { first, last }) }
    }

    fn holds(self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

/// A sample of one kind, with everything that is needed to draw it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// The kind.
    pub kind: String,
    /// The period.
    pub period: String,
    /// How many records there are in the period.
    pub population: usize,
    /// How many are drawn.
    pub size: usize,
    /// How the size was chosen and what is always in.
    pub method: String,
    /// The seed.
    pub seed: String,
    /// The records that were drawn, by id.
    pub drawn: Vec<Drawn>,
}

/// A record that was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drawn {
    /// Its id.
    pub id: String,
    /// Why: `random`, `asked for`, or the group that must be in.
    pub why: String,
}

/// The seed of a sample: the hash of commit, kind and period, one a line.
#[must_use]
pub fn seed(commit: &str, kind: &str, range: Range) -> String {
    sha256(format!("{commit}\n{kind}\n{range}\n").as_bytes())
}

/// The records of a kind that belong to a period, by id: by the first past event that they tell; records that tell none
/// belong to every period.
#[must_use]
pub fn population(sms: &Sms<'_>, kind: &str, range: Range) -> Vec<Ix> {
    let within = |record: &Record<'_>| day(record).is_none_or(|day| range.holds(day));
    sms.of_kind(kind).filter(|(_, record)| within(record)).map(|(ix, _)| ix).collect()
}

/// The day of the first past event that a record tells, in the order of its fields.
#[must_use]
pub fn day(record: &Record<'_>) -> Option<Date> {
    let mut first = None;
    record.kind.shape.visit(&record.root, &mut |shape, node| {
        let when = node.as_str().filter(|_| shape.past).and_then(|text| When::parse(text).ok());
        first = first.or(when.map(When::day));
    });
    first
}

/// Draws a sample from the records of a kind in a period. `wanted` are always in; `size` is the number, by default five or
/// the square root of the population, whichever is more.
#[must_use]
pub fn draw(
    sms: &Sms<'_>,
    kind: &str,
    range: Range,
    seed: &str,
    wanted: &BTreeSet<String>,
    size: Option<usize>,
) -> Sample {
    let population = population(sms, kind, range);
    let count = population.len();
    let size = size.unwrap_or_else(|| 5.max(root(count))).min(count);
    // Everybody's place follows from the seed and the own id alone, so that a record more moves no other.
    let mut order: Vec<&Record<'_>> = population.iter().map(|ix| sms.record(*ix)).collect();
    order.sort_by_cached_key(|record| (sha256(format!("{seed}\n{}\n", record.id).as_bytes()), record.id.to_string()));
    let mut why: BTreeMap<String, String> = BTreeMap::new();
    for record in &order {
        if wanted.contains(record.id.as_str()) {
            why.insert(record.id.to_string(), "asked for".to_owned());
        } else if let Some(group) = always(record) {
            why.insert(record.id.to_string(), group.to_owned());
        }
    }
    let mut groups: BTreeMap<String, Vec<&Record<'_>>> = BTreeMap::new();
    for record in &order {
        for group in quotas(record) {
            groups.entry(group).or_default().push(record);
        }
    }
    for (group, members) in &groups {
        if !members.iter().any(|record| why.contains_key(record.id.as_str()))
            && let Some(first) = members.first()
        {
            why.insert(first.id.to_string(), group.clone());
        }
    }
    // However many must be in, a quarter comes by chance alone.
    let mut random = 0;
    for record in &order {
        if why.len() >= size && random >= size.div_ceil(4) {
            break;
        }
        if !why.contains_key(record.id.as_str()) {
            why.insert(record.id.to_string(), "random".to_owned());
            random += 1;
        }
    }
    Sample {
        kind: kind.to_owned(),
        period: range.to_string(),
        population: count,
        size: why.len(),
        method: "max(5, ⌈√N⌉); emergency, major, failed and security ones all in, and one at least of each service, quarter, site and owner; the rest, and a quarter of n at least, in the order of SHA-256(seed, id)".to_owned(),
        seed: seed.to_owned(),
        drawn: why.into_iter().map(|(id, why)| Drawn { id, why }).collect(),
    }
}

/// The least number whose square is at least `count`.
fn root(count: usize) -> usize {
    let floor = count.isqrt();
    if floor * floor < count { floor + 1 } else { floor }
}

/// The group for which a record is always in.
fn always(record: &Record<'_>) -> Option<&'static str> {
    let says = |field: &str, words: &[&str]| record.text(field).is_some_and(|text| words.contains(&text));
    let is = |field: &str| record.get(field).and_then(Node::as_bool) == Some(true);
    if says("category", &["emergency"]) {
        Some("emergency")
    } else if says("category", &["major"]) || is("major") {
        Some("major")
    } else if says("status", &["failed", "reversed"]) || says("outcome", &["failed", "reversed"]) {
        Some("failed")
    } else if is("security") {
        Some("security")
    } else {
        None
    }
}

/// The groups of which one at least must be in.
fn quotas(record: &Record<'_>) -> Vec<String> {
    let named =
        ["service", "site", "owner"].into_iter().filter_map(|field| Some(format!("{field} {}", record.text(field)?)));
    let quarter = day(record).and_then(|day| Period::of(day, Length::Quarter));
    named.chain(quarter.map(|quarter| format!("quarter {quarter}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    fn range() -> Range {
        Range::parse("2026").unwrap()
    }

    /// This many incidents, each detected on another day of 2026, of one owner; every tenth a major one.
    fn incidents(count: usize) -> String {
        let one = |at: usize| {
            let major = if at % 10 == 9 { "\nmajor: true" } else { "" };
            let (month, day) = (at % 12 + 1, at / 12 + 1);
            format!("== incident inc-{at}\nreported_at: 2026-{month:02}-{day:02}T00:00:00Z\nowner: ann{major}\n")
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn a_sample_is_the_same_whenever_it_is_drawn_and_another_for_another_commit() {
        records(&incidents(100), |sms| {
            let with = |commit: &str| {
                draw(sms, "incident", range(), &seed(commit, "incident", range()), &BTreeSet::new(), None)
            };
            assert_eq!(with("a"), with("a"));
            assert_ne!(with("a").drawn, with("b").drawn);
            let sample = with("a");
            assert_eq!((sample.population, sample.seed.len()), (100, 64));
            assert_eq!(sample.drawn.iter().filter(|drawn| drawn.why == "major").count(), 10, "all of them");
            let quarters: BTreeSet<usize> =
                sample.drawn.iter().map(|drawn| drawn.id[4..].parse::<usize>().unwrap() % 12 / 3).collect();
            assert_eq!(quarters.len(), 4);
        });
    }

    #[test]
    fn small_populations_are_taken_whole_and_none_gives_none() {
        for (count, size) in [(0, 0), (1, 1), (5, 5), (6, 5), (9, 5)] {
            records(&incidents(count), |sms| {
                let sample = draw(sms, "incident", range(), "s", &BTreeSet::new(), None);
                assert_eq!((sample.population, sample.size), (count, size));
            });
        }
        assert_eq!([0, 1, 2, 4, 5, 25, 26, 100, 101].map(root), [0, 1, 2, 2, 3, 5, 6, 10, 11]);
    }

    #[test]
    fn the_auditor_can_name_records_and_the_size() {
        records(&incidents(60), |sms| {
            let wanted = BTreeSet::from(["inc-3".to_owned(), "inc-none".to_owned()]);
            let sample = draw(sms, "incident", range(), "s", &wanted, Some(30));
            assert!(sample.size >= 30);
            assert_eq!(sample.drawn.iter().find(|drawn| drawn.id == "inc-3").unwrap().why, "asked for");
            assert!(!sample.drawn.iter().any(|drawn| drawn.id == "inc-none"));
        });
    }

    #[test]
    fn another_record_moves_no_other() {
        let drawn = |count: usize| {
            records(&incidents(count), |sms| {
                let sample = draw(sms, "incident", range(), "s", &BTreeSet::new(), Some(20));
                sample.drawn.into_iter().map(|drawn| drawn.id).collect::<BTreeSet<_>>()
            })
        };
        let (before, after) = (drawn(58), drawn(59));
        assert!(before.difference(&after).count() <= 2, "{before:?}\n{after:?}");
    }

    #[test]
    fn a_period_is_two_days_or_one_word() {
        assert_eq!(Range::parse("2026-Q3").unwrap().to_string(), "2026-07-01..2026-09-30");
        assert_eq!(Range::parse("2026-01-05..2026-01-05").unwrap().to_string(), "2026-01-05..2026-01-05");
        for wrong in ["", "..", "2026-02-01..2026-01-01", "2026-13", "x..y", "2026-01-01"] {
            assert!(Range::parse(wrong).is_err(), "{wrong}");
        }
        records(&incidents(24), |sms| {
            assert_eq!(population(sms, "incident", Range::parse("2026-01").unwrap()).len(), 2);
            assert_eq!(population(sms, "incident", Range::parse("2025").unwrap()).len(), 0);
        });
    }

    #[test]
    fn the_seed_is_the_hash_of_commit_kind_and_period_one_a_line() {
        let expected = "6f2423087e44f1d2cf0dd4f9f1b990e7e1a0e5f43cb1d13f0f0fd72f6d5d6c2b";
        assert_eq!(seed("c0ffee", "change", range()), expected);
        assert_eq!(seed("c0ffee", "change", Range::parse("2026-01-01..2026-12-31").unwrap()), expected);
        for other in [
            seed("c0ffef", "change", range()),
            seed("c0ffee", "incident", range()),
            seed("c0ffee", "change", Range::parse("2026-Q1").unwrap()),
        ] {
            assert_ne!(other, expected);
        }
    }

    #[test]
    fn anybody_can_draw_a_sample_again_by_hand() {
        let ids: Vec<String> = (0..30).map(|at| format!("imp-{at}")).collect();
        let story: String = ids.iter().map(|id| format!("== improvement {id}\ndescription: One\n")).collect();
        records(&story, |sms| {
            let drawn = draw(sms, "improvement", range(), "s", &BTreeSet::new(), None);
            let mut order = ids.clone();
            order.sort_by_key(|id| sha256(format!("s\n{id}\n").as_bytes()));
            order.truncate(6);
            order.sort();
            let told: Vec<(&str, &str)> = drawn.drawn.iter().map(|it| (it.id.as_str(), it.why.as_str())).collect();
            assert_eq!(told, order.iter().map(|id| (id.as_str(), "random")).collect::<Vec<_>>(), "the root of 30 is 6");
            assert_eq!((drawn.population, drawn.size, drawn.period.as_str()), (30, 6, "2026-01-01..2026-12-31"));
        });
    }

    #[test]
    fn every_group_has_one_at_least_and_the_first_reason_is_given() {
        let story = "\
== change chg-emergency
category: emergency
security: true
status: failed
== change chg-major
category: major
== change chg-failed
outcome: reversed
== change chg-status
status: failed
== change chg-security
security: true
== change chg-site
site: Oslo
== change chg-owner
owner: ann
== change chg-owner-too
owner: bo
category: emergency
== change chg-wanted
category: emergency
";
        records(story, |sms| {
            let wanted = BTreeSet::from(["chg-wanted".to_owned()]);
            let sample = draw(sms, "change", range(), "s", &wanted, Some(0));
            let told: Vec<(&str, &str)> = sample.drawn.iter().map(|it| (it.id.as_str(), it.why.as_str())).collect();
            assert_eq!(
                told,
                [
                    ("chg-emergency", "emergency"),
                    ("chg-failed", "failed"),
                    ("chg-major", "major"),
                    ("chg-owner", "owner ann"),
                    ("chg-owner-too", "emergency"),
                    ("chg-security", "security"),
                    ("chg-site", "site Oslo"),
                    ("chg-status", "failed"),
                    ("chg-wanted", "asked for"),
                ],
                "the only one of a site and of an owner is in, an owner who is in already needs no second"
            );
        });
    }

    #[test]
    fn however_many_must_be_in_a_quarter_comes_by_chance() {
        let must: String = (0..12).map(|at| format!("== change chg-must-{at}\ncategory: emergency\n")).collect();
        let free: String = (0..12).map(|at| format!("== change chg-free-{at}\ncategory: normal\n")).collect();
        records(&(must + &free), |sms| {
            let sample = draw(sms, "change", range(), "s", &BTreeSet::new(), Some(8));
            let mut order: Vec<String> = (0..12).map(|at| format!("chg-free-{at}")).collect();
            order.sort_by_key(|id| sha256(format!("s\n{id}\n").as_bytes()));
            order.truncate(2);
            order.sort();
            let random = sample.drawn.iter().filter(|it| it.why == "random").map(|it| it.id.clone());
            assert_eq!((sample.size, random.collect::<Vec<_>>()), (14, order));
        });
    }

    #[test]
    fn a_record_belongs_to_the_period_of_its_first_event_and_without_one_to_each() {
        let story = "\
== change chg-first
requested_at: 2026-01-01T00:00:00Z
closed_at: 2027-05-01T00:00:00Z
== change chg-last
requested_at: 2026-12-31T23:59:59Z
== change chg-before
requested_at: 2025-12-31T23:59:59Z
closed_at: 2026-02-01T00:00:00Z
== change chg-after
requested_at: 2027-01-01T00:00:00Z
== change chg-never
== change chg-unread
requested_at: soon
";
        records(story, |sms| {
            let ids = |period: &str| -> Vec<String> {
                let found = population(sms, "change", Range::parse(period).unwrap());
                found.into_iter().map(|ix| sms.record(ix).id.to_string()).collect()
            };
            assert_eq!(ids("2026"), ["chg-first", "chg-last", "chg-never", "chg-unread"]);
            assert_eq!(ids("2025-Q4"), ["chg-before", "chg-never", "chg-unread"]);
            assert_eq!(population(sms, "no_such_kind", range()), []);
        });
    }
}
