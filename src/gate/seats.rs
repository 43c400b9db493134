//! Distinct people for the seats of a decision: a matching, not first come first served.

use std::collections::{BTreeMap, BTreeSet};

use super::demand::{Demand, Who};
use super::people::{Eligible, OwnersOf, People};

/// One list of demands with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Requirement {
    /// Where it comes from: a category, a level of risk, a row of the table, the policy itself.
    pub id: String,
    /// What is needed.
    pub demand: Demand,
    /// Nobody of a later stage is asked before the earlier ones are full.
    pub stage: usize,
}

/// A seat to be filled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seat {
    /// The stage.
    pub stage: usize,
    /// The requirement, by its place.
    pub requirement: usize,
    /// Who may sit there.
    pub who: Who,
}

/// What became of the seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seating {
    /// The seats of the chosen way, in order.
    pub seats: Vec<Seat>,
    /// Who fills each seat: the voter.
    pub filled: Vec<Option<String>>,
    /// Whom to ask next, so few as possible: those of the first stage that is not full.
    pub ask: BTreeSet<String>,
    /// For each seat that is open, everybody who could fill it.
    pub candidates: BTreeMap<usize, BTreeSet<String>>,
    /// Seats that nobody is left to fill.
    pub hopeless: Vec<usize>,
}

impl Seating {
    /// How many seats are open.
    #[must_use]
    pub(super) fn missing(&self) -> usize {
        self.filled.iter().filter(|seat| seat.is_none()).count()
    }
}

/// What a requirement comes to when it cannot be asked for at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Empty {
    /// The requirement, by its place.
    pub requirement: usize,
    /// What is empty.
    pub message: String,
    /// Whether another way is left, so that it only is told.
    pub passed_by: bool,
}

/// Most ways in which the choices of a policy are tried; the rest is left aside.
pub(super) const MOST_WAYS: usize = 512;

/// What seats are filled by.
#[derive(Clone, Copy)]
pub(super) struct Hall<'r> {
    /// People at the base.
    pub people: &'r People<'r>,
    /// Those who answer for what is touched.
    pub owners: &'r OwnersOf<'r>,
    /// Those who cannot vote.
    pub excluded: &'r dyn Fn(&str) -> bool,
    /// Those who agree.
    pub approvals: &'r BTreeSet<String>,
    /// Those who object: they are not asked again.
    pub objectors: &'r BTreeSet<String>,
    /// Roles in which an app agrees, once each.
    pub apps: &'r BTreeMap<u64, BTreeSet<String>>,
    /// Whether each person fills one seat only.
    pub one_seat: bool,
}

/// A way to fulfil all requirements: so many seats of this kind.
type Way = Vec<(usize, usize, Who, usize)>;

