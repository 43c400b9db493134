//! Names for what a site is made from: the same name, the same content.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use rayon::prelude::*;

use super::Input;
use super::stamp::Stamp;
use crate::base::finding::Finding;
use crate::base::hash::{Sha256, sha256};
use crate::base::source::{Role, Source, Sources};
use crate::model::ci::Ci;
use crate::model::view::View as _;
use crate::model::{Ix, Record};

/// The first half of a SHA-256.
pub(super) type Print = [u8; 16];

/// The SHA-256 of `bytes` in hexadecimal.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    sha256(bytes)
}

/// A hash over parts, each with its length in front.
#[derive(Default)]
struct Parts(Sha256);

impl Parts {
    fn add(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    fn debug(&mut self, value: &impl std::fmt::Debug) -> &mut Self {
        self.add(format!("{value:?}").as_bytes())
    }
}

impl Hasher for Parts {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Asked for by nobody: the whole hash is wanted.
    fn finish(&self) -> u64 {
        0
    }
}

/// The name of a value by what it holds.
pub(super) fn print(value: &impl Hash) -> Print {
    let mut all = Parts::default();
    value.hash(&mut all);
    all.0.finish_short()
}

/// What pages rest on, as names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Grounds {
    /// What every page rests on.
    pub(super) common: Print,
    /// Each record, by its number.
    pub(super) records: Vec<Print>,
    /// What each item says of its own availability, by its number; none of those that say nothing.
    pub(super) figures: BTreeMap<u32, Print>,
}

/// What a site is made from, as names.
#[derive(Debug, Clone)]
pub struct Prints {
    /// This build of the program, the settings, the edition, the past, and the instant as far as pages tell it.
    common: Print,
    /// Each file, by its number.
    files: Vec<Print>,
    /// Each finding, by its place.
    told: Vec<Print>,
    /// All of them, with what is waived.
    found: Print,
    digest: String,
}

impl Prints {
    /// Names everything that the site of `input` is made from.
    #[must_use]
    pub fn new(input: &Input<'_>) -> Self {
        let mut common = Parts::default();
        common.add(env!("GITSM_BUILD").as_bytes()).debug(&Stamp::new(input)).debug(&input.edition);
        common.debug(&input.sms.snapshot.settings).add(input.past.key.as_bytes());
        let common = common.0.finish_short();
        let files: Vec<_> = input.sms.snapshot.sources.iter().map(|(_, source)| source).collect();
        let file = |source: &&Source| {
            let mut parts = Parts::default();
            parts.add(source.path().as_bytes()).add(source.text().as_bytes());
            parts.0.finish_short()
        };
        let files: Vec<Print> = files.par_iter().with_min_len(256).map(file).collect();
        let sources = &input.sms.snapshot.sources;
        let told: Vec<Print> =
            input.findings.par_iter().with_min_len(64).map(|finding| told(finding, sources)).collect();
        let mut found = Parts::default();
        told.iter().for_each(|print| found.0.update(print));
        let found = found.debug(&input.waived).0.clone().finish_short();
        let mut all = Sha256::default();
        for print in [common, found].iter().chain(&files) {
            all.update(print);
        }
        Self { common, files, told, found, digest: all.finish() }
    }

    /// One name for all findings as pages tell them, and for what is waived.
    pub(super) fn found(&self) -> Print {
        self.found
    }

    /// One name for all of it. A site whose list of files has the same one need not be made again.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What the pages of the site of `input` rest on; `findings_of` gives the places of the findings of each record.
    pub(super) fn grounds(&self, input: &Input<'_>, findings_of: &[Vec<u32>]) -> Grounds {
        let (common, (records, figures)) =
            rayon::join(|| self.ground(input), || (self.records(input, findings_of), figures(input)));
        Grounds { common, records, figures }
    }

