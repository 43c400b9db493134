use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::before;
use crate::base::duration::Duration;
use crate::model::incident::{Incident, IncidentCategory};
use crate::model::problem::with_problem;
use crate::model::{Ix, Record};

rule! {
    /// The same trouble on the same item came again and again, and nobody looks for the cause.
    ///
    /// Three incidents of one category on one item within 30 days have one cause until somebody has shown otherwise; a
    /// policy in force may set another number in `limits` for this rule. The item is each configuration item in
    /// `affects`; for an incident that names none, the service. One of them that leads to a problem is enough. Incidents
    /// of more than a year ago are not looked at.
    ///
    /// ```yaml,bad
    /// # sms/incident/inc-1.yaml
    /// {kind: incident, id: inc-1, reported_at: 2026-11-01T09:05:00Z, service: svc-mail, category: outage}
    /// # sms/incident/inc-2.yaml
    /// {kind: incident, id: inc-2, reported_at: 2026-11-08T09:05:00Z, service: svc-mail, category: outage}
    /// # sms/incident/inc-3.yaml
    /// {kind: incident, id: inc-3, reported_at: 2026-11-12T09:05:00Z, service: svc-mail, category: outage}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/incident/inc-1.yaml
    /// {kind: incident, id: inc-1, reported_at: 2026-11-01T09:05:00Z, service: svc-mail, category: outage}
    /// # sms/incident/inc-2.yaml
    /// {kind: incident, id: inc-2, reported_at: 2026-11-08T09:05:00Z, service: svc-mail, category: outage}
    /// # sms/incident/inc-3.yaml
    /// {kind: incident, id: inc-3, reported_at: 2026-11-12T09:05:00Z, service: svc-mail, category: outage, problem: prb-queue}
    /// ```
    ///
    /// Raise a problem (`gitsm new problem`) that names them in `incidents`.
    IncidentRepeat = "incident-repeat", Warning, clauses: ["8.6.3"], kinds: ["incident", "problem"], clock;
}

fn message(last: &Record<'_>, count: usize, category: IncidentCategory, item: &str) -> String {
    let word = category.word();
    format!("'{}' is the last of {count} incidents ({word}) on '{item}' within 30 days that led to no problem", last.id)
}

const HELP: &str = "raise one with `gitsm new problem` that names them in `incidents`";

const WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);
const LOOK_BACK: Duration = Duration::from_days(365);
const COUNT: u32 = 3;

/// An incident in a row of like ones.
#[derive(Debug, Clone, Copy)]
struct Like {
    at: Timestamp,
    ix: Ix,
}

/// Incidents by item and category, each row by time.
fn rows<'c>(cx: &Check<'c>) -> BTreeMap<(&'c str, IncidentCategory), Vec<Like>> {
    let oldest = before(cx.today(), LOOK_BACK);
    let mut rows: BTreeMap<(&str, IncidentCategory), Vec<Like>> = BTreeMap::new();
    for (ix, _) in cx.sms.of_kind("incident") {
        let Some(incident) = cx.sms.view::<Incident<'c>>(ix) else { continue };
        let (Some(at), Some(category)) = (incident.reported(), incident.category()) else { continue };
        if incident.reported_at().is_none_or(|when| when.day() < oldest) {
            continue;
        }
        let record = |id: &str| cx.sms.find(id).map(|ix| cx.sms.record(ix));
        let affected = incident.affects().into_iter().filter_map(|item| record(item.id));
        let mut items: BTreeSet<&str> =
            affected.filter(|item| item.kind.name == "ci").map(|item| item.id.as_str()).collect();
        if items.is_empty() {
            items.extend(incident.service().map(|service| record(service.id).map_or(service.id, |r| r.id.as_str())));
        }
        for item in items {
            rows.entry((item, category)).or_default().push(Like { at, ix });
        }
    }
    for row in rows.values_mut() {
        row.sort_by_key(|like| (like.at, like.ix));
    }
    rows
}

