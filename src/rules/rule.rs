//! What a rule is, and what it works with.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::base::code::Code;
use crate::base::finding::{Finding, Label, Part, Severity};
use crate::base::fix::Fix;
use crate::base::span::Span;
use crate::graph::{Graph, Node};
use crate::model::risk::{Risk, RiskStatus};
use crate::model::{Ix, Record, Sms};

/// What a rule may look at.
#[derive(Debug, Clone, Copy)]
pub struct Check<'c> {
    /// The records.
    pub sms: &'c Sms<'c>,
    /// Services, configuration items, contracts, OLAs and suppliers, and what needs what.
    pub graph: &'c Graph,
}

impl<'c> Check<'c> {
    /// The record of a node, when it is in use.
    #[must_use]
    pub fn in_use(&self, node: &Node) -> Option<&'c Record<'c>> {
        node.record.filter(|ix| self.sms.is_in_use(*ix)).map(|ix| self.sms.record(ix))
    }

    /// The records that an open risk names in `affects`: somebody has thought of what becomes of them.
    #[must_use]
    pub fn named_by_open_risks(&self) -> BTreeSet<Ix> {
        let open = self.sms.all::<Risk<'_>>().filter(|risk| risk.status() != Some(RiskStatus::Closed));
        open.flat_map(Risk::affects).filter_map(|id| self.sms.find(id)).collect()
    }

    /// Whether one of the records named is work that was not called off. What cannot be found counts as work: that it
    /// is missing is the matter of `ref-dangling`.
    #[must_use]
    pub fn is_worked_on<'i>(&self, ids: impl IntoIterator<Item = &'i str>) -> bool {
        let called_off = |ix| matches!(self.sms.record(ix).status(), Some("cancelled" | "rejected"));
        ids.into_iter().any(|id| !self.sms.find(id).is_some_and(called_off))
    }

    /// The record of the SMS, once it says that the system is operating: only then can something be missing from it as a
    /// whole.
    #[must_use]
    pub fn operating(&self) -> Option<&'c Record<'c>> {
        self.sms.of_kind("sms").map(|(_, record)| record).find(|record| record.status() == Some("operating"))
    }

    /// The day that the run judges by.
    #[must_use]
    pub fn today(&self) -> Date {
        self.sms.snapshot.as_of.day()
    }
}

/// One rule. Its name, weight and page come from its `rule!` header.
pub trait Rule: Documented + Sync {
    /// Reports everything that breaks the rule.
    fn check(&self, cx: &Check<'_>, out: &mut Report);
}

/// The header of a rule.
pub trait Documented {
    /// Name, weight, clauses and page.
    fn code(&self) -> &'static Code;
}

/// Findings of one rule as it runs.
#[derive(Debug)]
pub struct Report {
    code: &'static Code,
    findings: Vec<Finding>,
}

impl Report {
    /// An empty report of a rule.
    #[must_use]
    pub fn new(code: &'static Code) -> Self {
        Self { code, findings: Vec::new() }
    }

    /// Reports that `record` breaks the rule at `span`.
    pub fn at(&mut self, record: &Record<'_>, span: Span, message: impl Into<String>) -> Draft<'_> {
        let finding = self.code.finding(span, message);
        let finding = finding.subject(&record.kind.name, record.id.as_str()).pointer(record.pointer(span));
        self.findings.push(finding);
        Draft { findings: &mut self.findings }
    }

    /// Reports one cause in several places, of which each is a record, a place in it, words, help, and words for it where
    /// it is listed with the others.
    pub fn group<'r>(&mut self, places: impl Iterator<Item = (&'r Record<'r>, Span, String, String, String)>) {
        let parts = places.map(|(record, span, words, help, also)| {
            let finding = self.code.finding(span, words).help(help);
            let finding = finding.subject(&record.kind.name, record.id.as_str()).pointer(record.pointer(span));
            Part { finding, also }
        });
        let finding = Finding::group(parts.collect());
        self.findings.extend(finding);
    }

    /// Reports that `record` breaks the rule in its field `field`; in its id, when it does not have the field.
    pub fn field(&mut self, record: &Record<'_>, field: &str, message: impl Into<String>) -> Draft<'_> {
        self.at(record, record.field_span(field), message)
    }

    /// What was reported.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}

/// The finding that was just reported, for what else there is to say.
#[derive(Debug)]
pub struct Draft<'r> {
    findings: &'r mut Vec<Finding>,
}

impl Draft<'_> {
    /// How to mend it.
    #[expect(clippy::return_self_not_must_use, reason = "the finding is reported already")]
    pub fn help(self, help: impl Into<String>) -> Self {
        self.change(|finding| finding.help = Some(help.into()))
    }

    /// Words beside the marked text.
    #[expect(clippy::return_self_not_must_use, reason = "the finding is reported already")]
    pub fn label(self, label: impl Into<String>) -> Self {
        self.change(|finding| finding.label = label.into())
    }

    /// Another place that belongs to it.
    #[expect(clippy::return_self_not_must_use, reason = "the finding is reported already")]
    pub fn related(self, span: Span, message: impl Into<String>) -> Self {
        self.change(|finding| finding.related.push(Label { span, message: message.into() }))
    }

    /// What mends it: `text` for the value at `span`. How the file writes it is seen to later.
    #[expect(clippy::return_self_not_must_use, reason = "the finding is reported already")]
    pub fn fix(self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        self.change(|finding| finding.fix = Some(Fix::new(title, span, text)))
    }

