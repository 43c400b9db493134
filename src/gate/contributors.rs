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
            let persons = people.of_identity(identity);
            if persons.is_empty() {
                self.unknown(people, policy, identity, &format!("{did} {id}"));
            }
            for person in persons {
                self.exclude(policy, person, part, format!("{did} {id}{claim}"));
            }
        }
        for identity in &commit.co_authors {
            let persons = people.of_identity(identity);
            if persons.is_empty() {
                let message = format!("the co-author '{}' of {id} is not known", identity.name);
                self.reasons.push(Reason::pass(Code::CoAuthorUnknown, message));
            }
            if !(commit.suggestion && policy.record.suggestions_forgiven() == Some(true)) {
                for person in persons {
                    self.exclude(policy, person, Part::CoAuthor, format!("is named as co-author of {id}"));
                }
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::change_policy::ChangePolicy;
    use crate::model::fixture::records;

    const WORLD: &str = "
        == change_policy p
        status: in_force
        POLICY
        == person ann
        github: {login: ann, id: 1}
        == person bo
        github: {login: bo, id: 2}
        aliases: [bob]
        == person cy
        github: {login: cy, id: 3}
        == person di
        github: {login: di, id: 3}
        == change chg-a
        status: requested
        requester: bob
        implementers: [ann]
        test: {by: cy}
    ";

    /// Who is left out with why, and the codes of the reasons, for facts with these parts.
    fn told(policy: &str, part: &Value) -> (Vec<String>, Vec<String>) {
        let ann = json!({"name": "Ann", "account": {"id": 1}});
        let mut facts = json!({
            "version": 1, "source": "forge",
            "pull_request": {"number": 1, "base": {"ref": "main", "commit": "aaaaaaa"}, "head": {"ref": "work", "commit": "bbbbbbb"}},
            "commits": [{"id": "bbbbbbb", "author": ann, "committer": ann, "verified": true}],
        });
        for (key, value) in part.as_object().unwrap() {
            if key == "pull_request" {
                facts[key].as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
            } else {
                facts[key] = value.clone();
            }
        }
        let facts = Facts::parse(&facts.to_string()).unwrap();
        records(&WORLD.replace("POLICY", policy), |sms| {
            let people = People::new(sms, sms.snapshot.as_of.day());
            let policy = Policy::new(sms.all::<ChangePolicy<'_>>().next().unwrap(), people.day()).unwrap();
            let changes: Vec<Change<'_>> = if part.get("record").is_some() { sms.all().collect() } else { Vec::new() };
            let found = Contributors::new(&facts, &people, &policy, changes);
            let line = |(person, why): (&String, &BTreeSet<String>)| {
                format!("{person}: {}", why.iter().cloned().collect::<Vec<_>>().join("; "))
            };
            let codes = found.reasons.iter().map(|reason| format!("{} {}", reason.outcome, reason.code.word()));
            (found.excluded.iter().map(line).collect(), codes.collect())
        })
    }

    fn commit(author: &Value, committer: &Value, more: &Value) -> Value {
        let mut commit = json!({"id": "bbbbbbb", "author": author, "committer": committer, "verified": true});
        commit.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"commits": [commit]})
    }

    fn account(id: u64) -> Value {
        json!({"name": "somebody", "account": {"id": id, "login": "login"}})
    }

    #[test]
    fn authors_committers_co_authors_and_pushers_are_left_out() {
        let (out, reasons) = told("", &json!({"pull_request": {"author": {"id": 2}, "pushers": [{"id": 1}]}}));
        assert_eq!(out, ["ann: committed bbbbbbb; pushed to the branch; wrote bbbbbbb", "bo: opened the pull request"]);
        assert!(reasons.is_empty());
        let (out, _) = told("", &commit(&account(1), &account(2), &json!({"co_authors": [{"person": "bob"}]})));
        assert_eq!(out, ["ann: wrote bbbbbbb", "bo: committed bbbbbbb; is named as co-author of bbbbbbb"]);
    }

    #[test]
    fn a_claim_is_told_as_one() {
        let (out, _) = told("", &commit(&account(2), &account(2), &json!({"verified": false})));
        assert_eq!(out, ["bo: committed bbbbbbb, by an unverified commit; wrote bbbbbbb, by an unverified commit"]);
    }

    #[test]
    fn only_parts_that_the_policy_names_leave_somebody_out() {
        let (out, _) = told("excluded: [committer]", &commit(&account(1), &account(2), &json!({})));
        assert_eq!(out, ["bo: committed bbbbbbb"]);
        let (out, _) = told("excluded: []", &commit(&account(1), &account(2), &json!({})));
        assert!(out.is_empty());
    }

    #[test]
    fn those_whom_the_record_names_are_left_out_too() {
        // The form of facts has no record; the test hands it over beside them.
        let facts = json!({});
        let (out, _) = records(&WORLD.replace("POLICY", ""), |sms| {
            let people = People::new(sms, sms.snapshot.as_of.day());
            let policy = Policy::new(sms.all::<ChangePolicy<'_>>().next().unwrap(), people.day()).unwrap();
            let found = Contributors::new(
                &Facts::empty(crate::gate::facts::SourceKind::Simulation),
                &people,
                &policy,
                sms.all::<Change<'_>>(),
            );
            let names: Vec<String> = found
                .excluded
                .iter()
                .map(|(person, why)| format!("{person}: {}", why.iter().next().unwrap()))
                .collect();
            (names, facts)
        });
        assert_eq!(out, ["ann: carries out 'chg-a'", "bo: asks for 'chg-a'", "cy: tested 'chg-a'"]);
    }

    #[test]
    fn whoever_cannot_be_named_makes_it_undecidable() {
        let nobody = json!({"name": "Nobody"});
        assert_eq!(told("", &commit(&nobody, &account(1), &json!({}))).1, ["ERROR author-unknown"]);
        assert_eq!(told("", &commit(&account(9), &account(1), &json!({}))).1, ["ERROR author-unknown"]);
        assert_eq!(
            told("", &commit(&account(3), &account(1), &json!({}))).1,
            ["ERROR author-unknown"],
            "two persons claim it"
        );
        let co = json!({"co_authors": [{"name": "Helper"}]});
        assert_eq!(
            told("", &commit(&account(1), &account(1), &co)).1,
            ["PASS co-author-unknown"],
            "a trailer only takes away"
        );
    }

    #[test]
    fn outsiders_and_programs_are_known_well_enough_where_that_is_allowed() {
        assert!(told("outside_contributors: true", &commit(&account(9), &account(9), &json!({}))).1.is_empty());
        let program = json!({"name": "helper", "account": {"id": 9, "type": "bot"}});
        assert!(told("", &commit(&program, &program, &json!({}))).1.is_empty());
    }

    #[test]
    fn what_the_forge_commits_by_itself_is_nobodys_work_when_it_is_signed() {
        let forge = account(WEB_COMMITTER);
        assert!(told("", &commit(&account(1), &forge, &json!({}))).1.is_empty());
        assert_eq!(told("", &commit(&account(1), &forge, &json!({"verified": false}))).1, ["ERROR author-unknown"]);
        assert_eq!(told("", &commit(&forge, &account(1), &json!({}))).1, ["ERROR author-unknown"], "it writes nothing");
    }

    #[test]
    fn an_applied_suggestion_is_forgiven_only_where_the_policy_says_so() {
        let applied = commit(&account(1), &account(1), &json!({"suggestion": true, "co_authors": [account(2)]}));
        assert_eq!(told("", &applied).0.len(), 2);
        assert_eq!(told("suggestions_forgiven: true", &applied).0.len(), 1);
    }
}
