//! The waivers of all records and files, and what is wrong with those that do not count.

use std::collections::BTreeMap;

use super::comment::{Comment, comments};
use super::{Waiver, codes, may_be_waived};
use crate::base::date::parse_date;
use crate::base::finding::{Finding, Subject};
use crate::base::source::Role;
use crate::base::span::{FileId, Span};
use crate::base::suggest::nearest;
use crate::local::Rules;
use crate::model::{Record, Sms};
use crate::rules::{codes_with, find_with};
use crate::yaml::{Node, pointer};

/// The waivers that say all that they must, by place, and findings about the others.
pub(in crate::rules) fn collect(sms: &Sms<'_>) -> (Vec<Waiver>, Vec<Finding>) {
    let mut collected = Collected { local: &sms.local, waivers: Vec::new(), findings: Vec::new() };
    for (_, record) in sms.records() {
        for (at, node) in record.get("waivers").map(Node::items).unwrap_or_default().iter().enumerate() {
            // What is missing or misshapen was told where the record was read.
            if let Some(waiver) = entry(record, at, node) {
                collected.take(waiver);
            }
        }
    }
    files(sms, &mut collected);
    collected.waivers.sort_by_key(|waiver| waiver.span);
    (collected.waivers, collected.findings)
}

struct Collected<'s> {
    /// The repository's own rules, which can be waived as well.
    local: &'s Rules,
    waivers: Vec<Waiver>,
    findings: Vec<Finding>,
}

impl Collected<'_> {
    /// Keeps a waiver of a rule that exists and can be waived.
    fn take(&mut self, waiver: Waiver) {
        let rule = waiver.rule.as_str();
        let finding = if find_with(self.local, rule).is_none() {
            let help = match nearest(rule, codes_with(self.local).map(|code| code.id)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`gitsm explain` lists the rules".to_owned(),
            };
            codes::WAIVER_RULE_UNKNOWN.finding(waiver.span, format!("there is no rule '{rule}' to waive")).help(help)
        } else if !may_be_waived(rule) {
            let help = "mend what the rule finds, and remove the waiver";
            codes::WAIVER_NOT_ALLOWED.finding(waiver.span, format!("'{rule}' cannot be waived")).help(help)
        } else {
            self.waivers.push(waiver);
            return;
        };
        self.findings.push(about(finding, &waiver, "rule"));
    }
}

/// Says whose the waiver is, and where in it the finding stands.
pub(super) fn about(mut finding: Finding, waiver: &Waiver, field: &str) -> Finding {
    if waiver.subject.is_some() {
        finding.subject.clone_from(&waiver.subject);
        finding.pointer = format!("{}/{field}", waiver.pointer);
    }
    finding
}

/// A place as a JSON pointer: `a/b` is written for `/a/b` too.
fn place(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('/');
    let text = text.strip_prefix('/').unwrap_or(text);
    (!text.is_empty()).then(|| format!("/{text}"))
}

/// An entry of `waivers`, when it has all that it must have.
fn entry(record: &Record<'_>, at: usize, node: &Node<'_>) -> Option<Waiver> {
    let text = |field| node.get(field).and_then(|node| Some((node, node.as_str()?.trim())));
    let text = |field| text(field).filter(|(_, text)| !text.is_empty());
    let ((rule_node, rule), (until_node, until), (_, reason)) = (text("rule")?, text("until")?, text("reason")?);
    Some(Waiver {
        rule: rule.to_owned(),
        // A place that is there and no text would make the waiver wider than was meant.
        place: match node.get("place") {
            Some(place_node) => Some(place(place_node.as_str()?)?),
            None => None,
        },
        reason: reason.to_owned(),
        until: parse_date(until).ok()?,
        approved_by: text("approved_by").map(|(_, who)| who.to_owned()),
        subject: Some(Subject { kind: record.kind.name.clone(), id: record.id.to_string() }),
        span: rule_node.span(record.file),
        until_span: until_node.span(record.file),
        pointer: format!("/waivers/{at}"),
    })
}

/// The waivers in comments.
fn files(sms: &Sms<'_>, collected: &mut Collected<'_>) {
    let usable = |file: FileId| !sms.snapshot.unusable.contains(&file);
    let sources = sms.snapshot.sources.iter().filter(|(file, source)| source.role() == Role::Record && usable(*file));
    let found: Vec<_> = sources
        .flat_map(|(file, source)| comments(file, source).into_iter().map(move |comment| (source, comment)))
        .collect();
    if found.is_empty() {
        return;
    }
    let mut records: BTreeMap<FileId, Vec<&Record<'_>>> = BTreeMap::new();
    for (_, record) in sms.records() {
        records.entry(record.file).or_default().push(record);
    }
    for (source, comment) in found {
        let records = records.get(&comment.span.file).map(Vec::as_slice).unwrap_or_default();
        if !is_in_value(records, &comment) {
            read(source.text(), &comment, collected);
        }
    }
}

fn read(text: &str, comment: &Comment<'_>, collected: &mut Collected<'_>) {
    match comment.read(text) {
        Ok(words) => collected.take(Waiver {
            rule: words.rule.to_owned(),
            place: words.place.and_then(place),
            reason: words.reason.to_owned(),
            until: words.until,
            approved_by: None,
            subject: None,
            span: words.rule_span,
            until_span: words.until_span,
            pointer: String::new(),
        }),
        Err(why) => {
            let help = "write `# gitsm: waive RULE until YYYY-MM-DD because REASON` on a line of its own";
            collected.findings.push(codes::WAIVER_INCOMPLETE.finding(comment.span, why).help(help));
        }
    }
}

/// Whether what looks like a comment stands within a text of a record.
fn is_in_value(records: &[&Record<'_>], comment: &Comment<'_>) -> bool {
    let at = Span::new(comment.span.file, comment.span.start, comment.span.start);
    records.iter().filter(|record| record.span().contains(at)).any(|record| {
        let found = pointer::find(&record.root, &record.pointer(at));
        found.is_some_and(|found| {
            let key = found.entry.is_some_and(|entry| entry.key_start < at.start && at.start < entry.key_end);
            let value = found.node.as_str().is_some() && found.node.start < at.start && at.start < found.node.end;
            key || value
        })
    })
}
