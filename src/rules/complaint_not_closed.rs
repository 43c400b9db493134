use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::base::finding::Severity;
use crate::model::Record;
use crate::model::survey::{Complaint, ComplaintStatus};

rule! {
    /// A complaint that has been open for long, and nobody has taken it to those above.
    ///
    /// A customer who complains and hears nothing complains next time to somebody else. A complaint that is neither
    /// resolved nor closed after thirty days is escalated, so that somebody with more means decides; a policy in force may
    /// set other days in `limits` for this rule. After thirty days more it is an error. Once `escalated` says when and
    /// to whom, the rule is silent.
    ///
    /// ```yaml,bad
    /// # sms/complaint/cpl-slow.yaml
    /// kind: complaint
    /// id: cpl-slow
    /// status: in_progress
    /// received_at: 2026-09-11T09:30:00+02:00
    /// ```
    ///
    /// ```yaml,good
    /// # sms/complaint/cpl-slow.yaml
    /// kind: complaint
    /// id: cpl-slow
    /// status: escalated
    /// received_at: 2026-09-11T09:30:00+02:00
    /// escalated: {at: 2026-10-02, to: role-top-management}
    /// ```
    ///
    /// Escalate it and tell the customer, or resolve it.
    ComplaintNotClosed = "complaint-not-closed", Warning, clauses: ["8.3.2"], kinds: ["complaint"], clock;
}

fn message(complaint: &Record<'_>, days: i64) -> String {
    format!("the complaint '{}' has been open for {days} days and was not escalated", complaint.id)
}

const HELP: &str = "escalate it and tell the customer, or resolve it";

const WITHIN: Duration = Duration::from_days(30);
/// How long after that it is an error.
const GRACE: Duration = Duration::from_days(30);

impl Rule for ComplaintNotClosed {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let within = cx.time_limit(self.code().id, WITHIN);
        for complaint in cx.sms.all::<Complaint<'_>>() {
            let over = matches!(complaint.status(), None | Some(ComplaintStatus::Resolved | ComplaintStatus::Closed));
            let open = !over && complaint.escalated().is_none();
            let Some(received) = complaint.received_at().filter(|_| open).map(|at| at.day()) else { continue };
            let due = after(received, within);
            if due < cx.today() {
                let record = complaint.0.record;
                let days = cx.today().duration_since(received).as_hours() / 24;
                let is_error = after(due, GRACE) < cx.today();
                let severity = if is_error { Severity::Error } else { Severity::Warning };
                out.field(record, "received_at", message(record, days)).help(HELP).severity(severity);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    #[test]
    fn the_thirtieth_day_is_in_time() {
        check(
            &ComplaintNotClosed,
            "
            # sms/complaint/a.yaml
            {kind: complaint, id: a, status: open, received_at: 2026-10-20T09:00:00Z}
            #                                                   ^^^^^^^^^^^^^^^^^^^^ 'a' has been open for 31 days
            # sms/complaint/b.yaml
            {kind: complaint, id: b, status: acknowledged, received_at: 2026-10-21T09:00:00Z}
            ",
        );
    }

    #[test]
    fn escalated_resolved_and_closed_complaints_pass() {
        check(
            &ComplaintNotClosed,
            "
            # sms/complaint/a.yaml
            {kind: complaint, id: a, status: in_progress, received_at: 2026-01-20T09:00:00Z, escalated: {at: 2026-10-01}}
            # sms/complaint/b.yaml
            {kind: complaint, id: b, status: resolved, received_at: 2026-01-20T09:00:00Z}
            # sms/complaint/c.yaml
            {kind: complaint, id: c, status: closed, received_at: 2026-01-20T09:00:00Z}
            # sms/complaint/d.yaml
            {kind: complaint, id: d, status: open, received_at: lately}
            ",
        );
    }

    #[test]
    fn the_weight_grows_and_a_policy_sets_the_days() {
        let weights = |fixture: &str| {
            findings(&ComplaintNotClosed, fixture).iter().map(|found| found.severity).collect::<Vec<_>>()
        };
        let complaints = "
            # sms/complaint/a.yaml
            {kind: complaint, id: a, status: open, received_at: 2026-09-20T09:00:00Z}
            # sms/complaint/b.yaml
            {kind: complaint, id: b, status: open, received_at: 2026-09-21T09:00:00Z}
";
        assert_eq!(weights(complaints), [Severity::Error, Severity::Warning], "61 and 60 days");
        let policy = "
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, limits: [{rule: complaint-not-closed, value: 60d}]}
";
        assert_eq!(weights(&format!("{complaints}{policy}")), [Severity::Warning]);
    }
}
