//! The index of titles for the search box: a script, so that it also loads from a folder on disk.

use super::pages::Site;
use super::pieces::Pieces;
use super::shelf::{Area, Shelf};

/// One call with one template string. The first line names the files of words behind a `!`. A line `#folder TAB kind` begins the records of a kind; below it stands a line
/// `id TAB title` for each, with its file name behind another tab where that is not the id. Records stand in the order
/// of the menu, which also numbers them for the words.
pub(super) fn titles(site: &Site<'_>, out: &mut Pieces) {
    let mut line = String::from("gitsmIndex(`!");
    for (at, key) in site.words.keys().enumerate() {
        line.push_str(if at > 0 { " " } else { "" });
        line.push_str(key);
    }
    line.push('\n');
    out.text(&line);
    for shelf in in_order(&site.areas, &site.shelves) {
        if shelf.is_empty() {
            continue;
        }
        line.clear();
        line.push('#');
        line.push_str(&shelf.folder);
        line.push('\t');
        escape(&shelf.kind.names.singular, &mut line);
        line.push('\n');
        out.text(&line);
        for ix in site.order(shelf) {
            let Some(address) = site.book.address(*ix) else { continue };
            out.piece(*ix, |out| {
                line.clear();
                let record = site.sms.record(*ix);
                escape(record.id.as_str(), &mut line);
                line.push('\t');
                escape(record.title(), &mut line);
                let name = address.strip_prefix(&shelf.folder).unwrap_or(address);
                let name = name.trim_start_matches('/').trim_end_matches(".html");
                if name != record.id.as_str() {
                    line.push('\t');
                    line.push_str(name);
                }
                line.push('\n');
                out.extend_from_slice(line.as_bytes());
            });
        }
    }
    out.text("`);\n");
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
