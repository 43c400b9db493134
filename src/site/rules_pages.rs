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

/// The index of all rules, by name.
pub(super) fn index(site: &Site<'_>, path: &str) -> Result<Vec<u8>, SiteError> {
    #[derive(Serialize)]
    struct Line {
        id: &'static str,
        href: String,
        weight: Html,
        summary: Html,
        clauses: String,
        found: usize,
    }
    #[derive(Serialize)]
    struct Index {
        rules: Vec<Line>,
        words: String,
        findings: String,
    }
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in site.findings {
        *found.entry(finding.rule).or_default() += 1;
    }
    let codes: BTreeMap<&str, &Code> = rules::codes().map(|code| (code.id, code)).collect();
    let line = |code: &Code| {
        Ok(Line {
            id: code.id,
            href: site.book.link(path, &address(code.id))?,
            weight: tag(code),
            summary: super::findings::sentence(code.summary()),
            clauses: code.clauses.join(", "),
            found: found.get(code.id).copied().unwrap_or(0),
        })
    };
    let lines = codes.values().map(|code| line(code)).collect::<Result<Vec<_>, SiteError>>()?;
    let words = text::counted(lines.len(), "rule", "rules");
    let page = Index { rules: lines, words, findings: site.book.link(path, "findings.html")? };
    site.shell.render("rules.html", &Head { path, title: "Rules".into(), area: "" }, &page)
}

fn tag(code: &Code) -> Html {
    let (tone, word) = weight(code.severity);
    let mut html = Html::new();
    html.tag(tone, word);
    html
}

#[derive(Serialize)]
struct RulePage {
    crumbs: Vec<Crumb>,
    id: &'static str,
    weight: Html,
    summary: Html,
    doc: Html,
    clauses: Vec<String>,
    kinds: Vec<Crumb>,
    clock: bool,
    since: &'static str,
    found: String,
    rows: Vec<Row>,
    more: usize,
    findings: String,
}

/// The page of one rule.
pub(super) fn rule(site: &Site<'_>, path: &str, code: &'static Code) -> Result<Vec<u8>, SiteError> {
    let root = Root::of(path);
    let found: Vec<_> = site.findings.iter().filter(|finding| finding.rule == code.id).collect();
    let clauses = code.clauses.iter().map(|number| {
        let title = clause::find(number).map_or("", |clause| clause.title);
        format!("{number} {title}").trim_end().to_owned()
    });
    let mut kinds = Vec::new();
    for shelf in code.kinds.iter().filter_map(|kind| site.shelf(kind)) {
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
