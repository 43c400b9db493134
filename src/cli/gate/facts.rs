//! Facts from a file and from git.

use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;

use crate::base::date::AsOf;
use crate::cli::Context;
use crate::gate::facts::{Account, AccountSort, Commit, End, Facts, FactsError, Identity, SourceKind};
use crate::gate::hearing::{self, co_authors, files, named};
use crate::graph::diff::Side;
use crate::load::{Merge, RawCommit};

/// Most bytes of a file of facts.
const MOST: u64 = 64 * 1024 * 1024;

/// Reads facts from a file; the inner error is a matter of their content, for the decision to tell.
pub(in crate::cli) fn read(path: &Path) -> anyhow::Result<Result<Facts, FactsError>> {
    let mut text = Vec::new();
    let named = || format!("cannot read the facts in {}", path.display());
    if path.as_os_str() == "-" {
        std::io::stdin().lock().take(MOST).read_to_end(&mut text).with_context(named)?;
    } else {
        std::fs::File::open(path).with_context(named)?.take(MOST).read_to_end(&mut text).with_context(named)?;
    }
    Ok(match String::from_utf8(text) {
        Ok(text) => Facts::parse(&text),
        Err(_) => Err(FactsError::Form("they are no UTF-8 text".to_owned())),
    })
}

/// What git alone knows of a branch.
pub(in crate::cli) fn from_git(merge: &Merge, base: &str, head: &str) -> Facts {
    let branch = |name: &str| name.rsplit_once("refs/heads/").map_or(name, |(_, branch)| branch).to_owned();
    let mut facts = Facts::empty(SourceKind::Git);
    facts.pull_request.base = End { branch: branch(base), commit: merge.base_commit.clone() };
    facts.pull_request.head = End { branch: branch(head), commit: merge.head_commit.clone() };
    facts.pull_request.mergeable = merge.clean;
    facts.commits = merge.commits.iter().map(commit).collect();
    facts.files = Some(files(merge));
    facts.names = merge.commits.iter().flat_map(|commit| named(&commit.message)).collect();
    facts
}

/// Facts with what git knows better: the files that differ, whatever the facts list.
pub(in crate::cli) fn completed(mut facts: Facts, merge: &Merge) -> Facts {
    facts.files = Some(files(merge));
    facts.pull_request.mergeable &= merge.clean;
    facts
}

/// What the facts say otherwise than git; facts of another commit decide nothing about this one.
pub(in crate::cli) fn mismatch(facts: &Facts, merge: &Merge) -> Option<String> {
    let pull = &facts.pull_request;
    let ends = [("base", &pull.base.commit, &merge.base_commit), ("head", &pull.head.commit, &merge.head_commit)];
    let other = ends.into_iter().find(|(_, said, is)| !is.starts_with(said.as_str()) || said.len() < 7);
    if let Some((end, said, is)) = other {
        return Some(format!("the facts are about the {end} {said}, and the one that is judged is {is}"));
    }
    let known: Vec<&str> = facts.commits.iter().map(|commit| commit.id.as_str()).collect();
    let missing = merge.commits.iter().find(|commit| !known.contains(&commit.id.as_str()));
    missing.map(|commit| format!("the facts leave out commit {}, by {}", commit.id, commit.author.0))
}

fn commit(commit: &RawCommit) -> Commit {
    let co_authors = co_authors(&commit.message).into_iter().map(|(name, address)| identity(&name, &address));
    Commit {
        id: commit.id.clone(),
        parents: commit.parents.clone(),
        author: identity(&commit.author.0, &commit.author.1),
        committer: identity(&commit.committer.0, &commit.committer.1),
        co_authors: co_authors.collect(),
        suggestion: false,
        verified: false,
    }
}

/// Who a name and an address in a commit claim to be. GitHub's own address of an account carries its number; no other
/// address says whose it is.
fn identity(name: &str, address: &str) -> Identity {
    let account = address.strip_suffix("@users.noreply.github.com").and_then(|local| {
        let (id, login) = local.split_once('+')?;
        Some(Account { id: id.parse().ok()?, login: login.to_owned(), sort: AccountSort::User, app_id: None })
    });
    Identity { name: name.to_owned(), account, person: None }
}

/// Works out what the voters had before them, for each commit of a vote that the facts do not tell and git knows.
pub(in crate::cli) fn contents(
    cx: &Context<'_>,
    root: &Path,
    merge: &Merge,
    base: Side<'_>,
    facts: &mut Facts,
    at: AsOf,
) -> anyhow::Result<()> {
    cx.progress.stage("reading what voters saw");
    Ok(hearing::contents(root, merge, base, facts, at)?)
}
