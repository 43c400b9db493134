//! Who must agree, as the policy says it: seats, and choices among lists of seats.

use crate::base::exact::Exact;
use crate::model::change_policy::{Owners, SeatEntry};

/// Whose agreement fills a seat.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    /// Holders of this role.
    Role(String),
    /// Members of this team; those of teams within it too, when the flag is set.
    Team(String, bool),
    /// Those who answer for something that is touched.
    Owners(Owners),
}

impl Who {
    /// In words for people.
    #[must_use]
    pub(super) fn words(&self) -> String {
        match self {
            Self::Role(id) => format!("holders of '{id}'"),
            Self::Team(id, _) => format!("members of '{id}'"),
            Self::Owners(Owners::Affected) => "owners of what is affected".to_owned(),
            Self::Owners(Owners::Services) => "owners of services that it reaches".to_owned(),
            Self::Owners(Owners::Risks) => "owners of open risks on what is affected".to_owned(),
        }
    }
}

/// How many of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Count {
    /// So many.
    Fixed(usize),
    /// This share, rounded up to whole people.
    Percent(Exact),
}

impl Count {
    /// How many of `all` people that is; none when there is nobody, or the share is no share.
    #[must_use]
    pub(super) fn of(&self, all: usize) -> Option<usize> {
        match self {
            Self::Fixed(count) => Some(*count),
            Self::Percent(_) if all == 0 => None,
            Self::Percent(percent) => {
                let share = (percent * &Exact::from(i64::try_from(all).ok()?)).over(&Exact::from(100))?;
                usize::try_from(share.ceil()?).ok().filter(|count| (1..=all).contains(count))
            }
        }
    }
}

/// One entry of a list of seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Demand {
    /// People.
    People(Who, Count),
    /// One of these lists.
    Any(Vec<Vec<Self>>),
    /// So many of these entries.
    AtLeast(usize, Vec<Self>),
}

impl Demand {
    /// The demands of a list of seats; what the schema refuses is left out.
    #[must_use]
    pub(super) fn list(seats: &[SeatEntry<'_>]) -> Vec<Self> {
        seats.iter().filter_map(|seat| Self::of(*seat)).collect()
    }

    fn of(seat: SeatEntry<'_>) -> Option<Self> {
        let lists = seat.any_of();
        if !lists.is_empty() {
            let list = |at: crate::model::view::At<'_>| {
                let entries = at.node.items().iter().map(|node| crate::model::view::At { record: at.record, node });
                entries.filter_map(|at| Self::of(SeatEntry(at))).collect()
            };
            return Some(Self::Any(lists.into_iter().map(list).collect()));
        }
        if let Some(least) = seat.at_least() {
            return Some(Self::AtLeast(usize::try_from(least).ok()?, Self::list(&seat.of())));
        }
        let who = match (seat.role(), seat.team(), seat.owners()) {
            (Some(role), ..) => Who::Role(role.id.to_owned()),
            (_, Some(team), _) => Who::Team(team.id.to_owned(), seat.nested() == Some(true)),
            (.., owners) => Who::Owners(owners?),
        };
        let count = match (seat.count(), seat.percent()) {
            (Some(count), _) => Count::Fixed(usize::try_from(count).ok()?),
            (None, percent) => Count::Percent(percent?),
        };
        Some(Self::People(who, count))
    }

    /// In words for people.
    #[must_use]
    pub(super) fn words(&self) -> String {
        let list = |list: &Vec<Self>| list.iter().map(Self::words).collect::<Vec<_>>().join(" and ");
        match self {
            Self::People(who, Count::Fixed(count)) => format!("{count} of the {}", who.words()),
            Self::People(who, Count::Percent(percent)) => format!("{} % of the {}", percent.text(2), who.words()),
            Self::Any(lists) => lists.iter().map(list).collect::<Vec<_>>().join(", or "),
            Self::AtLeast(least, of) => {
                format!("{least} of: {}", of.iter().map(Self::words).collect::<Vec<_>>().join("; "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::change_policy::ChangePolicy;
    use crate::model::fixture::with;
    use crate::model::seat_words::roles_asked;

    fn demands(seats: &str) -> Vec<String> {
        let text = format!("{{kind: change_policy, id: p, policy_seats: [{seats}]}}");
        with(&[("sms/change_policy/p.yaml", &text)], |sms| {
            let policy = sms.all::<ChangePolicy<'_>>().next().unwrap();
            Demand::list(&policy.policy_seats()).iter().map(Demand::words).collect()
        })
    }

    #[test]
    fn seats_are_read_in_all_their_forms() {
        assert_eq!(demands("{role: r, count: 2}"), ["2 of the holders of 'r'"]);
        assert_eq!(demands("{team: t, nested: true, percent: 66.7}"), ["66.7 % of the members of 't'"]);
        assert_eq!(
            demands("{any_of: [[{role: a, count: 1}, {role: b, count: 1}], [{owners: services, count: 1}]]}"),
            ["1 of the holders of 'a' and 1 of the holders of 'b', or 1 of the owners of services that it reaches"]
        );
        assert_eq!(
            demands("{at_least: 1, of: [{role: a, count: 1}, {owners: risks, count: 2}]}"),
            ["1 of: 1 of the holders of 'a'; 2 of the owners of open risks on what is affected"]
        );
        assert!(demands("{role: a}, {count: 1}, 5").is_empty());
    }

    #[test]
    fn the_roles_of_a_seat_are_read_from_its_words() {
        let asked = |seats: &str| {
            let words = demands(seats).remove(0);
            roles_asked(&words).map(|roles| roles.into_iter().collect::<Vec<_>>().join(" "))
        };
        assert_eq!(asked("{role: r-a, count: 2}").as_deref(), Some("r-a"));
        assert_eq!(asked("{role: r-a, percent: 50}").as_deref(), Some("r-a"));
        let either = "{any_of: [[{role: b, count: 1}], [{role: a, count: 1}]]}";
        assert_eq!(asked(either).as_deref(), Some("a b"));
        assert_eq!(asked("{at_least: 1, of: [{role: a, count: 1}, {role: b, count: 2}]}").as_deref(), Some("a b"));
        for others in ["{team: t, count: 1}", "{any_of: [[{role: a, count: 1}], [{owners: services, count: 1}]]}"] {
            assert_eq!(asked(others), None, "{others}");
        }
        assert_eq!(roles_asked("nobody"), None);
    }

    #[test]
    fn a_share_is_rounded_up_and_nobody_is_no_share() {
        let percent = |text: &str, all| Count::Percent(Exact::parse(text).unwrap()).of(all);
        assert_eq!(
            [percent("67", 4), percent("50", 4), percent("1", 4), percent("100", 3)],
            [Some(3), Some(2), Some(1), Some(3)]
        );
        assert_eq!([percent("67", 0), percent("0", 4), percent("101", 4)], [None, None, None]);
        assert_eq!(Count::Fixed(3).of(0), Some(3));
    }
}
