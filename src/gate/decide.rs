//! The decision: a pure function of the records at the base, those of the merge result, the facts and an instant.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::contributors::Contributors;
use super::decision::{Affected, By, Decision, Felt, Filled, Next};
use super::demand::Demand;
use super::digest::{self, Weighed};
use super::edits::{Edits, Meaning};
use super::facts::{Content, Facts, Permission, PullState, SourceKind};
use super::judge::{Ground, Judged, outside};
use super::next;
use super::objection;
use super::opening;
use super::outcome::Outcome;
use super::people::People;
use super::policy::Policy;
use super::reason::{Code, Reason};
use super::retrospective;
use super::seats::{Hall, Requirement, Seating};
use super::under;
use super::votes::{Booth, Votes};
use crate::base::text::quoted;
use crate::diff::State;
use crate::graph::diff::Side;
use crate::model::change::Change;

/// Decides a pull request.
///
/// `base` is what is on the branch now, `head` what would be there after the merge; both are judged at `at`, which must be
/// the instant of their snapshots. Whatever cannot be told is [`Outcome::Error`]; nothing but [`Outcome::Pass`] may let a
/// pull request through.
#[must_use]
pub fn decide(base: State<'_>, head: State<'_>, facts: &Facts, at: Timestamp) -> Decision {
    decide_by(base, base, head, facts, at)
}

/// Decides as [`decide`] does, by the policy that `law` holds instead of the one at the base.
#[must_use]
pub fn decide_by(law: State<'_>, base: State<'_>, head: State<'_>, facts: &Facts, at: Timestamp) -> Decision {
    let mut decision = Decision::blank(facts, at);
    let day = base.side.sms.snapshot.as_of.day();
    match Policy::in_force(law.side.sms, law.findings, day) {
        Ok(policy) => {
            let commit = facts.pull_request.base.commit.clone();
            let version = policy.record.0.record.text("version").map(str::to_owned);
            decision.policy = Some(By { id: policy.id().to_owned(), version, commit });
            Court { policy: &policy, base, head, facts, at }.sit(&mut decision);
        }
        Err(reason) => decision.reasons.push(reason),
    }
    decision.close();
    decision
}

impl Decision {
    /// Nothing decided yet.
    pub(super) fn blank(facts: &Facts, at: Timestamp) -> Self {
        Self {
            outcome: Outcome::Error,
            change: None,
            changes: Vec::new(),
            category: None,
            risk: None,
            digest: None,
            content: None,
            policy: None,
            source: facts.source,
            number: facts.pull_request.number,
            base: facts.pull_request.base.clone(),
            head: facts.pull_request.head.clone(),
            instant: at,
            affected: Affected::default(),
            requirements: Vec::new(),
            excluded: Vec::new(),
            conflicts: Vec::new(),
            reasons: Vec::new(),
            next: Next::default(),
        }
    }

    /// The decision on facts that cannot be used.
    #[must_use]
    pub fn unreadable(why: &str, at: Timestamp) -> Self {
        let reason = Reason::error(
            Code::FactsUnreadable,
            why,
            "have the facts written anew, by `gitsm bot` or by hand after schemas/facts.schema.json",
        );
        let mut decision = Self::blank(&Facts::empty(SourceKind::Forge), at);
        decision.reasons.push(reason);
        decision.close();
        decision
    }

    /// Draws the outcome from the reasons. With no reason at all nothing was looked at, so that nothing passes.
    pub(super) fn close(&mut self) {
        let worst = Outcome::all(self.reasons.iter().map(|reason| reason.outcome));
        self.outcome = if self.reasons.is_empty() { Outcome::Error } else { worst };
        self.next = next::next(self);
    }
}

/// What votes on this are bound to; none where nothing asks for a decision. It needs no findings.
#[must_use]
pub fn content(base: Side<'_>, head: Side<'_>, facts: &Facts, at: Timestamp) -> Option<Content> {
    let state = |side| State { side, findings: &[] };
    let alone = Facts { reviews: Vec::new(), commands: Vec::new(), siblings: Vec::new(), ..facts.clone() };
    decide(state(base), state(head), &alone, at).content
}

/// Everything that a decision is made from.
pub(super) struct Court<'r> {
    /// The policy.
    pub policy: &'r Policy<'r>,
    /// The base.
    pub base: State<'r>,
    /// The merge result.
    pub head: State<'r>,
    /// The facts.
    pub facts: &'r Facts,
    /// The instant of the decision.
    pub at: Timestamp,
}

