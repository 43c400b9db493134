//! How fast a service can come back after a disaster, from how fast its parts do (8.7.2).
//!
//! Parts are brought back side by side, so what a service waits for is the slowest part that it needs; of a group that is
//! the slowest of those that are enough. Steps that follow one another stand in a continuity plan.

use std::collections::BTreeMap;

use crate::base::duration::Duration;
use crate::graph::Chain;
use crate::model::ci::{Ci, CiRecovery};
use crate::model::continuity_plan::RecoveryStep;
use crate::model::service::{Service, ServiceRecovery};
use crate::model::{Ix, Sms};

/// The time in which a node promises to be back; none when it does not say.
#[must_use]
pub fn rto(sms: &Sms<'_>, ix: Ix) -> Option<Duration> {
    let service = || sms.view::<Service<'_>>(ix)?.recovery().and_then(ServiceRecovery::rto);
    sms.view::<Ci<'_>>(ix).and_then(Ci::recovery).and_then(CiRecovery::rto).or_else(service)
}

/// Places in the chain of the parts that take longer than `limit` by themselves and that the first node has to wait for.
#[must_use]
pub fn slower(chain: &Chain<'_>, own: &[Option<Duration>], limit: Duration) -> Vec<usize> {
    let late = |at: usize| own[at].is_some_and(|own| own > limit);
    // A node is late when it is itself, or has to wait for something late; nodes that need one another take more rounds.
    let mut waits: Vec<bool> = (0..chain.nodes.len()).map(late).collect();
    if let Some(first) = waits.first_mut() {
        *first = false;
    }
    let mut changed = true;
    while changed {
        changed = false;
        for at in (0..chain.nodes.len()).rev() {
            let needs = &chain.nodes[at];
            let group = |group: &crate::graph::Spares| {
                group.members.iter().filter(|member| !waits[**member]).count() < group.min_up
            };
            if !waits[at] && (needs.all.iter().any(|needed| waits[*needed]) || needs.groups.iter().any(group)) {
                waits[at] = true;
                changed = true;
            }
        }
    }
    let mut found = Vec::new();
    let mut seen = vec![false; chain.nodes.len()];
    let mut stack = vec![0];
    while let Some(at) = stack.pop() {
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        if at > 0 && late(at) {
            found.push(at);
        }
        let needs = &chain.nodes[at];
        stack.extend(needs.all.iter().filter(|needed| waits[**needed]));
        for group in &needs.groups {
            let late: Vec<usize> = group.members.iter().copied().filter(|member| waits[*member]).collect();
            if group.members.len() - late.len() < group.min_up {
                stack.extend(late);
            }
        }
    }
    found.sort_unstable();
    found
}

