//! Signatures by RSA keys, as OpenSSH makes them: PKCS #1 v1.5 with SHA-256 or SHA-512 (RFC 8332). Keys of 2,048 to 8,192
//! bits are read; shorter ones, and SHA-1, prove nothing any more.

use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents};
use ssh_key::public::RsaPublicKey;
use ssh_key::{Algorithm, HashAlg, SshSig};

/// What an RSA signature shows of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// The text is the one signed.
    Good,
    /// It is another text, or another key.
    Other,
    /// The key is too short or too long to be read.
    Size,
}

/// Fewest bytes of a modulus that is read.
const SHORTEST: usize = 256;
/// Most bytes of a modulus that is read.
const LONGEST: usize = 1024;

/// Whether `key` signed `text` in `namespace`.
pub(super) fn check(key: &RsaPublicKey, signature: &SshSig, namespace: &str, text: &[u8]) -> Shown {
    let (Some(n), Some(e)) = (key.n.as_positive_bytes(), key.e.as_positive_bytes()) else { return Shown::Other };
    if !(SHORTEST..=LONGEST).contains(&n.len()) {
        return Shown::Size;
    }
    let Some(how) = parameters(&signature.signature().algorithm()) else { return Shown::Other };
    let Ok(signed) = SshSig::signed_data(namespace, signature.hash_alg(), text) else { return Shown::Other };
    match (RsaPublicKeyComponents { n, e }).verify(how, &signed, signature.signature_bytes()) {
        Ok(()) => Shown::Good,
        Err(ring::error::Unspecified) => Shown::Other,
    }
}

fn parameters(algorithm: &Algorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        Algorithm::Rsa { hash: Some(HashAlg::Sha256) } => Some(&RSA_PKCS1_2048_8192_SHA256),
        Algorithm::Rsa { hash: Some(HashAlg::Sha512) } => Some(&RSA_PKCS1_2048_8192_SHA512),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use ssh_key::{Mpint, PublicKey};

    use super::*;
    use crate::evidence::sign::GIT;

    /// Made by `ssh-keygen -t rsa -b 2048` and `ssh-keygen -Y sign -n git` over `text`.
    const KEY: &str = include_str!("rsa/key.pub");
    const SIGNATURE: &str = include_str!("rsa/text.sig");

    fn key() -> RsaPublicKey {
        PublicKey::from_openssh(KEY.trim()).unwrap().key_data().rsa().unwrap().clone()
    }

    fn told(key: &RsaPublicKey, namespace: &str, text: &[u8]) -> Shown {
        check(key, &SshSig::from_pem(SIGNATURE).unwrap(), namespace, text)
    }

    #[test]
    fn what_ssh_keygen_signed_is_good_for_its_text_its_purpose_and_its_key_alone() {
        assert_eq!(told(&key(), GIT, b"text"), Shown::Good);
        assert_eq!(told(&key(), GIT, b"texT"), Shown::Other);
        assert_eq!(told(&key(), "file", b"text"), Shown::Other);
        let mut n = key().n.as_positive_bytes().unwrap().to_vec();
        n[100] ^= 1;
        let other = RsaPublicKey { n: Mpint::from_positive_bytes(&n).unwrap(), ..key() };
        assert_eq!(told(&other, GIT, b"text"), Shown::Other);
    }

    #[test]
    fn keys_that_are_too_short_or_too_long_prove_nothing() {
        for (bytes, shown) in [(255, Shown::Size), (256, Shown::Other), (1024, Shown::Other), (1025, Shown::Size)] {
            let n = Mpint::from_positive_bytes(&vec![0xc1; bytes]).unwrap();
            assert_eq!(told(&RsaPublicKey { n, ..key() }, GIT, b"text"), shown, "{bytes} bytes");
        }
    }

    #[test]
    fn sha_1_and_other_sorts_of_keys_are_no_way_to_check() {
        assert!(parameters(&Algorithm::Rsa { hash: None }).is_none());
        assert!(parameters(&Algorithm::Ed25519).is_none());
    }
}
