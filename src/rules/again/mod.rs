//! What rules found before, so that a later run asks only those again that looked at something that has changed.
//!
//! It serves what shows findings, such as the site; a check that decides asks every rule.

mod bytes;
mod ground;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use ground::{Begun, Ground};

use super::Rule;
use super::rule::{Check, Report};
use crate::base::finding::Finding;
use crate::base::hash::Print;
use crate::base::source::{Role, Sources};
use crate::base::span::FileId;
use crate::model::changed::Changed;
use crate::model::trace::{Read, Trace, traced};
use crate::model::{Ix, Sms};

/// What one rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    /// What it looked at.
    trace: Trace,
    findings: Vec<Finding>,
}

/// What rules found, and in what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    ground: Arc<Ground>,
    rules: BTreeMap<String, Asked>,
    /// What records were held against beside themselves.
    schemas: Print,
    /// The files of records in which nothing was wrong before any rule was asked, in order.
    clean: Vec<Print>,
}

impl Found {
    /// Of each file whether it is known that nothing is wrong in it before any rule is asked; `files` names each file.
    #[must_use]
    pub fn clean(&self, sources: &Sources, files: &[Print]) -> Vec<bool> {
        let is_same = ground::schemas(sources, files) == self.schemas;
        files.iter().map(|print| is_same && self.clean.binary_search(print).is_ok()).collect()
    }
}

/// What rules found before, and what has changed since then.
#[derive(Debug)]
pub(super) struct Before<'f> {
    found: &'f Found,
    changed: Changed,
    files: BTreeSet<FileId>,
}

impl<'f> Before<'f> {
    /// What of `found` still holds for `sms` with `ground`; none where nothing does.
    pub(super) fn new(found: &'f Found, ground: &Ground, sms: &Sms<'_>) -> Option<Self> {
        let changed = ground.changed(&found.ground, sms)?;
        let others = changed.records().iter().zip(0..).filter(|(changed, _)| **changed);
        let files = others.map(|(_, at)| sms.record(Ix(at)).file).collect();
        Some(Self { found, changed, files })
    }

    /// What a rule found before, where it would find the same again.
    fn kept(&self, name: &str) -> Option<&Asked> {
        let asked =
            self.found.rules.get(name).filter(|asked| !asked.trace.reads().any(|read| self.changed.has(read)))?;
        // A place can be known without its record, as where a relation stands, and may lie elsewhere in a file that changed.
        asked.findings.iter().all(|finding| self.stays(finding)).then_some(asked)
    }

    /// Whether no place of a finding lies in a file that changed.
    fn stays(&self, finding: &Finding) -> bool {
        let related = finding.related.iter().map(|label| label.span);
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        let mut places = related.chain(edits).chain([finding.primary]);
        places.all(|span| !self.files.contains(&span.file))
            && finding.parts.iter().all(|part| self.stays(&part.finding))
    }
}

/// Asks one rule, or takes what it found before.
pub(super) fn ask(rule: &dyn Rule, cx: &Check<'_>, before: Option<&Before<'_>>) -> (String, (Trace, Vec<Finding>)) {
    let name = rule.code().id;
    let told = before.and_then(|before| before.kept(name));
    let told = told.map_or_else(
        || {
            let (findings, trace) = traced(|| {
                let mut report = Report::new(rule.code());
                rule.check(cx, &mut report);
                report.into_findings()
            });
            (brief(&trace, cx.sms), findings)
        },
        |asked| (asked.trace.clone(), asked.findings.clone()),
    );
    (name.to_owned(), told)
}

/// What is kept: what rules found, as they found it; `files` names each file.
pub(super) fn found(
    sms: &Sms<'_>,
    files: &[Print],
    ground: Arc<Ground>,
    told: Vec<(String, (Trace, Vec<Finding>))>,
) -> Found {
    let rules = told.into_iter().map(|(name, (trace, findings))| (name, Asked { trace, findings }));
    let sources = &sms.snapshot.sources;
    let wrong: BTreeSet<FileId> = sms.findings.iter().map(|finding| finding.primary.file).collect();
    let records = sources.iter().zip(files).filter(|((_, source), _)| source.role() == Role::Record);
    let mut clean: Vec<Print> =
        records.filter(|((file, _), _)| !wrong.contains(file)).map(|(_, print)| *print).collect();
    clean.sort_unstable();
    Found { ground, rules: rules.collect(), schemas: ground::schemas(sources, files), clean }
}

/// The trace without what is said by the rest of it.
fn brief(trace: &Trace, sms: &Sms<'_>) -> Trace {
    if trace.reads().any(|read| read == Read::Everything) {
        return Trace::of_reads(trace.reads().filter(|read| matches!(read, Read::Everything | Read::Instant)));
    }
    let kinds: Vec<u16> =
        trace.reads().filter_map(|read| if let Read::Kind(at) = read { Some(at) } else { None }).collect();
    let all = |ix: Ix| {
        let at = sms.catalog.position(&sms.kind_of(ix).name).and_then(|at| u16::try_from(at).ok());
        at.is_some_and(|at| kinds.contains(&at))
    };
    Trace::of_reads(trace.reads().filter(|read| match read {
        Read::Record(ix) | Read::Figure(ix) => !all(*ix),
        _ => true,
    }))
}
