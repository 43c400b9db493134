//! SARIF. `sarif-schema-2.1.0.json` is the schema of the standard, © OASIS Open, as the crate serde-sarif 0.8.0 (MIT)
//! carries it, unchanged; it is used here alone.

use serde_json::Value;

use super::{Case, cases};
use crate::program::place;

const SCHEMA: &str = include_str!("sarif-schema-2.1.0.json");

fn log(case: &Case) -> Value {
    serde_json::from_str(case.print("sarif")).unwrap_or_else(|error| panic!("{}: {error}", case.name))
}

fn results(log: &Value) -> &[Value] {
    log["runs"][0]["results"].as_array().unwrap()
}

/// The path behind a percent-encoded address.
fn path(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let [first, more @ ..] = rest {
        rest = more;
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&rest[..2]).unwrap(), 16).unwrap());
            rest = &rest[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn every_report_is_right_by_the_schema_of_the_standard() {
    // A stray bracket in two of its patterns is a literal in some languages and an error in others.
    let schema = SCHEMA.replace("{2}]?$", "{2}\\\\]?$");
    assert_ne!(schema, SCHEMA, "take this out, it is mended");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    for case in cases() {
        let log = log(case);
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", case.name);
        let mut broken = log.clone();
        broken["runs"][0]["results"] = serde_json::json!([{"ruleId": 5}]);
        assert!(!validator.is_valid(&broken), "the schema is used");
    }
}

#[test]
fn the_results_are_the_findings_of_the_json_in_the_same_order() {
    for case in cases() {
        let (log, findings) = (log(case), case.findings());
        assert_eq!(results(&log).len(), findings.len(), "{}", case.name);
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        for (result, finding) in results(&log).iter().zip(&findings) {
            assert_eq!(result["ruleId"], finding["rule"]);
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], finding["rule"]);
            assert_eq!(result["partialFingerprints"]["gitsmFinding/v1"], finding["fingerprint"]);
            let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
            assert_eq!(path(uri), finding["path"].as_str().unwrap());
            let logical = &result["locations"][0]["logicalLocations"][0];
            assert_eq!(
                (&logical["name"], &logical["properties"]["recordKind"]),
                (&finding["record"], &finding["kind"])
            );
        }
        let used = results(&log).iter().map(|result| result["ruleId"].as_str().unwrap());
        let used: std::collections::BTreeSet<&str> = used.collect();
        assert_eq!(
            rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect::<Vec<_>>(),
            used.into_iter().collect::<Vec<_>>()
        );
    }
}

#[test]
fn every_region_agrees_with_the_text() {
    let mut looked_at = 0;
    for case in cases() {
        let log = log(case);
        for result in results(&log) {
            let related = result["relatedLocations"].as_array().into_iter().flatten();
            for location in result["locations"].as_array().unwrap().iter().chain(related) {
                let physical = &location["physicalLocation"];
                let text = case.text(&path(physical["artifactLocation"]["uri"].as_str().unwrap()));
                let region = |key: &str| physical["region"][key].as_u64().unwrap();
                let start = usize::try_from(region("byteOffset")).unwrap();
                let end = start + usize::try_from(region("byteLength")).unwrap();
                assert!(text.get(start..end).is_some(), "{}: {location:#}", case.name);
                assert_eq!(
                    place(text, start),
                    (region("startLine"), region("startColumn")),
                    "{}: {location:#}",
                    case.name
                );
                assert_eq!(place(text, end), (region("endLine"), region("endColumn")), "{}: {location:#}", case.name);
                looked_at += 1;
            }
        }
    }
    assert!(looked_at > 150, "{looked_at}");
}

/// Names of the standard that services rely on, without which a valid file is of no use to them.
#[test]
fn what_code_scanning_needs_is_there() {
    for case in cases() {
        let log = log(case);
        let run = &log["runs"][0];
        assert_eq!(log["version"], "2.1.0");
        assert_eq!(run["tool"]["driver"]["name"], "gitsm");
        for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
            for text in ["/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown"] {
                assert!(rule.pointer(text).and_then(Value::as_str).is_some_and(|text| !text.is_empty()), "{rule:#}");
            }
            let tags = rule["properties"]["tags"].as_array().unwrap();
            assert!((1..=10).contains(&tags.len()), "{rule:#}");
        }
        for result in results(&log) {
            assert!(result["message"]["text"].as_str().is_some_and(|text| text.ends_with(['.', '?'])), "{result:#}");
            assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        }
    }
}
