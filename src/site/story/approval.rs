//! The way of a change as a line of events: asked for, every vote, every decision, window, work, review.

use jiff::Timestamp;

use super::super::html::Html;
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::Section;
use super::super::text;
use super::decision;
use super::line::{Event, Line};
use super::people::target;
use crate::base::date::{When, after};
use crate::model::Ix;
use crate::model::change::{Change, ChangeStatus, Outcome};
use crate::model::change_policy::{Category, ChangePolicy};
use crate::schema::Tone;
use crate::site::rulings::{Said, Trial, Word};

/// What the ledger says of a change, under its id and every former one.
pub(super) fn trial(site: &Site<'_>, id: &str) -> Option<Trial> {
    let trials = site.input.past.trials.as_ref()?;
    let record = site.sms.record(site.sms.find(id)?);
    let aliases = record.get("aliases").map(crate::yaml::Node::items).unwrap_or_default();
    let names = std::iter::once(id).chain(aliases.iter().filter_map(crate::yaml::Node::as_str));
    let mut found = names.filter_map(|name| trials.get(name)).cloned();
    let mut all = found.next()?;
    for other in found {
        all.rulings.extend(other.rulings);
        all.said.extend(other.said);
    }
    all.rulings.sort_by_key(|ruling| ruling.number);
    Some(all)
}

/// The line of a change; none while nothing is known but that it is a draft.
pub(super) fn section(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    let change: Change<'_> = site.sms.view(ix)?;
    let mut way = Way { site, root, ix, change, line: Line::new(site.sms.snapshot.as_of) };
    way.asked();
    let trial = if site.is_public() { None } else { trial(site, site.sms.record(ix).id.as_str()) };
    if let Some(trial) = &trial {
        way.tried(trial);
    }
    way.done();
    way.reviewed();
    let words = match &trial {
        Some(trial) if !trial.rulings.is_empty() => {
            "Votes and decisions come from the ledger, everything else from the record."
        }
        Some(_) => "Votes come from the ledger, everything else from the record.",
        None if site.input.past.trials.is_some() => "The ledger holds nothing about it; this comes from the record.",
        None => "",
    };
    Section::new("approval", "What happened when", Html::of(words), way.line.finish())
}

struct Way<'s, 'a> {
    site: &'s Site<'a>,
    root: Root,
    ix: Ix,
    change: Change<'s>,
    line: Line,
}

impl Way<'_, '_> {
    fn add(&mut self, at: When, tone: Tone, what: &str, who: Html) -> &mut Event {
        self.line.add(at, tone, Html::of(what), who)
    }

