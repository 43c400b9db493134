use super::rule::{Check, Report, Rule};
use crate::base::suggest::nearest;
use crate::model::policy::{Limit, Policy};

rule! {
    /// A policy sets a value for a rule that does not exist.
    ///
    /// The values in `limits` are what rules compare with in place of their own defaults. A name with a slip in it sets
    /// nothing: the default goes on holding, and nobody notices that the policy is not kept.
    ///
    /// ```yaml,bad
    /// # sms/policy/pol-supplier.yaml
    /// kind: policy
    /// id: pol-supplier
    /// status: in_force
    /// limits: [{rule: contracts-expiring, value: 120d}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/policy/pol-supplier.yaml
    /// kind: policy
    /// id: pol-supplier
    /// status: in_force
    /// limits: [{rule: contract-expiring, value: 120d}]
    /// ```
    ///
    /// Write the name as `gitsm explain` lists it.
    PolicyLimitUnknown = "policy-limit-unknown", Warning, clauses: ["7.5.2"], kinds: ["policy"];
}

fn message(limit: &Limit<'_>, name: &str) -> String {
    format!("'{}' sets a value for the rule '{name}', which does not exist", limit.0.record.id)
}

fn help(name: &str) -> String {
    match nearest(name, super::codes().map(|code| code.id)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`gitsm explain` lists the rules".to_owned(),
    }
}

impl Rule for PolicyLimitUnknown {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for limit in Policy::in_force(cx.sms).flat_map(Policy::limits) {
            let Some(name) = limit.rule().filter(|name| super::find(name).is_none()) else { continue };
            out.at(limit.0.record, limit.0.field_span("rule"), message(&limit, name)).help(help(name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn each_unknown_name_is_told_where_it_stands() {
        check(
            &PolicyLimitUnknown,
            "
            # sms/policy/p.yaml
            kind: policy
            id: p
            status: in_force
            limits:
              - {rule: review-overdue, value: 30d}
              - {rule: reviews-overdue, value: 30d}
            #          ^^^^^^^^^^^^^^^ 'reviews-overdue', which does not exist
              - {rule: good-weather, value: 3}
            #          ^^^^^^^^^^^^ 'good-weather'
            ",
        );
    }

    #[test]
    fn a_policy_that_does_not_hold_sets_nothing() {
        check(
            &PolicyLimitUnknown,
            "
            # sms/policy/p.yaml
            {kind: policy, id: p, status: draft, limits: [{rule: good-weather, value: 3}]}
            ",
        );
    }
}
