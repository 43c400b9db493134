//! What records say that somebody approved, against who wrote it there.

use std::collections::BTreeSet;

use super::end::{End, day};
use super::{Seen, Side};
use crate::evidence::history::{Commit, HistoryError};
use crate::evidence::ledger::seats;
use crate::evidence::sign::{GIT, verify};
use crate::evidence::verify::problem::{self, Problem};
use crate::yaml::{Node, fields};

/// Fields that name who approved or decided something, by the end of their pointer.
const APPROVALS: [&[&str]; 9] = [
    &["approved_by"],
    &["accepted_by"],
    &["decided_by"],
    &["decision", "by"],
    &["renewal", "by"],
    &["postponed", "by"],
    &["acceptance", "by"],
    &["consent", "by"],
    &["review", "by"],
];

/// An approval that a commit wrote into a record.
struct Claim {
    id: String,
    pointer: String,
    /// The person, or the role, whose approval it is said to be.
    who: String,
    /// The place of the commit.
    at: usize,
}

/// The approvals that were written since the process holds.
#[derive(Default)]
pub(super) struct Claims(Vec<Claim>);

impl Claims {
    /// Takes in what a commit wrote into a record.
    pub(super) fn note(&mut self, id: &str, old: Option<Side<'_, '_>>, new: Side<'_, '_>, seen: &Seen<'_>) {
        if !seen.held {
            return;
        }
        let mut before = BTreeSet::new();
        if let Some(old) = old {
            approvals(old.root, &mut |pointer, who| {
                before.insert((pointer.to_owned(), who.to_owned()));
            });
            // A review says who looked; looking again is a new one although the name stays.
            if fields::compare(old.root, new.root).iter().any(|field| field.pointer == "/review/last") {
                before.retain(|(pointer, _)| pointer != "/review/by");
            }
        }
        approvals(new.root, &mut |pointer, who| {
            if !before.contains(&(pointer.to_owned(), who.to_owned())) {
                self.0.push(Claim { id: id.to_owned(), pointer: pointer.to_owned(), who: who.to_owned(), at: seen.at });
            }
        });
    }

    /// What can only be told at the end.
    pub(super) fn finish(&self, end: &mut End<'_>) -> Result<Vec<Problem>, HistoryError> {
        let mut problems = Vec::new();
        for claim in &self.0 {
            let commit = &end.line[claim.at];
            let people = people(claim, commit, end)?;
            // What is no person and no role, such as a management review, has its own record.
            if people.is_empty() || by_one_of(&people, claim, commit, end)? {
                continue;
            }
            let whom = if people.contains(&claim.who) { "not that person" } else { "none of its holders" };
            let words = format!(
                "commit {} by {} writes at {} of '{}' that {} approved; {whom} made or signed it, and no decision names that vote",
                commit.short(),
                commit.author.name,
                claim.pointer,
                claim.id,
                claim.who
            );
            let problem = Problem::new(&problem::APPROVAL_IDENTITY_MISMATCH, words);
            problems.push(problem.at(&commit.id).about(&claim.id));
        }
        Ok(problems)
    }
}

/// The people whose approval it may be: the person, or the holders of the role on the day of the commit.
fn people(claim: &Claim, commit: &Commit, end: &mut End<'_>) -> Result<BTreeSet<String>, HistoryError> {
    let known = end.known.people(end.history, commit.tree)?;
    if known.names.contains_key(&claim.who) {
        return Ok(BTreeSet::from([claim.who.clone()]));
    }
    let roles = end.known.roles(end.history, commit.tree)?;
    let holders = roles.holders(&claim.who, day(commit.committer.time));
    Ok(holders.into_iter().map(str::to_owned).collect())
}

