//! Who is who at one instant: accounts and persons, roles with those who act for somebody, teams within teams.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::demand::Who;
use super::facts::{Account, Identity};
use crate::graph::Graph;
use crate::model::change_policy::Owners;
use crate::model::organisation::{Person, Role, Team, people_behind};
use crate::model::{Ix, Sms};

/// People of the base, on the day of the decision.
#[derive(Debug)]
pub(super) struct People<'s> {
    sms: &'s Sms<'s>,
    /// The day by which roles are judged; the one of the instant in UTC.
    day: Date,
    /// The person of each account number; none for a number that several persons claim.
    accounts: BTreeMap<i64, Option<&'s str>>,
    /// The persons that have an account or a key with which they can vote.
    reachable: BTreeSet<&'s str>,
    /// Account numbers by login, folded to lower case.
    logins: BTreeMap<String, i64>,
}

/// Whose an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known<'s> {
    /// This person's.
    Person(&'s str),
    /// Nobody's in the register.
    Nobody,
    /// Nobody's, although somebody once had its name.
    Stranger,
    /// Several persons claim it.
    Shared,
}

/// A person who may fill a seat, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Eligible<'s> {
    /// Who votes.
    pub voter: &'s str,
    /// Whose seat it is: the voter's own, or that of a holder who is away.
    pub seat_of: &'s str,
}

