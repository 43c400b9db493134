//! Nodes that reach each other, taken together: what is left has no cycles.

use super::lists::Lists;
use crate::base::span::offset;

/// A graph whose nodes that reach each other are one set.
#[derive(Debug)]
pub(super) struct Condensed {
    /// For each node, the number of its set. A set has a higher number than all other sets that it reaches.
    pub(super) of: Vec<u32>,
    /// How many nodes each set has.
    pub(super) sizes: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Condensed {
    /// Condenses the graph in which node `n` leads to the nodes `next[n]`. Takes time linear in nodes and steps, and no
    /// recursion (Tarjan's algorithm with a stack of its own).
    pub(super) fn new(next: &Lists<u32>) -> Self {
        let count = next.len();
        let (mut seen, mut low, mut of) = (vec![NONE; count], vec![0; count], vec![NONE; count]);
        let mut sizes: Vec<u32> = Vec::new();
        let (mut open, mut way, mut number) = (Vec::new(), Vec::<(u32, u32)>::new(), 0);
        for start in 0..count {
            if seen[start] != NONE {
                continue;
            }
            way.push((offset(start), 0));
            while let Some((node, step)) = way.pop() {
                let at = node as usize;
                if step == 0 {
                    (seen[at], low[at]) = (number, number);
                    number += 1;
                    open.push(node);
                } else {
                    // Back from the step before.
                    let to = next[at][step as usize - 1] as usize;
                    low[at] = low[at].min(low[to]);
                }
                let ahead = (step as usize..next[at].len()).find(|ahead| {
                    let to = next[at][*ahead] as usize;
                    if seen[to] != NONE && of[to] == NONE {
                        low[at] = low[at].min(seen[to]);
                    }
                    seen[to] == NONE
                });
                if let Some(ahead) = ahead {
                    way.push((node, offset(ahead) + 1));
                    way.push((next[at][ahead], 0));
                } else if low[at] == seen[at] {
                    let from = open.iter().rposition(|other| *other == node).unwrap_or(0);
                    for member in &open[from..] {
                        of[*member as usize] = offset(sizes.len());
                    }
                    sizes.push(offset(open.len() - from));
                    open.truncate(from);
                }
            }
        }
        Self { of, sizes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Condensed {
        fn together(&self, a: u32, b: u32) -> bool {
            self.of[a as usize] == self.of[b as usize]
        }
    }

    fn condensed(count: usize, steps: &[(u32, u32)]) -> Condensed {
        Condensed::new(&Lists::gather(count, steps))
    }

    #[test]
    fn nodes_that_reach_each_other_are_one_set_and_sets_come_after_what_they_reach() {
        let steps = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3), (5, 0), (5, 5), (6, 3)];
        let found = condensed(7, &steps);
        assert!(found.together(0, 1) && found.together(1, 2) && found.together(3, 4));
        assert!(!found.together(0, 3) && !found.together(5, 0) && !found.together(6, 5));
        assert_eq!(found.sizes.iter().sum::<u32>(), 7);
        assert_eq!(found.sizes[found.of[0] as usize], 3);
        for (from, to) in steps {
            assert!(found.together(from, to) || found.of[from as usize] > found.of[to as usize], "{from} to {to}");
        }
    }

    #[test]
    fn a_way_back_over_a_side_branch_is_seen() {
        let found = condensed(4, &[(0, 1), (1, 2), (1, 3), (3, 0)]);
        assert!(found.together(0, 3) && found.together(1, 3) && !found.together(2, 0));
    }

    #[test]
    fn long_chains_and_rings_need_no_deep_stack() {
        let chain: Vec<(u32, u32)> = (0..200_000).map(|at| (at, at + 1)).collect();
        assert_eq!(condensed(200_001, &chain).sizes.len(), 200_001);
        let ring: Vec<(u32, u32)> = chain.into_iter().chain([(200_000, 0)]).collect();
        assert_eq!(condensed(200_001, &ring).sizes, [200_001]);
        assert!(condensed(0, &[]).sizes.is_empty());
    }

    /// On every graph of four nodes without loops, by asking who reaches whom.
    #[test]
    fn sets_agree_with_who_reaches_whom_on_every_small_graph() {
        let pairs: Vec<(u32, u32)> = (0..4).flat_map(|a| (0..4).map(move |b| (a, b))).filter(|(a, b)| a != b).collect();
        for chosen in 0u32..1 << pairs.len() {
            let steps: Vec<(u32, u32)> =
                pairs.iter().enumerate().filter(|(bit, _)| chosen >> bit & 1 == 1).map(|(_, step)| *step).collect();
            let mut reaches = [[false; 4]; 4];
            (0..4).for_each(|at| reaches[at][at] = true);
            steps.iter().for_each(|(a, b)| reaches[*a as usize][*b as usize] = true);
            for middle in 0..4 {
                for (from, to) in (0..4).flat_map(|a| (0..4).map(move |b| (a, b))) {
                    reaches[from][to] |= reaches[from][middle] && reaches[middle][to];
                }
            }
            let found = condensed(4, &steps);
            for (a, b) in &pairs {
                let both = reaches[*a as usize][*b as usize] && reaches[*b as usize][*a as usize];
                assert_eq!(found.together(*a, *b), both, "{a} and {b} of {steps:?}");
                if reaches[*a as usize][*b as usize] && !both {
                    assert!(found.of[*a as usize] > found.of[*b as usize], "{a} before {b} of {steps:?}");
                }
            }
        }
    }
}
