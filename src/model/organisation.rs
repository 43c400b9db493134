//! The organisation: the SMS as a whole, people, teams and roles.

use jiff::civil::Date;

use super::certification::SmsCertification;
use super::sms::{Ix, Sms};
use super::view::{At, Ref};
use super::words::{CustomerKind, PersonKind, RoleKind, ServiceKind};

view! {
    /// The one record of the SMS as a whole (4).
    SmsRecord<'a> of "sms" at "" {
        /// Who runs it.
        organisation: Option<Organisation<'a>>,
        /// What it covers.
        scope: Option<Scope<'a>>,
        /// Whether climate change is a relevant issue (4.1).
        climate: Option<Climate<'a>>,
        /// Roles that it cannot do without.
        required_roles: Vec<Ref<'a, RoleKind>>,
        /// The day from which it has been in operation.
        started_on: Option<Date>,
        /// Who directs the organisation at the highest level.
        top_management: Vec<Ref<'a, TopKind>>,
        /// Which certificate is aimed at or held.
        certification: Option<SmsCertification<'a>>,
    }
}

impl<'a> SmsRecord<'a> {
    /// The record of a system that is in operation.
    #[must_use]
    pub fn operating(sms: &'a Sms<'_>) -> Option<Self> {
        sms.all::<Self>().find(|it| it.0.record.status() == Some("operating"))
    }

    /// Who was top management on `day`, by number; an entry that is a role stands for its holders.
    #[must_use]
    pub fn top_management_on(self, sms: &Sms<'_>, day: Date) -> std::collections::BTreeSet<Ix> {
        let who = self.top_management().into_iter().filter_map(|who| sms.find(who.id));
        who.flat_map(|ix| people_behind(sms, ix, day)).collect()
    }
}

kinds! {
    /// Whoever directs the organisation at the highest level.
    TopKind = ["person", "role"];
}

/// The people behind a person, a role or a team on `day`, by number.
#[must_use]
pub fn people_behind(sms: &Sms<'_>, who: Ix, day: Date) -> Vec<Ix> {
    let people: Vec<Ref<'_, PersonKind>> = if let Some(role) = sms.view::<Role<'_>>(who) {
        role.holders_on(sms, day).into_iter().filter_map(Holder::person).collect()
    } else if let Some(team) = sms.view::<Team<'_>>(who) {
        team.members()
    } else {
        return vec![who];
    };
    people.into_iter().filter_map(|person| sms.find(person.id)).collect()
}

view! {
    /// A place from which services are managed and delivered.
    Site<'a> of "sms" at "/scope/sites/*" {
        /// Its name.
        name: Option<&'a str>,
    }
}

view! {
    /// The organisation that delivers the services.
    Organisation<'a> of "sms" at "/organisation" {
        /// Its name.
        name: Option<&'a str>,
    }
}

view! {
    /// What the SMS covers (4.3).
    Scope<'a> of "sms" at "/scope" {
        /// The services in scope.
        services: Vec<Ref<'a, ServiceKind>>,
        /// The customers in scope.
        customers: Vec<Ref<'a, CustomerKind>>,
        /// The sites in scope.
        sites: Vec<At<'a>>,
        /// What is left out, and why.
        excluded: Vec<Excluded<'a>>,
    }
}

view! {
    /// Something that is left out of the scope.
    Excluded<'a> of "sms" at "/scope/excluded/*" {
        /// The service, when it is one.
        service: Option<Ref<'a, ServiceKind>>,
        /// Why.
        reason: Option<&'a str>,
    }
}

words! {
    /// Whether climate change is a relevant issue.
    ClimateDetermination {
        /// It is.
        Relevant = "relevant",
        /// It is not.
        NotRelevant = "not_relevant",
    }
}

view! {
    /// The answer to the question of Amendment 1:2024 to 4.1.
    Climate<'a> of "sms" at "/climate" {
        /// The answer.
        determination: Option<ClimateDetermination>,
        /// Why.
        reasoning: Option<&'a str>,
    }
}

words! {
    /// Status of a person.
    PersonStatus {
        /// Works here.
        Active = "active",
        /// Has left.
        Left = "left",
    }
}

