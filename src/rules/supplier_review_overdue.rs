use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::{after, parse_date};
use crate::base::duration::Duration;
use crate::model::contract::{Contract, Ola};
use crate::model::supplier::{Selection, Supplier, SupplierStatus};
use crate::model::supplier_review::SupplierReview;
use crate::model::{Ix, Record};

rule! {
    /// An active supplier whose work nobody has looked at for too long.
    ///
    /// In a review the figures of the agreement lie on the table, and both sides say what must change. A supplier is
    /// reviewed once in the `interval` of its `review`; where it has none, once a year, or once in the time that a policy
    /// in force sets in `limits` for this rule. What counts is a `supplier_review` that was held. The first is due one
    /// interval after the choice of the supplier or the start of its first agreement. Suppliers with a `lead_supplier`
    /// are reviewed along with it. Where the review of the record itself is late, `review-overdue` speaks instead. The rule
    /// asks once the system is `operating`.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, status: operating}
    /// # sms/supplier/sup-host.yaml
    /// kind: supplier
    /// id: sup-host
    /// status: active
    /// # sms/supplier_review/svw-host.yaml
    /// kind: supplier_review
    /// id: svw-host
    /// status: closed
    /// supplier: sup-host
    /// date: 2025-10-16
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, status: operating}
    /// # sms/supplier/sup-host.yaml
    /// kind: supplier
    /// id: sup-host
    /// status: active
    /// # sms/supplier_review/svw-host.yaml
    /// kind: supplier_review
    /// id: svw-host
    /// status: held
    /// supplier: sup-host
    /// date: 2026-09-10
    /// ```
    ///
    /// Hold the review and write it down (`gitsm new supplier_review`).
    SupplierReviewOverdue = "supplier-review-overdue", Warning, clauses: ["8.3.4.1", "8.3.4.2"], kinds: ["supplier", "supplier_review"], clock;
}

fn message(supplier: &Record<'_>, last: Option<Date>) -> String {
    match last {
        Some(last) => format!("the supplier '{}' was last reviewed on {last}", supplier.id),
        None => format!("the supplier '{}' was never reviewed", supplier.id),
    }
}

const HELP: &str = "hold the review and write it down with `gitsm new supplier_review`";

const INTERVAL: Duration = Duration::from_days(365);

/// The latest or earliest day of each record.
fn days(days: impl Iterator<Item = Option<(Ix, Date)>>, pick: fn(Date, Date) -> Date) -> BTreeMap<Ix, Date> {
    let mut by_record = BTreeMap::new();
    for (ix, day) in days.flatten() {
        let known = by_record.entry(ix).or_insert(day);
        *known = pick(*known, day);
    }
    by_record
}

