//! What a computation reads of an SMS, so that a later run can tell whether it would come to the same again.
//!
//! Whoever wants to know wraps the computation in [`traced`]. The methods of [`Sms`](super::Sms) that give records away
//! note what they gave; outside of a trace that costs next to nothing. What is noted belongs to the thread, so a
//! computation that is traced must not hand parts of itself to other threads.

use std::cell::{Cell, RefCell};

use super::Ix;
use crate::base::bytes::{Scan, put_number};

/// Something that a computation can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Read {
    /// A record, with all that is said of it and of what refers to it.
    Record(Ix),
    /// What an item says of its own availability, and nothing else of its record.
    Figure(Ix),
    /// All records of a kind, by its place in the catalog.
    Kind(u16),
    /// A value that several computations share, by its number.
    Shared(u16),
    /// The instant to judge by, finer than its day.
    Instant,
    /// All records, or what was found in them.
    Everything,
}

/// The numbers from here on stand for what is no record; no SMS has that many.
const OTHERS: u32 = 0xff00_0000;
/// The figure of a record has the number of the record behind this one; no SMS has that many records either.
const FIGURES: u32 = 0x8000_0000;
const KINDS: u32 = OTHERS;
const SHARED: u32 = OTHERS + 0x1_0000;
const INSTANT: u32 = u32::MAX - 1;
const EVERYTHING: u32 = u32::MAX;

impl Read {
    const fn number(self) -> u32 {
        match self {
            Self::Record(ix) => ix.0,
            Self::Figure(ix) => FIGURES + ix.0,
            Self::Kind(at) => KINDS + at as u32,
            Self::Shared(at) => SHARED + at as u32,
            Self::Instant => INSTANT,
            Self::Everything => EVERYTHING,
        }
    }

    /// What a number stands for. A number that none stands for is everything.
    fn of(number: u32) -> Self {
        let place = |first: u32| u16::try_from(number - first).ok();
        match number {
            ..FIGURES => Self::Record(Ix(number)),
            FIGURES..OTHERS => Self::Figure(Ix(number - FIGURES)),
            OTHERS..SHARED => place(KINDS).map_or(Self::Everything, Self::Kind),
            INSTANT => Self::Instant,
            _ => place(SHARED).map_or(Self::Everything, Self::Shared),
        }
    }
}

thread_local! {
    static IS_TRACED: Cell<bool> = const { Cell::new(false) };
    static READS: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// Notes that the computation of this thread reads something.
#[inline]
pub fn note(read: Read) {
    if IS_TRACED.get() {
        READS.with_borrow_mut(|reads| {
            let number = read.number();
            if reads.last() != Some(&number) {
                reads.push(number);
            }
        });
    }
}

/// What a computation read, in order, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace(Vec<u32>);

impl Trace {
    /// A trace of these.
    fn of(mut reads: Vec<u32>) -> Self {
        reads.sort_unstable();
        reads.dedup();
        reads.shrink_to_fit();
        Self(reads)
    }

    /// A trace of these reads.
    #[must_use]
    pub fn of_reads(reads: impl IntoIterator<Item = Read>) -> Self {
        Self::of(reads.into_iter().map(Read::number).collect())
    }

    /// What was read.
    pub fn reads(&self) -> impl Iterator<Item = Read> {
        self.0.iter().map(|number| Read::of(*number))
    }

    /// Adds what another computation read.
    pub fn extend(&mut self, other: &Self) {
        if !other.0.is_empty() {
            *self = Self::of([self.0.as_slice(), &other.0].concat());
        }
    }

    /// What any of several computations read.
    pub fn union<'t>(traces: impl IntoIterator<Item = &'t Self>) -> Self {
        Self::of(traces.into_iter().flat_map(|trace| &trace.0).copied().collect())
    }

    /// The numbers that stand for what was read, in order.
    #[must_use]
    pub fn numbers(&self) -> &[u32] {
        &self.0
    }

    /// Appends the trace, each number as the step from the one before.
    pub fn put(&self, out: &mut Vec<u8>) {
        put_number(out, self.0.len());
        let mut before = 0;
        for number in &self.0 {
            put_number(out, (number - before) as usize);
            before = *number;
        }
    }

    /// The trace that comes next.
    pub fn take(scan: &mut Scan<'_>) -> Option<Self> {
        let mut before = 0u32;
        let count = scan.number()?;
        let numbers = (0..count).map(|_| {
            before = before.checked_add(u32::try_from(scan.number()?).ok()?)?;
            Some(before)
        });
        numbers.collect::<Option<_>>().map(Self::of)
    }

    /// The trace of these numbers.
    #[must_use]
    pub fn of_numbers(numbers: Vec<u32>) -> Self {
        Self::of(numbers)
    }
}

