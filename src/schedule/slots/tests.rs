//! Tests of the search for room: single cases, and an oracle that asks minute by minute.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::fixture::{ITEMS, december, ground};
use super::*;

fn hours(count: u64) -> Duration {
    Duration::from_seconds(count * 3600)
}

fn told(text: &str, items: &[&str], length: Duration) -> (Vec<String>, Vec<String>) {
    ground(&format!("{ITEMS}{text}"), |ground| {
        let items = items.iter().filter_map(|id| Some(ground.graph.node(id)?.id.as_str())).collect();
        let slots = free_slots(ground, &items, length, december());
        let time = |at: Timestamp| at.strftime("%d %H:%M").to_string();
        let found = |slot: &Slot<'_>| {
            format!(
                "{} to {} [{}] {}",
                time(slot.bounds.0),
                time(slot.bounds.1),
                slot.disturbs.join(" "),
                slot.short.join(" ")
            )
        };
        let because = |it: &(Reason, &str)| format!("{} {}", it.0.word(), it.1);
        let refused = |it: &Refused<'_>| {
            let because: Vec<String> = it.because.iter().map(because).collect();
            format!("{} {}", time(it.bounds.0), because.join(", "))
        };
        (slots.found.iter().map(found).collect(), slots.refused.iter().map(refused).collect())
    })
}

const WINDOW: &str = "
            == maintenance_window mw-a active
            zone: Europe/Oslo
            applies_to: [ci-db]
            longest: 1h
            recurs: [{days: [wed], from: '21:00', to: '24:00'}]";

#[test]
fn room_is_where_windows_allow_it_and_nothing_is_in_the_way() {
    let rest = "
            == change chg-a requested
            affects: [ci-app]
            planned: {start: 2026-12-02T20:00:00Z, end: 2026-12-02T22:00:00Z}
            == freeze frz-a agreed
            window: {start: 2026-12-15T00:00:00Z, end: 2026-12-20T00:00:00Z}
            == change chg-other requested
            affects: [ci-x]
            planned: {start: 2026-12-09T20:00:00Z, end: 2026-12-09T22:00:00Z}";
    let (found, refused) = told(&format!("{WINDOW}{rest}"), &["ci-db"], hours(2));
    assert_eq!(found, ["09 20:00 to 09 23:00 [svc-a] mw-a", "23 20:00 to 23 23:00 [svc-a] mw-a"]);
    assert_eq!(refused, ["02 20:00 change chg-a", "16 20:00 freeze frz-a"]);
    let (found, _) = told(&format!("{WINDOW}{rest}"), &["ci-db"], hours(1));
    assert_eq!(
        found[0], "02 22:00 to 02 23:00 [svc-a] ",
        "an hour is left behind the change, and that is not too long"
    );
}

#[test]
fn when_nothing_fits_every_candidate_says_why() {
    let rest = "
            == freeze frz-a agreed
            window: {start: 2026-11-15T00:00:00Z, end: 2026-12-22T00:00:00Z}
            == maintenance_window mw-s active
            zone: Europe/Oslo
            supplier: sup-a
            applies_to: [ci-app]
            dated: [{start: 2026-12-23T21:00:00Z, end: 2026-12-23T22:00:00Z}]";
    let (found, refused) = told(&format!("{WINDOW}{rest}"), &["ci-db"], hours(2));
    assert!(found.is_empty());
    assert_eq!(
        refused,
        [
            "02 20:00 freeze frz-a",
            "09 20:00 freeze frz-a",
            "16 20:00 freeze frz-a",
            "23 20:00 supplier_maintenance mw-s"
        ]
    );
    assert_eq!(told(WINDOW, &["ci-db"], hours(4)).1, ["02 20:00 ", "09 20:00 ", "16 20:00 ", "23 20:00 "], "too short");
}

#[test]
fn quiet_hours_of_the_services_reached_come_first() {
    let text = "
            == calendar cal-a active
            zone: UTC
            weekly: [{days: [mon, tue, wed, thu, fri, sat, sun], from: '06:00', to: '22:00'}]
            == service svc-c live
            service_hours: cal-a
            relations: [ci-c]
            == ci ci-c live";
    let (found, _) = told(text, &["ci-c"], hours(8));
    assert_eq!(found.first().map(String::as_str), Some("01 22:00 to 02 06:00 [] "));
    assert!(found.iter().all(|slot| slot.contains("[]")), "every night has room");
    assert_eq!(told(text, &["ci-c"], hours(9)).0, ["01 00:00 to 25 00:00 [svc-c] "], "no night is long enough");
}

