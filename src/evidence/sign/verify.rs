//! Whether a signature is good, by whom, and at which instant it would have to be.

use jiff::Timestamp;
use serde::Serialize;
use signature::Verifier as _;
use ssh_key::{Algorithm, HashAlg, PublicKey, SshSig};

use super::keyring::{Key, Keyring};
use super::rsa;

/// What a signature shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "signature")]
pub enum Signed {
    /// There is none.
    None,
    /// Good, by a key that counted at the instant.
    Good {
        /// Whose key.
        who: String,
        /// The key.
        key: String,
    },
    /// The text is the one signed, but no record knows the key.
    UnknownKey {
        /// The key.
        key: String,
    },
    /// The text is the one signed, but the key did not count at the instant.
    WrongTime {
        /// Whose key.
        who: String,
        /// The key.
        key: String,
        /// `not yet valid`, `expired` or `revoked`.
        why: &'static str,
    },
    /// The text is not the one that was signed, or not for this purpose.
    Bad {
        /// Why.
        why: String,
    },
    /// It cannot be checked here.
    NotAssessable {
        /// Why.
        why: String,
    },
}

impl Signed {
    /// Who signed, when the signature is good.
    #[must_use]
    pub fn by(&self) -> Option<&str> {
        match self {
            Self::Good { who, .. } => Some(who),
            _ => None,
        }
    }

    /// What it shows, in words that follow "the signature".
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::None => "is missing".to_owned(),
            Self::Good { who, key } => format!("is good, by {who} with {key}"),
            Self::UnknownKey { key } => format!("is by {key}, which no person has"),
            Self::WrongTime { who, key, why } => format!("is by {who} with {key}, which was {why}"),
            Self::Bad { why } => format!("is bad: {why}"),
            Self::NotAssessable { why } => format!("cannot be checked: {why}"),
        }
    }
}

/// Checks the armoured signature of `text` in `namespace` against the keys, as of instant `at`.
#[must_use]
pub fn verify(text: &[u8], armoured: &str, namespace: &str, ring: &Keyring, at: Timestamp) -> Signed {
    let not_assessable = |why: &str| Signed::NotAssessable { why: why.to_owned() };
    let bad = |why: &str| Signed::Bad { why: why.to_owned() };
    let head = armoured.trim_start();
    if head.is_empty() {
        return Signed::None;
    }
    if head.starts_with("-----BEGIN PGP") {
        return not_assessable(
            "it is an OpenPGP signature; `git verify-commit` checks it with the keys of this machine",
        );
    }
    if head.starts_with("-----BEGIN SIGNED MESSAGE") {
        return not_assessable("it is an X.509 signature");
    }
    // Armour that is not closed properly, and anything behind it, is not what ssh-keygen made.
    let Ok(signature) = SshSig::from_pem(head.trim_end().to_owned() + "\n") else {
        return bad("it is no SSH signature");
    };
    // There is one way to write a signature; another one may hide a length that nobody checks.
    let written = signature.to_pem(ssh_key::LineEnding::LF);
    let same = written.is_ok_and(|pem| pem.trim_end_matches('\n') == armoured.trim_end_matches('\n'));
    if !same || signature.version() != SshSig::VERSION {
        return bad("it is not written as ssh-keygen writes it");
    }
    if signature.namespace() != namespace {
        return bad(&format!("it was made for '{}', not for '{namespace}'", signature.namespace()));
    }
    let public = PublicKey::from(signature.public_key().clone());
    if let Some(key) = public.key_data().rsa() {
        return match rsa::check(key, &signature, namespace, text) {
            rsa::Shown::Good => judge(&public, ring, at),
            rsa::Shown::Other => bad("the text is not the one that was signed"),
            rsa::Shown::Size => not_assessable("RSA keys are read from 2,048 to 8,192 bits; use an Ed25519 key"),
        };
    }
    if public.algorithm() == Algorithm::Dsa {
        return not_assessable("DSA keys are not read; use an Ed25519 key");
    }
    match public.verify(namespace, text, &signature) {
        Ok(()) => judge(&public, ring, at),
        Err(ssh_key::Error::AlgorithmUnsupported { .. } | ssh_key::Error::AlgorithmUnknown) => {
            not_assessable("keys of this sort are not read; use an Ed25519 key")
        }
        Err(_) => bad("the text is not the one that was signed"),
    }
}

/// Checks the plain signature of `bytes`, as DSSE holds it, against the keys.
#[must_use]
pub fn verify_plain(bytes: &[u8], plain: &[u8], key: &str, ring: &Keyring, at: Timestamp) -> Signed {
    let Some(known) = ring.keys.iter().find(|known| known.fingerprint() == key) else {
        return Signed::UnknownKey { key: key.to_owned() };
    };
    let good = ssh_key::Signature::new(Algorithm::Ed25519, plain)
        .is_ok_and(|signature| known.public.key_data().verify(bytes, &signature).is_ok());
    if good {
        judge(&known.public, ring, at)
    } else {
        Signed::Bad { why: "the text is not the one that was signed".to_owned() }
    }
}