/// Gives the noted reads back to the computation around this one, however this one ends.
struct Frame {
    outer: Vec<u32>,
    was_traced: bool,
}

impl Drop for Frame {
    fn drop(&mut self) {
        READS.set(std::mem::take(&mut self.outer));
        IS_TRACED.set(self.was_traced);
    }
}

/// Carries out `work` and tells what it read. A computation inside another one has a trace of its own, and the outer one
/// knows nothing of it.
pub fn traced<T>(work: impl FnOnce() -> T) -> (T, Trace) {
    let frame = Frame { outer: READS.take(), was_traced: IS_TRACED.replace(true) };
    let made = work();
    let reads = READS.take();
    drop(frame);
    (made, Trace::of(reads))
}

/// Carries out `work`, which hands parts of itself to other threads, and forgets what this thread reads meanwhile: while it
/// waits for the others it may take up anything. What the parts read is for the caller to note.
pub fn aside<T>(work: impl FnOnce() -> T) -> T {
    traced(work).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads<T>(work: impl FnOnce() -> T) -> Vec<Read> {
        traced(work).1.reads().collect()
    }

    #[test]
    fn what_is_read_is_told_once_and_in_order() {
        let all = [
            Read::Record(Ix(3)),
            Read::Record(Ix(9)),
            Read::Figure(Ix(3)),
            Read::Kind(2),
            Read::Shared(1),
            Read::Instant,
            Read::Everything,
        ];
        let told = reads(|| all.iter().rev().chain(&all).for_each(|read| note(*read)));
        assert_eq!(told, all);
        assert_eq!(reads(|| ()), []);
    }

    #[test]
    fn a_computation_inside_another_has_its_own_trace() {
        let one = |at| note(Read::Record(Ix(at)));
        let told = reads(|| {
            one(1);
            assert_eq!(reads(|| one(2)), [Read::Record(Ix(2))]);
            one(3);
        });
        assert_eq!(told, [Read::Record(Ix(1)), Read::Record(Ix(3))]);
    }

    #[test]
    fn what_a_thread_takes_up_while_it_waits_belongs_to_nobody() {
        let told = reads(|| {
            note(Read::Kind(1));
            aside(|| note(Read::Everything));
        });
        assert_eq!(told, [Read::Kind(1)]);
    }

    #[test]
    fn a_computation_that_fails_leaves_nothing_behind() {
        let told = reads(|| {
            let fails = || {
                note(Read::Everything);
                panic!("as it is meant to")
            };
            assert!(std::panic::catch_unwind(|| traced::<()>(fails)).is_err());
            note(Read::Kind(0));
        });
        assert_eq!(told, [Read::Kind(0)]);
        note(Read::Everything);
        assert_eq!(reads(|| ()), [], "outside of a computation nothing is noted");
    }

    #[test]
    fn traces_grow_and_come_back_from_their_numbers() {
        let (mut one, two) = (traced(|| note(Read::Kind(7))).1, traced(|| note(Read::Record(Ix(5)))).1);
        one.extend(&two);
        assert_eq!(one.reads().collect::<Vec<_>>(), [Read::Record(Ix(5)), Read::Kind(7)]);
        assert_eq!(Trace::of_numbers(one.numbers().to_vec()), one);
        assert_eq!(Trace::union([&one, &two, &Trace::default()]), one);
        assert_eq!(Trace::of_numbers(vec![u32::MAX - 2]).reads().collect::<Vec<_>>(), [Read::Everything]);
    }

    #[test]
    fn records_that_are_given_away_are_noted() {
        crate::model::fixture::records("== ci ci-a\nowner: ann\n== person ann\n== team team-a", |sms| {
            let (ci, ann) = (sms.find("ci-a").unwrap(), sms.find("ann").unwrap());
            let kind = |name| Read::Kind(u16::try_from(sms.catalog.position(name).unwrap()).unwrap());
            assert_eq!(reads(|| sms.record(ci).file), [Read::Record(ci)]);
            assert_eq!(reads(|| sms.of_kind("person").len()), [kind("person")]);
            assert_eq!(reads(|| sms.records().len()), [Read::Everything]);
            assert_eq!(reads(|| sms.incoming(ann).count()), [Read::Record(ann)]);
            assert_eq!(reads(|| sms.outgoing(ci).len()), [Read::Record(ci)]);
            assert_eq!(reads(|| sms.references().len()), [Read::Everything]);
            assert_eq!(reads(|| sms.find("ann")), [], "which ids there are is no matter of one record");
        });
    }
}
