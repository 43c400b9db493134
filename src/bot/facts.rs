//! Facts for the gate, read from GitHub. A look-up that fails is written down as one; it is never an empty list.

mod siblings;
mod votes;

use std::collections::{BTreeMap, BTreeSet};

use git2::Oid;
use jiff::Timestamp;

use super::client::ApiError;
use super::repo::Repo;
use super::types;
use crate::evidence::history::History;
use crate::gate::facts::{
    Account, AccountSort, Commit, End, Facts, Identity, Permission, PullRequest, PullState, SourceKind, Standing,
};
use crate::gate::hearing;
use crate::load::{Merge, RawCommit};

pub(super) use siblings::{Neighbour, changes};

/// Most commits that are asked for one by one, beyond those that GitHub lists.
const MOST_SINGLE: usize = 1000;
/// By how many seconds the clocks may differ.
const SKEW: i64 = 60;

/// What something was looked up for, and what came back instead.
#[derive(Debug, Default)]
pub(super) struct Failed(pub(super) BTreeMap<String, String>);

impl Failed {
    /// The answer, or nothing with a note.
    pub(super) fn note<T>(&mut self, what: &str, answer: Result<T, ApiError>) -> Option<T> {
        match answer {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.0.insert(what.to_owned(), error.to_string());
                None
            }
        }
    }
}

/// What GitHub ascribes commits to, by hash.
pub(super) type Ascribed = BTreeMap<String, types::Commit>;

/// What was read of a pull request, all but what git tells.
#[derive(Debug)]
pub(super) struct Gathered {
    /// The facts so far; commits and files are empty.
    pub facts: Facts,
    /// To whom GitHub ascribes the commits.
    pub ascribed: Ascribed,
    /// Whether somebody asks in a comment to have the decision explained.
    pub explain: bool,
    /// The comments, for what the bot wrote before.
    pub comments: Vec<types::Comment>,
    /// Who made the branch lead to which commit at first; they pushed when that brought anything.
    pub creators: Vec<(String, Account)>,
    /// The time in the past as of which it is decided; none for now.
    pub then: Option<Timestamp>,
    /// What cannot be told as it was then.
    pub lost: super::landed::Lost,
    /// Pull requests of which it is not known since when they passed by then.
    pub unsure: BTreeSet<u64>,
    /// What may have held another vote then, and counts when whoever wrote it may vote.
    pub doubts: Vec<super::landed::Doubt>,
    /// When the head last became the head, as far as that is told.
    pub moved: Option<Timestamp>,
}

/// Reads everything about a pull request that GitHub alone knows. `expect` is a review of which an event has told, so
/// that it must be there.
pub(super) async fn gather(
    repo: &Repo,
    pull: &types::Pull,
    me: &super::Me,
    base: &str,
    expect: Option<u64>,
) -> Gathered {
    let mut failed = Failed::default();
    let number = pull.number;
    match repo.client.skew().await {
        Ok(skew) if skew.abs() > SKEW => {
            let why = format!("the clock here is {skew} seconds off from GitHub's");
            failed.0.insert("the time".to_owned(), why);
        }
        told => drop(failed.note("the time", told)),
    }
    let reviews = votes::reviews(repo, number, expect, &mut failed).await;
    let comments = failed.note("comments", repo.comments(number).await).unwrap_or_default();
    let editors = votes::editors(repo, &comments).await;
    let commands = votes::commands(&comments, &editors);
    let listed = failed.note("commits", repo.commits(number).await).unwrap_or_default();
    let ascribed = listed.into_iter().map(|commit| (commit.sha.clone(), commit)).collect();
    let Pushed { pushers, creators, moved } = pushers(repo, pull, &mut failed).await;
    let voters: BTreeSet<(u64, String)> = votes::voters(&reviews, &commands);
    // The token of a workflow cannot see members; GitHub gives no rights by an invitation, so that those it tells hold.
    let organisation = pull.organisation().filter(|_| matches!(me, super::Me::App(_)));
    let accounts = standings(repo, organisation, voters, &mut failed).await;
    let mut facts = nothing(pull);
    repo.name().clone_into(&mut facts.repository);
    facts.pull_request.base.commit = base.to_owned();
    facts.pull_request.pushers = pushers;
    facts.labels = pull.labels.iter().map(|label| label.name.clone()).collect();
    facts.names = pull.body.as_deref().map(hearing::named).unwrap_or_default().into_iter().collect();
    (facts.reviews, facts.commands, facts.accounts, facts.failed) = (reviews, commands, accounts, failed.0);
    let explain = votes::explains(&comments);
    let (then, lost, unsure, doubts) = (None, BTreeMap::new(), BTreeSet::new(), Vec::new());
    Gathered { facts, ascribed, explain, comments, creators, then, lost, unsure, doubts, moved }
}

