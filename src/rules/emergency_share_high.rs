use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::{When, before};
use crate::base::duration::Duration;
use crate::base::exact::Exact;
use crate::model::change::{Actual, Change, ChangeStatus};
use crate::model::change_policy::ChangePolicy;
use crate::model::change_trend::{ChangeTrend, Elsewhere};
use crate::model::view::At;

rule! {
    /// Too many changes of the last year were emergencies.
    ///
    /// An emergency is decided by few people in a hurry. When many changes are emergencies, either plans do not work or
    /// the quick way is used to get around the long one. Counted are the changes whose work began in the last 365 days,
    /// and those that analyses concluded in that time counted elsewhere, at least ten together. The share that is too
    /// much is set in `limits` of a policy in force for this rule, else by `emergency_share` of the change policy, else
    /// it is 10 %. An analysis that was concluded after the newest emergency has explained it.
    ///
    /// ```yaml,bad
    /// # sms/policy/pol-change.yaml
    /// kind: policy
    /// id: pol-change
    /// status: in_force
    /// limits: [{rule: emergency-share-high, value: 10}]
    /// # sms/change_trend/trend-2025.yaml
    /// {kind: change_trend, id: trend-2025, status: concluded, period: "2025",
    ///  elsewhere: {count: 10, source: Deployment runner}, concluded_on: 2026-01-09}
    /// # sms/change/chg-fire.yaml
    /// {kind: change, id: chg-fire, status: closed, category: emergency,
    ///  actual: {start: 2026-10-01T20:00:00Z, end: 2026-10-01T21:00:00Z}}
    /// # sms/change/chg-flood.yaml
    /// {kind: change, id: chg-flood, status: closed, category: emergency,
    ///  actual: {start: 2026-10-02T20:00:00Z, end: 2026-10-02T21:00:00Z}}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change_trend/trend-2026-q3.yaml
    /// kind: change_trend
    /// id: trend-2026-q3
    /// status: concluded
    /// period: 2026-Q3
    /// elsewhere: {count: 119, source: Deployment runner}
    /// concluded_on: 2026-10-09
    /// # sms/change/chg-flood.yaml
    /// {kind: change, id: chg-flood, status: closed, category: emergency,
    ///  actual: {start: 2026-10-12T20:00:00Z, end: 2026-10-12T21:00:00Z}}
    /// ```
    ///
    /// Find out why, and conclude an analysis of the changes that says what follows (`gitsm new change_trend`).
    EmergencyShareHigh = "emergency-share-high", Warning, clauses: ["8.5.1.3"],
        kinds: ["change", "change_policy", "change_trend"], clock;
}

fn message(emergencies: i64, all: i64, share: &Exact, limit: &Exact) -> String {
    let share = share.text(1);
    format!("{emergencies} of {all} changes of the last year were emergencies, {share} % and more than {limit} %")
}

const HELP: &str = "find out why, and conclude an analysis of the changes that says what follows";

const PERIOD: Duration = Duration::from_days(365);
const DEFAULT_PERCENT: i64 = 10;
/// Of fewer changes a share says nothing.
const FEWEST: i64 = 10;

/// The day on which the work on a change began, when it was carried out.
fn began(change: Change<'_>) -> Option<Date> {
    let done = change.status().is_some_and(ChangeStatus::is_carried_out);
    change.actual().filter(|_| done).and_then(Actual::start).map(When::day)
}

