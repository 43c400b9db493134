//! The organisation and those around it: people, teams, roles, customers, suppliers, contracts, calendars.

use super::plan::Plan;
use super::random::Random;
use super::record::{Draft, Head, Record};
use super::time::day;

/// Number of people.
pub(crate) const PEOPLE: usize = 85;

/// Number of teams.
pub(crate) const TEAMS: usize = 16;

/// Number of customers.
pub(crate) const CUSTOMERS: usize = 20;

/// Number of suppliers.
pub(crate) const SUPPLIERS: usize = 14;

/// Number of contracts.
pub(crate) const CONTRACTS: usize = 20;

/// First names.
const GIVEN: [&str; 17] = [
    "ada", "bo", "cleo", "dan", "eva", "finn", "gro", "hugo", "ida", "jan", "kari", "leo", "mina", "nils", "ola",
    "pia", "rolf",
];

/// Family names.
const FAMILY: [&str; 5] = ["berg", "dahl", "holt", "lund", "vik"];

/// What teams are named for.
const TEAM_NAMES: [&str; TEAMS] = [
    "service-management",
    "platform",
    "database",
    "network",
    "security",
    "desk",
    "workplace",
    "monitoring",
    "finance",
    "storage",
    "cloud",
    "identity",
    "integration",
    "billing",
    "logistics",
    "web",
];

/// Ids and titles of the roles.
pub(crate) const ROLES: [(&str, &str); 10] = [
    ("role-top-management", "Top management"),
    ("role-sms-manager", "Service management lead"),
    ("role-change-manager", "Change manager"),
    ("role-emergency-authority", "Emergency authority"),
    ("role-incident-manager", "Incident manager"),
    ("role-configuration-manager", "Configuration manager"),
    ("role-supplier-manager", "Supplier manager"),
    ("role-relationship-manager", "Relationship manager"),
    ("role-risk-owner", "Risk owner"),
    ("role-internal-auditor", "Internal auditor"),
];

/// Ids, titles and hours of the calendars.
pub(crate) const CALENDARS: [(&str, &str, &str); 4] = [
    ("cal-always", "All hours", ""),
    ("cal-business", "Business hours", "{ days: [mon, tue, wed, thu, fri], from: \"08:00\", to: \"17:00\" }"),
    ("cal-extended", "Extended hours", "{ days: [mon, tue, wed, thu, fri, sat], from: \"06:00\", to: \"22:00\" }"),
    ("cal-support", "Support hours", "{ days: [mon, tue, wed, thu, fri], from: \"07:00\", to: \"19:00\" }"),
];

/// The id of a person.
pub(crate) fn person_id(index: usize) -> String {
    format!("{}-{}", GIVEN[index % GIVEN.len()], FAMILY[index / GIVEN.len() % FAMILY.len()])
}

/// The id of a team.
pub(crate) fn team_id(index: usize) -> String {
    format!("team-{}", TEAM_NAMES[index])
}

/// The id of a customer.
pub(crate) fn customer_id(index: usize) -> String {
    format!("cus-{index:02}")
}

/// The id of a supplier.
fn supplier_id(index: usize) -> String {
    format!("sup-{index:02}")
}

/// The id of a contract.
pub(crate) fn contract_id(index: usize) -> String {
    format!("ctr-{index:02}")
}

/// A word with its first letter as a capital.
fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

/// A person.
pub(crate) fn person(_plan: &Plan, index: usize) -> Record {
    let id = person_id(index);
    let title = id.split('-').map(capital).collect::<Vec<_>>().join(" ");
    let head = Head { kind: "person", id: &id, title: &title, status: "active", owner: "role-sms-manager" };
    let mut draft = Draft::new(&head);
    draft
        .field("job", "Engineer")
        .field("zone", "Europe/Oslo")
        .field("joined", day(index))
        .field("github", format!("{{ login: hl-{id}, id: {} }}", 910_000_001 + index));
    draft.done()
}

