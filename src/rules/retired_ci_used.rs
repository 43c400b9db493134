use super::rule::{Check, Report, Rule};
use crate::graph::Effect;
use crate::model::Record;
use crate::model::ci::{Ci, CiStatus};

rule! {
    /// Something in use that needs a configuration item which is out of use.
    ///
    /// Either the item still runs, and nobody looks after it, or the relation tells a wrong story when something fails.
    ///
    /// ```yaml,bad
    /// # sms/ci/ci-app.yaml
    /// kind: ci
    /// id: ci-app
    /// status: live
    /// relations: [{type: runs_on, to: ci-host-1}]
    /// # sms/ci/ci-host-1.yaml
    /// kind: ci
    /// id: ci-host-1
    /// status: retired
    /// ```
    ///
    /// ```yaml,good
    /// # sms/ci/ci-app.yaml
    /// kind: ci
    /// id: ci-app
    /// status: live
    /// relations: [{type: runs_on, to: ci-host-2}]
    /// # sms/ci/ci-host-2.yaml
    /// kind: ci
    /// id: ci-host-2
    /// status: live
    /// ```
    ///
    /// Point the relation at what is really needed, remove it, or correct the status of the item.
    RetiredCiUsed = "retired-ci-used", Error, clauses: ["8.2.6"],
        kinds: ["service", "ci", "contract", "ola", "supplier"];
}

fn message(holder: &Record<'_>, ci: &Record<'_>, status: CiStatus) -> String {
    format!("'{}' is in use and needs the configuration item '{}', which is {}", holder.id, ci.id, status.word())
}

const HELP: &str = "name what is really needed, remove the relation, or correct the status of the item";

impl Rule for RetiredCiUsed {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for (from, edge, to) in cx.graph.edges() {
            let needs = matches!(edge.relation.effect(edge.strength), Effect::OnHolder(_));
            let ci = to.record.filter(|_| needs).and_then(|ix| cx.sms.view::<Ci<'_>>(ix)).filter(|ci| ci.is_gone());
            let gone = ci.and_then(|ci| Some((ci.0.record, ci.status()?)));
            if let (Some((ci, status)), Some(holder)) = (gone, cx.in_use(from)) {
                let place = ci.field_span("status");
                out.at(holder, edge.span, message(holder, ci, status)).help(HELP).related(place, "its status");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn every_relation_that_carries_failure_counts() {
        check(
            &RetiredCiUsed,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, relations: [{type: backed_up_by, to: ci-tape}]}
            #                                                                             ^^^^^^^ 'svc-a' is in use
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: maintenance, relations: [ci-host]}
            #                                                     ^^^^^^^ 'ci-host', which is disposed
            # sms/ci/ci-host.yaml
            {kind: ci, id: ci-host, status: disposed}
            # sms/ci/ci-tape.yaml
            {kind: ci, id: ci-tape, status: retired}
            ",
        );
    }

    #[test]
    fn items_to_come_and_holders_out_of_use_pass() {
        check(
            &RetiredCiUsed,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [ci-new, {type: connects_to, to: ci-old}]}
            # sms/ci/ci-new.yaml
            {kind: ci, id: ci-new, status: building}
            # sms/ci/ci-old.yaml
            {kind: ci, id: ci-old, status: retired, relations: [ci-older, {type: part_of, to: ci-a}]}
            # sms/ci/ci-older.yaml
            {kind: ci, id: ci-older, status: disposed}
            ",
        );
    }

    #[test]
    fn each_relation_is_told_where_it_stands_and_shows_the_status() {
        let fixture = "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [ci-x, {type: runs_on, to: ci-x}]}
            # sms/ci/ci-x.yaml
            {kind: ci, id: ci-x, status: retired, aliases: [ci-old]}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, relations: [{type: depends_on, to: ci-old, until: '2026-11-19'}]}
            ";
        let found = crate::rules::harness::findings(&RetiredCiUsed, fixture);
        assert_eq!(found.len(), 2, "what no longer holds is not told: {found:#?}");
        assert!(found.iter().all(|finding| finding.related[0].message == "its status"));
        assert!(found[0].primary < found[1].primary);
    }

    #[test]
    fn a_former_name_of_an_item_out_of_use_is_still_that_item() {
        check(
            &RetiredCiUsed,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [ci-old, ci-gone]}
            #                                              ^^^^^^ 'ci-x', which is retired
            # sms/ci/ci-x.yaml
            {kind: ci, id: ci-x, status: retired, aliases: [ci-old]}
            ",
        );
    }
}
