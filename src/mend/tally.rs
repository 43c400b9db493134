//! Findings counted by what they are about, so that two checks of slightly different texts can be compared.

use std::collections::BTreeMap;

use crate::base::finding::Finding;
use crate::base::span::FileId;

/// Rule, file, record and pointer: what stays the same when text moves.
type About = (String, FileId, String, String);

/// How many findings there are about each place. One with several places counts at each.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally(BTreeMap<About, usize>);

impl Tally {
    /// Counts findings.
    pub(super) fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let mut tally = Self::default();
        for finding in findings {
            if finding.parts.is_empty() {
                tally.add(finding);
            }
            for part in &finding.parts {
                tally.add(&part.finding);
            }
        }
        tally
    }

    fn add(&mut self, finding: &Finding) {
        let id = finding.subject.as_ref().map(|subject| subject.id.clone()).unwrap_or_default();
        let about = (finding.rule.to_owned(), finding.primary.file, id, finding.pointer.clone());
        *self.0.entry(about).or_default() += 1;
    }

    /// Whether nothing is here that is not in `before` without `gone`, and `gone` was there.
    pub(super) fn is_within(&self, before: &Self, gone: &Self) -> bool {
        let count = |tally: &Self, about| tally.0.get(about).copied().unwrap_or(0);
        gone.0.iter().all(|(about, gone)| count(before, about) >= *gone)
            && self.0.iter().all(|(about, here)| here + count(gone, about) <= count(before, about))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::finding::{Part, Severity};
    use crate::base::span::Span;

    fn at(rule: &'static str, start: u32, pointer: &str) -> Finding {
        Finding::new(rule, Severity::Error, Span::new(FileId(0), start, start), "m").pointer(pointer)
    }

    #[test]
    fn what_moved_is_the_same_and_what_came_is_not() {
        let before = Tally::of(&[at("a", 5, "/x"), at("b", 9, "/y"), at("b", 9, "/y")]);
        let gone = Tally::of(&[at("a", 5, "/x")]);
        let within = |after: &[Finding]| Tally::of(after).is_within(&before, &gone);
        assert!(within(&[at("b", 7, "/y"), at("b", 7, "/y")]) && within(&[]));
        assert!(!within(&[at("a", 5, "/x")]), "still there");
        assert!(!within(&[at("b", 7, "/z")]), "new");
        assert!(!within(&[at("b", 7, "/y"), at("b", 8, "/y"), at("b", 9, "/y")]), "one more of them");
        assert!(!Tally::default().is_within(&gone, &before), "what was not there cannot go");
    }

    #[test]
    fn a_finding_of_several_places_counts_at_each() {
        let part = |start, pointer| Part { finding: at("a", start, pointer), also: String::new() };
        let group = Finding::group(vec![part(1, "/x"), part(2, "/y")]).unwrap();
        assert_eq!(Tally::of(&[group]), Tally::of(&[at("a", 1, "/x"), at("a", 2, "/y")]));
    }
}
