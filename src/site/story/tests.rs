//! Pages of small repositories, by what a reader wants to know.

use crate::site::fixture::{section, site, story};

/// A service with a promise, on two parts, of which one fails more than the promise allows.
const PROMISED: &str = "
        == team team-a active
        lead: ann
        members: [ann]
        == person ann active
        owner: ann
        job: Head of payments
        == service svc-pay live
        owner: ann
        criticality: vital
        description: Takes payments. And more.
        relations: [ci-app, ci-db]
        == ci ci-app live
        owner: team-a
        availability: 99.9
        availability_basis: measured
        == ci ci-db live
        owner: team-a
        availability: 98
        availability_basis: design
        == customer cus-shop active
        owner: ann
        == calendar cal-always active
        hours: always
        == sla sla-pay in_force
        owner: ann
        service: svc-pay
        customer: cus-shop
        valid_from: 2026-01-01
        valid_to: 2027-12-31
        hours: {service: cal-always, support: cal-always}
        targets:
          - {id: availability, metric: availability, scope: Card payments, operator: '>=', value: 99.5, unit: percent, window: month, clock: 24x7}
          - {id: runs-on-time, metric: quality, scope: Runs, operator: '>=', value: 99, unit: percent, window: month}
        workload_limits:
          - {metric: Payments in a day, limit: 1000, unit: payments}
        == sla_report slr-08 published
        owner: ann
        sla: sla-pay
        period: 2026-08
        results:
          - {target: runs-on-time, unit: percent, value: 99.5, met: true}
        workload: [{metric: Payments in a day, limit: 1000, actual: 800}]
        published_on: 2026-09-03
        == sla_report slr-09 published
        owner: ann
        sla: sla-pay
        period: 2026-09
        results:
          - {target: runs-on-time, unit: percent, value: 98.2, met: false}
        published_on: 2026-10-03
        == sla_report slr-10 published
        owner: ann
        sla: sla-pay
        period: 2026-10
        results:
          - {target: runs-on-time, unit: percent, value: 99.9, met: true}
        published_on: 2026-11-03
";

/// What happened, happens and may happen to that service.
const HAPPENED: &str = "
        == incident inc-old closed
        owner: ann
        service: svc-pay
        affects: [svc-pay]
        reported_at: 2026-03-01T08:00:00Z
        == incident inc-new in_progress
        owner: ann
        service: svc-pay
        affects: [svc-pay]
        reported_at: 2026-11-18T08:00:00Z
        == incident inc-other in_progress
        owner: ann
        service: svc-else
        reported_at: 2026-11-18T08:00:00Z
        == problem prb-a in_progress
        owner: ann
        affects: [svc-pay]
        incidents: [inc-new]
        raised_at: 2026-11-19T08:00:00Z
        == change chg-direct requested
        owner: ann
        affects: [svc-pay]
        planned: {start: 2026-12-01T22:00:00Z, end: 2026-12-01T23:00:00Z}
        == change chg-below requested
        owner: ann
        affects: [ci-db]
        planned: {start: 2026-12-02T22:00:00Z, end: 2026-12-02T23:00:00Z}
        == change chg-else requested
        owner: ann
        affects: [ci-else]
        planned: {start: 2026-12-02T22:00:00Z, end: 2026-12-02T23:00:00Z}
        == risk rsk-small monitored
        owner: ann
        affects: [svc-pay]
        residual: {likelihood: 1, impact: 1, score: 1, level: low}
        == risk rsk-grave treating
        owner: ann
        affects: [svc-pay]
        inherent: {likelihood: 2, impact: 2, score: 4, level: high}
        residual: {likelihood: 2, impact: 2, score: 4, level: high}
        == risk rsk-over closed
        owner: ann
        affects: [svc-pay]
        == risk_criteria criteria in_force
        owner: ann
        effective_from: 2026-01-01
        likelihood_scale: [{value: 1, label: Rare}, {value: 2, label: Often}]
        impact_scale: [{value: 1, label: Little}, {value: 2, label: Much}]
        matrix:
          - {likelihood: 1, levels: [low, low]}
          - {likelihood: 2, levels: [low, high]}
        levels:
          - {id: low, label: Low, meaning: Live with it, acceptable: true}
          - {id: high, label: High, meaning: Work on it, acceptable: false}
        appetite: low
