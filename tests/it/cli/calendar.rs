//! `calendar` on the sample: every format holds the same times, another library reads the iCalendar, and room for work is
//! in no freeze, on no other change and in agreed windows.

use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty};
use serde_json::Value;

use crate::program::{DAY, Folder, project};

fn sample(more: &[&str]) -> String {
    let root = project().to_str().unwrap();
    Folder::new().run(&[&["-C", root, "calendar", "--as-of", DAY], more].concat()).clean()
}

fn json(more: &[&str]) -> Value {
    serde_json::from_str(&sample(&[more, &["--format", "json"]].concat())).unwrap()
}

fn texts<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
    value.as_array().unwrap().iter().map(|one| one[key].as_str().unwrap()).collect()
}

#[test]
fn every_format_holds_the_same_times_of_the_sample() {
    let all = json(&[]);
    let entries = all["entries"].as_array().unwrap();
    assert!(entries.len() > 25, "{}", entries.len());
    let sorts: Vec<&str> = texts(&all["entries"], "sort");
    for sort in ["change", "freeze", "maintenance", "supplier_maintenance"] {
        assert!(sorts.contains(&sort), "{sort}");
    }
    let table = sample(&["-q"]);
    let rows = table.lines().skip(3).take_while(|line| !line.is_empty()).count();
    assert_eq!(rows, entries.len());
    let markdown = sample(&["--format", "markdown"]);
    assert_eq!(markdown.lines().filter(|line| line.starts_with("| ")).count(), entries.len() + 2, "a head and a line");
    let clashes = all["clashes"].as_array().unwrap();
    assert_eq!(table.lines().filter(|line| line.starts_with("- ")).count(), clashes.len());
    let svg = sample(&["--format", "svg"]);
    for entry in entries {
        let id = entry["id"].as_str().unwrap();
        assert!(svg.contains(&format!("({id})")) || svg.contains(&format!(" {id}: ")), "{id} is in the picture");
    }
}

#[test]
fn another_library_reads_as_many_events_with_the_same_ids() {
    let text = sample(&["--format", "ics"]);
    let calendar = ICalendar::parse(&text).unwrap_or_else(|entry| panic!("{entry:?}"));
    let events = calendar.components.iter().filter(|it| it.component_type == ICalendarComponentType::VEvent);
    let uid = |event: &calcard::icalendar::ICalendarComponent| {
        let entry = event.property(&ICalendarProperty::Uid).unwrap();
        let uid = entry.values[0].as_text().unwrap();
        let (id, host) = uid.split_once('@').unwrap();
        assert_eq!(host, "harbourline-managed-services.gitsm");
        id.split('.').next().unwrap().to_owned()
    };
    let found: Vec<String> = events.map(uid).collect();
    let all = json(&[]);
    assert_eq!(found, texts(&all["entries"], "id"));
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "lines are folded");
    assert_eq!(text, sample(&["--format", "ics"]), "the same input gives the same bytes");
}

#[test]
fn the_rule_of_the_carrier_leaves_out_the_day_in_the_freeze() {
    let year = json(&["--from", "2026-01-01", "--to", "2027-02-28", "--for", "ci-wan-primary"]);
    let entries = year["entries"].as_array().unwrap();
    let days = entries.iter().filter(|it| it["id"] == "mw-linkway-lines").map(|it| it["start"].as_str().unwrap());
    let days: Vec<&str> = days.map(|start| &start[..13]).collect();
    assert_eq!(days.len(), 13, "fourteen third Thursdays but one: {days:?}");
    assert!(days.contains(&"2026-11-19T01") && !days.contains(&"2026-12-17T01"));
    assert!(days.contains(&"2026-07-16T00"), "two o'clock in summer");
}

#[test]
fn who_asks_for_one_thing_sees_no_other() {
    let all = json(&[]);
    let part = json(&["--for", "cus-saltmarket"]);
    let (all, part) = (texts(&all["entries"], "id"), texts(&part["entries"], "id"));
    assert!(part.len() < all.len() && !part.is_empty());
    assert!(part.iter().all(|id| all.contains(id)) && !part.contains(&"chg-2026-12-tide-tables"), "{part:?}");
    let error = Folder::new().run(&["-C", project().to_str().unwrap(), "calendar", "--for", "svc-settlemen"]);
    assert!(error.err.contains("did you mean `svc-settlement`?"), "{}", error.err);
}

#[test]
fn room_for_work_is_in_agreed_windows_and_in_nobodys_way() {
    let slots = json(&["--free-slot", "2h", "--for", "ci-payments-db,ci-k8s-oslo-n4"]);
    let found = slots["found"].as_array().unwrap();
    assert!(!found.is_empty());
    let all = json(&[]);
    let entries = all["entries"].as_array().unwrap();
    for slot in found {
        let (start, end) = (slot["start"].as_str().unwrap(), slot["end"].as_str().unwrap());
        let apart = |it: &&Value| it["start"].as_str().unwrap() < end && it["end"].as_str().unwrap() > start;
        let beside: Vec<&str> = entries.iter().filter(apart).map(|it| it["id"].as_str().unwrap()).collect();
        assert!(beside.contains(&"mw-oslo-data"), "{start}: {beside:?}");
        assert!(
            beside.iter().all(|id| id.starts_with("mw-") || *id == "chg-2026-11-berth-forecast"),
            "{start}: {beside:?}"
        );
    }
    let refused = slots["refused"].to_string();
    assert!(refused.contains("frz-2026-year-end") && refused.contains("chg-2026-12-ledger-move"), "{refused}");
    assert!(refused.contains("notice"), "the next window is nearer than the seven days that customers are told before");
}
