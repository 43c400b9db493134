//! Records to graph.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};

use super::group::{Group, min_up};
use super::node::{Node, NodeKind};
use super::relation::{Edge, Effect, Relation, Strength};
use super::state::State;
use super::{Graph, Input};
use crate::base::date::parse_date;
use crate::base::id::Id;
use crate::base::span::offset;
use crate::model::{Record, Sms};
use crate::yaml::{Node as Tree, Value};

/// A relation before its target is a node.
struct Raw {
    from: NodeIndex,
    to: Id,
    edge: Edge,
}

/// Fields that are a relation by another name: the kind that holds them, the field, the relation.
const IMPLIED: [(NodeKind, &str, Relation); 2] =
    [(NodeKind::Contract, "supplier", Relation::SuppliedBy), (NodeKind::Ola, "provider", Relation::SuppliedBy)];

impl Graph {
    /// Builds the graph of `sms`. Relations whose target does not exist lead to a node marked unknown; relations to
    /// records that are no nodes (a policy, an SLA) are left out, and so are those that do not hold on the day.
    #[must_use]
    pub fn build(sms: &Sms<'_>) -> Self {
        let mut inner = DiGraph::new();
        let mut by_id: HashMap<Id, NodeIndex> = HashMap::new();
        let mut raw = Vec::new();
        let today = sms.snapshot.as_of.day();
        for (ix, record) in sms.records() {
            let Some(kind) = NodeKind::of(&record.kind.name) else { continue };
            if by_id.contains_key(&record.id) {
                continue;
            }
            let at = inner.add_node(Node { id: record.id.clone(), kind, record: Some(ix) });
            by_id.insert(record.id.clone(), at);
            relations(sms, record, kind, at, today, &mut raw);
        }
        let unknown: BTreeSet<Id> =
            raw.iter().filter(|raw| unknown(sms, &by_id, raw)).map(|raw| raw.to.clone()).collect();
        for id in unknown {
            let at = inner.add_node(Node { id: id.clone(), kind: NodeKind::Unknown, record: None });
            by_id.insert(id, at);
        }
        for Raw { from, to, edge } in raw {
            if let Some(to) = by_id.get(&to) {
                inner.add_edge(from, *to, edge);
            }
        }
        connect(sms, inner, by_id)
    }
}

/// Whether a relation names a node that has no record, and is not the name of a record of another kind.
fn unknown(sms: &Sms<'_>, by_id: &HashMap<Id, NodeIndex>, raw: &Raw) -> bool {
    !by_id.contains_key(&raw.to) && sms.find(raw.to.as_str()).is_none()
}

/// All relations that a record holds.
fn relations(sms: &Sms<'_>, record: &Record<'_>, kind: NodeKind, from: NodeIndex, today: Date, raw: &mut Vec<Raw>) {
    let file = record.file;
    let first = raw.len();
    // What is said twice, once by a field and once by a relation, is still one edge: the harder one.
    let mut add = |relation, strength: Strength, target: &Tree<'_>| {
        let Some(name) = target.as_str() else { return };
        let to = sms.find(name).map_or_else(|| Id::new(name), |ix| sms.record(ix).id.clone());
        match raw[first..].iter_mut().find(|known| known.edge.relation == relation && known.to == to) {
            Some(known) => known.edge.strength = known.edge.strength.min(strength),
            None => raw.push(Raw { from, to, edge: Edge { relation, strength, span: target.span(file) } }),
        }
    };
    for item in record.get("relations").map(Tree::items).unwrap_or_default() {
        match &item.value {
            Value::Str(_) => add(Relation::DependsOn, Strength::Hard, item),
            Value::Map(_) => {
                let relation = item.get("type").and_then(Tree::as_str).and_then(Relation::parse);
                let soft = item.get("strength").and_then(Tree::as_str) == Some("soft");
                let strength = if soft { Strength::Soft } else { Strength::Hard };
                if let (Some(relation), Some(target), true) = (relation, item.get("to"), holds_on(item, today)) {
                    add(relation, strength, target);
                }
            }
            _ => {}
        }
    }
    for (holder, field, relation) in IMPLIED {
        if let Some(target) = record.get(field).filter(|_| holder == kind) {
            let names_supplier = target.as_str().and_then(|name| sms.find(name));
            if names_supplier.is_none_or(|ix| sms.record(ix).kind.name == "supplier") {
                add(relation, Strength::Hard, target);
            }
        }
    }
}

