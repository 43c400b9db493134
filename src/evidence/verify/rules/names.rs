//! What records say that somebody approved, against who wrote it there.

use std::collections::BTreeSet;

use super::end::{End, day};
use super::{Seen, Side};
use crate::evidence::history::{Commit, HistoryError};
use crate::evidence::ledger::seats;
use crate::evidence::sign::{GIT, verify};
use crate::evidence::verify::people::People;
use crate::evidence::verify::problem::{self, Problem};
use crate::yaml::pointer::escape;
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
        // Items of lists are compared by what they are called, so that one that goes in front makes no other a new one.
        let edited = old.map(|old| fields::compare(old.root, new.root));
        if edited.as_ref().is_some_and(Vec::is_empty) {
            return;
        }
        let is_new = |pointer: &str| {
            edited.as_ref().is_none_or(|edited| {
                let within = |above: &str| {
                    pointer.strip_prefix(above).is_some_and(|below| below.is_empty() || below.starts_with('/'))
                };
                // A review says who looked; looking again is a new one although the name stays.
                let again = |above: &str| above == "/review/last" && pointer == "/review/by";
                // What is gone is told by its place then, at which something else may stand now.
                let mut there = edited.iter().filter(|field| !field.order && field.new.is_some());
                there.any(|field| within(&field.pointer) || again(&field.pointer))
            })
        };
        approvals(new.root, &mut |path, who| {
            let pointer = pointer(path);
            if is_new(&pointer) {
                self.0.push(Claim { id: id.to_owned(), pointer, who: who.to_owned(), at: seen.at });
            }
        });
    }

    /// What can only be told at the end.
    pub(super) fn finish(&self, end: &mut End<'_>) -> Result<Vec<Problem>, HistoryError> {
        let mut problems = Vec::new();
        for claims in self.0.chunk_by(|one, next| one.at == next.at) {
            let Some(first) = claims.first() else { continue };
            let commit = &end.line[first.at];
            // Most commits write what one of their own people approved; who signed them is asked once, and only if need be.
            let mut makers: Option<Vec<Maker>> = None;
            for claim in claims {
                let people = people(claim, commit, end)?;
                // What is no person and no role, such as a management review, has its own record.
                if people.is_empty() || voted(&people, claim, end) {
                    continue;
                }
                let makers = match &mut makers {
                    Some(known) => known,
                    none => none.insert(made_by(commit, end)?),
                };
                let known = end.known.people(end.history, commit.tree)?;
                if makers.iter().any(|maker| maker.is_one_of(&people, known)) {
                    continue;
                }
                problems.push(mismatch(claim, &people, commit));
            }
        }
        Ok(problems)
    }
}

/// The finding that somebody wrote another's approval.
fn mismatch(claim: &Claim, people: &BTreeSet<String>, commit: &Commit) -> Problem {
    let whom = if people.contains(&claim.who) { "not that person" } else { "none of its holders" };
    let words = format!(
        "commit {} by {} writes at {} of '{}' that {} approved; {whom} made or signed it, and no decision names that vote",
        commit.short(),
        commit.author.name,
        claim.pointer,
        claim.id,
        claim.who
    );
    Problem::new(&problem::APPROVAL_IDENTITY_MISMATCH, words).at(&commit.id).about(&claim.id)
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

/// Whether one of these people filled a seat of the decision about the commit of the claim.
fn voted(people: &BTreeSet<String>, claim: &Claim, end: &End<'_>) -> bool {
    end.covers.get(&claim.at).is_some_and(|cover| {
        cover.passed() && seats(cover.decision()).iter().any(|(person, _)| people.contains(*person))
    })
}

/// A commit that came, with the person whose good signature it bears.
struct Maker {
    commit: Commit,
    signer: Option<String>,
}

impl Maker {
    /// Whether one of these people made it.
    fn is_one_of(&self, people: &BTreeSet<String>, known: &People) -> bool {
        // A good signature says more than names that anybody can write.
        if let Some(signer) = &self.signer {
            return people.contains(signer);
        }
        let co_authors = self.commit.co_authors();
        people.iter().any(|person| {
            known.made(person, &self.commit.author)
                || known.made(person, &self.commit.committer)
                || co_authors.iter().any(|(name, address)| known.is(person, name, address))
        })
    }
}

/// The commit and those that it brought, each with whoever signed it.
fn made_by(commit: &Commit, end: &mut End<'_>) -> Result<Vec<Maker>, HistoryError> {
    let mut wrote = vec![commit.clone()];
    if let (Some(parent), true) = (commit.parents.first(), commit.parents.len() > 1) {
        wrote.extend(end.history.brought(*parent, commit.id)?);
    }
    let known = end.known.people(end.history, commit.tree)?;
    let maker = |commit: Commit| {
        let signer = end.history.signature(commit.id).and_then(|(armoured, payload)| {
            let signed = verify(&payload, &armoured, GIT, &known.ring, commit.committer.time);
            signed.by().map(str::to_owned)
        });
        Maker { commit, signer }
    };
    Ok(wrote.into_iter().map(maker).collect())
}

/// A step from the top of a record to a value in it.
#[derive(Clone, Copy)]
enum Step<'t> {
    Key(&'t str),
    Item(usize),
}

/// Visits every approval of a record: its place and whose it is said to be.
fn approvals<'t>(root: &'t Node<'_>, visit: &mut impl FnMut(&[Step<'t>], &str)) {
    let mut path: Vec<Step<'t>> = Vec::new();
    let mut open: Vec<(usize, Option<Step<'t>>, &Node<'_>)> = vec![(0, None, root)];
    while let Some((depth, step, node)) = open.pop() {
        path.truncate(depth.saturating_sub(1));
        path.extend(step);
        if let Some(who) = node.as_str().filter(|_| is_approval(&path)) {
            visit(&path, who);
        }
        open.extend(node.entries().iter().map(|entry| (depth + 1, Some(Step::Key(&entry.key)), &entry.value)));
        open.extend(node.items().iter().enumerate().map(|(at, item)| (depth + 1, Some(Step::Item(at)), item)));
    }
}

