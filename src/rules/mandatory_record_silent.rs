use std::collections::BTreeSet;

use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::before;
use crate::base::duration::Duration;
use crate::model::organisation::SmsRecord;
use crate::standard::{Item, last_event, matching, pack, statement};

rule! {
    /// Records that ISO/IEC 20000-1 asks for have not been kept for a year.
    ///
    /// An SMS that lives leaves incidents, tests, audits and measurements in every period, and an auditor draws a sample
    /// from each. Where nothing happened, a gap assessment says so with `status: no_instance`: a year without a complaint
    /// is possible, one without a measurement is not. A policy in force may set another period in `limits`. The rule
    /// speaks once the SMS has been operating for such a period since `started_on`.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// status: operating
    /// # sms/audit/aud-2024.yaml
    /// {kind: audit, id: aud-2024, status: closed, reported_on: 2024-06-30}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// kind: sms
    /// id: sms
    /// status: planned
    /// ```
    ///
    /// Keep the record, or state that there was no instance.
    MandatoryRecordSilent = "mandatory-record-silent", Warning, clauses: ["7.5.4"], kinds: ["sms"], clock;
}

fn message(item: &Item, last: Option<Date>, since: Date) -> String {
    let name = &item.name;
    match last {
        Some(last) => format!("the last record of {name} that clause {} asks for is of {last}", item.clause),
        None => format!("there is no record since {since} of {name} that clause {} asks for", item.clause),
    }
}

fn help(item: &Item) -> String {
    let kind = item.shown.kinds.first().map_or("record", String::as_str);
    match item.excused_by {
        Some(_) => format!("keep a record of kind {kind}, or state in a gap assessment that there was no instance"),
        None => format!("keep a record of kind {kind}"),
    }
}

const PERIOD: Duration = Duration::from_days(365);

impl Rule for MandatoryRecordSilent {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let Some(sms) = SmsRecord::operating(cx.sms) else { return };
        let (today, period) = (cx.today(), cx.time_limit(self.code().id, PERIOD));
        let since = before(today, period);
        if sms.started_on().is_some_and(|started| started > since) {
            return;
        }
        let mut seen = BTreeSet::new();
        let items = pack().records.iter().filter(|item| item.told_by.is_none());
        for item in items.filter(|item| seen.insert(&item.shown)) {
            let records = matching(cx.sms, &item.shown).into_iter().map(|ix| cx.sms.record(ix));
            let last = records.filter_map(|record| last_event(record, today)).max();
            let excused = item.excused_by.as_ref().and_then(|by| statement(cx.sms, by, today, period));
            if last.is_none_or(|last| last < since) && excused.is_none() {
                out.field(sms.0.record, "status", message(item, last, since)).help(help(item));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::findings;

    /// What is said of complaints when these records stand beside an operating SMS.
    fn complaints(more: &str) -> Option<String> {
        let text = format!("\n# sms/sms/sms.yaml\n{{kind: sms, id: sms, status: operating}}\n{more}");
        let found = findings(&MandatoryRecordSilent, &text).into_iter().map(|found| found.message);
        found.into_iter().find(|message| message.contains("complaints"))
    }

    #[test]
    fn the_youngest_record_counts_and_a_year_is_the_period() {
        let on = |day: &str| {
            complaints(&format!(
                "# sms/complaint/c.yaml\n{{kind: complaint, id: c, status: closed, received_at: {day}T10:00:00Z}}\n"
            ))
        };
        assert_eq!(on("2025-11-20"), None);
        let old = on("2025-11-19").expect("366 days");
        assert_eq!(old, "the last record of complaints that clause 8.3.2 asks for is of 2025-11-19");
        assert!(complaints("").is_some_and(|message| message.starts_with("there is no record since 2025-11-20")));
    }

    #[test]
    fn a_statement_excuses_and_a_policy_sets_the_period() {
        let gap = "# sms/gap_assessment/g.yaml\n{kind: gap_assessment, id: g, status: done, date: 2026-10-01, results: [{requirement: 8.3.2-07, status: no_instance}]}\n";
        assert_eq!(complaints(gap), None);
        let limit = "# sms/policy/p.yaml\n{kind: policy, id: p, status: in_force, limits: [{rule: mandatory-record-silent, value: 900d}]}\n";
        let old =
            "# sms/complaint/c.yaml\n{kind: complaint, id: c, status: closed, received_at: 2024-11-20T10:00:00Z}\n";
        assert!(complaints(old).is_some());
        assert_eq!(complaints(&format!("{limit}{old}")), None);
    }

    #[test]
    fn a_system_that_is_planned_or_young_owes_nothing_yet_and_one_lack_is_told_once() {
        let of = |more: &str| {
            findings(&MandatoryRecordSilent, &format!("\n# sms/sms/sms.yaml\n{{kind: sms, id: sms, {more}}}\n"))
        };
        assert!(of("status: planned").is_empty());
        assert!(of("status: operating, started_on: 2025-11-21").is_empty(), "364 days");
        let all: Vec<String> =
            of("status: operating, started_on: 2025-11-20").into_iter().map(|found| found.message).collect();
        assert!(all.iter().any(|message| message.contains("evidence of processes")), "{all:?}");
        for told in ["measurement results", "availability results", "management reviews", "customer satisfaction"] {
            assert!(!all.iter().any(|message| message.contains(told)), "{told} is told otherwise");
        }
    }
}
