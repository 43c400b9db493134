//! The change policy by which a change is decided: the one in force at the base, with defaults where it is silent.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::demand::Demand;
use super::glob::Patterns;
use super::outcome::Outcome;
use super::reason::{Code, Reason};
use crate::base::duration::Duration;
use crate::base::finding::{Finding, Severity};
use crate::model::Sms;
use crate::model::change_policy::{Category, ChangePolicy, Part};
use crate::rules;

/// The policy, ready to decide by.
#[derive(Debug)]
pub(super) struct Policy<'s> {
    /// The record.
    pub record: ChangePolicy<'s>,
    /// Kinds under control.
    pub kinds: BTreeSet<&'s str>,
    /// Types of item under control; all of them when none is named.
    pub ci_types: BTreeSet<&'s str>,
    /// Paths under control.
    pub paths: Patterns,
    /// Who cannot vote on the own change.
    pub excluded: BTreeSet<Part>,
    /// Whether each person fills one seat only.
    pub one_seat: bool,
    /// How long a vote holds; for ever when the policy is silent.
    pub vote_expiry: Option<Duration>,
    /// How far a window may move before votes lapse; not at all when the policy is silent.
    pub tolerance: Duration,
    /// How many hard dependencies away another change still counts; 1 when the policy is silent.
    pub conflict_hops: usize,
    /// Whether authors may vote, because the team is too small.
    pub small_team: Option<&'s str>,
}

/// Kinds on which a decision rests besides the policy: when they are broken, it rests on nothing.
const GROUND: [&str; 8] =
    ["change_policy", "person", "role", "team", "freeze", "maintenance_window", "change_model", "risk_criteria"];

impl<'s> Policy<'s> {
    /// The policy in force in `sms` on `day`.
    ///
    /// # Errors
    /// The reason for which nothing can be decided: there is none, there are several, or what it rests on has errors
    /// among `findings`.
    pub(super) fn in_force(sms: &'s Sms<'s>, findings: &[Finding], day: Date) -> Result<Self, Reason> {
        if let Some(reason) = broken(sms, findings) {
            return Err(reason);
        }
        let begun = |policy: &ChangePolicy<'_>| policy.effective_from().is_none_or(|from| from <= day);
        let mut found = ChangePolicy::in_force(sms).filter(begun);
        match (found.next(), found.next()) {
            (Some(record), None) => Self::new(record, day),
            (Some(one), Some(other)) => Err(Reason::error(
                Code::PolicyMissing,
                format!("two change policies are in force: '{}' and '{}'", one.0.record.id, other.0.record.id),
                "supersede one of them",
            )),
            (None, _) => Err(Reason::error(
                Code::PolicyMissing,
                "no change policy is in force at the base",
                "an administrator merges one by hand: `gitsm new change_policy`, then `status: in_force`; the first merge is recorded as made before the process held",
            )),
        }
    }

    /// The policy of a record.
    ///
    /// # Errors
    /// When its path patterns cannot be read.
    pub(super) fn new(record: ChangePolicy<'s>, day: Date) -> Result<Self, Reason> {
        let controlled = record.controlled();
        let list = |of: fn(crate::model::change_policy::Controlled<'s>) -> Vec<&'s str>| {
            controlled.map(of).unwrap_or_default()
        };
        let paths = Patterns::new(&list(|it| it.paths()), &list(|it| it.except_paths()));
        let paths = paths.map_err(|why| Reason::error(Code::PolicyBroken, why, "mend the pattern at the base"))?;
        let text = |at: crate::model::view::At<'s>| at.node.as_str();
        let excluded = record.excluded();
        let small = record.small_team().filter(|small| small.until().is_some_and(|until| day <= until));
        let hops = record.conflict_hops().unwrap_or(1).clamp(0, 10);
        Ok(Self {
            record,
            kinds: controlled.map(|it| it.kinds()).unwrap_or_default().into_iter().filter_map(text).collect(),
            ci_types: controlled.map(|it| it.ci_types()).unwrap_or_default().into_iter().filter_map(text).collect(),
            paths,
            excluded: if record.0.node.get("excluded").is_some() {
                excluded.into_iter().collect()
            } else {
                Part::ALL.into()
            },
            one_seat: record.several_seats() != Some(true),
            vote_expiry: record.vote_expiry(),
            tolerance: record.tolerance().unwrap_or_default(),
            conflict_hops: usize::try_from(hops).unwrap_or(1),
            small_team: small.and_then(|small| small.control()),
        })
    }

    /// Its id.
    #[must_use]
    pub(super) fn id(&self) -> &'s str {
        self.record.0.record.id.as_str()
    }

    /// The programs that may agree, by the number of their App.
    #[must_use]
    pub(super) fn programs(&self) -> BTreeSet<u64> {
        self.record.bots().iter().filter_map(|bot| bot.app_id().and_then(|id| u64::try_from(id).ok())).collect()
    }

