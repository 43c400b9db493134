//! Gaps as action records: one for each clause that has any.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;

use super::{Assessed, Input, Status};
use crate::base::clause;
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::model::{Record, Sms};
use crate::yaml::Node;

/// Time to close a gap.
const TIME: Duration = Duration::from_days(90);

/// A record to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its path in the repository.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// An action for each clause with a requirement that is missing or partly met, but for those that already have one
/// under way: an open record `act-gap-CLAUSE`.
#[must_use]
pub fn actions(input: &Input<'_>, assessed: &[Assessed<'_>]) -> Vec<Draft> {
    let mut by_clause: Vec<(&str, Vec<&Assessed<'_>>)> = Vec::new();
    for one in assessed.iter().filter(|one| matches!(one.status, Status::Missing | Status::Partly)) {
        let number = one.requirement.clause();
        match by_clause.last_mut().filter(|(clause, _)| *clause == number) {
            Some((_, gaps)) => gaps.push(one),
            None => by_clause.push((number, vec![one])),
        }
    }
    let owners = owners(input.sms);
    let drafts = by_clause.iter().filter_map(|(number, gaps)| draft(input, number, gaps, &owners));
    drafts.collect()
}

/// Who answers for each clause: the owner of the first process in force that carries it out.
fn owners(sms: &Sms<'_>) -> BTreeMap<String, String> {
    let mut owners = BTreeMap::new();
    for (_, process) in sms.of_kind("process").filter(|(_, process)| process.status() == Some("in_force")) {
        for tag in process.get("clauses").map(Node::items).unwrap_or_default().iter().filter_map(Node::as_str) {
            if let Some(owner) = process.text("owner") {
                owners.entry(clause::split(tag).1.to_owned()).or_insert_with(|| owner.to_owned());
            }
        }
    }
    owners
}

fn draft(input: &Input<'_>, number: &str, gaps: &[&Assessed<'_>], owners: &BTreeMap<String, String>) -> Option<Draft> {
    let sms = input.sms;
    let today = sms.snapshot.as_of.day();
    let id = free(sms, &format!("act-gap-{}", number.replace('.', "-")), today)?;
    let title = clause::find(number).map(|clause| clause.title).unwrap_or_default();
    let above =
        clause::all().filter(|above| crate::standard::is_within(number, above.number)).map(|above| above.number);
    let owner = above.filter_map(|above| owners.get(above)).last().map(String::as_str).or_else(|| sms_owner(sms));
    let mut text = String::from("# yaml-language-server: $schema=../../schemas/action.schema.json\n");
    let mut field = |key: &str, value: &str| {
        let _ = writeln!(text, "{key}: {value}");
    };
    field("kind", "action");
    field("id", &id);
    field("title", &quoted(&format!("Close the gaps in {number} {title}")));
    field("status", "open");
    if let Some(owner) = owner {
        field("owner", &quoted(owner));
    }
    field("action_type", "follow_up");
    field("raised_at", &today.to_string());
    field("due", &after(today, TIME).to_string());
    field("clauses", &format!("[{}]", quoted(&format!("{}:{number}", input.pack.standard))));
    text.push_str("description: |\n");
    for gap in gaps {
        let _ = writeln!(
            text,
            "  - {} ({}): {}. {}",
            gap.requirement.id,
            gap.status,
            gap.requirement.says,
            line(&gap.next)
        );
    }
    Some(Draft { path: format!("sms/action/{id}.yaml"), text })
}

/// An id that is free; none while an action with this id, or this id and a day, is under way.
fn free(sms: &Sms<'_>, id: &str, today: Date) -> Option<String> {
    let dated = format!("{id}-{today}");
    let taken: Vec<&Record<'_>> = sms
        .of_kind("action")
        .map(|(_, record)| record)
        .filter(|record| record.id.as_str().strip_prefix(id).is_some_and(|rest| rest.is_empty() || is_day(rest)))
        .collect();
    if taken.iter().any(|record| matches!(record.status(), Some("open" | "in_progress"))) {
        return None;
    }
    [id.to_owned(), dated].into_iter().find(|id| sms.find(id).is_none())
}

fn is_day(rest: &str) -> bool {
    rest.strip_prefix('-').is_some_and(|day| crate::base::date::parse_date(day).is_ok())
}

fn sms_owner<'s>(sms: &'s Sms<'_>) -> Option<&'s str> {
    sms.of_kind("sms").find_map(|(_, record)| record.text("owner"))
}

/// A text in double quotes, as YAML and JSON both read it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A text on one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
