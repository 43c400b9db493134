//! Running rules, and what the settings make of their findings.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::rule::{Check, Report};
use super::{ALL, Rule};
use crate::base::code::Code;
use crate::base::finding::Finding;
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
    findings
}