impl Hall<'_> {
    /// The best seating over all ways that the policy leaves, and what is empty. None when no way is left.
    #[must_use]
    pub(super) fn seat(&self, requirements: &[Requirement]) -> (Option<Seating>, Vec<Empty>) {
        let mut ways: Vec<Way> = vec![Vec::new()];
        let mut empty = Vec::new();
        for (at, requirement) in requirements.iter().enumerate() {
            let own = self.ways(at, requirement.stage, &requirement.demand, true);
            let good: Vec<&Way> = own.iter().filter_map(|way| way.as_ref().ok()).collect();
            let bad = own.iter().filter_map(|way| way.as_ref().err());
            empty.extend(bad.map(|message| Empty {
                requirement: at,
                message: message.clone(),
                passed_by: !good.is_empty(),
            }));
            if own.is_empty() {
                let message = "it asks for more entries than it lists".to_owned();
                empty.push(Empty { requirement: at, message, passed_by: false });
            }
            let mut next = Vec::new();
            for way in &ways {
                next.extend(good.iter().map(|own| way.iter().chain(own.iter()).cloned().collect::<Way>()));
            }
            next.truncate(MOST_WAYS);
            ways = next;
        }
        let mut best: Option<Seating> = None;
        for way in &ways {
            let seating = self.fill(way);
            let worth = |it: &Seating| (it.hopeless.len(), it.missing(), it.seats.len());
            if best.as_ref().is_none_or(|known| worth(&seating) < worth(known)) {
                best = Some(seating);
            }
        }
        empty.dedup();
        (best, empty)
    }

    /// The ways to fulfil one demand; a way that leads to nobody is a message. Where nothing is owned, a demand that stands
    /// `alone` asks nobody; as one of several ways it is none.
    fn ways(&self, at: usize, stage: usize, demand: &Demand, alone: bool) -> Vec<Result<Way, String>> {
        match demand {
            Demand::People(who, count) => {
                let all: BTreeSet<&str> =
                    self.people.eligible(who, self.owners).into_iter().map(|one| one.seat_of).collect();
                let way = match count.of(all.len()) {
                    Some(_) if all.is_empty() => Err(format!("there are no {}", who.words())),
                    Some(count) => Ok(vec![(at, stage, who.clone(), count)]),
                    None => Err(format!("there are no {} of whom a share could agree", who.words())),
                };
                // Where nothing is owned, nobody has to be asked for it.
                if alone && all.is_empty() && matches!(who, Who::Owners(_)) { vec![Ok(Vec::new())] } else { vec![way] }
            }
            Demand::Any(lists) => lists.iter().flat_map(|list| self.every(at, stage, list)).collect(),
            Demand::AtLeast(least, of) => {
                let mut all = Vec::new();
                for chosen in choices(of.len(), *least) {
                    let list: Vec<Demand> = chosen.into_iter().map(|which| of[which].clone()).collect();
                    all.extend(self.every(at, stage, &list));
                }
                all
            }
        }
    }

    /// The ways to fulfil every demand of a list.
    fn every(&self, at: usize, stage: usize, list: &[Demand]) -> Vec<Result<Way, String>> {
        let mut ways: Vec<Result<Way, String>> = vec![Ok(Vec::new())];
        for demand in list {
            let own = self.ways(at, stage, demand, false);
            ways = ways
                .iter()
                .flat_map(|way| {
                    own.iter().map(move |own| match (way, own) {
                        (Ok(way), Ok(own)) => Ok(way.iter().chain(own).cloned().collect()),
                        (Err(why), _) | (_, Err(why)) => Err(why.clone()),
                    })
                })
                .take(MOST_WAYS)
                .collect();
        }
        ways
    }

    /// Fills the seats of one way, those of earlier stages first.
    fn fill(&self, way: &Way) -> Seating {
        let mut seats: Vec<Seat> = Vec::new();
        for (requirement, stage, who, count) in way {
            seats.extend(std::iter::repeat_n(
                Seat { stage: *stage, requirement: *requirement, who: who.clone() },
                *count,
            ));
        }
        seats.sort_by_key(|seat| (seat.stage, seat.requirement));
        let mut known: BTreeMap<&Who, BTreeSet<Eligible<'_>>> = BTreeMap::new();
        for seat in &seats {
            known.entry(&seat.who).or_insert_with(|| self.people.eligible(&seat.who, self.owners));
        }
        let voters: Vec<Vec<String>> = seats.iter().map(|seat| self.sitting(&seat.who, &known[&seat.who])).collect();
        let others: Vec<Vec<String>> = seats.iter().map(|seat| self.could(&known[&seat.who])).collect();
        let mut table = Table::new(&seats, self.one_seat);
        for seat in 0..seats.len() {
            table.place(seat, &voters);
        }
        let filled: Vec<Option<String>> = table.sitting.clone();
        let with: Vec<Vec<String>> =
            voters.iter().zip(&others).map(|(here, there)| here.iter().chain(there).cloned().collect()).collect();
        let open: Vec<usize> = (0..seats.len()).filter(|seat| filled[*seat].is_none()).collect();
        let hopeless: Vec<usize> = open.iter().copied().filter(|seat| !table.place(*seat, &with)).collect();
        let first = open.iter().map(|seat| seats[*seat].stage).min();
        let in_time = |seat: &usize| Some(seats[*seat].stage) == first;
        let here: BTreeSet<&String> = voters.iter().flatten().collect();
        let sitting = (0..seats.len()).filter(|seat| in_time(seat)).filter_map(|seat| table.sitting[seat].clone());
        let ask = sitting.filter(|person| !here.contains(person)).collect();
        let candidates = open.into_iter().map(|seat| (seat, others[seat].iter().cloned().collect())).collect();
        Seating { seats, filled, ask, candidates, hopeless }
    }

    /// Those who agree and may sit there. Whoever acts for somebody takes that one's place, unless that one votes.
    fn sitting(&self, who: &Who, eligible: &BTreeSet<Eligible<'_>>) -> Vec<String> {
        let mut taken = BTreeSet::new();
        let mut sitting: Vec<String> = Vec::new();
        let own = eligible.iter().filter(|one| one.voter == one.seat_of);
        for one in own.chain(eligible.iter().filter(|one| one.voter != one.seat_of)) {
            let spoke = |id: &str| self.approvals.contains(id) || self.objectors.contains(id);
            let acting = one.voter != one.seat_of;
            let right = self.approvals.contains(one.voter) && !(self.excluded)(one.voter);
            if right && !(acting && (spoke(one.seat_of) || (self.excluded)(one.seat_of))) && taken.insert(one.seat_of) {
                let voter = one.voter.to_owned();
                if !sitting.contains(&voter) {
                    sitting.push(voter);
                }
            }
        }
        if let Who::Role(role) = who {
            let apps = self.apps.iter().filter(|(_, roles)| roles.contains(role));
            sitting.extend(apps.map(|(app, _)| format!("app {app}")));
        }
        sitting
    }

    /// Those who could agree and have not spoken.
    fn could(&self, eligible: &BTreeSet<Eligible<'_>>) -> Vec<String> {
        let mut could: Vec<String> = Vec::new();
        for one in eligible {
            let spoke = |id: &str| self.approvals.contains(id) || self.objectors.contains(id);
            let free = !spoke(one.voter) && !(self.excluded)(one.voter) && self.people.can_be_asked(one.voter);
            let acting = one.voter != one.seat_of;
            if free
                && !(acting && (spoke(one.seat_of) || (self.excluded)(one.seat_of)))
                && !could.iter().any(|id| id == one.voter)
            {
                could.push(one.voter.to_owned());
            }
        }
        could
    }
}

