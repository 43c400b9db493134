//! What several pages show: worked out when one of them first asks for it, and once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, OnceLock, PoisonError};

use jiff::SignedDuration;
use rayon::prelude::*;

use super::board::estate::{self, Map};
use super::board::periods::Figures;
use super::memory::Known;
use super::pages::Site;
use super::section::Section;
use super::shelf::Shelf;
use super::slot::{self, Numbers, Slot, Value, slots};
use super::upcoming::{self, Upcoming};
use crate::base::clause;
use crate::base::hash::{Print, print};
use crate::diff::State;
use crate::gap::{self, Assessed, Assessor, Grade};
use crate::gate::Reason;
use crate::gate::outlook::Outlook;
use crate::graph::diff::Side;
use crate::levels::{Effort, Meter};
use crate::model::Ix;
use crate::model::trace::{Read, Trace, note, traced};
use crate::rules::Check;
use crate::schedule::{Ground, Schedule, Sort};
use crate::slm::{Ask, Level, Promises};
use crate::standard::pack;
use crate::yaml::Node;

/// Records from which on chains are looked at with less effort.
const MANY: usize = 5_000;
/// Periods of a promise that pages show.
const PERIODS: usize = 13;
/// Who took over which file is told by the history, which pages do not read.
static NO_GRADES: BTreeMap<String, Grade> = BTreeMap::new();
/// Days that the calendar looks back.
const BACK: i32 = 45;
/// Days that the calendar looks ahead.
const AHEAD: i32 = 200;

/// A level, and what is told of the chain behind each of its rows.
struct Told<'a> {
    level: Level<'a, 'a>,
    chains: Vec<OnceLock<Option<Section>>>,
}

/// What levels are worked out from, and each of them.
struct Desk<'a> {
    ask: Ask,
    meter: Meter<'a>,
    promises: Promises<'a>,
    levels: Vec<Slot<Told<'a>>>,
    /// What was read for what stands in the chains of each.
    chains: Vec<Mutex<Trace>>,
}

/// The values that pages share.
#[derive(Default)]
pub(super) struct Shared<'a> {
    pub(super) numbers: Numbers,
    states: Vec<Slot<Vec<usize>>>,
    assessor: Slot<Assessor<'a>>,
    requirements: Vec<Slot<Assessed<'a>>>,
    coverage: Slot<Vec<Assessed<'a>>>,
    upcoming: Slot<Vec<Upcoming>>,
    citing: Slot<BTreeMap<&'a str, Vec<Ix>>>,
    desk: Slot<Desk<'a>>,
    /// The places of levels by SLA, service and customer.
    levels_of: Slot<BTreeMap<Ix, Vec<usize>>>,
    schedule: Slot<Schedule<'a>>,
    changes: Slot<BTreeMap<&'a str, Vec<Ix>>>,
    outlook: Slot<Result<Outlook<'a>, Reason>>,
    figures: Slot<Figures>,
    bands: Slot<Vec<(String, Vec<u32>)>>,
    looks: Slot<Vec<u8>>,
    map: Slot<Map>,
}

impl Shared<'_> {
    /// Nothing worked out yet, for so many kinds.
    pub(super) fn new(kinds: usize) -> Self {
        let requirements = pack().requirements.len();
        let numbers = Numbers { kinds, requirements };
        Self { numbers, states: slots(kinds), requirements: slots(requirements), ..Self::default() }
    }
}

impl<'a> Site<'a> {
    /// What is remembered of each value, by its number, and none of a value that nobody asked for; `before` is what was
    /// remembered of values that nobody asked for now.
    pub(super) fn remembered(&self, before: &[Option<Known>]) -> Vec<Option<Known>> {
        let (shared, numbers) = (&self.shared, self.shared.numbers);
        let first = numbers.place(Value::Level(0));
        let levels = shared.desk.value().map_or(before.len().saturating_sub(first), |desk| desk.levels.len());
        let one = |(at, value): (usize, Value)| {
            let old = before.get(at).and_then(Option::as_ref);
            let Some(mut trace) = self.trace(value) else { return old.cloned() };
            if let (Value::Levels | Value::Level(_), Some(old)) = (value, old) {
                // Only some levels, and only some chains of a level, may have been worked out now.
                trace.extend(&old.trace);
            }
            Some(Known { trace, print: self.print(value) })
        };
        numbers.values(levels).enumerate().map(one).collect()
    }