    /// What every page rests on: which records there are and where they lie, what needs what, and all files that hold no
    /// records.
    fn ground(&self, input: &Input<'_>) -> Print {
        let sms = input.sms;
        let mut all = Parts::default();
        all.add(&self.common).debug(&sms.snapshot.unusable).debug(&input.past.trials);
        for ((_, source), print) in sms.snapshot.sources.iter().zip(&self.files) {
            all.add(if source.role() == Role::Record { source.path().as_bytes() } else { print });
        }
        for (_, record) in sms.records() {
            all.add(record.kind.name.as_bytes()).add(record.id.as_str().as_bytes()).add(&record.file.0.to_le_bytes());
        }
        for (alias, claimants) in sms.aliases() {
            all.add(alias.as_str().as_bytes());
            claimants.hash(&mut all);
        }
        input.graph.hash(&mut all);
        all.0.finish_short()
    }

    /// Each record with what is found in it and with who refers to it; `findings_of` gives the places of its findings.
    fn records(&self, input: &Input<'_>, findings_of: &[Vec<u32>]) -> Vec<Print> {
        let one = |(ix, record): (Ix, &Record<'_>)| {
            let mut all = Sha256::default();
            all.update(&self.files[record.file.0 as usize]);
            for at in &findings_of[ix.0 as usize] {
                all.update(&self.told[*at as usize]);
            }
            for reference in input.sms.incoming(ix) {
                all.update(&reference.from.0.to_le_bytes());
            }
            all.finish_short()
        };
        input.sms.records().map(one).collect()
    }
}

/// What each item says of its own availability.
fn figures(input: &Input<'_>) -> BTreeMap<u32, Print> {
    let one = |(ix, record): (Ix, &Record<'_>)| {
        let availability = record.get("availability")?;
        let mut all = Parts::default();
        all.debug(&availability.value).debug(&record.get("availability_basis").map(|basis| &basis.value));
        Some((ix.0, all.0.finish_short()))
    };
    input.sms.of_kind(Ci::KIND).filter_map(one).collect()
}

/// A finding as pages tell it: its words, and where it stands by line and column. The other places that it names are told
/// nowhere, so that an edit above one of them changes nothing.
fn told(finding: &Finding, sources: &Sources) -> Print {
    let mut parts = Parts::default();
    let source = sources.get(finding.primary.file);
    let at = source.position(finding.primary.start);
    parts.debug(&(finding.rule, finding.severity, &finding.message, &finding.help, &finding.subject, &finding.pointer));
    parts.add(source.path().as_bytes()).add(&at.line.to_le_bytes()).add(&at.column.to_le_bytes());
    parts.0.finish_short()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::fixture::with_at;

    fn of(files: &[(&str, &str)], day: &str) -> String {
        let files: Vec<_> = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        with_at(&files, day, |input| Prints::new(input).digest().to_owned())
    }

    const PATH: &str = "sms/ci/ci-a.yaml";
    const CI: &str = "kind: ci\nid: ci-a\ntitle: A\nstatus: live\n";

    #[test]
    fn a_byte_a_path_a_setting_or_a_day_makes_another_name_and_nothing_else_does() {
        let first = of(&[(PATH, CI)], "2026-11-20T08:00:00Z");
        assert_eq!(first, of(&[(PATH, CI)], "2026-11-20T08:00:00Z"));
        assert_eq!(first, of(&[(PATH, CI)], "2026-11-20T17:00:00Z"), "pages tell the day");
        let settings = ("gitsm.toml", "format = 1\n[site]\ntitle = \"Ours\"\n");
        for other in [
            of(&[(PATH, &CI.replace("title: A", "title: B"))], "2026-11-20T08:00:00Z"),
            of(&[("sms/ci/x/ci-a.yaml", CI)], "2026-11-20T08:00:00Z"),
            of(&[(PATH, CI), settings], "2026-11-20T08:00:00Z"),
            of(&[(PATH, CI)], "2026-11-21T08:00:00Z"),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn hashes_are_sha_256() {
        assert_eq!(hash(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
