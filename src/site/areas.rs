//! The parts of the site, and the index of all kinds.

use serde::Serialize;

use super::html::Html;
use super::pages::Site;
use super::shelf::{Area, Shelf};
use super::shell::Head;
use super::{SiteError, text};

/// A kind in an index.
#[derive(Serialize)]
pub(super) struct KindCard<'a> {
    name: String,
    href: String,
    description: &'a str,
    count: usize,
    words: String,
    /// How many records are in which state.
    states: Html,
    csv: String,
}

/// A part of the site with its kinds.
#[derive(Serialize)]
struct Part<'a> {
    name: &'a str,
    slug: String,
    kinds: Vec<KindCard<'a>>,
    /// Kinds without records: name and link.
    empty: Vec<(String, String)>,
    /// Pages about many kinds: name, link and what they show.
    boards: Vec<(&'static str, String, &'static str)>,
}

/// Pages about many kinds, by a kind of the part that they belong to.
const BOARDS: [(&str, &str, &str, &str); 5] = [
    ("change", "Calendar", "calendar/index.html", "What happens when, and what gets in the way of what."),
    ("ci", "Estate map", "configuration-map/index.html", "Everything in one picture, and what needs what."),
    ("audit", "Clauses", "clauses/index.html", "What the standard asks for and which records show it."),
    ("action", "Open points", "attention.html", "What needs attention, by who answers for it."),
    ("audit", "Glossary", "glossary.html", "Every kind of record with its fields and states."),
];

/// The page of a part of the site.
pub(super) fn area(site: &Site<'_>, path: &str, area: &Area) -> Result<Vec<u8>, SiteError> {
    let part = part(site, path, &area.name, &area.kinds)?;
    site.shell.render("area.html", &Head { path, title: area.name.as_str().into(), area: path }, &part)
}

/// The index of everything: each part with its kinds. Records themselves are on the pages of their kinds.
pub(super) fn records(site: &Site<'_>, path: &str) -> Result<Vec<u8>, SiteError> {
    #[derive(Serialize)]
    struct All<'a> {
        parts: Vec<Part<'a>>,
        words: String,
        inventory: String,
    }
    let mut parts = Vec::new();
    for area in &site.areas {
        parts.push(part(site, path, &area.name, &area.kinds)?);
    }
    let placed: Vec<usize> = site.areas.iter().flat_map(|area| area.kinds.clone()).collect();
    let rest: Vec<usize> = (0..site.shelves.len()).filter(|at| !placed.contains(at)).collect();
    if !rest.is_empty() {
        parts.push(part(site, path, "Other", &rest)?);
    }
    let words = text::counted(site.sms.len(), "record", "records");
    let page = All { parts, words, inventory: site.book.link(path, "inventory.json")? };
    site.shell.render("records.html", &Head { path, title: super::ALL.into(), area: path }, &page)
}

fn part<'a>(site: &'a Site<'_>, path: &str, name: &'a str, kinds: &[usize]) -> Result<Part<'a>, SiteError> {
    let mut part = Part {
        name,
        slug: crate::base::id::slugify(name).unwrap_or_else(|| "part".to_owned()),
        kinds: Vec::new(),
        empty: Vec::new(),
        boards: Vec::new(),
    };
    for (kind, name, to, words) in BOARDS {
        let here = site.sms.catalog.position(kind).is_some_and(|at| kinds.contains(&at));
        if here && site.book.has(to) {
            part.boards.push((name, site.book.link(path, to)?, words));
        }
    }
    let mut shelves: Vec<&Shelf<'_>> = kinds.iter().map(|at| &site.shelves[*at]).collect();
    shelves.sort_by_key(|shelf| weight(shelf));
    for shelf in shelves {
        let (name, href) = (text::capitalise(&shelf.kind.names.plural), site.book.link(path, &shelf.page(1))?);
        if shelf.is_empty() {
            part.empty.push((name, href));
            continue;
        }
        part.kinds.push(KindCard {
            name,
            href,
            description: &shelf.kind.description,
            count: shelf.len(),
            words: text::counted(shelf.len(), &text::noun(&shelf.kind.names.singular), &shelf.kind.names.plural),
            states: states(site, shelf),
            csv: site.book.link(path, &shelf.file("csv"))?,
        });
    }
    Ok(part)
}

/// The kind that a part is named after comes first, then by name.
fn weight<'s>(shelf: &'s Shelf<'_>) -> (bool, &'s str) {
    let names = &shelf.kind.names;
    let namesake = names.group.to_lowercase().starts_with(&names.plural.to_lowercase())
        || names.plural.to_lowercase().starts_with(&names.group.to_lowercase());
    (!namesake, &names.plural)
}

/// How many records of a shelf are in which state, in the order of the schema.
pub(super) fn states(site: &Site<'_>, shelf: &Shelf<'_>) -> Html {
    let mut out = Html::new();
    for (state, count) in state_counts(site, shelf) {
        out.tag(state.tone, &format!("{} {}", text::count(count), state.label.to_lowercase())).raw(" ");
    }
    out
}

/// The states that records of a shelf are in, with their number.
pub(super) fn state_counts<'a>(site: &Site<'_>, shelf: &Shelf<'a>) -> Vec<(&'a crate::schema::State, usize)> {
    let counts = shelf.place().and_then(|at| site.states_at(at)).map(Vec::as_slice).unwrap_or_default();
    let counts = counts.iter().copied();
    shelf.kind.states.iter().zip(counts).filter(|(_, count)| *count > 0).collect()
}
