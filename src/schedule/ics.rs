//! A schedule as iCalendar (RFC 5545): one event for every single time, in UTC.

use icalendar::{Calendar, Component as _, Event, EventStatus, Property};
use jiff::Timestamp;

use super::{Ground, Happening, Schedule, Sort};
use crate::base::intervals::Bounds;
use crate::base::text::clean;
use crate::model::organisation::SmsRecord;

/// The schedule as text with lines of at most 75 octets. Events keep their `UID` from run to run: a change that is moved
/// stays the same event. They are stamped with the instant that the run judges by.
#[must_use]
pub fn ics(ground: Ground<'_>, schedule: &Schedule<'_>) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in [("VERSION", "2.0"), ("PRODID", "-//gitsm//calendar//EN"), ("CALSCALE", "GREGORIAN")] {
        calendar.append_property(Property::new(name, value));
    }
    let host = host(ground);
    for (time, happening) in schedule.by_time() {
        calendar.push(event(ground, schedule, happening, time, &host));
    }
    calendar.to_string()
}

/// Where the ids are unique: the name of the organisation in the letters that a host may have.
fn host(ground: Ground<'_>) -> String {
    let name = ground.sms.all::<SmsRecord<'_>>().find_map(|sms| sms.organisation()?.name());
    let name = name.unwrap_or_default().to_lowercase();
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let name = parts.collect::<Vec<_>>().join("-");
    if name.is_empty() { "gitsm".to_owned() } else { format!("{name}.gitsm") }
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn event(
    ground: Ground<'_>,
    schedule: &Schedule<'_>,
    happening: &Happening<'_>,
    (start, end): Bounds,
    host: &str,
) -> Event {
    let record = happening.record;
    let single = matches!(happening.sort, Sort::Change | Sort::Freeze | Sort::Outage);
    let uid = if single { format!("{}@{host}", record.id) } else { format!("{}.{}@{host}", record.id, utc(start)) };
    // What is asked for may still be refused, or moved.
    let asked = happening.sort == Sort::Change && happening.open;
    // Windows and freezes take up nobody's time.
    let busy = matches!(happening.sort, Sort::Change | Sort::Outage);
    let mut event = Event::new();
    event
        .uid(&uid)
        .add_property("DTSTAMP", utc(ground.sms.snapshot.as_of.instant()))
        .add_property("DTSTART", utc(start))
        .add_property("TRANSP", if busy { "OPAQUE" } else { "TRANSPARENT" })
        .add_property("CATEGORIES", happening.sort.label().to_uppercase())
        .summary(&clean(record.title()))
        .description(&description(ground, schedule, happening, (start, end)))
        .status(if asked { EventStatus::Tentative } else { EventStatus::Confirmed });
    // An event without an end stands at its start; readers of calendars know no other.
    if !happening.endless {
        event.add_property("DTEND", utc(end));
    }
    event.done()
}

fn description(ground: Ground<'_>, schedule: &Schedule<'_>, happening: &Happening<'_>, (start, end): Bounds) -> String {
    let record = happening.record;
    let mut lines =
        vec![format!("{} {}, status {}", happening.sort.label(), record.id, record.status().unwrap_or("unknown"))];
    let list = |ids: Vec<&str>| ids.join(", ");
    if happening.endless {
        lines.push("No end is announced".to_owned());
    }
    if happening.everything {
        lines.push("About: everything under change control".to_owned());
    } else if !happening.touches.is_empty() {
        lines.push(format!("Touches: {}", list(happening.touches.iter().copied().collect())));
    }
    let services = happening.services(ground.graph);
    if !services.is_empty() {
        lines.push(format!("Services: {}", list(services)));
    }
    let part = |id: &str| id == record.id.as_str();
    let own = schedule
        .clashes
        .iter()
        .filter(|it| part(it.one.id.as_str()) || it.other.is_some_and(|it| part(it.id.as_str())));
    let own = own.filter(|clash| !clash.times.within(start, end).is_empty());
    lines.extend(own.map(|clash| format!("Mind: {}", clash.sentence())));
    let lines: Vec<String> = lines.iter().map(|line| clean(line).into_owned()).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use calcard::icalendar::ICalendarTransparency::{Opaque, Transparent};
    use calcard::icalendar::{ICalendar, ICalendarComponent, ICalendarProperty, ICalendarStatus};

    use super::super::fixture::{ITEMS, schedule};
    use super::*;

    const TEXT: &str = "
            == change chg-a requested
            affects: [ci-app]
            planned: {start: 2026-12-10T20:00:00Z, end: 2026-12-10T22:00:00Z}
            == change chg-done closed
            affects: [ci-x]
            actual: {start: 2026-12-02T20:00:00+02:00, end: 2026-12-02T22:00:00+02:00}
            == maintenance_window mw-a active
            zone: Europe/Oslo
            applies_to: [ci-db]
            recurs: [{days: [wed], from: '21:00', to: '23:00'}]
            == freeze frz-a agreed
            window: {start: 2026-12-10T00:00:00Z, end: 2026-12-20T00:00:00Z}
            == sms sms operating
            organisation: {name: 'Nordkai & Søn AS'}";

    fn printed(text: &str) -> String {
        schedule(&format!("{ITEMS}{text}"), |ground, schedule| ics(ground, &schedule))
    }

    /// The events of a text, as another library reads them.
    fn read(text: &str) -> Vec<ICalendarComponent> {
        let calendar = ICalendar::parse(text).unwrap_or_else(|entry| panic!("{entry:?}"));
        let is_event =
            |it: &ICalendarComponent| it.component_type == calcard::icalendar::ICalendarComponentType::VEvent;
        calendar.components.into_iter().filter(is_event).collect()
    }

    fn value(event: &ICalendarComponent, property: &ICalendarProperty) -> String {
        let entry = event.property(property).unwrap_or_else(|| panic!("{property:?} of {event:?}"));
        assert_eq!(entry.values.len(), 1, "{entry:?}");
        entry.values[0].as_text().unwrap_or_default().to_owned()
    }

    fn instant(event: &ICalendarComponent, property: &ICalendarProperty) -> i64 {
        let entry = event.property(property).unwrap();
        let time = entry.values[0].as_partial_date_time().unwrap();
        assert_eq!((time.tz_hour, time.tz_minute), (Some(0), Some(0)), "in UTC: {time:?}");
        let [month, day, hour, minute, second] =
            [time.month, time.day, time.hour, time.minute, time.second].map(|it| i8::try_from(it.unwrap()).unwrap());
        let local =
            jiff::civil::date(i16::try_from(time.year.unwrap()).unwrap(), month, day).at(hour, minute, second, 0);
        jiff::tz::TimeZone::UTC.to_timestamp(local).unwrap().as_second()
    }

    #[test]
    fn another_library_reads_every_event_with_its_times() {
        let events = read(&printed(TEXT));
        let told = |event: &ICalendarComponent| {
            let [start, end] = [ICalendarProperty::Dtstart, ICalendarProperty::Dtend].map(|it| instant(event, &it));
            let start = Timestamp::from_second(start).unwrap().strftime("%d %H:%M").to_string();
            format!("{} {start} {}m", value(event, &ICalendarProperty::Uid), (end - start_of(event)) / 60)
        };
        let told: Vec<String> = events.iter().map(told).collect();
        assert_eq!(
            told,
            [
                "chg-done@nordkai-s-n-as.gitsm 02 18:00 120m",
                "mw-a.20261202T200000Z@nordkai-s-n-as.gitsm 02 20:00 120m",
                "mw-a.20261209T200000Z@nordkai-s-n-as.gitsm 09 20:00 120m",
                "frz-a@nordkai-s-n-as.gitsm 10 00:00 14400m",
                "chg-a@nordkai-s-n-as.gitsm 10 20:00 120m",
                "mw-a.20261216T200000Z@nordkai-s-n-as.gitsm 16 20:00 120m",
                "mw-a.20261223T200000Z@nordkai-s-n-as.gitsm 23 20:00 120m",
            ]
        );
        let stamps = events.iter().map(|event| instant(event, &ICalendarProperty::Dtstamp));
        let as_of: Timestamp = "2026-11-20T23:59:59Z".parse().unwrap();
        assert!(stamps.into_iter().all(|stamp| stamp == as_of.as_second()), "no clock is read");
    }

    fn start_of(event: &ICalendarComponent) -> i64 {
        instant(event, &ICalendarProperty::Dtstart)
    }

    #[test]
    fn an_event_says_what_it_is_and_whether_it_takes_up_time() {
        let events = read(&printed(TEXT));
        let find = |id: &str| events.iter().find(|it| value(it, &ICalendarProperty::Uid).starts_with(id)).unwrap();
        let (asked, done, window) = (find("chg-a"), find("chg-done"), find("mw-a.20261216"));
        assert_eq!(asked.status(), Some(&ICalendarStatus::Tentative));
        assert_eq!(done.status(), Some(&ICalendarStatus::Confirmed));
        assert_eq!([asked, window].map(|it| it.transparency().cloned()), [Some(Opaque), Some(Transparent)]);
        assert_eq!(value(window, &ICalendarProperty::Categories), "MAINTENANCE WINDOW");
        assert_eq!(value(asked, &ICalendarProperty::Summary), "The chg-a");
        assert_eq!(
            value(asked, &ICalendarProperty::Description),
            "change chg-a, status requested\nTouches: ci-app\nServices: svc-a\n\
             Mind: 'chg-a' lies in the freeze 'frz-a', which does not let it pass"
        );
        assert!(value(window, &ICalendarProperty::Description).ends_with("'mw-a' falls into the freeze 'frz-a'"));
    }

    #[test]
    fn lines_are_folded_at_75_octets_and_no_character_is_torn() {
        let title = "Ærlig talt, dette er en «lang» tittel; med komma, strek \\ og 漢字 漢字 漢字 漢字 漢字 漢字 漢字 🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢 END:VEVENT";
        let text = printed_with_title(title);
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
        let events = read(&text);
        let found = events.iter().map(|it| value(it, &ICalendarProperty::Summary)).find(|it| it.contains("talt"));
        assert_eq!(found.as_deref(), Some(title));
    }

    /// The calendar of one change with this title.
    fn printed_with_title(title: &str) -> String {
        let head = format!("kind: change\nid: chg-a\nstatus: requested\ntitle: {}\n", serde_json::json!(title));
        let body = format!("{head}planned: {{start: 2026-12-10T20:00:00Z, end: 2026-12-10T22:00:00Z}}\n");
        crate::model::fixture::with(&[("sms/change/chg-a.yaml", body.as_str())], |sms| {
            let graph = crate::graph::Graph::build(sms);
            let ground = Ground { sms, graph: &graph };
            ics(ground, &Schedule::new(ground, super::super::fixture::december()))
        })
    }

    #[test]
    fn an_outage_without_an_end_is_an_event_without_one() {
        let text = "
            == outage out-a recorded
            planned: true
            service: svc-a
            start: 2026-12-01T20:00:00Z";
        let events = read(&printed(&format!("{ITEMS}{text}")));
        assert_eq!(events.len(), 1);
        assert!(events[0].property(&ICalendarProperty::Dtend).is_none());
        assert!(value(&events[0], &ICalendarProperty::Description).contains("No end is announced"));
    }

    #[test]
    fn what_would_break_out_of_a_line_stays_text() {
        let text = printed_with_title("One\r\nEND:VEVENT\n\u{2028}x");
        assert_eq!(text.matches("\r\nEND:VEVENT").count(), 1, "{text}");
        assert_eq!(read(&text).len(), 1);
    }
}