view! {
    /// A person.
    Person<'a> of "person" at "" {
        /// Status.
        status: Option<PersonStatus>,
        /// First day.
        joined: Option<Date>,
        /// Last day.
        left: Option<Date>,
        /// The account with which the person works.
        github: Option<ForgeAccount<'a>>,
        /// Further accounts.
        more_accounts: Vec<ForgeAccount<'a>>,
        /// Public keys with which the person signs.
        signing_keys: Vec<At<'a>>,
    }
}

view! {
    /// An account of a person on the forge.
    ForgeAccount<'a> of "person" at "/github" {
        /// Its name; it may change.
        login: Option<&'a str>,
        /// Its number, which never does.
        id: Option<i64>,
    }
}

words! {
    /// Status of a team.
    TeamStatus {
        /// Exists.
        Active = "active",
        /// Dissolved.
        Dissolved = "dissolved",
    }
}

view! {
    /// A team.
    Team<'a> of "team" at "" {
        /// Status.
        status: Option<TeamStatus>,
        /// Last day.
        dissolved_on: Option<Date>,
        /// Its people.
        members: Vec<Ref<'a, PersonKind>>,
        /// The larger team that it belongs to.
        part_of: Option<Ref<'a, TeamKind>>,
    }
}

kinds! {
    /// A team.
    TeamKind = ["team"];
}

words! {
    /// Status of a role.
    RoleStatus {
        /// In use.
        Active = "active",
        /// No longer in use.
        Retired = "retired",
    }
}

view! {
    /// A role (5.3).
    Role<'a> of "role" at "" {
        /// Status.
        status: Option<RoleStatus>,
        /// Whether the SMS cannot do without it.
        required: Option<bool>,
        /// Who holds it, and when.
        holders: Vec<Holder<'a>>,
        /// Roles that the same person should not hold at the same time.
        incompatible_with: Vec<Ref<'a, RoleKind>>,
        /// Times in which somebody acts for a holder.
        delegations: Vec<Delegation<'a>>,
    }
}

view! {
    /// A time in which somebody acts for a holder.
    Delegation<'a> of "role" at "/delegations/*" {
        /// The holder.
        from: Option<Ref<'a, PersonKind>>,
        /// Who acts.
        to: Option<Ref<'a, PersonKind>>,
        /// First day.
        start: Option<Date>,
        /// Last day.
        end: Option<Date>,
    }
}

view! {
    /// Someone who holds a role for a time.
    Holder<'a> of "role" at "/holders/*" {
        /// The person.
        person: Option<Ref<'a, PersonKind>>,
        /// First day.
        from: Option<Date>,
        /// Last day.
        until: Option<Date>,
    }
}

impl Person<'_> {
    /// Whether the person takes part on `day`. The last day says it where there is one, else the status.
    #[must_use]
    pub fn is_there_on(self, day: Date) -> bool {
        self.left().map_or(self.status() != Some(PersonStatus::Left), |left| left >= day)
    }
}

impl Team<'_> {
    /// Whether the team exists on `day`. The last day says it where there is one, else the status.
    #[must_use]
    pub fn is_there_on(self, day: Date) -> bool {
        self.dissolved_on().map_or(self.status() != Some(TeamStatus::Dissolved), |last| last >= day)
    }
}

impl<'a> Role<'a> {
    /// Those who hold the role on `day` and have not left, each person once. A holder whose record cannot be read
    /// counts, since that says nothing about the role.
    #[must_use]
    pub fn holders_on(self, sms: &Sms<'_>, day: Date) -> Vec<Holder<'a>> {
        let mut seen = std::collections::BTreeSet::new();
        let mut holders = self.holders();
        holders.retain(|holder| {
            let Some(person) = holder.person().filter(|_| holder.holds_on(day)) else { return false };
            let ix = sms.find(person.id);
            let there = ix.and_then(|ix| sms.view::<Person<'_>>(ix)).is_none_or(|person| person.is_there_on(day));
            there && seen.insert(ix.map_or(person.id, |ix| sms.record(ix).id.as_str()))
        });
        holders
    }
}

impl Holder<'_> {
    /// Whether the person holds the role on `day`.
    #[must_use]
    pub fn holds_on(self, day: Date) -> bool {
        self.from().is_none_or(|from| from <= day) && self.until().is_none_or(|until| until >= day)
    }
}