/// What the pull request says of itself, and nothing else.
#[must_use]
pub(super) fn nothing(pull: &types::Pull) -> Facts {
    let end = |end: &types::End, commit: &str| End { branch: end.branch.clone(), commit: commit.to_owned() };
    let mut facts = Facts::empty(SourceKind::Forge);
    facts.pull_request = PullRequest {
        number: pull.number,
        title: pull.title.clone(),
        draft: pull.draft,
        state: match (pull.merged_at, pull.state.as_str()) {
            (Some(_), _) => PullState::Merged,
            (None, "open") => PullState::Open,
            _ => PullState::Closed,
        },
        merged_at: pull.merged_at,
        author: pull.user.as_ref().map(|user| user.account(None)),
        base: end(&pull.base, ""),
        head: end(&pull.head, &pull.head.sha),
        fork: pull.is_fork(),
        ..facts.pull_request
    };
    // Which files it changes is not known yet, and not that it changes none.
    facts.files = None;
    facts
}

/// What is known of the pushes to a branch.
#[derive(Debug, Default, PartialEq, Eq)]
struct Pushed {
    pushers: Vec<Account>,
    /// Who made it lead where.
    creators: Vec<(String, Account)>,
    moved: Option<Timestamp>,
}

/// Who pushed to the branch, who made it, and when it last came to its head. The pushes to a fork cannot always be seen;
/// there only those who can write to the fork push.
async fn pushers(repo: &Repo, pull: &types::Pull, failed: &mut Failed) -> Pushed {
    if pull.is_fork() {
        let timeline = failed.note("timeline", repo.timeline(pull.number).await).unwrap_or_default();
        return Pushed { moved: forced(&timeline, pull.merged_at), ..Pushed::default() };
    }
    let done = failed.note("pushes", repo.activity(&pull.head.branch).await).unwrap_or_default();
    pushed(done, &pull.head.sha, pull.merged_at)
}

/// Of what was done to a branch until `end`: who pushed, who made it lead where, and when it came to lead to `head`.
fn pushed(done: Vec<types::Activity>, head: &str, end: Option<Timestamp>) -> Pushed {
    let done: Vec<_> = done.into_iter().filter(|act| end.is_none_or(|end| act.timestamp <= end)).collect();
    let moved = came_to(&done, head);
    let (mut pushers, mut creators) = (Vec::new(), Vec::new());
    for act in done {
        let Some(account) = act.actor.map(|user| user.account(None)) else { continue };
        match act.activity_type.as_str() {
            // These bring nothing that is not known by its commits.
            "branch_deletion" | "pr_merge" | "merge_queue_merge" => {}
            "branch_creation" => creators.push((act.after, account)),
            // Also a word that is not known yet: to be taken for a pusher only takes a right away.
            _ => add(&mut pushers, account),
        }
    }
    Pushed { pushers, creators, moved }
}

/// When a branch last came to lead to `head`: a head may be pushed, replaced, and pushed again.
pub(super) fn came_to(done: &[types::Activity], head: &str) -> Option<Timestamp> {
    done.iter().filter(|act| act.after == head).map(|act| act.timestamp).max()
}

