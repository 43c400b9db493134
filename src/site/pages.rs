//! The list of all files of a site, and making each of them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::OnceLock;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use rayon::prelude::*;

use super::board::periods::Figures;
use super::digest::{digest, hash};
use super::feeds::badges::Badge;
use super::feeds::{api, atom, badges};
use super::hood::Hood;
use super::html::Html;
use super::links::{self, Book, Card, Root};
use super::section::Section;
use super::shelf::{Area, Shelf, areas, shelves};
use super::shell::{self, Head, Shell};
use super::sink::Sink;
use super::words::{self, Shards};
use super::{Input, MANIFEST, Past, SiteError, Summary, text};
use super::{areas as area_pages, board, data, findings, home, list, record, rules_pages, search};
use crate::base::clause::{self, Clause};
use crate::base::code::Code;
use crate::base::finding::{Finding, Severity};
use crate::base::period::Period;
use crate::base::span::offset;
use crate::diff::State;
use crate::gap::{self, Assessed, Grade};
use crate::gate::Reason;
use crate::gate::outlook::Outlook;
use crate::graph::Graph;
use crate::graph::diff::Side;
use crate::levels::{Effort, Meter};
use crate::model::{Ix, Sms};
use crate::rules::{self, Check};
use crate::schedule::{self, Ground, Schedule, Sort};
use crate::slm::{self, Ask, Level};
use crate::standard::pack;
use crate::yaml::Node;

/// Records from which on chains are looked at with less effort.
const MANY: usize = 5_000;
/// Periods of a promise that pages show.
const PERIODS: usize = 13;
/// Who took over which file is told by the history, which pages do not read.
static NO_GRADES: BTreeMap<String, Grade> = BTreeMap::new();
/// Days that the calendar looks back.
const BACK: i32 = 45;
/// Days that the calendar looks ahead.
const AHEAD: i32 = 200;

