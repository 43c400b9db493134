//! Certificates of the system, and the visits of those who issue them.

use jiff::civil::Date;

use super::organisation::SmsRecord;
use super::sms::Sms;
use super::view::{At, Read};
use crate::base::date::after;
use crate::base::duration::Duration;

words! {
    /// Status of a certificate.
    CertificationStatus {
        /// Wanted.
        Planned = "planned",
        /// The system is being audited for it.
        InAudit = "in_audit",
        /// Held.
        Certified = "certified",
        /// Suspended by the body.
        Suspended = "suspended",
        /// Given back or taken away.
        Withdrawn = "withdrawn",
        /// Ran out.
        Expired = "expired",
    }
}

words! {
    /// Sort of visit.
    VisitType {
        /// Look at documents and readiness.
        StageOne = "stage_1",
        /// Look at the work.
        StageTwo = "stage_2",
        /// Look again within the cycle.
        Surveillance = "surveillance",
        /// Look at everything before the next cycle.
        Recertification = "recertification",
        /// For a reason of its own.
        Special = "special",
    }
}

view! {
    /// A certificate.
    Certification<'a> of "certification" at "" {
        /// Status.
        status: Option<CertificationStatus>,
        /// The standard.
        standard: Option<&'a str>,
        /// The day on which the body decided.
        decision_date: Option<Date>,
        /// Last day of the certificate.
        expires: Option<Date>,
        /// Longest time between two visits.
        surveillance_interval: Option<Duration>,
        /// The visits.
        events: Vec<Visit<'a>>,
    }
}

view! {
    /// The same facts in short, in the record of the system.
    SmsCertification<'a> of "sms" at "/certification" {
        /// The day on which the body decided.
        decided_on: Option<Date>,
        /// Last day of the certificate.
        expires: Option<Date>,
        /// Longest time between two visits.
        surveillance_interval: Option<Duration>,
        /// The visits.
        events: Vec<Visit<'a>>,
    }
}

view! {
    /// A visit of the certification body.
    Visit<'a> of "certification" at "/events/*" {
        /// Planned first day.
        planned: Option<Date>,
        /// First day on which it took place.
        held: Option<Date>,
    }
}

impl<'a> Visit<'a> {
    /// What sort it is.
    #[must_use]
    pub fn sort(self) -> Option<VisitType> {
        Read::read(self.0.cell("type"))
    }

    /// What the body found: nonconformities, or findings that lead to some.
    #[must_use]
    pub fn raised(self) -> Vec<&'a str> {
        let lists = ["findings", "nonconformities"].map(|field| Vec::<&str>::read(self.0.cell(field)));
        lists.concat()
    }
}

/// A certificate in use, wherever it is written down.
#[derive(Debug, Clone)]
pub struct Certificate<'a> {
    /// Where it is written down.
    pub at: At<'a>,
    /// The day on which the body decided.
    pub decided: Option<Date>,
    /// Last day.
    pub expires: Option<Date>,
    /// Longest time between two visits.
    pub interval: Option<Duration>,
    /// The visits.
    pub visits: Vec<Visit<'a>>,
}

impl<'a> Certificate<'a> {
    /// Every certificate that is held, or is to be held; the short facts in the record of the system count where no
    /// certificate has a record of its own.
    #[must_use]
    pub fn all(sms: &'a Sms<'_>) -> Vec<Self> {
        let mut all: Vec<_> = sms
            .all::<Certification<'_>>()
            .filter(|it| !matches!(it.status(), Some(CertificationStatus::Withdrawn | CertificationStatus::Expired)))
            .map(|it| Self {
                at: it.0,
                decided: it.decision_date(),
                expires: it.expires(),
                interval: it.surveillance_interval(),
                visits: it.events(),
            })
            .collect();
        if sms.of_kind("certification").len() == 0 {
            let short = sms.all::<SmsRecord<'_>>().filter_map(SmsRecord::certification);
            all.extend(short.map(|it| Self {
                at: it.0,
                decided: it.decided_on(),
                expires: it.expires(),
                interval: it.surveillance_interval(),
                visits: it.events(),
            }));
        }
        all
    }

    /// Those that have been issued.
    #[must_use]
    pub fn issued(sms: &'a Sms<'_>) -> Vec<Self> {
        let mut all = Self::all(sms);
        all.retain(|it| {
            let status = it.at.record.status();
            it.decided.is_some()
                && (it.at.record.kind.name == "sms" || matches!(status, Some("certified" | "suspended")))
        });
        all
    }

    /// The day by which the body comes next when it was last here on `last`: by the interval of the certificate, else
    /// within `first` of the decision and then in every calendar year.
    #[must_use]
    pub fn next_visit(&self, last: Option<Date>, decided: Date, first: Duration) -> Date {
        match (last, self.interval) {
            (last, Some(interval)) => after(last.unwrap_or(decided), interval),
            (None, None) => after(decided, first),
            (Some(last), None) => Date::new(last.year().saturating_add(1), 12, 31).unwrap_or(Date::MAX),
        }
    }

    /// The visits of these sorts with the day on which each was held, by day.
    #[must_use]
    pub fn held(&self, sorts: &[VisitType]) -> Vec<(Date, Visit<'a>)> {
        let sorted = |visit: &Visit<'_>| visit.sort().is_some_and(|sort| sorts.contains(&sort));
        let mut held: Vec<_> = self.visits.iter().filter(|visit| sorted(visit)).collect::<Vec<_>>();
        held.sort_by_key(|visit| visit.held());
        held.into_iter().filter_map(|visit| Some((visit.held()?, *visit))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::with;

    const SHORT: (&str, &str) = (
        "sms/sms/sms.yaml",
        "kind: sms\nid: sms\ncertification:\n  decided_on: 2025-09-26\n  events:\n    - {type: stage_2, held: 2025-09-09, nonconformities: [nc-a]}\n    - {type: stage_1, held: 2025-07-08}\n    - {type: surveillance, planned: 2026-09-08}\n",
    );

    fn certificate(status: &str) -> String {
        format!(
            "kind: certification\nid: c\nstatus: {status}\ndecision_date: 2025-01-01\nevents: [{{type: stage_2, findings: [f]}}]\n"
        )
    }

    #[test]
    fn the_short_facts_count_where_there_is_no_record() {
        with(&[SHORT], |sms| {
            let issued = Certificate::issued(sms);
            assert_eq!(issued.iter().map(|it| it.at.record.id.as_str()).collect::<Vec<_>>(), ["sms"]);
            let held = issued[0].held(&[VisitType::StageTwo, VisitType::StageOne, VisitType::Surveillance]);
            let held: Vec<_> = held.into_iter().map(|(day, visit)| (day.to_string(), visit.raised())).collect();
            assert_eq!(held, [("2025-07-08".to_owned(), vec![]), ("2025-09-09".to_owned(), vec!["nc-a"])]);
        });
    }

    #[test]
    fn a_record_of_the_certificate_takes_their_place() {
        for (status, all, issued) in [
            ("certified", 1, 1),
            ("suspended", 1, 1),
            ("in_audit", 1, 0),
            ("planned", 1, 0),
            ("expired", 0, 0),
            ("withdrawn", 0, 0),
        ] {
            with(&[SHORT, ("sms/certification/c.yaml", &certificate(status))], |sms| {
                assert_eq!((Certificate::all(sms).len(), Certificate::issued(sms).len()), (all, issued), "{status}");
                assert!(Certificate::all(sms).iter().all(|it| it.visits[0].raised() == ["f"]));
            });
        }
    }
}
