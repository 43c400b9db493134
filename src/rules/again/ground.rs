//! What rules and pages look at, as names: the same name, the same content.

use std::collections::BTreeMap;
use std::hash::Hash as _;

use crate::base::hash::{Parts, Print, Sha256};
use crate::base::source::{Role, Sources};
use crate::graph::Graph;
use crate::model::changed::Changed;
use crate::model::ci::Ci;
use crate::model::view::View as _;
use crate::model::{Ix, Record, Sms};

/// What rules look at, as names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ground {
    /// What every rule rests on.
    pub(super) common: Print,
    /// Which records there are and where they lie, what needs what, and all files that hold no records.
    pub frame: Print,
    /// The instant that was judged by.
    pub(super) instant: String,
    /// Each record, by its number.
    pub records: Vec<Print>,
    /// What each item says of its own availability, by its number; none of those that say nothing.
    pub figures: BTreeMap<u32, Print>,
}

/// The names of records alone, which can be given while it is still worked out what needs what.
pub struct Begun {
    frame: Parts,
    /// The files of records that hold none: what stands in them is known by no record.
    lost: Parts,
    records: Vec<Print>,
    figures: BTreeMap<u32, Print>,
}

impl Begun {
    /// Names the records; `files` names each file, by its number.
    #[must_use]
    pub fn new(sms: &Sms<'_>, files: &[Print]) -> Self {
        let record = |(ix, record): (Ix, &Record<'_>)| {
            let mut all = Sha256::default();
            all.update(&files[record.file.0 as usize]);
            for reference in sms.incoming(ix) {
                all.update(&reference.from.0.to_le_bytes());
            }
            all.finish_short()
        };
        let records = || sms.records().map(record).collect();
        let ((frame, lost), (records, figures)) =
            rayon::join(|| (frame(sms, files), lost(sms, files)), || (records(), figures(sms)));
        Self { frame, lost, records, figures }
    }

    /// Names what needs what as well.
    #[must_use]
    pub fn with(self, sms: &Sms<'_>, graph: &Graph) -> Ground {
        let Self { mut frame, lost, records, figures } = self;
        graph.hash(&mut frame);
        let frame = frame.print();
        let mut all = Parts::default();
        all.add(env!("GITSM_BUILD").as_bytes()).debug(&sms.snapshot.settings).debug(&sms.snapshot.as_of.day());
        all.add(&frame).add(&lost.print());
        Ground { common: all.print(), frame, instant: sms.snapshot.as_of.to_string(), records, figures }
    }
}

impl Ground {
    /// Names what rules look at; `files` names each file, by its number.
    #[must_use]
    pub fn new(sms: &Sms<'_>, graph: &Graph, files: &[Print]) -> Self {
        Begun::new(sms, files).with(sms, graph)
    }

    /// What is other than it was; none where nothing that was found before says anything of now.
    pub(super) fn changed(&self, before: &Self, sms: &Sms<'_>) -> Option<Changed> {
        if self.common != before.common || self.records.len() != before.records.len() {
            return None;
        }
        let (was, is) = ((&*before.records, &before.figures), (&*self.records, &self.figures));
        Some(Changed::between(sms, was, is, self.instant != before.instant))
    }
}

/// What records are held against beside themselves: this build of the program, and all files that hold no records.
pub(super) fn schemas(sources: &Sources, files: &[Print]) -> Print {
    let mut all = Parts::default();
    all.add(env!("GITSM_BUILD").as_bytes());
    for (_, print) in sources.iter().zip(files).filter(|((_, source), _)| source.role() != Role::Record) {
        all.add(print);
    }
    all.print()
}

/// Which records there are and where they lie, and all files that hold no records.
fn frame(sms: &Sms<'_>, files: &[Print]) -> Parts {
    let mut all = Parts::default();
    all.debug(&sms.snapshot.unusable);
    for ((_, source), print) in sms.snapshot.sources.iter().zip(files) {
        all.add(if source.role() == Role::Record { source.path().as_bytes() } else { print });
    }
    for (_, record) in sms.records() {
        all.add(record.kind.name.as_bytes()).add(record.id.as_str().as_bytes()).add(&record.file.0.to_le_bytes());
    }
    for (alias, claimants) in sms.aliases() {
        all.add(alias.as_str().as_bytes());
        claimants.hash(&mut all);
    }
    all
}

/// The files of records in which no record can be read.
fn lost(sms: &Sms<'_>, files: &[Print]) -> Parts {
    let mut holds = vec![false; files.len()];
    for (_, record) in sms.records() {
        holds[record.file.0 as usize] = true;
    }
    let mut all = Parts::default();
    let sources = sms.snapshot.sources.iter().zip(files).zip(holds);
    for ((_, print), _) in sources.filter(|(((_, source), _), holds)| source.role() == Role::Record && !holds) {
        all.add(print);
    }
    all
}

/// What each item says of its own availability.
fn figures(sms: &Sms<'_>) -> BTreeMap<u32, Print> {
    let one = |(ix, record): (Ix, &Record<'_>)| {
        let availability = record.get("availability")?;
        let mut all = Parts::default();
        all.debug(&availability.value).debug(&record.get("availability_basis").map(|basis| &basis.value));
        Some((ix.0, all.print()))
    };
    sms.of_kind(Ci::KIND).filter_map(one).collect()
}
