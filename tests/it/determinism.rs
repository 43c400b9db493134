//! The same records give the same bytes: whatever the number of threads, the order of files, and whether they are read
//! from disk or from a commit.

mod repository;

use gitsm::load::{self, Snapshot};
use repository::{FILE, LINK, Repo, SUBMODULE};

use crate::chain::{self, Dice, Outcome};

/// What two ways of reading must agree on: everything but where it was read from.
fn content(snapshot: &Snapshot) -> Outcome {
    let mut outcome = chain::run(snapshot);
    for key in ["worktree", "commit", "as_of"] {
        outcome.json.as_object_mut().expect("an object").remove(key);
    }
    outcome
}

/// The rule and path of each file that could not be used.
fn refused(snapshot: &Snapshot) -> Vec<(&'static str, String)> {
    let place = |at: gitsm::base::span::Span| snapshot.sources.get(at.file).path().to_owned();
    snapshot.findings.iter().map(|finding| (finding.rule, place(finding.primary))).collect()
}

fn paths(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.sources.iter().map(|(_, source)| source.path()).collect()
}

fn record(title: &str) -> String {
    format!("kind: ci_type\nid: a\ntitle: {title}\nstatus: active\n")
}

/// Reads the same root from disk and from `HEAD`.
fn both(root: &std::path::Path) -> (Snapshot, Snapshot) {
    let worktree = load::worktree(root, chain::as_of()).expect("the files can be read");
    let commit = load::commit(root, "HEAD", Some(chain::as_of())).expect("the commit can be read");
    (worktree, commit)
}

#[test]
fn the_number_of_threads_changes_nothing() {
    // Some records are damaged, so that there are findings of all stages to put in order.
    let mut files = chain::sample();
    for (at, (path, text)) in files.iter_mut().enumerate() {
        if path.starts_with("sms/") && at % 7 == 0 {
            *text = text.replacen("title:", "tittle:", 1);
        } else if path.starts_with("sms/") && at % 11 == 0 {
            text.push_str("a: [\n");
        }
    }
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| chain::run_texts(&files))
    };
    let one = run(1);
    assert!(one.findings.len() > 100, "there is something to put in order");
    for threads in [2, 8] {
        let other = run(threads);
        assert_eq!(one.json.to_string(), other.json.to_string(), "{threads} threads");
        assert!(one == other, "{threads} threads");
    }
}

#[test]
fn the_order_of_files_changes_nothing() {
    let files = chain::sample();
    let first = chain::run_texts(&files);
    for seed in 1..=3 {
        let mut shuffled = files.clone();
        Dice(seed).shuffle(&mut shuffled);
        let other = chain::run_texts(&shuffled);
        assert_eq!(first.json.to_string(), other.json.to_string());
        assert!(first == other);
    }
}

#[test]
fn a_commit_and_its_files_on_disk_are_one() {
    let repo = Repo::new();
    let sample = chain::sample();
    let entries: Vec<_> = sample.iter().map(|(path, text)| (path.as_str(), FILE, text.as_bytes())).collect();
    let id = repo.commit(&entries, 1_800_000_000);
    repo.check_out();
    let (worktree, commit) = both(&repo.root());
    assert_eq!(paths(&worktree), paths(&commit));
    assert_eq!(content(&worktree), content(&commit));
    assert_eq!((worktree.origin.commit(), commit.origin.commit()), (Some(id.as_str()), Some(id.as_str())));
    assert!(worktree.origin.is_worktree() && !commit.origin.is_worktree());
}

