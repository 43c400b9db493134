//! One change, judged: category, risk, time, conflicts, and who must agree.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::category::{self, Decided, Trial};
use super::conflict::{Conflict, Radar};
use super::demand::Demand;
use super::edits::Edits;
use super::facts::{Facts, PullState};
use super::outcome::Outcome;
use super::people::OwnersOf;
use super::people::People;
use super::policy::Policy;
use super::reach::Reach;
use super::reason::{Code, Reason};
use super::risk::{self, Rated, Rating};
use super::seats::Requirement;
use super::time::Timing;
use crate::base::date::AsOf;
use crate::base::text::quoted;
use crate::graph::NodeKind;
use crate::graph::diff::Side;
use crate::model::change::{Change, ChangeStatus, ChangeType, TestResult, Window};
use crate::model::change_policy::{Authority, Category};
use crate::model::risk::{Risk, RiskStatus};

/// The ground on which changes are judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'r> {
    /// The policy at the base.
    pub policy: &'r Policy<'r>,
    /// The base.
    pub base: Side<'r>,
    /// The merge result.
    pub head: Side<'r>,
    /// The facts.
    pub facts: &'r Facts,
    /// What is edited.
    pub edits: &'r Edits,
    /// The instant of the decision.
    pub at: Timestamp,
}

/// A change, judged.
#[derive(Debug)]
pub(super) struct Judged<'r> {
    /// The change, as the merge result has it.
    pub change: Change<'r>,
    /// What it reaches, at the base or at the merge result.
    pub reach: Reach,
    /// Its risk.
    pub risk: Rated,
    /// The category in which it is decided.
    pub decided: Decided<'r>,
    /// Other changes in the way.
    pub conflicts: Vec<Conflict>,
    /// Who must agree.
    pub requirements: Vec<Requirement>,
    /// Why it is so.
    pub reasons: Vec<Reason>,
    /// When it can be different by the passing of time alone.
    pub look_again: Option<Timestamp>,
}

/// The ids that a change affects, as the merge result knows them.
#[must_use]
pub(super) fn affected(sms: &crate::model::Sms<'_>, change: Change<'_>) -> BTreeSet<String> {
    change.affects().into_iter().filter_map(|at| Some(sms.id_now(at.node.as_str()?).to_owned())).collect()
}

