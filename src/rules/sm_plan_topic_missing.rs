use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::model::sm_plan::{PlanResources, SmPlan};
use crate::model::{Record, Sms};
use crate::yaml::{Node, Value};

rule! {
    /// A service management plan in force that leaves a topic out.
    ///
    /// The plan has eight topics: services, known limitations, obligations, responsibilities, resources, working with other
    /// parties, technology, and how the effect is measured, audited, reported and improved. Each is filled or points to
    /// records. Resources are of four kinds: human, technical, information and financial; each has its words, or a record
    /// in `refs` that stands for it: a team or competence, an item, asset or capacity plan, an article, a budget.
    ///
    /// ```yaml,bad
    /// # sms/sm_plan/smp-2026.yaml
    /// kind: sm_plan
    /// id: smp-2026
    /// status: in_force
    /// services: [svc-mail]
    /// obligations: [pol-service-management]
    /// responsibilities: {summary: As the roles say.}
    /// resources: {human: Ten people., technical: Two rooms., information: These records., financial: The budget.}
    /// working_with_parties: {summary: By contract.}
    /// technology: {summary: Text in git.}
    /// measure_audit_report_improve: {summary: Figures each month.}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sm_plan/smp-2026.yaml
    /// kind: sm_plan
    /// id: smp-2026
    /// status: in_force
    /// services: [svc-mail]
    /// limitations: [One person knows the mail server well.]
    /// obligations: [pol-service-management]
    /// responsibilities: {summary: As the roles say.}
    /// resources: {human: Ten people., technical: Two rooms., information: These records., financial: The budget.}
    /// working_with_parties: {summary: By contract.}
    /// technology: {summary: Text in git.}
    /// measure_audit_report_improve: {summary: Figures each month.}
    /// ```
    ///
    /// Write what is missing; "none, because" is an answer.
    SmPlanTopicMissing = "sm-plan-topic-missing", Error, clauses: ["6.3", "7.1"], kinds: ["sm_plan"];
}

fn message(plan: &Record<'_>, missing: &[&str]) -> String {
    format!("the plan '{}' is in force without {}", plan.id, text::and(missing))
}

const HELP: &str = "write what is missing, or point to the records in which it stands";

/// The topics besides resources, with their names.
const TOPICS: [(&str, &str); 7] = [
    ("services", "services"),
    ("limitations", "known limitations"),
    ("obligations", "obligations"),
    ("responsibilities", "responsibilities"),
    ("working_with_parties", "working with other parties"),
    ("technology", "technology"),
    ("measure_audit_report_improve", "measuring, auditing, reporting and improving"),
];

/// The four kinds of resources, with the kinds of records that stand for them.
const RESOURCES: [(&str, &str, &[&str]); 4] = [
    ("human", "human resources", &["team", "competence"]),
    ("technical", "technical resources", &["ci", "asset", "capacity_plan"]),
    ("information", "information resources", &["knowledge"]),
    ("financial", "financial resources", &["budget"]),
];

/// Whether a topic has any content: of a mapping, whether one of its parts has.
fn says_something(node: &Node<'_>) -> bool {
    match &node.value {
        Value::Map(entries) => entries.iter().any(|entry| !entry.value.is_blank()),
        _ => !node.is_blank(),
    }
}

fn missing(sms: &Sms<'_>, plan: SmPlan<'_>) -> Vec<&'static str> {
    let filled = |field: &str| plan.0.node.get(field).is_some_and(says_something);
    let mut missing: Vec<&str> = TOPICS.iter().filter(|(field, _)| !filled(field)).map(|(_, name)| *name).collect();
    if !filled("resources") {
        missing.push("resources");
    } else if let Some(resources) = plan.resources() {
        let refs = resources.refs();
        let referred = |kinds: &[&str]| {
            refs.iter().filter_map(|to| sms.follow(*to)).any(|to| kinds.contains(&to.kind.name.as_str()))
        };
        let named = |PlanResources(at): PlanResources<'_>, field: &str| at.node.get(field).is_some_and(says_something);
        let lacking = RESOURCES.iter().filter(|(field, _, kinds)| !named(resources, field) && !referred(kinds));
        missing.extend(lacking.map(|(_, name, _)| *name));
    }
    missing
}

impl Rule for SmPlanTopicMissing {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for plan in SmPlan::in_force(cx.sms) {
            let missing = missing(cx.sms, plan);
            if !missing.is_empty() {
                out.field(plan.0.record, "status", message(plan.0.record, &missing)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const REST: &str = "
            services: [svc-a]
            limitations: [none]
            obligations: [pol-a]
            responsibilities: {roles: [role-a]}
            technology: {items: [ci-a]}
";

    #[test]
    fn empty_topics_and_kinds_of_resources_are_all_told_at_once() {
        let plan = "
            # sms/sm_plan/smp-a.yaml
            kind: sm_plan
            id: smp-a
            status: in_force
            #       ^^^^^^^^ without working with other parties, measuring, auditing, reporting and improving and information resources
            working_with_parties: {parties: []}
            measure_audit_report_improve: {summary: ' '}
            resources: {human: Ten, technical: ~, refs: [ci-a, bud-a, bud-gone]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a}
            # sms/budget/bud-a.yaml
            {kind: budget, id: bud-a}
";
        check(
            &SmPlanTopicMissing,
            &plan.replace("            working_with", &format!("{}            working_with", &REST[1..])),
        );
    }

    #[test]
    fn a_bare_plan_lacks_everything_and_a_draft_may() {
        check(
            &SmPlanTopicMissing,
            "
            # sms/sm_plan/smp-a.yaml
            {kind: sm_plan, id: smp-a, status: in_force}
            #                                  ^^^^^^^^ without services, known limitations, obligations, responsibilities,
            # sms/sm_plan/smp-b.yaml
            {kind: sm_plan, id: smp-b, status: draft}
            # sms/sm_plan/smp-c.yaml
            {kind: sm_plan, id: smp-c, status: superseded}
            ",
        );
    }

    #[test]
    fn topics_of_a_wrong_type_are_for_the_schema() {
        let plan = "
            # sms/sm_plan/smp-a.yaml
            kind: sm_plan
            id: smp-a
            status: in_force
            resources: enough
            working_with_parties: by contract
            measure_audit_report_improve: [figures]
";
        check(&SmPlanTopicMissing, &format!("{plan}{}", &REST[1..]));
    }
}