#[test]
fn an_older_commit_shows_the_older_state_at_its_own_time() {
    let repo = Repo::new();
    let first = repo.commit(&[("sms/ci_type/a.yaml", FILE, record("Old").as_bytes())], 1_700_000_000);
    let second = repo.commit(&[("sms/ci_type/b.yaml", FILE, record("New").as_bytes())], 1_800_000_000);
    let text = |revision: &str| {
        let snapshot = load::commit(&repo.root(), revision, None).expect("the commit can be read");
        let source = &snapshot.sources.as_slice()[0];
        (source.path().to_owned(), source.text().to_owned(), snapshot.as_of.to_string())
    };
    let old = ("sms/ci_type/a.yaml".to_owned(), record("Old"), "2023-11-14T22:13:20Z".to_owned());
    let new = ("sms/ci_type/b.yaml".to_owned(), record("New"), "2027-01-15T08:00:00Z".to_owned());
    for revision in [first.as_str(), &first[..12], "HEAD~1", "HEAD^"] {
        assert_eq!(text(revision), old, "{revision}");
    }
    for revision in [second.as_str(), "HEAD"] {
        assert_eq!(text(revision), new, "{revision}");
    }
    for wrong in ["HEAD~2", "nothing", "HEAD:sms", ""] {
        assert!(load::commit(&repo.root(), wrong, None).is_err(), "'{wrong}' is no commit");
    }
}

#[test]
fn what_is_not_in_the_commit_itself_is_a_finding() {
    let repo = Repo::new();
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    let large = vec![b'#'; 8 * 1024 * 1024 + 1];
    repo.commit(
        &[
            ("sms/ci/a.yaml", FILE, b"kind: ci\nid: a\n"),
            ("sms/ci/A.yaml", FILE, b"kind: ci\nid: A\n"),
            ("sms/ci/large.yaml", FILE, &large),
            ("sms/ci/lfs.yaml", FILE, pointer),
            ("sms/ci/link.yaml", LINK, b"a.yaml"),
            ("sms/ci/sub", SUBMODULE, b""),
            ("sms/ci/short.yml", FILE, b"kind: ci\n"),
            ("sms/ci/.hidden.yaml", LINK, b"a.yaml"),
            ("sms/.folder/b.yaml", FILE, b"kind: ci\n"),
            ("sms/README.md", FILE, b"# Read me\n"),
            ("other/link.yaml", LINK, b"a.yaml"),
        ],
        1_800_000_000,
    );
    let commit = load::commit(&repo.root(), "HEAD", Some(chain::as_of())).expect("the commit can be read");
    let expected = [
        ("file-path-collision", "sms/ci/a.yaml"),
        ("file-too-large", "sms/ci/large.yaml"),
        ("file-lfs-pointer", "sms/ci/lfs.yaml"),
        ("file-symlink", "sms/ci/link.yaml"),
        ("file-extension", "sms/ci/short.yml"),
        ("file-submodule", "sms/ci/sub"),
    ];
    assert_eq!(refused(&commit), expected.map(|(rule, path)| (rule, path.to_owned())));
    let shown = content(&commit);
    assert!(expected.iter().all(|(rule, _)| shown.findings.iter().any(|finding| finding.rule == *rule)));
}

#[cfg(unix)]
#[test]
fn links_and_submodules_on_disk_are_the_same_findings() {
    let repo = Repo::new();
    repo.commit(
        &[
            ("sms/ci/a.yaml", FILE, b"kind: ci\nid: a\n"),
            ("sms/ci/link.yaml", LINK, b"a.yaml"),
            ("sms/ci/.hidden.yaml", LINK, b"a.yaml"),
            ("sms/ci/folder", LINK, b"../ci"),
            ("sms/ci/sub", SUBMODULE, b""),
            ("gitsm.toml", FILE, b"format = 1\n"),
        ],
        1_800_000_000,
    );
    repo.check_out();
    repo.write("sms/ci/sub/.git", "gitdir: elsewhere\n");
    repo.write("sms/ci/sub/b.yaml", "kind: ci\nid: b\n");
    let (worktree, commit) = both(&repo.root());
    assert_eq!(paths(&worktree), paths(&commit));
    assert_eq!(content(&worktree), content(&commit));
    assert_eq!(refused(&commit).len(), 3, "{:?}", refused(&commit));
}

