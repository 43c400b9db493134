//! Editions: what is left of the records before anything is made of them. A site for everybody is made from the public
//! records alone, and what they say of others is taken out of their texts first, so that no page, index, picture or feed
//! can tell what it was never given. In the same way people can be replaced by what they do.

mod public;
mod roles;
mod tokens;

pub use public::{Public, public};
pub use roles::{Words, roles};

use super::{Input, NOTHING, Sink, SiteError, Summary};

/// Whom a site is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edition {
    /// The people of the organisation: everything.
    #[default]
    Internal,
    /// Everybody: only what its `classification` says is public, and no findings.
    Public,
}

/// What stands where a record that is not published was named.
pub(super) const UNPUBLISHED: &str = "unpublished";

impl Edition {
    /// Whether everybody may read it.
    #[must_use]
    pub fn is_public(self) -> bool {
        self == Self::Public
    }
}

/// Makes the site of `input` for everybody. `input` must hold what [`public`] left and no findings.
///
/// # Errors
/// See [`super::build`].
pub fn build_public(input: &Input<'_>, sink: &dyn Sink) -> Result<Summary, SiteError> {
    super::build(&Input { edition: Edition::Public, findings: &[], waived: &[], past: &NOTHING, ..*input }, sink)
}
