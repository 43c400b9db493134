//! Making each file of a site.

use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

use jiff::tz::TimeZone;
use rayon::prelude::*;

use super::digest::{Grounds, Prints, hash};
use super::feeds::{api, atom, badges};
use super::hood::Hood;
use super::html::Html;
use super::links::{Book, Card, Root};
use super::memory::{Made, Memory};
use super::pieces::{Old, Piece, Pieces};
use super::plan::{Page, Rows, packs, plan};
use super::shared::Shared;
use super::shelf::{Area, Shelf, areas, shelves};
use super::shell::{self, Head, Shell};
use super::sink::Sink;
use super::slot::Value;
use super::words::{self, Shards};
use super::{Input, MANIFEST, SiteError, Summary, text};
use super::{areas as area_pages, board, data, findings, home, list, record, rules_pages, search};
use crate::base::finding::{Finding, Severity};
use crate::base::hash::{Print, print};
use crate::base::span::offset;
use crate::gap;
use crate::graph::Graph;
use crate::model::trace::{Read, note, traced};
use crate::model::{Ix, Sms};
use crate::schedule;

/// Everything that pages are made from.
pub(super) struct Site<'a> {
    pub(super) sms: &'a Sms<'a>,
    pub(super) graph: &'a Graph,
    pub(super) shelves: Vec<Shelf<'a>>,
    pub(super) areas: Vec<Area>,
    pub(super) book: Book,
    pub(super) shell: Shell,
    pub(super) hood: Hood<'a>,
    /// The words of all records, by the letters that they begin with.
    pub(super) words: Shards,
    /// The name of the list of records that words number.
    listed: Print,
    /// For each record its findings, by place in `findings`.
    findings_of: Vec<Vec<u32>>,
    /// What its pages rest on.
    grounds: Grounds,
    /// The name of all findings, and of what is waived.
    pub(super) found: Print,
    /// The place of each kind's area in the menu.
    plan: BTreeMap<String, Page<'a>>,
    /// Where days begin and end for readers.
    pub(super) zone: TimeZone,
    pub(super) input: Input<'a>,
    pub(super) shared: Shared<'a>,
    /// The way to the list of each kind from pages in a folder.
    pub(super) trails: Vec<OnceLock<tera::Value>>,
    /// How each record stands in pictures, narrow and wide.
    pub(super) boxes: [Vec<OnceLock<Html>>; 2],
}

impl<'a> Site<'a> {
    /// Works out everything that pages share, after an earlier site in `sink` of which something is remembered.
    pub(super) fn new(
        input: &Input<'a>,
        prints: &Prints,
        before: Option<&Memory>,
        sink: &dyn Sink,
    ) -> Result<Self, SiteError> {
        let findings_of = findings_of(input.sms, input.findings);
        let grounds = prints.grounds(input, &findings_of);
        let changed = before.and_then(|before| Some((before, before.changed(&grounds)?)));
        // The words of the same records, mended where few of them changed.
        let words = |listed: &[Ix]| {
            let mended = changed.as_ref().filter(|(before, _)| before.listed == print(&listed));
            let mended = mended.and_then(|(before, changed)| {
                let old: Option<Vec<_>> = before.words().map(|(path, made)| whole(sink, path, made)).collect();
                words::mended(input.sms, listed, &old?, changed)
            });
            mended.unwrap_or_else(|| words::shards(input.sms, listed))
        };
        let (site, hood) = rayon::join(
            || Self::laid_out(input, words),
            || if input.edition.is_public() { Hood::known(input.graph) } else { Hood::new(input.graph) },
        );
        Ok(Self { hood, findings_of, grounds, found: prints.found(), ..site? })
    }

