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

/// All ways to choose `least` of `all` things, in order.
fn choices(all: usize, least: usize) -> Vec<Vec<usize>> {
    let mut chosen: Vec<Vec<usize>> = vec![Vec::new()];
    for at in 0..all {
        let grown: Vec<Vec<usize>> =
            chosen.iter().filter(|it| it.len() < least).map(|it| it.iter().copied().chain([at]).collect()).collect();
        chosen.extend(grown);
        chosen.truncate(4 * MOST_WAYS);
    }
    chosen.retain(|it| it.len() == least);
    chosen.sort();
    chosen
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
