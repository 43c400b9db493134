use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::ci::Ci;

rule! {
    /// A configuration item in use that nobody answers for.
    ///
    /// Nobody patches it, nobody is called when it fails, and nobody is asked before it changes. This rule speaks of
    /// configuration items in use; `owner-missing` speaks of all other records and leaves these out.
    ///
    /// ```yaml,bad
    /// # sms/ci/ci-router.yaml
    /// kind: ci
    /// id: ci-router
    /// status: live
    /// ```
    ///
    /// ```yaml,good
    /// # sms/ci/ci-router.yaml
    /// kind: ci
    /// id: ci-router
    /// status: live
    /// owner: team-network
    /// ```
    ///
    /// Write the team, role or person in `owner`.
    CiOwnerMissing = "ci-owner-missing", Error, clauses: ["8.2.6"], kinds: ["ci"];
}

fn message(ci: &Record<'_>) -> String {
    format!("the configuration item '{}' is in use and has no owner", ci.id)
}

const HELP: &str = "write in `owner` which team, role or person answers for it, or retire it";

impl Rule for CiOwnerMissing {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for ci in cx.sms.all::<Ci<'_>>().filter(|ci| ci.is_in_use()) {
            if !ci.0.missing(&["owner"]).is_empty() {
                out.field(ci.0.record, "owner", message(ci.0.record)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn an_empty_owner_is_nobody() {
        check(
            &CiOwnerMissing,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: maintenance}
            #              ^^^^ 'ci-a' is in use and has no owner
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, owner: ' '}
            #                                         ^^^ 'ci-b'
            ",
        );
    }

    #[test]
    fn an_owner_is_enough_and_items_not_in_use_need_none() {
        check(
            &CiOwnerMissing,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, owner: team-network}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: building}
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, status: disposed}
            ",
        );
    }

    #[test]
    fn an_owner_of_the_wrong_type_is_the_matter_of_the_schema() {
        check(
            &CiOwnerMissing,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, owner: 5}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, owner: [ann]}
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, status: live, owner: []}
            #                                  ^^^^^ 'ci-c'
            ",
        );
    }

    #[test]
    fn an_item_without_a_status_or_of_another_kind_is_passed_over() {
        check(
            &CiOwnerMissing,
            "# sms/ci/a.yaml\n{kind: ci, id: a}\n# sms/service/b.yaml\n{kind: service, id: b, status: live}\n",
        );
    }
}
