//! The list of a kind, in pages.

use std::collections::BTreeMap;

use serde::Serialize;

use super::board::register;
use super::html::Html;
use super::links::Root;
use super::pages::Site;
use super::record::{self, Crumb};
use super::section::Section;
use super::shelf::{ROWS, Shelf};
use super::shell::Head;
use super::value::{self, Values, unit};
use super::{SiteError, text};
use crate::model::Ix;
use crate::schema::Kind;
use crate::yaml::Value;

/// Items of a list shown in one cell.
const CELL_ITEMS: usize = 3;

/// The head of a column.
#[derive(Serialize)]
pub(super) struct Column {
    name: String,
    hint: String,
    number: bool,
}

impl Column {
    /// The head as it stands in a table.
    pub(super) fn head(&self) -> Html {
        let mut out = Html::new();
        out.raw("<th scope=\"col\"").raw(if self.number { " class=\"r\"" } else { "" });
        out.raw(">").text(&self.name).raw("</th>");
        out
    }
}

/// Links to the other pages of a list.
#[derive(Serialize)]
pub(super) struct Pager {
    /// Words about the page shown.
    words: String,
    /// Link to the page before.
    previous: Option<String>,
    /// Link to the next page.
    next: Option<String>,
    /// All pages: number, link, whether it is this one.
    pages: Vec<(usize, String, bool)>,
}

/// A button that shows the rows of one state.
#[derive(Serialize)]
struct Chip {
    state: String,
    label: String,
    count: usize,
}

#[derive(Serialize)]
struct ListPage<'a> {
    crumbs: Vec<Crumb>,
    title: String,
    kind: &'a str,
    description: &'a str,
    words: String,
    /// What stands above the first page of the list.
    sections: Vec<Section>,
    columns: Vec<Column>,
    rows: Html,
    chips: Vec<Chip>,
    pager: Option<Pager>,
    csv: String,
    json: String,
}

/// One page of the list of a kind.
pub(super) fn page(site: &Site<'_>, path: &str, shelf: &Shelf<'_>, number: usize) -> Result<Vec<u8>, SiteError> {
    let kind = shelf.kind;
    let first = (number - 1) * ROWS;
    let shown = &site.order(shelf)[first.min(shelf.len())..(first + ROWS).min(shelf.len())];
    let title = text::capitalise(&kind.names.plural);
    let root = site.book.root(path);
    let names = columns(site, shelf);
    let mut crumbs = record::crumbs_to(site, path, &kind.name)?;
    crumbs.retain(|crumb| crumb.name != title);
    let page = ListPage {
        crumbs,
        title: title.clone(),
        kind: &kind.names.singular,
        description: &kind.description,
        words: text::capitalise(&text::counted(shelf.len(), &text::noun(&kind.names.singular), &kind.names.plural)),
        sections: if number == 1 { register::above(site, root, &kind.name) } else { Vec::new() },
        columns: heads(kind, &names),
        rows: rows(site, root, kind, shown, &names),
        chips: chips(site, kind, shown),
        pager: pager(site, path, number, shelf.len(), |number| shelf.page(number))?,
        csv: site.book.link(path, &shelf.file("csv"))?,
        json: site.book.link(path, &shelf.file("json"))?,
    };
    let title = if number > 1 { format!("{title}, page {number}") } else { title };
    let area = site.area(&kind.name).map_or("records/index.html", |area| area.address.as_str());
    site.shell.render("list.html", &Head { path, title: title.into(), area }, &page)
}

/// The links between pages of `total` rows; none when all fit on one.
pub(super) fn pager(
    site: &Site<'_>,
    path: &str,
    number: usize,
    total: usize,
    address: impl Fn(usize) -> String,
) -> Result<Option<Pager>, SiteError> {
    let count = total.div_ceil(ROWS);
    if count < 2 {
        return Ok(None);
    }
    let link = |number: usize| site.book.link(path, &address(number));
    let near = |other: &usize| *other == 1 || *other == count || other.abs_diff(number) <= 3;
    let pages = (1..=count).filter(near).map(|other| Ok((other, link(other)?, other == number)));
    let (from, to) = ((number - 1) * ROWS + 1, (number * ROWS).min(total));
    Ok(Some(Pager {
        words: format!("Rows {} to {} of {}", text::count(from), text::count(to), text::count(total)),
        previous: (number > 1).then(|| link(number - 1)).transpose()?,
        next: (number < count).then(|| link(number + 1)).transpose()?,
        pages: pages.collect::<Result<_, SiteError>>()?,
    }))
}

