//! A private key, for the ledger and for votes.

use signature::Signer as _;
use ssh_key::{HashAlg, LineEnding, PrivateKey};

/// Why a private key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Not a private SSH key.
    #[error("this is no private SSH key in the format of OpenSSH: {0}")]
    NotAKey(ssh_key::Error),
    /// Locked by a passphrase.
    #[error("the key is locked by a passphrase; sign with `ssh-keygen -Y sign`, or use a key of its own for this")]
    Locked,
    /// A sort of key that is not signed with here.
    #[error("keys of type {0} do not sign here; make one with `ssh-keygen -t ed25519`")]
    Sort(String),
    /// Signing failed.
    #[error("the key does not sign: {0}")]
    Sign(ssh_key::Error),
}

/// A private Ed25519 key. The same text signed twice gives the same signature.
pub struct Signer(PrivateKey);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Signer").field(&self.fingerprint()).finish()
    }
}

impl Signer {
    /// Reads the text of a private key.
    ///
    /// # Errors
    /// When it is none, is locked, or is of another sort than Ed25519.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let key = PrivateKey::from_openssh(text).map_err(KeyError::NotAKey)?;
        if key.is_encrypted() {
            return Err(KeyError::Locked);
        }
        match key.algorithm() {
            ssh_key::Algorithm::Ed25519 => Ok(Self(key)),
            other => Err(KeyError::Sort(other.to_string())),
        }
    }

    /// The name of the key: `SHA256:` and its hash, as `ssh-keygen -l` prints it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }

    /// Signs `text` in `namespace`; the armoured signature as `ssh-keygen -Y sign` makes it.
    ///
    /// # Errors
    /// When the key does not sign.
    pub fn armoured(&self, namespace: &str, text: &[u8]) -> Result<String, KeyError> {
        let signature = self.0.sign(namespace, HashAlg::Sha512, text).map_err(KeyError::Sign)?;
        signature.to_pem(LineEnding::LF).map_err(KeyError::Sign)
    }

    /// The 64 bytes of the plain Ed25519 signature of `bytes`, as DSSE wants it.
    ///
    /// # Errors
    /// When the key does not sign.
    pub fn plain(&self, bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signature = self.0.try_sign(bytes).map_err(|_| KeyError::Sign(ssh_key::Error::Crypto))?;
        Ok(signature.as_bytes().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::sign::fixture;

    #[test]
    fn the_same_text_gets_the_same_signature() {
        let key = fixture::signer(1);
        assert_eq!(key.armoured("git", b"text").unwrap(), key.armoured("git", b"text").unwrap());
        assert_ne!(key.armoured("git", b"text").unwrap(), key.armoured("vote", b"text").unwrap());
        assert_eq!(key.plain(b"text").unwrap().len(), 64);
        assert!(format!("{key:?}").starts_with("Signer(\"SHA256:"), "the key itself is never printed");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let told = |text: &str| Signer::parse(text).unwrap_err().to_string();
        assert!(told("").contains("no private SSH key"));
        assert!(told(&fixture::public(1)).contains("no private SSH key"));
    }

    #[test]
    fn the_fingerprint_is_that_of_the_public_half() {
        use crate::evidence::sign::Keyring;
        let ring = Keyring::always("ann", &[fixture::public(1), fixture::public(2)]);
        let names: Vec<String> = ring.keys().iter().map(super::super::Key::fingerprint).collect();
        assert_eq!(names, [fixture::signer(1).fingerprint(), fixture::signer(2).fingerprint()]);
        assert_ne!(names[0], names[1]);
        assert_eq!(names[0].len(), "SHA256:".len() + 43, "32 bytes in base64 without its filling");
    }
}
