//! What the hub answers to questions in GitHub's query language.

use serde_json::{Value, json};

use super::State;

/// Answers the questions that are asked in the query language: when a text was edited, and who edited comments.
pub(super) fn query(state: &State, sent: &Value) -> Value {
    if sent["query"].as_str().unwrap().contains("lastEditedAt") {
        assert_eq!((&sent["variables"]["owner"], &sent["variables"]["name"]), (&json!("acme"), &json!("sms")));
        let at = state.edited.get(&sent["variables"]["number"].as_u64().unwrap());
        return json!({"data": {"repository": {"pullRequest": {"lastEditedAt": at}}}});
    }
    assert!(sent["query"].as_str().unwrap().contains("... on IssueComment"), "{sent}");
    let one = |id: &Value| {
        let number: u64 = id.as_str().unwrap().trim_start_matches("node-").parse().unwrap();
        let editor = state
            .editors
            .get(&number)
            .map(|login| json!({"__typename": "User", "login": login, "databaseId": state.users[login].id}));
        json!({"id": id, "editor": editor})
    };
    let nodes: Vec<Value> = sent["variables"]["ids"].as_array().unwrap().iter().map(one).collect();
    json!({"data": {"nodes": nodes}})
}
