//! Votes that count: for each person the latest decisive one, when it was given for what is decided now.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::contributors::Contributors;
use super::facts::{Account, AccountSort, Command, Content, Facts, Permission, Review, ReviewState, SourceKind, Verb};
use super::people::{Known, People};
use super::policy::Policy;
use super::reason::{Code, Reason};
use crate::base::date::AsOf;
use crate::diff::State;

/// Somebody who does not count, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Left {
    /// The person, or the account where there is no person.
    pub person: String,
    /// Why.
    pub reason: String,
}

/// Who may vote at all at a base, whatever they may do in the repository.
#[derive(Debug)]
pub struct Electorate<'s> {
    people: People<'s>,
    /// Programs by the number of their App; none where no policy can be used, so that anybody may be one.
    programs: Option<BTreeSet<u64>>,
}

impl<'s> Electorate<'s> {
    /// That of a base at an instant.
    #[must_use]
    pub fn new(base: State<'s>, at: Timestamp) -> Self {
        let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let policy = Policy::in_force(base.side.sms, base.findings, day).ok();
        Self { people: People::new(base.side.sms, day), programs: policy.map(|policy| policy.programs()) }
    }

    /// Whether what this account writes can be a vote.
    #[must_use]
    pub fn may_vote(&self, account: &Account) -> bool {
        let Some(programs) = &self.programs else { return true };
        match account.sort {
            AccountSort::User => matches!(self.people.of_account(account), Known::Person(_)),
            AccountSort::Bot | AccountSort::Other => account.app_id.is_some_and(|app| programs.contains(&app)),
        }
    }

    /// Whether the vote of any program can count.
    #[must_use]
    pub fn names_programs(&self) -> bool {
        self.programs.as_ref().is_none_or(|programs| !programs.is_empty())
    }
}

/// The votes on a change.
#[derive(Debug, Default)]
pub(super) struct Votes {
    /// Those who agree.
    pub approvals: BTreeSet<String>,
    /// Apps that agree, by number.
    pub apps: BTreeSet<u64>,
    /// Objections by person, with their words and their time.
    pub objections: BTreeMap<String, (String, Timestamp)>,
    /// Objections that were overruled: whose, by whom, why.
    pub overruled: Vec<(String, String, String)>,
    /// Votes that do not count.
    pub left: BTreeSet<Left>,
    /// Why it cannot be told which votes count.
    pub reasons: Vec<Reason>,
}

/// What a vote says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stance {
    Approve,
    Object,
    /// Takes back what was said before.
    Nothing,
}

/// One vote of one person, from wherever it came.
struct Ballot<'f> {
    voter: Voter,
    stance: Stance,
    at: Timestamp,
    /// Decides between two of the same instant.
    id: u64,
    /// Why it does not count as an approval.
    flaw: Option<String>,
    /// Whether its text was changed afterwards, so that it may not be what the voter said.
    edited: bool,
    words: &'f str,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Voter {
    Person(String),
    App(u64),
}

/// What votes are judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Booth<'r> {
    /// The facts.
    pub facts: &'r Facts,
    /// People at the base.
    pub people: &'r People<'r>,
    /// The policy at the base.
    pub policy: &'r Policy<'r>,
    /// Those who had a hand in it.
    pub contributors: &'r Contributors,
    /// What is decided now.
    pub content: &'r Content,
    /// The instant of the decision.
    pub at: Timestamp,
    /// Whether votes after the merge are counted, as for an emergency, or those before it.
    pub after_merge: bool,
}

