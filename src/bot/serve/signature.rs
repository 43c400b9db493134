//! Whether a delivery comes from GitHub: HMAC-SHA256 over its raw bytes, compared in constant time.

use ring::hmac::{HMAC_SHA256, Key, verify};

use crate::bot::Secret;

/// Whether `header` (`sha256=` and 64 digits) signs `body` with one of the secrets. There are two while one takes the
/// place of the other.
#[must_use]
pub(super) fn is_signed(secrets: &[Secret], header: Option<&str>, body: &[u8]) -> bool {
    let Some(signature) = header.and_then(|header| header.strip_prefix("sha256=")).and_then(bytes) else {
        return false;
    };
    let fits = |secret: &Secret| {
        !secret.is_empty() && verify(&Key::new(HMAC_SHA256, secret.reveal().as_bytes()), body, &signature).is_ok()
    };
    // Every secret is tried, so that the time does not tell which one fitted.
    secrets.iter().map(fits).fold(false, |any, one| any | one)
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GitHub's own example: the secret, the payload and the signature of its documentation.
    const SECRET: &str = "It's a Secret to Everybody";
    const SIGNATURE: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    #[test]
    fn the_example_that_github_gives_is_signed_by_either_secret() {
        let (old, new) = (Secret::new("old"), Secret::new(SECRET));
        assert!(is_signed(std::slice::from_ref(&new), Some(SIGNATURE), b"Hello, World!"));
        assert!(is_signed(&[old.clone(), new], Some(SIGNATURE), b"Hello, World!"));
        assert!(!is_signed(&[old], Some(SIGNATURE), b"Hello, World!"));
    }

    #[test]
    fn anything_else_is_not_signed() {
        let secrets = [Secret::new(SECRET)];
        assert!(!is_signed(&secrets, Some(SIGNATURE), b"Hello, World?"));
        let bare = SIGNATURE.trim_start_matches("sha256=");
        let shorter = &SIGNATURE[..SIGNATURE.len() - 2];
        let plus = SIGNATURE.replace("sha256=75", "sha256=+5");
        for header in
            [None, Some(""), Some(bare), Some("sha1=757107"), Some(shorter), Some(plus.as_str()), Some("sha256=ü")]
        {
            assert!(!is_signed(&secrets, header, b"Hello, World!"), "{header:?}");
        }
        assert!(!is_signed(&[], Some(SIGNATURE), b"Hello, World!"));
        assert!(!is_signed(&[Secret::new("")], Some(SIGNATURE), b""), "no secret opens nothing");
    }

    /// The header that `secret` gives `body`.
    fn header(secret: &str, body: &[u8]) -> String {
        let tag = ring::hmac::sign(&Key::new(HMAC_SHA256, secret.as_bytes()), body);
        format!("sha256={}", tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    #[test]
    fn an_empty_body_needs_a_signature_like_any_other() {
        let secrets = [Secret::new(SECRET)];
        assert!(is_signed(&secrets, Some(&header(SECRET, b"")), b""));
        assert!(!is_signed(&secrets, Some(&header(SECRET, b"")), b"\n"));
        assert!(!is_signed(&secrets, Some(SIGNATURE), b""));
        assert_eq!(header(SECRET, b"Hello, World!"), SIGNATURE);
    }

    #[test]
    fn the_header_is_its_prefix_and_sixty_four_digits() {
        let secrets = [Secret::new(SECRET)];
        let digits = SIGNATURE.trim_start_matches("sha256=");
        let signed = |header: &str| is_signed(&secrets, Some(header), b"Hello, World!");
        assert!(signed(&format!("sha256={}", digits.to_uppercase())), "the case of a digit means nothing");
        for wrong in [
            format!("SHA256={digits}"),
            format!("sha512={digits}"),
            format!("sha256:{digits}"),
            format!(" {SIGNATURE}"),
            format!("{SIGNATURE} "),
            format!("{SIGNATURE}00"),
            format!("sha256=sha256={digits}"),
            format!("sha256={}", "g".repeat(64)),
            format!("sha256={}", "ü".repeat(32)),
            format!("sha256={}", "0".repeat(64)),
        ] {
            assert!(!signed(&wrong), "{wrong}");
        }
    }

    #[test]
    fn either_of_two_secrets_opens_and_an_empty_one_never_does() {
        let both = [Secret::new("old"), Secret::new("new")];
        assert!(is_signed(&both, Some(&header("old", b"x")), b"x"));
        assert!(is_signed(&both, Some(&header("new", b"x")), b"x"));
        assert!(!is_signed(&both, Some(&header("oldnew", b"x")), b"x"));
        assert!(!is_signed(&[Secret::new("")], Some(&header("", b"x")), b"x"));
        assert!(!is_signed(&[Secret::new(" \n")], Some(&header(" \n", b"x")), b"x"), "nothing but space is no secret");
        assert!(is_signed(&[Secret::new(""), Secret::new("new")], Some(&header("new", b"x")), b"x"));
    }
}
