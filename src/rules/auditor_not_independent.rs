use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::span::Span;
use crate::base::text;
use crate::model::audit::{Audit, Coverage, Days};
use crate::model::organisation::people_behind;
use crate::model::{Ix, Record, Sms};

rule! {
    /// An audit of a process or service by nobody but those who own it or do its work.
    ///
    /// Who looks at own work sees what was meant. For each process and service in the scope, somebody audits who neither
    /// owns it nor does one of its activities, on the day of the audit and by way of roles and teams too. Two auditors
    /// can stand in for one another, and so can an auditor from elsewhere in `external_auditors`. Audits that were called
    /// off are not looked at.
    ///
    /// ```yaml,bad
    /// # sms/audit/aud-2026.yaml
    /// kind: audit
    /// id: aud-2026
    /// status: planned
    /// scope: {processes: [proc-change]}
    /// auditors: [maya]
    /// # sms/process/proc-change.yaml
    /// kind: process
    /// id: proc-change
    /// owner: maya
    /// # sms/person/maya.yaml
    /// {kind: person, id: maya, status: active}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/audit/aud-2026.yaml
    /// kind: audit
    /// id: aud-2026
    /// status: planned
    /// scope: {processes: [proc-change]}
    /// auditors: [maya, elin]
    /// # sms/process/proc-change.yaml
    /// kind: process
    /// id: proc-change
    /// owner: maya
    /// # sms/person/maya.yaml
    /// {kind: person, id: maya, status: active}
    /// # sms/person/elin.yaml
    /// {kind: person, id: elin, status: active}
    /// ```
    ///
    /// Have that part audited by somebody else; for the audit process itself, by somebody from outside.
    AuditorNotIndependent = "auditor-not-independent", Error, clauses: ["9.2"], kinds: ["audit", "process", "service"], clock;
}

fn message(audit: &Record<'_>, people: &[String], area: &Record<'_>, how: &str) -> String {
    let how = if people.len() == 1 { how } else { "who own it or do its work" };
    format!("nobody audits '{}' in '{}' but {}, {how}", area.id, audit.id, text::and(people))
}

const HELP: &str = "name another auditor for that part in `auditors`, or one from elsewhere in `external_auditors`";

const OWNS: &str = "who owns it";
const DOES: &str = "who does part of its work";

/// How a person is bound to an area, with the place that says so.
type Bond = (Ix, &'static str, Span);

/// Everybody who owned the area or did its work on `day`; owners first.
fn bonds(sms: &Sms<'_>, area: &Record<'_>, day: Date) -> Vec<Bond> {
    let owner = area.text("owner").map(|id| (id, OWNS, area.field_span("owner")));
    let activities = area.get("activities").map(|list| list.items()).unwrap_or_default();
    let roles = activities.iter().filter_map(|activity| activity.get("role"));
    let doers = roles.filter_map(|role| Some((role.as_str()?, DOES, role.span(area.file))));
    let named = owner.into_iter().chain(doers).filter_map(|(id, how, span)| Some((sms.find(id)?, how, span)));
    named.flat_map(|(who, how, span)| people_behind(sms, who, day).into_iter().map(move |it| (it, how, span))).collect()
}

/// The areas of a scope with the places that name them.
fn areas<'a>(sms: &'a Sms<'_>, scope: Coverage<'a>) -> Vec<(&'a Record<'a>, Span)> {
    let processes = scope.processes().into_iter().filter_map(|it| Some((sms.follow(it)?, it.span)));
    processes.chain(scope.services().into_iter().filter_map(|it| Some((sms.follow(it)?, it.span)))).collect()
}

