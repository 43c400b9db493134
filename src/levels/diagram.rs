//! Yes-or-no functions of many items as binary decision diagrams: equal parts are kept once, so that the exact
//! probability of a function takes one pass over its parts.
//!
//! R. E. Bryant, Graph-Based Algorithms for Boolean Function Manipulation, 1986; A. Rauzy, New algorithms for fault
//! trees analysis, 1993. Only "and" and "or" are needed, since nothing works better because something fails.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::chance::Chance;
use crate::base::span::offset;

/// A function that a diagram holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct At(u32);

/// It never holds.
pub(super) const NEVER: At = At(0);
/// It always holds.
pub(super) const ALWAYS: At = At(1);

/// The diagram would take more room than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

/// A function that asks for one item first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Branch {
    item: u32,
    up: At,
    down: At,
}

/// A function by itself.
#[derive(Debug)]
pub(super) struct Function {
    /// What it is made of; each part stands behind those that it is made of, and the function itself comes last.
    branches: Vec<Branch>,
    at: At,
}

/// Functions of the items 0, 1, 2, …, which are asked for in this order.
#[derive(Debug, Clone)]
pub(super) struct Diagram {
    /// The functions behind the two constant ones; each stands behind those that it is made of.
    branches: Vec<Branch>,
    places: HashMap<Branch, At, FixedState>,
    both: HashMap<(At, At), At, FixedState>,
    either: HashMap<(At, At), At, FixedState>,
    room: usize,
}

impl Diagram {
    /// An empty one that may grow to `room` branches.
    pub(super) fn new(room: usize) -> Self {
        let (places, both, either) = Default::default();
        Self { branches: Vec::new(), places, both, either, room }
    }

    /// The item itself.
    pub(super) fn item(&mut self, item: u32) -> Result<At, TooLarge> {
        self.branch(Branch { item, up: ALWAYS, down: NEVER })
    }

    /// Both functions. Steps into each other as deep as there are items.
    pub(super) fn and(&mut self, a: At, b: At) -> Result<At, TooLarge> {
        match (a.min(b), a.max(b)) {
            (NEVER, _) => return Ok(NEVER),
            (ALWAYS, other) => return Ok(other),
            (a, b) if a == b => return Ok(a),
            _ => {}
        }
        let key = (a.min(b), a.max(b));
        if let Some(known) = self.both.get(&key) {
            return Ok(*known);
        }
        let (item, [up_a, down_a], [up_b, down_b]) = self.split(a, b);
        let (up, down) = (self.and(up_a, up_b)?, self.and(down_a, down_b)?);
        let at = self.branch(Branch { item, up, down })?;
        self.both.insert(key, at);
        Ok(at)
    }

    /// At least one of both functions. Steps into each other as deep as there are items.
    pub(super) fn or(&mut self, a: At, b: At) -> Result<At, TooLarge> {
        match (a.min(b), a.max(b)) {
            (ALWAYS, _) | (NEVER, ALWAYS) => return Ok(ALWAYS),
            (NEVER, other) => return Ok(other),
            (a, b) if a == b => return Ok(a),
            _ => {}
        }
        let key = (a.min(b), a.max(b));
        if let Some(known) = self.either.get(&key) {
            return Ok(*known);
        }
        let (item, [up_a, down_a], [up_b, down_b]) = self.split(a, b);
        let (up, down) = (self.or(up_a, up_b)?, self.or(down_a, down_b)?);
        let at = self.branch(Branch { item, up, down })?;
        self.either.insert(key, at);
        Ok(at)
    }

    /// At least `least` of the functions.
    pub(super) fn at_least(&mut self, least: usize, members: &[At]) -> Result<At, TooLarge> {
        // So far: at least 0, 1, 2, … of the members seen.
        let mut so_far = vec![NEVER; least + 1];
        so_far[0] = ALWAYS;
        for member in members {
            for count in (1..=least).rev() {
                let with = self.and(so_far[count - 1], *member)?;
                so_far[count] = self.or(so_far[count], with)?;
            }
        }
        Ok(so_far[least])
    }