/// Whether a relation with `since` and `until` holds on `day`.
fn holds_on(relation: &Tree<'_>, day: Date) -> bool {
    let date = |key| relation.get(key).and_then(Tree::as_str).and_then(|text| parse_date(text).ok());
    date("since").is_none_or(|since| since <= day) && date("until").is_none_or(|until| until >= day)
}

/// Works out who feels whose failure, and over which groups.
fn connect(sms: &Sms<'_>, inner: DiGraph<Node, Edge>, by_id: HashMap<Id, NodeIndex>) -> Graph {
    let count = inner.node_count();
    let mut inputs: Vec<Vec<Input>> = vec![Vec::new(); count];
    let mut dependants: Vec<Vec<NodeIndex>> = vec![Vec::new(); count];
    for edge in inner.edge_indices() {
        let Some((holder, target)) = inner.edge_endpoints(edge) else { continue };
        let Edge { relation, strength, .. } = inner[edge];
        let (from, to, cap) = match relation.effect(strength) {
            Effect::OnHolder(cap) => (target, holder, cap),
            Effect::OnTarget(cap) => (holder, target, cap),
            Effect::None => continue,
        };
        inputs[to.index()].push(Input { from, cap, group: None, edge });
        dependants[from.index()].push(to);
    }
    for list in &mut dependants {
        list.sort_unstable();
        list.dedup();
    }
    let mut groups = vec![Vec::new(); count];
    for (at, node) in inner.node_weights().enumerate() {
        let Some(record) = node.record.map(|ix| sms.record(ix)) else { continue };
        for group in record.get("redundancy").map(Tree::items).unwrap_or_default() {
            let number = offset(groups[at].len());
            let members = member_inputs(&inner, &inputs[at], group);
            if members.is_empty() {
                continue;
            }
            let distinct: BTreeSet<NodeIndex> = members.iter().map(|input| inputs[at][*input].from).collect();
            for input in &members {
                let input = &mut inputs[at][*input];
                input.group = Some(number);
                // Parts that a group names can take the whole down; without a group they only degrade it.
                if inner[input.edge].relation == Relation::PartOf {
                    input.cap = State::Down;
                }
            }
            let written = group.get("min_up").and_then(Tree::scalar).unwrap_or_default();
            groups[at].push(Group { members: distinct.len(), min_up: min_up(&written, distinct.len()) });
        }
    }
    Graph { inner, by_id, inputs, dependants, groups }
}

