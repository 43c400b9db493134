use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::{When, after};
use crate::base::duration::Duration;
use crate::model::Record;
use crate::model::report::ServiceReport;

rule! {
    /// Security incidents that nobody has looked at together.
    ///
    /// Each is handled by itself; only together do they show of which sort they are, how many and what they do. That
    /// look is a report that was sent out and whose definition has `security` among its `subjects`. It is due within 365
    /// days of the first incident behind the last such report; a policy in force may set other days in `limits` for this
    /// rule. Without incidents there is nothing to look at.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, status: operating}
    /// # sms/incident/inc-phishing.yaml
    /// {kind: incident, id: inc-phishing, security: true, reported_at: 2025-10-12T09:00:00Z}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, status: operating}
    /// # sms/incident/inc-phishing.yaml
    /// {kind: incident, id: inc-phishing, security: true, reported_at: 2025-10-12T09:00:00Z}
    /// # sms/report_definition/rpd-security.yaml
    /// {kind: report_definition, id: rpd-security, subjects: [security, incidents]}
    /// # sms/report/rpt-security-2026-h1.yaml
    /// {kind: report, id: rpt-security-2026-h1, status: issued, definition: rpd-security, issued_at: 2026-07-10}
    /// ```
    ///
    /// Look at type, number and effect of all since the last time, and send out what follows as a report.
    SecurityAnalysisOverdue = "security-analysis-overdue", Warning, clauses: ["8.7.3.3"], kinds: ["incident", "report", "report_definition"], clock;
}

fn message(first: &Record<'_>, count: usize, last: Option<Date>, due: Date) -> String {
    let since = last.map_or(String::new(), |last| format!(" since the report of {last}"));
    match count {
        1 => format!("the security incident '{}' has not been analysed{since}, which was due by {due}", first.id),
        _ => format!(
            "{count} security incidents from '{}' on have not been analysed together{since}, which was due by {due}",
            first.id
        ),
    }
}

const HELP: &str = "report on their types, number and effect under a definition with `security` among its `subjects`";

const INTERVAL: Duration = Duration::from_days(365);

impl Rule for SecurityAnalysisOverdue {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        if cx.operating().is_none() {
            return;
        }
        let last = ServiceReport::last_about(cx.sms, "security");
        let incidents = cx.sms.of_kind("incident").filter_map(|(_, record)| {
            record.get("security").and_then(|node| node.as_bool()).filter(|security| *security)?;
            let day = When::parse(record.text("reported_at")?).ok()?.day();
            (day <= cx.today()).then_some((day, record))
        });
        let mut open: Vec<_> = incidents.filter(|(day, _)| last.is_none_or(|(issued, _)| *day > issued)).collect();
        open.sort_by_key(|(day, _)| *day);
        let Some((day, first)) = open.first() else { return };
        let due = after(*day, cx.time_limit(self.code().id, INTERVAL));
        if due < cx.today() {
            let words = message(first, open.len(), last.map(|(issued, _)| issued), due);
            let draft = out.field(first, "reported_at", words).help(HELP);
            if let Some((_, report)) = last {
                draft.related(report.0.field_span("issued_at"), "the last report");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    const SYSTEM: &str = "# sms/sms/sms.yaml\n{kind: sms, id: sms, status: operating}\n";

    const INCIDENTS: &str = "
# sms/incident/a.yaml
{kind: incident, id: a, security: true, reported_at: 2025-11-19T23:00:00Z}
# sms/incident/b.yaml
{kind: incident, id: b, security: false, reported_at: 2024-11-19T23:00:00Z}
# sms/incident/c.yaml
{kind: incident, id: c, security: true, reported_at: 2026-03-12T08:00:00Z}
";

    fn reports(subjects: &str, status: &str, issued: &str) -> String {
        format!(
            "# sms/report_definition/d.yaml\n{{kind: report_definition, id: d, subjects: [{subjects}]}}\n# sms/report/r.yaml\n{{kind: report, id: r, status: {status}, definition: d, issued_at: {issued}}}\n"
        )
    }

    #[test]
    fn a_year_after_the_first_incident_it_is_due() {
        let place = "2025-11-19T23:00:00Z}\n#                                                    ^^^^^^^^^^^^^^^^^^^^ 2 security incidents from 'a' on have not been analysed together, which was due by 2026-11-19";
        check(&SecurityAnalysisOverdue, &format!("{SYSTEM}{}", INCIDENTS.replace("2025-11-19T23:00:00Z}", place)));
        check(&SecurityAnalysisOverdue, &format!("{SYSTEM}{}", INCIDENTS.replace("2025-11-19", "2025-11-20")));
    }

    #[test]
    fn a_report_settles_what_came_before_it_and_outside_a_system_in_operation_nothing_is_due() {
        let told = |reports: String| {
            let found = findings(&SecurityAnalysisOverdue, &format!("{SYSTEM}{INCIDENTS}{reports}"));
            found.first().map(|found| found.message.clone())
        };
        assert_eq!(told(reports("incidents, security", "issued", "2025-11-19")), None, "the next is due in March");
        for other in [reports("incidents", "issued", "2026-01-01"), reports("security", "draft", "2026-01-01")] {
            assert!(told(other).is_some());
        }
        let policy = "# sms/policy/p.yaml\n{kind: policy, id: p, status: in_force, limits: [{rule: security-analysis-overdue, value: 90d}]}\n";
        let told = told(format!("{}{policy}", reports("security", "corrected", "2026-01-10"))).unwrap();
        assert!(told.starts_with("the security incident 'c' has not been analysed since the report of 2026-01-10"));
        assert!(told.ends_with("due by 2026-06-10"));
        check(&SecurityAnalysisOverdue, INCIDENTS);
        check(&SecurityAnalysisOverdue, SYSTEM);
    }
}
