//! The daily work: changes, incidents and risks.

use super::offers::service_id;
use super::organisation::{PEOPLE, TEAMS, person_id, team_id};
use super::plan::Plan;
use super::random::Random;
use super::record::{Draft, Head, Record};
use super::rulebook::level;
use super::time::{TODAY, day, instant};

/// Number of changes.
pub(crate) fn changes(plan: &Plan) -> usize {
    plan.changes
}

/// Number of incidents.
pub(crate) fn incidents(plan: &Plan) -> usize {
    plan.incidents
}

/// Number of risks.
pub(crate) fn risks(plan: &Plan) -> usize {
    plan.risks
}

/// The service and the items that a piece of work is about.
fn affected(plan: &Plan, random: &mut Random) -> Vec<String> {
    let mut ids: Vec<String> = (0..=random.below(3)).map(|_| plan.any_item(random)).collect();
    ids.sort();
    ids.dedup();
    ids.push(service_id(random.below(plan.services)));
    ids
}

/// A change: most are closed, a few stand before their window.
pub(crate) fn change(plan: &Plan, index: usize) -> Record {
    let mut random = Random::new(plan.seed, "change", index);
    let closed = !random.chance(4);
    let start = if closed { 20 + random.below(TODAY - 40) } else { TODAY + 10 + random.below(90) };
    let asked = if closed { start - 8 } else { TODAY - 3 };
    let hour = 60 * random.below(20);
    let id = format!("chg-{}-{index:06}", day(asked));
    let title = format!("{} {index:06}", random.pick(&["Upgrade", "Move", "Enlarge", "Replace", "Mend"]));
    let owner = team_id(random.below(TEAMS));
    let status = if closed { "closed" } else { "requested" };
    let first = random.below(PEOPLE);
    let [requester, implementer, tester] = [0, 1, 2].map(|step| person_id((first + step) % PEOPLE));
    let (likelihood, impact) = (1 + random.below(2), 1 + random.below(4));
    let head = Head { kind: "change", id: &id, title: &title, status, owner: &owner };
    let mut draft = Draft::numbered(&head, index);
    draft
        .field("requester", requester)
        .field("requested_at", instant(asked, 540))
        .field("category", "normal")
        .field("type", random.pick(&["modify", "modify", "add", "data"]))
        .field("reason", "The part in use is too old or too small for what is asked of it.")
        .list("affects", &affected(plan, &mut random))
        .open("assessment")
        .inner(
            "risk",
            format!("{{ likelihood: {likelihood}, impact: {impact}, level: {} }}", level(likelihood * impact)),
        )
        .inner("benefit", "Fewer faults and more room.");
    let topics = [
        "feasibility",
        "financial",
        "services",
        "customers",
        "policies_plans",
        "capacity",
        "availability",
        "continuity",
        "security",
    ];
    for topic in topics {
        draft.inner(topic, "none, as rehearsed");
    }
    draft
        .inner("conflicts", "[]")
        .field("planned", window(start, hour, 240))
        .field("implementers", format!("[{implementer}]"))
        .field("plan", "Announce, copy, switch over, compare, clean up.")
        .field(
            "test",
            format!("{{ plan: Rehearsal on a copy., result: pass, at: \"{}\", by: {tester} }}", instant(asked, 900)),
        )
        .field(
            "rollback",
            format!(
                "{{ steps: Switch back to the old part., tested: true, deadline: \"{}\" }}",
                instant(start, hour + 180)
            ),
        );
    if closed {
        draft
            .field("actual", window(start, hour, 60 + random.below(150)))
            .field("outcome", "success")
            .field("closed_at", instant(start + 3, 600));
    }
    draft.done()
}

/// A window that starts on a day at a minute and lasts for some minutes.
fn window(offset: usize, minute: usize, lasts: usize) -> String {
    format!("{{ start: \"{}\", end: \"{}\" }}", instant(offset, minute), instant(offset, minute + lasts))
}

/// An incident: nearly all are closed.
pub(crate) fn incident(plan: &Plan, index: usize) -> Record {
    let mut random = Random::new(plan.seed, "incident", index);
    let closed = !random.chance(2);
    let (offset, minute) = (random.below(TODAY - 10), random.below(1300));
    let lasts = 10 + random.below(200);
    let id = format!("inc-{}-{index:06}", day(offset));
    let category = random.pick(&["outage", "degradation", "malfunction"]);
    let title = format!("Customers report {category} {index:06}");
    let team = team_id(random.below(TEAMS));
    let status = if closed { "closed" } else { "in_progress" };
    let (impact, urgency, priority) =
        [("high", "medium", "p2"), ("medium", "medium", "p3"), ("low", "medium", "p4"), ("low", "low", "p4")]
            [random.below(4)];
    let head = Head { kind: "incident", id: &id, title: &title, status, owner: "role-incident-manager" };
    let mut draft = Draft::numbered(&head, index);
    draft
        .field("reported_at", instant(offset, minute))
        .field("detected_by", random.pick(&["monitoring", "user", "customer"]))
        .field("service", service_id(random.below(plan.services)))
        .list("affects", &[plan.any_item(&mut random)])
        .field("category", category)
        .field("impact", impact)
        .field("urgency", urgency)
        .field("priority", priority)
        .field("assigned_to", &team)
        .field("responded_at", instant(offset, minute + 6));
    if closed {
        let end = instant(offset, minute + 6 + lasts);
        draft
            .open("timeline")
            .item(format!("{{ at: \"{end}\", by: {team}, action: Works again as agreed. }}"))
            .field("resolved_at", &end)
            .field("resolution", "The part at fault was restarted with more room.")
            .field("closed_at", instant(offset + 2, minute));
    }
    draft.done()
}

/// A risk that is watched.
pub(crate) fn risk(plan: &Plan, index: usize) -> Record {
    let mut random = Random::new(plan.seed, "risk", index);
    let id = format!("rsk-{index:06}");
    let item = plan.any_item(&mut random);
    let title = format!("Loss of {item}");
    let owner = person_id(random.below(PEOPLE));
    let (likelihood, impact) = (2 + random.below(4), 1 + random.below(4));
    let head = Head { kind: "risk", id: &id, title: &title, status: "monitored", owner: &owner };
    let mut draft = Draft::numbered(&head, index);
    draft
        .field("description", "A single part that fails now and then, and takes others with it.")
        .field("source", random.pick(&["availability", "continuity", "other_party", "security"]))
        .field("identified_on", day(random.below(400)))
        .field("customer_impact", "Orders wait until the part works again.")
        .list("affects", &[item])
        .field("inherent", rating(likelihood, impact))
        .field("controls", "[A spare part on the shelf, A rehearsed exchange]")
        .field("treatment", "reduce")
        .field("residual", rating(1, impact))
        .field("review", format!("{{ interval: 365d, last: {} }}", day(500 + random.below(240))));
    draft.done()
}

/// Likelihood, impact and what follows from them.
fn rating(likelihood: usize, impact: usize) -> String {
    let score = likelihood * impact;
    format!("{{ likelihood: {likelihood}, impact: {impact}, score: {score}, level: {} }}", level(score))
}
