use super::rule::{Check, Report, Rule};
use crate::model::Record;
use crate::model::management_review::ManagementReview;
use crate::model::organisation::SmsRecord;

rule! {
    /// A management review that top management did not lead.
    ///
    /// It is the review by those who can give means and change direction; without them it is a talk among those who
    /// report. Who is top management stands in `top_management` of the system, by name or by role, and holders are those
    /// of the day of the review. The chair is one of them. Whether its result was approved is seen in the history.
    ///
    /// ```yaml,bad
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, top_management: [tomas]}
    /// # sms/management_review/mrv-2026.yaml
    /// {kind: management_review, id: mrv-2026, status: held, date: 2026-11-10, chair: alma, attendees: [alma, maya]}
    /// # sms/person/alma.yaml
    /// {kind: person, id: alma, status: active}
    /// # sms/person/tomas.yaml
    /// {kind: person, id: tomas, status: active}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sms/sms.yaml
    /// {kind: sms, id: sms, top_management: [tomas]}
    /// # sms/management_review/mrv-2026.yaml
    /// {kind: management_review, id: mrv-2026, status: held, date: 2026-11-10, chair: tomas, attendees: [tomas, alma]}
    /// # sms/person/tomas.yaml
    /// {kind: person, id: tomas, status: active}
    /// ```
    ///
    /// Put its results before top management in a meeting that they lead, and write that one down.
    ManagementReviewNoTop = "management-review-no-top", Error, clauses: ["9.3", "5.1"], kinds: ["management_review", "sms", "role"];
}

fn message(review: &Record<'_>, chair: &str, attended: bool) -> String {
    let rest = if attended { "" } else { ", and nobody of top management took part" };
    format!("the management review '{}' was led by '{chair}', who was not of top management{rest}", review.id)
}

const HELP: &str = "have top management lead it, or name the right chair";

impl Rule for ManagementReviewNoTop {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let Some(system) = cx.sms.all::<SmsRecord<'_>>().find(|it| !it.top_management().is_empty()) else { return };
        for review in cx.sms.all::<ManagementReview<'_>>().filter(|review| review.is_held()) {
            let Some((chair, date)) = review.chair().zip(review.date()) else { continue };
            let top = system.top_management_on(cx.sms, date);
            let is_top = |id: &str| cx.sms.find(id).is_none_or(|ix| top.contains(&ix));
            if !top.is_empty() && !is_top(chair.id) {
                let record = review.0.record;
                let attended =
                    review.attendees().iter().any(|it| cx.sms.find(it.id).is_some_and(|ix| top.contains(&ix)));
                out.at(record, chair.span, message(record, chair.id, attended))
                    .help(HELP)
                    .related(system.0.field_span("top_management"), "top management");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    const SYSTEM: &str = "
        # sms/sms/sms.yaml
        {kind: sms, id: sms, top_management: [ann, role-top]}
        # sms/role/role-top.yaml
        {kind: role, id: role-top, holders: [{person: bo, until: 2025-12-31}, {person: cy, from: 2026-01-01}]}
        # sms/person/ann.yaml
        {kind: person, id: ann, status: active, aliases: [anne]}
        # sms/person/bo.yaml
        {kind: person, id: bo, status: active}
        # sms/person/cy.yaml
        {kind: person, id: cy, status: active}
        # sms/person/eve.yaml
        {kind: person, id: eve, status: active}
";

    #[test]
    fn the_chair_is_of_top_management_on_the_day() {
        let reviews = "
        # sms/management_review/a.yaml
        {kind: management_review, id: a, status: held, date: 2025-12-31, chair: cy, attendees: [eve, cy]}
        #                                                                       ^^ 'a' was led by 'cy', who was not of top management, and nobody of top management took part
        # sms/management_review/b.yaml
        {kind: management_review, id: b, status: closed, date: 2026-01-01, chair: cy}
        # sms/management_review/c.yaml
        {kind: management_review, id: c, status: closed, date: 2026-01-01, chair: anne}
";
        check(&ManagementReviewNoTop, &format!("{SYSTEM}{reviews}"));
    }

    #[test]
    fn to_take_part_is_less_than_to_lead() {
        let reviews = "
        # sms/management_review/a.yaml
        {kind: management_review, id: a, status: held, date: 2026-01-01, chair: eve, attendees: [eve, ann]}
        #                                                                       ^^^ who was not of top management
        # sms/management_review/b.yaml
        {kind: management_review, id: b, status: scheduled, planned: 2026-12-01, chair: eve}
        # sms/management_review/c.yaml
        {kind: management_review, id: c, status: held, date: 2026-01-01, attendees: [eve]}
";
        let fixture = format!("{SYSTEM}{reviews}");
        check(&ManagementReviewNoTop, &fixture);
        assert!(!crate::rules::harness::findings(&ManagementReviewNoTop, &fixture)[0].message.contains("nobody"));
    }

    #[test]
    fn without_a_word_on_who_directs_nobody_can_tell() {
        let review = "
        # sms/management_review/a.yaml
        {kind: management_review, id: a, status: held, date: 2026-01-01, chair: eve}
";
        check(&ManagementReviewNoTop, &format!("{review}{}", SYSTEM.replace(", top_management: [ann, role-top]", "")));
        check(&ManagementReviewNoTop, &format!("{review}{}", SYSTEM.replace("[ann, role-top]", "[role-gone]")));
        check(&ManagementReviewNoTop, review);
    }
}
