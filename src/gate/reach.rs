//! What a change reaches over the graph.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::diff::Side;
use crate::graph::{NodeKind, State};
use crate::model::service::Service;
use crate::model::sla::Sla;
use crate::model::words::Criticality;

/// What feels it when everything that a change affects fails at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reach {
    /// Everything affected, by its id of now.
    pub affected: BTreeSet<String>,
    /// The services that feel it, how hard, and how critical they are.
    pub services: BTreeMap<String, (State, Option<Criticality>)>,
    /// Customers with an agreement about a service that goes down or is degraded.
    pub customers: BTreeSet<String>,
    /// Those agreements.
    pub slas: BTreeSet<String>,
    /// Suppliers, contracts and items that feel it, how hard.
    pub others: BTreeMap<String, State>,
}

impl Reach {
    /// What feels the failure of `affected` in one state of the records.
    #[must_use]
    pub(super) fn new(side: Side<'_>, affected: &BTreeSet<String>) -> Self {
        let sms = side.sms;
        let affected: BTreeSet<String> = affected.iter().map(|id| sms.id_now(id).to_owned()).collect();
        let mut it = Self { affected: affected.clone(), ..Self::default() };
        let impact = side.graph.impact(affected.iter().map(String::as_str));
        let seeds = impact.seeds.iter().map(|node| (*node, State::Down));
        for (node, state) in seeds.chain(impact.affected.iter().map(|felt| (felt.node, felt.state))) {
            let id = node.id.to_string();
            if node.kind == NodeKind::Service {
                let service = sms.find(&id).and_then(|ix| sms.view::<Service<'_>>(ix));
                it.services.insert(id, (state, service.and_then(Service::criticality)));
            } else {
                it.others.insert(id, state);
            }
        }
        let day = sms.snapshot.as_of.day();
        for sla in sms.all::<Sla<'_>>().filter(|sla| sla.is_in_force(day)) {
            let hit = |id: &str| it.services.get(sms.id_now(id)).is_some_and(|(state, _)| *state >= State::Degraded);
            if sla.service().is_some_and(|service| hit(service.id)) {
                it.slas.insert(sla.0.record.id.to_string());
                it.customers.extend(sla.customer().map(|customer| sms.id_now(customer.id).to_owned()));
            }
        }
        it
    }

    /// What is felt in either of two states of the records, each at its worst.
    #[must_use]
    pub(super) fn or(mut self, other: Self) -> Self {
        for (id, (state, criticality)) in other.services {
            let known = self.services.entry(id).or_insert((state, criticality));
            *known = (known.0.max(state), known.1.max(criticality));
        }
        for (id, state) in other.others {
            let known = self.others.entry(id).or_insert(state);
            *known = (*known).max(state);
        }
        self.affected.extend(other.affected);
        self.customers.extend(other.customers);
        self.slas.extend(other.slas);
        self
    }

    /// The services that go down or are degraded, by id.
    pub(super) fn felt(&self) -> impl Iterator<Item = (&str, State, Option<Criticality>)> {
        let felt = self.services.iter().filter(|(_, (state, _))| *state >= State::Degraded);
        felt.map(|(id, (state, criticality))| (id.as_str(), *state, *criticality))
    }

    /// The highest criticality of a service that feels it.
    #[cfg(test)]
    fn criticality(&self) -> Option<Criticality> {
        self.felt().filter_map(|(.., criticality)| criticality).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Graph;
    use crate::model::fixture::records;

    const TEXT: &str = "
        == service svc-a
        criticality: vital
        relations: [{type: runs_on, to: ci-a}, {type: runs_on, to: ci-b}]
        redundancy: [{of: runs_on, min_up: 1}]
        == service svc-b
        criticality: low
        relations: [{type: depends_on, to: ci-a}]
        == ci ci-a
        aliases: [ci-old]
        == ci ci-b
        == sla sla-b
        status: in_force
        service: svc-b
        customer: cus-b
        == customer cus-b
    ";

    fn reach(affected: &[&str]) -> Reach {
        records(TEXT, |sms| {
            let graph = Graph::build(sms);
            Reach::new(Side { sms, graph: &graph }, &affected.iter().map(|id| (*id).to_owned()).collect())
        })
    }

    #[test]
    fn services_customers_and_agreements_are_reached_over_the_graph() {
        let it = reach(&["ci-old"]);
        let services: Vec<_> = it.services.iter().map(|(id, (state, _))| format!("{id} {}", state.word())).collect();
        assert_eq!(services, ["svc-a at_risk", "svc-b down"]);
        assert_eq!(it.affected.iter().collect::<Vec<_>>(), ["ci-a"], "by its id of now");
        assert_eq!((it.customers.len(), it.slas.len()), (1, 1));
        assert_eq!(it.criticality(), Some(Criticality::Low), "a service that loses only its spare feels nothing");
        assert_eq!(reach(&["ci-a", "ci-b"]).criticality(), Some(Criticality::Vital));
        assert_eq!(reach(&["svc-a"]).criticality(), Some(Criticality::Vital), "also what is affected itself");
    }

    #[test]
    fn two_states_together_are_as_bad_as_the_worse() {
        let both = reach(&["ci-a"]).or(reach(&["ci-b", "ci-a"]));
        assert_eq!(both.services["svc-a"].0, State::Down);
        assert_eq!(both, reach(&["ci-a", "ci-b"]).or(reach(&["ci-a"])));
    }
}