impl Rule for AuditorNotIndependent {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for audit in cx.sms.all::<Audit<'_>>().filter(|audit| !audit.is_cancelled()) {
            let Some(scope) = audit.scope().filter(|_| audit.external_auditors().is_empty()) else { continue };
            let day = audit.held().or(audit.planned()).and_then(Days::start).unwrap_or(cx.today());
            let auditors: Vec<_> = audit.auditors().into_iter().map(|it| (cx.sms.find(it.id), it)).collect();
            for (area, span) in areas(cx.sms, scope) {
                let bonds = bonds(cx.sms, area, day);
                let bond_of = |who: Option<Ix>| bonds.iter().find(|(person, ..)| Some(*person) == who);
                let bound: Option<Vec<&Bond>> = auditors.iter().map(|(who, _)| bond_of(*who)).collect();
                let Some((first, bound)) = auditors.first().zip(bound.filter(|bound| !bound.is_empty())) else {
                    continue;
                };
                let people: Vec<String> = auditors.iter().map(|(_, it)| format!("'{}'", it.id)).collect();
                let words = message(audit.0.record, &people, area, bound[0].1);
                let mut draft = out.at(audit.0.record, span, words).help(HELP).related(first.1.span, "the auditor");
                for (_, how, span) in bound {
                    draft = draft.related(*span, if *how == OWNS { "the owner" } else { "the work" });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    const AREAS: &str = "
        # sms/process/proc-a.yaml
        {kind: process, id: proc-a, owner: role-a, activities: [{seq: 1, role: role-b}]}
        # sms/service/svc-a.yaml
        {kind: service, id: svc-a, owner: team-a}
        # sms/role/role-a.yaml
        {kind: role, id: role-a, holders: [{person: ann, from: 2024-01-01, until: 2025-12-31}]}
        # sms/role/role-b.yaml
        {kind: role, id: role-b, holders: [{person: bo, from: 2024-01-01}]}
        # sms/team/team-a.yaml
        {kind: team, id: team-a, members: [cy]}
        # sms/person/ann.yaml
        {kind: person, id: ann, status: active}
        # sms/person/bo.yaml
        {kind: person, id: bo, status: active}
        # sms/person/cy.yaml
        {kind: person, id: cy, status: active}
        # sms/person/eve.yaml
        {kind: person, id: eve, status: active}
";

    #[test]
    fn owners_and_doers_are_found_behind_roles_and_teams() {
        let audits = "
        # sms/audit/a.yaml
        {kind: audit, id: a, status: closed, held: {start: 2025-12-31}, auditors: [ann], scope: {processes: [proc-a]}}
        #                                                                                                    ^^^^^^ nobody audits 'proc-a' in 'a' but 'ann', who owns it
        # sms/audit/b.yaml
        {kind: audit, id: b, status: planned, auditors: [bo], scope: {processes: [proc-a], services: [svc-a]}}
        #                                                                         ^^^^^^ in 'b' but 'bo', who does part of its work
        # sms/audit/c.yaml
        {kind: audit, id: c, status: planned, auditors: [cy], scope: {processes: [proc-a], services: [svc-a]}}
        #                                                                                             ^^^^^ nobody audits 'svc-a' in 'c' but 'cy', who owns it
        # sms/audit/d.yaml
        {kind: audit, id: d, status: closed, held: {start: 2025-06-01}, auditors: [ann, bo], scope: {processes: [proc-a]}}
        #                                                                                                        ^^^^^^ 'ann' and 'bo', who own it or do its work
";
        let audits = format!("{AREAS}{audits}");
        check(&AuditorNotIndependent, &audits);
        assert_eq!(
            findings(&AuditorNotIndependent, &audits).iter().map(|it| it.related.len()).collect::<Vec<_>>(),
            [2, 2, 2, 3]
        );
    }

    #[test]
    fn the_day_of_the_audit_counts_and_another_auditor_or_one_from_elsewhere_settles_it() {
        let audits = "
        # sms/audit/a.yaml
        {kind: audit, id: a, status: closed, planned: {start: 2025-12-31}, held: {start: 2026-01-01}, auditors: [ann], scope: {processes: [proc-a]}}
        # sms/audit/b.yaml
        {kind: audit, id: b, status: planned, auditors: [bo, eve], scope: {processes: [proc-a]}}
        # sms/audit/c.yaml
        {kind: audit, id: c, status: planned, auditors: [bo], external_auditors: [Somebody], scope: {processes: [proc-a]}}
        # sms/audit/d.yaml
        {kind: audit, id: d, status: cancelled, auditors: [bo], scope: {processes: [proc-a]}}
        # sms/audit/e.yaml
        {kind: audit, id: e, status: planned, scope: {processes: [proc-a]}}
";
        check(&AuditorNotIndependent, &format!("{AREAS}{audits}"));
    }
}
