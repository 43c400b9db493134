//! Which record stands where.

use super::record::Record;
use super::sms::{Ix, Sms};
use crate::base::span::{FileId, Span};

/// An index of records by place, for what is found in texts and not in records.
#[derive(Debug)]
pub struct Places<'a> {
    sms: &'a Sms<'a>,
    starts: Vec<(FileId, u32, Ix)>,
}

impl<'a> Places<'a> {
    /// Of all records.
    #[must_use]
    pub fn of(sms: &'a Sms<'a>) -> Self {
        let mut starts: Vec<_> = sms.records().map(|(ix, record)| (record.file, record.root.start, ix)).collect();
        starts.sort_unstable();
        Self { sms, starts }
    }

    /// The record in which `span` begins; what stands before or between records belongs to the one before it, or else
    /// to the first of the file.
    #[must_use]
    pub fn record(&self, span: Span) -> Option<&'a Record<'a>> {
        let behind = self.starts.partition_point(|(file, start, _)| (*file, *start) <= (span.file, span.start));
        let near = [behind.checked_sub(1), Some(behind)].into_iter().flatten().filter_map(|at| self.starts.get(at));
        let (.., ix) = near.into_iter().find(|(file, ..)| *file == span.file)?;
        Some(self.sms.record(*ix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::with;

    #[test]
    fn a_place_belongs_to_the_record_around_or_before_it() {
        let bulk = "# first\nkind: ci\nid: ci-b\n---\nkind: ci\nid: ci-a\n# last\n";
        with(&[("sms/ci/bulk.yaml", bulk), ("sms/ci/bad.yaml", "- no record\n")], |sms| {
            let places = Places::of(sms);
            let file = sms.snapshot.sources.find("sms/ci/bulk.yaml").unwrap();
            let at = |word: &str| {
                let start = crate::base::span::offset(bulk.find(word).unwrap());
                places.record(Span::new(file, start, start)).map(|record| record.id.as_str())
            };
            assert_eq!(
                (at("first"), at("ci-b"), at("ci-a"), at("last")),
                (Some("ci-b"), Some("ci-b"), Some("ci-a"), Some("ci-a"))
            );
            let bad = sms.snapshot.sources.find("sms/ci/bad.yaml").unwrap();
            assert!(places.record(Span::start_of(bad)).is_none());
        });
    }
}
