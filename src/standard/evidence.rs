//! Which records show what the standard asks for, and from when.

use jiff::civil::Date;

use super::Shown;
use crate::base::date::When;
use crate::base::duration::Duration;
use crate::model::{Ix, Record, Sms};

/// What a record is worth as evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It never came to be, or holds no more.
    Void,
    /// It is only being prepared.
    Draft,
    /// It counts.
    Full,
}

/// Words of a status that say that something never came to be or holds no more.
const VOID: [&str; 7] = ["cancelled", "dropped", "rejected", "retired", "superseded", "void", "withdrawn"];

/// Words of a status that say that something is not there yet.
const DRAFT: [&str; 7] = ["candidate", "draft", "in_review", "negotiation", "planned", "proposed", "scheduled"];

/// What a record is worth by its status: of documents (7.5) only one in force counts.
#[must_use]
pub fn standing(record: &Record<'_>) -> Standing {
    match record.status() {
        Some(word) if VOID.contains(&word) => Standing::Void,
        Some(word) if DRAFT.contains(&word) => Standing::Draft,
        None => Standing::Draft,
        Some(word) if is_controlled(record) && word != "in_force" => Standing::Draft,
        Some(_) => Standing::Full,
    }
}

/// Whether a record is a document that can be in force.
fn is_controlled(record: &Record<'_>) -> bool {
    record.is_document() && record.kind.state("in_force").is_some()
}

/// The records that show something, by kind and then by id, whatever they are worth.
#[must_use]
pub fn matching(sms: &Sms<'_>, shown: &Shown) -> Vec<Ix> {
    let of_kind =
        |kind: &String| sms.of_kind(kind).filter(|(_, record)| fits(record, shown)).map(|(ix, _)| ix).collect();
    shown.kinds.iter().flat_map::<Vec<Ix>, _>(of_kind).collect()
}

fn fits(record: &Record<'_>, shown: &Shown) -> bool {
    shown.fields.iter().filter(|(field, _)| record.kind.field(field).is_some()).all(|(field, words)| {
        let word = record.get(field).and_then(|node| node.scalar());
        word.is_some_and(|word| words.iter().any(|wanted| *wanted == word))
    })
}

/// The last day on which something that the record tells of had happened, up to `today`.
#[must_use]
pub fn last_event(record: &Record<'_>, today: Date) -> Option<Date> {
    let mut last = None;
    record.kind.times.visit(&record.root, &mut |shape, node| {
        let day = node.as_str().filter(|_| shape.past).and_then(|text| When::parse(text).ok()).map(When::day);
        last = last.max(day.filter(|day| *day <= today));
    });
    last
}

/// The gap assessment that states that there was no instance of `requirement`, finished within `period` before `today`.
#[must_use]
pub fn statement<'s>(sms: &'s Sms<'_>, requirement: &str, today: Date, period: Duration) -> Option<&'s Record<'s>> {
    let since = crate::base::date::before(today, period);
    let clause = requirement.split_once('-').map_or(requirement, |(clause, _)| clause);
    sms.of_kind("gap_assessment").map(|(_, record)| record).find(|record| {
        let day = record.text("date").and_then(|text| When::parse(text).ok()).map(When::day);
        let holds = record.status() == Some("done") && day.is_some_and(|day| since <= day && day <= today);
        let results = record.get("results").filter(|_| holds).map(crate::yaml::Node::items).unwrap_or_default();
        results.iter().any(|result| {
            let about = result.get("requirement").and_then(|node| node.as_str());
            let status = result.get("status").and_then(|node| node.as_str());
            status == Some("no_instance") && about.is_some_and(|about| about == requirement || about == clause)
        })
    })
}
