//! The overview: the verdict in a sentence, then what needs attention, then the figures.

use serde::Serialize;

use super::findings::{Row, by_weight};
use super::headline::{self, Headline};
use super::html::Html;
use super::links::Root;
use super::pages::Site;
use super::section::Section;
use super::shelf::{Area, Shelf};
use super::shell::Head;
use super::stamp::Stamp;
use super::{SiteError, areas, list, text, upcoming};
use crate::base::finding::Severity;
use crate::model::Ix;
use crate::schema::Tone;

/// Most rows of a table on the overview.
const ROWS: usize = 12;
/// Most findings on the overview.
const FINDINGS: usize = 8;
/// Most days on the overview.
const DAYS: usize = 6;

/// The sentence that answers "are we all right?".
struct Verdict {
    tone: Tone,
    word: &'static str,
    title: String,
}

/// A day ahead.
#[derive(Serialize)]
struct Next {
    datetime: String,
    day: String,
    what: Html,
}

/// The figures of one part of the site.
#[derive(Serialize)]
struct Figure<'a> {
    name: &'a str,
    href: String,
    count: String,
    why: String,
}

/// A table of some records of a kind.
#[derive(Serialize)]
struct Table {
    title: String,
    slug: String,
    words: String,
    href: String,
    columns: Vec<list::Column>,
    rows: Html,
}

#[derive(Serialize)]
struct HomePage<'a> {
    verdict: Html,
    title: String,
    lead: String,
    coming: Vec<Next>,
    headlines: Vec<Headline>,
    sections: Vec<Section>,
    figures: Vec<Figure<'a>>,
    findings: Vec<Row>,
    found: String,
    findings_href: String,
    tables: Vec<Table>,
}

/// The overview.
pub(super) fn page(site: &Site<'_>, path: &str) -> Result<Vec<u8>, SiteError> {
    let root = Root::of(path);
    let verdict = verdict(site.sms.len(), &site.shell.stamp);
    let mut tag = Html::new();
    if !site.is_public() {
        tag.tag(verdict.tone, verdict.word);
    }
    let serious = by_weight(site.findings()).into_iter().filter(|finding| finding.severity > Severity::Info);
    let page = HomePage {
        verdict: tag,
        // What rules found is not told to everybody, and neither is that they found nothing.
        title: if site.is_public() { site.shell.stamp.site.clone() } else { verdict.title },
        lead: lead(site),
        coming: coming(site, root),
        headlines: if site.is_public() { Vec::new() } else { headline::all(site, path)? },
        sections: sections(site, root),
        figures: site.areas.iter().map(|area| figure(site, path, area)).collect::<Result<_, _>>()?,
        findings: serious.take(FINDINGS).map(|finding| Row::new(site, root, finding, true).brief()).collect(),
        found: site.shell.stamp.findings.clone(),
        findings_href: if site.is_public() {
            String::new()
        } else {
            site.book.link(path, super::board::attention::PAGE)?
        },
        tables: tables(site, path)?,
    };
    site.shell.render("home.html", &Head { path, title: "Overview".into(), area: path }, &page)
}

/// The month, and the heat map.
fn sections(site: &Site<'_>, root: Root) -> Vec<Section> {
    let heat = super::board::register::heat_map(site, root);
    super::board::calendar::own_month(site, root).into_iter().chain(heat).collect()
}

/// What the counts say, for none, one and many.
fn verdict(records: usize, stamp: &Stamp) -> Verdict {
    let things = |count: usize, one: &str, many: &str| match count {
        1 => format!("One thing {one}"),
        _ => format!("{} things {many}", text::count(count)),
    };
    let (tone, word, title) = match (records, stamp.errors, stamp.warnings) {
        (0, 0, 0) => (Tone::None, "Nothing recorded", "There are no records yet.".to_owned()),
        (1, 0, 0) => (Tone::Good, "In order", "The one record keeps to the rules.".to_owned()),
        (_, 0, 0) => (Tone::Good, "In order", "All records keep to the rules.".to_owned()),
        (_, 0, warnings) => {
            let need = things(warnings, "needs a decision or a date", "need a decision or a date");
            (Tone::Watch, "In order, attention needed", format!("The records are in order. {need}."))
        }
        (_, errors, 0) => (
            Tone::Bad,
            "Not in order",
            format!("{}.", things(errors, "is wrong and must be mended", "are wrong and must be mended")),
        ),
        (_, errors, warnings) => {
            let wrong = things(errors, "is wrong and must be mended", "are wrong and must be mended");
            let need = things(warnings, "needs a decision", "need a decision");
            (Tone::Bad, "Not in order", format!("{wrong}. {need}."))
        }
    };
    Verdict { tone, word, title }
}