impl<'r> Court<'r> {
    fn sit(&self, decision: &mut Decision) {
        decision.reasons.extend(opening::opening(self.policy, self.base, self.head, self.facts));
        let edits = Edits::new(self.base.side.sms, self.head.side.sms, self.facts, self.policy);
        decision.reasons.extend(opening::integrity(&edits));
        let head = self.head.side;
        let view = |id: &str| head.sms.find(id).and_then(|ix| head.sms.view::<Change<'_>>(ix));
        let asked: Vec<Change<'_>> = edits.of(Meaning::Asks).filter_map(view).collect();
        if asked.len() < edits.of(Meaning::Asks).count() {
            let message = "a change that asks for a decision has an id that is not its own";
            decision.reasons.push(Reason::error(Code::ChangeUnusable, message, "give it an id that no record has"));
        }
        if asked.is_empty() {
            under::under(&self.ground(&edits), decision);
        } else {
            self.hear(&asked, &edits, decision);
        }
    }

    /// The ground on which these edits are judged.
    fn ground<'e>(&self, edits: &'e Edits) -> Ground<'e>
    where
        'r: 'e,
    {
        let (base, head) = (self.base.side, self.head.side);
        Ground { policy: self.policy, base, head, facts: self.facts, edits, at: self.at }
    }

