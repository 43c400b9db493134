use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::base::text;
use crate::model::ci::{Ci, CiType};
use crate::model::config_audit::ConfigAudit;
use crate::model::{Ix, Record, Sms};

rule! {
    /// A type of configuration item whose records have not been compared with the real thing in time.
    ///
    /// Records drift away from reality unless somebody compares the two. The type says in `verify_interval` how long
    /// that may wait; a comparison may be thirty days late, and a policy in force may set other days in `limits` for this
    /// rule. What counts for an item is its own `last_verified` or a configuration audit of its type. Only items in use
    /// are looked at, and those that were never compared once the system is in operation.
    ///
    /// ```yaml,bad
    /// # sms/ci_type/firewall.yaml
    /// kind: ci_type
    /// id: firewall
    /// status: active
    /// verify_interval: 90d
    /// # sms/ci/ci-fw.yaml
    /// {kind: ci, id: ci-fw, status: live, ci_type: firewall, last_verified: 2026-05-04}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/ci_type/firewall.yaml
    /// kind: ci_type
    /// id: firewall
    /// status: active
    /// verify_interval: 90d
    /// # sms/ci/ci-fw.yaml
    /// {kind: ci, id: ci-fw, status: live, ci_type: firewall, last_verified: 2026-05-04}
    /// # sms/config_audit/cfa-2026-q3.yaml
    /// {kind: config_audit, id: cfa-2026-q3, status: closed, method: full, date: 2026-09-29, ci_types: [firewall]}
    /// ```
    ///
    /// Compare, put right what differs, and write down the day.
    ConfigAuditOverdue = "config-audit-overdue", Warning, clauses: ["8.2.6"], kinds: ["ci_type", "ci", "config_audit"], clock;
}

fn message(kind: &Record<'_>, interval: Duration, late: &[Late<'_>], all: usize) -> String {
    let name = |(ci, verified): &Late<'_>| match verified {
        Some(day) => format!("'{}' ({day})", ci.id),
        None => format!("'{}' (never)", ci.id),
    };
    let mut named: Vec<String> = late.iter().take(LISTED).map(name).collect();
    if late.len() > LISTED {
        named.push(format!("{} more", late.len() - LISTED));
    }
    let (count, named) = (late.len(), text::and(&named));
    let verb = if count == 1 { "was" } else { "were" };
    format!(
        "{count} of {all} items of type '{}' {verb} not compared with the real thing within {interval}: {named}",
        kind.id
    )
}

const HELP: &str = "compare them, put right what differs, and set `last_verified` or write a configuration audit";

const GRACE: Duration = Duration::from_days(30);
/// How many items a message names.
const LISTED: usize = 3;

/// An item that is late, with the day of its last comparison.
type Late<'a> = (&'a Record<'a>, Option<Date>);

/// The last audit of each type, and of all types at once.
fn last_audits(sms: &Sms<'_>) -> (BTreeMap<Ix, Date>, Option<Date>) {
    let (mut by_type, mut all) = (BTreeMap::new(), None);
    for audit in sms.all::<ConfigAudit<'_>>().filter(|audit| audit.is_done()) {
        let Some(date) = audit.date() else { continue };
        let types = audit.ci_types();
        if types.is_empty() {
            all = all.max(Some(date));
        }
        for ix in types.into_iter().filter_map(|it| sms.find(it.id)) {
            by_type.entry(ix).and_modify(|last: &mut Date| *last = date.max(*last)).or_insert(date);
        }
    }
    (by_type, all)
}

