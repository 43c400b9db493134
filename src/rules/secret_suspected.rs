use super::rule::{Check, Report, Rule};
use crate::base::credentials;
use crate::base::source::Role;
use crate::base::span::{FileId, Span, offset};
use crate::model::places::Places;
use crate::model::trace::{Read, note};
use rayon::prelude::*;

rule! {
    /// A password, key or token stands in a record.
    ///
    /// Everybody who can read the repository can use it, and history keeps it after it is taken out. What is found: tokens
    /// that follow the form of a well-known issuer, private keys, passwords in web addresses, and values of fields whose
    /// name says that they are a password, a secret, a token or a key, also in descriptions and comments. Stand-ins
    /// (`<password>`, `${TOKEN}`, `********`), addresses of a secret store and ids are fine. No message repeats the value.
    ///
    /// ```yaml,bad
    /// # sms/ci/ci-router.yaml
    /// kind: ci
    /// id: ci-router
    /// description: |
    ///   Log in over the second port.
    ///   password: Tide7harbour!
    /// ```
    ///
    /// ```yaml,good
    /// # sms/ci/ci-router.yaml
    /// kind: ci
    /// id: ci-router
    /// description: |
    ///   Log in over the second port.
    ///   password: <in the safe, under ci-router>
    /// ```
    ///
    /// Change the password or revoke the token first; then take it out and say where it is kept.
    SecretSuspected = "secret-suspected", Error, clauses: ["8.7.3.2"], kinds: [];
}

const HELP: &str = "revoke it or change it first, since history keeps it; then take it out and say where it is kept";

/// Findings of one file; more of them have one cause.
const MAX_PER_FILE: usize = 20;

impl Rule for SecretSuspected {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        note(Read::Everything);
        let sources = cx.sms.snapshot.sources.as_slice().par_iter().enumerate();
        let records = sources.filter(|(_, source)| source.role() == Role::Record);
        let is_id = |word: &str| cx.sms.find(word).is_some();
        let found: Vec<(Span, &'static str)> = records
            .flat_map_iter(|(at, source)| {
                let file = FileId(offset(at));
                let found = credentials::find(source.text()).into_iter();
                let found = found.filter(|found| !source.text().get(found.place.clone()).is_some_and(is_id));
                found
                    .take(MAX_PER_FILE)
                    .map(move |found| (Span::new(file, offset(found.place.start), offset(found.place.end)), found.what))
            })
            .collect();
        if found.is_empty() {
            return;
        }
        let places = Places::of(cx.sms);
        for (span, what) in found {
            if let Some(record) = places.record(span) {
                out.at(record, span, format!("this looks like {what}, in '{}'", record.id)).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn what_looks_like_a_secret_is_told_where_it_stands() {
        check(
            &SecretSuspected,
            "
            # sms/ci/ci-a.yaml
            kind: ci
            id: ci-a
            admin_password: Tide7harbour
            #               ^^^^^^^^^^^^ this looks like a password, in 'ci-a'
            attributes: {api_key: 9f8e7d6c5b4a39281706}
            #                     ^^^^^^^^^^^^^^^^^^^^ a key
            # the old one was password=Tide6harbour
            #                          ^^^^^^^^^^^^ a password
            links: [{rel: x, to: 'https://ann:Tide7harbour@ci-a.invalid/x'}]
            #                                 ^^^^^^^^^^^^ a password in a web address
            ",
        );
    }

    #[test]
    fn each_record_of_a_file_has_its_own() {
        check(
            &SecretSuspected,
            "
            # sms/ci/all.yaml
            {kind: ci, id: ci-a}
            ---
            {kind: ci, id: ci-b, password: Tide7harbour}
            #                              ^^^^^^^^^^^^ in 'ci-b'
            ",
        );
    }

    #[test]
    fn ids_placeholders_and_rules_about_passwords_are_fine() {
        check(
            &SecretSuspected,
            "
            # sms/ci/ci-vault2026secrets01.yaml
            kind: ci
            id: ci-vault2026secrets01
            # sms/ci/ci-a.yaml
            kind: ci
            id: ci-a
            secret: ci-vault2026secrets01
            password: ${ADMIN_PASSWORD}
            password_length: 14
            password_policy: pol-2026-passwords
            token: 'https://vault.example/v1/ci-a'
            description: |
              The password: at least 14 characters. Reset the token: every 90 days.
            ",
        );
    }
}
