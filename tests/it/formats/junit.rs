//! JUnit: what the schema that Jenkins checks by (`junit-10.xsd` of its xunit plugin) allows, and nothing else.

use super::cases;
use super::xml::{Element, read};

/// An element: its name, attributes that it must have, those that it may have, and what may stand in it.
type Allowed = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

const ALLOWED: [Allowed; 8] = [
    ("testsuites", &[], &["name", "time", "tests", "failures", "errors"], &["testsuite"]),
    (
        "testsuite",
        &["name", "tests", "failures", "errors"],
        &["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"],
        &["testsuite", "properties", "testcase", "system-out", "system-err"],
    ),
    ("properties", &[], &[], &["property"]),
    ("property", &["name", "value"], &[], &[]),
    (
        "testcase",
        &["name"],
        &["time", "classname", "group"],
        &["skipped", "error", "failure", "system-out", "system-err"],
    ),
    ("failure", &[], &["type", "message"], &[]),
    ("skipped", &[], &["type", "message"], &[]),
    ("system-out", &[], &[], &[]),
];

fn wrong(element: &Element, complaints: &mut Vec<String>) {
    let Some((name, must, may, children)) = ALLOWED.iter().find(|(name, ..)| *name == element.name) else {
        complaints.push(format!("no element {}", element.name));
        return;
    };
    let has: Vec<&str> = element.attributes.iter().map(|(key, _)| key.as_str()).collect();
    complaints.extend(must.iter().filter(|key| !has.contains(key)).map(|key| format!("{name} lacks {key}")));
    complaints.extend(
        has.iter().filter(|key| !must.contains(key) && !may.contains(key)).map(|key| format!("{name} has {key}")),
    );
    let mixed = ["failure", "skipped", "system-out"].contains(name);
    if !mixed && !element.text.trim().is_empty() {
        complaints.push(format!("text in {name}: {}", element.text));
    }
    for child in &element.children {
        if !children.contains(&child.name.as_str()) {
            complaints.push(format!("{} in {name}", child.name));
        }
        wrong(child, complaints);
    }
}

fn of<'e>(element: &'e Element, name: &str) -> Vec<&'e Element> {
    element.children.iter().filter(|child| child.name == name).collect()
}

#[test]
fn every_report_is_xml_with_what_the_schema_allows() {
    for case in cases() {
        let text = case.print("junit");
        let root = read(text).unwrap_or_else(|error| panic!("{}: {error}\n{text}", case.name));
        let mut complaints = Vec::new();
        wrong(&root, &mut complaints);
        assert!(root.name == "testsuites" && complaints.is_empty(), "{}: {complaints:#?}\n{text}", case.name);
    }
}

#[test]
fn counts_and_cases_agree_with_the_findings() {
    for case in cases() {
        let (root, findings) = (read(case.print("junit")).unwrap(), case.findings());
        let errors = findings.iter().filter(|finding| finding["severity"] == "error").count();
        assert_eq!(root.get("failures"), errors.to_string(), "{}", case.name);
        assert_eq!((root.get("tests"), root.get("errors")), (findings.len().max(1).to_string().as_str(), "0"));
        let mut told = Vec::new();
        for suite in of(&root, "testsuite") {
            let cases = of(suite, "testcase");
            assert_eq!(suite.get("tests"), cases.len().to_string());
            let count = |name: &str| cases.iter().filter(|case| !of(case, name).is_empty()).count().to_string();
            assert_eq!(
                (suite.get("failures"), suite.get("skipped")),
                (count("failure").as_str(), count("skipped").as_str())
            );
            for one in cases {
                let outcome = one.children.first();
                told.extend(outcome.map(|outcome| {
                    (suite.get("name").to_owned(), outcome.get("message").to_owned(), outcome.get("type").to_owned())
                }));
            }
        }
        // The text is the finding's, but for what no XML can hold and what would steer a terminal.
        let seen = |text: &str| text.replace(|c: char| c.is_control() || ['\u{fffe}', '\u{fffd}'].contains(&c), "");
        let words = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
        let expected = findings.iter().map(|f| (words(f, "path"), seen(&words(f, "message")), words(f, "severity")));
        let told: Vec<_> = told.into_iter().map(|(path, message, severity)| (path, seen(&message), severity)).collect();
        assert_eq!(told, expected.collect::<Vec<_>>(), "{}", case.name);
    }
}
