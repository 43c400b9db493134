//! The recorder: what came to the protected branch becomes entries of a ledger that lies in a true remote.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use gitsm::bot::{Auth, BotError, Client, Judge, Me, Mirror, Recorded, Repo, Scribe, Secret};

use super::hub::acts::How;
use super::hub::{APP, Hub, NOW, Sort};
use super::{CHANGE, PATIENCE, run};
use crate::program::Folder;

const CI: &str = "sms/ci/ci-app-first.yaml";
const LEDGER: &str = "refs/heads/gitsm/ledger";

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = git.output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A clone of the hub's repository in which the program is run.
fn clone(hub: &Hub) -> Folder {
    let folder = Folder::new();
    let from = hub.state().git.clone();
    git(folder.path(), &["clone", "--quiet", "--branch", "main", &from, "."]);
    folder
}

/// A hub whose ledger has begun at its first commit.
pub(super) fn adopted() -> Hub {
    let hub = Hub::new();
    adopt(&hub);
    hub
}

/// Begins the ledger of a hub at what is on main.
pub(super) fn adopt(hub: &Hub) {
    let folder = clone(hub);
    folder.run(&["--as-of", "2026-11-18", "audit", "adopt", "--recorder", "Bot <bot@example.org>", "-q"]).clean();
    git(folder.path(), &["push", "--quiet", "origin", "gitsm/ledger"]);
}

/// A pull request that edits what is controlled, under a change of its own; agreed to when `agreed` says so.
pub(super) fn asked(hub: &Hub, id: &str, agreed: bool) -> u64 {
    let change = CHANGE.replace("chg-app-one", id);
    let path = format!("sms/change/{id}.yaml");
    let edited = format!("{}# {id}\nversion: \"{id}\"\n", hub.text(CI).split("# chg").next().unwrap());
    let number = hub.open("cy", &[(path.as_str(), &change), (CI, &edited)]);
    if agreed {
        hub.review(number, "bo", "APPROVED", None);
    }
    number
}

/// A pull request (0 for none), its outcome, and its entry with whether that is new.
type Line = (u64, String, Option<(u64, bool)>);

fn record_in(hub: &Hub, cache: &str) -> Result<Vec<Line>, BotError> {
    let told = run(async { scribe(hub, cache).await.record().await })?;
    let told = told.expect("the protected branch");
    Ok(told
        .into_iter()
        .map(|it| match it {
            Recorded::Entry { number, outcome, entry, .. } => (number, outcome, entry),
            Recorded::Unclaimed { .. } => (0, "nothing".to_owned(), None),
        })
        .collect())
}

async fn scribe(hub: &Hub, cache: &str) -> Scribe {
    let now: jiff::Timestamp = NOW.parse().unwrap();
    let auth = Some(Auth::Token(Secret::new("of-the-app")));
    let client = Client::new(&hub.base, auth, Arc::new(move || now), PATIENCE).unwrap();
    let url = hub.state().git.clone();
    let mirror = Mirror::open(&hub.dir.path().join(cache), &url).await.unwrap();
    Scribe {
        judge: Judge { repo: Repo::new(client, "acme/sms").unwrap(), mirror, folder: "".into(), me: Me::App(APP) },
        branch: "main".to_owned(),
        who: ("Bot".to_owned(), "bot@example.org".to_owned()),
        key: None,
        dry: false,
        pause: Duration::from_millis(2),
    }
}

#[track_caller]
pub(super) fn record(hub: &Hub) -> Vec<Line> {
    record_in(hub, "mirror").unwrap_or_else(|error| panic!("{error}"))
}

fn pass(number: u64, entry: u64) -> Line {
    (number, "PASS".to_owned(), Some((entry, true)))
}

/// What `audit verify` says of each commit, the oldest first, and what it finds wrong besides.
pub(super) fn verified(hub: &Hub) -> (Vec<String>, Vec<String>) {
    let report = clone(hub).json(&["--as-of", DAY, "audit", "verify"]);
    let words = |key: &str, field: &str| -> Vec<String> {
        report[key].as_array().unwrap().iter().map(|it| it[field].as_str().unwrap().to_owned()).collect()
    };
    let mut verdicts = words("commits", "verdict");
    verdicts.reverse();
    (verdicts, words("problems", "code"))
}

const DAY: &str = "2026-11-21";

fn ledger(hub: &Hub) -> String {
    git(Path::new(&hub.state().git.clone()), &["rev-parse", LEDGER])
}

