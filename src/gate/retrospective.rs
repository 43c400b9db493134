//! The decision after an emergency: those who were not asked before agree afterwards, or say that it was none.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::demand::Demand;
use super::judge::{Ground, Judged};
use super::objection::{has_word, may_sit};
use super::outcome::Outcome;
use super::reason::{Code, Reason};
use super::seats::{Hall, Requirement};
use super::votes::Booth;
use crate::base::date::{AsOf, When};
use crate::base::text::and;
use crate::model::change::{Actual, Window};

/// What the decision afterwards comes to, for each merged emergency among the changes.
#[must_use]
pub(super) fn judge(ground: &Ground<'_>, judged: &[Judged<'_>], hall: &Hall<'_>, booth: &Booth<'_>) -> Vec<Reason> {
    judged.iter().filter_map(|it| one(ground, it, hall, booth)).collect()
}

fn one(ground: &Ground<'_>, it: &Judged<'_>, hall: &Hall<'_>, booth: &Booth<'_>) -> Option<Reason> {
    let category = it.decided.category.filter(|category| category.is_emergency())?;
    let within = category.retrospective_within()?;
    let demands = Demand::list(&category.retrospective_seats());
    if demands.is_empty() {
        return None;
    }
    let id = &it.change.0.record.id;
    let began = it.change.actual().and_then(Actual::start).and_then(When::instant);
    let began = began.or(ground.facts.pull_request.merged_at).or(it
        .change
        .planned()
        .and_then(Window::bounds)
        .map(|(start, _)| start))?;
    let limit = SignedDuration::from_secs(i64::try_from(within.seconds()).unwrap_or(i64::MAX));
    let due = began.saturating_add(limit).unwrap_or(jiff::Timestamp::MAX);
    let votes = booth.count();
    let requirements: Vec<Requirement> =
        demands.into_iter().map(|demand| Requirement { id: "afterwards".to_owned(), demand, stage: 0 }).collect();
    // Those who are asked may say no, and so may those whose word stops any change; others are only heard.
    let denies = |person: &str, at: jiff::Timestamp| {
        may_sit(hall, &requirements, person, at) || has_word(ground.policy, hall, &requirements, person, at)
    };
    let objections = votes.objections.iter();
    let who: Vec<&str> =
        objections.filter(|(person, (_, at))| denies(person, *at)).map(|(person, _)| person.as_str()).collect();
    if !who.is_empty() {
        let message =
            format!("{} says afterwards that '{id}' was no emergency, so that it was not authorised", and(&who));
        return Some(Reason::blocked(
            Code::Retrospective,
            message,
            "open a nonconformity, and take the change back or decide it as a normal one",
        ));
    }
    let objectors = BTreeSet::new();
    let hall = Hall { approvals: &votes.approvals, objectors: &objectors, ..*hall };
    let (seating, _) = hall.seat(&requirements);
    let due_text = AsOf::new(due);
    let Some(seating) = seating.filter(|seating| !seating.seats.is_empty()) else {
        return Some(Reason::error(
            Code::Retrospective,
            "the policy asks nobody who exists to agree afterwards",
            "fill the role at the base",
        ));
    };
    if seating.missing() == 0 {
        return Some(Reason::pass(Code::Retrospective, format!("'{id}' was agreed to afterwards")));
    }
    let ask: Vec<&str> = seating.ask.iter().map(String::as_str).collect();
    let who = if ask.is_empty() { "those who must".to_owned() } else { and(&ask) };
    let late = ground.at >= due;
    let message = if late {
        format!("'{id}' had to be agreed to afterwards by {due_text}, and was not")
    } else {
        format!("'{id}' is to be agreed to afterwards by {due_text}")
    };
    let outcome = if late { Outcome::Blocked } else { Outcome::Pending };
    Some(
        Reason::new(Code::Retrospective, outcome, message)
            .help(format!("{who} approve the merged pull request, or object to it")),
    )
}
