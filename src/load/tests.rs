//! Reading real folders and real git repositories.

use super::fixture::{Folder, Git, files, told};
use super::{LoadError, MAX_FILE, Origin, find_root, memory, versions};
use crate::base::date::AsOf;

const A: (&str, &str) = ("sms/ci/a.yaml", "a: 1\n");
const SYMLINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;

#[test]
fn only_what_gitsm_reads_is_read() {
    let folder = Folder::new(&[
        A,
        ("sms/ci/deep/er/b.yaml", "b: 1\n"),
        ("sms/README.md", "x"),
        ("sms/.hidden/c.yaml", "c: 1\n"),
        ("sms/ci/.d.yaml", "d: 1\n"),
        ("sms.yaml", "e: 1\n"),
        ("schemas/ci.schema.json", "{}"),
        ("schemas/local/ci.schema.json", "{}"),
        ("templates/base.html", "<p>"),
        ("other/sms/f.yaml", "f: 1\n"),
        ("gitsm.toml", "format = 1\n"),
    ]);
    let snapshot = folder.worktree();
    let paths: Vec<_> = files(&snapshot).iter().map(|(path, _)| *path).collect();
    assert_eq!(
        paths,
        ["gitsm.toml", "schemas/local/ci.schema.json", "sms/ci/a.yaml", "sms/ci/deep/er/b.yaml", "templates/base.html"]
    );
    assert!(snapshot.findings.is_empty() && snapshot.origin.is_worktree());
    assert_eq!(snapshot.origin.commit(), None, "there is no git here");
}

#[test]
fn a_folder_without_anything_is_an_empty_repository() {
    let folder = Folder::new(&[("sms/ci/.keep", "")]);
    assert_eq!(files(&folder.worktree()), []);
}

#[test]
fn files_that_git_ignores_are_left_out_with_or_without_git() {
    for with_git in [false, true] {
        let folder = Folder::new(&[
            A,
            ("sms/ci/draft-b.yaml", "b: 1\n"),
            ("sms/tmp/c.yaml", "c: 1\n"),
            (".gitignore", "draft-*\n"),
            ("sms/.gitignore", "tmp/\n"),
        ]);
        if with_git {
            Git::new(&folder.root);
        }
        assert_eq!(files(&folder.worktree()), [A], "with git: {with_git}");
    }
}

#[test]
fn a_file_at_the_limit_is_read_and_one_byte_more_is_not() {
    let folder = Folder::new(&[A]);
    let limit = usize::try_from(MAX_FILE).unwrap();
    std::fs::write(folder.root.join("sms/ci/b.yaml"), vec![b'#'; limit]).unwrap();
    std::fs::write(folder.root.join("sms/ci/c.yaml"), vec![b'#'; limit + 1]).unwrap();
    let snapshot = folder.worktree();
    assert_eq!(told(&snapshot), [("file-too-large", "sms/ci/c.yaml")]);
    assert!(snapshot.findings[0].message.contains(&format!("{} bytes", limit + 1)), "{}", snapshot.findings[0].message);
    assert_eq!(files(&snapshot)[1].1.len(), limit);
}

#[test]
fn text_up_to_the_first_wrong_byte_is_kept_to_show_the_place() {
    let folder = Folder::new(&[A]);
    std::fs::write(folder.root.join("sms/ci/b.yaml"), b"b: caf\xe9\n").unwrap();
    let snapshot = folder.worktree();
    assert_eq!(told(&snapshot), [("file-not-utf8", "sms/ci/b.yaml")]);
    assert_eq!(files(&snapshot)[1], ("sms/ci/b.yaml", "b: caf"));
    assert!(snapshot.findings[0].message.contains("byte 6"), "{}", snapshot.findings[0].message);
}

#[cfg(unix)]
#[test]
fn links_are_told_and_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new(&[A, ("elsewhere/b.yaml", "b: 1\n")]);
    symlink("../../elsewhere/b.yaml", folder.root.join("sms/ci/b.yaml")).unwrap();
    symlink("../elsewhere", folder.root.join("sms/team")).unwrap();
    symlink("/nowhere", folder.root.join("sms/ci/c.yaml")).unwrap();
    let snapshot = folder.worktree();
    assert_eq!(
        told(&snapshot),
        [("file-symlink", "sms/ci/b.yaml"), ("file-symlink", "sms/ci/c.yaml"), ("file-symlink", "sms/team")]
    );
    assert_eq!(files(&snapshot)[0], A);
}

