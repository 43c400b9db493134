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
    use crate::rules::harness::check;

    const SYSTEM: &str = "# sms/sms/sms.yaml\n{kind: sms, id: sms, status: operating, started_on: 2024-11-04}\n";

    #[test]
    fn the_last_review_that_was_held_sets_the_day() {
        let reviews = "
# sms/management_review/a.yaml
{kind: management_review, id: a, status: closed, date: 2025-01-19}
# sms/management_review/b.yaml
{kind: management_review, id: b, status: held, date: 2025-11-19}
#                                                    ^^^^^^^^^^ was held on 2025-11-19, and the next was due by 2026-11-19
# sms/management_review/c.yaml
{kind: management_review, id: c, status: cancelled, date: 2026-05-19}
# sms/management_review/d.yaml
{kind: management_review, id: d, status: inputs_ready, planned: 2026-11-20}
";
        check(&ManagementReviewOverdue, &format!("{SYSTEM}{reviews}"));
        let in_time =
            "# sms/management_review/a.yaml\n{kind: management_review, id: a, status: held, date: 2025-11-20}\n";
        check(&ManagementReviewOverdue, &format!("{SYSTEM}{in_time}"));
        let policy = "# sms/policy/p.yaml\n{kind: policy, id: p, status: in_force, limits: [{rule: management-review-overdue, value: 400d}]}\n";
        let reviews: String =
            reviews.lines().filter(|line| !line.contains('^')).map(|line| format!("{line}\n")).collect();
        check(&ManagementReviewOverdue, &format!("{SYSTEM}{reviews}{policy}"));
    }

    #[test]
    fn the_first_review_is_due_within_a_year_of_the_start_and_before_stage_two() {
        check(
            &ManagementReviewOverdue,
            "
            # sms/sms/sms.yaml
            {kind: sms, id: sms, status: operating, started_on: 2025-11-19}
            #                                                   ^^^^^^^^^^ no management review has been held, and the first was due by 2026-11-19
            ",
        );
        let early = |day: &str| {
            format!(
            "
            # sms/sms/sms.yaml
            {{kind: sms, id: sms, status: operating, started_on: 2026-01-01}}
            # sms/certification/c.yaml
            {{kind: certification, id: c, status: planned, events: [{{type: stage_1, held: 2026-07-01}}, {{type: stage_2, planned: {day}}}]}}
            "
        )
        };
        let late = "            #                                                                                                                  ^^^^^^^^^^ due by 2026-11-19\n";
        check(&ManagementReviewOverdue, &format!("{}{late}", early("2026-11-20").trim_end_matches(' ')));
        check(&ManagementReviewOverdue, &early("2026-11-21"));
    }

    #[test]
    fn a_system_that_is_planned_and_one_without_any_day_are_not_judged() {
        check(
            &ManagementReviewOverdue,
            "# sms/sms/sms.yaml\n{kind: sms, id: sms, status: planned, started_on: 2020-01-01}\n",
        );
        check(&ManagementReviewOverdue, "# sms/sms/sms.yaml\n{kind: sms, id: sms, status: operating}\n");
        let review =
            "# sms/management_review/a.yaml\n{kind: management_review, id: a, status: held, date: 2020-01-19}\n";
        check(&ManagementReviewOverdue, review);
    }
}