/// The ways to choose `least` of `all` things, in order, the first [`MOST_WAYS`] of them.
fn choices(all: usize, least: usize) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    let mut chosen: Vec<usize> = (0..least).collect();
    while least <= all && found.len() < MOST_WAYS {
        found.push(chosen.clone());
        // The last one that can still move on does, and those after it follow.
        let Some(at) = (0..least).rev().find(|at| chosen[*at] < all - least + *at) else { break };
        let from = chosen[at] + 1;
        for (place, next) in chosen[at..].iter_mut().zip(from..) {
            *place = next;
        }
    }
    found
}

/// A matching that grows seat by seat; a seat that was filled stays filled, by somebody else if need be.
struct Table<'s> {
    seats: &'s [Seat],
    one_seat: bool,
    sitting: Vec<Option<String>>,
}

impl<'s> Table<'s> {
    fn new(seats: &'s [Seat], one_seat: bool) -> Self {
        Self { seats, one_seat, sitting: vec![None; seats.len()] }
    }

    /// Whether the two seats may not be filled by the same person.
    fn excludes(&self, one: usize, other: usize) -> bool {
        self.one_seat
            || (self.seats[one].requirement, &self.seats[one].who)
                == (self.seats[other].requirement, &self.seats[other].who)
    }

    /// Fills `seat` by one of its people, moving others to other seats where that helps; says whether it could.
    fn place(&mut self, seat: usize, people: &[Vec<String>]) -> bool {
        if self.sitting[seat].is_some() {
            return true;
        }
        // Breadth-first over seats: who sits on one may move to another of theirs.
        let mut came: BTreeMap<usize, (usize, String)> = BTreeMap::new();
        let mut open = std::collections::VecDeque::from([seat]);
        let mut seen = BTreeSet::from([seat]);
        while let Some(at) = open.pop_front() {
            for person in people[at].iter().filter(|person| self.sitting[at].as_ref() != Some(*person)) {
                let held: Vec<usize> = (0..self.seats.len())
                    .filter(|other| {
                        *other != at && self.sitting[*other].as_ref() == Some(person) && self.excludes(at, *other)
                    })
                    .collect();
                match held.as_slice() {
                    [] => {
                        self.shift(at, person.clone(), &came);
                        return true;
                    }
                    [one] if seen.insert(*one) => {
                        came.insert(*one, (at, person.clone()));
                        open.push_back(*one);
                    }
                    _ => {}
                }
            }
        }
        false
    }

