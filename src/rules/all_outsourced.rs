use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::model::ci::{Ci, CiType, OperatedBy};
use crate::model::process::{DocumentStatus, Process};
use crate::model::service::Service;
use crate::model::supplier::{Supplier, SupplierStatus};
use crate::model::{Ix, Record};

rule! {
    /// Everything of one sort is run by other parties.
    ///
    /// Who lets others run all services, all service components or all processes does not manage services any more, and
    /// cannot be certified for it. Others run what stands in the `provides` of an active supplier, and configuration
    /// items whose type is `operated_by: other_party`. Services and items in use and processes in force are counted,
    /// once the system is `operating`.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// status: operating
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// # sms/supplier/sup-mailer.yaml
    /// kind: supplier
    /// id: sup-mailer
    /// status: active
    /// provides: [svc-mail]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// status: operating
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// # sms/service/svc-desk.yaml
    /// kind: service
    /// id: svc-desk
    /// status: live
    /// # sms/supplier/sup-mailer.yaml
    /// kind: supplier
    /// id: sup-mailer
    /// status: active
    /// provides: [svc-mail]
    /// ```
    ///
    /// Name what the supplier really runs in `provides`, a component rather than the whole service; keep something in
    /// your own hands.
    AllOutsourced = "all-outsourced", Error, clauses: ["8.2.3"], kinds: ["sms", "supplier", "service", "ci", "process"];
}

fn message(sms: &Record<'_>, count: usize, what: &str) -> String {
    match count {
        1 => format!("the only one of the {what} of '{}' is run by another party", sms.id),
        _ => format!("all {count} {what} of '{}' are run by other parties", sms.id),
    }
}

const HELP: &str =
    "name in `provides` of the suppliers only what they really run, and keep something in your own hands";

/// Whether a record counts among those of its kind.
type Counts<'f> = &'f dyn Fn(Ix) -> bool;

impl Rule for AllOutsourced {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let Some(sms) = cx.operating() else { return };
        let suppliers = cx.sms.all::<Supplier<'_>>().filter(|it| it.status() == Some(SupplierStatus::Active));
        let provided: BTreeSet<Ix> =
            suppliers.flat_map(Supplier::provides).filter_map(|item| cx.sms.find(item.id)).collect();
        let by_type = |ix| {
            let ci_type = cx.sms.view::<Ci<'_>>(ix).and_then(Ci::ci_type).and_then(|it| cx.sms.find(it.id));
            ci_type.and_then(|ix| cx.sms.view(ix)).and_then(CiType::operated_by) == Some(OperatedBy::OtherParty)
        };
        let service = |ix| cx.sms.view::<Service<'_>>(ix).is_some_and(Service::is_in_use);
        let ci = |ix| cx.sms.view::<Ci<'_>>(ix).is_some_and(Ci::is_in_use);
        let process = |ix| cx.sms.view(ix).and_then(Process::status) == Some(DocumentStatus::InForce);
        let services: (&str, &str, Counts<'_>) = ("service", "services in use", &service);
        let items: (&str, &str, Counts<'_>) = ("ci", "configuration items in use", &ci);
        let processes: (&str, &str, Counts<'_>) = ("process", "processes in force", &process);
        for (kind, what, counts) in [services, items, processes] {
            let all: Vec<Ix> = cx.sms.of_kind(kind).map(|(ix, _)| ix).filter(|ix| counts(*ix)).collect();
            if !all.is_empty() && all.iter().all(|ix| provided.contains(ix) || by_type(*ix)) {
                out.field(sms, "scope", message(sms, all.len(), what)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const REST: &str = "
        # sms/service/svc-a.yaml
        {kind: service, id: svc-a, status: live}
        # sms/service/svc-b.yaml
        {kind: service, id: svc-b, status: proposed}
        # sms/ci/ci-a.yaml
        {kind: ci, id: ci-a, status: live, ci_type: cloud}
        # sms/ci/ci-b.yaml
        {kind: ci, id: ci-b, status: live}
        # sms/ci/ci-c.yaml
        {kind: ci, id: ci-c, status: retired}
        # sms/ci_type/cloud.yaml
        {kind: ci_type, id: cloud, operated_by: other_party}
        # sms/process/prc-a.yaml
        {kind: process, id: prc-a, status: in_force}
";

    #[test]
    fn each_sort_that_is_run_by_others_as_a_whole_is_told() {
        let rest = "
        # sms/sms/sms.yaml
        {kind: sms, id: sms, status: operating, scope: {}}
        #                                       ^^^^^ the only one of the services in use of 'sms'
        #                                       ^^^^^ all 2 configuration items in use of 'sms' are run by other parties
        #                                       ^^^^^ the only one of the processes in force
        # sms/supplier/sup-a.yaml
        {kind: supplier, id: sup-a, status: active, provides: [svc-a, ci-b, prc-a]}
";
        check(&AllOutsourced, &format!("{REST}{rest}"));
    }

    #[test]
    fn one_thing_of_our_own_is_enough_and_former_suppliers_run_nothing() {
        let rest = "
        # sms/sms/sms.yaml
        {kind: sms, id: sms, status: operating, scope: {}}
        # sms/supplier/sup-a.yaml
        {kind: supplier, id: sup-a, status: ended, provides: [svc-a, ci-b, prc-a]}
        # sms/supplier/sup-b.yaml
        {kind: supplier, id: sup-b, status: active, provides: [svc-b, ci-c]}
";
        check(&AllOutsourced, &format!("{REST}{rest}"));
    }

    #[test]
    fn a_system_that_is_only_planned_is_not_judged() {
        let rest = "
        # sms/sms/sms.yaml
        {kind: sms, id: sms, status: planned, scope: {}}
        # sms/supplier/sup-a.yaml
        {kind: supplier, id: sup-a, status: active, provides: [svc-a, ci-b, prc-a]}
";
        check(&AllOutsourced, &format!("{REST}{rest}"));
    }
}