impl Rule for SupplierReviewOverdue {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        if cx.operating().is_none() {
            return;
        }
        let limit = cx.time_limit(self.code().id, INTERVAL);
        let reviews = cx.sms.all::<SupplierReview<'_>>();
        let held = reviews.map(|review| Some((cx.sms.find(review.supplier()?)?, review.held_on()?)));
        let held = days(held, Ord::max);
        let contracts = cx.sms.all::<Contract<'_>>().map(|it| Some((cx.sms.find(it.supplier()?.id)?, it.start()?)));
        let olas = cx.sms.all::<Ola<'_>>().map(|it| Some((cx.sms.find(it.provider()?.id)?, it.start()?)));
        let begun = days(contracts.chain(olas), Ord::min);
        for (ix, record) in cx.sms.of_kind("supplier") {
            let supplier = cx.sms.view::<Supplier<'_>>(ix);
            let supplier = supplier.filter(|it| it.status() == Some(SupplierStatus::Active));
            let Some(supplier) = supplier.filter(|it| it.lead_supplier().is_none()) else { continue };
            let own = record.get("review").and_then(|it| Duration::parse(it.get("interval")?.as_str()?).ok());
            let looked = record.get("review").and_then(|it| parse_date(it.get("last")?.as_str()?).ok());
            if own.zip(looked).is_some_and(|(own, looked)| after(looked, own) < cx.today()) {
                continue;
            }
            let last = held.get(&ix).copied();
            let chosen = supplier.selection().and_then(Selection::date);
            let from = last.or(chosen).or_else(|| begun.get(&ix).copied());
            if from.is_none_or(|from| after(from, own.unwrap_or(limit)) < cx.today()) {
                out.at(record, record.id_span(), message(record, last)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const SMS: &str = "
        # sms/sms/sms.yaml
        {kind: sms, id: sms, status: operating}
";

    #[test]
    fn the_last_review_that_was_held_counts() {
        let rest = "
        # sms/supplier/sup-a.yaml
        {kind: supplier, id: sup-a, status: active, review: {interval: 90d, last: 2026-11-01}}
        #                    ^^^^^ 'sup-a' was last reviewed on 2026-08-21
        # sms/supplier/sup-b.yaml
        {kind: supplier, id: sup-b, status: active}
        # sms/supplier/sup-c.yaml
        {kind: supplier, id: sup-c, status: active}
        #                    ^^^^^ 'sup-c' was never reviewed
        # sms/supplier_review/a.yaml
        {kind: supplier_review, id: a, status: closed, supplier: sup-a, date: 2026-08-21}
        # sms/supplier_review/a-old.yaml
        {kind: supplier_review, id: a-old, status: closed, supplier: sup-a, date: 2026-02-21}
        # sms/supplier_review/a-new.yaml
        {kind: supplier_review, id: a-new, status: planned, supplier: sup-a, planned: 2026-12-01}
        # sms/supplier_review/b.yaml
        {kind: supplier_review, id: b, status: held, supplier: sup-b, date: 2025-11-20}
";
        check(&SupplierReviewOverdue, &format!("{SMS}{rest}"));
        check(&SupplierReviewOverdue, "# sms/supplier/sup-c.yaml\n{kind: supplier, id: sup-c, status: active}\n");
    }

    #[test]
    fn a_new_supplier_has_time_and_the_choice_comes_before_the_agreement() {
        let rest = "
        # sms/supplier/sup-a.yaml
        {kind: supplier, id: sup-a, status: active, selection: {date: 2025-11-20}}
        # sms/supplier/sup-b.yaml
        {kind: supplier, id: sup-b, status: active}
        # sms/supplier/sup-c.yaml
        {kind: supplier, id: sup-c, status: active}
        #                    ^^^^^ 'sup-c' was never
        # sms/contract/ctr-b.yaml
        {kind: contract, id: ctr-b, status: in_force, supplier: sup-b, start: 2026-01-01}
        # sms/ola/ola-c.yaml
        {kind: ola, id: ola-c, status: in_force, provider: sup-c, start: 2025-11-19}
        # sms/ola/ola-d.yaml
        {kind: ola, id: ola-d, status: in_force, provider: sup-c, start: 2026-06-01}
";
        check(&SupplierReviewOverdue, &format!("{SMS}{rest}"));
    }

    #[test]
    fn others_speak_or_nobody_needs_to() {
        let rest = "
        # sms/supplier/sup-a.yaml
        {kind: supplier, id: sup-a, status: active, review: {interval: 90d, last: 2026-01-01}}
        # sms/supplier/sup-b.yaml
        {kind: supplier, id: sup-b, status: active, lead_supplier: sup-a}
        # sms/supplier/sup-c.yaml
        {kind: supplier, id: sup-c, status: ended}
        # sms/supplier/sup-d.yaml
        {kind: supplier, id: sup-d, status: active}
        # sms/supplier_review/d.yaml
        {kind: supplier_review, id: d, status: held, supplier: sup-d, date: 2024-11-20}
        # sms/policy/p.yaml
        {kind: policy, id: p, status: in_force, limits: [{rule: supplier-review-overdue, value: 730d}]}
";
        check(&SupplierReviewOverdue, &format!("{SMS}{rest}"));
    }
}
