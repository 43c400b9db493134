//! Small repositories in memory, for the tests of this stage and of later ones.

use proptest::prelude::*;
use proptest::sample::Index;

use super::Sms;
use crate::base::date::AsOf;
use crate::load;
use crate::schema::{Catalog, catalog};

/// Calls `then` with the records of `files`, as of the end of 2026-11-20.
pub(crate) fn with<T>(files: &[(&str, &str)], then: impl FnOnce(&Sms<'_>) -> T) -> T {
    let snapshot = load::memory(files.iter().copied(), AsOf::parse("2026-11-20").unwrap()).unwrap();
    let own = files.iter().any(|(path, _)| path.starts_with("schemas/"));
    let own = own.then(|| Catalog::new(&snapshot.sources).unwrap_or_else(|error| panic!("{error}")));
    then(&Sms::build(&snapshot, own.as_ref().unwrap_or_else(|| catalog::shared())))
}

/// Records written one below the other, each begun by `== KIND ID`; they have a title, and a status unless one is written.
/// The indentation of the first line of a record is taken off its other lines.
pub(crate) fn records<T>(text: &str, then: impl FnOnce(&Sms<'_>) -> T) -> T {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut indent = None;
    for line in text.lines() {
        if let Some((kind, id)) = line.trim_start().strip_prefix("== ").and_then(|head| head.split_once(' ')) {
            let head = format!("kind: {kind}\nid: {id}\ntitle: The {id}\n");
            files.push((format!("sms/{kind}/{id}.yaml"), head));
            indent = None;
        } else if let Some((_, text)) = files.last_mut() {
            let indent: &str = indent.get_or_insert(&line[..line.len() - line.trim_start().len()]);
            text.push_str(line.strip_prefix(indent).unwrap_or(line));
            text.push('\n');
        }
    }
    for (_, text) in files.iter_mut().filter(|(_, text)| !text.contains("\nstatus:")) {
        text.push_str("status: live\n");
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    with(&files, then)
}

/// Files of records: paths with their texts.
pub(crate) type Records = Vec<(String, String)>;

/// The files with one word in that of one record replaced.
#[track_caller]
pub(crate) fn edited(records: &Records, id: &str, from: &str, to: &str) -> Records {
    let mut records = records.clone();
    let (_, text) = records.iter_mut().find(|(path, _)| path.ends_with(&format!("/{id}.yaml"))).unwrap();
    assert!(text.contains(from), "{text}");
    *text = text.replacen(from, to, 1);
    records
}

/// An edit: the place of a record, which of its lines, and what becomes of it.
pub(crate) type Edit = (Index, Index, u8);

/// Any edit.
pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    (any::<Index>(), any::<Index>(), 0..10_u8)
}

/// Carries out an edit: comments, lines that go, come or are taken from another record, other times, figures and names.
pub(crate) fn carry_out(records: &mut Records, (record, line, sort): Edit) {
    let at = record.index(records.len());
    let other = records[(at + 1) % records.len()].1.clone();
    let (_, text) = &mut records[at];
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let place = line.index(lines.len());
    let own = lines[place].clone();
    let instead = |at: usize, bare: &str| other.lines().nth(at).unwrap_or(bare).to_owned();
    match sort {
        0 => lines.insert(place, format!("# {}", "x".repeat(place))),
        1 if place > 1 => drop(lines.remove(place)),
        2 => lines[place] = own.replace("2026-", "2025-"),
        3 => lines[place] = own.replace('9', "8"),
        4 => lines[place] = own.replace("ci-app", "ci-far"),
        5 if lines.len() > 2 => lines[2] = format!("title: Some {place}"),
        6 if lines.len() > 3 => lines[3] = instead(3, "status: live"),
        7 => lines[place] = instead(place, "title: Some"),
        8 => lines[place] = own.replace("20", "21"),
        9 => lines[place] = format!("{own} # about"),
        _ => lines.push(format!("tags: [t{place}]")),
    }
    *text = lines.join("\n") + "\n";
}
