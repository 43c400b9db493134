use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::change::{Change, ChangeStatus, ChangeType};

rule! {
    /// A change that is asked for on something that is out of use.
    ///
    /// Either the record names the wrong thing, or the work is for nothing. What is retired but not gone may still be
    /// removed, and the description of anything may be corrected, so changes of type `remove` may affect it as long as
    /// its life is not over, and changes of type `document` and `sms` may affect anything. What was carried out is not
    /// judged: things go out of use afterwards. Names that lead nowhere are the matter of `ref-dangling`.
    ///
    /// ```yaml,bad
    /// # sms/change/chg-patch.yaml
    /// kind: change
    /// id: chg-patch
    /// status: requested
    /// type: modify
    /// affects: [ci-host]
    /// # sms/ci/ci-host.yaml
    /// {kind: ci, id: ci-host, status: disposed}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change/chg-patch.yaml
    /// kind: change
    /// id: chg-patch
    /// status: requested
    /// type: modify
    /// affects: [ci-host]
    /// # sms/ci/ci-host.yaml
    /// {kind: ci, id: ci-host, status: maintenance}
    /// ```
    ///
    /// Name what is really changed, withdraw the change, or correct the status of the thing.
    ChangeTargetRetired = "change-target-retired", Error, clauses: ["8.5.1.2"], kinds: ["change"];
}

fn message(change: &Record<'_>, target: &Record<'_>) -> String {
    let status = target.status().unwrap_or("out of use");
    format!("the change '{}' is to alter '{}', which is {status}", change.id, target.id)
}

const HELP: &str = "name what is really changed, withdraw the change, or correct the status of what it names";

impl Rule for ChangeTargetRetired {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for change in cx.sms.all::<Change<'_>>().filter(|change| change.status() == Some(ChangeStatus::Requested)) {
            let gone = |target: &Record<'_>| match change.r#type() {
                Some(ChangeType::Document | ChangeType::Sms) => false,
                Some(ChangeType::Remove) => target.is_over(),
                _ => target.is_at_rest(),
            };
            for (at, target) in change.affected(cx.sms).into_iter().filter(|(_, target)| gone(target)) {
                out.at(change.0.record, at.span(), message(change.0.record, target))
                    .help(HELP)
                    .related(target.field_span("status"), "its status");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn each_thing_out_of_use_is_told_at_its_name() {
        check(
            &ChangeTargetRetired,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: requested, type: modify, affects: [ci-a, ci-old, ci-gone, ci-c, svc-a, nothing]}
            #                                                                          ^^^^^^ 'chg-a' is to alter 'ci-b', which is retired
            #                                                                                  ^^^^^^^ which is disposed
            #                                                                                                 ^^^^^ which is rejected
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: retired, aliases: [ci-old]}
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, status: planned}
            # sms/ci/ci-gone.yaml
            {kind: ci, id: ci-gone, status: disposed}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: rejected}
            ",
        );
    }

    #[test]
    fn what_is_retired_can_be_removed_and_corrected_and_the_past_is_not_judged() {
        check(
            &ChangeTargetRetired,
            "
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: requested, type: remove, affects: [ci-b, ci-gone]}
            #                                                                          ^^^^^^^ 'ci-gone'
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: requested, type: document, affects: [ci-b, ci-gone]}
            # sms/change/chg-c.yaml
            {kind: change, id: chg-c, status: closed, type: modify, affects: [ci-gone]}
            # sms/change/chg-d.yaml
            {kind: change, id: chg-d, status: draft, type: modify, affects: [ci-gone]}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: retired}
            # sms/ci/ci-gone.yaml
            {kind: ci, id: ci-gone, status: disposed}
            ",
        );
    }
}
