//! Emergencies that had to be agreed to afterwards by now, as far as records tell: whether they were is known elsewhere.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::policy::Policy;
use crate::base::date::When;
use crate::diff::State;
use crate::model::change::{Actual, Change, ChangeStatus, Window};
use crate::model::change_policy::Category;

/// Those that were due longer ago are left to the evidence.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 90);

/// An emergency whose agreement was due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debt {
    /// The change, by id.
    pub change: String,
    /// Its record.
    pub path: String,
    /// Whose it is, by id.
    pub owner: String,
    /// Until when it was due.
    pub due: Timestamp,
}

/// The emergencies at the base that were due by `at`, of the owners of those other changes that the head asks for. Empty
/// where the policy does not let an overdue one stop anything.
#[must_use]
pub fn debts(base: State<'_>, head: State<'_>, at: Timestamp) -> Vec<Debt> {
    let (old, new) = (base.side.sms, head.side.sms);
    let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let Ok(policy) = Policy::in_force(old, base.findings, day) else { return Vec::new() };
    if policy.record.overdue_blocks() != Some(true) {
        return Vec::new();
    }
    let category = |change: Change<'_>| change.category().and_then(|word| policy.category(word));
    let asked = new.all::<Change<'_>>().filter(|it| it.status() == Some(ChangeStatus::Requested));
    let owners: BTreeSet<&str> = asked
        .filter(|it| !category(*it).is_some_and(Category::is_emergency))
        .filter_map(|it| it.0.record.text("owner").map(|id| old.id_now(id)))
        .collect();
    let mut found = Vec::new();
    for change in old.all::<Change<'_>>() {
        let Some(of) = category(change).filter(|of| of.is_emergency() && !of.retrospective_seats().is_empty()) else {
            continue;
        };
        let owner = change.0.record.text("owner").map(|id| old.id_now(id)).filter(|id| owners.contains(id));
        let began = change.actual().and_then(Actual::start).and_then(When::instant);
        let began = began.or(change.planned().and_then(Window::bounds).map(|(start, _)| start));
        let (Some(owner), Some(within), Some(began)) = (owner, of.retrospective_within(), began) else { continue };
        let limit = SignedDuration::from_secs(i64::try_from(within.seconds()).unwrap_or(i64::MAX));
        let due = began.saturating_add(limit).unwrap_or(Timestamp::MAX);
        if due <= at && at.duration_since(due) <= LONGEST {
            let record = change.0.record;
            let (change, path) = (record.id.to_string(), old.path(record).to_owned());
            found.push(Debt { change, path, owner: owner.to_owned(), due });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Graph;
    use crate::graph::diff::Side;
    use crate::model::fixture::with;

    /// The debts at an instant, with a policy that holds `policy` besides, for a change of `category` by ann's team.
    fn owed(policy: &str, emergency: &str, category: &str, at: &str) -> Vec<(String, String)> {
        owed_to(", retrospective_seats: [{role: r, count: 1}]", policy, emergency, category, at)
    }

    /// The same with these words about who is asked afterwards.
    fn owed_to(seats: &str, policy: &str, emergency: &str, category: &str, at: &str) -> Vec<(String, String)> {
        let policy = format!(
            "kind: change_policy\nid: p\ntitle: P\nstatus: in_force\ncategories:\n  - {{id: normal, seats: []}}\n  - {{id: emergency, retrospective_within: 3d, seats: []{seats}}}\n{policy}\n"
        );
        let late = format!(
            "kind: change\nid: chg-late\ntitle: L\nstatus: closed\nowner: team\ncategory: emergency\n{emergency}\n"
        );
        let new =
            format!("kind: change\nid: chg-new\ntitle: N\nstatus: requested\nowner: team\ncategory: {category}\n");
        let files = [
            ("sms/change_policy/p.yaml", policy.as_str()),
            ("sms/change/chg-late.yaml", late.as_str()),
            ("sms/change/chg-new.yaml", new.as_str()),
        ];
        with(&files, |sms| {
            let graph = Graph::build(sms);
            let state = State { side: Side { sms, graph: &graph }, findings: &[] };
            let found = debts(state, state, at.parse().unwrap());
            found.into_iter().map(|debt| (debt.path, debt.due.to_string())).collect()
        })
    }

    const PLANNED: &str = "planned: {start: 2026-11-01T10:00:00+00:00, end: 2026-11-01T12:00:00+00:00}";

    #[test]
    fn an_emergency_is_due_after_its_time_from_when_it_began_or_was_to_begin() {
        let due = |text: &str| vec![("sms/change/chg-late.yaml".to_owned(), text.to_owned())];
        let at = "2026-11-20T12:00:00Z";
        assert_eq!(owed("overdue_blocks: true", PLANNED, "normal", at), due("2026-11-04T10:00:00Z"));
        let begun = format!("{PLANNED}\nactual: {{start: 2026-11-01T11:00:00+00:00, end: 2026-11-01T12:00:00+00:00}}");
        assert_eq!(owed("overdue_blocks: true", &begun, "normal", at), due("2026-11-04T11:00:00Z"));
        assert_eq!(owed("overdue_blocks: true", PLANNED, "normal", "2026-11-04T10:00:00Z").len(), 1, "at the instant");
        assert_eq!(owed("overdue_blocks: true", PLANNED, "normal", "2026-11-04T09:59:59Z"), []);
    }

    #[test]
    fn nothing_is_owed_where_it_stops_nothing() {
        let at = "2026-11-20T12:00:00Z";
        assert_eq!(owed("", PLANNED, "normal", at), [], "the policy does not ask for it");
        assert_eq!(owed("overdue_blocks: true", PLANNED, "emergency", at), [], "an emergency waits for nothing");
        assert_eq!(owed("overdue_blocks: true", "", "normal", at), [], "nobody knows when it began");
        assert_eq!(owed("overdue_blocks: true", PLANNED, "normal", "2027-03-20T12:00:00Z"), [], "too long ago");
        assert_eq!(owed_to("", "overdue_blocks: true", PLANNED, "normal", at), [], "nobody is asked afterwards");
        let other = format!("{PLANNED}\nx-owner: other").replace("x-owner", "description");
        assert_eq!(owed("overdue_blocks: true", &other.replace("owner: team", ""), "normal", at).len(), 1);
    }
}
