use super::rule::{Check, Report, Rule};
use crate::base::text;
use crate::graph::CommonCause;
use crate::model::view::At;
use crate::yaml::Node;

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
    /// {kind: service, id: svc-mail, status: live, relations: [ci-mail-a, ci-mail-b],
    ///  redundancy: [{of: depends_on, min_up: 1}]}
    /// # sms/ci/ci-mail-a.yaml
    /// {kind: ci, id: ci-mail-a, status: live, relations: [ci-switch]}
    /// # sms/ci/ci-mail-b.yaml
    /// {kind: ci, id: ci-mail-b, status: live, relations: [ci-switch]}
    /// # sms/ci/ci-switch.yaml
    /// {kind: ci, id: ci-switch, status: live}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-mail.yaml
    /// {kind: service, id: svc-mail, status: live, relations: [ci-mail-a, ci-mail-b],
    ///  redundancy: [{of: depends_on, min_up: 1, note: Both hang on ci-switch; a spare one lies beside it.}]}
    /// # sms/ci/ci-mail-a.yaml
    /// {kind: ci, id: ci-mail-a, status: live, relations: [ci-switch]}
    /// # sms/ci/ci-mail-b.yaml
    /// {kind: ci, id: ci-mail-b, status: live, relations: [ci-switch]}
    /// # sms/ci/ci-switch.yaml
    /// {kind: ci, id: ci-switch, status: live}
    /// ```
    ///
    /// Let the members rest on different things, or say that they do not.
    RedundancyCommonCause = "redundancy-common-cause", Warning, clauses: ["8.7.1"], kinds: ["service", "ci", "contract", "ola", "supplier", "risk"];
}

/// At most so many things are named in one message.
const NAMED: usize = 4;

fn message(causes: &[&CommonCause<'_>]) -> String {
    let members = text::quoted(causes[0].members.iter().map(|node| node.id.as_str()), NAMED);
    let shared = text::quoted(causes.iter().map(|cause| cause.node.id.as_str()), NAMED);
    let each = if causes.len() == 1 { "" } else { "each of " };
    format!("{members} are to stand in for one another, but {each}{shared} alone takes too many of them down")
}

const HELP: &str =
    "let them rest on different things, or name what they share in the `note` of the group or in `affects` of a risk";

/// Whether a text names an id, as a word of its own.
fn mentions(text: &str, id: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || "-_.".contains(c))).any(|word| word.trim_end_matches('.') == id)
}

impl Rule for RedundancyCommonCause {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let accepted = cx.named_by_open_risks();
        let causes = cx.graph.common_causes(|holder| cx.in_use(holder).is_some());
        for causes in causes.chunk_by(|a, b| (&a.holder.id, a.place) == (&b.holder.id, b.place)) {
            let Some(record) = cx.in_use(causes[0].holder) else { continue };
            let groups = record.get("redundancy").map(Node::items).unwrap_or_default();
            let Some(node) = groups.get(causes[0].place) else { continue };
            let note = node.get("note").and_then(Node::as_str).unwrap_or_default();
            let is_said = |cause: &&CommonCause<'_>| {
                cause.node.record.is_some_and(|ix| accepted.contains(&ix)) || mentions(note, cause.node.id.as_str())
            };
            let hidden = causes.iter().filter(|cause| cx.in_use(cause.node).is_some() && !is_said(cause));
            let hidden: Vec<&CommonCause<'_>> = hidden.collect();
            if hidden.is_empty() {
                continue;
            }
            let mut draft = out.at(record, At { record, node }.field_span("of"), message(&hidden)).help(HELP);
            for (shared, cause) in hidden.iter().filter_map(|cause| Some((cx.in_use(cause.node)?, cause))) {
                let lost = cause.lost.iter().map(|node| node.id.as_str());
                draft = draft.related(shared.id_span(), format!("takes down {}", text::quoted(lost, NAMED)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    fn text(note: &str, risk: &str) -> String {
        format!(
            "
        # sms/ci/ci-a.yaml
        {{kind: ci, id: ci-a, status: live, relations: [ci-room, ctr-power]}}
        # sms/ci/ci-b.yaml
        {{kind: ci, id: ci-b, status: live, relations: [ci-room, ctr-power]}}
        # sms/ci/ci-room.yaml
        {{kind: ci, id: ci-room, status: live}}
        # sms/contract/ctr-power.yaml
        {{kind: contract, id: ctr-power, status: in_force}}
        # sms/risk/rsk-a.yaml
        {{kind: risk, id: rsk-a, status: {risk}, affects: [ctr-power]}}
        # sms/service/svc-a.yaml
        {{kind: service, id: svc-a, status: live, relations: [ci-a, ci-b],
         redundancy: [{{of: depends_on, min_up: 1, note: \"{note}\"}}]}}
        #                  ^^^^^^^^^^ 'ci-a' and 'ci-b' are to stand in for one another, but each of 'ci-room' and 'ctr-power'
"
        )
    }

    #[test]
    fn a_group_is_told_once_with_all_that_its_members_share() {
        let text = text("B takes over.", "closed");
        check(&RedundancyCommonCause, &text);
        let found = findings(&RedundancyCommonCause, &text);
        assert!(found[0].related.iter().all(|label| label.message == "takes down 'ci-a' and 'ci-b'"));
    }

    #[test]
    fn what_a_note_or_an_open_risk_names_is_said() {
        for (note, risk, count) in
            [("In ci-room.", "closed", 1), ("In ci-room, alas.", "monitored", 0), ("In ci-room-2.", "monitored", 1)]
        {
            let found = findings(&RedundancyCommonCause, &text(note, risk));
            assert_eq!(found.iter().map(|finding| finding.related.len()).sum::<usize>(), count, "{note}");
        }
    }
}
