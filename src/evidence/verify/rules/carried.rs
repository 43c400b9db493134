//! Changes that were carried out, against the decisions of the ledger that name them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::end::{Cover, End};
use super::{Seen, Side};
use crate::base::date::{AsOf, When};
use crate::evidence::history::HistoryError;
use crate::evidence::ledger::{afterwards, changes, is_under, last_vote};
use crate::evidence::verify::problem::{self, Problem};
use crate::evidence::verify::walk::CLOCKS;
use crate::model::change::ChangeStatus;
use crate::yaml::Node;

/// What is known of a change from all versions of its record.
#[derive(Default)]
pub(super) struct Carried {
    /// All its ids.
    names: BTreeSet<String>,
    status: Option<ChangeStatus>,
    /// The commit that says first that it was carried out; none when it was so before the process held, or is not.
    done: Option<String>,
    /// Whether any commit said that it was carried out.
    ever: bool,
    /// The earliest instant at which any version says that it began, so that moving it later hides nothing.
    start: Option<Timestamp>,
    /// Who asks for it, carries it out or tested it: by the word of the policy for that part, the place on the branch from
    /// which on the record says so.
    own: BTreeMap<String, BTreeMap<&'static str, usize>>,
}

/// All changes.
#[derive(Default)]
pub(super) struct Changes {
    /// By their present id.
    present: BTreeMap<String, Carried>,
    /// Deleted ones whose id another one took since: what the other did hides nothing of them.
    replaced: Vec<(String, Carried)>,
}

impl Changes {
    /// Takes in a version of the record of a change; `was` is the id that it had before.
    pub(super) fn note(&mut self, id: &str, was: Option<&str>, side: Side<'_, '_>, seen: &Seen<'_>) {
        if let Some(moved) = was.filter(|was| *was != id).and_then(|was| self.present.remove(was))
            && let Some(other) = self.present.insert(id.to_owned(), moved)
        {
            self.replaced.push((id.to_owned(), other));
        }
        let it = self.present.entry(id.to_owned()).or_default();
        it.names.insert(id.to_owned());
        it.status = side.text("status").and_then(status);
        if it.status.is_some_and(ChangeStatus::is_carried_out) {
            if !it.ever && seen.held {
                it.done = Some(seen.commit.id.to_string());
            }
            it.ever = true;
        }
        let start = side.root.get("actual").and_then(|actual| actual.get("start")).and_then(Node::as_str);
        let start = start.and_then(|start| When::parse(start).ok()).and_then(When::instant);
        // What is still to come has not begun, whatever the record says.
        let written = seen.commit.committer.time.as_second().saturating_add(CLOCKS);
        if let Some(start) = start.filter(|start| start.as_second() <= written) {
            it.start = Some(it.start.map_or(start, |known| known.min(start)));
        }
        let mut own = |person: Option<&str>, part: &'static str| {
            if let Some(person) = person {
                it.own.entry(person.to_owned()).or_default().entry(part).or_insert(seen.at);
            }
        };
        own(side.text("requester"), "requester");
        own(side.root.get("test").and_then(|test| test.get("by")).and_then(Node::as_str), "tester");
        for person in side.root.get("implementers").map(Node::items).unwrap_or_default() {
            own(person.as_str(), "implementer");
        }
    }

    fn all(&self) -> impl Iterator<Item = (&String, &Carried)> {
        self.present.iter().chain(self.replaced.iter().map(|(id, it)| (id, it)))
    }

    /// The changes by each id that they ever had.
    pub(super) fn by_name(&self) -> ByName<'_> {
        let mut by: BTreeMap<&str, Vec<&Carried>> = BTreeMap::new();
        for (_, it) in self.all() {
            for name in &it.names {
                by.entry(name).or_default().push(it);
            }
        }
        ByName(by)
    }

    /// What can only be told at the end.
    pub(super) fn finish(&self, end: &mut End<'_>) -> Result<Vec<Problem>, HistoryError> {
        // By name, so that many changes and many decisions do not multiply.
        let mut named: BTreeMap<&str, Vec<&Cover<'_>>> = BTreeMap::new();
        for cover in end.all.iter().filter(|cover| !is_under(cover.decision())) {
            for id in changes(cover.decision()) {
                named.entry(id).or_default().push(cover);
            }
        }
        let mut problems = Vec::new();
        let mut emergencies = Vec::new();
        for (id, it) in self.all() {
            let about: Vec<&Cover<'_>> =
                it.names.iter().filter_map(|name| named.get(name.as_str())).flatten().copied().collect();
            let first = about.iter().copied().filter(|cover| cover.passed()).min_by_key(|cover| cover.made());
            if let Some(done) = &it.done {
                problems.extend(approval(id, it, done, first, end.begun()));
            }
            if let Some(first) = first.filter(|_| it.status.is_none_or(ChangeStatus::is_up_for_decision)) {
                emergencies.push((id, it.start, first, about));
            }
        }
        for (id, start, first, about) in emergencies {
            problems.extend(retrospective(id, start, first, &about, end)?);
        }
        Ok(problems)
    }
}

