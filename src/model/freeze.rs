//! Freezes: stretches of time in which nothing is changed (8.5.1).

use jiff::Timestamp;

use super::change::{Change, Window};
use super::service::Service;
use super::sms::Sms;
use super::view::Ref;
use super::words::{ChangeKind, CiKind, CiTypeKind, CustomerKind, ServiceKind};
use crate::base::date::When;

words! {
    /// Status of a freeze.
    FreezeStatus {
        /// Being written.
        Draft = "draft",
        /// Agreed.
        Agreed = "agreed",
        /// Over.
        Ended = "ended",
        /// Lifted before its end.
        Lifted = "lifted",
    }
}

view! {
    /// A freeze.
    Freeze<'a> of "freeze" at "" {
        /// Status.
        status: Option<FreezeStatus>,
        /// From when to when.
        window: Option<Window<'a>>,
        /// What is frozen; everything, when it is left out.
        scope: Option<FreezeScope<'a>>,
        /// Categories of change that may pass.
        allows: Vec<&'a str>,
        /// Changes that may pass.
        exceptions: Vec<Exception<'a>>,
        /// When it was lifted.
        lifted_at: Option<When>,
    }
}

impl<'a> Freeze<'a> {
    /// The services and items that its scope names, by id, without what they need; none when everything is frozen.
    #[must_use]
    pub fn named(self, sms: &'a Sms<'_>) -> Option<Vec<&'a str>> {
        let scope = self.scope()?;
        let id = |id: &str| sms.find(id).map(|ix| sms.record(ix).id.as_str());
        let mut named: Vec<&str> = scope.services().iter().filter_map(|service| id(service.id)).collect();
        named.extend(scope.cis().iter().filter_map(|ci| id(ci.id)));
        let types: Vec<&str> = scope.ci_types().iter().filter_map(|of| id(of.id)).collect();
        let of_type = |ci: &&super::Record<'_>| ci.text("ci_type").and_then(id).is_some_and(|of| types.contains(&of));
        named.extend(sms.of_kind("ci").map(|(_, ci)| ci).filter(of_type).map(|ci| ci.id.as_str()));
        let customers: Vec<&str> = scope.customers().iter().filter_map(|customer| id(customer.id)).collect();
        let uses = |service: &Service<'_>| {
            service.customers().iter().any(|one| id(one.id).is_some_and(|one| customers.contains(&one)))
        };
        named.extend(sms.all::<Service<'_>>().filter(uses).map(|service| service.0.record.id.as_str()));
        Some(named)
    }

    /// Whether a change may pass, by its category or because it is named with a reason.
    #[must_use]
    pub fn lets_pass(self, sms: &Sms<'_>, change: Change<'_>) -> bool {
        let itself = sms.find(change.0.record.id.as_str());
        let by_name = |exception: &Exception<'_>| {
            exception.reason().is_some() && exception.change().is_some_and(|named| sms.find(named.id) == itself)
        };
        change.category().is_some_and(|word| self.allows().contains(&word)) || self.exceptions().iter().any(by_name)
    }

    /// The time in which it held or holds, when it was ever agreed.
    #[must_use]
    pub fn bounds(self) -> Option<(Timestamp, Timestamp)> {
        let (start, end) = self.window()?.bounds()?;
        let held = match (self.status()?, self.lifted_at()) {
            (FreezeStatus::Agreed | FreezeStatus::Ended, _) => (start, end),
            (FreezeStatus::Lifted, Some(When::Instant(lifted))) => (start, end.min(lifted)),
            (FreezeStatus::Draft | FreezeStatus::Lifted, _) => return None,
        };
        // One that was lifted before it began never held.
        Some(held).filter(|(start, end)| start < end)
    }
}

view! {
    /// What is frozen.
    FreezeScope<'a> of "freeze" at "/scope" {
        /// Services, with all that they need.
        services: Vec<Ref<'a, ServiceKind>>,
        /// Items, with all that they need.
        cis: Vec<Ref<'a, CiKind>>,
        /// All items of these types.
        ci_types: Vec<Ref<'a, CiTypeKind>>,
        /// All services of these customers.
        customers: Vec<Ref<'a, CustomerKind>>,
    }
}

