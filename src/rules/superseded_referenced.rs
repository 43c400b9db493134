use std::collections::BTreeMap;

use super::rule::{Check, Report, Rule};
use crate::model::{Ix, Record, Sms};

rule! {
    /// A record that relies on a document that no longer holds.
    ///
    /// A policy, procedure, process or other document that is superseded or withdrawn, or that one in force names in
    /// `supersedes`, is history. Records that are still in use should name its successor. The successor's own
    /// `supersedes` is fine, and so are records that are over themselves or that tell of the past: audits, findings,
    /// changes, actions and the like.
    ///
    /// ```yaml,bad
    /// # sms/process/proc-change.yaml
    /// kind: process
    /// id: proc-change
    /// status: in_force
    /// procedures: [prc-emergency-2024]
    /// # sms/procedure/prc-emergency-2024.yaml
    /// kind: procedure
    /// id: prc-emergency-2024
    /// status: superseded
    /// ```
    ///
    /// ```yaml,good
    /// # sms/process/proc-change.yaml
    /// kind: process
    /// id: proc-change
    /// status: in_force
    /// procedures: [prc-emergency]
    /// # sms/procedure/prc-emergency.yaml
    /// kind: procedure
    /// id: prc-emergency
    /// status: in_force
    /// supersedes: prc-emergency-2024
    /// # sms/procedure/prc-emergency-2024.yaml
    /// kind: procedure
    /// id: prc-emergency-2024
    /// status: superseded
    /// ```
    ///
    /// Name the document that took its place, after reading whether what you rely on still stands in it.
    SupersededReferenced = "superseded-referenced", Warning, clauses: ["7.5.3"], kinds: [];
}

/// Kinds that tell what was found or done: they name a document as it was then, and do not rely on it.
pub(super) const TELLS_OF_THE_PAST: [&str; 7] =
    ["action", "audit", "change", "finding", "improvement", "management_review", "nonconformity"];

fn message(holder: &Record<'_>, old: &Record<'_>, new: Option<&Record<'_>>) -> String {
    match (new, old.status()) {
        (Some(new), _) => format!("'{}' relies on '{}', which '{}' has replaced", holder.id, old.id, new.id),
        (None, status) => format!("'{}' relies on '{}', which is {}", holder.id, old.id, status.unwrap_or("replaced")),
    }
}

fn help(new: Option<&Record<'_>>) -> String {
    match new {
        Some(new) => format!("read '{}' and name it instead", new.id),
        None => "name the document that holds instead, or leave the reference out".to_owned(),
    }
}

/// The documents that no longer hold, each with the one in force that replaces it, when there is one.
fn replaced(sms: &Sms<'_>) -> BTreeMap<Ix, Option<Ix>> {
    let mut old = BTreeMap::new();
    for (ix, record) in sms.records().filter(|(_, record)| record.is_document()) {
        match record.status() {
            Some("superseded" | "withdrawn") => {
                old.entry(ix).or_insert(None);
            }
            Some("in_force") => {
                if let Some(before) = record.text("supersedes").and_then(|id| sms.find(id)).filter(|old| *old != ix) {
                    old.insert(before, Some(ix));
                }
            }
            _ => {}
        }
    }
    old
}

impl Rule for SupersededReferenced {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let replaced = replaced(cx.sms);
        for (ix, new) in &replaced {
            let (old, new) = (cx.sms.record(*ix), new.map(|new| cx.sms.record(new)));
            for reference in cx.sms.incoming(*ix) {
                let holder = cx.sms.record(reference.from);
                let succession = holder.get("supersedes").is_some_and(|n| n.span(holder.file) == reference.span);
                if succession
                    || TELLS_OF_THE_PAST.contains(&holder.kind.name.as_str())
                    || holder.is_at_rest()
                    || replaced.contains_key(&reference.from)
                {
                    continue;
                }
                out.at(holder, reference.span, message(holder, old, new))
                    .help(help(new))
                    .related(old.field_span("status"), "the document that no longer holds");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    #[test]
    fn a_finding_may_name_the_document_that_it_found_fault_with() {
        check(
            &SupersededReferenced,
            "
            # sms/policy/pol-1.yaml
            {kind: policy, id: pol-1, status: superseded}
            # sms/finding/f.yaml
            {kind: finding, id: f, status: open, samples: [pol-1]}
            # sms/process/p.yaml
            {kind: process, id: p, status: in_force, policies: [pol-1]}
            #                                                   ^^^^^ 'p' relies on 'pol-1'
            ",
        );
    }

    #[test]
    fn a_document_is_old_by_its_status_or_by_its_successor() {
        let fixture = "
            # sms/process/p.yaml
            kind: process
            id: p
            status: in_force
            policies: [pol-1, pol-2, pol-3, pol-4]
            #          ^^^^^ 'p' relies on 'pol-1', which is withdrawn
            #                 ^^^^^ 'p' relies on 'pol-2', which 'pol-3' has replaced
            # sms/policy/pol-1.yaml
            {kind: policy, id: pol-1, status: withdrawn}
            # sms/policy/pol-2.yaml
            {kind: policy, id: pol-2, status: in_force, procedures: [pol-1]}
            # sms/policy/pol-3.yaml
            {kind: policy, id: pol-3, status: in_force, supersedes: pol-2}
            # sms/policy/pol-4.yaml
            {kind: policy, id: pol-4, status: in_force, supersedes: pol-4}
            ";
        check(&SupersededReferenced, fixture);
        let helps: Vec<_> = findings(&SupersededReferenced, fixture).into_iter().filter_map(|f| f.help).collect();
        assert_eq!(helps[1], "read 'pol-3' and name it instead");
    }

    #[test]
    fn a_successor_that_is_not_yet_in_force_replaces_nothing() {
        check(
            &SupersededReferenced,
            "
            # sms/process/p.yaml
            {kind: process, id: p, status: in_force, policies: [pol-1]}
            # sms/policy/pol-1.yaml
            {kind: policy, id: pol-1, status: in_force}
            # sms/policy/pol-2.yaml
            {kind: policy, id: pol-2, status: in_review, supersedes: pol-1}
            ",
        );
    }

    #[test]
    fn records_that_are_over_may_name_old_texts_and_other_withdrawn_records_are_no_documents() {
        check(
            &SupersededReferenced,
            "
            # sms/process/p.yaml
            {kind: process, id: p, status: superseded, policies: [pol-1]}
            # sms/policy/pol-1.yaml
            {kind: policy, id: pol-1, status: superseded}
            # sms/action/act-a.yaml
            {kind: action, id: act-a, status: open, origin: [obj-a]}
            # sms/objective/obj-a.yaml
            {kind: objective, id: obj-a, status: withdrawn}
            ",
        );
    }
}
