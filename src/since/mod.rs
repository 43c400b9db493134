//! What a difference introduced: the findings of one state of the records that another state does not have.
//!
//! Both states are judged at the same instant and by the same settings, so that whatever is left was brought by the
//! difference, also in records that it did not touch.

mod identity;

use std::collections::{BTreeMap, BTreeSet};

pub use identity::{Fingerprints, Identities, Identity, Place};

use crate::base::finding::{Finding, Severity, State};
use crate::model::Sms;

/// What a difference was taken from, and what it left out.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Since {
    /// The revision as it was asked for.
    pub rev: String,
    /// Its commit, the full hash.
    pub commit: String,
    /// How many findings were there before, and are no worse now.
    pub hidden: usize,
}

/// The findings of one state of the records.
#[derive(Debug, Clone, Copy)]
pub struct Side<'c> {
    /// The records.
    pub sms: &'c Sms<'c>,
    /// All their findings, sorted and not cut.
    pub findings: &'c [Finding],
}

/// The findings of `head` that the difference from `base` introduced or made worse, each with its [`State`].
///
/// A finding is the same when its [`Identity`] is. It is worse when it weighs more, or reaches places that the base's
/// does not. A finding with several places, such as an id that is missing wherever it is named, is also the same when
/// all its places are among those of one finding of the base, whichever of them is told first. What depends on the
/// clock counts only where the difference touches the record, or one that is tied to it by a reference.
#[must_use]
pub fn introduced(base: Side<'_>, head: Side<'_>) -> Vec<Finding> {
    let known = Known::new(base, head.sms);
    let identities = Identities::new(head.sms);
    let touched = Touched::new(base.sms, head.sms, &known.identities);
    let mut used: BTreeMap<Identity, usize> = BTreeMap::new();
    let mut told = Vec::new();
    for finding in head.findings {
        let identity = identities.of(finding);
        let related = identities.related(finding);
        let nth = used.entry(identity.clone()).or_default();
        let state = known.state(&identity, *nth, finding.severity, &related);
        *nth += 1;
        let counts = |_: &State| !finding.clock || touched.reaches(&identities, finding);
        if let Some(state) = state.filter(counts) {
            told.push(Finding { state: Some(state), ..finding.clone() });
        }
    }
    told
}

/// A finding of the base.
struct Before {
    severity: Severity,
    /// All its places.
    places: BTreeSet<Place>,
    /// Whether it has several.
    several: bool,
}

/// The findings of the base.
struct Known<'c> {
    identities: Identities<'c>,
    all: Vec<Before>,
    /// By identity, the weightiest first.
    same: BTreeMap<Identity, Vec<usize>>,
    /// By rule and any of their places.
    through: BTreeMap<(String, Place), Vec<usize>>,
}

impl<'c> Known<'c> {
    fn new(base: Side<'c>, head: &'c Sms<'c>) -> Self {
        let identities = Identities::inherited(base.sms, head);
        let mut known = Self { identities, all: Vec::new(), same: BTreeMap::new(), through: BTreeMap::new() };
        for (at, finding) in base.findings.iter().enumerate() {
            let identity = known.identities.of(finding);
            let mut places: BTreeSet<Place> = known.identities.related(finding).into_iter().collect();
            let several = !places.is_empty();
            places.insert(identity.place.clone());
            for place in &places {
                known.through.entry((identity.rule.clone(), place.clone())).or_default().push(at);
            }
            known.same.entry(identity).or_default().push(at);
            known.all.push(Before { severity: finding.severity, places, several });
        }
        for same in known.same.values_mut() {
            same.sort_by_key(|at| std::cmp::Reverse(known.all[*at].severity));
        }
        known
    }

    /// What became of the `nth` finding of this identity; `None` when it is no worse than it was.
    fn state(&self, identity: &Identity, nth: usize, severity: Severity, related: &[Place]) -> Option<State> {
        if let Some(before) = self.same.get(identity).and_then(|same| same.get(nth)).map(|at| &self.all[*at]) {
            let further = related.iter().any(|place| !before.places.contains(place));
            return (severity > before.severity || further).then_some(State::Worse);
        }
        let here = (identity.rule.clone(), identity.place.clone());
        let around =
            self.through.get(&here).into_iter().flatten().map(|at| &self.all[*at]).filter(|before| before.several);
        let all_known = |before: &&Before| related.iter().all(|place| before.places.contains(place));
        if let Some(before) = around.clone().find(all_known) {
            return (severity > before.severity).then_some(State::Worse);
        }
        // The same cause that is now told at a place before its others; they all show the same text.
        let shown = |place: &&Place| !place.text.is_empty() && place.text == identity.place.text;
        let mut others = related.iter().filter(shown).map(|place| (identity.rule.clone(), place.clone()));
        let grown = others.any(|other| self.through.contains_key(&other));
        Some(if grown || around.count() > 0 { State::Worse } else { State::New })
    }
}

/// The records whose text the difference changed, by kind and present id.
struct Touched {
    holders: BTreeSet<String>,
}

impl Touched {
    fn new(base: &Sms<'_>, head: &Sms<'_>, names: &Identities<'_>) -> Self {
        let (before, after) = (texts(base, names), texts(head, names));
        let changed = after.iter().filter(|(holder, texts)| before.get(*holder) != Some(texts));
        let gone = before.keys().filter(|holder| !after.contains_key(*holder));
        let mut holders: BTreeSet<String> = changed.map(|(holder, _)| holder).chain(gone).cloned().collect();
        let mut tied = BTreeSet::new();
        for sms in [base, head] {
            for reference in sms.references() {
                let Some((_, target)) = sms.target(reference) else { continue };
                let (from, to) = (names.of_record(sms.record(reference.from)), names.of_record(target));
                let (is_from, is_to) = (holders.contains(&from), holders.contains(&to));
                tied.extend(is_from.then_some(to));
                tied.extend(is_to.then_some(from));
            }
        }
        holders.extend(tied);
        Self { holders }
    }

    fn reaches(&self, names: &Identities<'_>, finding: &Finding) -> bool {
        let holder = match &finding.subject {
            Some(subject) => Some(names.holder(&subject.kind, &subject.id)),
            None => names.record(finding.primary).map(|record| names.of_record(record)),
        };
        holder.is_none_or(|holder| self.holders.contains(&holder))
    }
}

/// The texts of the records as they stand in their files, by kind and present id.
fn texts<'s>(sms: &Sms<'s>, names: &Identities<'_>) -> BTreeMap<String, Vec<&'s str>> {
    let mut texts: BTreeMap<String, Vec<&'s str>> = BTreeMap::new();
    for (_, record) in sms.records() {
        texts.entry(names.of_record(record)).or_default().push(sms.snapshot.sources.slice(record.span()));
    }
    for texts in texts.values_mut() {
        texts.sort_unstable();
    }
    texts
}

#[cfg(test)]
mod tests;
