use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::nonconformity::{Nonconformity, NonconformityStatus};

rule! {
    /// A nonconformity that is treated before its cause is known.
    ///
    /// Actions that do not aim at a cause treat the case, and it comes back. So the root cause stands before the first
    /// action, and it says something: `tbd` or `unknown` is none. What puts the case itself right at once is a
    /// `correction`, which needs no cause. That the field is filled from `analysed` on is asked for by the state.
    ///
    /// ```yaml,bad
    /// # sms/nonconformity/nc-restore.yaml
    /// kind: nonconformity
    /// id: nc-restore
    /// status: contained
    /// correction: The database was restored on the next day.
    /// actions: [act-restore-calendar]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/nonconformity/nc-restore.yaml
    /// kind: nonconformity
    /// id: nc-restore
    /// status: actions_planned
    /// correction: The database was restored on the next day.
    /// root_cause: The test belonged to one person without a stand-in.
    /// actions: [act-restore-calendar]
    /// ```
    ///
    /// Look for the cause, for example by asking why five times, and write it into `root_cause`.
    NcNoRootCause = "nc-no-root-cause", Error, clauses: ["10.1"], kinds: ["nonconformity"];
}

fn missing(nc: &Record<'_>) -> String {
    format!("the nonconformity '{}' has actions but no root cause", nc.id)
}

fn empty(nc: &Record<'_>, cause: &str) -> String {
    format!("'{}' is no root cause of the nonconformity '{}'", cause.trim(), nc.id)
}

const HELP: &str = "find out why it could happen, and write that into `root_cause`";

/// Words that stand where a cause should.
const STANDING_IN: &str = "|tbd|tba|tbc|todo|n/a|na|none|unknown|unclear|not known|not yet known|pending|to be determined|to be found|to follow|open|x";

fn says_nothing(cause: &str) -> bool {
    let bare = cause.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    STANDING_IN.split('|').any(|word| word == bare)
}

impl Rule for NcNoRootCause {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        use NonconformityStatus::{Contained, Open};
        for nc in cx.sms.all::<Nonconformity<'_>>() {
            let record = nc.0.record;
            let early = matches!(nc.status(), Some(Open | Contained));
            let treated = !nc.actions().is_empty();
            match nc.root_cause() {
                Some(cause) if says_nothing(cause) && (treated || !early) => {
                    out.field(record, "root_cause", empty(record, cause)).help(HELP);
                }
                None if early && treated && !nc.0.missing(&["root_cause"]).is_empty() => {
                    out.field(record, "actions", missing(record)).help(HELP);
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn actions_come_after_the_cause_and_what_the_state_asks_for_is_not_asked_for_twice() {
        check(
            &NcNoRootCause,
            "
            # sms/nonconformity/a.yaml
            kind: nonconformity
            id: a
            status: open
            actions: [act-a]
            #^^^^^^^ 'a' has actions but no root cause
            # sms/nonconformity/b.yaml
            {kind: nonconformity, id: b, status: open, correction: c}
            # sms/nonconformity/c.yaml
            {kind: nonconformity, id: c, status: contained, root_cause: Nobody was told., actions: [act-a]}
            # sms/nonconformity/d.yaml
            {kind: nonconformity, id: d, status: contained, root_cause: 5, actions: [act-a]}
            # sms/nonconformity/e.yaml
            {kind: nonconformity, id: e, status: implementing, actions: [act-a]}
            # sms/nonconformity/f.yaml
            {kind: nonconformity, id: f, status: closed, root_cause: ' ', actions: [act-a]}
            ",
        );
    }

    #[test]
    fn a_word_that_stands_in_is_no_cause_once_one_is_due() {
        check(
            &NcNoRootCause,
            "
            # sms/nonconformity/a.yaml
            {kind: nonconformity, id: a, status: closed, root_cause: 'To be determined.'}
            #                                                        ^^^^^^^^^^^^^^^^^^^ is no root cause of the nonconformity 'a'
            # sms/nonconformity/b.yaml
            {kind: nonconformity, id: b, status: open, root_cause: ???, actions: [act-a]}
            #                                                      ^^^ '???' is no root cause
            # sms/nonconformity/c.yaml
            {kind: nonconformity, id: c, status: open, root_cause: tbd}
            # sms/nonconformity/d.yaml
            {kind: nonconformity, id: d, status: closed, root_cause: Unknown to the desk that the door was open.}
            ",
        );
    }
}
