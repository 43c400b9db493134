//! What a repository has set up about a branch: rulesets, the classic protection, and what workflows may do.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Asks;
use crate::base::text::quoted;
use crate::bot::client::ApiError;
use crate::bot::plan::{Me, check_name};
use crate::bot::repo::{Repo, encode};

/// Ways of merging that the recorder and `audit verify` can follow.
const MERGES: [&str; 3] = ["merge", "squash", "rebase"];

/// Patterns that hold for every tag; `refs/tags/*` holds for those without a slash alone.
const EVERY_TAG: [&str; 2] = ["~ALL", "refs/tags/**/*"];

/// A rule that holds for a branch or a tag.
#[derive(Debug, Clone, Deserialize)]
struct Rule {
    /// What it is about.
    #[serde(default, rename = "type")]
    sort: String,
    /// How it is set.
    #[serde(default)]
    parameters: Value,
    /// The ruleset that it comes from; none for the classic protection.
    #[serde(default)]
    ruleset_id: Option<u64>,
}

/// A set of rules.
#[derive(Debug, Clone, Deserialize)]
struct Ruleset {
    id: u64,
    name: String,
    /// `active`, `evaluate` or `disabled`.
    enforcement: String,
    /// Who may go around it; none when that is not told.
    #[serde(default)]
    bypass_actors: Option<Vec<Bypass>>,
    /// For what it holds; none when that is not told.
    #[serde(default)]
    conditions: Option<Conditions>,
    #[serde(default)]
    rules: Vec<Rule>,
}

/// For what a set of rules holds.
#[derive(Debug, Clone, Default, Deserialize)]
struct Conditions {
    #[serde(default)]
    ref_name: Names,
}

/// Patterns of the names of branches or tags.
#[derive(Debug, Clone, Default, Deserialize)]
struct Names {
    #[serde(default)]
    include: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
}

impl Ruleset {
    /// What keeps the set from holding for every tag and everybody, each in a few words.
    fn gaps(&self) -> Vec<String> {
        let mut gaps = Vec::new();
        match self.conditions.as_ref().map(|conditions| &conditions.ref_name) {
            None => gaps.push("for which tags is not told".to_owned()),
            Some(names) => {
                if !names.include.iter().any(|pattern| EVERY_TAG.contains(&pattern.as_str())) {
                    let only = if names.include.is_empty() { "none".to_owned() } else { quoted(&names.include, 5) };
                    gaps.push(format!("only for {only}"));
                }
                if !names.exclude.is_empty() {
                    gaps.push(format!("not for {}", quoted(&names.exclude, 5)));
                }
            }
        }
        match self.spared() {
            None => gaps.push("who may go around it is not told".to_owned()),
            Some(who) if !who.is_empty() => gaps.push(format!("{} may go around it", quoted(&who, 5))),
            Some(_) => {}
        }
        gaps
    }

    /// Who may go around the set; none when that is not told.
    fn spared(&self) -> Option<BTreeSet<String>> {
        let one =
            |it: &Bypass| it.actor_id.map_or_else(|| it.actor_type.clone(), |id| format!("{} {id}", it.actor_type));
        self.bypass_actors.as_ref().map(|actors| actors.iter().map(one).collect())
    }
}

/// Somebody who may go around a set of rules.
#[derive(Debug, Clone, Deserialize)]
struct Bypass {
    /// `Team`, `Integration`, `RepositoryRole`, `OrganizationAdmin`, …
    actor_type: String,
    #[serde(default)]
    actor_id: Option<u64>,
}

/// What a token of a workflow may do.
#[derive(Debug, Clone, Deserialize)]
struct Workflow {
    can_approve_pull_request_reviews: bool,
}

/// A switch of the classic protection; what is not said is off.
fn is_on(protection: &Value, name: &str) -> bool {
    protection[name]["enabled"] == true
}

/// What is set up.
#[derive(Debug)]
pub(super) struct Settings {
    /// What holds for the branch, whichever way it is set up.
    rules: Vec<Rule>,
    /// The sets that those rules come from.
    rulesets: Vec<Ruleset>,
    /// The classic protection of the branch, as GitHub tells it.
    classic: Option<Value>,
    /// The sets of rules for tags that are in force.
    tags: Vec<Ruleset>,
    workflow: Workflow,
}

