//! All rule files of a repository to rules.

use std::collections::{BTreeMap, BTreeSet};

use super::rule::LocalRule;
use super::{codes, file, lower};
use crate::base::finding::Finding;
use crate::base::source::{Role, Source, Sources};
use crate::base::span::{FileId, Span};
use crate::schema::{Catalog, Kind, catalog};

/// Most rule files of a repository.
const MAX_FILES: usize = 200;
/// Largest rule file, in bytes.
const MAX_BYTES: usize = 100_000;

/// The rules, by name, and what is wrong with their files.
pub(super) fn all(sources: &Sources, unusable: &BTreeSet<FileId>, catalog: &Catalog) -> (Vec<LocalRule>, Vec<Finding>) {
    let files: Vec<(FileId, &Source)> =
        sources.iter().filter(|(file, source)| source.role() == Role::LocalRule && !unusable.contains(file)).collect();
    if files.is_empty() {
        return (Vec::new(), Vec::new());
    }
    // The parser needs a deep stack for expressions of many brackets.
    let read = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(lower::STACK);
        let thread = thread.spawn_scoped(scope, || each(&files, catalog));
        thread.ok().and_then(|thread| thread.join().ok())
    });
    read.unwrap_or_else(|| {
        let told = |(file, _): &(FileId, &Source)| {
            codes::LOCAL_RULE_INVALID.finding(Span::start_of(*file), "the rule cannot be read on this machine")
        };
        (Vec::new(), files.iter().map(told).collect())
    })
}

fn each(files: &[(FileId, &Source)], catalog: &Catalog) -> (Vec<LocalRule>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut rules: BTreeMap<&'static str, LocalRule> = BTreeMap::new();
    let schema = match catalog::of_file("local rule", super::SCHEMA) {
        Ok(schema) => schema,
        Err(error) => {
            let told = |(file, _): &(FileId, &Source)| {
                codes::LOCAL_RULE_INVALID.finding(Span::start_of(*file), error.to_string())
            };
            return (Vec::new(), files.iter().map(told).collect());
        }
    };
    for (at, (file, source)) in files.iter().enumerate() {
        if at >= MAX_FILES || source.text().len() > MAX_BYTES {
            let words = if at >= MAX_FILES {
                format!("there are more than {MAX_FILES} local rules, so this one is not run")
            } else {
                format!("the file has {} bytes; rule files above {MAX_BYTES} bytes are not read", source.text().len())
            };
            let finding = codes::LOCAL_RULE_LIMIT.finding(Span::start_of(*file), words);
            findings.push(finding.help("remove what is not needed any more"));
            continue;
        }
        if let Some(rule) = one(*file, source, catalog, &schema, &mut findings) {
            if let Some(first) = rules.get(rule.code.id) {
                let words = format!("there are two local rules '{}'", rule.code.id);
                let finding = codes::LOCAL_RULE_INVALID.finding(rule.name_span, words);
                findings.push(finding.related(first.name_span, "the other one").help("give one of them another name"));
            } else {
                rules.insert(rule.code.id, rule);
            }
        }
    }
    (rules.into_values().collect(), findings)
}

/// The rule of one file, when it has a name that can be used.
fn one(
    file: FileId,
    source: &Source,
    catalog: &Catalog,
    schema: &Kind,
    findings: &mut Vec<Finding>,
) -> Option<LocalRule> {
    if !file::is_named(source.path()) {
        let words = format!("'{}' is not read as a rule, since its name is not NAME.rule.yaml", source.path());
        let help = "NAME is the name of the rule, a slug; files that are no rules stand elsewhere";
        findings.push(codes::LOCAL_RULE_INVALID.finding(Span::start_of(file), words).help(help));
        return None;
    }
    let parsed = crate::yaml::parse(file, source.text());
    let sound = parsed.findings.is_empty();
    findings.extend(parsed.findings);
    let mut documents = parsed.documents.iter();
    let (Some(document), None) = (documents.next(), documents.next()) else {
        if sound {
            let finding = codes::LOCAL_RULE_INVALID.finding(Span::start_of(file), "a rule file holds one rule");
            findings.push(finding.help("begin with `rule:`, and give each rule a file of its own"));
        }
        return None;
    };
    let mut reader = file::Reader { file, source, catalog, sound, findings };
    reader.rule(schema, &document.root)
}
