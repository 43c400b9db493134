//! What the rules found: as pages, and as data.

use serde::Serialize;

use super::html::{Html, Look};
use super::links::Root;
use super::list::{Pager, pager};
use super::pages::Site;
use super::shelf::ROWS;
use super::shell::Head;
use super::{SiteError, data, rules_pages, text};
use crate::base::csv::csv_line;
use crate::base::finding::{Finding, Severity};
use crate::base::span::Span;
use crate::rules::Waived;
use crate::schema::Tone;

/// A finding as a row.
#[derive(Serialize)]
pub(super) struct Row {
    look: Look,
    /// Its weight in a word.
    weight: &'static str,
    rule: &'static str,
    rule_href: String,
    message: Html,
    help: Option<Html>,
    place: String,
    /// The record, where it is not the page's own.
    record: Html,
    /// What waives it.
    waiver: Option<WaiverWords>,
}

/// A waiver in words.
#[derive(Serialize)]
struct WaiverWords {
    reason: Html,
    until: String,
    /// Where the waiver stands.
    place: String,
}

impl Row {
    /// The row of `finding` on a page at `root`.
    pub(super) fn new(site: &Site<'_>, root: Root, finding: &Finding, with_record: bool) -> Self {
        let mut record = Html::new();
        if let Some(ix) =
            finding.subject.as_ref().and_then(|subject| site.sms.find(&subject.id)).filter(|_| with_record)
        {
            site.book.record(root, ix, &mut record);
        }
        let (tone, weight) = weight(finding.severity);
        Self {
            look: Look::of(tone),
            weight,
            rule: finding.rule,
            rule_href: format!("{}{}", root.as_str(), rules_pages::address(finding.rule)),
            message: sentence(&finding.message),
            help: finding.help.as_deref().map(sentence),
            place: position(site, finding.primary),
            record,
            waiver: None,
        }
    }

    /// The row without what only somebody who mends it asks for.
    pub(super) fn brief(self) -> Self {
        Self { help: None, place: String::new(), ..self }
    }

    /// The row of a finding that is waived.
    fn waived(site: &Site<'_>, root: Root, Waived { finding, waiver }: &Waived) -> Self {
        let words = WaiverWords {
            reason: Html::of(&text::clip(&waiver.reason, 600)),
            until: text::day(waiver.until),
            place: position(site, waiver.span),
        };
        Self { waiver: Some(words), ..Self::new(site, root, finding, true) }
    }
}

/// How a severity is shown, and its word.
pub(super) const fn weight(severity: Severity) -> (Tone, &'static str) {
    match severity {
        Severity::Error => (Tone::Bad, "Error"),
        Severity::Warning => (Tone::Watch, "Warning"),
        Severity::Info => (Tone::Told, "Remark"),
    }
}

/// `path:line:column`.
fn position(site: &Site<'_>, span: Span) -> String {
    let source = site.sms.snapshot.sources.get(span.file);
    let at = source.position(span.start);
    format!("{}:{}:{}", source.path(), at.line, at.column)
}

/// A message with a capital at its start and `code` set as code.
pub(super) fn sentence(message: &str) -> Html {
    let message = text::clip(message, 600);
    let mut out = Html::new();
    let parts: Vec<&str> = message.split('`').collect();
    for (at, part) in parts.iter().enumerate() {
        match at {
            0 => out.text(&text::capitalise(part)),
            _ if at % 2 == 1 && at + 1 < parts.len() => out.raw("<code>").text(part).raw("</code>"),
            _ if at % 2 == 1 => out.raw("`").text(part),
            _ => out.text(part),
        };
    }
    out
}

/// The findings, heaviest first; within a weight as they come.
pub(super) fn by_weight<'a>(findings: &'a [Finding]) -> Vec<&'a Finding> {
    let mut sorted: Vec<&'a Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    sorted
}

/// Number of pages for `total` findings.
pub(super) fn pages(total: usize) -> usize {
    total.div_ceil(ROWS).max(1)
}

/// The address of page `number`, from 1.
pub(super) fn address(number: usize) -> String {
    if number <= 1 { "findings.html".to_owned() } else { format!("findings-{number}.html") }
}

#[derive(Serialize)]
struct FindingsPage<'a> {
    stamp_words: &'a str,
    counts: Html,
    rows: Vec<Row>,
    /// What is waived, on the first page.
    waived: Vec<Row>,
    waived_words: String,
    /// How much of that is not shown.
    waived_more: usize,
    pager: Option<Pager>,
    csv: String,
    json: String,
    rules: String,
}

