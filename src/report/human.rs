//! Findings with excerpts of the files, as compilers show them.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::Checked;
use crate::base::finding::{Finding, Severity};
use crate::base::source::Source;
use crate::base::span::Span;
use crate::base::text::clean;

/// Related places that are shown in full; the rest is counted.
const MAX_RELATED: usize = 10;
/// Longest excerpt behind the start of a place, in bytes; longer lines are cut.
const MAX_EXCERPT: usize = 400;
/// Longest excerpt before it; the renderer cuts a line of this length to the width of a terminal by itself.
const MAX_BEFORE: usize = 20_000;

/// All findings, each with its place, related places and help; styled for a terminal when `colour` is set.
#[must_use]
pub fn human(checked: Checked<'_>, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(if colour { DecorStyle::Unicode } else { DecorStyle::Ascii });
    let mut out = String::new();
    for finding in checked.findings {
        out.push_str(&one(checked, finding, &renderer));
        out.push_str("\n\n");
    }
    out
}

fn one(checked: Checked<'_>, finding: &Finding, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(clean(&finding.message)).id(finding.rule);
    let group = Group::with_title(title);
    let mut group = excerpt(group, checked, finding.primary, &finding.label, AnnotationKind::Primary);
    let related = finding.related.iter().filter(|label| label.span != finding.primary);
    for label in related.clone().take(MAX_RELATED) {
        group = excerpt(group, checked, label.span, &label.message, AnnotationKind::Context);
    }
    let more = related.count().saturating_sub(MAX_RELATED);
    if more > 0 {
        group = group.element(Level::NOTE.message(format!("and {more} more places; --format json lists them all")));
    }
    let mut note = String::new();
    let code = crate::rules::find_with(&checked.sms.local, finding.rule);
    if let Some(code) = code.filter(|code| !code.clauses.is_empty()) {
        let _ = write!(note, "ISO/IEC 20000-1 clause {}; ", code.clauses.join(", "));
    }
    let _ = write!(note, "`gitsm explain {}` tells why", finding.rule);
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(clean(help)));
    }
    if let Some(fix) = &finding.fix {
        let words = format!("fixable with --fix: {}", fix.title);
        group = group.element(Level::NOTE.message(clean(&words).into_owned()));
    }
    renderer.render(&[group.element(Level::NOTE.message(note))])
}

/// Adds the line of a place, with the place marked.
fn excerpt<'c>(group: Group<'c>, checked: Checked<'c>, span: Span, label: &str, kind: AnnotationKind) -> Group<'c> {
    let source = checked.sms.snapshot.sources.get(span.file);
    let (lines, start) = lines(source, span);
    let at = source.position(span.start);
    let (line, column) = (at.line as usize, at.column as usize);
    let text = visible(&source.text()[lines.clone()]);
    let mark = start..(span.end as usize).saturating_sub(lines.start).clamp(start, text.len());
    let is_cut = column != text[..start].chars().count() + 1;
    let annotation = kind.span(mark);
    let annotation = if label.is_empty() { annotation } else { annotation.label(clean(label).into_owned()) };
    let snippet = Snippet::source(text).line_start(line).annotation(annotation);
    let path = clean(source.path());
    if is_cut {
        // The excerpt does not begin where the line does, so its columns are not those of the file.
        group.element(Origin::path(path).line(line).char_column(column)).element(snippet)
    } else {
        group.element(snippet.path(path))
    }
}

/// A line without the control characters that the renderer lets through; every byte keeps its place.
fn visible(line: &str) -> Cow<'_, str> {
    let steering = |c: char| matches!(c, '\u{80}'..='\u{9f}');
    if line.contains(steering) { Cow::Owned(line.replace(steering, "\u{b7}")) } else { Cow::Borrowed(line) }
}

/// The bytes of the first line of `span`, and where the span starts in them.
fn lines(source: &Source, span: Span) -> (Range<usize>, usize) {
    let text = source.text();
    let at = (span.start as usize).min(text.len());
    let Range { mut start, mut end } = source.line(crate::base::span::offset(at));
    end = end.max(at);
    if at - start > MAX_BEFORE {
        start = boundary(text, at - MAX_EXCERPT);
    }
    if end - at > MAX_EXCERPT {
        end = boundary(text, at + MAX_EXCERPT);
    }
    (start..end, at - start)
}

fn boundary(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests;
