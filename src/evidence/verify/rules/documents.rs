//! Documents in force, against the decisions that let their versions through.

use std::collections::BTreeMap;

use super::end::End;
use super::{Seen, Side};
use crate::base::text::clean;
use crate::evidence::verify::problem::{self, Problem};
use crate::yaml::Node;

/// A version of a document that is in force.
struct Version {
    version: String,
    /// The place of the commit that brought it into force.
    at: usize,
    held: bool,
}

/// The documents in force, by id.
#[derive(Default)]
pub(super) struct Documents(BTreeMap<String, Version>);

impl Documents {
    /// Takes in a version of a record; `was` is the id that it had before.
    pub(super) fn note(&mut self, id: &str, was: Option<&str>, side: Side<'_, '_>, seen: &Seen<'_>) {
        if side.kind.is_none_or(|kind| kind.field("supersedes").is_none()) {
            return;
        }
        let before = was.and_then(|was| self.0.remove(was));
        if side.text("status") != Some("in_force") {
            return;
        }
        let version = side.root.get("version").and_then(Node::scalar).map(String::from).unwrap_or_default();
        let same = before.filter(|before| before.version == version);
        let now = same.unwrap_or(Version { version, at: seen.at, held: seen.held });
        self.0.insert(id.to_owned(), now);
    }

    /// Forgets a document that is not there any more.
    pub(super) fn gone(&mut self, id: &str) {
        self.0.remove(id);
    }

    /// What can only be told at the end.
    pub(super) fn finish(&self, end: &End<'_>) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (id, it) in self.0.iter().filter(|(_, it)| it.held) {
            let commit = &end.line[it.at];
            // A commit under control was judged; another one may still have been decided.
            let good = (end.good)(commit.id).unwrap_or_else(|| {
                let cover = end.covers.get(&it.at);
                cover.is_some_and(|cover| {
                    cover.passed() && cover.kept.entry.subject.tree == end.line[cover.tip].tree.to_string()
                })
            });
            if !good {
                let version =
                    if it.version.is_empty() { String::new() } else { format!(" in version {}", clean(&it.version)) };
                let words = format!(
                    "'{id}' is in force{version}, which came with commit {} by {}; no decision of the ledger let that through",
                    commit.short(),
                    commit.author.name
                );
                problems.push(Problem::new(&problem::DOC_IN_FORCE_UNAPPROVED, words).at(&commit.id).about(id));
            }
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::evidence::verify::rules::story::Story;

    const PATH: &str = "sms/policy/pol-a.yaml";

    fn policy(status: &str, version: &str) -> String {
        format!("kind: policy\nid: pol-a\ntitle: T\nstatus: {status}\nversion: '{version}'\n")
    }

    fn told(story: &Story) -> Vec<String> {
        story.told("doc-in-force-unapproved")
    }

    /// A policy that came into force by a decision.
    fn story() -> Story {
        let mut story = Story::new();
        story.write(PATH, &policy("in_force", "1"));
        story.decide(&json!({}), json!({}));
        story
    }

    #[test]
    fn every_version_in_force_was_let_through() {
        let mut story = story();
        assert_eq!(told(&story), [""; 0]);
        story.write(PATH, &policy("in_force", "2"));
        let wrong = "'pol-a' is in force in version 2, which came with commit HASH by Bo; no decision of the ledger let that through";
        assert_eq!(told(&story), [wrong], "approved as version 1 only");
        story.decide(&json!({}), json!({}));
        assert_eq!(told(&story), [""; 0]);
    }

    #[test]
    fn a_decision_about_a_later_edit_does_not_let_a_version_through() {
        let mut story = story();
        story.write(PATH, &policy("in_force", "2"));
        story.write(PATH, &format!("{}description: Clearer.\n", policy("in_force", "2")));
        story.decide(&json!({}), json!({}));
        assert_eq!(told(&story).len(), 1);
        story.put(PATH, "");
        story.write(
            "sms/policy/pol-b.yaml",
            &policy("in_force", "2").replace("id: pol-a", "id: pol-b\naliases: [pol-a]"),
        );
        assert_eq!(told(&story).len(), 1, "nor does a new name");
    }

    #[test]
    fn drafts_other_kinds_and_what_was_there_before_need_none() {
        let mut story = story();
        story.write(PATH, &policy("draft", "2"));
        assert_eq!(told(&story), [""; 0]);
        story.write(PATH, "");
        story.write("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\nstatus: in_force\nversion: '2'\n");
        assert_eq!(told(&story), [""; 0]);
        assert_eq!(Story::new().told("doc-in-force-unapproved"), [""; 0], "the change policy is from before adoption");
    }

    #[test]
    fn what_is_not_under_control_needs_a_decision_all_the_same() {
        let mut story = story();
        let plan = "kind: continuity_plan\nid: bcp-a\ntitle: T\nstatus: in_force\n";
        story.write("sms/continuity_plan/bcp-a.yaml", plan);
        assert!(told(&story)[0].starts_with("'bcp-a' is in force, which came with commit HASH"), "{:?}", told(&story));
        story.decide(&json!({"outcome": "BLOCKED"}), json!({}));
        assert_eq!(told(&story).len(), 1, "a decision that did not pass lets nothing through");
    }
}
