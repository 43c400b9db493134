use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan as _};

use super::rule::{Check, Report, Rule};
use crate::base::hours::Hours;
use crate::base::text::and;
use crate::graph::State;
use crate::model::calendar::Calendar;
use crate::model::maintenance_window::MaintenanceWindow;
use crate::model::sla::{Clock, Sla};
use crate::model::{Ix, Record};

rule! {
    /// A maintenance window in hours in which a service must work, and its SLA does not agree to the window.
    ///
    /// Work that takes a service down belongs outside its service hours, or into windows that the SLA names in
    /// `hours.maintenance`. Looked at are our own windows that are active; windows of suppliers are the matter of
    /// `maintenance-windows-clash`. A window takes down the services in `applies_to` and those that go down with one of
    /// its items alone, so what redundancy hides does not count. Its times are compared with the `hours.service` of SLAs in
    /// force over the 90 days from the instant on.
    ///
    /// ```yaml,bad
    /// # sms/maintenance_window/mw-mail.yaml
    /// kind: maintenance_window
    /// id: mw-mail
    /// status: active
    /// zone: Europe/Oslo
    /// recurs: [{days: [tue], from: "10:00", to: "12:00"}]
    /// applies_to: [svc-mail]
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail, hours: {service: cal-office}}
    /// # sms/calendar/cal-office.yaml
    /// {kind: calendar, id: cal-office, zone: Europe/Oslo, weekly: [{days: [tue], from: "08:00", to: "18:00"}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, status: live}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/maintenance_window/mw-mail.yaml
    /// kind: maintenance_window
    /// id: mw-mail
    /// status: active
    /// zone: Europe/Oslo
    /// recurs: [{days: [tue], from: "18:00", to: "20:00"}]
    /// applies_to: [svc-mail]
    /// # sms/sla/sla-mail.yaml
    /// {kind: sla, id: sla-mail, status: in_force, service: svc-mail, hours: {service: cal-office}}
    /// # sms/calendar/cal-office.yaml
    /// {kind: calendar, id: cal-office, zone: Europe/Oslo, weekly: [{days: [tue], from: "08:00", to: "18:00"}]}
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, status: live}
    /// ```
    ///
    /// Move the window, or agree to it with the customer and name it in `hours.maintenance` of the SLA.
    MaintenanceInServiceHours = "maintenance-in-service-hours", Warning, clauses: ["8.3.3"],
        kinds: ["maintenance_window", "sla", "calendar"], clock;
}

fn message(window: &Record<'_>, services: &BTreeSet<&str>, slas: &[&Record<'_>], first: Timestamp) -> String {
    let quoted = |ids: Vec<&str>| and(&ids.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>());
    let (services, at) = (quoted(services.iter().copied().collect()), first.strftime("%A %Y-%m-%d %H:%M UTC"));
    let do_not = if slas.len() == 1 { "does not" } else { "do not" };
    let slas = quoted(slas.iter().map(|sla| sla.id.as_str()).collect());
    format!("'{}' can take down {services} in service hours, first on {at}, and {slas} {do_not} agree to it", window.id)
}

const HELP: &str = "move the window, or agree to it and name it in `hours.maintenance` of the SLA";

/// Which services a node takes down when it fails alone, reckoned once for each node.
struct Alone<'c> {
    cx: Check<'c>,
    known: BTreeMap<&'c str, Vec<Ix>>,
}

impl Alone<'_> {
    fn down(&mut self, id: &str) -> &[Ix] {
        let Some(node) = self.cx.graph.node(id) else { return &[] };
        let graph = self.cx.graph;
        self.known.entry(node.id.as_str()).or_insert_with(|| {
            let down = graph.impact([node.id.as_str()]).affected.into_iter().filter(|it| it.state == State::Down);
            down.filter_map(|it| it.node.record).chain(node.record).collect()
        })
    }
}

