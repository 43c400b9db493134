use super::rule::{Check, Report, Rule};
use crate::base::date::When;
use crate::model::Record;
use crate::model::release::{Baseline, BaselineStatus, Release, ReleaseStatus};

rule! {
    /// A release was deployed without a baseline from before.
    ///
    /// The baseline holds the state of the items before deployment: it is what one goes back to, and what one compares
    /// with when something is wrong. A baseline that is younger than the deployment holds the new state, and one that
    /// was only planned holds nothing. Releases whose deployment was begun are looked at, also those that failed; that
    /// `baseline` is missing in a release that is in use is the matter of `state-incomplete`.
    ///
    /// ```yaml,bad
    /// # sms/release/rel-booking.yaml
    /// {kind: release, id: rel-booking, status: deployed, baseline: {at: 2026-02-19T15:00:00Z, ref: booking-3.0},
    ///  deployed_at: 2026-02-18T05:05:00Z}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/release/rel-booking.yaml
    /// {kind: release, id: rel-booking, status: deployed, baseline: {at: 2026-02-17T15:00:00Z, ref: booking-3.0},
    ///  deployed_at: 2026-02-18T05:05:00Z}
    /// ```
    ///
    /// Name the baseline from before the deployment. Where there is none, say so in a waiver, and take one next time.
    ReleaseNoBaseline = "release-no-baseline", Error, clauses: ["8.5.3"], kinds: ["release", "baseline"];
}

fn missing(release: &Record<'_>) -> String {
    format!("the release '{}' was deployed and names no baseline from before", release.id)
}

fn not_taken(release: &Record<'_>, baseline: &Record<'_>, status: BaselineStatus) -> String {
    let state = if status == BaselineStatus::Planned { "was not taken yet" } else { "was never taken" };
    format!("the baseline '{}' of the release '{}' {state}", baseline.id, release.id)
}

fn late(release: &Record<'_>, at: When, deployed: When) -> String {
    format!("the baseline of the release '{}' is of {at}, after the deployment on {deployed}", release.id)
}

const HELP: &str = "name the baseline from before the deployment";

impl Rule for ReleaseNoBaseline {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for release in cx.sms.all::<Release<'_>>() {
            let (record, Some(status)) = (release.0.record, release.status()) else { continue };
            if !status.is_attempted() {
                continue;
            }
            let Some(at) = release.baseline() else {
                if !matches!(status, ReleaseStatus::Deployed | ReleaseStatus::Analysed) {
                    out.field(record, "baseline", missing(record)).help(HELP);
                }
                continue;
            };
            let Some((kept, taken, span)) = Baseline::kept(cx.sms, at) else { continue };
            let state = kept.and_then(|kept| Some((kept.0.record, kept.status()?)));
            if let Some((kept, state @ (BaselineStatus::Planned | BaselineStatus::Cancelled))) = state {
                out.at(record, span, not_taken(record, kept, state))
                    .help(HELP)
                    .related(kept.field_span("status"), "the baseline");
            } else if let Some((taken, deployed)) = taken.zip(release.deployed_at()).filter(|(at, on)| at.is_after(*on))
            {
                let place = kept.map_or(release.0.field_span("deployed_at"), |kept| kept.0.field_span("at"));
                let what = if kept.is_some() { "the baseline" } else { "the deployment" };
                out.at(record, span, late(record, taken, deployed)).help(HELP).related(place, what);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const BASELINES: &str = "
            # sms/baseline/bl-a.yaml
            {kind: baseline, id: bl-a, status: taken, at: 2026-02-18T05:05:00Z}
            # sms/baseline/bl-b.yaml
            {kind: baseline, id: bl-b, status: expired, at: 2026-02-18T05:05:01Z}
            # sms/baseline/bl-c.yaml
            {kind: baseline, id: bl-c, status: planned}
            # sms/baseline/bl-d.yaml
            {kind: baseline, id: bl-d, status: cancelled}";

    #[test]
    fn a_baseline_is_from_before_whether_it_is_a_record_or_not() {
        let releases = "
            # sms/release/a.yaml
            {kind: release, id: a, status: deployed, baseline: bl-a, deployed_at: 2026-02-18T05:05:00Z}
            # sms/release/b.yaml
            {kind: release, id: b, status: closed, baseline: bl-b, deployed_at: 2026-02-18T05:05:00Z}
            #                                                ^^^^ the baseline of the release 'b' is of 2026-02-18 05:05 UTC, after the deployment
            # sms/release/c.yaml
            {kind: release, id: c, status: analysed, baseline: {at: 2026-02-18T07:00:00+01:00}, deployed_at: 2026-02-18T05:05:00Z}
            #                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^ is of 2026-02-18 06:00 UTC
            # sms/release/d.yaml
            {kind: release, id: d, status: deployed, baseline: bl-lost, deployed_at: 2026-02-18T05:05:00Z}
            # sms/release/e.yaml
            {kind: release, id: e, status: deployed, deployed_at: 2026-02-18T05:05:00Z}";
        check(&ReleaseNoBaseline, &format!("{releases}{BASELINES}"));
    }

    #[test]
    fn what_was_not_taken_is_none_and_failed_releases_need_one_too() {
        let releases = "
            # sms/release/a.yaml
            {kind: release, id: a, status: backed_out}
            #                   ^ the release 'a' was deployed and names no baseline
            # sms/release/b.yaml
            {kind: release, id: b, status: failed, baseline: bl-c}
            #                                                ^^^^ the baseline 'bl-c' of the release 'b' was not taken yet
            # sms/release/c.yaml
            {kind: release, id: c, status: closed, baseline: bl-d}
            #                                                ^^^^ was never taken
            # sms/release/d.yaml
            {kind: release, id: d, status: verified, baseline: bl-c}
            # sms/release/e.yaml
            {kind: release, id: e, status: cancelled}";
        check(&ReleaseNoBaseline, &format!("{releases}{BASELINES}"));
    }
}