impl Settings {
    /// Reads them.
    ///
    /// # Errors
    /// When something cannot be read.
    pub(super) async fn read(repo: &Repo, branch: &str) -> Result<Self, ApiError> {
        let name = encode(branch, false);
        let mut rules: Vec<Rule> = repo.client.list(&repo.path(&format!("/rules/branches/{name}")), None).await?;
        let workflow = repo.client.get(&repo.path("/actions/permissions/workflow")).await?;
        let classic = match repo.client.get::<Value>(&repo.path(&format!("/branches/{name}/protection"))).await {
            Ok(found) => Some(found),
            // Whoever may not look gets another message.
            Err(ApiError::Status { status: 404, message, .. }) if message.contains("Branch not protected") => None,
            Err(error) => return Err(error),
        };
        let whole = async |id: u64| {
            let path = repo.path(&format!("/rulesets/{id}?includes_parents=true"));
            repo.client.get::<Ruleset>(&path).await
        };
        let ids: BTreeSet<u64> = rules.iter().filter_map(|rule| rule.ruleset_id).collect();
        let (mut rulesets, mut tags) = (Vec::new(), Vec::new());
        for id in ids {
            rulesets.push(whole(id).await?);
        }
        let all = repo.path("/rulesets?includes_parents=true&targets=tag");
        let listed: Vec<Ruleset> = repo.client.list(&all, None).await?;
        for one in listed.iter().filter(|one| one.enforcement == "active") {
            tags.push(whole(one.id).await?);
        }
        rules.extend(classic.iter().flat_map(as_rules));
        Ok(Self { rules, rulesets, classic, tags, workflow })
    }

    /// What is not as it should be.
    pub(super) fn compare(&self, branch: &str, me: &Me, asks: Asks) -> Vec<String> {
        let mut wrong = self.check(branch, me);
        let needed = [
            ("pull_request", "can be pushed to without a pull request; require one"),
            ("non_fast_forward", "can be overwritten by a forced push; block forced pushes"),
            ("deletion", "can be deleted; restrict deletions"),
        ];
        for (_, what) in needed.iter().filter(|(sort, _)| self.of(sort).next().is_none()) {
            wrong.push(format!("'{branch}' {what}"));
        }
        let settings = [
            (
                true,
                "dismiss_stale_reviews_on_push",
                "approvals of an older state stay; dismiss stale approvals on a push",
            ),
            (true, "require_last_push_approval", "the last one to push may approve; require approval of the last push"),
            (
                asks.conversations,
                "required_review_thread_resolution",
                "conversations may stay open; require that they are resolved",
            ),
        ];
        let set = |name: &str| self.of("pull_request").any(|rule| rule.parameters[name] == true);
        for (_, setting, what) in settings.iter().filter(|(asked, setting, _)| *asked && !set(setting)) {
            wrong.push(format!("{what} (`{setting}` on '{branch}')"));
        }
        if asks.signatures && self.of("required_signatures").next().is_none() {
            wrong.push(format!("commits on '{branch}' may name anybody; require signed commits"));
        }
        wrong.extend(self.merges(branch));
        wrong.extend(self.around(branch));
        wrong.extend(self.tags());
        if self.workflow.can_approve_pull_request_reviews {
            wrong.push("workflows may approve pull requests; turn that off under Settings, Actions".to_owned());
        }
        wrong
    }