/// Whose key it is, and whether it counted at the instant.
fn judge(public: &PublicKey, ring: &Keyring, at: Timestamp) -> Signed {
    let key = public.fingerprint(HashAlg::Sha256).to_string();
    let known: Vec<&Key> = ring.keys.iter().filter(|known| known.public.key_data() == public.key_data()).collect();
    let wrong = |known: &Key| {
        if known.revoked.is_some_and(|revoked| revoked <= at) {
            Some("revoked")
        } else if known.until.is_some_and(|until| until <= at) {
            Some("expired")
        } else if known.from.is_some_and(|from| at < from) {
            Some("not yet valid")
        } else {
            None
        }
    };
    // Of a key that stands in two places, being revoked in one is enough.
    let revoked = known.iter().find(|known| wrong(known) == Some("revoked"));
    let counts = known.iter().find(|known| wrong(known).is_none());
    let who = |known: &Key| known.who.clone();
    match (revoked, counts, known.first()) {
        (Some(known), _, _) => Signed::WrongTime { who: who(known), key, why: "revoked" },
        (None, Some(known), _) => Signed::Good { who: who(known), key },
        (None, None, Some(known)) => Signed::WrongTime { who: who(known), key, why: wrong(known).unwrap_or("expired") },
        (None, None, None) => Signed::UnknownKey { key },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::sign::fixture::{public, signer};
    use crate::evidence::sign::{GIT, VOTE};

    fn ring(change: impl Fn(&mut Key)) -> Keyring {
        let mut ring = Keyring::always("ann", &[public(1)]);
        ring.keys.iter_mut().for_each(change);
        ring
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_signature_counts_only_for_its_text_its_purpose_and_a_known_key() {
        let signature = signer(1).armoured(GIT, b"text").unwrap();
        let told = |text: &[u8], namespace: &str, ring: &Keyring| verify(text, &signature, namespace, ring, at(100));
        assert_eq!(told(b"text", GIT, &ring(|_| ())).by(), Some("ann"));
        assert!(matches!(told(b"texT", GIT, &ring(|_| ())), Signed::Bad { .. }));
        assert!(matches!(told(b"text", VOTE, &ring(|_| ())), Signed::Bad { .. }), "a commit is no vote");
        assert!(matches!(told(b"text", GIT, &Keyring::always("bo", &[public(2)])), Signed::UnknownKey { .. }));
        assert!(matches!(told(b"text", GIT, &Keyring::default()), Signed::UnknownKey { .. }));
    }

    #[test]
    fn a_key_counts_from_its_first_instant_up_to_its_last_and_never_once_revoked() {
        let signature = signer(1).armoured(GIT, b"text").unwrap();
        let told = |ring: &Keyring, second: i64| match verify(b"text", &signature, GIT, ring, at(second)) {
            Signed::WrongTime { why, .. } => why,
            other => other.by().map_or("?", |_| "good"),
        };
        let dated = ring(|key| (key.from, key.until) = (Some(at(100)), Some(at(200))));
        assert_eq!(
            [99, 100, 199, 200].map(|second| told(&dated, second)),
            ["not yet valid", "good", "good", "expired"]
        );
        let revoked = ring(|key| key.revoked = Some(at(150)));
        assert_eq!([149, 150, 151].map(|second| told(&revoked, second)), ["good", "revoked", "revoked"]);
        let mut both = ring(|_| ());
        both.keys.extend(revoked.keys.iter().cloned());
        assert_eq!([149, 150].map(|second| told(&both, second)), ["good", "revoked"], "one place is enough");
    }

    #[test]
    fn what_cannot_be_checked_is_not_assessable_and_never_good() {
        let told = |armoured: &str| verify(b"text", armoured, GIT, &ring(|_| ()), at(0));
        assert_eq!(told(""), Signed::None);
        for other in ["-----BEGIN PGP SIGNATURE-----\n", "-----BEGIN SIGNED MESSAGE-----\n"] {
            assert!(matches!(told(other), Signed::NotAssessable { .. }), "{other}");
        }
        for broken in ["x", "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n"] {
            assert!(matches!(told(broken), Signed::Bad { .. }), "{broken}");
        }
    }

    #[test]
    fn any_changed_letter_of_a_signature_is_found() {
        let signature = signer(1).armoured(GIT, b"text").unwrap();
        for at_byte in 0..signature.len() {
            let mut changed = signature.clone().into_bytes();
            changed[at_byte] ^= 1;
            let Ok(changed) = String::from_utf8(changed) else { continue };
            assert!(verify(b"text", &changed, GIT, &ring(|_| ()), at(0)).by().is_none(), "byte {at_byte}:\n{changed}");
        }
    }

    #[test]
    fn plain_signatures_are_checked_alike() {
        let (signature, key) = (signer(1).plain(b"text").unwrap(), signer(1).fingerprint());
        assert_eq!(verify_plain(b"text", &signature, &key, &ring(|_| ()), at(0)).by(), Some("ann"));
        assert!(matches!(verify_plain(b"other", &signature, &key, &ring(|_| ()), at(0)), Signed::Bad { .. }));
        assert!(matches!(verify_plain(b"text", &signature[1..], &key, &ring(|_| ()), at(0)), Signed::Bad { .. }));
        let other = signer(2).fingerprint();
        assert!(matches!(verify_plain(b"text", &signature, &other, &ring(|_| ()), at(0)), Signed::UnknownKey { .. }));
    }
}
