//! The terms of the risk, one by one.

use std::collections::BTreeSet;

use super::*;
use crate::graph::Graph;
use crate::model::change_policy::ChangePolicy;
use crate::model::fixture::records;

const WORLD: &str = "
    == service svc-a
    criticality: vital
    customers: [cus-a]
    service_hours: cal-day
    relations: [ci-a]
    == service svc-b
    criticality: medium
    relations: [{type: runs_on, to: ci-b}, {type: runs_on, to: ci-c}]
    redundancy: [{of: runs_on, min_up: 1}]
    == ci ci-a
    == ci ci-b
    == ci ci-c
    == ci ci-free
    == calendar cal-day
    zone: UTC
    weekly: [{days: [mon, tue, wed, thu, fri], from: '08:00', to: '18:00'}]
    == maintenance_window mw-a
    status: active
    zone: UTC
    recurs: [{days: [tue], from: '12:00', to: '14:00'}]
    == customer cus-a
    == sla sla-a
    status: in_force
    service: svc-a
    customer: cus-a
    valid_from: 2025-01-01
    hours: {service: cal-day, maintenance: [mw-a]}
    targets: [{id: up, metric: availability, operator: '>=', value: 99.9, clock: service_hours}]
    == risk rsk-a
    status: treating
    affects: [ci-a]
    residual: {level: high}
    == risk_criteria criteria
    status: in_force
    matrix: [{likelihood: 1, levels: [low, medium]}, {likelihood: 2, levels: [medium, high]}]
    levels: [{id: low}, {id: medium}, {id: high}]
    appetite: medium
    == change chg-failed
    status: failed
    owner: team-x
    affects: [ci-c]
    actual: {start: 2026-10-01T10:00:00Z, end: 2026-10-01T11:00:00Z}
";