/// When a head was last replaced by one that does not hold it, until `end`. Without that a branch only grows, and comes to
/// no head a second time.
pub(super) fn forced(timeline: &[types::Happening], end: Option<Timestamp>) -> Option<Timestamp> {
    let replaced = |it: &&types::Happening| {
        matches!(it.event.as_str(), "head_ref_force_pushed" | "head_ref_deleted" | "head_ref_restored")
    };
    // What has no time may be the latest of all.
    let latest = end.unwrap_or(Timestamp::MAX);
    let times = timeline.iter().filter(replaced).map(|it| it.created_at.unwrap_or(latest));
    times.filter(|at| end.is_none_or(|end| *at <= end)).max()
}

fn add(pushers: &mut Vec<Account>, account: Account) {
    if !pushers.iter().any(|known| known.id == account.id) {
        pushers.push(account);
    }
}

/// Counts those among the pushers who made the branch with something that `base` does not have.
pub(super) fn count_creators(gathered: &mut Gathered, history: &History, base: &str) {
    let base = Oid::from_str(base).ok();
    for (after, account) in std::mem::take(&mut gathered.creators) {
        let known = base.zip(Oid::from_str(&after).ok()).is_some_and(|(base, after)| history.descends(base, after));
        if !known {
            add(&mut gathered.facts.pull_request.pushers, account);
        }
    }
}

/// What each voter may do. The answer must be about the same number, not only about the same name.
async fn standings(
    repo: &Repo,
    organisation: Option<&str>,
    voters: BTreeSet<(u64, String)>,
    failed: &mut Failed,
) -> BTreeMap<u64, Standing> {
    let mut known = BTreeMap::new();
    for (id, login) in voters {
        let what = format!("permission of account {id} ({login})");
        let told = match repo.permission(&login).await {
            // Nobody has this name: GitHub takes accounts away, and leaves what they wrote.
            Err(error) if error.is_missing() => {
                known.insert(id, Standing { permission: Permission::None, invited: false });
                continue;
            }
            told => failed.note(&what, told),
        };
        let Some(told) = told else { continue };
        match told.user.as_ref().map(|user| user.id) {
            Some(other) if other != id => {
                failed.0.insert(what, format!("the name belongs to account {other} now"));
            }
            Some(_) => {
                let Some(invited) = invited(repo, organisation, &login, failed).await else { continue };
                known.insert(id, Standing { permission: permission(&told), invited });
            }
            None => drop(failed.0.insert(what, "the answer does not say whose it is".to_owned())),
        }
    }
    known
}

/// Whether a membership is only offered yet. Who is no member at all may have rights of another sort; none when it cannot
/// be looked up.
async fn invited(repo: &Repo, organisation: Option<&str>, login: &str, failed: &mut Failed) -> Option<bool> {
    let Some(organisation) = organisation else { return Some(false) };
    let what = format!("membership of {login} in {organisation}");
    match repo.membership(organisation, login).await {
        Ok(told) if told.state == "active" => Some(false),
        Ok(told) if told.state == "pending" => Some(true),
        Ok(told) => {
            failed.0.insert(what, format!("its state '{}' is not known", told.state));
            None
        }
        Err(error) if error.is_missing() => Some(false),
        Err(error) => {
            failed.0.insert(what, error.to_string());
            None
        }
    }
}

/// The finer word where it is one of GitHub's own, else the coarse one; an unknown word gives no right.
fn permission(told: &types::Standing) -> Permission {
    let word = |word: &str| match word {
        "admin" => Some(Permission::Admin),
        "maintain" => Some(Permission::Maintain),
        "write" | "push" => Some(Permission::Write),
        "triage" => Some(Permission::Triage),
        "read" | "pull" => Some(Permission::Read),
        "none" => Some(Permission::None),
        _ => None,
    };
    word(&told.role_name).or_else(|| word(&told.permission)).unwrap_or(Permission::None)
}

