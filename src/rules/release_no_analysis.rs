use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::date::{When, after};
use crate::model::change::Window;
use crate::model::incident::Incident;
use crate::model::release::{Release, ReleaseStatus};
use crate::model::{Ix, Record};

rule! {
    /// A release was not looked at after its time of watching.
    ///
    /// Whether a release was a success shows in the days after it: which incidents came, what they say about the next
    /// one. When `watch` is over, the release is analysed, with the incidents that it caused; an analysis from before
    /// that has not seen all. Without `watch` that of the `release_type` holds, else 14 days. A failed deployment is
    /// analysed in the same time after its window. An incident that names a change of the release as its cause belongs
    /// in `incidents`.
    ///
    /// ```yaml,bad
    /// # sms/release/rel-booking.yaml
    /// {kind: release, id: rel-booking, status: deployed, deployed_at: 2026-02-18T05:05:00Z, watch: 14d}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/release/rel-booking.yaml
    /// {kind: release, id: rel-booking, status: analysed, deployed_at: 2026-02-18T05:05:00Z, watch: 14d,
    ///  incidents: [], analysis: No incident in two weeks; answers come in 180 ms, before in 240 ms.,
    ///  analysed_on: 2026-03-05}
    /// ```
    ///
    /// Look at the incidents since then, and write in `analysis` what they say and what follows.
    ReleaseNoAnalysis = "release-no-analysis", Warning, clauses: ["8.5.3"],
        kinds: ["release", "release_type", "incident"], clock;
}

fn overdue(release: &Record<'_>, over: Date) -> String {
    format!("the release '{}' was watched until {over} and has not been analysed since", release.id)
}

fn early(release: &Record<'_>, on: Date, over: Date) -> String {
    format!("the release '{}' was analysed on {on}, while it was watched until {over}", release.id)
}

fn unnamed(release: &Record<'_>, incident: &Record<'_>) -> String {
    format!(
        "the release '{}' does not name the incident '{}', which one of its changes caused",
        release.id, incident.id
    )
}

const HELP: &str = "look at the incidents since then, and write in `analysis` what they say and what follows";
const HELP_EARLY: &str = "look again at what came later, and set `analysed_on` to the day of that";
const HELP_UNNAMED: &str = "add it to `incidents`, and say in `analysis` what follows from it";

/// Incidents by the change that caused them.
fn caused<'c>(cx: &Check<'c>) -> BTreeMap<Ix, Vec<Ix>> {
    let mut caused: BTreeMap<Ix, Vec<Ix>> = BTreeMap::new();
    for (ix, _) in cx.sms.of_kind("incident") {
        let cause = cx.sms.view::<Incident<'c>>(ix).and_then(Incident::caused_by);
        if let Some(cause) = cause.and_then(|cause| cx.sms.find(cause.id)) {
            caused.entry(cause).or_default().push(ix);
        }
    }
    caused
}

impl Rule for ReleaseNoAnalysis {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let caused = caused(cx);
        for release in cx.sms.all::<Release<'_>>() {
            let (record, Some(status)) = (release.0.record, release.status()) else { continue };
            let live = release.deployed_at().map(When::day);
            let from = match status {
                ReleaseStatus::Failed => live.or_else(|| release.window().and_then(Window::end).map(When::day)),
                status if status.is_deployed() => live,
                _ => None,
            };
            let over = from.map(|day| after(day, release.watched(cx.sms)));
            let seen = release.analysis().is_some() && status != ReleaseStatus::Deployed;
            match (over, release.analysed_on()) {
                (Some(over), Some(on)) if seen && on < over => {
                    out.field(record, "analysed_on", early(record, on, over)).help(HELP_EARLY);
                }
                // Later states ask for the analysis themselves.
                (Some(over), _)
                    if !seen
                        && over < cx.today()
                        && matches!(status, ReleaseStatus::Deployed | ReleaseStatus::Failed) =>
                {
                    out.field(record, "status", overdue(record, over)).help(HELP);
                }
                _ => {}
            }
            if seen {
                let named: BTreeSet<Ix> = release.incidents().iter().filter_map(|of| cx.sms.find(of.id)).collect();
                let changes = release.changes().into_iter().filter_map(|change| cx.sms.find(change.id));
                let all = changes.filter_map(|change| caused.get(&change)).flatten();
                for incident in all.filter(|incident| !named.contains(incident)).map(|ix| cx.sms.record(*ix)) {
                    out.field(record, "incidents", unnamed(record, incident))
                        .help(HELP_UNNAMED)
                        .related(incident.field_span("caused_by"), "the incident says so");
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
    fn the_day_after_the_time_of_watching_the_analysis_is_due() {
        check(
            &ReleaseNoAnalysis,
            "
            # sms/release/a.yaml
            {kind: release, id: a, status: deployed, deployed_at: 2026-11-05T10:00:00Z, analysis: Early words}
            #                              ^^^^^^^^ the release 'a' was watched until 2026-11-19
            # sms/release/b.yaml
            {kind: release, id: b, status: deployed, deployed_at: 2026-11-06T10:00:00Z}
            # sms/release/c.yaml
            {kind: release, id: c, status: deployed, deployed_at: 2026-11-05T10:00:00Z, watch: 15d}
            # sms/release/d.yaml
            {kind: release, id: d, status: deployed, deployed_at: 2026-11-12T10:00:00Z, release_type: rlt-a}
            #                              ^^^^^^^^ watched until 2026-11-19
            # sms/release_type/rlt-a.yaml
            {kind: release_type, id: rlt-a, status: active, watch: 7d}
            # sms/release/e.yaml
            {kind: release, id: e, status: failed, window: {start: 2026-11-01T00:00:00Z, end: 2026-11-01T02:00:00Z}}
            #                              ^^^^^^ watched until 2026-11-15
            # sms/release/f.yaml
            {kind: release, id: f, status: verified, window: {start: 2026-01-01T00:00:00Z, end: 2026-01-01T02:00:00Z}}
            ",
        );
    }

    #[test]
    fn an_analysis_has_seen_the_whole_time_and_all_incidents() {
        check(
            &ReleaseNoAnalysis,
            "
            # sms/release/a.yaml
            {kind: release, id: a, status: closed, deployed_at: 2026-03-01T10:00:00Z, analysis: Good, analysed_on: 2026-03-14}
            #                                                                                                      ^^^^^^^^^^ the release 'a' was analysed on 2026-03-14, while it was watched until 2026-03-15
            # sms/release/b.yaml
            {kind: release, id: b, status: closed, deployed_at: 2026-03-01T10:00:00Z, analysis: Good, analysed_on: 2026-03-15,
             changes: [chg-a, chg-b], incidents: [inc-old]}
            #                         ^^^^^^^^^ the release 'b' does not name the incident 'inc-c'
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: closed}
            # sms/change/chg-b.yaml
            {kind: change, id: chg-b, status: closed}
            # sms/incident/inc-a.yaml
            {kind: incident, id: inc-a, aliases: [inc-old], caused_by: chg-a}
            # sms/incident/inc-c.yaml
            {kind: incident, id: inc-c, caused_by: chg-b}
            # sms/incident/inc-d.yaml
            {kind: incident, id: inc-d, caused_by: prb-a}
            # sms/release/c.yaml
            {kind: release, id: c, status: deployed, deployed_at: 2026-11-19T10:00:00Z, changes: [chg-b]}
            ",
        );
    }
}
