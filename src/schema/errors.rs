//! The validator's errors to findings: one a cause, at the key or value that is wrong, in words for the editor.

use std::collections::BTreeSet;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as ErrorKind;

use super::kind::Kind;
use super::messages::{self, Complaint};
use crate::base::finding::Finding;
use crate::base::span::{FileId, Span};
use crate::yaml::{Node, Value, pointer};

/// Most findings of one record; behind that, more of the same says nothing new.
const MAX_FINDINGS: usize = 100;

/// Translates the errors of one record.
pub(super) fn translate<'e>(
    kind: &Kind,
    file: FileId,
    root: &Node<'_>,
    errors: impl Iterator<Item = ValidationError<'e>>,
    findings: &mut Vec<Finding>,
) {
    let mut translator = Translator { kind, file, root, findings };
    for error in errors {
        if translator.is_full() {
            break;
        }
        translator.error(&error);
    }
    let mut told = BTreeSet::new();
    findings.retain(|finding| told.insert((finding.primary, finding.message.clone())));
}

struct Translator<'t, 's> {
    kind: &'t Kind,
    file: FileId,
    root: &'t Node<'s>,
    findings: &'t mut Vec<Finding>,
}

impl Translator<'_, '_> {
    fn is_full(&self) -> bool {
        self.findings.len() >= MAX_FINDINGS
    }

    fn error(&mut self, error: &ValidationError<'_>) {
        let at = error.instance_path().as_str();
        match error.kind() {
            ErrorKind::AdditionalProperties { unexpected } | ErrorKind::UnevaluatedProperties { unexpected } => {
                let known = self.known_keys(error, at);
                for name in unexpected {
                    if self.is_full() {
                        break;
                    }
                    self.unknown_key(&known, at, name);
                }
            }
            ErrorKind::OneOfNotValid { context } | ErrorKind::AnyOf { context } => self.choice(at, context),
            ErrorKind::PropertyNames { error } => self.key(at, error),
            ErrorKind::Required { property } if at.is_empty() && self.is_misspelt(property) => {}
            kind => {
                let Some(found) = pointer::find(self.root, at) else { return };
                let complaint = messages::complaint(self.kind, at, kind, found.node, self.origin(error));
                self.push(at, complaint);
            }
        }
    }

    /// Whether a missing field of the record is there under a mistyped key, which is told.
    fn is_misspelt(&self, property: &serde_json::Value) -> bool {
        property.as_str().is_some_and(|property| self.kind.is_misspelt(self.root, property))
    }

    /// A choice of which no branch fits: the branch that comes nearest says what is wrong.
    fn choice(&mut self, at: &str, branches: &[Vec<ValidationError<'static>>]) {
        let depth = |error: &ValidationError<'_>| error.instance_path().as_str().matches('/').count();
        let wrong_type = |error: &ValidationError<'_>| {
            error.instance_path().as_str() == at && matches!(error.kind(), ErrorKind::Type { .. })
        };
        let fitting = branches.iter().filter(|branch| !branch.iter().any(wrong_type));
        let best = fitting.min_by_key(|branch| {
            let deepest = branch.iter().map(depth).max().unwrap_or(0);
            (std::cmp::Reverse(deepest), branch.len())
        });
        if let Some(branch) = best {
            for error in branch {
                self.error(error);
            }
            return;
        }
        let Some(found) = pointer::find(self.root, at) else { return };
        let wanted =
            branches.iter().flatten().filter(|error| wrong_type(error)).filter_map(|error| match error.kind() {
                ErrorKind::Type { kind } => Some(messages::type_words(kind)),
                _ => None,
            });
        let mut wanted: Vec<String> = wanted.collect();
        wanted.dedup();
        let complaint = messages::wrong_type(at, &wanted.join(" or "), found.node);
        self.push(at, complaint);
    }

