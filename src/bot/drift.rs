//! Settings of a repository that the gate rests on, compared with what they should be.

use serde::Deserialize;
use serde_json::Value;

use super::client::ApiError;
use super::plan::{Me, check_name};
use super::repo::{Repo, encode};
use super::types::{OwnersError, OwnersErrors};

/// Most mistakes in a `CODEOWNERS` that are told one by one.
const MOST_OWNERS: usize = 50;

/// A rule that holds for a branch.
#[derive(Debug, Clone, Deserialize)]
struct Rule {
    /// What it is about.
    #[serde(default, rename = "type")]
    sort: String,
    /// How it is set.
    #[serde(default)]
    parameters: Value,
}

/// What a token of a workflow may do.
#[derive(Debug, Clone, Deserialize)]
struct Workflow {
    #[serde(default)]
    can_approve_pull_request_reviews: bool,
}

/// Looks at the settings of a branch; gives what is not as it should be, each with what to do.
///
/// # Errors
/// When the settings cannot be read: what is not known is not well.
pub async fn drift(repo: &Repo, branch: &str, me: &Me) -> Result<Vec<String>, ApiError> {
    let path = format!("/rules/branches/{}", encode(branch, false));
    let rules: Vec<Rule> = repo.client.list(&repo.path(&path), None).await?;
    let workflow: Workflow = repo.client.get(&repo.path("/actions/permissions/workflow")).await?;
    let mut wrong = compare(&rules, &workflow, branch, me);
    match repo.owners_errors(branch).await {
        Ok(told) => wrong.extend(owners(&told)),
        // There is no such file, and none is needed.
        Err(error) if error.is_missing() => {}
        Err(error) => return Err(error),
    }
    Ok(wrong)
}

/// What GitHub passes over in `CODEOWNERS`: it asks nobody about those paths, and says so nowhere else.
fn owners(told: &OwnersErrors) -> Vec<String> {
    let one = |error: &OwnersError| {
        let line = error.source.as_deref().unwrap_or_default().lines().next().unwrap_or_default();
        format!(
            "{}:{}: GitHub passes over '{line}' ({}); give those people the right to write, or mend their accounts",
            error.path, error.line, error.kind
        )
    };
    told.errors.iter().take(MOST_OWNERS).map(one).collect()
}

