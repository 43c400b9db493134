//! `gitsm gate`, `authorised` and `cab` on real git repositories.

use serde_json::{Value, json};

use crate::program::Folder;

const T0: i64 = 1_795_000_000;
const AT: &str = "2026-11-20T12:00:00Z";

/// The small world of the gate's cases on `main`, and a branch `work` with a change record.
fn repository() -> Folder {
    let folder = Folder::new();
    for block in include_str!("../../gate/world.txt").split("--- ").filter(|block| !block.is_empty()) {
        let (path, text) = block.split_once('\n').expect("a path");
        folder.write(path, text);
    }
    folder.write("gitsm.toml", "format = 1\n");
    folder.commit("Begin", T0);
    git(&folder, &["branch", "-M", "main"]);
    git(&folder, &["checkout", "-q", "-b", "work"]);
    folder.write("sms/change/chg-a.yaml", include_str!("../../gate/change.txt"));
    by(&folder, "Ask for memory", "1+ann@users.noreply.github.com");
    folder
}

/// Runs the real git.
fn git(folder: &Folder, arguments: &[&str]) -> String {
    let output = std::process::Command::new("git")
        .args(["-c", "user.name=Ann", "-c", "user.email=1+ann@users.noreply.github.com"])
        .args(arguments)
        .current_dir(folder.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .expect("git");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Commits everything under this address.
fn by(folder: &Folder, message: &str, address: &str) {
    git(folder, &["add", "-A"]);
    let email = format!("user.email={address}");
    git(folder, &["-c", &email, "commit", "-q", "-m", message]);
}

fn gate(folder: &Folder, more: &[&str]) -> (i32, Value) {
    let arguments = [&["gate", "--base", "main", "--head", "work", "--as-of", AT, "--format", "json"], more].concat();
    let run = folder.run(&arguments);
    (run.code, serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{run:#?}")))
}

#[test]
fn a_branch_is_decided_by_git_alone_and_votes_can_be_tried_out() {
    let folder = repository();
    let (code, decision) = gate(&folder, &[]);
    assert_eq!((code, &decision["outcome"]), (1, &json!("PENDING")), "{decision:#}");
    assert_eq!(decision["next"]["ask"], json!(["bo", "cy"]));
    let (code, decision) = gate(&folder, &["--simulate", "--vote", "bo", "--vote", "cy"]);
    assert_eq!((code, &decision["outcome"]), (0, &json!("PASS")), "{decision:#}");
    let (code, decision) = gate(&folder, &["--simulate", "--vote", "bo", "--vote", "cy", "--vote", "ed=object"]);
    assert_eq!((code, &decision["outcome"]), (1, &json!("BLOCKED")));
    let human = folder.run(&["gate", "--base", "main", "--head", "work", "--as-of", AT]).findings();
    assert!(human.starts_with("PENDING chg-a, normal, risk low ("), "{human}");
    assert!(human.contains("To make it pass: bo and cy agree\n"), "{human}");
    let markdown =
        folder.run(&["gate", "--base", "main", "--head", "work", "--as-of", AT, "--format", "markdown"]).findings();
    assert!(markdown.starts_with("### ⏳ PENDING `chg-a`\n"), "{markdown}");
}

#[test]
fn another_policy_can_be_tried_out_and_previewed() {
    let folder = repository();
    let text = folder.read("sms/change_policy/policy.yaml").replace("{role: role-manager, count: 1}, ", "");
    folder.write("other.yaml", text);
    let (_, decision) = gate(&folder, &["--simulate", "--policy", "other.yaml", "--vote", "cy"]);
    assert_eq!(decision["outcome"], "PASS", "{decision:#}");
    let arguments = ["gate", "--preview", "--base", "main", "--head", "work", "--policy", "other.yaml", "--as-of", AT];
    let text = folder.run(&arguments).clean();
    assert!(text.ends_with("1 of 1 open or recent change would be decided differently\n"), "{text}");
    assert!(
        text.contains("  now  normal, risk low: category normal: 1 of the holders of 'role-manager'; category"),
        "{text}"
    );
}

#[test]
fn an_address_that_says_nothing_is_an_error_and_a_tag_is_no_branch() {
    let folder = repository();
    folder
        .write("sms/change/chg-a.yaml", folder.read("sms/change/chg-a.yaml").replace("It is slow.", "It is so slow."));
    by(&folder, "Mend a word", "somebody@example.com");
    let (code, decision) = gate(&folder, &[]);
    assert_eq!((code, &decision["outcome"]), (1, &json!("ERROR")));
    assert!(decision.to_string().contains("belongs to no account"), "{decision:#}");
    // A tag that is called like the base, and names the head.
    git(&folder, &["tag", "main", "work"]);
    assert_eq!(gate(&folder, &[]).1["base"]["commit"], json!(git(&folder, &["rev-parse", "refs/heads/main"])));
}

#[test]
fn a_vote_for_an_earlier_commit_counts_while_what_matters_is_the_same() {
    let folder = repository();
    let seen = git(&folder, &["rev-parse", "HEAD"]);
    let edit = |from: &str, to: &str| {
        folder.write("sms/change/chg-a.yaml", folder.read("sms/change/chg-a.yaml").replace(from, to));
        by(&folder, "Edit", "1+ann@users.noreply.github.com");
    };
    let decide = || {
        let identity = json!({"name": "Ann", "account": {"id": 1, "login": "ann"}});
        let commits = git(&folder, &["rev-list", "main..work"]);
        let commits: Vec<Value> =
            commits.lines().map(|id| json!({"id": id, "author": identity, "committer": identity})).collect();
        let review = |id: u64, account: u64| json!({"id": id, "account": {"id": account}, "state": "approved", "commit": seen, "at": "2026-11-20T10:00:00Z"});
        let end =
            |name: &str| json!({"ref": name, "commit": git(&folder, &["rev-parse", &format!("refs/heads/{name}")])});
        let facts = json!({
            "version": 1, "source": "forge",
            "pull_request": {"number": 7, "author": {"id": 1}, "base": end("main"), "head": end("work")},
            "commits": commits,
            "reviews": [review(1, 2), review(2, 3)],
            "accounts": {"2": {"permission": "write"}, "3": {"permission": "write"}},
        });
        folder.write("facts.json", facts.to_string());
        let run = folder.run(&["gate", "--facts", "facts.json", "--as-of", AT, "--format", "json"]);
        let decision: Value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{run:#?}"));
        decision["outcome"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(decide(), "PASS");
    edit("It is slow.", "It is far too slow.");
    assert_eq!(decide(), "PASS", "a reason in other words");
    edit("Add memory. Start it.", "Add memory and a disk. Start it.");
    assert_eq!(decide(), "PENDING", "another plan");
    // Facts of another head say nothing about this one.
    let facts = folder.read("facts.json");
    edit("downtime: 10m", "downtime: 20m");
    folder.write("facts.json", facts);
    let text = folder.run(&["gate", "--facts", "facts.json", "--head", "work", "--as-of", AT]).findings();
    assert!(text.contains("ERROR") && text.contains("the facts are about the head"), "{text}");
}

/// The work tree is only a quicker place to read the same bytes from.
#[test]
fn what_is_checked_out_but_not_committed_decides_nothing() {
    let folder = repository();
    let before = gate(&folder, &[]);
    let policy = folder.read("sms/change_policy/policy.yaml");
    folder.write("sms/change_policy/policy.yaml", policy.replace("{role: role-manager, count: 1}, ", ""));
    folder.write(
        "sms/change/chg-a.yaml",
        folder.read("sms/change/chg-a.yaml").replace("affects: [ci-low]", "affects: [ci-db]"),
    );
    std::fs::remove_file(folder.path().join("sms/ci/ci-low.yaml")).expect("it is there");
    assert_eq!(gate(&folder, &[]), before);
}

#[test]
fn facts_that_leave_out_a_file_do_not_hide_it() {
    let folder = repository();
    folder.write(".github/workflows/gate.yml", "on: push\n");
    by(&folder, "Add a workflow", "1+ann@users.noreply.github.com");
    let end = |name: &str| json!({"ref": name, "commit": git(&folder, &["rev-parse", &format!("refs/heads/{name}")])});
    let identity = json!({"name": "Ann", "account": {"id": 1, "login": "ann"}});
    let commits = git(&folder, &["rev-list", "main..work"]);
    let commits: Vec<Value> =
        commits.lines().map(|id| json!({"id": id, "author": identity, "committer": identity})).collect();
    let pull = json!({"number": 7, "author": {"id": 1}, "base": end("main"), "head": end("work")});
    let facts = json!({"version": 1, "source": "forge", "pull_request": pull, "commits": commits, "files": []});
    folder.write("facts.json", facts.to_string());
    let text = folder.run(&["gate", "--facts", "facts.json", "--as-of", AT]).findings();
    assert!(text.contains("'.github/workflows/gate.yml' is edited, and 'chg-a' does not cover it"), "{text}");
}

#[test]
fn facts_that_cannot_be_used_are_an_error_and_never_a_pass() {
    let folder = repository();
    for text in ["", "{", "{}", "[]", "{\"version\": 2}", "\u{0}"] {
        folder.write("facts.json", text);
        let run = folder.run(&["gate", "--facts", "facts.json", "--as-of", AT, "--format", "json"]);
        assert_eq!(run.code, 1, "{text:?}");
        assert!(
            run.out.contains("facts-unreadable") && run.out.contains("\"outcome\": \"ERROR\""),
            "{text:?}: {}",
            run.out
        );
    }
    let refused = folder.run(&["gate", "--facts", "none.json"]).refused();
    assert!(refused.contains("cannot read the facts in none.json"), "{refused}");
}

#[test]
fn the_agenda_lists_branches_that_need_people() {
    let folder = repository();
    git(&folder, &["branch", "merged", "main"]);
    let text = folder.run(&["cab", "--as-of", AT]).clean();
    assert!(text.starts_with("chg-a, normal, risk low (work)\n"), "{text}");
    assert!(text.contains("1 of 1 of the holders of 'role-board' missing; could be: bo, cy, di\n"), "{text}");
    assert!(text.ends_with("1 change for the board\n"), "{text}");
    let markdown = folder.run(&["cab", "--as-of", AT, "--format", "markdown"]).clean();
    assert!(markdown.starts_with("# Change advisory board\n\n## chg-a"), "{markdown}");
    assert_eq!(folder.json(&["cab", "--as-of", AT])["agenda"][0]["from"], "work");
}

#[test]
fn nothing_is_authorised_without_evidence() {
    let folder = repository();
    let run = folder.run(&["authorised", "chg-a", "--as-of", "2026-11-28T21:00:00Z"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains("'chg-a' may not be carried out") && run.out.contains("there is no ledger"),
        "{}",
        run.out
    );
    assert!(run.out.contains("ok its window is open until 2026-11-28T23:00:00Z"), "{}", run.out);
    let run = folder.run(&["authorised", "chg-none"]);
    assert!(run.code == 1 && run.out.contains("there is no change 'chg-none'"), "{run:#?}");
}
