//! The list of all files of a site.

use std::collections::BTreeMap;

use super::feeds::badges::Badge;
use super::feeds::{api, atom};
use super::shelf::{Area, Shelf};
use super::{Past, board, findings, links, rules_pages};
use crate::base::clause::Clause;
use crate::base::code::Code;
use crate::base::period::Period;
use crate::model::{Ix, Sms};
use crate::rules;

/// A file with a piece for each of many records.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rows {
    /// The records of a kind, by its place.
    Json(usize),
    Csv(usize),
    /// The index of titles for the search.
    Titles,
    Inventory,
}

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
    /// A file with a piece for each of many records.
    Rows(Rows),
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
    pub(super) const fn is_internal(&self) -> bool {
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

/// All files, and the address of each record.
pub(super) fn plan<'a>(
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
        ("inventory.json", Page::Rows(Rows::Inventory)),
        ("search/titles.js", Page::Rows(Rows::Titles)),
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
        plan.insert(shelf.file("json"), Page::Rows(Rows::Json(at)));
        plan.insert(shelf.file("csv"), Page::Rows(Rows::Csv(at)));
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
pub(super) fn packs(past: &Past) -> Vec<(String, Page<'_>)> {
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
