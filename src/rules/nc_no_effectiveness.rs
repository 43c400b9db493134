use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::finding::Severity;
use crate::base::span::Span;
use crate::model::action::Action;
use crate::model::change::{Actual, Change};
use crate::model::nonconformity::{Effect, Nonconformity, NonconformityStatus};
use crate::model::{Record, Sms};

rule! {
    /// A nonconformity that was closed without proof that its cause is gone.
    ///
    /// The proof is a look, after the last action and before closing, at whether the same can still happen. A look on the
    /// day of the last action sees the action, not its effect. A result `not_effective` sends the nonconformity back to
    /// its analysis. A look whose day has passed while the nonconformity is still open is a warning.
    ///
    /// ```yaml,bad
    /// # sms/nonconformity/nc-restore.yaml
    /// kind: nonconformity
    /// id: nc-restore
    /// status: closed
    /// effectiveness: {check_at: 2026-10-09}
    /// closed_at: 2026-05-18
    /// ```
    ///
    /// ```yaml,good
    /// # sms/nonconformity/nc-restore.yaml
    /// kind: nonconformity
    /// id: nc-restore
    /// status: closed
    /// effectiveness: {check_at: 2026-10-09, checked_at: 2026-10-08, by: elin, result: effective}
    /// closed_at: 2026-10-12
    /// ```
    ///
    /// Open it again, have somebody else look, and write day and result into `effectiveness`.
    NcNoEffectiveness = "nc-no-effectiveness", Error, clauses: ["10.1"], kinds: ["nonconformity", "action", "change"], clock;
}

/// What is wrong with the check of a closed nonconformity, the field that shows it, and a place that belongs to it.
type Lack = (&'static str, String, Option<(Span, &'static str)>);

fn message(nc: &Record<'_>, lack: &str) -> String {
    format!("the nonconformity '{}' was closed {lack}", nc.id)
}

fn late(nc: &Record<'_>, due: Date) -> String {
    format!("whether the cause of '{}' is gone was to be looked at on {due}", nc.id)
}

const HELP: &str = "look whether the cause is gone, and write day and result into `effectiveness`";
const HELP_LATE: &str =
    "look now and write day and result into `effectiveness`, or say when there will be something to see";

/// The last day on which one of its actions was done, with the place of that action.
fn last_done<'a>(sms: &'a Sms<'_>, nc: Nonconformity<'_>) -> Option<(Date, &'a Record<'a>)> {
    let done = nc.actions().into_iter().filter_map(|id| {
        let ix = sms.find(id)?;
        let change = || sms.view::<Change<'_>>(ix)?.actual().and_then(Actual::end).map(|end| end.day());
        let day = sms.view::<Action<'_>>(ix).and_then(Action::done_at).or_else(change)?;
        Some((day, sms.record(ix)))
    });
    done.max_by_key(|(day, _)| *day)
}

fn lack(sms: &Sms<'_>, nc: Nonconformity<'_>) -> Option<Lack> {
    let check = nc.effectiveness()?;
    let Some(checked) = check.checked_at() else {
        return Some(("check_at", "before anybody looked whether its cause is gone".to_owned(), None));
    };
    match check.result() {
        None => return Some(("checked_at", "without a result of the look at its effect".to_owned(), None)),
        Some(Effect::NotEffective) => return Some(("result", "although its cause is not gone".to_owned(), None)),
        Some(Effect::Effective) => {}
    }
    if let Some(closed) = nc.closed_at().filter(|closed| *closed < checked) {
        return Some(("checked_at", format!("on {closed}, before the look at its effect on {checked}"), None));
    }
    let (done, action) = last_done(sms, nc).filter(|(done, _)| checked <= *done)?;
    let words = format!("on a look of {checked}, but '{}' was done on {done}", action.id);
    Some(("checked_at", words, Some((action.id_span(), "the last of its actions"))))
}

