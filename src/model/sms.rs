//! The whole SMS at one commit.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::ci::Ci;
use super::contract::{Contract, ContractStatus, Ola};
use super::record::Record;
use super::reference::{Reference, Target};
use super::service::Service;
use super::supplier::{Supplier, SupplierStatus};
use super::trace::{Read, note};
use super::view::{At, Kinds, Ref, View};
use crate::base::finding::Finding;
use crate::base::id::Id;
use crate::load::Snapshot;
use crate::local::Rules;
use crate::schema::{Catalog, Kind};
use crate::yaml::pointer;

/// Number of a record in one [`Sms`]; records are numbered by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ix(pub u32);

/// One immutable snapshot of a service management system.
#[derive(Debug)]
pub struct Sms<'s> {
    /// The texts.
    pub snapshot: &'s Snapshot,
    /// The kinds.
    pub catalog: &'s Catalog,
    /// Rules of the repository's own.
    pub local: Rules,
    /// What reading, YAML and schema found, sorted.
    pub findings: Vec<Finding>,
    /// Files with a record that could not be read, by path.
    pub(super) lost: BTreeSet<&'s str>,
    pub(super) records: Vec<Record<'s>>,
    /// Records of each kind, in the order of the catalog.
    pub(super) by_kind: Vec<Vec<Ix>>,
    /// The first record with each id.
    pub(super) by_id: HashMap<Id, Ix>,
    /// Former ids with the records that claim them.
    pub(super) aliases: BTreeMap<Id, Vec<Ix>>,
    /// All references, by holder and then by place.
    pub(super) references: Vec<Reference<'s>>,
    /// Where each record's references begin; one more at the end.
    pub(super) outgoing: Vec<u32>,
    /// For each record, the references that lead to it; `incoming[starts[i]..starts[i + 1]]`.
    pub(super) incoming: Vec<u32>,
    pub(super) incoming_starts: Vec<u32>,
}

impl<'s> Sms<'s> {
    /// All records, by id.
    #[must_use]
    pub fn records(&self) -> impl ExactSizeIterator<Item = (Ix, &Record<'s>)> {
        note(Read::Everything);
        self.records.iter().enumerate().map(|(at, record)| (Ix(crate::base::span::offset(at)), record))
    }