    /// The category of this word.
    #[must_use]
    pub(super) fn category(&self, word: &str) -> Option<Category<'s>> {
        self.record.categories().into_iter().find(|category| category.id() == Some(word))
    }

    /// The demands of a category: its seats, and its stages by number from 1; seats stand at 0.
    #[must_use]
    pub(super) fn demands(category: Category<'_>) -> Vec<(usize, String, Demand)> {
        let word = category.id().unwrap_or_default();
        let mut demands: Vec<(usize, String, Demand)> =
            Demand::list(&category.seats()).into_iter().map(|demand| (0, format!("category {word}"), demand)).collect();
        for (at, stage) in category.stages().into_iter().enumerate() {
            let name = stage.id().unwrap_or_default();
            let of = Demand::list(&stage.seats()).into_iter();
            demands.extend(of.map(|demand| (at + 1, format!("category {word}, stage {name}"), demand)));
        }
        demands
    }
}

/// Rules whose findings make a record unsafe to decide by, although it can be read. No other rule has a say about the base
/// alone.
pub(super) const DEEP: [&str; 4] = ["account-shared", "id-duplicate", "ref-dangling", "ref-wrong-kind"];

/// Why nothing can be decided on what stands at the base.
fn broken(sms: &Sms<'_>, findings: &[Finding]) -> Option<Reason> {
    let about = |finding: &&Finding| {
        let path = sms.snapshot.sources.get(finding.primary.file).path();
        let folder = path.strip_prefix("sms/").and_then(|rest| rest.split('/').next());
        let kind = finding.subject.as_ref().map(|subject| subject.kind.as_str());
        GROUND.iter().any(|ground| kind == Some(ground) || folder == Some(ground))
    };
    // What rules think of a record that can be read is no reason to decide nothing; what cannot be read, or is somebody
    // else's, is.
    let opinion = |finding: &Finding| {
        !DEEP.contains(&finding.rule) && rules::ALL.iter().any(|rule| rule.code().id == finding.rule)
    };
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error && !finding.clock);
    let errors = errors.filter(|finding| !opinion(finding));
    let parts: Vec<Reason> = errors
        .filter(about)
        .take(5)
        .map(|finding| {
            let source = sms.snapshot.sources.get(finding.primary.file);
            let line = source.position(finding.primary.start).line;
            Reason::new(Code::PolicyBroken, Outcome::Error, format!("{}:{line}: {}", source.path(), finding.message))
        })
        .collect();
    (!parts.is_empty()).then(|| {
        let message = "records at the base on which every decision rests have errors";
        let help = "mend them at the base: an administrator merges a pull request that changes nothing else";
        Reason::error(Code::PolicyBroken, message, help).with(parts)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Graph;
    use crate::model::fixture::records;
    use crate::rules::{Check, Selection, all};

    fn told(text: &str) -> String {
        records(text, |sms| {
            let graph = Graph::build(sms);
            let selection = Selection::new(&[], &sms.snapshot.settings, &sms.local).unwrap();
            let findings = all(&Check { sms, graph: &graph }, &selection).findings;
            let broken: Vec<Finding> = findings.into_iter().filter(|finding| finding.rule == "field-unknown").collect();
            match Policy::in_force(sms, &broken, sms.snapshot.as_of.day()) {
                Ok(policy) => format!("{} {:?} {}", policy.id(), policy.conflict_hops, policy.excluded.len()),
                Err(reason) => format!("{} {} {}", reason.code.word(), reason.message, reason.parts.len()),
            }
        })
    }

    #[test]
    fn exactly_one_policy_must_be_in_force() {
        assert_eq!(told("== change_policy p\nstatus: in_force"), "p 1 7");
        assert!(told("== change_policy p\nstatus: draft").starts_with("policy-missing no change policy"));
        assert!(told("== change_policy p\nstatus: in_force\neffective_from: 2999-01-01").starts_with("policy-missing"));
        let two = told("== change_policy p\nstatus: in_force\n== change_policy q\nstatus: in_force");
        assert!(two.contains("two change policies are in force: 'p' and 'q'"), "{two}");
    }

    #[test]
    fn what_the_policy_says_of_exclusion_counts_even_when_it_is_nothing() {
        assert_eq!(told("== change_policy p\nstatus: in_force\nexcluded: [author]\nconflict_hops: 3"), "p 3 1");
        assert_eq!(told("== change_policy p\nstatus: in_force\nexcluded: []"), "p 1 0");
    }

    #[test]
    fn nothing_is_decided_on_a_broken_ground() {
        let role = told("== change_policy p\nstatus: in_force\n== role r\nonwer: x");
        assert_eq!(role, "policy-broken records at the base on which every decision rests have errors 1");
        assert_eq!(told("== change_policy p\nstatus: in_force\n== risk r\nonwer: x"), "p 1 7");
    }

    #[test]
    fn only_an_error_that_time_does_not_mend_breaks_the_ground() {
        let text = "== change_policy p\nstatus: in_force\n== role r\nonwer: x";
        let usable = |alter: &dyn Fn(&mut Finding)| {
            records(text, |sms| {
                let graph = Graph::build(sms);
                let selection = Selection::new(&[], &sms.snapshot.settings, &sms.local).unwrap();
                let findings = all(&Check { sms, graph: &graph }, &selection).findings;
                let mut broken: Vec<Finding> =
                    findings.into_iter().filter(|finding| finding.rule == "field-unknown").collect();
                assert_eq!(broken.len(), 1);
                broken.iter_mut().for_each(alter);
                Policy::in_force(sms, &broken, sms.snapshot.as_of.day()).is_ok()
            })
        };
        assert!(!usable(&|_| {}));
        assert!(usable(&|finding| finding.severity = Severity::Warning));
        assert!(usable(&|finding| finding.clock = true));
    }
}
