//! The organisation's own values for what rules compare with (principle: an SMS is checked against its own policies).

use std::borrow::Cow;

use super::rule::Check;
use crate::base::duration::Duration;
use crate::base::exact::Exact;
use crate::model::policy::{Limit, Policy};

impl<'c> Check<'c> {
    /// The value that a policy in force sets for `rule`; the first by the id of the policy when several do.
    fn limit(&self, rule: &str) -> Option<Cow<'c, str>> {
        let mut limits = Policy::in_force(self.sms).flat_map(Policy::limits);
        limits.find(|limit| limit.rule() == Some(rule)).and_then(Limit::text)
    }

    /// The length of time that a policy in force sets for `rule`, else `default`.
    #[must_use]
    pub fn time_limit(&self, rule: &str, default: Duration) -> Duration {
        self.limit(rule).and_then(|text| Duration::parse(&text).ok()).unwrap_or(default)
    }

    /// The number that a policy in force sets for `rule`, else `default`.
    #[must_use]
    pub fn count_limit(&self, rule: &str, default: u32) -> u32 {
        self.limit(rule).and_then(|text| text.parse().ok()).unwrap_or(default)
    }

    /// The share of a hundred that a policy in force sets for `rule`, written `95`, `99.5` or `95%`, else `default`.
    #[must_use]
    pub fn share_limit(&self, rule: &str, default: i64) -> Exact {
        let share = self.limit(rule).and_then(|text| Exact::parse(text.trim_end_matches('%').trim_end()));
        share.unwrap_or_else(|| Exact::from(default))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Graph;
    use crate::model::fixture::with as records;

    fn with<T>(then: impl FnOnce(Check<'_>) -> T) -> T {
        let policies = [
            (
                "a",
                "in_force",
                "{rule: a, value: 30d}, {rule: b, value: 3}, {rule: c, value: 97.5}, {rule: d, value: 60 %}",
            ),
            ("b", "in_force", "{rule: a, value: 90d}, {rule: e, value: soon}"),
            ("c", "superseded", "{rule: f, value: 1d}"),
        ];
        let files = policies.map(|(id, status, limits)| {
            (format!("sms/policy/{id}.yaml"), format!("kind: policy\nid: {id}\nstatus: {status}\nlimits: [{limits}]\n"))
        });
        let files = files.each_ref().map(|(path, text)| (path.as_str(), text.as_str()));
        records(&files, |sms| {
            let graph = Graph::build(sms);
            then(Check { sms, graph: &graph })
        })
    }

    #[test]
    fn the_policy_in_force_sets_the_value_and_the_first_by_id_wins() {
        with(|cx| {
            assert_eq!(cx.time_limit("a", Duration::from_days(7)), Duration::from_days(30));
            assert_eq!(cx.count_limit("b", 5), 3);
            assert_eq!(cx.share_limit("c", 90), Exact::parse("97.5").unwrap());
            assert_eq!(cx.share_limit("d", 90), Exact::from(60));
        });
    }

    #[test]
    fn where_no_policy_speaks_or_its_value_is_none_the_default_holds() {
        with(|cx| {
            for rule in ["e", "f", "g"] {
                assert_eq!(cx.time_limit(rule, Duration::from_days(7)), Duration::from_days(7), "{rule}");
            }
            assert_eq!((cx.count_limit("a", 5), cx.share_limit("a", 90)), (5, Exact::from(90)));
        });
    }
}
