//! What people read on GitHub, whole: as snapshots, and with all that strangers may have written into it.

use super::hub::{APP, Hub};
use super::{CHANGE, CHANGE_PATH, asked, work};

/// What the newest check of the bot shows on its page.
fn page(hub: &Hub, number: u64) -> String {
    let state = hub.state();
    let head = &state.pulls[&number].head;
    let own = state.checks.iter().filter(|check| check["head_sha"] == head.as_str() && check["app"]["id"] == APP);
    let newest = own.max_by_key(|check| check["id"].as_u64()).unwrap();
    let word = |key: &str| newest["output"][key].as_str().unwrap_or_default().to_owned();
    format!(
        "{}: {}\n\n{}\n\n{}",
        newest["conclusion"].as_str().unwrap_or("in progress"),
        word("title"),
        word("summary"),
        word("text")
    )
}

#[test]
fn case_91_text_of_strangers_shows_as_text_and_mentions_nobody() {
    let nasty = "@ann <img src=x> | ``` [a](javascript:b) <!-- x";
    let hub = Hub::new();
    let item = "sms/ci/ci-app-first.yaml";
    let service = "sms/service/svc-first.yaml";
    let titled = |text: String| -> String {
        let lines = text
            .lines()
            .map(|line| if line.starts_with("title: ") { format!("title: '{nasty}'") } else { line.to_owned() });
        lines.map(|line| line + "\n").collect()
    };
    hub.main(&[(item, &titled(hub.text(item))), (service, &titled(hub.text(service)))]);
    let change = titled(CHANGE.to_owned()).replace("Write the new word and read it", &format!("'{nasty}'"));
    let number = hub.open("cy", &[(CHANGE_PATH, &change)]);
    let said = nasty.replace(" <!-- x", "");
    hub.say(number, "bo", &format!("/gitsm object {said} \u{202e}olleh"));
    let (outcome, reasons) = work(&hub, number);
    assert!(reasons.contains(&"objection"), "{outcome} {reasons:?}");
    let first = [hub.own_comments(number)[0].clone(), page(&hub, number)];
    let odd = format!("{}'{nasty}': 1\n", hub.text(item));
    hub.push(number, "cy", &[(item, &odd)]);
    work(&hub, number);
    for shown in first.into_iter().chain([hub.own_comments(number)[0].clone(), page(&hub, number)]) {
        for bad in ["@ann", "<img", "\u{202e}", "<!-- x"] {
            assert!(!shown.contains(bad), "{bad}: {shown}");
        }
        // Links are none within a picture.
        let outside: Vec<&str> = shown.split("\n```").step_by(2).collect();
        assert!(!outside.concat().contains("[a]("), "{shown}");
        let fences = shown.lines().filter(|line| line.trim_start().starts_with("```")).count();
        assert!(fences.is_multiple_of(2), "{shown}");
        assert!(shown.contains("javascript:b"), "it is told all the same: {shown}");
    }
}

#[test]
fn the_comment_and_the_page_of_a_check_tell_each_outcome() {
    let (hub, number) = asked();
    let texts = |name: &str| {
        let head = hub.state().pulls[&number].head[..10].to_owned();
        let base = super::hub::main_of(&hub)[..10].to_owned();
        let comment = hub.own_comments(number)[0].clone();
        let both = format!("{comment}\n==== the check ====\n\n{}", page(&hub, number));
        insta::assert_snapshot!(name, both.replace(&head, "HEAD").replace(&base, "BASE"));
    };
    let vote = hub.review(number, "bo", "APPROVED", None);
    assert_eq!(work(&hub, number).0, "PASS");
    texts("pass");
    hub.review(number, "ann", "CHANGES_REQUESTED", None);
    hub.say(number, "ann", "/gitsm object the way back was never tried");
    assert_eq!(work(&hub, number).0, "BLOCKED");
    texts("blocked");
    hub.fault("GET /repos/acme/sms/collaborators/bo/permission", 3, super::hub::Sort::Status(500, Vec::new()));
    assert_eq!(work(&hub, number).0, "ERROR");
    texts("error");
    hub.say(number, "ann", "/gitsm withdraw");
    hub.dismiss(vote, "ann");
    hub.state().reviews.remove(1);
    assert_eq!(work(&hub, number).0, "PENDING");
    texts("pending");
}
