//! Whose keys count, and when.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ssh_key::{HashAlg, PublicKey};

use crate::base::date::When;
use crate::model::Sms;
use crate::yaml::Node;

/// A key that somebody signs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub(super) public: PublicKey,
    /// Whose it is: the id of a person, or `recorder`.
    pub who: String,
    /// The first instant at which it counts.
    pub from: Option<Timestamp>,
    /// The first instant at which it does not count any more.
    pub until: Option<Timestamp>,
    /// The instant from which on nothing signed with it counts.
    pub revoked: Option<Timestamp>,
}

impl Key {
    /// The name of the key: `SHA256:` and its hash, as `ssh-keygen -l` prints it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.public.fingerprint(HashAlg::Sha256).to_string()
    }
}

/// Keys, in the order of the people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keyring {
    pub(super) keys: Vec<Key>,
}

impl Keyring {
    /// The keys of all people of `sms`. A key that cannot be read is left out, so that nothing signed with it counts.
    #[must_use]
    pub fn of_people(sms: &Sms<'_>) -> Self {
        Self::of_records(sms.of_kind("person").map(|(_, record)| (record.id.as_str(), &record.root)))
    }

    /// The keys of people by their ids and the roots of their records.
    pub fn of_records<'a, 's: 'a>(people: impl IntoIterator<Item = (&'a str, &'a Node<'s>)>) -> Self {
        Self { keys: people.into_iter().flat_map(|(id, root)| of_person(id, root)).collect() }
    }

    /// Keys that count at all times, all of `who`.
    #[must_use]
    pub fn always(who: &str, keys: &[String]) -> Self {
        Self { keys: keys.iter().filter_map(|text| key(who, text)).collect() }
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The same keys, without those of other people.
    #[must_use]
    pub fn only(&self, who: &str) -> Self {
        Self { keys: self.keys.iter().filter(|key| key.who == who).cloned().collect() }
    }
}

fn key(who: &str, text: &str) -> Option<Key> {
    let public = PublicKey::from_openssh(text.trim()).ok()?;
    Some(Key { public, who: who.to_owned(), from: None, until: None, revoked: None })
}

fn of_person(who: &str, root: &Node<'_>) -> Vec<Key> {
    let items = root.get("signing_keys").map(Node::items).unwrap_or_default();
    let read = |item: &Node<'_>| {
        let Some(text) = item.get("key") else { return key(who, item.as_str()?) };
        // A key whose dates cannot be read must not count for ever.
        let time = |field: &str| match item.get(field) {
            None => Some(None),
            Some(node) => When::parse(node.as_str()?).ok().map(Some),
        };
        let (from, until, revoked) = (time("from")?, time("until")?, time("revoked")?);
        let until = until.map(|when| match when {
            When::Day(day) => start(When::Day(day.tomorrow().unwrap_or(day))),
            When::Instant(at) => at,
        });
        Some(Key { from: from.map(start), until, revoked: revoked.map(start), ..key(who, text.as_str()?)? })
    };
    items.iter().filter_map(read).collect()
}