    /// Another weight than the rule's own, where the rule says when.
    #[expect(clippy::return_self_not_must_use, clippy::must_use_candidate, reason = "the finding is reported already")]
    pub fn severity(self, severity: Severity) -> Self {
        self.change(|finding| finding.severity = severity)
    }

    fn change(self, change: impl FnOnce(&mut Finding)) -> Self {
        if let Some(finding) = self.findings.last_mut() {
            change(finding);
        }
        self
    }
}

/// The header of a rule: its page as a doc comment, then name, weight, clauses and kinds.
///
/// A rule whose findings depend on the instant ends with `clock`.
macro_rules! rule {
    ($(#[doc = $doc:literal])+ $name:ident = $id:literal, $severity:ident, clauses: [$($clause:literal),* $(,)?], kinds: [$($kind:literal),* $(,)?] $(, $clock:ident)?;) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy)]
        pub(super) struct $name;

        impl $crate::rules::rule::Documented for $name {
            fn code(&self) -> &'static $crate::base::code::Code {
                static CODE: $crate::base::code::Code = $crate::base::code::Code {
                    id: $id,
                    severity: $crate::base::finding::Severity::$severity,
                    clauses: ::std::borrow::Cow::Borrowed(&[$(::std::borrow::Cow::Borrowed($clause)),*]),
                    kinds: ::std::borrow::Cow::Borrowed(&[$(::std::borrow::Cow::Borrowed($kind)),*]),
                    clock: rule!(@clock $($clock)?),
                    since: "0.1.0",
                    doc: ::std::borrow::Cow::Borrowed(concat!($($doc, "\n"),+)),
                };
                &CODE
            }
        }
    };
    (@clock clock) => { true };
    (@clock) => { false };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    rule! {
        /// A sample.
        ///
        /// More.
        Sample = "sample-rule", Info, clauses: ["8.1", "8.2"], kinds: ["ci"], clock;
    }

    rule! {
        /// Another.
        Timeless = "timeless-rule", Error, clauses: [], kinds: [];
    }

    impl Rule for Sample {
        fn check(&self, cx: &Check<'_>, out: &mut Report) {
            for (_, record) in cx.sms.of_kind("ci") {
                out.field(record, "owner", "about the owner").help("h").label("l").related(record.id_span(), "r");
                out.field(record, "nothing", "about nothing");
            }
        }
    }

    #[test]
    fn the_header_is_the_code() {
        let code = Sample.code();
        assert_eq!((code.id, code.summary(), code.clock), ("sample-rule", "A sample.", true));
        assert_eq!(code.clauses.join(" ") + ":" + &code.kinds.join(" "), "8.1 8.2:ci");
        assert!(!Timeless.code().clock && Timeless.code().kinds.is_empty());
    }

    #[test]
    fn a_report_knows_record_pointer_and_place() {
        records("== ci ci-a\nowner: ann", |sms| {
            let graph = Graph::build(sms);
            let mut report = Report::new(Sample.code());
            Sample.check(&Check { sms, graph: &graph }, &mut report);
            let findings = report.into_findings();
            let slice = |finding: &Finding| sms.snapshot.sources.slice(finding.primary).to_owned();
            assert_eq!((slice(&findings[0]), findings[0].pointer.as_str()), ("ann".to_owned(), "/owner"));
            assert_eq!((slice(&findings[1]), findings[1].pointer.as_str()), ("ci-a".to_owned(), "/id"));
            assert_eq!((findings[0].help.as_deref(), findings[0].label.as_str()), (Some("h"), "l"));
            assert_eq!((findings[0].related.len(), findings[1].related.len()), (1, 0), "each speaks of its own");
            assert!(findings.iter().all(|finding| finding.clock && finding.severity == Severity::Info));
            assert_eq!(findings[0].subject.as_ref().map(|subject| subject.id.as_str()), Some("ci-a"));
        });
    }

    #[test]
    fn work_that_was_called_off_is_no_work() {
        let files = [
            ("sms/action/act-a.yaml", "{kind: action, id: act-a, status: cancelled}"),
            ("sms/action/act-b.yaml", "{kind: action, id: act-b, status: done}"),
            ("sms/change/chg-a.yaml", "{kind: change, id: chg-a, status: rejected}"),
        ];
        crate::model::fixture::with(&files, |sms| {
            let graph = Graph::build(sms);
            let cx = Check { sms, graph: &graph };
            assert!(!cx.is_worked_on(["act-a", "chg-a"]) && !cx.is_worked_on([]));
            assert!(cx.is_worked_on(["act-a", "act-b"]) && cx.is_worked_on(["act-gone"]));
        });
    }

    #[test]
    fn only_records_in_use_count_as_in_use() {
        records("== ci ci-a\nrelations: [ci-gone]\n== contract ctr-a", |sms| {
            let graph = Graph::build(sms);
            let cx = Check { sms, graph: &graph };
            let used: Vec<_> =
                graph.nodes().filter_map(|node| cx.in_use(node)).map(|record| record.id.as_str()).collect();
            assert_eq!(used, ["ci-a"], "'live' is no status of a contract, and what is unknown has no record");
            assert_eq!(cx.today().to_string(), "2026-11-20");
        });
    }
}
