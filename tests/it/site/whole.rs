//! Whether a page is whole: a reader of HTML that is as strict as it is small.

use std::collections::BTreeSet;

/// Elements that have no end.
const VOID: [&str; 6] = ["br", "hr", "img", "input", "link", "meta"];

/// Elements whose end may not be left out, and that were left open or closed in the wrong order.
pub(super) fn unbalanced(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let Some(end) = closing(rest) else {
            found.push(format!("a tag without an end: <{:.40}", rest));
            break;
        };
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            match open.pop() {
                Some(last) if last == name.trim() => {}
                last => found.push(format!("</{name}> closes <{}>", last.unwrap_or("nothing"))),
            }
            if found.len() > 5 {
                break;
            }
            continue;
        }
        let name = tag.split([' ', '\n', '/']).next().unwrap_or_default();
        if !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
    }
    if !open.is_empty() {
        found.push(format!("left open: {}", open.join(" ")));
    }
    found
}

/// Where a tag ends; a `>` within quotes does not end it.
fn closing(rest: &str) -> Option<usize> {
    let mut quoted = false;
    for (at, c) in rest.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// The names of places within a page.
pub(super) fn fragments(html: &str) -> BTreeSet<&str> {
    html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The files of the site that a page at `path` leads to or loads, each with the place within it.
pub(super) fn links(path: &str, html: &str) -> Vec<(String, Option<String>)> {
    let targets = [" href=\"", " src=\""].into_iter().flat_map(|mark| html.split(mark).skip(1));
    let mut found = Vec::new();
    for target in targets.filter_map(|rest| rest.split('"').next()) {
        if ["https://", "http://", "data:"].iter().any(|scheme| target.starts_with(scheme)) {
            continue;
        }
        let (file, fragment) =
            target.split_once('#').map_or((target, None), |(file, place)| (file, Some(place.to_owned())));
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let file = match file.strip_prefix("../") {
            _ if file.is_empty() => path.to_owned(),
            Some(up) => up.to_owned(),
            None if folder.is_empty() => file.to_owned(),
            None => format!("{folder}/{file}"),
        };
        found.push((file, fragment));
    }
    found
}

#[test]
fn what_is_not_closed_is_told() {
    assert!(unbalanced("<!doctype html><p class=\"a>b\">x<br><i>y</i></p><use href=\"#a\"/>").is_empty());
    assert_eq!(unbalanced("<td><b>x</td></b>"), ["</td> closes <b>", "</b> closes <td>"]);
    assert_eq!(unbalanced("<ul><li>x"), ["left open: ul li"]);
    assert_eq!(unbalanced("x</p>"), ["</p> closes <nothing>"]);
    assert_eq!(unbalanced("<a href=\"x"), ["a tag without an end: <a href=\"x",]);
}

#[test]
fn links_are_read_from_where_they_stand() {
    let html = "<a href=\"../b/c.html#d\">x</a><a href=\"#e\">y</a><img src=\"f.svg\"><a href=\"https://x.y/\">z</a>";
    let links = links("a/p.html", html);
    let links: Vec<(&str, Option<&str>)> =
        links.iter().map(|(file, place)| (file.as_str(), place.as_deref())).collect();
    assert_eq!(links, [("b/c.html", Some("d")), ("a/p.html", Some("e")), ("a/f.svg", None)]);
    assert_eq!(fragments("<p id=\"a\"><b id=\"b\">"), BTreeSet::from(["a", "b"]));
}
