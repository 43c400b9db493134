use std::collections::BTreeMap;

use super::rule::{Check, Report, Rule};
use crate::model::control::{Control, ControlDecision, ControlStatus};
use crate::model::risk::{Acceptance, Risk, RiskCriteria, RiskStatus};
use crate::model::{Ix, Record};

rule! {
    /// A risk of information security above the appetite without a control.
    ///
    /// For such a risk a decision stands in a control: it works (operating or reviewed), or it is on its way with a day
    /// in `due` that has not passed. A control that is not needed, or only proposed, is none. A risk that a role has
    /// accepted for a time, and one that is closed, needs none. Whether anybody works on the risk at all is the matter of
    /// `risk-untreated`.
    ///
    /// ```yaml,bad
    /// # sms/risk/rsk-ransomware.yaml
    /// kind: risk
    /// id: rsk-ransomware
    /// status: treating
    /// source: security
    /// residual: {likelihood: 3, impact: 5, score: 15, level: high}
    /// # sms/risk_criteria/risk-criteria.yaml
    /// kind: risk_criteria
    /// id: risk-criteria
    /// status: in_force
    /// levels: [{id: low}, {id: high}]
    /// appetite: low
    /// ```
    ///
    /// ```yaml,good
    /// # sms/risk/rsk-ransomware.yaml
    /// kind: risk
    /// id: rsk-ransomware
    /// status: treating
    /// source: security
    /// residual: {likelihood: 3, impact: 5, score: 15, level: high}
    /// # sms/risk_criteria/risk-criteria.yaml
    /// kind: risk_criteria
    /// id: risk-criteria
    /// status: in_force
    /// levels: [{id: low}, {id: high}]
    /// appetite: low
    /// # sms/control/ctl-offline-copy.yaml
    /// kind: control
    /// id: ctl-offline-copy
    /// status: implementing
    /// decision: planned
    /// due: 2027-01-31
    /// risks: [rsk-ransomware]
    /// ```
    ///
    /// Decide on a control (`gitsm new control`) and name the risk in its `risks`.
    SecurityRiskNoControl = "security-risk-no-control", Error, clauses: ["8.7.3.2"], kinds: ["risk", "control", "risk_criteria"], clock;
}

fn message(risk: &Record<'_>, level: &str, near: Option<Control<'_>>) -> String {
    let words =
        format!("the security risk '{}' is {level}, above the appetite, and no control holds against it", risk.id);
    let Some(control) = near else { return words };
    let why = match (control.status(), control.decision()) {
        (Some(ControlStatus::Retired), _) => "is retired".to_owned(),
        (_, Some(ControlDecision::NotNeeded)) => "was found not to be needed".to_owned(),
        (Some(ControlStatus::Proposed) | None, _) => "is only proposed".to_owned(),
        _ => control.due().map_or("has no day by which it works".to_owned(), |due| format!("was to work by {due}")),
    };
    format!("{words}; '{}' {why}", control.0.record.id)
}

const HELP: &str = "decide on a control that works or has a day in `due`, and name the risk in its `risks`";

