//! A small history with its ledger for tests, told step by step.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::base::date::AsOf;
use crate::base::duration::Duration;
use crate::evidence::history::Commit;
use crate::evidence::history::fixture::Store;
use crate::evidence::ledger::{Body, Draft, Recorder, Subject, append};
use crate::evidence::sign::Keyring;
use crate::evidence::verify::{Question, verify};
use crate::schema::catalog;

const POLICY: &str = "status: in_force\ncontrolled: {kinds: [policy, ci, change_policy]}\n\
    categories:\n  - {id: emergency, retrospective_within: 3d, retrospective_seats: [{role: role-board, count: 1}]}\n";

/// A history that grows; it begins on 2026-03-01 with a policy, three people and a role that Cy holds.
pub(super) struct Story {
    pub(super) store: Store,
    files: BTreeMap<String, String>,
    line: Vec<Commit>,
    at: i64,
}

impl Story {
    pub(super) fn new() -> Self {
        let mut story = Self { store: Store::new(), files: BTreeMap::new(), line: Vec::new(), at: 0 };
        story.at("2026-03-01T00:00:00Z");
        story.put("sms/change_policy/p.yaml", POLICY);
        for (at, name) in ["Ann", "Bo", "Cy"].into_iter().enumerate() {
            let id = name.to_lowercase();
            let text = format!("id: {id}\ntitle: {name}\nstatus: active\ngithub: {{login: {id}, id: {at}}}\n");
            story.put(&format!("sms/person/{id}.yaml"), &text);
        }
        story.put("sms/role/role-board.yaml", "id: role-board\nholders: [{person: cy, from: 2026-01-01}]\n");
        story.commit("Ann", "Begin");
        story.add(Body::Adoption { reason: "Begin".to_owned() });
        story
    }

    /// Sets the clock.
    pub(super) fn at(&mut self, at: &str) {
        self.at = at.parse::<Timestamp>().unwrap().as_second();
    }

    /// Writes a file; an empty text removes it.
    pub(super) fn put(&mut self, path: &str, text: &str) {
        self.files.insert(path.to_owned(), text.to_owned());
        self.files.retain(|_, text| !text.is_empty());
    }

    /// Commits everything to the branch.
    pub(super) fn commit(&mut self, who: &str, message: &str) {
        let files: Vec<(&str, &str)> = self.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let parents: Vec<&Commit> = self.line.last().into_iter().collect();
        let commit = self.store.commit_by((who, self.at), message, &files, &parents);
        self.store.point("main", &commit);
        self.line.push(commit);
    }

    /// Writes a file and commits it as Bo.
    pub(super) fn write(&mut self, path: &str, text: &str) {
        self.put(path, text);
        self.commit("Bo", "Edit");
    }

    /// Records a decision about the newest commit: one that passes, with what else it says.
    pub(super) fn decide(&self, more: &Value, facts: Value) {
        let [.., before, tip] = &self.line[..] else { panic!("nothing came yet") };
        let (base, head) = (before.id.to_string(), tip.id.to_string());
        let mut decision = json!({
            "outcome": "PASS", "category": "normal", "digest": "d", "base": {"commit": base}, "head": {"commit": head},
            "policy": {"commit": base}, "instant": AsOf::new(self.now()).to_string(), "reasons": [],
        });
        let fields = decision.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().iter().map(|(key, value)| (key.clone(), value.clone())));
        self.add(Body::Decision { before: base, merge_tree: tip.tree.to_string(), decision, facts });
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.at).unwrap()
    }

    fn add(&self, body: Body) {
        let tip = self.line.last().unwrap();
        let ring = Keyring::default();
        let recorder = Recorder { name: "Bot", email: "bot@example.org", at: self.now(), key: None, ring: &ring };
        let subject = Subject { commit: tip.id.to_string(), tree: tip.tree.to_string() };
        append(&self.store.history, "gitsm/ledger", &recorder, &Draft { subject, body }).unwrap();
    }

    /// What is told under this code at the time of the clock, with hashes left out.
    pub(super) fn told(&self, code: &str) -> Vec<String> {
        let recorders = Keyring::default();
        let question = Question {
            branch: "main",
            ledger: "gitsm/ledger",
            recorders: &recorders,
            catalog: catalog::shared(),
            keep: Duration::from_days(30),
            as_of: AsOf::new(self.now()),
            seen: None,
            head: None,
            ledger_head: None,
        };
        let report = verify(&self.store.history, &question).unwrap();
        let problems = report.problems.into_iter().filter(|problem| problem.code == code);
        problems
            .map(|problem| self.line.iter().fold(problem.message, |text, it| text.replace(&it.short(), "HASH")))
            .collect()
    }
}