/// Changes by each id that they ever had.
pub(super) struct ByName<'c>(BTreeMap<&'c str, Vec<&'c Carried>>);

impl ByName<'_> {
    /// The part that each person has in one of these changes, by what the records said up to this place on the branch.
    pub(super) fn parts(&self, ids: &BTreeSet<&str>, until: usize) -> BTreeMap<String, BTreeSet<&'static str>> {
        let mut parts: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
        for it in ids.iter().filter_map(|id| self.0.get(id)).flatten() {
            for (person, own) in &it.own {
                let own = own.iter().filter(|(_, from)| **from <= until).map(|(part, _)| *part);
                parts.entry(person.clone()).or_default().extend(own);
            }
        }
        parts.retain(|_, own| !own.is_empty());
        parts
    }
}

/// The status of this word.
fn status(word: &str) -> Option<ChangeStatus> {
    use ChangeStatus::{Cancelled, Closed, Draft, Failed, Implemented, Rejected, Remedied, Requested, Reversed};
    let all = [Draft, Requested, Implemented, Failed, Reversed, Remedied, Cancelled, Rejected, Closed];
    all.into_iter().find(|status| status.word() == word)
}

/// Whether a change that was carried out was decided, and before it began.
fn approval(id: &str, it: &Carried, done: &str, first: Option<&Cover<'_>>, begun: Timestamp) -> Option<Problem> {
    let at = |problem: Problem| problem.at(&done).about(id);
    let Some(first) = first else {
        let words = format!("'{id}' was carried out, but no decision of the ledger that passed names it");
        return Some(at(Problem::new(&problem::CHANGE_NO_APPROVAL, words)));
    };
    // What began before the process held was decided in whatever way was in use then.
    let start = it.start.filter(|start| *start > begun)?;
    let entry = &first.kept.entry;
    let made = first.made();
    let late = made.as_second() > start.as_second().saturating_add(CLOCKS);
    let words = format!(
        "'{id}' began at {}, but the first decision that let it through, entry {}, was made at {}",
        AsOf::new(start),
        entry.number,
        AsOf::new(made)
    );
    late.then(|| at(Problem::new(&problem::CHANGE_APPROVAL_LATE, words)))
}

