//! The rules that a SARIF report speaks of.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::level;
use super::model::{Configuration, Descriptor, Help, RuleProperties, Text};
use crate::base::code::Code;
use crate::base::finding::{Finding, Severity};
use crate::local::Rules;
use crate::report::place::clip;

/// Tags of a rule that GitHub shows.
pub(super) const MAX_TAGS: usize = 10;
/// Characters of a description that GitHub takes.
const MAX_DESCRIPTION: usize = 1_024;

/// The rules that have findings, by name.
pub(super) struct Told {
    numbers: BTreeMap<String, usize>,
    descriptors: Vec<Descriptor>,
    cut_tags: bool,
}

impl Told {
    pub(super) fn new(findings: &[Finding], local: &Rules) -> Self {
        let mut rules: BTreeMap<String, Severity> = BTreeMap::new();
        for finding in findings {
            rules.entry(finding.rule.to_string()).or_insert(finding.severity);
        }
        let mut told = Self { numbers: BTreeMap::new(), descriptors: Vec::new(), cut_tags: false };
        for (at, (rule, severity)) in rules.into_iter().enumerate() {
            let code = crate::rules::find_with(local, &rule);
            let severity = code.map_or(severity, |code| code.severity);
            let clauses = code.map(|code| &*code.clauses).unwrap_or_default();
            told.cut_tags |= clauses.len() > MAX_TAGS;
            told.descriptors.push(Descriptor {
                id: rule.clone(),
                short_description: code.map(|code| Text::of(clip(code.summary(), MAX_DESCRIPTION))),
                full_description: code.map(|code| Text::of(clip(&introduction(code), MAX_DESCRIPTION))),
                help: code.map(help),
                default_configuration: Configuration { level: level(severity) },
                properties: RuleProperties {
                    tags: clauses
                        .iter()
                        .take(MAX_TAGS)
                        .map(|clause| format!("ISO/IEC 20000-1:2018 {clause}"))
                        .collect(),
                    problem_severity: match severity {
                        Severity::Error => "error",
                        Severity::Warning => "warning",
                        Severity::Info => "recommendation",
                    },
                },
            });
            told.numbers.insert(rule, at);
        }
        told
    }

    /// The number of the finding's rule.
    pub(super) fn index(&self, finding: &Finding) -> usize {
        self.numbers.get(finding.rule).copied().unwrap_or_default()
    }

    pub(super) const fn cut_tags(&self) -> bool {
        self.cut_tags
    }

    pub(super) fn into_descriptors(self) -> Vec<Descriptor> {
        self.descriptors
    }
}

/// The lines of a rule's page without the space that a doc comment begins them with.
fn lines(code: &Code) -> impl Iterator<Item = &str> {
    code.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line))
}

/// What a page says between its summary and its examples, without line breaks within paragraphs; the summary where
/// that is all.
fn introduction(code: &Code) -> String {
    let words = lines(code).take_while(|line| !line.starts_with("```"));
    let text = words.map(str::trim_end).collect::<Vec<_>>().join("\n");
    let paragraphs: Vec<String> = text.trim().split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect();
    match paragraphs.as_slice() {
        [_, more @ ..] if !more.is_empty() => more.join("\n\n"),
        _ => paragraphs.concat(),
    }
}

/// The page; as text without the marks of its code blocks, as Markdown with the languages that readers know.
fn help(code: &Code) -> Help {
    let (mut text, mut markdown) = (String::new(), String::new());
    for line in lines(code) {
        let Some(info) = line.strip_prefix("```") else {
            let _ = writeln!(markdown, "{line}");
            let _ = writeln!(text, "{line}");
            continue;
        };
        let (language, what) = info.split_once(',').unwrap_or((info, ""));
        let title = match what {
            "bad" => "What it finds:\n\n",
            "good" => "Well done:\n\n",
            _ => "",
        };
        text.push_str(title);
        let _ = writeln!(markdown, "{title}```{language}");
    }
    Help { text: text.trim_end().to_owned(), markdown: markdown.trim_end().to_owned() }
}

#[cfg(test)]
mod tests;
