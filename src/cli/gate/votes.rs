//! Votes that are only thought up, to try out a decision.

use crate::base::date::AsOf;
use crate::gate::facts::{Account, AccountSort, Command, Facts, Permission, Standing, Verb};
use crate::model::Sms;
use crate::model::organisation::Person;

/// The vote of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vote {
    person: String,
    verb: Verb,
}

/// Reads `PERSON` or `PERSON=object`.
pub(super) fn parse(text: &str) -> Result<Vote, String> {
    let (person, stance) = text.split_once('=').unwrap_or((text, "approve"));
    let verb = match stance {
        "approve" => Verb::Approve,
        "object" => Verb::Object,
        other => return Err(format!("'{other}' is no vote; write approve or object")),
    };
    if person.is_empty() {
        return Err("whose vote it is must stand before the '='".to_owned());
    }
    Ok(Vote { person: person.to_owned(), verb })
}

/// Adds the votes to the facts, each given for the head, with the right to write.
pub(super) fn add(facts: &mut Facts, base: &Sms<'_>, votes: &[Vote], at: AsOf) {
    let first = facts.commands.iter().map(|command| command.id).max().unwrap_or(0) + 1;
    for (id, vote) in (first..).zip(votes) {
        let person = base.find(&vote.person).and_then(|ix| base.view::<Person<'_>>(ix));
        let account = person.and_then(|person| {
            let account = person.github()?;
            let login = account.login().unwrap_or_default().to_owned();
            Some(Account { id: u64::try_from(account.id()?).ok()?, login, sort: AccountSort::User, app_id: None })
        });
        if let Some(account) = &account {
            facts.accounts.entry(account.id).or_insert(Standing { permission: Permission::Write, invited: false });
        }
        facts.commands.push(Command {
            id,
            person: account.is_none().then(|| vote.person.clone()),
            account,
            verb: vote.verb,
            commit: Some(facts.pull_request.head.commit.clone()),
            digest: None,
            reason: String::new(),
            against: None,
            at: at.instant(),
            edited_by: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vote_is_a_person_with_or_without_a_word() {
        let vote = |text: &str| parse(text).map(|vote| (vote.person, vote.verb));
        assert_eq!(vote("ann"), Ok(("ann".to_owned(), Verb::Approve)));
        assert_eq!(vote("ann=object"), Ok(("ann".to_owned(), Verb::Object)));
        assert_eq!(vote("ann=maybe"), Err("'maybe' is no vote; write approve or object".to_owned()));
        assert!(vote("=object").is_err());
    }
}