#[cfg(unix)]
#[test]
fn a_linked_folder_of_records_is_not_followed() {
    let outside = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir_all(outside.path().join("ci")).expect("a folder");
    std::fs::write(outside.path().join("ci/secret.yaml"), "kind: ci\nid: secret\n").expect("a file");
    let repo = Repo::new();
    let target = outside.path().to_string_lossy().into_owned();
    repo.commit(
        &[
            ("sms", LINK, target.as_bytes()),
            ("schemas", LINK, target.as_bytes()),
            ("templates", LINK, target.as_bytes()),
            ("gitsm.toml", LINK, b"elsewhere.toml"),
            ("elsewhere.toml", FILE, b"format = 1\n[site]\ntitle = \"From elsewhere\"\n"),
        ],
        1_800_000_000,
    );
    repo.check_out();
    let (worktree, commit) = both(&repo.root());
    for snapshot in [&worktree, &commit] {
        let refused = refused(snapshot);
        assert_eq!(refused, [("file-symlink", "gitsm.toml".to_owned()), ("file-symlink", "sms".to_owned())]);
        assert_eq!(snapshot.settings.site.title, "Service management", "the default");
    }
    assert_eq!(content(&worktree), content(&commit));
}

#[test]
fn records_in_a_sub_folder_of_the_repository_are_read_there() {
    let repo = Repo::new();
    repo.commit(
        &[
            ("team/it/sms/ci_type/a.yaml", FILE, record("Inner").as_bytes()),
            ("team/it/gitsm.toml", FILE, b"format = 1\n[site]\ntitle = \"Inner\"\n"),
            ("sms/ci_type/b.yaml", FILE, record("Outer").as_bytes()),
        ],
        1_800_000_000,
    );
    repo.check_out();
    let inner = repo.root().join("team/it");
    let (worktree, commit) = both(&inner);
    assert_eq!(paths(&worktree), ["gitsm.toml", "sms/ci_type/a.yaml"]);
    assert_eq!(content(&worktree), content(&commit));
    assert_eq!(commit.settings.site.title, "Inner");
    let roundabout = repo.root().join("team/../team/it/.");
    let commit = load::commit(&roundabout, "HEAD", Some(chain::as_of())).expect("the commit can be read");
    assert_eq!(paths(&commit), paths(&worktree), "however the folder is spelled");
}

#[test]
fn files_that_git_ignores_are_not_read() {
    let repo = Repo::new();
    repo.commit(
        &[(".gitignore", FILE, b"*.tmp.yaml\n/sms/scratch/\n"), ("sms/ci_type/a.yaml", FILE, record("A").as_bytes())],
        1_800_000_000,
    );
    repo.check_out();
    repo.write("sms/scratch/b.yaml", "kind: ci\n");
    repo.write("sms/ci/c.tmp.yaml", "kind: ci\n");
    let (worktree, commit) = both(&repo.root());
    assert_eq!(paths(&worktree), paths(&commit));
}

#[test]
fn a_bare_repository_and_one_without_a_commit_are_told_apart() {
    let repo = Repo::new();
    assert!(load::commit(&repo.root(), "HEAD", None).is_err(), "there is no commit yet");
    repo.write("sms/ci_type/a.yaml", &record("A"));
    let worktree = load::worktree(&repo.root(), chain::as_of()).expect("the files can be read");
    assert_eq!(worktree.origin.commit(), None);
    repo.commit(&[("sms/ci_type/a.yaml", FILE, record("A").as_bytes())], 1_800_000_000);
    let bare = tempfile::tempdir().expect("a temporary folder");
    git2::build::RepoBuilder::new().bare(true).clone(&repo.root().to_string_lossy(), bare.path()).expect("a clone");
    let commit = load::commit(bare.path(), "HEAD", None).expect("the commit can be read");
    assert_eq!(paths(&commit), ["sms/ci_type/a.yaml"]);
}
