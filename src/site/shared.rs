//! What several pages show: worked out when one of them first asks for it, and once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, OnceLock, PoisonError};

use jiff::SignedDuration;

use super::board::estate::Map;
use super::board::periods::Figures;
use super::digest::{Print, print};
use super::memory::Known;
use super::pages::Site;
use super::section::Section;
use crate::base::clause;
use crate::diff::State;
use crate::gap::{self, Assessed, Grade};
use crate::gate::Reason;
use crate::gate::outlook::Outlook;
use crate::graph::diff::Side;
use crate::levels::{Effort, Meter};
use crate::model::Ix;
use crate::model::trace::{Read, Trace, note, traced};
use crate::rules::Check;
use crate::schedule::{Ground, Schedule, Sort};
use crate::slm::{self, Ask, Level};
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

/// The values, as traces call them. A value asks only for those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    /// What all levels rest on: the measures, calendars and reports.
    Measures,
    /// All levels.
    Levels,
    LevelsOf,
    Schedule,
    Changes,
    Outlook,
    Figures,
    Citing,
    Map,
}

/// The number of the first level alone; the others follow.
const LEVEL: usize = 9;

/// What the level at a place is called.
fn level(at: usize) -> Read {
    u16::try_from(LEVEL + at).map_or(Read::Everything, Read::Shared)
}

/// A value with what was read for it.
struct Slot<T>(OnceLock<(T, Trace)>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Slot<T> {
    /// The value, which `make` works out when it is first asked for.
    fn get(&self, name: Name, make: impl FnOnce() -> T) -> &T {
        note(Read::Shared(name as u16));
        &self.0.get_or_init(|| traced(make)).0
    }

    fn trace(&self) -> Option<Trace> {
        self.0.get().map(|(_, trace)| trace.clone())
    }
}

/// All levels, with what was read for them.
struct Levels<'a> {
    all: Vec<Level<'a, 'a>>,
    /// For none of them alone.
    common: Trace,
    /// For each alone.
    own: Vec<Trace>,
    /// What is told of the chain behind each row of each.
    chains: Vec<Vec<OnceLock<Option<Section>>>>,
    /// For what stands in `chains` of each.
    told: Vec<Mutex<Trace>>,
}

impl Levels<'_> {
    /// What was read for one level and for what is told of it.
    fn trace(&self, at: usize) -> Trace {
        let mut trace = traced(|| note(Read::Shared(Name::Measures as u16))).1;
        trace.extend(&self.own[at]);
        trace.extend(&self.told[at].lock().unwrap_or_else(PoisonError::into_inner));
        trace
    }
}

/// The values that pages share.
#[derive(Default)]
pub(super) struct Shared<'a> {
    levels: OnceLock<Levels<'a>>,
    /// The places in `levels` by SLA, service and customer.
    levels_of: Slot<BTreeMap<Ix, Vec<usize>>>,
    schedule: Slot<Schedule<'a>>,
    changes: Slot<BTreeMap<&'a str, Vec<Ix>>>,
    coverage: OnceLock<Vec<Assessed<'a>>>,
    outlook: Slot<Result<Outlook<'a>, Reason>>,
    figures: Slot<Figures>,
    citing: Slot<BTreeMap<&'a str, Vec<Ix>>>,
    map: Slot<Map>,
}

impl<'a> Site<'a> {
    /// What is remembered of each value, by its number, and none of a value that nobody asked for; `before` is what was
    /// remembered of values that nobody asked for now.
    pub(super) fn remembered(&self, before: &[Option<Known>]) -> Vec<Option<Known>> {
        let shared = &self.shared;
        let levels = shared.levels.get();
        let all = levels.map(|levels| Trace::union(levels.own.iter().chain([&levels.common])));
        let values = [
            (Name::Measures, levels.map(|levels| levels.common.clone())),
            (Name::Levels, all),
            (Name::LevelsOf, shared.levels_of.trace()),
            (Name::Schedule, shared.schedule.trace()),
            (Name::Changes, shared.changes.trace()),
            (Name::Outlook, shared.outlook.trace()),
            (Name::Figures, shared.figures.trace()),
            (Name::Citing, shared.citing.trace()),
            (Name::Map, shared.map.trace()),
        ];
        let values = values.into_iter().map(|(name, trace)| match trace {
            Some(trace) => Some(Known { trace, print: self.print(name as usize) }),
            None => before.get(name as usize)?.clone(),
        });
        let count = levels.map_or(before.len().saturating_sub(LEVEL), |levels| levels.all.len());
        let each = (0..count).map(|at| {
            let old = before.get(LEVEL + at).and_then(Option::as_ref);
            let Some(levels) = levels else { return old.cloned() };
            let mut trace = levels.trace(at);
            // Only some of its chains may have been told now, and the others on pages that are kept.
            if let Some(old) = old {
                trace.extend(&old.trace);
            }
            Some(Known { trace, print: None })
        });
        values.chain(each).collect()
    }

