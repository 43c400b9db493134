use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::{When, after};
use crate::base::duration::Duration;
use crate::base::text;
use crate::model::Record;
use crate::model::incident::{Incident, IncidentStatus, Major, MajorReview};

rule! {
    /// A major incident without notice to top management, report or review.
    ///
    /// Top management is told while there is still something to decide: within a day of the report, and before the
    /// incident is resolved. The report and the review are due 14 days after it was resolved; a policy in force may set
    /// another time in `limits` for this rule. A closed one has all three. Who led it and which criteria were met is
    /// asked for by the schema.
    ///
    /// ```yaml,bad
    /// # sms/incident/inc-pay.yaml
    /// kind: incident
    /// id: inc-pay
    /// status: resolved
    /// reported_at: 2026-10-10T09:05:00Z
    /// resolved_at: 2026-10-10T11:05:00Z
    /// major: {criteria_met: [A vital service is down for all], manager: ann}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/incident/inc-pay.yaml
    /// kind: incident
    /// id: inc-pay
    /// status: resolved
    /// reported_at: 2026-10-10T09:05:00Z
    /// resolved_at: 2026-10-10T11:05:00Z
    /// major:
    ///   criteria_met: [A vital service is down for all]
    ///   manager: ann
    ///   top_management_notified_at: 2026-10-10T09:25:00Z
    ///   report: Payments stood still for two hours.
    ///   review: {at: 2026-10-20, participants: [ann, bo], conclusions: The alarm came too late.}
    /// ```
    ///
    /// Fill in `top_management_notified_at`, write the report and hold the review.
    MajorIncomplete = "major-incomplete", Error, clauses: ["8.6.1"], kinds: ["incident"], clock;
}

fn message(incident: &Record<'_>, missing: &[&str]) -> String {
    format!("the major incident '{}' lacks {}", incident.id, text::and(missing))
}

const HELP: &str = "fill in `top_management_notified_at`, write the report and hold the review, all in `major`";

const WITHIN: Duration = Duration::from_days(14);
const NOTICE_WITHIN: Duration = Duration::from_days(1);

/// What should be there and is not.
fn missing(incident: Incident<'_>, major: Major<'_>, within: Duration, today: Date) -> Vec<&'static str> {
    let closed = incident.status() == Some(IncidentStatus::Closed);
    let since = |when: Option<When>, within| when.is_some_and(|when| after(when.day(), within) < today);
    let late = closed || (incident.is_resolved() && since(incident.resolved_at(), within));
    let told = incident.is_resolved() || since(incident.reported_at(), NOTICE_WITHIN);
    let all = [
        ("notice to top management", told && major.top_management_notified_at().is_none()),
        ("a report", late && major.report().is_none()),
        ("a review", late && major.review().and_then(MajorReview::at).is_none()),
    ];
    all.into_iter().filter(|(_, is_missing)| *is_missing).map(|(what, _)| what).collect()
}

impl Rule for MajorIncomplete {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let within = cx.time_limit(self.code().id, WITHIN);
        for incident in cx.sms.all::<Incident<'_>>() {
            let Some(major) = incident.major() else { continue };
            let missing = missing(incident, major, within, cx.today());
            if !missing.is_empty() {
                out.field(incident.0.record, "major", message(incident.0.record, &missing)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const INCIDENTS: &str = "
            # sms/incident/a.yaml
            {kind: incident, id: a, status: resolved, reported_at: 2026-11-05T10:00:00Z, resolved_at: 2026-11-05T12:00:00Z, major: {manager: ann}}
            #                                                                                                               ^^^^^ the major incident 'a' lacks notice to top management, a report and a review
            # sms/incident/b.yaml
            {kind: incident, id: b, status: resolved, reported_at: 2026-11-06T10:00:00Z, resolved_at: 2026-11-06T12:00:00Z, major: {report: x}}
            #                                                                                                               ^^^^^ 'b' lacks notice to top management
            # sms/incident/c.yaml
            {kind: incident, id: c, status: in_progress, reported_at: 2026-11-19T10:00:00Z, major: {manager: ann}}
            # sms/incident/d.yaml
            {kind: incident, id: d, status: in_progress, reported_at: 2026-11-18T10:00:00Z, major: {manager: ann}}
            #                                                                               ^^^^^ 'd' lacks notice to top management
            # sms/incident/e.yaml
            {kind: incident, id: e, status: closed, reported_at: 2026-11-19T10:00:00Z,
             resolved_at: 2026-11-19T12:00:00Z, major: {top_management_notified_at: 2026-11-19T10:30:00Z, report: x, review: {}}}
            #                                   ^^^^^ 'e' lacks a review
            # sms/incident/f.yaml
            {kind: incident, id: f, status: closed, reported_at: 2026-01-19T10:00:00Z, resolved_at: 2026-01-19T12:00:00Z,
             major: {top_management_notified_at: 2026-01-19T10:30:00Z, report: x, review: {at: 2026-03-01}}}
            # sms/incident/g.yaml
            {kind: incident, id: g, status: closed, reported_at: 2026-01-19T10:00:00Z, resolved_at: 2026-01-19T12:00:00Z}
            ";

    #[test]
    fn each_part_is_asked_for_when_it_is_due() {
        check(&MajorIncomplete, INCIDENTS);
    }

    #[test]
    fn a_policy_gives_another_time_for_report_and_review() {
        let policy = "
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, limits: [{rule: major-incomplete, value: 30d}]}";
        let longer = INCIDENTS.replace("top management, a report and a review", "top management");
        check(&MajorIncomplete, &format!("{longer}{policy}"));
    }
}
