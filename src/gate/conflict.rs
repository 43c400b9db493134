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
            Meeting::Redundancy | Meeting::Dependency => self.weight(&on) >= Criticality::High,
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
    fn weight(&self, on: &BTreeSet<String>) -> Criticality {
        let sms = self.head.sms;
        let seeds: Vec<&str> = on.iter().map(String::as_str).collect();
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::gate::facts::SourceKind;
    use crate::graph::Graph;
    use crate::model::change::Window;
    use crate::model::fixture::records;

    const WORLD: &str = "
        == service svc-vital
        criticality: vital
        relations: [ci-app, {type: runs_on, to: ci-a}, {type: runs_on, to: ci-b}]
        redundancy: [{of: runs_on, min_up: 1}]
        == service svc-low
        criticality: low
        relations: [ci-low]
        == ci ci-app
        relations: [ci-db]
        == ci ci-db
        == ci ci-a
        == ci ci-b
        == ci ci-low
        relations: [ci-under]
        == ci ci-under
        == ci ci-alone
        == release rel-a
        == person ann
    ";

    /// Conflicts of `chg-a` on the first things with `chg-b` on the others, each with its further fields.
    fn meet(ours: &str, theirs: &str, more: (&str, &str), hops: usize) -> Vec<String> {
        let change = |id: &str, affects: &str, more: &str| {
            format!(
                "\n== change {id}\nstatus: requested\naffects: [{affects}]\nplanned: {{start: 2026-12-01T20:00:00Z, end: 2026-12-01T22:00:00Z}}\n{more}\n"
            )
        };
        let text = format!(
            "{}{}{}",
            WORLD.replace("\n        ", "\n"),
            change("chg-a", ours, more.0),
            change("chg-b", theirs, more.1)
        );
        found(&text, &Facts::empty(SourceKind::Simulation), hops)
    }

    fn found(text: &str, facts: &Facts, hops: usize) -> Vec<String> {
        records(text, |sms| {
            let graph = Graph::build(sms);
            let change: Change<'_> = sms.view(sms.find("chg-a").unwrap()).unwrap();
            let affected: BTreeSet<String> =
                change.affects().iter().filter_map(|at| Some(sms.id_now(at.node.as_str()?).to_owned())).collect();
            let planned = change.planned().and_then(Window::bounds);
            let radar = Radar { head: Side { sms, graph: &graph }, change, affected: &affected, planned, hops, facts };
            let line = |it: Conflict| {
                let on: Vec<String> = it.on.into_iter().collect();
                let settled = if it.settled { " settled" } else { "" };
                format!("{} {:?} {} {}{settled}", it.outcome, it.meeting, it.change, on.join("+"))
            };
            radar.conflicts().into_iter().map(line).collect()
        })
    }

    #[test]
    fn two_changes_meet_on_one_thing_whatever_it_carries() {
        assert_eq!(meet("ci-alone", "ci-alone", ("", ""), 1), ["BLOCKED SameItem chg-b ci-alone"]);
        assert!(meet("ci-alone", "ci-db", ("", ""), 9).is_empty());
    }

    #[test]
    fn a_dependency_weighs_as_much_as_the_service_that_feels_it() {
        assert_eq!(meet("ci-app", "ci-db", ("", ""), 1), ["BLOCKED Dependency chg-b ci-db"]);
        assert_eq!(meet("ci-db", "ci-app", ("", ""), 1), ["BLOCKED Dependency chg-b ci-db"], "seen from below too");
        assert_eq!(meet("ci-low", "ci-under", ("", ""), 1), ["PASS Dependency chg-b ci-under"]);
    }

    #[test]
    fn only_so_many_steps_are_looked_at() {
        assert!(meet("svc-vital", "ci-db", ("", ""), 1).is_empty());
        assert_eq!(meet("svc-vital", "ci-db", ("", ""), 2), ["BLOCKED Dependency chg-b ci-db"]);
        assert!(meet("ci-app", "ci-db", ("", ""), 0).is_empty());
    }

    #[test]
    fn both_halves_of_a_pair_are_one_too_many() {
        assert_eq!(meet("ci-a", "ci-b", ("", ""), 0), ["BLOCKED Redundancy chg-b svc-vital"]);
        assert!(meet("ci-a", "ci-alone", ("", ""), 0).is_empty());
    }

    #[test]
    fn the_same_people_are_told_and_stop_nothing() {
        let both = ("implementers: [ann]", "implementers: [ann]");
        assert_eq!(meet("ci-alone", "ci-db", both, 0), ["PASS People chg-b ann"]);
    }

    #[test]
    fn what_both_know_passes() {
        let named = ("assessment: {conflicts: [chg-b]}", "");
        assert_eq!(meet("ci-alone", "ci-alone", named, 1), ["PASS SameItem chg-b ci-alone settled"]);
        let together = ("release: rel-a", "release: rel-a");
        assert_eq!(meet("ci-alone", "ci-alone", together, 1), ["PASS SameItem chg-b ci-alone settled"]);
    }

    #[test]
    fn windows_that_only_touch_and_changes_that_are_over_do_not_meet() {
        let over = ("", "outcome: success");
        let text = |more: &str| meet("ci-alone", "ci-alone", ("", more), 1).len();
        assert_eq!(text(""), 1);
        assert_eq!(meet("ci-alone", "ci-alone", over, 1).len(), 1, "an outcome alone ends nothing");
        let planned = "planned: {start: 2026-12-01T22:00:00Z, end: 2026-12-01T23:00:00Z}";
        let world = WORLD.replace("\n        ", "\n");
        let later = format!(
            "{world}\n== change chg-a\nstatus: requested\naffects: [ci-db]\nplanned: {{start: 2026-12-01T20:00:00Z, end: 2026-12-01T22:00:00Z}}\n== change chg-b\nstatus: requested\naffects: [ci-db]\n{planned}\n== change chg-c\nstatus: closed\naffects: [ci-db]\nplanned: {{start: 2026-12-01T20:00:00Z, end: 2026-12-01T22:00:00Z}}\n"
        );
        assert!(found(&later, &Facts::empty(SourceKind::Simulation), 1).is_empty());
    }

    #[test]
    fn of_two_open_pull_requests_the_one_that_passed_first_holds_the_slot() {
        let text = format!(
            "{}\n== change chg-a\nstatus: requested\naffects: [ci-db]\nplanned: {{start: 2026-12-01T20:00:00Z, end: 2026-12-01T22:00:00Z}}\n",
            WORLD.replace("\n        ", "\n")
        );
        let beside = |ours: Option<&str>, change: &str, theirs: Option<&str>, settled: Value| {
            let sibling = json!({
                "number": 8, "change": change, "affects": ["ci-db"], "passed_at": theirs, "settled": settled,
                "planned": {"start": "2026-12-01T21:00:00Z", "end": "2026-12-01T23:00:00Z"},
            });
            let mut facts = Facts::empty(SourceKind::Simulation);
            facts.siblings = vec![serde_json::from_value(sibling).unwrap()];
            facts.pull_request.passed_at = ours.map(|at| at.parse().unwrap());
            found(&text, &facts, 1)
        };
        let (early, late) = (Some("2026-11-01T00:00:00Z"), Some("2026-11-02T00:00:00Z"));
        assert_eq!(beside(early, "chg-b", late, json!([])), ["PASS SameItem chg-b ci-db"]);
        assert_eq!(beside(late, "chg-b", early, json!([])), ["BLOCKED SameItem chg-b ci-db"]);
        assert_eq!(beside(early, "chg-b", early, json!([])), ["PASS SameItem chg-b ci-db"], "the lower id");
        assert_eq!(beside(early, "chg-0", early, json!([])), ["BLOCKED SameItem chg-0 ci-db"]);
        assert_eq!(beside(None, "chg-b", None, json!([])), ["BLOCKED SameItem chg-b ci-db"], "nobody holds it yet");
        assert_eq!(beside(None, "chg-b", None, json!(["chg-a"])), ["BLOCKED SameItem chg-b ci-db"], "we do not know");
        assert!(beside(early, "chg-a", late, json!([])).is_empty(), "one and the same change");
    }
}
