//! A row: a pull request in words, and what must come out.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use gitsm::base::date::AsOf;
use gitsm::gate::Decision;
use gitsm::gate::facts::Facts;
use serde::Deserialize;
use serde_json::{Value, json};

use super::world::{self, Files};

/// One case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    /// Its number; from 1000 on a second side of a case.
    pub(super) case: u32,
    /// What it is about.
    pub(super) that: String,
    /// Votes in words: `bo`, `bo objects for old`, `bo at 2026-11-01T10:00:00Z`, `bo dismissed-by cy`.
    #[serde(default)]
    pub(super) votes: Vec<String>,
    /// Files at the base and in the merge result; none takes one away.
    #[serde(default)]
    base: BTreeMap<String, Option<String>>,
    /// Replacements in files at the base.
    #[serde(default)]
    edit_base: BTreeMap<String, BTreeMap<String, String>>,
    /// Files in the merge result alone.
    #[serde(default)]
    head: BTreeMap<String, Option<String>>,
    /// Replacements in files of the merge result.
    #[serde(default)]
    edit: BTreeMap<String, BTreeMap<String, String>>,
    /// Replacements in the change record.
    #[serde(default)]
    change: BTreeMap<String, String>,
    /// What an earlier commit held: replacements in its change record.
    #[serde(default)]
    seen: BTreeMap<String, BTreeMap<String, String>>,
    /// What is merged into the facts (RFC 7396).
    #[serde(default)]
    facts: Value,
    /// The instant.
    #[serde(default)]
    at: Option<String>,
    expect: Expected,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    outcome: String,
    /// Words that must stand in what is told.
    #[serde(default)]
    told: Vec<String>,
    /// Words that must not.
    #[serde(default)]
    never: Vec<String>,
    /// Whom to ask.
    #[serde(default)]
    ask: Option<Vec<String>>,
}

/// All rows, read once.
pub(super) fn rows() -> &'static [Row] {
    static ROWS: LazyLock<Vec<Row>> = LazyLock::new(all);
    &ROWS
}

/// All rows.
pub(super) fn all() -> Vec<Row> {
    let texts = [
        include_str!("../../gate/a-who-counts.yaml"),
        include_str!("../../gate/b-life-of-a-vote.yaml"),
        include_str!("../../gate/c-policy-and-records.yaml"),
        include_str!("../../gate/d-time.yaml"),
        include_str!("../../gate/e-to-g.yaml"),
        include_str!("../../gate/h-ways-around.yaml"),
        include_str!("../../gate/i-to-the-letter.yaml"),
        include_str!("../../gate/k-to-the-brim.yaml"),
    ];
    texts
        .iter()
        .flat_map(|text| {
            serde_yaml::from_str::<Vec<Row>>(text).unwrap_or_else(|why| panic!("{why} in {}", &text[..80]))
        })
        .collect()
}

/// The head commit, and one before it.
const HEAD: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
/// Stands in a row for the digest of what it asks for.
const OWN: &str = "own";
const OLD: &str = "cccccccccccccccccccccccccccccccccccccccc";

fn number(name: &str) -> u64 {
    let known = ["ann", "bo", "cy", "di", "ed", "fy", "gus"].iter().position(|known| *known == name);
    known.map_or(if name == "bo-too" { 22 } else { 99 }, |at| at as u64 + 1)
}

fn account(name: &str) -> Value {
    json!({"id": number(name), "login": name})
}

fn review(id: usize, words: &str) -> Value {
    let mut words = words.split(' ');
    let who = words.next().unwrap_or_default();
    let mut review = json!({
        "id": id, "account": account(who), "state": "approved", "commit": HEAD, "at": format!("2026-11-20T10:{id:02}:00Z"),
    });
    while let Some(word) = words.next() {
        let mut next = || words.next().unwrap_or_default();
        match word {
            "objects" => review["state"] = "changes_requested".into(),
            "comments" => review["state"] = "commented".into(),
            "pending" => review["state"] = "pending".into(),
            "for" => review["commit"] = if next() == "old" { OLD.into() } else { "dddddddddddd".into() },
            "at" => review["at"] = next().into(),
            "dismissed-by" => review["dismissed"] = json!({"by": account(next()), "reason": "for a reason"}),
            "edited-by" => review["edited_by"] = account(next()),
            other => panic!("'{other}' says nothing of a vote"),
        }
    }
    review
}

impl Row {
    /// The instant.
    pub(super) fn at(&self) -> AsOf {
        AsOf::parse(self.at.as_deref().unwrap_or("2026-11-20T12:00:00Z")).expect("an instant")
    }

    /// The base and the merge result.
    pub(super) fn sides(&self) -> (Files, Files) {
        let mut base = world::base();
        apply(&mut base, &self.base, &self.edit_base, self.case);
        let mut head = base.clone();
        head.insert(world::PATH.to_owned(), replaced(world::CHANGE, &self.change, self.case));
        apply(&mut head, &self.head, &self.edit, self.case);
        (base, head)
    }

