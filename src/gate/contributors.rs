//! Who had a hand in a change and therefore cannot vote on it.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Account, AccountSort, Commit, Facts, Identity};
use super::people::{Known, People};
use super::policy::Policy;
use super::reason::{Code, Reason};
use crate::model::change::Change;
use crate::model::change_policy::Part;

/// Who had a hand in a change.
#[derive(Debug, Default)]
pub(super) struct Contributors {
    /// Each person who cannot vote, with why.
    pub excluded: BTreeMap<String, BTreeSet<String>>,
    /// Numbers of accounts without a person that had a hand in it.
    pub accounts: BTreeSet<u64>,
    /// Why it cannot be told who had a hand in it, and what else is worth knowing.
    pub reasons: Vec<Reason>,
}

/// The account by which GitHub commits what is merged or edited in the browser.
const WEB_COMMITTER: u64 = 19_864_447;

/// A short hash for people.
fn short(id: &str) -> &str {
    id.get(..10).unwrap_or(id)
}

impl Contributors {
    /// The contributors by the facts, and by the records of `changes` at the base and at the merge result.
    #[must_use]
    pub(super) fn new<'c>(
        facts: &Facts,
        people: &People<'_>,
        policy: &Policy<'_>,
        changes: impl IntoIterator<Item = Change<'c>>,
    ) -> Self {
        let mut it = Self::default();
        if let Some(author) = &facts.pull_request.author {
            it.account(people, policy, author, Part::Author, "opened the pull request");
        }
        for pusher in &facts.pull_request.pushers {
            it.account(people, policy, pusher, Part::Pusher, "pushed to the branch");
        }
        for commit in &facts.commits {
            it.commit(people, policy, commit);
        }
        for change in changes {
            it.of_record(people, policy, change);
        }
        it.reasons.sort_by(|a, b| (a.code, &a.message).cmp(&(b.code, &b.message)));
        it.reasons.dedup();
        it
    }

    /// Whether the person had a hand in it.
    #[must_use]
    pub(super) fn excludes(&self, person: &str) -> bool {
        self.excluded.contains_key(person)
    }

    fn exclude(&mut self, policy: &Policy<'_>, person: &str, part: Part, why: String) {
        if policy.excluded.contains(&part) {
            self.excluded.entry(person.to_owned()).or_default().insert(why);
        }
    }

    fn account(&mut self, people: &People<'_>, policy: &Policy<'_>, account: &Account, part: Part, why: &str) {
        match people.of_account(account) {
            Known::Person(person) => self.exclude(policy, person, part, why.to_owned()),
            Known::Shared => self.reasons.push(shared(account)),
            Known::Nobody | Known::Stranger => {
                self.accounts.insert(account.id);
                self.unregistered(policy, account, why);
            }
        }
    }

    /// A known account that belongs to nobody: it may be the second one of somebody who votes.
    fn unregistered(&mut self, policy: &Policy<'_>, account: &Account, why: &str) {
        if account.sort == AccountSort::User && policy.record.outside_contributors() != Some(true) {
            let message = format!(
                "account {} ({}) {why} and belongs to nobody in the register, so that independence cannot be shown",
                account.id, account.login
            );
            let help = format!(
                "add the account to a person's record at the base: `github: {{login: {}, id: {}}}`",
                account.login, account.id
            );
            self.reasons.push(Reason::error(Code::AuthorUnknown, message, help));
        }
    }

    fn commit(&mut self, people: &People<'_>, policy: &Policy<'_>, commit: &Commit) {
        let id = short(&commit.id);
        let claim = if commit.verified { "" } else { ", by an unverified commit" };
        let both = [(&commit.author, Part::Author, "wrote"), (&commit.committer, Part::Committer, "committed")];
        for (identity, part, did) in both {
            // What is edited in the browser is committed and signed by the forge itself.
            let forge = identity.account.as_ref().is_some_and(|account| account.id == WEB_COMMITTER);
            if part == Part::Committer && commit.verified && forge {
                continue;
            }
            match people.of_identity(identity) {
                Some(person) => self.exclude(policy, person, part, format!("{did} {id}{claim}")),
                None => self.unknown(people, policy, identity, &format!("{did} {id}")),
            }
        }
        for identity in &commit.co_authors {
            let Some(person) = people.of_identity(identity) else {
                let message = format!("the co-author '{}' of {id} is not known", identity.name);
                self.reasons.push(Reason::pass(Code::CoAuthorUnknown, message));
                continue;
            };
            if !(commit.suggestion && policy.record.suggestions_forgiven() == Some(true)) {
                self.exclude(policy, person, Part::CoAuthor, format!("is named as co-author of {id}"));
            }
        }
    }

    fn unknown(&mut self, people: &People<'_>, policy: &Policy<'_>, identity: &Identity, did: &str) {
        match identity.account.as_ref().map(|account| (account, people.of_account(account))) {
            Some((account, Known::Shared)) => self.reasons.push(shared(account)),
            Some((account, _)) => {
                self.accounts.insert(account.id);
                self.unregistered(policy, account, did);
            }
            None => {
                let message = format!(
                    "'{}' {did} and belongs to no account, so that independence cannot be shown",
                    identity.name
                );
                let help =
                    "commit with an address of an account that the register knows, or sign with a registered key";
                self.reasons.push(Reason::error(Code::AuthorUnknown, message, help));
            }
        }
    }

    fn of_record(&mut self, people: &People<'_>, policy: &Policy<'_>, change: Change<'_>) {
        let id = &change.0.record.id;
        let tester = change.test().and_then(|test| test.by());
        let named = change.requester().into_iter().map(|it| (it, Part::Requester, "asks for"));
        let named = named.chain(change.implementers().into_iter().map(|it| (it, Part::Implementer, "carries out")));
        let named: Vec<_> = named.chain(tester.into_iter().map(|it| (it, Part::Tester, "tested"))).collect();
        for (who, part, does) in named {
            if let Some(person) = people.person(who.id) {
                self.exclude(policy, person, part, format!("{does} '{id}'"));
            }
        }
    }
}

fn shared(account: &Account) -> Reason {
    let message = format!("account {} ({}) is claimed by several persons", account.id, account.login);
    Reason::error(Code::AuthorUnknown, message, "leave it with the one whose account it is, at the base")
}
