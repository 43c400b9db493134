//! Where the ledger and the gate meet: facts from signatures and votes, and decisions from facts.

use std::path::Path;

use git2::Oid;
use serde_json::Value;

use super::Opened;
use crate::base::date::AsOf;
use crate::cli::Context;
use crate::cli::gate::{facts, with_states};
use crate::evidence::ledger::{self, Branch};
use crate::evidence::sign::{GIT, Keyring, verify};
use crate::evidence::vote::{Say, Vote, cast};
use crate::gate::decide;
use crate::gate::facts::{Command, Facts, Revert, Verb};
use crate::load;

/// Facts with what signatures and history prove: the person behind each commit that a key of the base signed, the merged
/// change that is taken back, and the votes of the ledger on this head or on a change that it brings.
pub(super) fn witnessed(opened: &Opened, mut facts: Facts) -> anyhow::Result<Facts> {
    let history = &opened.history;
    let base = history.commit(Oid::from_str(&facts.pull_request.base.commit)?)?;
    let ring = crate::evidence::verify::ring(history, base.tree)?;
    for commit in &mut facts.commits {
        let Ok(id) = Oid::from_str(&commit.id) else { continue };
        let Some(signer) = signer(opened, id, &ring)? else { continue };
        // The key says who made the commit; the author is the same only where the commit says so.
        let read = history.commit(id)?;
        let own = (&read.author.name, &read.author.email) == (&read.committer.name, &read.committer.email);
        commit.committer.person = Some(signer.clone());
        if own {
            commit.author.person = Some(signer);
            commit.verified = true;
        }
    }
    let files = facts.files.iter().flatten().map(|file| (file.path.clone(), file.blob.clone())).collect::<Vec<_>>();
    let pull = &facts.pull_request;
    // The time of the commit is the only one that git alone knows.
    let taken_back = history.taken_back(&pull.base.commit, &pull.head.commit, pull.mergeable, &files)?;
    facts.reverts = taken_back.map(|(commit, change)| Revert { change, merged_at: commit.committer.time, exact: true });
    let Some(tip) = Branch::find(history, &opened.settings.evidence.ledger).tip() else { return Ok(facts) };
    let read = ledger::read(history, tip, &opened.recorders)?;
    let about = |vote: &Vote| {
        let file = format!("/{}.yaml", vote.change);
        let brings = facts.files.iter().flatten().any(|it| it.path.ends_with(&file));
        vote.head == facts.pull_request.head.commit || brings || facts.names.contains(&vote.change)
    };
    let mut commands = Vec::new();
    for cast in cast(history, &read)? {
        let Some(vote) = cast.counted().filter(|vote| about(vote)) else { continue };
        commands.push(Command {
            id: cast.number,
            account: None,
            person: Some(vote.person.clone()),
            verb: match vote.say {
                Say::Approve => Verb::Approve,
                Say::Object => Verb::Object,
                Say::Withdraw => Verb::Withdraw,
            },
            commit: Some(vote.head.clone()),
            digest: Some(vote.digest.clone()),
            reason: vote.reason.clone(),
            against: None,
            at: cast.at,
            edited_by: None,
        });
    }
    facts.commands.extend(commands);
    Ok(facts)
}

/// The person whose key signed a commit, as of the commit's own time.
fn signer(opened: &Opened, id: Oid, ring: &Keyring) -> anyhow::Result<Option<String>> {
    let Some((armoured, payload)) = opened.history.signature(id) else { return Ok(None) };
    let at = opened.history.commit(id)?.committer.time;
    Ok(verify(&payload, &armoured, GIT, ring, at).by().map(str::to_owned))
}

/// What the gate decides about `head` upon `base` with these facts at this instant, as JSON.
pub(in crate::cli) fn decision(
    cx: &mut Context<'_>,
    root: &Path,
    (base, head): (&str, &str),
    facts: &Facts,
    at: AsOf,
) -> anyhow::Result<Value> {
    let merge = load::merge(root, base, head, at)?;
    let mut facts = facts.clone();
    let decision = with_states(cx, &merge, None, |cx, _, base, head| {
        facts::contents(cx, root, &merge, base.side, &mut facts, at)?;
        Ok(decide(base, head, &facts, at.instant()))
    })?;
    Ok(serde_json::to_value(&decision)?)
}
