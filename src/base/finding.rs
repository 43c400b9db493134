//! Findings: what is wrong, where, why and what to do next.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::fix::Fix;
use super::span::Span;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Should be mended or decided on.
    Warning,
    /// Breaks the SMS's own rules or makes the record unusable.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "info" => Ok(Self::Info),
            "warning" => Ok(Self::Warning),
            "error" => Ok(Self::Error),
            other => Err(format!("'{other}' is not a severity; use info, warning or error")),
        }
    }
}

/// A place with a few words about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be seen there; empty for none.
    pub message: String,
}

/// The record that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Its kind.
    pub kind: String,
    /// Its id.
    pub id: String,
}

/// What a difference did to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It was not there before.
    New,
    /// It was there, and weighs more now or reaches further places.
    Worse,
}

/// One of several places of one cause, for what is decided place by place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The finding that it would be if it were the only place.
    pub finding: Finding,
    /// What is to be seen there, where it is listed with the others.
    pub also: String,
}

/// One thing that is wrong or worth a look. A finding always has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name, a kebab-case slug.
    pub rule: &'static str,
    /// Its weight.
    pub severity: Severity,
    /// One sentence: what is wrong.
    pub message: String,
    /// The exact place.
    pub primary: Span,
    /// What is to be seen at the place; empty for none.
    pub label: String,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// How to mend it.
    pub help: Option<String>,
    /// The record that it is about, when it is about one.
    pub subject: Option<Subject>,
    /// JSON pointer of the place in the record; empty for the record as a whole.
    pub pointer: String,
    /// Whether it depends on the instant that was asked about.
    pub clock: bool,
    /// What the difference did to it, when a check was asked for a difference alone.
    pub state: Option<State>,
    /// The places of which it speaks, when they are several with one cause; else empty.
    pub parts: Vec<Part>,
    /// Text edits that mend it for certain.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding of `rule` at `span`.
    #[must_use]
    pub fn new(rule: &'static str, severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity,
            message: message.into(),
            primary: span,
            label: String::new(),
            related: Vec::new(),
            help: None,
            subject: None,
            pointer: String::new(),
            clock: false,
            state: None,
            parts: Vec::new(),
            fix: None,
        }
    }

    /// One finding of several places with one cause: it stands at the first and lists all, so that the list by itself is
    /// what has to be mended. Of a single place it is that place's own; of none, nothing.
    #[must_use]
    pub fn group(mut parts: Vec<Part>) -> Option<Self> {
        if parts.len() <= 1 {
            return parts.pop().map(|part| part.finding);
        }
        let mut finding = parts.first()?.finding.clone();
        finding.related = parts.iter().map(|p| Label { span: p.finding.primary, message: p.also.clone() }).collect();
        finding.parts = parts;
        Some(finding)
    }

    /// Adds how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the words that stand beside the marked text.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds a related place.
    #[must_use]
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Label { span, message: message.into() });
        self
    }

    /// Says which record it is about.
    #[must_use]
    pub fn subject(mut self, kind: &str, id: &str) -> Self {
        self.subject = Some(Subject { kind: kind.to_owned(), id: id.to_owned() });
        self
    }

    /// Adds what mends it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Says where in the record it is.
    #[must_use]
    pub fn pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = pointer.into();
        self
    }

    /// The order of every list of findings: by place, then rule, then words.
    pub fn sort(findings: &mut [Self]) {
        findings.sort_by(Self::order);
    }

    /// Which of two findings comes first in a list.
    #[must_use]
    pub fn order(a: &Self, b: &Self) -> Ordering {
        (a.primary, a.rule, &a.message, &a.pointer).cmp(&(b.primary, b.rule, &b.message, &b.pointer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::FileId;

    #[test]
    fn severities_are_ordered_and_read_back() {
        assert!(Severity::Info < Severity::Warning && Severity::Warning < Severity::Error);
        for severity in [Severity::Info, Severity::Warning, Severity::Error] {
            assert_eq!(severity.to_string().parse(), Ok(severity));
        }
        assert!("fatal".parse::<Severity>().unwrap_err().contains("'fatal'"));
    }

    #[test]
    fn findings_sort_by_place_then_rule() {
        let at = |file, start, rule| Finding::new(rule, Severity::Error, Span::new(FileId(file), start, start), "m");
        let mut found = vec![at(1, 0, "a"), at(0, 9, "b"), at(0, 9, "a"), at(0, 2, "z")];
        Finding::sort(&mut found);
        let order: Vec<_> = found.iter().map(|f| (f.primary.file.0, f.primary.start, f.rule)).collect();
        assert_eq!(order, [(0, 2, "z"), (0, 9, "a"), (0, 9, "b"), (1, 0, "a")]);
    }

    #[test]
    fn everything_said_about_a_finding_is_kept() {
        let span = Span::new(FileId(0), 1, 2);
        let finding = Finding::new("a-rule", Severity::Info, span, "what")
            .help("do")
            .label("here")
            .related(Span::new(FileId(1), 3, 4), "there")
            .related(Span::new(FileId(0), 5, 6), "and there")
            .subject("ci", "ci-a")
            .pointer("/x");
        assert_eq!(
            (finding.help.as_deref(), finding.label.as_str(), finding.pointer.as_str()),
            (Some("do"), "here", "/x")
        );
        let related: Vec<_> = finding.related.iter().map(|label| label.message.as_str()).collect();
        assert_eq!(related, ["there", "and there"], "in the order in which they were said");
        assert_eq!(finding.subject, Some(Subject { kind: "ci".to_owned(), id: "ci-a".to_owned() }));
        assert!(!finding.clock);
    }

    #[test]
    fn equal_places_sort_by_words_and_then_by_pointer() {
        let at = |message: &str, pointer| {
            Finding::new("r", Severity::Error, Span::start_of(FileId(0)), message).pointer(pointer)
        };
        let mut found = vec![at("b", "/1"), at("a", "/2"), at("a", "/1")];
        Finding::sort(&mut found);
        let order: Vec<_> = found.iter().map(|f| (f.message.as_str(), f.pointer.as_str())).collect();
        assert_eq!(order, [("a", "/1"), ("a", "/2"), ("b", "/1")]);
    }

    #[test]
    fn several_places_of_one_cause_are_one_finding_at_the_first() {
        let part = |start: u32| {
            let finding =
                Finding::new("r", Severity::Error, Span::new(FileId(0), start, start + 1), format!("m{start}"));
            Part { finding, also: format!("also {start}") }
        };
        assert_eq!(Finding::group(Vec::new()), None);
        assert_eq!(Finding::group(vec![part(3)]), Some(part(3).finding), "a single one lists nothing");
        let group = Finding::group(vec![part(3), part(7)]).unwrap();
        assert_eq!((group.message.as_str(), group.primary.start, group.parts.len()), ("m3", 3, 2));
        let listed: Vec<_> = group.related.iter().map(|label| (label.span.start, label.message.as_str())).collect();
        assert_eq!(listed, [(3, "also 3"), (7, "also 7")]);
    }

    #[test]
    fn severities_are_read_as_they_are_written() {
        for wrong in ["", "Error", "warn", "errors"] {
            assert!(wrong.parse::<Severity>().unwrap_err().contains("use info, warning or error"), "{wrong}");
        }
        assert_eq!(serde_json::to_string(&Severity::Warning).unwrap(), "\"warning\"");
    }
}
