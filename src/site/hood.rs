//! Neighbourhoods: what stands within two steps of a node, chosen and folded so that it fits a picture.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::base::span::offset;
use crate::graph::{Graph, Node, NodeKind};

/// Most boxes in one column.
pub(super) const BOXES: usize = 9;

/// The graph by number, both ways: nodes with a record by id, then the unknown ones.
#[derive(Debug)]
pub(super) struct Hood<'g> {
    nodes: Vec<&'g Node>,
    numbers: HashMap<&'g str, u32>,
    needs: Vec<Vec<u32>>,
    needed: Vec<Vec<u32>>,
}

/// One box of a column: a node, or several of one kind folded into one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    /// The nodes; several when folded.
    pub(super) members: Vec<u32>,
    /// Whether it stands for several.
    pub(super) folded: bool,
}

/// One column, named by its distance: below zero for what relies on the node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Steps from the node.
    pub(super) distance: i32,
    /// Its boxes from top to bottom.
    pub(super) slots: Vec<Slot>,
    /// Lines to the column one step nearer: its box there, the box here, how many links the line stands for.
    pub(super) lines: Vec<(usize, usize, usize)>,
}

impl<'g> Hood<'g> {
    /// Numbers the nodes of `graph` and works out who needs whom.
    pub(super) fn new(graph: &'g Graph) -> Self {
        Self::of(graph, true)
    }

    /// The same without nodes that have no record.
    pub(super) fn known(graph: &'g Graph) -> Self {
        Self::of(graph, false)
    }

