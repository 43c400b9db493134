use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::model::audit::{Audit, AuditStatus, Days};
use crate::model::audit_programme::{AuditProgramme, ProgrammeStatus, audits_by_entry};
use crate::model::{Ix, Record};

rule! {
    /// A planned audit that was not held.
    ///
    /// The programme of audits is a promise to look. An audit may begin up to thirty days after the day planned for it;
    /// then it is overdue, and so is one that was called off and has no other in its place. An audit outside the
    /// programmes, of a supplier for instance, is judged by its own plan. Programmes that are drafts or closed are not
    /// looked at.
    ///
    /// ```yaml,bad
    /// # sms/audit_programme/audits.yaml
    /// kind: audit_programme
    /// id: audits
    /// status: active
    /// audits: [{id: operations, planned: 2026-06-30}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/audit_programme/audits.yaml
    /// kind: audit_programme
    /// id: audits
    /// status: active
    /// audits: [{id: operations, planned: 2026-06-30, audit: aud-operations}]
    /// # sms/audit/aud-operations.yaml
    /// kind: audit
    /// id: aud-operations
    /// status: reported
    /// ```
    ///
    /// Hold it, or move it in the programme and say why under `changes`.
    AuditOverdue = "audit-overdue", Error, clauses: ["9.2"], kinds: ["audit", "audit_programme"], clock;
}

fn entry(programme: &Record<'_>, id: &str, planned: Date) -> String {
    format!("the audit '{id}' of '{}' was planned for {planned} and has not been held", programme.id)
}

fn message(audit: &Record<'_>, planned: Date) -> String {
    format!("the audit '{}' was planned for {planned} and has not been held", audit.id)
}

const HELP: &str = "hold it, or move it in the programme and say why under `changes`";
const HELP_AUDIT: &str = "hold it, or plan another day for it";

const GRACE: Duration = Duration::from_days(30);

impl Rule for AuditOverdue {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let late = |planned: &Date| after(*planned, GRACE) < cx.today();
        let audits = audits_by_entry(cx.sms);
        let mut told: Vec<Ix> = Vec::new();
        for programme in cx.sms.all::<AuditProgramme<'_>>() {
            let active = programme.status() == Some(ProgrammeStatus::Active);
            let record = programme.0.record;
            for item in programme.audits() {
                let carried_out = item.audits(cx.sms, &audits);
                told.extend(carried_out.iter().filter_map(|audit| cx.sms.find(audit.0.record.id.as_str())));
                let Some(planned) = item.planned().filter(|planned| active && late(planned)) else { continue };
                if carried_out.iter().any(|audit| audit.has_begun()) {
                    continue;
                }
                let words = entry(record, item.id().unwrap_or_default(), planned);
                let draft = out.at(record, item.0.field_span("planned"), words).help(HELP);
                if let Some(audit) = carried_out.first() {
                    draft.related(audit.0.field_span("status"), "the audit");
                }
            }
        }
        told.sort_unstable();
        for (ix, record) in cx.sms.of_kind("audit").filter(|(ix, _)| told.binary_search(ix).is_err()) {
            let Some(audit) = cx.sms.view::<Audit<'_>>(ix) else { continue };
            let planned = audit.planned().and_then(Days::end).filter(late);
            if let Some(planned) = planned.filter(|_| audit.status() == Some(AuditStatus::Planned)) {
                out.field(record, "planned", message(record, planned)).help(HELP_AUDIT);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn an_entry_is_due_thirty_days_after_its_day() {
        check(
            &AuditOverdue,
            "
            # sms/audit_programme/p.yaml
            kind: audit_programme
            id: p
            status: active
            audits:
              - {id: a, planned: 2026-10-20}
            #                    ^^^^^^^^^^ the audit 'a' of 'p' was planned for 2026-10-20
              - {id: b, planned: 2026-10-21}
              - {id: c, planned: 2026-01-20, audit: aud-c}
            #                    ^^^^^^^^^^ the audit 'c' of 'p'
              - {id: d, planned: 2026-01-20, audit: aud-d}
              - {id: e, planned: 2026-01-20}
              - {id: f, planned: 2026-01-20}
            #                    ^^^^^^^^^^ the audit 'f' of 'p'
            # sms/audit/aud-c.yaml
            {kind: audit, id: aud-c, status: planned, planned: {start: 2026-01-19, end: 2026-01-20}}
            # sms/audit/aud-d.yaml
            {kind: audit, id: aud-d, status: in_progress}
            # sms/audit/aud-e.yaml
            {kind: audit, id: aud-e, status: closed, programme: p, programme_entry: e}
            # sms/audit/aud-f.yaml
            {kind: audit, id: aud-f, status: cancelled, programme: p, programme_entry: f}
            ",
        );
    }

    #[test]
    fn an_audit_of_its_own_is_judged_by_its_own_plan() {
        check(
            &AuditOverdue,
            "
            # sms/audit/a.yaml
            kind: audit
            id: a
            status: planned
            planned: {start: 2026-10-12, end: 2026-10-20}
            #^^^^^^^ the audit 'a' was planned for 2026-10-20 and has not been held
            # sms/audit/b.yaml
            {kind: audit, id: b, status: planned, planned: {start: 2026-10-12, end: 2026-10-21}}
            # sms/audit/c.yaml
            {kind: audit, id: c, status: cancelled, planned: {start: 2026-01-12, end: 2026-01-21}}
            ",
        );
    }

    #[test]
    fn drafts_and_programmes_of_the_past_are_not_looked_at() {
        check(
            &AuditOverdue,
            "
            # sms/audit_programme/p.yaml
            {kind: audit_programme, id: p, status: closed, audits: [{id: a, planned: 2024-01-20, audit: aud}]}
            # sms/audit_programme/q.yaml
            {kind: audit_programme, id: q, status: draft, audits: [{id: a, planned: 2026-01-20}]}
            # sms/audit/aud.yaml
            {kind: audit, id: aud, status: planned, planned: {start: 2024-01-12, end: 2024-01-21}}
            ",
        );
    }
}