    fn of(&self, sort: &str) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.sort == sort)
    }

    /// The required check, and whose it must be.
    fn check(&self, branch: &str, me: &Me) -> Vec<String> {
        let name = check_name(branch);
        let all = self.of("required_status_checks");
        let checks = all.filter_map(|rule| rule.parameters["required_status_checks"].as_array());
        let mut own = checks.flatten().filter(|check| check["context"] == name.as_str()).peekable();
        if own.peek().is_none() {
            return vec![format!(
                "no rule of '{branch}' requires the check '{name}'; require it, or nothing stops a merge"
            )];
        }
        match me {
            Me::App(app) if !own.any(|check| check["integration_id"].as_u64() == Some(*app)) => {
                vec![format!("the required check '{name}' may come from anybody; accept it from App {app} alone")]
            }
            Me::App(_) | Me::Workflow => Vec::new(),
        }
    }

    /// Ways of merging of which nobody could say afterwards what they brought.
    fn merges(&self, branch: &str) -> Option<String> {
        let words = |rule: &Rule| -> Vec<String> {
            let allowed = rule.parameters["allowed_merge_methods"].as_array().into_iter().flatten();
            let all = allowed.chain([&rule.parameters["merge_method"]]);
            all.filter_map(|word| word.as_str().map(str::to_lowercase)).collect()
        };
        let rules = self.of("pull_request").chain(self.of("merge_queue"));
        let odd: BTreeSet<String> = rules.flat_map(words).filter(|word| !MERGES.contains(&word.as_str())).collect();
        let what = quoted(&odd, 5);
        (!odd.is_empty()).then(|| {
            format!("'{branch}' may be merged to by {what}, which `gitsm audit verify` cannot follow; allow {MERGES:?} alone")
        })
    }

    /// Who may go around the rules.
    fn around(&self, branch: &str) -> Vec<String> {
        let mut wrong = Vec::new();
        for set in &self.rulesets {
            let name = &set.name;
            match set.spared() {
                None => wrong.push(format!(
                    "who may go around the ruleset '{name}' is not told; look with a token that may administer the repository"
                )),
                Some(who) if !who.is_empty() => {
                    let who = quoted(&who, 5);
                    wrong.push(format!("{who} may go around the ruleset '{name}'; empty its bypass list"));
                }
                Some(_) => {}
            }
        }
        let Some(classic) = &self.classic else { return wrong };
        if !is_on(classic, "enforce_admins") {
            wrong.push(format!("administrators may go around the protection of '{branch}'; let it hold for them, too"));
        }
        let spared = &classic["required_pull_request_reviews"]["bypass_pull_request_allowances"];
        let any = |sort: &str| spared[sort].as_array().is_some_and(|all| !all.is_empty());
        if ["users", "teams", "apps"].into_iter().any(any) {
            wrong
                .push(format!("some may push to '{branch}' without a pull request; empty that list of its protection"));
        }
        wrong
    }

    /// Whether tags stay where they are; editions and releases are known by them. A tag that only moves forward moves all
    /// the same, so that blocking forced pushes is not enough.
    fn tags(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut open = Vec::new();
        for (rule, done, what) in [("update", "moved", "updates"), ("deletion", "deleted", "deletions")] {
            let sets = || self.tags.iter().filter(|set| set.rules.iter().any(|it| it.sort == rule));
            if sets().next().is_none() {
                open.push((done, what));
            } else if sets().all(|set| !set.gaps().is_empty()) {
                let told = sets().map(|set| format!("the ruleset '{}' holds {}", set.name, set.gaps().join(", ")));
                let told = told.collect::<Vec<_>>().join("; ");
                wrong.push(format!(
                    "tags can be {done}: {told}; restrict {what} of every tag (`~ALL`), and let nobody go around it"
                ));
            }
        }
        if !open.is_empty() {
            let (done, what): (Vec<&str>, Vec<&str>) = open.into_iter().unzip();
            let (done, what) = (done.join(" and "), what.join(" and "));
            wrong.insert(0, format!("tags can be {done}; restrict {what} of tags by a ruleset"));
        }
        wrong
    }
}