";

fn page(text: &str, path: &str) -> String {
    site(&story(text)).remove(path).unwrap_or_else(|| panic!("no {path}"))
}

fn all() -> String {
    format!("{PROMISED}{HAPPENED}")
}

/// The titles in the first column of a table.
fn rows(html: &str) -> Vec<String> {
    let heads = html.split("class=\"name\">").skip(1).filter_map(|rest| rest.split("</th>").next());
    heads
        .map(|head| head.split("</a>").next().unwrap_or(head).rsplit('>').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn an_agreement_tells_of_each_target_how_it_was_kept() {
    let page = page(PROMISED, "slas/sla-pay.html");
    let kept = section(&page, "promised");
    assert_eq!(kept.matches("class=\"months\"").count(), 2, "{kept}");
    assert!(kept.contains("Kept in 2 of 3 periods, missed in Sep 2026"), "{kept}");
    assert!(kept.contains("at least 99 % each month") && kept.contains("Card payments"));
    assert!(kept.contains("98.9") || kept.contains("97.9"), "what its chain can deliver: {kept}");
}

#[test]
fn a_chart_stands_beside_a_table_with_the_same_figures() {
    let page = page(PROMISED, "slas/sla-pay.html");
    let over_time = section(&page, "over-time");
    assert!(over_time.contains("Runs on time: Runs") && over_time.contains("class=\"miss\""), "{over_time}");
    let (_, table) = over_time.split_once("The figures as a table").unwrap();
    for (month, figure) in [("Aug 2026", "99.5 %"), ("Sep 2026", "98.2 %"), ("Oct 2026", "99.9 %")] {
        let row = table.split("<tr>").find(|row| row.contains(month) && row.contains("Runs on time"));
        assert!(row.unwrap().contains(figure), "{month}: {table}");
    }
}

#[test]
fn the_weakest_part_is_named_first_and_what_would_be_enough() {
    let page = page(PROMISED, "slas/sla-pay.html");
    let weakest = section(&page, "weakest");
    assert_eq!(rows(weakest), ["The ci-db", "The ci-app"], "{weakest}");
    assert!(weakest.contains("which is too little") && weakest.contains("It would be enough if ci-db"), "{weakest}");
    assert!(weakest.contains("None: its loss takes the service down"));
}

#[test]
fn each_sla_tells_its_own_promise_and_the_service_the_one_with_the_least_room() {
    let sla = |id: &str, promised: &str| {
        format!(
            "
        == sla {id} in_force
        service: svc-a
        valid_from: 2026-01-01
        valid_to: 2027-12-31
        hours: {{service: cal-always, support: cal-always}}
        targets: [{{id: up, metric: availability, operator: '>=', value: {promised}, unit: percent, window: month, clock: 24x7}}]"
        )
    };
    let text = "
        == service svc-a live
        relations: [ci-a]
        == ci ci-a live
        availability: 99.5
        == calendar cal-always active
        hours: always";
    let made = site(&story(&format!("{text}{}{}", sla("sla-hard", "99.9"), sla("sla-soft", "98"))));
    let weakest = |path: &str| section(&made[path], "weakest").to_owned();
    let (hard, soft) = (weakest("slas/sla-hard.html"), weakest("slas/sla-soft.html"));
    assert!(hard.contains("Promised are 99.9 %") && hard.contains("which is too little"), "{hard}");
    assert!(soft.contains("Promised are 98 %") && soft.contains("which is enough"), "{soft}");
    assert_eq!(weakest("services/svc-a.html"), hard);
}

#[test]
fn work_is_told_against_its_limit_and_what_the_customer_was_told() {
    let page = page(PROMISED, "slas/sla-pay.html");
    let workload = section(&page, "workload");
    assert!(workload.contains("Payments in a day") && workload.contains("Aug 2026: 80 %"), "{workload}");
    assert_eq!(rows(section(&page, "reports")), ["The slr-10", "The slr-09", "The slr-08"], "the newest first");
}

#[test]
fn a_service_and_its_customer_tell_the_same_promises() {
    let files = site(&story(PROMISED));
    let own = section(&files["slas/sla-pay.html"], "promised").matches("class=\"months\"").count();
    for path in ["services/svc-pay.html", "customers/cus-shop.html"] {
        assert_eq!(section(&files[path], "promised").matches("class=\"months\"").count(), own, "{path}");
    }
    assert!(section(&files["customers/cus-shop.html"], "promised").contains("slas/sla-pay.html"));
}

#[test]
fn incidents_of_a_service_come_open_ones_first_with_their_problems() {
    let page = page(&all(), "services/svc-pay.html");
    let incidents = section(&page, "incidents");
    assert!(incidents.contains("2 incidents, 1 of them open."), "{incidents}");
    assert_eq!(rows(incidents), ["The inc-new", "The inc-old", "The prb-a"]);
    assert!(!incidents.contains("inc-other"));
}

#[test]
fn changes_to_a_part_are_changes_of_the_service_too() {
    let page = page(&all(), "services/svc-pay.html");
    let changes = section(&page, "changes");
    let mut named = rows(changes);
    named.sort();
    assert_eq!(named, ["The chg-below", "The chg-direct"], "{changes}");
    assert!(changes.contains("One of them is made to something that it relies on."));
    let part = site(&story(&all())).remove("configuration-items/ci-db.html").unwrap();
    assert_eq!(rows(section(&part, "changes")), ["The chg-below"]);
}

#[test]
fn open_risks_come_gravest_first_and_tell_which_are_above_the_limit() {
    let page = page(&all(), "services/svc-pay.html");
    let risks = section(&page, "risks");
    assert_eq!(rows(risks), ["The rsk-grave", "The rsk-small"]);
    assert!(risks.contains("One of them is above what we accept."), "{risks}");
}

#[test]
fn a_risk_stands_in_the_matrix_of_the_criteria_in_force() {
    let files = site(&story(&all()));
    let place = section(&files["risks/rsk-grave.html"], "place");
    assert_eq!(place.matches("<b>Now</b>").count(), 1, "{place}");
    assert!(place.contains("above what we accept without a decision"));
    let cells: Vec<&str> = place.split("<td class=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(cells[..4], ["l1 empty", "l5 over", "l1 empty", "l1 empty"], "the likely row stands on top");
    assert!(place.contains(">Often</th>") && place.contains(">Much</th>"), "scales have names");
    assert!(section(&files["risks/rsk-small.html"], "place").contains("within what we accept"));
    assert!(!files["risks/rsk-over.html"].contains("id=\"place\""), "a risk that was never rated stands nowhere");
}

#[test]
fn who_answers_is_told_by_what_they_are_to_it() {
    let page = page(&all(), "services/svc-pay.html");
    let people = section(&page, "people");
    assert_eq!(people.matches("<tr>").count(), 3, "the head, the owner, and the head of the team: {people}");
    assert!(people.contains("people/ann.html") && people.contains("Head of payments"));
    assert!(people.contains(">Lead</th>") && people.contains("teams/team-a.html"));
}

#[test]
fn somebody_is_told_with_what_is_theirs_by_kind() {
    let page = page(&all(), "people/ann.html");
    let owns = section(&page, "owns");
    for words in ["svc-pay.html", "slas/sla-pay.html", "changes/chg-direct.html", "teams/team-a.html"] {
        assert!(owns.contains(words), "{words}: {owns}");
    }
    assert!(!owns.contains("inc-old.html") && !owns.contains("rsk-over.html"), "what is over is nobody's work");
    assert!(!owns.contains("configuration-items/ci-app.html"), "the team owns that");
}

#[test]
fn the_holders_of_a_role_are_those_of_the_day() {
    let text = "
        == person ann active
        == person bea active
        == person cyd active
        == role role-head active
        required: true
        holders:
          - {person: ann, from: 2025-01-01, until: 2026-11-19}
          - {person: bea, from: 2026-11-20}
          - {person: cyd, from: 2026-11-21}
        == service svc-a live
        owner: role-head
";
    let files = site(&story(text));
    let people = section(&files["services/svc-a.html"], "people");
    assert!(
        people.contains("people/bea.html") && !people.contains("ann.html") && !people.contains("cyd.html"),
        "{people}"
    );
    let roles = section(&files["roles/index.html"], "holders");
    assert!(roles.contains("people/bea.html") && !roles.contains("Nobody"));
}

#[test]
fn a_metric_draws_its_figures_and_an_objective_draws_them_against_its_aim() {
    let mut text = String::from(
        "
        == metric met-a active
        unit: '%'
        frequency: monthly
        direction: higher_is_better
        threshold: {green: 90, amber: 80}
        == objective obj-a active
        metric: met-a
        baseline: {value: 60, at: 2026-01-31}
        target: {operator: '>=', value: 95}
        due: 2026-12-31
",
    );
    for (month, value) in [("07", "85"), ("08", "92"), ("09", "96.5")] {
        text.push_str(&format!(
            "== measurement msr-{month} final\nmetric: met-a\nperiod: 2026-{month}\nvalue: {value}\nnumerator: {value}\ndenominator: 100\n"
        ));
    }
    let files = site(&story(&text));
    let figures = section(&files["metrics/met-a.html"], "figures");
    assert!(figures.contains("Sep 2026: 96.5 %. Short in 1 of 3 periods."), "{figures}");
    assert!(figures.contains("target 90 %") && figures.contains("85 of 100"));
    let way = section(&files["objectives/obj-a.html"], "figures");
    assert!(way.contains("target 95 %") && way.contains("Measured as <a href=\"../metrics/met-a.html\">"), "{way}");
    let aims = section(&files["objectives/index.html"], "aims");
    let row = aims.split("<tr>").find(|row| row.contains("obj-a.html")).unwrap();
    for words in [">60<", ">96.5<", ">95<", "31 Dec 2026"] {
        assert!(row.contains(words), "{words}: {row}");
    }
    let measured = section(&files["metrics/index.html"], "measured");
    assert!(measured.contains("at least 90 %") && measured.contains("Kept in 2 of 3 periods, missed in Jul 2026"));
}

#[test]
fn a_supplier_tells_its_contracts_and_which_end_soon() {
    let text = "
        == supplier sup-a active
        == contract ctr-soon in_force
        supplier: sup-a
        start: 2024-01-01
        end: 2027-02-28
        notice: 90d
        == contract ctr-late in_force
        supplier: sup-a
        start: 2024-01-01
        end: 2030-02-28
        == contract ctr-over expired
        supplier: sup-a
        start: 2020-01-01
        end: 2023-12-31
        == contract ctr-gone in_force
        supplier: sup-a
        start: 2020-01-01
        end: 2026-10-31
";
    let files = site(&story(text));
    let contracts = section(&files["suppliers/sup-a.html"], "contracts");
    assert!(contracts.contains("One of them ends within half a year."), "{contracts}");
    assert_eq!(rows(contracts).last().unwrap(), "The ctr-over", "what is over comes last");
    let ends = section(&files["contracts/index.html"], "ends");
    assert_eq!(rows(ends), ["The ctr-gone", "The ctr-soon", "The ctr-late"], "{ends}");
    let row = |id: &str| ends.split("<tr>").find(|row| row.contains(id)).unwrap().to_owned();
    assert!(row("ctr-gone.html").contains(">Over</span>") && row("ctr-late.html").contains(">Runs</span>"));
    let soon = row("ctr-soon.html");
    assert!(
        soon.contains(">Decide soon</span>") && soon.contains("30 Nov 2026"),
        "the last day to give notice: {soon}"
    );
}

#[test]
fn kinds_without_a_story_have_none() {
    let page = page("== asset ast-a in_use\n", "assets/ast-a.html");
    assert!(!page.contains("<section class=\"sec\" id=\"promised\"") && !page.contains("id=\"incidents\""));
}
