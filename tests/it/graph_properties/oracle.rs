//! Another way to the same answers, as plain as can be: every state is worked out anew from the relations until
//! nothing changes, and every question is a search over all pairs.

use std::collections::BTreeSet;

use super::plan::{MinUp, Of, Thing};

pub(super) const OK: u8 = 0;
pub(super) const AT_RISK: u8 = 1;
pub(super) const DEGRADED: u8 = 2;
pub(super) const DOWN: u8 = 3;

/// `holder` feels the failure of `of`, at most as `cap`.
#[derive(Debug, Clone)]
pub(super) struct Need {
    pub(super) holder: usize,
    pub(super) of: usize,
    pub(super) kind: &'static str,
    pub(super) cap: u8,
    pub(super) group: Option<usize>,
}

/// A landscape as who feels whose failure.
pub(super) struct Oracle<'t> {
    things: &'t [Thing],
    pub(super) needs: Vec<Need>,
}

impl<'t> Oracle<'t> {
    pub(super) fn new(things: &'t [Thing]) -> Self {
        let mut needs = Vec::new();
        for (from, thing) in things.iter().enumerate() {
            for relation in thing.relations.iter().filter(|relation| !relation.over) {
                let (kind, to) = (relation.kind, relation.to);
                let by_strength = if relation.soft { DEGRADED } else { DOWN };
                let (holder, of, cap) = match kind {
                    "depends_on" | "runs_on" | "located_in" | "supplied_by" => (from, to, by_strength),
                    "backed_up_by" | "monitored_by" | "protected_by" => (from, to, AT_RISK),
                    "part_of" | "sends_data_to" => (to, from, DEGRADED),
                    _ => continue,
                };
                needs.push(Need { holder, of, kind, cap, group: None });
            }
            if let Some(to) = thing.supplier
                && things.get(to).is_none_or(|supplier| supplier.kind == "supplier")
            {
                needs.push(Need { holder: from, of: to, kind: "supplied_by", cap: DOWN, group: None });
            }
        }
        for (holder, thing) in things.iter().enumerate() {
            for (number, group) in thing.groups.iter().enumerate() {
                for need in
                    needs.iter_mut().filter(|need| need.holder == holder && need.group.is_none() && need.cap > AT_RISK)
                {
                    let named = match &group.of {
                        Of::Type(kind) => need.kind == *kind,
                        Of::Named(members) => members.iter().any(|(member, _)| *member == need.of),
                    };
                    if named {
                        need.group = Some(number);
                        if need.kind == "part_of" {
                            need.cap = DOWN;
                        }
                    }
                }
            }
        }
        Self { things, needs }
    }

    /// How many nodes there are, the one that does not exist included.
    pub(super) fn nodes(&self) -> usize {
        self.things.len() + 1
    }

    fn needs_of(&self, node: usize) -> impl Iterator<Item = &Need> {
        self.needs.iter().filter(move |need| need.holder == node)
    }

    /// The members of a group, each once with the most it can do.
    pub(super) fn members(&self, node: usize, group: usize) -> Vec<(usize, u8)> {
        let mut members = Vec::new();
        for member in 0..self.nodes() {
            let caps =
                self.needs_of(node).filter(|need| need.group == Some(group) && need.of == member).map(|need| need.cap);
            members.extend(caps.max().map(|cap| (member, cap)));
        }
        members
    }

    /// How many members of a group must be up.
    pub(super) fn needed(&self, node: usize, group: usize) -> usize {
        let members = self.members(node, group).len();
        let wanted = match self.things[node].groups[group].min_up {
            MinUp::Count(count) => count,
            MinUp::Percent(percent) => (members * percent).div_ceil(100),
        };
        wanted.clamp(1, members.max(1))
    }

    /// The state of a group: the best that so many members still give, and at risk once one is lost.
    pub(super) fn group_state(&self, node: usize, group: usize, states: &[u8]) -> u8 {
        let members: Vec<u8> =
            self.members(node, group).iter().map(|(member, cap)| states[*member].min(*cap)).collect();
        if members.is_empty() {
            return OK;
        }
        let needed = self.needed(node, group);
        let state = (OK..=DOWN)
            .find(|state| members.iter().filter(|member| *member <= state).count() >= needed)
            .unwrap_or(DOWN);
        if state == OK && members.iter().any(|member| *member > OK) { AT_RISK } else { state }
    }

    /// The state of a node when the others are as they are.
    fn state(&self, node: usize, states: &[u8]) -> u8 {
        let alone = self.needs_of(node).filter(|need| need.group.is_none()).map(|need| states[need.of].min(need.cap));
        let groups = self.things.get(node).map_or(0, |thing| thing.groups.len());
        let grouped = (0..groups).map(|group| self.group_state(node, group, states));
        alone.chain(grouped).max().unwrap_or(OK)
    }

    /// The state of every node when `seeds` are down, and the round in which each reached it.
    pub(super) fn impact(&self, seeds: &[usize]) -> (Vec<u8>, Vec<u32>) {
        self.spread(vec![OK; self.nodes()], seeds, &[])
    }

    /// The state of every node when `seeds` go down while all are off as `states` say, and the round in which each
    /// reached it; `given` are down whatever happens.
    pub(super) fn spread(&self, mut states: Vec<u8>, seeds: &[usize], given: &[usize]) -> (Vec<u8>, Vec<u32>) {
        let mut rounds = vec![0; self.nodes()];
        seeds.iter().for_each(|seed| states[*seed] = DOWN);
        for round in 1.. {
            let before = states.clone();
            for node in (0..self.nodes()).filter(|node| !seeds.contains(node) && !given.contains(node)) {
                states[node] = self.state(node, &before);
                if states[node] != before[node] {
                    rounds[node] = round;
                }
            }
            if states == before {
                break;
            }
        }
        (states, rounds)
    }