impl<'s> People<'s> {
    /// The people of `sms` on `day`.
    #[must_use]
    pub(super) fn new(sms: &'s Sms<'s>, day: Date) -> Self {
        let (mut accounts, mut logins, mut reachable) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        for person in sms.all::<Person<'s>>() {
            let id = person.0.record.id.as_str();
            for account in person.github().into_iter().chain(person.more_accounts()) {
                let Some(number) = account.id() else { continue };
                accounts
                    .entry(number)
                    .and_modify(|known: &mut Option<&str>| *known = known.filter(|one| *one == id))
                    .or_insert(Some(id));
                if let Some(login) = account.login() {
                    logins.insert(login.to_lowercase(), number);
                }
                reachable.insert(id);
            }
            if !person.signing_keys().is_empty() {
                reachable.insert(id);
            }
        }
        Self { sms, day, accounts, reachable, logins }
    }

    /// The day by which roles are judged.
    #[cfg(test)]
    pub(super) fn day(&self) -> Date {
        self.day
    }

    /// Whose the account is, by its number alone.
    #[must_use]
    pub(super) fn of_account(&self, account: &Account) -> Known<'s> {
        let number = i64::try_from(account.id).unwrap_or(i64::MAX);
        match self.accounts.get(&number) {
            Some(Some(person)) => Known::Person(person),
            Some(None) => Known::Shared,
            None => {
                let login = account.login.trim_start_matches('@').to_lowercase();
                if self.logins.contains_key(&login) { Known::Stranger } else { Known::Nobody }
            }
        }
    }

    /// The person of an account number.
    #[must_use]
    pub(super) fn of_number(&self, number: u64) -> Option<&'s str> {
        self.accounts.get(&i64::try_from(number).ok()?).copied().flatten()
    }

    /// The id that a person of this name has now, when there is one.
    #[must_use]
    pub(super) fn person(&self, id: &str) -> Option<&'s str> {
        let record = self.sms.record(self.sms.find(id)?);
        (record.kind.name == "person").then(|| record.id.as_str())
    }

    /// The persons behind an identity of a commit: by account, and by key, which may be two when one of them wrote the
    /// name of the other.
    #[must_use]
    pub(super) fn of_identity(&self, identity: &Identity) -> BTreeSet<&'s str> {
        let by_account = identity.account.as_ref().and_then(|account| match self.of_account(account) {
            Known::Person(person) => Some(person),
            _ => None,
        });
        let by_key = identity.person.as_deref().and_then(|id| self.person(id));
        by_account.into_iter().chain(by_key).collect()
    }

    /// Whether the person takes part today.
    #[must_use]
    pub(super) fn is_there(&self, id: &str) -> bool {
        let person = self.sms.find(id).and_then(|ix| self.sms.view::<Person<'_>>(ix));
        person.is_some_and(|person| person.is_there_on(self.day))
    }

    /// Whether the person has an account or a key to vote with.
    #[must_use]
    pub(super) fn can_be_asked(&self, id: &str) -> bool {
        self.reachable.contains(id)
    }

    /// Who may fill a seat today, by voter: the holders, then those who act for them. Several entries for one voter say
    /// for whom else that person may act.
    #[must_use]
    pub(super) fn eligible(&self, who: &Who, owners: &OwnersOf<'s>) -> BTreeSet<Eligible<'s>> {
        let own = |id: &'s str| Eligible { voter: id, seat_of: id };
        match who {
            Who::Role(role) => self.of_role(role),
            Who::Team(team, nested) => self.of_team(team, *nested).into_iter().map(own).collect(),
            Who::Owners(of) => owners.of(*of).iter().copied().filter(|id| self.is_there(id)).map(own).collect(),
        }
    }

    fn of_role(&self, id: &str) -> BTreeSet<Eligible<'s>> {
        let Some(role) = self.sms.find(id).and_then(|ix| self.sms.view::<Role<'s>>(ix)) else { return BTreeSet::new() };
        if role.0.record.is_at_rest() {
            return BTreeSet::new();
        }
        let holders: BTreeSet<&'s str> = role
            .holders_on(self.sms, self.day)
            .into_iter()
            .filter_map(|holder| self.person(holder.person()?.id))
            .collect();
        let mut eligible: BTreeSet<Eligible<'s>> =
            holders.iter().map(|id| Eligible { voter: id, seat_of: id }).collect();
        for delegation in role.delegations() {
            let named = |id: Option<&str>| self.person(id?);
            let (from, to) = (delegation.from().map(|it| it.id), delegation.to().map(|it| it.id));
            let (Some(from), Some(to)) = (named(from), named(to)) else { continue };
            let (Some(start), Some(end)) = (delegation.start(), delegation.end()) else { continue };
            if (start..=end).contains(&self.day) && holders.contains(from) && self.is_there(to) {
                eligible.insert(Eligible { voter: to, seat_of: from });
            }
        }
        eligible
    }

    fn of_team(&self, id: &str, nested: bool) -> BTreeSet<&'s str> {
        let Some(root) = self.sms.find(id) else { return BTreeSet::new() };
        let mut teams: BTreeSet<Ix> = BTreeSet::from([root]);
        // Teams are few; each round adds those within the teams that are known, until nothing is added.
        let mut grown = nested;
        while grown {
            let within: Vec<Ix> = self
                .sms
                .all::<Team<'s>>()
                .filter(|team| team.part_of().and_then(|of| self.sms.find(of.id)).is_some_and(|of| teams.contains(&of)))
                .filter_map(|team| self.sms.find(team.0.record.id.as_str()))
                .collect();
            let before = teams.len();
            teams.extend(within);
            grown = teams.len() > before;
        }
        let there = |ix: &Ix| self.sms.view::<Team<'s>>(*ix).filter(|team| team.is_there_on(self.day));
        let members = teams.iter().filter_map(there).flat_map(|team| team.members());
        members.filter_map(|member| self.person(member.id)).filter(|id| self.is_there(id)).collect()
    }

    /// Whether the person held the role, or acted for one who did, on the day of `at`.
    #[must_use]
    pub(super) fn held(&self, person: &str, role: &str, at: jiff::Timestamp) -> bool {
        let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let (accounts, reachable, logins) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        Self { sms: self.sms, day, accounts, reachable, logins }.holds(person, role)
    }

    /// Whether the person holds the role today, or acts for one who does.
    #[must_use]
    pub(super) fn holds(&self, person: &str, role: &str) -> bool {
        self.of_role(role).iter().any(|eligible| eligible.voter == person)
    }
}

/// Those who answer for what a change touches.
#[derive(Debug, Default)]
pub(super) struct OwnersOf<'s> {
    affected: BTreeSet<&'s str>,
    services: BTreeSet<&'s str>,
    risks: BTreeSet<&'s str>,
    /// Affected things without an owner; the owners of their services answer for them.
    pub ownerless: BTreeSet<&'s str>,
}

