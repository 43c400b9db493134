//! `gitsm impact` without ids: what would hurt most.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::promised::promised;
use super::table::table;
use super::{Context, Exit};
use crate::base::text::counted;
use crate::graph::{CommonCause, Graph, Node, NodeKind};
use crate::model::Sms;
use crate::model::service::Service;
use crate::model::words::Criticality;

/// People are shown so many of a list; programs all.
const SHOWN: usize = 20;

/// What can be a single point; a service is what fails, not why.
const KINDS: [NodeKind; 4] = [NodeKind::Ci, NodeKind::Contract, NodeKind::Ola, NodeKind::Supplier];

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, json: bool) -> anyhow::Result<Exit> {
    cx.with_sms(|cx, sms| {
        cx.progress.stage("failing everything once");
        let graph = Graph::build(sms);
        let points = points(sms, &graph);
        let in_use = |node: &Node| node.record.is_some_and(|ix| sms.is_in_use(ix));
        let mut causes = graph.common_causes(in_use);
        causes.retain(|cause| in_use(cause.node));
        if json {
            cx.json(&to_json(sms, &points, &causes))?;
        } else {
            let text = to_text(sms, &points, &causes);
            cx.text(&text)?;
            if let Some(first) = points.first() {
                cx.next(&format!("`gitsm impact {}` tells what else feels the first one", first.node.id))?;
            }
        }
        Ok(Exit::Clean)
    })
}

/// Something in use whose loss alone takes services in use down.
struct Point<'g> {
    node: &'g Node,
    services: Vec<(&'g Node, Option<Criticality>)>,
    slas: BTreeSet<&'g str>,
    customers: BTreeSet<&'g str>,
}

impl Point<'_> {
    fn highest(&self) -> Option<Criticality> {
        self.services.iter().filter_map(|(_, level)| *level).max()
    }

    /// How many services it takes down that are as critical as the most critical of them.
    fn count_of_highest(&self) -> usize {
        self.services.iter().filter(|(_, level)| *level == self.highest()).count()
    }
}

/// The single points of failure, the worst first: by the highest criticality that falls, how many services are of that,
/// how many fall at all, how many agreements and customers that breaks, and id.
fn points<'g>(sms: &'g Sms<'_>, graph: &'g Graph) -> Vec<Point<'g>> {
    let promised = promised(sms);
    let in_use = |node: &Node| node.record.is_some_and(|ix| sms.is_in_use(ix));
    let found = graph.single_points_among(&KINDS, |node| node.kind == NodeKind::Service && in_use(node));
    let found = found.into_iter().filter(|point| in_use(point.node));
    let mut points: Vec<Point<'_>> = found
        .map(|point| {
            let of = |service: &&Node| promised.get(service.id.as_str());
            let (mut slas, mut customers) = (BTreeSet::new(), BTreeSet::new());
            for of in point.takes_down.iter().filter_map(of) {
                slas.extend(&of.slas);
                customers.extend(&of.customers);
            }
            let level = |node: &Node| sms.view::<Service<'_>>(node.record?)?.criticality();
            let mut services: Vec<_> = point.takes_down.into_iter().map(|node| (node, level(node))).collect();
            services.sort_by_key(|(node, level)| (Reverse(*level), &node.id));
            Point { node: point.node, services, slas, customers }
        })
        .collect();
    points.sort_by_cached_key(|point| {
        let counts = (point.count_of_highest(), point.services.len(), point.slas.len(), point.customers.len());
        (Reverse((point.highest(), counts)), point.node.id.clone())
    });
    points
}

fn title<'s>(sms: &'s Sms<'_>, node: &Node) -> &'s str {
    node.record.map_or("(no such record)", |ix| sms.record(ix).title())
}

fn ids(nodes: &[&Node]) -> Vec<String> {
    nodes.iter().map(|node| node.id.to_string()).collect()
}

fn to_json(sms: &Sms<'_>, points: &[Point<'_>], causes: &[CommonCause<'_>]) -> Value {
    let word = |level: Option<Criticality>| level.map(Criticality::word);
    let point = |point: &Point<'_>| {
        let services = point.services.iter().map(|(node, level)| json!({"id": node.id, "criticality": word(*level)}));
        json!({
            "id": point.node.id,
            "kind": point.node.kind.word(),
            "title": title(sms, point.node),
            "criticality": word(point.highest()),
            "services": services.collect::<Vec<_>>(),
            "slas": point.slas,
            "customers": point.customers,
        })
    };
    let cause = |cause: &CommonCause<'_>| {
        json!({
            "holder": cause.holder.id,
            "group": cause.place,
            "members": ids(&cause.members),
            "id": cause.node.id,
            "kind": cause.node.kind.word(),
            "title": title(sms, cause.node),
            "takes_down": ids(&cause.lost),
        })
    };
    json!({
        "commit": sms.snapshot.origin.commit(),
        "as_of": sms.snapshot.as_of.to_string(),
        "single_points": points.iter().map(point).collect::<Vec<_>>(),
        "common_causes": causes.iter().map(cause).collect::<Vec<_>>(),
    })
}

