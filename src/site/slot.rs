//! Values that several pages share, and the numbers that traces call them by.

use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::OnceLock;

use crate::gap::Assessed;
use crate::model::trace::{Read, Trace, note, traced};

/// A value that pages share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// What rules found, and what is waived.
    Findings,
    /// What requirements are judged by.
    Assessor,
    /// The order of the records of a kind, by the place of the kind.
    Order(usize),
    /// How many records of a kind are in which state.
    States(usize),
    /// A requirement against the records, by its place.
    Requirement(usize),
    /// All requirements.
    Coverage,
    /// What comes next.
    Upcoming,
    /// Which records name a clause.
    Citing,
    /// What all levels rest on: the measures, calendars and reports.
    Measures,
    /// All levels.
    Levels,
    /// Which levels are about whom.
    LevelsOf,
    /// The calendar.
    Schedule,
    /// The changes of the calendar by what they are about.
    Changes,
    /// The gate's own look at changes.
    Outlook,
    /// What is compared from period to period.
    Figures,
    /// In which band of the map each node lies.
    Bands,
    /// How each node looks on the map.
    Looks,
    /// The map of everything.
    Map,
    /// A level, by its place.
    Level(usize),
}

/// The values that stand once, between those of kinds and requirements and those of levels; the first [`ALONE`] of them rest
/// on no value that stands there.
const MIDDLE: [Value; 13] = [
    Value::Upcoming,
    Value::Citing,
    Value::Bands,
    Value::Looks,
    Value::Coverage,
    Value::Measures,
    Value::Levels,
    Value::LevelsOf,
    Value::Schedule,
    Value::Changes,
    Value::Outlook,
    Value::Figures,
    Value::Map,
];
const ALONE: usize = 4;
/// The values in front of those of kinds.
const FRONT: [Value; 2] = [Value::Findings, Value::Assessor];

/// How values are numbered: a value rests only on those with lower numbers. How many levels there are hangs on the records,
/// so they come last.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Numbers {
    /// How many kinds there are.
    pub(super) kinds: usize,
    /// How many requirements there are.
    pub(super) requirements: usize,
}

impl Numbers {
    /// The number of a value.
    fn number(self, value: Value) -> usize {
        let orders = FRONT.len();
        let requirements = orders + 2 * self.kinds;
        let middle = requirements + self.requirements;
        match value {
            Value::Findings => 0,
            Value::Assessor => 1,
            Value::Order(at) => orders + at,
            Value::States(at) => orders + self.kinds + at,
            Value::Requirement(at) => requirements + at,
            Value::Level(at) => middle + MIDDLE.len() + at,
            once => middle + MIDDLE.iter().position(|other| *other == once).unwrap_or(0),
        }
    }

    /// The values in the order of their numbers, with so many levels.
    pub(super) fn values(self, levels: usize) -> impl Iterator<Item = Value> {
        let (kinds, requirements) = (0..self.kinds, 0..self.requirements);
        let kinds = kinds.clone().map(Value::Order).chain(kinds.map(Value::States));
        let front = FRONT.into_iter().chain(kinds).chain(requirements.map(Value::Requirement));
        front.chain(MIDDLE).chain((0..levels).map(Value::Level))
    }

    /// The value with a number.
    pub(super) fn value(self, number: usize) -> Option<Value> {
        let levels = number.saturating_sub(self.number(Value::Level(0))) + 1;
        self.values(levels).nth(number)
    }

    /// The numbers of so many values in groups, of which each rests only on earlier ones.
    pub(super) fn groups(self, count: usize) -> impl Iterator<Item = Range<usize>> {
        let front = FRONT.len();
        let middle = self.number(Value::Requirement(0)) + self.requirements;
        let levels = self.number(Value::Level(0));
        let one = |at: usize| at..at + 1;
        let wide = front..middle + ALONE;
        let groups = (0..front).map(one).chain([wide]).chain((middle + ALONE..levels).map(one));
        groups.chain(std::iter::once(levels..count.max(levels)))
    }

    /// How traces call a value.
    pub(super) fn read(self, value: Value) -> Read {
        u16::try_from(self.number(value)).map_or(Read::Everything, Read::Shared)
    }

    /// The place of a value among those that are remembered.
    pub(super) fn place(self, value: Value) -> usize {
        self.number(value)
    }

    /// Notes that a value is read.
    pub(super) fn note(self, value: Value) {
        note(self.read(value));
    }
}

/// A value with what was read for it.
#[derive(Debug)]
pub(super) struct Slot<T>(OnceLock<(T, Trace)>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Slot<T> {
    /// The value, which `make` works out when it is first asked for. It must not hand parts of that to other threads: a
    /// thread that waits for them could begin with a page that asks for the same.
    pub(super) fn get(&self, make: impl FnOnce() -> T) -> &T {
        &self.0.get_or_init(|| traced(make)).0
    }

    /// The value; none where nobody asked for it.
    pub(super) fn value(&self) -> Option<&T> {
        self.0.get().map(|(value, _)| value)
    }

    /// What was read for it; none where nobody asked for it.
    pub(super) fn trace(&self) -> Option<&Trace> {
        self.0.get().map(|(_, trace)| trace)
    }
}

/// So many empty slots.
pub(super) fn slots<T>(count: usize) -> Vec<Slot<T>> {
    std::iter::repeat_with(Slot::default).take(count).collect()
}

/// A requirement against the records as pages tell it, for its name by what it holds.
pub(super) struct Told<'t, 'a>(pub(super) &'t Assessed<'a>);

impl Hash for Told<'_, '_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Assessed { requirement, status, evidence, against, performed_by, next } = self.0;
        (&requirement.id, status, performed_by, next, evidence.len(), against.len()).hash(state);
        for one in evidence {
            (one.record, one.grade).hash(state);
        }
        for finding in against {
            let subject = finding.subject.as_ref().map(|subject| (&subject.kind, &subject.id));
            (finding.rule, &finding.message, finding.primary, subject).hash(state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_number_of_its_own_and_comes_back_from_it() {
        let numbers = Numbers { kinds: 3, requirements: 2 };
        let all: Vec<Value> = numbers.values(4).collect();
        assert_eq!(all.len(), 2 + 2 * 3 + 2 + 13 + 4);
        for (at, value) in all.iter().enumerate() {
            assert_eq!((numbers.place(*value), numbers.value(at)), (at, Some(*value)));
        }
        assert_eq!(numbers.value(all.len()), Some(Value::Level(4)));
        let groups: Vec<_> = numbers.groups(all.len()).collect();
        assert_eq!(groups.iter().cloned().flatten().collect::<Vec<_>>(), (0..all.len()).collect::<Vec<_>>());
    }

    #[test]
    fn a_value_is_worked_out_once_and_what_was_read_for_it_is_known() {
        let slot = Slot::default();
        assert!(slot.trace().is_none());
        let make = || {
            note(Read::Kind(3));
            7
        };
        let (told, outer) = traced(|| *slot.get(make) + *slot.get(|| unreachable!("it is known")));
        assert_eq!((told, outer), (14, Trace::default()));
        assert_eq!(slot.trace().unwrap().reads().collect::<Vec<_>>(), [Read::Kind(3)]);
    }
}
