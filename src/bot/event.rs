//! What an event asks for. Its payload is a hint where to look; everything that counts is read again.

use serde_json::Value;

use super::command::commands;
use super::text;

/// What to look at again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wish {
    /// Nothing; why, in a word for the log.
    Nothing(&'static str),
    /// A pull request.
    Pull {
        /// Its number.
        number: u64,
        /// A review that must be visible.
        review: Option<u64>,
    },
    /// The pull requests whose head is this commit.
    Commit(String),
    /// The pull requests to this branch.
    Branch(String),
    /// A group of a merge queue.
    Queue(Group),
    /// Every open pull request.
    Everything,
}

/// A group of a merge queue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// The branch to which it is to go.
    pub base: String,
    /// The branch that GitHub made for it.
    pub branch: String,
    /// Its commit.
    pub commit: String,
}

impl Group {
    /// The group of a branch that GitHub made for a merge queue, by its full name; none for any other branch.
    #[must_use]
    pub fn of(branch: &str, commit: &str) -> Option<Self> {
        let branch = branch.trim_start_matches("refs/heads/");
        // A base may have anything in its name, also what stands between it and the number.
        let (base, _) = branch.strip_prefix("gh-readonly-queue/")?.rsplit_once("/pr-")?;
        let it = Self { base: base.to_owned(), branch: branch.to_owned(), commit: commit.to_owned() };
        it.number().map(|_| it)
    }

    /// The pull request that the group ends with, by the name of its branch:
    /// `gh-readonly-queue/BASE/pr-NUMBER-COMMIT`.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        number_of(&self.branch, &self.base)
    }
}

/// The pull request for which a branch of a merge queue was made.
#[must_use]
pub(super) fn number_of(branch: &str, base: &str) -> Option<u64> {
    let rest = branch.trim_start_matches("refs/heads/").strip_prefix("gh-readonly-queue/")?.strip_prefix(base)?;
    rest.strip_prefix("/pr-")?.split('-').next()?.parse().ok()
}

/// An event as far as it is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The repository, as `owner/name`; none for events of an organisation.
    pub repository: Option<String>,
    /// The installation of the App.
    pub installation: Option<u64>,
    /// What to look at again.
    pub wish: Wish,
}

/// Reads the payload of the event `name`. What is not known asks for nothing.
#[must_use]
pub fn read(name: &str, payload: &Value) -> Event {
    Event {
        repository: payload["repository"]["full_name"].as_str().map(str::to_owned),
        installation: payload["installation"]["id"].as_u64(),
        wish: wish(name, payload),
    }
}

fn wish(name: &str, payload: &Value) -> Wish {
    let action = payload["action"].as_str().unwrap_or_default();
    let pull = |review| match payload["pull_request"]["number"].as_u64() {
        Some(number) => Wish::Pull { number, review },
        None => Wish::Nothing("it names no pull request"),
    };
    match (name, action) {
        (
            "pull_request" | "pull_request_target",
            "opened" | "reopened" | "synchronize" | "edited" | "ready_for_review" | "converted_to_draft" | "closed",
        )
        | ("pull_request_review", "edited" | "dismissed") => pull(None),
        ("pull_request_review", "submitted") => pull(payload["review"]["id"].as_u64()),
        ("issue_comment", "created" | "edited" | "deleted") => comment(payload),
        ("check_run", "rerequested") => commit(&payload["check_run"]["head_sha"]),
        ("check_suite", "rerequested") => commit(&payload["check_suite"]["head_sha"]),
        ("workflow_run", "completed") => commit(&payload["workflow_run"]["head_sha"]),
        ("merge_group", "checks_requested") => group(&payload["merge_group"]),
        ("push", _) => match payload["ref"].as_str().and_then(|name| name.strip_prefix("refs/heads/")) {
            Some(_) if payload["deleted"] == true => Wish::Nothing("the branch is gone"),
            Some(branch) if branch.starts_with("gh-readonly-queue/") => Wish::Nothing("the merge queue tells itself"),
            Some(branch) => Wish::Branch(branch.to_owned()),
            None => Wish::Nothing("it is no push to a branch"),
        },
        (
            "member"
            | "membership"
            | "team"
            | "organization"
            | "repository_ruleset"
            | "branch_protection_rule"
            | "installation"
            | "installation_repositories"
            | "schedule"
            | "workflow_dispatch",
            _,
        ) => Wish::Everything,
        ("ping", _) => Wish::Nothing("a greeting"),
        _ => Wish::Nothing("it changes no decision"),
    }
}

