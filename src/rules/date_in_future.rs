use super::rule::{Check, Report, Rule};
use crate::base::date::{AsOf, When};

rule! {
    /// A past event that is dated in the future.
    ///
    /// Fields such as `held`, `closed_at` or `identified_on` say when something happened, so they are evidence; a later
    /// time in them is a slip or a wish. Plans have fields of their own. Bare days have a day of grace, since the day
    /// begins earlier elsewhere.
    ///
    /// ```yaml,bad
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// identified_on: 2027-02-12
    /// ```
    ///
    /// ```yaml,good
    /// # sms/risk/rsk-flood.yaml
    /// kind: risk
    /// id: rsk-flood
    /// identified_on: 2025-02-12
    /// ```
    ///
    /// Correct the date, or leave the field out until it has happened.
    DateInFuture = "date-in-future", Error, clauses: ["7.5.3"], kinds: [], clock;
}

fn message(text: &str, as_of: AsOf) -> String {
    format!("{text} lies after {as_of}, but the field tells of something that has happened")
}

const HELP: &str = "correct the date, or leave the field out until it has happened";

impl Rule for DateInFuture {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let as_of = cx.sms.snapshot.as_of;
        let now = When::Instant(cx.sms.now());
        for (_, record) in cx.sms.records() {
            record.kind.times.visit(&record.root, &mut |shape, node| {
                let Some(text) = node.as_str().filter(|_| shape.past) else { return };
                if When::parse(text).is_ok_and(|when| when.is_after(now)) {
                    out.at(record, node.span(record.file), message(text, as_of)).help(HELP);
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn past_events_are_judged_by_the_instant() {
        check(
            &DateInFuture,
            "# as-of: 2026-11-20T12:00:00Z
            # sms/audit/aud-a.yaml
            kind: audit
            id: aud-a
            held: {start: 2026-11-20, end: 2027-02-01}
            #                              ^^^^^^^^^^ 2027-02-01 lies after 2026-11-20T12:00:00Z
            # sms/incident/inc-a.yaml
            kind: incident
            id: inc-a
            reported_at: 2026-11-20T13:00:01+01:00
            #            ^^^^^^^^^^^^^^^^^^^^^^^^^ 2026-11-20T13:00:01+01:00 lies after
            ",
        );
    }

    #[test]
    fn plans_may_lie_ahead() {
        check(
            &DateInFuture,
            "
            # sms/audit/aud-a.yaml
            {kind: audit, id: aud-a, planned: {start: 2027-02-01, end: 2027-02-02}}
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, valid_to: 2030-01-01}
            ",
        );
    }

    #[test]
    fn the_instant_itself_and_a_day_that_has_begun_elsewhere_are_no_future() {
        check(
            &DateInFuture,
            "# as-of: 2026-11-20T12:00:00Z
            # sms/incident/inc-a.yaml
            {kind: incident, id: inc-a, reported_at: '2026-11-20T13:00:00+01:00'}
            # sms/risk/rsk-a.yaml
            {kind: risk, id: rsk-a, identified_on: 2026-11-21, closed_on: someday}
            ",
        );
    }
}
