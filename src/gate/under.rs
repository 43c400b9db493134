//! Pull requests that ask for no decision: nothing under control, the course of a change, edits under one, and reverts.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::conflict::{Conflict, Radar};
use super::decision::Decision;
use super::edits::Meaning;
use super::judge::{Ground, affected, outside};
use super::reason::{Code, Reason};
use crate::base::text::quoted;
use crate::model::change::{Change, Window};
use crate::model::change_policy::Reverts;

/// Decides a pull request in which no change asks for a decision.
pub(super) fn under(ground: &Ground<'_>, decision: &mut Decision) {
    let edits = ground.edits;
    decision.affected.edits = edits.controlled.iter().map(|edit| edit.id.clone()).collect();
    decision.affected.files = edits.files.keys().cloned().collect();
    let course: Vec<&str> = edits.of(Meaning::Progress).collect();
    if !course.is_empty() {
        let message = format!("it writes down the course of {}", quoted(&course, 5));
        decision.reasons.push(Reason::pass(Code::Progress, message));
    }
    if edits.is_empty() {
        if course.is_empty() {
            decision.reasons.push(Reason::pass(Code::NothingControlled, "nothing under change control is touched"));
        }
        return;
    }
    if let Some(reason) = revert(ground) {
        decision.reasons.push(reason);
        decision.conflicts = beside(ground);
        decision.reasons.extend(decision.conflicts.iter().map(Conflict::reason));
        return;
    }
    carried(ground, &course, decision);
}

/// Edits under a change that was decided before: named in words, or by writing down its course.
fn carried(ground: &Ground<'_>, course: &[&str], decision: &mut Decision) {
    let names: BTreeSet<&str> =
        ground.facts.names.iter().map(|id| ground.base.sms.id_now(id)).chain(course.iter().copied()).collect();
    let mut refused = Vec::new();
    let mut carriers: Vec<Change<'_>> = Vec::new();
    for name in &names {
        match ground.carrier(name) {
            Ok(change) => carriers.push(change),
            Err(reason) => refused.push(reason),
        }
    }
    let Some(first) = carriers.first() else {
        let mut touched: Vec<String> = ground.edits.controlled.iter().map(|edit| edit.id.clone()).collect();
        touched.extend(ground.edits.files.keys().cloned());
        let message = format!("{} is under change control, and no change covers the edit", quoted(&touched, 5));
        let help = "add a change record to the pull request (`gitsm new change`), or name the change under whose window this is done in a line `Change: chg-…`";
        decision.reasons.push(Reason::blocked(Code::NoChangeRecord, message, help).with(refused));
        return;
    };
    let ids: Vec<&str> = carriers.iter().map(|change| change.0.record.id.as_str()).collect();
    decision.change = (ids.len() == 1).then(|| ids[0].to_owned());
    decision
        .reasons
        .push(Reason::pass(Code::UnderChange, format!("it is done under {}, whose window is open", quoted(&ids, 3))));
    decision.reasons.extend(refused);
    decision.reasons.extend(outside(&ground.uncovered(&carriers), first.0.record.id.as_str()));
    if ground.edits.policy {
        let message = "the change policy itself is edited, which needs a change record in the same pull request";
        decision.reasons.push(Reason::blocked(
            Code::PolicyEdited,
            message,
            "add a change record that affects the policy",
        ));
    }
    for change in &carriers {
        decision.reasons.extend(frozen(ground, *change));
    }
    decision.affected.items = carriers.iter().flat_map(|change| affected(ground.base.sms, *change)).collect();
}

/// The freezes in which the edits would take effect.
fn frozen(ground: &Ground<'_>, change: Change<'_>) -> Vec<Reason> {
    let Some(category) = change.category().and_then(|word| ground.policy.category(word)) else { return Vec::new() };
    let reached = affected(ground.base.sms, change);
    let timing = super::time::Timing {
        policy: ground.policy,
        base: ground.base,
        change,
        affected: &reached,
        category,
        model: None,
        alters: true,
        at: ground.at,
    };
    timing.judge().reasons.into_iter().filter(|reason| reason.code == Code::Frozen).collect()
}

/// Whether it only takes back a merged change, soon enough.
fn revert(ground: &Ground<'_>) -> Option<Reason> {
    let within = ground.policy.record.reverts().and_then(Reverts::within)?;
    let revert = ground.facts.reverts.as_ref()?;
    let limit = SignedDuration::from_secs(i64::try_from(within.seconds()).unwrap_or(i64::MAX));
    let recent = ground.at.duration_since(revert.merged_at) <= limit;
    if !recent || !revert.exact || ground.edits.policy {
        return None;
    }
    Some(Reason::pass(
        Code::Revert,
        format!("it takes back '{}' byte by byte, within {within} of its merge", revert.change),
    ))
}

/// What is under way just now on the things that are edited.
fn beside(ground: &Ground<'_>) -> Vec<Conflict> {
    let revert = ground.facts.reverts.as_ref().map(|revert| revert.change.as_str()).unwrap_or_default();
    let Some(change) = ground.head.sms.find(revert).or_else(|| ground.base.sms.find(revert)) else { return Vec::new() };
    let Some(change) = ground.base.sms.view::<Change<'_>>(change) else { return Vec::new() };
    let edited: BTreeSet<String> = ground.edits.controlled.iter().map(|edit| edit.id.clone()).collect();
    let end = ground.at.saturating_add(SignedDuration::from_secs(1)).unwrap_or(ground.at);
    let planned = change.planned().and_then(Window::bounds).filter(|(start, end)| (*start..*end).contains(&ground.at));
    let planned = Some(planned.unwrap_or((ground.at, end)));
    let hops = ground.policy.conflict_hops;
    Radar { head: ground.base, change, affected: &edited, planned, hops, facts: ground.facts }.conflicts()
}