impl Rule for EmergencyShareHigh {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let from = before(cx.today(), PERIOD);
        let within = |day: &Date| *day > from && *day <= cx.today();
        let policy = ChangePolicy::in_force(cx.sms).next();
        let categories = ChangePolicy::categories_in_force(cx.sms);
        let is_emergency = |change: &Change<'_>| {
            let word = change.category();
            let known = word.and_then(|word| categories.get(word));
            known.map_or(word == Some("emergency"), |category| category.is_emergency())
        };
        let (mut all, mut emergencies): (i64, Vec<(Date, Change<'_>)>) = (0, Vec::new());
        for change in cx.sms.all::<Change<'_>>() {
            let Some(day) = began(change).filter(within) else { continue };
            all += 1;
            if is_emergency(&change) {
                emergencies.push((day, change));
            }
        }
        emergencies.sort_by_key(|(day, change)| (*day, change.0.record.id.as_str()));
        let Some((newest, last)) = emergencies.last().copied() else { return };
        for trend in cx.sms.all::<ChangeTrend<'_>>() {
            let Some(on) = trend.concluded().filter(within) else { continue };
            if on > newest {
                return;
            }
            all = all.saturating_add(trend.elsewhere().and_then(Elsewhere::count).unwrap_or(0).max(0));
        }
        let count = i64::try_from(emergencies.len()).unwrap_or(i64::MAX);
        let percent = &Exact::from(count) * &Exact::from(100);
        let Some(share) = percent.over(&Exact::from(all)).filter(|_| all >= FEWEST) else { return };
        let of_policy = policy.and_then(ChangePolicy::emergency_share);
        let limit = cx.share_limit(self.code().id, -1);
        let limit = if limit < Exact::zero() { of_policy.unwrap_or_else(|| DEFAULT_PERCENT.into()) } else { limit };
        if share <= limit {
            return;
        }
        let (at, field): (At<'_>, _) = policy.map_or((last.0, "category"), |policy| (policy.0, "emergency_share"));
        let draft = out.field(at.record, field, message(count, all, &share, &limit)).help(HELP);
        emergencies.iter().rev().take(5).fold(draft, |draft, (day, change)| {
            draft.related(change.0.field_span("category"), format!("an emergency of {day}"))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    fn changes(category: &str, count: u32, month: &str) -> String {
        let one = |at| {
            let id = format!("chg-{category}-{month}-{at}");
            format!("
            # sms/change/{id}.yaml
            {{kind: change, id: {id}, status: closed, category: {category}, actual: {{start: {month}-{at:02}T10:00:00Z}}}}")
        };
        (1..=count).map(one).collect()
    }

    const POLICY: &str = "
            # sms/change_policy/p.yaml
            kind: change_policy
            id: p
            status: in_force
            categories: [{id: normal}, {id: hot, incident_required: true}]
            emergency_share: 20";

    #[test]
    fn the_policy_sets_the_share_and_only_more_than_that_is_too_much() {
        let mark = "\n            #                ^^ 3 of 13 changes of the last year were emergencies, 23.1 % and more than 20 %";
        let (normal, hot) = (changes("normal", 10, "2026-06"), changes("hot", 3, "2026-07"));
        check(&EmergencyShareHigh, &format!("{normal}{hot}{POLICY}{mark}"));
        let exactly = changes("normal", 12, "2026-06");
        check(&EmergencyShareHigh, &format!("{exactly}{hot}{POLICY}"));
        let limit = "
            # sms/policy/q.yaml
            {kind: policy, id: q, status: in_force, limits: [{rule: emergency-share-high, value: 30 %}]}";
        check(&EmergencyShareHigh, &format!("{normal}{hot}{POLICY}{limit}"));
        assert_eq!(findings(&EmergencyShareHigh, &format!("{normal}{hot}{POLICY}"))[0].related.len(), 3);
    }

    #[test]
    fn few_changes_old_ones_and_what_was_explained_are_left_alone() {
        check(
            &EmergencyShareHigh,
            &format!("{}{}", changes("emergency", 4, "2026-06"), changes("normal", 5, "2026-06")),
        );
        check(
            &EmergencyShareHigh,
            &format!("{}{}", changes("emergency", 9, "2025-06"), changes("normal", 12, "2026-06")),
        );
        let both = format!("{}{}", changes("emergency", 9, "2026-06"), changes("normal", 12, "2026-06"));
        let trend = |on: &str| {
            format!(
                "
            # sms/change_trend/t.yaml
            {{kind: change_trend, id: t, status: concluded, concluded_on: {on}}}"
            )
        };
        assert_eq!(findings(&EmergencyShareHigh, &format!("{both}{}", trend("2026-06-09"))).len(), 1);
        check(&EmergencyShareHigh, &format!("{both}{}", trend("2026-06-10")));
    }
}