impl<'r> Ground<'r> {
    /// Judges one change.
    #[must_use]
    pub(super) fn judge(&self, change: Change<'r>) -> Judged<'r> {
        let affected = self.affected(change);
        let reach = Reach::new(self.base, &affected).or(Reach::new(self.head, &affected));
        let paper = self.is_paper(change);
        let rating = Rating { policy: self.policy, base: self.base, change, reach: &reach, paper, at: self.at };
        let risk = rating.rate();
        let files: BTreeSet<&str> = self.edits.files.keys().map(String::as_str).collect();
        let (policy, base, head, at) = (self.policy, self.base, self.head, self.at);
        let trial = Trial {
            policy,
            base,
            head,
            change,
            reach: &reach,
            risk: &risk,
            edits: &self.edits.controlled,
            files: &files,
            at,
        };
        let decided = trial.decide();
        let mut reasons = vec![decided.reason.clone(), rated(&risk)];
        let mut look_again = None;
        let open = self.facts.pull_request.state == PullState::Open;
        if let Some(category) = decided.category.filter(|_| open) {
            let alters = !self.edits.is_empty();
            let timing =
                Timing { policy, base, change, affected: &reach.affected, category, model: decided.model, alters, at };
            let times = timing.judge();
            look_again = times.next;
            reasons.extend(times.reasons);
            reasons.extend(Self::papers(change, category));
            reasons.extend(self.debts(change, category));
        }
        let hops = policy.conflict_hops;
        let planned = change.planned().and_then(Window::bounds);
        let radar = Radar { head, change, affected: &reach.affected, planned, hops, facts: self.facts };
        let conflicts = if open { radar.conflicts() } else { Vec::new() };
        reasons.extend(conflicts.iter().map(Conflict::reason));
        reasons.extend(self.lapsed(&reach));
        let requirements = self.requirements(change, &decided, &risk, &reach);
        Judged { change, reach, risk, decided, conflicts, requirements, reasons, look_again }
    }

    /// What the change says that it affects, at the base too: what is left out of the list now still counts when the
    /// record at the base names it and it is edited.
    fn affected(&self, change: Change<'_>) -> BTreeSet<String> {
        let mut ids = affected(self.head.sms, change);
        ids.extend(self.edits.controlled.iter().map(|edit| edit.id.clone()));
        ids
    }

    /// Whether it alters only papers: its type says so, and nothing that services rest on is edited or affected.
    fn is_paper(&self, change: Change<'_>) -> bool {
        let says = matches!(change.r#type(), Some(ChangeType::Document | ChangeType::Sms));
        // An agreement is a paper too; what runs is not.
        let node = |kind: &str| matches!(NodeKind::of(kind), Some(NodeKind::Service | NodeKind::Ci));
        let affected = || category::records(self.base, self.head, &self.affected(change)).into_iter();
        says && !self.edits.controlled.iter().any(|edit| node(&edit.kind)) && !affected().any(|it| node(&it.kind.name))
    }

    /// What the category asks of the record itself.
    fn papers(change: Change<'_>, category: Category<'_>) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let word = category.id().unwrap_or_default();
        let test = change.test();
        let planned = test.is_some_and(|test| test.plan().is_some() || test.result().is_some());
        if category.test_required() == Some(true) && !planned && change.model().is_none() {
            let message = format!("a {word} change needs a test, or a reason why none is possible");
            reasons.push(Reason::blocked(Code::NotTested, message, "write `test` with its plan"));
        }
        let failed = test.and_then(|test| test.result()) == Some(TestResult::Fail);
        if category.test_required() == Some(true) && failed {
            reasons.push(Reason::blocked(Code::NotTested, "its test failed", "mend what failed, and test again"));
        }
        if category.needs_design() == Some(true) && change.design().is_none() {
            let message = format!("a {word} change needs a design");
            reasons.push(Reason::blocked(Code::NoDesign, message, "write `design`, or name a design record there"));
        }
        reasons
    }

    /// Reviews of earlier emergencies of the same owner that are overdue.
    fn debts(&self, change: Change<'_>, category: Category<'_>) -> Vec<Reason> {
        if self.policy.record.overdue_blocks() != Some(true) || category.is_emergency() {
            return Vec::new();
        }
        let sms = self.base.sms;
        let owner = |change: Change<'_>| change.0.record.text("owner").map(|id| sms.id_now(id).to_owned());
        let own = owner(change);
        let today = sms.snapshot.as_of.day();
        let mut late: BTreeMap<String, String> = BTreeMap::new();
        for earlier in sms.all::<Change<'_>>().filter(|it| own.is_some() && owner(*it) == own && it.pir().is_none()) {
            let emergency =
                earlier.category().and_then(|word| self.policy.category(word)).filter(|it| it.is_emergency());
            let due = emergency
                .and_then(Category::pir_within)
                .zip(earlier.ended())
                .map(|(within, end)| crate::base::date::after(end, within));
            if let Some(due) = due.filter(|due| *due < today) {
                late.insert(
                    earlier.0.record.id.to_string(),
                    format!("the review of the emergency '{}' was due on {due}", earlier.0.record.id),
                );
            }
        }
        for (id, overdue) in &self.facts.overdue {
            if Some(sms.id_now(&overdue.owner)) == own.as_deref() && overdue.due <= self.at {
                let due = AsOf::new(overdue.due);
                late.insert(id.clone(), format!("the decision afterwards on the emergency '{id}' was due by {due}"));
            }
        }
        late.remove(change.0.record.id.as_str());
        let help = |id: &String| format!("finish '{id}': write its `pir`, and have those agree who must afterwards");
        late.iter().map(|(id, message)| Reason::blocked(Code::Debt, message.clone(), help(id))).collect()
    }