#[test]
fn customers_must_still_be_told_in_time() {
    let window = WINDOW.replace("longest: 1h", "notice: 14d");
    let (found, refused) = told(&window, &["ci-db"], hours(2));
    assert_eq!(refused, ["02 20:00 notice mw-a"], "the instant is 2026-11-20");
    assert_eq!(found.len(), 3);
}

#[test]
fn windows_of_several_items_must_agree() {
    let other = "
            == maintenance_window mw-b active
            zone: Europe/Oslo
            applies_to: [ci-x]
            recurs: [{days: [wed], from: '22:00', to: '23:00', weeks: [2]}]";
    let (found, refused) = told(&format!("{WINDOW}{other}"), &["ci-db", "ci-x"], hours(1));
    assert_eq!((found, refused), (vec!["09 21:00 to 09 22:00 [svc-a] ".to_owned()], Vec::new()));
}

/// A day of the month, its hour and minute as RFC 3339, from minutes since the first of December.
fn stamp(minute: u32) -> String {
    format!("2026-12-{:02}T{:02}:{:02}:00Z", 1 + minute / 1440, minute / 60 % 24, minute % 60)
}

type Stretches = Vec<(u32, u32)>;

fn stretches(most: usize) -> impl Strategy<Value = Stretches> {
    vec((0..4000u32, 1..900u32).prop_map(|(start, long)| (start, start + long)), 0..most)
}

fn written(stretches: &[(u32, u32)]) -> String {
    let one = |(start, end): &(u32, u32)| format!("{{start: {}, end: {}}}", stamp(*start), stamp(*end));
    stretches.iter().map(one).collect::<Vec<_>>().join(", ")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn room_is_found_exactly_where_minutes_asked_one_by_one_leave_it(
        windows in (stretches(5), stretches(5)),
        busy in (stretches(4), stretches(3), stretches(3)),
        length in 1..300u32,
    ) {
        let mut text = ITEMS.to_owned();
        for (id, item, times) in [("mw-a", "ci-app", &windows.0), ("mw-b", "ci-y", &windows.1)] {
            if !times.is_empty() {
                write!(text, "\n            == maintenance_window {id} active\n            zone: UTC\n            applies_to: [{item}]\n            dated: [{}]", written(times)).unwrap();
            }
        }
        if !busy.0.is_empty() {
            write!(text, "\n            == maintenance_window mw-s active\n            zone: UTC\n            supplier: sup-a\n            applies_to: [ci-db]\n            dated: [{}]", written(&busy.0)).unwrap();
        }
        for (number, time) in busy.1.iter().enumerate() {
            write!(text, "\n            == change chg-{number} requested\n            affects: [svc-b]\n            planned: {}", written(&[*time])).unwrap();
        }
        for (number, time) in busy.2.iter().enumerate() {
            write!(text, "\n            == freeze frz-{number} agreed\n            scope: {{services: [svc-a]}}\n            window: {}", written(&[*time])).unwrap();
        }
        let inside = |times: &[(u32, u32)], minute: u32| times.iter().any(|(start, end)| (*start..*end).contains(&minute));
        let allowed = |times: &[(u32, u32)], minute: u32| times.is_empty() || inside(times, minute);
        let free = |minute: u32| {
            let blocked = inside(&busy.0, minute) || inside(&busy.1, minute) || inside(&busy.2, minute);
            allowed(&windows.0, minute) && allowed(&windows.1, minute) && !blocked
        };
        let total = 5000;
        let mut expected = vec![false; total as usize];
        let mut start = 0;
        while start < total {
            let end = (start..total).find(|minute| !free(*minute)).unwrap_or(total);
            if end - start >= length {
                expected[start as usize..end as usize].fill(true);
            }
            start = end.max(start + 1);
        }
        let first: Timestamp = stamp(0).parse().unwrap();
        let last: Timestamp = stamp(total).parse().unwrap();
        let found: Intervals = ground(&text, |ground| {
            let items = BTreeSet::from(["ci-app", "ci-y"]);
            let slots = free_slots(ground, &items, Duration::from_seconds(u64::from(length) * 60), (first, last));
            slots.found.iter().map(|slot| slot.bounds).collect()
        });
        for (minute, expected) in expected.iter().enumerate() {
            let moment = first.checked_add(jiff::SignedDuration::from_mins(i64::try_from(minute).unwrap())).unwrap();
            prop_assert_eq!(found.contains(moment), *expected, "minute {} of\n{}", minute, text);
        }
    }
}