    /// The record with this number, which must come from this very snapshot.
    #[must_use]
    pub fn record(&self, ix: Ix) -> &Record<'s> {
        note(Read::Record(ix));
        &self.records[ix.0 as usize]
    }

    /// The kind of the record with this number. It is no matter of what the record holds: another kind is another record.
    #[must_use]
    pub fn kind_of(&self, ix: Ix) -> &'s Kind {
        self.records[ix.0 as usize].kind
    }

    /// The id of the record with this number. As with its kind, another id is another record.
    #[must_use]
    pub fn id(&self, ix: Ix) -> &Id {
        &self.records[ix.0 as usize].id
    }

    /// The instant to judge by, for what hangs on more of it than its day.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        note(Read::Instant);
        self.snapshot.as_of.instant()
    }

    /// Number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The record with this id, or with this former id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Ix> {
        self.by_id.get(id).or_else(|| self.aliases.get(id)?.first()).copied()
    }

    /// The id that the record of this name has now; the name itself where there is no such record.
    #[must_use]
    pub fn id_now<'n>(&'n self, id: &'n str) -> &'n str {
        // As with a kind, another id is another record.
        self.find(id).map_or(id, |ix| self.records[ix.0 as usize].id.as_str())
    }

    /// Whether the file at this path is there and holds a record that cannot be read.
    #[must_use]
    pub fn is_unreadable(&self, path: &str) -> bool {
        self.lost.contains(path)
    }

    /// The records that `other`, another state of the same records, cannot read although it has their files; by id.
    pub fn unreadable_in<'a>(&'a self, other: &'a Sms<'_>) -> impl Iterator<Item = &'a Record<'s>> {
        note(Read::Everything);
        let records = if other.lost.is_empty() { &[][..] } else { self.records.as_slice() };
        let is_there = |record: &Record<'_>| other.find(other.id_of(self, record.id.as_str())).is_some();
        records.iter().filter(move |record| other.is_unreadable(self.path(record)) && !is_there(record))
    }

    /// The id that the record called `id` in `other`, another state of the same records, has here: one of the two names
    /// the other's id among its former ones. The id itself where there is no such record.
    #[must_use]
    pub fn id_of<'n>(&'n self, other: &'n Sms<'_>, id: &'n str) -> &'n str {
        if let Some(ix) = self.find(id) {
            return self.record(ix).id.as_str();
        }
        let former = other.find(id).and_then(|ix| other.record(ix).get("aliases")).map(|all| all.items());
        let mut former = former.unwrap_or_default().iter().filter_map(|alias| alias.as_str());
        former.find(|alias| self.by_id.contains_key(*alias) && !other.by_id.contains_key(*alias)).unwrap_or(id)
    }

    /// The records of `kind`, by id.
    pub fn of_kind(&self, kind: &str) -> impl ExactSizeIterator<Item = (Ix, &Record<'s>)> {
        let at = self.catalog.position(kind);
        if let Some(at) = at {
            note(u16::try_from(at).map_or(Read::Everything, Read::Kind));
        }
        let numbers = at.and_then(|at| self.by_kind.get(at));
        numbers.map(Vec::as_slice).unwrap_or_default().iter().map(|ix| (*ix, &self.records[ix.0 as usize]))
    }

    /// Typed views of all records of a kind, by id.
    pub fn all<'a, V: View<'a>>(&'a self) -> impl Iterator<Item = V> {
        self.of_kind(V::KIND).map(|(_, record)| V::new(At { record, node: &record.root }))
    }

    /// The typed view of a record, when it is of that kind.
    #[must_use]
    pub fn view<'a, V: View<'a>>(&'a self, ix: Ix) -> Option<V> {
        let record = (self.kind_of(ix).name == V::KIND).then(|| self.record(ix))?;
        Some(V::new(At { record, node: &record.root }))
    }

    /// An item for what it says of its own availability; whoever asks looks at nothing else of it.
    #[must_use]
    pub(crate) fn item_with_figure(&self, ix: Ix) -> Option<Ci<'_>> {
        let record = (self.kind_of(ix).name == Ci::KIND).then(|| &self.records[ix.0 as usize])?;
        note(Read::Figure(ix));
        Some(Ci::new(At { record, node: &record.root }))
    }

    /// Whether a service, configuration item, agreement or supplier is in use by its status; no other kind is.
    #[must_use]
    pub fn is_in_use(&self, ix: Ix) -> bool {
        match self.kind_of(ix).name.as_str() {
            "service" => self.view::<Service<'_>>(ix).is_some_and(Service::is_in_use),
            "ci" => self.view::<Ci<'_>>(ix).is_some_and(Ci::is_in_use),
            "contract" => self.view(ix).and_then(Contract::status).is_some_and(ContractStatus::is_in_force),
            "ola" => self.view(ix).and_then(Ola::status).is_some_and(ContractStatus::is_in_force),
            "supplier" => self.view(ix).and_then(Supplier::status) == Some(SupplierStatus::Active),
            _ => false,
        }
    }

    /// The record that a typed reference leads to, when it exists and has the right kind.
    #[must_use]
    pub fn follow<K: Kinds>(&self, reference: Ref<'_, K>) -> Option<&Record<'s>> {
        let ix = self.find(reference.id)?;
        K::KINDS.contains(&self.kind_of(ix).name.as_str()).then(|| self.record(ix))
    }

    /// Former ids with the records that claim them.
    pub fn aliases(&self) -> impl Iterator<Item = (&Id, &[Ix])> {
        self.aliases.iter().map(|(id, claimants)| (id, claimants.as_slice()))
    }

    /// All references, by holder and then by place.
    #[must_use]
    pub fn references(&self) -> &[Reference<'s>] {
        note(Read::Everything);
        &self.references
    }

    /// The references that `ix` holds, in the order of the file.
    #[must_use]
    pub fn outgoing(&self, ix: Ix) -> &[Reference<'s>] {
        note(Read::Record(ix));
        let at = ix.0 as usize;
        &self.references[self.outgoing[at] as usize..self.outgoing[at + 1] as usize]
    }

    /// The references that lead to `ix`, by holder.
    pub fn incoming(&self, ix: Ix) -> impl Iterator<Item = &Reference<'s>> {
        note(Read::Record(ix));
        let at = ix.0 as usize;
        let range = self.incoming_starts[at] as usize..self.incoming_starts[at + 1] as usize;
        self.incoming[range].iter().map(|reference| &self.references[*reference as usize])
    }

    /// What a reference names; the file may write it in quotes or over several lines.
    #[must_use]
    pub fn named(&self, reference: &Reference<'_>) -> &str {
        let record = self.record(reference.from);
        let found = pointer::find(&record.root, &record.pointer(reference.span));
        found.and_then(|found| found.node.as_str()).unwrap_or_default()
    }

    /// The record that a reference leads to.
    #[must_use]
    pub fn target(&self, reference: &Reference<'_>) -> Option<(Ix, &Record<'s>)> {
        match reference.target {
            Target::Record(ix) => Some((ix, self.record(ix))),
            Target::Unreadable(_) | Target::Address | Target::Missing => None,
        }
    }

    /// The path of a record's file.
    #[must_use]
    pub fn path(&self, record: &Record<'_>) -> &'s str {
        self.snapshot.sources.get(record.file).path()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::{records, with};
    use crate::model::words::{Owner, PersonKind};

    #[test]
    fn use_is_a_matter_of_the_status_and_of_the_kind() {
        for (kind, used, unused) in [
            ("service", ["live", "retiring"], ["proposed", "retired"]),
            ("ci", ["live", "maintenance"], ["planned", "disposed"]),
            ("contract", ["in_force", "expiring"], ["signed", "expired"]),
            ("ola", ["in_force", "expiring"], ["draft", "terminated"]),
            ("supplier", ["active", "active"], ["candidate", "ended"]),
            ("policy", ["nothing", "nothing"], ["live", "in_force"]),
        ] {
            for (status, expected) in
                used.map(|word| (word, kind != "policy")).into_iter().chain(unused.map(|word| (word, false)))
            {
                let text = format!("kind: {kind}\nid: a\nstatus: {status}\n");
                with(&[("sms/x/a.yaml", &text)], |sms| {
                    assert_eq!(sms.is_in_use(sms.find("a").unwrap()), expected, "{kind} {status}");
                });
            }
        }
        with(&[("sms/x/a.yaml", "kind: service\nid: a\nstatus: [live]\n")], |sms| assert!(!sms.is_in_use(Ix(0))));
    }

    #[test]
    fn a_former_id_is_told_as_the_one_of_now() {
        records("== person ann\naliases: [ann-old]", |sms| {
            assert_eq!(["ann", "ann-old", "bo"].map(|id| sms.id_now(id)), ["ann", "ann", "bo"]);
        });
    }

    #[test]
    fn views_are_of_their_own_kind_alone() {
        records("== service svc-a\n== ci ci-a", |sms| {
            let ci = sms.find("ci-a").unwrap();
            assert!(sms.view::<Ci<'_>>(ci).is_some() && sms.view::<Service<'_>>(ci).is_none());
            let services: Vec<_> = sms.all::<Service<'_>>().map(|service| service.0.record.id.as_str()).collect();
            assert_eq!(services, ["svc-a"]);
        });
    }

    #[test]
    fn a_typed_reference_leads_only_to_kinds_that_it_may_name() {
        let text = "== ci ci-a\nowner: team-a\n== ci ci-b\nowner: ann-old\n== ci ci-c\nowner: ci-a\n== ci ci-d\nowner: gone\n\
                    == team team-a\n== person ann\naliases: [ann-old]";
        records(text, |sms| {
            let owner = |id: &str| {
                let ci: Ci<'_> = sms.view(sms.find(id).unwrap()).unwrap();
                let owner: Ref<'_, Owner> = ci.owner().unwrap();
                sms.follow(owner).map(|record| record.id.to_string())
            };
            assert_eq!((owner("ci-a").as_deref(), owner("ci-b").as_deref()), (Some("team-a"), Some("ann")));
            assert_eq!((owner("ci-c"), owner("ci-d")), (None, None));
            assert_eq!(PersonKind::KINDS, ["person"]);
        });
    }
}
