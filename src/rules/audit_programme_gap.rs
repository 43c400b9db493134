use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::rule::{Check, Report, Rule};
use crate::base::clause;
use crate::base::text;
use crate::model::audit::{AuditStatus, Coverage};
use crate::model::audit_programme::{AuditProgramme, AuditsByEntry, Cycle, audits_by_entry};
use crate::model::organisation::{Scope, Site, SmsRecord};
use crate::model::process::{DocumentStatus, Process};
use crate::model::service::{Service, ServiceStatus};
use crate::model::{Ix, Record, Sms, View as _};

rule! {
    /// A clause, process, service or site that no audit of the cycle looks at.
    ///
    /// Within a cycle of at most three years everything comes up at least once: all clauses, the processes in force, the
    /// live services and the sites in scope. A clause holds all below it. What counts is the plan, and once an audit is
    /// held, what it did look at; an audit that was called off counts for nothing. Several active programmes count
    /// together. A system in operation has a programme.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, status: operating}
    /// # sms/audit_programme/audits.yaml
    /// kind: audit_programme
    /// id: audits
    /// status: active
    /// cycle: {start: 2025-01-01, end: 2027-12-31}
    /// audits: [{id: first, planned: 2026-06-30, clauses: ["4", "5", "6", "7", "8.2", "9", "10"]}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, status: operating}
    /// # sms/audit_programme/audits.yaml
    /// kind: audit_programme
    /// id: audits
    /// status: active
    /// cycle: {start: 2025-01-01, end: 2027-12-31}
    /// audits:
    ///   - {id: first, planned: 2026-06-30, clauses: ["4", "5", "6", "7", "8.2", "9", "10"]}
    ///   - {id: second, planned: 2027-06-30, clauses: ["8"]}
    /// ```
    ///
    /// Add it to an audit that is still to come, or plan one.
    AuditProgrammeGap = "audit-programme-gap", Error, clauses: ["9.2"], kinds: ["audit_programme", "audit", "sms"], clock;
}

fn message(programme: &Record<'_>, what: &str, missing: &[String]) -> String {
    let (what, verb) = if missing.len() == 1 { (what.to_owned(), "is") } else { (plural(what), "are") };
    format!("the {what} {} {verb} not audited in the cycle of '{}'", text::and(missing), programme.id)
}

fn plural(what: &str) -> String {
    if what == "process" { "processes".to_owned() } else { format!("{what}s") }
}

fn too_long(programme: &Record<'_>) -> String {
    format!("the cycle of '{}' is longer than three years", programme.id)
}

const NONE: &str = "the system is in operation, and no audit programme is active";
const HELP: &str = "add it to an audit that is still to come, or plan one";
const HELP_NONE: &str = "write one with `gitsm new audit_programme`";
const HELP_LONG: &str = "end it after three years at the latest, and plan the next";

/// What the audits of the active programmes look at.
#[derive(Default)]
struct Covered<'a> {
    clauses: BTreeSet<&'a str>,
    records: BTreeSet<Ix>,
    sites: BTreeSet<&'a str>,
}

impl<'a> Covered<'a> {
    fn add(&mut self, sms: &Sms<'_>, coverage: Coverage<'a>) {
        let clauses = coverage.clauses().into_iter().map(clause::split);
        self.clauses.extend(clauses.filter(|(standard, _)| *standard == "20000-1").map(|(_, number)| number));
        let ids = coverage.processes().into_iter().map(|it| it.id);
        let ids = ids.chain(coverage.services().into_iter().map(|it| it.id));
        self.records.extend(ids.filter_map(|id| sms.find(id)));
        self.sites.extend(coverage.sites());
    }

    fn programme(&mut self, sms: &'a Sms<'_>, programme: AuditProgramme<'a>, audits: &AuditsByEntry<'a>) {
        for entry in programme.audits() {
            let carried_out = entry.audits(sms, audits);
            let held = carried_out.iter().filter(|audit| audit.status().is_some_and(AuditStatus::is_reported));
            let seen: Vec<_> = held.filter_map(|audit| audit.scope()).collect();
            let cancelled = !carried_out.is_empty() && carried_out.iter().all(|audit| audit.is_cancelled());
            if seen.is_empty() && !cancelled {
                self.add(sms, entry.coverage());
            }
            for scope in seen {
                self.add(sms, scope);
            }
        }
        let extra = sms.find(programme.0.record.id.as_str()).and_then(|ix| audits.get(&(ix, "")));
        let extra = extra.into_iter().flatten().filter(|audit| !audit.is_cancelled());
        extra.filter_map(|audit| audit.scope()).for_each(|scope| self.add(sms, scope));
    }

