use super::rule::{Check, Report, Rule};
use crate::base::suggest::nearest;
use crate::model::change_policy::{Category, ChangePolicy};
use crate::model::{At, Record};

rule! {
    /// A change policy in force that leaves out what it is for.
    ///
    /// The policy says what is under change control, which categories of change there are, one for emergencies among
    /// them, and by which criteria a change may have a major effect. Without the first nothing is controlled, and a
    /// name of a kind with a slip in it controls nothing either. Without a way for emergencies people go around the
    /// process on the day on which it matters most. A category is for emergencies when its `id` is `emergency`, or when
    /// it has `incident_required` or `retrospective_within`. Criteria and categories that are missing altogether are
    /// the matter of `field-missing`.
    ///
    /// ```yaml,bad
    /// # sms/change_policy/change-policy.yaml
    /// kind: change_policy
    /// id: change-policy
    /// status: in_force
    /// controlled: {kinds: [service, ci]}
    /// categories: [{id: normal}]
    /// major_criteria: [{id: new-service, text: A service is added}]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/change_policy/change-policy.yaml
    /// kind: change_policy
    /// id: change-policy
    /// status: in_force
    /// controlled: {kinds: [service, ci]}
    /// categories: [{id: normal}, {id: emergency, retrospective_within: 3d}]
    /// major_criteria: [{id: new-service, text: A service is added}]
    /// ```
    ///
    /// Name kinds, types of item or paths in `controlled`, and add a category for emergencies.
    ChangePolicyIncomplete = "change-policy-incomplete", Error, clauses: ["8.5.1.1"], kinds: ["change_policy"];
}

fn nothing_controlled(policy: &Record<'_>) -> String {
    format!("the change policy '{}' puts nothing under control", policy.id)
}

fn no_emergency(policy: &Record<'_>) -> String {
    format!("the change policy '{}' has no category for emergencies", policy.id)
}

fn unknown_kind(policy: &Record<'_>, kind: &str) -> String {
    format!("the change policy '{}' puts '{kind}' under control, which is no kind of record", policy.id)
}

const HELP_CONTROLLED: &str = "name kinds of record, types of item or paths in `controlled`";
const HELP_EMERGENCY: &str = "add a category with `incident_required: true` and `retrospective_within`";

impl Rule for ChangePolicyIncomplete {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for policy in ChangePolicy::in_force(cx.sms) {
            let record = policy.0.record;
            if let Some(controlled) = policy.controlled() {
                if controlled.kinds().is_empty() && controlled.ci_types().is_empty() && controlled.paths().is_empty() {
                    out.field(record, "controlled", nothing_controlled(record)).help(HELP_CONTROLLED);
                }
                let unknown = |at: &At<'_>| at.node.as_str().is_some_and(|kind| cx.sms.catalog.find(kind).is_none());
                for at in controlled.kinds().into_iter().filter(unknown) {
                    let kind = at.node.as_str().unwrap_or_default();
                    let near = nearest(kind, cx.sms.catalog.iter().map(|kind| kind.name.as_str()));
                    let help = near.map_or_else(
                        || "`gitsm explain` lists the kinds".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    out.at(record, at.span(), unknown_kind(record, kind)).help(help);
                }
            }
            let categories = policy.categories();
            if !categories.is_empty() && !categories.into_iter().any(Category::is_emergency) {
                out.field(record, "categories", no_emergency(record)).help(HELP_EMERGENCY);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn items_and_emergencies_are_asked_for_in_a_policy_in_force() {
        check(
            &ChangePolicyIncomplete,
            "
            # sms/change_policy/a.yaml
            kind: change_policy
            id: a
            status: in_force
            controlled: {kinds: [], except_paths: [docs/**]}
            #^^^^^^^^^^ 'a' puts nothing under control
            categories: [{id: normal, retrospective_seats: []}, {id: standard, incident_required: false}]
            #^^^^^^^^^^ 'a' has no category for emergencies
            # sms/change_policy/b.yaml
            kind: change_policy
            id: b
            status: in_force
            controlled: {kinds: [ci, contracts, weather]}
            #                        ^^^^^^^^^ 'contracts' under control, which is no kind
            #                                   ^^^^^^^ 'weather'
            categories: [{id: urgent, incident_required: true}]
            # sms/change_policy/c.yaml
            {kind: change_policy, id: c, status: draft, controlled: {}, categories: [{id: normal}]}
            ",
        );
    }

    #[test]
    fn one_thing_under_control_and_any_way_for_emergencies_are_enough() {
        check(
            &ChangePolicyIncomplete,
            "
            # sms/change_policy/a.yaml
            {kind: change_policy, id: a, status: in_force, controlled: {paths: [sms/**]}, categories: [{id: emergency}]}
            # sms/change_policy/b.yaml
            {kind: change_policy, id: b, status: in_force, controlled: {ci_types: [router]},
             categories: [{id: hot, retrospective_within: 2d}]}
            # sms/change_policy/c.yaml
            {kind: change_policy, id: c, status: in_force}
            ",
        );
    }
}
