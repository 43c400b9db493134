//! Mends: which of the fixes that findings bring are made, and what the texts are then.
//!
//! A mend removes its finding and adds none. That is not taken on trust: the texts are changed in memory and checked again
//! by all rules, and what does not keep the promise is left out. Nothing here writes a file.

mod diff;
mod tally;

use std::cell::Cell;
use std::collections::BTreeMap;

pub use diff::diff;
use tally::Tally;

use crate::base::finding::Finding;
use crate::base::fix::{self, Edit, Fix};
use crate::base::source::Role;
use crate::base::span::FileId;
use crate::graph::Graph;
use crate::load::Snapshot;
use crate::model::Sms;
use crate::rules::{self, Check, Selection};
use crate::schema::Catalog;

/// Most times that everything is checked again to find the mends that can be made together.
const MAX_TRIALS: usize = 200;

/// What can be mended.
#[derive(Debug)]
pub struct Plan {
    /// The findings whose fix is made, by place.
    pub made: Vec<Finding>,
    /// The findings whose fix is not made, by place: it would bring another finding, not remove its own, or lie across
    /// another fix.
    pub left: Vec<Finding>,
    /// The changed files with their texts.
    pub texts: BTreeMap<FileId, String>,
}

/// Chooses among the fixes of `wanted`, findings of `snapshot`, those that can be made together. `selection` weighs all
/// rules; a rule that it leaves out is not asked whether a fix breaks it.
#[must_use]
pub fn plan(snapshot: &Snapshot, catalog: &Catalog, selection: &Selection, wanted: &[Finding]) -> Plan {
    let is_record = |fix: &Fix| {
        fix.edits.iter().all(|edit| snapshot.sources.get(edit.span.file).role() == Role::Record)
            && !fix.edits.is_empty()
    };
    let fixable = wanted.iter().filter_map(|finding| Some((finding, finding.fix.as_ref()?)));
    let (apart, across) = apart(fixable.filter(|(_, fix)| is_record(fix)).collect());
    let mut plan = Plan { made: Vec::new(), left: across.into_iter().cloned().collect(), texts: BTreeMap::new() };
    if !apart.is_empty() {
        let before = tally(snapshot, catalog, selection);
        let trials = Trials { snapshot, catalog, selection, before, made: Cell::new(0) };
        let mut kept = Vec::new();
        trials.keep(&mut kept, &apart, &mut plan.left);
        plan.texts = trials.texts(&kept).unwrap_or_default();
        plan.made = kept.into_iter().map(|(finding, _)| finding.clone()).collect();
    }
    Finding::sort(&mut plan.made);
    Finding::sort(&mut plan.left);
    plan
}

/// A finding and what mends it.
type Mend<'f> = (&'f Finding, &'f Fix);

/// Parts the mends that touch no place of an earlier one from those that do.
fn apart(mends: Vec<Mend<'_>>) -> (Vec<Mend<'_>>, Vec<&Finding>) {
    let mut taken: BTreeMap<(FileId, u32), u32> = BTreeMap::new();
    let (mut apart, mut across) = (Vec::new(), Vec::new());
    for (finding, fix) in mends {
        let is_free = |edit: &Edit| {
            let before = taken.range(..=(edit.span.file, edit.span.end)).next_back();
            before.is_none_or(|((file, _), end)| *file != edit.span.file || *end < edit.span.start)
        };
        if fix.edits.iter().all(is_free) {
            taken.extend(fix.edits.iter().map(|edit| ((edit.span.file, edit.span.start), edit.span.end)));
            apart.push((finding, fix));
        } else {
            across.push(finding);
        }
    }
    (apart, across)
}

/// What all rules say of a repository, counted.
fn tally(snapshot: &Snapshot, catalog: &Catalog, selection: &Selection) -> Tally {
    let sms = Sms::build(snapshot, catalog);
    let graph = Graph::build(&sms);
    Tally::of(&rules::all(&Check { sms: &sms, graph: &graph }, selection).findings)
}

struct Trials<'t> {
    snapshot: &'t Snapshot,
    catalog: &'t Catalog,
    selection: &'t Selection,
    before: Tally,
    made: Cell<usize>,
}

impl Trials<'_> {
    /// Adds to `kept` those of `mends` that keep the promise beside the ones kept already; halves what does not.
    fn keep<'f>(&self, kept: &mut Vec<Mend<'f>>, mends: &[Mend<'f>], left: &mut Vec<Finding>) {
        let before = kept.len();
        kept.extend_from_slice(mends);
        if self.holds(kept) {
            return;
        }
        kept.truncate(before);
        if mends.len() == 1 || self.made.get() >= MAX_TRIALS {
            left.extend(mends.iter().map(|(finding, _)| (*finding).clone()));
            return;
        }
        let (first, second) = mends.split_at(mends.len() / 2);
        self.keep(kept, first, left);
        self.keep(kept, second, left);
    }

    /// Whether `mends` together remove each its finding, and add none.
    fn holds(&self, mends: &[Mend<'_>]) -> bool {
        self.made.set(self.made.get() + 1);
        let Some(texts) = self.texts(mends) else { return false };
        let after = tally(&self.snapshot.with_texts(&texts), self.catalog, self.selection);
        after.is_within(&self.before, &Tally::of(mends.iter().map(|(finding, _)| *finding)))
    }

    /// The texts of the files that `mends` change.
    fn texts(&self, mends: &[Mend<'_>]) -> Option<BTreeMap<FileId, String>> {
        let mut edits: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
        for edit in mends.iter().flat_map(|(_, fix)| &fix.edits) {
            edits.entry(edit.span.file).or_default().push(edit);
        }
        let texts = edits.into_iter().map(|(file, mut edits)| {
            edits.sort_by_key(|edit| edit.span);
            Some((file, fix::apply(self.snapshot.sources.get(file).text(), edits)?))
        });
        texts.collect()
    }
}

#[cfg(test)]
mod tests;