    /// The uppermost clauses at and below `number` that are not looked at.
    fn missing_clauses(&self, number: &str, missing: &mut Vec<String>) {
        let touched =
            |number: &str| self.clauses.iter().any(|it| it.strip_prefix(number).is_some_and(|it| it.starts_with('.')));
        if self.clauses.contains(number) {
            return;
        }
        if number.is_empty() || touched(number) {
            children(number).for_each(|number| self.missing_clauses(number, missing));
        } else {
            missing.push(number.to_owned());
        }
    }
}

/// The clauses directly below `number`; below the empty one, the chapters.
fn children(number: &str) -> impl Iterator<Item = &'static str> {
    let parent = number.to_owned();
    clause::all().map(|it| it.number).filter(move |it| it.rsplit_once('.').map_or("", |(above, _)| above) == parent)
}

/// The live services in scope and the processes in force that are not looked at.
fn missing_records(sms: &Sms<'_>, system: SmsRecord<'_>, covered: &Covered<'_>) -> [(&'static str, Vec<String>); 2] {
    let in_force = |ix: Ix| sms.view::<Process<'_>>(ix).and_then(Process::status) == Some(DocumentStatus::InForce);
    let live = |ix: Ix| sms.view::<Service<'_>>(ix).and_then(Service::status) == Some(ServiceStatus::Live);
    let name = |ix: Ix| format!("'{}'", sms.record(ix).id);
    let processes =
        sms.of_kind("process").map(|(ix, _)| ix).filter(|ix| in_force(*ix) && !covered.records.contains(ix));
    let services = system.scope().map(Scope::services).unwrap_or_default();
    let services: BTreeSet<Ix> = services.into_iter().filter_map(|service| sms.find(service.id)).collect();
    let services = services.into_iter().filter(|ix| live(*ix) && !covered.records.contains(ix));
    [("process", processes.map(name).collect()), ("service", services.map(name).collect())]
}

fn is_too_long(cycle: Cycle<'_>) -> bool {
    let latest = cycle.start().and_then(|start| start.checked_add(3.years()).ok());
    latest.zip(cycle.end()).is_some_and(|(latest, end): (Date, Date)| end > latest)
}

