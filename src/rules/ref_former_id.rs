use super::rule::{Check, Report, Rule};
use super::superseded_referenced::TELLS_OF_THE_PAST;
use crate::model::Record;

rule! {
    /// A reference by an id that the record had before.
    ///
    /// It still leads there, since the record keeps the id under `aliases`; but whoever looks for the name finds no such
    /// file, and the former id cannot be dropped. Records that are over, and those that tell of the past, such as audits
    /// and changes, may keep the name of their day.
    ///
    /// ```yaml,bad
    /// # sms/sla/sla-mail.yaml
    /// kind: sla
    /// id: sla-mail
    /// service: svc-email
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// aliases: [svc-email]
    /// ```
    ///
    /// ```yaml,good
    /// # sms/sla/sla-mail.yaml
    /// kind: sla
    /// id: sla-mail
    /// service: svc-mail
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// aliases: [svc-email]
    /// ```
    ///
    /// Write the id of today; `gitsm check --fix` does.
    RefFormerId = "ref-former-id", Info, clauses: ["7.5.3"], kinds: [];
}

fn message(holder: &Record<'_>, former: &str, target: &Record<'_>) -> String {
    format!("'{}' names '{former}', which is now called '{}'", holder.id, target.id)
}

impl Rule for RefFormerId {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let sms = cx.sms;
        // Of an id that two records had, nobody knows which is meant.
        for (former, claimants) in sms.aliases().filter(|(_, claimants)| claimants.len() == 1) {
            let Some(ix) = claimants.first().copied().filter(|ix| sms.find(former.as_str()) == Some(*ix)) else {
                continue;
            };
            let target = sms.record(ix);
            for reference in sms.incoming(ix) {
                let holder = sms.record(reference.from);
                let tells_of_the_past = TELLS_OF_THE_PAST.contains(&holder.kind.name.as_str());
                if holder.is_at_rest() || tells_of_the_past || sms.named(reference) != former.as_str() {
                    continue;
                }
                out.at(holder, reference.span, message(holder, former.as_str(), target))
                    .help(format!("write `{}`", target.id))
                    .related(target.id_span(), "its id today")
                    .fix(
                        format!("write `{}` for the former id `{former}`", target.id),
                        reference.span,
                        target.id.as_str(),
                    );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    #[test]
    fn each_place_with_a_former_id_is_told() {
        check(
            &RefFormerId,
            "
            # sms/ci/ci-new.yaml
            {kind: ci, id: ci-new, status: live, aliases: [ci-old, ci-older]}
            # sms/ci/ci-user.yaml
            kind: ci
            id: ci-user
            status: live
            relations: [ci-old, ci-new, {type: runs_on, to: 'ci-older'}]
            #           ^^^^^^ 'ci-user' names 'ci-old', which is now called 'ci-new'
            #                                               ^^^^^^^^^^ 'ci-older'
            ",
        );
    }

    #[test]
    fn the_past_keeps_its_names_and_doubtful_ones_are_left_alone() {
        check(
            &RefFormerId,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: live, aliases: [ci-old, ci-b, ci-both], relations: [ci-b, ci-both]}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live, aliases: [ci-both]}
            # sms/ci/ci-c.yaml
            {kind: ci, id: ci-c, status: disposed, relations: [ci-old]}
            # sms/change/chg-a.yaml
            {kind: change, id: chg-a, status: draft, affected: [ci-old]}
            ",
        );
    }

    #[test]
    fn the_mend_is_the_id_of_today() {
        let found = findings(&RefFormerId, "# sms/ci/a.yaml\n{kind: ci, id: a, aliases: [b], relations: [b]}\n");
        let fix = found[0].fix.as_ref().unwrap();
        assert_eq!((fix.title.as_str(), fix.edits[0].text.as_str()), ("write `a` for the former id `b`", "a"));
        assert_eq!(fix.edits[0].span, found[0].primary);
    }
}
