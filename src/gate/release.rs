//! May a change that was decided be carried out now? For deploy pipelines, after the merge.

use jiff::Timestamp;

use super::conflict::{Conflict, Radar};
use super::digest::FIELDS;
use super::facts::{Facts, SourceKind};
use super::judge::affected;
use super::policy::Policy;
use super::reason::{Code, Reason};
use super::time::Calm;
use crate::base::date::AsOf;
use crate::diff::State;
use crate::model::change::{Change, ChangeStatus, Window};

/// What stands against carrying out change `id` at the instant `at`, by the records of `now`; `decided` is the category in
/// which it was decided, where that is known. Nothing but reasons that
/// pass means that time and order allow it; whether it was agreed to is for the evidence to say.
#[must_use]
pub fn release(now: State<'_>, id: &str, decided: Option<&str>, at: Timestamp) -> Vec<Reason> {
    let sms = now.side.sms;
    let Some(change) = sms.find(id).and_then(|ix| sms.view::<Change<'_>>(ix)) else {
        return vec![Reason::blocked(
            Code::ChangeUnusable,
            format!("there is no change '{id}'"),
            "name a change by its id",
        )];
    };
    let policy = match Policy::in_force(sms, now.findings, sms.snapshot.as_of.day()) {
        Ok(policy) => policy,
        Err(reason) => return vec![reason],
    };
    let mut reasons = Vec::new();
    if change.status() != Some(ChangeStatus::Requested) {
        let status = change.status().map_or("of no status", ChangeStatus::word);
        let help = "only a change that is requested is carried out; once";
        reasons.push(Reason::blocked(Code::ChangeUnusable, format!("'{id}' is {status}"), help));
    }
    let planned = change.planned().and_then(Window::bounds);
    match planned {
        None => reasons.push(Reason::blocked(Code::NoWindow, "no window is planned", "write `planned`")),
        Some((start, _)) if at < start => {
            let start = AsOf::new(start);
            let message = format!("its window opens at {start}");
            reasons.push(Reason::blocked(Code::NotYet, message, format!("wait until {start}")));
        }
        Some((_, end)) if end <= at => {
            let message = format!("its window ended at {}", AsOf::new(end));
            reasons.push(Reason::blocked(Code::WindowOver, message, "have a new window decided"));
        }
        Some((_, end)) => {
            reasons.push(Reason::pass(Code::WindowOpen, format!("its window is open until {}", AsOf::new(end))));
        }
    }
    let ids = affected(sms, change);
    let category = decided.or(change.category()).filter(|word| policy.category(word).is_some());
    let own = change.0.record.id.as_str();
    let calm = Calm { base: now.side, change: own, planned, affected: &ids, category, alters: true, at };
    reasons.extend(calm.judge().reasons);
    let facts = Facts::empty(SourceKind::Simulation);
    let hops = policy.conflict_hops;
    let radar = Radar { head: now.side, change, affected: &ids, planned, hops, facts: &facts };
    reasons.extend(radar.conflicts().iter().map(Conflict::reason));
    reasons
}