/// One file of the site.
#[derive(Debug, Clone, Copy)]
pub(super) enum Page<'a> {
    Home,
    /// A part of the site.
    Area(usize),
    /// All kinds.
    Records,
    /// A page of the list of a kind; the kind by its place, the page from 1.
    List(usize, usize),
    KindJson(usize),
    KindCsv(usize),
    Record(Ix),
    /// A former id of a record.
    Alias(Ix),
    /// A page of the findings, from 1.
    Findings(usize),
    FindingsJson,
    FindingsCsv,
    Rules,
    Rule(&'a Code),
    NotFound,
    Search,
    Inventory,
    Asset(&'static str),
    Attention,
    Glossary,
    /// A month of the calendar.
    Month(Period),
    Ics,
    Clauses,
    ClausesCsv,
    Clause(Clause),
    Map,
    MapData,
    /// Words that begin with the same letters, by place.
    Words(usize),
    /// A feed of a kind.
    Feed(&'static str),
    ApiIndex,
    ApiStatus,
    ApiLevels,
    Badge(Badge),
    /// Two periods side by side, by the place of the later one.
    Periods(usize),
    PeriodsCsv,
    PeriodsJson,
    Packs,
    /// A file of a pack, as it is.
    Pack(&'a [u8]),
}

impl Page<'_> {
    /// Whether only the people of the organisation get it: what rules found, and what they look at.
    const fn is_internal(&self) -> bool {
        matches!(
            self,
            Page::Findings(_)
                | Page::FindingsJson
                | Page::FindingsCsv
                | Page::Rules
                | Page::Rule(_)
                | Page::Attention
                | Page::Clauses
                | Page::ClausesCsv
                | Page::Clause(_)
                | Page::Packs
                | Page::Pack(_)
        )
    }
}

/// Everything that pages are made from.
pub(super) struct Site<'a> {
    pub(super) sms: &'a Sms<'a>,
    pub(super) graph: &'a Graph,
    pub(super) findings: &'a [Finding],
    pub(super) shelves: Vec<Shelf<'a>>,
    pub(super) areas: Vec<Area>,
    pub(super) book: Book,
    pub(super) shell: Shell,
    pub(super) hood: Hood<'a>,
    /// The words of all records, by the letters that they begin with.
    pub(super) words: Shards,
    /// For each record its findings, by place in `findings`.
    findings_of: Vec<Vec<u32>>,
    /// The place of each kind's area in the menu.
    plan: BTreeMap<String, Page<'a>>,
    /// Where days begin and end for readers.
    pub(super) zone: TimeZone,
    pub(super) input: Input<'a>,
    levels: OnceLock<Vec<Level<'a, 'a>>>,
    /// The places in `levels` by SLA, service and customer.
    levels_of: OnceLock<BTreeMap<Ix, Vec<usize>>>,
    /// What is told of the chain behind each row of each level.
    weakest: OnceLock<Vec<Vec<OnceLock<Option<Section>>>>>,
    schedule: OnceLock<Schedule<'a>>,
    changes: OnceLock<BTreeMap<&'a str, Vec<Ix>>>,
    coverage: OnceLock<Vec<Assessed<'a>>>,
    outlook: OnceLock<Result<Outlook<'a>, Reason>>,
    figures: OnceLock<Figures>,
    citing: OnceLock<BTreeMap<&'a str, Vec<Ix>>>,
    /// How each record stands in pictures, narrow and wide.
    pub(super) boxes: [Vec<OnceLock<Html>>; 2],
}

impl<'a> Site<'a> {
    /// Works out everything that pages share.
    pub(super) fn new(input: &Input<'a>) -> Result<Self, SiteError> {
        let Input { sms, graph, findings, .. } = *input;
        let shelves = shelves(sms);
        let mut areas = areas(&shelves);
        if input.edition.is_public() {
            // What nothing is published of is no part of the site for everybody.
            areas.retain(|area| area.kinds.iter().any(|at| !shelves[*at].records.is_empty()));
        }
        let (mut plan, addresses) = plan(sms, &shelves, &areas, findings.len());
        plan.extend(packs(input.past));
        if input.edition.is_public() {
            plan.retain(|_, page| !page.is_internal());
        }
        let badges = badges::all(sms, &shelves, input.edition.is_public());
        plan.extend(badges.into_iter().map(|(path, badge)| (path, Page::Badge(badge))));
        let listed = search::in_order(&areas, &shelves).flat_map(|shelf| &shelf.records).copied();
        let listed: Vec<Ix> = listed.filter(|ix| addresses[ix.0 as usize].is_some()).collect();
        let words = words::shards(sms, &listed);
        plan.extend(words.keys().enumerate().map(|(at, key)| (words::file(key), Page::Words(at))));
        let cards = sms.records().zip(addresses);
        let cards = cards.map(|((_, record), address)| Card::new(address, &text::clip(record.title().trim(), 120)));
        let book = Book::new(plan.keys().cloned().collect::<HashSet<_>>(), cards.collect());
        let shell = Shell::new(input, &book, &areas)?;
        let findings_of = findings_of(sms, findings);
        let hood = if input.edition.is_public() { Hood::known(graph) } else { Hood::new(graph) };
        let zone = TimeZone::get(&sms.snapshot.settings.site.zone).unwrap_or(TimeZone::UTC);
        Ok(Self {
            sms,
            graph,
            findings,
            shelves,
            areas,
            book,
            shell,
            hood,
            words,
            findings_of,
            plan,
            zone,
            input: *input,
            levels: OnceLock::new(),
            levels_of: OnceLock::new(),
            weakest: OnceLock::new(),
            schedule: OnceLock::new(),
            changes: OnceLock::new(),
            coverage: OnceLock::new(),
            outlook: OnceLock::new(),
            figures: OnceLock::new(),
            citing: OnceLock::new(),
            boxes: [0, 1].map(|_| std::iter::repeat_with(OnceLock::new).take(sms.len()).collect()),
        })
    }

    /// Makes every file.
    pub(super) fn build(&self, sink: &dyn Sink) -> Result<Summary, SiteError> {
        // Several threads work it out. Were it first asked for by a page, its thread could begin another page while it waits
        // for the others, and wait there for itself.
        self.coverage();
        let plan: Vec<(&String, &Page<'_>)> = self.plan.iter().collect();
        let made = plan.into_par_iter().map(|(path, page)| {
            let bytes = self.page(path, *page)?;
            sink.put(path, &bytes).map_err(|source| SiteError::Sink { path: path.clone(), source })?;
            Ok((path.as_str(), hash(&bytes), bytes.len() as u64))
        });
        let made: Vec<Result<(&str, String, u64), SiteError>> = made.collect();
        let made: Vec<(&str, String, u64)> = made.into_iter().collect::<Result<_, _>>()?;
        let records = self.plan.values().filter(|page| matches!(page, Page::Record(_))).count();
        let files = made.iter().map(|(path, hash, _)| (*path, hash.as_str()));
        let manifest = data::manifest(&digest(&self.input), records, files);
        sink.put(MANIFEST, &manifest).map_err(|source| SiteError::Sink { path: MANIFEST.to_owned(), source })?;
        let bytes = made.iter().map(|(_, _, size)| size).sum::<u64>() + manifest.len() as u64;
        Ok(Summary { files: made.len() + 1, records, bytes })
    }

    /// The bytes of one file.
    fn page(&self, path: &str, page: Page<'_>) -> Result<Vec<u8>, SiteError> {
        match page {
            Page::Home => home::page(self, path),
            Page::Area(at) => area_pages::area(self, path, &self.areas[at]),
            Page::Records => area_pages::records(self, path),
            Page::List(at, number) => list::page(self, path, &self.shelves[at], number),
            Page::KindJson(at) => Ok(data::kind_json(self, &self.shelves[at])),
            Page::KindCsv(at) => Ok(data::kind_csv(self, &self.shelves[at])),
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
            Page::Search => Ok(search::titles(self)),
            Page::Inventory => Ok(data::inventory(self)),
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
            Page::Words(at) => Ok(self.words.values().nth(at).cloned().unwrap_or_default()),
            Page::Feed(kind) => Ok(atom::feed(self, path, kind)),
            Page::ApiIndex => Ok(api::index(self)),
            Page::ApiStatus => Ok(api::status(self)),
            Page::ApiLevels => Ok(api::levels(self)),
            Page::Badge(badge) => Ok(badges::badge(self, badge)),
            Page::Periods(at) => board::periods::page(self, path, at),
            Page::PeriodsCsv => Ok(board::periods::csv(self)),
            Page::PeriodsJson => Ok(board::periods::json(self)),
            Page::Packs => board::packs::page(self, path),
            Page::Pack(bytes) => Ok(bytes.to_vec()),
        }
    }

    /// What every SLA that holds promises and what was kept of it in the last periods; worked out when first asked for.
    pub(super) fn levels(&self) -> &[Level<'a, 'a>] {
        self.levels.get_or_init(|| {
            // Chains of thousands of parts are looked at as a check does, others as `slm` does.
            let effort = if self.sms.len() > MANY { Effort::Check } else { Effort::Full };
            let until = self.sms.snapshot.as_of.day();
            let ask = Ask { slas: Vec::new(), until, periods: PERIODS, effort };
            let mut levels = slm::levels(self.sms, self.graph, &Meter::new(self.sms), &ask);
            if self.is_public() {
                // Incidents and parts that are not public count as well: only what was reported is told.
                for row in levels.iter_mut().flat_map(|level| &mut level.rows) {
                    (row.delivery, row.called) = (None, None);
                    row.cells.iter_mut().for_each(|cell| cell.kept = None);
                }
            }
            levels
        })
    }

    /// Whether the site is for everybody.
    pub(super) fn is_public(&self) -> bool {
        self.input.edition.is_public()
    }

    /// What an SLA promises and what was kept of it.
    pub(super) fn level(&self, ix: Ix) -> Option<&Level<'a, 'a>> {
        let record = self.sms.record(ix);
        self.levels_of(ix).find(|level| std::ptr::eq(level.sla.0.record, record))
    }

    /// What was promised about a service, or to a customer, or in an SLA.
    pub(super) fn levels_of(&self, ix: Ix) -> impl Iterator<Item = &Level<'a, 'a>> {
        let levels = self.levels();
        self.places_of(ix).iter().map(|at| &levels[*at])
    }

    /// The same by their places among the levels.
    pub(super) fn places_of(&self, ix: Ix) -> &[usize] {
        let by = self.levels_of.get_or_init(|| {
            let mut by: BTreeMap<Ix, Vec<usize>> = BTreeMap::new();
            for (at, level) in self.levels().iter().enumerate() {
                let parties = [level.sla.service().map(|it| it.id), level.sla.customer().map(|it| it.id)];
                let ids = parties.into_iter().flatten().chain([level.sla.0.record.id.as_str()]);
                let about: BTreeSet<Ix> = ids.filter_map(|id| self.sms.find(id)).collect();
                for ix in about {
                    by.entry(ix).or_default().push(at);
                }
            }
            by
        });
        by.get(&ix).map(Vec::as_slice).unwrap_or_default()
    }

    /// Where is kept what pages tell of the chain behind a row, by the place of its level and its own.
    pub(super) fn weakest(&self, (level, row): (usize, usize)) -> &OnceLock<Option<Section>> {
        let empty = |level: &Level<'_, '_>| level.rows.iter().map(|_| OnceLock::new()).collect();
        &self.weakest.get_or_init(|| self.levels().iter().map(empty).collect())[level][row]
    }

    /// What happens from some weeks back to some months ahead; worked out when first asked for.
    pub(super) fn schedule(&self) -> &Schedule<'a> {
        self.schedule.get_or_init(|| {
            let today = self.sms.snapshot.as_of.instant();
            let day = SignedDuration::from_hours(24);
            let start = today.checked_sub(day * BACK).unwrap_or(today);
            let end = today.checked_add(day * AHEAD).unwrap_or(today);
            Schedule::new(self.ground(), (start, end))
        })
    }

    /// The changes of the calendar that are about a service or item, through whatever it needs.
    pub(super) fn changes_about(&self, id: &str) -> &[Ix] {
        let by_id = self.changes.get_or_init(|| {
            let mut by_id: BTreeMap<&'a str, Vec<Ix>> = BTreeMap::new();
            for happening in self.schedule().happenings.iter().filter(|one| one.sort == Sort::Change) {
                let Some(ix) = self.sms.find(happening.record.id.as_str()) else { continue };
                for id in &happening.about {
                    by_id.entry(id).or_default().push(ix);
                }
            }
            by_id
        });
        by_id.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// What the calendar is worked out from.
    fn ground(&self) -> Ground<'a> {
        Ground { sms: self.sms, graph: self.graph }
    }

    /// Every requirement of the standard against the records; worked out before the first page.
    pub(super) fn coverage(&self) -> &[Assessed<'a>] {
        self.coverage.get_or_init(|| {
            let input = gap::Input { sms: self.sms, findings: self.findings, pack: pack(), grades: &NO_GRADES };
            gap::assess(&input, Check { sms: self.sms, graph: self.graph })
        })
    }

    /// The records with a page that name a clause of the standard, by its number; gathered when first asked for.
    pub(super) fn citing(&self) -> &BTreeMap<&'a str, Vec<Ix>> {
        self.citing.get_or_init(|| {
            let mut by: BTreeMap<&str, Vec<Ix>> = BTreeMap::new();
            for (ix, record) in self.sms.records().filter(|(ix, _)| self.book.address(*ix).is_some()) {
                let tags = record.get("clauses").map(Node::items).unwrap_or_default();
                for (standard, number) in tags.iter().filter_map(Node::as_str).map(clause::split) {
                    if standard == "20000-1" {
                        by.entry(number).or_default().push(ix);
                    }
                }
            }
            by
        })
    }

    /// What is compared from period to period; counted when first asked for.
    pub(super) fn figures(&self) -> &Figures {
        self.figures.get_or_init(|| Figures::new(self))
    }

    /// The gate's own look at changes, by the policy in force, else why nothing can be decided. Worked out when first
    /// asked for.
    pub(super) fn outlook(&self) -> &Result<Outlook<'a>, Reason> {
        self.outlook.get_or_init(|| {
            let snapshot = self.sms.snapshot;
            let side = Side { sms: self.sms, graph: self.graph };
            // Files on disk are judged by their day, so that a second run finds its pages unchanged.
            let midnight = || self.zone.to_timestamp(snapshot.as_of.day().at(0, 0, 0, 0)).ok();
            let at = if snapshot.origin.is_worktree() { midnight() } else { None };
            Outlook::new(State { side, findings: self.findings }, at.unwrap_or(snapshot.as_of.instant()))
        })
    }

    /// Calls `then` with what the requirements were judged from and how.
    fn gap<T>(&self, then: impl FnOnce(&gap::Input<'_>, &[Assessed<'_>]) -> T) -> T {
        let input = gap::Input { sms: self.sms, findings: self.findings, pack: pack(), grades: &NO_GRADES };
        then(&input, self.coverage())
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

    /// The findings of a record.
    pub(super) fn findings_of(&self, ix: Ix) -> impl Iterator<Item = &'a Finding> {
        self.findings_of[ix.0 as usize].iter().map(|at| &self.findings[*at as usize])
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

/// All files, and the address of each record.
fn plan<'a>(
    sms: &'a Sms<'_>,
    shelves: &[Shelf<'_>],
    areas: &[Area],
    findings: usize,
) -> (BTreeMap<String, Page<'a>>, Vec<Option<String>>) {
    let mut plan = BTreeMap::new();
    let fixed = [
        ("index.html", Page::Home),
        ("records/index.html", Page::Records),
        ("rules/index.html", Page::Rules),
        ("404.html", Page::NotFound),
        ("findings.json", Page::FindingsJson),
        ("findings.csv", Page::FindingsCsv),
        ("inventory.json", Page::Inventory),
        ("search/titles.js", Page::Search),
        ("site.css", Page::Asset("site.css")),
        ("site.js", Page::Asset("site.js")),
        ("icon.svg", Page::Asset("icon.svg")),
        (board::attention::PAGE, Page::Attention),
        (board::glossary::PAGE, Page::Glossary),
        (board::calendar::ICS, Page::Ics),
        (board::coverage::INDEX, Page::Clauses),
        ("clauses/clauses.csv", Page::ClausesCsv),
        (board::estate::PAGE, Page::Map),
        (board::estate::DATA, Page::MapData),
        (board::estate::SCRIPT, Page::Asset("map.js")),
        (api::INDEX, Page::ApiIndex),
        (api::STATUS, Page::ApiStatus),
        (api::LEVELS, Page::ApiLevels),
        (board::periods::CSV, Page::PeriodsCsv),
        (board::periods::JSON, Page::PeriodsJson),
    ];
    plan.extend(fixed.map(|(path, page)| (path.to_owned(), page)));
    plan.extend(atom::FEEDS.map(|(kind, path)| (path.to_owned(), Page::Feed(kind))));
    let today = sms.snapshot.as_of.day();
    plan.extend(
        board::calendar::months(today)
            .into_iter()
            .map(|month| (board::calendar::address(month, today), Page::Month(month))),
    );
    let periods = board::periods::over(today, sms.snapshot.settings.site.periods.length());
    let pairs = periods.len().saturating_sub(1);
    plan.extend(
        periods
            .into_iter()
            .enumerate()
            .take(pairs)
            .map(|(at, period)| (board::periods::address(period, at), Page::Periods(at))),
    );
    plan.extend(
        board::coverage::clauses().map(|clause| (board::coverage::address(clause.number), Page::Clause(clause))),
    );
    plan.extend((1..=findings::pages(findings)).map(|number| (findings::address(number), Page::Findings(number))));
    for code in rules::codes_with(&sms.local) {
        plan.entry(rules_pages::address(code.id)).or_insert(Page::Rule(code));
    }
    plan.extend(areas.iter().enumerate().map(|(at, area)| (area.address.clone(), Page::Area(at))));
    let mut addresses: Vec<Option<String>> = vec![None; sms.len()];
    for (at, shelf) in shelves.iter().enumerate() {
        plan.extend((1..=shelf.pages()).map(|number| (shelf.page(number), Page::List(at, number))));
        plan.insert(shelf.file("json"), Page::KindJson(at));
        plan.insert(shelf.file("csv"), Page::KindCsv(at));
        for (ix, record) in sms.of_kind(&shelf.kind.name) {
            // A second record with the same id is a finding and has no page; the first is never overwritten.
            if sms.find(record.id.as_str()) == Some(ix) {
                let address = free(&plan, &shelf.folder, record.id.as_str());
                plan.insert(address.clone(), Page::Record(ix));
                addresses[ix.0 as usize] = Some(address);
            }
        }
    }
    for (alias, claimants) in sms.aliases() {
        let Some(ix) = claimants.first().copied().filter(|ix| sms.find(alias.as_str()) == Some(*ix)) else { continue };
        let folder = addresses[ix.0 as usize].as_deref().and_then(|address| address.split_once('/'));
        let Some((folder, _)) = folder else { continue };
        let address = format!("{folder}/{}.html", links::stem(alias.as_str()));
        plan.entry(address).or_insert(Page::Alias(ix));
    }
    (plan, addresses)
}

/// The files of packs, and the page that lists them.
fn packs(past: &Past) -> Vec<(String, Page<'_>)> {
    let mut plan = Vec::new();
    for pack in &past.packs {
        plan.extend(pack.files.iter().map(|(path, bytes)| (board::packs::address(pack, path), Page::Pack(bytes))));
    }
    if !plan.is_empty() {
        plan.push((board::packs::INDEX.to_owned(), Page::Packs));
    }
    plan
}

/// The address of a record, other than all that are taken.
fn free(plan: &BTreeMap<String, Page<'_>>, folder: &str, id: &str) -> String {
    let mut address = format!("{folder}/{}.html", links::stem(id));
    while plan.contains_key(&address) {
        address.insert_str(address.len() - ".html".len(), "-x");
    }
    address
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
