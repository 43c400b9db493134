//! Running rules, and what the settings make of their findings.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::again::{self, Before, Found, Ground};
use super::rule::{Check, Report};
use super::waiver::{self, Waived, Waiver};
use super::{ALL, Rule};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::hash::Print;
use crate::base::span::{FileId, Span};
use crate::base::suggest::nearest;
use crate::load::Settings;
use crate::load::settings::Level;
use crate::local::{LocalRule, Rules};
use crate::yaml::scalar_like;
use crate::{load, local, model, schema, yaml};

/// Which rules count, and how much.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these, when there are any.
    only: Vec<String>,
    levels: BTreeMap<String, Level>,
}

/// A rule was named that does not exist.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}there is no rule '{name}'{}", place.as_ref().map_or_else(String::new, |place| format!("{place}: ")), near.map_or_else(String::new, |near| format!("; did you mean '{near}'?")))]
pub struct UnknownRule {
    /// The name.
    pub name: String,
    /// The nearest name that exists.
    pub near: Option<&'static str>,
    /// Where it is named, as `path:line:column`; none for the command line.
    pub place: Option<String>,
}

impl Selection {
    /// Only the rules `only`, or all when it is empty, with the levels of `settings`; rules are those that gitsm brings
    /// and the `local` ones.
    ///
    /// # Errors
    /// When a name is not a rule's.
    pub fn new(only: &[String], settings: &Settings, local: &Rules) -> Result<Self, UnknownRule> {
        let named = only.iter().map(|name| (name, None));
        for (name, place) in named.chain(settings.rules.keys().map(|name| (name, settings.place(name)))) {
            if find_with(local, name).is_none() {
                let near = nearest(name, codes_with(local).map(|code| code.id));
                return Err(UnknownRule { name: name.clone(), near, place });
            }
        }
        Ok(Self { only: only.to_vec(), levels: settings.rules.clone() })
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

    /// The files of the local rules that were asked for: what is wrong in them belongs to what was asked for.
    fn named_files(&self, local: &Rules) -> Vec<FileId> {
        let named = local.iter().filter(|rule| self.only.iter().any(|name| name == rule.code.id));
        named.map(|rule| rule.file).collect()
    }

    /// Drops findings that were not asked for and weighs the rest.
    fn weigh(&self, findings: &mut Vec<Finding>, local: &Rules) {
        let files = self.named_files(local);
        findings.retain(|finding| self.runs(finding.rule) || files.contains(&finding.primary.file));
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
    let stages = [load::codes::ALL, yaml::codes::ALL, schema::codes::ALL, local::codes::ALL, model::codes::ALL];
    let stages = stages.into_iter().chain([waiver::codes::ALL]);
    stages.into_iter().flatten().chain(ALL.iter().map(|rule| rule.code()))
}

/// The code with this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Code> {
    codes().find(|code| code.id == name)
}

/// Every code that can be reported in a repository with these `local` rules; they come last.
pub fn codes_with(local: &Rules) -> impl Iterator<Item = &Code> {
    codes().map(|code| -> &Code { code }).chain(local.codes().filter(|code| find(code.id).is_none()))
}

/// The code with this name, in a repository with these `local` rules.
#[must_use]
pub fn find_with<'l>(local: &'l Rules, name: &str) -> Option<&'l Code> {
    find(name).or_else(|| local.codes().find(|code| code.id == name))
}

/// Local rules that have the name of a rule of gitsm; they are not run.
fn clashes(local: &Rules) -> impl Iterator<Item = Finding> {
    local.iter().filter(|rule| find(rule.code.id).is_some()).map(|rule| {
        let words = format!("gitsm has a rule '{}' already, so this one is not run", rule.code.id);
        local::codes::LOCAL_RULE_INVALID.finding(rule.name_span, words).help("give it another name")
    })
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
    Judged { findings: bound(findings), waived }
}

/// Everything that is wrong with the SMS, and what of it is waived.
#[must_use]
pub fn all(cx: &Check<'_>, selection: &Selection) -> Judged {
    judged(cx, selection, |_| true)
}

