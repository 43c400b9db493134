//! Running rules, and what the settings make of their findings.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::rule::{Check, Report};
use super::{ALL, Rule};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::span::Span;
use crate::base::suggest::nearest;
use crate::load::settings::Level;
use crate::{load, model, schema, yaml};

/// Which rules count, and how much.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these, when there are any.
    only: Vec<String>,
    levels: BTreeMap<String, Level>,
}

/// A rule was named that does not exist.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no rule '{name}'{}", near.map_or_else(String::new, |near| format!("; did you mean '{near}'?")))]
pub struct UnknownRule {
    /// The name.
    pub name: String,
    /// The nearest name that exists.
    pub near: Option<&'static str>,
}

impl Selection {
    /// Only the rules `only`, or all when it is empty, with the `levels` of `gitsm.toml`.
    ///
    /// # Errors
    /// When a name is not a rule's.
    pub fn new(only: &[String], levels: &BTreeMap<String, Level>) -> Result<Self, UnknownRule> {
        for name in only.iter().chain(levels.keys()) {
            if find(name).is_none() {
                let near = nearest(name, codes().map(|code| code.id));
                return Err(UnknownRule { name: name.clone(), near });
            }
        }
        Ok(Self { only: only.to_vec(), levels: levels.clone() })
    }

    fn takes(&self, rule: &str) -> bool {
        let wanted = self.only.is_empty() || self.only.iter().any(|only| only == rule);
        wanted && self.levels.get(rule) != Some(&Level::Off)
    }

    /// Drops findings that do not count and weighs the rest.
    fn apply(&self, findings: &mut Vec<Finding>) {
        findings.retain(|finding| self.takes(finding.rule));
        for finding in findings {
            if let Some(severity) = self.levels.get(finding.rule).and_then(|level| level.severity()) {
                finding.severity = severity;
            }
        }
    }
}

/// Every code that can be reported, of all stages, rules last.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    let stages = [load::codes::ALL, yaml::codes::ALL, schema::codes::ALL, model::codes::ALL];
    stages.into_iter().flatten().chain(ALL.iter().map(|rule| rule.code()))
}

/// The code with this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Code> {
    codes().find(|code| code.id == name)
}

/// Everything that is wrong with the SMS: what the earlier stages found, and what the rules find, sorted by place.
#[must_use]
pub fn run(cx: &Check<'_>, selection: &Selection) -> Vec<Finding> {
    let rules: Vec<&&dyn Rule> = ALL.iter().filter(|rule| selection.takes(rule.code().id)).collect();
    let found = rules.into_par_iter().flat_map_iter(|rule| {
        let mut report = Report::new(rule.code());
        rule.check(cx, &mut report);
        report.into_findings()
    });
    let mut findings: Vec<Finding> = found.collect();
    findings.extend(cx.sms.findings.iter().cloned());
    selection.apply(&mut findings);
    Finding::sort(&mut findings);
    bound(&findings)
}

/// Findings of one file that are shown.
const MAX_PER_FILE: usize = 1_000;

/// Cuts the findings of each file, which must be sorted, so that a small file cannot make a report of any size.
fn bound(findings: &[Finding]) -> Vec<Finding> {
    let mut bounded = Vec::with_capacity(findings.len().min(2 * MAX_PER_FILE));
    for of_file in findings.chunk_by(|a, b| a.primary.file == b.primary.file) {
        let (shown, cut) = of_file.split_at(of_file.len().min(MAX_PER_FILE));
        if let Some(first) = cut.first() {
            let words = format!("{} more findings in this file are not shown", cut.len());
            let finding = model::codes::FINDINGS_CUT.finding(Span::start_of(first.primary.file), words);
            bounded.push(finding.help("mend the first ones and check again; most likely they have one cause"));
        }
        bounded.extend_from_slice(shown);
    }
    bounded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::FileId;

    #[test]
    fn only_files_with_too_many_findings_are_cut_and_say_so() {
        let of_file = |file: u32, count: u32| {
            let code = &yaml::codes::YAML_TAB;
            (0..count).map(move |at| code.finding(Span::new(FileId(file), at, at), "x"))
        };
        let findings: Vec<Finding> = of_file(0, 1_000).chain(of_file(1, 1_003)).chain(of_file(2, 1)).collect();
        let bounded = bound(&findings);
        assert_eq!(bounded.len(), 1_000 + 1_001 + 1);
        let cut: Vec<_> = bounded.iter().filter(|finding| finding.rule == "findings-cut").collect();
        assert_eq!(cut.len(), 1);
        assert_eq!(
            (cut[0].primary.file, cut[0].message.as_str()),
            (FileId(1), "3 more findings in this file are not shown")
        );
        assert!(bounded.is_sorted_by_key(|finding| finding.primary.file));
    }
}