    /// The facts, as they are read from a file.
    pub(super) fn facts(&self) -> Facts {
        let identity = json!({"name": "Ann", "account": account("ann")});
        let accounts: serde_json::Map<String, Value> =
            [1, 2, 3, 4, 5, 6, 7, 22].iter().map(|id| (id.to_string(), json!({"permission": "write"}))).collect();
        let mut facts = json!({
            "version": 1,
            "source": "forge",
            "pull_request": {
                "number": 7,
                "author": account("ann"),
                "base": {"ref": "main", "commit": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
                "head": {"ref": "work", "commit": HEAD},
            },
            "commits": [{"id": HEAD, "parents": [OLD], "author": identity, "committer": identity}],
            "files": [],
            "accounts": accounts,
            "reviews": [],
        });
        merge(&mut facts, &self.facts);
        let votes = self.votes.iter().enumerate().map(|(at, vote)| review(at + 10, vote));
        facts["reviews"].as_array_mut().expect("a list").extend(votes);
        let mut facts = Facts::parse(&facts.to_string()).unwrap_or_else(|why| panic!("{}: {why}", self.case));
        for (commit, replacements) in &self.seen {
            let (base, mut head) = self.sides();
            head.insert(world::PATH.to_owned(), replaced(world::CHANGE, replacements, self.case));
            let content = world::content(&base, &head, &facts, self.at());
            let content = content
                .unwrap_or_else(|| panic!("{}: {}", self.case, told(&world::decide(&base, &head, &facts, self.at()))));
            let commit = if commit == "old" { OLD } else { commit };
            facts.contents.insert(commit.to_owned(), content);
        }
        if facts.commands.iter().any(|command| command.digest.as_deref() == Some(OWN)) {
            let (base, head) = self.sides();
            let content = world::content(&base, &head, &facts, self.at()).expect("something to agree to");
            for command in facts.commands.iter_mut().filter(|command| command.digest.as_deref() == Some(OWN)) {
                command.digest = Some(content.digest.clone());
            }
        }
        facts
    }

    /// The decision.
    pub(super) fn decide(&self) -> Decision {
        let (base, head) = self.sides();
        world::decide(&base, &head, &self.facts(), self.at())
    }

    /// In what the decision is not what it must be.
    pub(super) fn complaints(&self, decision: &Decision, told: &str) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut wrong = |what: String| complaints.push(format!("case {} ({}): {what}\n{told}", self.case, self.that));
        if decision.outcome.word() != self.expect.outcome {
            wrong(format!("is {}, and must be {}", decision.outcome, self.expect.outcome));
        }
        for words in self.expect.told.iter().filter(|words| !told.contains(words.as_str())) {
            wrong(format!("does not say '{words}'"));
        }
        for words in self.expect.never.iter().filter(|words| told.contains(words.as_str())) {
            wrong(format!("says '{words}'"));
        }
        let ask: Vec<String> = decision.next.ask.iter().cloned().collect();
        if self.expect.ask.as_ref().is_some_and(|expected| *expected != ask) {
            wrong(format!("asks {ask:?}"));
        }
        complaints
    }
}

fn apply(
    files: &mut Files,
    whole: &BTreeMap<String, Option<String>>,
    edits: &BTreeMap<String, BTreeMap<String, String>>,
    case: u32,
) {
    for (path, text) in whole {
        match text {
            Some(text) => files.insert(path.clone(), text.clone()),
            None => files.remove(path),
        };
    }
    for (path, replacements) in edits {
        let text = files.get_mut(path).unwrap_or_else(|| panic!("{case}: there is no {path}"));
        *text = replaced(text, replacements, case);
    }
}

fn replaced(text: &str, replacements: &BTreeMap<String, String>, case: u32) -> String {
    let mut text = text.to_owned();
    for (from, to) in replacements {
        assert!(text.contains(from.as_str()), "{case}: '{from}' is not there");
        text = text.replace(from.as_str(), to);
    }
    text
}

/// JSON merge patch, RFC 7396.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        if !patch.is_null() {
            *target = patch.clone();
        }
        return;
    };
    for (key, value) in patch {
        if value.is_null() {
            target.as_object_mut().and_then(|target| target.remove(key));
        } else if value.is_object() && target.get(key).is_some_and(Value::is_object) {
            merge(&mut target[key], value);
        } else {
            target[key] = value.clone();
        }
    }
}

/// A decision in lines: the tree of reasons without the terms of the risk, who does not count, what to do, when to look
/// again, and what it reaches and edits.
pub(super) fn told(decision: &Decision) -> String {
    let mut out = format!("{}\n", decision.outcome);
    for reason in &decision.reasons {
        for (depth, reason) in reason.walk() {
            if reason.code.word() != "risk" || depth == 0 {
                let indent = "  ".repeat(depth + 1);
                out += &format!("{indent}{} {}: {}\n", reason.outcome, reason.code.word(), reason.message);
            }
        }
    }
    for left in &decision.excluded {
        out += &format!("  - {}: {}\n", left.person, left.reason);
    }
    if !decision.next.ask.is_empty() || !decision.next.steps.is_empty() {
        out += &format!("  next: {}\n", decision.next.text);
    }
    if let Some(at) = decision.next.look_again {
        out += &format!("  again: {}\n", AsOf::new(at));
    }
    let reach = &decision.affected;
    let mut reached: Vec<String> = reach.items.iter().cloned().collect();
    reached.extend(reach.services.iter().map(|felt| format!("{} {}", felt.id, felt.state.word())));
    reached.extend(reach.others.iter().map(|(id, state)| format!("{id} {}", state.word())));
    reached.extend(reach.customers.iter().chain(&reach.slas).cloned());
    if !reached.is_empty() {
        out += &format!("  reaches: {}\n", reached.join(", "));
    }
    let edited: Vec<&str> = reach.edits.iter().chain(&reach.files).map(String::as_str).collect();
    if !edited.is_empty() {
        out += &format!("  edits: {}\n", edited.join(", "));
    }
    out
}