/// The same as [`judge`], with what the next run may take over; `files` names each file, and `ground` what rules look at. Of
/// what was `found` before, what still holds is taken over.
#[must_use]
pub fn judge_after(
    cx: &Check<'_>,
    selection: &Selection,
    (files, ground): (&[Print], Arc<Ground>),
    found: Option<&Found>,
) -> (Judged, Found) {
    let before = found.and_then(|found| Before::new(found, &ground, cx.sms));
    let rules: Vec<&&dyn Rule> = ALL.iter().filter(|rule| selection.runs(rule.code().id)).collect();
    let (told, waivers) = rayon::join(
        || -> Vec<_> { rules.into_par_iter().map(|rule| again::ask(*rule, cx, before.as_ref())).collect() },
        || waiver::collect(cx.sms),
    );
    let findings = told.iter().flat_map(|(_, (_, findings))| findings.iter().cloned()).collect();
    let Judged { findings, waived } = settled(cx, selection, (findings, waivers), |rule| selection.runs(rule));
    (Judged { findings: bound(findings), waived }, again::found(cx.sms, files, ground, told))
}

/// What [`all`] finds when of the rules that gitsm brings only those of these `names` are asked. What the earlier stages
/// and the local rules find is there as ever; a waiver of a rule that was not asked is not said to cover nothing.
#[must_use]
pub fn some(cx: &Check<'_>, selection: &Selection, names: &[&str]) -> Vec<Finding> {
    judged(cx, selection, |rule| names.contains(&rule)).findings
}

fn judged(cx: &Check<'_>, selection: &Selection, asks: impl Fn(&str) -> bool) -> Judged {
    let runs = |rule: &str| selection.runs(rule) && asks(rule);
    let rules: Vec<&&dyn Rule> = ALL.iter().filter(|rule| runs(rule.code().id)).collect();
    let found = rules.into_par_iter().flat_map_iter(|rule| {
        let mut report = Report::new(rule.code());
        rule.check(cx, &mut report);
        report.into_findings()
    });
    let found = rayon::join(|| found.collect(), || waiver::collect(cx.sms));
    settled(cx, selection, found, runs)
}

