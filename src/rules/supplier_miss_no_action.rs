use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::supplier_review::SupplierReview;

rule! {
    /// A target that a supplier missed, and nobody does anything about it.
    ///
    /// What one side misses in silence it misses again. Each result with `met: false` of a review that was held has its
    /// row in `misses` that names actions, improvements or a dispute. Work that was called off does not count. Where a
    /// row names no agreement, it stands for the target of that name in any of them.
    ///
    /// ```yaml,bad
    /// # sms/supplier_review/svw-host.yaml
    /// kind: supplier_review
    /// id: svw-host
    /// status: held
    /// date: 2026-09-10
    /// results: [{agreement: ctr-host, target: rooms, value: 99.2, met: false}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/supplier_review/svw-host.yaml
    /// kind: supplier_review
    /// id: svw-host
    /// status: held
    /// date: 2026-09-10
    /// results: [{agreement: ctr-host, target: rooms, value: 99.2, met: false}]
    /// misses: [{agreement: ctr-host, target: rooms, reason: A fuse, actions: [act-second-fuse]}]
    /// ```
    ///
    /// Agree with the supplier on what changes, write it as an action or improvement, and name it in `misses`.
    SupplierMissNoAction = "supplier-miss-no-action", Warning, clauses: ["8.3.4.1", "8.3.4.2"], kinds: ["supplier_review"];
}

fn message(review: &Record<'_>, target: &str, explained: bool) -> String {
    let what = if explained { "its row in `misses` names no work" } else { "`misses` says nothing of it" };
    format!("the target '{target}' was missed in '{}', and {what}", review.id)
}

const HELP: &str = "name in `misses` what is done about it";

impl Rule for SupplierMissNoAction {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for review in cx.sms.all::<SupplierReview<'_>>().filter(|review| review.held_on().is_some()) {
            let record = review.0.record;
            let misses = review.misses();
            for result in review.results().into_iter().filter(|result| result.met() == Some(false)) {
                let Some(target) = result.target() else { continue };
                let same = |agreement: Option<&str>| {
                    let agreements = agreement.zip(result.agreement());
                    agreements.is_none_or(|(one, other)| cx.sms.id_now(one) == cx.sms.id_now(other))
                };
                let rows = misses.iter().filter(|row| row.target() == Some(target) && same(row.agreement()));
                let rows: Vec<_> = rows.collect();
                if !cx.is_worked_on(rows.iter().flat_map(|row| row.actions())) {
                    let span = result.0.field_span("met");
                    out.at(record, span, message(record, target, !rows.is_empty())).help(HELP);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn no_row_another_agreement_and_dropped_work_are_told() {
        check(
            &SupplierMissNoAction,
            "
            # sms/supplier_review/r.yaml
            kind: supplier_review
            id: r
            status: closed
            date: 2026-09-01
            results:
              - {agreement: ctr-a, target: a, met: false}
            #                                      ^^^^^ 'a' was missed in 'r', and `misses` says nothing
              - {agreement: ctr-a, target: b, met: false}
            #                                      ^^^^^ 'b' was missed in 'r', and its row in `misses` names no work
              - {agreement: ctr-a, target: c, met: false}
            #                                      ^^^^^ 'c' was missed in 'r', and its row
            misses: [{agreement: ctr-b, target: a, actions: [act-on]}, {target: b}, {target: c, actions: [act-off]}]
            # sms/action/act-off.yaml
            {kind: action, id: act-off, status: cancelled}
            # sms/action/act-on.yaml
            {kind: action, id: act-on, status: open}
            ",
        );
    }

    #[test]
    fn kept_targets_work_under_way_and_reviews_to_come_pass() {
        check(
            &SupplierMissNoAction,
            "
            # sms/supplier_review/r.yaml
            kind: supplier_review
            id: r
            status: held
            date: 2026-09-01
            results: [{agreement: ctr-a, target: a, met: false}, {agreement: ctr-a, target: b, met: true}, {target: c}]
            misses: [{agreement: ctr-old, target: a, actions: [act-on]}]
            # sms/supplier_review/s.yaml
            {kind: supplier_review, id: s, status: planned, date: 2026-12-01, results: [{target: a, met: false}]}
            # sms/contract/ctr-a.yaml
            {kind: contract, id: ctr-a, aliases: [ctr-old], status: in_force}
            # sms/action/act-on.yaml
            {kind: action, id: act-on, status: open}
            ",
        );
    }
}
