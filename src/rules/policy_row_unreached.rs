use super::rule::{Check, Report, Rule};
use crate::model::change_policy::{Authority, ChangePolicy};
use crate::model::risk::RiskCriteria;
use crate::model::view::At;

rule! {
    /// A row of the change policy's decision table, or a level of risk in it, that no change can ever reach.
    ///
    /// A row whose `when` names a category that the policy does not have, a level of risk that the criteria do not know,
    /// or a kind of record that there is not, looks like a safeguard and asks nobody. The same holds for `risk_levels`.
    ///
    /// ```yaml,bad
    /// # sms/change_policy/change-policy.yaml
    /// kind: change_policy
    /// id: change-policy
    /// status: in_force
    /// categories: [{id: normal}]
    /// authorities: [{id: urgent, when: {categories: [urgent]}}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change_policy/change-policy.yaml
    /// kind: change_policy
    /// id: change-policy
    /// status: in_force
    /// categories: [{id: normal}]
    /// authorities: [{id: urgent, when: {categories: [normal]}}]
    /// ```
    ///
    /// Correct the word, or take the row out.
    PolicyRowUnreached = "policy-row-unreached", Warning, clauses: ["8.5.1.1"], kinds: ["change_policy", "risk_criteria"];
}

const HELP: &str = "correct the word, or take the row out";

/// Why no change fits the row.
fn never(cx: &Check<'_>, policy: ChangePolicy<'_>, levels: &[&str], row: Authority<'_>) -> Option<String> {
    let when = row.when()?;
    let known: Vec<&str> = policy.categories().into_iter().filter_map(|category| category.id()).collect();
    let categories = when.categories();
    if !categories.is_empty() && !categories.iter().any(|word| known.contains(word)) {
        return Some(format!("no category is called '{}'", categories.join("' or '")));
    }
    if let Some(level) = when.risk_from().filter(|level| !levels.is_empty() && !levels.contains(level)) {
        return Some(format!("no level of risk is called '{level}'"));
    }
    let kinds = when.kinds();
    let none = !kinds.is_empty() && !kinds.iter().any(|kind| cx.sms.catalog.find(kind).is_some());
    none.then(|| format!("no kind of record is called '{}'", kinds.join("' or '")))
}

impl Rule for PolicyRowUnreached {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let levels = RiskCriteria::in_force(cx.sms).map(RiskCriteria::levels).unwrap_or_default();
        let levels: Vec<&str> = levels.into_iter().filter_map(|level| level.id()).collect();
        for policy in ChangePolicy::in_force(cx.sms) {
            let mut tell = |at: At<'_>, name: &str, why: String| {
                out.at(at.record, at.span(), format!("'{name}' is never reached: {why}")).help(HELP);
            };
            for row in policy.authorities() {
                if let Some(why) = never(cx, policy, &levels, row) {
                    tell(row.0, row.id().unwrap_or_default(), why);
                }
            }
            for level in policy.risk_levels() {
                if let Some(id) = level.id().filter(|id| !levels.is_empty() && !levels.contains(id)) {
                    tell(level.0, id, format!("no level of risk is called '{id}'"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn rows_that_name_nothing_that_exists_are_told() {
        check(
            &PolicyRowUnreached,
            "
            # sms/change_policy/p.yaml
            kind: change_policy
            id: p
            status: in_force
            categories: [{id: normal}]
            risk_levels:
              - {id: low}
              - {id: awful}
               #^^^^^^^^^^^ 'awful' is never reached: no level of risk is called 'awful'
            authorities:
              - {id: a, when: {categories: [urgent, normal]}}
              - {id: b, when: {risk_from: hihg}}
               #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'b' is never reached: no level of risk is called 'hihg'
              - {id: c, when: {kinds: [cis]}}
               #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'c' is never reached: no kind of record is called 'cis'
              - {id: d, when: {kinds: [ci], risk_from: low}}
            # sms/change_policy/draft.yaml
            {kind: change_policy, id: draft, status: draft, authorities: [{id: a, when: {kinds: [cis]}}]}
            # sms/risk_criteria/r.yaml
            {kind: risk_criteria, id: r, status: in_force, levels: [{id: low}, {id: high}]}
            ",
        );
    }
}
