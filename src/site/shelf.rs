//! What is published of each kind, and the parts of the site that the kinds belong to.

use std::collections::BTreeSet;

use super::links;
use crate::base::date::When;
use crate::base::id::{is_slug, slugify};
use crate::model::trace::{Read, note};
use crate::model::{Ix, Record, Sms};
use crate::schema::Kind;

/// Rows on one page of a list.
pub(super) const ROWS: usize = 200;

/// Parts of the site in the order of the menu; parts that only local kinds name follow, by name.
const MENU: [&str; 6] =
    ["Services", "Changes", "Incidents and problems", "Configuration", "Risks and actions", "Assurance"];

/// Folders that are not for kinds.
const RESERVED: [&str; 10] =
    ["api", "areas", "badges", "calendar", "clauses", "configuration-map", "feeds", "records", "rules", "search"];

/// One kind with its folder and its records.
#[derive(Debug)]
pub(super) struct Shelf<'a> {
    /// The kind.
    pub(super) kind: &'a Kind,
    /// Folder of its pages.
    pub(super) folder: String,
    /// Its place among the kinds.
    place: Option<u16>,
    /// Its records in the order of the list.
    records: Vec<Ix>,
}

impl Shelf<'_> {
    /// Its records in the order of the list, which hangs on what they hold.
    pub(super) fn records(&self) -> &[Ix] {
        note(self.read());
        &self.records
    }

    /// How traces call its records.
    pub(super) fn read(&self) -> Read {
        self.place.map_or(Read::Everything, Read::Kind)
    }

    /// The same as [`Self::records`], for a caller that notes itself what it reads.
    pub(super) fn in_order(&self) -> &[Ix] {
        &self.records
    }

    /// Its place among the kinds.
    pub(super) fn place(&self) -> Option<usize> {
        self.place.map(usize::from)
    }

    /// How many records it has.
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether it has no record.
    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Number of pages of the list; an empty list has one page as well.
    pub(super) fn pages(&self) -> usize {
        self.records.len().div_ceil(ROWS).max(1)
    }

    /// The address of page `number` of the list, from 1.
    pub(super) fn page(&self, number: usize) -> String {
        if number <= 1 { format!("{}/index.html", self.folder) } else { format!("{}/page-{number}.html", self.folder) }
    }

    /// The address of the list as a file with this ending.
    pub(super) fn file(&self, ending: &str) -> String {
        format!("{0}/{0}.{ending}", self.folder)
    }
}

/// A part of the site.
#[derive(Debug)]
pub(super) struct Area {
    /// Its name in the menu.
    pub(super) name: String,
    /// Its page.
    pub(super) address: String,
    /// Its kinds, as places in the shelves.
    pub(super) kinds: Vec<usize>,
}

/// The shelves of all kinds, in the order of the catalog.
pub(super) fn shelves<'a>(sms: &'a Sms<'a>) -> Vec<Shelf<'a>> {
    let mut taken: BTreeSet<String> = RESERVED.map(str::to_owned).into();
    let shelf = |kind: &'a Kind| {
        let wanted = &kind.names.folder;
        let mut folder = if is_slug(wanted) { links::stem(wanted) } else { links::stem(&kind.name.replace('_', "-")) };
        while !taken.insert(folder.clone()) {
            folder.push_str("-records");
        }
        let mut records: Vec<Ix> = sms.of_kind(&kind.name).map(|(ix, _)| ix).collect();
        if let Some(field) = dated_column(kind) {
            records.sort_by_cached_key(|ix| std::cmp::Reverse(day(sms.record(*ix), field)));
        }
        let place = sms.catalog.position(&kind.name).and_then(|at| u16::try_from(at).ok());
        Shelf { kind, folder, place, records }
    };
    sms.catalog.iter().map(shelf).collect()
}

/// The first column that holds a time: such lists show the newest record first, all others go by id.
fn dated_column(kind: &Kind) -> Option<&str> {
    let holds_time = |name: &&String| {
        kind.field(name)
            .is_some_and(|field| matches!(field.holds.as_str(), "a day" | "an instant" | "a day or an instant"))
    };
    kind.columns.iter().find(holds_time).map(String::as_str)
}

/// The day by which a record of a dated kind is put in order.
pub(super) fn newest(record: &Record<'_>) -> Option<jiff::civil::Date> {
    dated_column(record.kind).and_then(|field| day(record, field))
}

fn day(record: &Record<'_>, field: &str) -> Option<jiff::civil::Date> {
    When::parse(record.text(field)?).ok().map(When::day)
}

/// The parts of the site, in the order of the menu.
pub(super) fn areas(shelves: &[Shelf<'_>]) -> Vec<Area> {
    let mut names: Vec<String> = MENU.map(str::to_owned).to_vec();
    let others: BTreeSet<&str> = shelves.iter().map(|shelf| shelf.kind.names.group.as_str()).collect();
    names.extend(others.into_iter().filter(|name| *name != super::ALL && !MENU.contains(name)).map(str::to_owned));
    let mut taken = BTreeSet::new();
    let area = |name: String| {
        let kinds = shelves.iter().enumerate().filter(|(_, shelf)| shelf.kind.names.group == name);
        let kinds: Vec<usize> = kinds.map(|(at, _)| at).collect();
        let mut stem = links::stem(&slugify(&name).unwrap_or_default());
        while !taken.insert(stem.clone()) {
            stem.push_str("-more");
        }
        Area { name, address: format!("areas/{stem}.html"), kinds }
    };
    let areas: Vec<Area> = names.into_iter().map(area).collect();
    areas.into_iter().filter(|area| !area.kinds.is_empty()).collect()
}
