//! Registers and the overview of small repositories.

use crate::site::fixture::{record, section, site, story};

const RISKS: &str = "
        == risk rsk-a treating
        residual: {likelihood: 2, impact: 2, score: 4, level: high}
        == risk rsk-b monitored
        inherent: {likelihood: 2, impact: 2, score: 4, level: high}
        residual: {likelihood: 1, impact: 2, score: 2, level: low}
        == risk rsk-c treating
        residual: {likelihood: 2, impact: 2, score: 4, level: high}
        == risk rsk-closed closed
        residual: {likelihood: 2, impact: 2, score: 4, level: high}
        == risk rsk-unrated identified
        == risk_criteria old superseded
        effective_from: 2025-01-01
        matrix: [{likelihood: 1, levels: [x]}]
        levels: [{id: x, label: X, meaning: Old, acceptable: true}]
        appetite: x
        == risk_criteria now in_force
        effective_from: 2026-01-01
        likelihood_scale: [{value: 1, label: Rare}, {value: 2, label: '<Often>'}]
        impact_scale: [{value: 1, label: Little}, {value: 2, label: Much}]
        matrix:
          - {likelihood: 1, levels: [low, low]}
          - {likelihood: 2, levels: [low, high]}
        levels:
          - {id: low, label: Low, meaning: Live with it, acceptable: true}
          - {id: high, label: High, meaning: Work on it, acceptable: false}
        appetite: low
";

#[test]
fn the_heat_map_counts_open_risks_as_they_are_today_and_leads_to_them() {
    let files = site(&story(RISKS));
    let page = &files["risks/index.html"];
    let heat = section(page, "heat");
    assert!(heat.contains("3 open risks, 2 above what we accept without a decision"), "{heat}");
    assert!(heat.contains("<a href=\"#l2i2\">2<span") && heat.contains("<a href=\"#l1i2\">1<span"), "{heat}");
    assert!(heat.contains("&lt;Often&gt;") && !heat.contains("<Often>"));
    let places = section(page, "places");
    let (grave, small) = places.split_once("id=\"l1i2\"").unwrap();
    assert!(grave.contains("rsk-a.html") && grave.contains("rsk-c.html") && small.contains("rsk-b.html"), "{places}");
    assert!(!places.contains("rsk-closed") && !places.contains("rsk-unrated"));
}

#[test]
fn the_overview_has_the_same_heat_map_with_links_to_the_register() {
    let files = site(&story(RISKS));
    let heat = section(&files["index.html"], "heat");
    assert!(heat.contains("<a href=\"risks/index.html#l2i2\">2<span"), "{heat}");
    let figure = files["index.html"].split("<div class=\"fig\">").find(|figure| figure.contains("Risks above limits"));
    let figure = figure.unwrap();
    assert!(figure.contains("<p class=\"big\">2 <small>of 4</small>"), "with the one that is not rated: {figure}");
}

#[test]
fn without_criteria_there_is_a_list_and_no_map() {
    let files = site(&story("== risk rsk-a treating\nresidual: {likelihood: 2, impact: 2, score: 4, level: high}\n"));
    assert!(!files["risks/index.html"].contains("id=\"heat\"") && files["risks/index.html"].contains("rsk-a.html"));
}

#[test]
fn the_catalogue_has_the_most_critical_first_and_no_service_that_is_over() {
    let text = "
        == service svc-low live
        criticality: low
        description: Does *little*. More.
        == service svc-vital live
        criticality: vital
        == service svc-gone retired
        criticality: vital
";
    let files = site(&story(text));
    let catalogue = section(&files["services/index.html"], "catalogue");
    let names: Vec<&str> =
        catalogue.split("<a href=\"").skip(1).filter_map(|rest| rest.split(".html").next()).collect();
    assert_eq!(names, ["svc-vital", "svc-low"], "{catalogue}");
    assert!(catalogue.contains("Does little.") && catalogue.contains("No agreement"));
    assert!(files["services/index.html"].contains("svc-gone.html"), "the list below has all");
}

#[test]
fn only_the_first_page_of_a_list_has_the_picture() {
    let services: Vec<_> = (0..250).map(|at| record("service", &format!("svc-{at:03}"), "")).collect();
    let files = site(&services);
    let first = &files["services/index.html"];
    assert!(first.contains("id=\"catalogue\"") && first.contains("60 of 250 shown"), "{first}");
    assert!(!files["services/page-2.html"].contains("id=\"catalogue\""));
}

