//! Events in the order in which they happened, drawn as a line with a sign for each.

use super::super::html::{Html, Look};
use super::super::text;
use crate::base::date::{AsOf, When};
use crate::schema::Tone;

/// Most events of a line; the first and the last ones stay.
pub(super) const MOST: usize = 40;

/// Something that happened, or will.
pub(super) struct Event {
    at: When,
    /// Whether it still lies ahead.
    pub(super) ahead: bool,
    tone: Tone,
    /// What it is, in bold.
    pub(super) what: Html,
    /// When, in words.
    pub(super) when: String,
    /// What stands below it.
    below: Html,
    /// What somebody said; empty for nothing.
    pub(super) quote: String,
}

/// Events, in any order until they are drawn.
pub(super) struct Line {
    as_of: AsOf,
    events: Vec<Event>,
}

impl Line {
    /// A line without an event.
    pub(super) const fn new(as_of: AsOf) -> Self {
        Self { as_of, events: Vec::new() }
    }

    /// Adds an event, of which more can be said.
    pub(super) fn add(&mut self, at: When, tone: Tone, what: Html, below: Html) -> &mut Event {
        let ahead = match at {
            When::Day(day) => day > self.as_of.day(),
            // Files on disk are judged by their day alone.
            When::Instant(at) if self.as_of.day() != When::Instant(at).day() => at > self.as_of.instant(),
            When::Instant(_) => false,
        };
        let when = text::when_words(at);
        self.events.push(Event { at, ahead, tone, what, when, below, quote: String::new() });
        let last = self.events.len() - 1;
        &mut self.events[last]
    }

    /// The line; nothing without an event.
    pub(super) fn finish(mut self) -> Html {
        let mut out = Html::new();
        if self.events.is_empty() {
            return out;
        }
        // A day begins with what is known of it by the day alone.
        self.events.sort_by_key(|event| (event.at.day(), event.at.instant()));
        let left = self.events.len().saturating_sub(MOST);
        if left > 0 {
            self.events.drain(MOST / 2..MOST / 2 + left);
        }
        out.raw("<ol class=\"tl panel\">");
        let now = self.events.iter().rposition(|event| !event.ahead);
        for (at, event) in self.events.iter().enumerate() {
            if left > 0 && at == MOST / 2 {
                out.raw("<li class=\"todo\"><span class=\"pin\"></span><div class=\"b muted\">");
                out.text(&format!("{} more in between", text::count(left))).raw("</div></li>");
            }
            let class = if event.ahead { " class=\"todo\"" } else { "" };
            out.raw("<li").raw(if now == Some(at) { " class=\"now\"" } else { class });
            event.draw(&mut out);
        }
        out.raw("</ol>");
        out
    }
}

impl Event {
    fn draw(&self, out: &mut Html) {
        let look = Look::of(self.tone);
        out.raw("><span class=\"pin\">").icon(look.icon, look.ink, "").raw("</span><div class=\"b\"><b>");
        out.add(&self.what).raw("</b>");
        if !self.below.is_empty() {
            out.raw("<br>").add(&self.below);
        }
        if !self.quote.is_empty() {
            out.raw("<q>").text(&self.quote).raw("</q>");
        }
        out.raw("</div><span class=\"when\"><time datetime=\"").text(&self.at.day().to_string()).raw("\">");
        out.text(&self.when).raw("</time>").raw(if self.ahead { "<small>ahead</small>" } else { "" });
        out.raw("</span></li>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(days: &[&str]) -> String {
        let mut line = Line::new(AsOf::parse("2026-11-20").unwrap());
        for day in days {
            line.add(When::parse(day).unwrap(), Tone::Told, Html::of(day), Html::new());
        }
        line.finish().as_str().to_owned()
    }

    #[test]
    fn events_stand_in_the_order_of_time_and_the_last_that_happened_is_marked() {
        let line = line(&["2026-11-21", "2026-11-19T08:00:00Z", "2026-11-19", "2026-11-18"]);
        let at = |words: &str| line.find(words).unwrap_or_else(|| panic!("no {words}: {line}"));
        assert!(at("<b>2026-11-18") < at("<b>2026-11-19</b>"));
        assert!(
            at("<b>2026-11-19</b>") < at("<li class=\"now\">") && at("<li class=\"now\">") < at("<b>2026-11-19T08")
        );
        assert!(
            at("<b>2026-11-19T08") < at("<li class=\"todo\">")
                && line.ends_with("<small>ahead</small></span></li></ol>")
        );
    }

    #[test]
    fn a_long_line_keeps_both_ends_and_tells_how_much_is_left_out() {
        let days: Vec<String> = (0..45).map(|at| format!("2026-{:02}-{:02}", at / 28 + 1, at % 28 + 1)).collect();
        let line = line(&days.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(line.matches("<b>").count(), MOST);
        assert!(line.contains("5 more in between") && line.contains("<b>2026-01-01") && line.contains("<b>2026-02-17"));
        assert!(!line.contains("<b>2026-01-21") && self::line(&[]).is_empty());
    }
}