/// The stretches of a row with at least `count` incidents within the window of which none led to a problem.
fn repeats(row: &[Like], count: usize, known: &BTreeSet<Ix>) -> Vec<Vec<Ix>> {
    let mut found = Vec::new();
    // Places of the incidents that led to a problem, so that a stretch is asked for them without being walked.
    let solved: Vec<usize> = (0..row.len()).filter(|at| known.contains(&row[*at].ix)).collect();
    let mut first = 0;
    while first < row.len() {
        let end = row.partition_point(|like| like.at.duration_since(row[first].at) <= WINDOW);
        let solved_in = solved.partition_point(|at| *at < end) - solved.partition_point(|at| *at < first);
        if end - first >= count && solved_in == 0 {
            found.push(row[first..end].iter().map(|like| like.ix).collect());
            first = end;
        } else {
            first += 1;
        }
    }
    found
}

impl Rule for IncidentRepeat {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let count = usize::try_from(cx.count_limit(self.code().id, COUNT)).unwrap_or(usize::MAX).max(2);
        let known = with_problem(cx.sms);
        let mut told: BTreeSet<Vec<Ix>> = BTreeSet::new();
        for ((item, category), row) in rows(cx) {
            for repeat in repeats(&row, count, &known) {
                let Some(last) = repeat.last().map(|ix| cx.sms.record(*ix)) else { continue };
                if !told.insert(repeat.clone()) {
                    continue;
                }
                let draft = out.field(last, "category", message(last, repeat.len(), category, item)).help(HELP);
                repeat.iter().rev().skip(1).take(4).fold(draft, |draft, ix| {
                    draft.related(cx.sms.record(*ix).field_span("reported_at"), "the same before")
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    fn incident(id: &str, at: &str, rest: &str) -> String {
        format!(
            "\n            # sms/incident/{id}.yaml\n            {{kind: incident, id: {id}, reported_at: {at}T10:00:00Z, {rest}}}"
        )
    }

    const CIS: &str = "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b}";

    #[test]
    fn three_within_thirty_days_are_one_cause_told_once() {
        let same = "affects: [ci-a, ci-b], category: outage";
        let [a, b] = [incident("inc-a", "2026-10-01", same), incident("inc-b", "2026-10-20", same)];
        let late = incident("inc-c", "2026-10-31", same);
        let found = findings(&IncidentRepeat, &format!("{CIS}{a}{b}{late}"));
        assert_eq!(found.len(), 1, "two items, one row of incidents");
        assert!(found[0].message.starts_with("'inc-c' is the last of 3 incidents (outage) on 'ci-a'"), "{found:#?}");
        assert_eq!(found[0].related.len(), 2);
        check(&IncidentRepeat, &format!("{CIS}{a}{b}{}", incident("inc-c", "2026-11-01", same)));
        check(&IncidentRepeat, &format!("{CIS}{a}{b}{}", late.replace("outage", "access")));
        let policy = "
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, limits: [{rule: incident-repeat, value: 2}]}";
        assert_eq!(findings(&IncidentRepeat, &format!("{CIS}{a}{b}{policy}")).len(), 1);
    }

    #[test]
    fn a_problem_for_one_of_them_is_enough_until_it_happens_again() {
        let same = "affects: [ci-a], category: outage";
        let row = |days: &[&str]| -> String {
            days.iter().map(|day| incident(&format!("inc-{day}"), &format!("2026-{day}"), same)).collect()
        };
        let problem = "
            # sms/problem/prb-a.yaml
            {kind: problem, id: prb-a, incidents: [inc-03-02]}";
        check(&IncidentRepeat, &format!("{CIS}{problem}{}", row(&["03-01", "03-02", "03-03", "03-04"])));
        let again = row(&["03-01", "03-02", "03-03", "08-04", "08-05", "08-06"]);
        assert_eq!(findings(&IncidentRepeat, &format!("{CIS}{problem}{again}")).len(), 1);
        let old: String = ["a", "b", "c"].iter().map(|id| incident(id, "2025-11-01", same)).collect();
        check(&IncidentRepeat, &format!("{CIS}{old}"));
    }

    #[test]
    fn where_no_item_is_named_the_service_counts() {
        let same = "affects: [svc-b], service: svc-a, category: data";
        let row: String = ["a", "b", "c"].iter().map(|id| incident(id, "2026-11-01", same)).collect();
        assert!(findings(&IncidentRepeat, &row)[0].message.contains("on 'svc-a'"));
    }
}