impl Rule for NcNoEffectiveness {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for nc in cx.sms.all::<Nonconformity<'_>>() {
            let record = nc.0.record;
            let Some(check) = nc.effectiveness() else { continue };
            if nc.status() == Some(NonconformityStatus::Closed) {
                if let Some((field, words, related)) = lack(cx.sms, nc) {
                    let draft = out.at(record, check.0.field_span(field), message(record, &words)).help(HELP);
                    if let Some((span, words)) = related {
                        draft.related(span, words);
                    }
                }
            } else if let Some(due) = check.check_at().filter(|due| *due < cx.today() && check.checked_at().is_none()) {
                let draft = out.at(record, check.0.field_span("check_at"), late(record, due));
                draft.help(HELP_LATE).severity(Severity::Warning);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    const ACTIONS: &str = "
        # sms/action/act.yaml
        {kind: action, id: act, status: done, done_at: 2026-05-18}
        # sms/change/chg.yaml
        {kind: change, id: chg, status: closed, actual: {end: 2026-05-20T10:00:00Z}}
";

    #[test]
    fn closing_needs_a_look_with_a_good_result_in_time() {
        let ncs = "
        # sms/nonconformity/a.yaml
        {kind: nonconformity, id: a, status: closed, effectiveness: {check_at: 2026-06-01}}
        #                                                                      ^^^^^^^^^^ 'a' was closed before anybody looked
        # sms/nonconformity/b.yaml
        {kind: nonconformity, id: b, status: closed, effectiveness: {checked_at: 2026-06-01}}
        #                                                                        ^^^^^^^^^^ without a result
        # sms/nonconformity/c.yaml
        {kind: nonconformity, id: c, status: closed, effectiveness: {checked_at: 2026-06-01, result: not_effective}}
        #                                                                                            ^^^^^^^^^^^^^ although its cause is not gone
        # sms/nonconformity/d.yaml
        kind: nonconformity
        id: d
        status: closed
        effectiveness: {checked_at: 2026-06-01, result: effective}
        #                           ^^^^^^^^^^ on 2026-05-31, before the look at its effect on 2026-06-01
        closed_at: 2026-05-31
        # sms/nonconformity/e.yaml
        kind: nonconformity
        id: e
        status: closed
        actions: [act, chg, imp-gone]
        effectiveness: {checked_at: 2026-05-20, result: effective}
        #                           ^^^^^^^^^^ on a look of 2026-05-20, but 'chg' was done on 2026-05-20
        closed_at: 2026-05-20
";
        check(&NcNoEffectiveness, &format!("{ACTIONS}{ncs}"));
    }

    #[test]
    fn a_look_the_day_after_the_last_action_and_closing_on_the_day_of_the_look_will_do() {
        let ncs = "
        # sms/nonconformity/a.yaml
        {kind: nonconformity, id: a, status: closed, closed_at: 2026-05-21, actions: [act, chg],
         effectiveness: {checked_at: 2026-05-21, result: effective}}
        # sms/nonconformity/b.yaml
        {kind: nonconformity, id: b, status: closed, closed_at: 2026-05-21}
";
        check(&NcNoEffectiveness, &format!("{ACTIONS}{ncs}"));
    }

    #[test]
    fn a_look_that_is_late_is_a_warning() {
        let ncs = "
        # sms/nonconformity/a.yaml
        {kind: nonconformity, id: a, status: verifying, effectiveness: {check_at: 2026-11-19}}
        #                                                                         ^^^^^^^^^^ of 'a' is gone was to be looked at on 2026-11-19
        # sms/nonconformity/b.yaml
        {kind: nonconformity, id: b, status: verifying, effectiveness: {check_at: 2026-11-20}}
        # sms/nonconformity/c.yaml
        {kind: nonconformity, id: c, status: implementing, effectiveness: {check_at: 2026-01-20, checked_at: 2026-01-20}}
";
        check(&NcNoEffectiveness, ncs);
        assert_eq!(findings(&NcNoEffectiveness, ncs)[0].severity, Severity::Warning);
    }
}
