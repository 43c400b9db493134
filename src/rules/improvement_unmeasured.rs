use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::date::{after, before, parse_date};
use crate::base::duration::Duration;
use crate::model::improvement::{Improvement, ImprovementDecision, ImprovementStatus, ImprovementTarget, Measured};
use crate::model::process::{DocumentStatus, Process};
use crate::model::{Ix, Record, Sms};

rule! {
    /// An improvement whose effect was not measured or not told, or a process that nobody has tried to improve in a year.
    ///
    /// The effect is due ninety days after the day by which the target was to be reached, and its report ninety days
    /// after that; a closed improvement has been reported. For a process in force something is due once a year: an
    /// improvement that names it in `improves`, a new version, or a review, which then says that none is needed. A
    /// process without any `review`, or whose review is overdue, is the matter of other rules.
    ///
    /// ```yaml,bad
    /// # sms/improvement/imp-rehearsal.yaml
    /// kind: improvement
    /// id: imp-rehearsal
    /// status: implemented
    /// target: {dimension: quality, metric: met-release, baseline: 83.3, target: 95, due: 2026-06-30}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/improvement/imp-rehearsal.yaml
    /// kind: improvement
    /// id: imp-rehearsal
    /// status: closed
    /// target: {dimension: quality, metric: met-release, baseline: 83.3, target: 95, due: 2026-06-30}
    /// measured: {value: 96, at: 2026-07-08}
    /// reported_in: [mrv-2026]
    /// ```
    ///
    /// Measure it, and name the report or review in which that was told in `reported_in`.
    ImprovementUnmeasured = "improvement-unmeasured", Warning, clauses: ["10.2"], kinds: ["improvement", "process"], clock;
}

fn unmeasured(improvement: &Record<'_>, due: Date) -> String {
    format!("the improvement '{}' was to show by {due} and has not been measured since", improvement.id)
}

fn untold(improvement: &Record<'_>) -> String {
    format!("what the improvement '{}' achieved was reported nowhere", improvement.id)
}

fn unimproved(process: &Record<'_>, since: Date) -> String {
    format!("nobody has tried to improve the process '{}', or looked whether it needs that, since {since}", process.id)
}

const HELP: &str = "measure it and fill in `measured` and `achieved`";
const HELP_UNTOLD: &str = "name the report or review in which it was told in `reported_in`";
const HELP_UNIMPROVED: &str = "name it in `improves` of an improvement, or look at it and set `review.last`";

const WITHIN: Duration = Duration::from_days(90);
const YEAR: Duration = Duration::from_days(365);

/// The last day on which an improvement of each process was proposed, decided on or measured.
fn last_improved(sms: &Sms<'_>, today: Date) -> BTreeMap<Ix, Date> {
    let mut last = BTreeMap::new();
    for improvement in sms.all::<Improvement<'_>>() {
        let decided = improvement.decision().and_then(ImprovementDecision::at);
        let measured = improvement.measured().and_then(Measured::at);
        let days = [improvement.proposed_at(), decided, measured];
        let Some(day) = days.into_iter().flatten().filter(|day| *day <= today).max() else { continue };
        for process in improvement.improves().into_iter().filter_map(|id| sms.find(id)) {
            last.entry(process).and_modify(|last: &mut Date| *last = day.max(*last)).or_insert(day);
        }
    }
    last
}

/// The last day on which the process was improved or looked at; `None` where another rule asks for that look.
fn last_moved(process: &Record<'_>, improved: Option<Date>, today: Date) -> Option<Date> {
    let review = process.get("review")?;
    let last = review.get("last").and_then(|node| parse_date(node.as_str()?).ok());
    let interval = review.get("interval").and_then(|node| Duration::parse(node.as_str()?).ok());
    let overdue = last.zip(interval).is_some_and(|(last, interval)| after(last, interval) < today);
    let version = process.text("effective_from").and_then(|text| parse_date(text).ok());
    if overdue { None } else { [last, version, improved].into_iter().flatten().max() }
}

