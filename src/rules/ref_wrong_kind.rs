use super::rule::{Check, Report, Rule};
use crate::model::{Ix, Record, Reference, Sms, Target};

rule! {
    /// A reference to a record of a kind that does not belong there.
    ///
    /// The record exists, but nothing that reads the field can use it: a configuration item cannot own anything, and a
    /// process cannot be the customer of an SLA.
    ///
    /// ```yaml,bad
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// owner: ci-db1
    /// # sms/ci/ci-db1.yaml
    /// kind: ci
    /// id: ci-db1
    /// ```
    ///
    /// ```yaml,good
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
    /// owner: team-mail
    /// # sms/team/team-mail.yaml
    /// kind: team
    /// id: team-mail
    /// ```
    ///
    /// Name a record of a kind that fits; `gitsm explain KIND` tells what each field takes.
    RefWrongKind = "ref-wrong-kind", Error, clauses: ["7.5.3"], kinds: [];
}

fn message(holder: &Record<'_>, reference: &Reference<'_>, name: &str, target: &Record<'_>) -> String {
    let (field, found, allowed) = (holder.pointer(reference.span), &target.kind.name, reference.shape.allowed());
    format!("'{}' names '{name}' in {field}, but that is of kind {found}, not {allowed}", holder.id)
}

fn help(sms: &Sms<'_>, reference: &Reference<'_>) -> String {
    match reference.shape.refs.iter().find(|kind| sms.catalog.find(kind).is_some()) {
        Some(kind) => format!("name a record that fits; `gitsm list {kind}` shows some"),
        None => "name a record that fits, or leave the field out".to_owned(),
    }
}

/// Whether the record at `ix`, or another with its id, may be named there. Which of them is meant is unknown, and
/// that there are several is reported elsewhere.
fn fits(sms: &Sms<'_>, reference: &Reference<'_>, ix: Ix) -> bool {
    let id = &sms.record(ix).id;
    let same = (ix.0..).map(Ix).take_while(|ix| (ix.0 as usize) < sms.len()).map(|ix| sms.record(ix));
    same.take_while(|record| record.id == *id).any(|record| reference.shape.allows(&record.kind.name))
}

impl Rule for RefWrongKind {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for reference in cx.sms.references() {
            let Target::Record(ix) = reference.target else { continue };
            if fits(cx.sms, reference, ix) {
                continue;
            }
            let (holder, target) = (cx.sms.record(reference.from), cx.sms.record(ix));
            out.at(holder, reference.span, message(holder, reference, cx.sms.named(reference), target))
                .help(help(cx.sms, reference))
                .related(target.id_span(), format!("this is of kind {}", target.kind.name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn the_message_says_what_was_found_and_what_fits() {
        check(
            &RefWrongKind,
            "
            # sms/ci/ci-a.yaml
            kind: ci
            id: ci-a
            owner: ci-old
            #      ^^^^^^ 'ci-a' names 'ci-old' in /owner, but that is of kind ci, not person, team or role
            aliases: [ci-old]
            relations:
              - {type: runs_on, to: svc-a}
              - {type: runs_on, to: ann}
            #                       ^^^ in /relations/1/to, but that is of kind person
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, owner: ann}
            # sms/person/ann.yaml
            {kind: person, id: ann}
            ",
        );
    }

    #[test]
    fn links_may_name_any_kind_and_missing_records_are_not_judged() {
        check(
            &RefWrongKind,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, owner: nobody, links: [{rel: see, to: ci-a}, {rel: see, to: 'https://example.org'}]}
            ",
        );
    }

    #[test]
    fn of_two_records_with_one_id_either_may_be_meant() {
        check(
            &RefWrongKind,
            "
            # sms/ci/a.yaml
            {kind: ci, id: a, owner: a}
            # sms/person/a.yaml
            {kind: person, id: a}
            ",
        );
    }
}
