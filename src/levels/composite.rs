//! How probable it is that a whole chain is up, from how probable each part of it is (8.7.1).
//!
//! What must be up in any case is factored out first and counts once, however many paths lead to it. What stands behind
//! redundancy groups falls into modules that share nothing; each is one decision diagram, so that causes which members of
//! a group have in common are counted exactly. Parts are assumed to fail independently of one another.

use std::collections::{BTreeMap, BTreeSet};

use super::chance::Chance;
use super::diagram::{ALWAYS, At, Diagram, Function, TooLarge};
use crate::base::span::offset;
use crate::graph::Chain;

/// The most items of one module. A module beyond them is told as not computed.
const ITEMS: usize = 400;

/// How much work a module of redundant parts may be; one that is more is told as not computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// None: only what must be up in any case is looked at.
    Series,
    /// As much as a check of all records can spend on each promise.
    Check,
    /// As much as somebody who asks for it will wait.
    Full,
}

impl Effort {
    /// The most branches of the diagram of a module.
    const fn room(self) -> usize {
        match self {
            Self::Series => 0,
            Self::Check => 2_000,
            Self::Full => 40_000,
        }
    }
}

/// A chain, taken apart.
#[derive(Debug)]
pub struct Composite {
    /// Places in the chain of what must be up in any case, the asked one among them.
    series: Vec<usize>,
    modules: Vec<Module>,
    /// Whether every module could be computed.
    complete: bool,
}

/// Groups that share parts, and all that stands behind them.
#[derive(Debug)]
struct Module {
    /// Whether enough is up, of the items.
    up: Function,
    /// The place in the chain of each item.
    items: Vec<usize>,
}

impl Composite {
    /// Takes `chain` apart. Parts that `counts` is false for never fail.
    #[must_use]
    pub fn new(chain: &Chain<'_>, effort: Effort, counts: impl Fn(usize) -> bool) -> Self {
        let series = closure(chain, [0]);
        if effort == Effort::Series {
            let complete = series.iter().all(|at| chain.nodes[*at].groups.is_empty());
            return Self {
                series: series.into_iter().filter(|at| counts(*at)).collect(),
                modules: Vec::new(),
                complete,
            };
        }
        let groups: Vec<Group> = series
            .iter()
            .flat_map(|at| &chain.nodes[*at].groups)
            .map(|group| Group::new(chain, &series, &group.members, group.min_up))
            .collect();
        let mut modules = Vec::new();
        let mut complete = true;
        let mut diagram = Diagram::new(effort.room());
        for together in entangled(&groups) {
            let module = Module::new(chain, &series, &together, &mut diagram, &counts);
            complete &= module.is_ok();
            modules.extend(module);
        }
        Self { series: series.into_iter().filter(|at| counts(*at)).collect(), modules, complete }
    }

    /// How probable it is that all of it is up; an upper bound when it is not [complete](Self::is_complete).
    #[must_use]
    pub fn chance(&self, of: &dyn Fn(usize) -> Chance) -> Chance {
        let series = self.series.iter().fold(Chance::certain(), |chance, at| chance.and(&of(*at)));
        self.modules.iter().fold(series, |chance, module| chance.and(&module.chance(of)))
    }

    /// Whether it was computed in full. Groups that hang together over some hundred parts are left out, as if always up.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.complete
    }

    /// Places in the chain of all parts that can fail and count.
    #[must_use]
    pub fn parts(&self) -> Vec<usize> {
        let mut parts = self.series.clone();
        parts.extend(self.modules.iter().flat_map(|module| &module.items));
        parts.sort_unstable();
        parts
    }

    /// What the whole comes to with each wanted part always up and with it always down, by the places of the parts in the
    /// chain. Parts that share a module with a wanted one may be among them.
    #[must_use]
    pub fn without_each(&self, wanted: &[usize], of: &dyn Fn(usize) -> Chance) -> Vec<(usize, Chance, Chance)> {
        let series: Vec<Chance> = self.series.iter().map(|at| of(*at)).collect();
        let modules: Vec<Chance> = self.modules.iter().map(|module| module.chance(of)).collect();
        let whole = series.iter().chain(&modules).fold(Chance::certain(), |chance, part| chance.and(part));
        // The rest is the whole over the part; where the part is never up, the rest has to be multiplied anew.
        let rest = |part: &Chance, skip: usize| {
            whole.over(part).unwrap_or_else(|| {
                let others = series.iter().chain(&modules).enumerate().filter(|(at, _)| *at != skip);
                others.fold(Chance::certain(), |chance, (_, other)| chance.and(other))
            })
        };
        let alone = self.series.iter().zip(&series).enumerate().filter(|(_, (part, _))| wanted.contains(part));
        let mut found: Vec<(usize, Chance, Chance)> =
            alone.map(|(at, (part, share))| (*part, rest(share, at), Chance::never())).collect();
        for ((at, module), chance) in self.modules.iter().enumerate().zip(&modules) {
            if !module.items.iter().any(|part| wanted.contains(part)) {
                continue;
            }
            let rest = rest(chance, self.series.len() + at);
            for (part, gain) in module.items.iter().zip(module.gains(of)) {
                let down = chance.minus(&of(*part).and(&gain));
                found.push((*part, rest.and(&down.or_else(&gain)), rest.and(&down)));
            }
        }
        found.sort_by_key(|(part, _, _)| *part);
        found
    }
}

