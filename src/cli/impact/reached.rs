//! Whom a failure reaches beyond the graph: SLAs, customers, and who can help.

use std::collections::BTreeSet;

use crate::cli::promised::promised;
use crate::graph::{Graph, Impact, Node, NodeKind};
use crate::model::Sms;

/// What the failure reaches beyond nodes, each by id.
pub(super) struct Reached {
    pub(super) services: Vec<String>,
    pub(super) slas: Vec<String>,
    pub(super) customers: Vec<String>,
    /// Who delivers what fails, or is hit as well.
    pub(super) suppliers: Vec<String>,
}

impl Reached {
    pub(super) fn new(sms: &Sms<'_>, graph: &Graph, impact: &Impact<'_>) -> Self {
        let hit = impact.affected.iter().map(|affected| affected.node).chain(impact.seeds.iter().copied());
        let hit: BTreeSet<&Node> = hit.collect();
        let of = |kind: NodeKind| hit.iter().filter(move |node| node.kind == kind).map(|node| node.id.to_string());
        let services: BTreeSet<String> = of(NodeKind::Service).collect();
        let promised = promised(sms);
        let (mut slas, mut customers) = (BTreeSet::new(), BTreeSet::new());
        for of in services.iter().filter_map(|service| promised.get(service.as_str())) {
            slas.extend(of.slas.iter().map(|sla| (*sla).to_owned()));
            customers.extend(of.customers.iter().map(|customer| (*customer).to_owned()));
        }
        let mut suppliers: BTreeSet<String> = of(NodeKind::Supplier).collect();
        for seed in &impact.seeds {
            suppliers.extend(suppliers_of(graph, seed));
        }
        Self {
            services: services.into_iter().collect(),
            slas: slas.into_iter().collect(),
            customers: customers.into_iter().collect(),
            suppliers: suppliers.into_iter().collect(),
        }
    }
}

/// The suppliers behind a node, directly or through a contract or OLA.
fn suppliers_of(graph: &Graph, node: &Node) -> Vec<String> {
    let mut found = Vec::new();
    for link in graph.relies_on(node.id.as_str()) {
        match link.node.kind {
            NodeKind::Supplier => found.push(link.node.id.to_string()),
            NodeKind::Contract | NodeKind::Ola => {
                let behind = graph.relies_on(link.node.id.as_str()).map(|link| link.node);
                found.extend(behind.filter(|node| node.kind == NodeKind::Supplier).map(|node| node.id.to_string()));
            }
            NodeKind::Service | NodeKind::Ci | NodeKind::Unknown => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    const TEXT: &str = "
        == service svc-a
        customers: [cus-x]
        relations: [ci-b, ola-d]
        == ci ci-b
        aliases: [ci-old]
        relations: [ctr-c]
        == contract ctr-c
        supplier: sup-e
        == ola ola-d
        provider: sup-f
        == supplier sup-e
        == supplier sup-f
        == ci ci-lone
        == audit aud-1
        == sla sla-1
        service: svc-a
        customer: cus-y
        == sla sla-2
        service: svc-other
        customer: cus-z
        == customer cus-x
        == customer cus-y";

    fn reached(seeds: &[&str]) -> [String; 4] {
        records(TEXT, |sms| {
            let graph = Graph::build(sms);
            let impact = graph.impact(seeds.iter().copied());
            let reached = Reached::new(sms, &graph, &impact);
            [reached.services, reached.slas, reached.customers, reached.suppliers].map(|ids| ids.join(" "))
        })
    }

    #[test]
    fn customers_come_from_the_services_and_their_slas() {
        assert_eq!(reached(&["ci-b"]), ["svc-a", "sla-1", "cus-x cus-y", "sup-e"]);
        assert_eq!(
            reached(&["svc-a"]),
            ["svc-a", "sla-1", "cus-x cus-y", "sup-f"],
            "a service that fails is reached itself"
        );
        assert_eq!(reached(&["ci-lone"]), ["", "", "", ""]);
        assert_eq!(reached(&["sup-e"])[3], "sup-e", "a supplier that fails is the one to call");
    }

    #[test]
    fn slas_that_are_over_promise_nothing() {
        for (status, counts) in [("in_force", true), ("draft", true), ("expired", false), ("terminated", false)] {
            let sla = format!("kind: sla\nid: sla-1\nstatus: {status}\nservice: svc-a\ncustomer: cus-x\n");
            let files =
                [("sms/service/svc-a.yaml", "kind: service\nid: svc-a\n"), ("sms/sla/sla-1.yaml", sla.as_str())];
            crate::model::fixture::with(&files, |sms| {
                let graph = Graph::build(sms);
                let reached = Reached::new(sms, &graph, &graph.impact(["svc-a"]));
                assert_eq!((reached.slas.len() == 1, reached.customers.len() == 1), (counts, counts), "{status}");
            });
        }
    }
}
