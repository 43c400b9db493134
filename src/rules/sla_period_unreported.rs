use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::after;
use crate::base::duration::Duration;
use crate::base::period::{Length, Period};
use crate::base::text;
use crate::model::sla::{Reporting, ReportingFrequency, Sla};
use crate::model::sla_report::SlaReport;
use crate::model::{Ix, Record};

rule! {
    /// An SLA in force that was not reported on for a period.
    ///
    /// A promise that nobody measures is not kept by anybody. The periods are those of `reporting.frequency`, months where
    /// it has none. Each whole period since `valid_from` that began in the last thirteen months has a published report,
    /// ten days after its end at the latest; a policy in force may set other days in `limits` for this rule. Drafts do not
    /// count. The rule asks once the system is `operating`.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, status: operating}
    /// # sms/sla/sla-mail.yaml
    /// kind: sla
    /// id: sla-mail
    /// status: in_force
    /// valid_from: 2026-10-01
    /// reporting: {frequency: month}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, status: operating}
    /// # sms/sla/sla-mail.yaml
    /// kind: sla
    /// id: sla-mail
    /// status: in_force
    /// valid_from: 2026-10-01
    /// reporting: {frequency: month}
    /// # sms/sla_report/slr-mail-2026-10.yaml
    /// kind: sla_report
    /// id: slr-mail-2026-10
    /// status: published
    /// sla: sla-mail
    /// period: 2026-10
    /// ```
    ///
    /// Measure what can still be measured and publish the report (`gitsm new sla_report`); say in `no_data` what cannot.
    SlaPeriodUnreported = "sla-period-unreported", Error, clauses: ["8.3.3"], kinds: ["sla", "sla_report"], clock;
}

fn message(sla: &Record<'_>, missing: &[String]) -> String {
    format!("there is no published report on the SLA '{}' for {}", sla.id, text::and(missing))
}

const HELP: &str = "publish the report with `gitsm new sla_report`; say in `no_data` what can no longer be measured";

const WITHIN: Duration = Duration::from_days(10);
/// How far back the rule looks.
const MONTHS: i64 = 13;

/// The periods for which reports are due.
fn due(sla: Sla<'_>, today: Date, within: Duration) -> Vec<Period> {
    let length = sla.reporting().and_then(Reporting::frequency).map_or(Length::Month, ReportingFrequency::length);
    let Some(from) = sla.valid_from() else { return Vec::new() };
    let from = from.max(today.checked_sub(MONTHS.months()).unwrap_or(from));
    let first = Period::of(from, length);
    let all = std::iter::successors(first, |period| period.next());
    all.take_while(|period| after(period.last, within) < today).filter(|period| period.first >= from).collect()
}

impl Rule for SlaPeriodUnreported {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        if cx.operating().is_none() {
            return;
        }
        let within = cx.time_limit(self.code().id, WITHIN);
        let reports = cx.sms.all::<SlaReport<'_>>().filter(|report| report.is_published());
        let reported: BTreeSet<(Ix, Period)> =
            reports.filter_map(|it| Some((cx.sms.find(it.sla()?)?, Period::parse(it.period()?)?))).collect();
        for (ix, record) in cx.sms.of_kind("sla") {
            let Some(sla) = cx.sms.view::<Sla<'_>>(ix).filter(|sla| sla.is_in_force(cx.today())) else { continue };
            let missing = due(sla, cx.today(), within).into_iter().filter(|period| !reported.contains(&(ix, *period)));
            let missing: Vec<String> = missing.map(|period| period.to_string()).collect();
            if !missing.is_empty() {
                out.field(record, "reporting", message(record, &missing)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const SMS: &str = "
        # sms/sms/sms.yaml
        {kind: sms, id: sms, status: operating}
        # sms/sla_report/a.yaml
        {kind: sla_report, id: a, status: published, sla: sla-a, period: 2026-08}
        # sms/sla_report/b.yaml
        {kind: sla_report, id: b, status: draft, sla: sla-a, period: 2026-09}
        # sms/sla_report/c.yaml
        {kind: sla_report, id: c, status: corrected, sla: sla-old, period: 2026-07}
";

    #[test]
    fn each_whole_period_since_the_first_day_has_its_report() {
        let slas = "
        # sms/sla/sla-a.yaml
        {kind: sla, id: sla-a, aliases: [sla-old], status: in_force, valid_from: 2026-06-02, reporting: {frequency: month}}
        #                                                                                    ^^^^^^^^^ on the SLA 'sla-a' for 2026-09 and 2026-10
        # sms/sla/sla-b.yaml
        {kind: sla, id: sla-b, status: under_review, valid_from: 2026-04-01, reporting: {frequency: quarter}}
        #                                                                    ^^^^^^^^^ for 2026-Q2 and 2026-Q3
        # sms/sla/sla-c.yaml
        {kind: sla, id: sla-c, status: in_force, valid_from: 2026-09-30}
        #               ^^^^^ for 2026-10
        # sms/sla/sla-d.yaml
        {kind: sla, id: sla-d, status: in_force, valid_from: 2026-01-01, reporting: {frequency: year}}
        # sms/sla/sla-e.yaml
        {kind: sla, id: sla-e, status: expired, valid_from: 2026-01-01, valid_to: 2026-10-31}
";
        check(&SlaPeriodUnreported, &format!("{SMS}{slas}"));
        check(
            &SlaPeriodUnreported,
            "# sms/sla/sla-f.yaml\n{kind: sla, id: sla-f, status: in_force, valid_from: 2026-01-01}\n",
        );
    }

    #[test]
    fn thirteen_months_and_the_days_of_grace_are_the_bounds() {
        let count = |as_of: &str, policy: &str| {
            let fixture = format!(
                "# as-of: {as_of}\n# sms/sla/s.yaml\n{{kind: sla, id: s, status: in_force, valid_from: 2025-09-01}}\n# sms/sms/sms.yaml\n{{kind: sms, id: sms, status: operating}}\n{policy}"
            );
            let found = crate::rules::harness::findings(&SlaPeriodUnreported, &fixture);
            found.first().map_or(0, |found| found.message.matches("202").count())
        };
        assert_eq!(count("2025-10-10", ""), 0, "the tenth day is in time");
        assert_eq!(count("2025-10-11", ""), 1);
        assert_eq!(
            (count("2026-10-01", ""), count("2026-10-02", "")),
            (12, 11),
            "September 2025 began thirteen months ago"
        );
        let policy = "# sms/policy/p.yaml\n{kind: policy, id: p, status: in_force, limits: [{rule: sla-period-unreported, value: 20d}]}\n";
        assert_eq!((count("2025-10-20", policy), count("2025-10-21", policy)), (0, 1));
    }
}
