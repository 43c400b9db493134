//! Other changes that get in the way: on the same things, on what they need, on both halves of a redundant pair, or by the
//! same people.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use super::facts::{Facts, Sibling};
use super::outcome::Outcome;
use super::reason::{Code, Reason};
use crate::base::text::quoted;
use crate::graph::State;
use crate::graph::diff::Side;
use crate::model::change::{Change, ChangeStatus};
use crate::model::service::Service;
use crate::model::words::Criticality;

/// How two changes meet; worse is later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Meeting {
    /// The same people at the same time.
    People,
    /// One works on what the other one's things need.
    Dependency,
    /// Each takes one of a redundant group, and both together take too many.
    Redundancy,
    /// On the same thing.
    SameItem,
}

/// A change that meets the one that is decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The other change.
    pub change: String,
    /// The pull request that carries it; none when it is merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// How they meet.
    pub meeting: Meeting,
    /// On what, by id.
    pub on: BTreeSet<String>,
    /// Whether both know.
    pub settled: bool,
    /// What it comes to.
    pub outcome: Outcome,
}

/// The other side of a meeting.
struct Other<'r> {
    change: &'r str,
    number: Option<u64>,
    affects: BTreeSet<&'r str>,
    planned: (Timestamp, Timestamp),
    implementers: BTreeSet<&'r str>,
    settled: bool,
    /// Whether it was approved first, or is merged.
    holds: bool,
}

/// What conflicts are judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Radar<'r> {
    /// The merge result.
    pub head: Side<'r>,
    /// The change.
    pub change: Change<'r>,
    /// Everything that it affects, by id.
    pub affected: &'r BTreeSet<String>,
    /// When it is carried out.
    pub planned: Option<(Timestamp, Timestamp)>,
    /// How many hard dependencies away another change still counts.
    pub hops: usize,
    /// The facts, for what is open beside it.
    pub facts: &'r Facts,
}

impl<'r> Radar<'r> {
    /// All conflicts, the worst first, then by change.
    #[must_use]
    pub(super) fn conflicts(&self) -> Vec<Conflict> {
        let Some(planned) = self.planned else { return Vec::new() };
        let mut found: Vec<Conflict> = self
            .others()
            .into_iter()
            .filter(|other| planned.0 < other.planned.1 && other.planned.0 < planned.1)
            .filter_map(|other| self.meet(&other))
            .collect();
        found.sort_by(|a, b| {
            (b.outcome, b.meeting, &a.change, a.number).cmp(&(a.outcome, a.meeting, &b.change, b.number))
        });
        found
    }