impl Rule for SecurityRiskNoControl {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let Some(criteria) = RiskCriteria::in_force(cx.sms) else { return };
        let today = cx.today();
        let mut controls: BTreeMap<Ix, Vec<Control<'_>>> = BTreeMap::new();
        for control in cx.sms.all::<Control<'_>>() {
            for ix in control.risks().into_iter().filter_map(|risk| cx.sms.find(risk.node.as_str()?)) {
                controls.entry(ix).or_default().push(control);
            }
        }
        for (ix, record) in cx.sms.of_kind("risk") {
            let Some(risk) = cx.sms.view::<Risk<'_>>(ix) else { continue };
            let accepted = risk.acceptance().and_then(Acceptance::until).is_some_and(|until| until >= today);
            let is_over = risk.status() == Some(RiskStatus::Closed);
            if record.text("source") != Some("security") || accepted || is_over {
                continue;
            }
            let Some(rating) = risk.residual().or(risk.inherent()) else { continue };
            let level = rating.level().filter(|level| criteria.is_above_appetite(level) == Some(true));
            let named = controls.get(&ix).map(Vec::as_slice).unwrap_or_default();
            if let Some(level) = level.filter(|_| !named.iter().any(|control| control.holds_on(today))) {
                let near = named.iter().max_by_key(|control| control.due()).copied();
                let draft = out.at(record, rating.0.field_span("level"), message(record, level, near)).help(HELP);
                let draft = draft.related(criteria.0.field_span("appetite"), "the appetite");
                if let Some(control) = near {
                    draft.related(control.0.field_span("status"), "the control");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const CRITERIA: &str = "
        # sms/risk_criteria/c.yaml
        {kind: risk_criteria, id: c, status: in_force, levels: [{id: low}, {id: high}], appetite: low}
";

    #[test]
    fn what_stands_above_the_appetite_needs_a_control_that_holds() {
        let risks = "
        # sms/risk/a.yaml
        {kind: risk, id: a, source: security, inherent: {level: low}, residual: {level: high}}
        #                                                                               ^^^^ 'a' is high, above the appetite, and no control holds against it
        # sms/risk/b.yaml
        {kind: risk, id: b, source: security, inherent: {level: high}}
        #                                                       ^^^^ 'ctl-b' was to work by 2026-11-19
        # sms/risk/c.yaml
        {kind: risk, id: c, source: security, inherent: {level: high}}
        #                                                       ^^^^ 'ctl-c' was found not to be needed
        # sms/risk/d.yaml
        {kind: risk, id: d, source: security, inherent: {level: high}, acceptance: {until: 2026-11-19}}
        #                                                       ^^^^ 'ctl-d' has no day by which it works
        # sms/control/ctl-b.yaml
        {kind: control, id: ctl-b, status: implementing, decision: planned, due: 2026-11-19, risks: [b]}
        # sms/control/ctl-c.yaml
        {kind: control, id: ctl-c, status: operating, decision: not_needed, risks: [c]}
        # sms/control/ctl-d.yaml
        {kind: control, id: ctl-d, status: decided, decision: implemented, risks: [d, gone]}
";
        check(&SecurityRiskNoControl, &format!("{CRITERIA}{risks}"));
    }

    #[test]
    fn one_control_that_works_or_has_a_day_to_come_is_enough() {
        let risks = "
        # sms/risk/a.yaml
        {kind: risk, id: a, source: security, residual: {level: high}}
        # sms/risk/b.yaml
        {kind: risk, id: b, source: security, residual: {level: high}}
        # sms/control/ctl-a.yaml
        {kind: control, id: ctl-a, status: proposed, risks: [a, b]}
        # sms/control/ctl-b.yaml
        {kind: control, id: ctl-b, status: reviewed, decision: implemented, risks: [a]}
        # sms/control/ctl-c.yaml
        {kind: control, id: ctl-c, status: decided, decision: planned, due: 2026-11-20, risks: [b]}
";
        check(&SecurityRiskNoControl, &format!("{CRITERIA}{risks}"));
    }

    #[test]
    fn other_lower_closed_and_accepted_risks_need_none() {
        let risks = "
        # sms/risk/a.yaml
        {kind: risk, id: a, source: availability, residual: {level: high}}
        # sms/risk/b.yaml
        {kind: risk, id: b, source: security, inherent: {level: high}, residual: {level: low}}
        # sms/risk/c.yaml
        {kind: risk, id: c, status: closed, source: security, residual: {level: high}}
        # sms/risk/d.yaml
        {kind: risk, id: d, status: accepted, source: security, residual: {level: high}, acceptance: {until: 2026-11-20}}
";
        check(&SecurityRiskNoControl, &format!("{CRITERIA}{risks}"));
        check(
            &SecurityRiskNoControl,
            "# sms/risk/r.yaml\n{kind: risk, id: r, source: security, inherent: {level: high}}\n",
        );
    }
}