impl Rule for ConfigAuditOverdue {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let grace = cx.time_limit(self.code().id, GRACE);
        let operating = cx.operating().is_some();
        let (audits, of_all) = last_audits(cx.sms);
        let mut items: BTreeMap<Ix, Vec<Ci<'_>>> = BTreeMap::new();
        for ci in cx.sms.all::<Ci<'_>>().filter(|ci| ci.is_in_use()) {
            if let Some(ix) = ci.ci_type().and_then(|it| cx.sms.find(it.id)) {
                items.entry(ix).or_default().push(ci);
            }
        }
        for (ix, items) in items {
            let interval = cx.sms.view::<CiType<'_>>(ix).and_then(CiType::verify_interval);
            let Some(interval) = interval else { continue };
            let audited = audits.get(&ix).copied().max(of_all);
            let verified = items.iter().map(|ci| (ci.0.record, ci.last_verified().max(audited)));
            let late = |day: Date| after(after(day, interval), grace) < cx.today();
            let mut late: Vec<Late<'_>> = verified.filter(|(_, day)| day.map_or(operating, late)).collect();
            late.sort_by_key(|(_, day)| *day);
            if !late.is_empty() {
                let record = cx.sms.record(ix);
                let words = message(record, interval, &late, items.len());
                let mut draft = out.field(record, "verify_interval", words).help(HELP);
                for (ci, _) in late.iter().take(LISTED) {
                    draft = draft.related(ci.field_span("last_verified"), "an item");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    fn items(days: &[&str]) -> String {
        let item =
            |(at, day): (usize, &&str)| format!("{{kind: ci, id: ci-{at}, status: live, ci_type: t{day}}}\n---\n");
        format!(
            "# sms/sms/sms.yaml\n{{kind: sms, id: sms, status: operating}}\n# sms/ci_type/t.yaml\n{{kind: ci_type, id: t, verify_interval: 90d}}\n# sms/ci/c.yaml\n{}",
            days.iter().enumerate().map(item).collect::<String>()
        )
    }

    fn told(fixture: &str) -> String {
        findings(&ConfigAuditOverdue, fixture).first().map_or(String::new(), |found| found.message.clone())
    }

    #[test]
    fn items_that_are_late_are_told_of_their_type_the_oldest_first() {
        check(
            &ConfigAuditOverdue,
            "
            # sms/ci_type/t.yaml
            {kind: ci_type, id: t, verify_interval: 90d}
            #                                       ^^^ 3 of 4 items of type 't' were not compared with the real thing within 90d: 'd' (never), 'b' (2026-01-01) and 'a' (2026-07-22)
            # sms/ci/c.yaml
            {kind: ci, id: a, status: live, ci_type: t, last_verified: 2026-07-22}
            ---
            {kind: ci, id: b, status: maintenance, ci_type: t, last_verified: 2026-01-01}
            ---
            {kind: ci, id: c, status: live, ci_type: t, last_verified: 2026-07-23}
            ---
            {kind: ci, id: d, status: live, ci_type: t}
            ---
            {kind: ci, id: e, status: retired, ci_type: t}
            ---
            {kind: ci, id: f, status: live, ci_type: unknown}
            # sms/sms/sms.yaml
            {kind: sms, id: sms, status: operating}
            ",
        );
        let many = items(&["", "", "", "", ""]);
        assert!(told(&many).ends_with("'ci-0' (never), 'ci-1' (never), 'ci-2' (never) and 2 more"), "{}", told(&many));
        assert_eq!(told(&many.replace("operating", "planned")), "", "what has only begun has not been compared yet");
    }

    #[test]
    fn an_audit_of_the_type_or_of_all_types_stands_for_its_items() {
        let audit = |status: &str, date: &str, types: &str| {
            format!("# sms/config_audit/a.yaml\n{{kind: config_audit, id: a, status: {status}, date: {date}{types}}}\n")
        };
        let items = items(&["", ", last_verified: 2026-11-01"]);
        for (audit, late) in [
            (audit("done", "2026-07-23", ", ci_types: [t]"), false),
            (audit("done", "2026-07-22", ", ci_types: [t]"), true),
            (audit("closed", "2026-07-23", ""), false),
            (audit("planned", "2026-07-23", ""), true),
            (audit("corrected", "2026-07-23", ", ci_types: [other]"), true),
        ] {
            assert_eq!(!told(&format!("{items}{audit}")).is_empty(), late, "{audit}");
        }
    }

    #[test]
    fn the_policy_says_how_late_it_may_be() {
        let policy = |value: &str| {
            format!(
                "# sms/policy/p.yaml\n{{kind: policy, id: p, status: in_force, limits: [{{rule: config-audit-overdue, value: {value}}}]}}\n"
            )
        };
        let items = items(&[", last_verified: 2026-07-22"]);
        assert!(told(&format!("{items}{}", policy("31d"))).is_empty());
        assert!(!told(&format!("{items}{}", policy("30d"))).is_empty());
    }
}
