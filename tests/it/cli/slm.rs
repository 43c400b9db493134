//! `slm`: what the sample promised, can deliver and kept, in every format and beside its own reports.

use serde_json::Value;

use crate::program::{DAY, Folder, project};

fn slm(more: &[&str]) -> String {
    let root = project().to_str().unwrap();
    Folder::new().run(&[&["-C", root, "slm", "--as-of", DAY], more].concat()).clean()
}

fn targets(json: &Value) -> Vec<(&str, &Value)> {
    let slas = json["slas"].as_array().unwrap().iter();
    slas.flat_map(|sla| sla["targets"].as_array().unwrap().iter().map(|target| (sla["id"].as_str().unwrap(), target)))
        .collect()
}

/// The reports of the sample were written by another program, from the same incidents.
#[test]
fn what_is_measured_agrees_with_every_report_of_the_sample() {
    let json: Value = serde_json::from_str(&slm(&["--format", "json", "--last", "24"])).unwrap();
    let periods = targets(&json).into_iter().flat_map(|(_, target)| target["periods"].as_array().unwrap());
    let both: Vec<&Value> =
        periods.filter(|period| period["measured"].is_object() && period["reported"].is_object()).collect();
    assert!(both.len() > 400, "{} periods are measured and reported", both.len());
    let percent = |cell: &Value| cell["percent"].as_f64();
    let lost = both.iter().filter(|period| percent(&period["measured"]).is_some_and(|percent| percent < 100.0)).count();
    assert!(lost >= 5, "{lost} periods with a loss are compared");
    for period in both {
        assert_eq!(period["differs"], false, "{period}");
        assert_eq!(period["measured"]["met"], period["reported"]["met"], "{period}");
        let (measured, reported) = (percent(&period["measured"]), percent(&period["reported"]));
        let apart = measured.zip(reported).map_or(0.0, |(a, b)| (a - b).abs());
        assert!(apart < 0.01 && measured.is_some() == reported.is_some(), "{period}");
    }
}

#[test]
fn an_sla_that_its_chain_cannot_keep_is_explained_in_one_screen() {
    let text = slm(&["sla-customs-brightcrane-2027"]);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.len() <= 45 && lines.iter().all(|line| line.chars().count() <= 160), "{text}");
    let line = |start: &str| {
        lines.iter().find(|line| line.trim_start().starts_with(start)).unwrap_or_else(|| panic!("{start}: {text}"))
    };
    assert!(line("promised").contains("99.85 %") && line("promised").contains("55m lost in a mean month"));
    assert!(line("deliverable").contains("99.808 %") && line("deliverable").ends_with("TOO LITTLE"));
    assert!(line("at worst").contains("99.788 %"));
    assert!(
        line("99.992 % for 'ci-app-customs-exchange', or a second one beside it, would be enough")
            .ends_with("than now")
    );
    assert!(text.contains("independently") && text.contains("promised in ctr-cloud"));
}

/// The figures of the records in a row, by floating numbers and by hand.
#[test]
fn the_figure_of_the_sample_is_what_a_pocket_calculator_gives() {
    let json: Value = serde_json::from_str(&slm(&["--format", "json", "sla-customs-brightcrane-2027"])).unwrap();
    let deliverable = &targets(&json)[0].1["deliverable"];
    // Application, cluster, database, functions, tenant, region, site; everything else in the chain is redundant.
    let in_a_row = 100.0 * 0.9995 * 0.9999 * 0.9998 * 0.9995 * 0.9999 * 0.9995 * 0.99999;
    let expected = deliverable["expected"].as_f64().unwrap();
    assert!(expected < in_a_row, "redundant parts cost something: {expected} of {in_a_row}");
    // Two parts at 99.9 fail together in one of a million moments, and there are some ten such pairs.
    assert!(in_a_row - expected < 0.003, "but little: {expected} of {in_a_row}");
    let parts = deliverable["parts"].as_array().unwrap();
    let harm: Vec<f64> = parts.iter().map(|part| part["harm"].as_f64().unwrap()).collect();
    assert!(harm.is_sorted_by(|a, b| a >= b), "the most harmful first");
    let region = parts.iter().find(|part| part["id"] == "ci-cloud-region-north").unwrap();
    let gain = expected / 0.9995 - expected;
    assert!((region["harm"].as_f64().unwrap() - gain).abs() < 1e-4, "what must be up in any case divides out");
}

#[test]
fn every_format_has_every_target_and_period() {
    let json: Value = serde_json::from_str(&slm(&["--format", "json"])).unwrap();
    let all = targets(&json);
    assert!(all.len() > 100, "{}", all.len());
    let csv = slm(&["--format", "csv"]);
    assert_eq!(csv.lines().count(), 1 + 3 * all.len());
    let markdown = slm(&["--format", "markdown"]);
    for (sla, target) in &all {
        let name = target["id"].as_str().unwrap();
        assert!(csv.lines().any(|line| line.starts_with(&format!("{sla},")) && line.contains(&format!(",{name},"))));
        let row = markdown.lines().find(|line| line.starts_with(&format!("| {sla} | {name} |"))).unwrap();
        assert!(row.matches('|').count() == 10, "{row}");
    }
    let human = slm(&[]);
    assert!(human.contains(&format!("{} targets in {} SLAs", all.len(), json["slas"].as_array().unwrap().len())));
}

#[test]
fn the_chart_is_one_document_that_names_every_missed_period() {
    let svg = slm(&["--format", "svg", "svc-settlement"]);
    let mut reader = quick_xml::Reader::from_str(&svg);
    let (mut depth, mut words) = (0, Vec::new());
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(_) => depth += 1,
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Text(text) => words.push(text.decode().unwrap().into_owned()),
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    let json: Value = serde_json::from_str(&slm(&["--format", "json", "svc-settlement", "--last", "12"])).unwrap();
    let missed = targets(&json)
        .into_iter()
        .flat_map(|(_, target)| target["periods"].as_array().unwrap().clone())
        .filter(|period| period["verdict"] == "missed")
        .count();
    assert!(missed > 0);
    assert_eq!(words.iter().filter(|word| word.starts_with("missed")).count(), missed, "each bar says so in words");
}

#[test]
fn periods_are_chosen_by_the_last_one_and_their_number() {
    let json: Value = serde_json::from_str(&slm(&[
        "--format",
        "json",
        "sla-settlement-lumenpay",
        "--period",
        "2026-10",
        "--last",
        "2",
    ]))
    .unwrap();
    let periods = targets(&json)[0].1["periods"].as_array().unwrap().clone();
    let told: Vec<_> = periods
        .iter()
        .map(|period| (period["period"].as_str().unwrap(), period["running"].as_bool().unwrap()))
        .collect();
    assert_eq!(told, [("2026-09", false), ("2026-10", false)]);
    assert_eq!(periods[1]["measured"]["records"][0], "inc-2026-10-21-settlement-stop");
}

#[test]
fn what_cannot_be_asked_is_said_with_what_can() {
    let root = project().to_str().unwrap();
    let run = |more: &[&str]| Folder::new().run(&[&["-C", root, "slm", "--as-of", DAY], more].concat());
    let failed = |more: &[&str]| run(more).refused();
    assert!(failed(&["sla-settlement"]).contains("there is no 'sla-settlement'; did you mean"));
    assert!(failed(&["ci-san-1"]).contains("is of kind ci and has no SLA"));
    assert!(failed(&["--period", "October"]).contains("'October' is no period"));
    assert!(failed(&["--last", "0"]).contains("--last"));
}
