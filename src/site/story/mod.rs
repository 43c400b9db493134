//! What the page of a record tells beyond its fields, by kind: what was promised and kept, what happened, what comes.
//!
//! Each kind with a story has a file. A file gives [`Section`]s; `record.html` shows them in that order below the facts
//! strip. Another section is one more entry in [`sections`]; those that every kind has, such as its life, are in
//! [`evidence`].

mod approval;
mod assets;
mod course;
mod decision;
mod events;
#[cfg(test)]
mod evidence_tests;
pub(super) mod figures;
mod life;
mod line;
mod people;
pub(super) mod promises;
mod risk;
#[cfg(test)]
mod tests;

use super::links::Root;
use super::pages::Site;
use super::section::Section;
use crate::model::Ix;
pub(super) use people::{holders, target};
pub(super) use risk::now;

/// The story of a record, in the order of its page; none for kinds without one.
pub(super) fn sections(site: &Site<'_>, root: Root, ix: Ix) -> Vec<Section> {
    let parts: Vec<Option<Section>> = match site.sms.record(ix).kind.name.as_str() {
        "service" => vec![
            promises::of_service(site, root, ix),
            promises::weakest(site, root, ix),
            events::incidents(site, root, ix),
            events::changes(site, root, ix),
            events::risks(site, root, ix),
            people::who_answers(site, root, ix),
        ],
        "ci" => vec![
            events::incidents(site, root, ix),
            events::changes(site, root, ix),
            events::risks(site, root, ix),
            people::who_answers(site, root, ix),
        ],
        "sla" => vec![
            promises::of_sla(site, root, ix),
            promises::charts(site, ix),
            promises::weakest(site, root, ix),
            promises::workload(site, ix),
            promises::reports(site, root, ix),
        ],
        "supplier" => {
            vec![assets::contracts(site, root, ix), events::risks(site, root, ix), assets::reviews(site, root, ix)]
        }
        "customer" => vec![promises::of_customer(site, root, ix), assets::voices(site, root, ix)],
        "metric" => vec![figures::metric(site, ix)],
        "objective" => vec![figures::objective(site, root, ix)],
        "risk" => vec![risk::place(site, ix)],
        "person" | "team" | "role" => vec![people::owns(site, root, ix)],
        "incident" => vec![course::section(site, root, ix)],
        "problem" => vec![events::incidents(site, root, ix)],
        "change" => vec![decision::section(site, root, ix), approval::section(site, root, ix)],
        "continuity_plan" => vec![assets::tests(site, root, ix)],
        _ => Vec::new(),
    };
    parts.into_iter().flatten().collect()
}

/// Fields of a record that its story tells in full, so that the facts leave them out.
pub(super) fn told(site: &Site<'_>, ix: Ix) -> &'static [&'static str] {
    let record = site.sms.record(ix);
    if record.kind.name == "incident" && course::tells_all(record) { &course::FIELDS } else { &[] }
}

/// What stands below everything else on the page of a record of any kind: where it comes from.
pub(super) fn evidence(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    life::section(site, root, ix)
}

/// The records of a kind that name this one, each once: open ones first, then by their newest day.
fn naming(site: &Site<'_>, ix: Ix, kind: &str) -> Vec<Ix> {
    let named = site.sms.incoming(ix).map(|reference| reference.from);
    let mut found: Vec<Ix> = named.filter(|from| site.sms.kind_of(*from).name == kind).collect();
    found.retain(|from| site.book.address(*from).is_some());
    found.sort_unstable();
    found.dedup();
    order(site, &mut found);
    found
}

/// Puts open records first, then those of which the first day in their columns is the newest, then by id.
fn order(site: &Site<'_>, records: &mut [Ix]) {
    records.sort_by_cached_key(|ix| {
        let record = site.sms.record(*ix);
        (record.is_at_rest(), std::cmp::Reverse(super::shelf::newest(record)), *ix)
    });
}