    /// Takes one function out; the diagram is empty behind it, and its room can be used again.
    pub(super) fn take(&mut self, at: At) -> Function {
        let mut used = vec![false; self.branches.len() + 2];
        let mut stack = vec![at];
        while let Some(at) = stack.pop() {
            if !std::mem::replace(&mut used[at.0 as usize], true) {
                stack.extend(self.get(at).map(|branch| [branch.up, branch.down]).into_iter().flatten());
            }
        }
        let mut moved = vec![NEVER, ALWAYS];
        let mut branches = Vec::new();
        for (branch, used) in self.branches.iter().zip(&used[2..]) {
            moved.push(At(offset(branches.len() + 2)));
            if *used {
                let [up, down] = [branch.up, branch.down].map(|next| moved[next.0 as usize]);
                branches.push(Branch { up, down, ..*branch });
            }
        }
        self.clear();
        Function { branches, at: moved[at.0 as usize] }
    }

    /// Forgets all functions.
    pub(super) fn clear(&mut self) {
        self.branches.clear();
        self.places.clear();
        self.both.clear();
        self.either.clear();
    }

    fn get(&self, at: At) -> Option<&Branch> {
        self.branches.get((at.0 as usize).checked_sub(2)?)
    }

    /// The first item that either asks for, and what remains of both once it is up or down.
    fn split(&self, a: At, b: At) -> (u32, [At; 2], [At; 2]) {
        let item = |at| self.get(at).map_or(u32::MAX, |branch| branch.item);
        let first = item(a).min(item(b));
        let rest = |at| match self.get(at) {
            Some(branch) if branch.item == first => [branch.up, branch.down],
            _ => [at, at],
        };
        (first, rest(a), rest(b))
    }

    fn branch(&mut self, branch: Branch) -> Result<At, TooLarge> {
        if branch.up == branch.down {
            return Ok(branch.up);
        }
        if let Some(known) = self.places.get(&branch) {
            return Ok(*known);
        }
        if self.branches.len() >= self.room {
            return Err(TooLarge);
        }
        let at = At(offset(self.branches.len() + 2));
        self.branches.push(branch);
        self.places.insert(branch, at);
        Ok(at)
    }
}

impl Function {
    /// How probable it is that it holds, when items hold with these probabilities and do not hang together.
    pub(super) fn chance(&self, of: &dyn Fn(u32) -> Chance) -> Chance {
        self.chances(|branch, chances| {
            let item = of(branch.item);
            let (up, down) = (&chances[branch.up.0 as usize], &chances[branch.down.0 as usize]);
            item.and(up).or_else(&item.not().and(down))
        })
        .swap_remove(self.at.0 as usize)
    }

    /// How much more probable it is that it holds with each item always up than with it always down, for the items below
    /// `items`.
    ///
    /// One pass up tells how probable each part is, one pass down how probable it is that it is asked for (Z. W.
    /// Birnbaum, On the importance of different components in a multicomponent system, 1969).
    pub(super) fn gains(&self, items: u32, of: &dyn Fn(u32) -> Chance) -> Vec<Chance> {
        let own: Vec<(Chance, Chance)> = (0..items).map(|item| (of(item), of(item).not())).collect();
        let chances = self.chances(|branch, chances| {
            let (item, not) = &own[branch.item as usize];
            item.and(&chances[branch.up.0 as usize]).or_else(&not.and(&chances[branch.down.0 as usize]))
        });
        let mut asked = vec![Chance::never(); chances.len()];
        asked[self.at.0 as usize] = Chance::certain();
        let mut gains = vec![Chance::never(); own.len()];
        for (place, branch) in self.branches.iter().enumerate().rev() {
            let here = std::mem::replace(&mut asked[place + 2], Chance::never());
            let (item, not) = &own[branch.item as usize];
            for (next, share) in [(branch.up, item), (branch.down, not)] {
                let next = &mut asked[next.0 as usize];
                *next = next.or_else(&here.and(share));
            }
            let more = chances[branch.up.0 as usize].minus(&chances[branch.down.0 as usize]);
            let gain = &mut gains[branch.item as usize];
            *gain = gain.or_else(&here.and(&more));
        }
        gains
    }

