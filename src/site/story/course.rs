//! The course of an incident as a line of events: noticed, every step, down and up again, resolved, closed (8.6.1).

use super::super::html::Html;
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::Section;
use super::super::text;
use super::super::value::Values;
use super::line::{self, Line};
use crate::base::date::When;
use crate::model::{Ix, Record};
use crate::schema::Tone;
use crate::yaml::{Node, Value};

/// Longest text of one step, in characters.
const MOST_TEXT: usize = 4_000;

/// Fields that the line tells, so that they need no table as well.
pub(super) const FIELDS: [&str; 2] = ["timeline", "outages"];

/// Events that an incident has by itself: reported, work began, resolved, closed.
const OWN: usize = 4;

/// Keys of their items that the line tells besides the times.
const TOLD: [&str; 5] = ["by", "action", "services", "degraded", "note"];

/// The line of an incident; none where neither a step nor a time without the service is written down.
pub(super) fn section(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    let record = site.sms.record(ix);
    let items = |field| record.get(field).map(Node::items).unwrap_or_default();
    if FIELDS.iter().all(|field| items(field).is_empty()) {
        return None;
    }
    let values = Values { site, root, ix };
    let named = |node: Option<&Node<'_>>| node.map(|node| values.short(node, 5).0).unwrap_or_default();
    let when = |node: Option<&Node<'_>>| node.and_then(Node::as_str).and_then(text::when);
    let words = |node: Option<&Node<'_>>| {
        let text = node.and_then(Node::as_str).unwrap_or_default();
        Html::of(&text::clip(text.trim(), MOST_TEXT))
    };
    let mut line = Line::new(site.sms.snapshot.as_of);
    let mut add = |at: Option<When>, tone, what: Html, below: Html| {
        if let Some(at) = at {
            line.add(at, tone, what, below);
        }
    };
    let field = |name| record.get(name);
    add(when(field("reported_at")), Tone::Told, Html::of("Reported"), named(field("reported_by")));
    add(when(field("responded_at")), Tone::Told, Html::of("Work began"), Html::new());
    for outage in items("outages") {
        let is_poor = outage.get("degraded").is_some_and(|node| matches!(node.value, Value::Bool(true)));
        let (tone, what) = if is_poor { (Tone::Watch, "Poor") } else { (Tone::Bad, "Down") };
        let services = named(outage.get("services").or(field("service")));
        let mut below = services.clone();
        let note = words(outage.get("note"));
        if !note.is_empty() {
            below.raw(if below.is_empty() { "" } else { "<br>" }).add(&note);
        }
        add(when(outage.get("start")), tone, Html::of(what), below);
        add(when(outage.get("end")), Tone::Good, Html::of(if is_poor { "Good again" } else { "Up again" }), services);
    }
    for step in items("timeline") {
        let who = named(step.get("by"));
        let who = if who.is_empty() { Html::of("Somebody") } else { who };
        add(when(step.get("at")), Tone::None, who, words(step.get("action")));
    }
    add(when(field("resolved_at")), Tone::Good, Html::of("Resolved"), words(field("resolution")));
    add(when(field("closed_at")), Tone::Good, Html::of("Closed"), Html::new());
    Section::new("course", "What happened when", Html::new(), line.finish())
}

/// Whether each step and each time without the service is on the line, with nothing more to it than the line tells.
pub(super) fn tells_all(record: &Record<'_>) -> bool {
    let on_line = |item: &Node<'_>, times: &[&str]| {
        times.iter().all(|name| item.get(name).and_then(Node::as_str).and_then(text::when).is_some())
            && item
                .entries()
                .iter()
                .all(|entry| times.contains(&entry.key.as_ref()) || TOLD.contains(&entry.key.as_ref()))
    };
    let all = |field, times: &[&str]| {
        let is_told = |list: &Node<'_>| {
            matches!(list.value, Value::Seq(_)) && list.items().iter().all(|item| on_line(item, times))
        };
        record.get(field).is_none_or(is_told)
    };
    let count = |field| record.get(field).map_or(0, |list| list.items().len());
    let events = OWN + count("timeline") + 2 * count("outages");
    events <= line::MOST && all("timeline", &["at"]) && all("outages", &["start", "end"])
}

#[cfg(test)]
mod tests {
    use crate::site::fixture::{section, site, story};

    fn page(more: &str) -> String {
        let text = format!(
            "
        == person ann active
        owner: ann
        == service svc-a live
        owner: ann
        == incident inc-a closed
        owner: ann
        service: svc-a
        reported_at: 2026-09-17T16:25:00+02:00
        reported_by: ann
        resolved_at: 2026-09-17T16:31:00+02:00
        resolution: Started <again>.
        closed_at: 2026-09-18T09:00:00+02:00
        {more}"
        );
        site(&story(&text)).remove("incidents/inc-a.html").unwrap()
    }

    #[test]
    fn an_incident_is_told_from_the_first_moment_to_the_last() {
        let page = page(
            "outages: [{start: 2026-09-17T15:36:00+02:00, end: 2026-09-17T16:30:00+02:00, note: No alert was sent.}]
        timeline: [{at: 2026-09-17T16:27:00+02:00, by: ann, action: Found the queue full.}]",
        );
        let line = section(&page, "course");
        let order = [
            "<b>Down</b><br><a href=\"../services/svc-a.html\">The svc-a</a><br>No alert was sent.",
            "<b>Reported</b><br><a",
            "<b><a href=\"../people/ann.html\">The ann</a></b><br>Found the queue full.",
            "<b>Up again</b>",
            "<b>Resolved</b><br>Started &lt;again&gt;.",
            "<b>Closed</b>",
        ];
        let places: Vec<usize> =
            order.iter().map(|words| line.find(words).unwrap_or_else(|| panic!("no {words}: {line}"))).collect();
        assert!(places.is_sorted(), "{line}");
        assert!(line.contains("17 Sep 2026, 14:27 UTC"));
        assert!(!page.contains("<dt>Timeline</dt>") && !page.contains("<dt>Outages</dt>"), "told once");
    }

    #[test]
    fn an_incident_of_which_no_step_is_written_down_has_no_line() {
        assert!(!page("timeline: []").contains("id=\"course\""));
    }

    #[test]
    fn what_has_no_time_that_can_be_read_is_left_to_the_facts() {
        let page = page("timeline: [{at: soon, by: ann, action: Look again.}, {at: 2026-09-17T16:27:00+02:00}]");
        let line = section(&page, "course");
        assert!(line.contains("<b>Somebody</b>") && !line.contains("Look again."), "{line}");
        assert!(page.contains("<dt>Timeline</dt>"), "the rest is not lost");
        let odd = self::page("timeline: {at: 2026-09-17T16:27:00+02:00, action: Look again.}");
        assert!(odd.contains("<dt>Timeline</dt>") && !odd.contains("id=\"course\""), "nor what is no list");
    }

    #[test]
    fn steps_that_a_long_line_leaves_out_stand_in_the_facts() {
        let steps = |count| {
            let step = |at| format!("{{at: 2026-09-17T16:{at:02}:00+02:00, by: ann, action: Step {at}.}}");
            page(&format!("timeline: [{}]", (10..10 + count).map(step).collect::<Vec<_>>().join(", ")))
        };
        assert!(!steps(36).contains("<dt>Timeline</dt>"));
        let long = steps(45);
        assert!(long.contains("more in between") && long.contains("<dt>Timeline</dt>"), "{long}");
    }
}
