//! Pull requests that ask for no decision: nothing under control, the course of a change, edits under one, and reverts.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::conflict::{Conflict, Radar};
use super::decision::Decision;
use super::edits::Meaning;
use super::judge::{Ground, affected, outside};
use super::reason::{Code, Reason};
use super::time::Calm;
use crate::base::intervals::Bounds;
use crate::base::text::quoted;
use crate::model::change::{Change, ChangeStatus, Window};
use crate::model::change_policy::{Category, Reverts};

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
    if let Some((change, reason)) = revert(ground) {
        decision.reasons.push(reason);
        // Only the change itself was agreed to: what it may not do in a freeze, its way back may not either.
        decision.reasons.extend(frozen(ground, change, None));
        decision.conflicts = beside(ground, change);
        decision.reasons.extend(decision.conflicts.iter().map(Conflict::reason));
        return;
    }
    carried(ground, &course, decision);
}

/// Edits under a change that was decided before: named in words, or by writing down its course.
fn carried<'r>(ground: &Ground<'r>, course: &[&str], decision: &mut Decision) {
    let names: BTreeSet<&str> =
        ground.facts.names.iter().map(|id| ground.base.sms.id_now(id)).chain(course.iter().copied()).collect();
    let mut refused = Vec::new();
    let mut carriers: Vec<Change<'r>> = Vec::new();
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
        let planned = change.planned().and_then(Window::bounds);
        decision.reasons.extend(frozen(ground, *change, planned));
    }
    decision.affected.items = carriers.iter().flat_map(|change| affected(ground.base.sms, *change)).collect();
}

/// The freezes in which the edits would take effect. What counts is the category in which `change` is decided, not the one
/// that it claims; `planned` is when it is to be carried out.
fn frozen<'r>(ground: &Ground<'r>, change: Change<'r>, planned: Option<Bounds>) -> Vec<Reason> {
    let mut reached: BTreeSet<String> = ground.edits.controlled.iter().map(|edit| edit.id.clone()).collect();
    reached.extend(affected(ground.base.sms, change));
    let category = ground.judge(change).decided.category.and_then(Category::id);
    let calm = Calm {
        base: ground.base,
        change: change.0.record.id.as_str(),
        planned,
        affected: &reached,
        category,
        alters: true,
        at: ground.at,
    };
    calm.judge().reasons
}

/// The change that it takes back and does nothing else, soon enough; one that the base does not know was none.
fn revert<'r>(ground: &Ground<'r>) -> Option<(Change<'r>, Reason)> {
    let within = ground.policy.record.reverts().and_then(Reverts::within)?;
    let revert = ground.facts.reverts.as_ref()?;
    let sms = ground.base.sms;
    let change = sms.view::<Change<'r>>(sms.find(&revert.change)?)?;
    let limit = SignedDuration::from_secs(i64::try_from(within.seconds()).unwrap_or(i64::MAX));
    let age = ground.at.duration_since(revert.merged_at);
    // A merge from tomorrow would be recent for ever; clocks differ a little.
    let recent = (SignedDuration::from_secs(-60)..=limit).contains(&age);
    // What was taken back already is not agreed to once more by taking that back.
    let over = change.status().is_some_and(|status| {
        use ChangeStatus::{Cancelled, Draft, Rejected, Remedied, Reversed};
        matches!(status, Draft | Reversed | Remedied | Cancelled | Rejected)
    });
    if !recent || over || !revert.exact || ground.edits.policy {
        return None;
    }
    let message = format!("it takes back '{}' byte by byte, within {within} of its merge", revert.change);
    Some((change, Reason::pass(Code::Revert, message)))
}

/// What is under way just now on the things that are edited.
fn beside<'r>(ground: &Ground<'r>, change: Change<'r>) -> Vec<Conflict> {
    let edited: BTreeSet<String> = ground.edits.controlled.iter().map(|edit| edit.id.clone()).collect();
    let end = ground.at.saturating_add(SignedDuration::from_secs(1)).unwrap_or(ground.at);
    let planned = change.planned().and_then(Window::bounds).filter(|(start, end)| (*start..*end).contains(&ground.at));
    let planned = Some(planned.unwrap_or((ground.at, end)));
    let hops = ground.policy.conflict_hops;
    Radar { head: ground.base, change, affected: &edited, planned, hops, facts: ground.facts }.conflicts()
}