fn commit(hash: &Value) -> Wish {
    hash.as_str().map_or(Wish::Nothing("it names no commit"), |hash| Wish::Commit(hash.to_owned()))
}

/// Comments matter when they hold a command, or held one. The bot's own do not, or it would answer itself for ever.
fn comment(payload: &Value) -> Wish {
    let Some(number) = payload["issue"]["number"].as_u64().filter(|_| payload["issue"]["pull_request"].is_object())
    else {
        return Wish::Nothing("it is no comment on a pull request");
    };
    let body = payload["comment"]["body"].as_str().unwrap_or_default();
    let before = payload["changes"]["body"]["from"].as_str().unwrap_or_default();
    if payload["comment"]["user"]["type"] == "Bot" && body.contains(text::MARKER) {
        return Wish::Nothing("the bot wrote it");
    }
    if commands(body).is_empty() && commands(before).is_empty() {
        return Wish::Nothing("it holds no command");
    }
    Wish::Pull { number, review: None }
}

fn group(group: &Value) -> Wish {
    let branch = |key: &str| group[key].as_str().map(|name| name.trim_start_matches("refs/heads/").to_owned());
    match (branch("base_ref"), branch("head_ref"), group["head_sha"].as_str()) {
        (Some(base), Some(branch), Some(commit)) => Wish::Queue(Group { base, branch, commit: commit.to_owned() }),
        _ => Wish::Nothing("it names no group"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn events_lead_to_what_they_are_about() {
        let pull = json!({"action": "synchronize", "pull_request": {"number": 7},
            "repository": {"full_name": "acme/sms"}, "installation": {"id": 3}});
        let event = read("pull_request", &pull);
        assert_eq!(event.wish, Wish::Pull { number: 7, review: None });
        assert_eq!((event.repository.as_deref(), event.installation), (Some("acme/sms"), Some(3)));
        let review = json!({"action": "submitted", "pull_request": {"number": 7}, "review": {"id": 9}});
        assert_eq!(read("pull_request_review", &review).wish, Wish::Pull { number: 7, review: Some(9) });
        let push = |name: &str| read("push", &json!({"ref": name})).wish;
        assert_eq!(push("refs/heads/release/1"), Wish::Branch("release/1".to_owned()));
        assert!(matches!(push("refs/tags/main"), Wish::Nothing(_)));
        assert!(matches!(push("refs/heads/gh-readonly-queue/main/pr-1-a"), Wish::Nothing(_)));
        assert_eq!(read("team", &json!({"action": "deleted"})).wish, Wish::Everything);
    }

    #[test]
    fn case_89_events_that_are_not_known_ask_for_nothing() {
        for (name, payload) in [
            ("pull_request", json!({"action": "blessed", "pull_request": {"number": 7}})),
            ("pull_request", json!({"action": "opened"})),
            ("sponsorship", json!({"action": "created"})),
            ("pull_request_review", json!([])),
            ("merge_group", json!({"action": "checks_requested", "merge_group": null})),
            ("push", json!(null)),
            ("", json!(7)),
        ] {
            assert!(matches!(read(name, &payload).wish, Wish::Nothing(_)), "{name}");
        }
    }

    #[test]
    fn comments_count_when_they_hold_a_command_or_held_one() {
        let wish = |action: &str, body: &str, before: &str, sort: &str| {
            let payload = json!({"action": action, "issue": {"number": 7, "pull_request": {}},
                "comment": {"body": body, "user": {"type": sort}}, "changes": {"body": {"from": before}}});
            read("issue_comment", &payload).wish
        };
        let seven = Wish::Pull { number: 7, review: None };
        assert_eq!(wish("created", "/gitsm recheck", "", "User"), seven);
        assert_eq!(wish("edited", "never mind", "/gitsm approve abcdef1", "User"), seven);
        assert_eq!(wish("created", "nice", "", "User"), Wish::Nothing("it holds no command"));
        let own = format!("{}\n/gitsm explain", text::MARKER);
        assert_eq!(wish("edited", &own, "", "Bot"), Wish::Nothing("the bot wrote it"));
        assert_eq!(wish("created", &own, "", "User"), seven, "the marker alone proves nothing");
    }

    #[test]
    fn the_queue_names_the_pull_request_in_its_branch() {
        let payload = json!({"action": "checks_requested", "merge_group": {"base_ref": "refs/heads/release/1",
            "head_ref": "refs/heads/gh-readonly-queue/release/1/pr-12-abc", "head_sha": "def"}});
        let Wish::Queue(group) = read("merge_group", &payload).wish else { panic!("no group") };
        assert_eq!((group.number(), group.commit.as_str()), (Some(12), "def"));
        assert_eq!(number_of("gh-readonly-queue/main/pr-x", "main"), None);
        assert_eq!(number_of("main", "main"), None);
        let base = |branch: &str| Group::of(branch, "c").map(|group| (group.base, group.branch));
        let pair = |base: &str, branch: &str| Some((base.to_owned(), branch.to_owned()));
        let branch = "gh-readonly-queue/release/pr-1/pr-3-a";
        assert_eq!(base(&format!("refs/heads/{branch}")), pair("release/pr-1", branch));
        assert_eq!(["main", "gh-readonly-queue/main", "gh-readonly-queue/main/pr-x"].map(base), [None, None, None]);
    }

    #[test]
    fn each_action_on_a_pull_request_or_a_review_leads_to_it_or_to_nothing() {
        let wish = |name: &str, action: &str| {
            read(name, &json!({"action": action, "pull_request": {"number": 7}, "review": {"id": 9}})).wish
        };
        let seven = Wish::Pull { number: 7, review: None };
        for action in
            ["opened", "reopened", "synchronize", "edited", "ready_for_review", "converted_to_draft", "closed"]
        {
            assert_eq!(wish("pull_request", action), seven, "{action}");
            assert_eq!(wish("pull_request_target", action), seven, "{action}");
        }
        assert_eq!(wish("pull_request_review", "edited"), seven, "an edited review need not be waited for");
        assert_eq!(wish("pull_request_review", "dismissed"), seven);
        let nothing = Wish::Nothing("it changes no decision");
        for action in ["labeled", "assigned", "review_requested", "locked", "Opened", "submitted", ""] {
            assert_eq!(wish("pull_request", action), nothing, "{action}");
        }
        assert_eq!(wish("pull_request_review_comment", "created"), nothing);
        assert_eq!(wish("pull_request_review", "opened"), nothing);
        assert_eq!(wish("Pull_Request", "opened"), nothing);
        assert_eq!(wish("ping", "opened"), Wish::Nothing("a greeting"));
    }

    #[test]
    fn a_check_that_is_asked_for_again_leads_to_its_commit() {
        for (name, action, key) in [
            ("check_run", "rerequested", "check_run"),
            ("check_suite", "rerequested", "check_suite"),
            ("workflow_run", "completed", "workflow_run"),
        ] {
            let wish = |action: &str, about: Value| {
                let mut payload = json!({"action": action});
                payload[key] = about;
                read(name, &payload).wish
            };
            assert_eq!(wish(action, json!({"head_sha": "abc"})), Wish::Commit("abc".to_owned()), "{name}");
            assert_eq!(wish(action, json!({"head_sha": null})), Wish::Nothing("it names no commit"), "{name}");
            assert_eq!(wish("created", json!({"head_sha": "abc"})), Wish::Nothing("it changes no decision"), "{name}");
        }
        let own = json!({"action": "completed", "check_run": {"head_sha": "abc"}});
        assert_eq!(read("check_run", &own).wish, Wish::Nothing("it changes no decision"), "or it would wake itself");
    }

    #[test]
    fn what_may_change_rights_or_settings_leads_to_everything_whatever_the_action() {
        for name in [
            "member",
            "membership",
            "team",
            "organization",
            "repository_ruleset",
            "branch_protection_rule",
            "installation",
            "installation_repositories",
            "schedule",
            "workflow_dispatch",
        ] {
            assert_eq!(read(name, &json!({})).wish, Wish::Everything, "{name}");
            assert_eq!(read(name, &json!({"action": "never_heard_of"})).wish, Wish::Everything, "{name}");
        }
    }

    #[test]
    fn values_of_another_sort_than_expected_count_as_missing() {
        let of = |number: Value| read("pull_request", &json!({"action": "opened", "pull_request": {"number": number}}));
        for number in [json!("7"), json!(-7), json!(7.5), json!(null), json!([7])] {
            assert_eq!(of(number.clone()).wish, Wish::Nothing("it names no pull request"), "{number}");
        }
        let review = json!({"action": "submitted", "pull_request": {"number": 7}, "review": {"id": "nine"}});
        assert_eq!(read("pull_request_review", &review).wish, Wish::Pull { number: 7, review: None });
        let event = read("team", &json!({"repository": {"full_name": 5}, "installation": {"id": "3"}}));
        assert_eq!(event, Event { repository: None, installation: None, wish: Wish::Everything });
        assert_eq!(read("push", &json!({"ref": ["refs/heads/main"]})).wish, Wish::Nothing("it is no push to a branch"));
    }

    #[test]
    fn a_comment_counts_on_pull_requests_alone_and_also_when_it_goes() {
        let wish = |action: &str, issue: Value| {
            let payload = json!({"action": action, "issue": issue,
                "comment": {"body": "/gitsm withdraw", "user": {"type": "User"}}});
            read("issue_comment", &payload).wish
        };
        let pull = json!({"number": 7, "pull_request": {"url": "x"}});
        let seven = Wish::Pull { number: 7, review: None };
        assert_eq!(wish("deleted", pull.clone()), seven, "a vote that is gone counts no longer");
        assert_eq!(wish("edited", pull.clone()), seven);
        assert_eq!(wish("pinned", pull), Wish::Nothing("it changes no decision"));
        let none = Wish::Nothing("it is no comment on a pull request");
        assert_eq!(wish("created", json!({"number": 7})), none);
        assert_eq!(wish("created", json!({"number": 7, "pull_request": null})), none);
        assert_eq!(wish("created", json!({"pull_request": {}})), none);
    }

    #[test]
    fn a_group_needs_its_base_its_branch_and_its_commit() {
        let whole =
            json!({"base_ref": "main", "head_ref": "refs/heads/gh-readonly-queue/main/pr-12-abc", "head_sha": "d"});
        let wish =
            |group: &Value| read("merge_group", &json!({"action": "checks_requested", "merge_group": group})).wish;
        let branch = "gh-readonly-queue/main/pr-12-abc".to_owned();
        assert_eq!(wish(&whole), Wish::Queue(Group { base: "main".to_owned(), branch, commit: "d".to_owned() }));
        for key in ["base_ref", "head_ref", "head_sha"] {
            let mut part = whole.clone();
            part[key] = Value::Null;
            assert_eq!(wish(&part), Wish::Nothing("it names no group"), "{key}");
        }
        let gone = json!({"action": "destroyed", "merge_group": whole});
        assert_eq!(read("merge_group", &gone).wish, Wish::Nothing("it changes no decision"));
    }

    #[test]
    fn the_number_is_read_from_a_branch_of_the_queue_of_that_base_alone() {
        let number = |branch: &str| number_of(branch, "main");
        assert_eq!(number("refs/heads/gh-readonly-queue/main/pr-12-abc"), Some(12));
        assert_eq!(number("gh-readonly-queue/main/pr-12"), Some(12));
        for other in [
            "gh-readonly-queue/main2/pr-12-abc",
            "gh-readonly-queue/mai/pr-12-abc",
            "gh-readonly-queue/release/main/pr-12-abc",
            "gh-readonly-queue/main/pr--abc",
            "gh-readonly-queue/main/pr-99999999999999999999-abc",
            "work/gh-readonly-queue/main/pr-12-abc",
            "gh-readonly-queue/main/12-abc",
        ] {
            assert_eq!(number(other), None, "{other}");
        }
        assert_eq!(number_of("gh-readonly-queue/release/1/pr-3-a", "release"), None);
    }
}
