//! Test helper of the rules: small repositories written in one text, with marks under the flagged words.
//!
//! ```text
//! # sms/service/svc-mail.yaml
//! kind: service
//! id: svc-mail
//! #   ^^^^^^^^ no SLA
//! ```
//!
//! A line `# sms/…` or `# schemas/…` begins a file. A comment of carets marks the words of the line above; carets right
//! behind a `#` in the first column mark from the first column on. The text behind the carets must occur in the
//! message. A first line `# as-of: DAY` sets the instant; else it is 2026-11-20.

use super::rule::{Check, Report, Rule};
use crate::base::date::AsOf;
use crate::base::finding::Finding;
use crate::graph::Graph;
use crate::load;
use crate::model::Sms;
use crate::schema::{Catalog, catalog};

/// A mark: path, line, first column, column behind the last, text.
type Mark = (String, u32, u32, u32, String);

/// Runs `rule` on `fixture` and compares with its marks.
#[track_caller]
pub(crate) fn check(rule: &dyn Rule, fixture: &str) {
    let (files, mut expected) = read(fixture);
    let found = run(rule, fixture, &files);
    let mut found: Vec<Mark> = found;
    found.sort();
    expected.sort();
    let same = found.len() == expected.len()
        && found
            .iter()
            .zip(&expected)
            .all(|(f, e)| (&f.0, f.1, f.2, f.3) == (&e.0, e.1, e.2, e.3) && f.4.contains(&e.4));
    assert!(same, "marks and findings differ\n  marked: {expected:#?}\n  found: {found:#?}");
}

/// The findings of `rule` on `fixture`, with help and related places, for tests of wording.
pub(crate) fn findings(rule: &dyn Rule, fixture: &str) -> Vec<Finding> {
    let (files, _) = read(fixture);
    with_findings(rule, fixture, &files, |_, findings| findings)
}

fn run(rule: &dyn Rule, fixture: &str, files: &[(String, String)]) -> Vec<Mark> {
    with_findings(rule, fixture, files, |sms, findings| {
        let marks = findings.into_iter().map(|finding| {
            let source = sms.snapshot.sources.get(finding.primary.file);
            let start = source.position(finding.primary.start);
            let end = source.position(finding.primary.end);
            let end = if end.line == start.line { end.column } else { start.column };
            (source.path().to_owned(), start.line, start.column, end, finding.message)
        });
        marks.collect()
    })
}

fn with_findings<T>(
    rule: &dyn Rule,
    fixture: &str,
    files: &[(String, String)],
    then: impl FnOnce(&Sms<'_>, Vec<Finding>) -> T,
) -> T {
    let first = fixture.trim_start().lines().next().unwrap_or("");
    let as_of = first.trim().strip_prefix("# as-of: ").unwrap_or("2026-11-20");
    let as_of = AsOf::parse(as_of.trim()).expect("the fixture's as-of is a day");
    let texts = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let snapshot = load::memory(texts, as_of).expect("the fixture's settings are good");
    let own = files.iter().any(|(path, _)| path.starts_with("schemas/"));
    let own = own.then(|| Catalog::new(&snapshot.sources).expect("the fixture's schemas are good"));
    let sms = Sms::build(&snapshot, own.as_ref().unwrap_or_else(|| catalog::shared()));
    let broken: Vec<_> =
        sms.findings.iter().filter(|f| f.rule.starts_with("yaml-") || f.rule == "kind-unknown").collect();
    assert!(broken.is_empty(), "the fixture itself cannot be read: {broken:#?}");
    let graph = Graph::build(&sms);
    let mut report = Report::new(rule.code());
    rule.check(&Check { sms: &sms, graph: &graph }, &mut report);
    then(&sms, report.into_findings())
}

/// Takes a fixture apart into files and marks. Indentation that all lines share is removed.
fn read(fixture: &str) -> (Vec<(String, String)>, Vec<Mark>) {
    let indent =
        fixture.lines().filter(|line| !line.trim().is_empty()).map(|line| line.len() - line.trim_start().len());
    let indent = indent.min().unwrap_or(0);
    let mut files: Vec<(String, String)> = Vec::new();
    let mut marks = Vec::new();
    for line in fixture.lines() {
        let line = line.get(indent..).unwrap_or("");
        let header = line.strip_prefix("# ").filter(|path| path.starts_with("sms/") || path.starts_with("schemas/"));
        if let Some(path) = header {
            files.push((path.trim().to_owned(), String::new()));
            continue;
        }
        let Some((path, text)) = files.last_mut() else { continue };
        let bare = line.trim_start();
        if bare.starts_with('#') && bare[1..].trim_start().starts_with('^') {
            let above = crate::base::span::offset(text.lines().count());
            marks.push(mark(path, above, line));
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    // Mark lines are taken out of the text, so that a mark's line is the number of lines before it.
    (files, marks)
}

fn mark(path: &str, line_above: u32, line: &str) -> Mark {
    let at = line.find('^').unwrap_or(0);
    let carets = line[at..].chars().take_while(|c| *c == '^').count();
    let start = if at == 1 { 1 } else { line[..at].chars().count() + 1 };
    let text = line[at + carets..].trim().to_owned();
    let start = crate::base::span::offset(start);
    (path.to_owned(), line_above, start, start + crate::base::span::offset(carets), text)
}

/// The fenced examples of a rule's page: whether each is a bad one, and its text.
pub(crate) fn examples(doc: &str) -> Vec<(bool, String)> {
    let mut examples = Vec::new();
    let mut open: Option<(bool, String)> = None;
    for line in doc.lines() {
        let bare = line.strip_prefix(' ').unwrap_or(line);
        match (&mut open, bare.trim()) {
            (None, "```yaml,bad") => open = Some((true, String::new())),
            (None, "```yaml,good") => open = Some((false, String::new())),
            (Some(_), "```") => examples.extend(open.take()),
            (Some((_, text)), _) => {
                text.push_str(bare);
                text.push('\n');
            }
            (None, _) => {}
        }
    }
    examples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixture_is_files_and_marks() {
        let (files, marks) = read(
            "
            # sms/ci/a.yaml
            kind: ci
            id: a
            #   ^ told
            # a comment
            #^^ from the first column
            # schemas/local/b.json
            {}
            ",
        );
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(files[0], ("sms/ci/a.yaml", "kind: ci\nid: a\n# a comment\n"));
        assert_eq!((files[1].0, files[1].1.trim_end()), ("schemas/local/b.json", "{}"));
        let told = ("sms/ci/a.yaml".to_owned(), 2, 5, 6, "told".to_owned());
        let first = ("sms/ci/a.yaml".to_owned(), 3, 1, 3, "from the first column".to_owned());
        assert_eq!(marks, [told, first]);
    }

    #[test]
    #[should_panic(expected = "marks and findings differ")]
    fn a_mark_without_its_finding_fails() {
        check(crate::rules::ALL[0], "# sms/ci/a.yaml\n{kind: ci, id: a}\n#               ^ nothing\n");
    }

    #[test]
    #[should_panic(expected = "the fixture itself cannot be read")]
    fn a_fixture_with_a_slip_fails() {
        check(crate::rules::ALL[0], "# sms/cy/a.yaml\n{kind: cy, id: a}\n");
    }

    #[test]
    fn examples_are_told_good_from_bad() {
        let page = " Words.\n\n ```yaml,bad\n a: 1\n  b: 2\n ```\n\n ```text\n c\n ```\n\n ```yaml,good\n d: 4\n ```\n";
        assert_eq!(examples(page), [(true, "a: 1\n b: 2\n".to_owned()), (false, "d: 4\n".to_owned())]);
    }
}