    /// What was read for a value; none where nobody asked for it.
    fn trace(&self, value: Value) -> Option<Trace> {
        let shared = &self.shared;
        let trace = match value {
            Value::Findings => return Some(Trace::of_reads([Read::Everything])),
            Value::Order(at) => return Some(Trace::of_reads([self.shelves.get(at)?.read()])),
            Value::States(at) => shared.states.get(at)?.trace(),
            Value::Assessor => shared.assessor.trace(),
            Value::Requirement(at) => shared.requirements.get(at)?.trace(),
            Value::Coverage => shared.coverage.trace(),
            Value::Upcoming => shared.upcoming.trace(),
            Value::Citing => shared.citing.trace(),
            Value::Measures => shared.desk.trace(),
            Value::Levels => {
                let desk = shared.desk.value()?;
                let levels = desk.levels.iter().filter_map(Slot::trace);
                return Some(Trace::union(levels.chain(shared.desk.trace())));
            }
            Value::LevelsOf => shared.levels_of.trace(),
            Value::Schedule => shared.schedule.trace(),
            Value::Changes => shared.changes.trace(),
            Value::Outlook => shared.outlook.trace(),
            Value::Figures => shared.figures.trace(),
            Value::Bands => shared.bands.trace(),
            Value::Looks => shared.looks.trace(),
            Value::Map => shared.map.trace(),
            Value::Level(at) => {
                let desk = shared.desk.value()?;
                let mut trace = desk.levels.get(at)?.trace()?.clone();
                trace.extend(&desk.chains[at].lock().unwrap_or_else(PoisonError::into_inner));
                return Some(trace);
            }
        };
        trace.cloned()
    }

    /// The name of a value by what it holds, for values that many pages ask for and that seldom change.
    pub(super) fn print(&self, value: Value) -> Option<Print> {
        match value {
            Value::Findings => Some(self.found),
            Value::Order(at) => Some(print(&self.shelves.get(at)?.in_order())),
            Value::States(at) => Some(print(self.states_at(at)?)),
            Value::Requirement(at) => Some(print(&slot::Told(self.requirement(at)?))),
            Value::Upcoming => Some(print(&self.upcoming())),
            Value::Citing => Some(print(self.citing())),
            Value::LevelsOf => Some(print(self.by_party())),
            Value::Changes => Some(print(self.changes())),
            Value::Bands => Some(print(&self.bands())),
            Value::Looks => Some(print(&self.looks())),
            _ => None,
        }
    }

    /// Works out what takes long before the first page, so that several threads share the work: what pages will ask for,
    /// or all of it where that is not known.
    pub(super) fn prepare(&self, asked: Option<&BTreeSet<usize>>) {
        let numbers = self.shared.numbers;
        let asks = |value| asked.is_none_or(|asked| asked.contains(&numbers.place(value)));
        let requirements =
            (0..numbers.requirements).filter(|at| asks(Value::Coverage) || asks(Value::Requirement(*at)));
        let requirements: Vec<usize> = requirements.collect();
        let first = numbers.place(Value::Level(0));
        let any_level = asked.is_none_or(|asked| asked.range(first..).next().is_some());
        let levels = if asks(Value::Levels) || any_level { self.desk().levels.len() } else { 0 };
        let levels: Vec<usize> = (0..levels).filter(|at| asks(Value::Levels) || asks(Value::Level(*at))).collect();
        let worked_out = |at: &usize| {
            self.told_at(*at);
        };
        let judged = |at: &usize| {
            self.requirement(*at);
        };
        rayon::join(
            || {
                levels.par_iter().with_max_len(1).for_each(worked_out);
                requirements.par_iter().with_max_len(1).for_each(judged);
            },
            || {
                if asks(Value::Changes) {
                    self.changes();
                }
            },
        );
    }

    /// How many records of a kind are in each state, by the place of the kind.
    pub(super) fn states_at(&self, at: usize) -> Option<&Vec<usize>> {
        self.shared.numbers.note(Value::States(at));
        let shelf = self.shelves.get(at)?;
        Some(self.shared.states.get(at)?.get(|| {
            let mut counts = vec![0; shelf.kind.states.len()];
            for ix in shelf.records() {
                let status = self.sms.record(*ix).status();
                if let Some(at) = shelf.kind.states.iter().position(|state| Some(state.name.as_str()) == status) {
                    counts[at] += 1;
                }
            }
            counts
        }))
    }

    /// The records of a kind in the order of its list, which is all that is read of them.
    pub(super) fn order<'s>(&self, shelf: &'s Shelf<'_>) -> &'s [Ix] {
        match shelf.place() {
            Some(at) => {
                self.shared.numbers.note(Value::Order(at));
                shelf.in_order()
            }
            None => shelf.records(),
        }
    }

    /// The next day that each record names within sixty days, soonest first.
    pub(super) fn upcoming(&self) -> &[Upcoming] {
        self.shared.numbers.note(Value::Upcoming);
        self.shared.upcoming.get(|| upcoming::find(self))
    }

