//! Sets of time: sorted stretches that do not touch, from a first moment to the first moment after it.

use jiff::Timestamp;

use super::duration::Duration;

/// Two moments: the first one, and the first one that no longer counts.
pub type Bounds = (Timestamp, Timestamp);

/// A set of moments as stretches in the order of time, half-open and with a gap between any two: what overlaps or
/// touches is one stretch, and no stretch is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intervals(Vec<Bounds>);

impl Intervals {
    /// No moment at all.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// One stretch; nothing when `end` is not after `start`.
    #[must_use]
    pub fn one(start: Timestamp, end: Timestamp) -> Self {
        std::iter::once((start, end)).collect()
    }

    /// The stretches in the order of time.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Bounds> + ExactSizeIterator + '_ {
        self.0.iter().copied()
    }

    /// Whether there is no moment in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Number of stretches.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// From its first moment to the first one after its last.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        Some((self.0.first()?.0, self.0.last()?.1))
    }

    /// How long all stretches are together, in whole seconds, rounded down once.
    #[must_use]
    pub fn total(&self) -> Duration {
        let nanos: i128 = self.iter().map(|(start, end)| end.duration_since(start).as_nanos()).sum();
        Duration::from_seconds(u64::try_from(nanos / 1_000_000_000).unwrap_or_default())
    }

    /// The stretch in which `at` lies.
    #[must_use]
    pub fn around(&self, at: Timestamp) -> Option<Bounds> {
        let behind = self.0.partition_point(|(start, _)| *start <= at);
        self.0[..behind].last().copied().filter(|(_, end)| at < *end)
    }

    /// Whether `at` lies in it.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        self.around(at).is_some()
    }

    /// Whether every moment from `start` until `end` lies in it; true when there is no such moment.
    #[must_use]
    pub fn covers(&self, start: Timestamp, end: Timestamp) -> bool {
        start >= end || self.around(start).is_some_and(|(_, last)| end <= last)
    }

    /// The part from `start` until `end`. Stretches outside are not looked at.
    #[must_use]
    pub fn within(&self, start: Timestamp, end: Timestamp) -> Self {
        let from = self.0.partition_point(|(_, last)| *last <= start);
        let to = self.0.partition_point(|(first, _)| *first < end);
        let inside = self.0.get(from..to).unwrap_or_default();
        inside.iter().map(|(first, last)| ((*first).max(start), (*last).min(end))).collect()
    }

    /// Moments of one of the two or of both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let (mut ours, mut theirs) = (self.iter().peekable(), other.iter().peekable());
        let mut all = Self(Vec::with_capacity(self.len() + other.len()));
        loop {
            let ours_first = match (ours.peek(), theirs.peek()) {
                (Some(one), Some(another)) => one.0 <= another.0,
                (one, _) => one.is_some(),
            };
            match if ours_first { ours.next() } else { theirs.next() } {
                Some(next) => all.push(next),
                None => return all,
            }
        }
    }

    /// Moments of both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut at, mut there) = (0, 0);
        let mut both = Vec::new();
        while let (Some((start, end)), Some((from, to))) = (self.0.get(at), other.0.get(there)) {
            let (first, last) = ((*start).max(*from), (*end).min(*to));
            if first < last {
                both.push((first, last));
            }
            if end <= to {
                at += 1;
            } else {
                there += 1;
            }
        }
        Self(both)
    }

    /// Moments of this one that are not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        let mut there = 0;
        for (mut start, end) in self.iter() {
            while other.0.get(there).is_some_and(|(_, to)| *to <= start) {
                there += 1;
            }
            // What reaches beyond this stretch is looked at again for the next one.
            let mut cut = there;
            while let Some((from, to)) = other.0.get(cut).filter(|(from, _)| *from < end) {
                if start < *from {
                    left.push((start, *from));
                }
                start = start.max(*to);
                cut += 1;
            }
            if start < end {
                left.push((start, end));
            }
            there = cut.saturating_sub(1).max(there);
        }
        Self(left)
    }

    /// Moments from `start` until `end` that are not in it.
    #[must_use]
    pub fn complement(&self, start: Timestamp, end: Timestamp) -> Self {
        Self::one(start, end).difference(self)
    }

    /// Takes in a stretch that begins no earlier than all that are there.
    fn push(&mut self, (start, end): Bounds) {
        match self.0.last_mut() {
            Some((_, last)) if start <= *last => *last = end.max(*last),
            _ => self.0.push((start, end)),
        }
    }
}

