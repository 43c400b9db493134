use super::rule::{Check, Report, Rule};
use crate::base::span::Span;
use crate::base::text;
use crate::model::Record;
use crate::model::change::{Change, ChangeStatus, Rollback};

rule! {
    /// A change without a way back.
    ///
    /// When it goes wrong at night, the way back must be on paper: steps, or a remedy where nothing can be undone. A
    /// way back that was never tried says why that is acceptable.
    ///
    /// ```yaml,bad
    /// # sms/change/chg-disk.yaml
    /// kind: change
    /// id: chg-disk
    /// status: requested
    /// rollback: {steps: none, tested: true}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change/chg-disk.yaml
    /// kind: change
    /// id: chg-disk
    /// status: requested
    /// rollback: {steps: Take the disks out again; the array keeps its old layout until Monday., tested: true}
    /// ```
    ///
    /// Write the steps back in `rollback.steps`, and in `untested_reason` why they were not tried.
    ChangeNoRollback = "change-no-rollback", Error, clauses: ["8.5.1.3"], kinds: ["change"];
}

fn no_steps(change: &Record<'_>) -> String {
    format!("the change '{}' has no way back", change.id)
}

fn untested(change: &Record<'_>) -> String {
    format!("the way back of the change '{}' was not tried, and nothing says why", change.id)
}

const STEPS_HELP: &str = "write in `rollback.steps` how the old state, or a remedy, is reached";
const UNTESTED_HELP: &str = "try it, or write in `untested_reason` why that is acceptable";

fn steps(rollback: Rollback<'_>) -> Option<&str> {
    rollback.steps().filter(|steps| !text::says_nothing(steps))
}

fn gap(change: Change<'_>) -> Option<(Span, String, &'static str)> {
    let record = change.0.record;
    let Some(rollback) = change.rollback() else {
        return Some((record.field_span("rollback"), no_steps(record), STEPS_HELP));
    };
    if steps(rollback).is_none() {
        return Some((rollback.0.field_span("steps"), no_steps(record), STEPS_HELP));
    }
    let silent = rollback.tested() == Some(false) && rollback.untested_reason().is_none();
    silent.then(|| (rollback.0.field_span("tested"), untested(record), UNTESTED_HELP))
}

impl Rule for ChangeNoRollback {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let changes = cx.sms.all::<Change<'_>>();
        for change in changes.filter(|change| change.status().is_some_and(ChangeStatus::is_up_for_decision)) {
            if let Some((span, message, help)) = gap(change) {
                out.at(change.0.record, span, message).help(help);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn words_that_say_nothing_are_no_steps() {
        check(
            &ChangeNoRollback,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: requested, rollback: {steps: N/A., tested: false}}
            #                                                              ^^^^ 'chg-a' has no way back
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: closed}
            #                  ^^^^^ 'chg-b' has no way back
            ",
        );
    }

    #[test]
    fn an_untried_way_back_needs_a_reason() {
        check(
            &ChangeNoRollback,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: requested, rollback: {steps: Load it., tested: false}}
            #                                                                                ^^^^^ was not tried
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: requested, rollback: {steps: Swap., tested: false, untested_reason: One}}
            ",
        );
    }

    #[test]
    fn steps_that_begin_with_no_are_steps_and_drafts_need_none() {
        check(
            &ChangeNoRollback,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: implemented, rollback: {steps: None needed but a restart., tested: true}}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: draft, rollback: {steps: none, tested: false}}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: rejected}
            ",
        );
    }
}
