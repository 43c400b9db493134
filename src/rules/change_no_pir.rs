use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::model::Record;
use crate::model::change::{Actual, Change, ChangeStatus, Pir};
use crate::model::change_policy::ChangePolicy;

rule! {
    /// A change that was carried out and not looked at afterwards in time.
    ///
    /// The review says whether the change did what it was meant to do and what was learned; weeks later nobody
    /// remembers. It is needed where the category has `pir_required: true`, within its `pir_within` of the end of the
    /// work, else within 14 days. Reviews of failed changes are the matter of `change-failed-open`.
    ///
    /// ```yaml,bad
    /// # sms/change/chg-disk.yaml
    /// kind: change
    /// id: chg-disk
    /// status: closed
    /// category: normal
    /// actual: {start: 2026-10-01T20:00:00Z, end: 2026-10-01T21:00:00Z}
    /// # sms/change_policy/change-policy.yaml
    /// kind: change_policy
    /// id: change-policy
    /// status: in_force
    /// categories: [{id: normal, pir_required: true}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change/chg-disk.yaml
    /// kind: change
    /// id: chg-disk
    /// status: closed
    /// category: normal
    /// actual: {start: 2026-10-01T20:00:00Z, end: 2026-10-01T21:00:00Z}
    /// pir: {at: 2026-10-08, by: maya, effective: true, lessons: The order of the disks matters.}
    /// # sms/change_policy/change-policy.yaml
    /// kind: change_policy
    /// id: change-policy
    /// status: in_force
    /// categories: [{id: normal, pir_required: true}]
    /// ```
    ///
    /// Hold the review and write it in `pir`.
    ChangeNoPir = "change-no-pir", Error, clauses: ["8.5.1.3"], kinds: ["change", "change_policy"], clock;
}

fn message(change: &Record<'_>, due: Date) -> String {
    format!("the change '{}' should have been reviewed by {due}", change.id)
}

const HELP: &str = "hold the review and write in `pir` when, by whom, whether the aim was reached and what was learned";

const WITHIN: Duration = Duration::from_days(14);

impl Rule for ChangeNoPir {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let categories = ChangePolicy::categories_in_force(cx.sms);
        for change in cx.sms.all::<Change<'_>>() {
            let needed = change.status().is_some_and(ChangeStatus::is_carried_out) && !change.has_failed();
            let category = change.category().and_then(|word| categories.get(word));
            let category = category.filter(|category| needed && category.pir_required() == Some(true));
            let end = change.actual().and_then(Actual::end);
            let (Some(category), Some(end)) = (category, end) else { continue };
            let due = after(end.day(), category.pir_within().unwrap_or(WITHIN));
            if due < cx.today() && change.pir().and_then(Pir::at).is_none() {
                let record = change.0.record;
                out.field(record, "pir", message(record, due)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn the_policy_sets_the_time_and_fourteen_days_hold_otherwise() {
        check(
            &ChangeNoPir,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed, category: normal, actual: {end: 2026-11-05T10:00:00Z}}
            #                  ^^^^^ 'chg-a' should have been reviewed by 2026-11-19
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: implemented, category: normal, actual: {end: 2026-11-06T10:00:00Z}}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: implemented, category: quick, actual: {end: 2026-11-16T10:00:00Z}}
            #                  ^^^^^ by 2026-11-18
            # sms/change_policy/p.yaml
            {kind: change_policy, id: p, status: in_force,
             categories: [{id: normal, pir_required: true}, {id: quick, pir_required: true, pir_within: 2d}]}
            ",
        );
    }

    #[test]
    fn a_review_or_a_category_without_one_settles_it() {
        check(
            &ChangeNoPir,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed, category: normal, actual: {end: 2026-09-01T10:00:00Z},
             pir: {at: 2026-09-30}}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: closed, category: standard, actual: {end: 2026-09-01T10:00:00Z}}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: closed, category: unheard-of, actual: {end: 2026-09-01T10:00:00Z}}
            # sms/change/chg-d.yaml
            {kind: change, id: chg-d, status: reversed, category: normal, actual: {end: 2026-09-01T10:00:00Z}}
            # sms/change_policy/p.yaml
            {kind: change_policy, id: p, status: in_force,
             categories: [{id: normal, pir_required: true}, {id: standard, pir_required: false}]}
            ",
        );
    }
}
