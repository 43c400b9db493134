//! Redundancy: several things of which only some must be up.

use super::state::State;

/// A redundancy group of a node; its members are the inputs that carry its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Group {
    /// How many members there are.
    pub(super) members: usize,
    /// How many must be up.
    pub(super) min_up: usize,
    /// Its place among the groups as they are written.
    pub(super) place: u32,
}

impl Group {
    /// The state of the group from the states of its members, each at most what its relation carries.
    ///
    /// With `k` needed, the group is as well off as its `k`-th best member; a member lost beyond that takes away the
    /// safeguard and leaves it at risk.
    pub(super) fn state(self, members: &mut [State]) -> State {
        members.sort_unstable();
        let needed = self.min_up.clamp(1, members.len().max(1));
        let kept = members.get(needed - 1).copied().unwrap_or(State::Ok);
        let lost = members.last().is_some_and(|worst| *worst > State::Ok);
        if kept == State::Ok && lost { State::AtRisk } else { kept }
    }

    /// How many members must be lost before the group is down.
    pub(super) fn losses(self) -> usize {
        self.members + 1 - self.min_up.clamp(1, self.members.max(1))
    }

    /// Whether the group is down when `down` of its members are.
    pub(super) fn is_down(self, down: usize) -> bool {
        down >= self.losses()
    }
}

/// `min_up` as written: a number, or a share of the members, rounded up.
pub(super) fn min_up(text: &str, members: usize) -> usize {
    match text.strip_suffix('%').map(str::parse::<usize>) {
        Some(Ok(percent)) => members.saturating_mul(percent).div_ceil(100).max(1),
        Some(Err(_)) => members,
        None => text.parse().unwrap_or(members),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use State::{AtRisk, Degraded, Down, Ok};

    fn state(min_up: usize, states: &[State]) -> State {
        Group { members: states.len(), min_up, place: 0 }.state(&mut states.to_vec())
    }

    #[test]
    fn a_group_is_as_well_off_as_its_kth_best_member() {
        assert_eq!(state(1, &[Ok, Ok]), Ok);
        assert_eq!(state(1, &[Down, Ok]), AtRisk);
        assert_eq!(state(1, &[Down, Degraded]), Degraded);
        assert_eq!(state(1, &[Down, Down]), Down);
        assert_eq!(state(2, &[Ok, Down, Ok]), AtRisk);
        assert_eq!(state(2, &[Ok, Down, AtRisk]), AtRisk);
        assert_eq!(state(2, &[Ok, Down, Down]), Down);
        assert_eq!(state(1, &[]), Ok);
    }

    #[test]
    fn counting_agrees_with_the_states() {
        for members in 1..=5usize {
            for min_up in 1..=members {
                for down in 0..=members {
                    let mut states = vec![Ok; members - down];
                    states.extend(vec![Down; down]);
                    let group = Group { members, min_up, place: 0 };
                    assert_eq!(
                        group.is_down(down),
                        group.state(&mut states) == Down,
                        "{down} of {members}, {min_up} needed"
                    );
                }
            }
        }
    }

    #[test]
    fn shares_round_up() {
        assert_eq!(min_up("50%", 3), 2);
        assert_eq!(min_up("0%", 3), 1);
        assert_eq!(min_up("18446744073709551615%", 3), min_up("18446744073709551615%", 9), "no number is too large");
        assert_eq!(min_up("2", 3), 2);
        assert_eq!(min_up("x", 3), 3);
    }
}