#[cfg(unix)]
#[test]
fn a_linked_folder_of_records_is_told_and_not_followed() {
    let outside = Folder::new(&[A]);
    let folder = Folder::new(&[("gitsm.toml", "format = 1\n")]);
    std::os::unix::fs::symlink(outside.root.join("sms"), folder.root.join("sms")).unwrap();
    assert_eq!(told(&folder.worktree()), [("file-symlink", "sms")]);
    assert_eq!(files(&folder.worktree()).len(), 2, "nothing from outside");
}

#[cfg(unix)]
#[test]
fn a_file_without_the_right_to_read_it_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new(&[A, ("sms/ci/b.yaml", "b: 1\n")]);
    let secret = folder.root.join("sms/ci/b.yaml");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o0)).unwrap();
    if std::fs::read(&secret).is_ok() {
        return; // An administrator may read everything.
    }
    assert_eq!(told(&folder.worktree()), [("file-unreadable", "sms/ci/b.yaml")]);
}

#[test]
fn a_repository_within_the_records_is_told_and_not_read() {
    let folder = Folder::new(&[A, ("sms/ci/sub/b.yaml", "b: 1\n"), ("sms/own/c.yaml", "c: 1\n")]);
    Git::new(&folder.root);
    Git::new(&folder.root.join("sms/ci/sub"));
    Git::new(&folder.root.join("sms/own"));
    let snapshot = folder.worktree();
    assert_eq!(told(&snapshot), [("file-submodule", "sms/ci/sub"), ("file-submodule", "sms/own")]);
    assert_eq!(files(&snapshot)[0], A);
}

#[test]
fn the_root_is_the_nearest_folder_with_records_or_settings() {
    let folder =
        Folder::new(&[A, ("part/gitsm.toml", ""), ("part/deep/x", ""), ("plain/x", ""), ("fake/sms", "a file")]);
    for (start, root) in
        [("", ""), ("sms/ci", ""), ("plain", ""), ("part/deep", "part"), ("part", "part"), ("fake", "")]
    {
        assert_eq!(find_root(&folder.root.join(start)).unwrap(), folder.root.join(root), "{start}");
    }
    let nothing = tempfile::tempdir().unwrap();
    let error = find_root(nothing.path()).unwrap_err();
    assert!(matches!(error, LoadError::NoRoot(_)) && error.to_string().contains("gitsm init"), "{error}");
}

#[test]
fn a_commit_is_read_without_checking_it_out() {
    let folder = Folder::new(&[("sms/ci/only-on-disk.yaml", "x: 1\n")]);
    let mut git = Git::new(&folder.root);
    let first =
        git.commit_on(&[], &[A, ("gitsm.toml", "format = 1\n[site]\ntitle = \"Old\"\n"), ("sms/README.md", "x")]);
    let second = git.commit_on(&[first], &[("sms/ci/b.yaml", "b: 2\n")]);
    let old = folder.commit(&first.to_string());
    assert_eq!(files(&old).iter().map(|(path, _)| *path).collect::<Vec<_>>(), ["gitsm.toml", "sms/ci/a.yaml"]);
    assert_eq!((old.settings.site.title.as_str(), old.as_of.to_string().as_str()), ("Old", "2023-11-15T22:13:20Z"));
    assert_eq!(old.origin, Origin::Commit { id: first.to_string() });
    assert_eq!(files(&folder.commit("HEAD")), [("sms/ci/b.yaml", "b: 2\n")]);
    assert_eq!(folder.worktree().origin.commit(), Some(second.to_string().as_str()));
}

#[test]
fn a_commit_is_named_in_every_way_that_git_knows() {
    let folder = Folder::new(&[]);
    let mut git = Git::new(&folder.root);
    let first = git.commit_on(&[], &[A]);
    git.commit_on(&[first], &[]);
    let object = git.repository.find_object(first, None).unwrap();
    git.repository.tag("v1", &object, &object.as_commit().unwrap().author(), "note", false).unwrap();
    git.repository.tag_lightweight("light", &object, false).unwrap();
    git.repository.branch("old", object.as_commit().unwrap(), false).unwrap();
    let short = first.to_string()[..8].to_owned();
    for name in ["v1", "light", "old", "refs/heads/old", "HEAD~1", "main^", short.as_str()] {
        assert_eq!(files(&folder.commit(name)), [A], "{name}");
    }
}

