//! What the hub answers: GitHub's examples with the state laid over them.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::super::referee::example;
use super::{APP, NOW, Pull, State, git, strict};

/// Lays fields over an example.
fn over(mut example: Value, fields: Value) -> Value {
    if let (Some(into), Value::Object(fields)) = (example.as_object_mut(), fields) {
        into.extend(fields);
    }
    example
}

/// The account of a name, whole.
pub(super) fn user(state: &State, login: &str) -> Value {
    let Some(known) = state.users.get(login) else { return Value::Null };
    let blank = example("GET /repos/{owner}/{repo}/issues/{issue_number}/comments")["user"].clone();
    over(blank, json!({"login": login, "id": known.id, "type": known.sort}))
}

pub(super) fn app(id: u64) -> Value {
    let blank = example("POST /repos/{owner}/{repo}/check-runs")["app"].clone();
    over(blank, json!({"id": id, "slug": if id == APP { "gitsm-acme" } else { "other" }}))
}

fn end(state: &State, label: &str, branch: &str, commit: &str, repository: u64) -> Value {
    let blank = example("GET /repos/{owner}/{repo}/pulls/{pull_number}")["head"].clone();
    let mut repo = over(blank["repo"].clone(), json!({"id": repository, "full_name": format!("{label}/sms")}));
    if state.organisation {
        repo["owner"]["login"] = json!("acme");
        repo["owner"]["type"] = json!("Organization");
    }
    let owner = user(state, "ann");
    over(blank, json!({"label": label, "ref": branch, "sha": commit, "repo": repo, "user": owner}))
}

fn pull(state: &State, number: u64, it: &Pull, operation: &str) -> Value {
    let base = git::look(&state.git, &it.base).map_or_else(String::new, |commit| commit.0);
    let label = |name: &String| {
        let blank = example("POST /repos/{owner}/{repo}/issues/{issue_number}/labels");
        over(blank, json!({"name": name}))
    };
    let requested: Vec<Value> = it.requested.iter().map(|login| user(state, login)).collect();
    over(
        example(operation),
        json!({
            "number": number, "state": if it.open { "open" } else { "closed" }, "title": it.title, "body": it.body,
            "draft": it.draft, "merged_at": it.merged_at, "merge_commit_sha": it.merged_as, "created_at": "2026-11-19T08:00:00Z", "updated_at": it.updated_at,
            "closed_at": it.closed_at, "user": user(state, &it.author),
            "base": end(state, "acme", &it.base, &base, 1),
            "head": end(state, "acme", &it.branch, &it.head, if it.fork { 2 } else { 1 }),
            "labels": it.labels.iter().map(label).collect::<Vec<_>>(), "requested_reviewers": requested,
            // GitHub's own example of a team breaks its own schema.
            "requested_teams": [],
        }),
    )
}

fn commit(state: &State, one: &(String, Vec<String>, String, String), operation: &str) -> Value {
    let (id, parents, author, committer) = one;
    let by = |email: &String| state.emails.get(email).map_or(Value::Null, |login| user(state, login));
    let blank = example(operation);
    let parents: Vec<Value> =
        parents.iter().map(|parent| over(blank["parents"][0].clone(), json!({"sha": parent}))).collect();
    over(blank, json!({"sha": id, "author": by(author), "committer": by(committer), "parents": parents, "files": []}))
}

