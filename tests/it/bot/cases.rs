//! Cases of the gate that need the API, by their number.

use super::hub::NOW;
use super::{CHANGE, CHANGE_PATH, GREEN, RED, Setup, WAITS, asked, shows, work, work_at};

fn passes() -> (String, Vec<&'static str>) {
    ("PASS".to_owned(), Vec::new())
}

#[test]
fn a_pull_request_waits_is_asked_for_agreed_to_and_turns_green() {
    let (hub, number) = asked();
    assert_eq!(work(&hub, number), ("PENDING".to_owned(), vec!["seats"]));
    shows(&hub, number, WAITS);
    let asked = hub.state().pulls[&number].requested.clone();
    assert_eq!(asked.len(), 1, "the smallest set: {asked:?}");
    let comments = hub.own_comments(number);
    assert_eq!(comments.len(), 1);
    insta::assert_snapshot!(comments[0].replace(&hub.state().pulls[&number].head[..10], "HEAD"));
    hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number), passes());
    shows(&hub, number, GREEN);
    assert_eq!(hub.own_comments(number).len(), 1, "one comment, kept up to date");
    assert!(hub.own_comments(number)[0].contains("### ✅ PASS"));
    let labels: Vec<String> = hub.state().pulls[&number].labels.iter().cloned().collect();
    assert_eq!(labels, ["gitsm: low risk", "gitsm: normal", "gitsm: pass"]);
    let _ = (CHANGE, RED, NOW);
    let before = hub.asked("PATCH") + hub.asked("POST");
    let sweep = Setup::default();
    let worked = super::run(async { super::worker(&hub, &sweep).await.pull(number, None, false).await });
    assert!(worked.unwrap().actions.is_empty(), "nothing is written when nothing is new");
    assert_eq!(hub.asked("PATCH") + hub.asked("POST"), before);
    let _ = (CHANGE_PATH, work_at);
}
