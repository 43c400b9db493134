use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::base::finding::Severity;
use crate::model::action::Action;
use crate::model::nonconformity::{Nonconformity, NonconformityGrade, NonconformityStatus};
use crate::model::risk::{Risk, RiskCriteria, RiskStatus};
use crate::model::{Ix, Record, Sms};

rule! {
    /// An action whose day has passed and that is not done.
    ///
    /// A list of actions is worth as much as its dates. It is an error when the action is more than thirty days late, or
    /// when it treats a risk above the appetite or a major nonconformity: there, the delay itself does harm. A policy in
    /// force may set other days than thirty in `limits` for this rule.
    ///
    /// ```yaml,bad
    /// # sms/action/act-wiki.yaml
    /// kind: action
    /// id: act-wiki
    /// status: open
    /// due: 2026-10-30
    /// ```
    ///
    /// ```yaml,good
    /// # sms/action/act-wiki.yaml
    /// kind: action
    /// id: act-wiki
    /// status: in_progress
    /// due: 2026-12-18
    /// postponed: [{from: 2026-10-30, to: 2026-12-18, reason: The owner was found only now., by: ann}]
    /// ```
    ///
    /// Do it and set it to done with its result; agree on a new day and keep the old one with its reason in `postponed`;
    /// or cancel it and say why.
    ActionOverdue = "action-overdue", Warning, clauses: ["10.1"], kinds: ["action", "risk", "nonconformity"], clock;
}

fn message(action: &Record<'_>, due: Date, today: Date, grave: Option<&Record<'_>>) -> String {
    let late = today.duration_since(due).as_hours() / 24;
    let days = if late == 1 { "day" } else { "days" };
    let mut words = format!("the action '{}' was due on {due}, {late} {days} ago", action.id);
    if let Some(grave) = grave {
        let what = if grave.kind.name == "risk" { "a risk above the appetite" } else { "a major nonconformity" };
        words = format!("{words}, and treats '{}', {what}", grave.id);
    }
    words
}

const HELP: &str = "do it, or agree on a new day and keep the old one with its reason in `postponed`";

/// How late an action may be before it is an error.
const GRACE: Duration = Duration::from_days(30);