impl<'r> Booth<'r> {
    /// The votes that count.
    #[must_use]
    pub(super) fn count(&self) -> Votes {
        let mut count = Votes::default();
        let mut ballots: Vec<Ballot<'r>> =
            self.facts.reviews.iter().filter_map(|review| self.review(review, &mut count)).collect();
        ballots.extend(self.facts.commands.iter().filter_map(|command| self.command(command, &mut count)));
        let early = |ballot: &Ballot<'_>| self.is_early(ballot.at);
        for ballot in ballots.iter().filter(|ballot| ballot.stance != Stance::Object && early(ballot)) {
            if let Voter::Person(person) = &ballot.voter {
                let reason = "lies in the future".to_owned();
                count.left.insert(Left { person: person.clone(), reason });
            }
        }
        ballots.retain(|ballot| ballot.stance == Stance::Object || !early(ballot));
        // An emergency is judged afterwards by what is said after the merge.
        let merged = self.facts.pull_request.merged_at.filter(|_| self.after_merge);
        ballots.retain(|ballot| merged.is_none_or(|merged| ballot.at > merged));
        // Numbers of reviews and of comments say nothing of each other: of two in one second, the objection is the later.
        let order = |it: &Ballot<'_>| (it.at, it.stance == Stance::Object, it.id);
        ballots.sort_by(|a, b| (&a.voter, order(a)).cmp(&(&b.voter, order(b))));
        let mut latest: BTreeMap<Voter, &Ballot<'r>> = BTreeMap::new();
        for ballot in &ballots {
            let objects = latest.get(&ballot.voter).is_some_and(|known| known.stance == Stance::Object);
            if objects && ballot.edited && ballot.stance != Stance::Object {
                if let Voter::Person(person) = &ballot.voter {
                    let reason = "was edited afterwards, so that it does not take back the objection".to_owned();
                    count.left.insert(Left { person: person.clone(), reason });
                }
                continue;
            }
            latest.insert(ballot.voter.clone(), ballot);
        }
        for (voter, ballot) in latest {
            self.place(&voter, ballot, &mut count);
        }
        self.overrule(&mut count);
        count
    }

    /// Whether something lies in the future. Clocks differ a little; what is from tomorrow would hold for ever.
    fn is_early(&self, at: Timestamp) -> bool {
        at.duration_since(self.at) > SignedDuration::from_secs(60)
    }

    fn place(&self, voter: &Voter, ballot: &Ballot<'_>, count: &mut Votes) {
        let Voter::Person(person) = voter else {
            if let (Voter::App(app), Stance::Approve, None) = (voter, ballot.stance, &ballot.flaw) {
                count.apps.insert(*app);
            }
            return;
        };
        let left = |reason: String| Left { person: person.clone(), reason };
        match ballot.stance {
            Stance::Nothing => {}
            // Nobody loses the right to object.
            Stance::Object => {
                count.objections.insert(person.clone(), (ballot.words.to_owned(), ballot.at));
            }
            Stance::Approve => {
                if let Some(flaw) = &ballot.flaw {
                    count.left.insert(left(flaw.clone()));
                } else if self.contributors.excludes(person) && self.policy.small_team.is_none() {
                    let why = &self.contributors.excluded[person];
                    let why: Vec<&str> = why.iter().map(String::as_str).collect();
                    count.left.insert(left(why.join("; ")));
                } else {
                    count.approvals.insert(person.clone());
                }
            }
        }
    }

    /// Whose vote an account gives; none when it counts for nobody, which is told. To object, nobody needs the right to
    /// write.
    fn voter(&self, account: Option<&Account>, stance: Stance, count: &mut Votes) -> Option<Voter> {
        let Some(account) = account else {
            count
                .left
                .insert(Left { person: "a deleted account".to_owned(), reason: "the account is gone".to_owned() });
            return None;
        };
        let named = || format!("account {} ({})", account.id, account.login);
        let mut left = |person: String, reason: &str| {
            count.left.insert(Left { person, reason: reason.to_owned() });
            None
        };
        if account.sort != AccountSort::User {
            if self.contributors.accounts.contains(&account.id) {
                return left(named(), "a program that had a hand in it");
            }
            return match account.app_id {
                Some(app) if self.policy.programs().contains(&app) => Some(Voter::App(app)),
                _ => left(named(), "a program, which the policy does not name"),
            };
        }
        let person = match self.people.of_account(account) {
            Known::Person(person) => person.to_owned(),
            Known::Nobody => return left(named(), "belongs to nobody in the register"),
            Known::Stranger => return left(named(), "has the name of a registered account, but another number"),
            Known::Shared => return left(named(), "is claimed by several persons"),
        };
        if self.facts.source == SourceKind::Forge && stance == Stance::Approve {
            match self.facts.accounts.get(&account.id) {
                None => {
                    let message = format!("what '{person}' may do in the repository is not known");
                    let help = "look up the permission of every voter";
                    count.reasons.push(Reason::error(Code::VoterUnknown, message, help));
                    return None;
                }
                Some(standing) if standing.permission < Permission::Write => {
                    return left(person, "may not write to the repository");
                }
                Some(standing) if standing.invited => {
                    return left(person, "has not accepted the invitation to the organisation");
                }
                Some(_) => {}
            }
        }
        Some(Voter::Person(person))
    }

