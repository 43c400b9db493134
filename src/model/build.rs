//! Texts to records: parse, validate, number and link.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::codes;
use super::record::Record;
use super::reference::{Reference, Target};
use super::sms::{Ix, Sms};
use crate::base::finding::Finding;
use crate::base::id::Id;
use crate::base::source::{Role, Source};
use crate::base::span::{FileId, Span, offset};
use crate::base::suggest::nearest;
use crate::load::Snapshot;
use crate::local::Rules;
use crate::schema::{Catalog, Kind, codes as schema_codes, validate};
use crate::yaml::{self, Document, Value};

impl<'s> Sms<'s> {
    /// Reads every record of `snapshot`, in parallel; the result does not depend on timing or on the order of files.
    #[must_use]
    pub fn build(snapshot: &'s Snapshot, catalog: &'s Catalog) -> Self {
        Self::build_knowing(snapshot, catalog, &[])
    }

    /// The same, where of some files it is known that they meet their schemas: `clean` tells that of each, by its number.
    #[must_use]
    pub fn build_knowing(snapshot: &'s Snapshot, catalog: &'s Catalog, clean: &[bool]) -> Self {
        let files = snapshot.sources.as_slice().par_iter().enumerate().map(|(at, source)| {
            let file = FileId(offset(at));
            match source.role() {
                Role::Record if !snapshot.unusable.contains(&file) => {
                    read(catalog, file, source, clean.get(at) == Some(&true))
                }
                _ => Outcome::default(),
            }
        });
        let outcomes: Vec<Outcome<'s>> = files.collect();
        let (local, wrong) = Rules::read(&snapshot.sources, &snapshot.unusable, catalog);
        let mut findings = snapshot.findings.clone();
        findings.extend(wrong);
        let (mut unreadable, mut lost) = (BTreeMap::new(), BTreeSet::new());
        for file in &snapshot.unusable {
            lost.insert(snapshot.sources.get(*file).path());
            unreadable.extend(stem(snapshot.sources.get(*file)).map(|id| (id, *file)));
        }
        let mut records = Vec::with_capacity(outcomes.len());
        for (at, outcome) in outcomes.into_iter().enumerate() {
            let file = FileId(offset(at));
            if outcome.lost {
                lost.insert(snapshot.sources.get(file).path());
                unreadable.extend(stem(snapshot.sources.get(file)).map(|id| (id, file)));
            }
            findings.extend(outcome.findings);
            records.extend(outcome.records);
        }
        Finding::sort(&mut findings);
        records.par_sort_by(|a, b| (&a.id, a.file, a.root.start).cmp(&(&b.id, b.file, b.root.start)));
        link(Start { snapshot, catalog, local, findings, lost }, records, unreadable)
    }
}

/// What one file gave.
#[derive(Default)]
struct Outcome<'s> {
    records: Vec<Record<'s>>,
    findings: Vec<Finding>,
    /// Whether the file holds a record that could not be kept.
    lost: bool,
    /// Whether it is known that its records meet their schemas.
    clean: bool,
}

/// Most findings of one file; what comes behind them in the file is judged once they are mended.
const MAX_FINDINGS: usize = 1_000;

impl Outcome<'_> {
    fn is_full(&self) -> bool {
        self.findings.len() >= MAX_FINDINGS
    }

    fn report(&mut self, findings: impl IntoIterator<Item = Finding>) {
        let room = MAX_FINDINGS.saturating_sub(self.findings.len());
        self.findings.extend(findings.into_iter().take(room));
    }
}