    /// The files with their addresses, and what stands around every page; `words` gives the files of words of the records that
    /// are listed.
    fn laid_out(input: &Input<'a>, words: impl FnOnce(&[Ix]) -> Shards + Send) -> Result<Self, SiteError> {
        let Input { sms, graph, findings, .. } = *input;
        let shelves = shelves(sms);
        let mut areas = areas(&shelves);
        if input.edition.is_public() {
            // What nothing is published of is no part of the site for everybody.
            areas.retain(|area| area.kinds.iter().any(|at| !shelves[*at].is_empty()));
        }
        let (mut plan, addresses) = plan(sms, &shelves, &areas, findings.len());
        plan.extend(packs(input.past));
        if input.edition.is_public() {
            plan.retain(|_, page| !page.is_internal());
        }
        let badges = badges::all(sms, &shelves, input.edition.is_public());
        plan.extend(badges.into_iter().map(|(path, badge)| (path, Page::Badge(badge))));
        let listed = search::in_order(&areas, &shelves).flat_map(|shelf| shelf.records()).copied();
        let listed: Vec<Ix> = listed.filter(|ix| addresses[ix.0 as usize].is_some()).collect();
        let cards = || -> Vec<Card> {
            let cards = sms.records().zip(addresses);
            cards.map(|((_, record), address)| Card::new(address, &text::clip(record.title().trim(), 120))).collect()
        };
        let (words, cards) = rayon::join(|| words(&listed), cards);
        plan.extend(words.keys().enumerate().map(|(at, key)| (words::file(key), Page::Words(at))));
        let book = Book::new(plan.keys().cloned().collect::<HashSet<_>>(), cards);
        let shell = Shell::new(input, &book, &areas)?;
        let trails = shelves.iter().map(|_| OnceLock::new()).collect();
        let zone = TimeZone::get(&sms.snapshot.settings.site.zone).unwrap_or(TimeZone::UTC);
        Ok(Self {
            sms,
            graph,
            shared: Shared::new(shelves.len()),
            shelves,
            areas,
            book,
            shell,
            hood: Hood::default(),
            words,
            findings_of: Vec::new(),
            grounds: Grounds::default(),
            found: Print::default(),
            listed: print(&listed),
            plan,
            zone,
            input: *input,
            trails,
            boxes: [0, 1].map(|_| std::iter::repeat_with(OnceLock::new).take(sms.len()).collect()),
        })
    }

