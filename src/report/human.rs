//! Findings with excerpts of the files, as compilers show them.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};

use super::Checked;
use crate::base::finding::{Finding, Severity};
use crate::base::source::Source;
use crate::base::span::Span;
use crate::base::text::steers;

/// Related places that are shown in full; the rest is counted.
const MAX_RELATED: usize = 10;
/// Longest excerpt, in bytes; longer lines are cut.
const MAX_EXCERPT: usize = 400;

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
    let mut group = title.element(excerpt(checked, finding.primary, &finding.label, AnnotationKind::Primary));
    let related = finding.related.iter().filter(|label| label.span != finding.primary);
    for label in related.clone().take(MAX_RELATED) {
        group = group.element(excerpt(checked, label.span, &label.message, AnnotationKind::Context));
    }
    let more = related.count().saturating_sub(MAX_RELATED);
    if more > 0 {
        group = group.element(Level::NOTE.message(format!("and {more} more places; --format json lists them all")));
    }
    let mut note = String::new();
    if let Some(clauses) =
        crate::rules::find(finding.rule).map(|code| code.clauses).filter(|clauses| !clauses.is_empty())
    {
        let _ = write!(note, "ISO/IEC 20000-1 clause {}; ", clauses.join(", "));
    }
    let _ = write!(note, "`gitsm explain {}` tells why", finding.rule);
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(clean(help)));
    }
    renderer.render(&[group.element(Level::NOTE.message(note))])
}

/// The lines around a place, with the place marked.
fn excerpt<'c>(checked: Checked<'c>, span: Span, label: &str, kind: AnnotationKind) -> Snippet<'c, Annotation<'c>> {
    let source = checked.sms.snapshot.sources.get(span.file);
    let (lines, start) = lines(source, span);
    let line = source.position(crate::base::span::offset(lines.start)).line as usize;
    let text = &source.text()[lines.clone()];
    let mark = start..(span.end as usize).saturating_sub(lines.start).clamp(start, text.len());
    let annotation = kind.span(mark);
    let annotation = if label.is_empty() { annotation } else { annotation.label(clean(label).into_owned()) };
    Snippet::source(text).path(source.path()).line_start(line).annotation(annotation)
}

/// The bytes of the first line of `span`, and where the span starts in them.
fn lines(source: &Source, span: Span) -> (Range<usize>, usize) {
    let text = source.text();
    let at = (span.start as usize).min(text.len());
    let mut start = text[..at].rfind(['\n', '\r']).map_or(0, |before| before + 1);
    let mut end = text[at..].find(['\n', '\r']).map_or(text.len(), |after| at + after);
    if at - start > MAX_EXCERPT {
        start = boundary(text, at - MAX_EXCERPT / 2);
    }
    if end - start > MAX_EXCERPT {
        end = boundary(text, (start + MAX_EXCERPT).max(at + 1).min(end));
    }
    (start..end, at - start)
}

fn boundary(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// Text from records without characters that would steer a terminal.
fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().any(steers) {
        Cow::Owned(text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}
