use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::base::span::Span;
use crate::model::certification::{Certificate, VisitType};
use crate::model::management_review::ManagementReview;
use crate::model::organisation::SmsRecord;
use crate::model::{Record, Sms};

rule! {
    /// A system in operation whose management review is overdue.
    ///
    /// Top management looks at the whole system at least once in 365 days; a policy in force may set other days in
    /// `limits` for this rule. The first review is due within that time of the start of the system, and before the
    /// certification body comes for stage 2. Only a review that was held counts.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, status: operating}
    /// # sms/management_review/mrv-2025.yaml
    /// {kind: management_review, id: mrv-2025, status: held, date: 2025-11-10}
    /// # sms/management_review/mrv-2026.yaml
    /// {kind: management_review, id: mrv-2026, status: scheduled, planned: 2026-12-10}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, status: operating}
    /// # sms/management_review/mrv-2025.yaml
    /// {kind: management_review, id: mrv-2025, status: held, date: 2025-11-10}
    /// # sms/management_review/mrv-2026.yaml
    /// {kind: management_review, id: mrv-2026, status: held, date: 2026-11-09}
    /// ```
    ///
    /// Hold it, then set it to held with its date, its inputs and its decisions.
    ManagementReviewOverdue = "management-review-overdue", Error, clauses: ["9.3"], kinds: ["management_review", "sms", "certification"], clock;
}

fn message(last: Option<Date>, due: Date) -> String {
    match last {
        Some(last) => format!("the last management review was held on {last}, and the next was due by {due}"),
        None => format!("no management review has been held, and the first was due by {due}"),
    }
}

const HELP: &str = "hold it and write down its date, its inputs and its decisions";

const INTERVAL: Duration = Duration::from_days(365);

/// The day by which the first review is due, with the place that sets it.
fn first_due<'a>(sms: &'a Sms<'_>, system: SmsRecord<'a>, limit: Duration) -> Option<(Date, &'a Record<'a>, Span)> {
    let record = system.0.record;
    let started = system.started_on().map(|day| (after(day, limit), record, record.field_span("started_on")));
    let visits = Certificate::all(sms).into_iter().flat_map(|it| it.visits);
    let stage_two = visits.filter(|visit| visit.sort() == Some(VisitType::StageTwo)).filter_map(|visit| {
        let field = if visit.held().is_some() { "held" } else { "planned" };
        let day = visit.held().or(visit.planned())?.yesterday().ok()?;
        Some((day, visit.0.record, visit.0.field_span(field)))
    });
    started.into_iter().chain(stage_two).min_by_key(|(due, ..)| *due)
}

impl Rule for ManagementReviewOverdue {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let Some(system) = SmsRecord::operating(cx.sms) else { return };
        let limit = cx.time_limit(self.code().id, INTERVAL);
        let held = cx.sms.all::<ManagementReview<'_>>().filter(|review| review.is_held());
        let last = held.filter_map(|review| Some((review.date()?, review))).max_by_key(|(date, _)| *date);
        let due = match last {
            Some((date, review)) => Some((after(date, limit), review.0.record, review.0.field_span("date"))),
            None => first_due(cx.sms, system, limit),
        };
        if let Some((due, record, span)) = due.filter(|(due, ..)| *due < cx.today()) {
            out.at(record, span, message(last.map(|(date, _)| date), due)).help(HELP);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    /// What is told of a system in operation since `started_on` with these records, as of 2026-11-20.
    fn told(started_on: &str, records: &str) -> String {
        let system =
            format!("# sms/sms/sms.yaml\n{{kind: sms, id: sms, status: operating, started_on: {started_on}}}\n");
        let found = findings(&ManagementReviewOverdue, &format!("{system}{records}"));
        found.first().map_or(String::new(), |found| found.message.clone())
    }

    fn held(date: &str) -> String {
        format!("# sms/management_review/a.yaml\n{{kind: management_review, id: a, status: closed, date: {date}}}\n")
    }

    #[test]
    fn the_last_review_that_was_held_sets_the_day() {
        check(
            &ManagementReviewOverdue,
            "
            # sms/sms/sms.yaml
            {kind: sms, id: sms, status: operating}
            # sms/management_review/a.yaml
            {kind: management_review, id: a, status: closed, date: 2025-01-19}
            # sms/management_review/b.yaml
            {kind: management_review, id: b, status: held, date: 2025-11-19}
            #                                                    ^^^^^^^^^^ was held on 2025-11-19, and the next was due by 2026-11-19
            # sms/management_review/c.yaml
            {kind: management_review, id: c, status: cancelled, date: 2026-05-19}
            ",
        );
        assert_eq!(told("2020-01-01", &held("2025-11-20")), "");
        let policy = "# sms/policy/p.yaml\n{kind: policy, id: p, status: in_force, limits: [{rule: management-review-overdue, value: 400d}]}\n";
        assert_eq!(told("2020-01-01", &format!("{}{policy}", held("2025-11-19"))), "");
    }

    #[test]
    fn the_first_review_is_due_within_a_year_of_the_start_and_before_stage_two() {
        assert!(told("2025-11-19", "").ends_with("has been held, and the first was due by 2026-11-19"));
        assert_eq!(told("2025-11-20", ""), "");
        let stage_two = |day: &str| {
            format!(
                "# sms/certification/c.yaml\n{{kind: certification, id: c, status: planned, events: [{{type: stage_2, planned: {day}}}]}}\n"
            )
        };
        assert!(told("2026-01-01", &stage_two("2026-11-20")).ends_with("due by 2026-11-19"));
        assert_eq!(told("2026-01-01", &stage_two("2026-11-21")), "");
        assert_eq!(told("2026-01-01", &format!("{}{}", stage_two("2026-11-20"), held("2026-11-01"))), "");
    }

    #[test]
    fn a_system_that_is_planned_and_one_without_any_day_are_not_judged() {
        check(
            &ManagementReviewOverdue,
            "# sms/sms/sms.yaml\n{kind: sms, id: sms, status: planned, started_on: 2020-01-01}\n",
        );
        check(&ManagementReviewOverdue, &held("2020-01-01"));
        assert_eq!(told("~", ""), "");
    }
}
