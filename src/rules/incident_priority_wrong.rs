use super::rule::{Check, Report, Rule};
use crate::base::date::When;
use crate::model::Record;
use crate::model::incident::{Degree, Incident, Priority};
use crate::model::policy::{Held, IncidentPolicies, PriorityCell};

rule! {
    /// The priority of an incident is not the one that follows from its impact and urgency.
    ///
    /// Priority follows from the harm and not from who calls; otherwise targets are kept for the wrong incidents. The
    /// matrix is `priority_matrix` of the policy that held on the day of the report; pairs that it leaves out are not
    /// judged, and neither are incidents from before the first policy that is known. Where no policy has a matrix, high
    /// and high is p1, high and medium p2, high and low or medium and medium p3, and everything else p4.
    ///
    /// ```yaml,bad
    /// # sms/incident/inc-mail.yaml
    /// {kind: incident, id: inc-mail, status: assigned, reported_at: 2026-11-18T09:05:00Z, impact: high,
    ///  urgency: high, priority: p3}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/incident/inc-mail.yaml
    /// {kind: incident, id: inc-mail, status: assigned, reported_at: 2026-11-18T09:05:00Z, impact: high,
    ///  urgency: high, priority: p1}
    /// ```
    ///
    /// Correct the priority, or impact and urgency where they were misjudged.
    IncidentPriorityWrong = "incident-priority-wrong", Error, clauses: ["8.6.1"], kinds: ["incident", "policy"];
}

fn message(incident: &Record<'_>, judged: (Degree, Degree), written: Priority, right: Priority) -> String {
    let ((impact, urgency), written, right) = (judged, written.word(), right.word());
    let (impact, urgency) = (impact.word(), urgency.word());
    format!("the incident '{}' is {written}, but impact {impact} and urgency {urgency} make it {right}", incident.id)
}

const HELP: &str = "correct the priority, or impact and urgency where they were misjudged";

impl Rule for IncidentPriorityWrong {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let policies = IncidentPolicies::new(cx.sms, |policy| !policy.priority_matrix().is_empty());
        for incident in cx.sms.all::<Incident<'_>>() {
            let judged = (incident.impact(), incident.urgency(), incident.priority());
            let (Some(impact), Some(urgency), Some(written)) = judged else { continue };
            let day = incident.reported_at().map_or_else(|| cx.today(), When::day);
            let (right, row) = match policies.held_on(day) {
                Held::Default => (Some(Priority::by_default(impact, urgency)), None),
                Held::Policy(policy) => {
                    let row = policy.priority_row(impact, urgency);
                    (row.and_then(PriorityCell::priority), row)
                }
                Held::Unknown => (None, None),
            };
            if let Some(right) = right.filter(|right| *right != written) {
                let record = incident.0.record;
                let draft =
                    out.field(record, "priority", message(record, (impact, urgency), written, right)).help(HELP);
                if let Some(row) = row {
                    draft.related(row.0.span(), "the matrix");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn the_matrix_of_the_day_decides() {
        check(
            &IncidentPriorityWrong,
            "
            # sms/policy/old.yaml
            {kind: policy, id: old, status: superseded, effective_from: 2025-01-01,
             priority_matrix: [{impact: high, urgency: high, priority: p2}]}
            # sms/policy/new.yaml
            {kind: policy, id: new, status: in_force, effective_from: 2026-03-01,
             priority_matrix: [{impact: high, urgency: high, priority: p1}, {impact: low, urgency: high, priority: p2}]}
            # sms/policy/next.yaml
            {kind: policy, id: next, status: draft, priority_matrix: [{impact: high, urgency: high, priority: p4}]}
            # sms/incident/a.yaml
            {kind: incident, id: a, reported_at: 2026-02-28T10:00:00Z, impact: high, urgency: high, priority: p1}
            #                                                                                                 ^^ the incident 'a' is p1, but impact high and urgency high make it p2
            # sms/incident/b.yaml
            {kind: incident, id: b, reported_at: 2026-03-01T10:00:00Z, impact: high, urgency: high, priority: p2}
            #                                                                                                 ^^ make it p1
            # sms/incident/c.yaml
            {kind: incident, id: c, reported_at: 2026-03-01T10:00:00Z, impact: low, urgency: high, priority: p2}
            # sms/incident/d.yaml
            {kind: incident, id: d, reported_at: 2024-12-31T10:00:00Z, impact: high, urgency: high, priority: p4}
            # sms/incident/e.yaml
            {kind: incident, id: e, reported_at: 2026-03-01T10:00:00Z, impact: medium, urgency: high, priority: p4}
            # sms/incident/f.yaml
            {kind: incident, id: f, reported_at: 2026-03-01T10:00:00Z, impact: high, priority: p4}
            ",
        );
    }

    #[test]
    fn without_a_matrix_the_nine_pairs_of_the_schema_hold() {
        let degrees = ["high", "medium", "low"];
        let right = ["p1", "p2", "p3", "p2", "p3", "p4", "p3", "p4", "p4"];
        let pairs = degrees.iter().flat_map(|impact| degrees.iter().map(move |urgency| (impact, urgency)));
        for (at, ((impact, urgency), right)) in pairs.zip(right).enumerate() {
            for priority in ["p1", "p2", "p3", "p4"] {
                let fixture = format!(
                    "# sms/incident/i{at}.yaml\n{{kind: incident, id: i{at}, impact: {impact}, urgency: {urgency}, priority: {priority}}}\n"
                );
                let found = crate::rules::harness::findings(&IncidentPriorityWrong, &fixture);
                assert_eq!(found.is_empty(), priority == right, "{impact} and {urgency} as {priority}");
            }
        }
    }
}
