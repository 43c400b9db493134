use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::before;
use crate::base::duration::Duration;
use crate::base::finding::Severity;
use crate::base::span::Span;
use crate::model::certification::{Certificate, VisitType};

rule! {
    /// A certificate that runs out before a recertification can be through, or that has run out.
    ///
    /// After the audit the body needs time for its decision, and we need time for what it finds: the recertification is
    /// held at least ninety days before the last day. A policy in force may set other days in `limits` for this rule.
    /// One that is planned too late is told at once; that none is planned is told from twice that time before the last
    /// day on. A certificate that has run out and still counts as held is an error.
    ///
    /// ```yaml,bad
    /// # sms/certification/crt.yaml
    /// kind: certification
    /// id: crt
    /// status: certified
    /// decision_date: 2024-02-05
    /// expires: 2027-02-04
    /// events: [{type: recertification, planned: 2027-01-12}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/certification/crt.yaml
    /// kind: certification
    /// id: crt
    /// status: certified
    /// decision_date: 2024-02-05
    /// expires: 2027-02-04
    /// events: [{type: recertification, planned: 2026-10-13, held: 2026-10-13}]
    /// ```
    ///
    /// Agree on an earlier day with the body. When the certificate has run out, set it to expired and take down what
    /// says otherwise; the new one gets its own dates.
    RecertificationLate = "recertification-late", Warning, clauses: ["9.2"], kinds: ["certification", "sms"], clock;
}

fn expired(expires: Date) -> String {
    format!("the certificate ran out on {expires}")
}

fn late(planned: Date, expires: Date, latest: Date) -> String {
    format!(
        "the recertification is planned for {planned}, but the certificate runs out on {expires}; hold it by {latest}"
    )
}

fn missed(planned: Date, expires: Date) -> String {
    format!("the recertification planned for {planned} has not been held, and the certificate runs out on {expires}")
}

fn none(expires: Date, latest: Date) -> String {
    format!("the certificate runs out on {expires}, and no recertification is planned by {latest}")
}

const HELP: &str = "agree on a day with the body that leaves time for its decision";
const HELP_EXPIRED: &str = "set it to expired and take down what says otherwise";

const LEAD: Duration = Duration::from_days(90);

/// What is late about the recertification, and where.
fn lateness(certificate: &Certificate<'_>, expires: Date, lead: Duration, today: Date) -> Option<(Span, String)> {
    let decided = certificate.decided?;
    let latest = before(expires, lead);
    if certificate.held(&[VisitType::Recertification]).iter().any(|(day, _)| *day > decided) {
        return None;
    }
    let visits = certificate.visits.iter().filter(|visit| visit.sort() == Some(VisitType::Recertification));
    let planned = visits.filter_map(|visit| Some((visit.planned().filter(|day| *day > decided)?, visit)));
    let Some((planned, visit)) = planned.min_by_key(|(day, _)| *day) else {
        let words = || (certificate.at.field_span("expires"), none(expires, latest));
        return (before(latest, lead) <= today).then(words);
    };
    let span = visit.0.field_span("planned");
    if planned > latest {
        return Some((span, late(planned, expires, latest)));
    }
    (latest < today).then(|| (span, missed(planned, expires)))
}

impl Rule for RecertificationLate {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let today = cx.today();
        let lead = cx.time_limit(self.code().id, LEAD);
        for certificate in Certificate::issued(cx.sms) {
            let Some(expires) = certificate.expires else { continue };
            let record = certificate.at.record;
            if expires < today {
                let draft = out.at(record, certificate.at.field_span("expires"), expired(expires));
                draft.help(HELP_EXPIRED).severity(Severity::Error);
            } else if let Some((span, words)) = lateness(&certificate, expires, lead, today) {
                out.at(record, span, words).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    /// What is told of a certificate that runs out on `expires`, as of 2026-11-20.
    fn told(expires: &str, events: &str) -> String {
        let fixture = format!(
            "# sms/certification/c.yaml\n{{kind: certification, id: c, status: certified, decision_date: 2024-02-05, expires: {expires}, events: [{events}]}}\n"
        );
        findings(&RecertificationLate, &fixture).first().map_or(String::new(), |found| found.message.clone())
    }

    #[test]
    fn what_is_planned_leaves_ninety_days() {
        check(
            &RecertificationLate,
            "
            # sms/certification/c.yaml
            kind: certification
            id: c
            status: suspended
            decision_date: 2025-02-05
            expires: 2028-02-04
            events:
              - {type: recertification, planned: 2027-11-07}
            #                                    ^^^^^^^^^^ is planned for 2027-11-07, but the certificate runs out on 2028-02-04; hold it by 2027-11-06
            # sms/certification/d.yaml
            {kind: certification, id: d, status: certified, decision_date: 2025-02-05, expires: 2028-02-04,
             events: [{type: recertification, planned: 2027-11-06}, {type: recertification, planned: 2024-12-01}]}
            ",
        );
    }

    #[test]
    fn that_none_is_planned_is_told_half_a_year_before() {
        assert_eq!(
            told("2027-05-19", "").as_str(),
            "the certificate runs out on 2027-05-19, and no recertification is planned by 2027-02-18"
        );
        assert_eq!(told("2027-05-20", "{type: surveillance, planned: 2027-01-10}"), "");
        let policy = "# sms/policy/p.yaml\n{kind: policy, id: p, status: in_force, limits: [{rule: recertification-late, value: 30d}]}\n";
        let short =
            "# sms/sms/sms.yaml\n{kind: sms, id: sms, certification: {decided_on: 2024-05-01, expires: 2027-05-01}}\n";
        assert_eq!(findings(&RecertificationLate, short)[0].pointer, "/certification/expires");
        check(&RecertificationLate, &format!("{short}{policy}"));
    }

    #[test]
    fn what_was_held_settles_it_and_what_was_not_does_not() {
        let visit = "type: recertification, planned: 2026-11-10";
        assert_eq!(told("2027-02-17", &format!("{{{visit}, held: 2026-11-10}}")), "");
        assert!(told("2027-02-17", &format!("{{{visit}}}")).contains("planned for 2026-11-10 has not been held"));
        assert_eq!(told("2027-02-18", &format!("{{{visit}}}")), "", "it can still be held today");
        assert!(!told("2027-02-17", "{type: recertification, held: 2023-12-01}").is_empty(), "that was the last cycle");
    }

    #[test]
    fn a_certificate_that_ran_out_is_an_error_unless_it_says_so() {
        assert_eq!(told("2026-11-20", "{type: recertification, held: 2026-10-10}"), "");
        let fixture = "# sms/certification/c.yaml\n{kind: certification, id: c, status: STATUS, decision_date: 2023-11-20, expires: 2026-11-19}\n";
        let found = findings(&RecertificationLate, &fixture.replace("STATUS", "certified"));
        assert_eq!(
            (found.len(), found[0].severity, found[0].message.as_str()),
            (1, Severity::Error, "the certificate ran out on 2026-11-19")
        );
        assert!(findings(&RecertificationLate, &fixture.replace("STATUS", "expired")).is_empty());
    }
}
