//! Pages of rules as descriptions within the limits of services.

use serde_json::{Value, json};

use super::*;
use crate::base::span::{FileId, Span};

fn finding(rule: &'static str, severity: Severity) -> Finding {
    Finding::new(rule, severity, Span::start_of(FileId(0)), "m")
}

fn described(findings: &[Finding]) -> Vec<Value> {
    let descriptors = Told::new(findings, &Rules::default()).into_descriptors();
    descriptors.iter().map(|descriptor| serde_json::to_value(descriptor).unwrap()).collect()
}

#[test]
fn each_rule_with_findings_is_described_once_and_found_by_its_number() {
    let findings = ["spof-critical", "ci-orphan", "spof-critical"].map(|rule| finding(rule, Severity::Info));
    let told = Told::new(&findings, &Rules::default());
    assert_eq!(findings.each_ref().map(|finding| told.index(finding)), [1, 0, 1]);
    let ids: Vec<Value> = described(&findings).iter().map(|rule| rule["id"].clone()).collect();
    assert_eq!(ids, ["ci-orphan", "spof-critical"]);
    assert_eq!(
        described(&findings)[0]["defaultConfiguration"],
        json!({"level": "warning"}),
        "the rule's own, not the run's"
    );
}

#[test]
fn a_page_becomes_descriptions_help_and_tags() {
    let rule = described(&[finding("service-no-sla", Severity::Error)]).remove(0);
    assert_eq!(rule["shortDescription"]["text"], "A live service without a service level agreement in force.");
    let full = rule["fullDescription"]["text"].as_str().unwrap();
    assert!(full.starts_with("Without one, nobody has agreed") && full.ends_with("stands in for one."), "{full}");
    assert!(!full.contains('\n'), "one paragraph is one line");
    let markdown = rule["help"]["markdown"].as_str().unwrap();
    assert!(markdown.contains("What it finds:\n\n```yaml\n# sms/service/svc-mail.yaml\n"), "{markdown}");
    assert!(markdown.contains("Well done:\n\n```yaml\n") && !markdown.contains(",bad"), "{markdown}");
    let text = rule["help"]["text"].as_str().unwrap();
    assert!(text.contains("Well done:\n\n# sms/service/svc-mail.yaml\n") && !text.contains("```"), "{text}");
    assert_eq!(rule["properties"], json!({"tags": ["ISO/IEC 20000-1:2018 8.3.3"], "problem.severity": "error"}));
    assert_eq!(rule.get("helpUri"), None);
}

#[test]
fn every_rule_can_be_described_within_the_limits() {
    for code in crate::rules::codes() {
        let rule = described(&[finding(code.id, code.severity)]).remove(0);
        for field in ["shortDescription", "fullDescription"] {
            let text = rule[field]["text"].as_str().unwrap();
            assert!(!text.is_empty() && text.chars().count() <= MAX_DESCRIPTION, "{}: {field}", code.id);
        }
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= MAX_TAGS, "{}", code.id);
        assert_eq!(rule["help"]["markdown"].as_str().unwrap().matches("```").count() % 2, 0, "{}", code.id);
    }
    let told = Told::new(&[finding("ci-orphan", Severity::Info)], &Rules::default());
    assert!(!told.cut_tags());
}

#[test]
fn a_rule_that_nobody_knows_has_its_name_and_its_weight() {
    let rule = described(&[finding("from-elsewhere", Severity::Info)]).remove(0);
    let expected = json!({
        "id": "from-elsewhere", "defaultConfiguration": {"level": "note"},
        "properties": {"tags": [], "problem.severity": "recommendation"},
    });
    assert_eq!(rule, expected);
}