/// The first instant of a time; of a day, in UTC.
fn start(when: When) -> Timestamp {
    match when {
        When::Day(day) => TimeZone::UTC.to_timestamp(day.into()).unwrap_or(Timestamp::MAX),
        When::Instant(at) => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::sign::fixture::public;
    use crate::model::fixture::with;

    #[test]
    fn keys_stand_in_the_records_of_people_with_or_without_dates() {
        let text = format!(
            "kind: person\nid: ann\nsigning_keys:\n  - {}\n  - {{key: {}, from: 2026-01-01, until: 2026-01-31, revoked: '2026-01-15T12:00:00Z'}}\n  - {{key: {}, from: soon}}\n  - nonsense\n",
            public(1),
            public(2),
            public(3)
        );
        with(&[("sms/person/ann.yaml", &text)], |sms| {
            let ring = Keyring::of_people(sms);
            let told: Vec<_> = ring.keys().iter().map(|key| (key.from, key.until, key.revoked)).collect();
            let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
            let dated = (at("2026-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z"), at("2026-01-15T12:00:00Z"));
            assert_eq!(told, [(None, None, None), dated], "the last day counts; a key with a wrong date does not");
            assert!(ring.keys().iter().all(|key| key.who == "ann" && key.fingerprint().starts_with("SHA256:")));
            assert_eq!((ring.only("ann").keys().len(), ring.only("bo").is_empty()), (2, true));
        });
    }

    /// The keys of ann, whose `signing_keys` are these items.
    fn ring(items: &[String]) -> Keyring {
        let text = format!("kind: person\nid: ann\nsigning_keys: [{}]\n", items.join(", "));
        with(&[("sms/person/ann.yaml", &text)], Keyring::of_people)
    }

    #[test]
    fn days_of_a_key_count_whole_in_utc_and_instants_to_the_second() {
        use crate::evidence::sign::fixture::signer;
        use crate::evidence::sign::{GIT, Signed, verify};
        let signature = signer(1).armoured(GIT, b"text").unwrap();
        let told = |bounds: &str, at: &str| {
            let ring = ring(&[format!("{{key: '{}', {bounds}}}", public(1))]);
            match verify(b"text", &signature, GIT, &ring, at.parse().unwrap()) {
                Signed::Good { .. } => "good",
                Signed::WrongTime { why, .. } => why,
                _ => "unknown",
            }
        };
        for (bounds, at, shown) in [
            ("from: 2026-01-10", "2026-01-09T23:59:59Z", "not yet valid"),
            ("from: 2026-01-10", "2026-01-10T00:00:00Z", "good"),
            ("from: '2026-01-10T01:00:00+01:00'", "2026-01-09T23:59:59Z", "not yet valid"),
            ("from: '2026-01-10T01:00:00+01:00'", "2026-01-10T00:00:00Z", "good"),
            ("until: 2026-01-31", "2026-01-31T23:59:59Z", "good"),
            ("until: 2026-01-31", "2026-02-01T00:00:00Z", "expired"),
            ("until: '2026-01-31T12:00:00Z'", "2026-01-31T11:59:59Z", "good"),
            ("until: '2026-01-31T12:00:00Z'", "2026-01-31T12:00:00Z", "expired"),
            ("revoked: 2026-01-31", "2026-01-30T23:59:59Z", "good"),
            ("revoked: 2026-01-31", "2026-01-31T00:00:00Z", "revoked"),
            ("until: 2026-01-01, revoked: 2026-01-31", "2026-01-15T00:00:00Z", "expired"),
            ("until: 2026-01-01, revoked: 2026-01-31", "2026-02-15T00:00:00Z", "revoked"),
            ("from: 2026-03-01, revoked: 2026-01-31", "2026-02-15T00:00:00Z", "revoked"),
        ] {
            assert_eq!(told(bounds, at), shown, "{bounds} at {at}");
        }
    }

    #[test]
    fn a_key_with_any_bound_that_cannot_be_read_never_counts() {
        for bound in ["from: soon", "until: 2026-02-30", "revoked: 20260131", "until: [2026-01-01]", "revoked: ''"] {
            let found = ring(&[format!("{{key: '{}', {bound}}}", public(1)), format!("'{}'", public(2))]);
            let names: Vec<String> = found.keys().iter().map(Key::fingerprint).collect();
            let second = crate::evidence::sign::fixture::signer(2).fingerprint();
            assert_eq!(names, [second], "{bound}: the other key of the person is not touched");
        }
        for item in ["{from: 2026-01-01}", "{key: 5}", "7", "''", "'ssh-ed25519 AAAA'"] {
            assert!(ring(&[item.to_owned()]).is_empty(), "{item}");
        }
    }

    #[test]
    fn keys_of_the_settings_count_always_and_what_is_none_is_left_out() {
        let texts = [format!("  {}\n", public(1)), "no key".to_owned(), public(2)];
        let ring = Keyring::always("recorder", &texts);
        let told: Vec<_> = ring.keys().iter().map(|key| (key.who.as_str(), key.from, key.until, key.revoked)).collect();
        assert_eq!(told, [("recorder", None, None, None); 2]);
        assert!(Keyring::always("recorder", &texts[1..2]).is_empty());
    }
}
