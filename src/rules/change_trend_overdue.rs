use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::model::Record;
use crate::model::change::Change;
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
    /// {kind: sms, id: sms, status: operating}
    /// # sms/change/chg-disk.yaml
    /// {kind: change, id: chg-disk, status: closed,
    ///  actual: {start: 2026-03-01T20:00:00Z, end: 2026-03-01T21:00:00Z}}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, status: operating}
    /// # sms/change/chg-disk.yaml
    /// {kind: change, id: chg-disk, status: closed,
    ///  actual: {start: 2026-03-01T20:00:00Z, end: 2026-03-01T21:00:00Z}}
    /// # sms/change_trend/trend-2026-h1.yaml
    /// {kind: change_trend, id: trend-2026-h1, status: concluded, period: 2026-H1, concluded_on: 2026-07-09,
    ///  conclusions: Too few to see anything; one failed because it was tried on too little data.}
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
        let ends = cx.sms.all::<Change<'_>>().filter_map(Change::ended);
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
    use crate::rules::harness::{check, findings};

    const RECORDS: &str = "
            # sms/sms/sms.yaml
            {kind: sms, id: sms, status: operating}
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed, actual: {end: 2025-03-01T21:00:00Z}}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: implemented, actual: {end: 2026-11-19T21:00:00Z}}";
    const TRENDS: &str = "
            # sms/change_trend/t1.yaml
            {kind: change_trend, id: t1, status: concluded, concluded_on: 2025-07-01}
            # sms/change_trend/t2.yaml
            {kind: change_trend, id: t2, status: concluded, concluded_on: 2026-05-24}
            #                                                             ^^^^^^^^^^ was due on 2026-11-19; the last one, 't2', is of 2026-05-24
            # sms/change_trend/t3.yaml
            {kind: change_trend, id: t3, status: draft, concluded_on: 2026-10-01}";
    const POLICY: &str = "
            # sms/change_policy/p.yaml
            {kind: change_policy, id: p, status: in_force, trend_interval: 179d}";

    #[test]
    fn the_last_analysis_counts_and_a_policy_sets_the_time() {
        check(&ChangeTrendOverdue, &format!("{RECORDS}{POLICY}{TRENDS}"));
        let found = |policy: &str| findings(&ChangeTrendOverdue, &format!("{RECORDS}{TRENDS}{policy}")).len();
        let limit = "
            # sms/policy/q.yaml
            {kind: policy, id: q, status: in_force, limits: [{rule: change-trend-overdue, value: 180d}]}";
        assert_eq!((found(""), found(POLICY), found(&format!("{POLICY}{limit}"))), (0, 1, 0));
    }

    #[test]
    fn without_one_it_is_told_at_the_policy_and_only_where_there_is_something_to_look_at() {
        let found = |fixture: &str| findings(&ChangeTrendOverdue, fixture);
        let first = found(&format!("{RECORDS}{POLICY}"));
        assert_eq!(
            (first[0].message.contains("was due on 2025-08-27"), first[0].pointer.as_str()),
            (true, "/trend_interval")
        );
        assert_eq!(found(&RECORDS.replace("operating", "planned")).len(), 0);
        let quiet = RECORDS.replace("implemented", "requested");
        assert_eq!((found(&quiet).len(), found(&format!("{quiet}{TRENDS}")).len()), (1, 0));
    }
}
