use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::model::Record;
use crate::model::change::Change;
use crate::model::design::{Design, DesignOutcome, DesignStatus, Reported};

rule! {
    /// Nobody was told whether a new or changed service does what it was meant to do.
    ///
    /// Every design says what it is to achieve; some time after going live one measures that and tells those concerned.
    /// That is due 90 days after `go_live`, where there is none after the last of its changes was carried out; a policy
    /// in force may set another time in `limits` for this rule. A design that says that its outcomes are reported has a
    /// report and a value for each of them. For the heart of a design inside a change the values are due in the same
    /// time after the work, unless it failed.
    ///
    /// ```yaml,bad
    /// # sms/design/dsg-portal.yaml
    /// {kind: design, id: dsg-portal, status: deployed, go_live: 2026-05-18}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/design/dsg-portal.yaml
    /// {kind: design, id: dsg-portal, status: outcomes_reported, go_live: 2026-05-18,
    ///  outcomes: [{measure: Calls in a week, target: fewer than 20, actual: "12", reached: true}],
    ///  reported: {at: 2026-08-10, to: [cus-port]}}
    /// ```
    ///
    /// Measure, fill in `actual`, tell those concerned and write that in `reported`.
    DesignOutcomeUnreported = "design-outcome-unreported", Warning, clauses: ["8.5.2.3"],
        kinds: ["design", "change"], clock;
}

fn overdue(record: &Record<'_>, due: Date) -> String {
    format!("what came of '{}' should have been reported by {due}", record.id)
}

fn unreported(record: &Record<'_>) -> String {
    format!("'{}' says that its outcomes are reported, but not when and to whom", record.id)
}

fn unmeasured(record: &Record<'_>, outcome: DesignOutcome<'_>) -> String {
    let what = outcome.measure().map_or_else(String::new, |text| format!(": {}", text.trim_end_matches('.')));
    format!("'{}' gives no value that was reached for one of its aims{what}", record.id)
}

const HELP: &str = "measure, fill in `actual`, tell those concerned and write that in `reported`";
const HELP_INLINE: &str = "measure and fill in `actual`";

const WITHIN: Duration = Duration::from_days(90);

/// The last day on which a change was at work, of those that are in use.
fn worked(cx: &Check<'_>, design: Design<'_>) -> Option<Date> {
    let changes = design.changes().into_iter().filter_map(|named| cx.sms.view::<Change<'_>>(cx.sms.find(named.id)?));
    changes.filter(|change| change.is_in_use()).filter_map(Change::ended).max()
}

impl Rule for DesignOutcomeUnreported {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let within = cx.time_limit(self.code().id, WITHIN);
        for design in cx.sms.all::<Design<'_>>() {
            let (record, reported) = (design.0.record, design.reported().and_then(Reported::at));
            match design.status() {
                Some(DesignStatus::Deployed) => {
                    let live = design.go_live().or_else(|| worked(cx, design));
                    if let Some(due) = live.map(|live| after(live, within)).filter(|due| *due < cx.today()) {
                        out.field(record, "status", overdue(record, due)).help(HELP);
                    }
                }
                Some(DesignStatus::OutcomesReported | DesignStatus::Closed) => {
                    if reported.is_none() {
                        out.field(record, "status", unreported(record)).help(HELP);
                    }
                    unmeasured_in(record, &design.outcomes(), HELP, out);
                }
                _ => {}
            }
        }
        for change in cx.sms.all::<Change<'_>>().filter(|change| change.is_in_use()) {
            let Some(inline) = change.design().filter(|at| at.node.as_str().is_none()) else { continue };
            if change.ended().is_some_and(|end| after(end, within) < cx.today()) {
                let outcomes: Vec<DesignOutcome<'_>> = crate::model::view::Read::read(inline.cell("outcomes"));
                unmeasured_in(change.0.record, &outcomes, HELP_INLINE, out);
            }
        }
    }
}

fn unmeasured_in(record: &Record<'_>, outcomes: &[DesignOutcome<'_>], help: &str, out: &mut Report) {
    for outcome in outcomes.iter().filter(|outcome| outcome.actual().is_none()) {
        out.at(record, outcome.0.field_span("measure"), unmeasured(record, *outcome)).help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn ninety_days_after_going_live_it_is_due_and_a_policy_may_give_more() {
        let designs = "
            # sms/design/a.yaml
            {kind: design, id: a, status: deployed, go_live: 2026-08-21}
            #                             ^^^^^^^^ what came of 'a' should have been reported by 2026-11-19
            # sms/design/b.yaml
            {kind: design, id: b, status: deployed, go_live: 2026-08-22}
            # sms/design/c.yaml
            {kind: design, id: c, status: deployed, changes: [chg-a, chg-b, chg-c]}
            #                             ^^^^^^^^ by 2026-11-19
            # sms/design/d.yaml
            {kind: design, id: d, status: accepted, go_live: 2026-01-01}
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed, actual: {end: 2026-08-21T10:00:00Z}}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: closed, actual: {end: 2026-02-21T10:00:00Z}}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: failed, actual: {end: 2026-10-21T10:00:00Z}}";
        check(&DesignOutcomeUnreported, designs);
        let kept: Vec<&str> = designs.lines().filter(|line| !line.contains("^^^")).collect();
        let policy = "
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, limits: [{rule: design-outcome-unreported, value: 91d}]}";
        check(&DesignOutcomeUnreported, &format!("{}{policy}", kept.join("\n")));
    }

    #[test]
    fn what_says_that_it_is_reported_has_a_report_and_its_values() {
        check(
            &DesignOutcomeUnreported,
            "
            # sms/design/a.yaml
            {kind: design, id: a, status: closed, outcomes: [{measure: Calls, actual: '12'}, {measure: Cost}]}
            #                             ^^^^^^ 'a' says that its outcomes are reported
            #                                                                                          ^^^^ one of its aims: Cost
            # sms/design/b.yaml
            {kind: design, id: b, status: outcomes_reported, outcomes: [{measure: Calls, actual: '12'}], reported: {at: 2026-01-02}}
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed, actual: {end: 2026-08-21T10:00:00Z}, design: {outcomes: [{measure: Cost}]}}
            #                                                                                                            ^^^^ 'chg-a' gives no value
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: closed, actual: {end: 2026-08-22T10:00:00Z}, design: {outcomes: [{measure: Cost}]}}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: reversed, actual: {end: 2026-01-22T10:00:00Z}, design: {outcomes: [{measure: Cost}]}}
            ",
        );
    }
}