    fn review(&self, review: &'r Review, count: &mut Votes) -> Option<Ballot<'r>> {
        let stance = match review.state {
            ReviewState::Commented | ReviewState::Pending => return None,
            ReviewState::Approved => Stance::Approve,
            ReviewState::ChangesRequested => Stance::Object,
        };
        let voter = self.voter(review.account.as_ref(), stance, count)?;
        let at = review.at?;
        let edited = review.edited_by.is_some();
        let mut ballot = Ballot { voter, stance, at, id: review.id, flaw: None, edited, words: "requested changes" };
        if let Some(dismissed) = &review.dismissed {
            let by = dismissed.by.as_ref().map(|by| self.people.of_account(by));
            let who = match by {
                Some(Known::Person(person)) => person.to_owned(),
                _ => "somebody".to_owned(),
            };
            let chair = self.policy.record.chair().is_some_and(|chair| self.people.holds(&who, chair.id));
            let own = ballot.voter == Voter::Person(who.clone());
            let person = match &ballot.voter {
                Voter::Person(person) => person.clone(),
                Voter::App(app) => format!("app {app}"),
            };
            let overrules = chair && !self.contributors.excludes(&who) && !dismissed.reason.trim().is_empty();
            if stance == Stance::Approve || own || overrules {
                ballot.stance = Stance::Nothing;
                let reason = format!("the review was dismissed by {who}: {}", told(&dismissed.reason));
                count.left.insert(Left { person, reason });
            } else {
                ballot.words = "requested changes; the dismissal by somebody else does not count";
            }
            return Some(ballot);
        }
        ballot.flaw = self.flaw(at, review.edited_by.as_ref(), self.bound(&review.commit));
        Some(ballot)
    }

    fn command(&self, command: &'r Command, count: &mut Votes) -> Option<Ballot<'r>> {
        let stance = match command.verb {
            Verb::Approve => Stance::Approve,
            Verb::Object => Stance::Object,
            Verb::Withdraw => Stance::Nothing,
            Verb::Overrule => return None,
        };
        let voter = match (&command.account, &command.person) {
            (None, Some(named)) => {
                let Some(person) = self.people.person(named).filter(|person| self.people.is_there(person)) else {
                    let reason = "signed, but is nobody who takes part".to_owned();
                    count.left.insert(Left { person: named.clone(), reason });
                    return None;
                };
                Voter::Person(person.to_owned())
            }
            (account, _) => self.voter(account.as_ref(), stance, count)?,
        };
        let bound = match (&command.digest, &command.commit) {
            // The digest says what was seen, and the commit when it was planned.
            (Some(digest), Some(commit)) if *digest == self.content.digest => self.bound(commit),
            (Some(digest), None) if *digest == self.content.digest => Err("does not name the commit".to_owned()),
            (Some(_), _) => Err("signed for another content".to_owned()),
            (None, Some(commit)) if commit.len() >= 7 => self.bound(commit),
            (None, _) => Err("does not name the commit; write `/gitsm approve` with its first digits".to_owned()),
        };
        let flaw =
            if stance == Stance::Approve { self.flaw(command.at, command.edited_by.as_ref(), bound) } else { None };
        let edited = command.edited_by.is_some();
        Some(Ballot { voter, stance, at: command.at, id: command.id, flaw, edited, words: &command.reason })
    }

    /// Why an approval does not count.
    fn flaw(&self, at: Timestamp, edited_by: Option<&Account>, bound: Result<(), String>) -> Option<String> {
        if let Some(editor) = edited_by {
            return Some(format!("was edited afterwards by account {} ({})", editor.id, editor.login));
        }
        if let Err(why) = bound {
            return Some(why);
        }
        if !self.after_merge && self.facts.pull_request.merged_at.is_some_and(|merged| at > merged) {
            return Some("was given after the merge".to_owned());
        }
        let expiry = self.policy.vote_expiry?;
        let end = at
            .saturating_add(SignedDuration::from_secs(i64::try_from(expiry.seconds()).unwrap_or(i64::MAX)))
            .unwrap_or(Timestamp::MAX);
        (end <= self.at).then(|| format!("lapsed at {}, {expiry} after it was given", AsOf::new(end)))
    }

    /// Whether what was seen at a commit is what is decided now. Times are never compared: content is.
    fn bound(&self, commit: &str) -> Result<(), String> {
        let short = commit.get(..10).unwrap_or(commit);
        let head = &self.facts.pull_request.head.commit;
        // Fewer digits could mean many commits.
        let names = |id: &String| commit.len() >= 7 && id.starts_with(commit);
        if names(head) {
            return Ok(());
        }
        let mut seen = self.facts.contents.iter().filter(|(id, _)| names(id));
        let (Some((_, seen)), None) = (seen.next(), seen.next()) else {
            return Err(format!("was given for {short}, whose content is not known"));
        };
        if seen.digest != self.content.digest {
            return Err(format!("was given for {short}, and what counts has changed since"));
        }
        for (change, now) in &self.content.windows {
            let moved = seen.windows.get(change).is_none_or(|then| {
                let far = |a: Timestamp, b: Timestamp| {
                    a.duration_since(b).unsigned_abs().as_secs() > self.policy.tolerance.seconds()
                };
                far(then.start, now.start) || far(then.end, now.end)
            });
            if moved {
                return Err(format!(
                    "was given for another window of '{change}', more than {} away",
                    self.policy.tolerance
                ));
            }
        }
        Ok(())
    }

    /// Objections that the chair has set aside with a reason.
    fn overrule(&self, count: &mut Votes) {
        let Some(chair) = self.policy.record.chair() else { return };
        let commands =
            self.facts.commands.iter().filter(|command| command.verb == Verb::Overrule && command.edited_by.is_none());
        for command in commands {
            let Some(by) = self.overruler(command, count) else { continue };
            let Some(against) = command.against.as_deref().and_then(|id| self.people.person(id)) else { continue };
            let right = self.people.holds(&by, chair.id) && !self.contributors.excludes(&by) && by != against;
            let right = right && !self.is_early(command.at);
            if right && !command.reason.trim().is_empty() && self.is_later(command, against) {
                if count.objections.remove(against).is_some() {
                    count.overruled.push((against.to_owned(), by, command.reason.clone()));
                }
            } else {
                let reason = "may not overrule this objection, or gave no reason".to_owned();
                count.left.insert(Left { person: by, reason });
            }
        }
    }

    fn overruler(&self, command: &Command, count: &mut Votes) -> Option<String> {
        match (&command.account, &command.person) {
            (None, Some(person)) => self.people.person(person).map(str::to_owned),
            (account, _) => match self.voter(account.as_ref(), Stance::Approve, count)? {
                Voter::Person(person) => Some(person),
                Voter::App(_) => None,
            },
        }
    }

    /// Whether the command came after every objection of that person: a fresh one stands again.
    fn is_later(&self, command: &Command, against: &str) -> bool {
        let of = |account: Option<&Account>, person: Option<&str>| match account
            .map(|account| self.people.of_account(account))
        {
            Some(Known::Person(known)) => known == against,
            _ => person.and_then(|id| self.people.person(id)) == Some(against),
        };
        let reviews = self
            .facts
            .reviews
            .iter()
            .filter(|it| it.state == ReviewState::ChangesRequested && of(it.account.as_ref(), None));
        let commands = self
            .facts
            .commands
            .iter()
            .filter(|it| it.verb == Verb::Object && of(it.account.as_ref(), it.person.as_deref()));
        reviews.filter_map(|it| it.at).chain(commands.map(|it| it.at)).all(|at| at <= command.at)
    }
}

fn told(reason: &str) -> &str {
    if reason.trim().is_empty() { "no reason given" } else { reason }
}
