use super::rule::{Check, Report, Rule};
use crate::base::duration::Duration;
use crate::model::continuity_plan::{ContinuityPlan, Recovery};
use crate::model::service::{Service, ServiceRecovery};
use crate::model::view::At;

rule! {
    /// Something is to be back only after its loss can no longer be made good.
    ///
    /// `rto` is the time in which a service or a plan promises to be back, `mtpd` the time after which the harm stays.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, recovery: {rto: 24h, mtpd: 12h}}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, recovery: {rto: 8h, mtpd: 12h}}
    /// ```
    ///
    /// Promise to be back earlier, and see that it can be kept; or correct the other time.
    RtoOverMtpd = "rto-over-mtpd", Error, clauses: ["8.7.2"], kinds: ["service", "continuity_plan"];
}

fn message(id: &str, rto: Duration, mtpd: Duration) -> String {
    format!("'{id}' is to be back in {rto}, but after {mtpd} the harm can no longer be made good")
}

const HELP: &str = "promise to be back earlier, and see that it can be kept; or correct `mtpd`";

impl Rule for RtoOverMtpd {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let of_service = |recovery: ServiceRecovery<'_>| Some((recovery.rto()?, recovery.mtpd()?));
        let services = cx.sms.all::<Service<'_>>().filter_map(Service::recovery).map(|it| (it.0, of_service(it)));
        let of_plan = |recovery: Recovery<'_>| Some((recovery.rto()?, recovery.mtpd()?));
        let plans =
            cx.sms.all::<ContinuityPlan<'_>>().filter_map(ContinuityPlan::recovery).map(|it| (it.0, of_plan(it)));
        let both: Vec<(At<'_>, Option<(Duration, Duration)>)> = services.chain(plans).collect();
        for (at, times) in both.into_iter().filter(|(at, _)| !at.record.is_at_rest()) {
            if let Some((rto, mtpd)) = times.filter(|(rto, mtpd)| rto > mtpd) {
                let message = message(at.record.id.as_str(), rto, mtpd);
                out.at(at.record, at.field_span("rto"), message)
                    .help(HELP)
                    .related(at.field_span("mtpd"), "the longest time that can be borne");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn services_and_plans_are_held_to_what_can_be_borne() {
        check(
            &RtoOverMtpd,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, recovery: {rto: 1d, mtpd: 24h}}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live, recovery: {rto: 25h, mtpd: 1d}}
            #                                                        ^^^ 'svc-b' is to be back in 1d 1h, but after 1d
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: live, recovery: {rto: 25h}}
            # sms/continuity_plan/a.yaml
            {kind: continuity_plan, id: a, status: in_force, recovery: {rto: 4h, mtpd: 2h}}
            #                                                                ^^ 'a' is to be back in 4h
            # sms/continuity_plan/b.yaml
            {kind: continuity_plan, id: b, status: superseded, recovery: {rto: 4h, mtpd: 2h}}
            ",
        );
    }
}