impl Rule for ImprovementUnmeasured {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        use ImprovementStatus::{Closed, Implemented};
        let today = cx.today();
        for improvement in cx.sms.all::<Improvement<'_>>() {
            let record = improvement.0.record;
            let status = improvement.status();
            let due = improvement.target().and_then(ImprovementTarget::due);
            let measured = improvement.measured().and_then(Measured::at);
            let late = |day: Option<Date>| day.is_some_and(|day| after(day, WITHIN) < today);
            if status == Some(Implemented) && measured.is_none() && late(due) {
                out.field(record, "status", unmeasured(record, due.unwrap_or(today))).help(HELP);
            }
            let told = !improvement.0.missing(&["reported_in"]).is_empty();
            if told && measured.is_some() && (status == Some(Closed) || late(measured)) {
                out.field(record, "measured", untold(record)).help(HELP_UNTOLD);
            }
        }
        if cx.operating().is_none() {
            return;
        }
        let improved = last_improved(cx.sms, today);
        for (ix, record) in cx.sms.of_kind("process") {
            let process = cx.sms.view::<Process<'_>>(ix);
            let last = last_moved(record, improved.get(&ix).copied(), today);
            let in_force = process.and_then(Process::status) == Some(DocumentStatus::InForce);
            if let Some(last) = last.filter(|last| in_force && *last < before(today, YEAR)) {
                out.field(record, "review", unimproved(record, last)).help(HELP_UNIMPROVED);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn the_effect_is_due_ninety_days_after_the_target() {
        check(
            &ImprovementUnmeasured,
            "
            # sms/improvement/a.yaml
            {kind: improvement, id: a, status: implemented, target: {due: 2026-08-21}}
            #                                  ^^^^^^^^^^^ 'a' was to show by 2026-08-21 and has not been measured
            # sms/improvement/b.yaml
            {kind: improvement, id: b, status: implemented, target: {due: 2026-08-22}}
            # sms/improvement/c.yaml
            {kind: improvement, id: c, status: implementing, target: {due: 2026-01-22}}
            # sms/improvement/d.yaml
            {kind: improvement, id: d, status: implemented, target: {due: soon}}
            ",
        );
    }

    #[test]
    fn what_was_measured_is_told() {
        check(
            &ImprovementUnmeasured,
            "
            # sms/improvement/a.yaml
            {kind: improvement, id: a, status: closed, measured: {value: 1, at: 2026-11-19}}
            #                                          ^^^^^^^^ what the improvement 'a' achieved was reported nowhere
            # sms/improvement/b.yaml
            {kind: improvement, id: b, status: measured, measured: {value: 1, at: 2026-08-21}, reported_in: []}
            #                                            ^^^^^^^^ 'b'
            # sms/improvement/c.yaml
            {kind: improvement, id: c, status: measured, measured: {value: 1, at: 2026-08-22}}
            # sms/improvement/d.yaml
            {kind: improvement, id: d, status: closed, measured: {value: 1, at: 2026-01-22}, reported_in: [mrv-2026]}
            ",
        );
    }

    #[test]
    fn each_process_is_improved_or_looked_at_once_a_year() {
        let processes = "
            # sms/process/a.yaml
            {kind: process, id: a, status: in_force, effective_from: 2024-01-01, review: {interval: 730d, last: 2025-11-19}}
            #                                                                    ^^^^^^ the process 'a', or looked whether it needs that, since 2025-11-19
            # sms/process/b.yaml
            {kind: process, id: b, status: in_force, review: {interval: 730d, last: 2025-11-20}}
            # sms/process/c.yaml
            {kind: process, id: c, status: in_force, review: {interval: 730d, last: 2025-01-20}}
            # sms/process/d.yaml
            {kind: process, id: d, status: in_force, review: {interval: 30d, last: 2025-01-20}}
            # sms/process/e.yaml
            {kind: process, id: e, status: superseded, review: {interval: 730d, last: 2025-01-20}}
            # sms/process/f.yaml
            {kind: process, id: f, status: in_force, effective_from: 2024-01-01}
            # sms/process/g.yaml
            {kind: process, id: g, status: in_force, effective_from: 2026-01-01, review: {interval: 730d}}
            # sms/improvement/i.yaml
            {kind: improvement, id: i, status: rejected, proposed_at: 2025-10-01, improves: [c], decision: {at: 2025-12-01}}
            ";
        check(
            &ImprovementUnmeasured,
            &format!("# sms/sms/sms.yaml\n{{kind: sms, id: sms, status: operating}}\n{}", unindent(processes)),
        );
        let planned = unindent(processes).lines().filter(|line| !line.contains('^')).collect::<Vec<_>>().join("\n");
        check(
            &ImprovementUnmeasured,
            &format!("# sms/sms/sms.yaml\n{{kind: sms, id: sms, status: planned}}\n{planned}"),
        );
    }

    fn unindent(text: &str) -> String {
        text.lines().map(|line| format!("{}\n", line.strip_prefix("            ").unwrap_or(line))).collect()
    }
}
