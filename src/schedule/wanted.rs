//! Which part of a schedule somebody wants to see.

use std::collections::BTreeSet;

use super::{Ground, Happening, Sort};
use crate::base::suggest::nearest;
use crate::base::text::one;
use crate::graph::{Graph, NodeKind, State};
use crate::model::maintenance_window::MaintenanceWindow;
use crate::model::service::Service;
use crate::model::{Ix, Record};

/// Services, items, agreements and suppliers; and teams, roles, people and customers, for what is theirs.
#[derive(Debug, Default)]
pub struct Wanted<'i> {
    nodes: BTreeSet<&'i str>,
    owners: BTreeSet<&'i str>,
    customers: BTreeSet<&'i str>,
    /// The nodes and those of the owners, with all that they need.
    needs: BTreeSet<&'i str>,
}

impl<'i> Wanted<'i> {
    /// What these ids, some of them perhaps former ones, stand for.
    ///
    /// # Errors
    /// Says which id is no record, or is a record of a kind that nothing in a calendar touches.
    pub fn new(ground: Ground<'i>, ids: &[String]) -> Result<Self, String> {
        let mut wanted = Self::default();
        for id in ids {
            let Some(ix) = ground.sms.find(id) else {
                let near = nearest(id, ground.sms.records().map(|(_, record)| record.id.as_str()));
                let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                return Err(format!("there is no '{id}'{near}"));
            };
            let record = ground.sms.record(ix);
            let id = record.id.as_str();
            match record.kind.name.as_str() {
                "team" | "person" | "role" => wanted.owners.insert(id),
                "customer" => wanted.customers.insert(id),
                _ if ground.graph.node(id).is_some() => wanted.nodes.insert(id),
                kind => {
                    let what = "services, items, agreements, suppliers, teams, roles, people and customers";
                    return Err(format!("'{id}' is {}; a calendar can be had for {what}", one(kind)));
                }
            };
        }
        let theirs = |service: &Service<'_>| {
            service.customers().iter().any(|one| wanted.customers.contains(ground.sms.id_now(one.id)))
        };
        let services: Vec<&str> =
            ground.sms.all::<Service<'i>>().filter(theirs).map(|service| service.0.record.id.as_str()).collect();
        wanted.nodes.extend(services);
        let is_owned = |(_, record): &(Ix, &Record<'_>)| {
            record.text("owner").is_some_and(|owner| wanted.owners.contains(ground.sms.id_now(owner)))
        };
        let owned = ground.sms.records().filter(is_owned).map(|(_, record)| record.id.as_str());
        let nodes = owned.filter(|id| ground.graph.node(id).is_some()).chain(wanted.nodes.iter().copied());
        let nodes: Vec<&str> = nodes.collect();
        wanted.needs = ground.graph.needs(nodes, State::Degraded, usize::MAX);
        Ok(wanted)
    }

    /// The services among it.
    #[must_use]
    pub fn services(&self, graph: &Graph) -> BTreeSet<&'i str> {
        let is_service = |id: &&str| graph.node(id).is_some_and(|node| node.kind == NodeKind::Service);
        self.nodes.iter().copied().filter(is_service).collect()
    }

    /// Whether a happening touches what is wanted.
    #[must_use]
    pub fn takes(&self, ground: Ground<'_>, happening: &Happening<'_>) -> bool {
        let owned = |id: &str| {
            let record = ground.sms.find(id).map(|ix| ground.sms.record(ix));
            let owner = record.and_then(|record| record.text("owner"));
            owner.is_some_and(|owner| self.owners.contains(ground.sms.id_now(owner)))
        };
        let agreed = || {
            let ix = ground.sms.find(happening.record.id.as_str());
            let window = ix.and_then(|ix| ground.sms.view::<MaintenanceWindow<'_>>(ix));
            let with = window.map(MaintenanceWindow::agreed_with).unwrap_or_default();
            with.iter().any(|customer| self.customers.contains(ground.sms.id_now(customer.id)))
        };
        // Whoever freezes what a thing needs freezes work for that thing.
        let frozen = || happening.sort == Sort::Freeze && !happening.about.is_disjoint(&self.needs);
        happening.everything
            || frozen()
            || happening.about.iter().any(|id| self.nodes.contains(id))
            || owned(happening.record.id.as_str())
            || happening.touches.iter().any(|id| owned(id))
            || agreed()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{ITEMS, schedule};
    use super::*;

    const TEXT: &str = "
            == customer cus-a active
            == team team-x active
            == policy pol-a in_force
            == service svc-c live
            customers: [cus-a]
            relations: [ci-db]
            == change chg-db requested
            affects: [ci-db]
            planned: {start: 2026-12-01T20:00:00Z, end: 2026-12-01T21:00:00Z}
            == change chg-x requested
            affects: [ci-x]
            planned: {start: 2026-12-01T20:30:00Z, end: 2026-12-01T21:00:00Z}
            == change chg-team requested
            owner: team-x
            planned: {start: 2026-12-01T20:00:00Z, end: 2026-12-01T21:00:00Z}
            == maintenance_window mw-a active
            zone: Europe/Oslo
            agreed_with: [cus-a]
            dated: [{start: 2026-12-01T20:00:00Z, end: 2026-12-01T21:00:00Z}]
            == freeze frz-a agreed
            window: {start: 2026-12-20T00:00:00Z, end: 2026-12-24T00:00:00Z}";

    fn only(ids: &[&str]) -> Result<String, String> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        schedule(&format!("{ITEMS}{TEXT}"), |ground, schedule| {
            let wanted = Wanted::new(ground, &ids)?;
            let kept = schedule.only(ground, &wanted).happenings;
            Ok(kept.iter().map(|it| it.record.id.as_str()).collect::<Vec<_>>().join(" "))
        })
    }

    #[test]
    fn what_touches_a_service_over_any_number_of_steps_is_its_matter() {
        assert_eq!(only(&["svc-a"]).unwrap(), "chg-db frz-a", "a freeze of everything is everybody's");
        assert_eq!(only(&["ci-x"]).unwrap(), "chg-x frz-a");
        assert_eq!(only(&["svc-b"]).unwrap(), "frz-a", "one host is hidden by the other one");
    }

    #[test]
    fn a_freeze_concerns_whoever_needs_what_is_frozen() {
        let frozen = |ids: &[&str]| {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let text = "
            == team team-x active
            == freeze frz-db agreed
            scope: {cis: [ci-db]}
            window: {start: 2026-12-20T00:00:00Z, end: 2026-12-24T00:00:00Z}
            == freeze frz-b agreed
            scope: {services: [svc-b]}
            window: {start: 2026-12-20T00:00:00Z, end: 2026-12-24T00:00:00Z}";
            schedule(&format!("{ITEMS}{text}"), |ground, schedule| {
                let wanted = Wanted::new(ground, &ids).unwrap();
                let kept = schedule.only(ground, &wanted).happenings;
                kept.iter().map(|it| it.record.id.as_str()).collect::<Vec<_>>().join(" ")
            })
        };
        assert_eq!(frozen(&["svc-a"]), "frz-db", "it stands on the database");
        assert_eq!(frozen(&["ci-db"]), "frz-db");
        assert_eq!(frozen(&["ci-x"]), "frz-b");
        assert_eq!(frozen(&["team-x"]), "frz-b", "which needs an item of the team");
    }

    #[test]
    fn teams_see_what_they_own_and_customers_what_touches_their_services() {
        assert_eq!(only(&["team-x"]).unwrap(), "chg-team chg-x frz-a");
        assert_eq!(only(&["cus-a"]).unwrap(), "chg-db frz-a mw-a");
        assert_eq!(only(&["cus-a", "team-x"]).unwrap(), "chg-db chg-team chg-x frz-a mw-a");
    }

    #[test]
    fn what_is_not_there_or_not_in_a_calendar_is_refused() {
        assert_eq!(only(&["svc-aa"]).unwrap_err(), "there is no 'svc-aa'; did you mean `svc-a`?");
        let complaint = only(&["pol-a"]).unwrap_err();
        assert!(complaint.starts_with("'pol-a' is a policy; a calendar can be had for services, items"), "{complaint}");
    }
}