#[test]
fn each_way_of_merging_is_recorded_so_that_everything_is_found_authorised() {
    for how in [How::Merge, How::Squash, How::Rebase] {
        let hub = adopted();
        let number = asked(&hub, "chg-one", true);
        hub.merge(number, how, NOW);
        assert_eq!(record(&hub), [pass(number, 2)], "{how:?}");
        let (verdicts, problems) = verified(&hub);
        assert!(!verdicts.iter().any(|it| it == "unauthorised"), "{how:?}: {verdicts:?} {problems:?}");
        assert!(verdicts.iter().any(|it| it == "authorised"), "{how:?}: {verdicts:?}");
        let before = ledger(&hub);
        assert_eq!(record(&hub), [], "nothing came since");
        assert_eq!(ledger(&hub), before);
        clone(&hub).run(&["--as-of", DAY, "audit", "replay"]).clean();
    }
}

#[test]
fn a_run_that_was_lost_is_made_up_for_and_each_pull_request_has_its_own_entry() {
    let hub = adopted();
    let one = asked(&hub, "chg-one", true);
    hub.merge(one, How::Squash, NOW);
    let two = hub.open("cy", &[("notes.txt", "x")]);
    hub.merge(two, How::Merge, NOW);
    assert_eq!(record(&hub), [pass(one, 2), pass(two, 3)]);
}

#[test]
fn case_96_what_came_without_a_pull_request_or_without_agreement_is_recorded_as_what_it_is() {
    let hub = adopted();
    let number = asked(&hub, "chg-one", false);
    hub.merge(number, How::Merge, "2026-11-20T11:00:00Z");
    // Too late: it was merged an hour before.
    hub.review(number, "bo", "APPROVED", None);
    hub.main(&[(CI, &hub.text(CI).replace("criticality: medium", "criticality: low"))]);
    let told = record(&hub);
    assert_eq!(told[0], (number, "PENDING".to_owned(), Some((2, true))));
    assert_eq!(told[1], (0, "nothing".to_owned(), None));
    let (verdicts, _) = verified(&hub);
    assert_eq!(verdicts.iter().filter(|it| *it == "unauthorised").count(), 2, "{verdicts:?}");
    assert_eq!(
        record(&hub),
        [(0, "nothing".to_owned(), None)],
        "it is told again until something is recorded after it"
    );
}

#[test]
fn what_cannot_be_looked_up_is_not_recorded_and_the_next_run_does_it() {
    let hub = adopted();
    let number = asked(&hub, "chg-one", true);
    hub.merge(number, How::Merge, NOW);
    let before = ledger(&hub);
    hub.fault(&format!("GET /repos/acme/sms/pulls/{number}/reviews"), 99, Sort::Status(500, Vec::new()));
    let error = record_in(&hub, "mirror").unwrap_err().to_string();
    assert!(error.contains("the look-up of reviews failed"), "{error}");
    assert_eq!(ledger(&hub), before);
    hub.state().faults.clear();
    assert_eq!(record(&hub), [pass(number, 2)]);
}

/// Lets the remote behave as if `commit` had been pushed to the ledger just before the first push that comes.
/// What stands behind a decision that cannot be made yet waits; what stands before it does not.
#[test]
fn what_was_made_out_before_a_failure_is_recorded_all_the_same() {
    let hub = adopted();
    let one = asked(&hub, "chg-app-one", true);
    hub.merge(one, How::Merge, NOW);
    let two = hub.open("cy", &[("notes.txt", "x")]);
    hub.merge(two, How::Squash, NOW);
    let before = ledger(&hub);
    hub.fault(&format!("GET /repos/acme/sms/pulls/{two}/reviews"), 99, Sort::Status(500, Vec::new()));
    let error = record_in(&hub, "one").unwrap_err().to_string();
    assert!(error.contains("the look-up of reviews failed"), "{error}");
    assert_ne!(ledger(&hub), before, "the first one is written");
    hub.state().faults.clear();
    assert_eq!(record_in(&hub, "one").unwrap(), [pass(two, 3)]);
}

fn overtaken_by(hub: &Hub, commit: &str) {
    let bare = hub.state().git.clone();
    let hook = format!(
        "#!/bin/sh\n[ -e done ] && exit 0\ntouch done\nunset GIT_QUARANTINE_PATH\ngit update-ref {LEDGER} {commit}\nexit 1\n"
    );
    let path = Path::new(&bare).join("hooks/pre-receive");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, hook).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_recorder_that_is_overtaken_writes_behind_the_other_and_nothing_twice() {
    let hub = adopted();
    let bare = hub.state().git.clone();
    let start = ledger(&hub);
    let one = asked(&hub, "chg-one", true);
    hub.merge(one, How::Merge, NOW);
    assert_eq!(record_in(&hub, "other").unwrap(), [pass(one, 2)]);
    let theirs = ledger(&hub);
    git(Path::new(&bare), &["update-ref", LEDGER, &start]);
    let two = hub.open("cy", &[("notes.txt", "x")]);
    hub.merge(two, How::Squash, NOW);
    overtaken_by(&hub, &theirs);
    assert_eq!(record(&hub), [(one, "PASS".to_owned(), Some((2, false))), pass(two, 3)]);
    assert_eq!(git(Path::new(&bare), &["rev-parse", &format!("{LEDGER}~1")]), theirs, "theirs stays as it is");
    let (verdicts, problems) = verified(&hub);
    assert!(!verdicts.iter().any(|it| it == "unauthorised"), "{verdicts:?}");
    assert!(!problems.iter().any(|it| it.starts_with("ledger")), "{problems:?}");
}

