//! Rules over records: in parallel, in a fixed order, with bounds on the work.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::codes;
use super::eval::{Problem, Run};
use super::message::Formula;
use super::rule::{Body, LocalRule};
use super::world::{Subject, World};
use crate::base::date::AsOf;
use crate::base::finding::Finding;
use crate::base::span::Span;
use crate::yaml::{Node, pointer};

/// Most steps of one rule on one record.
const PER_RECORD: u64 = 100_000;
/// Most steps of one rule: this, and so many more for each record that it judges.
const PER_RULE: (u64, u64) = (5_000_000, 2_000);
/// Most steps of all rules together: this, and so many more for each record that there is.
const TOGETHER: (u64, u64) = (50_000_000, 10_000);
/// Records that are judged at once; between two such groups the work is added up.
const GROUP: usize = 256;
/// Records that are named beside a failure.
const NAMED: usize = 5;

/// What one rule found on one record, or on several.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) findings: Vec<Finding>,
    pub(super) failures: Vec<Failure>,
    steps: u64,
}

/// An expression that gave no value.
pub(super) struct Failure {
    /// Where in the rule file.
    pub(super) span: Span,
    pub(super) words: String,
    limit: bool,
    /// The record, by id and the place of its id.
    record: (String, Span),
}

/// Judges all records by `rules`.
pub(super) fn all<'r>(rules: impl Iterator<Item = &'r LocalRule>, world: &dyn World, as_of: AsOf) -> Vec<Finding> {
    let mut left = TOGETHER.0 + TOGETHER.1 * world.count() as u64;
    let mut findings = Vec::new();
    for (rule, body) in rules.filter_map(|rule| Some((rule, rule.body.as_ref()?))) {
        let mut outcome = Outcome::default();
        let mut numbers: Vec<u32> = rule.code.kinds.iter().flat_map(|kind| world.of_kind(kind)).collect();
        numbers.sort_unstable();
        let most = (PER_RULE.0 + PER_RULE.1 * numbers.len() as u64).min(left);
        for group in numbers.chunks(GROUP) {
            let judged: Vec<Outcome> = group.par_iter().map(|number| one(rule, body, world, as_of, *number)).collect();
            for judged in judged {
                outcome.steps += judged.steps;
                outcome.findings.extend(judged.findings);
                outcome.failures.extend(judged.failures);
            }
            if outcome.steps > most {
                let words = format!(
                    "the rule '{}' takes too much work for {} records and was stopped; what it found is not all there is",
                    rule.code.id,
                    numbers.len()
                );
                let help = "let it look only at records that refer to the one judged: `incoming(id, 'KIND')`";
                findings.push(codes::LOCAL_RULE_LIMIT.finding(body.check.placed.whole(), words).help(help));
                break;
            }
        }
        left = left.saturating_sub(outcome.steps);
        findings.append(&mut outcome.findings);
        findings.extend(told(rule, outcome.failures));
    }
    findings
}

/// Failures of one rule, each place once, with the first records that it failed on.
fn told(rule: &LocalRule, failures: Vec<Failure>) -> Vec<Finding> {
    let mut by_place: BTreeMap<(Span, bool), Vec<Failure>> = BTreeMap::new();
    for failure in failures {
        by_place.entry((failure.span, failure.limit)).or_default().push(failure);
    }
    let finding = |((span, limit), mut failures): ((Span, bool), Vec<Failure>)| {
        failures.dedup_by(|a, b| a.record == b.record);
        let first = failures.first();
        let (words, id) = first.map_or(("", ""), |first| (first.words.as_str(), first.record.0.as_str()));
        let others = match failures.len() {
            0 | 1 => String::new(),
            2 => ", nor one other record".to_owned(),
            several => format!(", nor {} other records", several - 1),
        };
        let words = format!("the rule '{}' cannot judge '{id}'{others}: {words}", rule.code.id);
        let (code, help) = if limit {
            (&codes::LOCAL_RULE_LIMIT, "make the expression simpler, or let it look at fewer records")
        } else {
            (&codes::LOCAL_RULE_FAILED, "guard it with `has(…) &&`, or leave such records out with `where`")
        };
        let finding = code.finding(span, words).help(help);
        let named = failures.into_iter().take(NAMED);
        named.fold(finding, |finding, failure| finding.related(failure.record.1, format!("'{}'", failure.record.0)))
    };
    by_place.into_iter().map(finding).collect()
}

