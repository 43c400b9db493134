//! What stands behind a supplier, a customer and a continuity plan.

use super::super::html::Html;
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::{self, Section};
use super::super::text;
use super::{events, naming};
use crate::base::date::{after, parse_date};
use crate::base::duration::Duration;
use crate::model::Ix;

/// Most rows of one kind.
const MOST: usize = 12;
/// How far ahead the end of a contract is told in words.
const AHEAD: u32 = 180;

/// The contracts with a supplier, those in force first, and which of them end soon.
pub(super) fn contracts(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    let found = naming(site, ix, "contract");
    let body = section::records(site, root, "contract", &found, &["status", "start", "end", "notice", "value"], MOST);
    let today = site.sms.snapshot.as_of.day();
    let last = after(today, Duration::from_days(AHEAD));
    let ends = |ix: &&Ix| {
        let record = site.sms.record(**ix);
        let end = record.text("end").and_then(|end| parse_date(end).ok());
        !record.is_at_rest() && end.is_some_and(|end| end >= today && end <= last)
    };
    let words = match found.iter().filter(ends).count() {
        0 => String::new(),
        1 => "One of them ends within half a year.".to_owned(),
        many => format!("{many} of them end within half a year."),
    };
    Section::new("contracts", "Contracts", Html::of(&words), body)
}

/// Reviews of a supplier, and disputes.
pub(super) fn reviews(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    several(
        site,
        root,
        ix,
        ("reviews", "How it went"),
        &[
            ("supplier_review", &["status", "held_at", "period", "conclusion"]),
            ("dispute", &["status", "raised_at", "resolved_at"]),
        ],
    )
}

/// What a customer said: reviews, complaints, surveys.
pub(super) fn voices(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    several(
        site,
        root,
        ix,
        ("voices", "What they said"),
        &[
            ("complaint", &["status", "received_at", "service", "closed_at"]),
            ("service_review", &["status", "held_at", "service"]),
            ("survey", &["status", "period", "score"]),
        ],
    )
}

/// Tests and uses of a continuity plan.
pub(super) fn tests(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    several(
        site,
        root,
        ix,
        ("tests", "Tested and used"),
        &[
            ("continuity_test", &["status", "planned", "held_at", "result"]),
            ("invocation", &["status", "start", "end"]),
        ],
    )
}

fn several(
    site: &Site<'_>,
    root: Root,
    ix: Ix,
    (id, title): (&'static str, &str),
    kinds: &[(&str, &[&str])],
) -> Option<Section> {
    let mut body = Html::new();
    let mut said = Vec::new();
    for (kind, columns) in kinds {
        let found = naming(site, ix, kind);
        let table = section::records(site, root, kind, &found, columns, MOST);
        if table.is_empty() {
            continue;
        }
        events::heading(site, kind, found.len(), &mut body);
        body.add(&table);
        if let Some(shelf) = site.shelf(kind) {
            let names = &shelf.kind.names;
            said.push(text::counted(found.len(), &text::noun(&names.singular), &names.plural));
        }
    }
    let words = if said.is_empty() { String::new() } else { format!("{}.", text::capitalise(&text::join(&said))) };
    Section::new(id, title, Html::of(&words), body)
}
