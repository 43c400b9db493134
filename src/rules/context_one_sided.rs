use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::context_issue::{ContextIssue, IssueStatus, Side};
use crate::model::organisation::SmsRecord;

rule! {
    /// The context is looked at from one side only.
    ///
    /// What helps or hinders the system lies inside the organisation (people, money, tools, habits) and outside of it
    /// (markets, laws, weather, customers). A system in operation has at least one issue of each side; issues that are
    /// gone do not count.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// status: operating
    /// # sms/context_issue/ctx-few-people.yaml
    /// kind: context_issue
    /// id: ctx-few-people
    /// status: seen
    /// side: internal
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// status: operating
    /// # sms/context_issue/ctx-few-people.yaml
    /// kind: context_issue
    /// id: ctx-few-people
    /// status: seen
    /// side: internal
    /// # sms/context_issue/ctx-new-law.yaml
    /// kind: context_issue
    /// id: ctx-new-law
    /// status: addressed
    /// side: external
    /// ```
    ///
    /// Ask at the next management review what changed on the other side, and write a `context_issue` for it.
    ContextOneSided = "context-one-sided", Warning, clauses: ["4.1"], kinds: ["context_issue", "sms"];
}

fn message(sms: &Record<'_>, missing: &[&str]) -> String {
    format!("'{}' knows no {} issue of its context", sms.id, missing.join(" and no "))
}

const HELP: &str = "write a `context_issue` for what helps or hinders the system from that side";

impl Rule for ContextOneSided {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let Some(sms) = SmsRecord::operating(cx.sms) else { return };
        let issues = cx.sms.all::<ContextIssue<'_>>().filter(|issue| issue.status() != Some(IssueStatus::Gone));
        let issues: Vec<ContextIssue<'_>> = issues.collect();
        // An issue whose side cannot be read may be the one that is missing; the schema reports it.
        if issues.iter().any(|issue| issue.side().is_none()) {
            return;
        }
        let sides = [Side::Internal, Side::External];
        let lacks = |side: &Side| issues.iter().all(|issue| issue.side() != Some(*side));
        let missing: Vec<&str> = sides.into_iter().filter(lacks).map(Side::word).collect();
        if missing.is_empty() {
            return;
        }
        let mut draft = out.at(sms.0.record, sms.0.record.id_span(), message(sms.0.record, &missing)).help(HELP);
        for issue in issues.iter().take(3) {
            draft = draft.related(issue.0.field_span("side"), "an issue of the other side");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    const SMS: &str = "
        # sms/sms/sms.yaml
        kind: sms
        id: sms
";

    #[test]
    fn issues_that_are_gone_do_not_count() {
        let rest = "
        #   ^^^ 'sms' knows no external issue of its context
        status: operating
        # sms/context_issue/a.yaml
        {kind: context_issue, id: a, status: accepted, side: internal}
        # sms/context_issue/b.yaml
        {kind: context_issue, id: b, status: gone, side: external}
";
        let fixture = format!("{SMS}{}", &rest[1..]);
        check(&ContextOneSided, &fixture);
        assert_eq!(findings(&ContextOneSided, &fixture)[0].related.len(), 1);
    }

    #[test]
    fn without_any_issue_both_sides_are_missing() {
        check(
            &ContextOneSided,
            &format!("{SMS}        #   ^^^ no internal and no external issue\n        status: operating\n"),
        );
    }

    #[test]
    fn a_planned_system_an_unread_side_and_a_heap_of_records_are_not_judged() {
        check(&ContextOneSided, &format!("{SMS}        status: planned\n"));
        let unread = "
        status: operating
        # sms/context_issue/a.yaml
        {kind: context_issue, id: a, status: seen, side: both}
";
        check(&ContextOneSided, &format!("{SMS}{unread}"));
        check(&ContextOneSided, "# sms/context_issue/a.yaml\n{kind: context_issue, id: a, side: internal}\n");
    }
}