/// Judges one record.
pub(super) fn one(rule: &LocalRule, body: &Body, world: &dyn World, as_of: AsOf, number: u32) -> Outcome {
    let subject = world.subject(number);
    let status = subject.root.get("status").and_then(Node::as_str);
    let mut judging = Judging { rule, body, subject, outcome: Outcome::default() };
    if !body.statuses.is_empty() && !body.statuses.iter().any(|wanted| Some(wanted.as_str()) == status) {
        return judging.outcome;
    }
    let mut run = Run::new(world, as_of, number, PER_RECORD);
    judging.record(&mut run);
    judging.outcome.steps = PER_RECORD - run.steps;
    judging.outcome
}

struct Judging<'v> {
    rule: &'v LocalRule,
    body: &'v Body,
    subject: Subject<'v>,
    outcome: Outcome,
}

impl<'v> Judging<'v> {
    fn record(&mut self, run: &mut Run<'v>) {
        let Some(pointer) = &self.body.each else { return self.judge(run) };
        let Some(list) = pointer::find(self.subject.root, pointer).map(|found| found.node) else { return };
        if list.is_null() {
            return;
        }
        // A single value may stand where a list may.
        let alone = std::slice::from_ref(list);
        let items = if matches!(list.value, crate::yaml::Value::Seq(_)) { list.items() } else { alone };
        for item in items {
            run.item = Some(item);
            self.judge(run);
            if run.steps == 0 {
                return;
            }
        }
    }

    /// Judges the record, or its item.
    fn judge(&mut self, run: &mut Run<'v>) {
        if let Some(filter) = &self.body.filter {
            match run.truth(&filter.expr) {
                Ok(true) => {}
                Ok(false) => return,
                Err(problem) => return self.failed(filter, problem),
            }
        }
        match run.truth(&self.body.check.expr) {
            Ok(true) => {}
            Ok(false) => self.report(run),
            Err(problem) => self.failed(&self.body.check, problem),
        }
    }

    fn failed(&mut self, formula: &Formula, problem: Problem) {
        let span = formula.placed.span(problem.start, problem.end);
        let record = (self.subject.id.to_owned(), self.subject.id_span());
        self.outcome.failures.push(Failure { span, words: problem.words, limit: problem.limit, record });
    }

    fn report(&mut self, run: &mut Run<'v>) {
        let (message, problem) = self.body.message.text(run);
        if let Some((formula, problem)) = problem {
            self.failed(formula, problem);
        }
        let span = self.span(run.item);
        let Subject { kind, id, file, root } = self.subject;
        let mut finding = self.rule.code.finding(span, message);
        finding = finding.subject(&kind.name, id).pointer(pointer::of_span(root, file, span));
        if let Some(help) = &self.body.help {
            let (help, problem) = help.text(run);
            finding = finding.help(help);
            if let Some((formula, problem)) = problem {
                self.failed(formula, problem);
            }
        }
        self.outcome.findings.push(finding);
    }

    /// Where a finding stands.
    fn span(&self, item: Option<&Node<'_>>) -> Span {
        let subject = self.subject;
        let node = item.unwrap_or(subject.root);
        let found = self.body.at.as_deref().and_then(|at| subject.span_at(node, at));
        found.unwrap_or_else(|| item.map_or_else(|| subject.id_span(), |item| item.span(subject.file)))
    }
}
