use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::base::span::Span;
use crate::model::certification::{Certificate, VisitType};
use crate::model::finding::AuditFinding;
use crate::model::nonconformity::{Effect, Nonconformity, NonconformityGrade, NonconformityStatus};
use crate::model::{Ix, Record, Sms};

rule! {
    /// A major nonconformity of stage 2 that was not verified within six months.
    ///
    /// The certification body verifies within 183 days that a major nonconformity is corrected and its cause gone; if it
    /// cannot, stage 2 is held again from the start. Verified means a check of effect with a good result in
    /// `effectiveness`, or closed. When a later stage 2 was held, the earlier one no longer counts. Minor ones have their
    /// own agreed days.
    ///
    /// ```yaml,bad
    /// # sms/certification/crt.yaml
    /// kind: certification
    /// id: crt
    /// status: in_audit
    /// events: [{type: stage_2, held: 2026-04-14, findings: [nc-continuity]}]
    /// # sms/nonconformity/nc-continuity.yaml
    /// kind: nonconformity
    /// id: nc-continuity
    /// status: implementing
    /// grade: major
    /// ```
    ///
    /// ```yaml,good
    /// # sms/certification/crt.yaml
    /// kind: certification
    /// id: crt
    /// status: in_audit
    /// events: [{type: stage_2, held: 2026-04-14, findings: [nc-continuity]}]
    /// # sms/nonconformity/nc-continuity.yaml
    /// kind: nonconformity
    /// id: nc-continuity
    /// status: closed
    /// grade: major
    /// effectiveness: {check_at: 2026-08-31, checked_at: 2026-08-28, result: effective}
    /// closed_at: 2026-09-04
    /// ```
    ///
    /// Talk with the body now, and agree on the next stage 2.
    ExternalMajorNcLate = "external-major-nc-late", Error, clauses: ["10.1"], kinds: ["certification", "nonconformity", "finding"], clock;
}

fn message(nc: &Record<'_>, held: Date, due: Date, verified: Option<Date>) -> String {
    let words = format!("the major nonconformity '{}' of the stage 2 of {held} was to be verified by {due}", nc.id);
    verified.map_or(words.clone(), |day| format!("{words} and was on {day}"))
}

const HELP: &str = "have the body verify it, and agree with it on what that means for stage 2";

const WITHIN: Duration = Duration::from_days(183);

/// The major nonconformities of the last stage 2 of each certificate, with its day and place.
fn raised(sms: &Sms<'_>, today: Date) -> BTreeMap<Ix, (Date, Span)> {
    let mut raised = BTreeMap::new();
    for certificate in Certificate::all(sms) {
        let held = certificate.held(&[VisitType::StageTwo]);
        let Some((day, visit)) = held.into_iter().rfind(|(day, _)| *day <= today) else { continue };
        for ix in visit.raised().into_iter().filter_map(|id| sms.find(id)) {
            let behind = sms.view::<AuditFinding<'_>>(ix).and_then(AuditFinding::nonconformity);
            let nc = behind.map_or(Some(ix), |nc| sms.find(nc.id));
            if let Some(nc) = nc {
                raised.entry(nc).or_insert((day, visit.0.field_span("held")));
            }
        }
    }
    raised
}

/// The day on which the effect was seen to be good.
fn verified(nc: Nonconformity<'_>) -> Option<Date> {
    let check = nc.effectiveness().filter(|check| check.result() == Some(Effect::Effective));
    let closed = nc.closed_at().filter(|_| nc.status() == Some(NonconformityStatus::Closed));
    check.and_then(|check| check.checked_at()).or(closed)
}

impl Rule for ExternalMajorNcLate {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for (ix, (held, span)) in raised(cx.sms, cx.today()) {
            let nc = cx.sms.view::<Nonconformity<'_>>(ix);
            let Some(nc) = nc.filter(|nc| nc.grade() == Some(NonconformityGrade::Major)) else { continue };
            let (due, verified) = (after(held, WITHIN), verified(nc));
            if verified.unwrap_or(cx.today()) > due {
                let record = nc.0.record;
                let draft = out.field(record, "grade", message(record, held, due, verified)).help(HELP);
                draft.related(span, "the stage 2 that raised it");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    fn certificate(events: &str) -> String {
        format!(
            "
        # sms/certification/c.yaml
        {{kind: certification, id: c, status: in_audit, events: [{events}]}}
"
        )
    }

    #[test]
    fn a_major_one_is_verified_within_six_months_whoever_names_it() {
        let ncs = "
        # sms/nonconformity/a.yaml
        {kind: nonconformity, id: a, status: verifying, grade: major}
        #                                                      ^^^^^ 'a' of the stage 2 of 2026-05-20 was to be verified by 2026-11-19
        # sms/nonconformity/b.yaml
        {kind: nonconformity, id: b, status: verifying, grade: major, effectiveness: {checked_at: 2026-06-20, result: not_effective}}
        #                                                      ^^^^^ 'b'
        # sms/nonconformity/d.yaml
        {kind: nonconformity, id: d, status: closed, grade: major, effectiveness: {checked_at: 2026-11-20, result: effective}}
        #                                                   ^^^^^ and was on 2026-11-20
        # sms/nonconformity/e.yaml
        {kind: nonconformity, id: e, status: open, grade: minor}
        # sms/nonconformity/f.yaml
        {kind: nonconformity, id: f, status: open, grade: major}
        # sms/finding/fnd.yaml
        {kind: finding, id: fnd, grade: major, nonconformity: b}
";
        let events = "{type: stage_2, held: 2026-05-20, findings: [a, fnd, d, e, gone]}, {type: surveillance, held: 2025-05-20, findings: [f]}";
        check(&ExternalMajorNcLate, &format!("{}{ncs}", certificate(events)));
    }

    #[test]
    fn in_time_is_verified_by_the_last_day_or_not_yet_due() {
        let ncs = "
        # sms/nonconformity/a.yaml
        {kind: nonconformity, id: a, status: verifying, grade: major, effectiveness: {checked_at: 2026-11-19, result: effective}}
        # sms/nonconformity/b.yaml
        {kind: nonconformity, id: b, status: closed, grade: major, closed_at: 2026-11-19}
";
        check(
            &ExternalMajorNcLate,
            &format!("{}{ncs}", certificate("{type: stage_2, held: 2026-05-20, findings: [a, b]}")),
        );
        let open = ncs.replace("status: closed", "status: open");
        check(
            &ExternalMajorNcLate,
            &format!("{}{open}", certificate("{type: stage_2, held: 2026-05-21, findings: [b]}")),
        );
    }

    #[test]
    fn a_later_stage_two_begins_anew() {
        let nc = "
        # sms/nonconformity/a.yaml
        {kind: nonconformity, id: a, status: open, grade: major}
";
        let again = "{type: stage_2, held: 2026-11-02}, {type: stage_2, held: 2025-09-09, findings: [a]}";
        check(&ExternalMajorNcLate, &format!("{}{nc}", certificate(again)));
        let marked = nc.replace(
            "major}\n",
            "major}\n        #                                                 ^^^^^ of the stage 2 of 2025-09-09\n",
        );
        check(&ExternalMajorNcLate, &format!("{}{marked}", certificate(&again.replace("2026-11-02", "2026-12-02"))));
    }
}