    /// Seats `person` at `at`, and whoever sat there at the seat from which the search came, and so on.
    fn shift(&mut self, at: usize, person: String, came: &BTreeMap<usize, (usize, String)>) {
        let mut at = at;
        self.sitting[at] = Some(person);
        while let Some((from, mover)) = came.get(&at) {
            self.sitting[*from] = Some(mover.clone());
            at = *from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::exact::Exact;
    use crate::gate::demand::Count;
    use crate::model::fixture::records;

    /// Numbers that look random and are the same each time.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, most: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap_or(0) % most
        }
    }

    const PEOPLE: [&str; 5] = ["ann", "bo", "cy", "di", "ed"];
    const ROLES: [&str; 3] = ["r0", "r1", "r2"];

    /// People with an account each, and roles with these holders.
    fn world(holders: &[Vec<&str>]) -> String {
        let mut text = String::new();
        for (at, person) in PEOPLE.iter().enumerate() {
            text += &format!("== person {person}\ngithub: {{login: {person}, id: {}}}\n", at + 1);
        }
        for (role, holders) in ROLES.iter().zip(holders) {
            let rows: Vec<String> = holders.iter().map(|it| format!("{{person: {it}, from: 2020-01-01}}")).collect();
            text += &format!("== role {role}\nstatus: active\nholders: [{}]\n", rows.join(", "));
        }
        text
    }

    fn role(id: &str, count: usize) -> Demand {
        Demand::People(Who::Role(id.to_owned()), Count::Fixed(count))
    }

    fn needs(demands: Vec<Demand>) -> Vec<Requirement> {
        let one = |demand| Requirement { id: "test".to_owned(), demand, stage: 0 };
        demands.into_iter().map(one).collect()
    }