    /// What every SLA that holds promises and what was kept of it in the last periods.
    pub(super) fn levels(&self) -> Vec<&Level<'a, 'a>> {
        self.shared.numbers.note(Value::Levels);
        (0..self.desk().levels.len()).map(|at| &self.told_at(at).level).collect()
    }

    /// What levels are worked out from.
    fn desk(&self) -> &Desk<'a> {
        self.shared.desk.get(|| {
            // Chains of thousands of parts are looked at as a check does, others as `slm` does.
            let effort = if self.sms.len() > MANY { Effort::Check } else { Effort::Full };
            let until = self.sms.snapshot.as_of.day();
            let ask = Ask { slas: Vec::new(), until, periods: PERIODS, effort };
            let promises = Promises::new(self.sms, &ask);
            let (count, meter) = (promises.slas().len(), Meter::new(self.sms));
            let chains = std::iter::repeat_with(Mutex::default).take(count).collect();
            Desk { ask, meter, promises, levels: slots(count), chains }
        })
    }

    /// The level at a place, which must be one.
    fn told_at(&self, at: usize) -> &Told<'a> {
        let desk = self.desk();
        desk.levels[at].get(|| {
            self.shared.numbers.note(Value::Measures);
            // What was kept of a period that runs is counted up to now.
            note(Read::Instant);
            let mut level = desk.promises.level((self.sms, self.graph), &desk.meter, &desk.ask, at);
            if self.is_public() {
                // Incidents and parts that are not public count as well: only what was reported is told.
                for row in &mut level.rows {
                    (row.delivery, row.called) = (None, None);
                    row.cells.iter_mut().for_each(|cell| cell.kept = None);
                }
            }
            let chains = level.rows.iter().map(|_| OnceLock::new()).collect();
            Told { level, chains }
        })
    }

    /// The level at a place.
    pub(super) fn level_at(&self, at: usize) -> &Level<'a, 'a> {
        self.shared.numbers.note(Value::Level(at));
        &self.told_at(at).level
    }

    /// What an SLA promises and what was kept of it.
    pub(super) fn level(&self, ix: Ix) -> Option<&Level<'a, 'a>> {
        let is_its = |at: &&usize| self.desk().promises.slas()[**at].0 == ix;
        self.places_of(ix).iter().find(is_its).map(|at| self.level_at(*at))
    }

    /// What was promised about a service, or to a customer, or in an SLA.
    pub(super) fn levels_of(&self, ix: Ix) -> impl Iterator<Item = &Level<'a, 'a>> {
        self.places_of(ix).iter().map(|at| self.level_at(*at))
    }

    /// The same by their places among the levels.
    pub(super) fn places_of(&self, ix: Ix) -> &[usize] {
        self.by_party().get(&ix).map(Vec::as_slice).unwrap_or_default()
    }

    /// The places of levels by SLA, service and customer.
    fn by_party(&self) -> &BTreeMap<Ix, Vec<usize>> {
        self.shared.numbers.note(Value::LevelsOf);
        self.shared.levels_of.get(|| {
            self.shared.numbers.note(Value::Measures);
            let mut by: BTreeMap<Ix, Vec<usize>> = BTreeMap::new();
            for (at, (_, sla)) in self.desk().promises.slas().iter().enumerate() {
                let parties = [sla.service().map(|it| it.id), sla.customer().map(|it| it.id)];
                let ids = parties.into_iter().flatten().chain([sla.0.record.id.as_str()]);
                let about: BTreeSet<Ix> = ids.filter_map(|id| self.sms.find(id)).collect();
                for ix in about {
                    by.entry(ix).or_default().push(at);
                }
            }
            by
        })
    }

    /// What pages tell of the chain behind a row, by the place of its level and its own; worked out by `make` when it is first
    /// asked for.
    pub(super) fn weakest(&self, (at, row): (usize, usize), make: impl FnOnce() -> Option<Section>) -> Option<Section> {
        self.shared.numbers.note(Value::Level(at));
        let made = self.told_at(at).chains[row].get_or_init(|| {
            let (made, trace) = traced(make);
            self.desk().chains[at].lock().unwrap_or_else(PoisonError::into_inner).extend(&trace);
            made
        });
        made.clone()
    }

    /// What happens from some weeks back to some months ahead; worked out when first asked for.
    pub(super) fn schedule(&self) -> &Schedule<'a> {
        self.shared.numbers.note(Value::Schedule);
        self.shared.schedule.get(|| {
            note(Read::Instant);
            let today = self.sms.snapshot.as_of.instant();
            let day = SignedDuration::from_hours(24);
            let start = today.checked_sub(day * BACK).unwrap_or(today);
            let end = today.checked_add(day * AHEAD).unwrap_or(today);
            Schedule::new(self.ground(), (start, end))
        })
    }

    /// The changes of the calendar that are about a service or item, through whatever it needs.
    pub(super) fn changes_about(&self, id: &str) -> &[Ix] {
        self.changes().get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The changes of the calendar by service and item.
    fn changes(&self) -> &BTreeMap<&'a str, Vec<Ix>> {
        self.shared.numbers.note(Value::Changes);
        self.shared.changes.get(|| {
            let mut by_id: BTreeMap<&'a str, Vec<Ix>> = BTreeMap::new();
            for happening in self.schedule().happenings.iter().filter(|one| one.sort == Sort::Change) {
                let Some(ix) = self.sms.find(happening.record.id.as_str()) else { continue };
                for id in &happening.about {
                    by_id.entry(id).or_default().push(ix);
                }
            }
            by_id
        })
    }

    /// What the calendar is worked out from.
    pub(super) fn ground(&self) -> Ground<'a> {
        Ground { sms: self.sms, graph: self.graph }
    }

    /// Every requirement of the standard against the records.
    pub(super) fn coverage(&self) -> &[Assessed<'a>] {
        self.shared.numbers.note(Value::Coverage);
        self.shared.coverage.get(|| {
            let all = (0..self.shared.requirements.len()).filter_map(|at| self.requirement(at).cloned());
            all.collect()
        })
    }

    /// The requirement at a place against the records.
    fn requirement(&self, at: usize) -> Option<&Assessed<'a>> {
        let numbers = self.shared.numbers;
        numbers.note(Value::Requirement(at));
        let requirement = pack().requirements.get(at)?;
        Some(self.shared.requirements.get(at)?.get(|| {
            numbers.note(Value::Assessor);
            let assessor = self.shared.assessor.get(|| {
                numbers.note(Value::Findings);
                Assessor::new(&self.gap_input(), Check { sms: self.sms, graph: self.graph })
            });
            assessor.one(requirement)
        }))
    }

    fn gap_input(&self) -> gap::Input<'a> {
        gap::Input { sms: self.sms, findings: self.input.findings, pack: pack(), grades: &NO_GRADES }
    }

    /// The records with a page that name a clause of the standard, by its number; gathered when first asked for.
    pub(super) fn citing(&self) -> &BTreeMap<&'a str, Vec<Ix>> {
        self.shared.numbers.note(Value::Citing);
        self.shared.citing.get(|| {
            let mut by: BTreeMap<&str, Vec<Ix>> = BTreeMap::new();
            for (ix, record) in self.sms.records().filter(|(ix, _)| self.book.address(*ix).is_some()) {
                let tags = record.get("clauses").map(Node::items).unwrap_or_default();
                for (standard, number) in tags.iter().filter_map(Node::as_str).map(clause::split) {
                    if standard == "20000-1" {
                        by.entry(number).or_default().push(ix);
                    }
                }
            }
            by
        })
    }

    /// In which band of the map each node lies: the names of the bands with the numbers of their nodes.
    pub(super) fn bands(&self) -> &[(String, Vec<u32>)] {
        self.shared.numbers.note(Value::Bands);
        self.shared.bands.get(|| estate::bands(self))
    }

    /// How each node looks on the map, by its number.
    pub(super) fn looks(&self) -> &[u8] {
        self.shared.numbers.note(Value::Looks);
        self.shared.looks.get(|| estate::looks(self))
    }

    /// Where everything lies on the map; its page and its script read the same.
    pub(super) fn map(&self) -> &Map {
        self.shared.numbers.note(Value::Map);
        self.shared.map.get(|| Map::new(self))
    }

    /// What is compared from period to period; counted when first asked for.
    pub(super) fn figures(&self) -> &Figures {
        self.shared.numbers.note(Value::Figures);
        self.shared.figures.get(|| Figures::new(self))
    }

    /// The gate's own look at changes, by the policy in force, else why nothing can be decided. Worked out when first
    /// asked for.
    pub(super) fn outlook(&self) -> &Result<Outlook<'a>, Reason> {
        self.shared.numbers.note(Value::Outlook);
        self.shared.outlook.get(|| {
            let snapshot = self.sms.snapshot;
            let side = Side { sms: self.sms, graph: self.graph };
            // Files on disk are judged by their day, so that a second run finds its pages unchanged.
            let midnight = || self.zone.to_timestamp(snapshot.as_of.day().at(0, 0, 0, 0)).ok();
            let at = if snapshot.origin.is_worktree() { midnight() } else { None };
            Outlook::new(State { side, findings: self.input.findings }, at.unwrap_or(snapshot.as_of.instant()))
        })
    }

    /// Calls `then` with what the requirements were judged from and how.
    pub(super) fn gap<T>(&self, then: impl FnOnce(&gap::Input<'_>, &[Assessed<'_>]) -> T) -> T {
        then(&self.gap_input(), self.coverage())
    }
}
