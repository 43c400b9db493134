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
    let mut add = |relation, strength, target: &Tree<'_>| {
        if let Some(name) = target.as_str() {
            let to = sms.find(name).map_or_else(|| Id::new(name), |ix| sms.record(ix).id.clone());
            raw.push(Raw { from, to, edge: Edge { relation, strength, span: target.span(file) } });
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
            let members = member_inputs(sms, &inner, &inputs[at], group);
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
