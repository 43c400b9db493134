//! The index of titles for the search box: a script, so that it also loads from a folder on disk.

use super::pages::Site;
use super::shelf::{Area, Shelf};
use crate::model::Record;

/// One call with one template string. The first line names the files of words behind a `!`. A line `#folder TAB kind` begins the records of a kind; below it stands a line
/// `id TAB title` for each, with its file name behind another tab where that is not the id. Records stand in the order
/// of the menu, which also numbers them for the words.
pub(super) fn titles(site: &Site<'_>) -> Vec<u8> {
    let mut out = String::from("gitsmIndex(`!");
    for (at, key) in site.words.keys().enumerate() {
        out.push_str(if at > 0 { " " } else { "" });
        out.push_str(key);
    }
    out.push('\n');
    for shelf in in_order(&site.areas, &site.shelves) {
        if shelf.is_empty() {
            continue;
        }
        out.push('#');
        out.push_str(&shelf.folder);
        out.push('\t');
        escape(&shelf.kind.names.singular, &mut out);
        out.push('\n');
        for (address, record) in cards(site, shelf) {
            escape(record.id.as_str(), &mut out);
            out.push('\t');
            escape(record.title(), &mut out);
            let name = address.strip_prefix(&shelf.folder).unwrap_or(address);
            let name = name.trim_start_matches('/').trim_end_matches(".html");
            if name != record.id.as_str() {
                out.push('\t');
                out.push_str(name);
            }
            out.push('\n');
        }
    }
    out.push_str("`);\n");
    out.into_bytes()
}

/// The shelves in the order of the menu, in each part of the site first those that it is called after: of records with one
/// name, a search shows these first.
pub(super) fn in_order<'s, 'a>(areas: &[Area], shelves: &'s [Shelf<'a>]) -> impl Iterator<Item = &'s Shelf<'a>> {
    let kinds = |area: &Area| {
        let mut kinds = area.kinds.clone();
        kinds.sort_by_key(|at| !shelves[*at].kind.names.plural.eq_ignore_ascii_case(&area.name));
        kinds
    };
    let placed: Vec<usize> = areas.iter().flat_map(kinds).collect();
    let rest: Vec<usize> = (0..shelves.len()).filter(|at| !placed.contains(at)).collect();
    placed.into_iter().chain(rest).map(|at| &shelves[at])
}

/// The records of a shelf that have a page, with its address.
fn cards<'s, 'a>(site: &'s Site<'a>, shelf: &'s Shelf<'a>) -> impl Iterator<Item = (&'s str, &'s Record<'a>)> {
    shelf.records().iter().filter_map(|ix| Some((site.book.address(*ix)?, site.sms.record(*ix))))
}

/// Text inside a template string, at most 120 characters, on one line.
fn escape(text: &str, out: &mut String) {
    for character in text.trim().chars().take(120) {
        match character {
            '`' | '\\' | '$' => out.extend(['\\', character]),
            '\u{2028}' | '\u{2029}' => out.push(' '),
            _ if character.is_control() => out.push(' '),
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::fixture::{record, site};

    #[test]
    fn services_stand_before_whatever_else_belongs_to_them() {
        let files = [record("calendar", "cal-a", ""), record("service", "svc-a", ""), record("change", "chg-a", "")];
        let index = site(&files).remove("search/titles.js").unwrap();
        let heads: Vec<&str> = index.lines().filter(|line| line.starts_with('#')).collect();
        assert_eq!(heads, ["#services\tService", "#calendars\tCalendar", "#changes\tChange"]);
    }

    #[test]
    fn records_stand_below_their_kind_with_their_file_where_it_is_not_the_id() {
        let files = [record("ci", "ci-b", ""), record("service", "Odd Id", ""), record("ci", "ci-a", "")];
        let index = site(&files).remove("search/titles.js").unwrap();
        let lines: Vec<&str> = index.lines().collect();
        assert_eq!((lines[1], lines[3]), ("#services\tService", "#configuration-items\tConfiguration item"));
        assert!(lines[2].starts_with("Odd Id\tThe Odd Id\todd-id-"), "{index}");
        assert_eq!(lines[4..], ["ci-a\tThe ci-a", "ci-b\tThe ci-b", "`);"]);
    }

    #[test]
    fn text_cannot_leave_the_template_string() {
        let mut out = String::new();
        escape("a`b${c}\\d\te\nf", &mut out);
        assert_eq!(out, "a\\`b\\${c}\\\\d e f");
    }
}