    /// Hears the changes that are asked for.
    pub(super) fn hear<'e>(&self, asked: &[Change<'e>], edits: &'e Edits, decision: &mut Decision)
    where
        'r: 'e,
    {
        let ground = self.ground(edits);
        let head = self.head.side;
        let judged: Vec<Judged<'_>> = asked.iter().map(|change| ground.judge(*change)).collect();
        Self::several(&judged, decision);
        decision.reasons.extend(outside(&ground.uncovered(asked), asked[0].0.record.id.as_str()));
        decision.affected = affected(&judged, edits);
        for it in &judged {
            decision.reasons.extend(it.reasons.iter().cloned());
            decision.conflicts.extend(it.conflicts.iter().cloned());
        }
        let requirements = self.requirements(&judged, edits);
        let weighed: Vec<Weighed<'_>> = judged
            .iter()
            .map(|it| Weighed { change: it.change, category: &it.decided.word, level: &it.risk.level })
            .collect();
        let content = digest::content(head.sms, self.policy, edits, &weighed, &requirements);
        decision.digest = Some(content.digest.clone());
        decision.content = Some(content.clone());
        self.people(&ground, &judged, &requirements, &content, decision);
        decision.next.look_again = judged.iter().filter_map(|it| it.look_again).min();
    }

    /// Names the change; several of them are refused, and all their demands told.
    fn several(judged: &[Judged<'_>], decision: &mut Decision) {
        let ids: Vec<&str> = judged.iter().map(|it| it.change.0.record.id.as_str()).collect();
        decision.changes = ids.iter().map(|id| (*id).to_owned()).collect();
        if let [one] = judged {
            decision.change = Some(ids[0].to_owned());
            decision.category = Some(one.decided.word.clone());
            decision.risk = Some(one.risk.clone());
        } else {
            let message = format!("{} ask for a decision in one pull request", quoted(&ids, 5));
            decision.reasons.push(Reason::blocked(
                Code::SeveralChanges,
                message,
                "leave one of them, and open a pull request for each of the others",
            ));
        }
    }

    /// Everything that is asked of people, for all changes together.
    fn requirements(&self, judged: &[Judged<'_>], edits: &Edits) -> Vec<Requirement> {
        let mut all: Vec<Requirement> = Vec::new();
        for requirement in judged.iter().flat_map(|it| &it.requirements) {
            if judged.len() == 1 || !all.contains(requirement) {
                all.push(requirement.clone());
            }
        }
        if edits.policy {
            let seats = Demand::list(&self.policy.record.policy_seats()).into_iter();
            all.extend(seats.map(|demand| Requirement { id: "policy".to_owned(), demand, stage: 0 }));
        }
        all
    }

    /// Votes and seats.
    fn people<'e>(
        &self,
        ground: &Ground<'e>,
        judged: &[Judged<'e>],
        requirements: &[Requirement],
        content: &Content,
        decision: &mut Decision,
    ) {
        let people = People::new(ground.base.sms, ground.base.sms.snapshot.as_of.day());
        let before = judged.iter().filter_map(|it| {
            let ix = ground.base.sms.find(it.change.0.record.id.as_str())?;
            ground.base.sms.view::<Change<'_>>(ix)
        });
        let changes = judged.iter().map(|it| it.change).chain(before);
        let contributors = Contributors::new(self.facts, &people, self.policy, changes);
        decision.reasons.extend(contributors.reasons.iter().cloned());
        let owners = ground.owners(&people, judged);
        if !owners.ownerless.is_empty() {
            let message = format!("nobody who is there owns {}", quoted(&owners.ownerless, 3));
            let help = "name an owner; until then those answer whose services need it";
            decision.reasons.push(Reason::error(Code::OwnerMissing, message, help));
        }
        let booth = Booth {
            facts: self.facts,
            people: &people,
            policy: self.policy,
            contributors: &contributors,
            content,
            at: self.at,
            after_merge: false,
        };
        let votes = booth.count();
        decision.reasons.extend(votes.reasons.iter().cloned());
        let small = self.policy.small_team;
        let unable = self.unable(&people);
        let excluded = |person: &str| unable.contains(person) || (small.is_none() && contributors.excludes(person));
        let objectors: BTreeSet<String> = votes.objections.keys().cloned().collect();
        let apps = self.apps(&votes, judged);
        let hall = Hall {
            people: &people,
            owners: &owners,
            excluded: &excluded,
            approvals: &votes.approvals,
            objectors: &objectors,
            apps: &apps,
            one_seat: self.policy.one_seat,
        };
        self.seats(&hall, judged, requirements, decision);
        decision.reasons.extend(objection::objections(self.policy, &hall, &votes, requirements));
        if let Some(control) = small {
            let own: Vec<&String> = votes.approvals.iter().filter(|person| contributors.excludes(person)).collect();
            if !own.is_empty() {
                decision.reasons.push(Reason::pass(
                    Code::SmallTeam,
                    format!(
                        "{} votes on own work, as the policy allows for a small team; what makes up for it: {control}",
                        quoted(&own, 5)
                    ),
                ));
            }
        }
        let left = contributors.excluded.iter().map(|(person, why)| super::votes::Left {
            person: person.clone(),
            reason: why.iter().cloned().collect::<Vec<_>>().join("; "),
        });
        let mut all: BTreeSet<super::votes::Left> = votes.left.iter().cloned().collect();
        if small.is_none() {
            all.extend(left);
        }
        decision.excluded = all.into_iter().collect();
        if self.facts.pull_request.state == PullState::Merged {
            let after = Booth { after_merge: true, ..booth };
            decision.reasons.extend(retrospective::judge(ground, judged, &hall, &after));
        }
    }

    /// Persons all of whose known accounts may not write: asking them leads nowhere.
    fn unable(&self, people: &People<'_>) -> BTreeSet<String> {
        let mut able = BTreeSet::new();
        let mut unable = BTreeSet::new();
        for (id, standing) in &self.facts.accounts {
            if let Some(person) = people.of_number(*id) {
                let right = standing.permission >= Permission::Write && !standing.invited;
                if right { &mut able } else { &mut unable }.insert(person.to_owned());
            }
        }
        unable.retain(|person| !able.contains(person));
        unable
    }

    /// The roles in which apps agree, by app.
    fn apps(&self, votes: &Votes, judged: &[Judged<'_>]) -> BTreeMap<u64, BTreeSet<String>> {
        let mut roles: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
        for bot in self.policy.record.bots() {
            let app = bot.app_id().and_then(|app| u64::try_from(app).ok()).filter(|app| votes.apps.contains(app));
            let fits = judged.iter().all(|it| bot.categories().contains(&it.decided.word.as_str()));
            if let (Some(app), Some(role), true) = (app, bot.role(), fits) {
                roles.entry(app).or_default().insert(role.id.to_owned());
            }
        }
        roles
    }

    fn seats(&self, hall: &Hall<'_>, judged: &[Judged<'_>], requirements: &[Requirement], decision: &mut Decision) {
        let free =
            judged.iter().all(|it| it.decided.category.is_some_and(|category| category.model_required() == Some(true)));
        if requirements.is_empty() {
            if free {
                decision.reasons.push(Reason::pass(
                    Code::Seats,
                    "it follows its model, which was agreed before, and nobody has to agree again",
                ));
            } else {
                let message =
                    "the policy asks nobody to agree to it, and only a change that follows a model may go without";
                decision.reasons.push(Reason::blocked(
                    Code::NoRequirement,
                    message,
                    "add seats to the category in the policy at the base",
                ));
            }
            return;
        }
        let (seating, empty) = hall.seat(requirements);
        for it in &empty {
            let outcome = if it.passed_by { Outcome::Pass } else { Outcome::Error };
            let message = format!("{}: {}", requirements[it.requirement].id, it.message);
            decision.reasons.push(
                Reason::new(Code::PolicyEmpty, outcome, message)
                    .help("fill the role or team at the base, or mend the policy there"),
            );
        }
        let nobody = seating.as_ref().is_some_and(|seating| seating.seats.is_empty());
        if nobody && !free {
            let message = "nobody answers for what it touches, so that the policy asks nobody, and only a change that follows a model may go without";
            decision.reasons.push(Reason::blocked(
                Code::NoRequirement,
                message,
                "name owners at the base, or add seats to the category in the policy there",
            ));
        }
        if let Some(seating) = seating {
            decision.requirements = filled(requirements, &seating);
            decision.reasons.push(seat_reason(&decision.requirements, &seating));
            if self.facts.pull_request.state == PullState::Merged && seating.missing() > 0 {
                let message = "it was merged before all who must agree had agreed";
                let help = "open a nonconformity, and take the change back or decide it anew; only an emergency is agreed to afterwards";
                decision.reasons.push(Reason::blocked(Code::MergedEarly, message, help));
            } else {
                decision.next.ask.clone_from(&seating.ask);
            }
        }
    }
}

/// What became of each requirement.
fn filled(requirements: &[Requirement], seating: &Seating) -> Vec<Filled> {
    let one = |(at, requirement): (usize, &Requirement)| {
        let own: Vec<usize> = (0..seating.seats.len()).filter(|seat| seating.seats[*seat].requirement == at).collect();
        let open: Vec<usize> = own.iter().copied().filter(|seat| seating.filled[*seat].is_none()).collect();
        let hopeless = open.iter().any(|seat| seating.hopeless.contains(seat));
        let candidates = open.iter().filter_map(|seat| seating.candidates.get(seat)).flatten().cloned().collect();
        let outcome = match (open.is_empty(), hopeless) {
            (true, _) => Outcome::Pass,
            (false, true) => Outcome::Blocked,
            (false, false) => Outcome::Pending,
        };
        let filled = own.iter().filter_map(|seat| seating.filled[*seat].clone()).collect();
        Filled {
            id: requirement.id.clone(),
            needs: requirement.demand.words(),
            stage: requirement.stage,
            filled,
            missing: open.len(),
            candidates,
            outcome,
        }
    };
    requirements.iter().enumerate().map(one).collect()
}

/// The seats as a reason.
fn seat_reason(filled: &[Filled], seating: &Seating) -> Reason {
    let part = |it: &Filled| {
        let by = if it.filled.is_empty() { String::new() } else { format!(": {}", it.filled.join(", ")) };
        match it.outcome {
            Outcome::Pass => Reason::pass(Code::Requirement, format!("{}: {}{by}", it.id, it.needs)),
            Outcome::Pending => Reason::new(
                Code::Requirement,
                Outcome::Pending,
                format!("{}: {}; {} missing{by}", it.id, it.needs, it.missing),
            ),
            _ => Reason::blocked(
                Code::Unfillable,
                format!("{}: {}; nobody is left who could fill {} of the seats", it.id, it.needs, it.missing),
                "let somebody else carry it out, or give the role to more people at the base",
            ),
        }
    };
    let all = seating.seats.len();
    let message = match (all, seating.missing()) {
        (0, _) => "nobody has to agree".to_owned(),
        (_, 0) => "all seats are filled".to_owned(),
        (all, missing) => format!("{missing} of {all} seats are open"),
    };
    Reason::pass(Code::Seats, message).with(filled.iter().map(part).collect())
}

/// What the changes reach together.
fn affected(judged: &[Judged<'_>], edits: &Edits) -> Affected {
    let mut all = Affected::default();
    let mut services = BTreeMap::new();
    for it in judged {
        all.items.extend(it.reach.affected.iter().cloned());
        all.slas.extend(it.reach.slas.iter().cloned());
        all.customers.extend(it.reach.customers.iter().cloned());
        all.others.extend(it.reach.others.iter().map(|(id, state)| (id.clone(), *state)));
        services.extend(it.reach.services.iter().map(|(id, felt)| (id.clone(), *felt)));
    }
    all.services = services.iter().map(|(id, (state, criticality))| Felt::new(id, *state, *criticality)).collect();
    all.edits = edits.controlled.iter().map(|edit| edit.id.clone()).collect();
    all.files = edits.files.keys().cloned().collect();
    all
}