/// Looks up the commits that GitHub's list leaves out, which ends after 250.
pub(super) async fn ascribe_rest(repo: &Repo, merge: &Merge, gathered: &mut Gathered) {
    let missing: Vec<&str> =
        merge.commits.iter().map(|it| it.id.as_str()).filter(|id| !gathered.ascribed.contains_key(*id)).collect();
    if missing.len() > MOST_SINGLE {
        let why = format!("{} commits are more than can be looked up", missing.len());
        gathered.facts.failed.insert("commits".to_owned(), why);
        return;
    }
    for id in missing {
        match repo.commit(id).await {
            Ok(commit) => drop(gathered.ascribed.insert(id.to_owned(), commit)),
            Err(error) => {
                gathered.facts.failed.insert(format!("commit {id}"), error.to_string());
                return;
            }
        }
    }
}

/// Adds what git knows: every commit over all parents, and every file.
pub(super) fn complete(gathered: &mut Gathered, merge: &Merge) {
    let facts = &mut gathered.facts;
    facts.commits = merge.commits.iter().map(|raw| commit(raw, gathered.ascribed.get(&raw.id))).collect();
    facts.files = Some(hearing::files(merge));
    facts.names.extend(merge.commits.iter().flat_map(|commit| hearing::named(&commit.message)));
    facts.pull_request.mergeable &= merge.clean;
}

fn commit(raw: &RawCommit, told: Option<&types::Commit>) -> Commit {
    let by = |user: Option<&types::User>, name: &str| Identity {
        name: name.to_owned(),
        account: user.map(|user| user.account(None)),
        person: None,
    };
    let signed = told.and_then(|told| told.git.verification.as_ref());
    Commit {
        id: raw.id.clone(),
        parents: raw.parents.clone(),
        author: by(told.and_then(|told| told.author.as_ref()), &raw.author.0),
        committer: by(told.and_then(|told| told.committer.as_ref()), &raw.committer.0),
        co_authors: hearing::co_authors(&raw.message)
            .iter()
            .map(|(name, address)| co_author(name, address, raw, told))
            .collect(),
        suggestion: false,
        verified: signed.is_some_and(|signed| signed.verified),
    }
}

