use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::date::{When, after};
use crate::base::duration::Duration;
use crate::model::Record;
use crate::model::change::{Change, ChangeStatus, Failure, Window};
use crate::model::release::Release;

rule! {
    /// A release holds a change that cannot have been agreed to.
    ///
    /// What goes live was asked for and decided. A draft was not put to anybody, and what was turned down or called off
    /// is not to go live at all. Looked at are releases that are in use, and those whose window begins within the next
    /// seven days; in these a change that failed and was neither taken back nor put right has no place either. In a
    /// release that is in use such a change is the matter of `change-failed-open`. Who agreed to a change is worked out
    /// from evidence, not from this.
    ///
    /// ```yaml,bad
    /// # sms/release/rel-booking.yaml
    /// {kind: release, id: rel-booking, status: deployed, changes: [chg-booking]}
    /// # sms/change/chg-booking.yaml
    /// {kind: change, id: chg-booking, status: draft}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/release/rel-booking.yaml
    /// {kind: release, id: rel-booking, status: deployed, changes: [chg-booking]}
    /// # sms/change/chg-booking.yaml
    /// {kind: change, id: chg-booking, status: implemented}
    /// ```
    ///
    /// Have the change decided, or take it out of the release.
    ReleaseUnapprovedChange = "release-unapproved-change", Error, clauses: ["8.5.3"], kinds: ["release", "change"], clock;
}

fn message(release: &Record<'_>, change: &Record<'_>, state: &str, coming: Option<Date>) -> String {
    let when = coming.map_or_else(|| "is in use".to_owned(), |day| format!("is to be deployed on {day}"));
    format!("the release '{}' {when} and holds the change '{}', which {state}", release.id, change.id)
}

const HELP: &str = "have the change decided, or take it out of the release";

const AHEAD: Duration = Duration::from_days(7);

/// Why the change has no place in a release, when it has none.
fn unfit(change: Change<'_>, coming: bool) -> Option<&'static str> {
    let mended = change.failure().is_some_and(Failure::is_mended);
    match change.status()? {
        ChangeStatus::Draft => Some("is a draft"),
        ChangeStatus::Rejected => Some("was rejected"),
        ChangeStatus::Cancelled => Some("was cancelled"),
        ChangeStatus::Failed if coming && !mended => Some("failed and was neither taken back nor put right"),
        _ => None,
    }
}

impl Rule for ReleaseUnapprovedChange {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let horizon = after(cx.today(), AHEAD);
        for release in cx.sms.all::<Release<'_>>() {
            let Some(status) = release.status() else { continue };
            let start = release.window().and_then(Window::start).map(When::day);
            let coming = start.filter(|day| status.is_to_come() && *day <= horizon);
            if coming.is_none() && !status.is_deployed() {
                continue;
            }
            for named in release.changes() {
                let change = cx.sms.find(named.id).and_then(|ix| cx.sms.view::<Change<'_>>(ix));
                let Some((change, state)) = change.and_then(|c| Some((c, unfit(c, coming.is_some())?))) else {
                    continue;
                };
                let (record, change) = (release.0.record, change.0.record);
                out.at(record, named.span, message(record, change, state, coming))
                    .help(HELP)
                    .related(change.field_span("status"), "the change");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const CHANGES: &str = "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: draft}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: rejected}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: cancelled}
            # sms/change/chg-d.yaml
            {kind: change, id: chg-d, status: failed}
            # sms/change/chg-e.yaml
            {kind: change, id: chg-e, status: requested}
            # sms/change/chg-f.yaml
            {kind: change, id: chg-f, status: failed, failure: {remedied_at: 2026-11-01T10:00:00Z}}";

    #[test]
    fn what_is_in_use_holds_nothing_that_was_never_to_go_live() {
        let release = "
            # sms/release/rel-a.yaml
            {kind: release, id: rel-a, status: analysed, changes: [chg-a, chg-b, chg-c, chg-d, chg-e, chg-f, chg-lost]}
            #                                                      ^^^^^ 'rel-a' is in use and holds the change 'chg-a', which is a draft
            #                                                             ^^^^^ which was rejected
            #                                                                    ^^^^^ which was cancelled";
        check(&ReleaseUnapprovedChange, &format!("{release}{CHANGES}"));
    }

    #[test]
    fn a_week_before_its_window_a_release_is_looked_at_as_well() {
        let releases = "
            # sms/release/rel-a.yaml
            {kind: release, id: rel-a, status: verified, changes: [chg-a, chg-d, chg-e, chg-f],
            #                                                      ^^^^^ 'rel-a' is to be deployed on 2026-11-27 and
            #                                                             ^^^^^ neither taken back nor put right
             window: {start: 2026-11-27T20:00:00Z, end: 2026-11-27T22:00:00Z}}
            # sms/release/rel-b.yaml
            {kind: release, id: rel-b, status: built, changes: [chg-a], window: {start: 2026-11-28T00:00:00Z}}
            # sms/release/rel-c.yaml
            {kind: release, id: rel-c, status: cancelled, changes: [chg-c], window: {start: 2026-11-21T00:00:00Z}}
            # sms/release/rel-d.yaml
            {kind: release, id: rel-d, status: planned, changes: [chg-a]}
            # sms/release/rel-e.yaml
            {kind: release, id: rel-e, status: backed_out, changes: [chg-d]}";
        check(&ReleaseUnapprovedChange, &format!("{releases}{CHANGES}"));
    }
}
