use super::rule::{Check, Report, Rule};
use crate::model::Record;

rule! {
    /// A configuration item in use that no service needs, not even by a long way.
    ///
    /// It costs money and care, and may be forgotten; or a relation to it is missing, and an outage will surprise.
    ///
    /// ```yaml,bad
    /// # sms/ci/ci-vm-7.yaml
    /// kind: ci
    /// id: ci-vm-7
    /// status: live
    /// ```
    ///
    /// ```yaml,good
    /// # sms/ci/ci-vm-7.yaml
    /// kind: ci
    /// id: ci-vm-7
    /// status: live
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// relations: [ci-vm-7]
    /// ```
    ///
    /// Write the missing relation on the record that needs it, or retire the item.
    CiOrphan = "ci-orphan", Warning, clauses: ["8.2.6"], kinds: ["ci", "service"];
}

fn message(ci: &Record<'_>) -> String {
    format!("no service needs the configuration item '{}', directly or through others", ci.id)
}

const HELP: &str = "write the missing relation on the record that needs it, or retire it";

impl Rule for CiOrphan {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for ci in cx.graph.orphans().into_iter().filter_map(|node| cx.in_use(node)) {
            out.at(ci, ci.id_span(), message(ci)).help(HELP);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn needing_a_service_is_not_being_needed() {
        check(
            &CiOrphan,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, relations: [ci-a]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, relations: [svc-a, ci-a]}
            #              ^^^^ no service needs the configuration item 'ci-b'
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, status: maintenance, relations: [ci-b]}
            #              ^^^^ 'ci-c'
            ",
        );
    }

    #[test]
    fn a_long_way_and_soft_relations_count() {
        check(
            &CiOrphan,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, relations: [{type: depends_on, to: ci-a, strength: soft}]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [{type: located_in, to: ci-b}]}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, relations: [{type: protected_by, to: ci-c}]}
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, status: live}
            # sms/ci/ci-part.yaml
            {kind: ci, id: ci-part, status: live, relations: [{type: part_of, to: ci-c}]}
            ",
        );
    }

    #[test]
    fn items_that_are_not_in_use_may_stand_alone() {
        check(
            &CiOrphan,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: planned}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: retired}
            ",
        );
    }

    #[test]
    fn a_circle_of_items_that_no_service_needs_is_told_one_by_one() {
        check(
            &CiOrphan,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [ci-b]}
            #              ^^^^ 'ci-a'
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, relations: [ci-a, ci-b]}
            #              ^^^^ 'ci-b'
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, relations: ci-a}
            ",
        );
    }
}