    fn unknown_key(&mut self, known: &[String], at: &str, name: &str) {
        // A failing subschema leaves its own properties unevaluated; they are not unknown.
        if known.iter().any(|key| key == name) || name.starts_with("x-") {
            return;
        }
        let below = format!("{at}/{}", pointer::escape(name));
        let Some(found) = pointer::find(self.root, &below) else { return };
        let span = found.entry.map_or_else(|| found.node.span(self.file), |entry| entry.key_span(self.file));
        let Some(holder) = pointer::find(self.root, at) else { return };
        let finding = messages::unknown_key(self.kind, at, name, known, holder.node);
        self.findings.push(finding.finding(span).pointer(below));
    }

    /// Keys that the mapping at `at` may have.
    fn known_keys(&self, error: &ValidationError<'_>, at: &str) -> Vec<String> {
        if at.is_empty() {
            return self.kind.fields.iter().map(|field| field.name.clone()).collect();
        }
        let keyword = error.schema_path().as_str();
        let parent = keyword.rsplit_once('/').map_or("", |(parent, _)| parent);
        let properties = self.kind.schema.pointer(parent).and_then(|schema| schema.get("properties"));
        properties.and_then(serde_json::Value::as_object).into_iter().flatten().map(|(key, _)| key.clone()).collect()
    }

    /// A key of the mapping at `at` that is not written as its schema wants.
    fn key(&mut self, at: &str, error: &ValidationError<'_>) {
        let name = error.instance().as_str().unwrap_or_default().to_owned();
        let below = format!("{at}/{}", pointer::escape(&name));
        let Some(entry) = pointer::find(self.root, &below).and_then(|found| found.entry) else { return };
        let node = Node { start: entry.key_start, end: entry.key_end, value: Value::Str(name.as_str().into()) };
        let complaint = messages::complaint(self.kind, &below, error.kind(), &node, self.origin(error));
        self.findings.push(complaint.finding(entry.key_span(self.file)).pointer(below));
    }

    /// The schema that the error's keyword stands in, and the nearest description up to the field that it is about.
    fn origin(&self, error: &ValidationError<'_>) -> messages::Origin<'_> {
        let mut path = error.schema_path().as_str();
        let mut origin = messages::Origin::default();
        while let Some((above, _)) = path.rsplit_once('/') {
            path = above;
            let schema = self.kind.schema.pointer(path);
            origin.schema = origin.schema.or(schema);
            // At its root the schema says what the kind is for, which mends nothing.
            let words = schema.filter(|_| !path.is_empty()).and_then(|schema| schema.get("description"));
            origin.description = words.and_then(|words| words.as_str());
            let is_field = path.rsplit('/').nth(1) == Some("properties");
            if origin.description.is_some() || is_field {
                break;
            }
        }
        origin
    }

    fn push(&mut self, at: &str, complaint: Complaint) {
        let span = self.place(at, &complaint);
        let finding = complaint.finding(span).pointer(at);
        self.findings.push(finding);
    }

    /// A missing field is shown where the record or the mapping says what it is; anything else at its value.
    fn place(&self, at: &str, complaint: &Complaint) -> Span {
        let Some(found) = pointer::find(self.root, at) else { return Span::start_of(self.file) };
        if complaint.about_missing {
            if let Some(entry) = found.entry {
                return entry.key_span(self.file);
            }
            let name = ["id", "kind", "title"].iter().find_map(|key| found.node.entry(key));
            let first = name.or_else(|| found.node.entries().first());
            return first.map_or_else(
                || found.node.span(self.file),
                |entry| match entry.value.value {
                    Value::Map(_) | Value::Seq(_) | Value::Null => entry.key_span(self.file),
                    _ => entry.value.span(self.file),
                },
            );
        }
        match (found.entry, &found.node.value) {
            (Some(entry), Value::Null | Value::Map(_) | Value::Seq(_)) => entry.key_span(self.file),
            _ => found.node.span(self.file),
        }
    }
}

#[cfg(test)]
mod tests;