    /// The people of a field.
    fn people(&self, field: &str) -> Html {
        let mut out = Html::new();
        let Some(node) = self.site.sms.record(self.ix).get(field) else { return out };
        let nodes = if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() };
        let found: Vec<Ix> = nodes.iter().filter_map(|node| target(self.site, self.ix, node)).collect();
        for (at, who) in found.iter().take(5).enumerate() {
            out.raw(if at > 0 { ", " } else { "" });
            self.site.book.record(self.root, *who, &mut out);
        }
        if found.len() > 5 {
            out.raw(" and ").text(&text::count(found.len() - 5)).raw(" more");
        }
        out
    }

    fn asked(&mut self) {
        if let Some(at) = self.change.requested_at() {
            let who = self.people("requester");
            self.add(at, Tone::Told, "Asked for", who);
        }
    }

    fn tried(&mut self, trial: &Trial) {
        for said in &trial.said {
            self.said(said);
        }
        for ruling in &trial.rulings {
            let (tone, word) = decision::verdict(ruling);
            let at = ruling.decision["instant"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
            let mut note = Html::of("Entry ");
            note.text(&ruling.number.to_string()).raw(" of the ledger");
            let event = self.add(When::Instant(at.unwrap_or(ruling.at)), tone, "", note);
            event.what = Html::of(&format!("The gate decided: {}", word.to_lowercase()));
            event.ahead = false;
        }
    }

    fn said(&mut self, said: &Said) {
        let (tone, what) = match said.word {
            Word::Agreed => (Tone::Good, "Agreed"),
            Word::Objected => (Tone::Bad, "Objected"),
            Word::Withdrew => (Tone::None, "Took the own vote back"),
            Word::Overruled => (Tone::Watch, "Set an objection aside"),
        };
        let mut who = Html::new();
        match &said.person {
            Some(id) => decision::person(self.site, self.root, id, &mut who),
            None => {
                who.raw("Somebody whom no record names");
            }
        }
        let event = self.add(When::Instant(said.at), tone, what, who);
        event.ahead = false;
        event.quote = text::clip(said.reason.trim(), 300).into_owned();
    }

    /// The window, and what became of it.
    fn done(&mut self) {
        let planned = self.change.planned().and_then(|window| Some((window.start()?, window.end()?)));
        let actual = self.change.actual();
        if let Some((start, end)) = planned {
            let who = self.people("implementers");
            let event = self.add(start, Tone::Told, "Planned window", who);
            event.when = text::stretch(start, end);
        }
        let start = actual.and_then(|actual| actual.start());
        let end = actual.and_then(|actual| actual.end());
        if let Some(start) = start {
            let (tone, what) = match self.change.outcome() {
                Some(Outcome::Success) => (Tone::Good, "Carried out as planned"),
                Some(Outcome::Partial) => (Tone::Watch, "Carried out in part"),
                Some(Outcome::Failed) => (Tone::Bad, "Tried, and failed"),
                Some(Outcome::Reversed) => (Tone::Bad, "Carried out, and taken back"),
                None => (Tone::Told, "Begun"),
            };
            let who = self.people("implementers");
            let event = self.add(start, tone, what, who);
            if let Some(end) = end {
                event.when = text::stretch(start, end);
            }
        }
        if let Some(at) = self.change.failure().and_then(|failure| failure.reversed_at()) {
            self.add(at, Tone::Watch, "Taken back", Html::new());
        }
        if let Some(at) = self.change.failure().and_then(|failure| failure.remedied_at()) {
            self.add(at, Tone::Watch, "Put right", Html::new());
        }
    }

    /// The review and the end.
    fn reviewed(&mut self) {
        let pir = self.change.pir();
        if let Some(at) = pir.and_then(|pir| pir.at()) {
            let (tone, what) = match pir.and_then(|pir| pir.effective()) {
                Some(true) => (Tone::Good, "Reviewed: it did what it was meant to"),
                Some(false) => (Tone::Watch, "Reviewed: it did not do what it was meant to"),
                None => (Tone::Told, "Reviewed"),
            };
            self.add(When::Day(at), tone, what, Html::new());
        } else if let Some(due) = self.due() {
            let late = due < self.site.sms.snapshot.as_of.day();
            let tone = if late { Tone::Bad } else { Tone::Told };
            let event = self.add(When::Day(due), tone, "Review is due", Html::new());
            event.ahead = true;
            event.when = if late { format!("was due {}", text::day(due)) } else { format!("by {}", text::day(due)) };
        }
        let closed = self.site.sms.record(self.ix).text("closed_at").and_then(|at| When::parse(at).ok());
        if let Some(at) = closed {
            self.add(at, Tone::Good, "Closed", Html::new());
        }
    }

    /// Until when the review is due by the policy, for a change that is over and has none.
    fn due(&self) -> Option<jiff::civil::Date> {
        let over = self.change.status().filter(|status| status.is_carried_out() && *status != ChangeStatus::Closed);
        over?;
        let policy = ChangePolicy::in_force(self.site.sms).next()?;
        let word = self.change.category()?;
        let category = policy.categories().into_iter().find(|category| category.id() == Some(word))?;
        Some(after(self.change.ended()?, Category::pir_within(category)?))
    }
}
