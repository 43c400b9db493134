//! What is offered and promised: the system itself, services and SLAs.

use super::organisation::{CALENDARS, CUSTOMERS, ROLES, customer_id, person_id};
use super::plan::{CRITICALITIES, Plan};
use super::random::Random;
use super::record::{Draft, Head, Record};
use super::time::day;

/// What services are for.
const PURPOSES: [&str; 6] = ["Booking", "Billing", "Planning", "Tracking", "Exchange", "Reporting"];

/// Who they are for.
const USERS: [&str; 5] = ["harbours", "shops", "ferries", "warehouses", "markets"];

/// The id of a service.
pub(crate) fn service_id(index: usize) -> String {
    format!("svc-{}-{index:05}", PURPOSES[index % PURPOSES.len()].to_lowercase())
}

/// The id of the SLA of a service.
pub(crate) fn sla_id(index: usize) -> String {
    format!("sla-{}-{index:05}", PURPOSES[index % PURPOSES.len()].to_lowercase())
}

/// The title of a service and its SLA.
fn title(index: usize) -> String {
    format!("{} for {} {index}", PURPOSES[index % PURPOSES.len()], USERS[index / 7 % USERS.len()])
}

/// Number of services and of SLAs.
pub(crate) fn count(plan: &Plan) -> usize {
    plan.services
}

/// The service management system.
pub(crate) fn sms(plan: &Plan, _index: usize) -> Record {
    let head = Head {
        kind: "sms",
        id: "sms",
        title: "Service management system",
        status: "operating",
        owner: "role-sms-manager",
    };
    let mut draft = Draft::new(&head);
    draft
        .field("organisation", "{ name: Measured Services, unit: Operations }")
        .field("edition", "\"2018\"")
        .open("scope")
        .inner("statement", "The system that manages and delivers all services of the catalogue.")
        .inner("services", format!("[{}]", (0..plan.services).map(service_id).collect::<Vec<_>>().join(", ")))
        .inner("customers", format!("[{}]", (0..CUSTOMERS).map(customer_id).collect::<Vec<_>>().join(", ")))
        .inner("sites", "[{ name: Oslo, country: NO, zone: Europe/Oslo }]")
        .field("climate", "{ determination: not_relevant, reasoning: Made up for measuring., decided_on: 2025-02-20 }")
        .field("top_management", "[role-top-management]")
        .list("required_roles", &ROLES.map(|role| role.0.to_owned()));
    draft.done()
}

/// A service.
pub(crate) fn service(plan: &Plan, index: usize) -> Record {
    let mut random = Random::new(plan.seed, "service", index);
    let (id, owner) = (service_id(index), person_id(random.below(super::organisation::PEOPLE)));
    let title = title(index);
    let mut draft =
        Draft::numbered(&Head { kind: "service", id: &id, title: &title, status: "live", owner: &owner }, index);
    draft
        .field("description", "Keeps the daily work of its customers going, from the first order to the bill.")
        .field("outcomes", "[The work of the day is done on the same day]")
        .field("audience", "[customer]")
        .list("customers", &[customer_id(index % CUSTOMERS)])
        .field("criticality", CRITICALITIES[usize::from(Plan::service_weight(index))])
        .field("service_hours", "cal-always")
        .field("support_hours", CALENDARS[random.below(CALENDARS.len())].0)
        .list("slas", &[sla_id(index)])
        .open("requirements")
        .item(
            "{ statement: Answers within a second., category: capacity, acceptance: Measured for a month, \
             priority: must, status: met }",
        )
        .open("relations");
    for (item, hard) in plan.applications(index) {
        let strength = if hard { "" } else { ", strength: soft" };
        draft.item(format!("{{ type: depends_on, to: {}{strength} }}", plan.item_id(item)));
    }
    draft.field("review", format!("{{ interval: 365d, last: {} }}", day(500 + random.below(240))));
    draft.done()
}

/// The SLA of a service.
pub(crate) fn sla(plan: &Plan, index: usize) -> Record {
    let mut random = Random::new(plan.seed, "sla", index);
    let (id, owner) = (sla_id(index), person_id(random.below(super::organisation::PEOPLE)));
    let title = title(index);
    let mut draft =
        Draft::numbered(&Head { kind: "sla", id: &id, title: &title, status: "in_force", owner: &owner }, index);
    draft
        .field("service", service_id(index))
        .field("customer", customer_id(index % CUSTOMERS))
        .field("valid_from", "2025-01-01")
        .field("valid_to", "2028-12-31")
        .field("hours", "{ service: cal-always, support: cal-support }")
        .open("targets")
        .item(format!(
            "{{ id: availability, metric: availability, scope: all, operator: \">=\", value: {}, \
             unit: percent, window: month, clock: 24x7 }}",
            random.pick(&["97.0", "98.0", "98.5", "99.0"])
        ))
        .item(
            "{ id: response-p1, metric: response, scope: p1, operator: \"<=\", value: 30m, window: month, \
             clock: 24x7 }",
        )
        .open("workload_limits")
        .item(format!(
            "{{ metric: Orders in an hour, limit: {}, unit: orders per hour, over_limit_effect: Orders wait. }}",
            500 * (1 + random.below(20))
        ))
        .field("exceptions", "[agreed maintenance]")
        .field("reporting", "{ frequency: month, recipients: [Head of operations] }")
        .field("agreement", "{ form: signed, at: 2024-12-10, by_customer: Head of operations }")
        .field("review", format!("{{ interval: 365d, last: {} }}", day(500 + random.below(240))));
    draft.done()
}
