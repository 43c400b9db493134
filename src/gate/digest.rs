//! What a vote is given for: the content on which a decision rests, and nothing else.
//!
//! A vote stays good while this stays the same. A slip in a title or a remark does not change it; another window beyond
//! the tolerance, another thing affected, another step of the plan, a higher risk or other people who must agree do.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::edits::{Edits, counts};
use super::facts::{Content, Span};
use super::policy::Policy;
use super::seats::Requirement;
use crate::base::hash::sha256;
use crate::model::Sms;
use crate::model::change::{Change, Window};
use crate::yaml::Node;

/// The fields of a change that count, by their path. Everything else in the record can be edited without a new vote.
pub(super) const FIELDS: [&str; 26] = [
    "category",
    "type",
    "model",
    "affects",
    "edits",
    "incident",
    "release",
    "owner",
    "requester",
    "requested_at",
    "implementers",
    "takes",
    "downtime",
    "plan",
    "design",
    "test.plan",
    "test.result",
    "test.by",
    "rollback.steps",
    "rollback.tested",
    "rollback.takes",
    "rollback.deadline",
    "assessment.risk.likelihood",
    "assessment.risk.impact",
    "assessment.cost",
    "assessment.conflicts",
];

/// Fields that are sets: their order says nothing.
const SETS: [&str; 4] = ["affects", "edits", "implementers", "assessment.conflicts"];

/// One change with what was worked out for it.
#[derive(Debug)]
pub(super) struct Weighed<'w> {
    /// The change, as the merge result has it.
    pub change: Change<'w>,
    /// The category in which it is decided.
    pub category: &'w str,
    /// The level of its risk.
    pub level: &'w str,
}

/// The content of a decision.
#[must_use]
pub(super) fn content(
    head: &Sms<'_>,
    policy: &Policy<'_>,
    edits: &Edits,
    weighed: &[Weighed<'_>],
    demands: &[Requirement],
) -> Content {
    let changes: BTreeMap<&str, Value> =
        weighed.iter().map(|it| (it.change.0.record.id.as_str(), one(head, it))).collect();
    let mut records: Vec<Value> = Vec::new();
    for edit in &edits.controlled {
        let document = head.find(&edit.id).is_some_and(|ix| head.record(ix).is_document());
        let counted = edit.fields.iter().filter(|field| counts(field, document) || is_waiver(&field.pointer));
        let fields: BTreeMap<&str, Value> = counted
            .map(|field| (field.pointer.as_str(), field.new.as_ref().map_or(Value::Null, |new| words(&new.value))))
            .collect();
        let whole = if edit.fields.is_empty() {
            head.find(&edit.id).map(|ix| whole(&head.record(ix).root, document))
        } else {
            None
        };
        records.push(json!({
            "kind": edit.kind, "id": edit.id, "became": edit.change, "was": edit.renamed_from, "fields": fields, "whole": whole,
        }));
    }
    let demands: Vec<Value> =
        demands.iter().map(|it| json!({"id": it.id, "stage": it.stage, "needs": it.demand.words()})).collect();
    let text = json!({
        "form": 1,
        "policy": {"id": policy.id(), "version": policy.record.0.record.text("version")},
        "changes": changes,
        "records": records,
        "files": edits.files,
        "demands": demands,
    });
    let digest = format!("sha256:{}", sha256(text.to_string().as_bytes()));
    let window = |it: &Weighed<'_>| {
        let (start, end) = it.change.planned().and_then(Window::bounds)?;
        Some((it.change.0.record.id.to_string(), Span { start, end }))
    };
    Content { digest, windows: weighed.iter().filter_map(window).collect() }
}

/// What of one change counts.
fn one(head: &Sms<'_>, it: &Weighed<'_>) -> Value {
    let mut fields = Map::new();
    for path in FIELDS {
        let mut node = Some(it.change.0.node);
        for key in path.split('.') {
            node = node.and_then(|node| node.get(key));
        }
        let Some(node) = node.filter(|node| !node.is_blank()) else { continue };
        let value = if SETS.contains(&path) { set(head, node) } else { words(&node.to_json()) };
        fields.insert(path.to_owned(), value);
    }
    if let Some(waivers) = it.change.0.node.get("waivers").filter(|node| !node.is_blank()) {
        fields.insert("waivers".to_owned(), words(&waivers.to_json()));
    }
    json!({"category": it.category, "risk": it.level, "fields": fields})
}

/// Whether a field lets its record break a rule: with it errors are gone that a voter saw.
fn is_waiver(pointer: &str) -> bool {
    pointer.split('/').nth(1) == Some("waivers")
}

/// A list as a set, each reference by the id that its record has now.
fn set(head: &Sms<'_>, node: &Node<'_>) -> Value {
    let items: BTreeSet<&str> =
        node.items().iter().filter_map(|item| item.as_str()).map(|id| head.id_now(id)).collect();
    json!(items)
}

/// A value with every stretch of white space in its texts as one blank.
fn words(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        Value::Array(items) => Value::Array(items.iter().map(words).collect()),
        Value::Object(fields) => {
            let sorted: BTreeMap<&String, Value> = fields.iter().map(|(key, value)| (key, words(value))).collect();
            json!(sorted)
        }
        other => other.clone(),
    }
}

