//! Reviews that something changed behind: a record was looked at, and what it depends on changed since.

use std::collections::{BTreeMap, BTreeSet};

use super::{Seen, Side, top};
use crate::evidence::history::Commit;
use crate::evidence::verify::problem::{self, Problem};
use crate::schema::shape::ANY_KIND;
use crate::yaml::{Node, fields};

/// Fields whose edits change nothing that a review looked at.
const HOUSEKEEPING: [&str; 9] =
    ["aliases", "evidence", "id", "last_verified", "links", "owner", "review", "tags", "waivers"];
/// How many things that changed a message names.
const NAMED: usize = 3;

/// The last review of a record.
struct Review {
    /// The day, as written.
    last: String,
    /// The place of the commit that wrote it.
    at: usize,
    /// What the record depends on, by id.
    needs: BTreeSet<String>,
}

/// Reviews of records and edits of what they depend on.
#[derive(Default)]
pub(super) struct Reviews {
    reviews: BTreeMap<String, Review>,
    /// The place of the last commit that changed more than housekeeping, and the fields that it changed.
    edits: BTreeMap<String, (usize, BTreeSet<String>)>,
}

impl Reviews {
    /// Takes in a version of a record; `old` is the one before, `was` its id then.
    pub(super) fn note(&mut self, id: &str, was: Option<(&str, Side<'_, '_>)>, side: Side<'_, '_>, seen: &Seen<'_>) {
        let before = was.and_then(|(was, _)| self.reviews.remove(was));
        if let (Some((_, old)), true) = (was, seen.held) {
            let compared = fields::compare(old.root, side.root);
            let edited: BTreeSet<String> = compared
                .iter()
                .map(|field| top(&field.pointer))
                .filter(|key| !HOUSEKEEPING.contains(&key.as_str()))
                .collect();
            if !edited.is_empty() {
                self.edits.insert(id.to_owned(), (seen.at, edited));
            }
        }
        let last = side.root.get("review").and_then(|review| review.get("last")).and_then(Node::as_str);
        let Some(last) = last else { return };
        let at = before.filter(|before| before.last == last).map_or(seen.at, |before| before.at);
        self.reviews.insert(id.to_owned(), Review { last: last.to_owned(), at, needs: needs(side) });
    }

    /// A record that is not there any more.
    pub(super) fn gone(&mut self, id: &str, seen: &Seen<'_>) {
        self.reviews.remove(id);
        if seen.held {
            self.edits.insert(id.to_owned(), (seen.at, BTreeSet::from(["the whole record".to_owned()])));
        }
    }

    /// What can only be told at the end.
    pub(super) fn finish(&self, line: &[Commit]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (id, review) in &self.reviews {
            let edited = review.needs.iter().filter_map(|need| Some((need, self.edits.get(need)?)));
            let mut since: Vec<_> =
                edited.filter(|(_, (at, _))| *at > review.at).map(|(need, (at, fields))| (*at, need, fields)).collect();
            since.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
            let Some((newest, ..)) = since.first() else { continue };
            let told = |(at, need, fields): &(usize, &String, &BTreeSet<String>)| {
                let fields: Vec<&str> = fields.iter().take(NAMED).map(String::as_str).collect();
                format!("'{need}' ({}) in commit {}", fields.join(", "), line[*at].short())
            };
            let named: Vec<String> = since.iter().take(NAMED).map(told).collect();
            let more = since.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            let words = format!(
                "'{id}' was reviewed on {}, as commit {} says; since then there changed {}{more}",
                review.last,
                line[review.at].short(),
                named.join(", ")
            );
            problems.push(Problem::new(&problem::REVIEW_SUSPECT, words).at(&line[*newest].id).about(id));
        }
        problems
    }
}

/// The records that one depends on: those that it refers to, but for people and for what is only worth reading.
fn needs(side: Side<'_, '_>) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let Some(kind) = side.kind else { return ids };
    kind.shape.visit(side.root, &mut |shape, node| {
        let people = ["person", "team", "role"].iter().any(|kind| shape.allows(kind));
        let any = shape.refs.iter().any(|kind| kind == ANY_KIND);
        if let (false, false, Some(id)) = (people, any || shape.refs.is_empty(), node.as_str()) {
            ids.insert(id.to_owned());
        }
    });
    ids
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::evidence::verify::rules::story::Story;

    const SLA: &str = "sms/sla/sla-a.yaml";
    const SERVICE: &str = "sms/service/svc-a.yaml";

    fn sla(last: &str) -> String {
        format!("kind: sla\nid: sla-a\nservice: svc-a\nowner: role-board\nreview: {{interval: 365d, last: {last}}}\n")
    }

    /// An agreement that was reviewed after its service was written.
    fn story() -> Story {
        let mut story = Story::new();
        story.write(SERVICE, "kind: service\nid: svc-a\ntitle: A\n");
        story.decide(&json!({}), json!({}));
        story.write(SLA, &sla("2026-03-01"));
        story
    }

    fn told(story: &Story) -> Vec<String> {
        story.told("review-suspect")
    }

    #[test]
    fn a_review_is_suspect_once_what_it_rests_on_changed() {
        let mut story = story();
        assert_eq!(told(&story), [""; 0]);
        story.write(SERVICE, "kind: service\nid: svc-a\ntitle: B\nzone: Europe/Oslo\n");
        let wrong = "'sla-a' was reviewed on 2026-03-01, as commit HASH says; since then there changed 'svc-a' (title, zone) in commit HASH";
        assert_eq!(told(&story), [wrong]);
        story.write(SLA, &format!("{}title: Edited\n", sla("2026-03-01")));
        assert_eq!(told(&story), [wrong], "an edit is no review");
        story.write(SLA, &sla("2026-03-02"));
        assert_eq!(told(&story), [""; 0]);
    }

    #[test]
    fn housekeeping_people_and_what_is_not_referred_to_change_no_review() {
        let mut story = story();
        story.write(
            SERVICE,
            "kind: service\nid: svc-a\ntitle: A\ntags: [x]\nowner: bo\nlinks: [{rel: see, to: sla-a}]\n",
        );
        story.write("sms/role/role-board.yaml", "id: role-board\nkind: role\ntitle: New\n");
        story.write("sms/service/svc-b.yaml", "kind: service\nid: svc-b\n");
        story.write("sms/service/svc-b.yaml", "kind: service\nid: svc-b\ntitle: B\n");
        assert_eq!(told(&story), [""; 0]);
        story.write(SERVICE, "");
        assert!(told(&story)[0].contains("'svc-a' (the whole record)"), "{:?}", told(&story));
    }

    #[test]
    fn what_changes_together_with_the_review_was_looked_at() {
        let mut story = story();
        story.put(SERVICE, "kind: service\nid: svc-a\ntitle: B\n");
        story.write(SLA, &sla("2026-03-02"));
        assert_eq!(told(&story), [""; 0]);
    }
}
