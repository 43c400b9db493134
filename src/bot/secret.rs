//! Values that must never be seen: tokens, keys, secrets of webhooks.

use std::fmt;

/// A secret. It prints as dots, has no `Display`, and is handed out only where it is used.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `value`.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the one place that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let secret = Secret::new("s3cr3t");
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "Secret(…) Some(Secret(…))");
        assert_eq!(secret.reveal(), "s3cr3t");
        assert!(Secret::new(" \n").is_empty() && !secret.is_empty());
    }

    #[test]
    fn whatever_holds_a_secret_does_not_print_it_either() {
        #[derive(Debug)]
        struct Holder {
            _token: Secret,
        }
        let holder = Holder { _token: Secret::new("s3cr3t") };
        assert_eq!(format!("{holder:?}"), "Holder { _token: Secret(…) }");
        assert!(!format!("{holder:#?}").contains("s3cr3t"));
        assert_eq!(format!("{:?}", crate::bot::Auth::Token(Secret::new("s3cr3t"))), "Token(Secret(…))");
    }

    #[test]
    fn secrets_are_the_same_by_what_is_in_them() {
        assert_eq!(Secret::new("a"), Secret::new("a".to_owned()));
        assert_ne!(Secret::new("a"), Secret::new("a "), "nothing is trimmed away");
    }
}