impl Rule for AuditProgrammeGap {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for programme in AuditProgramme::active(cx.sms) {
            if let Some(cycle) = programme.cycle().filter(|cycle| is_too_long(*cycle)) {
                let record = programme.0.record;
                out.at(record, cycle.0.field_span("end"), too_long(record)).help(HELP_LONG);
            }
        }
        let Some(system) = SmsRecord::operating(cx.sms) else { return };
        let running: Vec<_> = AuditProgramme::active(cx.sms).filter(|it| it.is_running_on(cx.today())).collect();
        let Some(first) = running.first() else {
            let draft = out.field(system.0.record, "status", NONE).help(HELP_NONE);
            if let Some(last) = cx.sms.all::<AuditProgramme<'_>>().last() {
                draft.related(last.0.field_span("status"), "the last one there is");
            }
            return;
        };
        let audits = audits_by_entry(cx.sms);
        let mut covered = Covered::default();
        for programme in &running {
            covered.programme(cx.sms, *programme, &audits);
        }
        let mut clauses = Vec::new();
        covered.missing_clauses("", &mut clauses);
        let sites = system.scope().map(Scope::sites).unwrap_or_default();
        let sites =
            sites.into_iter().filter_map(|site| Site::new(site).name()).filter(|it| !covered.sites.contains(it));
        let sites = sites.map(|name| format!("'{name}'")).collect();
        let record = first.0.record;
        let [processes, services] = missing_records(cx.sms, system, &covered);
        for (what, missing) in [("clause", clauses), processes, services, ("site", sites)] {
            if !missing.is_empty() {
                out.field(record, "audits", message(record, what, &missing)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const SYSTEM: &str = "
        # sms/sms/sms.yaml
        {kind: sms, id: sms, status: operating, scope: {services: [svc-a, svc-b, svc-old], sites: [{name: Oslo}, {name: Porto}]}}
        # sms/service/svc-a.yaml
        {kind: service, id: svc-a, status: live}
        # sms/service/svc-b.yaml
        {kind: service, id: svc-b, status: live}
        # sms/service/svc-old.yaml
        {kind: service, id: svc-old, status: retiring}
        # sms/process/proc-a.yaml
        {kind: process, id: proc-a, status: in_force}
        # sms/process/proc-b.yaml
        {kind: process, id: proc-b, status: draft}
";

    #[test]
    fn what_no_audit_looks_at_is_told_by_sort() {
        let programme = "
        # sms/audit_programme/p.yaml
        kind: audit_programme
        id: p
        status: active
        cycle: {start: 2024-11-21, end: 2027-11-20}
        audits: [{id: a, planned: 2026-01-01, services: [svc-b], sites: [Oslo], clauses: ['27001:4', '5', '20000-1:6', '7', '9', '10', '8.2', '8.3', '8.4', '8.5.1', '8.5.2', '8.6', '8.7']}]
        #^^^^^^ the clauses 4, 8.1 and 8.5.3 are not audited in the cycle of 'p'
        #^^^^^^ the process 'proc-a' is not audited
        #^^^^^^ the service 'svc-a' is not audited
        #^^^^^^ the site 'Porto' is not audited
";
        check(&AuditProgrammeGap, &format!("{SYSTEM}{programme}"));
    }

    #[test]
    fn what_a_held_audit_saw_counts_and_one_that_was_called_off_does_not() {
        let programme = "
        # sms/audit_programme/p.yaml
        kind: audit_programme
        id: p
        status: active
        cycle: {start: 2025-01-01, end: 2026-11-20}
        audits:
        #^^^^^^ the clauses 8 and 9 are not audited
          - {id: a, audit: aud-a, clauses: ['8'], processes: [proc-a], services: [svc-a, svc-b], sites: [Oslo, Porto]}
          - {id: b, clauses: ['9']}
        # sms/audit/aud-a.yaml
        {kind: audit, id: aud-a, status: reported, scope: {clauses: ['4', '5'], processes: [proc-a], services: [svc-b], sites: [Oslo]}}
        # sms/audit/aud-b.yaml
        {kind: audit, id: aud-b, status: cancelled, programme: p, programme_entry: b}
        # sms/audit/aud-c.yaml
        {kind: audit, id: aud-c, status: planned, programme: p, scope: {clauses: ['6', '7'], sites: [Porto], services: [svc-a]}}
        # sms/audit_programme/q.yaml
        {kind: audit_programme, id: q, status: active, cycle: {start: 2026-01-01, end: 2026-12-31}, audits: [{id: x, clauses: ['10.1', '10.2']}]}
";
        check(&AuditProgrammeGap, &format!("{SYSTEM}{programme}"));
    }

    #[test]
    fn a_system_in_operation_has_a_programme_and_others_need_none() {
        let programme = |status: &str, end: &str| {
            format!(
                "# sms/audit_programme/p.yaml\n{{kind: audit_programme, id: p, status: {status}, cycle: {{start: 2025-01-01, end: {end}}}}}\n"
            )
        };
        let system = "# sms/sms/sms.yaml\nkind: sms\nid: sms\nstatus: operating\n#       ^^^^^^^^^ no audit programme is active\n";
        check(&AuditProgrammeGap, system);
        check(&AuditProgrammeGap, &format!("{system}{}", programme("draft", "2027-12-31")));
        check(&AuditProgrammeGap, &format!("{system}{}", programme("active", "2026-11-19")));
        check(&AuditProgrammeGap, "# sms/sms/sms.yaml\n{kind: sms, id: sms, status: planned}\n");
        check(&AuditProgrammeGap, &programme("active", "2027-12-31"));
    }

    #[test]
    fn a_cycle_has_at_most_three_years() {
        check(
            &AuditProgrammeGap,
            "
            # sms/audit_programme/p.yaml
            {kind: audit_programme, id: p, status: active, cycle: {start: 2025-01-01, end: 2028-01-02}}
            #                                                                              ^^^^^^^^^^ the cycle of 'p' is longer than three years
            # sms/audit_programme/q.yaml
            {kind: audit_programme, id: q, status: active, cycle: {start: 2025-01-01, end: 2028-01-01}}
            ",
        );
    }
}