impl Rule for MaintenanceInServiceHours {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let start = cx.sms.now();
        let Ok(end) = start.checked_add((90 * 24).hours()) else { return };
        let mut alone = Alone { cx: *cx, known: BTreeMap::new() };
        let mut slas: BTreeMap<Ix, Vec<(Sla<'_>, Hours)>> = BTreeMap::new();
        for sla in cx.sms.all::<Sla<'_>>().filter(|sla| sla.is_in_force(cx.today())) {
            let calendar =
                sla.calendar(Clock::ServiceHours).and_then(|it| cx.sms.view::<Calendar<'_>>(cx.sms.find(it.id)?));
            let service = sla.service().and_then(|service| cx.sms.find(service.id));
            if let (Some(service), Some(hours)) = (service, calendar.and_then(Calendar::hours)) {
                slas.entry(service).or_default().push((sla, hours));
            }
        }
        let ours = cx.sms.all::<MaintenanceWindow<'_>>().filter(|it| it.is_active() && it.supplier().is_none());
        for window in ours {
            let itself = cx.sms.find(window.0.record.id.as_str());
            let agreed = |sla: &Sla<'_>| {
                let named = sla.0.node.get("hours").and_then(|hours| hours.get("maintenance"));
                let mut named = named.map(|list| list.items()).unwrap_or_default().iter();
                named.any(|id| id.as_str().and_then(|id| cx.sms.find(id)) == itself)
            };
            let items: BTreeSet<&str> = window.applies_to().iter().map(|item| cx.sms.id_now(item.id)).collect();
            let down: BTreeSet<Ix> = items.into_iter().flat_map(|id| alone.down(id).to_vec()).collect();
            let promised = down.iter().flat_map(|ix| slas.get(ix).into_iter().flatten().map(move |it| (*ix, it)));
            let promised: Vec<_> = promised.filter(|(_, (sla, _))| !agreed(sla)).collect();
            if promised.is_empty() {
                continue;
            }
            let times = window.times((start, end));
            let (mut hit, mut services, mut first) = (Vec::new(), BTreeSet::new(), Timestamp::MAX);
            for (service, (sla, hours)) in promised {
                let inside = hours.during(start, end).intersection(&times);
                if let Some((at, _)) = inside.bounds() {
                    hit.push(sla.0.record);
                    services.insert(cx.sms.record(service).id.as_str());
                    first = first.min(at);
                }
            }
            if !hit.is_empty() {
                let words = message(window.0.record, &services, &hit, first);
                let draft = out.field(window.0.record, "applies_to", words).help(HELP);
                hit.into_iter()
                    .fold(draft, |draft, sla| draft.related(sla.field_span("hours"), "the hours of the SLA"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const REST: &str = "
            # sms/calendar/cal-office.yaml
            {kind: calendar, id: cal-office, zone: Europe/Oslo, weekly: [{days: [mon, tue], from: '08:00', to: '18:00'}]}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, relations: [ci-app]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live, relations: [ci-app, {type: depends_on, to: ci-mail, strength: soft}]}
            # sms/ci/ci-app.yaml
            {kind: ci, id: ci-app, relations: [ci-x, ci-y], redundancy: [{of: [ci-x, ci-y], min_up: 1}]}
            # sms/ci/ci-x.yaml
            {kind: ci, id: ci-x, relations: [ci-room]}
            # sms/ci/ci-y.yaml
            {kind: ci, id: ci-y, relations: [ci-room]}
            # sms/ci/ci-room.yaml
            {kind: ci, id: ci-room}
            # sms/ci/ci-mail.yaml
            {kind: ci, id: ci-mail}
            # sms/sla/sla-a.yaml
            {kind: sla, id: sla-a, status: in_force, service: svc-a, hours: {service: cal-office, maintenance: [mw-old]}}
            # sms/sla/sla-b.yaml
            {kind: sla, id: sla-b, status: in_force, service: svc-b, hours: {service: cal-office}}
            # sms/sla/sla-c.yaml
            {kind: sla, id: sla-c, status: draft, service: svc-b, hours: {service: cal-office}}";

    fn window(rest: &str) -> String {
        format!(
            "
            # sms/maintenance_window/mw-a.yaml
            kind: maintenance_window
            id: mw-a
            zone: Europe/Oslo{}",
            rest.replace('|', "\n            ")
        )
    }

    #[test]
    fn what_takes_a_service_down_alone_is_told_for_the_slas_that_do_not_agree() {
        let on = |items: &str, rest: &str, mark: &str| {
            let text = format!(
                "|status: active|recurs: [{{days: [tue], from: '17:00', to: '19:00'}}]{rest}|applies_to: [{items}]{mark}"
            );
            check(&MaintenanceInServiceHours, &format!("{}{REST}", window(&text)));
        };
        let both = "|#^^^^^^^^^^ 'mw-a' can take down 'svc-a' and 'svc-b' in service hours, first on Tuesday 2026-11-24 16:00 UTC, and 'sla-a' and 'sla-b' do not agree";
        on("ci-room", "", both);
        on("ci-app", "|aliases: [mw-old]", "|#^^^^^^^^^^ 'mw-a' can take down 'svc-b' in service hours");
        on("svc-a", "", "|#^^^^^^^^^^ and 'sla-a' does not agree");
        on("ci-x, ci-y, ci-mail, ci-gone", "", "");
        on("ci-room", "|supplier: sup-x", "");
    }

    #[test]
    fn edges_other_days_drafts_and_what_is_too_far_ahead_are_left_alone() {
        for rest in [
            "|status: active|recurs: [{days: [tue], from: '18:00', to: '19:00'}]",
            "|status: active|recurs: [{days: [wed], from: '10:00', to: '19:00'}]",
            "|status: draft|recurs: [{days: [tue], from: '10:00', to: '19:00'}]",
            "|status: active|dated: [{start: 2027-03-02T10:00:00Z, end: 2027-03-02T11:00:00Z}]",
            "|status: active|recurs: [{days: [tue], from: '10:00', to: '19:00'}]|valid_to: 2026-11-22",
        ] {
            check(&MaintenanceInServiceHours, &format!("{}{REST}", window(&format!("{rest}|applies_to: [ci-room]"))));
        }
    }
}