/// The first of the rows below a head, and how many more there are.
fn cut(head: &[&str], rows: Vec<Vec<String>>) -> String {
    let more = rows.len().saturating_sub(SHOWN);
    let head = head.iter().map(|&cell| cell.to_owned()).collect();
    let shown: Vec<Vec<String>> = [head].into_iter().chain(rows.into_iter().take(SHOWN)).collect();
    let mut text = table(&shown);
    if more > 0 {
        let _ = writeln!(text, "and {more} more; --format json tells all");
    }
    text
}

fn to_text(sms: &Sms<'_>, points: &[Point<'_>], causes: &[CommonCause<'_>]) -> String {
    let mut out = match points.len() {
        0 => "Nothing takes a service down by its loss alone.\n".to_owned(),
        count => {
            format!("{}:\n\n", counted(count, "thing takes services down alone", "things take services down alone"))
        }
    };
    if !points.is_empty() {
        let row = |point: &Point<'_>| {
            let level = |(node, level): &(&Node, Option<Criticality>)| match level {
                Some(level) => format!("{} ({})", node.id, level.word()),
                None => node.id.to_string(),
            };
            let mut services: Vec<String> = point.services.iter().take(3).map(level).collect();
            services.extend((point.services.len() > 3).then(|| format!("{} more", point.services.len() - 3)));
            let count = |list: &BTreeSet<&str>| list.len().to_string();
            let (kind, id) = (point.node.kind.word().to_owned(), point.node.id.to_string());
            let counts = [point.services.len().to_string(), count(&point.slas), count(&point.customers)];
            let ends = [title(sms, point.node).to_owned(), services.join(", ")];
            [kind, id].into_iter().chain(counts).chain(ends).collect()
        };
        let head = ["kind", "id", "services", "SLAs", "customers", "title", "takes down"];
        out.push_str(&cut(&head, points.iter().map(row).collect()));
    }
    out.push_str(&told_causes(sms, causes));
    out
}

