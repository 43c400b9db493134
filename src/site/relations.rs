//! What a record is joined to, both ways, as lists.

use std::borrow::Cow;

use serde::Serialize;

use super::html::Html;
use super::links::Root;
use super::pages::Site;
use super::text;
use crate::base::span::Span;
use crate::graph::{Effect, Link, Strength};
use crate::model::{Ix, Record};
use crate::schema::Tone;

/// Most rows of one list about dependencies.
const MOST: usize = 60;
/// Most records named under one heading of those that refer here.
const MOST_REFERRING: usize = 12;

/// One list.
#[derive(Serialize)]
pub(super) struct Relations {
    /// Its heading.
    title: &'static str,
    /// Its rows.
    rows: Html,
}

/// All lists of a record that hold something.
pub(super) fn of(site: &Site<'_>, root: Root, ix: Ix) -> Vec<Relations> {
    let record = site.sms.record(ix);
    let mut drawn = Vec::new();
    let outward = dependencies(site, root, record, true, &mut drawn);
    let inward = dependencies(site, root, record, false, &mut drawn);
    drawn.sort_unstable();
    let lists = [
        ("Relies on", outward),
        ("Relied on by", inward),
        ("Refers to", refers_to(site, root, ix, &drawn)),
        ("Referred to by", referred_by(site, root, ix, &drawn)),
    ];
    let full = lists.into_iter().filter(|(_, rows)| !rows.is_empty());
    full.map(|(title, rows)| Relations { title, rows }).collect()
}

/// What the record relies on, or what relies on it; one row a node.
fn dependencies<'a>(site: &Site<'a>, root: Root, record: &Record<'_>, outward: bool, drawn: &mut Vec<Span>) -> Html {
    let id = record.id.as_str();
    let mut links: Vec<(&str, Option<Ix>, Cow<'static, str>)> = Vec::new();
    let mut add = |link: Link<'a>| {
        drawn.push(link.edge.span);
        if link.node.record.is_some() || !site.is_public() {
            links.push((link.node.id.as_str(), link.node.record, words(link, outward)));
        }
    };
    if site.sms.find(id).is_none_or(|first| site.sms.record(first).span() != record.span()) {
        return Html::new();
    }
    if outward {
        site.graph.relies_on(id).for_each(&mut add);
    } else {
        site.graph.relied_on_by(id).for_each(&mut add);
    }
    links.sort_unstable();
    links.dedup();
    let nodes = || links.chunk_by(|one, next| one.0 == next.0);
    let mut out = Html::with_room(120 * links.len().min(MOST));
    for node in nodes().take(MOST) {
        let (name, ix, _) = &node[0];
        out.raw("<li>");
        match ix {
            Some(ix) => site.book.record(root, *ix, &mut out),
            None => {
                out.raw("<code>").text(&text::clip(name, 80)).raw("</code> ").tag(Tone::Watch, "missing");
            }
        }
        out.raw(" <span>");
        for (at, (_, _, word)) in node.iter().enumerate() {
            out.raw(if at > 0 { ", " } else { "" }).text(word);
        }
        out.raw("</span></li>");
    }
    more(nodes().count().saturating_sub(MOST), &mut out);
    out
}

/// The relation as seen from this record, with what softens it.
fn words(link: Link<'_>, outward: bool) -> Cow<'static, str> {
    let edge = link.edge;
    let written_by_needer = matches!(edge.relation.effect(edge.strength), Effect::OnHolder(_));
    let mut said =
        if written_by_needer == outward { text::word(edge.relation.word()) } else { edge.relation.inverse().into() };
    if edge.strength == Strength::Soft {
        said.to_mut().push_str(" in part");
    }
    if link.redundant {
        said.to_mut().push_str(", one of several");
    }
    said
}

/// Records that this one names elsewhere than in its dependencies.
fn refers_to(site: &Site<'_>, root: Root, ix: Ix, drawn: &[Span]) -> Html {
    let record = site.sms.record(ix);
    let mut named: Vec<(Ix, &str)> = Vec::new();
    for reference in site.sms.outgoing(ix) {
        if let (Some((to, _)), false) = (site.sms.target(reference), drawn.binary_search(&reference.span).is_ok()) {
            named.push((to, field_at(record, reference.span).unwrap_or_default()));
        }
    }
    named.sort_unstable();
    named.dedup();
    let records = || named.chunk_by(|one, next| one.0 == next.0);
    let mut out = Html::with_room(120 * named.len().min(MOST));
    for fields in records().take(MOST) {
        out.raw("<li>");
        site.book.record(root, fields[0].0, &mut out);
        let fields = fields.iter().filter(|(_, field)| !field.is_empty());
        let fields: Vec<String> = fields.map(|(_, field)| field.replace('_', " ")).collect();
        let words = text::join(&fields);
        out.raw(" <span>").text(&text::clip(&words, 80)).raw("</span></li>");
    }
    more(records().count().saturating_sub(MOST), &mut out);
    out
}

/// Records that name this one elsewhere than in their dependencies, by kind and field.
fn referred_by(site: &Site<'_>, root: Root, ix: Ix, drawn: &[Span]) -> Html {
    let mut by: Vec<(&str, &str, Ix)> = Vec::new();
    for reference in site.sms.incoming(ix).filter(|reference| drawn.binary_search(&reference.span).is_err()) {
        let from = site.sms.record(reference.from);
        by.push((from.kind.name.as_str(), field_at(from, reference.span).unwrap_or_default(), reference.from));
    }
    // References come by holder, and stay so within a field.
    by.sort_by_key(|(kind, field, _)| (*kind, *field));
    by.dedup();
    let mut out = Html::new();
    for list in by.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1)) {
        let (kind, field, _) = list[0];
        let Some(shelf) = site.shelf(kind) else { continue };
        let plural = text::capitalise(&shelf.kind.names.plural);
        out.raw("<li class=\"by\"><span>").text(&plural).raw(", ");
        out.text(&text::clip(&field.replace('_', " "), 60)).raw("</span> ");
        for (at, (_, _, from)) in list.iter().take(MOST_REFERRING).enumerate() {
            out.raw(if at > 0 { ", " } else { "" });
            site.book.record(root, *from, &mut out);
        }
        let left = list.len().saturating_sub(MOST_REFERRING);
        if left > 0 {
            out.raw(" and <a href=\"").raw(root.as_str()).text(&shelf.page(1)).raw("\">");
            out.text(&text::count(left)).raw(" more</a>");
        }
        out.raw("</li>");
    }
    out
}

/// The field of the record that holds `span`.
fn field_at<'r>(record: &'r Record<'_>, span: Span) -> Option<&'r str> {
    let holds = |start: u32, end: u32| record.file == span.file && start <= span.start && span.end <= end;
    let entry = record.root.entries().iter().find(|entry| holds(entry.value.start, entry.value.end))?;
    Some(&entry.key)
}

fn more(left: usize, out: &mut Html) {
    if left > 0 {
        out.raw("<li class=\"muted\">and ").text(&text::count(left)).raw(" more</li>");
    }
}