    fn of(graph: &'g Graph, with_unknown: bool) -> Self {
        let nodes: Vec<&Node> = graph.nodes().filter(|node| with_unknown || node.record.is_some()).collect();
        let numbers: HashMap<&str, u32> =
            nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), offset(at))).collect();
        let mut needed = vec![Vec::new(); nodes.len()];
        let mut needs = Vec::with_capacity(nodes.len());
        for (at, node) in nodes.iter().enumerate() {
            let links = graph.relies_on(node.id.as_str());
            let mut list: Vec<u32> = links.filter_map(|link| numbers.get(link.node.id.as_str()).copied()).collect();
            list.sort_unstable();
            list.dedup();
            list.retain(|other| *other != offset(at));
            for other in &list {
                needed[*other as usize].push(offset(at));
            }
            needs.push(list);
        }
        Self { nodes, numbers, needs, needed }
    }

    /// The node with this number.
    pub(super) fn node(&self, number: u32) -> &'g Node {
        self.nodes[number as usize]
    }

    /// Number of nodes.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// What a node needs, by number.
    pub(super) fn needs(&self, number: u32) -> &[u32] {
        &self.needs[number as usize]
    }

    /// What needs a node, by number.
    pub(super) fn needed(&self, number: u32) -> &[u32] {
        &self.needed[number as usize]
    }

    /// The columns around the node with this id, from left to right; none when nothing stands around it.
    pub(super) fn around(&self, id: &str) -> Option<Vec<Column>> {
        let me = *self.numbers.get(id)?;
        if self.needs[me as usize].is_empty() && self.needed[me as usize].is_empty() {
            return None;
        }
        let mut seen = BTreeSet::from([me]);
        let middle = Column { distance: 0, slots: vec![Slot { members: vec![me], folded: false }], lines: Vec::new() };
        let right = self.column(&middle, 1, &self.needs, &mut seen);
        let left = self.column(&middle, -1, &self.needed, &mut seen);
        let far_right = self.column(&right, 2, &self.needs, &mut seen);
        let far_left = self.column(&left, -2, &self.needed, &mut seen);
        let columns = [far_left, left, middle, right, far_right];
        Some(columns.into_iter().filter(|column| !column.slots.is_empty()).collect())
    }

    /// The column one step farther than `near`.
    fn column(&self, near: &Column, distance: i32, next: &[Vec<u32>], seen: &mut BTreeSet<u32>) -> Column {
        // For each node found: the boxes of the nearer column that lead to it. Folded boxes lead nowhere.
        let mut found: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (place, slot) in near.slots.iter().enumerate().filter(|(_, slot)| !slot.folded) {
            for other in slot.members.iter().flat_map(|member| &next[*member as usize]) {
                if !seen.contains(other) {
                    found.entry(*other).or_default().push(place);
                }
            }
        }
        seen.extend(found.keys());
        let slots = self.slots(&found);
        let mut lines: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (at, slot) in slots.iter().enumerate() {
            for place in slot.members.iter().filter_map(|member| found.get(member)).flatten() {
                *lines.entry((*place, at)).or_default() += 1;
            }
        }
        let lines = lines.into_iter().map(|((from, to), links)| (from, to, links)).collect();
        Column { distance, slots, lines }
    }

    /// Chooses what is shown by itself, folds the rest by kind, and puts all in order.
    fn slots(&self, found: &BTreeMap<u32, Vec<usize>>) -> Vec<Slot> {
        let mut ranked: Vec<u32> = found.keys().copied().collect();
        let joined = |number: &u32| self.needs[*number as usize].len() + self.needed[*number as usize].len();
        ranked.sort_by_key(|number| (std::cmp::Reverse(joined(number)), *number));
        let kinds = |rest: &[u32]| rest.iter().map(|number| self.node(*number).kind).collect::<BTreeSet<NodeKind>>();
        let mut keep = ranked.len();
        if keep > BOXES {
            keep = BOXES - 1;
            while keep > 0 && keep + kinds(&ranked[keep..]).len() > BOXES {
                keep -= 1;
            }
        }
        let (shown, rest) = ranked.split_at(keep);
        // Mean place of the nearer neighbours in thousandths, so that no float decides an order.
        let place = |number: &u32| {
            let places = &found[number];
            places.iter().sum::<usize>() * 1000 / places.len().max(1)
        };
        let mut shown = shown.to_vec();
        shown.sort_by_key(|number| (place(number), self.node(*number).kind, *number));
        let mut slots: Vec<Slot> =
            shown.into_iter().map(|number| Slot { members: vec![number], folded: false }).collect();
        let mut folded: BTreeMap<NodeKind, Vec<u32>> = BTreeMap::new();
        for number in rest {
            folded.entry(self.node(*number).kind).or_default().push(*number);
        }
        slots.extend(folded.into_values().map(|members| Slot { folded: members.len() > 1, members }));
        slots
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn many(count: usize) -> Vec<(String, String)> {
        let mut files = vec![fixture::record("service", "svc-a", "relations: [ci-hub]\n")];
        files.push(fixture::record("ci", "ci-hub", ""));
        for at in 0..count {
            files.push(fixture::record("ci", &format!("ci-{at:03}"), "relations: [ci-hub]\n"));
        }
        files.push(fixture::record("contract", "ctr-x", "relations: [ci-hub]\n"));
        files
    }

    #[test]
    fn wide_columns_fold_by_kind_and_lose_nothing() {
        fixture::with(&many(40), |input| {
            let hood = Hood::new(input.graph);
            let columns = hood.around("ci-hub").unwrap();
            assert_eq!(columns.iter().map(|column| column.distance).collect::<Vec<_>>(), [-1, 0]);
            let left = &columns[0];
            assert!(left.slots.len() <= BOXES);
            assert_eq!(left.slots.iter().map(|slot| slot.members.len()).sum::<usize>(), 42);
            assert_eq!(left.lines.iter().map(|line| line.2).sum::<usize>(), 42, "every link is in some line");
        });
    }

    #[test]
    fn a_node_alone_has_no_picture() {
        fixture::with(&[fixture::record("ci", "ci-alone", "")], |input| {
            assert!(Hood::new(input.graph).around("ci-alone").is_none());
            assert!(Hood::new(input.graph).around("ci-none").is_none());
        });
    }

    #[test]
    fn two_steps_are_shown_and_circles_end() {
        let files = [
            fixture::record("service", "svc-a", "relations: [ci-b]\n"),
            fixture::record("ci", "ci-b", "relations: [ci-c, ci-gone]\n"),
            fixture::record("ci", "ci-c", "relations: [svc-a]\n"),
        ];
        fixture::with(&files, |input| {
            let hood = Hood::new(input.graph);
            let columns = hood.around("svc-a").unwrap();
            let seen: Vec<_> = columns
                .iter()
                .flat_map(|column| &column.slots)
                .map(|slot| hood.node(slot.members[0]).id.to_string())
                .collect();
            assert_eq!(seen, ["ci-c", "svc-a", "ci-b", "ci-gone"]);
        });
    }
}