/// What must be up for all of `from` to be up, whatever groups do.
pub(super) fn closure(chain: &Chain<'_>, from: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut stack: Vec<usize> = from.into_iter().collect();
    while let Some(at) = stack.pop() {
        if found.insert(at) {
            stack.extend(&chain.nodes[at].all);
        }
    }
    found
}

/// A group of something that must be up in any case.
struct Group {
    min_up: usize,
    members: Vec<usize>,
    /// For each member all that stands behind it, itself included, but for what must be up in any case.
    behind: Vec<BTreeSet<usize>>,
}

impl Group {
    fn new(chain: &Chain<'_>, series: &BTreeSet<usize>, members: &[usize], min_up: usize) -> Self {
        let behind = |member: &usize| {
            let mut found = BTreeSet::new();
            let mut stack = vec![*member];
            while let Some(at) = stack.pop() {
                if !series.contains(&at) && found.insert(at) {
                    stack.extend(chain.nodes[at].needed());
                }
            }
            found
        };
        Self { min_up, members: members.to_vec(), behind: members.iter().map(behind).collect() }
    }
}

/// Groups put together with those that share a part with them.
fn entangled(groups: &[Group]) -> Vec<Vec<&Group>> {
    let mut of_part: BTreeMap<usize, usize> = BTreeMap::new();
    let mut lead: Vec<usize> = (0..groups.len()).collect();
    let find = |lead: &[usize], mut at: usize| {
        while lead[at] != at {
            at = lead[at];
        }
        at
    };
    for (at, group) in groups.iter().enumerate() {
        for part in group.behind.iter().flatten() {
            let other = find(&lead, *of_part.entry(*part).or_insert(at));
            let own = find(&lead, at);
            lead[own.max(other)] = own.min(other);
        }
    }
    let mut together: BTreeMap<usize, Vec<&Group>> = BTreeMap::new();
    for (at, group) in groups.iter().enumerate() {
        together.entry(find(&lead, at)).or_default().push(group);
    }
    together.into_values().collect()
}

/// The parts behind groups, each once.
struct Walk {
    /// In the order in which a walk meets them that goes down before it goes on.
    met: Vec<usize>,
    /// In the order in which it leaves them: each behind what it needs, but for cycles.
    left: Vec<usize>,
    /// Whether some need one another.
    has_cycle: bool,
}

impl Walk {
    fn new(chain: &Chain<'_>, series: &BTreeSet<usize>, groups: &[&Group]) -> Self {
        #[derive(Clone, Copy, PartialEq, Eq)]
        enum Seen {
            Never,
            Inside,
            Left,
        }
        let mut seen = vec![Seen::Never; chain.nodes.len()];
        let mut walk = Self { met: Vec::new(), left: Vec::new(), has_cycle: false };
        let mut stack: Vec<usize> = groups.iter().flat_map(|group| &group.members).rev().copied().collect();
        while let Some(at) = stack.last().copied() {
            if series.contains(&at) || seen[at] == Seen::Left {
                stack.pop();
            } else if seen[at] == Seen::Inside {
                stack.pop();
                seen[at] = Seen::Left;
                walk.left.push(at);
            } else {
                seen[at] = Seen::Inside;
                walk.met.push(at);
                let needed = chain.nodes[at].needed();
                stack.extend(needed.rev().filter(|part| {
                    walk.has_cycle |= seen[*part] == Seen::Inside;
                    seen[*part] == Seen::Never
                }));
            }
        }
        walk
    }
}