#[test]
fn what_is_no_commit_is_refused_with_its_name() {
    let folder = Folder::new(&[A]);
    let refused = |name: &str| super::commit(&folder.root, name, None).unwrap_err().to_string();
    assert!(refused("HEAD").starts_with("no git repository at "), "{}", refused("HEAD"));
    let mut git = Git::new(&folder.root);
    assert!(refused("HEAD").starts_with("no revision 'HEAD': "), "no commit yet: {}", refused("HEAD"));
    assert_eq!(folder.worktree().origin, Origin::Worktree { head: None });
    git.commit_on(&[], &[A]);
    for name in ["nothing", "HEAD~5", "", "a..b", "HEAD:nowhere"] {
        assert!(refused(name).starts_with(&format!("no revision '{name}': ")), "{}", refused(name));
    }
    assert!(refused("HEAD:sms").starts_with("'HEAD:sms' is not a commit: "), "{}", refused("HEAD:sms"));
}

#[test]
fn the_instant_is_the_commits_unless_one_is_asked_about() {
    let folder = Folder::new(&[]);
    Git::new(&folder.root).commit_on(&[], &[A]);
    let asked = AsOf::parse("2020-01-01").unwrap();
    assert_eq!(super::commit(&folder.root, "HEAD", Some(asked)).unwrap().as_of, asked);
}

