//! Records to graph.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jiff::civil::Date;
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use rayon::prelude::*;

use super::group::{Group, min_up};
use super::lists::Lists;
use super::node::{Node, NodeKind};
use super::relation::{Edge, Effect, Relation, Strength};
use super::state::State;
use super::{Dependant, Graph, Input};
use crate::base::date::parse_date;
use crate::base::id::Id;
use crate::base::span::offset;
use crate::model::{Ix, Record, Sms, Target};
use crate::yaml::{Node as Tree, Value};

/// What a relation leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum To<'a> {
    /// A node with a record.
    Node(NodeIndex),
    /// A name without a record.
    Unknown(&'a str),
}

/// A relation before its target is a node.
struct Raw<'a> {
    to: To<'a>,
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
        let (nodes, of_record) = number(sms);
        let reader = Reader { sms, of_record, today: sms.snapshot.as_of.day() };
        let held: Vec<Vec<Raw<'_>>> =
            nodes.par_iter().with_min_len(256).map(|(ix, kind)| reader.relations(*ix, *kind)).collect();
        let mut inner = DiGraph::with_capacity(nodes.len(), held.iter().map(Vec::len).sum());
        for (ix, kind) in &nodes {
            inner.add_node(Node { id: sms.record(*ix).id.clone(), kind: *kind, record: Some(*ix) });
        }
        let unknown: BTreeSet<&str> = held
            .iter()
            .flatten()
            .filter_map(|raw| match raw.to {
                To::Unknown(name) => Some(name),
                To::Node(_) => None,
            })
            .collect();
        let unknown: Vec<&str> = unknown.into_iter().collect();
        for name in &unknown {
            inner.add_node(Node { id: Id::new(name), kind: NodeKind::Unknown, record: None });
        }
        let known = nodes.len();
        for (from, held) in held.into_iter().enumerate() {
            for Raw { to, edge } in held {
                let to = match to {
                    To::Node(to) => to,
                    To::Unknown(name) => NodeIndex::new(known + unknown.partition_point(|other| *other < name)),
                };
                inner.add_edge(NodeIndex::new(from), to, edge);
            }
        }
        connect(sms, inner)
    }
}

/// The records that are nodes, by id, and for each record the node with its id.
fn number(sms: &Sms<'_>) -> (Vec<(Ix, NodeKind)>, Vec<Option<NodeIndex>>) {
    let mut nodes: Vec<(Ix, NodeKind)> = Vec::new();
    let mut of_record = vec![None; sms.len()];
    let mut run = 0;
    for (ix, record) in sms.records() {
        let at = ix.0 as usize;
        // Records with one id stand side by side; the first that can be a node is the node of them all.
        if sms.record(Ix(offset(run))).id != record.id {
            run = at;
        }
        let first = of_record[run];
        let kind = NodeKind::of(&record.kind.name).filter(|_| first.is_none());
        let node = kind.map_or(first, |kind| {
            nodes.push((ix, kind));
            Some(NodeIndex::new(nodes.len() - 1))
        });
        if node != first {
            of_record[run..at].fill(node);
        }
        of_record[at] = node;
    }
    (nodes, of_record)
}

/// What reading relations takes.
struct Reader<'a, 's> {
    sms: &'a Sms<'s>,
    of_record: Vec<Option<NodeIndex>>,
    today: Date,
}

impl<'a> Reader<'a, '_> {
    /// All relations that a record holds. What is said twice, once by a field and once by a relation, is still one: the
    /// harder one.
    fn relations(&self, ix: Ix, kind: NodeKind) -> Vec<Raw<'a>> {
        let record = self.sms.record(ix);
        let mut raw = Vec::new();
        let mut add = |relation, strength, target: &'a Tree<'_>| {
            let to = self.target(ix, record, target);
            let edge = Edge { relation, strength, span: target.span(record.file) };
            raw.extend(to.map(|to| Raw { to, edge }));
        };
        for item in record.get("relations").map(Tree::items).unwrap_or_default() {
            match &item.value {
                Value::Str(_) => add(Relation::DependsOn, Strength::Hard, item),
                Value::Map(_) => {
                    let relation = item.get("type").and_then(Tree::as_str).and_then(Relation::parse);
                    let soft = item.get("strength").and_then(Tree::as_str) == Some("soft");
                    let strength = if soft { Strength::Soft } else { Strength::Hard };
                    if let (Some(relation), Some(target), true) = (relation, item.get("to"), holds_on(item, self.today))
                    {
                        add(relation, strength, target);
                    }
                }
                _ => {}
            }
        }
        for (holder, field, relation) in IMPLIED {
            if let Some(target) = (holder == kind).then(|| record.get(field)).flatten() {
                let names_supplier = target.as_str().and_then(|name| self.sms.find(name));
                if names_supplier.is_none_or(|ix| self.sms.record(ix).kind.name == "supplier") {
                    add(relation, Strength::Hard, target);
                }
            }
        }
        merge(raw)
    }

    /// What the reference at `target` leads to; none when that can be no node.
    fn target(&self, ix: Ix, record: &Record<'_>, target: &'a Tree<'_>) -> Option<To<'a>> {
        let name = target.as_str()?;
        let span = target.span(record.file);
        // References are resolved already and stand in the order of the file; only what breaks its schema is no reference.
        let held = self.sms.outgoing(ix);
        let found = held.binary_search_by(|held| held.span.cmp(&span)).ok();
        let found = match found.map(|at| held[at].target) {
            Some(Target::Record(found)) => Some(found),
            Some(_) => None,
            None => self.sms.find(name),
        };
        match found {
            Some(found) => self.of_record[found.0 as usize].map(To::Node),
            None => Some(To::Unknown(name)),
        }
    }
}