/// The columns but for the title, which heads every row; for everybody only those in which something is published.
pub(super) fn columns<'k>(site: &Site<'_>, shelf: &Shelf<'k>) -> Vec<&'k str> {
    let says = |ix: &Ix, name: &str| site.sms.record(*ix).get(name).is_some_and(|node| !value::is_unpublished(node));
    let shown = |name: &str| !site.is_public() || shelf.records().iter().any(|ix| says(ix, name));
    let names = shelf.kind.columns.iter().map(String::as_str);
    names.filter(|name| *name != "title" && *name != "id" && shown(name)).collect()
}

/// The heads of these columns, the title first.
pub(super) fn heads(kind: &Kind, names: &[&str]) -> Vec<Column> {
    let head = |name: &str| Column {
        name: text::heading(name),
        hint: kind.field(name).map(|field| field.description.clone()).unwrap_or_default(),
        number: is_number(kind, name),
    };
    let title = Column { name: kind.names.singular.clone(), hint: String::new(), number: false };
    std::iter::once(title).chain(names.iter().map(|name| head(name))).collect()
}

fn is_number(kind: &Kind, name: &str) -> bool {
    kind.field(name).is_some_and(|field| matches!(field.holds.as_str(), "a number" | "a whole number" | "a percentage"))
}

/// The rows of a table of records of one kind.
pub(super) fn rows(site: &Site<'_>, root: Root, kind: &Kind, shown: &[Ix], names: &[&str]) -> Html {
    let numbers: Vec<bool> = names.iter().map(|name| is_number(kind, name)).collect();
    let mut out = Html::new();
    for ix in shown {
        let record = site.sms.record(*ix);
        out.raw("<tr data-state=\"").text(record.status().unwrap_or_default());
        out.raw("\"><th scope=\"row\" class=\"name\">");
        site.book.record(root, *ix, &mut out);
        out.raw("<small class=\"id\">").text(&text::clip(record.id.as_str(), 80)).raw("</small></th>");
        let values = Values { site, root, ix: *ix };
        for (name, number) in names.iter().zip(&numbers) {
            cell(&values, name, *number, &mut out);
        }
        out.raw("</tr>");
    }
    out
}

fn cell(values: &Values<'_, '_>, name: &str, number: bool, out: &mut Html) {
    let record = values.site.sms.record(values.ix);
    if name == "status" {
        let at = record.kind.states.iter().position(|state| Some(state.name.as_str()) == record.status());
        out.raw("<td data-v=\"").number(at.unwrap_or(99)).raw("\">");
        record::state(record, out);
        out.raw("</td>");
        return;
    }
    let Some(node) = record.get(name) else {
        out.raw("<td></td>");
        return;
    };
    match &node.value {
        Value::Str(content) if text::when(content).is_some() => {
            out.raw("<td class=\"nowrap\" data-v=\"").text(content).raw("\">");
        }
        _ if number => {
            out.raw("<td class=\"r\">");
        }
        _ => {
            out.raw("<td>");
        }
    }
    let (value, _) = values.short(node, CELL_ITEMS);
    out.add(&value).raw(unit(record.kind, name)).raw("</td>");
}

/// The states on this page with their counts; none when all rows have the same one.
fn chips(site: &Site<'_>, kind: &Kind, shown: &[Ix]) -> Vec<Chip> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for ix in shown {
        let status = site.sms.record(*ix).status();
        if let Some(at) = kind.states.iter().position(|state| Some(state.name.as_str()) == status) {
            *counts.entry(at).or_default() += 1;
        }
    }
    if counts.len() < 2 {
        return Vec::new();
    }
    let chip = |(at, count): (usize, usize)| {
        let state = &kind.states[at];
        Chip { state: state.name.clone(), label: state.label.clone(), count }
    };
    counts.into_iter().map(chip).collect()
}