/// One sentence about services, one about changes.
fn lead(site: &Site<'_>) -> String {
    let mut sentences = Vec::new();
    for (kind, begins) in [("service", "services"), ("change", "changes")] {
        let Some(shelf) = site.shelf(kind).filter(|shelf| !shelf.is_empty()) else { continue };
        let open = areas::state_counts(site, shelf).into_iter().filter(|(state, _)| !state.terminal);
        let states: Vec<(String, usize)> = open.map(|(state, count)| (state.label.to_lowercase(), count)).collect();
        let total: usize = states.iter().map(|(_, count)| count).sum();
        let said: Vec<String> =
            states.iter().map(|(label, count)| format!("{} {label}", text::count(*count))).collect();
        match states.as_slice() {
            [] => sentences.push(format!("No {} open.", if kind == "change" { "change is" } else { "service is" })),
            [(label, 1)] => sentences.push(format!("One {kind} is {label}.")),
            [(label, many)] => sentences.push(format!("{} {begins} are {label}.", text::count(*many))),
            _ => sentences.push(format!("{} {begins}: {}.", open_words(kind, total), text::join(&said))),
        }
    }
    sentences.extend(super::story::promises::verdict(&site.levels()));
    sentences.join(" ")
}

fn open_words(kind: &str, total: usize) -> String {
    let count = text::count(total);
    if kind == "change" { format!("{count} open") } else { count }
}

fn coming(site: &Site<'_>, root: Root) -> Vec<Next> {
    let this_year = site.sms.snapshot.as_of.day().year();
    let next = |found: &upcoming::Upcoming| {
        let day = text::day(found.day);
        let day = match day.rsplit_once(' ') {
            Some((short, _)) if found.day.year() == this_year => short.to_owned(),
            _ => day,
        };
        let mut what = Html::new();
        what.text(&found.what).raw(": ");
        site.book.record(root, found.ix, &mut what);
        Next { datetime: found.day.to_string(), day, what }
    };
    site.upcoming().iter().take(DAYS).map(next).collect()
}

fn figure<'a>(site: &'a Site<'_>, path: &str, area: &'a Area) -> Result<Figure<'a>, SiteError> {
    let mut shelves: Vec<&Shelf<'_>> = area.kinds.iter().map(|at| &site.shelves[*at]).collect();
    shelves.retain(|shelf| !shelf.is_empty());
    shelves.sort_by_key(|shelf| (std::cmp::Reverse(shelf.len()), &shelf.kind.names.plural));
    let total = shelves.iter().map(|shelf| shelf.len()).sum();
    let named: Vec<String> = shelves
        .iter()
        .take(3)
        .map(|shelf| {
            let names = &shelf.kind.names;
            text::counted(shelf.len(), &text::noun(&names.singular), &names.plural)
        })
        .collect();
    let why = if total == 0 { "Nothing recorded yet".to_owned() } else { named.join(", ") };
    Ok(Figure { name: &area.name, href: site.book.link(path, &area.address)?, count: text::count(total), why })
}

/// Services that are in use or on their way, the most critical first, and changes that are open.
fn tables(site: &Site<'_>, path: &str) -> Result<Vec<Table>, SiteError> {
    let mut tables = Vec::new();
    for kind in ["service", "change"] {
        let Some(shelf) = site.shelf(kind) else { continue };
        let mut open: Vec<Ix> =
            shelf.records().iter().copied().filter(|ix| !site.sms.record(*ix).is_at_rest()).collect();
        if open.is_empty() {
            continue;
        }
        let weights = shelf.kind.field("criticality").map(|field| field.values.clone()).unwrap_or_default();
        let weight = |ix: &Ix| {
            let word = site.sms.record(*ix).text("criticality");
            weights.iter().position(|value| Some(value.as_str()) == word).unwrap_or(usize::MAX)
        };
        open.sort_by_key(weight);
        let total = open.len();
        open.truncate(ROWS);
        let names = list::columns(site, shelf);
        let words = if total > open.len() {
            format!("{} of {} shown.", text::count(open.len()), text::count(total))
        } else {
            String::new()
        };
        tables.push(Table {
            title: if kind == "change" {
                "Open changes".to_owned()
            } else {
                text::capitalise(&shelf.kind.names.plural)
            },
            slug: kind.to_owned(),
            words,
            href: site.book.link(path, &shelf.page(1))?,
            columns: list::heads(shelf.kind, &names),
            rows: list::rows(site, Root::of(path), shelf.kind, &open, &names),
        });
    }
    Ok(tables)
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn the_verdict_reads_well_for_none_one_and_many() {
        let title = |records, errors, warnings| {
            let stamp = fixture::stamp(errors, warnings);
            verdict(records, &stamp).title
        };
        assert_eq!(title(0, 0, 0), "There are no records yet.");
        assert_eq!(title(9, 0, 0), "All records keep to the rules.");
        assert_eq!(title(9, 0, 1), "The records are in order. One thing needs a decision or a date.");
        assert_eq!(title(9, 1, 0), "One thing is wrong and must be mended.");
        assert_eq!(title(9, 1200, 2), "1,200 things are wrong and must be mended. 2 things need a decision.");
    }
}
