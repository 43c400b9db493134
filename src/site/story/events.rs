//! What happened to a service or item, what will happen to it, and what may.

use super::super::html::Html;
use super::super::links::Root;
use super::super::pages::Site;
use super::super::section::{self, Section};
use super::super::text;
use super::{naming, order};
use crate::model::Ix;
use crate::model::risk::{Risk, RiskCriteria};

/// Most rows of one kind.
const MOST: usize = 10;

/// Incidents, and the problems, known errors and outages behind them.
pub(super) fn incidents(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    let kinds: [(&str, &[&str]); 4] = [
        ("incident", &["status", "priority", "reported_at", "resolved_at"]),
        ("problem", &["status", "priority", "raised_at", "resolved_at"]),
        ("known_error", &["status", "published_at", "workaround"]),
        ("outage", &["status", "start", "end", "planned"]),
    ];
    let mut body = Html::new();
    let mut open = 0;
    let mut all = 0;
    for (kind, columns) in kinds {
        let found = naming(site, ix, kind);
        let table = section::records(site, root, kind, &found, columns, MOST);
        if table.is_empty() {
            continue;
        }
        if kind == "incident" {
            open = found.iter().filter(|ix| !site.sms.record(**ix).is_at_rest()).count();
            all = found.len();
        }
        heading(site, kind, found.len(), &mut body);
        body.add(&table);
    }
    let words = match (all, open) {
        (0, _) => String::new(),
        (all, 0) => format!("{}, none of them open.", text::capitalise(&text::counted(all, "incident", "incidents"))),
        (all, open) => {
            format!("{}, {open} of them open.", text::capitalise(&text::counted(all, "incident", "incidents")))
        }
    };
    Section::new("incidents", "What went wrong", Html::of(&words), body)
}

/// Changes that are about it: those that name it, and those of parts without which it fails.
pub(super) fn changes(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    let mut found = naming(site, ix, "change");
    let named = found.len();
    let id = site.sms.record(ix).id.as_str();
    found.extend(site.changes_about(id));
    found.sort_unstable();
    found.dedup();
    let through = found.len() - named.min(found.len());
    order(site, &mut found);
    let body = section::records(site, root, "change", &found, &["status", "category", "planned", "outcome"], MOST);
    let words = match through {
        0 => String::new(),
        1 => "One of them is made to something that it relies on.".to_owned(),
        many => format!("{many} of them are made to something that it relies on."),
    };
    Section::new("changes", "What changes", Html::of(&words), body)
}

/// Risks that are not over, the gravest first.
pub(super) fn risks(site: &Site<'_>, root: Root, ix: Ix) -> Option<Section> {
    let mut found = naming(site, ix, "risk");
    found.retain(|risk| !site.sms.record(*risk).is_at_rest());
    if found.is_empty() {
        return None;
    }
    let criteria = RiskCriteria::in_force(site.sms);
    let rank = |ix: &Ix| {
        let risk: Option<Risk<'_>> = site.sms.view(*ix);
        let level = risk.and_then(|risk| risk.residual().or(risk.inherent())?.level());
        level.and_then(|level| criteria?.rank(level))
    };
    found.sort_by_cached_key(|ix| (std::cmp::Reverse(rank(ix)), *ix));
    let columns = ["status", "residual", "treatment", "owner"];
    let body = section::records(site, root, "risk", &found, &columns, MOST);
    let above = found.iter().filter(|ix| super::risk::is_above(site, **ix) == Some(true)).count();
    let words = match above {
        0 => "None of them is above what we accept.".to_owned(),
        1 => "One of them is above what we accept.".to_owned(),
        many => format!("{many} of them are above what we accept."),
    };
    Section::new("risks", "What may go wrong", Html::of(&words), body)
}

/// A small heading above one of several tables.
pub(super) fn heading(site: &Site<'_>, kind: &str, count: usize, out: &mut Html) {
    if let Some(shelf) = site.shelf(kind) {
        out.raw("<h3 class=\"tblh\">").text(&text::capitalise(&shelf.kind.names.plural));
        out.raw(" <span class=\"muted\">").text(&text::count(count)).raw("</span></h3>");
    }
}