/// The classic protection in the words of rulesets.
fn as_rules(classic: &Value) -> Vec<Rule> {
    let rule = |sort: &str, parameters: Value| Rule { sort: sort.to_owned(), parameters, ruleset_id: None };
    let mut rules = Vec::new();
    let checks = classic["required_status_checks"]["checks"].as_array();
    if let Some(checks) = checks.filter(|checks| !checks.is_empty()) {
        let one = |check: &Value| json!({"context": check["context"], "integration_id": check["app_id"]});
        let all: Vec<Value> = checks.iter().map(one).collect();
        rules.push(rule("required_status_checks", json!({"required_status_checks": all})));
    }
    let reviews = &classic["required_pull_request_reviews"];
    if reviews.is_object() {
        rules.push(rule(
            "pull_request",
            json!({"dismiss_stale_reviews_on_push": reviews["dismiss_stale_reviews"],
                "require_last_push_approval": reviews["require_last_push_approval"],
                "required_review_thread_resolution": is_on(classic, "required_conversation_resolution")}),
        ));
    }
    let said = |name: &str| classic[name]["enabled"].is_boolean();
    let switches = [
        ("non_fast_forward", said("allow_force_pushes") && !is_on(classic, "allow_force_pushes")),
        ("deletion", said("allow_deletions") && !is_on(classic, "allow_deletions")),
        ("required_signatures", is_on(classic, "required_signatures")),
    ];
    rules.extend(switches.into_iter().filter(|(_, on)| *on).map(|(sort, _)| rule(sort, Value::Null)));
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(rules: Value, approve: bool) -> Settings {
        let set = |rules: Value| -> Ruleset {
            let whole = json!({"id": 1, "name": "set", "enforcement": "active", "bypass_actors": [],
                "conditions": {"ref_name": {"include": ["~ALL"], "exclude": []}}, "rules": rules});
            serde_json::from_value(whole).unwrap()
        };
        Settings {
            rules: serde_json::from_value(rules).unwrap(),
            rulesets: vec![set(json!([]))],
            classic: None,
            tags: vec![set(json!([{"type": "deletion"}, {"type": "update"}]))],
            workflow: Workflow { can_approve_pull_request_reviews: approve },
        }
    }

    fn found(rules: Value, approve: bool) -> Vec<String> {
        settings(rules, approve).compare("main", &Me::App(77), Asks::default())
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
    fn what_may_be_chosen_is_asked_for_only_when_it_was() {
        let it = settings(well(77), false);
        let told = |it: &Settings, conversations, signatures| {
            it.compare("main", &Me::App(77), Asks { conversations, signatures })
        };
        assert_eq!(
            told(&it, true, true),
            [
                "conversations may stay open; require that they are resolved (`required_review_thread_resolution` on 'main')",
                "commits on 'main' may name anybody; require signed commits"
            ]
        );
        let mut all = well(77);
        all[1]["parameters"]["required_review_thread_resolution"] = json!(true);
        all.as_array_mut().unwrap().push(json!({"type": "required_signatures"}));
        assert_eq!(told(&settings(all, false), true, true), [""; 0]);
    }

    #[test]
    fn whoever_may_go_around_the_rules_is_told_and_so_is_that_it_is_not_known() {
        let mut it = settings(well(77), false);
        it.rulesets[0].bypass_actors = None;
        assert!(it.around("main")[0].starts_with("who may go around the ruleset 'set' is not told"));
        let actors =
            json!([{"actor_type": "OrganizationAdmin", "actor_id": null}, {"actor_type": "Team", "actor_id": 5}]);
        it.rulesets[0].bypass_actors = serde_json::from_value(actors).unwrap();
        let told = "'OrganizationAdmin' and 'Team 5' may go around the ruleset 'set'; empty its bypass list";
        assert_eq!(it.compare("main", &Me::App(77), Asks::default()), [told]);
    }

    #[test]
    fn ways_of_merging_that_cannot_be_followed_are_told() {
        let mut all = well(77);
        all[1]["parameters"]["allowed_merge_methods"] = json!(["merge", "squash", "rebase"]);
        all.as_array_mut().unwrap().push(json!({"type": "merge_queue", "parameters": {"merge_method": "SQUASH"}}));
        assert_eq!(found(all.clone(), false), [""; 0]);
        all[5]["parameters"]["merge_method"] = json!("OCTOPUS");
        let told = found(all, false);
        assert!(told.len() == 1 && told[0].contains("by 'octopus', which"), "{told:?}");
    }

    #[test]
    fn tags_must_stay_where_they_are() {
        let tags = |rules: Value| {
            let mut it = settings(well(77), false);
            it.tags[0].rules = serde_json::from_value(rules).unwrap();
            it.compare("main", &Me::App(77), Asks::default())
        };
        assert_eq!(
            tags(json!([{"type": "deletion"}])),
            ["tags can be moved; restrict updates of tags by a ruleset"],
            "the other one is there"
        );
        assert_eq!(tags(json!([{"type": "update"}])), ["tags can be deleted; restrict deletions of tags by a ruleset"]);
        let forced = tags(json!([{"type": "deletion"}, {"type": "non_fast_forward"}]));
        assert_eq!(forced, ["tags can be moved; restrict updates of tags by a ruleset"], "forward is moved, too");
        let told = ["tags can be moved and deleted; restrict updates and deletions of tags by a ruleset"];
        let mut none = settings(well(77), false);
        none.tags.clear();
        assert_eq!(none.compare("main", &Me::App(77), Asks::default()), told);
    }

    #[test]
    fn a_ruleset_of_tags_counts_when_it_holds_for_all_of_them_and_for_everybody() {
        let told = |change: fn(&mut Ruleset)| {
            let mut it = settings(well(77), false);
            change(&mut it.tags[0]);
            let told = it.compare("main", &Me::App(77), Asks::default());
            let part =
                |line: &String| line.split("holds ").nth(1).and_then(|it| it.split(';').next().map(str::to_owned));
            assert!(told.iter().all(|line| line.starts_with("tags can be ") && line.contains("the ruleset 'set'")));
            assert!(told.is_empty() || told.len() == 2, "both rules are in it: {told:?}");
            told.first().and_then(part)
        };
        let wide = told(|set| set.conditions.as_mut().unwrap().ref_name.include = vec!["refs/tags/**/*".to_owned()]);
        assert_eq!(wide, None);
        let some = told(|set| set.conditions.as_mut().unwrap().ref_name.include = vec!["refs/tags/v*".to_owned()]);
        assert_eq!(some.as_deref(), Some("only for 'refs/tags/v*'"));
        let flat = told(|set| set.conditions.as_mut().unwrap().ref_name.include = vec!["refs/tags/*".to_owned()]);
        assert_eq!(flat.as_deref(), Some("only for 'refs/tags/*'"), "a name with a slash is outside of it");
        let spared = told(|set| set.conditions.as_mut().unwrap().ref_name.exclude = vec!["refs/tags/x".to_owned()]);
        assert_eq!(spared.as_deref(), Some("not for 'refs/tags/x'"));
        let unknown = told(|set| (set.conditions, set.bypass_actors) = (None, None));
        assert_eq!(unknown.as_deref(), Some("for which tags is not told, who may go around it is not told"));
        let around = told(|set| {
            set.bypass_actors = Some(vec![Bypass { actor_type: "Team".to_owned(), actor_id: Some(5) }]);
        });
        assert_eq!(around.as_deref(), Some("'Team 5' may go around it"));
        let mut both = settings(well(77), false);
        both.tags.push(both.tags[0].clone());
        both.tags[0].conditions = None;
        assert_eq!(both.compare("main", &Me::App(77), Asks::default()), [""; 0], "one that holds is enough");
    }

    #[test]
    fn the_classic_protection_counts_like_rules_and_must_hold_for_administrators() {
        let whole = json!({
            "required_status_checks": {"checks": [{"context": "gitsm / main", "app_id": 77}]},
            "required_pull_request_reviews": {"dismiss_stale_reviews": true, "require_last_push_approval": true},
            "enforce_admins": {"enabled": true}, "allow_force_pushes": {"enabled": false},
            "allow_deletions": {"enabled": false}, "required_conversation_resolution": {"enabled": true},
            "required_signatures": {"enabled": true}});
        let told = |classic: Value| {
            let mut it = settings(json!([]), false);
            it.rules = as_rules(&classic);
            (it.rulesets, it.classic) = (Vec::new(), Some(classic));
            it.compare("main", &Me::App(77), Asks { conversations: true, signatures: true })
        };
        assert_eq!(told(whole.clone()), [""; 0]);
        for (key, value, start) in [
            ("enforce_admins", json!({"enabled": false}), "administrators may go around"),
            ("allow_force_pushes", json!({"enabled": true}), "'main' can be overwritten"),
            ("allow_deletions", Value::Null, "'main' can be deleted"),
            ("required_conversation_resolution", json!({"enabled": false}), "conversations may stay open"),
            ("required_signatures", json!({"enabled": false}), "commits on 'main' may name anybody"),
            ("required_status_checks", Value::Null, "no rule of 'main' requires the check"),
        ] {
            let mut part = whole.clone();
            part[key] = value;
            let told = told(part);
            assert!(told.len() == 1 && told[0].starts_with(start), "{key}: {told:?}");
        }
        let mut spared = whole.clone();
        spared["required_pull_request_reviews"]["bypass_pull_request_allowances"] = json!({"users": [{}], "teams": []});
        assert_eq!(told(spared), ["some may push to 'main' without a pull request; empty that list of its protection"]);
        let mut anybody = whole;
        anybody["required_status_checks"]["checks"][0]["app_id"] = Value::Null;
        assert!(told(anybody)[0].contains("may come from anybody"));
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
        let it = settings(well(99), false);
        let untold = serde_json::from_value::<Workflow>(json!({"default_workflow_permissions": "read"}));
        assert!(untold.is_err(), "what is not told is not well");
        assert_eq!(it.compare("main", &Me::Workflow, Asks::default()), [""; 0]);
        let other = it.compare("release/1", &Me::Workflow, Asks::default());
        assert_eq!(
            other,
            ["no rule of 'release/1' requires the check 'gitsm / release/1'; require it, or nothing stops a merge"]
        );
    }
}
