//! `gitsm impact`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::table::{plain, table};
use super::{Context, Exit};
use crate::base::suggest::nearest;
use crate::base::text::one;
use crate::graph::{Affected, Graph, Impact, Node, NodeKind, State};
use crate::model::Sms;
use crate::model::service::Service;
use crate::model::sla::{Sla, SlaStatus};

/// Arguments of `impact`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What fails: services, configuration items, contracts, OLAs or suppliers; several fail together. Without any, the
    /// single points of failure are told, and what redundancy groups share
    ids: Vec<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// In words and tables
    Human,
    /// One JSON value
    Json,
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    if arguments.ids.is_empty() {
        return super::points::run(cx, matches!(arguments.format, Format::Json));
    }
    cx.with_sms(|cx, sms| {
        cx.progress.stage("following the failure");
        let graph = Graph::build(sms);
        let ids = resolve(sms, &graph, &arguments.ids)?;
        let impact = graph.impact(ids.iter().map(String::as_str));
        let reached = Reached::new(sms, &graph, &impact);
        match arguments.format {
            Format::Json => cx.json(&to_json(sms, &impact, &reached))?,
            Format::Human => {
                let text = to_text(sms, &impact, &reached);
                cx.text(&text)?;
                if let Some(service) = reached.services.first() {
                    cx.next(&format!("`gitsm show {service}`, or `gitsm graph {}` for a picture", ids.join(" ")))?;
                }
            }
        }
        Ok(Exit::Clean)
    })
}

/// Ids as asked to ids of nodes; former ids count.
pub(super) fn resolve(sms: &Sms<'_>, graph: &Graph, ids: &[String]) -> anyhow::Result<Vec<String>> {
    let known = |id: &String| {
        let current = sms.find(id).map_or_else(|| id.clone(), |ix| sms.record(ix).id.to_string());
        if graph.node(&current).is_some() {
            return Ok(current);
        }
        if let Some(ix) = sms.find(id) {
            anyhow::bail!(
                "'{id}' is {}, which is no part of the graph of services and what they need",
                one(&sms.record(ix).kind.name)
            );
        }
        match nearest(id, graph.nodes().map(|node| node.id.as_str())) {
            Some(near) => anyhow::bail!("there is no '{id}'; did you mean `{near}`?"),
            None => anyhow::bail!("there is no '{id}'; `gitsm list ci` and `gitsm list service` tell what there is"),
        }
    };
    ids.iter().map(known).collect()
}

/// What the failure reaches beyond nodes, each by id.
struct Reached {
    services: Vec<String>,
    slas: Vec<String>,
    customers: Vec<String>,
    /// Who delivers what fails, or is hit as well.
    suppliers: Vec<String>,
}

impl Reached {
    fn new(sms: &Sms<'_>, graph: &Graph, impact: &Impact<'_>) -> Self {
        let hit = impact.affected.iter().map(|affected| affected.node).chain(impact.seeds.iter().copied());
        let hit: BTreeSet<&Node> = hit.collect();
        let of = |kind: NodeKind| hit.iter().filter(move |node| node.kind == kind).map(|node| node.id.to_string());
        let services: BTreeSet<String> = of(NodeKind::Service).collect();
        let mut customers = BTreeSet::new();
        for service in sms.all::<Service<'_>>().filter(|service| services.contains(service.0.record.id.as_str())) {
            customers.extend(service.customers().iter().map(|customer| customer.id.to_owned()));
        }
        let over = |sla: &Sla<'_>| matches!(sla.status(), Some(SlaStatus::Expired | SlaStatus::Terminated));
        let promised = sms.all::<Sla<'_>>().filter(|sla| !over(sla));
        let promised = promised.filter(|sla| sla.service().is_some_and(|service| services.contains(service.id)));
        let mut slas = Vec::new();
        for sla in promised {
            slas.push(sla.0.record.id.to_string());
            customers.extend(sla.customer().map(|customer| customer.id.to_owned()));
        }
        let mut suppliers: BTreeSet<String> = of(NodeKind::Supplier).collect();
        for seed in &impact.seeds {
            suppliers.extend(suppliers_of(graph, seed));
        }
        Self {
            services: services.into_iter().collect(),
            slas,
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

fn title<'s>(sms: &'s Sms<'_>, node: &'s Node) -> &'s str {
    node.record.map_or("(no such record)", |ix| sms.record(ix).title())
}