impl<'s> OwnersOf<'s> {
    /// The owners of `affected`, of `services`, and of `risks`, each by id, on the day of `people`.
    #[must_use]
    pub(super) fn new(
        people: &People<'s>,
        graph: &Graph,
        affected: &BTreeSet<String>,
        services: &BTreeSet<String>,
        risks: &BTreeSet<String>,
    ) -> Self {
        let sms = people.sms;
        let owner = |id: &str| -> Option<BTreeSet<&'s str>> {
            let record = sms.record(sms.find(id)?);
            let owner = sms.find(record.text("owner")?)?;
            let who = people_behind(sms, owner, people.day);
            let ids: BTreeSet<&'s str> = who.into_iter().map(|ix| sms.record(ix).id.as_str()).collect();
            Some(ids).filter(|ids| !ids.is_empty())
        };
        let of = |ids: &BTreeSet<String>| ids.iter().filter_map(|id| owner(id)).flatten().collect::<BTreeSet<_>>();
        let mut it =
            Self { affected: of(affected), services: of(services), risks: of(risks), ownerless: BTreeSet::new() };
        for id in affected.iter().filter(|id| owner(id).is_none()) {
            let Some(record) = sms.find(id).map(|ix| sms.record(ix)) else { continue };
            it.ownerless.insert(record.id.as_str());
            let felt = graph.impact([id.as_str()]).affected;
            let above = felt.iter().filter_map(|felt| owner(felt.node.id.as_str())).flatten();
            it.affected.extend(above);
        }
        it
    }

    fn of(&self, of: Owners) -> &BTreeSet<&'s str> {
        match of {
            Owners::Affected => &self.affected,
            Owners::Services => &self.services,
            Owners::Risks => &self.risks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::records;

    const TEXT: &str = "
        == person ann
        github: {login: ann, id: 1}
        more_accounts: [{login: ann-two, id: 11}]
        == person bo
        github: {login: bo, id: 2}
        aliases: [bob]
        == person cy
        github: {login: cy, id: 3}
        == person di
        status: left
        left: 2026-01-31
        == person ed
        github: {login: ed, id: 3}
        == role board
        status: active
        holders: [{person: ann, from: 2025-01-01}, {person: bob, from: 2025-01-01, until: 2026-06-30}, {person: di, from: 2025-01-01}]
        delegations:
          - {from: ann, to: cy, start: 2026-11-20, end: 2026-11-22}
          - {from: cy, to: ed, start: 2026-01-01, end: 2026-12-31}
        == role gone
        status: retired
        holders: [{person: ann, from: 2025-01-01}]
        == team whole
        status: active
        members: [ann]
        == team half
        status: active
        part_of: whole
        members: [bo, di]
        == team quarter
        status: active
        part_of: half
        members: [cy]
    ";

    fn people<T>(day: &str, then: impl FnOnce(&People<'_>) -> T) -> T {
        records(TEXT, |sms| then(&People::new(sms, day.parse().unwrap())))
    }

    fn eligible(day: &str, who: &Who) -> Vec<String> {
        people(day, |people| {
            let who = people.eligible(who, &OwnersOf::default());
            who.into_iter().map(|one| format!("{} for {}", one.voter, one.seat_of)).collect()
        })
    }

    #[test]
    fn holders_count_from_their_first_to_their_last_day() {
        let board = Who::Role("board".to_owned());
        assert_eq!(eligible("2026-06-30", &board), ["ann for ann", "bo for bo"]);
        assert_eq!(eligible("2026-07-01", &board), ["ann for ann"]);
        assert!(eligible("2026-07-01", &Who::Role("gone".to_owned())).is_empty());
        assert!(eligible("2026-07-01", &Who::Role("nothing".to_owned())).is_empty());
    }

    #[test]
    fn a_delegate_acts_in_the_days_of_the_delegation_and_passes_nothing_on() {
        let board = Who::Role("board".to_owned());
        assert_eq!(eligible("2026-11-22", &board), ["ann for ann", "cy for ann"]);
        assert_eq!(eligible("2026-11-23", &board), ["ann for ann"]);
    }

    #[test]
    fn teams_within_a_team_count_only_when_asked_for() {
        assert_eq!(eligible("2026-11-22", &Who::Team("whole".to_owned(), false)), ["ann for ann"]);
        let nested = eligible("2026-11-22", &Who::Team("whole".to_owned(), true));
        assert_eq!(nested, ["ann for ann", "bo for bo", "cy for cy"]);
    }

    #[test]
    fn an_account_is_known_by_its_number_and_never_by_its_name() {
        people("2026-11-22", |people| {
            let known = |id: u64, login: &str| {
                people.of_account(&Account {
                    id,
                    login: login.to_owned(),
                    sort: super::super::facts::AccountSort::User,
                    app_id: None,
                })
            };
            assert_eq!(known(1, "renamed"), Known::Person("ann"));
            assert_eq!(known(11, "ann-two"), Known::Person("ann"), "a second account of one person");
            assert_eq!(known(99, "@Ann"), Known::Stranger, "a stranger took the name");
            assert_eq!(known(99, "zoe"), Known::Nobody);
            assert_eq!(known(3, "cy"), Known::Shared);
        });
    }
}