/// A co-author by address: GitHub's own addresses carry the number of the account, and an address that the author or the
/// committer of the same commit uses is theirs.
fn co_author(name: &str, address: &str, raw: &RawCommit, told: Option<&types::Commit>) -> Identity {
    let numbered = address.strip_suffix("@users.noreply.github.com").and_then(|local| {
        let (id, login) = local.split_once('+')?;
        Some(Account { id: id.parse().ok()?, login: login.to_owned(), sort: AccountSort::User, app_id: None })
    });
    let same = |who: &(String, String)| who.1.eq_ignore_ascii_case(address);
    let known = told.and_then(|told| match (same(&raw.author), same(&raw.committer)) {
        (true, _) => told.author.as_ref(),
        (_, true) => told.committer.as_ref(),
        _ => None,
    });
    let account = numbered.or_else(|| known.map(|user| user.account(None)));
    Identity { name: name.to_owned(), account, person: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: u64) -> types::User {
        types::User { id, login: format!("u{id}"), sort: "User".to_owned() }
    }

    #[test]
    fn who_pushes_is_told_from_who_makes_deletes_or_merges_and_from_who_comes_after_the_merge() {
        let act = |id: u64, word: &str, at: &str| types::Activity {
            activity_type: word.to_owned(),
            actor: Some(user(id)),
            before: "0".repeat(40),
            after: id.to_string(),
            timestamp: format!("2026-11-20T{at}:00Z").parse().unwrap(),
        };
        let words =
            ["push", "force_push", "branch_creation", "branch_deletion", "pr_merge", "merge_queue_merge", "odd"];
        let all = || (1..).zip(words).map(|(id, word)| act(id, word, "10:00")).chain([act(1, "push", "11:00")]);
        let ids = |end: Option<&str>, late: types::Activity| {
            let end = end.map(|end| end.parse().unwrap());
            let Pushed { pushers, creators, .. } = pushed(all().chain([late]).collect(), "9", end);
            let pushers: Vec<u64> = pushers.into_iter().map(|account| account.id).collect();
            (pushers, creators.into_iter().map(|(after, account)| (after, account.id)).collect::<Vec<_>>())
        };
        let made = vec![("3".to_owned(), 3)];
        assert_eq!(ids(None, act(9, "push", "12:01")), (vec![1, 2, 7, 9], made.clone()));
        let merged = Some("2026-11-20T12:00:00Z");
        assert_eq!(ids(merged, act(9, "push", "12:01")), (vec![1, 2, 7], made.clone()), "it is merged by then");
        assert_eq!(ids(merged, act(9, "push", "12:00")), (vec![1, 2, 7, 9], made));
    }

    #[test]
    fn a_head_that_was_replaced_and_came_back_is_as_old_as_its_return() {
        let at = |at: &str| -> Timestamp { format!("2026-11-20T{at}:00Z").parse().unwrap() };
        let act = |after: &str, word: &str, time: &str| types::Activity {
            activity_type: word.to_owned(),
            actor: Some(user(1)),
            before: "0".repeat(40),
            after: after.to_owned(),
            timestamp: at(time),
        };
        let done = || {
            let back = [act("a", "force_push", "12:00"), act("b", "force_push", "11:00")];
            back.into_iter().chain([act("a", "push", "10:00")]).collect::<Vec<_>>()
        };
        let moved = |head: &str, end: Option<&str>| pushed(done(), head, end.map(at)).moved;
        assert_eq!(moved("a", None), Some(at("12:00")));
        assert_eq!((moved("b", None), moved("c", None)), (Some(at("11:00")), None));
        assert_eq!(moved("a", Some("11:30")), Some(at("10:00")), "it came back only after the merge");
        let happened = |event: &str, time: serde_json::Value| -> types::Happening {
            serde_json::from_value(serde_json::json!({"event": event, "created_at": time})).unwrap()
        };
        let told = |time: &str| serde_json::json!(at(time).to_string());
        let timeline = [
            happened("head_ref_force_pushed", told("11:00")),
            happened("committed", told("12:00")),
            happened("head_ref_deleted", told("10:00")),
        ];
        assert_eq!(forced(&timeline, None), Some(at("11:00")));
        assert_eq!((forced(&timeline, Some(at("10:30"))), forced(&timeline[1..2], None)), (Some(at("10:00")), None));
        let untimed = [happened("head_ref_restored", serde_json::Value::Null)];
        assert_eq!(forced(&untimed, Some(at("09:00"))), Some(at("09:00")), "as late as it can be");
    }

    #[test]
    fn rights_are_the_finer_word_where_it_is_known() {
        let told = |permission: &str, role_name: &str| {
            let (permission, role_name) = (permission.to_owned(), role_name.to_owned());
            super::permission(&types::Standing { permission, role_name, user: None })
        };
        assert_eq!(told("write", "maintain"), Permission::Maintain);
        assert_eq!(told("read", "triage"), Permission::Triage);
        assert_eq!(told("write", "our-own-role"), Permission::Write);
        assert_eq!(told("owner", ""), Permission::None, "an unknown word gives no right");
    }

    #[test]
    fn a_co_author_is_known_by_the_number_in_the_address_or_by_the_address_of_the_commit() {
        let raw = RawCommit {
            id: "a".to_owned(),
            parents: Vec::new(),
            author: ("Ann".to_owned(), "ann@example.com".to_owned()),
            committer: ("Bo".to_owned(), "bo@example.com".to_owned()),
            message: "x\n\nCo-authored-by: Cy <3+cy@users.noreply.github.com>\nCo-authored-by: A <ANN@example.com>\n\
                      Co-authored-by: D <d@example.com>\n"
                .to_owned(),
        };
        let told = types::Commit {
            sha: "a".to_owned(),
            author: Some(user(1)),
            committer: None,
            git: types::GitCommit { verification: None },
        };
        let commit = commit(&raw, Some(&told));
        let ids: Vec<Option<u64>> =
            commit.co_authors.iter().map(|one| one.account.as_ref().map(|account| account.id)).collect();
        assert_eq!(ids, [Some(3), Some(1), None]);
        assert_eq!(commit.author.account.unwrap().id, 1);
        assert!(commit.committer.account.is_none() && commit.committer.name == "Bo");
    }
}