    fn set(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    /// Seats the requirements when these people agree and those are left out.
    fn seat(
        text: &str,
        requirements: &[Requirement],
        approvals: &[&str],
        out: &[&str],
        one_seat: bool,
    ) -> (Option<Seating>, Vec<Empty>) {
        records(text, |sms| {
            let people = People::new(sms, sms.snapshot.as_of.day());
            let (owners, objectors, apps) = (OwnersOf::default(), BTreeSet::new(), BTreeMap::new());
            let (approvals, excluded) = (set(approvals), |person: &str| out.contains(&person));
            let hall = Hall {
                people: &people,
                owners: &owners,
                excluded: &excluded,
                approvals: &approvals,
                objectors: &objectors,
                apps: &apps,
                one_seat,
            };
            hall.seat(requirements)
        })
    }

    /// The most seats that distinct people can fill, by trying everything.
    fn most(seats: &[Vec<&str>], taken: &[&str]) -> usize {
        let Some((first, rest)) = seats.split_first() else { return 0 };
        let skipped = most(rest, taken);
        let sat = first.iter().filter(|person| !taken.contains(person)).map(|person| {
            let taken: Vec<&str> = taken.iter().copied().chain([*person]).collect();
            1 + most(rest, &taken)
        });
        sat.max().unwrap_or(0).max(skipped)
    }

    #[test]
    fn as_many_seats_are_filled_as_can_be_and_so_few_are_asked_as_need_be() {
        let mut dice = Dice(7);
        for round in 0..60 {
            let mut some =
                |most: usize| -> Vec<&str> { PEOPLE.iter().copied().filter(|_| dice.below(most) == 0).collect() };
            let mut holders: Vec<Vec<&str>> = ROLES.iter().map(|_| some(2)).collect();
            holders.iter_mut().filter(|held| held.is_empty()).for_each(|held| held.push("ann"));
            let approvals = some(2);
            let counts: Vec<usize> = ROLES.iter().map(|_| 1 + dice.below(2)).collect();
            let requirements = needs(ROLES.iter().zip(&counts).map(|(id, count)| role(id, *count)).collect());
            let (seating, empty) = seat(&world(&holders), &requirements, &approvals, &[], true);
            let seating = seating.unwrap();
            assert!(empty.is_empty());
            let of = |who: &dyn Fn(&&str) -> bool| -> Vec<Vec<&str>> {
                let seats = holders.iter().zip(&counts).flat_map(|(held, count)| std::iter::repeat_n(held, *count));
                seats.map(|held| held.iter().copied().filter(|person| who(person)).collect()).collect()
            };
            let (all, open) = (seating.seats.len(), seating.missing());
            assert_eq!(all - open, most(&of(&|person| approvals.contains(person)), &[]), "round {round}");
            let reachable = most(&of(&|_| true), &[]);
            assert_eq!(seating.hopeless.len(), all - reachable, "round {round}");
            assert_eq!(seating.ask.len(), reachable - (all - open), "round {round}: {:?}", seating.ask);
            let distinct: BTreeSet<&String> = seating.filled.iter().flatten().collect();
            assert_eq!(distinct.len(), all - open, "nobody sits twice");
            // Whoever is asked is enough.
            let asked: Vec<&str> = seating.ask.iter().map(String::as_str).collect();
            let (after, _) = seat(&world(&holders), &requirements, &[approvals, asked].concat(), &[], true);
            assert_eq!(after.unwrap().missing(), all - reachable, "round {round}");
        }
    }

    fn small() -> String {
        world(&[vec!["ann", "bo"], vec!["bo", "cy"], vec![]])
    }

    #[test]
    fn somebody_moves_to_another_seat_to_let_another_one_sit() {
        let (seating, _) = seat(&small(), &needs(vec![role("r1", 1), role("r0", 1)]), &["bo", "ann"], &[], true);
        let seating = seating.unwrap();
        assert_eq!(seating.filled, [Some("bo".to_owned()), Some("ann".to_owned())]);
        let (seating, _) = seat(&small(), &needs(vec![role("r0", 1), role("r1", 1)]), &["bo", "ann"], &[], true);
        assert_eq!(seating.unwrap().missing(), 0, "in the other order too");
    }

    #[test]
    fn one_person_fills_seats_of_several_roles_only_where_that_is_allowed() {
        let both = needs(vec![role("r0", 1), role("r1", 1)]);
        assert_eq!(seat(&small(), &both, &["bo"], &[], true).0.unwrap().missing(), 1);
        assert_eq!(seat(&small(), &both, &["bo"], &[], false).0.unwrap().missing(), 0);
        let twice = needs(vec![role("r0", 2)]);
        assert_eq!(seat(&small(), &twice, &["bo"], &[], false).0.unwrap().missing(), 1, "never two of one requirement");
    }

    #[test]
    fn those_who_are_left_out_fill_nothing_and_are_not_asked() {
        let (seating, _) = seat(&small(), &needs(vec![role("r0", 1)]), &["ann"], &["ann"], true);
        let seating = seating.unwrap();
        assert_eq!((seating.missing(), seating.ask), (1, set(&["bo"])));
        let (seating, _) = seat(&small(), &needs(vec![role("r0", 1)]), &["ann"], &["ann", "bo"], true);
        assert_eq!(seating.unwrap().hopeless, [0]);
    }

    #[test]
    fn the_way_that_lacks_least_is_chosen_among_several() {
        let any = Demand::Any(vec![vec![role("r0", 2)], vec![role("r1", 1)]]);
        let chosen = |approvals: &[&str]| {
            let seating = seat(&small(), &needs(vec![any.clone()]), approvals, &[], true).0.unwrap();
            (seating.seats.len(), seating.missing())
        };
        assert_eq!(chosen(&["cy"]), (1, 0));
        assert_eq!(chosen(&["ann", "bo"]), (1, 0), "the shorter of two full ways");
        assert_eq!(chosen(&["ann"]), (1, 1));
        let two = Demand::AtLeast(2, vec![role("r0", 1), role("r1", 1), role("r2", 1)]);
        let (seating, empty) = seat(&small(), &needs(vec![two]), &["ann", "cy"], &[], true);
        assert_eq!(seating.unwrap().missing(), 0);
        let told: Vec<(&str, bool)> = empty.iter().map(|it| (it.message.as_str(), it.passed_by)).collect();
        assert_eq!(told, [("there are no holders of 'r2'", true)]);
    }

    #[test]
    fn a_demand_for_more_than_it_lists_leaves_no_way_and_says_so() {
        let three = Demand::AtLeast(3, vec![role("r0", 1), role("r1", 1)]);
        let (seating, empty) = seat(&small(), &needs(vec![role("r0", 1), three]), &["ann", "bo", "cy"], &[], true);
        let told: Vec<_> = empty.iter().map(|it| (it.requirement, it.message.as_str(), it.passed_by)).collect();
        assert!(seating.is_none());
        assert_eq!(told, [(1, "it asks for more entries than it lists", false)]);
    }

    #[test]
    fn a_demand_of_nobody_leaves_no_way() {
        let (seating, empty) = seat(&small(), &needs(vec![role("r2", 1)]), &["ann"], &[], true);
        assert!(seating.is_none() && !empty[0].passed_by);
        let half = Demand::People(Who::Role("r2".to_owned()), Count::Percent(Exact::from(50)));
        let (seating, empty) = seat(&small(), &needs(vec![half]), &["ann"], &[], true);
        assert!(seating.is_none());
        assert_eq!(empty[0].message, "there are no holders of 'r2' of whom a share could agree");
    }

    #[test]
    fn nobody_of_a_later_stage_is_asked_before_the_earlier_one_is_full() {
        let mut stages = needs(vec![role("r1", 1), role("r0", 1)]);
        stages[0].stage = 2;
        stages[1].stage = 1;
        let ask = |approvals: &[&str]| seat(&small(), &stages, approvals, &["bo"], true).0.unwrap().ask;
        assert_eq!(ask(&[]), set(&["ann"]));
        assert_eq!(ask(&["ann"]), set(&["cy"]));
        assert_eq!(ask(&["cy"]), set(&["ann"]), "an early vote is kept");
        assert!(ask(&["ann", "cy"]).is_empty());
    }

    #[test]
    fn choices_are_all_there_once() {
        assert_eq!(choices(3, 2), [vec![0, 1], vec![0, 2], vec![1, 2]]);
        assert_eq!(choices(2, 0), [Vec::<usize>::new()]);
        assert!(choices(2, 3).is_empty());
        let many = choices(30, 15);
        assert!(many.len() == MOST_WAYS && many.iter().all(|it| it.len() == 15), "{}", many.len());
    }
}