#[test]
fn two_recorders_at_once_leave_one_whole_ledger() {
    let hub = adopted();
    let one = asked(&hub, "chg-one", true);
    hub.merge(one, How::Merge, NOW);
    std::thread::scope(|scope| {
        let runs: Vec<_> = ["a", "b", "c"].map(|cache| scope.spawn(|| record_in(&hub, cache).unwrap())).into();
        for run in runs {
            assert_eq!(run.join().unwrap().iter().map(|it| it.0).collect::<Vec<_>>(), [one]);
        }
    });
    assert_eq!(git(Path::new(&hub.state().git.clone()), &["rev-list", "--count", LEDGER]), "2");
}

#[test]
fn a_remote_that_takes_nothing_or_was_rewritten_is_told() {
    let hub = adopted();
    let bare = hub.state().git.clone();
    let number = asked(&hub, "chg-one", true);
    hub.merge(number, How::Merge, NOW);
    let start = ledger(&hub);
    record(&hub);
    let two = hub.open("cy", &[("notes.txt", "x")]);
    hub.merge(two, How::Squash, NOW);
    git(Path::new(&bare), &["update-ref", LEDGER, &start]);
    for _ in 0..2 {
        let error = record_in(&hub, "mirror").unwrap_err().to_string();
        assert!(error.contains("no longer holds") && error.contains("find out who rewrote it"), "{error}");
    }
    assert_eq!(ledger(&hub), start, "nothing is put over it");
    let hook = Path::new(&bare).join("hooks/pre-receive");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\necho not here >&2\nexit 1\n").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
        let error = record_in(&hub, "fresh").unwrap_err().to_string();
        assert!(error.starts_with("git push failed: "), "{error}");
        assert_eq!(ledger(&hub), start);
    }
}

#[test]
fn a_ledger_that_has_not_begun_is_not_begun_by_a_robot() {
    let hub = Hub::new();
    let error = record_in(&hub, "mirror").unwrap_err().to_string();
    assert!(error.contains("the ledger has not begun; run `gitsm audit adopt`"), "{error}");
}

#[test]
fn a_branch_that_is_not_protected_is_left_alone() {
    let hub = adopted();
    hub.branch("release", "main");
    let told = run(async {
        let mut scribe = scribe(&hub, "mirror").await;
        scribe.branch = "release".to_owned();
        scribe.record().await
    });
    assert_eq!(told.unwrap(), None);
}

#[test]
fn the_program_records_on_a_push_and_says_what_went_around() {
    let hub = adopted();
    let number = asked(&hub, "chg-one", true);
    let tip = hub.merge(number, How::Squash, NOW);
    let server = format!("file://{}", hub.dir.path().display());
    let folder = Folder::new()
        .env("PATH", &std::env::var_os("PATH").unwrap().to_string_lossy())
        .env("GITHUB_API_URL", &hub.base)
        .env("GITHUB_SERVER_URL", &server)
        .env("GITHUB_TOKEN", "of-the-app")
        .env("GITHUB_REPOSITORY", "acme/sms")
        .env("GITHUB_EVENT_NAME", "push")
        .env("GITHUB_EVENT_PATH", "event.json")
        .env("GITSM_LEDGER_KEY", "");
    let event = |reference: &str| format!("{{\"ref\": \"{reference}\", \"after\": \"{tip}\"}}");
    folder.write("event.json", event("refs/heads/main"));
    let bot = |more: &[&str]| folder.run(&[&["--as-of", NOW, "bot", "record", "--cache", "clones"], more].concat());
    let dry = bot(&["--dry-run"]).clean();
    assert_eq!(dry, format!("{tip}: #{number} was PASS; it would be written\n"));
    assert_eq!(bot(&[]).clean(), format!("{tip}: #{number} was PASS; entry 2\n"));
    assert_eq!(bot(&[]).clean(), "Nothing came since the last entry of the ledger\n");
    let message = git(Path::new(&hub.state().git.clone()), &["log", "-1", "--format=%an <%ae>", LEDGER]);
    assert_eq!(message, "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>");
    hub.main(&[(CI, &format!("{}# by hand\n", hub.text(CI)))]);
    let told = bot(&[]).findings();
    assert!(told.contains("it came without a pull request"), "{told}");
    folder.write("event.json", event("refs/tags/v1"));
    assert_eq!(bot(&[]).clean(), "Nothing to record: it is no push to a branch\n");
}