/// Whether those who were not asked before an emergency agreed in time afterwards.
fn retrospective(
    id: &str,
    start: Option<Timestamp>,
    first: &Cover<'_>,
    about: &[&Cover<'_>],
    end: &mut End<'_>,
) -> Result<Option<Problem>, HistoryError> {
    let category = first.decision()["category"].as_str().unwrap_or_default();
    let control = end.known.control(end.history, end.line[first.before].tree)?;
    let Some(within) = control.afterwards(category) else { return Ok(None) };
    let began = start.unwrap_or(first.kept.entry.at);
    let limit = SignedDuration::from_secs(i64::try_from(within.seconds()).unwrap_or(i64::MAX));
    let due = began.saturating_add(limit).unwrap_or(Timestamp::MAX);
    let of = |word: &str| about.iter().find(|cover| cover.kept.counts && afterwards(cover.decision()) == Some(word));
    let agreed = of("PASS").map(|cover| {
        // The forge tells when they agreed; it may have been recorded later.
        let at = last_vote(cover.facts()).unwrap_or(cover.kept.entry.at).min(cover.kept.entry.at);
        (at, cover.kept.entry.number)
    });
    let words = match agreed {
        Some((at, _)) if at <= due => return Ok(None),
        Some((at, entry)) => format!(
            "the emergency '{id}' had to be agreed to afterwards by {}, and was at {} only, by entry {entry}",
            AsOf::new(due),
            AsOf::new(at)
        ),
        None if due > end.at => return Ok(None),
        None => {
            let denied = of("BLOCKED").map(|cover| format!("; see entry {}", cover.kept.entry.number));
            format!(
                "the emergency '{id}' had to be agreed to afterwards by {}, and the ledger holds no such agreement{}",
                AsOf::new(due),
                denied.unwrap_or_default()
            )
        }
    };
    let commit = &first.kept.entry.subject.commit;
    Ok(Some(Problem::new(&problem::CHANGE_EMERGENCY_NO_RETRO, words).at(commit).about(id)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::evidence::verify::rules::story::Story;

    const PATH: &str = "sms/change/chg-a.yaml";

    fn change(status: &str, start: &str) -> String {
        format!("kind: change\nid: chg-a\nstatus: {status}\nactual: {{start: '{start}'}}\n")
    }

    /// A change that was asked for and decided on 2026-03-02, if at all, and done from `start`.
    fn story(decided: bool, start: &str) -> Story {
        let mut story = Story::new();
        story.at("2026-03-02T08:00:00Z");
        story.write(PATH, "kind: change\nid: chg-a\nstatus: requested\n");
        if decided {
            story.decide(&json!({"change": "chg-a"}), json!({}));
        }
        story.at("2026-03-09T08:00:00Z");
        story.write(PATH, &change("implemented", start));
        story
    }

    #[test]
    fn a_change_that_was_carried_out_needs_a_decision_that_names_it() {
        assert_eq!(story(true, "2026-03-05T08:00:00Z").told("change-no-approval"), [""; 0]);
        let none = ["'chg-a' was carried out, but no decision of the ledger that passed names it"];
        assert_eq!(story(false, "2026-03-05T08:00:00Z").told("change-no-approval"), none, "the ledger is empty");
        for other in [json!({"change": "chg-b"}), json!({"change": "chg-a", "outcome": "PENDING"})] {
            let story = story(false, "2026-03-05T08:00:00Z");
            story.decide(&other, json!({}));
            assert_eq!(story.told("change-no-approval"), none, "{other}");
        }
        let mut asked = Story::new();
        asked.write(PATH, "kind: change\nid: chg-a\nstatus: requested\n");
        asked.decide(&json!({"change": "chg-b"}), json!({}));
        assert_eq!(asked.told("change-no-approval"), [""; 0], "it is not carried out yet");
    }

    #[test]
    fn work_under_a_change_does_not_agree_to_it() {
        let story = story(false, "2026-03-05T08:00:00Z");
        story.decide(&json!({"change": "chg-a", "reasons": [{"code": "under-change", "outcome": "PASS"}]}), json!({}));
        assert_eq!(story.told("change-no-approval").len(), 1, "what came past the gate has no decision of its own");
    }

    #[test]
    fn a_change_that_takes_the_id_of_a_deleted_one_hides_nothing_of_it() {
        let mut story = story(true, "2026-03-05T08:00:00Z");
        story.write("sms/change/chg-b.yaml", "kind: change\nid: chg-b\nstatus: implemented\n");
        assert_eq!(story.told("change-no-approval").len(), 1);
        story.write("sms/change/chg-b.yaml", "");
        story.put(PATH, "");
        story.write("sms/change/chg-b.yaml", "kind: change\nid: chg-b\naliases: [chg-a]\nstatus: implemented\n");
        let told = ["'chg-b' was carried out, but no decision of the ledger that passed names it"];
        assert_eq!(story.told("change-no-approval"), told, "the decision named the other one, which has its id now");
        assert_eq!(story.told("change-approval-late"), [""; 0]);
    }

    #[test]
    fn deleting_or_renaming_a_change_hides_nothing() {
        let mut gone = story(false, "2026-03-05T08:00:00Z");
        gone.decide(&json!({"change": "chg-z"}), json!({}));
        gone.write(PATH, "");
        assert_eq!(gone.told("change-no-approval").len(), 1);
        let mut renamed = story(true, "2026-03-05T08:00:00Z");
        renamed.put(PATH, "");
        renamed.write("sms/change/chg-b.yaml", "kind: change\nid: chg-b\naliases: [chg-a]\nstatus: implemented\n");
        assert_eq!(renamed.told("change-no-approval"), [""; 0], "the decision names it by its former id");
    }

    #[test]
    fn the_decision_comes_before_the_earliest_beginning_that_was_ever_written() {
        let late = story(true, "2026-03-02T07:49:59Z");
        assert_eq!(
            late.told("change-approval-late"),
            [
                "'chg-a' began at 2026-03-02T07:49:59Z, but the first decision that let it through, entry 2, was made at 2026-03-02T08:00:00Z"
            ]
        );
        assert_eq!(
            story(true, "2026-03-02T07:50:00Z").told("change-approval-late"),
            [""; 0],
            "clocks differ by ten minutes"
        );
        assert_eq!(
            story(true, "2026-02-20T08:00:00Z").told("change-approval-late"),
            [""; 0],
            "before the process held"
        );
        let mut moved = story(true, "2026-03-02T06:00:00Z");
        moved.write(PATH, &change("implemented", "2026-03-05T08:00:00Z"));
        assert_eq!(moved.told("change-approval-late").len(), 1, "moving the beginning hides nothing");
    }

    /// An emergency that came and began on 2026-03-02 at 08:00; others agree three days after at the latest.
    fn emergency(judged: &str) -> Story {
        let mut story = Story::new();
        story.at("2026-03-02T08:00:00Z");
        story.write(PATH, "kind: change\nid: chg-a\nstatus: requested\n");
        story.decide(&json!({"change": "chg-a", "category": "emergency"}), json!({}));
        story.at(judged);
        story
    }

    fn agree(story: &Story, outcome: &str, voted: &str) {
        let reasons = json!([{"code": "retrospective", "outcome": outcome}]);
        let more = json!({"change": "chg-a", "category": "emergency", "outcome": outcome, "reasons": reasons});
        story.decide(&more, json!({"reviews": [{"at": voted, "state": "approved"}]}));
    }

    #[test]
    fn others_agree_to_an_emergency_within_the_time_of_the_policy() {
        let told = |story: &Story| story.told("change-emergency-no-retro");
        assert_eq!(told(&emergency("2026-03-05T07:59:59Z")), [""; 0], "there is time left");
        assert_eq!(
            told(&emergency("2026-03-05T08:00:00Z")),
            [
                "the emergency 'chg-a' had to be agreed to afterwards by 2026-03-05T08:00:00Z, and the ledger holds no such agreement"
            ]
        );
        let agreed = |voted: &str| {
            let story = emergency("2026-03-09T08:00:00Z");
            agree(&story, "PASS", voted);
            told(&story)
        };
        assert_eq!(agreed("2026-03-05T08:00:00Z"), [""; 0], "they voted in time, and it was recorded later");
        assert_eq!(
            agreed("2026-03-06T08:00:00Z"),
            [
                "the emergency 'chg-a' had to be agreed to afterwards by 2026-03-05T08:00:00Z, and was at 2026-03-06T08:00:00Z only, by entry 3"
            ]
        );
        let denied = emergency("2026-03-09T08:00:00Z");
        agree(&denied, "BLOCKED", "2026-03-04T08:00:00Z");
        assert!(told(&denied)[0].ends_with("holds no such agreement; see entry 3"), "{:?}", told(&denied));
        agree(&denied, "PASS", "2026-03-04T08:00:00Z");
        assert_eq!(told(&denied), [""; 0], "an agreement is written down behind an earlier denial");
    }

    #[test]
    fn only_emergencies_are_agreed_to_afterwards() {
        let mut story = story(true, "2026-03-05T08:00:00Z");
        story.at("2026-06-01T00:00:00Z");
        assert_eq!(story.told("change-emergency-no-retro"), [""; 0]);
        let mut off = emergency("2026-03-03T08:00:00Z");
        off.write(PATH, "kind: change\nid: chg-a\nstatus: cancelled\n");
        off.at("2026-06-01T00:00:00Z");
        assert_eq!(off.told("change-emergency-no-retro"), [""; 0], "it was called off");
    }
}
