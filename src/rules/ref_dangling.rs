use std::collections::{BTreeMap, BTreeSet};

use super::rule::{Check, Report, Rule};
use crate::base::span::Span;
use crate::base::suggest::Nearest;
use crate::model::{Record, Reference, Target};
use crate::schema::Catalog;

rule! {
    /// A reference to a record that does not exist.
    ///
    /// Whoever follows it ends nowhere, and no rule or map can count what it names. A former id under `aliases` and a
    /// web address where one may stand are fine. All places that name the same missing id are reported together.
    ///
    /// ```yaml,bad
    /// # sms/sla/sla-mail.yaml
    /// kind: sla
    /// id: sla-mail
    /// service: svc-mial
    /// # sms/service/svc-mail.yaml
    /// kind: service
    /// id: svc-mail
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
    /// ```
    ///
    /// Correct the id, or write the record that is missing. After a change of id, keep the old one under `aliases`.
    RefDangling = "ref-dangling", Error, clauses: ["7.5.3"], kinds: [];
}

fn message(holder: &Record<'_>, field: &str, id: &str) -> String {
    format!("'{}' names '{id}' in {field}, but there is no such record", holder.id)
}

fn also(holder: &Record<'_>, field: &str) -> String {
    format!("`{}` names it in {field}", holder.id)
}

fn help(catalog: &Catalog, reference: &Reference<'_>, near: Option<&str>) -> String {
    let known: Vec<&str> =
        reference.shape.refs.iter().map(String::as_str).filter(|kind| catalog.find(kind).is_some()).collect();
    match (near, known.as_slice()) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, [kind]) => format!("correct the id, or write the record with `gitsm new {kind}`"),
        (None, _) => {
            format!("correct the id, or write the record with `gitsm new`; it may be {}", reference.shape.allowed())
        }
    }
}

impl Rule for RefDangling {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let sms = cx.sms;
        // What cannot be an id was told where the record was read.
        let told: BTreeSet<Span> = sms.findings.iter().map(|finding| finding.primary).collect();
        let mut missing: BTreeMap<&str, Vec<&Reference<'_>>> = BTreeMap::new();
        for reference in sms.references() {
            if reference.target != Target::Missing || told.contains(&reference.span) {
                continue;
            }
            missing.entry(sms.named(reference)).or_default().push(reference);
        }
        if missing.is_empty() {
            return;
        }
        let ids = Nearest::new(sms.records().map(|(_, record)| record.id.as_str()));
        for (id, mut places) in missing {
            places.sort_by_key(|place| place.span);
            let Some(first) = places.first() else { continue };
            let fits = |id: &str| sms.find(id).is_some_and(|ix| first.shape.allows(&sms.record(ix).kind.name));
            let help = help(sms.catalog, first, ids.find_where(id, fits));
            out.group(places.iter().map(|place| {
                let holder = sms.record(place.from);
                let field = holder.pointer(place.span);
                let words = message(holder, &field, id);
                (holder, place.span, words, help.clone(), also(holder, &field))
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    #[test]
    fn each_missing_id_is_reported_once_with_every_place() {
        let fixture = "
            # sms/sla/a.yaml
            kind: sla
            id: a
            service: svc-gone
            #        ^^^^^^^^ 'a' names 'svc-gone' in /service
            # sms/sla/b.yaml
            kind: sla
            id: b
            service: svc-gone
            owner: nobody
            #      ^^^^^^ 'nobody' in /owner
            ";
        check(&RefDangling, fixture);
        let gone = findings(&RefDangling, fixture).into_iter().find(|f| f.message.contains("svc-gone")).unwrap();
        assert_eq!(gone.help.as_deref(), Some("correct the id, or write the record with `gitsm new service`"));
        let related: Vec<_> = gone.related.iter().map(|label| label.message.as_str()).collect();
        assert_eq!(related, ["`a` names it in /service", "`b` names it in /service"]);
    }

    #[test]
    fn a_slip_is_answered_with_the_nearest_id_of_a_fitting_kind() {
        let fixture = "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, owner: team-dat, links: [{rel: see, to: team-datta}]}
            # sms/role/team-dar.yaml
            {kind: process, id: team-dar}
            # sms/team/team-data.yaml
            {kind: team, id: team-data}
            ";
        let helps: Vec<_> = findings(&RefDangling, fixture).into_iter().filter_map(|finding| finding.help).collect();
        assert_eq!(helps, ["did you mean `team-data`?", "did you mean `team-data`?"]);
    }

    #[test]
    fn what_cannot_be_an_id_is_told_once_by_its_schema() {
        check(&RefDangling, "# sms/ci/ci-a.yaml\n{kind: ci, id: ci-a, owner: Team Data}\n");
    }

    #[test]
    fn former_ids_web_addresses_and_records_that_cannot_be_read_are_no_loose_ends() {
        check(
            &RefDangling,
            "
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, owner: old-name, links: [{rel: see, to: 'https://example.org/'}, {rel: see, to: lost}]}
            # sms/person/new-name.yaml
            {kind: person, id: new-name, aliases: [old-name]}
            # sms/ci/lost.yaml
            [not, a, record]
            ",
        );
    }
}
