//! Running rules, and what the settings make of their findings.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::rule::{Check, Report};
use super::waiver::{self, Waived};
use super::{ALL, Rule};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::span::Span;
use crate::base::suggest::nearest;
use crate::load::settings::Level;
use crate::yaml::scalar_like;
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

    /// Whether findings of `rule` are to be told.
    fn takes(&self, rule: &str) -> bool {
        let wanted = self.only.is_empty() || self.only.iter().any(|only| only == rule);
        wanted && self.levels.get(rule) != Some(&Level::Off)
    }

    /// Whether `rule` is to be asked: to see which waivers cover nothing, all rules are.
    fn runs(&self, rule: &str) -> bool {
        let about_waivers = self.only.iter().any(|only| waiver::codes::ALL.iter().any(|code| code.id == only));
        self.takes(rule) || (about_waivers && self.levels.get(rule) != Some(&Level::Off))
    }

    /// Drops findings that were not asked for and weighs the rest.
    fn weigh(&self, findings: &mut Vec<Finding>) {
        findings.retain(|finding| self.runs(finding.rule));
        for finding in findings {
            if let Some(severity) = self.levels.get(finding.rule).and_then(|level| level.severity()) {
                finding.severity = severity;
                for part in &mut finding.parts {
                    part.finding.severity = severity;
                }
            }
        }
    }
}

/// Every code that can be reported, of all stages, rules last.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    let stages = [load::codes::ALL, yaml::codes::ALL, schema::codes::ALL, model::codes::ALL, waiver::codes::ALL];
    stages.into_iter().flatten().chain(ALL.iter().map(|rule| rule.code()))
}

/// The code with this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Code> {
    codes().find(|code| code.id == name)
}

/// What a check gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// What counts, sorted by place.
    pub findings: Vec<Finding>,
    /// What is waived, sorted by place.
    pub waived: Vec<Waived>,
}

/// Everything that is wrong with the SMS and not waived: what the earlier stages found, and what the rules find, sorted by
/// place.
#[must_use]
pub fn run(cx: &Check<'_>, selection: &Selection) -> Vec<Finding> {
    judge(cx, selection).findings
}

/// Everything that is wrong with the SMS, and what of it is waived; of a file with very many findings the first ones.
#[must_use]
pub fn judge(cx: &Check<'_>, selection: &Selection) -> Judged {
    let Judged { findings, waived } = all(cx, selection);
    Judged { findings: bound(&findings), waived }
}

/// Everything that is wrong with the SMS, and what of it is waived.
#[must_use]
pub fn all(cx: &Check<'_>, selection: &Selection) -> Judged {
    let rules: Vec<&&dyn Rule> = ALL.iter().filter(|rule| selection.runs(rule.code().id)).collect();
    let found = rules.into_par_iter().flat_map_iter(|rule| {
        let mut report = Report::new(rule.code());
        rule.check(cx, &mut report);
        report.into_findings()
    });
    let mut findings: Vec<Finding> = found.collect();
    findings.extend(cx.sms.findings.iter().cloned());
    selection.weigh(&mut findings);
    for finding in &mut findings {
        settle(cx, finding);
    }
    let (waivers, mut wrong) = waiver::collect(cx.sms);
    let (mut waived, covered) = waiver::apply(&mut findings, &waivers, cx.today());
    wrong.extend(waiver::judge_waivers(&waivers, &covered, cx.today(), |rule| selection.runs(rule)));
    selection.weigh(&mut wrong);
    findings.extend(wrong);
    findings.retain(|finding| selection.takes(finding.rule));
    waived.retain(|waived| selection.takes(waived.finding.rule));
    Finding::sort(&mut findings);
    waived.sort_by(|a, b| Finding::order(&a.finding, &b.finding));
    Judged { findings, waived }
}

/// Writes the words of a mend in the manner of the file; where that cannot be done, there is no mend.
fn settle(cx: &Check<'_>, finding: &mut Finding) {
    let Some(fix) = &mut finding.fix else { return };
    let sources = &cx.sms.snapshot.sources;
    let mut settled = true;
    for edit in fix.edits.iter_mut().filter(|edit| !edit.text.is_empty()) {
        match scalar_like(sources.slice(edit.span), &edit.text) {
            Some(text) => edit.text = text,
            None => settled = false,
        }
    }
    if !settled {
        finding.fix = None;
    }
}

/// Findings of one file that are shown.
const MAX_PER_FILE: usize = 1_000;