    /// Risks on what is affected whose acceptance is over.
    fn lapsed(&self, reach: &Reach) -> Vec<Reason> {
        let sms = self.base.sms;
        let today = sms.snapshot.as_of.day();
        let over = |risk: &Risk<'_>| {
            let until = risk.acceptance().and_then(|acceptance| acceptance.until());
            let touched = risk.affects().into_iter().any(|id| reach.affected.contains(sms.id_now(id)));
            risk.status() == Some(RiskStatus::Accepted) && until.is_some_and(|until| until < today) && touched
        };
        let risks = sms.all::<Risk<'_>>().filter(over);
        risks
            .map(|risk| {
                let id = &risk.0.record.id;
                let message = format!("the risk '{id}' on what it affects is accepted no longer");
                Reason::blocked(
                    Code::AcceptanceOver,
                    message,
                    format!("have '{id}' treated, or accepted anew by its role"),
                )
            })
            .collect()
    }

    /// Who must agree.
    fn requirements(&self, change: Change<'_>, decided: &Decided<'_>, risk: &Rated, reach: &Reach) -> Vec<Requirement> {
        let mut all = Vec::new();
        if let Some(category) = decided.category {
            let own = Policy::demands(category).into_iter();
            all.extend(own.map(|(stage, id, demand)| Requirement { id, demand, stage }));
        }
        // An emergency begins with the few that its category names; the others have their say afterwards.
        let urgent = decided.category.is_some_and(|category| category.is_emergency());
        let mut add = |id: String, demands: Vec<Demand>| {
            all.extend(demands.into_iter().map(|demand| Requirement { id: id.clone(), demand, stage: 0 }));
        };
        if let Some(model) = decided.model {
            add(format!("model {}", model.0.record.id), Demand::list(&model.seats()));
        }
        let levels = self.policy.record.risk_levels().into_iter().filter(|it| it.id() == Some(risk.level.as_str()));
        for level in levels.filter(|_| !urgent) {
            add(format!("risk {}", risk.level), Demand::list(&level.seats()));
        }
        for row in self.policy.record.authorities() {
            let meant = row.when().is_some_and(|when| when.categories().contains(&decided.word.as_str()));
            if (meant || !urgent) && self.fits(row, change, &decided.word, risk, reach) {
                add(format!("authority {}", row.id().unwrap_or_default()), Demand::list(&row.seats()));
            }
        }
        all
    }

    /// Whether a row of the decision table fits.
    fn fits(&self, row: Authority<'_>, change: Change<'_>, category: &str, risk: &Rated, reach: &Reach) -> bool {
        let Some(when) = row.when() else { return false };
        let sms = self.head.sms;
        let records = category::records(self.base, self.head, &reach.affected);
        let none_or = |list: &[&str], fits: &dyn Fn(&&str) -> bool| list.is_empty() || list.iter().any(fits);
        let kinds = when.kinds();
        let kind = |kind: &&str| {
            let edited = self.edits.controlled.iter().any(|edit| edit.kind == **kind);
            edited || records.iter().any(|record| record.kind.name == **kind)
        };
        let typed = |of: &&str| {
            records.iter().any(|record| record.text("ci_type").is_some_and(|own| sms.id_now(own) == sms.id_now(of)))
        };
        let levels = risk::levels(self.base.sms);
        let from = when.risk_from().map(|from| levels.iter().position(|level| level == from));
        let paths = when.paths();
        // A pattern that cannot be read fits everything: the row then asks too many rather than too few.
        let patterns = super::glob::Patterns::new(&paths, &[]);
        let path = || patterns.as_ref().map_or(true, |patterns| self.edits.paths().any(|path| patterns.fit(path)));
        let branch = |branch: &&str| **branch == self.facts.pull_request.base.branch;
        none_or(&when.categories(), &|word| *word == category)
            && from.is_none_or(|from| from.is_none_or(|from| risk.rank >= from))
            && (when.types().is_empty() || change.r#type().is_some_and(|of| when.types().contains(&of)))
            && none_or(&kinds, &kind)
            && none_or(&when.ci_types(), &typed)
            && (paths.is_empty() || path())
            && (when.criticality().is_empty()
                || reach.felt().any(|(.., it)| it.is_some_and(|it| when.criticality().contains(&it))))
            && none_or(&when.branches(), &branch)
    }

    /// Whether an edit is covered by the changes: each affected thing by its id, and each file by their patterns.
    #[must_use]
    pub(super) fn uncovered(&self, changes: &[Change<'_>]) -> Vec<String> {
        let ids: BTreeSet<String> = changes.iter().flat_map(|change| affected(self.head.sms, *change)).collect();
        let edits: Vec<&str> = changes.iter().flat_map(|change| change.edits()).collect();
        let patterns = super::glob::Patterns::new(&edits, &[]).ok();
        let fits = |path: &str| patterns.as_ref().is_some_and(|patterns| patterns.fit(path));
        let mut out = Vec::new();
        for edit in &self.edits.controlled {
            let before = edit.renamed_from.as_ref().is_some_and(|before| ids.contains(before));
            if !ids.contains(&edit.id) && !before && !fits(&edit.path) {
                out.push(edit.id.clone());
            }
        }
        out.extend(self.edits.files.keys().filter(|path| !fits(path)).cloned());
        out
    }

    /// Those who answer for what the changes touch.
    #[must_use]
    pub(super) fn owners(&self, people: &People<'r>, judged: &[Judged<'r>]) -> OwnersOf<'r> {
        let affected: BTreeSet<String> = judged.iter().flat_map(|it| it.reach.affected.iter().cloned()).collect();
        let known = |id: &String| self.base.sms.find(id).is_some();
        let services = judged.iter().flat_map(|it| it.reach.felt().map(|(id, ..)| id.to_owned())).collect();
        let risks = judged.iter().flat_map(|it| risk::open_risks(self.base.sms, &it.reach)).collect();
        OwnersOf::new(people, self.base.graph, &affected.into_iter().filter(known).collect(), &services, &risks)
    }

    /// The change of this id at the merge result that may carry further edits now.
    ///
    /// # Errors
    /// Why it may not.
    pub(super) fn carrier(&self, id: &str) -> Result<Change<'r>, Reason> {
        let unusable = |message: String| {
            Reason::blocked(
                Code::ChangeUnusable,
                message,
                "name a change that was decided and is under way, or add a change record of its own",
            )
        };
        let Some(change) = self.base.sms.find(id).and_then(|ix| self.base.sms.view::<Change<'r>>(ix)) else {
            return Err(unusable(format!("the change '{id}' is not at the base")));
        };
        let week = jiff::SignedDuration::from_hours(7 * 24);
        let (from, to) = match change.status() {
            Some(ChangeStatus::Requested) => change.planned().and_then(Window::bounds).unwrap_or((self.at, self.at)),
            Some(
                ChangeStatus::Implemented | ChangeStatus::Failed | ChangeStatus::Reversed | ChangeStatus::Remedied,
            ) => {
                let end = change.time().map_or(self.at, |(.., end)| end);
                // Anybody writes down when the work ended; the end that was agreed to is nobody's to move.
                let planned = change.planned().and_then(Window::bounds).map_or(end, |(.., planned)| planned);
                (Timestamp::MIN, end.min(planned).saturating_add(week).unwrap_or(Timestamp::MAX))
            }
            _ => {
                return Err(unusable(format!(
                    "the change '{id}' is {}",
                    change.status().map_or("of no status", ChangeStatus::word)
                )));
            }
        };
        if (from..to).contains(&self.at) {
            Ok(change)
        } else {
            Err(unusable(format!("the window of the change '{id}' is not open")))
        }
    }
}