/// A team; every person belongs to one.
pub(crate) fn team(_plan: &Plan, index: usize) -> Record {
    let (id, lead) = (team_id(index), person_id(index));
    let title = capital(&TEAM_NAMES[index].replace('-', " "));
    let members: Vec<String> = (index..PEOPLE).step_by(TEAMS).map(person_id).collect();
    let head = Head { kind: "team", id: &id, title: &title, status: "active", owner: &lead };
    let mut draft = Draft::new(&head);
    draft.field("purpose", "Builds and runs its part.").field("lead", &lead).list("members", &members);
    draft.done()
}

/// A role with its holder.
pub(crate) fn role(_plan: &Plan, index: usize) -> Record {
    let (id, title) = ROLES[index];
    let holder = person_id(index + TEAMS);
    let head = Head { kind: "role", id, title, status: "active", owner: &holder };
    let mut draft = Draft::new(&head);
    draft
        .field("purpose", "Answers for its process.")
        .field("required", true)
        .open("holders")
        .item(format!("{{ person: {holder}, from: 2025-01-07 }}"))
        .field("responsibilities", "[The process and its results]");
    draft.done()
}

/// A customer.
pub(crate) fn customer(_plan: &Plan, index: usize) -> Record {
    let (id, title) = (customer_id(index), format!("Customer {index:02}"));
    let owner = person_id(index);
    let mut draft = Draft::new(&Head { kind: "customer", id: &id, title: &title, status: "active", owner: &owner });
    draft
        .field("description", "Buys several services and is visited four times a year.")
        .field("customer_type", "external")
        .field("contact_role", "Head of operations")
        .field("relationship_owner", &owner)
        .field("users_population", 40 + index * 25)
        .field("review_interval", "90d")
        .field("survey_interval", "365d");
    draft.done()
}

/// A supplier.
pub(crate) fn supplier(_plan: &Plan, index: usize) -> Record {
    let (id, title) = (supplier_id(index), format!("Supplier {index:02}"));
    let head = Head { kind: "supplier", id: &id, title: &title, status: "active", owner: "role-supplier-manager" };
    let mut draft = Draft::new(&head);
    draft
        .field("supplier_type", "external")
        .field("relationship_owner", "role-supplier-manager")
        .field("criticality", "high")
        .field("provides_text", "Parts that are cheaper to rent than to run.")
        .open("controls")
        .item("{ measure: Availability of what is rented, kind: service, frequency: month }")
        .field("data_access", false)
        .field("exit_plan", "Move to the second offer of the last selection within six months.");
    draft.done()
}

/// A contract with a supplier.
pub(crate) fn contract(plan: &Plan, index: usize) -> Record {
    let (id, title) = (contract_id(index), format!("Contract {index:02}"));
    let mut random = Random::new(plan.seed, "contract", index);
    let head = Head { kind: "contract", id: &id, title: &title, status: "in_force", owner: "role-supplier-manager" };
    let mut draft = Draft::new(&head);
    draft
        .field("supplier", supplier_id(index % SUPPLIERS))
        .field("number", format!("C-2024-{index:03}"))
        .field("start", "2024-11-04")
        .field("end", day(1200 + random.below(600)))
        .field("notice", "90d")
        .field("scope", "[Operation and repair of the parts that name this contract]")
        .field("requirements", "[Report of the past month by its tenth day]")
        .open("targets")
        .item(
            "{ id: availability, metric: availability, scope: all, operator: \">=\", value: 99.95, \
             unit: percent, window: month, clock: 24x7 }",
        )
        .field("responsibilities", "{ ours: [Report faults at once], theirs: [Announce maintenance two weeks ahead] }")
        .field("alignment", "{ assessed_on: 2026-06-02, result: aligned }")
        .field("review", "{ interval: 365d, last: 2026-06-02, by: role-supplier-manager }");
    draft.done()
}

/// A calendar.
pub(crate) fn calendar(_plan: &Plan, index: usize) -> Record {
    let (id, title, hours) = CALENDARS[index];
    let head = Head { kind: "calendar", id, title, status: "active", owner: "role-sms-manager" };
    let mut draft = Draft::new(&head);
    draft.field("zone", "Europe/Oslo");
    if hours.is_empty() {
        draft.field("always", true);
    } else {
        draft.open("weekly").item(hours);
        draft.open("holidays").item("{ date: 2026-12-25, name: Christmas Day }");
    }
    draft.done()
}
