use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::duration::Duration;
use crate::model::certification::{Certificate, Visit, VisitType};

rule! {
    /// A certificate whose surveillance is overdue.
    ///
    /// The certification body comes for the first time within twelve months of its decision and then in every calendar
    /// year; a recertification counts as a visit. Where the certificate says how often in `surveillance_interval`, that
    /// holds instead. A policy in force may set other days than 365 for the first visit in `limits` for this rule. A
    /// certificate that has run out is the matter of `recertification-late`.
    ///
    /// ```yaml,bad
    /// # sms/certification/crt.yaml
    /// {kind: certification, id: crt, status: certified, decision_date: 2025-09-26,
    ///  events: [{type: surveillance, planned: 2026-12-08}]}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/certification/crt.yaml
    /// {kind: certification, id: crt, status: certified, decision_date: 2025-09-26,
    ///  events: [{type: surveillance, planned: 2026-09-08, held: 2026-09-08}]}
    /// ```
    ///
    /// Ask the body for a day at once: without the visit it has to suspend the certificate. If it was there, write down
    /// when in `held`.
    SurveillanceOverdue = "surveillance-overdue", Error, clauses: ["9.2"], kinds: ["certification", "sms"], clock;
}

fn message(last: Option<Date>, decided: Date, due: Date) -> String {
    match last {
        Some(last) => format!("the certification body was last here on {last}, and the next visit was due by {due}"),
        None => format!("since the decision of {decided} the certification body has not come; that was due by {due}"),
    }
}

const HELP: &str = "agree on a day with the body at once; when it was here, write that into `held`";

const FIRST: Duration = Duration::from_days(365);

impl Rule for SurveillanceOverdue {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let today = cx.today();
        let first = cx.time_limit(self.code().id, FIRST);
        for certificate in Certificate::issued(cx.sms) {
            let Some(decided) = certificate.decided else { continue };
            let visits = certificate.held(&[VisitType::Surveillance, VisitType::Recertification]);
            let last = visits.iter().map(|(day, _)| *day).filter(|day| *day > decided && *day <= today).max();
            let due = certificate.next_visit(last, decided, first);
            if due >= today || certificate.expires.is_some_and(|expires| expires < today) {
                continue;
            }
            let waiting = |visit: &&Visit<'_>| visit.sort() == Some(VisitType::Surveillance) && visit.held().is_none();
            let planned = certificate.visits.iter().find(waiting).map(|visit| visit.0.field_span("planned"));
            let field = if certificate.at.record.kind.name == "sms" { "decided_on" } else { "decision_date" };
            let span = planned.unwrap_or_else(|| certificate.at.field_span(field));
            out.at(certificate.at.record, span, message(last, decided, due)).help(HELP);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    /// What is told of a certificate decided on 2024-05-06, as of 2026-11-20.
    fn told(fields: &str, events: &str) -> String {
        let fixture = format!(
            "# sms/certification/c.yaml\n{{kind: certification, id: c, status: certified, decision_date: 2024-05-06{fields}, events: [{events}]}}\n"
        );
        findings(&SurveillanceOverdue, &fixture).first().map_or(String::new(), |found| found.message.clone())
    }

    #[test]
    fn the_first_visit_is_due_within_a_year_of_the_decision() {
        check(
            &SurveillanceOverdue,
            "
            # sms/certification/a.yaml
            {kind: certification, id: a, status: suspended, decision_date: 2025-11-19}
            #                                                              ^^^^^^^^^^ since the decision of 2025-11-19 the certification body has not come; that was due by 2026-11-19
            # sms/certification/b.yaml
            {kind: certification, id: b, status: certified, decision_date: 2025-11-20}
            # sms/certification/c.yaml
            {kind: certification, id: c, status: in_audit, decision_date: 2020-11-20}
            # sms/certification/d.yaml
            {kind: certification, id: d, status: certified, decision_date: 2020-11-20, expires: 2026-11-19}
            # sms/certification/e.yaml
            {kind: certification, id: e, status: certified, decision_date: 2025-09-01, events: [{type: surveillance, planned: 2027-01-10}]}
            #                                                                                                                 ^^^^^^^^^^ due by 2026-09-01
            ",
        );
        let others = "{type: special, held: 2025-03-01}, {type: surveillance, held: 2024-05-06}";
        assert!(told("", others).contains("due by 2025-05-06"));
    }

    #[test]
    fn then_it_comes_in_every_calendar_year() {
        assert_eq!(told("", "{type: surveillance, held: 2025-01-02}"), "", "until the end of 2026");
        let missed = told("", "{type: surveillance, held: 2024-12-30}");
        assert_eq!(
            missed,
            "the certification body was last here on 2024-12-30, and the next visit was due by 2025-12-31"
        );
        assert_eq!(told("", "{type: surveillance, held: 2024-12-30}, {type: recertification, held: 2025-12-01}"), "");
    }

    #[test]
    fn the_interval_of_the_certificate_comes_before_the_calendar_and_the_policy() {
        let visit = |day: &str| format!("{{type: surveillance, held: {day}}}");
        assert!(told(", surveillance_interval: 180d", &visit("2026-05-23")).ends_with("due by 2026-11-19"));
        assert_eq!(told(", surveillance_interval: 180d", &visit("2026-05-24")), "");
        assert!(told(", surveillance_interval: 180d", "").ends_with("due by 2024-11-02"));
        let short = "# sms/sms/sms.yaml\n{kind: sms, id: sms, certification: {decided_on: 2026-05-01, events: []}}\n";
        let policy = "# sms/policy/p.yaml\n{kind: policy, id: p, status: in_force, limits: [{rule: surveillance-overdue, value: 180d}]}\n";
        assert!(findings(&SurveillanceOverdue, short).is_empty());
        let found = findings(&SurveillanceOverdue, &format!("{short}{policy}"));
        assert_eq!(found[0].pointer, "/certification/decided_on");
    }
}