    /// Makes every file that is not kept from `before`.
    pub(super) fn build(
        &self,
        named: &Prints,
        before: Option<&Memory>,
        sink: &dyn Sink,
    ) -> Result<(Summary, Memory), SiteError> {
        let numbers = self.shared.numbers;
        let value = |at| self.print(numbers.value(at)?);
        let before = before.and_then(|before| {
            let groups = numbers.groups(before.shared.len());
            Some((before, before.stale(self.sms, &self.grounds, groups, value)?))
        });
        let kept = |path: &str| {
            let (before, stale) = before.as_ref()?;
            let made = before.files.get(path).filter(|made| !stale.is(&made.trace))?;
            sink.keeps(path, made.size, &made.hash).then(|| made.clone())
        };
        let plan: Vec<(&String, &Page<'_>)> = self.plan.iter().collect();
        let plan = plan.into_par_iter().with_min_len(64).map(|(path, page)| (path, page, kept(path)));
        let plan: Vec<(&String, &Page<'_>, Option<Made>)> = plan.collect();
        let asked = before.as_ref().map(|(before, _)| {
            let paths = plan.iter().filter(|(_, _, kept)| kept.is_none()).map(|(path, _, _)| *path);
            before.asked(paths)
        });
        self.prepare(asked.as_ref());
        // Some pages take a thousand times as long as others, so each is given to whoever is free.
        let made = plan.into_par_iter().with_max_len(1).map(|(path, page, kept)| {
            if let Some(made) = kept {
                return Ok((path.clone(), made));
            }
            let old = || {
                let (before, stale) = before.as_ref()?;
                let made = before.files.get(path).filter(|made| !made.pieces.is_empty())?;
                Some(Old::new(whole(sink, path, made)?, &made.pieces, stale.records()))
            };
            let (made, trace) = traced(|| self.made(path, *page, old));
            let (bytes, pieces) = made?;
            sink.put(path, &bytes).map_err(|source| SiteError::Sink { path: path.clone(), source })?;
            Ok((path.clone(), Made { trace, hash: hash(&bytes), size: bytes.len() as u64, pieces }))
        });
        let made: Vec<Result<(String, Made), SiteError>> = made.collect();
        let files: BTreeMap<String, Made> = made.into_iter().collect::<Result<_, _>>()?;
        let pages = self.plan.values().filter(|page| matches!(page, Page::Record(_))).count();
        let list = files.iter().map(|(path, made)| (path.as_str(), made.hash.as_str()));
        let manifest = data::manifest(named.digest(), pages, list);
        sink.put(MANIFEST, &manifest).map_err(|source| SiteError::Sink { path: MANIFEST.to_owned(), source })?;
        let bytes = files.values().map(|made| made.size).sum::<u64>() + manifest.len() as u64;
        let summary = Summary { files: files.len() + 1, records: pages, bytes };
        let instant = self.sms.snapshot.as_of.to_string();
        let shared = self.remembered(before.as_ref().map(|(before, _)| before.shared.as_slice()).unwrap_or_default());
        Ok((
            summary,
            Memory {
                manifest: hash(&manifest),
                grounds: self.grounds.clone(),
                listed: self.listed,
                instant,
                shared,
                files,
            },
        ))
    }

    /// The bytes of one file, with the pieces that it is put together from; `old` gives it as it was made before.
    fn made(
        &self,
        path: &str,
        page: Page<'_>,
        old: impl FnOnce() -> Option<Old>,
    ) -> Result<(Vec<u8>, Vec<Piece>), SiteError> {
        match page {
            Page::Rows(rows) => Ok(self.rows(rows, old())),
            page => Ok((self.page(path, page)?, Vec::new())),
        }
    }

    /// A file that is put together from pieces, after `old`.
    fn rows(&self, rows: Rows, old: Option<Old>) -> (Vec<u8>, Vec<Piece>) {
        let mut pieces = Pieces::new(old);
        match rows {
            Rows::Json(at) => data::kind_json(self, &self.shelves[at], &mut pieces),
            Rows::Csv(at) => data::kind_csv(self, &self.shelves[at], &mut pieces),
            Rows::Titles => search::titles(self, &mut pieces),
            Rows::Inventory => data::inventory(self, &mut pieces),
        }
        pieces.finish()
    }

    /// The bytes of one file.
    fn page(&self, path: &str, page: Page<'_>) -> Result<Vec<u8>, SiteError> {
        match page {
            Page::Home => home::page(self, path),
            Page::Area(at) => area_pages::area(self, path, &self.areas[at]),
            Page::Records => area_pages::records(self, path),
            Page::List(at, number) => list::page(self, path, &self.shelves[at], number),
            Page::Record(ix) => record::page(self, path, ix),
            Page::Alias(ix) => record::alias(self, path, ix),
            Page::Findings(number) => findings::page(self, path, number),
            Page::FindingsJson => Ok(findings::json(self)),
            Page::FindingsCsv => Ok(findings::csv(self)),
            Page::Rules => rules_pages::index(self, path),
            Page::Rule(code) => rules_pages::rule(self, path, code),
            Page::NotFound => {
                let head = Head { path, title: "Page not found".into(), area: "" };
                self.shell.render("404.html", &head, &())
            }
            Page::Rows(rows) => Ok(self.rows(rows, None).0),
            Page::Asset(name) => Ok(shell::asset(&self.input, name)),
            Page::Attention => board::attention::page(self, path),
            Page::Glossary => board::glossary::page(self, path),
            Page::Month(month) => board::calendar::page(self, path, month),
            Page::Ics => Ok(schedule::ics(self.ground(), self.schedule()).into_bytes()),
            Page::Clauses => board::coverage::index(self, path),
            Page::ClausesCsv => Ok(self.gap(gap::csv::csv).into_bytes()),
            Page::Clause(clause) => board::coverage::page(self, path, clause),
            Page::Map => board::estate::page(self, path),
            Page::MapData => Ok(board::estate::data(self)),
            Page::Words(at) => {
                note(Read::Everything);
                Ok(self.words.values().nth(at).cloned().unwrap_or_default())
            }
            Page::Feed(kind) => Ok(atom::feed(self, path, kind)),
            Page::ApiIndex => Ok(api::index(self)),
            Page::ApiStatus => Ok(api::status(self)),
            Page::ApiLevels => Ok(api::levels(self)),
            Page::Badge(badge) => Ok(badges::badge(self, badge)),
            Page::Periods(at) => board::periods::page(self, path, at),
            Page::PeriodsCsv => Ok(board::periods::csv(self)),
            Page::PeriodsJson => Ok(board::periods::json(self)),
            Page::Packs => board::packs::page(self, path),
            Page::Pack(bytes) => {
                note(Read::Everything);
                Ok(bytes.to_vec())
            }
        }
    }

    /// Whether the site is for everybody.
    pub(super) fn is_public(&self) -> bool {
        self.input.edition.is_public()
    }

    /// The address of the part of the site that a kind belongs to.
    pub(super) fn area_of(&self, kind: &str) -> String {
        self.area(kind).map_or("records/index.html", |area| area.address.as_str()).to_owned()
    }

    /// The shelf of the kind with this name.
    pub(super) fn shelf(&self, kind: &str) -> Option<&Shelf<'a>> {
        self.shelves.get(self.sms.catalog.position(kind)?)
    }

    /// The part of the site that a kind belongs to.
    pub(super) fn area(&self, kind: &str) -> Option<&Area> {
        let at = self.sms.catalog.position(kind)?;
        self.areas.iter().find(|area| area.kinds.contains(&at))
    }

    /// All findings.
    pub(super) fn findings(&self) -> &'a [Finding] {
        self.shared.numbers.note(Value::Findings);
        self.input.findings
    }