/// The rating of a change on `affects` with these further lines, under these lines of the policy.
fn rated(affects: &str, change: &str, policy: &str) -> Rated {
    let text = format!(
        "{WORLD}\n== change_policy p\nstatus: in_force\n{policy}\n== change chg-a\nstatus: requested\nowner: team-y\ntype: modify\naffects: [{affects}]\n{change}\n"
    );
    records(&text, |sms| {
        let graph = Graph::build(sms);
        let base = Side { sms, graph: &graph };
        let day = sms.snapshot.as_of.day();
        let policy = Policy::new(sms.all::<ChangePolicy<'_>>().next().unwrap(), day).unwrap();
        let change: Change<'_> = sms.view(sms.find("chg-a").unwrap()).unwrap();
        let ids: BTreeSet<String> = affects.split(", ").map(str::to_owned).collect();
        let reach = Reach::new(base, &ids);
        let at = sms.snapshot.as_of.instant();
        Rating { policy: &policy, base, change, reach: &reach, paper: false, at }.rate()
    })
}

fn points(affects: &str, change: &str, term: &str) -> u32 {
    let rated = rated(affects, change, "");
    rated.terms.iter().find(|it| it.id == term).map(|it| it.points).unwrap()
}

fn window(start: &str, end: &str) -> String {
    format!("planned: {{start: {start}:00Z, end: {end}:00Z}}")
}

#[test]
fn every_weight_has_its_term_and_no_term_gives_more_than_its_weight() {
    let rated = rated("ci-a, ci-b, ci-c", "", "");
    let told: Vec<(&str, u32)> = rated.terms.iter().map(|term| (term.id, term.most)).collect();
    assert_eq!(told, WEIGHTS);
    assert!(rated.terms.iter().all(|term| term.points <= term.most && !term.why.is_empty()));
    assert_eq!(rated.score, rated.terms.iter().map(|term| term.points).sum::<u32>());
}

#[test]
fn the_most_critical_service_and_how_hard_it_is_hit_decide() {
    assert_eq!(points("ci-a", "", "criticality"), 30);
    assert_eq!(points("ci-b, ci-c", "", "criticality"), 9);
    assert_eq!(points("ci-b", "", "criticality"), 0, "its pair carries on");
    assert_eq!(points("ci-free", "", "criticality"), 0);
}

#[test]
fn services_customers_and_stand_ins_count() {
    assert_eq!((points("ci-a", "", "reach"), points("ci-a, ci-b, ci-c", "", "reach")), (1, 2));
    assert_eq!((points("ci-a", "", "customers"), points("ci-b, ci-c", "", "customers")), (2, 0));
    let redundancy = ["ci-a", "ci-b", "ci-free"].map(|id| points(id, "", "redundancy"));
    assert_eq!(redundancy, [10, 5, 0]);
}

#[test]
fn the_window_counts_against_service_hours_and_agreed_maintenance() {
    let at = |start, end| points("ci-a", &window(start, end), "service_hours");
    assert_eq!(at("2026-12-02T17:59", "2026-12-02T20:00"), 10, "a Wednesday");
    assert_eq!(at("2026-12-02T18:00", "2026-12-02T20:00"), 0);
    assert_eq!(at("2026-12-01T12:00", "2026-12-01T14:00"), 0, "agreed on Tuesdays");
    assert_eq!(at("2026-12-01T12:00", "2026-12-01T14:01"), 10);
    assert_eq!(points("ci-a", "", "service_hours"), 10, "no window at all");
    assert_eq!(points("ci-free", "", "service_hours"), 0);
}

#[test]
fn an_interruption_that_breaks_an_agreement_counts() {
    let at = |downtime: &str, start, end| {
        points("ci-a", &format!("downtime: {downtime}\n{}", window(start, end)), "error_budget")
    };
    // December 2026 has 23 working days of ten hours: 99.9 % of them leave 13 minutes and 48 seconds.
    assert_eq!(at("13m", "2026-12-02T09:00", "2026-12-02T11:00"), 0);
    assert_eq!(at("14m", "2026-12-02T09:00", "2026-12-02T11:00"), 15);
    assert_eq!(at("14m", "2026-12-01T12:00", "2026-12-01T14:00"), 0, "agreed maintenance does not count");
    assert_eq!(at("0m", "2026-12-02T09:00", "2026-12-02T11:00"), 0);
    assert_eq!(points("ci-a", "", "error_budget"), 8, "unknown");
    assert_eq!(points("ci-free", "downtime: 9d", "error_budget"), 0);
}

#[test]
fn test_and_way_back_count_by_what_was_tried() {
    let test = |result: &str| points("ci-free", &format!("test: {{plan: x{result}}}"), "test");
    assert_eq!(
        [test(", result: pass"), test(", result: not_possible"), test(", result: fail"), test("")],
        [0, 5, 10, 10]
    );
    let back = |back: &str| points("ci-free", back, "rollback");
    assert_eq!(back("rollback: {steps: x, tested: true}"), 0);
    assert_eq!((back("rollback: {steps: x, tested: false}"), back("rollback: {tested: true}"), back("")), (5, 10, 10));
}

#[test]
fn failures_of_the_same_owner_or_on_the_same_things_count() {
    assert_eq!(points("ci-c", "", "record"), 10);
    assert_eq!(points("ci-a", "", "record"), 0);
    assert_eq!((points("ci-a", "", "open_risks"), points("ci-b", "", "open_risks")), (5, 0));
}

#[test]
fn the_higher_of_computed_and_declared_level_counts() {
    let level = |change: &str, policy: &str| {
        let rated = rated("ci-free", change, policy);
        (rated.level, rated.computed, rated.declared)
    };
    let told = |level: &str, computed: &str, declared: Option<&str>| {
        (level.to_owned(), computed.to_owned(), declared.map(str::to_owned))
    };
    assert_eq!(level("", ""), told("low", "low", None));
    assert_eq!(level("assessment: {risk: {likelihood: 2, impact: 2}}", ""), told("high", "low", Some("high")));
    assert_eq!(
        level("assessment: {risk: {likelihood: 1, impact: 1, level: medium}}", ""),
        told("medium", "low", Some("medium"))
    );
    let policy = "risk: {weights: {test: 60}, levels: [{id: medium, from: 30}, {id: high, from: 70}]}";
    assert_eq!(level("", policy), told("high", "high", None), "60 for the test and 10 for the way back");
    assert_eq!(level("rollback: {steps: x, tested: true}", policy), told("medium", "medium", None));
}