    /// The length of the shortest way from a seed to `node` that carries at least `state`, where no groups stand between.
    pub(super) fn shortest_way(&self, seeds: &[usize], node: usize, state: u8) -> Option<u32> {
        let mut reached: BTreeSet<usize> = seeds.iter().copied().collect();
        for length in 0..=u32::try_from(self.nodes()).unwrap_or(u32::MAX) {
            if reached.contains(&node) {
                return Some(length);
            }
            let next = self
                .needs
                .iter()
                .filter(|need| need.cap >= state && reached.contains(&need.of))
                .map(|need| need.holder);
            let next: Vec<usize> = next.filter(|holder| !seeds.contains(holder)).collect();
            reached.extend(next);
        }
        None
    }

    /// Every way from a seed to `node` that visits no node and no other seed twice, and over which each step hands on the
    /// state that `node` is in afterwards from something that was better off before; none when there are too many.
    pub(super) fn ways(
        &self,
        seeds: &[usize],
        before: &[u8],
        after: &[u8],
        node: usize,
    ) -> Option<BTreeSet<Vec<usize>>> {
        let state = after[node];
        let hands_on = |from: usize, to: usize| {
            self.needs_of(to).filter(|need| need.of == from).any(|need| {
                let whole = need.group.is_none_or(|group| self.group_state(to, group, after) >= state);
                whole && after[from].min(need.cap) >= state
            })
        };
        let mut found = BTreeSet::new();
        let begin = seeds.iter().filter(|seed| before[**seed] < state);
        let mut open: Vec<Vec<usize>> = begin.map(|seed| vec![*seed]).collect();
        while let Some(way) = open.pop() {
            if found.len() + open.len() > 20_000 {
                return None;
            }
            let last = way[way.len() - 1];
            if last == node {
                found.insert(way);
                continue;
            }
            for next in (0..self.nodes()).filter(|next| !seeds.contains(next) && !way.contains(next)) {
                if before[next] < state && hands_on(last, next) {
                    open.push([way.as_slice(), &[next]].concat());
                }
            }
        }
        Some(found)
    }

    /// The same landscape, in which a group never falls.
    pub(super) fn without(&self, node: usize, group: usize) -> Self {
        let needs =
            self.needs.iter().filter(|need| need.holder != node || need.group != Some(group)).cloned().collect();
        Self { things: self.things, needs }
    }

    /// The nodes that are down when `seed` is and those of `held` cannot be.
    pub(super) fn down(&self, seed: usize, held: &[usize]) -> BTreeSet<usize> {
        let mut states = vec![OK; self.nodes()];
        states[seed] = DOWN;
        loop {
            let before = states.clone();
            for node in (0..self.nodes()).filter(|node| *node != seed) {
                states[node] = self.state(node, &before);
                if held.contains(&node) && states[node] == DOWN {
                    states[node] = DEGRADED;
                }
            }
            if states == before {
                return (0..self.nodes()).filter(|node| states[*node] == DOWN).collect();
            }
        }
    }

    /// Whether the loss of `of` alone takes `holder` down over one step that stays on the holder's side.
    pub(super) fn is_hard(&self, holder: usize, of: usize) -> bool {
        let hard = self.needs_of(holder).filter(|need| need.of == of && need.cap == DOWN && need.kind != "part_of");
        let mut hard = hard.filter(|need| match need.group {
            None => true,
            Some(group) => self.needed(holder, group) == self.members(holder, group).len(),
        });
        hard.next().is_some()
    }

    /// The sets of nodes that take each other down, each sorted.
    pub(super) fn cycles(&self) -> BTreeSet<Vec<usize>> {
        let count = self.nodes();
        let mut reaches: Vec<Vec<bool>> =
            (0..count).map(|from| (0..count).map(|to| self.is_hard(from, to)).collect()).collect();
        for middle in 0..count {
            for from in 0..count {
                for to in 0..count {
                    reaches[from][to] |= reaches[from][middle] && reaches[middle][to];
                }
            }
        }
        let set =
            |node: usize| (0..count).filter(|other| reaches[node][*other] && reaches[*other][node]).collect::<Vec<_>>();
        (0..count).map(set).filter(|set| !set.is_empty()).collect()
    }

    /// Configuration items that no service reaches.
    pub(super) fn orphans(&self) -> BTreeSet<usize> {
        let mut reached: BTreeSet<usize> =
            (0..self.things.len()).filter(|node| self.things[*node].kind == "service").collect();
        loop {
            let mut next = reached.clone();
            next.extend(self.needs.iter().filter(|need| reached.contains(&need.holder)).map(|need| need.of));
            for (from, thing) in self.things.iter().enumerate() {
                for relation in thing.relations.iter().filter(|relation| !relation.over) {
                    let joined = relation.kind == "connects_to";
                    if joined && reached.contains(&from) {
                        next.insert(relation.to);
                    }
                    if (joined || relation.kind == "replica_of") && reached.contains(&relation.to) {
                        next.insert(from);
                    }
                }
            }
            if next == reached {
                break;
            }
            reached = next;
        }
        (0..self.things.len()).filter(|node| self.things[*node].kind == "ci" && !reached.contains(node)).collect()
    }
}
