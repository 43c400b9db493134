//! Facts and policies with slips in them, in bytes and in values: never a panic, and what cannot be read lets nothing pass.

use gitsm::base::finding::Severity;
use gitsm::gate::facts::Facts;
use gitsm::gate::{Decision, Outcome};
use gitsm::rules;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{row, world};

/// A slip in a text: where, how much of it is gone, and what stands there instead.
#[derive(Debug, Clone)]
struct Slip {
    at: prop::sample::Index,
    gone: usize,
    instead: String,
}

fn slips() -> impl Strategy<Value = Vec<Slip>> {
    let words = prop::sample::select(vec![
        "",
        "{",
        "}",
        "[",
        "]",
        ":",
        ": ",
        "\"",
        "'",
        "\n",
        "\n  ",
        "-1",
        "0",
        "99999999999999999999",
        "null",
        "~",
        "&a *a",
        "\u{0}",
        "\u{202e}",
        "%",
        "tRuE",
        "2026-02-30",
        "9999-12-31T23:59:59Z",
        "count: 0",
        "seats: []",
        "percent: 101",
    ]);
    let slip = (any::<prop::sample::Index>(), 0..12_usize, words);
    let slip = slip.prop_map(|(at, gone, instead)| Slip { at, gone, instead: instead.to_owned() });
    prop::collection::vec(slip, 1..4)
}

fn mangled(text: &str, slips: &[Slip]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for slip in slips {
        let from = slip.at.index(letters.len() + 1);
        let to = (from + slip.gone).min(letters.len());
        letters.splice(from..to, slip.instead.chars());
    }
    letters.into_iter().collect()
}

/// Values that nobody expects.
fn odd_values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("ann"),
        json!("bbbbbbb"),
        json!("é".repeat(40)),
        json!("-009999-01-01T00:00:00Z"),
        json!("9999-12-30T22:00:00Z"),
        json!([]),
        json!({}),
        json!([[]]),
    ]
}

/// The JSON pointers of everything in a value, but for the value itself.
fn pointers(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((at, value)) = open.pop() {
        let below: Vec<(String, &Value)> = match value {
            Value::Object(fields) => fields
                .iter()
                .map(|(key, value)| (format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), value))
                .collect(),
            Value::Array(items) => {
                items.iter().enumerate().map(|(nth, value)| (format!("{at}/{nth}"), value)).collect()
            }
            _ => Vec::new(),
        };
        found.extend(below.iter().map(|(at, _)| at.clone()));
        open.extend(below);
    }
    found
}

/// Decides a case on facts in a text, as the command does.
fn decided(row: &row::Row, text: &str) -> Decision {
    let at = row.at();
    match Facts::parse(text) {
        Ok(facts) => {
            let (base, head) = row.sides();
            world::decide(&base, &head, &facts, at)
        }
        Err(why) => Decision::unreadable(&why.to_string(), at.instant()),
    }
}

/// Whether the policy of a state has an error that is no rule's opinion.
fn is_broken(state: gitsm::diff::State<'_>) -> bool {
    state.findings.iter().any(|finding| {
        let there = state.side.sms.snapshot.sources.get(finding.primary.file).path() == POLICY;
        let opinion = rules::ALL.iter().any(|rule| rule.code().id == finding.rule);
        there && finding.severity == Severity::Error && !finding.clock && !opinion
    })
}

const POLICY: &str = "sms/change_policy/policy.yaml";

#[test]
fn no_field_of_facts_takes_a_value_that_its_schema_refuses() {
    let mut seen = std::collections::BTreeSet::new();
    for row in row::rows() {
        let facts = serde_json::to_value(row.facts()).expect("JSON");
        for place in pointers(&facts) {
            let field = place.replace(|letter: char| letter.is_ascii_digit(), "");
            if !seen.insert(field) {
                continue;
            }
            for odd in odd_values() {
                let mut facts = facts.clone();
                *facts.pointer_mut(&place).expect("it is there") = odd;
                let refused = !super::schema().is_valid(&facts);
                assert!(!refused || Facts::parse(&facts.to_string()).is_err(), "{place}: {facts}");
            }
        }
    }
    assert!(seen.len() > 60, "only {} fields", seen.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn facts_with_slips_are_refused_or_decided_and_never_a_panic(which in any::<prop::sample::Index>(), slips in slips()) {
        let rows = row::rows();
        let row = &rows[which.index(rows.len())];
        let text = mangled(&serde_json::to_string(&row.facts()).expect("JSON"), &slips);
        let decision = decided(row, &text);
        prop_assert!(!decision.reasons.is_empty());
        if serde_json::from_str::<Value>(&text).is_err() {
            prop_assert_eq!(decision.outcome, Outcome::Error);
        }
    }

    #[test]
    fn facts_with_odd_values_are_refused_when_their_schema_refuses_them(
        which in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(),
        odd in prop::sample::select(odd_values()),
    ) {
        let rows = row::rows();
        let row = &rows[which.index(rows.len())];
        let mut facts = serde_json::to_value(row.facts()).expect("JSON");
        let places = pointers(&facts);
        *facts.pointer_mut(&places[place.index(places.len())]).expect("it is there") = odd;
        let decision = decided(row, &facts.to_string());
        if !super::schema().is_valid(&facts) {
            prop_assert_eq!(decision.outcome, Outcome::Error, "{}", facts);
        }
        prop_assert_eq!(serde_json::to_string(&decision).ok(), serde_json::to_string(&decided(row, &facts.to_string())).ok());
    }
}

proptest! {
    // Each of these reads and checks a world of its own.
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_policy_with_slips_that_cannot_be_read_lets_nothing_pass(which in any::<prop::sample::Index>(), slips in slips()) {
        let rows = row::rows();
        let row = &rows[which.index(rows.len())];
        let (mut base, head) = row.sides();
        let Some(text) = base.get(POLICY) else { return Ok(()) };
        let text = mangled(text, &slips);
        base.insert(POLICY.to_owned(), text.clone());
        let at = row.at();
        let facts = row.facts();
        let decision = world::with(&base, at, |base| {
            let decision = gitsm::gate::decide(base, world::state(&head, at), &facts, at.instant());
            assert!(!is_broken(base) || decision.outcome == Outcome::Error, "{}\n{text}", row::told(&decision));
            decision
        });
        prop_assert!(!decision.reasons.is_empty());
    }
}
