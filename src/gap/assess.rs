//! From records and findings to a status for each requirement.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use jiff::civil::Date;
use rayon::prelude::*;

use super::performer::Performers;
use super::{Assessed, Evidence, Grade, Input, Status};
use crate::base::date::before;
use crate::base::duration::Duration;
use crate::base::finding::{Finding, Severity};
use crate::model::{Ix, Record};
use crate::rules::Check;
use crate::standard::{Need, Requirement, Standing, last_event, matching, standing, statement};

/// The rule whose period a policy sets for all records that must be kept.
const PERIOD_RULE: &str = "mandatory-record-silent";

/// The period within which a record is expected where no policy sets another.
const PERIOD: Duration = Duration::from_days(365);

/// Judges every requirement of the pack, in its order.
#[must_use]
pub fn assess<'a>(input: &Input<'a>, check: Check<'_>) -> Vec<Assessed<'a>> {
    let assessor = Assessor::new(input, check);
    input.pack.requirements.par_iter().map(|requirement| assessor.one(requirement)).collect()
}

/// Findings that speak against something, by rule.
fn by_rule(findings: &[Finding]) -> BTreeMap<&str, Vec<&Finding>> {
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.severity > Severity::Info) {
        by_rule.entry(finding.rule).or_default().push(finding);
    }
    by_rule
}

/// What requirements are judged by, each alone.
#[derive(Debug)]
pub struct Assessor<'a> {
    input: Input<'a>,
    by_rule: BTreeMap<&'a str, Vec<&'a Finding>>,
    performers: Performers,
    today: Date,
    period: Duration,
    /// When each record last told of something; many requirements ask for the same.
    last: Vec<OnceLock<Option<Date>>>,
}

/// What there is for a requirement.
struct Found {
    full: Vec<(Option<Date>, Ix)>,
    drafts: Vec<Ix>,
}

impl<'a> Assessor<'a> {
    /// Reads what all requirements are judged by.
    #[must_use]
    pub fn new(input: &Input<'a>, check: Check<'_>) -> Self {
        Self {
            input: *input,
            by_rule: by_rule(input.findings),
            performers: Performers::new(input.sms),
            today: input.sms.snapshot.as_of.day(),
            period: check.time_limit(PERIOD_RULE, PERIOD),
            last: std::iter::repeat_with(OnceLock::new).take(input.sms.len()).collect(),
        }
    }

    /// Judges one requirement. One thread does it.
    #[must_use]
    pub fn one(&self, requirement: &'a Requirement) -> Assessed<'a> {
        let found = self.found(requirement);
        let against = self.against(requirement, &found);
        let status = self.status(requirement, &found, &against);
        let next = self.next(requirement, status, &found, &against);
        let evidence = found.full.iter().map(|(_, ix)| Evidence { record: *ix, grade: self.grade(*ix) }).collect();
        let performed_by = self.performers.of(requirement.clause());
        Assessed { requirement, status, evidence, against, performed_by, next }
    }

    fn found(&self, requirement: &Requirement) -> Found {
        let mut found = Found { full: Vec::new(), drafts: Vec::new() };
        for ix in matching(self.input.sms, &requirement.shown) {
            let record = self.input.sms.record(ix);
            match standing(record) {
                Standing::Full => {
                    let last = self.last[ix.0 as usize].get_or_init(|| last_event(record, self.today));
                    found.full.push((*last, ix));
                }
                Standing::Draft => found.drafts.push(ix),
                Standing::Void => {}
            }
        }
        found.full.sort_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
        found
    }

    /// Findings of the requirement's rules: about its own records, or about records of kinds that do not show it, such
    /// as a missing record that is told at its service.
    fn against(&self, requirement: &Requirement, found: &Found) -> Vec<&'a Finding> {
        let own: BTreeSet<Ix> = found.full.iter().map(|(_, ix)| *ix).chain(found.drafts.iter().copied()).collect();
        let concerns = |finding: &&&Finding| {
            let Some(subject) = &finding.subject else { return true };
            let shows = requirement.shown.kinds.contains(&subject.kind);
            !shows || self.input.sms.find(&subject.id).is_some_and(|ix| own.contains(&ix))
        };
        let of_rule = |rule: &String| self.by_rule.get(rule.as_str()).into_iter().flatten();
        requirement.rules.iter().flat_map(of_rule).filter(concerns).copied().collect()
    }

    fn status(&self, requirement: &Requirement, found: &Found, against: &[&Finding]) -> Status {
        if requirement.person {
            return Status::NeedsPerson;
        }
        if found.full.is_empty() {
            return match (self.excused(requirement), found.drafts.is_empty()) {
                (Some(_), _) => Status::NoInstance,
                (None, true) => Status::Missing,
                (None, false) => Status::Partly,
            };
        }
        let silent = self.silent_since(requirement, found).is_some() && self.excused(requirement).is_none();
        if silent || !against.is_empty() { Status::Partly } else { Status::Conform }
    }

    /// The statement that there was no instance.
    fn excused(&self, requirement: &Requirement) -> Option<&'a Record<'a>> {
        let sms = self.input.sms;
        requirement.none.then(|| statement(sms, &requirement.id, self.today, self.period)).flatten()
    }

    /// The last day with evidence, when a record is expected in each period and that day lies before it.
    fn silent_since(&self, requirement: &Requirement, found: &Found) -> Option<Date> {
        let last = found.full.iter().filter_map(|(day, _)| *day).max()?;
        (requirement.need == Need::Record && last < before(self.today, self.period)).then_some(last)
    }

    fn next(&self, requirement: &Requirement, status: Status, found: &Found, against: &[&Finding]) -> String {
        let sms = self.input.sms;
        let kind = requirement.shown.kinds.first().map_or("record", String::as_str);
        match status {
            Status::Conform => String::new(),
            Status::NoInstance => match self.excused(requirement) {
                Some(record) => format!("say it again in the gap assessment after '{}', or show the first", record.id),
                None => String::new(),
            },
            Status::NeedsPerson if found.full.is_empty() => {
                format!("let a person judge it, and keep what shows it; no {} does", kind.replace('_', " "))
            }
            Status::NeedsPerson => "let a person judge it by the records that are named".to_owned(),
            Status::Missing if requirement.none => {
                format!("`gitsm new {kind}`, or state in a gap assessment that there was no instance")
            }
            Status::Missing => format!("`gitsm new {kind}`"),
            Status::Partly => match (against.first(), found.drafts.first(), self.silent_since(requirement, found)) {
                (Some(first), _, _) if against.len() == 1 => first.message.clone(),
                (Some(first), _, _) => format!("{}; and {} more", first.message, against.len() - 1),
                (None, _, Some(last)) => {
                    format!("nothing since {last}: keep the record going, or say why there is none")
                }
                (None, Some(draft), None) => {
                    let draft = sms.record(*draft);
                    format!("bring '{}' from {} to an end", draft.id, draft.status().unwrap_or("its draft"))
                }
                (None, None, None) => String::new(),
            },
        }
    }

    fn grade(&self, ix: Ix) -> Grade {
        let path = self.input.sms.path(self.input.sms.record(ix));
        self.input.grades.get(path).copied().unwrap_or(Grade::E0)
    }
}
