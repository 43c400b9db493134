use std::collections::BTreeMap;

use rayon::prelude::*;

use super::rule::{Check, Report, Rule};
use crate::base::contacts::{self, Way};
use crate::base::source::Role;
use crate::base::span::{FileId, Span, offset};
use crate::base::text;
use crate::model::Record;
use crate::model::places::Places;
use crate::model::trace::{Read, note};

rule! {
    /// Addresses or phone numbers of people stand in a record.
    ///
    /// What is once in the history of a repository cannot be taken back, and everybody who can read it has it. People are
    /// named by the id of their `person` record; how to reach them stands in the directory of the house. What is found:
    /// e-mail addresses and phone numbers in international form. Addresses of desks and functions (`support@`, `info@`),
    /// numbers on a line that says desk, hotline, support or the like, and domains set apart for examples are fine.
    ///
    /// ```yaml,bad
    /// # sms/survey/svy-2026.yaml
    /// kind: survey
    /// id: svy-2026
    /// description: Asked ann.lee@harbour.no and two more.
    /// ```
    ///
    /// ```yaml,good
    /// # sms/survey/svy-2026.yaml
    /// kind: survey
    /// id: svy-2026
    /// description: Asked ann-lee and two more; the list is with support@harbour.no.
    /// ```
    ///
    /// Name the person by id or the group by number, and keep the list elsewhere.
    PersonalDataSuspected = "personal-data-suspected", Warning, clauses: ["8.7.3.2"], kinds: [];
}

const HELP: &str = "name people by the id of their record, and keep addresses and numbers in the directory";

/// Most places of one record that are shown beside the first.
const MAX_RELATED: usize = 4;

/// A record with all that was found in it.
type Holder<'a> = (&'a Record<'a>, Vec<(Span, Way)>);

fn message(record: &Record<'_>, found: &[(Span, Way)]) -> String {
    let count = |way, one: &str, many: &str| match found.iter().filter(|(_, found)| *found == way).count() {
        0 => None,
        1 => Some(one.to_owned()),
        count => Some(format!("{count} {many}")),
    };
    let kinds = [
        count(Way::Mail, "an e-mail address", "e-mail addresses"),
        count(Way::Phone, "a phone number", "phone numbers"),
    ];
    let kinds: Vec<String> = kinds.into_iter().flatten().collect();
    format!("'{}' holds what looks like {}", record.id, text::and(&kinds))
}

impl Rule for PersonalDataSuspected {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        note(Read::Everything);
        let sources = cx.sms.snapshot.sources.as_slice().par_iter().enumerate();
        let records = sources.filter(|(_, source)| source.role() == Role::Record);
        let found: Vec<(Span, Way)> = records
            .flat_map_iter(|(at, source)| {
                let file = FileId(offset(at));
                contacts::find(source.text())
                    .into_iter()
                    .map(move |found| (Span::new(file, offset(found.place.start), offset(found.place.end)), found.way))
            })
            .collect();
        if found.is_empty() {
            return;
        }
        let places = Places::of(cx.sms);
        let mut by_record: BTreeMap<Span, Holder<'_>> = BTreeMap::new();
        for (span, way) in found {
            if let Some(record) = places.record(span) {
                by_record.entry(record.span()).or_insert((record, Vec::new())).1.push((span, way));
            }
        }
        for (record, found) in by_record.values() {
            let Some((first, more)) = found.split_first() else { continue };
            let mut draft = out.at(record, first.0, message(record, found)).help(HELP);
            for (span, _) in more.iter().take(MAX_RELATED) {
                draft = draft.related(*span, "another");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::{check, findings};

    #[test]
    fn all_of_a_record_is_one_finding_at_the_first() {
        let survey = "
            # sms/survey/all.yaml
            kind: survey
            id: svy-a
            description: Asked ann.lee@harbour.no, bo@harbour.no and +47 912 34 567.
            #                  ^^^^^^^^^^^^^^^^^^ 'svy-a' holds what looks like 2 e-mail addresses and a phone number
            ---
            kind: survey
            id: svy-b
            # ring +47 912 34 567
            #      ^^^^^^^^^^^^^^ 'svy-b' holds what looks like a phone number
            ";
        check(&PersonalDataSuspected, survey);
        assert_eq!(findings(&PersonalDataSuspected, survey)[0].related.len(), 2);
    }

    #[test]
    fn examples_and_desks_are_fine() {
        check(
            &PersonalDataSuspected,
            "
            # sms/survey/svy-a.yaml
            kind: survey
            id: svy-a
            description: |
              Sent from survey@example.org at 2026-11-09T10:00:00+00:00 to 120 people.
              Questions to support@harbour.no; hotline +47 912 34 567.
            ",
        );
    }
}
