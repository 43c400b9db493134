//! Names for what a site is made from: the same name, the same content.

use std::collections::BTreeMap;
use std::hash::Hasher as _;
use std::sync::Arc;

use rayon::prelude::*;

use super::Input;
use super::stamp::Stamp;
use crate::base::finding::Finding;
use crate::base::hash::{Parts, Print, Sha256, sha256};
use crate::base::source::Sources;
use crate::rules::again::Ground;

/// The SHA-256 of `bytes` in hexadecimal.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    sha256(bytes)
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
    /// What rules look at.
    ground: Arc<Ground>,
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
        let files = input.sms.snapshot.sources.prints();
        let ground = Ground::new(input.sms, input.graph, &files);
        Self::with(input, &files, Arc::new(ground))
    }

    /// The same, where the names of the files and of what rules look at are known.
    #[must_use]
    pub fn with(input: &Input<'_>, files: &[Print], ground: Arc<Ground>) -> Self {
        let mut common = Parts::default();
        common.add(env!("GITSM_BUILD").as_bytes()).debug(&Stamp::new(input)).debug(&input.edition);
        common.debug(&input.sms.snapshot.settings).add(input.past.key.as_bytes());
        let common = common.print();
        let sources = &input.sms.snapshot.sources;
        let told: Vec<Print> =
            input.findings.par_iter().with_min_len(64).map(|finding| told(finding, sources)).collect();
        let mut found = Parts::default();
        for print in &told {
            found.write(print);
        }
        let found = found.debug(&input.waived).clone().print();
        let mut all = Sha256::default();
        for print in [common, found].iter().chain(files) {
            all.update(print);
        }
        Self { common, ground, told, found, digest: all.finish() }
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
        let mut common = Parts::default();
        common.add(&self.common).debug(&input.past.trials).add(&self.ground.frame);
        Grounds { common: common.print(), records: self.records(findings_of), figures: self.ground.figures.clone() }
    }

    /// Each record with what is found in it and with who refers to it; `findings_of` gives the places of its findings.
    fn records(&self, findings_of: &[Vec<u32>]) -> Vec<Print> {
        let one = |(record, findings): (&Print, &Vec<u32>)| {
            if findings.is_empty() {
                return *record;
            }
            let mut all = Sha256::default();
            all.update(record);
            for at in findings {
                all.update(&self.told[*at as usize]);
            }
            all.finish_short()
        };
        self.ground.records.iter().zip(findings_of).map(one).collect()
    }
}

/// A finding as pages tell it: its words, and where it stands by line and column. The other places that it names are told
/// nowhere, so that an edit above one of them changes nothing.
fn told(finding: &Finding, sources: &Sources) -> Print {
    let mut parts = Parts::default();
    let source = sources.get(finding.primary.file);
    let at = source.position(finding.primary.start);
    parts.debug(&(finding.rule, finding.severity, &finding.message, &finding.help, &finding.subject, &finding.pointer));
    parts.add(source.path().as_bytes()).add(&at.line.to_le_bytes()).add(&at.column.to_le_bytes());
    parts.print()
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
