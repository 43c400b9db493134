//! The pages of the rules.

use std::collections::BTreeMap;

use serde::Serialize;

use super::findings::{Row, weight};
use super::html::Html;
use super::links::Root;
use super::pages::Site;
use super::record::Crumb;
use super::shell::Head;
use super::{SiteError, markdown, text};
use crate::base::clause;
use crate::base::code::Code;
use crate::rules;

/// Most findings listed on the page of their rule.
const MOST: usize = 100;

/// The address of a rule's page.
pub(super) fn address(rule: &str) -> String {
    format!("rules/{rule}.html")
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    href: String,
    weight: Html,
    summary: Html,
    clauses: String,
    found: usize,
}

/// Rules that belong together, by name.
#[derive(Serialize)]
struct Group<'a> {
    number: &'a str,
    name: String,
    href: Option<String>,
    rules: Vec<Crumb>,
}

#[derive(Serialize)]
struct Index<'a> {
    rules: Vec<Line<'a>>,
    clauses: Vec<Group<'a>>,
    kinds: Vec<Group<'a>>,
    words: String,
    findings: String,
}

/// The index of all rules: by name, by clause and by kind.
pub(super) fn index(site: &Site<'_>, path: &str) -> Result<Vec<u8>, SiteError> {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in site.findings() {
        *found.entry(finding.rule).or_default() += 1;
    }
    let codes: BTreeMap<&str, &Code> = rules::codes_with(&site.sms.local).map(|code| (code.id, code)).collect();
    let line = |code: &&'_ Code| {
        Ok(Line {
            id: code.id,
            href: site.book.link(path, &address(code.id))?,
            weight: tag(code),
            summary: super::findings::sentence(code.summary()),
            clauses: code.clauses.join(", "),
            found: found.get(code.id).copied().unwrap_or(0),
        })
    };
    let lines = codes.values().map(line).collect::<Result<Vec<_>, SiteError>>()?;
    let words = text::counted(lines.len(), "rule", "rules");
    let page = Index {
        rules: lines,
        clauses: by_clause(site, path, &codes)?,
        kinds: by_kind(site, path, &codes)?,
        words,
        findings: site.book.link(path, "findings.html")?,
    };
    site.shell.render("rules.html", &Head { path, title: "Rules".into(), area: "" }, &page)
}

fn by_clause(site: &Site<'_>, path: &str, codes: &BTreeMap<&str, &Code>) -> Result<Vec<Group<'static>>, SiteError> {
    let mut groups = Vec::new();
    for clause in clause::all() {
        let rules = codes.values().filter(|code| code.clauses.iter().any(|number| number == clause.number));
        let rules = rules.map(|code| crumb(site, path, code)).collect::<Result<Vec<_>, _>>()?;
        if !rules.is_empty() {
            groups.push(Group { number: clause.number, name: clause.title.to_owned(), href: None, rules });
        }
    }
    Ok(groups)
}

fn by_kind(site: &Site<'_>, path: &str, codes: &BTreeMap<&str, &Code>) -> Result<Vec<Group<'static>>, SiteError> {
    let mut groups = Vec::new();
    let of = |fits: &dyn Fn(&Code) -> bool| {
        let rules = codes.values().filter(|code| fits(code)).map(|code| crumb(site, path, code));
        rules.collect::<Result<Vec<_>, _>>()
    };
    for shelf in &site.shelves {
        let rules = of(&|code| code.kinds.iter().any(|kind| *kind == shelf.kind.name))?;
        if !rules.is_empty() {
            let href = Some(site.book.link(path, &shelf.page(1))?);
            groups.push(Group { number: "", name: text::capitalise(&shelf.kind.names.plural), href, rules });
        }
    }
    let rules = of(&|code| code.kinds.is_empty())?;
    groups.push(Group { number: "", name: "All kinds".to_owned(), href: None, rules });
    Ok(groups)
}

fn crumb(site: &Site<'_>, path: &str, code: &Code) -> Result<Crumb, SiteError> {
    Ok(Crumb { name: code.id.to_owned(), href: site.book.link(path, &address(code.id))? })
}

fn tag(code: &Code) -> Html {
    let (tone, word) = weight(code.severity);
    let mut html = Html::new();
    html.tag(tone, word);
    html
}

#[derive(Serialize)]
struct RulePage<'a> {
    crumbs: Vec<Crumb>,
    id: &'a str,
    weight: Html,
    summary: Html,
    doc: Html,
    clauses: Vec<String>,
    kinds: Vec<Crumb>,
    clock: bool,
    since: &'a str,
    found: String,
    rows: Vec<Row>,
    more: usize,
    findings: String,
}

/// The page of one rule.
pub(super) fn rule(site: &Site<'_>, path: &str, code: &Code) -> Result<Vec<u8>, SiteError> {
    let root = Root::of(path);
    let found: Vec<_> = site.findings().iter().filter(|finding| finding.rule == code.id).collect();
    let clauses = code.clauses.iter().map(|number| {
        let title = clause::find(number.as_ref()).map_or("", |clause| clause.title);
        format!("{number} {title}").trim_end().to_owned()
    });
    let mut kinds = Vec::new();
    for shelf in code.kinds.iter().filter_map(|kind| site.shelf(kind.as_ref())) {
        let name = text::capitalise(&shelf.kind.names.plural);
        kinds.push(Crumb { name, href: site.book.link(path, &shelf.page(1))? });
    }
    let mut doc = Html::new();
    markdown::render(&body(code), &|_: &str| None, &mut doc);
    let crumbs = vec![
        Crumb { name: "Overview".to_owned(), href: site.book.link(path, "index.html")? },
        Crumb { name: "Rules".to_owned(), href: site.book.link(path, "rules/index.html")? },
    ];
    let page = RulePage {
        crumbs,
        id: code.id,
        weight: tag(code),
        summary: super::findings::sentence(code.summary()),
        doc,
        clauses: clauses.collect(),
        kinds,
        clock: code.clock,
        since: code.since,
        found: text::capitalise(&text::counted(found.len(), "finding", "findings")),
        rows: found.iter().take(MOST).map(|finding| Row::new(site, root, finding, true)).collect(),
        more: found.len().saturating_sub(MOST),
        findings: site.book.link(path, "findings.html")?,
    };
    site.shell.render("rule.html", &Head { path, title: format!("Rule {}", code.id).into(), area: "" }, &page)
}

/// The page of a rule without its summary; each line of a doc comment begins with a space.
fn body(code: &Code) -> String {
    let lines = code.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
    let mut rest = lines.skip_while(|line| line.trim().is_empty()).skip(1).collect::<Vec<_>>().join("\n");
    // ```yaml,bad and ```yaml,good are read by the tests; readers see a heading.
    for (mark, words) in [("```yaml,bad", "Wrong:\n\n```yaml"), ("```yaml,good", "Right:\n\n```yaml")] {
        rest = rest.replace(mark, words);
    }
    rest
}