    /// The findings of a record.
    pub(super) fn findings_of(&self, ix: Ix) -> impl Iterator<Item = &'a Finding> {
        note(Read::Record(ix));
        self.findings_of[ix.0 as usize].iter().map(|at| &self.input.findings[*at as usize])
    }

    /// The weight of a record's worst finding.
    pub(super) fn worst(&self, ix: Ix) -> Option<Severity> {
        self.findings_of(ix).map(|finding| finding.severity).max()
    }

    /// The link from a page at `root` to the record with an id, when there is one.
    pub(super) fn resolver(&self, root: Root) -> impl Fn(&str) -> Option<String> {
        move |id| {
            let address = self.book.address(self.sms.find(id)?)?;
            Some(format!("{}{address}", root.as_str()))
        }
    }
}

/// A file of an earlier site, when it is as it was made.
fn whole(sink: &dyn Sink, path: &str, made: &Made) -> Option<Vec<u8>> {
    sink.old(path).filter(|bytes| hash(bytes) == made.hash)
}

/// For each record its findings: by their place, else by the record that they name.
fn findings_of(sms: &Sms<'_>, findings: &[Finding]) -> Vec<Vec<u32>> {
    let mut of: Vec<Vec<u32>> = vec![Vec::new(); sms.len()];
    let mut by_file: BTreeMap<u32, Vec<Ix>> = BTreeMap::new();
    for (ix, record) in sms.records() {
        by_file.entry(record.file.0).or_default().push(ix);
    }
    for (at, finding) in findings.iter().enumerate() {
        let nearby = by_file.get(&finding.primary.file.0).map(Vec::as_slice).unwrap_or_default();
        let at_place = match nearby {
            [only] => Some(*only),
            several => several.iter().copied().find(|ix| sms.record(*ix).span().contains(finding.primary)),
        };
        let named = || sms.find(&finding.subject.as_ref()?.id);
        if let Some(ix) = at_place.or_else(named) {
            of[ix.0 as usize].push(offset(at));
        }
    }
    of
}
