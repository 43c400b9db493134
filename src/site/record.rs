//! The page of a record, and the page that leads on from a former id.

use serde::Serialize;

use super::board::coverage;
use super::findings::Row;
use super::html::{Html, Look};
use super::links::Root;
use super::pages::Site;
use super::picture::{self, Picture};
use super::relations::{self, Relations};
use super::section::Section;
use super::shell::{self, Head};
use super::value::{Values, unit};
use super::{SiteError, markdown, story, text};
use crate::base::clause;
use crate::base::finding::Severity;
use crate::model::{Ix, Record};
use crate::schema::Tone;
use crate::yaml::Node;

/// Most of a record's text that its page shows, in bytes.
const MOST_RAW: usize = 64 * 1024;
/// Facts in the strip below the title.
const STRIP: usize = 6;
/// Fields with places of their own on the page.
const PLACED: [&str; 6] = ["kind", "id", "title", "status", "description", "x-gitsm"];
/// Fields of the graph: shown as relations, and in full among the facts only when they say more.
const RELATIONS: &str = "relations";

/// A step of the way from the overview to a page.
#[derive(Serialize)]
pub(super) struct Crumb {
    /// Its name.
    pub(super) name: String,
    /// Its link.
    pub(super) href: String,
}

/// A field with its value.
#[derive(Serialize)]
struct Fact {
    label: String,
    value: Html,
    /// Whether the value needs the whole width.
    wide: bool,
}

/// What is wrong, in one box.
#[derive(Serialize)]
struct Callout {
    look: Look,
    title: String,
    words: Html,
    more: usize,
}

#[derive(Serialize)]
struct RecordPage<'a> {
    crumbs: tera::Value,
    kind: &'a str,
    id: &'a str,
    title: &'a str,
    tags: Html,
    lead: String,
    strip: Vec<Fact>,
    callout: Option<Callout>,
    sections: Vec<Section>,
    description: Html,
    facts: Vec<Fact>,
    relations: Vec<Relations>,
    picture: Option<Picture>,
    findings: Vec<Row>,
    /// What was done to it.
    life: Option<Section>,
    path: &'a str,
    raw: &'a str,
    raw_cut: bool,
}

/// The page of a record.
pub(super) fn page(site: &Site<'_>, path: &str, ix: Ix) -> Result<Vec<u8>, SiteError> {
    let record = site.sms.record(ix);
    let root = site.book.root(path);
    let values = Values { site, root, ix };
    let source = record.text("description").unwrap_or_default();
    let lead = markdown::lead(source);
    let mut description = Html::new();
    if source.trim() != lead {
        markdown::render(source, &site.resolver(root), &mut description);
    }
    let (strip, used) = strip(record, &values);
    let findings: Vec<Row> = site.findings_of(ix).map(|finding| Row::new(site, root, finding, false)).collect();
    let (raw, raw_cut) = text::head(raw(site, record), MOST_RAW);
    let title = text::clip(record.title().trim(), 300);
    let page = RecordPage {
        crumbs: trail(site, path, record)?,
        kind: &record.kind.names.singular,
        id: record.id.as_str(),
        title: &title,
        tags: tags(record),
        lead,
        strip,
        callout: callout(site, ix),
        sections: story::sections(site, root, ix),
        description,
        facts: facts(record, &values, &[&used, story::told(site, ix)].concat()),
        relations: relations::of(site, root, ix),
        picture: picture::draw(site, root, ix),
        findings,
        life: story::evidence(site, root, ix),
        path: if site.is_public() { "" } else { site.sms.path(record) },
        raw: if site.is_public() { "" } else { raw },
        raw_cut,
    };
    let area = site.area(&record.kind.name).map_or("records/index.html", |area| area.address.as_str());
    let title = format!("{} · {}", title, text::clip(record.id.as_str(), 80));
    site.shell.render("record.html", &Head { path, title: title.into(), area }, &page)
}

/// The page of a former id.
pub(super) fn alias(site: &Site<'_>, path: &str, ix: Ix) -> Result<Vec<u8>, SiteError> {
    #[derive(Serialize)]
    struct Alias<'a> {
        href: String,
        title: &'a str,
        id: &'a str,
    }
    let record = site.sms.record(ix);
    let href = site.book.link(path, site.book.address(ix).unwrap_or("index.html"))?;
    let title = text::clip(record.title(), 300);
    let page = Alias { href, title: &title, id: record.id.as_str() };
    site.shell.render("alias.html", &Head { path, title: title.as_ref().into(), area: "" }, &page)
}

