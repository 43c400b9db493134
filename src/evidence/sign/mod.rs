//! Signatures by SSH keys: whose key it is, whether it counted at that instant, and whether the text is the one signed.

#[cfg(test)]
pub(crate) mod fixture;
mod key;
mod keyring;
mod rsa;
mod verify;

pub use key::{KeyError, Signer};
pub use keyring::{Key, Keyring};
pub use verify::{Signed, verify, verify_plain};

/// The namespace in which git signs commits and tags.
pub const GIT: &str = "git";
/// The namespace in which votes are signed, so that no signature of a commit can be passed off as one.
pub const VOTE: &str = "gitsm-vote";