/// One page of the findings.
pub(super) fn page(site: &Site<'_>, path: &str, number: usize) -> Result<Vec<u8>, SiteError> {
    let root = Root::of(path);
    let sorted = by_weight(site.findings());
    let shown = sorted.iter().skip((number - 1) * ROWS).take(ROWS);
    let stamp = &site.shell.stamp;
    let mut counts = Html::new();
    for (tone, count, one, many) in [
        (Tone::Bad, stamp.errors, "error", "errors"),
        (Tone::Watch, stamp.warnings, "warning", "warnings"),
        (Tone::Told, stamp.infos, "remark", "remarks"),
    ] {
        if count > 0 {
            counts.tag(tone, &text::counted(count, one, many)).raw(" ");
        }
    }
    let waived = if number > 1 { &[] } else { site.input.waived };
    let page = FindingsPage {
        stamp_words: &stamp.findings,
        counts,
        rows: shown.map(|finding| Row::new(site, root, finding, true)).collect(),
        waived: waived.iter().take(ROWS).map(|waived| Row::waived(site, root, waived)).collect(),
        waived_words: text::counted(waived.len(), "finding is waived", "findings are waived"),
        waived_more: waived.len().saturating_sub(ROWS),
        pager: pager(site, path, number, sorted.len(), address)?,
        csv: site.book.link(path, "findings.csv")?,
        json: site.book.link(path, "findings.json")?,
        rules: site.book.link(path, "rules/index.html")?,
    };
    let title =
        if number > 1 { format!("What the rules found, page {number}") } else { "What the rules found".to_owned() };
    site.shell.render("findings.html", &Head { path, title: title.into(), area: "" }, &page)
}

/// A finding as data.
#[derive(Serialize)]
struct Datum<'a> {
    severity: Severity,
    rule: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    path: &'a str,
    line: u32,
    column: u32,
    kind: Option<&'a str>,
    id: Option<&'a str>,
    pointer: &'a str,
}

fn datum<'a>(site: &Site<'a>, finding: &'a Finding) -> Datum<'a> {
    let source = site.sms.snapshot.sources.get(finding.primary.file);
    let at = source.position(finding.primary.start);
    Datum {
        severity: finding.severity,
        rule: finding.rule,
        message: &finding.message,
        help: finding.help.as_deref(),
        path: source.path(),
        line: at.line,
        column: at.column,
        kind: finding.subject.as_ref().map(|subject| subject.kind.as_str()),
        id: finding.subject.as_ref().map(|subject| subject.id.as_str()),
        pointer: &finding.pointer,
    }
}

/// All findings as a JSON list.
pub(super) fn json(site: &Site<'_>) -> Vec<u8> {
    data::json_lines(site.findings().iter().map(|finding| datum(site, finding)))
}

/// All findings as CSV.
pub(super) fn csv(site: &Site<'_>) -> Vec<u8> {
    let names = ["severity", "rule", "message", "help", "path", "line", "column", "kind", "id", "pointer"];
    let mut out = String::new();
    csv_line(names, &mut out);
    for finding in site.findings() {
        let Datum { severity, rule, message, help, path, line, column, kind, id, pointer } = datum(site, finding);
        let (severity, line, column) = (severity.to_string(), line.to_string(), column.to_string());
        let cells = [
            severity.as_str(),
            rule,
            message,
            help.unwrap_or_default(),
            path,
            &line,
            &column,
            kind.unwrap_or_default(),
            id.unwrap_or_default(),
            pointer,
        ];
        csv_line(cells, &mut out);
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_show_code_and_escape_the_rest() {
        assert_eq!(sentence("the `a<b` is <wrong>").as_str(), "The <code>a&lt;b</code> is &lt;wrong&gt;");
        assert_eq!(sentence("an odd ` stays").as_str(), "An odd ` stays");
    }

    #[test]
    fn what_is_waived_stands_apart_with_its_reason_and_its_end() {
        use crate::site::fixture::{record, site};
        let waiver = "waivers: [{rule: field-unknown, until: 2026-12-31, reason: 'The <b> tool writes it'}]\n";
        let page = |more: &str| site(&[record("person", "ann", more)]).remove("findings.html").unwrap();
        let (open, apart) = (page("odd: 1\n"), page(&format!("odd: 1\n{waiver}")));
        assert!(open.contains("has no field") && !open.contains("waived"), "{open}");
        let (before, behind) = apart.split_once("1 finding is waived").unwrap();
        assert!(!before.contains("has no field") && behind.contains("has no field"), "{apart}");
        for words in
            ["The &lt;b&gt; tool writes it", "31 Dec 2026", "<code class=\"place\">sms/person/ann.yaml:7:18</code>"]
        {
            assert!(behind.contains(words), "{words}: {behind}");
        }
    }

    #[test]
    fn pages_are_numbered_from_one() {
        assert_eq!((pages(0), pages(200), pages(201)), (1, 1, 2));
        assert_eq!((address(1), address(2)), ("findings.html".to_owned(), "findings-2.html".to_owned()));
    }
}