fn parameter<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    query.split('&').filter_map(|part| part.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// A page of a list, and the address of the next one.
fn page(all: Vec<Value>, path: &str, query: &str) -> (Value, Option<String>) {
    let number = |name, default| parameter(query, name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (size, at): (usize, usize) = (number("per_page", 30).min(100), number("page", 1).max(1));
    let more = all.len() > at * size;
    let shown: Vec<Value> = all.into_iter().skip((at - 1) * size).take(size).collect();
    let kept: Vec<&str> = query.split('&').filter(|part| !part.starts_with("page=")).collect();
    // GitHub's own links name the repository by its number.
    let path = path.replace("/repos/acme/sms/", "/repositories/1/");
    (Value::Array(shown), more.then(|| format!("{path}?{}&page={}", kept.join("&"), at + 1)))
}

/// Answers a request: status, body, and the next page.
pub(super) fn answer(
    state: &mut State,
    operation: &str,
    path: &str,
    query: &str,
    headers: &HeaderMap,
    sent: &Value,
) -> (u16, Value, Option<String>) {
    let token = headers.get("authorization").and_then(|it| it.to_str().ok()).unwrap_or_default();
    let refused = |status: u16, why: &str| (status, json!({"message": why}), None);
    if operation.starts_with("POST /app/installations/") {
        // An App signs in with three parts between dots.
        if token.matches('.').count() != 2 {
            return refused(401, "A JSON web token could not be decoded");
        }
        if path.split('/').nth(3).and_then(|id| id.parse().ok()) != Some(state.installation) {
            return refused(404, "Not Found");
        }
        let token = if state.revoked { "of-the-new-app" } else { "of-the-app" };
        return (201, over(example(operation), json!({"token": token})), None);
    }
    let is_app = token.matches('.').count() == 2;
    if operation == "GET /app/installations" && is_app {
        return (200, json!([over(example(operation), json!({"id": state.installation, "account": null}))]), None);
    }
    let acting = match token {
        "Bearer of-the-app" if !state.revoked => APP,
        "Bearer of-the-new-app" => APP,
        "Bearer of-another-app" => 99,
        _ if operation.ends_with("/installation") && is_app => {
            return (200, over(example(operation), json!({"id": state.installation})), None);
        }
        _ => return refused(401, "Bad credentials"),
    };
    let number: u64 = path.split('/').find_map(|part| part.parse().ok()).unwrap_or_default();
    let tail = path.split('/').next_back().unwrap_or_default();
    let (method, template) = operation.split_once(' ').unwrap();
    let rest = template.strip_prefix("/repos/{owner}/{repo}").unwrap_or(template);
    if rest.contains("_number}") && !state.pulls.contains_key(&number) {
        return refused(404, "Not Found");
    }
    match (method, rest) {
        ("GET", "/installation/repositories") => {
            let mut body = example(operation);
            body["repositories"][0]["full_name"] = json!("acme/sms");
            (200, body, None)
        }
        ("GET", "/rate_limit") => (200, example(operation), None),
        ("GET", "") => {
            (200, over(example(operation), json!({"id": 1, "full_name": "acme/sms", "default_branch": "main"})), None)
        }
        ("GET", "/orgs/{org}/memberships/{username}") => {
            let word = if state.invited.contains(tail) { "pending" } else { "active" };
            if !state.users.contains_key(tail) || tail == "eve" {
                return refused(404, "Not Found");
            }
            (200, over(example(operation), json!({"state": word})), None)
        }
        ("GET", "/codeowners/errors") => match &state.owners {
            Some(errors) => (200, json!({"errors": errors}), None),
            None => refused(404, "Not Found"),
        },
        ("GET", "/users/{username}") => match user(state, tail) {
            Value::Null => refused(404, "Not Found"),
            found => (200, over(example(operation), json!({"login": tail, "id": found["id"]})), None),
        },
        ("GET", "/rulesets") => {
            let tags = state.rulesets.iter().filter(|(_, set)| set["target"] == "tag");
            let blank = example(operation);
            let all = tags.map(|(id, set)| {
                over(
                    blank.clone(),
                    json!({"id": id, "name": set["name"], "target": "tag", "enforcement": set["enforcement"]}),
                )
            });
            listed(all.collect(), path, query)
        }
        ("GET", "/rulesets/{ruleset_id}") => match state.rulesets.get(&number) {
            Some(set) => (200, over(over(example(operation), json!({"id": number})), set.clone()), None),
            None => refused(404, "Not Found"),
        },
        ("GET", "/branches/{branch}/protection") => match &state.classic {
            Some(classic) => (200, classic.clone(), None),
            None => refused(404, "Branch not protected"),
        },
        ("GET", "/rules/branches/{branch}") => listed(state.rules.clone(), path, query),
        ("GET", "/actions/permissions/workflow") => (
            200,
            json!({"default_workflow_permissions": "read", "can_approve_pull_request_reviews": state.bots_approve}),
            None,
        ),
        ("GET", _) => read(state, operation, rest, path, query, number),
        _ => write(state, operation, rest, number, tail, acting, sent),
    }
}

fn listed(all: Vec<Value>, path: &str, query: &str) -> (u16, Value, Option<String>) {
    let (body, next) = page(all, path, query);
    (200, body, next)
}

fn read(
    state: &mut State,
    operation: &str,
    rest: &str,
    path: &str,
    query: &str,
    number: u64,
) -> (u16, Value, Option<String>) {
    let of = |entries: &[super::Entry], operation: &str| -> Vec<Value> {
        let own = entries.iter().filter(|(of, _)| *of == number);
        own.map(|(_, fields)| over(example(operation), fields.clone())).collect()
    };
    match rest {
        "/pulls" => {
            let open = parameter(query, "state") != Some("closed");
            let mut found: Vec<_> = state.pulls.iter().filter(|(_, it)| it.open == open).collect();
            if parameter(query, "sort") == Some("updated") && parameter(query, "direction") == Some("desc") {
                found.sort_by(|a, b| b.1.updated_at.cmp(&a.1.updated_at));
            }
            listed(found.into_iter().map(|(number, it)| pull(state, *number, it, operation)).collect(), path, query)
        }
        "/pulls/{pull_number}" => (200, pull(state, number, &state.pulls[&number], operation), None),
        "/pulls/{pull_number}/reviews" => {
            let mut all = of(&state.reviews, operation);
            if state.lag > 0 {
                state.lag -= 1;
                all.pop();
            }
            listed(all, path, query)
        }
        "/issues/{issue_number}/comments" => listed(of(&state.comments, operation), path, query),
        "/issues/{issue_number}/timeline" => {
            let own = state.timeline.iter().filter(|(of, _)| *of == number);
            let labeled = json!({"node_id": "x", "url": "https://api.github.com/x", "commit_id": null,
                "commit_url": null, "created_at": NOW, "performed_via_github_app": null});
            listed(own.map(|(_, fields)| over(labeled.clone(), fields.clone())).collect(), path, query)
        }
        "/pulls/{pull_number}/commits" => {
            let all = git::ahead(&state.git, &state.pulls[&number].head);
            // GitHub lists 250 and no more.
            listed(all.iter().take(250).map(|one| commit(state, one, operation)).collect(), path, query)
        }
        "/commits/{ref}" => match git::look(&state.git, path.split('/').next_back().unwrap_or_default()) {
            Some(found) => (200, commit(state, &found, operation), None),
            None if path.split('/').next_back().is_some_and(|id| state.known.contains(id)) => {
                (200, over(example(operation), json!({"files": []})), None)
            }
            None => (422, json!({"message": "No commit found for SHA"}), None),
        },
        "/commits/{commit_sha}/pulls" => {
            let of = state.landed.get(path.split('/').nth(5).unwrap_or_default());
            let found = of.map(|number| pull(state, *number, &state.pulls[number], operation));
            listed(found.into_iter().collect(), path, query)
        }
        "/commits/{ref}/check-runs" => {
            let commit = path.split('/').nth(5).unwrap_or_default();
            let name = parameter(query, "check_name").unwrap_or_default().replace("%20", " ").replace("%2F", "/");
            let fits = |check: &&Value| check["head_sha"] == commit && check["name"] == name.as_str();
            let mut own: Vec<Value> = state.checks.iter().filter(fits).cloned().collect();
            if parameter(query, "filter") != Some("all") {
                // The latest of each App, by when it ended; one in progress has not ended.
                let ended = |check: &Value| (check["status"] == "completed", check["id"].as_u64());
                own.sort_by_key(|check| std::cmp::Reverse(ended(check)));
                let mut apps = std::collections::BTreeSet::new();
                own.retain(|check| apps.insert(check["app"]["id"].as_u64()));
            }
            let (body, next) = page(own, path, query);
            (200, json!({"total_count": body.as_array().map_or(0, Vec::len), "check_runs": body}), next)
        }
        "/activity" => {
            let name = parameter(query, "ref").unwrap_or_default().replace("%2F", "/");
            let of = state.pushes.iter().rev().filter(|push| name == format!("refs/heads/{}", push.branch));
            let all = of.map(|push| {
                json!({"id": push.id, "node_id": "x", "ref": name, "actor": user(state, &push.login),
                    "activity_type": push.word, "before": push.before, "after": push.after, "timestamp": push.at})
            });
            listed(all.collect(), path, query)
        }
        "/git/matching-refs/{ref}" => {
            let start = path.split("/matching-refs/heads/").nth(1).unwrap_or_default();
            let found = git::branches(&state.git, start).into_iter().map(|(name, commit)| {
                let blank = example(operation);
                let object = over(blank["object"].clone(), json!({"sha": commit}));
                over(blank, json!({"ref": name, "object": object}))
            });
            listed(found.collect(), path, query)
        }
        "/collaborators/{username}/permission" => {
            let login = path.split('/').nth(5).unwrap_or_default();
            let Some(known) = state.users.get(login).cloned() else {
                return (404, json!({"message": "Not Found"}), None);
            };
            let blank = example(operation);
            let user =
                over(blank["user"].clone(), json!({"login": login, "id": known.id, "role_name": known.permission}));
            (200, json!({"permission": known.permission, "role_name": known.permission, "user": user}), None)
        }
        other => panic!("the hub does not know {other}"),
    }
}

fn write(
    state: &mut State,
    operation: &str,
    rest: &str,
    number: u64,
    tail: &str,
    acting: u64,
    sent: &Value,
) -> (u16, Value, Option<String>) {
    match (operation.split(' ').next().unwrap(), rest) {
        ("POST", "/check-runs") => {
            let known = sent["head_sha"].as_str().is_some_and(|id| git::look(&state.git, id).is_some());
            if !known {
                return (422, json!({"message": "No commit found for SHA"}), None);
            }
            let id = state.fresh();
            let check = over(example(operation), json!({"id": id, "app": app(acting), "conclusion": null}));
            state.checks.push(lay_check(check, sent));
            let made = state.checks.last().unwrap().clone();
            strict::stand_alone(state, &made);
            (201, made, None)
        }
        ("PATCH", "/check-runs/{check_run_id}") => {
            let Some(check) = state.checks.iter_mut().find(|check| check["id"] == number) else {
                return (404, json!({"message": "Not Found"}), None);
            };
            *check = lay_check(check.clone(), sent);
            let changed = check.clone();
            strict::stand_alone(state, &changed);
            (200, changed, None)
        }
        ("POST", "/issues/{issue_number}/comments") => {
            let id = state.fresh();
            let user = over(user(state, "ann"), json!({"login": "gitsm-acme[bot]", "id": 7700, "type": "Bot"}));
            let fields = json!({"id": id, "user": user, "body": sent["body"], "created_at": NOW, "updated_at": NOW,
                "performed_via_github_app": app(acting)});
            state.comments.push((number, fields.clone()));
            (201, over(example(operation), fields), None)
        }
        (method, "/issues/comments/{comment_id}") => {
            let Some(at) = state.comments.iter().position(|(_, it)| it["id"] == number) else {
                return (404, json!({"message": "Not Found"}), None);
            };
            if method == "DELETE" {
                state.comments.remove(at);
                return (204, Value::Null, None);
            }
            state.comments[at].1["body"] = sent["body"].clone();
            state.comments[at].1["updated_at"] = json!("2026-11-20T12:00:01Z");
            (200, over(example(operation), state.comments[at].1.clone()), None)
        }
        ("POST", "/issues/{issue_number}/labels") => {
            let names = sent["labels"].as_array().cloned().unwrap_or_default();
            let it = state.pulls.get_mut(&number).unwrap();
            it.labels.extend(names.iter().filter_map(|name| name.as_str().map(str::to_owned)));
            let all = it.labels.iter().map(|name| over(example(operation), json!({"name": name})));
            (200, all.collect(), None)
        }
        ("DELETE", "/issues/{issue_number}/labels/{name}") => {
            let name = tail.replace("%20", " ").replace("%3A", ":");
            let gone = state.pulls.get_mut(&number).unwrap().labels.remove(&name);
            if gone { (200, json!([]), None) } else { (404, json!({"message": "Label does not exist"}), None) }
        }
        ("POST", "/pulls/{pull_number}/requested_reviewers") => {
            let it = state.pulls.get_mut(&number).unwrap();
            let names: Vec<String> = sent["reviewers"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|it| it.as_str().map(str::to_owned))
                .collect();
            if names.iter().any(|name| state.unasked.contains(name)) {
                let words = "Reviews may only be requested from collaborators.";
                return (422, json!({"message": words}), None);
            }
            if names.contains(&it.author) {
                return (422, json!({"message": "Review cannot be requested from pull request author."}), None);
            }
            it.requested.extend(names);
            (201, over(example(operation), json!({"requested_teams": []})), None)
        }
        (method, other) => panic!("the hub does not know {method} {other}"),
    }
}

/// A run that is completed keeps its end until another end is written to it.
fn lay_check(check: Value, sent: &Value) -> Value {
    let mut fields = serde_json::Map::new();
    for key in ["name", "head_sha", "status", "conclusion", "external_id"] {
        if let Some(value) = sent.get(key) {
            fields.insert(key.to_owned(), value.clone());
        }
    }
    if sent["conclusion"].is_string() || check["conclusion"].is_string() {
        fields.insert("status".to_owned(), json!("completed"));
    }
    let output = over(check["output"].clone(), sent["output"].clone());
    fields.insert("output".to_owned(), output);
    over(check, Value::Object(fields))
}