fn compare(rules: &[Rule], workflow: &Workflow, branch: &str, me: &Me) -> Vec<String> {
    let mut wrong = Vec::new();
    let of = |sort: &'static str| rules.iter().filter(move |rule| rule.sort == sort);
    let set = |name: &str| of("pull_request").any(|rule| rule.parameters[name] == true);
    let name = check_name(branch);
    let checks = of("required_status_checks").filter_map(|rule| rule.parameters["required_status_checks"].as_array());
    let mut own = checks.flatten().filter(|check| check["context"] == name.as_str()).peekable();
    if own.peek().is_none() {
        wrong.push(format!("no rule of '{branch}' requires the check '{name}'; require it, or nothing stops a merge"));
    } else if let Me::App(app) = me
        && !own.any(|check| check["integration_id"].as_u64() == Some(*app))
    {
        wrong.push(format!("the required check '{name}' may come from anybody; accept it from App {app} alone"));
    }
    let needed = [
        ("pull_request", "can be pushed to without a pull request; require one"),
        ("non_fast_forward", "can be overwritten by a forced push; block forced pushes"),
        ("deletion", "can be deleted; restrict deletions"),
    ];
    for (sort, what) in needed {
        if of(sort).next().is_none() {
            wrong.push(format!("'{branch}' {what}"));
        }
    }
    let settings = [
        ("dismiss_stale_reviews_on_push", "approvals of an older state stay; dismiss stale approvals on a push"),
        ("require_last_push_approval", "the last one to push may approve; require approval of the last push"),
    ];
    for (setting, what) in settings.iter().filter(|(setting, _)| !set(setting)) {
        wrong.push(format!("{what} (`{setting}` on '{branch}')"));
    }
    if workflow.can_approve_pull_request_reviews {
        wrong.push("workflows may approve pull requests; turn that off under Settings, Actions".to_owned());
    }
    wrong
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(rules: Value, approve: bool) -> Vec<String> {
        let rules: Vec<Rule> = serde_json::from_value(rules).unwrap();
        let workflow = Workflow { can_approve_pull_request_reviews: approve };
        compare(&rules, &workflow, "main", &Me::App(77))
    }

    fn well(integration: u64) -> Value {
        json!([
            {"type": "required_status_checks",
             "parameters": {"required_status_checks": [{"context": "gitsm / main", "integration_id": integration}]}},
            {"type": "pull_request",
             "parameters": {"dismiss_stale_reviews_on_push": true, "require_last_push_approval": true}},
            {"type": "non_fast_forward"}, {"type": "deletion"}, {"type": "something_new", "parameters": []},
        ])
    }

    #[test]
    fn what_is_set_as_it_should_be_is_silent() {
        assert_eq!(found(well(77), false), [""; 0]);
    }

    #[test]
    fn each_setting_that_drifted_is_told_with_what_to_do() {
        assert_eq!(found(json!([]), true).len(), 7);
        let forged = found(well(99), false);
        assert!(forged.len() == 1 && forged[0].contains("may come from anybody"), "{forged:?}");
        let mut open = well(77);
        open[1]["parameters"]["require_last_push_approval"] = json!(false);
        assert!(found(open, false)[0].contains("the last one to push may approve"));
        assert!(found(well(77), true)[0].contains("workflows may approve"));
    }

    /// The settings with one of them changed.
    fn but(rule: usize, key: &str, value: Value) -> Vec<String> {
        let mut rules = well(77);
        rules[rule]["parameters"][key] = value;
        found(rules, false)
    }

    #[test]
    fn each_missing_rule_is_told_alone() {
        let without = |sort: &str| {
            let rules = well(77).as_array().unwrap().iter().filter(|rule| rule["type"] != sort).cloned().collect();
            found(Value::Array(rules), false)
        };
        assert_eq!(
            without("required_status_checks"),
            ["no rule of 'main' requires the check 'gitsm / main'; require it, or nothing stops a merge"]
        );
        assert_eq!(without("non_fast_forward"), ["'main' can be overwritten by a forced push; block forced pushes"]);
        assert_eq!(without("deletion"), ["'main' can be deleted; restrict deletions"]);
        let open = without("pull_request");
        assert_eq!(open.len(), 3, "its settings went with it: {open:?}");
        assert_eq!(open[0], "'main' can be pushed to without a pull request; require one");
    }

    #[test]
    fn each_setting_of_reviews_must_be_on() {
        let stale = "approvals of an older state stay; dismiss stale approvals on a push \
                     (`dismiss_stale_reviews_on_push` on 'main')";
        let last = "the last one to push may approve; require approval of the last push \
                    (`require_last_push_approval` on 'main')";
        for value in [json!(false), Value::Null, json!("true"), json!(1)] {
            assert_eq!(but(1, "dismiss_stale_reviews_on_push", value.clone()), [stale], "{value}");
            assert_eq!(but(1, "require_last_push_approval", value.clone()), [last], "{value}");
        }
    }

    #[test]
    fn the_check_must_be_required_by_its_whole_name() {
        for name in ["gitsm", "gitsm / main2", "Gitsm / main", "gitsm / release"] {
            let wrong = but(0, "required_status_checks", json!([{"context": name, "integration_id": 77}]));
            assert!(wrong.len() == 1 && wrong[0].starts_with("no rule of 'main' requires"), "{name}: {wrong:?}");
        }
        let among = json!([{"context": "build"}, {"context": "gitsm / main", "integration_id": 77}]);
        assert_eq!(but(0, "required_status_checks", among), [""; 0]);
        let open = json!([{"context": "gitsm / main", "integration_id": null}]);
        assert_eq!(
            but(0, "required_status_checks", open),
            ["the required check 'gitsm / main' may come from anybody; accept it from App 77 alone"]
        );
    }

    #[test]
    fn one_rule_of_several_that_is_strict_is_enough() {
        let mut rules = well(99).as_array().unwrap().clone();
        rules.push(well(77)[0].clone());
        rules.push(json!({"type": "pull_request", "parameters": {"require_last_push_approval": false}}));
        assert_eq!(found(Value::Array(rules), false), [""; 0]);
    }

    #[test]
    fn a_workflow_cannot_bind_the_check_to_an_app() {
        let rules: Vec<Rule> = serde_json::from_value(well(99)).unwrap();
        let workflow: Workflow = serde_json::from_value(json!({"default_workflow_permissions": "read"})).unwrap();
        assert_eq!(compare(&rules, &workflow, "main", &Me::Workflow), [""; 0]);
        let other = compare(&rules, &workflow, "release/1", &Me::Workflow);
        assert_eq!(
            other,
            ["no rule of 'release/1' requires the check 'gitsm / release/1'; require it, or nothing stops a merge"]
        );
    }
}