#[test]
fn processes_stand_under_plan_do_check_and_act_with_what_they_give() {
    let text = "
        == process proc-plan in_force
        clauses: ['20000-1:6.1', '20000-1:9.1']
        outputs:
          - {name: Plans, to: [proc-do]}
          - {name: News, use: Whoever asks}
        == process proc-do in_force
        clauses: ['27001:A.5', '20000-1:8.5.1']
        == process proc-act in_force
        clauses: ['20000-1:10.2']
        == process proc-untold in_force
        == process proc-old superseded
        clauses: ['20000-1:9.1']
";
    let files = site(&story(text));
    let page = &files["processes/index.html"];
    let map = section(page, "pdca");
    let columns: Vec<(&str, usize)> = map
        .split("<div><h3>")
        .skip(1)
        .map(|column| (column.split("</h3>").next().unwrap(), column.matches("<a href=\"proc-").count()))
        .collect();
    assert_eq!(columns, [("Plan", 1), ("Do", 2), ("Act", 1)], "{map}");
    let flows = section(page, "flows");
    let plans = flows.split("<tr>").find(|row| row.contains("Plans")).unwrap();
    assert!(plans.contains("proc-plan.html") && plans.contains("proc-do.html"), "{plans}");
    assert!(flows.split("<tr>").find(|row| row.contains("News")).unwrap().contains("Whoever asks"));
}

#[test]
fn a_role_that_nobody_holds_is_told_unless_nobody_has_to() {
    let text = "
        == role role-empty active
        required: true
        == role role-spare active
        required: false
";
    let files = site(&story(text));
    let holders = section(&files["roles/index.html"], "holders");
    let row = |id: &str| holders.split("<tr>").find(|row| row.contains(id)).unwrap();
    assert!(row("role-empty").contains(">Nobody</span>"), "{holders}");
    assert!(!row("role-spare").contains(">Nobody</span>"));
}

#[test]
fn targets_that_were_missed_most_come_first() {
    let mut text = String::new();
    for (id, values) in [("good", ["99.9", "99.8"]), ("poor", ["97", "98"])] {
        text.push_str(&format!(
            "== service svc-{id} live\n== sla sla-{id} in_force\nservice: svc-{id}\nvalid_from: 2026-01-01\nvalid_to: 2027-12-31\n\
             targets: [{{id: quality, metric: quality, operator: '>=', value: 99, unit: percent, window: month}}]\n"
        ));
        for (month, value) in ["09", "10"].iter().zip(values) {
            let met = id == "good";
            text.push_str(&format!(
                "== sla_report slr-{id}-{month} published\nsla: sla-{id}\nperiod: 2026-{month}\n\
                 results: [{{target: quality, unit: percent, value: {value}, met: {met}}}]\npublished_on: 2026-11-01\n"
            ));
        }
    }
    let files = site(&story(&text));
    let kept = section(&files["slas/index.html"], "kept");
    assert!(kept.find("sla-poor.html").unwrap() < kept.find("sla-good.html").unwrap(), "{kept}");
    assert!(kept.contains("One of 2 targets with figures was missed in the last period that is over."));
    let home = &files["index.html"];
    let figure = home.split("<div class=\"fig\">").find(|figure| figure.contains("Promises kept")).unwrap();
    assert!(
        figure.contains("<p class=\"big\">1 <small>of 2</small>") && figure.contains("The sla-poor fell short"),
        "{figure}"
    );
    let catalogue = section(&files["services/index.html"], "catalogue");
    assert!(catalogue.contains("One promise missed") && catalogue.contains("Promises kept"), "{catalogue}");
}

#[test]
fn parts_of_the_site_lead_to_the_pages_about_many_kinds() {
    let files = site(&[record("ci", "ci-a", "")]);
    for (area, to) in [
        ("areas/changes.html", "calendar/index.html"),
        ("areas/configuration.html", "configuration-map/index.html"),
        ("areas/assurance.html", "clauses/index.html"),
        ("areas/risks-and-actions.html", "attention.html"),
    ] {
        assert!(files[area].contains(&format!("href=\"../{to}\"")), "{area} to {to}");
    }
}

#[test]
fn the_page_of_a_clause_has_its_evidence_and_what_speaks_against_it() {
    let files = site(&story("== risk rsk-a treating\nclauses: ['20000-1:6.1.2']\nodd: 1\n"));
    let page = &files["clauses/6-1.html"];
    assert!(section(page, "cited").contains("../risks/rsk-a.html"));
    assert!(section(page, "requirements").contains("<code>6.1"), "{page}");
    let elsewhere = section(&files["clauses/8-5-1.html"], "elsewhere");
    assert!(elsewhere.contains("<dt>ITIL 4</dt>"), "{elsewhere}");
}
