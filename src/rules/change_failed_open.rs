use super::rule::{Check, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::base::text;
use crate::model::Record;
use crate::model::change::{Actual, Change, ChangeStatus, Failure, Pir};
use crate::model::change_policy::ChangePolicy;

rule! {
    /// A failed change that was not taken back or put right, looked into and reviewed.
    ///
    /// A change has failed by its status (`failed`, `reversed`, `remedied`) or by its `outcome` (`failed`, `reversed`).
    /// The way out and the investigation are due within `failure_within` of the change policy after the end of the
    /// work, else within 2 days; the review within `pir_within` of the category, else within 14 days. A closed change
    /// has all of them.
    ///
    /// ```yaml,bad
    /// # sms/change/chg-disk.yaml
    /// {kind: change, id: chg-disk, status: closed, outcome: failed}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change/chg-disk.yaml
    /// {kind: change, id: chg-disk, status: closed, outcome: failed,
    ///  failure: {investigation: The disks were of another make., reversed_at: 2026-10-01T23:10:00Z},
    ///  pir: {at: 2026-10-08, by: maya, effective: false, lessons: Compare the make first.}}
    /// ```
    ///
    /// Write in `failure` what was found out and when it was reversed or remedied, and in `pir` the review.
    ChangeFailedOpen = "change-failed-open", Error, clauses: ["8.5.1.3"], kinds: ["change", "change_policy"], clock;
}

fn message(change: &Record<'_>, missing: &[&str]) -> String {
    format!("the failed change '{}' lacks {}", change.id, text::and(missing))
}

const HELP: &str = "write in `failure` what was found out and how it was mended, and in `pir` what was learned";

const FAILURE_WITHIN: Duration = Duration::from_days(2);
const PIR_WITHIN: Duration = Duration::from_days(14);

/// What should be there and is not; what is not due yet is left out.
fn missing(change: Change<'_>, due: impl Fn(Duration) -> bool, within: (Duration, Duration)) -> Vec<&'static str> {
    let failure = change.failure();
    let out = failure.and_then(|failure| failure.reversed_at().or(failure.remedied_at()));
    let investigation = failure.and_then(Failure::investigation);
    let all = [
        ("reversal or remedy", out.is_some(), within.0),
        ("investigation", investigation.is_some(), within.0),
        ("review", change.pir().and_then(Pir::at).is_some(), within.1),
    ];
    all.into_iter().filter(|(_, there, within)| !there && due(*within)).map(|(what, _, _)| what).collect()
}

impl Rule for ChangeFailedOpen {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let categories = ChangePolicy::categories_in_force(cx.sms);
        let failure_within = ChangePolicy::in_force(cx.sms).find_map(ChangePolicy::failure_within);
        for change in cx.sms.all::<Change<'_>>().filter(|change| change.has_failed()) {
            let category = change.category().and_then(|word| categories.get(word));
            let pir_within = category.and_then(|category| category.pir_within());
            let end = change.actual().and_then(Actual::end);
            let open = end.filter(|_| change.status() != Some(ChangeStatus::Closed));
            let due = |within| open.is_none_or(|end| after(end.day(), within) < cx.today());
            let within = (failure_within.unwrap_or(FAILURE_WITHIN), pir_within.unwrap_or(PIR_WITHIN));
            let missing = missing(change, due, within);
            if !missing.is_empty() {
                let record = change.0.record;
                out.field(record, "status", message(record, &missing)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn a_failure_is_not_closed_in_silence() {
        check(
            &ChangeFailedOpen,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed, outcome: reversed, actual: {end: 2026-11-20T10:00:00Z}}
            #                                 ^^^^^^ 'chg-a' lacks reversal or remedy, investigation and review
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: remedied, failure: {investigation: a, remedied_at: 2026-11-01T10:00:00Z}}
            #                                 ^^^^^^^^ 'chg-b' lacks review
            ",
        );
    }

    #[test]
    fn there_is_time_for_the_way_out_and_more_for_the_review() {
        check(
            &ChangeFailedOpen,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: failed, actual: {end: 2026-11-18T10:00:00Z}}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: failed, actual: {end: 2026-11-17T10:00:00Z}}
            #                                 ^^^^^^ 'chg-b' lacks reversal or remedy and investigation
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: failed, category: c, actual: {end: 2026-11-16T10:00:00Z},
            #                                 ^^^^^^ 'chg-c' lacks reversal or remedy, investigation and review
             failure: {}}
            # sms/change_policy/p.yaml
            {kind: change_policy, id: p, status: in_force, categories: [{id: c, pir_within: 3d}]}
            ",
        );
    }

    #[test]
    fn complete_failures_and_good_changes_pass() {
        check(
            &ChangeFailedOpen,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed, outcome: failed, pir: {at: 2026-10-08},
             failure: {investigation: a, reversed_at: 2026-10-01T23:10:00Z}}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: closed, outcome: success}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: cancelled, outcome: failed}
            ",
        );
    }
}