/// Whether one of these people made the commit or one that it brought, signed it, or filled a seat of its decision.
fn by_one_of(
    people: &BTreeSet<String>,
    claim: &Claim,
    commit: &Commit,
    end: &mut End<'_>,
) -> Result<bool, HistoryError> {
    let mut wrote = vec![commit.clone()];
    if let (Some(parent), true) = (commit.parents.first(), commit.parents.len() > 1) {
        wrote.extend(end.history.brought(*parent, commit.id)?);
    }
    let decided = end.covers.get(&claim.at).is_some_and(|cover| {
        cover.passed() && seats(cover.decision()).iter().any(|(person, _)| people.contains(*person))
    });
    if decided {
        return Ok(true);
    }
    let known = end.known.people(end.history, commit.tree)?;
    for one in &wrote {
        let co_authors = one.co_authors();
        let named = |person: &String| {
            known.made(person, &one.author)
                || known.made(person, &one.committer)
                || co_authors.iter().any(|(name, address)| known.is(person, name, address))
        };
        let signer = end.history.signature(one.id).and_then(|(armoured, payload)| {
            let signed = verify(&payload, &armoured, GIT, &known.ring, one.committer.time);
            signed.by().map(str::to_owned)
        });
        // A good signature says more than names that anybody can write.
        let is = match &signer {
            Some(signer) => people.contains(signer),
            None => people.iter().any(named),
        };
        if is {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Visits every approval of a record: its pointer and whose it is said to be.
fn approvals(root: &Node<'_>, visit: &mut impl FnMut(&str, &str)) {
    let mut open: Vec<(Vec<String>, &Node<'_>)> = vec![(Vec::new(), root)];
    while let Some((path, node)) = open.pop() {
        let is = |end: &[&str]| {
            let keys: Vec<&str> = path.iter().map(String::as_str).filter(|key| key.parse::<usize>().is_err()).collect();
            keys.ends_with(end)
        };
        if let Some(who) = node.as_str().filter(|_| APPROVALS.iter().any(|end| is(end))) {
            visit(&format!("/{}", path.join("/")), who);
        }
        let below = |key: &str| {
            let mut path = path.clone();
            path.push(key.to_owned());
            path
        };
        for entry in node.entries() {
            open.push((below(&entry.key), &entry.value));
        }
        for (at, item) in node.items().iter().enumerate() {
            open.push((below(&at.to_string()), item));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::base::span::FileId;
    use crate::evidence::verify::rules::story::Story;
    use crate::yaml::parse;

    const PATH: &str = "sms/control/ctl-a.yaml";

    fn told(story: &Story) -> Vec<String> {
        story.told("approval-identity-mismatch")
    }

    /// A history with one decision, so that the ledger says something.
    fn story() -> Story {
        let mut story = Story::new();
        story.write("sms/ci/ci-a.yaml", "kind: ci\nid: ci-a\n");
        story.decide(&json!({}), json!({}));
        story
    }

    fn control(who: &str, more: &str) -> String {
        format!("kind: control\nid: ctl-a\ndecided_by: {who}\n{more}")
    }

    #[test]
    fn people_write_their_own_approvals() {
        let mut story = story();
        story.write(PATH, &control("bo", ""));
        assert_eq!(told(&story), [""; 0], "Bo made the commit");
        story.write(PATH, &control("ann", ""));
        let wrong = "commit HASH by Bo writes at /decided_by of 'ctl-a' that ann approved; not that person made or signed it, and no decision names that vote";
        assert_eq!(told(&story), [wrong]);
        story.write(PATH, &control("ann", "title: Edited\n"));
        assert_eq!(told(&story), [wrong], "told where it was written, and only there");
        story.decide(&json!({}), json!({}));
        assert_eq!(told(&story), [wrong], "a decision without that vote says nothing of it");
    }

    #[test]
    fn a_co_author_a_holder_of_the_role_and_a_counted_vote_are_enough() {
        let mut story = story();
        story.put(PATH, &control("ann", ""));
        story.commit("Bo", "Edit\n\nCo-authored-by: Ann <ann@example.org>");
        story.put("sms/control/ctl-b.yaml", "kind: control\nid: ctl-b\ndecided_by: role-board\n");
        story.commit("Cy", "Decide");
        story.put("sms/control/ctl-c.yaml", "kind: control\nid: ctl-c\ndecided_by: mr-2026\n");
        story.commit("Bo", "As the review said");
        assert_eq!(told(&story), [""; 0]);
        story.write("sms/control/ctl-d.yaml", "kind: control\nid: ctl-d\ndecided_by: role-board\n");
        assert!(told(&story)[0].contains("role-board approved; none of its holders"), "{:?}", told(&story));
        story.decide(&json!({"requirements": [{"needs": "1", "filled": ["cy"]}]}), json!({}));
        assert_eq!(told(&story), [""; 0]);
    }

    #[test]
    fn a_review_by_the_same_person_again_is_a_new_one() {
        let mut story = story();
        let reviewed =
            |last: &str| format!("kind: control\nid: ctl-a\nreview: {{interval: 1d, last: {last}, by: bo}}\n");
        story.write(PATH, &reviewed("2026-03-01"));
        story.put(PATH, &format!("{}title: T\n", reviewed("2026-03-01")));
        story.commit("Ann", "Edit");
        assert_eq!(told(&story), [""; 0]);
        story.put(PATH, &reviewed("2026-03-02"));
        story.commit("Ann", "Review");
        assert!(told(&story)[0].contains("/review/by"), "{:?}", told(&story));
    }

    #[test]
    fn approvals_are_found_at_any_depth_and_other_names_are_not() {
        let text = "decided_by: a\nwaivers: [{approved_by: b}, {approved_by: c}]\ndecision: {by: d, on: x}\nby: e\nsteps: [{by: f}]\nowner: g\n";
        let parsed = parse(FileId(0), text);
        let mut found = Vec::new();
        approvals(&parsed.documents[0].root, &mut |pointer, who| found.push(format!("{pointer} {who}")));
        found.sort();
        assert_eq!(found, ["/decided_by a", "/decision/by d", "/waivers/0/approved_by b", "/waivers/1/approved_by c"]);
    }
}
