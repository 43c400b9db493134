//! `gitsm calendar`.

mod rows;
mod slots;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Context, Exit};
use crate::base::date::parse_date;
use crate::base::duration::Duration;
use crate::base::intervals::Bounds;
use crate::graph::Graph;
use crate::model::Sms;
use crate::schedule::{Ground, Schedule, Wanted, ics, picture};

/// Days that are looked at when nothing else is said.
const DAYS: i64 = 60;
/// Most days that can be asked for.
const MOST: i64 = 3660;

/// Arguments of `calendar`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// First day; left out, the day of the instant
    #[arg(long, value_name = "DAY", value_parser = parse_date)]
    from: Option<Date>,
    /// Last day; left out, 60 days after the first
    #[arg(long, value_name = "DAY", value_parser = parse_date)]
    to: Option<Date>,
    /// Only what touches these: services, items, agreements, suppliers, teams, roles, people, customers
    #[arg(long = "for", value_name = "ID", value_delimiter = ',')]
    ids: Vec<String>,
    /// Tell when work of this length, such as 2h, may be done on all that `--for` names
    #[arg(long, value_name = "LENGTH", value_parser = Duration::parse, requires = "ids")]
    free_slot: Option<Duration>,
    /// The time zone of days and times; left out, that of the first site of the SMS, else UTC
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    zone: Option<TimeZone>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table day by day
    Human,
    /// One JSON value
    Json,
    /// A picture
    Svg,
    /// iCalendar, for calendars of other programs
    Ics,
    /// A table for forges and wikis
    Markdown,
}

fn zone(text: &str) -> Result<TimeZone, String> {
    TimeZone::get(text).map_err(|_| format!("'{text}' is not a time zone of the IANA data base, such as Europe/Oslo"))
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    cx.with_sms(|cx, sms| {
        cx.progress.stage("gathering what happens");
        let graph = Graph::build(sms);
        let ground = Ground { sms, graph: &graph };
        let zone = arguments.zone.clone().unwrap_or_else(|| zone_of(sms));
        let bounds = bounds(arguments, sms, &zone)?;
        if let Some(length) = arguments.free_slot {
            return slots::run(cx, arguments, ground, length, bounds, &zone);
        }
        let wanted = Wanted::new(ground, &arguments.ids).map_err(anyhow::Error::msg)?;
        let schedule = Schedule::new(ground, bounds);
        let schedule = if arguments.ids.is_empty() { schedule } else { schedule.only(ground, &wanted) };
        match arguments.format {
            Format::Human => {
                cx.text(&rows::human(ground, &schedule, &zone))?;
                let id = schedule.clashes.first().map(|clash| clash.one.id.to_string());
                let next = id.or_else(|| schedule.happenings.first().map(|it| it.record.id.to_string()));
                if let Some(id) = next {
                    cx.next(&format!("`gitsm show {id}`, or `gitsm calendar --format svg` for a picture"))?;
                }
            }
            Format::Json => cx.json(&rows::json(ground, &schedule, &zone))?,
            Format::Svg => cx.text(&picture(ground, &schedule, &zone))?,
            Format::Ics => cx.text(&ics(ground, &schedule))?,
            Format::Markdown => cx.text(&rows::markdown(ground, &schedule, &zone))?,
        }
        Ok(Exit::Clean)
    })
}

/// The zone of the first site in the scope of the SMS.
fn zone_of(sms: &Sms<'_>) -> TimeZone {
    let site = sms.of_kind("sms").find_map(|(_, record)| {
        let sites = record.root.get("scope")?.get("sites")?;
        sites.items().first()?.get("zone")?.as_str()
    });
    site.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}

/// From the first moment of the first day to the first moment after the last one.
fn bounds(arguments: &Arguments, sms: &Sms<'_>, zone: &TimeZone) -> anyhow::Result<Bounds> {
    let first = arguments.from.unwrap_or_else(|| sms.snapshot.as_of.day());
    let last = match arguments.to {
        Some(last) => last,
        None => first.checked_add(DAYS.days()).context("the first day is too near to the end of the calendar")?,
    };
    anyhow::ensure!(
        first <= last,
        "the last day {last} lies before the first day {first}; give --from and --to in order"
    );
    let days = last.duration_since(first).as_hours() / 24;
    anyhow::ensure!(days <= MOST, "{days} days are more than a calendar can show; ask for at most {MOST}");
    let midnight = |day: Date| day.to_zoned(zone.clone()).map(|at| at.timestamp());
    let after = last.tomorrow().context("the last day is the last of the calendar")?;
    Ok((midnight(first)?, midnight(after)?))
}