/// The way to the list of a kind, the list included.
pub(super) fn crumbs_to(site: &Site<'_>, path: &str, kind: &str) -> Result<Vec<Crumb>, SiteError> {
    let mut crumbs = vec![Crumb { name: "Overview".to_owned(), href: site.book.link(path, "index.html")? }];
    match site.area(kind) {
        Some(area) => {
            crumbs.push(Crumb { name: area.name.clone(), href: site.book.link(path, &area.address)? });
        }
        None => crumbs.push(Crumb { name: super::ALL.to_owned(), href: site.book.link(path, "records/index.html")? }),
    }
    Ok(crumbs)
}

/// The same as templates read it: made once for a kind, since all pages of records lie in a folder.
fn trail(site: &Site<'_>, path: &str, record: &Record<'_>) -> Result<tera::Value, SiteError> {
    let kept = site.sms.catalog.position(&record.kind.name).and_then(|at| site.trails.get(at));
    if let Some(trail) = kept.and_then(|kept| kept.get()) {
        return Ok(trail.clone());
    }
    let trail = shell::value("crumbs", &crumbs(site, path, record)?)?;
    Ok(kept.map_or_else(|| trail.clone(), |kept| kept.get_or_init(|| trail.clone()).clone()))
}

fn crumbs(site: &Site<'_>, path: &str, record: &Record<'_>) -> Result<Vec<Crumb>, SiteError> {
    let mut crumbs = crumbs_to(site, path, &record.kind.name)?;
    if let Some(shelf) = site.shelf(&record.kind.name) {
        let name = text::capitalise(&shelf.kind.names.plural);
        if crumbs.last().is_none_or(|last| last.name != name) {
            crumbs.push(Crumb { name, href: site.book.link(path, &shelf.page(1))? });
        } else if let Some(last) = crumbs.last_mut() {
            last.href = site.book.link(path, &shelf.page(1))?;
        }
    }
    Ok(crumbs)
}

/// State, classification and tags.
fn tags(record: &Record<'_>) -> Html {
    let mut out = Html::new();
    state(record, &mut out);
    if let Some(class @ ("confidential" | "restricted")) = record.text("classification") {
        out.tag(Tone::None, &text::capitalise(class));
    }
    out
}

/// The state of a record as a tag.
pub(super) fn state(record: &Record<'_>, out: &mut Html) {
    match (record.state(), record.status()) {
        (Some(state), _) => out.tag(state.tone, &state.label),
        (None, Some(status)) => out.tag(Tone::None, &text::clip(&text::word(status), 40)),
        (None, None) => out,
    };
}

fn callout(site: &Site<'_>, ix: Ix) -> Option<Callout> {
    let worst = site.findings_of(ix).filter(|finding| finding.severity > Severity::Info);
    let worst = worst.reduce(|best, next| if next.severity > best.severity { next } else { best })?;
    let of = |severity| site.findings_of(ix).filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let title = match (errors, warnings) {
        (0, many) => format!("{} to look at", text::counted(many, "warning", "warnings")),
        (many, 0) => format!("{} to mend", text::counted(many, "error", "errors")),
        _ => format!(
            "{} and {}",
            text::counted(errors, "error", "errors"),
            text::counted(warnings, "warning", "warnings")
        ),
    };
    let look = Look::of(if errors > 0 { Tone::Bad } else { Tone::Watch });
    let words = super::findings::sentence(&worst.message);
    Some(Callout { look, title, words, more: errors + warnings - 1 })
}