impl Module {
    fn new(
        chain: &Chain<'_>,
        series: &BTreeSet<usize>,
        groups: &[&Group],
        diagram: &mut Diagram,
        counts: &impl Fn(usize) -> bool,
    ) -> Result<Self, TooLarge> {
        // Asked for in the order of a walk that goes down first: what stands together stays together, and the diagram small.
        let walk = Walk::new(chain, series, groups);
        let items: Vec<usize> = walk.met.iter().copied().filter(|at| counts(*at)).collect();
        if items.len() > ITEMS {
            return Err(TooLarge);
        }
        let mut number = vec![None; chain.nodes.len()];
        for (item, at) in items.iter().enumerate() {
            number[*at] = Some(offset(item));
        }

        // A module before it may have been too large and left something behind.
        diagram.clear();
        let mut up = vec![ALWAYS; chain.nodes.len()];
        // What needs one another takes further rounds until nothing gets worse.
        let mut changed = true;
        while changed {
            changed = false;
            for at in &walk.left {
                let mut now = match number[*at] {
                    Some(item) => diagram.item(item)?,
                    None => ALWAYS,
                };
                for needed in &chain.nodes[*at].all {
                    now = diagram.and(now, up[*needed])?;
                }
                for group in &chain.nodes[*at].groups {
                    let members: Vec<At> = group.members.iter().map(|member| up[*member]).collect();
                    let enough = diagram.at_least(group.min_up, &members)?;
                    now = diagram.and(now, enough)?;
                }
                changed |= std::mem::replace(&mut up[*at], now) != now;
            }
            changed &= walk.has_cycle;
        }
        let mut root = ALWAYS;
        for group in groups {
            let members: Vec<At> = group.members.iter().map(|member| up[*member]).collect();
            let enough = diagram.at_least(group.min_up, &members)?;
            root = diagram.and(root, enough)?;
        }
        Ok(Self { up: diagram.take(root), items })
    }

    fn chance(&self, of: &dyn Fn(usize) -> Chance) -> Chance {
        let chances: Vec<Chance> = self.items.iter().map(|at| of(*at)).collect();
        self.up.chance(&|item| chances[item as usize].clone())
    }