    /// Works out what takes long and nearly every run asks for, before the first page: levels are worked out by several
    /// threads, like the requirements.
    pub(super) fn prepare(&self) {
        rayon::join(|| self.all_levels(), || self.changes());
        self.by_party();
    }

    /// The name of a value by what it holds, for values that many pages ask for and that seldom change.
    pub(super) fn print(&self, value: usize) -> Option<Print> {
        if value == Name::Changes as usize {
            return Some(print(self.changes()));
        }
        (value == Name::LevelsOf as usize).then(|| print(self.by_party()))
    }

    /// What every SLA that holds promises and what was kept of it in the last periods; worked out before the first page.
    pub(super) fn levels(&self) -> &[Level<'a, 'a>] {
        note(Read::Shared(Name::Levels as u16));
        &self.all_levels().all
    }

    fn all_levels(&self) -> &Levels<'a> {
        self.shared.levels.get_or_init(|| {
            // Chains of thousands of parts are looked at as a check does, others as `slm` does.
            let effort = if self.sms.len() > MANY { Effort::Check } else { Effort::Full };
            let until = self.sms.snapshot.as_of.day();
            let ask = Ask { slas: Vec::new(), until, periods: PERIODS, effort };
            let (meter, mut common) = traced(|| {
                // What was kept of a period that runs is counted up to now.
                note(Read::Instant);
                Meter::new(self.sms)
            });
            let (levels, more) = slm::traced_levels(self.sms, self.graph, &meter, &ask);
            common.extend(&more);
            let (mut all, own): (Vec<_>, Vec<_>) = levels.into_iter().unzip();
            if self.is_public() {
                // Incidents and parts that are not public count as well: only what was reported is told.
                for row in all.iter_mut().flat_map(|level: &mut Level<'_, '_>| &mut level.rows) {
                    (row.delivery, row.called) = (None, None);
                    row.cells.iter_mut().for_each(|cell| cell.kept = None);
                }
            }
            let chains = all.iter().map(|level| level.rows.iter().map(|_| OnceLock::new()).collect()).collect();
            let told = all.iter().map(|_| Mutex::default()).collect();
            Levels { all, common, own, chains, told }
        })
    }

    /// The level at a place.
    pub(super) fn level_at(&self, at: usize) -> &Level<'a, 'a> {
        note(level(at));
        &self.all_levels().all[at]
    }

    /// What an SLA promises and what was kept of it.
    pub(super) fn level(&self, ix: Ix) -> Option<&Level<'a, 'a>> {
        let record = self.sms.record(ix);
        self.levels_of(ix).find(|level| std::ptr::eq(level.sla.0.record, record))
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
        self.shared.levels_of.get(Name::LevelsOf, || {
            let mut by: BTreeMap<Ix, Vec<usize>> = BTreeMap::new();
            for (at, level) in self.levels().iter().enumerate() {
                let parties = [level.sla.service().map(|it| it.id), level.sla.customer().map(|it| it.id)];
                let ids = parties.into_iter().flatten().chain([level.sla.0.record.id.as_str()]);
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
        note(level(at));
        let levels = self.all_levels();
        let made = levels.chains[at][row].get_or_init(|| {
            let (made, trace) = traced(make);
            levels.told[at].lock().unwrap_or_else(PoisonError::into_inner).extend(&trace);
            made
        });
        made.clone()
    }

    /// What happens from some weeks back to some months ahead; worked out when first asked for.
    pub(super) fn schedule(&self) -> &Schedule<'a> {
        self.shared.schedule.get(Name::Schedule, || {
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
        self.shared.changes.get(Name::Changes, || {
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

    /// Every requirement of the standard against the records; worked out before the first page.
    pub(super) fn coverage(&self) -> &[Assessed<'a>] {
        // Several threads work it out, of which no trace can be kept.
        note(Read::Everything);
        self.shared.coverage.get_or_init(|| {
            let input = gap::Input { sms: self.sms, findings: self.input.findings, pack: pack(), grades: &NO_GRADES };
            gap::assess(&input, Check { sms: self.sms, graph: self.graph })
        })
    }

    /// The records with a page that name a clause of the standard, by its number; gathered when first asked for.
    pub(super) fn citing(&self) -> &BTreeMap<&'a str, Vec<Ix>> {
        self.shared.citing.get(Name::Citing, || {
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

    /// Where everything lies on the map; its page and its script read the same.
    pub(super) fn map(&self) -> &Map {
        self.shared.map.get(Name::Map, || Map::new(self))
    }

    /// What is compared from period to period; counted when first asked for.
    pub(super) fn figures(&self) -> &Figures {
        self.shared.figures.get(Name::Figures, || Figures::new(self))
    }

    /// The gate's own look at changes, by the policy in force, else why nothing can be decided. Worked out when first
    /// asked for.
    pub(super) fn outlook(&self) -> &Result<Outlook<'a>, Reason> {
        self.shared.outlook.get(Name::Outlook, || {
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
        let coverage = self.coverage();
        let input = gap::Input { sms: self.sms, findings: self.input.findings, pack: pack(), grades: &NO_GRADES };
        then(&input, coverage)
    }
}
