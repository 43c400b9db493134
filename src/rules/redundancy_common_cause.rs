use std::collections::BTreeSet;

use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::graph::CommonCause;
use crate::model::risk::{Risk, RiskStatus};
use crate::model::view::At;
use crate::model::{Ix, Record};

rule! {
    /// Things that are to stand in for one another share something whose loss alone takes too many of them down.
    ///
    /// Two machines on one switch, two lines of one carrier, a copy that needs its original: the group looks redundant
    /// and is not. What is nearest to the members is told, of whatever kind it is. It may well stay, as long as
    /// somebody has said so: in the `note` of the group, by its id, or in an open risk that names it in `affects`.
    /// Groups of which no member can be spared are not looked at.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// relations: [ci-mail-a, ci-mail-b]
    /// redundancy: [{of: [ci-mail-a, ci-mail-b], min_up: 1}]
    /// # sms/ci/ci-mail-a.yaml
    /// kind: ci
    /// id: ci-mail-a
    /// status: live
    /// relations: [ci-switch]
    /// # sms/ci/ci-mail-b.yaml
    /// kind: ci
    /// id: ci-mail-b
    /// status: live
    /// relations: [ci-switch]
    /// # sms/ci/ci-switch.yaml
    /// kind: ci
    /// id: ci-switch
    /// status: live
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// status: live
    /// relations: [ci-mail-a, ci-mail-b]
    /// redundancy: [{of: [ci-mail-a, ci-mail-b], min_up: 1, note: Both hang on ci-switch; a spare one lies beside it.}]
    /// # sms/ci/ci-mail-a.yaml
    /// kind: ci
    /// id: ci-mail-a
    /// status: live
    /// relations: [ci-switch]
    /// # sms/ci/ci-mail-b.yaml
    /// kind: ci
    /// id: ci-mail-b
    /// status: live
    /// relations: [ci-switch]
    /// # sms/ci/ci-switch.yaml
    /// kind: ci
    /// id: ci-switch
    /// status: live
    /// ```
    ///
    /// Let the members rest on different things, or say that they do not.
    RedundancyCommonCause = "redundancy-common-cause", Warning, clauses: ["8.7.1"], kinds: ["service", "ci", "contract", "ola", "supplier", "risk"];
}

/// At most so many things are named in one message.
const NAMED: usize = 4;

fn names<'n>(ids: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut names: Vec<String> = ids.map(|id| format!("'{id}'")).collect();
    if names.len() > NAMED {
        let more = names.len() - (NAMED - 1);
        names.truncate(NAMED - 1);
        names.push(format!("{more} more"));
    }
    names
}

fn message(causes: &[CommonCause<'_>]) -> String {
    let members = names(causes[0].members.iter().map(|node| node.id.as_str()));
    let shared = names(causes.iter().map(|cause| cause.node.id.as_str()));
    let (shared, each) = (text::and(&shared), if shared.len() == 1 { "" } else { "each of " });
    format!(
        "{} are to stand in for one another, but {each}{shared} alone takes too many of them down",
        text::and(&members)
    )
}

fn help(cause: &CommonCause<'_>) -> String {
    let id = &cause.node.id;
    format!(
        "let them rest on different things, or name `{id}` in the `note` of the group or in `affects` of an open risk"
    )
}

fn shared(cause: &CommonCause<'_>) -> String {
    let lost = names(cause.lost.iter().map(|node| node.id.as_str()));
    format!("takes down {}", text::and(&lost))
}

/// Whether a text names an id, as a word of its own.
fn mentions(text: &str, id: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || "-_.".contains(c))).any(|word| word.trim_end_matches('.') == id)
}

/// The group of a holder, by its place.
fn group<'c>(holder: &'c Record<'c>, place: usize) -> Option<At<'c>> {
    let node = holder.get("redundancy")?.items().get(place)?;
    Some(At { record: holder, node })
}