/// The id that a file's name promises.
fn stem(source: &Source) -> Option<Id> {
    let name = source.path().strip_prefix("sms/")?.rsplit('/').next()?;
    Some(Id::new(name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"))?))
}

/// The kind that a file's folder promises.
fn folder(path: &str) -> Option<&str> {
    path.strip_prefix("sms/")?.split_once('/').map(|(folder, _)| folder)
}

/// Reads a file, of which it may be known that it is `clean`.
fn read<'s>(catalog: &'s Catalog, file: FileId, source: &'s Source, clean: bool) -> Outcome<'s> {
    let parsed = yaml::parse(file, source.text());
    let records = Vec::with_capacity(parsed.documents.len());
    let mut outcome = Outcome { records, findings: parsed.findings, lost: parsed.stopped, clean };
    if parsed.documents.is_empty() && !parsed.stopped {
        let finding = schema_codes::RECORD_NOT_MAPPING.finding(Span::start_of(file), "the file holds no record");
        outcome.findings.push(finding.help("write a record, or remove the file"));
        outcome.lost = true;
    }
    for document in parsed.documents {
        one(catalog, file, source, document, &mut outcome);
    }
    outcome
}

/// Turns a document into a record, as far as it is one.
fn one<'s>(catalog: &'s Catalog, file: FileId, source: &'s Source, document: Document<'s>, outcome: &mut Outcome<'s>) {
    let Document { root, damaged } = document;
    if !matches!(root.value, Value::Map(_)) {
        let words = format!("a record is a mapping of keys to values, but this is {}", root.type_name());
        let help = "begin with kind:, id:, title: and status:";
        outcome.report([schema_codes::RECORD_NOT_MAPPING.finding(root.span(file), words).help(help)]);
        outcome.lost = true;
        return;
    }
    let kind = match kind(catalog, file, source, &root) {
        Ok(kind) => kind,
        Err(finding) => {
            outcome.report([*finding]);
            outcome.lost = true;
            return;
        }
    };
    let before = outcome.findings.len();
    if !damaged && !outcome.clean && !outcome.is_full() {
        outcome.report(validate(kind, file, &root));
    }
    let id = root.get("id").and_then(|id| id.as_str()).map(Id::new);
    if id.is_none() && root.get("id").is_some() {
        let words = "the id must be text";
        let span = root.entry("id").map_or_else(|| root.span(file), |entry| entry.value.span(file));
        outcome.report([codes::ID_MISSING.finding(span, words).help("put it in quotes, or choose a word")]);
    }
    let id = id.or_else(|| stem(source)).unwrap_or_else(|| Id::new("record"));
    let alone = outcome.records.iter().map(|record| record.kind).chain([kind]).find(|kind| !kind.bulk);
    let told = outcome.findings.iter().any(|finding| finding.rule == schema_codes::RECORD_SHARES_FILE.id);
    if let Some(alone) = alone.filter(|_| !outcome.records.is_empty() && !told) {
        let words = format!("a file of kind '{}' holds one record, but this is another", alone.name);
        let span = root.entry("id").map_or_else(|| root.span(file), |entry| entry.value.span(file));
        outcome.report([schema_codes::RECORD_SHARES_FILE.finding(span, words).help("give it a file of its own")]);
    }
    for finding in &mut outcome.findings[before..] {
        *finding = finding.clone().subject(&kind.name, id.as_str());
    }
    outcome.records.push(Record::new(kind, id, file, root));
}

/// The kind of a record by its own word, else by its folder.
fn kind<'s>(
    catalog: &'s Catalog,
    file: FileId,
    source: &Source,
    root: &yaml::Node<'_>,
) -> Result<&'s Kind, Box<Finding>> {
    let said = root.entry("kind");
    let word = said.and_then(|entry| entry.value.as_str());
    let promised = folder(source.path());
    if let Some(kind) = word.or(promised).and_then(|word| catalog.find(word)) {
        return Ok(kind);
    }
    let span = said.map_or_else(|| Span::start_of(file), |entry| entry.value.span(file));
    let names = catalog.iter().map(|kind| kind.name.as_str());
    let finding = if let Some(word) = word {
        let help = match nearest(word, names).or_else(|| promised.filter(|kind| catalog.find(kind).is_some())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`gitsm explain` lists the kinds; declare your own in schemas/local/".to_owned(),
        };
        schema_codes::KIND_UNKNOWN.finding(span, format!("there is no kind '{word}'")).help(help)
    } else {
        let help = "begin the record with `kind:`; `gitsm explain` lists the kinds";
        schema_codes::KIND_UNKNOWN.finding(span, "the record does not say its kind").help(help)
    };
    Err(Box::new(finding))
}

/// What is there before records are linked.
struct Start<'s> {
    snapshot: &'s Snapshot,
    catalog: &'s Catalog,
    local: Rules,
    findings: Vec<Finding>,
    lost: BTreeSet<&'s str>,
}

fn link<'s>(start: Start<'s>, records: Vec<Record<'s>>, mut unreadable: BTreeMap<Id, FileId>) -> Sms<'s> {
    let Start { snapshot, catalog, local, findings, lost } = start;
    let mut by_kind = vec![Vec::new(); catalog.iter().len()];
    let mut by_id = HashMap::with_capacity(records.len());
    let mut aliases: BTreeMap<Id, Vec<Ix>> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        let ix = Ix(offset(at));
        by_id.entry(record.id.clone()).or_insert(ix);
        if let Some(at) = catalog.position(&record.kind.name) {
            by_kind[at].push(ix);
        }
        for alias in record.get("aliases").map(yaml::Node::items).unwrap_or_default() {
            if let Some(alias) = alias.as_str() {
                aliases.entry(Id::new(alias)).or_default().push(ix);
            }
        }
    }
    unreadable.retain(|id, _| !by_id.contains_key(id));
    let resolve = |shape: &crate::schema::Shape, name: &str| {
        let known = by_id.get(name).or_else(|| aliases.get(name)?.first());
        match known {
            Some(ix) => Target::Record(*ix),
            None if shape.is_address(name) => Target::Address,
            None => unreadable.get(name).map_or(Target::Missing, |file| Target::Unreadable(*file)),
        }
    };
    let held = records.par_iter().enumerate().map(|(at, record)| {
        let mut held = Vec::new();
        let kind: &'s Kind = record.kind;
        kind.shape.visit(&record.root, &mut |shape, node| {
            if let (false, Some(name)) = (shape.refs.is_empty(), node.as_str()) {
                let target = resolve(shape, name);
                held.push(Reference { from: Ix(offset(at)), span: node.span(record.file), shape, target });
            }
        });
        held
    });
    let held: Vec<Vec<Reference<'s>>> = held.collect();
    let mut outgoing = Vec::with_capacity(records.len() + 1);
    let mut references = Vec::with_capacity(held.iter().map(Vec::len).sum());
    for held in held {
        outgoing.push(offset(references.len()));
        references.extend(held);
    }
    outgoing.push(offset(references.len()));
    let (incoming, incoming_starts) = reverse(&references, records.len());
    Sms {
        snapshot,
        catalog,
        local,
        findings,
        lost,
        records,
        by_kind,
        by_id,
        aliases,
        references,
        outgoing,
        incoming,
        incoming_starts,
    }
}

/// For each record the references that lead to it, and where each record's begin.
fn reverse(references: &[Reference<'_>], records: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; records + 1];
    let led = || {
        references.iter().enumerate().filter_map(|(at, reference)| match reference.target {
            Target::Record(ix) => Some((offset(at), ix.0 as usize)),
            _ => None,
        })
    };
    for (_, to) in led() {
        starts[to + 1] += 1;
    }
    for at in 0..records {
        starts[at + 1] += starts[at];
    }
    let mut next = starts.clone();
    let mut incoming = vec![0; starts[records] as usize];
    for (reference, to) in led() {
        incoming[next[to] as usize] = reference;
        next[to] += 1;
    }
    (incoming, starts)
}

#[cfg(test)]
mod tests;
