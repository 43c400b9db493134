use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::model::Record;
use crate::model::change::{Actual, Change, ChangeStatus};
use crate::model::change_policy::ChangePolicy;
use crate::model::change_trend::ChangeTrend;
use crate::model::organisation::SmsRecord;

rule! {
    /// The changes have not been looked at together for too long.
    ///
    /// What comes back, what grows and where failures cluster shows only when changes are looked at together. The time
    /// between two concluded analyses is set in `limits` of a policy in force for this rule, else by `trend_interval`
    /// of the change policy, else it is 180 days; before the first one it counts from the first change that was carried
    /// out. Nothing is due when nothing was carried out since, or in a system that is not operating yet.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// status: operating
    /// # sms/change/chg-disk.yaml
    /// kind: change
    /// id: chg-disk
    /// status: closed
    /// actual: {start: 2026-03-01T20:00:00Z, end: 2026-03-01T21:00:00Z}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// status: operating
    /// # sms/change/chg-disk.yaml
    /// kind: change
    /// id: chg-disk
    /// status: closed
    /// actual: {start: 2026-03-01T20:00:00Z, end: 2026-03-01T21:00:00Z}
    /// # sms/change_trend/trend-2026-h1.yaml
    /// kind: change_trend
    /// id: trend-2026-h1
    /// status: concluded
    /// period: 2026-H1
    /// concluded_on: 2026-07-09
    /// conclusions: Too few to see anything; one failed because it was tried on too little data.
    /// ```
    ///
    /// Look at the changes since then together and write down what follows (`gitsm new change_trend`).
    ChangeTrendOverdue = "change-trend-overdue", Warning, clauses: ["8.5.1.3"],
        kinds: ["change_trend", "change", "change_policy"], clock;
}

fn message(due: Date, last: Option<(Date, &Record<'_>)>) -> String {
    match last {
        Some((on, trend)) => {
            format!("the next analysis of changes was due on {due}; the last one, '{}', is of {on}", trend.id)
        }
        None => format!("no analysis of changes was ever concluded; the first was due on {due}"),
    }
}

const HELP: &str = "look at the changes since then together and write it down with `gitsm new change_trend`";

const INTERVAL: Duration = Duration::from_days(180);

impl Rule for ChangeTrendOverdue {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let sms = cx.sms.all::<SmsRecord<'_>>().next().filter(|sms| sms.0.record.status() == Some("operating"));
        let Some(sms) = sms else { return };
        let policy = ChangePolicy::in_force(cx.sms).next();
        let of_policy = policy.and_then(ChangePolicy::trend_interval).unwrap_or(INTERVAL);
        let interval = cx.time_limit(self.code().id, of_policy);
        let trends = cx.sms.all::<ChangeTrend<'_>>();
        let last = trends.filter_map(|trend| Some((trend.concluded()?, trend.0.record))).max_by_key(|(on, _)| *on);
        let done =
            cx.sms.all::<Change<'_>>().filter(|change| change.status().is_some_and(ChangeStatus::is_carried_out));
        let ends = done.filter_map(|change| change.actual().and_then(Actual::end)).map(crate::base::date::When::day);
        let first = ends.filter(|end| last.is_none_or(|(on, _)| *end > on)).min();
        let Some(from) = first.map(|first| last.map_or(first, |(on, _)| on)) else { return };
        let due = after(from, interval);
        if due >= cx.today() {
            return;
        }
        let (record, field) = match (last, policy) {
            (Some((_, trend)), _) => (trend, "concluded_on"),
            (None, Some(policy)) => (policy.0.record, "trend_interval"),
            (None, None) => (sms.0.record, "status"),
        };
        out.field(record, field, message(due, last)).help(HELP);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const SMS: &str = "
            # sms/sms/sms.yaml
            {kind: sms, id: sms, status: operating}
            ";
    const OLD: &str = "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed, actual: {end: 2025-03-01T21:00:00Z}}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: implemented, actual: {end: 2026-11-19T21:00:00Z}}
            ";

    #[test]
    fn the_last_analysis_counts_and_the_change_policy_sets_the_time() {
        let trends = "
            # sms/change_trend/t1.yaml
            {kind: change_trend, id: t1, status: concluded, concluded_on: 2025-07-01}
            # sms/change_trend/t2.yaml
            {kind: change_trend, id: t2, status: concluded, concluded_on: 2026-05-24}
            # sms/change_trend/t3.yaml
            {kind: change_trend, id: t3, status: draft, concluded_on: 2026-10-01}";
        check(&ChangeTrendOverdue, &format!("{OLD}{SMS}{trends}"));
        let policy = "
            # sms/change_policy/p.yaml
            {kind: change_policy, id: p, status: in_force, trend_interval: 179d}";
        let late = trends.replace(
            "2026-05-24}",
            "2026-05-24}\n            #                                                             ^^^^^^^^^^ was due on 2026-11-19; the last one, 't2', is of 2026-05-24",
        );
        check(&ChangeTrendOverdue, &format!("{OLD}{SMS}{late}{policy}"));
        let limit = "
            # sms/policy/q.yaml
            {kind: policy, id: q, status: in_force, limits: [{rule: change-trend-overdue, value: 180d}]}";
        check(&ChangeTrendOverdue, &format!("{OLD}{SMS}{trends}{policy}{limit}"));
    }

    #[test]
    fn without_one_it_is_told_at_the_policy_and_only_where_there_is_something_to_look_at() {
        let policy = "
            # sms/change_policy/p.yaml
            kind: change_policy
            id: p
            #   ^ no analysis of changes was ever concluded; the first was due on 2025-08-28
            status: in_force";
        check(&ChangeTrendOverdue, &format!("{OLD}{SMS}{policy}"));
        check(&ChangeTrendOverdue, &SMS.replace("\n            {", "\n            # none\n            {"));
        check(&ChangeTrendOverdue, &format!("{OLD}{}", SMS.replace("operating", "planned")));
        let quiet = "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed, actual: {end: 2025-03-01T21:00:00Z}}
            # sms/change_trend/t1.yaml
            {kind: change_trend, id: t1, status: concluded, concluded_on: 2025-07-01}";
        check(&ChangeTrendOverdue, &format!("{quiet}{SMS}"));
    }
}