#[test]
fn links_submodules_and_pointers_in_a_commit_are_told() {
    let folder = Folder::new(&[]);
    let mut git = Git::new(&folder.root);
    let base = git.commit_on(&[], &[A]);
    let link = git.repository.blob(b"../a.yaml").unwrap();
    let pointer = git.repository.blob(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n").unwrap();
    let bytes = git.repository.blob(b"a: \xff\n").unwrap();
    git.commit_raw(
        &[],
        &[
            ("sms/ci/a.yaml", SYMLINK, link),
            ("sms/ci/b", SYMLINK, link),
            ("sms/ci/c", SUBMODULE, base),
            ("sms/ci/d.yaml", 0o100_644, pointer),
            ("sms/ci/e.yaml", 0o100_755, bytes),
            ("sms/ci/f.yml", 0o100_644, link),
            ("templates/g", SYMLINK, link),
        ],
    );
    assert_eq!(
        told(&folder.commit("HEAD")),
        [
            ("file-symlink", "sms/ci/a.yaml"),
            ("file-symlink", "sms/ci/b"),
            ("file-submodule", "sms/ci/c"),
            ("file-lfs-pointer", "sms/ci/d.yaml"),
            ("file-not-utf8", "sms/ci/e.yaml"),
            ("file-extension", "sms/ci/f.yml"),
        ]
    );
}

#[test]
fn a_whole_folder_of_records_that_is_a_link_or_a_submodule_is_not_lost_in_silence() {
    for (mode, rule) in [(SYMLINK, "file-symlink"), (SUBMODULE, "file-submodule")] {
        let folder = Folder::new(&[]);
        let mut git = Git::new(&folder.root);
        let base = git.commit_on(&[], &[A]);
        let object = if mode == SYMLINK { git.repository.blob(b"elsewhere").unwrap() } else { base };
        git.commit_raw(&[], &[("sms", mode, object)]);
        assert_eq!(told(&folder.commit("HEAD")), [(rule, "sms")]);
    }
}

#[test]
fn a_folder_of_records_that_is_a_repository_of_its_own_is_told_on_disk_too() {
    let folder = Folder::new(&[A, ("gitsm.toml", "format = 1\n")]);
    Git::new(&folder.root);
    Git::new(&folder.root.join("sms"));
    assert_eq!(told(&folder.worktree()), [("file-submodule", "sms")]);
}

#[test]
fn an_object_that_is_missing_is_told() {
    let folder = Folder::new(&[]);
    let mut git = Git::new(&folder.root);
    git.commit_on(&[], &[A, ("sms/team/b.yaml", "b: 1\n")]);
    let tree = git.repository.head().unwrap().peel_to_tree().unwrap();
    let lose = |path: &str| {
        let id = tree.get_path(std::path::Path::new(path)).unwrap().id().to_string();
        std::fs::remove_file(folder.root.join(".git/objects").join(&id[..2]).join(&id[2..])).unwrap();
    };
    lose("sms/ci/a.yaml");
    lose("sms/team");
    assert_eq!(told(&folder.commit("HEAD")), [("file-unreadable", "sms/ci/a.yaml"), ("file-unreadable", "sms/team")]);
    lose("sms");
    assert_eq!(told(&folder.commit("HEAD")), [("file-unreadable", "sms")]);
}

#[test]
fn a_large_file_in_a_commit_is_told_with_its_size() {
    let folder = Folder::new(&[]);
    let large = "#".repeat(usize::try_from(MAX_FILE).unwrap() + 1);
    Git::new(&folder.root).commit_on(&[], &[A, ("sms/ci/b.yaml", &large)]);
    let snapshot = folder.commit("HEAD");
    assert_eq!(told(&snapshot), [("file-too-large", "sms/ci/b.yaml")]);
    assert!(snapshot.findings[0].message.contains("8388609 bytes"), "{}", snapshot.findings[0].message);
}

#[test]
fn records_below_the_top_of_a_repository_are_read_from_their_folder() {
    let folder = Folder::new(&[("deep/er/sms/ci/a.yaml", "a: 1\n"), ("sms/ci/b.yaml", "b: 1\n")]);
    let first =
        Git::new(&folder.root).commit_on(&[], &[("deep/er/sms/ci/a.yaml", "a: 1\n"), ("sms/ci/b.yaml", "b: 1\n")]);
    let below = folder.root.join("deep/er");
    assert_eq!(files(&super::commit(&below, "HEAD", None).unwrap()), [A]);
    let winding = folder.root.join("deep/../deep/er");
    assert_eq!(files(&super::commit(&winding, "HEAD", None).unwrap()), [A], "however the folder is written");
    assert_eq!(versions(&below, &first.to_string(), "sms/ci/a.yaml", 9).unwrap().len(), 1);
    let elsewhere = folder.root.join("deep");
    assert_eq!(files(&super::commit(&elsewhere, "HEAD", None).unwrap()), [], "not those of the top");
}

#[test]
fn a_bare_repository_is_read_at_its_top() {
    let folder = Folder::new(&[]);
    let mut git = Git::of(git2::Repository::init_bare(&folder.root).unwrap());
    let first = git.commit_on(&[], &[A]);
    assert_eq!(files(&folder.commit("HEAD")), [A]);
    assert_eq!(versions(&folder.root, &first.to_string(), A.0, 9).unwrap().len(), 1);
}

#[test]
fn the_commit_and_the_files_on_disk_are_read_alike() {
    let all = [
        A,
        ("gitsm.toml", "format = 1\n"),
        ("sms/x/Ä.yaml", "ä: 1\n"),
        ("schemas/local/t.schema.json", "{}"),
        ("templates/a/b.html", ""),
    ];
    let folder = Folder::new(&all);
    Git::new(&folder.root).commit_on(&[], &all);
    assert_eq!(files(&folder.worktree()), files(&folder.commit("HEAD")));
}

#[test]
fn a_commit_without_records_is_an_empty_repository() {
    let folder = Folder::new(&[]);
    Git::new(&folder.root).commit_on(&[], &[("README.md", "x")]);
    let snapshot = folder.commit("HEAD");
    assert!(files(&snapshot).is_empty() && snapshot.findings.is_empty());
    assert_eq!(snapshot.settings, super::Settings::default());
}

#[test]
fn only_commits_that_changed_the_file_are_its_versions() {
    let folder = Folder::new(&[]);
    let mut git = Git::new(&folder.root);
    let path = "sms/ci/a.yaml";
    let first = git.commit_on(&[], &[(path, "a: 1\n")]);
    let second = git.commit_on(&[first], &[(path, "a: 1\n"), ("sms/ci/b.yaml", "b: 1\n")]);
    let third = git.commit_on(&[second], &[(path, "a: 2\n")]);
    let gone = git.commit_on(&[third], &[]);
    let back = git.commit_on(&[gone], &[(path, "a: 2\n")]);
    let read = |start: git2::Oid, limit| versions(&folder.root, &start.to_string(), path, limit).unwrap();
    let ids = |start, limit| read(start, limit).into_iter().map(|version| version.commit).collect::<Vec<_>>();
    assert_eq!(ids(back, 9), [back, third, first].map(|id| id.to_string()));
    assert_eq!(ids(back, 2), [back, third].map(|id| id.to_string()));
    assert_eq!((ids(second, 9), ids(back, 0).len()), (vec![first.to_string()], 0));
    let newest = &read(back, 1)[0];
    assert_eq!(
        (newest.time.as_str(), newest.author.as_str(), newest.summary.as_str()),
        ("2023-11-19T22:13:20Z", "Ann", "Commit 5")
    );
}

#[test]
fn a_merge_is_a_version_only_where_it_differs_from_every_parent() {
    let folder = Folder::new(&[]);
    let mut git = Git::new(&folder.root);
    let path = "sms/ci/a.yaml";
    let base = git.commit_on(&[], &[(path, "a: 1\n")]);
    let left = git.commit_on(&[base], &[(path, "a: 2\n")]);
    let right = git.commit_on(&[base], &[(path, "a: 1\n"), ("x", "")]);
    let plain = git.commit_on(&[left, right], &[(path, "a: 2\n"), ("x", "")]);
    let mended = git.commit_on(&[plain, right], &[(path, "a: 3\n")]);
    let ids: Vec<_> =
        versions(&folder.root, &mended.to_string(), path, 9).unwrap().into_iter().map(|v| v.commit).collect();
    assert_eq!(ids, [mended, left, base].map(|id| id.to_string()));
}

#[test]
fn a_history_that_cannot_be_read_says_whose() {
    let folder = Folder::new(&[]);
    Git::new(&folder.root).commit_on(&[], &[A]);
    let error = versions(&folder.root, "no hash", "sms/ci/a.yaml", 9).unwrap_err().to_string();
    assert!(error.starts_with("cannot read the history of sms/ci/a.yaml: "), "{error}");
    let head = folder.commit("HEAD");
    let none = versions(&folder.root, head.origin.commit().unwrap(), "sms/ci/z.yaml", 9);
    assert!(none.unwrap().is_empty(), "a file that never was has no versions");
}

#[test]
fn settings_that_cannot_be_used_stop_the_reading() {
    let as_of = AsOf::parse("2026-11-20").unwrap();
    let error = memory([("gitsm.toml", "format = 1\nrulez = 1\n")], as_of).unwrap_err();
    assert_eq!(error.to_string(), "gitsm.toml:2:1: there is no setting 'rulez'; did you mean 'rules'?");
}

#[test]
fn a_local_rule_is_read_and_a_linked_one_is_told() {
    let folder = Folder::new(&[A, ("schemas/local/own.rule.yaml", "rule: own\n")]);
    if cfg!(feature = "local-rules") {
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("own.rule.yaml", folder.root.join("schemas/local/linked.rule.yaml")).unwrap();
            assert_eq!(told(&folder.worktree()), [("file-symlink", "schemas/local/linked.rule.yaml")]);
        }
        let snapshot = folder.worktree();
        let file = snapshot.sources.find("schemas/local/own.rule.yaml").unwrap();
        assert_eq!(snapshot.sources.get(file).role(), crate::base::source::Role::LocalRule);
    } else {
        // What cannot be checked must not look as if it had been.
        let error = super::worktree(&folder.root, AsOf::parse("2026-11-20").unwrap()).unwrap_err().to_string();
        assert!(error.starts_with("schemas/local/own.rule.yaml is a local rule, but this gitsm was built"), "{error}");
    }
}

#[test]
fn settings_that_are_no_text_are_told_and_the_defaults_hold() {
    let folder = Folder::new(&[A]);
    std::fs::write(folder.root.join("gitsm.toml"), b"format = 1\n[site]\ntitle = \"Half\"\n# \xff\n").unwrap();
    let snapshot = folder.worktree();
    assert_eq!(told(&snapshot), [("file-not-utf8", "gitsm.toml")]);
    assert_eq!(snapshot.settings, super::Settings::default());
}

#[cfg(unix)]
#[test]
fn linked_settings_are_told_on_disk_and_in_a_commit() {
    let folder = Folder::new(&[A, ("other.toml", "format = 1\n[site]\ntitle = \"Elsewhere\"\n")]);
    std::os::unix::fs::symlink("other.toml", folder.root.join("gitsm.toml")).unwrap();
    let mut git = Git::new(&folder.root);
    let link = git.repository.blob(b"other.toml").unwrap();
    git.commit_raw(&[], &[("gitsm.toml", SYMLINK, link)]);
    for snapshot in [folder.worktree(), folder.commit("HEAD")] {
        assert_eq!(told(&snapshot), [("file-symlink", "gitsm.toml")]);
        assert_eq!(snapshot.settings, super::Settings::default());
    }
}
