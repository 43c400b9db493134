//! The repository below the hub.

use git2::{Oid, Repository, Signature, Time};

use crate::program::Folder;

/// Ninth of November 2026, when everything is written.
const WRITTEN: i64 = 1_794_000_000;

/// A bare repository whose main branch holds a small management system.
pub(super) fn found(path: &str) {
    let started = Folder::started();
    let account = |id: u64, login: &str| format!("github: {{login: {login}, id: {id}}}");
    let blank = "# github: {login: your-login, id: 1}";
    started.replace("sms/person/your-name.yaml", blank, &account(1001, "ann"));
    started.replace("sms/person/your-colleague.yaml", blank, &account(1002, "bo"));
    let cy = started.read("sms/person/your-name.yaml").replace("your-name", "cy-cole").replace("Your Name", "Cy Cole");
    started.write("sms/person/cy-cole.yaml", cy.replace(&account(1001, "ann"), &account(1003, "cy")));
    let repository = Repository::init_bare(path).unwrap();
    repository.config().unwrap().set_bool("uploadpack.allowAnySHA1InWant", true).unwrap();
    let files = [started.files("sms"), vec!["gitsm.toml".to_owned()]].concat();
    let texts: Vec<(String, String)> = files.into_iter().map(|file| (file.clone(), started.read(&file))).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let head = commit(path, "", "ann", "Start", &texts, &[]);
    point(path, "refs/heads/main", &head);
}

/// A commit by `author` on top of `parent` (a branch, a hash, or nothing) with these files laid over it; an empty text
/// takes a file away. `more` are further parents.
pub(super) fn commit(
    path: &str,
    parent: &str,
    author: &str,
    message: &str,
    files: &[(&str, &str)],
    more: &[&str],
) -> String {
    let repository = Repository::open_bare(path).unwrap();
    let parent = (!parent.is_empty()).then(|| repository.revparse_single(parent).unwrap().peel_to_commit().unwrap());
    let mut index = git2::Index::new().unwrap();
    if let Some(parent) = &parent {
        index.read_tree(&parent.tree().unwrap()).unwrap();
    }
    for (file, text) in files {
        if text.is_empty() {
            index.remove_path(std::path::Path::new(file)).unwrap();
            continue;
        }
        let zero = git2::IndexTime::new(0, 0);
        let entry = git2::IndexEntry {
            ctime: zero,
            mtime: zero,
            dev: 0,
            ino: 0,
            mode: 0o100_644,
            uid: 0,
            gid: 0,
            file_size: 0,
            id: repository.blob(text.as_bytes()).unwrap(),
            flags: 0,
            flags_extended: 0,
            path: file.as_bytes().to_vec(),
        };
        index.add(&entry).unwrap();
    }
    let tree = repository.find_tree(index.write_tree_to(&repository).unwrap()).unwrap();
    let who = Signature::new(author, &format!("{author}@example.com"), &Time::new(WRITTEN, 0)).unwrap();
    let more = more.iter().map(|id| repository.find_commit(Oid::from_str(id).unwrap()).unwrap());
    let parents: Vec<git2::Commit<'_>> = parent.into_iter().chain(more).collect();
    let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
    repository.commit(None, &who, &who, message, &tree, &parents).unwrap().to_string()
}

/// The files that a head alters since it left main, with their texts; an empty text stands for a file that is gone.
pub(super) fn brought(path: &str, head: &str) -> Vec<(String, String)> {
    let repository = Repository::open_bare(path).unwrap();
    let commit = |name: &str| repository.revparse_single(name).unwrap().peel_to_commit().unwrap();
    let (main, head) = (commit("refs/heads/main"), commit(head));
    let left = repository.find_commit(repository.merge_base(main.id(), head.id()).unwrap()).unwrap();
    let diff = repository.diff_tree_to_tree(Some(&left.tree().unwrap()), Some(&head.tree().unwrap()), None).unwrap();
    let text = |id: Oid| match repository.find_blob(id) {
        Ok(blob) => String::from_utf8(blob.content().to_vec()).unwrap(),
        Err(_) => String::new(),
    };
    let name = |file: git2::DiffFile<'_>| file.path().unwrap().to_str().unwrap().to_owned();
    diff.deltas().map(|delta| (name(delta.old_file()), text(delta.new_file().id()))).collect()
}

/// Lets a reference lead to a commit.
pub(super) fn point(path: &str, reference: &str, commit: &str) {
    let repository = Repository::open_bare(path).unwrap();
    repository.reference(reference, Oid::from_str(commit).unwrap(), true, "test").unwrap();
}

/// The commits that a head has and main has not: hash, parents, and the e-mail of author and committer.
pub(super) fn ahead(path: &str, head: &str) -> Vec<(String, Vec<String>, String, String)> {
    let repository = Repository::open_bare(path).unwrap();
    let mut walk = repository.revwalk().unwrap();
    walk.push(Oid::from_str(head).unwrap()).unwrap();
    walk.hide_ref("refs/heads/main").unwrap();
    walk.map(|id| one(&repository, id.unwrap())).collect()
}

/// One commit, as [`ahead`] tells it.
pub(super) fn look(path: &str, id: &str) -> Option<(String, Vec<String>, String, String)> {
    let repository = Repository::open_bare(path).unwrap();
    let id = repository.revparse_single(id).ok()?.peel_to_commit().ok()?.id();
    Some(one(&repository, id))
}

fn one(repository: &Repository, id: Oid) -> (String, Vec<String>, String, String) {
    let commit = repository.find_commit(id).unwrap();
    let parents = commit.parent_ids().map(|id| id.to_string()).collect();
    let email = |who: &Signature<'_>| who.email().unwrap_or_default().to_owned();
    (id.to_string(), parents, email(&commit.author()), email(&commit.committer()))
}

/// Branches whose names begin like this: name and commit.
pub(super) fn branches(path: &str, start: &str) -> Vec<(String, String)> {
    let repository = Repository::open_bare(path).unwrap();
    let found = repository.references_glob(&format!("refs/heads/{start}*")).unwrap().flatten();
    found.filter_map(|it| Some((it.name().ok()?.to_owned(), it.target()?.to_string()))).collect()
}
