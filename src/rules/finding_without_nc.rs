use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::model::audit::{Audit, AuditStatus};
use crate::model::finding::{AuditFinding, FindingGrade, FindingStatus};
use crate::model::nonconformity::Nonconformity;
use crate::model::{Ix, Record};

rule! {
    /// A graded finding of an audit without a nonconformity.
    ///
    /// What an auditor grades as major or minor is a requirement that was not met: it needs a cause, an action and a
    /// check, and those stand in a nonconformity. The finding names it in `nonconformity`, or it names the finding in
    /// `origin`. It is due when the report of the audit is out, or the finding itself has moved on. Observations need
    /// none.
    ///
    /// ```yaml,bad
    /// # sms/finding/fnd-restore.yaml
    /// kind: finding
    /// id: fnd-restore
    /// status: in_treatment
    /// audit: aud-2026
    /// grade: minor
    /// ```
    ///
    /// ```yaml,good
    /// # sms/finding/fnd-restore.yaml
    /// kind: finding
    /// id: fnd-restore
    /// status: in_treatment
    /// audit: aud-2026
    /// grade: minor
    /// nonconformity: nc-restore
    /// # sms/nonconformity/nc-restore.yaml
    /// kind: nonconformity
    /// id: nc-restore
    /// status: open
    /// ```
    ///
    /// Write the nonconformity (`gitsm new nonconformity`) and name it in the finding.
    FindingWithoutNc = "finding-without-nc", Error, clauses: ["10.1"], kinds: ["finding", "nonconformity", "audit"];
}

fn message(finding: &Record<'_>, grade: FindingGrade) -> String {
    format!("the {} finding '{}' has no nonconformity", grade.word(), finding.id)
}

const HELP: &str = "write one with `gitsm new nonconformity`, and name it in `nonconformity`";

impl Rule for FindingWithoutNc {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let origins = cx.sms.all::<Nonconformity<'_>>().flat_map(Nonconformity::origin);
        let treated: BTreeSet<Ix> = origins.filter_map(|id| cx.sms.find(id)).collect();
        for (ix, record) in cx.sms.of_kind("finding") {
            let Some(finding) = cx.sms.view::<AuditFinding<'_>>(ix) else { continue };
            let audit = finding.audit().and_then(|audit| cx.sms.view::<Audit<'_>>(cx.sms.find(audit.id)?));
            let reported = audit.and_then(Audit::status).is_none_or(AuditStatus::is_reported);
            let due = reported || finding.status() != Some(FindingStatus::Open);
            let graded = finding.grade().filter(|it| matches!(it, FindingGrade::Major | FindingGrade::Minor));
            if let Some(grade) =
                graded.filter(|_| due && record.get("nonconformity").is_none() && !treated.contains(&ix))
            {
                out.field(record, "grade", message(record, grade)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn graded_findings_of_a_reported_audit_need_one() {
        check(
            &FindingWithoutNc,
            "
            # sms/finding/a.yaml
            {kind: finding, id: a, status: open, audit: aud, grade: major}
            #                                                       ^^^^^ the major finding 'a' has no nonconformity
            # sms/finding/b.yaml
            {kind: finding, id: b, status: closed, audit: unknown, grade: minor}
            #                                                             ^^^^^ the minor finding 'b'
            # sms/finding/c.yaml
            {kind: finding, id: c, status: open, audit: aud, grade: observation}
            # sms/finding/d.yaml
            {kind: finding, id: d, status: open, audit: aud, grade: positive}
            # sms/audit/aud.yaml
            {kind: audit, id: aud, status: reported}
            ",
        );
    }

    #[test]
    fn either_record_may_name_the_other() {
        check(
            &FindingWithoutNc,
            "
            # sms/finding/a.yaml
            {kind: finding, id: a, status: closed, grade: major, nonconformity: nc-gone}
            # sms/finding/b.yaml
            {kind: finding, id: b, status: closed, grade: minor, aliases: [old-b]}
            # sms/nonconformity/nc.yaml
            {kind: nonconformity, id: nc, status: open, origin: [old-b]}
            ",
        );
    }

    #[test]
    fn while_the_audit_goes_on_grades_may_still_change() {
        let fixture = |audit: &str, finding: &str| {
            format!(
                "
            # sms/finding/a.yaml
            {{kind: finding, id: a, status: {finding}, audit: aud, grade: major}}
            # sms/audit/aud.yaml
            {{kind: audit, id: aud, status: {audit}}}
            "
            )
        };
        check(&FindingWithoutNc, &fixture("in_progress", "open"));
        let found = |audit, finding| crate::rules::harness::findings(&FindingWithoutNc, &fixture(audit, finding)).len();
        assert_eq!((found("in_progress", "in_treatment"), found("followed_up", "open")), (1, 1));
    }
}