/// Cuts the findings of each file, which must be sorted, so that a small file cannot make a report of any size.
#[must_use]
pub fn bound(findings: &[Finding]) -> Vec<Finding> {
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
    use crate::base::finding::Severity;
    use crate::base::span::FileId;
    use crate::graph::Graph;
    use crate::model::Sms;
    use crate::model::fixture::with;
    use crate::schema::catalog;
    use serde_json::{Value, json};

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

    fn found(sms: &Sms<'_>, selection: &Selection) -> Vec<Finding> {
        run(&Check { sms, graph: &Graph::build(sms) }, selection)
    }

    const FILES: [(&str, &str); 2] = [
        ("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\ntitle: A\nstatus: live\nci_type: t\nnonsense: 1\n"),
        ("sms/ci/ci-b.yml", ""),
    ];

    fn told(only: &[&str], levels: &[(&str, Level)]) -> Vec<(&'static str, Severity)> {
        let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
        let levels = levels.iter().map(|(name, level)| ((*name).to_owned(), *level)).collect();
        let selection = Selection::new(&only, &levels).unwrap();
        with(&FILES, |sms| found(sms, &selection).iter().map(|finding| (finding.rule, finding.severity)).collect())
    }

    #[test]
    fn findings_of_all_stages_come_sorted_by_place() {
        let rules: Vec<_> = told(&[], &[]).into_iter().map(|(rule, _)| rule).collect();
        assert_eq!(
            rules,
            ["ci-orphan", "ci-owner-missing", "state-incomplete", "ref-dangling", "field-unknown", "file-extension"]
        );
    }

    #[test]
    fn only_the_rules_asked_for_are_told() {
        assert_eq!(told(&["ci-orphan"], &[]), [("ci-orphan", Severity::Warning)]);
        assert_eq!(told(&["field-unknown", "ci-orphan"], &[]).len(), 2, "earlier stages can be asked for too");
        assert_eq!(told(&["dependency-cycle"], &[]), []);
    }

    #[test]
    fn settings_switch_rules_off_and_weigh_them_otherwise() {
        let levels = [("ci-orphan", Level::Off), ("ref-dangling", Level::Info), ("field-unknown", Level::Warning)];
        let told = told(&[], &levels);
        assert!(told.iter().all(|(rule, _)| *rule != "ci-orphan"), "{told:?}");
        assert!(
            told.contains(&("ref-dangling", Severity::Info)) && told.contains(&("field-unknown", Severity::Warning))
        );
    }

    #[test]
    fn a_rule_that_is_off_stays_off_when_it_is_asked_for() {
        assert_eq!(told(&["ci-orphan"], &[("ci-orphan", Level::Off)]), []);
    }

    #[test]
    fn a_rule_that_nobody_knows_is_refused_wherever_it_is_named() {
        let refused = |only: &[&str], level: &[&str]| {
            let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
            let levels = level.iter().map(|name| ((*name).to_owned(), Level::Off)).collect();
            Selection::new(&only, &levels).unwrap_err().to_string()
        };
        assert_eq!(refused(&["ci-orphen"], &[]), "there is no rule 'ci-orphen'; did you mean 'ci-orphan'?");
        assert_eq!(refused(&["ci-orphan"], &["xyzzyxyzzy"]), "there is no rule 'xyzzyxyzzy'");
    }

    #[test]
    fn every_code_is_found_by_its_name() {
        for code in codes() {
            assert_eq!(find(code.id).map(|found| found.id), Some(code.id));
        }
        assert!(find("").is_none() && find("CI-ORPHAN").is_none());
    }

    /// Values of every type that a field may not be made for.
    fn odd_values() -> Vec<Value> {
        vec![
            Value::Null,
            json!(true),
            json!(-1),
            json!(1.5),
            json!(""),
            json!("no such thing"),
            json!("9999-12-31"),
            json!([]),
            json!({}),
            json!([null, 5, "", [], {}]),
            json!({"": null, "id": [1], "to": {}, "type": 7, "of": "runs_on", "min_up": "-1"}),
        ]
    }

    /// The pointers of all values below `value`.
    fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
        let parts: Vec<(String, &Value)> = match value {
            Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), value)).collect(),
            Value::Array(list) => list.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
            _ => Vec::new(),
        };
        for (part, value) in parts {
            let below = format!("{at}/{}", part.replace('~', "~0").replace('/', "~1"));
            found.push(below.clone());
            pointers(value, &below, found);
        }
    }

    /// Every value of every example is replaced by odd ones, each in a file of its own, and all rules look at it.
    #[test]
    fn no_rule_stumbles_over_odd_values_and_every_finding_has_its_place() {
        let odd = odd_values();
        for kind in catalog::shared().iter() {
            let mut places = Vec::new();
            pointers(&kind.example, "", &mut places);
            let mut files = Vec::new();
            for (at, place) in places.iter().enumerate().filter(|(_, place)| *place != "/kind") {
                // Every other value, and at the next place the others: half the time, and neighbours still differ.
                for (number, value) in odd.iter().enumerate().skip(at % 2).step_by(2) {
                    let mut record = kind.example.clone();
                    *record.pointer_mut(place).unwrap() = value.clone();
                    if number % 3 == 0 && place != "/id" {
                        record["id"] = json!(format!("{}-{at}-{number}", kind.name.replace('_', "-")));
                    }
                    let path = format!("sms/{}/{at}-{number}.yaml", kind.name);
                    files.push((path, serde_yaml::to_string(&record).unwrap()));
                }
            }
            let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            with(&files, |sms| {
                let findings = found(sms, &Selection::default());
                assert!(!findings.is_empty(), "{}", kind.name);
                for finding in findings {
                    let text = sms.snapshot.sources.get(finding.primary.file).text();
                    let (start, end) = (finding.primary.start as usize, finding.primary.end as usize);
                    assert!(text.get(start..end).is_some(), "{}: {finding:#?}", kind.name);
                    assert!(find(finding.rule).is_some(), "{finding:#?}");
                    assert!(!finding.message.is_empty() && !finding.message.ends_with('.'), "{finding:#?}");
                }
            });
        }
    }
}