#[cfg(test)]
mod tests {
    use crate::cli::fixture::Folder;

    fn folder() -> Folder {
        Folder::new(&[
            ("sms/sms/sms.yaml", "kind: sms\nid: sms\nscope: {sites: [{name: Oslo, zone: Europe/Oslo}]}\n"),
            ("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\nstatus: live\n"),
            (
                "sms/service/svc-a.yaml",
                "kind: service\nid: svc-a\ntitle: Mail | post\nstatus: live\nrelations: [ci-a]\n",
            ),
            (
                "sms/change/chg-a.yaml",
                "kind: change\nid: chg-a\ntitle: New disks\nstatus: requested\naffects: [ci-a]\n\
                 planned: {start: 2026-12-02T23:30:00+01:00, end: 2026-12-03T01:00:00+01:00}\n",
            ),
            (
                "sms/maintenance_window/mw-a.yaml",
                "kind: maintenance_window\nid: mw-a\ntitle: Nights\nstatus: active\nzone: Europe/Oslo\napplies_to: [ci-a]\n\
                 recurs: [{days: [wed], from: '22:00', to: '24:00'}]\n",
            ),
            (
                "sms/freeze/frz-a.yaml",
                "kind: freeze\nid: frz-a\ntitle: Calm\nstatus: agreed\n\
                 window: {start: 2026-12-20T00:00:00+01:00, end: 2026-12-27T00:00:00+01:00}\n",
            ),
        ])
    }

    const DECEMBER: [&str; 6] = ["calendar", "--from", "2026-12-01", "--to", "2026-12-24", "-q"];

    fn printed(more: &[&str]) -> String {
        folder().prints(&[&DECEMBER[..], more].concat())
    }

    #[test]
    fn the_table_goes_day_by_day_in_the_zone_of_the_sms_with_what_clashes_below() {
        assert_eq!(
            printed(&[]),
            "2026-12-01 to 2026-12-24, times in Europe/Oslo\n\n\
             day             from   to                sort                id     title      services\n\
             Wed 2026-12-02  22:00  24:00             maintenance window  mw-a   Nights     svc-a\n\
             Wed 2026-12-02  23:30  Thu 01:00         change              chg-a  New disks  svc-a\n\
             Wed 2026-12-09  22:00  24:00             maintenance window  mw-a   Nights     svc-a\n\
             Wed 2026-12-16  22:00  24:00             maintenance window  mw-a   Nights     svc-a\n\
             Sun 2026-12-20  00:00  2026-12-26 24:00  freeze              frz-a  Calm       everything\n\
             Wed 2026-12-23  22:00  24:00             maintenance window  mw-a   Nights     svc-a\n\n\
             In the way of each other:\n\
             - Thu 2026-12-03 00:00: 'chg-a' lies outside the agreed windows of 'ci-a'\n\
             - Wed 2026-12-23 22:00: the window 'mw-a' falls into the freeze 'frz-a'\n"
        );
    }