/// A record that came: everything in it that counts.
fn whole(root: &Node<'_>, document: bool) -> Value {
    let field = |key: &str| crate::diff::Field {
        pointer: format!("/{key}"),
        path: key.to_owned(),
        old: None,
        new: None,
        order: false,
    };
    let kept = root.entries().iter();
    let kept = kept.filter(|entry| is_waiver(&format!("/{}", entry.key)) || counts(&field(&entry.key), document));
    let fields: BTreeMap<&str, Value> = kept.map(|entry| (entry.key.as_ref(), words(&entry.value.to_json()))).collect();
    json!(fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::demand::{Count, Demand, Who};
    use crate::model::change_policy::ChangePolicy;
    use crate::model::fixture::records;

    const CHANGE: &str = "
        == change_policy p
        status: in_force
        version: \"1.0\"
        == ci ci-a
        == ci ci-b
        aliases: [ci-old]
        == change chg-a
        status: requested
        title: A title
        reason: Because.
        affects: [ci-a, ci-b]
        plan: Do this. Do that.
        planned: {start: 2026-12-01T20:00:00Z, end: 2026-12-01T22:00:00Z}
        rollback: {steps: Undo it., tested: true}
        assessment: {risk: {likelihood: 2, impact: 3, reasoning: Well.}, conflicts: []}
    ";

    fn of(text: &str, level: &str, seats: usize) -> Content {
        records(text, |sms| {
            let policy = Policy::new(sms.all::<ChangePolicy<'_>>().next().unwrap(), sms.snapshot.as_of.day()).unwrap();
            let edits = Edits { controlled: Vec::new(), files: BTreeMap::new(), changes: Vec::new(), policy: false };
            let change = sms.all::<Change<'_>>().next().unwrap();
            let demand = Demand::People(Who::Role("r".to_owned()), Count::Fixed(seats));
            let demands = [Requirement { id: "category normal".to_owned(), demand, stage: 0 }];
            content(sms, &policy, &edits, &[Weighed { change, category: "normal", level }], &demands)
        })
    }

    fn digest(from: &str, to: &str) -> String {
        assert!(CHANGE.contains(from), "{from}");
        of(&CHANGE.replace(from, to), "low", 1).digest
    }

    #[test]
    fn what_only_tells_changes_nothing() {
        let known = of(CHANGE, "low", 1).digest;
        for (from, to) in [
            ("A title", "Another title"),
            ("Because.", "Because, as was said before."),
            ("reasoning: Well.", "reasoning: Very well."),
            ("Do this. Do that.", "Do this.   Do that."),
            ("[ci-a, ci-b]", "[ci-old, ci-a]"),
            ("T20:00:00Z", "T20:30:00Z"),
        ] {
            assert_eq!(digest(from, to), known, "{from} to {to}");
        }
    }

    #[test]
    fn what_decides_changes_it() {
        let known = of(CHANGE, "low", 1).digest;
        let mut seen = BTreeSet::from([known]);
        for (from, to) in [
            ("[ci-a, ci-b]", "[ci-a]"),
            ("Do this. Do that.", "Do that. Do this."),
            ("steps: Undo it., ", ""),
            ("tested: true", "tested: false"),
            ("likelihood: 2", "likelihood: 1"),
            ("version: \"1.0\"", "version: \"1.1\""),
            ("conflicts: []", "conflicts: [chg-b]"),
            ("plan: Do", "requested_at: 2026-11-01T10:00:00Z\n        plan: Do"),
            (
                "plan: Do",
                "waivers: [{rule: change-no-test, reason: It was tried., until: 2026-12-31}]\n        plan: Do",
            ),
        ] {
            assert!(seen.insert(digest(from, to)), "{from} to {to}");
        }
        assert!(seen.insert(of(CHANGE, "high", 1).digest) && seen.insert(of(CHANGE, "low", 2).digest));
    }

    #[test]
    fn to_be_allowed_to_break_a_rule_counts_in_what_is_edited() {
        let edited = |ci: &str| {
            records(&CHANGE.replace("        == ci ci-b\n", ""), |base| {
                records(&CHANGE.replace("== ci ci-b\n", &format!("== ci ci-b\n        {ci}\n")), |head| {
                    let day = head.snapshot.as_of.day();
                    let policy = Policy::new(head.all::<ChangePolicy<'_>>().next().unwrap(), day).unwrap();
                    let change = head.all::<Change<'_>>().next().unwrap();
                    let controlled = crate::diff::compare(base, head);
                    let edits = Edits { controlled, files: BTreeMap::new(), changes: Vec::new(), policy: false };
                    content(head, &policy, &edits, &[Weighed { change, category: "normal", level: "low" }], &[]).digest
                })
            })
        };
        let plain = edited("tags: [a]");
        assert_eq!(plain, edited("tags: [b]"));
        assert_ne!(plain, edited("waivers: [{rule: ci-no-owner, reason: It is new., until: 2026-12-31}]"));
    }

    #[test]
    fn the_window_stands_beside_the_digest() {
        let moved = CHANGE.replace("T20:00:00Z", "T20:30:00Z");
        assert_ne!(of(CHANGE, "low", 1).windows, of(&moved, "low", 1).windows);
    }

    #[test]
    fn the_new_value_of_a_field_that_is_edited_counts() {
        let edited = |field: &str| {
            records(CHANGE, |base| {
                let text = CHANGE.replace("aliases: [ci-old]", &format!("aliases: [ci-old]\n        {field}"));
                records(&text, |head| {
                    let day = head.snapshot.as_of.day();
                    let policy = Policy::new(head.all::<ChangePolicy<'_>>().next().unwrap(), day).unwrap();
                    let change = head.all::<Change<'_>>().next().unwrap();
                    let controlled = crate::diff::compare(base, head);
                    assert_eq!(controlled.len(), 1, "only ci-b is edited");
                    let edits = Edits { controlled, files: BTreeMap::new(), changes: Vec::new(), policy: false };
                    content(head, &policy, &edits, &[Weighed { change, category: "normal", level: "low" }], &[]).digest
                })
            })
        };
        assert_ne!(edited("version: \"2\""), edited("version: \"3\""));
        assert_eq!(edited("tags: [a]"), edited("tags: [b]"));
    }
}
