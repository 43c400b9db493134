//! Small sites for tests.

use std::collections::BTreeMap;

use super::stamp::Stamp;
use super::{Edition, Input, MemorySink, NOTHING, Past, Summary};
use crate::base::date::AsOf;
use crate::graph::Graph;
use crate::load;
use crate::model::Sms;
use crate::rules::{Check, Judged, Selection, judge};
use crate::schema::{Catalog, catalog};

/// A record file: path and text; `more` goes below the common fields.
pub(super) fn record(kind: &str, id: &str, more: &str) -> (String, String) {
    let text = format!("kind: {kind}\nid: {id}\ntitle: The {id}\nstatus: live\nowner: team-a\n{more}");
    (format!("sms/{kind}/{id}.yaml"), text)
}

/// Calls `then` with everything that a site is made from.
pub(super) fn with<T>(files: &[(String, String)], then: impl FnOnce(&Input<'_>) -> T) -> T {
    with_at(files, "2026-11-20T16:05:00Z", then)
}

/// Calls `then` with everything that a site as of `instant` is made from.
pub(super) fn with_at<T>(files: &[(String, String)], instant: &str, then: impl FnOnce(&Input<'_>) -> T) -> T {
    let as_of = AsOf::parse(instant).unwrap();
    let own = files.iter().any(|(path, _)| path.starts_with("schemas/"));
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let snapshot = load::memory(files, as_of).unwrap();
    let own = own.then(|| Catalog::new(&snapshot.sources).unwrap());
    let sms = Sms::build(&snapshot, own.as_ref().unwrap_or_else(|| catalog::shared()));
    let graph = Graph::build(&sms);
    let Judged { findings, waived } = judge(&Check { sms: &sms, graph: &graph }, &Selection::default());
    let edition = Edition::Internal;
    then(&Input { sms: &sms, graph: &graph, findings: &findings, waived: &waived, edition, past: &NOTHING })
}

/// The files of the whole site.
pub(super) fn site(files: &[(String, String)]) -> BTreeMap<String, String> {
    built(files).1
}

/// The files of the whole site and what building it told.
pub(super) fn built(files: &[(String, String)]) -> (Summary, BTreeMap<String, String>) {
    with(files, |input| {
        let sink = MemorySink::default();
        let summary = super::build(input, &sink).unwrap_or_else(|error| panic!("{error}"));
        let files = sink.into_files().into_iter();
        (summary, files.map(|(path, bytes)| (path, String::from_utf8(bytes.to_vec()).unwrap())).collect())
    })
}

/// The files of the whole site that also tells of `past`.
pub(super) fn site_with(files: &[(String, String)], past: &Past) -> BTreeMap<String, String> {
    with(files, |input| {
        let sink = MemorySink::default();
        super::build(&Input { past, ..*input }, &sink).unwrap_or_else(|error| panic!("{error}"));
        let files = sink.into_files().into_iter();
        files.map(|(path, bytes)| (path, String::from_utf8(bytes.to_vec()).unwrap())).collect()
    })
}

/// A stamp with these numbers of findings.
pub(super) fn stamp(errors: usize, warnings: usize) -> Stamp {
    let mut stamp = with(&[], Stamp::new);
    stamp.errors = errors;
    stamp.warnings = warnings;
    stamp
}

/// Files of records that are written one after the other, each begun by `== KIND ID STATUS`.
pub(super) fn story(text: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.lines().map(|line| line.strip_prefix("        ").unwrap_or(line)) {
        let head: Vec<&str> = line.split(' ').collect();
        if let ["==", kind, id, status] = head[..] {
            let head = format!("kind: {kind}\nid: {id}\ntitle: The {id}\nstatus: {status}\n");
            files.push((format!("sms/{kind}/{id}.yaml"), head));
        } else if let Some((_, text)) = files.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    files
}

/// What stands in the section `id` of a page.
#[track_caller]
pub(super) fn section<'p>(page: &'p str, id: &str) -> &'p str {
    let (_, rest) =
        page.split_once(&format!("<section class=\"sec\" id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}: {page}"));
    rest.split_once("</section>").map_or(rest, |(inside, _)| inside)
}