/// Makes relations of one type to one target one, at the place of the first and with the strength of the hardest.
fn merge(mut raw: Vec<Raw<'_>>) -> Vec<Raw<'_>> {
    let mut order: Vec<usize> = (0..raw.len()).collect();
    order.sort_by_key(|at| (raw[*at].edge.relation, raw[*at].to));
    let mut repeats = vec![false; raw.len()];
    for same in order.chunk_by(|a, b| (raw[*a].edge.relation, raw[*a].to) == (raw[*b].edge.relation, raw[*b].to)) {
        for other in &same[1..] {
            repeats[*other] = true;
        }
    }
    for pair in order.windows(2).rev().filter(|pair| repeats[pair[1]]) {
        let hardest = raw[pair[0]].edge.strength.min(raw[pair[1]].edge.strength);
        raw[pair[0]].edge.strength = hardest;
    }
    let mut repeats = repeats.into_iter();
    raw.retain(|_| repeats.next() != Some(true));
    raw
}

/// Whether a relation with `since` and `until` holds on `day`.
fn holds_on(relation: &Tree<'_>, day: Date) -> bool {
    let date = |key| relation.get(key).and_then(Tree::as_str).and_then(|text| parse_date(text).ok());
    date("since").is_none_or(|since| since <= day) && date("until").is_none_or(|until| until >= day)
}

/// Works out who feels whose failure, and over which groups.
fn connect(sms: &Sms<'_>, inner: DiGraph<Node, Edge>) -> Graph {
    let count = inner.node_count();
    let mut felt: Vec<(u32, Input)> = Vec::with_capacity(inner.edge_count());
    for edge in inner.edge_indices() {
        let Some((holder, target)) = inner.edge_endpoints(edge) else { continue };
        let Edge { relation, strength, .. } = inner[edge];
        let (from, to, cap) = match relation.effect(strength) {
            Effect::OnHolder(cap) => (target, holder, cap),
            Effect::OnTarget(cap) => (holder, target, cap),
            Effect::None => continue,
        };
        felt.push((offset(to.index()), Input { from, cap, group: None, edge }));
    }
    let mut inputs = Lists::gather(count, &felt);
    let mut groups = Vec::new();
    for (at, node) in inner.node_weights().enumerate() {
        let redundancy = node.record.and_then(|ix| sms.record(ix).get("redundancy"));
        if let Some(redundancy) = redundancy {
            group(sms, &inner, &mut inputs[at], redundancy, &mut |group| groups.push((offset(at), group)));
        }
    }
    let groups = Lists::gather(count, &groups);
    let dependants = dependants(count, &inputs, &groups);
    let numbers = inner.node_indices().map(|at| (inner[at].id.clone(), at)).collect();
    Graph { inner, numbers, inputs, dependants, groups, falls: OnceLock::new() }
}

/// For each node who feels its failure, by number; one twice only where it goes down in two ways.
fn dependants(count: usize, inputs: &Lists<Input>, groups: &Lists<Group>) -> Lists<Dependant> {
    let mut pairs: Vec<(u32, Dependant)> = Vec::with_capacity(inputs.total());
    let mut own = Vec::new();
    for to in 0..count {
        own.extend(inputs[to].iter().map(|input| {
            let group = input.group.map(|group| groups.place(to, group));
            (offset(input.from.index()), Dependant { node: NodeIndex::new(to), hard: input.cap == State::Down, group })
        }));
        own.sort_unstable();
        own.dedup();
        pairs.append(&mut own);
    }
    Lists::gather(count, &pairs)
}

/// Reads the redundancy groups of a node and marks the inputs that are their members.
fn group(
    sms: &Sms<'_>,
    inner: &DiGraph<Node, Edge>,
    inputs: &mut [Input],
    redundancy: &Tree<'_>,
    found: &mut impl FnMut(Group),
) {
    let mut number = 0;
    for (place, group) in redundancy.items().iter().enumerate() {
        let members = member_inputs(sms, inner, inputs, group);
        if members.is_empty() {
            continue;
        }
        let distinct: BTreeSet<NodeIndex> = members.iter().map(|input| inputs[*input].from).collect();
        for input in &members {
            let input = &mut inputs[*input];
            input.group = Some(number);
            // Parts that a group names can take the whole down; without a group they only degrade it.
            if inner[input.edge].relation == Relation::PartOf {
                input.cap = State::Down;
            }
        }
        let written = group.get("min_up").and_then(Tree::scalar).unwrap_or_default();
        found(Group { members: distinct.len(), min_up: min_up(&written, distinct.len()), place: offset(place) });
        number += 1;
    }
}

/// The inputs that are members of a group as written: by name, or by the type of their relation.
fn member_inputs(sms: &Sms<'_>, inner: &DiGraph<Node, Edge>, inputs: &[Input], group: &Tree<'_>) -> Vec<usize> {
    let Some(of) = group.get("of") else { return Vec::new() };
    let named = of.items().iter().filter_map(Tree::as_str);
    // A member may be named by its former id, like the target of a relation.
    let named: BTreeSet<&str> =
        named.map(|name| sms.find(name).map_or(name, |ix| sms.record(ix).id.as_str())).collect();
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