/// Whether the keys on the way end as one of [`APPROVALS`] does.
fn is_approval(path: &[Step<'_>]) -> bool {
    let keys = || path.iter().rev().filter_map(|step| if let Step::Key(key) = step { Some(*key) } else { None });
    APPROVALS.iter().any(|end| {
        let mut keys = keys();
        end.iter().rev().all(|key| keys.next() == Some(key))
    })
}

/// The JSON pointer of the place.
fn pointer(path: &[Step<'_>]) -> String {
    let part = |step: &Step<'_>| match step {
        Step::Key(key) => format!("/{}", escape(key)),
        Step::Item(at) => format!("/{at}"),
    };
    path.iter().map(part).collect()
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
    fn an_item_that_goes_in_front_of_others_makes_them_no_new_approvals() {
        let mut story = story();
        let waiver = |rule: &str, who: &str| format!("{{rule: {rule}, approved_by: {who}}}");
        let waivers = |all: &[String]| format!("kind: control\nid: ctl-a\nwaivers: [{}]\n", all.join(", "));
        story.write(PATH, &waivers(&[waiver("x", "bo")]));
        story.put(PATH, &waivers(&[waiver("a", "cy"), waiver("x", "bo")]));
        story.commit("Cy", "Waive another");
        assert_eq!(told(&story), [""; 0], "Bo's stands behind it now");
        story.put(PATH, &waivers(&[waiver("a", "cy"), waiver("y", "bo")]));
        story.commit("Cy", "Waive another in its place");
        assert!(told(&story)[0].contains("/waivers/1/approved_by"), "{:?}", told(&story));
    }

    #[test]
    fn an_item_that_goes_makes_what_takes_its_place_no_new_approval() {
        let mut story = story();
        let waivers = |all: &str| format!("kind: control\nid: ctl-a\nwaivers: [{all}]\n");
        let (first, second) = ("{rule: a, approved_by: bo}", "{rule: b, approved_by: bo}");
        story.write(PATH, &waivers(&format!("{first}, {second}")));
        story.put(PATH, &waivers(second));
        story.commit("Cy", "Waive no more");
        assert_eq!(told(&story), [""; 0]);
    }

    #[test]
    fn approvals_are_found_at_any_depth_and_other_names_are_not() {
        let text = "decided_by: a\nwaivers: [{approved_by: b}, {approved_by: c}]\ndecision: {by: d, on: x}\nby: e\nsteps: [{by: f}]\nowner: g\n";
        let parsed = parse(FileId(0), text);
        let mut found = Vec::new();
        approvals(&parsed.documents[0].root, &mut |path, who| found.push(format!("{} {who}", pointer(path))));
        found.sort();
        assert_eq!(found, ["/decided_by a", "/decision/by d", "/waivers/0/approved_by b", "/waivers/1/approved_by c"]);
    }
}