/// Stretches in any order; what is empty or runs backwards is left out.
impl FromIterator<Bounds> for Intervals {
    fn from_iter<I: IntoIterator<Item = Bounds>>(stretches: I) -> Self {
        let mut stretches: Vec<Bounds> = stretches.into_iter().filter(|(start, end)| start < end).collect();
        stretches.sort_unstable();
        let mut all = Self(Vec::with_capacity(stretches.len()));
        for stretch in stretches {
            all.push(stretch);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_767_225_600 + minute * 60).unwrap()
    }

    fn set(stretches: &[(i64, i64)]) -> Intervals {
        stretches.iter().map(|(start, end)| (at(*start), at(*end))).collect()
    }

    #[test]
    fn what_overlaps_or_touches_is_one_and_what_is_empty_is_none() {
        let merged = set(&[(30, 40), (0, 10), (10, 20), (15, 18), (50, 50), (70, 60)]);
        assert_eq!(merged.iter().collect::<Vec<_>>(), [(at(0), at(20)), (at(30), at(40))]);
        assert_eq!((merged.len(), merged.total().to_string()), (2, "30m".to_owned()));
        assert_eq!(merged.bounds(), Some((at(0), at(40))));
        assert!(set(&[(50, 50)]).is_empty() && Intervals::none().bounds().is_none());
    }

    #[test]
    fn the_first_moment_counts_and_the_end_does_not() {
        let hour = set(&[(60, 120)]);
        assert!(hour.contains(at(60)) && !hour.contains(at(120)) && !hour.contains(at(59)));
        assert!(hour.covers(at(60), at(120)) && !hour.covers(at(60), at(121)) && !hour.covers(at(59), at(61)));
        assert!(hour.covers(at(500), at(500)), "no moment is missing from nothing");
        assert_eq!(hour.around(at(90)), Some((at(60), at(120))));
    }

    #[test]
    fn parts_of_seconds_are_rounded_once_for_all_stretches() {
        let half = |second: i64| {
            let start = Timestamp::from_second(second).unwrap();
            (start, start.checked_add(jiff::SignedDuration::from_millis(500)).unwrap())
        };
        let halves: Intervals = [half(10), half(20), half(30)].into_iter().collect();
        assert_eq!(halves.total(), Duration::from_seconds(1));
    }

    /// Minutes of the array on which the properties are held.
    const MINUTES: usize = 200;

    fn minutes(set: &Intervals) -> Vec<bool> {
        (0..MINUTES).map(|minute| set.contains(at(i64::try_from(minute).unwrap()))).collect()
    }

    fn painted(stretches: &[(i64, i64)]) -> Vec<bool> {
        let inside = |minute: i64| stretches.iter().any(|(start, end)| (*start..*end).contains(&minute));
        (0..MINUTES).map(|minute| inside(i64::try_from(minute).unwrap())).collect()
    }

    fn stretches() -> impl Strategy<Value = Vec<(i64, i64)>> {
        vec((0..190i64, -2..30i64).prop_map(|(start, long)| (start, (start + long).min(199))), 0..14)
    }

    /// Sorted, with a gap between any two, none empty.
    fn is_tidy(set: &Intervals) -> bool {
        set.iter().all(|(start, end)| start < end) && set.0.windows(2).all(|pair| pair[0].1 < pair[1].0)
    }

    fn both(ours: &[bool], theirs: &[bool], how: impl Fn(bool, bool) -> bool) -> Vec<bool> {
        ours.iter().zip(theirs).map(|(one, other)| how(*one, *other)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn sets_do_what_arrays_of_minutes_do(ours in stretches(), theirs in stretches(), cut in (0..199i64, 0..199i64)) {
            let (one, other) = (set(&ours), set(&theirs));
            let (mine, yours) = (painted(&ours), painted(&theirs));
            let window = painted(&[cut]);
            let (start, end) = (at(cut.0), at(cut.1));
            for (result, expected) in [
                (one.clone(), mine.clone()),
                (one.union(&other), both(&mine, &yours, |a, b| a || b)),
                (one.intersection(&other), both(&mine, &yours, |a, b| a && b)),
                (one.difference(&other), both(&mine, &yours, |a, b| a && !b)),
                (one.within(start, end), both(&mine, &window, |a, b| a && b)),
                (one.complement(start, end), both(&window, &mine, |a, b| a && !b)),
            ] {
                prop_assert!(is_tidy(&result), "{:?}", result);
                let count = u64::try_from(expected.iter().filter(|inside| **inside).count()).unwrap();
                prop_assert_eq!(result.total().seconds(), count * 60);
                prop_assert_eq!(minutes(&result), expected);
            }
            let covered = both(&window, &mine, |wanted, there| !wanted || there).into_iter().all(|fine| fine);
            prop_assert_eq!(one.covers(start, end), covered);
        }
    }
}