    /// Changes that are asked for or under way at the merge result, and those of open pull requests beside it.
    fn others(&self) -> Vec<Other<'r>> {
        let sms = self.head.sms;
        let own = self.change.0.record.id.as_str();
        let merged = sms.all::<Change<'_>>().filter(|other| {
            let open = matches!(other.status(), Some(ChangeStatus::Requested));
            open && other.0.record.id.as_str() != own
        });
        let mut others: Vec<Other<'r>> = merged
            .filter_map(|other| {
                Some(Other {
                    change: other.0.record.id.as_str(),
                    number: None,
                    affects: other.affects().into_iter().filter_map(|at| Some(sms.id_now(at.node.as_str()?))).collect(),
                    planned: other.planned()?.bounds()?,
                    implementers: other.implementers().into_iter().map(|it| sms.id_now(it.id)).collect(),
                    settled: self.change.is_settled_with(sms, other),
                    holds: true,
                })
            })
            .collect();
        others.extend(
            self.facts.siblings.iter().filter(|sibling| sibling.change != own).filter_map(|it| self.sibling(it)),
        );
        others
    }

    fn sibling(&self, sibling: &'r Sibling) -> Option<Other<'r>> {
        let sms = self.head.sms;
        let own = self.change.0.record.id.as_str();
        let planned = sibling.planned?;
        let release = self.change.release().map(|it| sms.id_now(it.id));
        let we = self.change.conflicts().into_iter().any(|it| sms.id_now(it.id) == sibling.change);
        let they = sibling.settled.iter().any(|id| id == own || Some(id.as_str()) == release);
        // Whoever passed first holds the slot, also in a queue; of two that passed at once, the one with the lower id.
        let ours = self.facts.pull_request.passed_at;
        let holds = match (sibling.passed_at, ours) {
            (Some(theirs), Some(ours)) => (theirs, sibling.change.as_str()) < (ours, own),
            (Some(_) | None, None) => true,
            (None, Some(_)) => false,
        };
        Some(Other {
            change: &sibling.change,
            number: Some(sibling.number),
            affects: sibling.affects.iter().map(|id| sms.id_now(id)).collect(),
            planned: (planned.start, planned.end),
            implementers: sibling.implementers.iter().map(|id| sms.id_now(id)).collect(),
            settled: we && they,
            holds,
        })
    }

    fn meet(&self, other: &Other<'_>) -> Option<Conflict> {
        let (meeting, on) = self.how(other)?;
        let heavy = match meeting {
            Meeting::SameItem => true,
            Meeting::People => false,
            Meeting::Redundancy | Meeting::Dependency => self.weight(&on, other, meeting) >= Criticality::High,
        };
        let outcome = if heavy && other.holds && !other.settled { Outcome::Blocked } else { Outcome::Pass };
        let (change, number, settled) = (other.change.to_owned(), other.number, other.settled);
        Some(Conflict { change, number, meeting, on, settled, outcome })
    }

    /// How the two meet at their worst, and on what.
    fn how(&self, other: &Other<'_>) -> Option<(Meeting, BTreeSet<String>)> {
        let sms = self.head.sms;
        let ours: BTreeSet<&str> = self.affected.iter().map(|id| sms.id_now(id)).collect();
        let set = |ids: Vec<&str>| -> BTreeSet<String> { ids.into_iter().map(str::to_owned).collect() };
        let same: Vec<&str> = ours.intersection(&other.affects).copied().collect();
        if !same.is_empty() {
            return Some((Meeting::SameItem, set(same)));
        }
        let both = self.only_together(&ours, &other.affects);
        if !both.is_empty() {
            return Some((Meeting::Redundancy, both));
        }
        let needs = |of: &BTreeSet<&str>| -> BTreeSet<String> {
            let seeds = of.iter().filter_map(|id| self.head.graph.node(id)).map(|node| node.id.as_str());
            self.head.graph.needs(seeds, State::Down, self.hops).into_iter().map(str::to_owned).collect()
        };
        let (under_ours, under_theirs) = (needs(&ours), needs(&other.affects));
        let mut met: BTreeSet<String> =
            other.affects.iter().filter(|id| under_ours.contains(**id)).map(|id| (*id).to_owned()).collect();
        met.extend(ours.iter().filter(|id| under_theirs.contains(**id)).map(|id| (*id).to_owned()));
        if !met.is_empty() {
            return Some((Meeting::Dependency, met));
        }
        let people: Vec<&str> = self
            .change
            .implementers()
            .into_iter()
            .map(|it| sms.id_now(it.id))
            .filter(|id| other.implementers.contains(id))
            .collect();
        (!people.is_empty()).then(|| (Meeting::People, set(people)))
    }

    /// What goes down only when both are at work.
    fn only_together(&self, ours: &BTreeSet<&str>, theirs: &BTreeSet<&str>) -> BTreeSet<String> {
        let down = |ids: &mut dyn Iterator<Item = &str>| -> BTreeSet<String> {
            let seeds: Vec<&str> = ids.collect();
            let felt = self.head.graph.impact(seeds).affected.into_iter().filter(|felt| felt.state == State::Down);
            felt.map(|felt| felt.node.id.to_string()).collect()
        };
        let together = down(&mut ours.iter().chain(theirs).copied());
        let (one, other) = (down(&mut ours.iter().copied()), down(&mut theirs.iter().copied()));
        let alone = |id: &String| {
            one.contains(id) || other.contains(id) || ours.contains(id.as_str()) || theirs.contains(id.as_str())
        };
        together.into_iter().filter(|id| !alone(id)).collect()
    }

    /// The highest criticality of a service that feels the meeting; high where it is not written down.
    fn weight(&self, on: &BTreeSet<String>, other: &Other<'_>, meeting: Meeting) -> Criticality {
        let sms = self.head.sms;
        let seeds: Vec<&str> = match meeting {
            Meeting::Redundancy => {
                self.affected.iter().map(|id| sms.id_now(id)).chain(other.affects.iter().copied()).collect()
            }
            _ => on.iter().map(String::as_str).collect(),
        };
        let impact = self.head.graph.impact(seeds.iter().copied());
        let down = impact.affected.iter().filter(|felt| felt.state == State::Down).map(|felt| felt.node.id.as_str());
        let services = down.chain(seeds.iter().copied()).filter_map(|id| sms.view::<Service<'_>>(sms.find(id)?));
        services.map(|service| service.criticality().unwrap_or(Criticality::High)).max().unwrap_or(Criticality::Low)
    }
}

impl Conflict {
    /// It as a reason.
    #[must_use]
    pub fn reason(&self) -> Reason {
        let on = quoted(&self.on, 3);
        let other = self.number.map_or_else(
            || format!("'{}'", self.change),
            |number| format!("'{}' (pull request {number})", self.change),
        );
        let how = match self.meeting {
            Meeting::People => format!("{on} would work on {other} at the same time"),
            Meeting::Dependency => format!("it overlaps with {other}, and one needs what the other works on: {on}"),
            Meeting::Redundancy => format!("it overlaps with {other}, and both together take down {on}"),
            Meeting::SameItem => format!("it overlaps with {other} on {on}"),
        };
        if self.outcome == Outcome::Pass {
            let why = if self.settled { ", which both know" } else { "" };
            return Reason::pass(Code::ConflictTold, format!("{how}{why}"));
        }
        let both = if self.number.is_some() { "in both records" } else { "in its record" };
        let help = format!(
            "move the window, or name '{}' in `assessment.conflicts` {both} when that was looked at",
            self.change
        );
        Reason::blocked(Code::Conflict, how, help)
    }
}
