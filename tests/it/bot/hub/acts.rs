//! What people and forges do that only some tests need.

use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Hub, NOW, Pull, Push, api, git, moment};

/// How a pull request is merged.
#[derive(Debug, Clone, Copy)]
pub(in super::super) enum How {
    Merge,
    Squash,
    Rebase,
}

impl Hub {
    /// The text of a file on main.
    pub(in super::super) fn text(&self, path: &str) -> String {
        let repository = git2::Repository::open_bare(&self.state().git).unwrap();
        let tree = repository.revparse_single("refs/heads/main").unwrap().peel_to_tree().unwrap();
        let blob = tree.get_path(std::path::Path::new(path)).unwrap().to_object(&repository).unwrap();
        String::from_utf8(blob.peel_to_blob().unwrap().content().to_vec()).unwrap()
    }

    /// Lets a branch lead to a commit or to another branch.
    pub(in super::super) fn branch(&self, name: &str, commit: &str) {
        let state = self.state();
        let commit = git::look(&state.git, commit).unwrap().0;
        git::point(&state.git, &format!("refs/heads/{name}"), &commit);
    }

    /// Sets a tag.
    pub(in super::super) fn tag(&self, name: &str, commit: &str) {
        git::point(&self.state().git, &format!("refs/tags/{name}"), commit);
    }

    /// Takes a reference away.
    pub(in super::super) fn drop_ref(&self, name: &str) {
        let repository = git2::Repository::open_bare(&self.state().git).unwrap();
        repository.find_reference(name).unwrap().delete().unwrap();
    }

    /// A commit on top of a branch that no reference leads to.
    pub(in super::super) fn loose(&self, parent: &str, files: &[(&str, &str)]) -> String {
        git::commit(&self.state().git, &format!("refs/heads/{parent}"), "eve", "Loose", files, &[])
    }

    /// Merges a branch of `author` with these files into the head of a pull request, as its author does.
    pub(in super::super) fn merge_side(&self, number: u64, author: &str, files: &[(&str, &str)]) -> String {
        let mut state = self.state();
        let side = git::commit(&state.git, "refs/heads/main", author, "Side", files, &[]);
        let it = state.pulls[&number].clone();
        let head = git::commit(&state.git, &it.head, &it.author, "Merge the side", files, &[&side]);
        git::point(&state.git, &format!("refs/pull/{number}/head"), &head);
        state.pulls.get_mut(&number).unwrap().head.clone_from(&head);
        head
    }

    /// Opens another pull request with the same head.
    pub(in super::super) fn twin(&self, number: u64) -> u64 {
        let mut state = self.state();
        let twin = state.fresh();
        let it: Pull = state.pulls[&number].clone();
        git::point(&state.git, &format!("refs/pull/{twin}/head"), &it.head);
        state.pulls.insert(twin, it);
        twin
    }

    /// Publishes a check of this name as another App, which says success.
    pub(in super::super) fn forge_check(&self, commit: &str, name: &str) {
        let mut check: Value = super::referee::example("POST /repos/{owner}/{repo}/check-runs");
        let mut state = self.state();
        check["id"] = json!(state.fresh());
        check["name"] = json!(name);
        check["head_sha"] = json!(commit);
        check["conclusion"] = json!("success");
        check["status"] = json!("completed");
        check["app"]["id"] = json!(99);
        state.checks.push(check);
    }