fn to_json(sms: &Sms<'_>, impact: &Impact<'_>, reached: &Reached) -> Value {
    let nodes: Vec<Value> = impact
        .affected
        .iter()
        .map(|affected| {
            json!({
                "id": affected.node.id,
                "kind": affected.node.kind.word(),
                "title": title(sms, affected.node),
                "state": affected.state,
                "hops": affected.hops,
                "via": affected.via.iter().map(|node| &node.id).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "commit": sms.snapshot.origin.commit(),
        "as_of": sms.snapshot.as_of.to_string(),
        "seeds": impact.seeds.iter().map(|node| &node.id).collect::<Vec<_>>(),
        "nodes": nodes,
        "services": reached.services,
        "slas": reached.slas,
        "customers": reached.customers,
        "suppliers": reached.suppliers,
    })
}

fn to_text(sms: &Sms<'_>, impact: &Impact<'_>, reached: &Reached) -> String {
    let seeds: Vec<String> =
        impact.seeds.iter().map(|node| plain(&format!("{} ({})", title(sms, node), node.id))).collect();
    let mut out = format!("If {} {} down:\n\n", seeds.join(" and "), if seeds.len() == 1 { "is" } else { "are" });
    if impact.affected.is_empty() {
        out.push_str("nothing else feels it.\n");
        return out;
    }
    let mut rows = vec![["state", "kind", "id", "title", "steps", "over"].map(str::to_owned).to_vec()];
    for Affected { node, state, hops, via } in &impact.affected {
        let via = via.iter().map(|node| node.id.as_str()).collect::<Vec<_>>().join(", ");
        let title = title(sms, node).to_owned();
        rows.push(vec![
            state.to_string(),
            node.kind.word().to_owned(),
            node.id.to_string(),
            title,
            hops.to_string(),
            via,
        ]);
    }
    out.push_str(&table(&rows));
    let count = |state: State| impact.affected.iter().filter(|affected| affected.state == state).count();
    let counts = [State::Down, State::Degraded, State::AtRisk].map(|state| format!("{} {state}", count(state)));
    let _ = writeln!(out, "\n{}", counts.join(", "));
    for (what, ids) in [
        ("Services", &reached.services),
        ("SLAs", &reached.slas),
        ("Customers", &reached.customers),
        ("Suppliers to call", &reached.suppliers),
    ] {
        if !ids.is_empty() {
            let _ = writeln!(out, "{what}: {}", plain(&ids.join(", ")));
        }
    }
    out
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

    #[test]
    fn ids_asked_for_may_be_former_ones() {
        records(TEXT, |sms| {
            let graph = Graph::build(sms);
            let resolve = |id: &str| resolve(sms, &graph, &[id.to_owned()]).map_err(|error| error.to_string());
            assert_eq!(resolve("ci-old").unwrap(), ["ci-b"]);
            assert_eq!(
                resolve("svc-other").unwrap_err(),
                "there is no 'svc-other'; `gitsm list ci` and `gitsm list service` tell what there is"
            );
            assert_eq!(resolve("ci-lon").unwrap_err(), "there is no 'ci-lon'; did you mean `ci-lone`?");
            let no_node = "'aud-1' is an audit, which is no part of the graph of services and what they need";
            assert_eq!(resolve("aud-1").unwrap_err(), no_node);
        });
    }

    fn text(seeds: &[&str], files: &[(&str, &str)]) -> String {
        crate::model::fixture::with(files, |sms| {
            let graph = Graph::build(sms);
            let impact = graph.impact(seeds.iter().copied());
            to_text(sms, &impact, &Reached::new(sms, &graph, &impact))
        })
    }

    #[test]
    fn a_failure_is_told_in_words_and_a_table() {
        let files = [
            ("sms/service/svc-a.yaml", "kind: service\nid: svc-a\ntitle: Mail\nrelations: [ci-b]\n"),
            ("sms/ci/ci-b.yaml", "kind: ci\nid: ci-b\ntitle: Box\n"),
        ];
        let expected = "If Box (ci-b) is down:\n\n\
                        state  kind     id     title  steps  over\n\
                        down   service  svc-a  Mail   1      ci-b\n\n\
                        1 down, 0 degraded, 0 at risk\nServices: svc-a\n";
        assert_eq!(text(&["ci-b"], &files), expected);
        assert_eq!(text(&["svc-a"], &files), "If Mail (svc-a) is down:\n\nnothing else feels it.\n");
        assert!(text(&["ci-b", "svc-a"], &files).starts_with("If Box (ci-b) and Mail (svc-a) are down:\n"));
    }

    #[test]
    fn titles_do_not_steer_the_terminal() {
        let files = [("sms/ci/ci-b.yaml", "kind: ci\nid: \"ci-b\\e\"\ntitle: \"\\e[31mBox\\n\\u202e\"\n")];
        let told = text(&["ci-b\u{1b}"], &files);
        assert_eq!(told, "If  [31mBox   (ci-b ) is down:\n\nnothing else feels it.\n");
    }
}
