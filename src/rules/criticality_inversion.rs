use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::graph::{Bearing, Inversion, Link, State, written};
use crate::model::Record;
use crate::model::words::Criticality;

rule! {
    /// A configuration item that is held less critical than something that is down without it.
    ///
    /// Spare parts, on-call hours and care follow criticality; a vital service is only as well kept as the humblest
    /// thing under it, at whatever depth that lies. Soft relations and members of a redundancy group, which can be lost
    /// one at a time, do not count; what all members share does.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// criticality: vital
    /// relations: [ci-store]
    /// # sms/ci/ci-store.yaml
    /// kind: ci
    /// id: ci-store
    /// status: live
    /// criticality: low
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// criticality: vital
    /// relations: [ci-store]
    /// # sms/ci/ci-store.yaml
    /// kind: ci
    /// id: ci-store
    /// status: live
    /// criticality: vital
    /// ```
    ///
    /// Raise the criticality of the item, or write the relation as soft or redundant where it is.
    CriticalityInversion = "criticality-inversion", Warning, clauses: ["8.2.2"], kinds: ["ci", "service"];
}

fn message(ci: &Record<'_>, own: Criticality, above: &[(Criticality, Link<'_>)]) -> String {
    let shown = above.iter().take(3).map(|(level, link)| format!("'{}' ({})", link.node.id, level.word()));
    let mut shown: Vec<String> = shown.collect();
    match above.len() - shown.len() {
        0 => {}
        1 => shown.push("1 more".to_owned()),
        more => shown.push(format!("{more} more")),
    }
    let needs = if above.len() == 1 { "needs" } else { "need" };
    format!("the criticality of '{}' is {}, but {} {needs} it", ci.id, own.word(), text::and(&shown))
}

fn help(highest: Criticality) -> String {
    format!("raise it to {}, or write the relation as soft or redundant where it is", highest.word())
}

fn message_far(ci: &Record<'_>, own: Criticality, far: Bearing<'_>) -> String {
    let (own, level) = (own.word(), far.level.word());
    format!("the criticality of '{}' is {own}, but '{}' ({level}) is down without it", ci.id, far.by.id)
}

impl Rule for CriticalityInversion {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let level = |link: &Link<'_>| written(cx.sms, link.node);
        for Inversion { node, own, needed: far } in cx.graph.inversions(cx.sms) {
            let Some(record) = cx.in_use(node) else { continue };
            let dependants = cx.graph.relied_on_by(record.id.as_str());
            let hard = dependants.filter(|link| link.cap == State::Down && !link.redundant);
            let above = hard.filter_map(|link| Some((level(&link)?, link))).filter(|(level, _)| *level > own);
            let mut above: Vec<_> = above.collect();
            above.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| x.node.id.cmp(&y.node.id)));
            above.dedup_by(|(_, a), (_, b)| a.node.id == b.node.id);
            // Who needs it directly says most; else it is somebody further up.
            let words = if above.is_empty() { message_far(record, own, far) } else { message(record, own, &above) };
            let draft = out.field(record, "criticality", words).help(help(far.level));
            let draft = above.iter().fold(draft, |draft, (level, link)| {
                draft.related(link.edge.span, format!("'{}' is {}", link.node.id, level.word()))
            });
            if let Some(by) = cx.in_use(far.by).filter(|_| above.is_empty()) {
                draft.related(by.field_span("criticality"), "down without it");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn an_item_is_told_once_with_those_who_need_it_most_first() {
        check(
            &CriticalityInversion,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, criticality: medium}
            #                                               ^^^^^^ but 'svc-b' (vital) and 'ci-b' (high) need it
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, criticality: high, relations: [ci-a, {type: runs_on, to: ci-a}]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live, criticality: vital, relations: [ci-a]}
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: live, criticality: low, relations: [ci-a]}
            ",
        );
    }

    #[test]
    fn what_is_down_at_any_distance_counts_and_so_does_what_members_share() {
        check(
            &CriticalityInversion,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [ci-b]}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, criticality: high}
            #                                               ^^^^ is high, but 'svc-a' (vital) is down without it
            # sms/ci/ci-x.yaml
            {kind: ci, id: ci-x, status: live, criticality: low, relations: [ci-room]}
            # sms/ci/ci-y.yaml
            {kind: ci, id: ci-y, status: live, criticality: low, relations: [ci-room]}
            # sms/ci/ci-room.yaml
            {kind: ci, id: ci-room, status: live, criticality: low}
            #                                                  ^^^ is low, but 'svc-a' (vital) is down without it
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, criticality: vital, relations: [ci-a, ci-x, ci-y],
             redundancy: [{of: [ci-x, ci-y], min_up: 1}]}
            ",
        );
    }

    #[test]
    fn soft_redundant_and_dead_dependants_ask_for_nothing() {
        check(
            &CriticalityInversion,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, criticality: low}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, criticality: low}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, criticality: vital, relations: [ci-a, ci-b],
             redundancy: [{of: [ci-a, ci-b], min_up: 1}]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live, criticality: vital,
             relations: [{type: depends_on, to: ci-a, strength: soft}, {type: backed_up_by, to: ci-a}]}
            # sms/service/svc-c.yaml
            {kind: service, id: svc-c, status: retired, criticality: vital, relations: [ci-a]}
            ",
        );
    }

    #[test]
    fn equal_is_enough_and_an_unknown_level_is_not_judged() {
        check(
            &CriticalityInversion,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, criticality: high}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: live, criticality: high, relations: [ci-a, ci-b]}
            ",
        );
    }
}
