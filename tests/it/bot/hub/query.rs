//! What the hub answers to questions in GitHub's query language.

use serde_json::{Value, json};

use super::State;

/// Answers the questions that are asked in the query language: when a text was edited, who edited comments, and
/// whose were those that were deleted.
pub(super) fn query(state: &State, sent: &Value) -> Value {
    if sent["query"].as_str().unwrap().contains("lastEditedAt") {
        assert_eq!((&sent["variables"]["owner"], &sent["variables"]["name"]), (&json!("acme"), &json!("sms")));
        let at = state.edited.get(&sent["variables"]["number"].as_u64().unwrap());
        return json!({"data": {"repository": {"pullRequest": {"lastEditedAt": at}}}});
    }
    if sent["query"].as_str().unwrap().contains("COMMENT_DELETED_EVENT") {
        let number = sent["variables"]["number"].as_u64().unwrap();
        let of = state.deleted.iter().filter(|(of, _)| *of == number).map(|(_, it)| it.clone());
        let items = json!({"nodes": of.collect::<Vec<_>>()});
        return json!({"data": {"repository": {"pullRequest": {"timelineItems": items}}}});
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