    #[test]
    fn what_clashes_again_is_counted_and_an_outage_without_an_end_has_none() {
        let mut files = vec![
            (
                "sms/maintenance_window/mw-a.yaml",
                "kind: maintenance_window\nid: mw-a\nstatus: active\nzone: UTC\n\
                 recurs: [{days: [wed], from: '22:00', to: '24:00'}]\n",
            ),
            (
                "sms/freeze/frz-a.yaml",
                "kind: freeze\nid: frz-a\nstatus: agreed\nwindow: {start: 2026-12-07T00:00:00Z, end: 2026-12-18T00:00:00Z}\n",
            ),
        ];
        let text = Folder::new(&files).prints(&DECEMBER);
        assert!(text.ends_with("falls into the freeze 'frz-a', and 1 more time\n"), "{text}");
        files.push((
            "sms/outage/out-a.yaml",
            "kind: outage\nid: out-a\nstatus: recorded\nplanned: true\nstart: 2026-12-02T10:00:00Z\n",
        ));
        let text = Folder::new(&files).prints(&DECEMBER);
        assert!(text.contains("Wed 2026-12-02  10:00  no end yet"), "{text}");
        let json = Folder::new(&files).prints(&[&DECEMBER[..], &["--format", "json"]].concat());
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            (&value["entries"][0]["id"], &value["entries"][0]["end"]),
            (&"out-a".into(), &serde_json::Value::Null)
        );
    }

    #[test]
    fn another_zone_and_other_days_can_be_asked_for() {
        assert!(printed(&["--zone", "UTC"]).contains("Wed 2026-12-02  22:30  24:00"));
        let all = folder().prints(&["calendar", "-q"]);
        assert!(all.starts_with("2026-11-20 to 2027-01-19, times in Europe/Oslo"), "{all}");
        assert!(
            folder()
                .prints(&["calendar", "--from", "2027-01-01", "--to", "2027-01-01", "-q"])
                .ends_with("\nNothing happens in this time.\n")
        );
    }

    #[test]
    fn json_has_every_time_with_its_offset_and_every_clash() {
        let value: serde_json::Value = serde_json::from_str(&printed(&["--format", "json"])).unwrap();
        let entries = value["entries"].as_array().unwrap();
        assert_eq!(entries.len(), 6);
        assert_eq!(entries[1]["id"], "chg-a");
        assert_eq!(entries[1]["start"], "2026-12-02T22:30:00Z");
        assert_eq!(
            (&entries[4]["everything"], &entries[4]["sort"]),
            (&serde_json::json!(true), &serde_json::json!("freeze"))
        );
        assert_eq!(value["clashes"][0]["kind"], "change_outside_window");
        assert_eq!(value["clashes"][1]["times"][0]["start"], "2026-12-23T21:00:00Z");
        assert_eq!(
            (&value["from"], &value["zone"]),
            (&serde_json::json!("2026-11-30T23:00:00Z"), &serde_json::json!("Europe/Oslo"))
        );
    }

    #[test]
    fn markdown_keeps_titles_within_their_cells() {
        let text = printed(&["--format", "markdown", "--for", "svc-a"]);
        assert!(
            text.contains("| Wed 2026-12-02 | 23:30 | Thu 01:00 | change | `chg-a` | New disks | `svc-a` |"),
            "{text}"
        );
        assert!(text.contains("\n**In the way of each other**\n\n- Thu 2026-12-03 00:00: "));
    }

    #[test]
    fn pictures_and_icalendar_hold_the_same_times() {
        let svg = printed(&["--format", "svg"]);
        assert!(svg.starts_with("<svg ") && svg.contains("Wed 2026-12-02 23:30"));
        let ics = printed(&["--format", "ics"]);
        assert_eq!(ics.matches("BEGIN:VEVENT\r\n").count(), 6);
        assert!(ics.contains("DTSTART:20261202T223000Z\r\n"));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_words() {
        let fails = |arguments: &[&str]| folder().fails(&[&["calendar"][..], arguments].concat());
        assert!(
            fails(&["--from", "2026-12-02", "--to", "2026-12-01"]).contains("lies before the first day 2026-12-02")
        );
        assert!(fails(&["--from", "2026-12-02", "--to", "2096-12-01"]).contains("more than a calendar can show"));
        assert!(fails(&["--zone", "Oslo"]).contains("'Oslo' is not a time zone"));
        assert!(fails(&["--for", "svc-b"]).contains("there is no 'svc-b'; did you mean `svc-a`?"));
        assert!(fails(&["--free-slot", "2h"]).contains("--for"));
        assert!(fails(&["--free-slot", "0h", "--for", "ci-a"]).contains("longer than nothing"));
        assert!(fails(&["--free-slot", "2h", "--for", "ci-a", "--format", "ics"]).contains("human, json or markdown"));
        assert!(fails(&["--free-slot", "2h", "--for", "sms"]).contains("no part of the graph"));
    }

    #[test]
    fn room_for_work_is_told_with_what_was_passed_over() {
        let text = printed(&["--free-slot", "2h", "--for", "ci-a"]);
        assert_eq!(
            text,
            "Work of 2h on ci-a, 2026-12-01 to 2026-12-24, times in Europe/Oslo\n\n\
             Room:\n\
             - Wed 2026-12-09 22:00 to 24:00 (2h), in service hours of svc-a\n\
             - Wed 2026-12-16 22:00 to 24:00 (2h), in service hours of svc-a\n\n\
             Passed over:\n\
             - Wed 2026-12-02 22:00 to 24:00: the change chg-a\n\n\
             Agreed windows: ci-a in mw-a\n"
        );
        let none = printed(&["--free-slot", "3h", "--for", "ci-a"]);
        assert!(none.contains("There is no room in this time.\n") && none.contains("too short"), "{none}");
    }

    #[test]
    fn each_reason_for_no_room_has_its_own_words() {
        let mut files = vec![
            ("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\nstatus: live\n"),
            ("sms/ci/ci-b.yaml", "kind: ci\nid: ci-b\nstatus: live\n"),
            (
                "sms/maintenance_window/mw-a.yaml",
                "kind: maintenance_window\nid: mw-a\nstatus: active\nzone: UTC\napplies_to: [ci-a]\n\
                 recurs: [{days: [wed], from: '22:00', to: '24:00'}]\n",
            ),
        ];
        let room = |files: &[(&str, &str)], more: &[&str]| {
            let asked = ["calendar", "-q", "--free-slot", "1h"];
            Folder::new(files).prints(&[&asked[..], more].concat())
        };
        let quiet = room(&files, &["--for", "ci-b", "--to", "2026-11-22"]);
        assert!(quiet.contains("- Sat 2026-11-21 00:00 to Sun 24:00 (2d), takes no service down\n"), "{quiet}");
        let past = room(&files, &["--for", "ci-a", "--from", "2026-11-01", "--to", "2026-11-03"]);
        assert!(past.contains("All of it lies in the past") && !past.contains("in common"), "{past}");
        let none = room(&files, &["--for", "ci-a", "--from", "2026-12-03", "--to", "2026-12-04"]);
        assert!(none.contains("The agreed windows of ci-a do not come in this time."), "{none}");
        files.push((
            "sms/maintenance_window/mw-b.yaml",
            "kind: maintenance_window\nid: mw-b\nstatus: active\nzone: UTC\napplies_to: [ci-b]\n\
             recurs: [{days: [thu], from: '22:00', to: '24:00'}]\n",
        ));
        let both = room(&files, &["--for", "ci-a", "--for", "ci-b", "--from", "2026-12-01"]);
        assert!(both.contains("The agreed windows have no time in common."), "{both}");
    }

    #[test]
    fn times_that_come_again_from_long_ago_are_followed_once() {
        let rule = "kind: maintenance_window\nid: mw-a\nstatus: active\nzone: UTC\napplies_to: [ci-a]\nlongest: 1h\n\
                    rules: [{starts: '2012-01-01T22:00', lasts: 2h, rrule: FREQ=DAILY}]\n";
        let folder = Folder::new(&[
            ("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\nstatus: live\n"),
            ("sms/maintenance_window/mw-a.yaml", rule),
        ]);
        let text = folder.prints(&["calendar", "-q", "--free-slot", "2h", "--for", "ci-a", "--to", "2027-11-20"]);
        assert!(
            text.contains("- Sat 2026-11-21 22:00 to 24:00 (2h), takes no service down; no interruption may"),
            "{text}"
        );
        assert!(text.contains("- and 360 later or less quiet ones\n"), "{text}");
    }

    #[test]
    fn room_for_work_is_told_to_programs() {
        let value: serde_json::Value =
            serde_json::from_str(&printed(&["--free-slot", "2h", "--for", "ci-a", "--format", "json"])).unwrap();
        assert_eq!(value["found"][0]["start"], "2026-12-09T21:00:00Z");
        assert_eq!(value["found"][0]["disturbs"][0], "svc-a");
        assert_eq!(value["refused"][0]["because"][0]["id"], "chg-a");
        assert_eq!(value["windows"][0]["windows"][0], "mw-a");
        let text = printed(&["--free-slot", "2h", "--for", "ci-a", "--format", "markdown"]);
        assert!(text.contains("\n- Wed 2026-12-09 22:00 to 24:00 (2h), in service hours of `svc-a`\n"), "{text}");
    }
}