view! {
    /// A change that may pass a freeze.
    Exception<'a> of "freeze" at "/exceptions/*" {
        /// The change.
        change: Option<Ref<'a, ChangeKind>>,
        /// Why it cannot wait.
        reason: Option<&'a str>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::with;

    const FILES: [(&str, &str); 6] = [
        ("sms/service/svc-a.yaml", "{kind: service, id: svc-a, customers: [cus-old], aliases: [svc-old]}"),
        ("sms/service/svc-b.yaml", "{kind: service, id: svc-b, customers: [cus-b]}"),
        ("sms/ci/ci-a.yaml", "{kind: ci, id: ci-a, ci_type: router}"),
        ("sms/ci/ci-b.yaml", "{kind: ci, id: ci-b, ci_type: host}"),
        ("sms/ci_type/router.yaml", "{kind: ci_type, id: router}"),
        ("sms/customer/cus-a.yaml", "{kind: customer, id: cus-a, aliases: [cus-old]}"),
    ];

    fn named(scope: &str) -> Option<String> {
        let text = format!("{{kind: freeze, id: frz, status: agreed{scope}}}");
        let mut files = FILES.to_vec();
        files.push(("sms/freeze/frz.yaml", &text));
        with(&files, |sms| Some(sms.all::<Freeze<'_>>().next()?.named(sms)?.join(" ")))
    }

    #[test]
    fn a_scope_names_services_items_and_those_of_types_and_customers() {
        assert_eq!(named(""), None, "everything");
        assert_eq!(named(", scope: {services: [svc-old, svc-gone], cis: [ci-b]}").as_deref(), Some("svc-a ci-b"));
        assert_eq!(named(", scope: {ci_types: [router]}").as_deref(), Some("ci-a"));
        assert_eq!(named(", scope: {customers: [cus-a]}").as_deref(), Some("svc-a"), "also by a former id");
        assert_eq!(named(", scope: {customers: [cus-none]}").as_deref(), Some(""));
    }

    #[test]
    fn a_change_passes_by_category_or_by_a_reason() {
        let passes = |change: &str, freeze: &str| {
            let change = format!("{{kind: change, id: chg-a, aliases: [chg-old]{change}}}");
            let freeze = format!("{{kind: freeze, id: frz{freeze}}}");
            let files = [("sms/change/chg-a.yaml", change.as_str()), ("sms/freeze/frz.yaml", freeze.as_str())];
            with(&files, |sms| {
                let change = sms.all::<Change<'_>>().next().unwrap();
                sms.all::<Freeze<'_>>().next().unwrap().lets_pass(sms, change)
            })
        };
        assert!(passes(", category: emergency", ", allows: [standard, emergency]"));
        assert!(!passes(", category: normal", ", allows: [emergency]") && !passes("", ", allows: [emergency]"));
        assert!(passes("", ", exceptions: [{change: chg-old, reason: Needed}]"));
        assert!(!passes("", ", exceptions: [{change: chg-a}]"), "a reason must be given");
        assert!(!passes("", ", exceptions: [{change: chg-b, reason: Needed}]"));
    }

    #[test]
    fn only_a_freeze_that_was_agreed_holds_and_no_longer_than_until_it_was_lifted() {
        let hours = |rest: &str| {
            let text = format!(
                "{{kind: freeze, id: frz, window: {{start: 2026-12-01T00:00:00Z, end: 2026-12-02T00:00:00Z}}, {rest}}}"
            );
            with(&[("sms/freeze/frz.yaml", &text)], |sms| {
                let (start, end) = sms.all::<Freeze<'_>>().next()?.bounds()?;
                Some(end.duration_since(start).as_hours())
            })
        };
        assert_eq!(
            [hours("status: agreed"), hours("status: ended"), hours("status: draft")],
            [Some(24), Some(24), None]
        );
        assert_eq!(hours("status: lifted, lifted_at: 2026-12-01T06:00:00Z"), Some(6));
        assert_eq!(hours("status: lifted"), None);
        assert_eq!(hours("status: lifted, lifted_at: 2026-11-30T06:00:00Z"), None, "before it began");
        assert_eq!(hours("status: lifted, lifted_at: 2026-12-01T00:00:00Z"), None, "at its first moment");
    }
}
