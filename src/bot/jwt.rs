//! The sign-in of an App: a JSON web token, signed with the App's own key.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::json;

use super::secret::Secret;

/// How long a token holds. GitHub takes at most ten minutes.
const LIFE: SignedDuration = SignedDuration::from_mins(9);
/// How far back it begins, for clocks that differ.
const BEFORE: SignedDuration = SignedDuration::from_secs(30);

/// Why a key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is no PEM text.
    #[error("the key of the App is no PEM text; download it from the App's settings on GitHub")]
    Pem,
    /// It is no RSA key.
    #[error("the key of the App is no RSA key that can be used")]
    Rsa,
    /// The signature failed.
    #[error("the key of the App cannot sign")]
    Signature,
}

/// An App and its key.
pub struct AppKey {
    id: u64,
    key: RsaKeyPair,
}

impl std::fmt::Debug for AppKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "AppKey({})", self.id)
    }
}

impl AppKey {
    /// The App `id` with its key, as the PEM text that GitHub hands out (PKCS#1) or as PKCS#8.
    ///
    /// # Errors
    /// When the text is no RSA key in PEM form.
    pub fn new(id: u64, pem: &Secret) -> Result<Self, KeyError> {
        let mut sort = None;
        let mut body = String::new();
        for line in pem.reveal().lines().map(str::trim) {
            match line {
                "-----BEGIN RSA PRIVATE KEY-----" => sort = Some(true),
                "-----BEGIN PRIVATE KEY-----" => sort = Some(false),
                _ if line.starts_with("-----END") => break,
                _ if sort.is_some() => body.push_str(line),
                _ => {}
            }
        }
        let der = STANDARD.decode(body).map_err(|_| KeyError::Pem)?;
        let key = match sort {
            Some(true) => RsaKeyPair::from_der(&der),
            Some(false) => RsaKeyPair::from_pkcs8(&der),
            None => return Err(KeyError::Pem),
        };
        Ok(Self { id, key: key.map_err(|_| KeyError::Rsa)? })
    }

    /// The number of the App.
    #[must_use]
    pub const fn id(&self) -> u64 {
        self.id
    }

    /// A token that holds for some minutes from `now`.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn token(&self, now: Timestamp) -> Result<Secret, KeyError> {
        let second = |moved: Result<Timestamp, _>| moved.unwrap_or(now).as_second();
        let claims = json!({
            "iat": second(now.checked_sub(BEFORE)),
            "exp": second(now.checked_add(LIFE)),
            "iss": self.id.to_string(),
        });
        let encode = |part: &serde_json::Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(&json!({"alg": "RS256", "typ": "JWT"})), encode(&claims));
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|_| KeyError::Signature)?;
        Ok(Secret::new(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;

    /// A key that was made for this test and opens nothing.
    const PEM: &str = include_str!("../../tests/keys/app.pem");
    const PKCS8: &str = include_str!("../../tests/keys/app.pkcs8.pem");

    #[test]
    fn both_forms_of_a_key_sign_and_the_signature_holds() {
        for pem in [PEM, PKCS8] {
            let key = AppKey::new(7, &Secret::new(pem)).unwrap();
            let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
            let token = key.token(now).unwrap();
            let (signed, signature) = token.reveal().rsplit_once('.').unwrap();
            let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
            let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.key.public().as_ref().to_vec());
            public.verify(signed.as_bytes(), &signature).unwrap();
            let claims = URL_SAFE_NO_PAD.decode(signed.split_once('.').unwrap().1).unwrap();
            let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
            assert_eq!(claims["iss"], "7");
            let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
            assert!((60..=600).contains(&life), "{life}");
        }
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_shown() {
        assert_eq!(AppKey::new(1, &Secret::new("hello")).unwrap_err(), KeyError::Pem);
        let broken = PEM.replace("MII", "AAA");
        assert_eq!(AppKey::new(1, &Secret::new(broken)).unwrap_err(), KeyError::Rsa);
        assert_eq!(format!("{:?}", AppKey::new(7, &Secret::new(PEM)).unwrap()), "AppKey(7)");
    }
}
