//! Who answers for something, and what somebody answers for.

use std::collections::{BTreeMap, BTreeSet};

use super::super::html::Html;
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::{Section, Table};
use super::super::text;
use super::{events, naming};
use crate::base::date::parse_date;
use crate::model::{Ix, Target};
use crate::yaml::Node;

/// Most records of one kind that are listed as somebody's own.
const MOST: usize = 15;

/// The people, teams and roles that a service or item names, and those of the agreements behind it, by what they are to
/// it. A role is told with its holders.
pub(super) fn who_answers(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    let mut table = Table::new("Who answers for it", &["As", "Who", "Through"]);
    let mut seen = BTreeSet::new();
    let mut add = |from: Ix, through: Option<Ix>| {
        let record = site.sms.record(from);
        for field in ["owner", "relationship_owner", "lead"] {
            let Some(node) = record.get(field) else { continue };
            let Some(who) = target(site, from, node).filter(|who| seen.insert((field, *who))) else { continue };
            table.row(
                |out| {
                    out.text(&text::heading(field));
                },
                |cells| {
                    cells.cell(|out| somebody(site, root, who, out));
                    cells.cell(|out| {
                        if let Some(through) = through {
                            site.book.record(root, through, out);
                        }
                    });
                },
            );
        }
    };
    add(ix, None);
    let record = site.sms.record(ix);
    if let Some(owner) = record.get("owner").and_then(|node| target(site, ix, node)) {
        for team in teams(site, owner) {
            add(team, Some(team));
        }
    }
    for link in site.graph.relies_on(record.id.as_str()) {
        let agreement = link
            .node
            .record
            .filter(|ix| matches!(site.sms.kind_of(*ix).name.as_str(), "contract" | "ola" | "supplier"));
        if let Some(agreement) = agreement {
            add(agreement, Some(agreement));
            let supplier = site.sms.record(agreement).get("supplier").and_then(|node| target(site, agreement, node));
            if let Some(supplier) = supplier {
                add(supplier, Some(supplier));
            }
        }
    }
    Section::new("people", "Who answers for it", Html::new(), table.finish())
}

/// Somebody with their job, or a role with those who hold it on the day.
fn somebody(site: &Site<'_>, root: Root, who: Ix, out: &mut Html) {
    site.book.record(root, who, out);
    let record = site.sms.record(who);
    if let Some(job) = record.text("job") {
        out.raw(" <span class=\"muted\">").text(&text::clip(job, 80)).raw("</span>");
    }
    let holders = holders(site, who);
    if !holders.is_empty() {
        out.raw(" <span class=\"muted\">held by</span> ");
        for (at, holder) in holders.iter().enumerate() {
            out.raw(if at > 0 { ", " } else { "" });
            site.book.record(root, *holder, out);
        }
    }
}

/// Who holds a role on the day.
pub(in super::super) fn holders(site: &Site<'_>, role: Ix) -> Vec<Ix> {
    let today = site.sms.snapshot.as_of.day();
    let day = |node: Option<&Node<'_>>| node.and_then(Node::as_str).and_then(|day| parse_date(day).ok());
    let items = site.sms.record(role).get("holders").map(Node::items).unwrap_or_default();
    let current = items.iter().filter(|item| {
        day(item.get("from")).is_none_or(|from| from <= today)
            && day(item.get("until")).is_none_or(|until| until >= today)
    });
    current.filter_map(|item| target(site, role, item.get("person")?)).collect()
}

/// The teams that a person leads or is a member of.
fn teams(site: &Site<'_>, person: Ix) -> Vec<Ix> {
    if site.sms.kind_of(person).name != "person" {
        return Vec::new();
    }
    let mut found = naming(site, person, "team");
    found.retain(|team| !site.sms.record(*team).is_at_rest());
    found.truncate(2);
    found
}

/// The record that a value of `from` refers to.
pub(in super::super) fn target(site: &Site<'_>, from: Ix, node: &Node<'_>) -> Option<Ix> {
    let held = site.sms.outgoing(from);
    let at = held.partition_point(|reference| reference.span.start < node.start);
    let reference = held.get(at).filter(|reference| reference.span.start == node.start)?;
    if let Target::Record(ix) = reference.target { Some(ix) } else { None }
}

/// What a person, team or role answers for: open records by kind.
pub(super) fn owns(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    let mut owned: BTreeMap<&str, BTreeSet<Ix>> = BTreeMap::new();
    let mut total = BTreeSet::new();
    for reference in site.sms.incoming(ix) {
        let record = site.sms.record(reference.from);
        if record.is_at_rest() || site.book.address(reference.from).is_none() {
            continue;
        }
        let is_owner = record.get("owner").is_some_and(|node| node.start == reference.span.start);
        if is_owner {
            total.insert(reference.from);
        }
        // Roles and teams that somebody leads or is in stand beside those that they own, each once.
        if is_owner || matches!(record.kind.name.as_str(), "role" | "team") {
            owned.entry(record.kind.name.as_str()).or_default().insert(reference.from);
        }
    }
    let mut body = Html::new();
    for (kind, found) in &owned {
        let found: Vec<Ix> = found.iter().copied().collect();
        events::heading(site, kind, found.len(), &mut body);
        list(site, root, &found, &mut body);
    }
    let words = match total.len() {
        0 => "Owns no open record.".to_owned(),
        1 => "Owns one open record.".to_owned(),
        many => format!("Owns {} open records.", text::count(many)),
    };
    Section::new("owns", "Answers for", Html::of(&words), body)
}

fn list(site: &Site<'_>, root: Root, found: &[Ix], out: &mut Html) {
    out.raw("<ul class=\"inline\">");
    for ix in found.iter().take(MOST) {
        out.raw("<li>");
        site.book.record(root, *ix, out);
        out.raw("</li>");
    }
    if found.len() > MOST {
        out.raw("<li class=\"muted\">and ").text(&text::count(found.len() - MOST)).raw(" more</li>");
    }
    out.raw("</ul>");
}