/// What groups share, each thing once: those under most groups first.
fn told_causes(sms: &Sms<'_>, causes: &[CommonCause<'_>]) -> String {
    let mut under: BTreeMap<&Node, Vec<&CommonCause<'_>>> = BTreeMap::new();
    for cause in causes {
        under.entry(cause.node).or_default().push(cause);
    }
    if under.is_empty() {
        return "\nNo redundancy group falls by one loss.\n".to_owned();
    }
    let mut under: Vec<_> = under.into_iter().collect();
    under.sort_by_key(|(node, causes)| (Reverse(causes.len()), &node.id));
    let row = |(node, causes): (&Node, Vec<&CommonCause<'_>>)| {
        let group = |cause: &&CommonCause<'_>| format!("{} ({})", cause.holder.id, ids(&cause.members).join(", "));
        let mut groups: Vec<String> = causes.iter().take(2).map(group).collect();
        groups.extend((causes.len() > 2).then(|| format!("{} more", causes.len() - 2)));
        let (kind, id) = (node.kind.word().to_owned(), node.id.to_string());
        vec![kind, id, causes.len().to_string(), title(sms, node).to_owned(), groups.join(", ")]
    };
    let words =
        counted(under.len(), "loss takes whole redundancy groups down", "losses take whole redundancy groups down");
    let head = ["kind", "id", "groups", "title", "takes down the group of"];
    format!("\n{words}:\n\n{}", cut(&head, under.into_iter().map(row).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::{records, with};

    const TEXT: &str = "
        == service svc-a
        criticality: vital
        customers: [cus-x]
        relations: [ci-one, ci-a, ci-b]
        redundancy: [{of: [ci-a, ci-b], min_up: 1}]
        == service svc-b
        criticality: high
        relations: [ci-one, ci-two]
        == service svc-c
        criticality: high
        relations: [ci-two, ci-lone]
        == ci ci-one
        == ci ci-two
        == ci ci-lone
        == ci ci-a
        relations: [{type: depends_on, to: ci-room}]
        == ci ci-b
        relations: [ci-room]
        == ci ci-room
        == sla sla-1
        service: svc-b
        customer: cus-y
        == sla sla-2
        service: svc-a
        customer: cus-old
        == customer cus-x
        aliases: [cus-old]
        == customer cus-y";

    /// Each single point: id, services, SLAs, customers.
    fn told(text: &str) -> Vec<String> {
        records(text, |sms| {
            let graph = Graph::build(sms);
            let join = |list: &BTreeSet<&str>| list.iter().copied().collect::<Vec<_>>().join(" ");
            let found = points(sms, &graph);
            let told = found.iter().map(|point| {
                let services: Vec<&str> = point.services.iter().map(|(node, _)| node.id.as_str()).collect();
                format!("{}: {}; {}; {}", point.node.id, services.join(" "), join(&point.slas), join(&point.customers))
            });
            told.collect()
        })
    }

    #[test]
    fn points_are_ranked_by_what_falls_and_count_what_was_promised() {
        assert_eq!(
            told(TEXT),
            [
                "ci-one: svc-a svc-b; sla-1 sla-2; cus-x cus-y",
                "ci-room: svc-a; sla-2; cus-x",
                "ci-two: svc-b svc-c; sla-1; cus-y",
                "ci-lone: svc-c; ; ",
            ]
        );
    }

    #[test]
    fn what_is_out_of_use_neither_falls_nor_fells() {
        let files = [
            ("sms/service/svc-a.yaml", "{kind: service, id: svc-a, status: live, relations: [ci-a, ci-old]}"),
            ("sms/service/svc-b.yaml", "{kind: service, id: svc-b, status: retired, relations: [ci-a, ci-b]}"),
            ("sms/ci/ci-a.yaml", "{kind: ci, id: ci-a, status: live}"),
            ("sms/ci/ci-b.yaml", "{kind: ci, id: ci-b, status: live}"),
            ("sms/ci/ci-old.yaml", "{kind: ci, id: ci-old, status: retired}"),
        ];
        with(&files, |sms| {
            let graph = Graph::build(sms);
            let found = points(sms, &graph);
            let told: Vec<_> = found.iter().map(|point| (point.node.id.as_str(), point.services.len())).collect();
            assert_eq!(told, [("ci-a", 1)]);
        });
    }

    #[test]
    fn people_get_tables_and_programs_get_everything() {
        records(TEXT, |sms| {
            let graph = Graph::build(sms);
            let (points, causes) = (points(sms, &graph), graph.common_causes(|_| true));
            let text = to_text(sms, &points, &causes);
            let expected = "4 things take services down alone:\n\n\
                kind  id       services  SLAs  customers  title        takes down\n\
                ci    ci-one   2         2     2          The ci-one   svc-a (vital), svc-b (high)\n\
                ci    ci-room  1         1     1          The ci-room  svc-a (vital)\n\
                ci    ci-two   2         1     1          The ci-two   svc-b (high), svc-c (high)\n\
                ci    ci-lone  1         0     0          The ci-lone  svc-c (high)\n\
                \n1 loss takes whole redundancy groups down:\n\n\
                kind  id       groups  title        takes down the group of\n\
                ci    ci-room  1       The ci-room  svc-a (ci-a, ci-b)\n";
            assert_eq!(text, expected);
            let json = to_json(sms, &points, &causes);
            assert_eq!(
                json.pointer("/single_points/0/services/0"),
                Some(&json!({"id": "svc-a", "criticality": "vital"}))
            );
            assert_eq!(json.pointer("/single_points/2/criticality"), Some(&json!("high")));
            assert_eq!(json.pointer("/common_causes/0/takes_down"), Some(&json!(["ci-a", "ci-b"])));
            assert_eq!(json.pointer("/common_causes/0/group"), Some(&json!(0)));
        });
    }

    #[test]
    fn long_lists_are_cut_for_people() {
        let mut text = "\n== service svc-a\nrelations: [x]\n"
            .replace("[x]", &format!("{:?}", (10..40).map(|at| format!("ci-{at}")).collect::<Vec<_>>()));
        for at in 10..40 {
            let _ = writeln!(text, "== ci ci-{at}");
        }
        records(&text, |sms| {
            let graph = Graph::build(sms);
            let told = to_text(sms, &points(sms, &graph), &[]);
            assert!(told.starts_with("30 things take services down alone:\n") && told.contains("ci-29"), "{told}");
            assert!(!told.contains("ci-30") && told.contains("\nand 10 more; --format json tells all\n"), "{told}");
            assert!(told.ends_with("\nNo redundancy group falls by one loss.\n"), "{told}");
        });
        let calm = records("\n== service svc-a", |sms| to_text(sms, &points(sms, &Graph::build(sms)), &[]));
        assert!(calm.starts_with("Nothing takes a service down by its loss alone.\n"), "{calm}");
    }
}