impl Rule for RedundancyCommonCause {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let open = cx.sms.all::<Risk<'_>>().filter(|risk| risk.status() != Some(RiskStatus::Closed));
        let accepted: BTreeSet<Ix> = open.flat_map(Risk::affects).filter_map(|id| cx.sms.find(id)).collect();
        let causes = cx.graph.common_causes(|holder| cx.in_use(holder).is_some());
        for causes in causes.chunk_by(|a, b| (&a.holder.id, a.place) == (&b.holder.id, b.place)) {
            let Some(holder) = cx.in_use(causes[0].holder) else { continue };
            let Some(group) = group(holder, causes[0].place) else { continue };
            let note = group.node.get("note").and_then(|note| note.as_str()).unwrap_or_default();
            let said = |cause: &CommonCause<'_>| {
                cause.node.record.is_some_and(|ix| accepted.contains(&ix)) || mentions(note, cause.node.id.as_str())
            };
            let hidden = causes.iter().filter(|cause| cx.in_use(cause.node).is_some() && !said(cause));
            let hidden: Vec<CommonCause<'_>> = hidden.cloned().collect();
            let Some(first) = hidden.first() else { continue };
            let draft = out.at(holder, group.field_span("of"), message(&hidden)).help(help(first));
            hidden
                .iter()
                .filter_map(|cause| Some((cx.in_use(cause.node)?, cause)))
                .fold(draft, |draft, (record, cause)| draft.related(record.id_span(), shared(cause)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    const PAIR: &str = "
        # sms/ci/ci-a.yaml
        {kind: ci, id: ci-a, status: live, relations: [ci-room, ctr-power]}
        # sms/ci/ci-b.yaml
        {kind: ci, id: ci-b, status: live, relations: [ci-room, ctr-power]}
        # sms/ci/ci-room.yaml
        {kind: ci, id: ci-room, status: live}
        # sms/contract/ctr-power.yaml
        {kind: contract, id: ctr-power, status: in_force}
        # sms/service/svc-a.yaml
";

    #[test]
    fn a_group_is_told_once_with_all_that_its_members_share() {
        let text = format!(
            "{PAIR}
        {{kind: service, id: svc-a, status: live, relations: [ci-a, ci-b],
         redundancy: [{{of: depends_on, min_up: 1, note: B takes over.}}]}}
        #                  ^^^^^^^^^^ 'ci-a' and 'ci-b' are to stand in for one another, but each of 'ci-room' and 'ctr-power' alone
"
        );
        check(&RedundancyCommonCause, &text);
        let found = findings(&RedundancyCommonCause, &text);
        let related: Vec<&str> = found[0].related.iter().map(|label| label.message.as_str()).collect();
        assert_eq!(related, ["takes down 'ci-a' and 'ci-b'"; 2]);
    }

    #[test]
    fn what_a_note_or_an_open_risk_names_is_said() {
        let told = |note: &str, risk: &str| {
            let text = format!(
                "{PAIR}
        {{kind: service, id: svc-a, status: live, relations: [ci-a, ci-b],
         redundancy: [{{of: [ci-a, ci-b], min_up: 1, note: \"{note}\"}}]}}
        # sms/risk/rsk-a.yaml
        {{kind: risk, id: rsk-a, status: {risk}, affects: [ctr-power]}}
"
            );
            let found = findings(&RedundancyCommonCause, &text);
            found.iter().map(|finding| finding.related.len()).sum::<usize>()
        };
        assert_eq!(told("B takes over.", "closed"), 2);
        assert_eq!(told("Both in ci-room.", "closed"), 1);
        assert_eq!(told("Both in ci-room, alas.", "monitored"), 0);
        assert_eq!(told("Both in ci-room-2.", "monitored"), 1, "another room");
    }

    #[test]
    fn holders_and_causes_that_are_out_of_use_are_passed_over() {
        check(
            &RedundancyCommonCause,
            "
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: retired, relations: [ci-a, ci-b], redundancy: [{of: depends_on, min_up: 1}]}
            # sms/service/svc-b.yaml
            {kind: service, id: svc-b, status: live, relations: [ci-c, ci-d], redundancy: [{of: depends_on, min_up: 1}]}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, relations: [ci-room]}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, relations: [ci-room]}
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, status: live, relations: [ci-old, ci-gone]}
            # sms/ci/ci-d.yaml
            {kind: ci, id: ci-d, status: live, relations: [ci-old, ci-gone]}
            # sms/ci/ci-room.yaml
            {kind: ci, id: ci-room, status: live}
            # sms/ci/ci-old.yaml
            {kind: ci, id: ci-old, status: retired}
            ",
        );
    }

    #[test]
    fn a_member_that_the_others_need_is_told_and_long_groups_are_cut_short() {
        check(
            &RedundancyCommonCause,
            "
            # sms/ci/ci-z.yaml
            {kind: ci, id: ci-z, status: live, relations: [ci-a, ci-b, ci-c, ci-d, ci-e],
             redundancy: [{of: [ci-a, ci-b, ci-c, ci-d, ci-e], min_up: 4}]}
            #              ^^ 'ci-a', 'ci-b', 'ci-c' and 2 more are to stand in for one another, but 'ci-a' alone takes
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, relations: [ci-a]}
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, status: live}
            # sms/ci/ci-d.yaml
            {kind: ci, id: ci-d, status: live}
            # sms/ci/ci-e.yaml
            {kind: ci, id: ci-e, status: live}
            ",
        );
    }
}