/// The time that the steps of a plan take one after another, where each waits for those before it, and the numbers of the
/// steps on that longest path. A step without `after` waits for the one before it. None when no step says how long it
/// takes, or when steps wait for one another in a circle.
#[must_use]
pub fn longest_path(steps: &[RecoveryStep<'_>]) -> Option<(Duration, Vec<i64>)> {
    let mut steps: Vec<(i64, RecoveryStep<'_>)> = steps.iter().filter_map(|step| Some((step.seq()?, *step))).collect();
    steps.sort_by_key(|(number, _)| *number);
    let numbers: Vec<i64> = steps.iter().map(|(number, _)| *number).collect();
    let after = |at: usize| -> Vec<i64> {
        match steps[at].1.after() {
            Some(after) => after.node.items().iter().filter_map(crate::yaml::Node::as_int).collect(),
            None => at.checked_sub(1).map(|before| numbers[before]).into_iter().collect(),
        }
    };
    let takes = |at: usize| steps[at].1.takes().map_or(0, Duration::seconds);
    if (0..steps.len()).all(|at| steps[at].1.takes().is_none()) {
        return None;
    }
    let mut done: BTreeMap<i64, (u64, Option<i64>)> = BTreeMap::new();
    while done.len() < steps.len() {
        let before = done.len();
        for at in 0..steps.len() {
            let needed: Vec<i64> = after(at).into_iter().filter(|number| numbers.contains(number)).collect();
            if done.contains_key(&numbers[at]) || !needed.iter().all(|number| done.contains_key(number)) {
                continue;
            }
            let last = needed.into_iter().max_by_key(|number| (done[number].0, std::cmp::Reverse(*number)));
            let start = last.map_or(0, |number| done[&number].0);
            done.insert(numbers[at], (start.saturating_add(takes(at)), last));
        }
        if done.len() == before {
            return None;
        }
    }
    let (end, (total, _)) = done.iter().max_by_key(|(number, (total, _))| (*total, std::cmp::Reverse(**number)))?;
    let mut path = vec![*end];
    while let Some((_, Some(before))) = path.last().and_then(|number| done.get(number)) {
        path.push(*before);
    }
    path.reverse();
    Some((Duration::from_seconds(*total), path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Graph;
    use crate::model::continuity_plan::{ContinuityPlan, Recovery};
    use crate::model::fixture::records;

    fn waits_for(text: &str, limit: &str) -> Vec<String> {
        records(text, |sms| {
            let graph = Graph::build(sms);
            let chain = graph.chain("svc").unwrap();
            let own: Vec<_> = chain.nodes.iter().map(|needs| rto(sms, needs.node.record?)).collect();
            let slow = slower(&chain, &own, Duration::parse(limit).unwrap());
            slow.into_iter().map(|at| chain.nodes[at].node.id.to_string()).collect()
        })
    }

    fn ci(id: &str, rto: &str, relations: &str) -> String {
        format!("\n== ci {id}\nrecovery: {{rto: {rto}}}\nrelations: [{relations}]")
    }

    #[test]
    fn the_slowest_part_decides_at_any_distance() {
        let text = format!(
            "== service svc\nrecovery: {{rto: 4h}}\nrelations: [ci-a, svc-b]\n== service svc-b\nrecovery: {{rto: 5h}}{}{}",
            ci("ci-a", "2h", "ci-db"),
            ci("ci-db", "8h", "")
        );
        assert_eq!(waits_for(&text, "4h"), ["svc-b", "ci-db"]);
        assert_eq!(waits_for(&text, "6h"), ["ci-db"]);
        assert!(waits_for(&text, "8h").is_empty());
    }

    #[test]
    fn of_a_group_only_as_many_as_are_enough_are_waited_for() {
        let text = |min_up: usize| {
            let group = format!("redundancy: [{{of: [ci-a, ci-b, ci-c], min_up: {min_up}}}]");
            let parts = [ci("ci-a", "1h", ""), ci("ci-b", "6h", ""), ci("ci-c", "9h", "")].concat();
            format!("== service svc\nrelations: [ci-a, ci-b, ci-c]\n{group}{parts}")
        };
        assert!(waits_for(&text(1), "4h").is_empty());
        assert_eq!(waits_for(&text(2), "4h"), ["ci-b", "ci-c"], "one of these two is needed and both are late");
        assert!(waits_for(&text(2), "6h").is_empty());
    }

    #[test]
    fn what_needs_one_another_is_waited_for_together() {
        let text = format!("== service svc\nrelations: [ci-a]{}{}", ci("ci-a", "1h", "ci-b"), ci("ci-b", "9h", "ci-a"));
        assert_eq!(waits_for(&text, "4h"), ["ci-b"]);
    }

    fn path(steps: &str) -> Option<String> {
        records(&format!("== continuity_plan plan\nrecovery: {{rto: 4h, order: [{steps}]}}"), |sms| {
            let plan = sms.all::<ContinuityPlan<'_>>().next().unwrap();
            let (total, path) = longest_path(&plan.recovery().map(Recovery::order).unwrap())?;
            Some(format!("{total} over {path:?}"))
        })
    }

    #[test]
    fn steps_follow_one_another_unless_they_say_otherwise() {
        let in_a_row = "{seq: 1, takes: 1h}, {seq: 2, takes: 30m}, {seq: 3, takes: 2h}";
        assert_eq!(path(in_a_row).unwrap(), "3h 30m over [1, 2, 3]");
        let side_by_side = "{seq: 1, takes: 1h}, {seq: 2, takes: 3h, after: []}, {seq: 3, takes: 2h, after: [1]}, {seq: 4, after: [2, 3], takes: 5m}";
        assert_eq!(path(side_by_side).unwrap(), "3h 5m over [2, 4]", "of two ways as long the first is told");
    }

    #[test]
    fn a_circle_and_steps_without_lengths_have_no_path() {
        assert_eq!(path("{seq: 1, takes: 1h, after: [2]}, {seq: 2, takes: 1h, after: [1]}"), None);
        assert_eq!(path("{seq: 1}, {seq: 2}"), None);
        assert_eq!(path(""), None);
        assert_eq!(
            path("{seq: 1, takes: 1h, after: [7]}").unwrap(),
            "1h over [1]",
            "a step that does not exist is no one's"
        );
    }
}
