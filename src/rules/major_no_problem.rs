use super::rule::{Check, Report, Rule};
use crate::base::date::{When, after};
use crate::base::duration::Duration;
use crate::model::Record;
use crate::model::incident::{Incident, IncidentStatus};
use crate::model::problem::with_problem;

rule! {
    /// A major incident whose cause nobody looks for.
    ///
    /// The service is back, and what took it down is still there. A major incident leads to a problem: it names one in
    /// `problem`, in `caused_by` or through its `known_error`, or a problem names the incident. That is due the day
    /// after it was resolved, and before it is closed.
    ///
    /// ```yaml,bad
    /// # sms/incident/inc-pay.yaml
    /// {kind: incident, id: inc-pay, status: closed,
    ///  major: {criteria_met: [A vital service is down for all], manager: ann}}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/incident/inc-pay.yaml
    /// {kind: incident, id: inc-pay, status: closed,
    ///  major: {criteria_met: [A vital service is down for all], manager: ann}, problem: prb-pool}
    /// # sms/problem/prb-pool.yaml
    /// {kind: problem, id: prb-pool}
    /// ```
    ///
    /// Raise the problem (`gitsm new problem`) and name it in `problem`.
    MajorNoProblem = "major-no-problem", Error, clauses: ["8.6.3"], kinds: ["incident", "problem"], clock;
}

fn message(incident: &Record<'_>) -> String {
    format!("the major incident '{}' is over, and no problem looks for its cause", incident.id)
}

const HELP: &str = "raise one with `gitsm new problem` and name it in `problem`";

const WITHIN: Duration = Duration::from_days(1);

impl Rule for MajorNoProblem {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let known = with_problem(cx.sms);
        for (ix, record) in cx.sms.of_kind("incident").filter(|(ix, _)| !known.contains(ix)) {
            let Some(incident) = cx.sms.view::<Incident<'_>>(ix) else { continue };
            let over = match incident.status() {
                Some(IncidentStatus::Closed) => true,
                Some(IncidentStatus::Resolved) => {
                    let resolved = incident.resolved_at().map(When::day);
                    resolved.is_some_and(|day| after(day, WITHIN) < cx.today())
                }
                _ => false,
            };
            if over && incident.major().is_some() {
                out.field(record, "major", message(record)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn restored_is_not_ended() {
        check(
            &MajorNoProblem,
            "
            # sms/incident/a.yaml
            {kind: incident, id: a, status: closed, major: {manager: ann}, caused_by: chg-a}
            #                                       ^^^^^ the major incident 'a' is over
            # sms/incident/b.yaml
            {kind: incident, id: b, status: resolved, resolved_at: 2026-11-18T23:00:00Z, major: {manager: ann}}
            #                                                                            ^^^^^ 'b'
            # sms/incident/c.yaml
            {kind: incident, id: c, status: resolved, resolved_at: 2026-11-19T01:00:00Z, major: {manager: ann}}
            # sms/incident/d.yaml
            {kind: incident, id: d, status: in_progress, major: {manager: ann}}
            # sms/incident/e.yaml
            {kind: incident, id: e, status: closed}
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed}
            ",
        );
    }

    #[test]
    fn either_side_may_name_the_other() {
        check(
            &MajorNoProblem,
            "
            # sms/incident/a.yaml
            {kind: incident, id: a, status: closed, major: {manager: ann}, problem: prb-a}
            # sms/incident/b.yaml
            {kind: incident, id: b, status: closed, major: {manager: ann}, caused_by: prb-a}
            # sms/incident/c.yaml
            {kind: incident, id: c, status: closed, major: {manager: ann}, known_error: ke-a}
            # sms/incident/d.yaml
            {kind: incident, id: d, status: closed, major: {manager: ann}, aliases: [d-old]}
            # sms/incident/e.yaml
            {kind: incident, id: e, status: closed, major: {manager: ann}, problem: prb-lost}
            # sms/problem/prb-a.yaml
            {kind: problem, id: prb-a, incidents: [d-old]}
            ",
        );
    }
}