/// The fields that count in which two versions of a change differ, by path.
#[must_use]
pub fn altered(then: Change<'_>, now: Change<'_>) -> Vec<&'static str> {
    let value = |change: Change<'_>, path: &str| {
        let mut node = Some(change.0.node);
        for key in path.split('.') {
            node = node.and_then(|node| node.get(key));
        }
        node.map(|node| node.to_json())
    };
    // Tests are carried out, and their results written down, after the decision too.
    let fields = FIELDS.iter().copied().filter(|path| !path.starts_with("test."));
    let mut paths: Vec<&'static str> = fields.filter(|path| value(then, path) != value(now, path)).collect();
    if then.planned().and_then(Window::bounds) != now.planned().and_then(Window::bounds) {
        paths.push("planned");
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Graph;
    use crate::graph::diff::Side;
    use crate::model::fixture::records;

    const TEXT: &str = "
        == change_policy p
        status: in_force
        categories: [{id: normal}]
        == ci ci-a
        == freeze frz
        status: agreed
        window: {start: 2026-11-20T14:00:00Z, end: 2026-11-21T00:00:00Z}
        == change chg-a
        status: requested
        category: normal
        affects: [ci-a]
        planned: {start: 2026-11-20T10:00:00Z, end: 2026-11-20T13:00:00Z}
        == change chg-b
        status: requested
        category: normal
        affects: [ci-a]
        planned: {start: 2026-11-20T12:30:00Z, end: 2026-11-20T18:00:00Z}
        == change chg-over
        status: closed
        category: normal
        affects: [ci-a]
    ";

    fn told(id: &str, at: &str) -> Vec<String> {
        records(TEXT, |sms| {
            let graph = Graph::build(sms);
            let now = State { side: Side { sms, graph: &graph }, findings: &[] };
            let reasons = release(now, id, None, at.parse().unwrap());
            reasons.iter().map(|reason| format!("{} {}", reason.outcome, reason.code.word())).collect()
        })
    }

    #[test]
    fn a_change_goes_in_its_window_alone() {
        assert_eq!(told("chg-a", "2026-11-20T09:59:59Z")[0], "BLOCKED not-yet");
        assert_eq!(told("chg-a", "2026-11-20T10:00:00Z")[0], "PASS window-open");
        assert_eq!(told("chg-a", "2026-11-20T13:00:00Z")[0], "BLOCKED window-over");
        assert_eq!(told("chg-over", "2026-11-20T10:00:00Z"), ["BLOCKED change-unusable", "BLOCKED no-window"]);
        assert_eq!(told("chg-none", "2026-11-20T10:00:00Z"), ["BLOCKED change-unusable"]);
    }

    #[test]
    fn a_category_that_the_policy_does_not_know_passes_no_freeze() {
        let odd = TEXT.replace("category: normal", "category: odd");
        let odd = odd.replace("status: agreed", "status: agreed\n        allows: [odd, normal]");
        for (text, frozen) in [(odd.as_str(), true), (&odd.replace("category: odd", "category: normal"), false)] {
            records(text, |sms| {
                let graph = Graph::build(sms);
                let now = State { side: Side { sms, graph: &graph }, findings: &[] };
                let reasons = release(now, "chg-b", None, "2026-11-20T15:00:00Z".parse().unwrap());
                assert_eq!(reasons.iter().any(|reason| reason.code == Code::Frozen), frozen, "{reasons:?}");
            });
        }
    }

    #[test]
    fn freezes_and_other_changes_stop_it() {
        assert!(told("chg-b", "2026-11-20T15:00:00Z").contains(&"BLOCKED frozen".to_owned()));
        assert!(told("chg-a", "2026-11-20T11:00:00Z").contains(&"BLOCKED conflict".to_owned()));
    }

    #[test]
    fn what_was_altered_since_is_named_by_its_field() {
        records(TEXT, |sms| {
            let view = |id: &str| sms.view::<Change<'_>>(sms.find(id).unwrap()).unwrap();
            assert_eq!(altered(view("chg-a"), view("chg-b")), ["planned"]);
            assert!(altered(view("chg-a"), view("chg-a")).is_empty());
        });
    }

    #[test]
    fn another_plan_is_an_alteration_and_the_result_of_a_test_is_none() {
        let text = "
            == change chg-a
            status: requested
            plan: Do it.
            test: {plan: Try it.}
            == change chg-b
            status: requested
            plan: Do it twice.
            test: {plan: Try it., result: pass}
        ";
        records(text, |sms| {
            let view = |id: &str| sms.view::<Change<'_>>(sms.find(id).unwrap()).unwrap();
            assert_eq!(altered(view("chg-a"), view("chg-b")), ["plan"]);
        });
    }
}