    /// How much each item adds by being up, in the order of the items.
    fn gains(&self, of: &dyn Fn(usize) -> Chance) -> Vec<Chance> {
        self.up.gains(offset(self.items.len()), &|item| of(self.items[item as usize]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::exact::Exact;
    use crate::graph::Graph;
    use crate::model::fixture::records;

    /// The composite of `svc` in percent, with every node but services at `percent`.
    fn composite(text: &str, percent: &str) -> String {
        let part = Chance::percent(&Exact::parse(percent).unwrap());
        let graph = records(text, Graph::build);
        let chain = graph.chain("svc").unwrap();
        let composite = Composite::new(&chain, Effort::Full, |at| at > 0);
        assert!(composite.is_complete());
        composite.chance(&|_| part.clone()).in_percent().text(10)
    }

    #[test]
    fn what_stands_in_a_row_is_multiplied() {
        let text = "== service svc\nrelations: [ci-a, ci-b, ci-c]\n== ci ci-a\n== ci ci-b\n== ci ci-c";
        assert_eq!(composite(text, "99.9"), "99.7002999");
    }

    #[test]
    fn what_several_need_counts_once() {
        let text = "== service svc\nrelations: [ci-a, ci-b]\n== ci ci-a\nrelations: [ci-c]\n== ci ci-b\nrelations: [ci-c]\n== ci ci-c";
        assert_eq!(composite(text, "99.9"), "99.7002999");
    }

    #[test]
    fn one_of_two_and_two_of_three_follow_the_formulas() {
        let group = |count: usize, min_up: usize| {
            let items: Vec<String> = (0..count).map(|at| format!("ci-{at}")).collect();
            let names = items.join(", ");
            let records: String = items.iter().map(|id| format!("== ci {id}\n")).collect();
            format!(
                "== service svc\nrelations: [{names}]\nredundancy: [{{of: [{names}], min_up: {min_up}}}]\n{records}"
            )
        };
        assert_eq!(composite(&group(2, 1), "99"), "99.99");
        assert_eq!(composite(&group(3, 2), "90"), "97.2", "3 · 0.9² · 0.1 + 0.9³");
        assert_eq!(composite(&group(5, 4), "90"), "91.854");
    }

    #[test]
    fn a_cause_that_members_share_is_factored_out() {
        let text = "
            == service svc
            relations: [ci-a, ci-b]
            redundancy: [{of: [ci-a, ci-b], min_up: 1}]
            == ci ci-a
            relations: [ci-room]
            == ci ci-b
            relations: [ci-room]
            == ci ci-room";
        assert_eq!(composite(text, "99"), "98.9901", "0.99 for the room, 0.9999 for the pair");
    }

    #[test]
    fn a_member_that_is_needed_anyway_saves_nobody() {
        let text = "
            == service svc
            relations: [ci-a, ci-b, ci-c]
            redundancy: [{of: [ci-a, ci-b], min_up: 1}]
            == ci ci-a
            == ci ci-b
            == ci ci-c
            relations: [ci-a]";
        assert_eq!(composite(text, "99"), "98.01", "ci-a and ci-c; ci-b no longer matters");
    }

    #[test]
    fn groups_that_share_a_part_hang_together() {
        let text = "
            == service svc
            relations: [ci-a, ci-b, ci-c, ci-d]
            redundancy: [{of: [ci-a, ci-b], min_up: 1}, {of: [ci-c, ci-d], min_up: 1}]
            == ci ci-a
            relations: [ci-left]
            == ci ci-b
            == ci ci-c
            relations: [ci-left]
            == ci ci-d
            == ci ci-left";
        // left up: each pair holds at 0.75; left down: only b and d can.
        assert_eq!(composite(text, "50"), "40.625", "0.5 · 0.75² + 0.5 · 0.5²");
    }

    #[test]
    fn things_that_need_one_another_are_up_together() {
        let text = "
            == service svc
            relations: [ci-a, ci-z]
            redundancy: [{of: [ci-a, ci-z], min_up: 1}]
            == ci ci-a
            relations: [ci-b]
            == ci ci-b
            relations: [ci-a]
            == ci ci-z";
        assert_eq!(composite(text, "50"), "62.5", "both of a and b, or z");
    }

    #[test]
    fn a_module_that_is_too_large_is_told_and_left_out() {
        let members: Vec<String> = (0..=ITEMS).map(|at| format!("ci-{at}")).collect();
        let names = members.join(", ");
        let records: String = members.iter().map(|id| format!("== ci {id}\n")).collect();
        let text = format!(
            "== service svc\nrelations: [{names}, ci-x]\nredundancy: [{{of: [{names}], min_up: 1}}]\n{records}== ci ci-x"
        );
        let graph = records_of(&text);
        let chain = graph.chain("svc").unwrap();
        let composite = Composite::new(&chain, Effort::Full, |at| at > 0);
        assert!(!composite.is_complete());
        let half = Chance::percent(&Exact::from(50));
        assert_eq!(composite.chance(&|_| half.clone()).in_percent(), Exact::from(50), "ci-x alone");
    }

    fn records_of(text: &str) -> Graph {
        records(text, Graph::build)
    }

    #[test]
    fn less_effort_leaves_out_groups_and_says_so() {
        let text = |group: &str| format!("== service svc\nrelations: [ci-a, ci-b]\n{group}== ci ci-a\n== ci ci-b");
        for (group, complete, percent) in
            [("", true, "25"), ("redundancy: [{of: [ci-a, ci-b], min_up: 1}]\n", false, "100")]
        {
            let graph = records_of(&text(group));
            let composite = Composite::new(&graph.chain("svc").unwrap(), Effort::Series, |at| at > 0);
            let half = Chance::percent(&Exact::from(50));
            assert_eq!(
                (composite.is_complete(), composite.chance(&|_| half.clone()).in_percent().text(0).as_str()),
                (complete, percent)
            );
        }
    }

    #[test]
    fn what_the_whole_comes_to_without_a_part_equals_computing_it_anew() {
        let text = "
            == service svc
            relations: [ci-a, ci-b, ci-c, ci-never]
            redundancy: [{of: [ci-a, ci-b], min_up: 1}]
            == ci ci-a
            relations: [ci-room]
            == ci ci-b
            relations: [ci-room, ci-d]
            == ci ci-c
            == ci ci-d
            == ci ci-room
            == ci ci-never";
        let graph = records_of(text);
        let chain = graph.chain("svc").unwrap();
        for never in ["50", "0"] {
            let own = |at: usize| {
                let is_never = chain.nodes[at].node.id.as_str() == "ci-never";
                Chance::percent(&Exact::parse(if is_never { never } else { "90" }).unwrap())
            };
            let composite = Composite::new(&chain, Effort::Full, |at| at > 0);
            let each = composite.without_each(&composite.parts(), &own);
            assert_eq!(each.len(), 6);
            for (part, up, down) in each {
                let with =
                    |fixed: Chance| composite.chance(&|at| if at == part { fixed.clone() } else { own(at) }).exact();
                assert_eq!(
                    (up.exact(), down.exact()),
                    (with(Chance::certain()), with(Chance::never())),
                    "{}",
                    chain.nodes[part].node.id
                );
            }
        }
    }

    #[test]
    fn parts_that_do_not_count_never_fail() {
        let graph = records_of("== service svc\nrelations: [ci-a, ci-b]\n== ci ci-a\n== ci ci-b");
        let chain = graph.chain("svc").unwrap();
        let place = |id: &str| chain.nodes.iter().position(|needs| needs.node.id.as_str() == id).unwrap();
        let composite = Composite::new(&chain, Effort::Full, |at| at == place("ci-b"));
        assert_eq!(composite.parts(), [place("ci-b")]);
        assert_eq!(composite.chance(&|_| Chance::percent(&Exact::from(90))).in_percent(), Exact::from(90));
    }
}