/// What counts of what rules found, of what the earlier stages and the local rules find, and what the waivers take out of it.
fn settled(
    cx: &Check<'_>,
    selection: &Selection,
    (mut findings, (waivers, mut wrong)): (Vec<Finding>, (Vec<Waiver>, Vec<Finding>)),
    runs: impl Fn(&str) -> bool,
) -> Judged {
    findings.extend(cx.sms.findings.iter().cloned());
    let local = &cx.sms.local;
    let wanted = |rule: &LocalRule| selection.runs(rule.code.id) && find(rule.code.id).is_none();
    findings.extend(local.judge(cx.sms, cx.sms.snapshot.as_of, wanted));
    findings.extend(clashes(local));
    selection.weigh(&mut findings, local);
    for finding in &mut findings {
        settle(cx, finding);
    }
    let (mut waived, covered) = waiver::apply(&mut findings, &waivers, cx.today());
    wrong.extend(waiver::judge_waivers(&waivers, &covered, cx.today(), runs));
    selection.weigh(&mut wrong, local);
    findings.extend(wrong);
    let files = selection.named_files(local);
    findings.retain(|finding| selection.takes(finding.rule) || files.contains(&finding.primary.file));
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
pub fn bound(findings: Vec<Finding>) -> Vec<Finding> {
    let of_files = || findings.chunk_by(|a, b| a.primary.file == b.primary.file);
    if of_files().all(|of_file| of_file.len() <= MAX_PER_FILE) {
        return findings;
    }
    let mut bounded = Vec::with_capacity(findings.len().min(2 * MAX_PER_FILE));
    for of_file in of_files() {
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
        let bounded = bound(findings.clone());
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
        let rules = levels.iter().map(|(name, level)| ((*name).to_owned(), *level)).collect();
        let mut settings = Settings::default();
        settings.rules = rules;
        let selection = Selection::new(&only, &settings, &Rules::default()).unwrap();
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
            let rules = level.iter().map(|name| ((*name).to_owned(), Level::Off)).collect();
            let mut settings = Settings::default();
            settings.rules = rules;
            Selection::new(&only, &settings, &Rules::default()).unwrap_err().to_string()
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

    #[cfg(feature = "local-rules")]
    mod local {
        use super::*;

        const RULE: &str =
            "rule: own-rule\nseverity: warning\nclauses: ['8.2.6']\nkind: ci\ncheck: has(record.tags)\nmessage: bare\n";

        /// What is told with the rule files `rules`, by rule and severity, when only the rules `only` are asked for.
        fn told(rules: &[(&str, &str)], only: &[&str], settings: &str) -> Vec<(&'static str, Severity)> {
            let paths: Vec<String> = rules.iter().map(|(name, _)| format!("schemas/local/{name}.rule.yaml")).collect();
            let mut files = vec![("gitsm.toml", settings), ("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\ntitle: A\n")];
            files.extend(paths.iter().zip(rules).map(|(path, (_, text))| (path.as_str(), *text)));
            let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
            with(&files, |sms| {
                let selection = Selection::new(&only, &sms.snapshot.settings, &sms.local).unwrap();
                found(sms, &selection).iter().map(|finding| (finding.rule, finding.severity)).collect()
            })
        }

        #[test]
        fn a_local_rule_is_told_weighed_and_chosen_like_others() {
            let rules = [("own-rule", RULE)];
            let own = ("own-rule", Severity::Warning);
            assert!(told(&rules, &[], "format = 1\n").contains(&own));
            assert_eq!(told(&rules, &["own-rule"], "format = 1\n"), [own]);
            assert_eq!(told(&rules, &["dependency-cycle"], "format = 1\n"), []);
            let weighed = "format = 1\n[rules]\nown-rule = \"error\"\n";
            assert_eq!(told(&rules, &["own-rule"], weighed), [("own-rule", Severity::Error)]);
            let off = "format = 1\n[rules]\nown-rule = \"off\"\n";
            assert_eq!(told(&rules, &["own-rule"], off), []);
        }

        #[test]
        fn what_is_wrong_with_a_rule_belongs_to_what_was_asked_for() {
            let broken = RULE.replace("record.tags", "record.tgas");
            let other = RULE.replace("own-rule", "other-rule").replace("record.tags", "record.tgas");
            let rules = [("own-rule", broken.as_str()), ("other-rule", other.as_str())];
            assert_eq!(told(&rules, &["own-rule"], "format = 1\n"), [("local-rule-expression", Severity::Error)]);
        }

        #[test]
        fn the_name_of_a_rule_of_gitsm_cannot_be_taken() {
            let text = RULE.replace("own-rule", "ci-orphan");
            let told = told(&[("ci-orphan", &text)], &[], "format = 1\n");
            assert!(
                told.contains(&("local-rule-invalid", Severity::Error))
                    && !told.contains(&("own-rule", Severity::Warning)),
                "{told:?}"
            );
        }

        #[test]
        fn codes_of_gitsm_come_first_and_local_ones_are_found_with_them() {
            with(&[("schemas/local/own-rule.rule.yaml", RULE)], |sms| {
                let last = codes_with(&sms.local).last().unwrap();
                assert_eq!((last.id, find_with(&sms.local, "own-rule").unwrap().id), ("own-rule", "own-rule"));
                assert_eq!(find_with(&sms.local, "ci-orphan").unwrap().since, "0.1.0");
                assert!(find_with(&sms.local, "other").is_none() && find("own-rule").is_none());
                let slip = Selection::new(&["own-ruel".to_owned()], &Settings::default(), &sms.local).unwrap_err();
                assert_eq!(slip.to_string(), "there is no rule 'own-ruel'; did you mean 'own-rule'?");
            });
        }
    }

    #[test]
    fn an_unknown_rule_in_the_settings_is_told_with_its_line() {
        with(&[("gitsm.toml", "format = 1\n[rules]\nci-orphan = \"off\"\nci-orphen = \"off\"\n")], |sms| {
            let error = Selection::new(&[], &sms.snapshot.settings, &sms.local).unwrap_err().to_string();
            assert_eq!(error, "gitsm.toml:4:1: there is no rule 'ci-orphen'; did you mean 'ci-orphan'?");
        });
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