/// Up to six facts that matter most: the owner, then the columns of the list, then short fields. With them the names
/// of the fields that they show in full.
fn strip<'r>(record: &'r Record<'_>, values: &Values<'_, '_>) -> (Vec<Fact>, Vec<&'r str>) {
    let kind = record.kind;
    let columns = kind.columns.iter().map(String::as_str);
    let short = kind.fields.iter().map(|field| field.name.as_str());
    let own =
        short.filter(|name| record.get(name).is_some_and(|node| node.scalar().is_some_and(|text| text.len() <= 40)));
    let mut facts = Vec::new();
    let mut used = Vec::new();
    for name in ["owner"].into_iter().chain(columns).chain(own) {
        if facts.len() == STRIP {
            break;
        }
        let Some(entry) = record.root.entry(name).filter(|entry| !entry.value.is_blank()) else { continue };
        let key: &str = &entry.key;
        if PLACED.contains(&name) || used.contains(&key) || facts.iter().any(|(shown, _): &(&str, Fact)| *shown == key)
        {
            continue;
        }
        let (value, whole) = values.short(&entry.value, 3);
        if value.is_empty() {
            continue;
        }
        if whole {
            used.push(key);
        }
        facts.push((key, fact(record, key, value, false)));
    }
    (facts.into_iter().map(|(_, fact)| fact).collect(), used)
}

/// Every field that has no other place, in the order of the schema; unknown ones last.
fn facts(record: &Record<'_>, values: &Values<'_, '_>, used: &[&str]) -> Vec<Fact> {
    let fields = &record.kind.fields;
    let place = |name: &str| fields.iter().position(|field| field.name == name).unwrap_or(usize::MAX);
    let entries = record.root.entries().iter().map(|entry| (entry.key.as_ref(), &entry.value));
    let entries = entries.filter(|(name, _)| !PLACED.contains(name) && !used.contains(name));
    let mut entries: Vec<(usize, &str, &Node<'_>)> = entries.map(|(name, node)| (place(name), name, node)).collect();
    entries.sort_by_key(|(place, _, _)| *place);
    let shown = entries.into_iter().filter_map(|(place, name, node)| {
        if node.is_blank() || (name == RELATIONS && is_plain_relations(node)) {
            return None;
        }
        let value = match name {
            "clauses" => clauses(values.root, node, !values.site.is_public()),
            _ if fields.get(place).is_some_and(|field| field.markdown) => prose(values, node),
            _ => values.full(node),
        };
        let wide = value.as_str().contains("<table") || value.as_str().contains("<dl");
        Some(fact(record, name, value, wide))
    });
    shown.collect()
}

/// Whether the lists of relations say everything that stands in the field.
fn is_plain_relations(node: &Node<'_>) -> bool {
    let plain = |entry: &crate::yaml::Entry<'_>| matches!(entry.key.as_ref(), "type" | "to" | "strength");
    node.items().iter().all(|item| item.entries().iter().all(plain))
}

fn prose(values: &Values<'_, '_>, node: &Node<'_>) -> Html {
    let Some(source) = node.as_str() else { return values.full(node) };
    let mut out = Html::new();
    out.raw("<div class=\"prose\">");
    markdown::render(source, &values.site.resolver(values.root), &mut out);
    out.raw("</div>");
    out
}

/// Clauses with their titles.
fn clauses(root: Root, node: &Node<'_>, linked: bool) -> Html {
    let mut out = Html::new();
    out.raw("<ul class=\"vals\">");
    for tag in node.items().iter().filter_map(Node::as_str).take(100) {
        let (standard, number) = clause::split(tag);
        let title = (standard == "20000-1").then(|| clause::find(number)).flatten().map_or("", |clause| clause.title);
        let page = (linked && standard == "20000-1").then(|| coverage::nearest(number)).flatten();
        out.raw("<li>");
        if let Some(page) = &page {
            out.raw("<a href=\"").raw(root.as_str()).text(page).raw("\">");
        }
        out.text(&text::clip(tag, 60)).raw(if page.is_some() { "</a>" } else { "" });
        out.raw(" <span class=\"muted\">").text(title).raw("</span></li>");
    }
    out.raw("</ul>");
    out
}

fn fact(record: &Record<'_>, name: &str, mut value: Html, wide: bool) -> Fact {
    value.raw(unit(record.kind, name));
    Fact { label: text::heading(&text::clip(name, 60)), value, wide }
}

/// The text of a record: its file, or its part of a file that holds several.
fn raw<'a>(site: &Site<'a>, record: &Record<'_>) -> &'a str {
    let whole = site.sms.snapshot.sources.get(record.file).text();
    let alone = !record.kind.bulk || !whole.contains("\n---");
    if alone { whole } else { site.sms.snapshot.sources.slice(record.span()) }
}
