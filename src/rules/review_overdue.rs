use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::{after, parse_date};
use crate::base::duration::Duration;
use crate::base::finding::Severity;
use crate::model::Record;

rule! {
    /// A record whose review is overdue.
    ///
    /// What is past its day may be out of date without anybody knowing. Records whose life is over are not reviewed. More
    /// than thirty days late is an error; a policy in force may set other days in `limits` for this rule.
    ///
    /// ```yaml,bad
    /// # sms/sla/sla-mail.yaml
    /// kind: sla
    /// id: sla-mail
    /// review: {interval: 180d, last: 2026-01-15}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sla/sla-mail.yaml
    /// kind: sla
    /// id: sla-mail
    /// review: {interval: 180d, last: 2026-07-02, by: ann}
    /// ```
    ///
    /// Look at the record again, change what is no longer right, and set `review.last` to the day of that. A longer
    /// interval is an answer too, when the old one was more than anybody needs.
    ReviewOverdue = "review-overdue", Warning, clauses: ["7.5.2"], kinds: [], clock;
}

fn message(record: &Record<'_>, due: Date, today: Date) -> String {
    let late = today.duration_since(due).as_hours() / 24;
    let days = if late == 1 { "day" } else { "days" };
    format!("the review of '{}' was due on {due}, {late} {days} ago", record.id)
}

const HELP: &str = "look at it again and set `review.last` to the day of that";

/// How late a review may be before it is an error.
const GRACE: Duration = Duration::from_days(30);

impl Rule for ReviewOverdue {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let today = cx.today();
        let grace = cx.time_limit(self.code().id, GRACE);
        for (_, record) in cx.sms.records().filter(|(_, record)| !record.is_at_rest()) {
            let field = |name| record.get("review").and_then(|review| review.get(name));
            let interval = field("interval").and_then(|node| Duration::parse(node.as_str()?).ok());
            let last = field("last").and_then(|node| Some((node, parse_date(node.as_str()?).ok()?)));
            let (Some(interval), Some((node, last))) = (interval, last) else { continue };
            let due = after(last, interval);
            if due < today {
                let is_error = after(due, grace) < today;
                let severity = if is_error { Severity::Error } else { Severity::Warning };
                out.at(record, node.span(record.file), message(record, due, today)).help(HELP).severity(severity);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    #[test]
    fn the_day_after_the_due_day_is_late() {
        check(
            &ReviewOverdue,
            "
            # sms/ci/a.yaml
            kind: ci
            id: a
            review: {interval: 30d, last: 2026-10-20}
            #                             ^^^^^^^^^^ 'a' was due on 2026-11-19, 1 day ago
            # sms/ci/b.yaml
            kind: ci
            id: b
            review:
              last: 2025-11-19
            #       ^^^^^^^^^^ was due on 2026-11-18, 2 days ago
              interval: 52w
            ",
        );
    }

    #[test]
    fn more_than_the_grace_of_the_policy_makes_it_an_error() {
        let late = "
            # sms/ci/a.yaml
            {kind: ci, id: a, review: {interval: 30d, last: 2026-09-20}}
            # sms/ci/b.yaml
            {kind: ci, id: b, review: {interval: 30d, last: 2026-09-21}}
            ";
        let weights =
            |fixture: &str| findings(&ReviewOverdue, fixture).iter().map(|found| found.severity).collect::<Vec<_>>();
        assert_eq!(weights(late), [Severity::Error, Severity::Warning], "31 and 30 days");
        let policy = "
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, limits: [{rule: review-overdue, value: 90d}]}
            ";
        assert_eq!(weights(&format!("{late}{policy}")), [Severity::Warning, Severity::Warning]);
    }

    #[test]
    fn what_is_over_was_never_reviewed_has_no_sound_interval_or_is_due_today_is_not_late() {
        check(
            &ReviewOverdue,
            "
            # sms/ci/a.yaml
            {kind: ci, id: a, status: retired, review: {interval: 30d, last: 2020-01-01}}
            # sms/ci/b.yaml
            {kind: ci, id: b, review: {interval: 30d}}
            # sms/ci/c.yaml
            {kind: ci, id: c, review: {interval: often, last: 2020-01-01}}
            # sms/ci/d.yaml
            {kind: ci, id: d, review: yearly}
            # sms/ci/e.yaml
            {kind: ci, id: e, review: {interval: 30d, last: 2026-10-21}}
            ",
        );
    }
}