/// The inputs that are members of a group as written: by name, or by the type of their relation.
fn member_inputs(inner: &DiGraph<Node, Edge>, inputs: &[Input], group: &Tree<'_>) -> Vec<usize> {
    let Some(of) = group.get("of") else { return Vec::new() };
    let named: BTreeSet<&str> = of.items().iter().filter_map(Tree::as_str).collect();
    let relation = of.as_str().and_then(Relation::parse);
    let is_member = |input: &Input| {
        let edge: EdgeIndex = input.edge;
        input.group.is_none()
            && (named.contains(inner[input.from].id.as_str()) || Some(inner[edge].relation) == relation)
            && input.cap > State::AtRisk
    };
    inputs.iter().enumerate().filter(|(_, input)| is_member(input)).map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::{edges, graph, impact};

    #[test]
    fn a_bare_id_depends_hard() {
        let graph = graph("== service svc-a\nrelations: [ci-b]\n== ci ci-b");
        assert_eq!(edges(&graph), ["svc-a depends_on hard ci-b"]);
    }

    #[test]
    fn every_type_of_relation_is_kept_as_it_is_written() {
        for relation in Relation::ALL {
            let text =
                format!("== ci ci-a\nrelations: [{{type: {}, to: ci-b, strength: soft}}]\n== ci ci-b", relation.word());
            assert_eq!(edges(&graph(&text)), [format!("ci-a {} soft ci-b", relation.word())]);
        }
    }

    #[test]
    fn what_is_wrong_in_a_relation_leaves_it_out_and_keeps_the_others() {
        let graph = graph(
            "== ci ci-a
            relations:
              - {type: needs, to: ci-b}
              - {type: depends_on}
              - {type: depends_on, to: 5}
              - {type: [depends_on], to: ci-b}
              - 7
              - [ci-b]
              -
              - {type: runs_on, to: ci-b, strength: very}
            == ci ci-b
            relations: ci-a
            == ci ci-c
            relations: {type: depends_on, to: ci-a}",
        );
        assert_eq!(edges(&graph), ["ci-a runs_on hard ci-b"], "an unknown strength counts as hard");
    }

    #[test]
    fn a_relation_holds_from_since_to_until_both_included() {
        for (dates, holds) in [
            ("since: '2026-11-20'", true),
            ("since: '2026-11-21'", false),
            ("until: '2026-11-20'", true),
            ("until: '2026-11-19'", false),
            ("since: '2026-01-01', until: '2026-12-31'", true),
            ("since: '2026-12-31', until: '2026-01-01'", false),
            ("since: soon", true),
            ("until: 20261119", true),
        ] {
            let text = format!("== ci ci-a\nrelations: [{{type: depends_on, to: ci-b, {dates}}}]\n== ci ci-b");
            assert_eq!(edges(&graph(&text)).len(), usize::from(holds), "{dates}");
        }
    }

    #[test]
    fn a_relation_that_does_not_hold_makes_no_unknown_node() {
        let graph = graph("== ci ci-a\nrelations: [{type: depends_on, to: ci-gone, until: '2020-01-01'}]");
        assert!(graph.node("ci-gone").is_none());
    }

    #[test]
    fn an_unknown_target_is_one_node_for_all_who_name_it() {
        let graph = graph("== ci ci-a\nrelations: [ci-gone]\n== ci ci-b\nrelations: [ci-gone]");
        assert_eq!(graph.nodes().filter(|node| node.kind == NodeKind::Unknown).count(), 1);
        assert_eq!(impact(&graph, &["ci-gone"]), ["ci-a down 1 over ci-gone", "ci-b down 1 over ci-gone"]);
    }

    #[test]
    fn records_of_other_kinds_are_no_nodes() {
        let graph = graph(
            "== service svc-a
            relations: [{type: governed_by, to: pol-a}, {type: depends_on, to: sla-a}]
            == policy pol-a
            == sla sla-a",
        );
        assert_eq!(graph.nodes().map(|node| node.id.as_str()).collect::<Vec<_>>(), ["svc-a"]);
        assert!(edges(&graph).is_empty());
    }

    #[test]
    fn a_former_id_leads_to_the_record_that_bears_it() {
        let graph = graph("== service svc-a\nrelations: [ci-old]\n== ci ci-new\naliases: [ci-old]");
        assert_eq!(edges(&graph), ["svc-a depends_on hard ci-new"]);
        assert!(graph.node("ci-old").is_none());
    }

    #[test]
    fn a_contract_and_an_ola_are_supplied_by_whom_they_name() {
        let graph = graph(
            "== contract ctr-a
            supplier: sup-x
            == contract ctr-b
            supplier: sup-gone
            == ola ola-a
            provider: sup-x
            == ola ola-b
            provider: team-a
            == team team-a
            == supplier sup-x
            == ci ci-a
            supplier: sup-x
            provider: sup-x",
        );
        assert_eq!(
            edges(&graph),
            ["ctr-a supplied_by hard sup-x", "ctr-b supplied_by hard sup-gone", "ola-a supplied_by hard sup-x",],
            "a team is no node, and other kinds have no such field"
        );
    }

    #[test]
    fn a_supplier_field_that_names_something_else_makes_no_edge() {
        let graph = graph("== contract ctr-a\nsupplier: ci-a\n== ci ci-a\n== contract ctr-b\nsupplier: [sup-x]");
        assert!(edges(&graph).is_empty());
    }

    #[test]
    fn of_two_records_with_one_id_the_first_is_the_node() {
        let graph = graph("== ci ci-a\nrelations: [ci-b]\n== service ci-a\nrelations: [ci-c]\n== ci ci-b\n== ci ci-c");
        assert_eq!(edges(&graph), ["ci-a depends_on hard ci-b"]);
        assert_eq!(graph.node("ci-a").unwrap().kind, NodeKind::Ci);
    }

    fn pair(redundancy: &str) -> Graph {
        graph(&format!(
            "== service svc-a
            relations: [{{type: runs_on, to: ci-x}}, {{type: runs_on, to: ci-y}}, {{type: depends_on, to: ci-z}}]
            redundancy: {redundancy}
            == ci ci-x
            == ci ci-y
            == ci ci-z"
        ))
    }

    fn worst(graph: &Graph, seeds: &[&str]) -> State {
        graph.impact(seeds.iter().copied()).affected.first().map_or(State::Ok, |affected| affected.state)
    }

    #[test]
    fn a_group_is_named_by_ids_or_by_a_type_of_relation() {
        for redundancy in ["[{of: [ci-x, ci-y], min_up: 1}]", "[{of: runs_on, min_up: 1}]"] {
            let graph = pair(redundancy);
            assert_eq!(worst(&graph, &["ci-x"]), State::AtRisk, "{redundancy}");
            assert_eq!(worst(&graph, &["ci-x", "ci-y"]), State::Down, "{redundancy}");
            assert_eq!(worst(&graph, &["ci-z"]), State::Down, "{redundancy}: it is in no group");
        }
    }

    #[test]
    fn how_many_must_be_up_is_a_number_or_a_share() {
        for (min_up, one, two) in [
            ("1", State::AtRisk, State::AtRisk),
            ("2", State::AtRisk, State::Down),
            ("3", State::Down, State::Down),
            ("9", State::Down, State::Down),
            ("0", State::AtRisk, State::AtRisk),
            ("33%", State::AtRisk, State::AtRisk),
            ("34%", State::AtRisk, State::Down),
            ("'100%'", State::Down, State::Down),
            ("most", State::Down, State::Down),
            ("[1]", State::Down, State::Down),
        ] {
            let graph = pair(&format!("[{{of: [ci-x, ci-y, ci-z], min_up: {min_up}}}]"));
            assert_eq!(worst(&graph, &["ci-x"]), one, "{min_up}, one lost");
            assert_eq!(worst(&graph, &["ci-x", "ci-z"]), two, "{min_up}, two lost");
        }
    }

    #[test]
    fn a_share_too_large_to_count_with_needs_every_member() {
        let graph = pair(&format!("[{{of: [ci-x, ci-y], min_up: '{}%'}}]", usize::MAX));
        assert_eq!(worst(&graph, &["ci-x"]), State::Down);
    }

    #[test]
    fn a_member_that_no_relation_names_does_not_count() {
        let graph = pair("[{of: [ci-x, ci-elsewhere], min_up: 1}]");
        assert_eq!(worst(&graph, &["ci-x"]), State::Down, "there is no second one to take over");
        assert!(graph.node("ci-elsewhere").is_none());
    }

    #[test]
    fn what_is_wrong_in_a_group_leaves_its_members_single() {
        for redundancy in
            ["[{of: needs, min_up: 1}]", "[{min_up: 1}]", "[{of: [], min_up: 1}]", "[1]", "runs_on", "{of: runs_on}"]
        {
            assert_eq!(worst(&pair(redundancy), &["ci-x"]), State::Down, "{redundancy}");
        }
    }

    #[test]
    fn a_thing_belongs_to_the_first_group_that_names_it() {
        let graph = pair("[{of: [ci-x, ci-y], min_up: 1}, {of: [ci-y, ci-z], min_up: 1}]");
        assert_eq!(worst(&graph, &["ci-y"]), State::AtRisk);
        assert_eq!(worst(&graph, &["ci-z"]), State::Down, "the second group is left with one member");
    }

    #[test]
    fn a_member_named_by_two_relations_counts_once_with_the_stronger() {
        let graph = graph(
            "== service svc-a
            relations:
              - {type: depends_on, to: ci-x, strength: soft}
              - {type: runs_on, to: ci-x}
              - {type: runs_on, to: ci-y}
            redundancy: [{of: [ci-x, ci-y], min_up: 1}]
            == ci ci-x
            == ci ci-y",
        );
        assert_eq!(worst(&graph, &["ci-x"]), State::AtRisk);
        assert_eq!(worst(&graph, &["ci-x", "ci-y"]), State::Down);
    }

    #[test]
    fn parts_degrade_the_whole_and_a_group_of_them_takes_it_down() {
        let parts = |redundancy: &str| {
            graph(&format!(
                "== ci ci-whole
                {redundancy}
                == ci ci-p
                relations: [{{type: part_of, to: ci-whole}}]
                == ci ci-q
                relations: [{{type: part_of, to: ci-whole}}]"
            ))
        };
        let single = parts("");
        assert_eq!(worst(&single, &["ci-p", "ci-q"]), State::Degraded);
        let grouped = parts("redundancy: [{of: part_of, min_up: 1}]");
        assert_eq!(worst(&grouped, &["ci-p"]), State::AtRisk);
        assert_eq!(worst(&grouped, &["ci-p", "ci-q"]), State::Down);
        assert_eq!(worst(&grouped, &["ci-whole"]), State::Ok, "parts do not feel the whole");
    }

    #[test]
    fn safeguards_are_no_members_of_a_group() {
        let graph = graph(
            "== service svc-a
            relations: [{type: runs_on, to: ci-x}, {type: backed_up_by, to: ci-b}]
            redundancy: [{of: [ci-x, ci-b], min_up: 1}]
            == ci ci-x
            == ci ci-b",
        );
        assert_eq!(worst(&graph, &["ci-x"]), State::Down);
        assert_eq!(worst(&graph, &["ci-b"]), State::AtRisk);
    }
}