    /// The probability of every part, each from those behind it.
    fn chances(&self, of: impl Fn(&Branch, &[Chance]) -> Chance) -> Vec<Chance> {
        let mut chances = vec![Chance::never(), Chance::certain()];
        for branch in &self.branches {
            let chance = of(branch, &chances);
            chances.push(chance);
        }
        chances
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::exact::Exact;

    fn half(_: u32) -> Chance {
        Chance::percent(&Exact::from(50))
    }

    fn percent(diagram: &mut Diagram, at: At) -> String {
        diagram.take(at).chance(&half).in_percent().text(6)
    }

    #[test]
    fn equal_functions_are_one() {
        let mut d = Diagram::new(100);
        let [a, b, c] = [0, 1, 2].map(|item| d.item(item).unwrap());
        let left = d.and(a, b).and_then(|ab| d.or(ab, c)).unwrap();
        let (ac, bc) = (d.or(c, a).unwrap(), d.or(b, c).unwrap());
        assert_eq!(d.and(bc, ac), Ok(left), "(a and b) or c, both ways");
        assert_eq!(
            (d.and(a, NEVER), d.and(ALWAYS, a), d.or(a, ALWAYS), d.or(NEVER, a)),
            (Ok(NEVER), Ok(a), Ok(ALWAYS), Ok(a))
        );
        assert_eq!(
            (d.and(NEVER, ALWAYS), d.or(ALWAYS, NEVER), d.and(b, b), d.or(b, b)),
            (Ok(NEVER), Ok(ALWAYS), Ok(b), Ok(b))
        );
    }

    #[test]
    fn what_two_things_share_counts_once() {
        let mut d = Diagram::new(100);
        let [shared, a, b] = [0, 1, 2].map(|item| d.item(item).unwrap());
        let (left, right) = (d.and(a, shared).unwrap(), d.and(shared, b).unwrap());
        let any = d.or(left, right).unwrap();
        let every = d.and(left, right).unwrap();
        assert_eq!(percent(&mut d.clone(), any), "37.5", "a half of three quarters");
        assert_eq!(percent(&mut d, every), "12.5");
    }

    #[test]
    fn a_function_that_is_taken_out_leaves_the_rest_behind_and_room_for_others() {
        let mut d = Diagram::new(5);
        let [a, b] = [0, 1].map(|item| d.item(item).unwrap());
        d.or(a, b).unwrap();
        let both = d.and(a, b).unwrap();
        let function = d.take(both);
        assert_eq!(function.branches.len(), 2, "one for each item");
        assert_eq!(function.chance(&half).in_percent().text(6), "25");
        for _ in 0..9 {
            let [a, b] = [0, 1].map(|item| d.item(item).unwrap());
            let any = d.or(a, b).unwrap();
            assert_eq!(percent(&mut d, any), "75");
        }
    }

    #[test]
    fn some_of_several_are_counted() {
        for (least, of_four) in [(0, "100"), (1, "93.75"), (2, "68.75"), (3, "31.25"), (4, "6.25")] {
            let mut d = Diagram::new(100);
            let members = [3, 1, 0, 2].map(|item| d.item(item).unwrap());
            let at = d.at_least(least, &members).unwrap();
            assert_eq!(percent(&mut d, at), of_four, "{least} of 4");
        }
        let mut d = Diagram::new(100);
        let one = d.item(7).unwrap();
        assert_eq!(d.at_least(2, &[one]), Ok(NEVER), "more than there are");
        assert_eq!(d.at_least(2, &[one, one]), Ok(one), "one that counts twice");
    }

    #[test]
    fn what_an_item_gains_is_the_difference_of_both_its_states() {
        let mut d = Diagram::new(100);
        let [shared, a, b, c] = [0, 1, 2, 3].map(|item| d.item(item).unwrap());
        let pair = d.at_least(2, &[a, b, c]).and_then(|some| d.and(some, shared)).unwrap();
        let own = |item: u32| Chance::percent(&Exact::from(60 + 10 * i64::from(item)));
        let pair = d.take(pair);
        let gains = pair.gains(4, &own);
        for (item, gain) in (0..).zip(gains) {
            let with = |fixed: Chance| pair.chance(&|at| if at == item { fixed.clone() } else { own(at) });
            assert_eq!(gain.exact(), with(Chance::certain()).minus(&with(Chance::never())).exact(), "{item}");
        }
    }

    #[test]
    fn a_diagram_does_not_outgrow_its_room() {
        let mut d = Diagram::new(3);
        let [a, b] = [0, 1].map(|item| d.item(item).unwrap());
        assert!(d.and(a, b).is_ok());
        assert_eq!(d.or(a, b), Err(TooLarge));
    }

    #[test]
    fn constants_are_certain_or_impossible() {
        let mut d = Diagram::new(0);
        assert_eq!((percent(&mut d, ALWAYS), percent(&mut d, NEVER)), ("100".to_owned(), "0".to_owned()));
    }
}