/// Risks above the appetite and major nonconformities that are open, with their actions.
fn grave<'a>(sms: &'a Sms<'_>) -> BTreeMap<Ix, Vec<&'a str>> {
    let criteria = RiskCriteria::in_force(sms);
    let is_high = |risk: Risk<'_>| {
        let level = risk.residual().or(risk.inherent()).and_then(|rating| rating.level());
        let above = level.zip(criteria).and_then(|(level, criteria)| criteria.is_above_appetite(level));
        above == Some(true) && risk.status() != Some(RiskStatus::Closed)
    };
    let is_major = |nc: Nonconformity<'_>| {
        nc.grade() == Some(NonconformityGrade::Major) && nc.status() != Some(NonconformityStatus::Closed)
    };
    let risks = sms.of_kind("risk").filter_map(|(ix, _)| Some((ix, sms.view::<Risk<'_>>(ix)?)));
    let ncs = sms.of_kind("nonconformity").filter_map(|(ix, _)| Some((ix, sms.view::<Nonconformity<'_>>(ix)?)));
    let risks = risks.filter(|(_, risk)| is_high(*risk)).map(|(ix, risk)| (ix, risk.actions()));
    risks.chain(ncs.filter(|(_, nc)| is_major(*nc)).map(|(ix, nc)| (ix, nc.actions()))).collect()
}

impl Rule for ActionOverdue {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let today = cx.today();
        let grace = cx.time_limit(self.code().id, GRACE);
        let matters = grave(cx.sms);
        let pairs = matters.iter().flat_map(|(what, actions)| actions.iter().map(|id| (cx.sms.find(id), *what)));
        let treating: BTreeSet<(Ix, Ix)> = pairs.filter_map(|(action, what)| Some((action?, what))).collect();
        for (ix, record) in cx.sms.of_kind("action") {
            let Some(action) = cx.sms.view::<Action<'_>>(ix).filter(|action| action.is_open()) else { continue };
            let Some(due) = action.due().filter(|due| *due < today) else { continue };
            let named = treating.range((ix, Ix(0))..=(ix, Ix(u32::MAX))).map(|(_, what)| *what).next();
            let origin =
                || action.origin().into_iter().filter_map(|id| cx.sms.find(id)).find(|it| matters.contains_key(it));
            let what = named.or_else(origin).map(|ix| cx.sms.record(ix));
            let is_error = what.is_some() || after(due, grace) < today;
            let severity = if is_error { Severity::Error } else { Severity::Warning };
            let draft = out.field(record, "due", message(record, due, today, what)).help(HELP).severity(severity);
            if let Some(what) = what {
                draft.related(what.id_span(), "what it treats");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    #[test]
    fn the_day_after_the_due_day_is_late() {
        check(
            &ActionOverdue,
            "
            # sms/action/a.yaml
            {kind: action, id: a, status: open, due: 2026-11-19}
            #                                        ^^^^^^^^^^ the action 'a' was due on 2026-11-19, 1 day ago
            # sms/action/b.yaml
            {kind: action, id: b, status: in_progress, due: 2026-11-18}
            #                                               ^^^^^^^^^^ 2 days ago
            # sms/action/c.yaml
            {kind: action, id: c, status: open, due: 2026-11-20}
            # sms/action/d.yaml
            {kind: action, id: d, status: done, due: 2026-01-20}
            # sms/action/e.yaml
            {kind: action, id: e, status: cancelled, due: 2026-01-20}
            ",
        );
    }

    #[test]
    fn more_than_the_grace_of_the_policy_is_an_error() {
        let late = "
            # sms/action/a.yaml
            {kind: action, id: a, status: open, due: 2026-10-20}
            # sms/action/b.yaml
            {kind: action, id: b, status: open, due: 2026-10-21}
            ";
        let weights =
            |fixture: &str| findings(&ActionOverdue, fixture).iter().map(|it| it.severity).collect::<Vec<_>>();
        assert_eq!(weights(late), [Severity::Error, Severity::Warning], "31 and 30 days");
        let policy = "
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, limits: [{rule: action-overdue, value: 31d}]}
            ";
        assert_eq!(weights(&format!("{late}{policy}")), [Severity::Warning, Severity::Warning]);
    }

    #[test]
    fn what_treats_a_high_risk_or_a_major_nonconformity_is_an_error_at_once() {
        let fixture = "
            # sms/action/a.yaml
            {kind: action, id: a, status: open, due: 2026-11-19}
            # sms/action/b.yaml
            {kind: action, id: b, status: open, due: 2026-11-19, origin: [fnd, high]}
            # sms/action/c.yaml
            {kind: action, id: c, status: open, due: 2026-11-19, origin: [low, over, minor, done]}
            # sms/risk/high.yaml
            {kind: risk, id: high, status: treating, inherent: {level: medium}, residual: {level: high}}
            # sms/risk/low.yaml
            {kind: risk, id: low, status: treating, inherent: {level: high}, residual: {level: medium}}
            # sms/risk/over.yaml
            {kind: risk, id: over, status: closed, residual: {level: high}}
            # sms/nonconformity/major.yaml
            {kind: nonconformity, id: major, status: implementing, grade: major, actions: [old-a], aliases: [x]}
            # sms/nonconformity/minor.yaml
            {kind: nonconformity, id: minor, status: implementing, grade: minor}
            # sms/nonconformity/done.yaml
            {kind: nonconformity, id: done, status: closed, grade: major, actions: [c]}
            # sms/risk_criteria/rc.yaml
            {kind: risk_criteria, id: rc, status: in_force, levels: [{id: medium}, {id: high}], appetite: medium}
            ";
        let fixture = fixture.replace("{kind: action, id: a,", "{kind: action, id: a, aliases: [old-a],");
        let found = findings(&ActionOverdue, &fixture);
        assert_eq!(
            found.iter().map(|it| it.severity).collect::<Vec<_>>(),
            [Severity::Error, Severity::Error, Severity::Warning]
        );
        assert!(found[0].message.ends_with("and treats 'major', a major nonconformity"), "{}", found[0].message);
        assert!(found[1].message.ends_with("and treats 'high', a risk above the appetite"), "{}", found[1].message);
        assert_eq!(found.iter().map(|it| it.related.len()).collect::<Vec<_>>(), [1, 1, 0]);
    }
}
