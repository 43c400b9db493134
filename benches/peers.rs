//! Writes records as the sources of a site for zola and for hugo, to measure `gitsm site` against them.
//!
//!     cargo bench --bench peers -- RECORDS FOLDER
//!
//! Every record becomes a page with its state, a table of its fields with links, and lists with the titles of what it names
//! and of what names it; every kind a page with a table of all its records. Titles and links back are worked out here and
//! are no part of what is measured, while gitsm works them out itself. Without arguments, as `cargo bench` calls it, it
//! says so and ends.

#![expect(clippy::expect_used, reason = "a measurement without its records has nothing to go on with")]
#![expect(clippy::print_stdout, reason = "a program of its own")]

use std::fmt::Write as _;
use std::path::Path;

use gitsm::base::date::AsOf;
use gitsm::load;
use gitsm::model::{Ix, Record, Sms, Target};
use gitsm::schema::Catalog;
use gitsm::yaml::Node;

/// Fields that a page has places of their own for.
const PLACED: [&str; 5] = ["id", "kind", "title", "status", "description"];
/// Fields that stand as marks beside the title.
const MARKS: [&str; 4] = ["status", "criticality", "environment", "priority"];

/// A generator of sites: its name, the table of a page's own values, and its files beside the pages.
struct Peer {
    name: &'static str,
    table: &'static str,
    files: [(&'static str, &'static str); 4],
}

const PEERS: [Peer; 2] = [
    Peer {
        name: "zola",
        table: "extra",
        files: [
            ("config.toml", include_str!("peers/zola.toml")),
            ("templates/page.html", include_str!("peers/zola-page.html")),
            ("templates/section.html", include_str!("peers/zola-section.html")),
            ("templates/index.html", include_str!("peers/zola-index.html")),
        ],
    },
    Peer {
        name: "hugo",
        table: "params",
        files: [
            ("hugo.toml", include_str!("peers/hugo.toml")),
            ("layouts/_default/single.html", include_str!("peers/hugo-single.html")),
            ("layouts/_default/list.html", include_str!("peers/hugo-list.html")),
            ("layouts/index.html", include_str!("peers/hugo-index.html")),
        ],
    },
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let [records, out] = arguments.as_slice() else {
        println!("usage: cargo bench --bench peers -- RECORDS FOLDER");
        return;
    };
    let as_of = AsOf::parse("2026-11-20").expect("a day");
    let snapshot = load::worktree(Path::new(records), as_of).expect("records");
    let catalog = Catalog::new(&snapshot.sources).expect("schemas");
    let sms = Sms::build(&snapshot, &catalog);
    let mut used: Vec<Vec<(String, Ix)>> = vec![Vec::new(); sms.len()];
    for (ix, record) in sms.records() {
        leaves(&record.root, "", &mut |name, node| {
            if let Some(to) = target(&sms, ix, node) {
                used[to.0 as usize].push((name.to_owned(), ix));
            }
        });
    }
    for peer in &PEERS {
        let root = Path::new(out).join(peer.name);
        for (path, text) in peer.files {
            write(&root.join(path), text);
        }
        write(&root.join("content/_index.md"), "+++\ntitle = \"Overview\"\n+++\n");
        for kind in catalog.iter().filter(|kind| sms.of_kind(&kind.name).len() > 0) {
            let title = format!("+++\ntitle = {}\n+++\n", quoted(&kind.names.plural));
            write(&root.join(format!("content/{}/_index.md", folder(&kind.name))), &title);
        }
        for (ix, record) in sms.records() {
            let text = page(&sms, (ix, record), &used[ix.0 as usize], peer.table);
            write(&root.join(format!("content/{}/{}.md", folder(&record.kind.name), record.id)), &text);
        }
    }
    println!("{} records in {out}", sms.len());
}

/// The source of the page of a record.
fn page(sms: &Sms<'_>, (ix, record): (Ix, &Record<'_>), used: &[(String, Ix)], table: &str) -> String {
    let (mut fields, mut relations) = (Vec::new(), Vec::new());
    leaves(&record.root, "", &mut |name, node| {
        let to = target(sms, ix, node);
        if !PLACED.contains(&name) {
            let value = node.scalar().unwrap_or_default();
            let (value, href) = to.map_or_else(
                || (value.as_ref(), String::new()),
                |to| (sms.record(to).title(), address(sms.record(to))),
            );
            let (name, value, href) = (quoted(name), quoted(value), quoted(&href));
            fields.push(format!("{{name = {name}, value = {value}, href = {href}}}"));
        }
        relations.extend(to.map(|to| link(name, sms.record(to))));
    });
    let used: Vec<String> = used.iter().map(|(name, from)| link(name, sms.record(*from))).collect();
    let marks: Vec<String> = MARKS.iter().filter_map(|name| record.text(name)).map(quoted).collect();
    let mut out = format!("+++\ntitle = {}\n[{table}]\nid = {}\n", quoted(record.title()), quoted(record.id.as_str()));
    for (name, list) in [("badges", marks), ("fields", fields), ("relations", relations), ("used", used)] {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{name} = [{}]", list.join(", "));
    }
    let _ = writeln!(out, "+++\n{}", record.text("description").unwrap_or_default());
    out
}

/// A link to a record, and by which field.
fn link(name: &str, to: &Record<'_>) -> String {
    let (name, id, kind) = (quoted(name), quoted(to.id.as_str()), quoted(&to.kind.name));
    let (title, href) = (quoted(to.title()), quoted(&address(to)));
    format!("{{type = {name}, id = {id}, kind = {kind}, title = {title}, href = {href}}}")
}

fn address(record: &Record<'_>) -> String {
    format!("/{}/{}/", folder(&record.kind.name), record.id)
}

/// The folder of a kind, as it stands in addresses too.
fn folder(kind: &str) -> String {
    kind.replace('_', "-")
}

/// Calls `each` with every text, number and truth value of a record and the keys that lead to it.
fn leaves<'n>(node: &'n Node<'_>, path: &str, each: &mut impl FnMut(&str, &'n Node<'_>)) {
    for item in node.items() {
        leaves(item, path, each);
    }
    for entry in node.entries() {
        let name = if path.is_empty() { entry.key.to_string() } else { format!("{path}.{}", entry.key) };
        leaves(&entry.value, &name, each);
    }
    if node.scalar().is_some() {
        each(path, node);
    }
}

/// The record that a value names.
fn target(sms: &Sms<'_>, from: Ix, node: &Node<'_>) -> Option<Ix> {
    let held = sms.outgoing(from);
    let at = held.partition_point(|reference| reference.span.start < node.start);
    let held = held.get(at).filter(|reference| reference.span.start == node.start)?;
    if let Target::Record(ix) = held.target { Some(ix) } else { None }
}

/// A text as TOML and JSON write it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text")
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder that can be made");
    std::fs::write(path, text).expect("a file that can be written");
}