/// The risk as a reason.
fn rated(risk: &Rated) -> Reason {
    let terms = risk.terms.iter().filter(|term| term.points > 0);
    let parts =
        terms.map(|term| Reason::pass(Code::Risk, format!("{} of {}: {}", term.points, term.most, term.why))).collect();
    let declared = risk.declared.as_ref().filter(|declared| **declared != risk.computed);
    let declared = declared.map_or_else(String::new, |declared| format!("; it is declared {declared}"));
    Reason::pass(
        Code::Risk,
        format!("the risk is {}: {} points make it {}{declared}", risk.level, risk.score, risk.computed),
    )
    .with(parts)
}

/// That something lies outside of what the changes cover, as a reason.
#[must_use]
pub(super) fn outside(uncovered: &[String], change: &str) -> Option<Reason> {
    (!uncovered.is_empty()).then(|| {
        let message = format!("{} is edited, and '{change}' does not cover it", quoted(uncovered, 5));
        Reason::new(Code::OutsideScope, Outcome::Blocked, message)
            .help("add it to `affects` or `edits` of the change, or leave it out of the pull request")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::risk::Term;

    #[test]
    fn only_terms_that_give_points_are_told() {
        let term = |id, points| Term { id, points, most: 30, why: format!("why {id}") };
        let risk = Rated {
            level: "medium".to_owned(),
            rank: 1,
            score: 5,
            computed: "low".to_owned(),
            declared: Some("medium".to_owned()),
            terms: vec![term("criticality", 4), term("reach", 0), term("customers", 1)],
        };
        let reason = rated(&risk);
        assert_eq!(reason.message, "the risk is medium: 5 points make it low; it is declared medium");
        let parts: Vec<&str> = reason.parts.iter().map(|part| part.message.as_str()).collect();
        assert_eq!(parts, ["4 of 30: why criticality", "1 of 30: why customers"]);
    }
}
