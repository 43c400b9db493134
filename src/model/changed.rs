//! What of an SMS is other than it was, for whoever knows what was read of it.

use std::collections::BTreeMap;

use super::trace::Read;
use super::{Ix, Sms};
use crate::base::hash::Print;

/// What is named of an SMS: each record, by its number, and what each item says of its own availability.
pub type Named<'n> = (&'n [Print], &'n BTreeMap<u32, Print>);

/// What is other than it was.
#[derive(Debug)]
pub struct Changed {
    instant: bool,
    records: Vec<bool>,
    figures: Vec<bool>,
    kinds: Vec<bool>,
}

impl Changed {
    /// What differs between two states of the same records, of which `sms` is the later one; `instant` tells whether they are
    /// judged by other ones.
    #[must_use]
    pub fn between(sms: &Sms<'_>, before: Named<'_>, now: Named<'_>, instant: bool) -> Self {
        let records: Vec<bool> = before.0.iter().zip(now.0).map(|(old, new)| old != new).collect();
        let figures = (0..).take(records.len()).map(|at| before.1.get(&at) != now.1.get(&at)).collect();
        let mut kinds = vec![false; sms.catalog.iter().len()];
        for (_, at) in records.iter().zip(0..).filter(|(changed, _)| **changed) {
            if let Some(at) = sms.catalog.position(&sms.kind_of(Ix(at)).name) {
                kinds[at] = true;
            }
        }
        Self { instant, records, figures, kinds }
    }

    /// Whether each record is, by its number.
    #[must_use]
    pub fn records(&self) -> &[bool] {
        &self.records
    }

    /// Whether something that was read is. Of what several computations share that is not known here.
    #[must_use]
    pub fn has(&self, read: Read) -> bool {
        match read {
            Read::Record(ix) => self.records.get(ix.0 as usize) != Some(&false),
            Read::Figure(ix) => self.figures.get(ix.0 as usize) != Some(&false),
            Read::Kind(at) => self.kinds.get(usize::from(at)) != Some(&false),
            Read::Instant => self.instant,
            Read::Everything => self.records.contains(&true),
            Read::Shared(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    #[test]
    fn a_record_its_kind_and_its_figure_are_told_apart() {
        records("== ci ci-a\n== ci ci-b\n== person ann", |sms| {
            let [a, b, ann] = ["ci-a", "ci-b", "ann"].map(|id| sms.find(id).unwrap());
            let kind = |name| Read::Kind(u16::try_from(sms.catalog.position(name).unwrap()).unwrap());
            let before = (vec![[1; 16]; 3], BTreeMap::from([(a.0, [2; 16]), (b.0, [3; 16])]));
            let mut now = before.clone();
            now.0[a.0 as usize] = [9; 16];
            now.1.insert(b.0, [9; 16]);
            let changed = |now: &(Vec<Print>, BTreeMap<u32, Print>), instant| {
                Changed::between(sms, (&before.0, &before.1), (&now.0, &now.1), instant)
            };
            let some = changed(&now, false);
            for read in [Read::Record(a), Read::Figure(b), kind("ci"), Read::Everything, Read::Record(Ix(7))] {
                assert!(some.has(read), "{read:?}");
            }
            for read in [Read::Record(b), Read::Figure(a), Read::Record(ann), kind("person"), Read::Instant] {
                assert!(!some.has(read), "{read:?}");
            }
            let none = changed(&before, true);
            assert!(none.has(Read::Instant) && !none.has(Read::Everything) && none.has(Read::Shared(0)));
        });
    }
}
