use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::design::{Criterion, CriterionResult};
use crate::model::release::Release;

rule! {
    /// A release was deployed although a criterion was not met, and nobody decided that.
    ///
    /// Acceptance criteria are agreed so that they decide. Where one is not met, or nobody knows, somebody may still
    /// decide to deploy, but then says so in `decision`. Looked at are releases whose deployment was begun, also those
    /// that failed; such a release has at least one criterion.
    ///
    /// ```yaml,bad
    /// # sms/release/rel-customs.yaml
    /// kind: release
    /// id: rel-customs
    /// status: deployed
    /// acceptance:
    ///   - {criterion: All message types are accepted., result: not_met}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/release/rel-customs.yaml
    /// kind: release
    /// id: rel-customs
    /// status: deployed
    /// acceptance:
    ///   - criterion: All message types are accepted.
    ///     result: not_met
    ///     decision: Deployed all the same, because no test was possible; watched by hand on the first day.
    /// ```
    ///
    /// Say in `decision` what was decided and why, or correct the result.
    ReleaseAcceptanceFailed = "release-acceptance-failed", Error, clauses: ["8.5.3"], kinds: ["release"];
}

fn message(release: &Record<'_>, criterion: Criterion<'_>) -> String {
    let state = match criterion.result() {
        Some(CriterionResult::NotMet) => "was not met",
        _ => "was still open",
    };
    let what = criterion.criterion().map_or_else(String::new, |text| format!(": {}", text.trim_end_matches('.')));
    format!("the release '{}' was deployed without a decision on a criterion that {state}{what}", release.id)
}

fn none(release: &Record<'_>) -> String {
    format!("the release '{}' was deployed without any acceptance criterion", release.id)
}

const HELP: &str = "say in `decision` what was decided and why, or correct the result";
const HELP_NONE: &str = "write in `acceptance` what had to be true before, and whether it was";

impl Rule for ReleaseAcceptanceFailed {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for release in cx.sms.all::<Release<'_>>() {
            let record = release.0.record;
            if !release.status().is_some_and(|status| status.is_attempted()) {
                continue;
            }
            // Some states ask for the field themselves, and an empty list is the matter of the schema.
            let asked = record.state().is_some_and(|state| state.requires.iter().any(|field| field == "acceptance"));
            if record.get("acceptance").is_none() && !asked {
                out.field(record, "acceptance", none(record)).help(HELP_NONE);
            }
            for criterion in release.acceptance().into_iter().filter(|criterion| criterion.is_unsettled()) {
                out.at(record, criterion.0.field_span("result"), message(record, criterion)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn each_criterion_that_is_not_met_or_open_needs_a_decision() {
        check(
            &ReleaseAcceptanceFailed,
            "
            # sms/release/a.yaml
            kind: release
            id: a
            status: closed
            acceptance:
              - {criterion: Fast, result: met}
              - {criterion: Small, result: not_met}
            #                              ^^^^^^^ a criterion that was not met: Small
              - {criterion: Cheap, result: open, decision: It costs what it costs.}
              - {criterion: Good, result: open}
            #                             ^^^^ a criterion that was still open: Good
            # sms/release/b.yaml
            {kind: release, id: b, status: backed_out, acceptance: [{result: not_met, decision: ' '}]}
            #                                                                ^^^^^^^ the release 'b' was deployed without a decision on a criterion that was not met
            ",
        );
    }

    #[test]
    fn before_deployment_criteria_may_be_open_and_after_it_there_is_one() {
        check(
            &ReleaseAcceptanceFailed,
            "
            # sms/release/a.yaml
            {kind: release, id: a, status: verified, acceptance: [{criterion: Fast, result: not_met}]}
            # sms/release/b.yaml
            {kind: release, id: b, status: failed}
            #                   ^ the release 'b' was deployed without any acceptance criterion
            # sms/release/c.yaml
            {kind: release, id: c, status: deployed}
            # sms/release/d.yaml
            {kind: release, id: d, status: cancelled}
            ",
        );
    }
}
