//! What another policy would ask for: open and recent changes that it would decide differently.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan as _};
use serde::Serialize;

use super::edits::Edits;
use super::facts::{Facts, SourceKind};
use super::judge::Ground;
use super::policy::Policy;
use super::reason::Reason;
use crate::diff::State;
use crate::graph::diff::Side;
use crate::model::change::{Change, ChangeStatus};

/// What a policy asks for a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// The category in which it is decided.
    pub category: String,
    /// The level of its risk.
    pub risk: String,
    /// Who must agree, each in words.
    pub seats: Vec<String>,
}

/// A change that two policies decide differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differs {
    /// The change, by id.
    pub change: String,
    /// Its title.
    pub title: String,
    /// Its status.
    pub status: &'static str,
    /// What the one policy asks for.
    pub before: Asked,
    /// What the other one asks for.
    pub after: Asked,
}

/// How many changes were looked at, and those that come out differently, by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// How many.
    pub looked_at: usize,
    /// Those that differ.
    pub differs: Vec<Differs>,
}

/// Compares what the policies of `before` and `after` ask for the changes of `now` that are requested, or ended within
/// the last 180 days.
///
/// # Errors
/// When one of the two is no policy to decide by.
pub fn preview(before: State<'_>, after: State<'_>, now: Side<'_>, at: Timestamp) -> Result<Preview, Reason> {
    let day = now.sms.snapshot.as_of.day();
    let one = Policy::in_force(before.side.sms, before.findings, day)?;
    let other = Policy::in_force(after.side.sms, after.findings, day)?;
    let first = day.checked_sub(180.days()).unwrap_or(day);
    let recent = |change: &Change<'_>| {
        change.status() == Some(ChangeStatus::Requested)
            || change.ended().is_some_and(|ended| (first..=day).contains(&ended))
    };
    let changes: Vec<Change<'_>> = now.sms.all::<Change<'_>>().filter(recent).collect();
    let mut differs = Vec::new();
    for change in &changes {
        let (before, after) = (asked(&one, now, *change, at), asked(&other, now, *change, at));
        if before != after {
            let record = change.0.record;
            let status = change.status().map_or("", ChangeStatus::word);
            differs.push(Differs {
                change: record.id.to_string(),
                title: record.title().to_owned(),
                status,
                before,
                after,
            });
        }
    }
    Ok(Preview { looked_at: changes.len(), differs })
}

/// What a policy asks for a change that edits nothing but its own record.
fn asked(policy: &Policy<'_>, now: Side<'_>, change: Change<'_>, at: Timestamp) -> Asked {
    let facts = Facts::empty(SourceKind::Simulation);
    let edits = Edits { controlled: Vec::new(), files: BTreeMap::new(), changes: Vec::new(), policy: false };
    let ground = Ground { policy, base: now, head: now, facts: &facts, edits: &edits, at };
    let judged = ground.judge(change);
    let seats = judged.requirements.iter().map(|it| format!("{}: {}", it.id, it.demand.words())).collect();
    Asked { category: judged.decided.word, risk: judged.risk.level, seats }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Graph;
    use crate::model::fixture::records;

    fn policy(seats: &str) -> String {
        format!("== change_policy p\nstatus: in_force\ncategories: [{{id: normal, seats: [{seats}]}}]\n")
    }

    const CHANGES: &str = "
        == ci ci-a
        == change chg-draft
        status: draft
        category: normal
        affects: [ci-a]
        == change chg-old
        status: closed
        category: normal
        affects: [ci-a]
        actual: {start: 2020-01-01T00:00:00Z, end: 2020-01-01T01:00:00Z}
        == change chg-open
        status: requested
        category: normal
        affects: [ci-a]
    ";

    fn told(before: &str, after: &str) -> (usize, Vec<String>) {
        let text = |seats: &str| format!("{}{CHANGES}", policy(seats));
        records(&text(before), |one| {
            records(&text(after), |other| {
                let (left, right) = (Graph::build(one), Graph::build(other));
                let state = |sms, graph| State { side: Side { sms, graph }, findings: &[] };
                let (one, other) = (state(one, &left), state(other, &right));
                let at = one.side.sms.snapshot.as_of.instant();
                let preview = preview(one, other, other.side, at).unwrap();
                let line = |it: &Differs| format!("{} {:?} {:?}", it.change, it.before.seats, it.after.seats);
                (preview.looked_at, preview.differs.iter().map(line).collect())
            })
        })
    }

    #[test]
    fn only_open_and_recent_changes_that_come_out_differently_are_told() {
        let (one, two) = ("{role: r, count: 1}", "{role: r, count: 2}");
        assert_eq!(told(one, one), (1, vec![]));
        let words =
            r#"chg-open ["category normal: 1 of the holders of 'r'"] ["category normal: 2 of the holders of 'r'"]"#;
        assert_eq!(told(one, two), (1, vec![words.to_owned()]));
    }
}