    /// Lets the API tell of a new head after a moment.
    pub(in super::super) fn later(&self, number: u64, head: String) -> JoinHandle<()> {
        let state = std::sync::Arc::clone(&self.state);
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(400));
            let mut state = state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            state.pulls.get_mut(&number).unwrap().head = head;
        })
    }

    /// Merges a pull request at `at`: as a merge commit, squashed, or rebased; gives the commit with which it is there.
    pub(in super::super) fn merge(&self, number: u64, how: How, at: &'static str) -> String {
        let mut state = self.state();
        let it = state.pulls[&number].clone();
        let files = git::brought(&state.git, &it.head);
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let message = format!("Merge pull request #{number}");
        let mut commits = Vec::new();
        // GitHub knows the commits of the branch, too.
        let own: Vec<String> = git::ahead(&state.git, &it.head).into_iter().map(|one| one.0).collect();
        match how {
            How::Merge => {
                commits.push(git::commit(&state.git, "refs/heads/main", "ann", &message, &files, &[&it.head]));
            }
            How::Squash => commits.push(git::commit(&state.git, "refs/heads/main", "ann", &message, &files, &[])),
            How::Rebase => {
                let mut on = "refs/heads/main".to_owned();
                for file in files {
                    on = git::commit(&state.git, &on, &it.author, "Part", &[file], &[]);
                    commits.push(on.clone());
                }
            }
        }
        let tip = commits.last().unwrap().clone();
        if matches!(how, How::Merge) {
            state.landed.extend(own.into_iter().map(|commit| (commit, number)));
        }
        state.landed.extend(commits.into_iter().map(|commit| (commit, number)));
        git::point(&state.git, "refs/heads/main", &tip);
        let pull = state.pulls.get_mut(&number).unwrap();
        (pull.open, pull.merged_at, pull.merged_as) = (false, Some(at), Some(tip.clone()));
        (pull.closed_at, pull.updated_at) = (Some(at.to_owned()), at.to_owned());
        tip
    }

    /// The commit that the merge queue makes of a pull request on top of `on`.
    pub(in super::super) fn queued(&self, number: u64, on: &str) -> String {
        let state = self.state();
        let files = git::brought(&state.git, &state.pulls[&number].head);
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        git::commit(&state.git, on, "ann", "Queued", &files, &[])
    }

    /// Writes down that something was done to a branch.
    pub(in super::super) fn touch(
        &self,
        branch: &str,
        login: &str,
        word: &'static str,
        before: &str,
        after: &str,
        at: &str,
    ) {
        let mut state = self.state();
        let (id, branch, login) = (state.fresh_push(), branch.to_owned(), login.to_owned());
        let (before, after, at) = (before.to_owned(), after.to_owned(), at.to_owned());
        state.pushes.push(Push { id, branch, login, word, before, after, at });
    }

    /// Dismisses a review.
    pub(in super::super) fn dismiss(&self, id: u64, by: &str) {
        let mut state = self.state();
        let actor = api::user(&state, by);
        let (number, review) = state.reviews.iter_mut().find(|(_, review)| review["id"] == id).unwrap();
        let word = review["state"].as_str().unwrap().to_lowercase();
        review["state"] = json!("DISMISSED");
        let number = *number;
        let dismissed = json!({"state": word, "review_id": id, "dismissal_message": "not needed"});
        let event = state.fresh();
        let happening = json!({"id": event, "event": "review_dismissed", "actor": actor, "dismissed_review": dismissed, "created_at": NOW});
        state.timeline.push((number, happening));
    }

    /// Deletes the last comment on a pull request, as a moderator does, at `at`; with `told`, GitHub keeps in mind whose it
    /// was.
    pub(in super::super) fn delete_comment(&self, number: u64, at: &str, told: bool) {
        let mut state = self.state();
        let last = state.comments.iter().rposition(|(of, _)| *of == number).unwrap();
        let (_, comment) = state.comments.remove(last);
        let event = state.fresh();
        let deleted = json!({"id": event, "event": "comment_deleted", "actor": null, "created_at": at});
        state.timeline.push((number, deleted));
        let user = &comment["user"];
        let login = user["login"].as_str().unwrap().trim_end_matches("[bot]");
        let author = json!({"__typename": user["type"], "login": login, "databaseId": user["id"]});
        if told {
            state.deleted.push((number, json!({"createdAt": at, "deletedCommentAuthor": author})));
        }
    }

    /// Lets the last comment have been written through an App.
    pub(in super::super) fn by_app(&self, id: u64) {
        let app = api::app(id);
        self.state().comments.last_mut().unwrap().1["performed_via_github_app"] = app;
    }

    /// Lets the branch of a pull request lead to another commit by force.
    pub(in super::super) fn force(&self, number: u64, head: &str, at: &str) {
        let mut state = self.state();
        git::point(&state.git, &format!("refs/pull/{number}/head"), head);
        let event = state.fresh();
        let actor = api::user(&state, "cy");
        let happening = json!({"id": event, "event": "head_ref_force_pushed", "actor": actor, "created_at": at});
        state.timeline.push((number, happening));
        let pull = state.pulls.get_mut(&number).unwrap();
        let before = std::mem::replace(&mut pull.head, head.to_owned());
        pull.updated_at = at.to_owned();
        let (branch, fork) = (pull.branch.clone(), pull.fork);
        drop(state);
        if !fork {
            self.touch(&branch, "cy", "force_push", &before, head, at);
        }
    }

    /// Writes a comment; gives its number.
    pub(in super::super) fn say(&self, number: u64, login: &str, body: &str) -> u64 {
        let mut state = self.state();
        let id = state.fresh();
        let user = api::user(&state, login);
        let (node, at) = (format!("node-{id}"), moment(id));
        let comment =
            json!({"id": id, "node_id": node, "user": user, "body": body, "created_at": at, "updated_at": at});
        state.comments.push((number, comment));
        id
    }

    /// How many of the requests about commits asked for check runs.
    pub(in super::super) fn asked_checks(&self) -> usize {
        let state = self.state();
        state.log.iter().filter(|line| line.contains("/commits/") && line.ends_with("/check-runs")).count()
    }
}
